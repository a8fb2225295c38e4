package o2c_test

import (
	"context"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/rules"
)

// The code of docs/guides/atp.md; a test holds the guide to it.

var (
	monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	day    = calendar.MustDate
)

// pumps has 10 on hand in Berlin, 30 that a supplier sends by Saturday, and 20 more the week after. Another customer
// takes 8 on Monday in a week.
func pumps() (*atp.Stock, atp.Ref, error) {
	berlin, err := calendar.New(calendar.Config{Name: "Berlin", Zone: "Europe/Berlin", Cutoff: calendar.MustClock("15:00")})
	if err != nil {
		return nil, atp.Ref{}, err
	}
	stock, err := atp.New(atp.Config{Sites: []atp.Site{{ID: "BER", Calendar: berlin}}})
	if err != nil {
		return nil, atp.Ref{}, err
	}
	pump, _, err := stock.Define(monday, atp.Definition{Item: "pump", Site: "BER"})
	if err != nil {
		return nil, atp.Ref{}, err
	}
	if _, err := stock.Count(monday, atp.Count{Ref: pump, Quantity: 10, Document: "opening stock"}); err != nil {
		return nil, atp.Ref{}, err
	}
	for _, due := range []atp.Supply{
		{Document: "PO-77/1", Type: atp.PurchaseOrder, Due: day("2026-03-07"), Quantity: 30},
		{Document: "PO-80/1", Type: atp.PurchaseOrder, Due: day("2026-03-14"), Quantity: 20},
	} {
		due.Ref = pump
		if _, err := stock.AddSupply(monday, due); err != nil {
			return nil, atp.Ref{}, err
		}
	}
	_, err = stock.Reserve(monday, atp.Request{
		Key: "SO-1/1", Hold: time.Hour, Lines: []atp.Line{{Ref: pump, Date: day("2026-03-09"), Quantity: 8}},
	})
	if err != nil {
		return nil, atp.Ref{}, err
	}
	_, err = stock.Commit(monday, "SO-1/1")
	return stock, pump, err
}

func Example_atpOutlook() {
	stock, pump, err := pumps()
	if err != nil {
		fmt.Println(err)
		return
	}
	outlook, err := stock.Outlook(monday, pump)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range outlook.Days {
		fmt.Printf("%s %+d %+d balance %d, can be promised %d\n", d.Date, d.Receipts, -d.Claims, d.Balance, d.ATP)
	}
	// Output:
	// 2026-03-02 +0 +0 balance 10, can be promised 10
	// 2026-03-07 +30 +0 balance 40, can be promised 32
	// 2026-03-09 +0 -8 balance 32, can be promised 32
	// 2026-03-14 +20 +0 balance 52, can be promised 52
}

func Example_atpPromise() {
	stock, pump, err := pumps()
	if err != nil {
		fmt.Println(err)
		return
	}
	promise, err := stock.Promise(monday, atp.Demand{
		Ref: pump, Quantity: 35, Wanted: day("2026-03-05"),
		Lane:    &atp.Lane{Processing: 1, Transit: 2},
		Partial: atp.Partial{AtMost: 2},
		Explain: true,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range promise.Deliveries {
		fmt.Println(d.Quantity, "leave", d.Ship, "arrive", d.Deliver, "days late", d.DaysLate, d.Pegs)
	}

	held, err := stock.Reserve(monday, atp.Request{Key: "SO-2/1", Hold: 15 * time.Minute, Lines: promise.Lines()})
	if err != nil {
		fmt.Println(err) // *atp.ShortageError: somebody was quicker
		return
	}
	fmt.Println("held until", held.Expires.Format(time.TimeOnly))
	// Output:
	// 32 leave 2026-03-10 arrive 2026-03-12 days late 7 [2 from stock, available 30 from purchase-order PO-77/1 due 2026-03-07]
	// 3 leave 2026-03-17 arrive 2026-03-19 days late 14 [3 from purchase-order PO-80/1 due 2026-03-14]
	// held until 09:15:00
}

func Example_atpRank() {
	stock, pump, err := pumps()
	if err != nil {
		fmt.Println(err)
		return
	}
	book, err := atp.NewRuleBook("guide",
		atp.Rule{ID: "vip", When: `customer.class == "VIP"`, Then: atp.Ranking{Add: 100, Reason: "{customer.account} is a VIP"}},
		atp.Rule{ID: "waits", When: `age > 14`, Then: atp.Ranking{Add: 10, Reason: "has waited {age} days"}},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	live := rules.NewLive(book)

	claim := func(id, account, class, ordered string, quantity int64) atp.Candidate {
		return atp.Candidate{
			Claim: atp.Claim{
				Demand:  atp.Demand{ID: id, Ref: pump, Quantity: quantity, Wanted: day("2026-03-02"), Partial: atp.Partial{AtMost: 2}},
				Ordered: day(ordered),
			},
			Profile: atp.Profile{Account: account, Class: class},
		}
	}
	ranks, err := atp.Rank(context.Background(), monday, live, []atp.Candidate{
		claim("SO-3/1", "C-1", "retail", "2026-02-27", 8),
		claim("SO-4/1", "C-2", "retail", "2026-02-02", 8),
		claim("SO-5/1", "C-3", "VIP", "2026-03-01", 8),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	promises, err := stock.Allocate(monday, ranks.Claims())
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, p := range promises {
		fmt.Print(p.ID, ":")
		for _, d := range p.Deliveries {
			fmt.Print(" ", d.Quantity, "@", d.Start)
		}
		for _, r := range ranks.Served[i].Reasons {
			fmt.Print(", ", r.Text)
		}
		fmt.Println()
	}
	// Output:
	// SO-5/1: 8@2026-03-02, C-3 is a VIP
	// SO-4/1: 2@2026-03-02 6@2026-03-07, has waited 28 days
	// SO-3/1: 8@2026-03-07
}
