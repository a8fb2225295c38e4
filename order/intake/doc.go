// Package intake keeps every document that arrives, in its raw form, before
// anything is made of it, and accounts for what became of each.
//
//	inbox, err := intake.New(intake.Config{Journal: j, Clock: time.Now})
//	receipt, err := inbox.Receive(ctx, intake.Document{
//		Channel: "x12", Kind: "850", Partner: "ACME", Control: "000000101/1/0001", Raw: raw,
//	})
//	// read it, submit it to the desk, then say what came of it:
//	err = inbox.Settle(ctx, receipt.ID, intake.Outcome{Result: intake.Ordered, Order: id})
//	fmt.Println(inbox.Tally())           // received 1, orders 1, exceptions 0, open 0
//
// Nothing that arrives is lost: what cannot become an order is settled as an
// exception, with its findings, and its raw form stays. A document that is
// received twice is known by its content and its sender's number; a process
// that died between the receipt and the order finds it among [Inbox.Open].
//
// A person looks after the exceptions: [Inbox.Assign] says who, [Inbox.Correct]
// keeps what the document should have been beside what it was and links the two,
// and [Inbox.Close] says why nothing will be made of one. [Entry.State] tells where
// a document stands.
package intake
