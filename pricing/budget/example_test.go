package budget_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing/budget"
)

// A coupon of two uses, one for each customer. The third order prices without it.
func Example() {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	register := budget.New(budget.Config{})
	_, err := register.SetLimit(now, budget.Setting{
		Limit: budget.Limit{Name: "SAVE10", Total: budget.Cap{Uses: 2}, PerCustomer: budget.Cap{Uses: 1}},
		Actor: "ann", Reason: "summer sale",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, order := range []struct{ key, customer string }{{"SO-1", "ACME"}, {"SO-2", "ACME"}, {"SO-3", "BETA"}, {"SO-4", "GAMMA"}} {
		_, err := register.Reserve(now, budget.Request{
			Key: order.key, Customer: order.customer, Expires: now.Add(48 * time.Hour),
			Usages: []budget.Usage{{Limit: "SAVE10", Uses: 1}},
		})
		var short *budget.ExhaustedError
		if errors.As(err, &short) {
			fmt.Println(order.key, "is priced without", short.Names(), "because of", short.Shortages[0])
			continue
		}
		fmt.Println(order.key, "has it")
	}
	// Output:
	// SO-1 has it
	// SO-2 is priced without [SAVE10] because of SAVE10: 0 of 1 uses left for the customer
	// SO-3 has it
	// SO-4 is priced without [SAVE10] because of SAVE10: 0 of 1 uses left in total
}

// A budget of money: an order that grows asks for the difference, one that is cancelled gives back.
func ExampleRegister_Reserve() {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	register := budget.New(budget.Config{})
	_, err := register.SetLimit(now, budget.Setting{
		Limit: budget.Limit{Name: "spring", Currency: money.USD, Total: budget.Cap{Amount: money.MustParse("100 USD")}},
		Actor: "ann", Reason: "campaign 7",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	show := func(what string, err error) {
		s, _ := register.Limit(now, "spring")
		fmt.Printf("%s: held %s, committed %s, left %s, error: %v\n", what, s.Held.Amount, s.Committed.Amount, s.Left.Amount, err)
	}
	reserve := func(key, amount string) {
		_, err := register.Reserve(now, budget.Request{
			Key: key, Expires: now.Add(time.Hour), Usages: []budget.Usage{{Limit: "spring", Amount: money.MustParse(amount)}},
		})
		show(key+" "+amount, err)
	}
	reserve("SO-1", "60.00 USD")
	reserve("SO-2", "30.00 USD")
	_, err = register.Commit(now, "SO-1")
	show("SO-1 accepted", err)
	reserve("SO-1", "75.00 USD")
	_, err = register.Release(now, "SO-2", "cancelled")
	show("SO-2 cancelled", err)
	reserve("SO-1", "75.00 USD")
	// Output:
	// SO-1 60.00 USD: held 60.00 USD, committed 0, left 40.00 USD, error: <nil>
	// SO-2 30.00 USD: held 90.00 USD, committed 0, left 10.00 USD, error: <nil>
	// SO-1 accepted: held 30.00 USD, committed 60.00 USD, left 10.00 USD, error: <nil>
	// SO-1 75.00 USD: held 30.00 USD, committed 60.00 USD, left 10.00 USD, error: budget: order "SO-1" cannot have spring: 10.00 USD of 15.00 USD left in total
	// SO-2 cancelled: held 0, committed 60.00 USD, left 40.00 USD, error: <nil>
	// SO-1 75.00 USD: held 0, committed 75.00 USD, left 25.00 USD, error: <nil>
}

// Two shops share a coupon over one journal: only one of them gets the last use.
func ExampleShared() {
	ctx, now := context.Background(), time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	j := journal.NewMemory()
	open := func(actor string) *budget.Shared {
		s, err := budget.NewShared(budget.SharedConfig{
			Register: budget.New(budget.Config{}), Journal: j, Stream: "budget/coupons", Actor: actor,
		})
		if err != nil {
			panic(err)
		}
		return s
	}
	north, south := open("shop north"), open("shop south")
	_, err := north.SetLimit(ctx, now, budget.Setting{
		Limit: budget.Limit{Name: "C-7F3K", Total: budget.Cap{Uses: 1}}, Actor: "ann", Reason: "a code that works once",
	})
	fmt.Println(err)
	request := func(order string) budget.Request {
		return budget.Request{Key: order, Usages: []budget.Usage{{Limit: "C-7F3K", Uses: 1}}}
	}
	_, err = south.Reserve(ctx, now, request("S-1"))
	fmt.Println(err)
	_, err = north.Reserve(ctx, now, request("N-1"))
	fmt.Println(err)
	// Output:
	// <nil>
	// <nil>
	// budget: order "N-1" cannot have C-7F3K: 0 of 1 uses left in total
}
