// Package sftp takes EDI files from the directories of an SFTP server and puts
// files into them: a partner's server, or the mailbox that a value-added
// network (VAN) keeps for its customers.
//
//	box, err := sftp.NewMailbox(sftp.Config{
//		Address: "van.example:22", User: "meridian", Auth: []ssh.AuthMethod{ssh.PublicKeys(key)},
//		HostKey: known, Owner: "gateway-1",
//	}, mailbox.SourceConfig{In: "outgoing"}, mailbox.SinkConfig{Dir: "incoming"})
//	defer box.Close()
//	taken, err := box.Poll(ctx, handler)   // what the network has for us
//	err = box.Deliver(ctx, message)        // what it is to carry
//
// The host key of the server has to be known: [KnownHosts] reads a file of
// OpenSSH, ssh.FixedHostKey takes one key. There is no way around it.
//
// A lost connection is made again. A file that was being read goes on where it
// was; an upload goes on where the server has it, under a hidden name, and gets
// its name when it is whole. Where the answer to that last step is lost, the
// next attempt finds out whether it happened.
//
// # Several processes
//
// Each has an Owner, a name of its own, and renews a file with it on the server
// (work/OWNER.lease). What a process had claimed goes on when it is started
// again under the same name; where its lease is not renewed for a while,
// measured by the clock of who looks, another process takes its files over. A
// process that stood still for longer than the lease, and then goes on, may so
// hand over a file that another one has handed over too, under the same key. A
// second process under the same name is found out, and the first one stops
// ([ErrOwner]).
//
// The account needs the right to make directories, to rename and to delete.
package sftp
