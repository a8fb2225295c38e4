// Package relay runs EDI with trading partners over transports: what comes over
// them goes through the gateway of the library (edi/gateway), which keeps and
// answers it, and what the outbox holds is sent.
//
//	r, err := relay.New(ctx, relay.Config{
//		Journal: j, Partners: directory, Log: slog.Default(),
//		Routes: []relay.Route{{Name: "bigbox", Partners: []string{"bigbox"}, Source: in, Sink: out}},
//		Handle: func(ctx context.Context, a gateway.Arrival) (intake.Outcome, error) {
//			return submit(ctx, a) // idempotent under a.Entry.ID
//		},
//	})
//	go http.ListenAndServe(":8080", r.Handler()) // health, and AS2
//	err = r.Run(ctx)                            // until ctx ends
//	sent, err := r.Outbox.Send(ctx, profile, document) // goes out by itself
//
// A file is taken when all of its documents are in the inbox with what became of
// them, and the answers are in the outbox. A process that dies before gets the
// file again and goes on where it was: the inbox knows the documents, the outbox
// the answers. What is in the outbox is sent until it is delivered, and is then
// noted in the journal. Each route has its own loops: a partner that cannot be
// reached keeps nobody else waiting.
//
// One process delivers at a time. Two would deliver twice, which partners know
// by the control numbers.
package relay
