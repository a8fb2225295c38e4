// Package mailbox takes files from an in directory and puts files into an out
// directory, of any file system: packages folder and sftp are two. A program
// uses those; this package is for another file system, such as an object store
// with renames.
//
//	source, err := mailbox.NewSource(mailbox.SourceConfig{FS: files, Name: "acme", In: "in"})
//	taken, err := source.Poll(ctx, handler)
//	sink, err := mailbox.NewSink(mailbox.SinkConfig{FS: files, Dir: "out"})
//	err = sink.Deliver(ctx, message)
//
// # How a file is taken
//
// A file in the in directory is taken when its name is not one of a partial
// upload ([transport.Partial]) and its size and time have not changed for a
// while. It is claimed by renaming it into a directory below "work" that
// belongs to this process alone: of several processes, one rename succeeds. The
// new name begins with an id, which is the file's key from then on. It is
// looked at once more after the rename, so that one that a partner had begun to
// write anew is not taken half-written. Then the handler gets it, and it moves
// on to "done" or "failed", where a text beside it tells the reason.
//
// A process that dies leaves its claims in its directory; another one, or the
// next run, takes them over under the same keys. How one process knows that
// another is gone is the file system's to say ([FS.Orphans]).
package mailbox
