// Package duplicate remembers the control numbers under which partners sent, and tells
// what comes a second time: a resend, which is answered again and not ordered again,
// from a number that is used for something else, which is refused.
//
//	register, err := duplicate.New(duplicate.Config{Journal: j, Clock: time.Now})
//	err = register.Load(ctx)
//	// once the interchange is read, with its sets, and kept by an inbox:
//	verdict, err := register.AdmitX12(ctx, profile, receivedID, interchange)
//	if verdict.Resend() {
//		// answer as the first was answered: verdict.First says where it is kept
//	}
//	// what uses a number for something else is a fault of its level by now, so that
//	// the reply refuses it: TA1 025, AK905 19, AK502 23, CONTRL 26
//
// Which numbers are given out once (of interchanges, groups, sets) and for how many days
// is the partner's Profile.Duplicates. What makes two interchanges the same is what their
// sets and messages say, byte by byte: the date on the envelope is that of the
// transmission and does not count. The numbers are in the journal with the interchange's
// id: a process that died on the way to the order takes the same interchange again and is
// not told that it is a duplicate of itself.
//
// Whether a purchase order is one that was ordered already, under whatever control
// number, is for Desk.Repeated of package order/desk.
package duplicate
