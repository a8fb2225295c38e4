// Package gateway takes what partners send, X12 or EDIFACT: it keeps every set and
// message as it came, reads it by what was agreed with its sender, hands it over, and
// acknowledges.
//
//	g, err := gateway.New(gateway.Config{
//		Partners: directory, Inbox: inbox, Outbox: outbox,
//		Handle: func(ctx context.Context, a gateway.Arrival) (intake.Outcome, error) {
//			switch a.Entry.Kind {
//			case "850":
//				doc, found := mapping.ReadPurchaseOrder(a.Set, a.Profile.Mapping())
//				...
//			case "ORDERS":
//				doc, found := message.ReadPurchaseOrder(a.Message, a.Profile.Mapping())
//				...
//			}
//			return intake.Outcome{Result: intake.PassedOver}, nil
//		},
//	})
//	taken, err := g.Receive(ctx, "orders.edi", file)
//
// What a stream brings is done in this order: a set is kept (package intake); one that
// is rejected is settled as an exception with what is wrong; an acknowledgement (TA1,
// 997, 999, CONTRL) is matched with what was sent; everything else is for Handle, whose
// outcome is kept; at last the interchange is answered. A process that dies in between
// takes the same stream again and goes on where it stopped: what is settled is not
// handed over again, and what was answered is answered with the same bytes.
//
// A gateway makes orders of nothing by itself. Package errordesk takes its
// [Gateway.Process] to try a corrected document again.
package gateway
