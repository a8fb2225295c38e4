// Package journal keeps what happened: append-only streams of events in one
// gapless order, with idempotent appends, several streams in one atomic
// batch, and a hash chain that shows whether a byte was altered afterwards.
//
// State is a fold over a journal. Audit, replay, crash recovery, scale-out
// and "what if" are then one mechanism. Append a decision, and read it back:
//
//	j := journal.NewMemory()
//	_, err := j.Append(ctx, journal.Batch{
//		Key: "submit PO-1001", // appended again, it is still one event
//		Writes: []journal.Write{{
//			Stream: "order/1001",
//			Expect: 0, // the stream's last Position: 0 says that it is new
//			Events: []journal.Draft{{
//				Type: "order.placed", Version: 1, At: at, Actor: "edi",
//				Data: []byte(`{"customer":"C-7"}`),
//			}},
//		}},
//	})
//	for e, err := range j.Read(ctx, "order/1001", 0) { ... }
//
// The example of Memory is that program in full.
//
// # One number
//
// A [Position] is the place of an event in its journal: 1, 2, 3 and on,
// without gaps, in commit order. The version of a stream is the Position of
// its last event, so one number serves for reading on, for optimistic
// concurrency and for snapshots.
//
// # Stores
//
// [Journal] is the port. [NewMemory] keeps events in the process; package
// sqljournal keeps them in SQLite or PostgreSQL; any store that passes the
// suite in package journaltest will do. A journal has one writer at a time;
// throughput comes from grouping the appends of many callers into one commit
// (package sqljournal does), and beyond that from more journals, a partition
// each.
//
// # Event types
//
// A [Codec] turns Go values into drafts and events into Go values. Each
// package that has events owns its types, their versions and their decoders,
// and a reader of several packages joins their codecs with [Compose].
//
// # Tampering
//
// [Verify] recomputes the chain. A chain alone cannot see that its last events
// were cut off together with the head, so Verify also takes a checkpoint: a
// [Head] that somebody else kept.
package journal
