// Package steps has the standard steps of an order desk: validate, price,
// promise, check credit, decide, accept; and what is done to an order
// afterwards: ship and bill. Each translates between the order and one engine.
//
//	d, err := desk.Open(ctx, desk.Config{
//		Journal: j,
//		Clock:   time.Now,
//		Steps: []desk.Step{
//			steps.Validate(steps.ValidateConfig{Customers: directory, Items: catalog}),
//			steps.Price(steps.PriceConfig{Engine: prices, Customers: directory, Items: catalog}),
//			steps.Promise(steps.PromiseConfig{Stock: stock, Customers: directory, Items: catalog, Site: site}),
//			steps.CheckCredit(steps.CreditConfig{Ledger: ledger, Customers: directory}),
//			steps.Decide(steps.DecideConfig{Rules: holds, Customers: directory}),
//			steps.Accept(steps.AcceptConfig{Stock: stock}),
//		},
//		Folds: []desk.Fold{steps.FoldStock(stock), steps.FoldCredit(ledger), shipments, invoices},
//	})
//	result, err := d.Submit(ctx, desk.Submission{Key: "acme/4711", Document: document})
//	shipment, err := shipper.Ship(ctx, d, result.Order.ID, "MAIN", today)
//	invoice, err := biller.Bill(ctx, d, result.Order.ID)
//
// What is checked, priced, held and warned of is said by rules that can be
// replaced while the desk works: [NewValidationSchema] and [NewHoldSchema] are
// for those of the steps, packages pricing and credit have their own. Each
// decision names the book that it was taken by.
//
// [PromiseConfig.Sourcing] lets several sites ship an order, from as few as it takes,
// and other items where the customer takes them ([Sourcing.Substitutes]).
// [PromiseConfig.Terms] and rules of allocation ([PromiseConfig.Rules]) say what a line
// asks of the goods: quotas, a life that is left, one lot, the safety stock.
// [PromiseConfig.Choices] finds what to offer the customer of a line that falls short.
//
// [Taxation] lets the price step and the biller ask one tax engine, so that an
// order's tax and its invoices' come from the same rates.
//
// [PriceConfig.Budgets] and [AcceptConfig.Budgets] keep coupons and promotion
// budgets from being spent twice, with [FoldBudgets] for a register that the desk
// alone writes; [ReleaseBudgets] gives back what a cancelled order had.
// [Biller.Rebates] sets aside what an invoice earns by rebate agreements, with
// [FoldRebates]. Goods that a promotion gives on top become lines of the order.
//
// [Backorders] promises what has not shipped anew, over all open orders, as supply
// comes or is lost.
//
// [Amender] decreases and cancels lines, with what stock, credit and budgets have of
// them.
//
// Any of them can be left out, replaced by the host's own, or run beside
// others: a [desk.Step] is a value. The engines keep their state in memory; the
// folds rebuild it from the journal when the desk opens.
package steps
