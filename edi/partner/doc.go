// Package partner knows the trading partners that EDI is exchanged with, and
// sends them documents under control numbers that are never used twice.
//
//	directory, err := partner.NewDirectory(partner.Profile{
//		Name: "bigbox", Account: "C-100",
//		X12: &partner.X12{Version: "004010", Qualifier: "01", ID: "123456789", OurQualifier: "ZZ", OurID: "MERIDIAN"},
//	})
//	outbox, err := partner.NewOutbox(partner.OutboxConfig{Journal: j, Clock: time.Now})
//	profile, err := directory.BySender("01", "123456789")
//	sent, err := outbox.Send(ctx, profile, partner.Document{
//		Key: "855/SO-00000001", Set: "855", Segments: segments,
//	})
//	// sent.Raw is the interchange; hand it to the transport
//
// What was sent is in the journal before anybody can transmit it, with its
// bytes: a process that dies in between finds it again under the same key and
// sends the very same bytes. Interchanges, groups and sets are numbered for each
// partner, without a gap and without a number given twice, however many
// goroutines and processes send at a time; 1 follows 999,999,999.
//
// An [Outbox] also answers what a partner sent ([Outbox.Reply]), gives all that
// was sent ([Outbox.Sent]) and the bytes of each ([Outbox.Raw]).
package partner
