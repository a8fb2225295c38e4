// Package pricing works out what an order costs and shows every step on the way:
// the waterfall from the base price over discounts, surcharges and freight to
// the total.
//
// To price a cart, load a price book, state a schema, and ask:
//
//	prices, err := pricing.NewBook(pricing.Record{
//		ID: "LIST-4711", Key: pricing.Key{Item: "4711"},
//		Price: money.MustParse("10.00 USD"), Unit: quantity.Each,
//	})
//	engine, err := pricing.New(pricing.Config{
//		Schema: pricing.Schema{
//			Access: []pricing.Access{{Fields: []pricing.Field{pricing.FieldItem}}},
//			Steps:  []pricing.Step{{Name: "list", Kind: pricing.StepPrice}},
//		},
//		Prices: prices,
//		Zone:   time.UTC,
//	})
//	result, err := engine.Price(ctx, pricing.Request{
//		Currency: money.USD, At: priceDate,
//		Lines: []pricing.Line{{ID: "1", Item: "4711", Quantity: quantity.New(12, quantity.Each)}},
//	})
//	fmt.Println(result.Total) // 120.00 USD
//
// An [Engine] is pure and never changes: the same request gives the same result,
// from any number of goroutines, and [Engine.Hash] names what decided. New prices
// are a new [Book] and a new engine; [Live] replaces rules and engines while it
// prices.
//
// # Prices
//
// A [Record] is a price, or a [Scale] of prices, for a [Key]: a contract and an
// item, an account and an item, a price list and a category. The schema's access
// sequence says in which order keys are tried; the first hit wins, and a price of
// 0 is a hit. Two records that could both be hit are refused when the book is
// loaded. A price is for a number of units (100.00 per 1,000) of a unit that need
// not be the ordered one; no unit price is ever rounded on the way.
//
// # Steps
//
// A [Schema] lists the steps of the waterfall. Discount and surcharge steps apply
// the rules of their name, which package rules selects by their conditions over
// [Facts]; each step states what its percentages are taken of and how its rules
// stack. Steps of order scope spread their amount over the lines by largest
// remainder. A person's override is a step with an actor and a reason, and hides
// nothing; so is accepting the price that the customer stated.
//
// # Results
//
// A [Result] adds up to the minor unit: each line's entries are its total, each
// order step's parts are the step. Amounts are stored as booked, so that what is
// invoiced in parts or returned later is taken from them ([LineResult.Portion])
// and never worked out anew. With [TraceFull] the steps that did not apply are
// there too, with the reason; [Result.Text] prints it for a person.
//
// Before an order is priced anew, [Compare] shows what would differ: lines, steps,
// records and rules, with the money that each moves. Package impact does so for a
// whole stream of orders.
//
// What is wrong with a line is a finding, and the other lines are priced. What is
// wrong with a schema, a book or a rule is an error when it is loaded.
package pricing
