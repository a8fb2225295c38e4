// Package folder takes EDI files from a directory of the local disk, and puts
// files into one.
//
//	in, err := folder.NewSource("/edi/acme", mailbox.SourceConfig{})
//	defer in.Close()
//	taken, err := in.Poll(ctx, handler)
//
//	out, err := folder.NewSink("/edi/acme", mailbox.SinkConfig{Dir: "out"})
//	defer out.Close()
//	err = out.Deliver(ctx, message)
//
// Several processes may take from one directory: a file goes to one of them. A
// process that is killed leaves nothing behind that the next poll of any other
// does not take over at once: the lock that shows that a process is alive is
// one of the kernel's and ends with it. Package mailbox tells how a file goes.
//
// The disk has to be a local one of a Unix system, or one whose locks
// (flock) work like those of a local one, and all directories have to be on
// one file system. Nothing is read or written outside of the root, whatever
// links lie in it.
//
// A delivered file is written under a hidden name, synced, and then given its
// name, which no other file may have; the directory is synced too.
package folder
