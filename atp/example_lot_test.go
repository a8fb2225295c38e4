package atp_test

import (
	"fmt"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// Goods with lots are promised first expired first out, to those for whom they last.
func ExampleStock_Promise_lots() {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	site, err := calendar.New(calendar.Config{Name: "dairy", Location: time.UTC, Week: calendar.EveryDay()})
	if err != nil {
		fmt.Println(err)
		return
	}
	stock, err := atp.New(atp.Config{Sites: []atp.Site{{ID: "dairy", Calendar: site}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	ref, _, err := stock.Define(now, atp.Definition{Item: "yoghurt", Site: "dairy"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, lot := range []atp.Count{
		{Lot: "L7", Quantity: 40, Expires: calendar.MustDate("2026-03-09")},
		{Lot: "L8", Quantity: 60, Expires: calendar.MustDate("2026-03-20")},
	} {
		lot.Ref = ref
		if _, err := stock.Count(now, lot); err != nil {
			fmt.Println(err)
			return
		}
	}
	promises, err := stock.PromiseAll(now, []atp.Demand{
		{ID: "school, of one lot", Ref: ref, Quantity: 30, SingleLot: true, Explain: true},
		{ID: "chain", Ref: ref, Quantity: 20, MinLife: 14, Explain: true},
		{ID: "kiosk", Ref: ref, Quantity: 45, Explain: true},
	}, atp.LineByLine)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range promises {
		for _, d := range p.Deliveries {
			fmt.Printf("%s: %d\n", p.ID, d.Quantity)
			for _, peg := range d.Pegs {
				fmt.Println("  ", peg)
			}
		}
	}
	// Output:
	// school, of one lot: 30
	//    30 from stock, available, lot L7, good through 2026-03-09
	// chain: 20
	//    20 from stock, available, lot L8, good through 2026-03-20
	// kiosk: 45
	//    10 from stock, available, lot L7, good through 2026-03-09
	//    35 from stock, available, lot L8, good through 2026-03-20
}
