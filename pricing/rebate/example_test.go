package rebate_test

import (
	"fmt"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing/rebate"
)

// exampleLedger grants 2% from 5,000 and 4% from 20,000 on all turnover of a quarter.
func exampleLedger(now time.Time) *rebate.Ledger {
	ledger := rebate.New()
	_, err := ledger.SetAgreement(now, rebate.Setting{
		Agreement: rebate.Agreement{
			ID: "R-7", Customers: []string{"ACME"}, Currency: money.USD,
			Valid: calendar.Period{From: calendar.MustDate("2026-01-01")}, Periods: rebate.Quarters,
			Basis: rebate.Value, Reach: rebate.Retroactive,
			Tiers: []rebate.Tier{
				{Value: money.MustParse("5000 USD"), Rate: money.MustRate("2%")},
				{Value: money.MustParse("20000 USD"), Rate: money.MustRate("4%")},
			},
		},
		Actor: "ann", Reason: "contract 2026",
	})
	if err != nil {
		panic(err)
	}
	return ledger
}

func Example() {
	now, day := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC), calendar.MustDate("2026-03-02")
	ledger := exampleLedger(now)
	bill := func(document, net string) {
		accrued, err := ledger.Accrue(now, rebate.Billed{
			Document: document, Customer: "ACME", Date: day,
			Lines: []rebate.BilledLine{{ID: "1", Item: "HAMMER", Net: money.MustParse(net)}},
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		e := accrued.Entries[0]
		fmt.Printf("%s: %s set aside, %s for what was billed before\n", document, e.Amount, e.CatchUp)
	}
	settle := func(document string, final bool) {
		s, err := ledger.Settle(now, rebate.Settlement{Document: document, Agreement: "R-7", Day: day, Final: final})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s: earned %s, paid before %s, pays %s\n", document, s.Earned, s.Before, s.Pay)
	}
	bill("INV-1", "7000 USD")
	settle("CR-1", false)
	bill("INV-2", "20000 USD")
	settle("CR-2", true)
	// Output:
	// INV-1: 140.00 USD set aside, 0 for what was billed before
	// CR-1: earned 140.00 USD, paid before 0.00 USD, pays 140.00 USD
	// INV-2: 800.00 USD set aside, 140.00 USD for what was billed before
	// CR-2: earned 1080.00 USD, paid before 140.00 USD, pays 940.00 USD
}

// What the customer can read.
func ExampleStatement_Text() {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	ledger := exampleLedger(now)
	for i, net := range []string{"7000 USD", "-500 USD"} {
		_, err := ledger.Accrue(now, rebate.Billed{
			Document: fmt.Sprintf("INV-%d", i+1), Customer: "ACME", Date: calendar.MustDate("2026-03-02"),
			Lines: []rebate.BilledLine{{ID: "1", Item: "HAMMER", Net: money.MustParse(net)}},
		})
		if err != nil {
			fmt.Println(err)
			return
		}
	}
	s, err := ledger.Statement("R-7", calendar.MustDate("2026-03-31"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(s.Text())
	// Output:
	// rebate R-7 for ACME, 2026-01-01..2026-03-31, in USD
	//   from 5000.00: 2% on all turnover  <- reached
	//   from 20000.00: 4% on all turnover
	//   date        document  line  turnover  set aside  catch-up  tier
	//   2026-03-02  INV-1     1      7000.00     140.00               1
	//   2026-03-02  INV-2     1      -500.00     -10.00               1
	//   total                        6500.00     130.00               1
	//   earned      130.00
	//   paid          0.00
	//   open        130.00
	// 13500.00 more reach 4%
}

// What a line of an order would set aside, before it is billed.
func ExampleLedger_Expected() {
	ledger := exampleLedger(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC))
	entries, err := ledger.Expected(rebate.Billed{
		Document: "SO-1", Customer: "ACME", Date: calendar.MustDate("2026-03-02"),
		Lines: []rebate.BilledLine{{ID: "1", Item: "HAMMER", Net: money.MustParse("6000 USD")}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range entries {
		fmt.Println(e.Agreement, e.Amount)
	}
	// Output: R-7 120.00 USD
}

// 25 printers were bought at 500.00, 20 of them are on hand when the price falls to 450.00.
func ExampleProtect() {
	claim, err := rebate.Protect(
		rebate.Drop{Day: calendar.MustDate("2026-03-05"), Days: 60, Price: money.MustParse("450 USD"), OnHand: quantity.New(20, quantity.Each)},
		[]rebate.Purchase{{
			Document: "INV-1", Line: "1", Date: calendar.MustDate("2026-02-01"),
			Quantity: quantity.New(25, quantity.Each), Price: money.MustParse("500 USD"),
		}},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(claim.Total)
	// Output: 1000.00 USD
}
