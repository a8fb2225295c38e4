// Package sourcing decides which sites ship an order: all of it from one place if that can be, and else from as few as
// possible, at the least cost, on the day it is wanted.
//
// A [Network] knows the sites and asks a stock. Give it an order with the ways to the customer, and hold what it finds:
//
//	network, err := sourcing.New(sourcing.Config{Stock: stock, Nodes: nodes, Rules: rules.NewLive(book)})
//	answer, held, err := network.Reserve(ctx, now, order, "order 4711", 15*time.Minute)
//
// Everything that ships is one reservation, all or nothing. The answer says of every line where it comes from, when it
// arrives, and why the other sites do not ship it; which purchase orders have to be raised for drop shipment; and what
// comes later, from where.
//
// # What is best
//
// A plan is better that leaves fewer units unfilled; then one with the smaller sum of ranks, which rules give to
// sites; then one with fewer shipments; then a cheaper one; then the one whose site ids come first. [Solve] finds the
// best plan for data alone, with whole lines, packs, minima, the lines that a site ships at most and the shipments of
// an order at most. [Plan].Proven says that it is the best; where the search runs out of effort, the plan
// comes with a bound that no plan beats. See [ExactSites].
//
// Items are sourced as they lie on the shelf: a kit that is put together when it ships (atp.Demand.Kit) is promised at its
// site by the stock itself.
//
// # Rules
//
// Rules over [Facts] leave sites out, rank them and add to their cost; see [Preference]. With
// Order.Explain every rule that matched is in the answer, with its reason in words.
package sourcing
