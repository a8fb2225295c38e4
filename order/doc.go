// Package order holds the sales order: what the customer asked for, what was
// decided about it, and how far it has come.
//
// A [Document] is what arrived, in the customer's words. An [Order] is that
// document and everything that happened to it since; it is never stored but
// folded from its events:
//
//	o, err := order.Fold(events)         // [Received], [Priced], [Promised], ...
//	fmt.Println(o.Status(), o.Total())   // open 45.50 USD
//
// The order keeps what was decided in its own words, whoever decided it:
// a [Charge] is a step of the price waterfall as booked, a [Schedule] is a
// promise, a [Decision] says which step decided what, by which rule book, and
// why. Invoices, returns and EDI read these and never an engine's result.
//
// How far an order has come is told on separate axes: [Order.Status] for the
// document, [Line.Fulfilment], [Order.Billing] and [Order.Payment], and the set
// of open [Hold]s. All are derived; none is stored beside what it is derived
// from.
package order
