package credit_test

import (
	"context"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
)

func Example() {
	ctx, now := context.Background(), time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	ledger, err := credit.New(credit.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = ledger.SetAccount(now, credit.Setting{
		Account: credit.Account{ID: "ACME", Currency: money.USD, Limit: &credit.Limit{Amount: money.MustParse("100000 USD")}},
		Actor:   "ann", Reason: "yearly review",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, amount := range []string{"90000 USD", "15000 USD"} {
		event, decision, err := ledger.Commit(ctx, now, credit.Request{
			Order: "SO of " + amount, Account: "ACME", Amount: money.MustParse(amount),
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(decision.Order, decision.Outcome, len(event.Open), "taken")
		if decision.Outcome == credit.Held {
			fmt.Println(decision.Findings()[0].Message)
		}
	}
	// Output:
	// SO of 90000 USD passed 1 taken
	// SO of 15000 USD held 0 taken
	// short by 5,000.00 USD: exposure 90,000.00 USD and 15,000.00 USD of the order against the limit 100,000.00 USD of account ACME
}

// exampleLedger has one account with a limit of 500.00.
func exampleLedger(now time.Time) *credit.Ledger {
	ledger, err := credit.New(credit.Config{Deviation: money.MustRate("10%")})
	if err != nil {
		panic(err)
	}
	_, err = ledger.SetAccount(now, credit.Setting{
		Account: credit.Account{ID: "ACME", Currency: money.USD, Limit: &credit.Limit{Amount: money.MustParse("500 USD")}},
		Actor:   "ann", Reason: "yearly review",
	})
	if err != nil {
		panic(err)
	}
	return ledger
}

func ExampleLedger_Approve() {
	ctx, now := context.Background(), time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	ledger := exampleLedger(now)
	ask := func(amount string) {
		_, decision, err := ledger.Commit(ctx, now, credit.Request{Order: "SO-1", Account: "ACME", Amount: money.MustParse(amount)})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(amount, decision.Outcome, "by", decision.Basis)
	}
	ask("1000 USD")
	_, err := ledger.Approve(now, credit.Approval{
		Order: "SO-1", Account: "ACME", Amount: money.MustParse("1000 USD"), Actor: "boss", Author: "clerk", Reason: "good customer",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ask("1100.00 USD") // the release is good for 10% more
	ask("1100.01 USD")
	// Output:
	// 1000 USD held by rules
	// 1100.00 USD passed by release
	// 1100.01 USD held by rules
}

// The life of an order's value: it moves through the parts of the exposure and is in one of them at any time.
func Example_lifeOfAnOrder() {
	ctx, now := context.Background(), time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	today := calendar.MustDate("2026-03-02")
	ledger := exampleLedger(now)
	usd := func(number string) money.Amount { return money.MustParse(number + " USD") }
	show := func(what string, err error) {
		x, failed := ledger.Exposure(now, "ACME")
		if err != nil || failed != nil {
			fmt.Println(err, failed)
			return
		}
		fmt.Printf("%-8s orders %s, deliveries %s, receivables %s: %s\n",
			what, x.Orders.Number(), x.Deliveries.Number(), x.Receivables.Number(), x.Total)
	}
	_, _, err := ledger.Commit(ctx, now, credit.Request{Order: "SO-1", Account: "ACME", Amount: usd("300")})
	show("ordered", err)
	_, err = ledger.Deliver(now, credit.Delivery{Document: "SH-1", Order: "SO-1", Account: "ACME", Amount: usd("200")})
	show("shipped", err)
	_, err = ledger.Invoice(now, credit.Invoice{
		Document: "I-1", Account: "ACME", Amount: usd("200"), Date: today, Due: today.AddDays(30),
		Bills: []credit.Billed{{Order: "SO-1", Amount: usd("200")}},
	})
	show("billed", err)
	_, err = ledger.Cancel(now, credit.Cancellation{Document: "CH-1", Order: "SO-1"})
	show("changed", err)
	_, err = ledger.Pay(now, credit.Payment{
		Document: "P-1", Account: "ACME", Amount: usd("150"), Date: today.AddDays(28),
		Applied: []credit.Applied{{Item: "I-1", Amount: usd("150")}},
	})
	show("paid", err)
	// Output:
	// ordered  orders 300.00, deliveries 0.00, receivables 0.00: 300.00 USD
	// shipped  orders 100.00, deliveries 200.00, receivables 0.00: 300.00 USD
	// billed   orders 100.00, deliveries 0.00, receivables 200.00: 300.00 USD
	// changed  orders 0.00, deliveries 0.00, receivables 200.00: 200.00 USD
	// paid     orders 0.00, deliveries 0.00, receivables 50.00: 50.00 USD
}
