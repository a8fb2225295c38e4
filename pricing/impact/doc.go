// Package impact says what a new price book, new rules or a new schema would do to
// orders before it is activated: which money moves, from whom, on what, by which
// step, and which orders would no longer be priced.
//
// To simulate, price a stream of orders twice:
//
//	report, err := impact.Run(ctx, impact.Config{Before: engine, After: next}, orders)
//	if err != nil {
//		return err
//	}
//	fmt.Print(report.Text(10))
//
// orders is an iter.Seq2 of [Order]: open orders, the history of a year, or both. They
// are read one at a time, so a stream may be longer than memory; what the report
// keeps grows with the customers, items and rules, not with the orders.
//
// # What adds up
//
// Money is exact, and every way of cutting it has one sum: the customers, the items,
// the steps and the sources of a currency each add up to its [Report.Totals]. The
// report is the same whatever the number of workers. An order that cannot be priced
// at all on one side is told among the [Report.Failures] and counts in no sum; a line
// without a price counts 0, as in the result, and is told among [Report.Lost] or
// [Report.Gained], with the money.
//
// # Leakage
//
// [Report.Leakage] is the way from the list price to the pocket price, step by step,
// over all orders: where the margin leaks. With [Config.Cost] it goes on to the
// margin.
//
// # Gaps
//
// [Gaps] finds the days between two price records of a key on which there is no
// price, [Shadowed] the records that no request can ever find. Records that could
// both be found are refused by [pricing.NewBook].
package impact
