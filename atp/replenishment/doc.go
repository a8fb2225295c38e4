// Package replenishment keeps a customer's shelves filled where the vendor decides what to send (vendor-managed
// inventory): it takes in what the customer reports of stock and sales, finds what in it cannot be, and proposes orders.
//
// Take in a report of product activity (X12 852, or a file that says the same), and ask what to send:
//
//	books, err := replenishment.New(replenishment.Config{})
//	taken, found, err := books.Take(now, replenishment.Report{
//		ID: "852-0001", Customer: "ACME", From: monday, To: sunday,
//		Activities: []replenishment.Activity{{Location: "STORE-7", Item: "pump", Sold: 14, OnHand: &six}},
//	})
//	...
//	proposal, err := books.Propose(today, replenishment.Place{Customer: "ACME", Location: "STORE-7", Item: "pump"},
//		replenishment.Policy{Method: replenishment.OrderUpTo, Window: 28, Lead: 3, SafetyDays: 2, Pack: 6})
//	fmt.Println(proposal) // order 18 of pump ...
//
// What is sent for a proposal is told to [Books.Order], so that it is not proposed again. A report
// covers what was sent up to its last day: what is sent on that very day after the report counts from the next report on.
//
// # Formulas
//
// The inventory position is stock on hand + on order - committed. Demand is a rate, units in days, kept as the two whole
// numbers that it is; a quantity for days is rounded up. With d the rate, L the lead time, R the days until the next
// review, and SS the safety stock in units and in days of demand together:
//
//   - [MinMax], the (s, S) policy: at or below Min, order up to Max.
//   - [OrderUpTo], the (R, S) policy, days of supply: order up to S = d x (R + L + Cover) + SS, the target stock level.
//   - [ReorderPoint], the (s, nQ) policy: at or below ROP = d x (L + R - 1) + SS, order as many lots of Q as bring the
//     position above it, or, where there is no lot, up to ROP + d x Cover. With a daily review R is 1, and ROP is the
//     textbook's lead-time demand plus safety stock.
//
// The order is rounded up to packs, raised to the minimum order, and cut to what the shelf can hold. A [Proposal] carries
// every figure that it comes of. [Propose] is all this as a function, for stock that is known otherwise; [FillUp] asks it for
// a consignment site that the engine of package atp keeps.
//
// # State and events
//
// Operations take effect at once and return the event that says what happened, for the caller to journal. [Books.Apply]
// takes journalled events back in, in any order; [Books.State] and [Books.Restore] are the snapshot. Nothing here reads a
// clock; days are those at the customer's.
package replenishment
