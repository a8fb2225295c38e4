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
// are a new [Book] and a new engine; [Live] replaces prices and rules while it
// prices:
//
//	book, err := live.Engine().Prices().With(changed...)
//	err = live.ReplacePrices(book)
//
// [Book.With] and [Book.Without] share with the old book what does not change. A
// million records take about 130 MB, and a change of one less than a millisecond.
// Schemas and records are read from files by [ParseSchema], [ReadRecordsYAML],
// [ReadRecordsJSON] and [ReadRecordsCSV].
//
// # Prices
//
// A [Record] is a price, or a [Scale] of prices, for a [Key]: a contract and an
// item, an account and an item, a price list and a category. The schema's access
// sequence says in which order keys are tried; the first hit wins, and a price of
// 0 is a hit. Two records that could both be hit are refused when the book is
// loaded. A price is for a number of units (100.00 per 1,000) of a unit that need
// not be the ordered one; no unit price is ever rounded on the way. Where there is
// none in the currency of the request, [Schema.Currencies] says in which others to
// look, and the rate of the price date converts it.
//
// A scale measures the quantity, the weight or the value, of the line by itself or
// of all lines of an item, a category or a mix group. Its rows are for all units, or
// for a stretch each.
//
// # Steps
//
// A [Schema] lists the steps of the waterfall. Discount and surcharge steps apply
// the rules of their name, which package rules selects by their conditions over
// [Facts]; each step states what its percentages are taken of and how its rules
// stack. A step with an access sequence of its own takes what it gives from records
// instead, as prices are found: a customer's discount for an item before that for
// its product group. Such a record has a rate, an amount, or a scale of them, and a
// rate of 0 ends the search as any other. Steps of order scope spread their amount over the lines by largest
// remainder. A person's override is a step with an actor and a reason, and hides
// nothing; so is accepting the price that the customer stated.
//
// # Guards
//
// A step of kind margin holds a line or the order to a floor, after all discounts
// and accruals and against the cost that the request brings: it raises what is
// below, asks for an approval, or refuses ([MarginPolicy], [FloorRule]). How much
// a person may take off is a rule too ([Authority]); what is beyond is shown, not
// applied, and blocks until a second person with the authority approves it. A
// customer's price, or the total of their purchase order, is accepted, held or
// settled at ours by tolerance and policy ([CheckPolicy]). [Result.Wanted] lists
// the approvals that would let a held order go on; they come back with the next
// request as [Approval] values:
//
//	for _, w := range result.Wanted {
//		fmt.Println(w.Line, w.Step, "lacks", w.Short, "ask", w.Approvers)
//	}
//
// # Tax
//
// A schema may end in a [StepTax] step, which asks [Config.Taxes] for the tax of
// what discounts left; package tax has a table of rates for it. Tax never moves a
// line's Net or Total: orders and invoices are made of nets. It stands in
// [Result.Tax] and [LineResult.Tax], and each share of it is an entry that does not
// count. Where [Schema.Prices] are gross the tax is taken out of the total, where
// they are net it comes on top. No percentage can stand after the tax step. Charges
// may be taxed by themselves ([Step.TaxKind]), and an amount off the order may be
// meant gross of tax where prices are net ([Discount.Gross]): let it be the last
// step before tax, for what comes after it may change its worth by a minor unit.
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
