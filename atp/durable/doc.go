// Package durable keeps an atp.Stock in a journal: what was answered survives a kill at any instant, and many callers
// share one write to disk.
//
//	stock, err := durable.Open(ctx, now, durable.Config{
//		Stock: atp.Config{Sites: sites}, Journal: j, Stream: "stock", Snapshots: snapshots, SnapshotEvery: 1_000_000,
//	})
//	if err != nil {
//		return err
//	}
//	defer stock.Close(ctx)
//	promise, err := stock.Live().Promise(now, demand)
//	held, err := stock.Reserve(ctx, now, atp.Request{Key: "order 4711/1", Hold: 15 * time.Minute, Lines: promise.Lines()})
//
// Questions go to [Stock.Live], the stock in memory; every operation has its counterpart here, or goes through [Stock.Do].
//
// # What holds
//
// An operation is answered when its event is in the journal. What was answered is there after a kill; what was not is
// wholly there or not at all, and the same operation with the same key again tells which. A refusal waits too where it
// rests on something that is not journalled yet. [Stock.Ask] asks a question in the same way; a question to Live sees what
// is still on its way.
//
// One process at a time has a stream open. A second one that opens it takes it over, and the first stops before it could
// answer anything that the second does not know: every write names the place in the stream where it belongs.
//
// # What is in the journal
//
// A group of operations is one event, [Packed]: JSON with a short row for each reservation, commit, consumption, release
// and expiry. [Events] has the codec for who reads the stream beside it. Snapshots keep the state of the stock, so that
// opening need not read the whole stream. They are a cache: a snapshot that is damaged, or belongs to another journal, is
// passed over.
//
// # When the journal fails
//
// Refused: what was refused and everything after it is taken back in memory, the last first, and its callers get the error.
// Counts, receipts and definitions cannot be taken back; they are tried again, and after [Config.Tries] the Stock stops.
// Open: the same is appended again with the same key, and after Config.Tries the Stock stops. Another writer: the Stock
// stops. A Stock that has stopped answers every call with a [*StoppedError]; Open makes a new one from the journal.
package durable
