package backorder_test

import (
	"fmt"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/backorder"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// shortStock has ten pumps on hand, ten more on Saturday, and two orders that share the first ten.
func shortStock(now time.Time) (*atp.Stock, []backorder.Line, error) {
	site, err := calendar.New(calendar.Config{Name: "Berlin", Zone: "Europe/Berlin"})
	if err != nil {
		return nil, nil, err
	}
	stock, err := atp.New(atp.Config{Sites: []atp.Site{{ID: "BER", Calendar: site}}})
	if err != nil {
		return nil, nil, err
	}
	pump, _, err := stock.Define(now, atp.Definition{Item: "pump", Site: "BER"})
	if err != nil {
		return nil, nil, err
	}
	if _, err := stock.Count(now, atp.Count{Ref: pump, Quantity: 10}); err != nil {
		return nil, nil, err
	}
	today := calendar.DateOf(now)
	if _, err := stock.AddSupply(now, atp.Supply{
		Ref: pump, Document: "PO-77/1", Type: atp.PurchaseOrder, Due: today.AddDays(5), Quantity: 10,
	}); err != nil {
		return nil, nil, err
	}
	line := func(id string, quantity int64, priority int) backorder.Line {
		return backorder.Line{
			ID: id, Key: "order " + id, Ref: pump, Quantity: quantity, Wanted: today, Priority: priority,
			Partial: atp.Partial{AtMost: atp.AnyNumber},
		}
	}
	lines := []backorder.Line{line("SO-1/1", 8, 0), line("SO-2/1", 8, 1)}
	if _, err := stock.Reserve(now, atp.Request{
		Key: lines[0].Key, Hold: time.Hour, Lines: []atp.Line{{Ref: pump, Date: today, Quantity: 8}},
	}); err != nil {
		return nil, nil, err
	}
	_, err = stock.Commit(now, lines[0].Key)
	return stock, lines, err
}

// A run: what it would do, and then that.
func Example() {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	stock, lines, err := shortStock(now)
	if err != nil {
		fmt.Println(err)
		return
	}
	plan, err := backorder.Compute(now, stock, lines, backorder.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range plan.Diff() {
		fmt.Printf("%s: %+d, %+d days", r.Line.ID, r.Gained(), r.DaysLater())
		if why := plan.Why(r); why != nil {
			fmt.Printf(", lost to %v", why.LostTo)
		}
		fmt.Println()
	}
	done, err := plan.Commit(now, stock, backorder.Note{Key: "run 1", Reason: "nightly", Actor: "planner"})
	if err != nil {
		fmt.Println(err) // *atp.StaleError: compute again
		return
	}
	fmt.Println(len(done.Split()), "event to journal")
	// Output:
	// SO-2/1: +8, +0 days
	// SO-1/1: +0, +5 days, lost to [SO-2/1]
	// 1 event to journal
}

// What a cycle count that finds less would break.
func ExampleAssess() {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	stock, lines, err := shortStock(now)
	if err != nil {
		fmt.Println(err)
		return
	}
	a, err := backorder.Assess(now, stock, backorder.Shock{Counts: []atp.Count{{Ref: lines[0].Ref, Quantity: 5}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, n := range backorder.Notices(lines, a.Impacts) {
		for _, l := range n.Impact.After {
			fmt.Println(n.Line.ID, l.Quantity, l.Date)
		}
	}
	// Output:
	// SO-1/1 5 2026-03-02
	// SO-1/1 3 2026-03-07
}

// Pull an order line forward, and see whom it costs.
func ExampleExpedite() {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	stock, lines, err := shortStock(now)
	if err != nil {
		fmt.Println(err)
		return
	}
	plan, err := backorder.Expedite(now, stock, lines, "SO-2/1", calendar.DateOf(now))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range plan.Diff() {
		fmt.Println(r.Line.ID, r.Before, r.After)
	}
	// Output:
	// SO-2/1 [] [8 on 2026-03-02]
	// SO-1/1 [8 on 2026-03-02] [2 on 2026-03-02 6 on 2026-03-07]
}

// What the customer of a late line can be offered.
func ExampleChoices() {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	stock, lines, err := shortStock(now)
	if err != nil {
		fmt.Println(err)
		return
	}
	choices, err := backorder.Choices(now, stock, lines[1], nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range choices {
		fmt.Println(c.Offer, c.Deliveries)
	}
	// Output:
	// wait [8 on 2026-03-07]
	// split [2 on 2026-03-02 6 on 2026-03-07]
	// cancel []
}
