package atp_test

import (
	"fmt"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// Divide what there is among order lines that compete for it: the one with the higher priority goes first.
func ExampleStock_Allocate() {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	stock, ref, err := exampleStock(now)
	if err != nil {
		fmt.Println(err)
		return
	}
	day := calendar.DateOf(now)
	demand := func(id string, quantity int64) atp.Demand {
		return atp.Demand{ID: id, Ref: ref, Quantity: quantity, Wanted: day, Partial: atp.Partial{AtMost: atp.AnyNumber}}
	}
	promises, err := stock.Allocate(now, []atp.Claim{
		{Demand: demand("SO-1/1", 30), Ordered: day},
		{Demand: demand("SO-2/1", 25), Ordered: day, Priority: 1},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range promises {
		for _, d := range p.Deliveries {
			fmt.Println(p.ID, d.Quantity, d.Start)
		}
	}
	// Output:
	// SO-2/1 10 2026-03-02
	// SO-2/1 15 2026-03-06
	// SO-1/1 15 2026-03-06
	// SO-1/1 15 2026-03-12
}

// Divide 100 pieces in packs of 12: the wholesaler has a guaranteed minimum, the rest goes in proportion.
func ExampleFairShare() {
	shares := []atp.Share{
		{ID: "retail", Open: 120},
		{ID: "wholesale", Open: 60, Minimum: 36},
	}
	parts, left, err := atp.FairShare(100, 12, shares)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, part := range parts {
		fmt.Println(shares[i].ID, part)
	}
	fmt.Println("left", left)
	// Output:
	// retail 48
	// wholesale 48
	// left 4
}
