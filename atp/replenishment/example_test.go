package replenishment_test

import (
	"fmt"
	"time"

	"github.com/o2ckit/o2c/atp/replenishment"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// Two weeks of a shop, of which the second does not add up, and what to send.
func Example() {
	now := time.Date(2026, 3, 16, 8, 0, 0, 0, time.UTC)
	books, err := replenishment.New(replenishment.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	twenty, six := int64(20), int64(6)
	for _, report := range []replenishment.Report{
		{
			ID: "852-0001", Customer: "ACME", From: calendar.MustDate("2026-03-02"), To: calendar.MustDate("2026-03-08"),
			Activities: []replenishment.Activity{{Location: "STORE-7", Item: "pump", Sold: 15, OnHand: &twenty}},
		},
		{
			ID: "852-0002", Customer: "ACME", From: calendar.MustDate("2026-03-09"), To: calendar.MustDate("2026-03-15"),
			Activities: []replenishment.Activity{{Location: "STORE-7", Item: "pump", Sold: 13, OnHand: &six}},
		},
	} {
		_, found, err := books.Take(now, report)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, f := range found {
			fmt.Println(f.Code, f.Message)
		}
	}
	proposals, err := books.Proposals(calendar.DateOf(now), func(replenishment.Place) (replenishment.Policy, bool) {
		return replenishment.Policy{Method: replenishment.OrderUpTo, Lead: 3, SafetyDays: 2, Cover: 7, Pack: 6}, true
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range proposals {
		fmt.Println(p)
	}
	// Output:
	// replenishment.balance stock on hand is 6; 20 + 0 received + 0 returned +0 adjusted - 13 sold come to 7
	// order 24 of pump for STORE-7 on 2026-03-16: position 6 (on hand 6, on order 0, committed 0), trigger 25, target 26, demand 28 in 14 days, safety stock 4
}

// Fill a shelf between a minimum and a maximum, in cases of 12.
func ExamplePropose() {
	p, err := replenishment.Propose(replenishment.Policy{Min: 10, Max: 40, Pack: 12},
		replenishment.Position{OnHand: 4, OnOrder: 3}, replenishment.Rate{}, calendar.MustDate("2026-03-02"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p)
	// Output: order 36 on 2026-03-02: position 7 (on hand 4, on order 3, committed 0), trigger 10, target 40
}
