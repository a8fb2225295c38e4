// Package rebate keeps bonus agreements: what a customer's turnover earns, what was set aside for it, and what was paid. A
// rebate changes no price of an order; it is settled afterwards.
//
// To grant 2% from 5,000 and 4% from 20,000 of a quarter's turnover, on all of it:
//
//	ledger := rebate.New()
//	_, err := ledger.SetAgreement(now, rebate.Setting{
//		Agreement: rebate.Agreement{
//			ID: "R-7", Customers: []string{"ACME"}, Currency: money.USD,
//			Valid: calendar.Period{From: calendar.MustDate("2026-01-01")}, Periods: rebate.Quarters,
//			Basis: rebate.Value, Reach: rebate.Retroactive,
//			Tiers: []rebate.Tier{
//				{Value: money.MustParse("5000 USD"), Rate: money.MustRate("2%")},
//				{Value: money.MustParse("20000 USD"), Rate: money.MustRate("4%")},
//			},
//		},
//		Actor: "ann", Reason: "contract 2026",
//	})
//	accrued, err := ledger.Accrue(now, rebate.Billed{
//		Document: "INV-1", Customer: "ACME", Date: day,
//		Lines: []rebate.BilledLine{{ID: "1", Item: "HAMMER", Net: money.MustParse("7000 USD")}},
//	}) // 140.00 set aside
//	settled, err := ledger.Settle(now, rebate.Settlement{Document: "CR-1", Agreement: "R-7", Day: day}) // pays 140.00
//
// # Accrual
//
// Every document that bills the customer adds to the turnover of the period in which its date lies, a credit memo
// with amounts below 0 takes away, and the difference in what is earned is set aside ([Accrued]). Where a tier is reached,
// or lost, the part for earlier turnover is shown by itself ([Entry.CatchUp]). What is earned is rounded once, for the
// whole turnover, so parts never lose a cent. With [Agreement.Forecast] accruals follow the turnover that is expected, and
// a late tier makes no late leap.
//
// [Ledger.Expected] tells before an order is billed what a line of it would set aside: for the margin, or for a statistical
// step of the price.
//
// # Settlement
//
// A settlement pays what is earned less what was paid. It may be partial, during the period, or final, which also brings
// the accrual to what is earned. It may be below 0: the customer has been paid more than is earned now.
// [Ledger.Statement] is the account for the customer to read.
//
// # Price protection
//
// [Protect] is another credit afterwards: the customer bought shortly before a price fell, and still has the goods.
//
// # State and events
//
// Operations take effect in memory at once, in one step under a lock, and return the event that says what happened, for
// the caller to journal together with its own. [Ledger.Apply] takes journalled events back in. Where the journal refuses,
// the Undo operations take back what was not written.
package rebate
