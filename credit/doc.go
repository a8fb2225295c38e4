// Package credit knows what each customer owes or may come to owe, decides whether an order may have more, and remembers
// who released it when it may not.
//
// To check an order and take the credit for it:
//
//	ledger, err := credit.New(credit.Config{})
//	_, err = ledger.SetAccount(now, credit.Setting{
//		Account: credit.Account{ID: "ACME", Currency: money.USD, Limit: &credit.Limit{Amount: money.MustParse("100000 USD")}},
//		Actor:   "ann", Reason: "yearly review",
//	})
//	event, decision, err := ledger.Commit(ctx, now, credit.Request{
//		Order: "SO-1", Account: "ACME", Amount: money.MustParse("15000 USD"),
//	})
//	if decision.Outcome == credit.Held {
//		fmt.Println(decision.Findings()) // short by 5,000.00 USD: ...
//	}
//
// # Exposure
//
// The exposure of an account is receivables + deliveries not invoiced + open orders + special liabilities - deposits -
// unapplied payments - what of an insurance counts, of the account and all below it ([Exposure]). An order's value moves
// between the parts and is in one of them at any time: [Ledger.Commit] takes it as an open order, [Ledger.Deliver],
// [Ledger.Invoice] and [Ledger.Pay] move it on, [Ledger.Cancel] gives it back. Amounts are gross of tax and freight; what
// is prepaid or secured by a card stays outside. A host that keeps receivables elsewhere states them with
// [Ledger.SetOpenItems].
//
// With a horizon ([Account.HorizonDays]) exposure is dynamic: orders planned to ship later do not count until the horizon
// rolls over them.
//
// # Rules
//
// What holds an order is said by rules over [Facts], the limit included: [StandardRules] is a book to start from. It is
// asked for the order's account and for each account above it, so every limit on the way must hold; an account without a
// limit shares its parent's. All that rules find is reported, with the figures. [NewRuleSchema] is for books kept in files;
// the book in force can be replaced at any time ([Config]).
//
// An order that is held takes no credit. [Ledger.Approve] releases it; the release stays good as long as the order does
// not grow beyond a deviation. The hold itself is the order's own business; [Ledger.MayShip] answers shipping.
//
// # State and events
//
// Operations decide and take effect in memory at once, in one step under a lock, and return the event that says what
// happened, for the caller to journal together with its own. [Ledger.Apply] takes journalled events back in. Where the
// journal refuses, the Undo operations take back what was not written.
//
// Rules are asked under the lock of the Ledger: a host's functions for conditions must not call it.
package credit
