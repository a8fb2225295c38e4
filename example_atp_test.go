package o2c_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/backorder"
	"github.com/o2ckit/o2c/atp/durable"
	"github.com/o2ckit/o2c/atp/sourcing"
	"github.com/o2ckit/o2c/atp/substitution"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/item"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/desk/steps"
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

func Example_atpReserve() {
	stock, pump, err := pumps()
	if err != nil {
		fmt.Println(err)
		return
	}
	six := atp.Request{Key: "cart 9", Hold: 15 * time.Minute, Lines: []atp.Line{{Ref: pump, Date: day("2026-03-02"), Quantity: 6}}}
	for _, at := range []time.Time{monday, monday.Add(time.Minute)} {
		held, err := stock.Reserve(at, six)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println("held until", held.Expires.Format(time.TimeOnly), "- said before:", held.Replayed)
	}

	five := atp.Request{Key: "cart 10", Hold: 15 * time.Minute, Lines: []atp.Line{{Ref: pump, Date: day("2026-03-02"), Quantity: 5}}}
	_, err = stock.Reserve(monday.Add(14*time.Minute), five)
	fmt.Println(err)
	_, err = stock.Reserve(monday.Add(15*time.Minute), five) // the hold of cart 9 has ended
	fmt.Println("cart 10 again:", err)
	_, err = stock.Commit(monday.Add(16*time.Minute), "cart 9")
	fmt.Println(err)
	// Output:
	// held until 09:15:00 - said before: false
	// held until 09:15:00 - said before: true
	// atp: reserve: item "pump" at site "BER": 5 requested, 4 available on 2026-03-02
	// cart 10 again: <nil>
	// atp: commit: reservation "cart 9" is expired
}

func Example_atpShip() {
	stock, pump, err := pumps()
	if err != nil {
		fmt.Println(err)
		return
	}
	shipped, err := stock.Consume(monday, atp.Posting{
		Key: "SO-1/1", Document: "shipment 31", Parts: []atp.Part{{Ref: pump, Quantity: 5}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("left:", shipped.Lines[0].Quantity)
	if _, err = stock.Release(monday, atp.Posting{Key: "SO-1/1", Document: "cancelled by phone"}); err != nil {
		fmt.Println(err)
		return
	}
	state, err := stock.Reservation(monday, "SO-1/1")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(state.Status, "consumed", state.Lines[0].Consumed, "released", state.Lines[0].Released)
	// Output:
	// left: 5
	// consumed consumed 5 released 3
}

// tents may be sold to retail by a quota of 100 a week: 80 and 60 of the first two weeks are gone.
func tents() (stock *atp.Stock, tent, retail atp.Ref, err error) {
	everyDay, err := calendar.New(calendar.Config{Name: "BER", Location: time.UTC, Week: calendar.EveryDay()})
	if err != nil {
		return nil, tent, retail, err
	}
	if stock, err = atp.New(atp.Config{Sites: []atp.Site{{ID: "BER", Calendar: everyDay}}}); err != nil {
		return nil, tent, retail, err
	}
	if tent, _, err = stock.Define(monday, atp.Definition{Item: "tent", Site: "BER"}); err != nil {
		return nil, tent, retail, err
	}
	if _, err = stock.Count(monday, atp.Count{Ref: tent, Quantity: 1000}); err != nil {
		return nil, tent, retail, err
	}
	if retail, _, err = stock.DefineQuota(monday, atp.QuotaDefinition{ID: "tent/retail", Site: "BER", Later: 1}); err != nil {
		return nil, tent, retail, err
	}
	plan := atp.QuotaSetting{Quota: retail, Document: "plan of March"}
	for week := range 3 {
		from := day("2026-03-02").AddDays(7 * week)
		plan.Periods = append(plan.Periods, atp.QuotaPeriod{From: from, To: from.AddDays(6), Quantity: 100})
	}
	if _, err = stock.SetQuota(monday, plan); err != nil {
		return nil, tent, retail, err
	}
	for week, gone := range []int64{80, 60} {
		_, err = stock.Reserve(monday, atp.Request{
			Key: fmt.Sprint("week ", week+1), Hold: time.Hour,
			Lines: []atp.Line{{Ref: retail, Date: day("2026-03-02").AddDays(7 * week), Quantity: gone}},
		})
		if err != nil {
			return nil, tent, retail, err
		}
	}
	return stock, tent, retail, nil
}

func Example_atpQuota() {
	stock, tent, retail, err := tents()
	if err != nil {
		fmt.Println(err)
		return
	}
	promise, err := stock.Promise(monday, atp.Demand{
		Ref: tent, Quantity: 70, Wanted: day("2026-03-11"), Partial: atp.Partial{AtMost: 2},
		Quotas: []atp.QuotaUse{{Quota: retail}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range promise.Deliveries {
		fmt.Println(d.Quantity, "on", d.Deliver, d.Quotas)
	}
	// Output:
	// 40 on 2026-03-11 [40 of tent/retail in 2026-03-09 to 2026-03-15]
	// 30 on 2026-03-16 [30 of tent/retail in 2026-03-16 to 2026-03-22]
}

func Example_atpShare() {
	parts, left, err := atp.FairShare(100, 6, []atp.Share{
		{ID: "SO-1/1", Open: 90, Minimum: 10}, {ID: "SO-2/1", Open: 60, Minimum: 10}, {ID: "SO-3/1", Open: 30, Minimum: 10},
	})
	fmt.Println(parts, "left", left, err)
	// Output:
	// [48 30 18] left 4 <nil>
}

func Example_atpLots() {
	everyDay, err := calendar.New(calendar.Config{Name: "dairy", Location: time.UTC, Week: calendar.EveryDay()})
	if err != nil {
		fmt.Println(err)
		return
	}
	stock, err := atp.New(atp.Config{Sites: []atp.Site{{ID: "dairy", Calendar: everyDay}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	yoghurt, _, err := stock.Define(monday, atp.Definition{Item: "yoghurt", Site: "dairy"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, lot := range []atp.Count{
		{Ref: yoghurt, Lot: "L7", Quantity: 40, Expires: day("2026-03-09")},
		{Ref: yoghurt, Lot: "L8", Quantity: 60, Expires: day("2026-03-20")},
	} {
		if _, err := stock.Count(monday, lot); err != nil {
			fmt.Println(err)
			return
		}
	}
	promises, err := stock.PromiseAll(monday, []atp.Demand{
		{ID: "chain", Ref: yoghurt, Quantity: 20, MinLife: 14, Explain: true}, // good for two weeks when they get it
		{ID: "kiosk", Ref: yoghurt, Quantity: 45, Explain: true},
	}, atp.LineByLine)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range promises {
		fmt.Println(p.ID, p.Deliveries[0].Pegs)
	}
	// Output:
	// chain [20 from stock, available, lot L8, good through 2026-03-20]
	// kiosk [40 from stock, available, lot L7, good through 2026-03-09 5 from stock, available, lot L8, good through 2026-03-20]
}

func Example_atpSourcing() {
	berlin, err := calendar.New(calendar.Config{Name: "Berlin", Zone: "Europe/Berlin", Cutoff: calendar.MustClock("15:00")})
	if err != nil {
		fmt.Println(err)
		return
	}
	stock, err := atp.New(atp.Config{Sites: []atp.Site{{ID: "BER", Calendar: berlin}, {ID: "ALEX", Calendar: berlin}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, at := range []struct {
		item, site string
		onHand     int64
	}{{"pump", "BER", 10}, {"hose", "BER", 3}, {"pump", "ALEX", 8}, {"hose", "ALEX", 8}} {
		ref, _, err := stock.Define(monday, atp.Definition{Item: at.item, Site: at.site})
		if err != nil {
			fmt.Println(err)
			return
		}
		if _, err := stock.Count(monday, atp.Count{Ref: ref, Quantity: at.onHand}); err != nil {
			fmt.Println(err)
			return
		}
	}
	book, err := sourcing.NewRuleBook("guide", sourcing.Rule{
		ID: "stores-last", When: `site.kind == "store"`,
		Then: sourcing.Preference{Rank: 1, Reason: "{site.id} is a store"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	network, err := sourcing.New(sourcing.Config{Stock: stock, Rules: rules.NewLive(book), Nodes: []sourcing.Node{
		{Site: "BER", Calendar: berlin}, {Site: "ALEX", Calendar: berlin, Kind: sourcing.Store},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, hoses := range []int64{2, 5} {
		answer, err := network.Source(context.Background(), monday, sourcing.Order{
			ID: "SO-6", Account: "C-1", Wanted: day("2026-03-05"), Explain: true,
			Lines: []sourcing.OrderLine{{ID: "1", Item: "pump", Quantity: 6}, {ID: "2", Item: "hose", Quantity: hoses}},
			Routes: []sourcing.Route{
				{Site: "BER", Lane: &atp.Lane{Processing: 1, Transit: 1}, Cost: 690}, {Site: "ALEX", Lane: &atp.Lane{Transit: 1}, Cost: 490},
			},
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, s := range answer.Shipments {
			for _, p := range s.Parts {
				fmt.Println(s.Site, "ships", p.Promise.Confirmed, p.Item)
			}
		}
		fmt.Println("nothing is better:", answer.Proven)
	}
	// Output:
	// BER ships 6 pump
	// BER ships 2 hose
	// nothing is better: true
	// ALEX ships 6 pump
	// ALEX ships 5 hose
	// nothing is better: true
}

func Example_atpSubstitution() {
	catalog, err := substitution.New(substitution.Config{Relations: []substitution.Relation{
		{From: "pump", To: "pump-2", Reason: "model year 2026"},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	stock, _, err := pumps()
	if err != nil {
		fmt.Println(err)
		return
	}
	next, _, err := stock.Define(monday, atp.Definition{Item: "pump-2", Site: "BER"})
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := stock.Count(monday, atp.Count{Ref: next, Quantity: 100}); err != nil {
		fmt.Println(err)
		return
	}
	answer, err := catalog.Promise(context.Background(), monday, stock, substitution.Demand{
		Request: substitution.Request{Item: "pump", Quantity: 12, Account: "C-1"}, Site: "BER", Wanted: day("2026-03-04"),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range answer.Parts {
		fmt.Printf("%d of %s on %s %q\n", p.For, p.Item, p.Promise.Deliveries[0].Deliver, p.Reason)
	}
	// Output:
	// 10 of pump on 2026-03-04 ""
	// 2 of pump-2 on 2026-03-04 "model year 2026"
}

func Example_atpBackorder() {
	stock, pump, err := pumps()
	if err != nil {
		fmt.Println(err)
		return
	}
	lines := []backorder.Line{
		{ID: "SO-1/1", Key: "SO-1/1", Ref: pump, Quantity: 8, Wanted: day("2026-03-09"), Partial: atp.Partial{AtMost: atp.AnyNumber}},
		{
			ID: "SO-7/1", Key: "SO-7/1", Ref: pump, Quantity: 36, Wanted: day("2026-03-07"), Strategy: backorder.Win,
			Partial: atp.Partial{AtMost: atp.AnyNumber},
		},
	}
	plan, err := backorder.Compute(monday, stock, lines, backorder.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range plan.Diff() {
		fmt.Printf("%s: %v becomes %v, %+d, %+d days\n", r.Line.ID, r.Before, r.After, r.Gained(), r.DaysLater())
	}
	done, err := plan.Commit(monday, stock, backorder.Note{Key: "run 1", Reason: "nightly", Actor: "planner"})
	if err != nil {
		fmt.Println(err) // *atp.StaleError: something has happened meanwhile; compute again
		return
	}
	fmt.Println("by", done.Actor, "for", done.Reason)
	// Output:
	// SO-7/1: [] becomes [36 on 2026-03-07], +36, +0 days
	// SO-1/1: [8 on 2026-03-09] becomes [4 on 2026-03-09 4 on 2026-03-14], +0, +5 days
	// by planner for nightly
}

func Example_atpShock() {
	stock, pump, err := pumps()
	if err != nil {
		fmt.Println(err)
		return
	}
	a, err := backorder.Assess(monday, stock, backorder.Shock{
		Counts:      []atp.Count{{Ref: pump, Quantity: 3}},
		Adjustments: []atp.Adjustment{{Ref: pump, Document: "PO-77/1", Due: day("2026-03-12"), Quantity: 30}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, i := range a.Impacts {
		fmt.Println(i.Key, i.Before, "becomes", i.After)
	}
	// Output:
	// SO-1/1 [8 on 2026-03-09] becomes [3 on 2026-03-09 5 on 2026-03-12]
}

func Example_atpDurable() {
	ctx := context.Background()
	berlin, err := calendar.New(calendar.Config{Name: "Berlin", Zone: "Europe/Berlin"})
	if err != nil {
		fmt.Println(err)
		return
	}
	config := durable.Config{
		Stock:     atp.Config{Sites: []atp.Site{{ID: "BER", Calendar: berlin}}},
		Journal:   journal.NewMemory(), // or package sqljournal, on SQLite or PostgreSQL
		Stream:    "stock",
		Snapshots: journal.NewMemorySnapshots(),
	}
	stock, err := durable.Open(ctx, monday, config)
	if err != nil {
		fmt.Println(err)
		return
	}
	pump, _, err := stock.Define(ctx, monday, atp.Definition{Item: "pump", Site: "BER"})
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := stock.Count(ctx, monday, atp.Count{Ref: pump, Quantity: 10}); err != nil {
		fmt.Println(err)
		return
	}
	_, err = stock.Reserve(ctx, monday, atp.Request{
		Key: "cart 9", Hold: time.Hour, Lines: []atp.Line{{Ref: pump, Date: day("2026-03-02"), Quantity: 6}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	again, err := durable.Open(ctx, monday, config) // as after a crash
	if err != nil {
		fmt.Println(err)
		return
	}
	state, err := again.Live().Reservation(monday, "cart 9")
	fmt.Println(state.Key, state.Status, err)
	// Output:
	// cart 9 held <nil>
}

func Example_atpKit() {
	stock, pump, err := pumps()
	if err != nil {
		fmt.Println(err)
		return
	}
	set, _, err := stock.Define(monday, atp.Definition{Item: "pump set", Site: "BER"})
	if err != nil {
		fmt.Println(err)
		return
	}
	hose, _, err := stock.Define(monday, atp.Definition{Item: "hose", Site: "BER"})
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := stock.Count(monday, atp.Count{Ref: hose, Quantity: 12}); err != nil {
		fmt.Println(err)
		return
	}
	promise, err := stock.Promise(monday, atp.Demand{
		ID: "SO-8/1", Ref: set, Quantity: 8, Wanted: day("2026-03-02"), Partial: atp.Partial{AtMost: 2}, Explain: true,
		Kit: []atp.Component{{Ref: pump, Per: 2}, {Ref: hose, Per: 1}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, sentence := range promise.Why() {
		fmt.Println(sentence)
	}
	for _, l := range promise.Lines() {
		fmt.Println("to be reserved:", l.Quantity, l.Ref.Item(), "for", l.Date)
	}
	// Output:
	// 5 delivered on 2026-03-02: 5 of hose from stock, available; 10 of pump from stock, available.
	// 3 delivered on 2026-03-07, 5 days late: 3 of hose from stock, available; 6 of pump from purchase-order PO-77/1 due 2026-03-07.
	// 5 kits can be had on 2026-03-02, limited by component pump.
	// to be reserved: 5 hose for 2026-03-02
	// to be reserved: 10 pump for 2026-03-02
	// to be reserved: 3 hose for 2026-03-07
	// to be reserved: 6 pump for 2026-03-07
}

func Example_atpPicked() {
	stock, _, err := pumps()
	if err != nil {
		fmt.Println(err)
		return
	}
	valve, _, err := stock.Define(monday, atp.Definition{Item: "valve", Site: "BER"})
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := stock.Count(monday, atp.Count{Ref: valve, Quantity: 100}); err != nil {
		fmt.Println(err)
		return
	}
	if _, err := stock.Reserve(monday, atp.Request{
		Key: "SO-9/1", Hold: time.Hour, Lines: []atp.Line{{Ref: valve, Date: day("2026-03-02"), Quantity: 100}},
	}); err != nil {
		fmt.Println(err)
		return
	}
	if _, err := stock.Commit(monday, "SO-9/1"); err != nil {
		fmt.Println(err)
		return
	}
	valves := func(n int64) []atp.Part { return []atp.Part{{Ref: valve, Quantity: n}} }
	if _, err := stock.Consume(monday, atp.Posting{Key: "SO-9/1", Document: "shipment 40", Parts: valves(30)}); err != nil {
		fmt.Println(err)
		return
	}
	if _, err := stock.Pick(monday, atp.Posting{Key: "SO-9/1", Document: "pick 77", Parts: valves(20)}); err != nil {
		fmt.Println(err)
		return
	}
	less, err := stock.Decrease(monday, atp.Decrease{Key: "SO-9/1", Document: "change 1", Ref: valve, To: 40})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("it becomes", less.Became, "of which", less.Consumed, "have left and", less.Picked, "are picked")
	// Output:
	// it becomes 50 of which 30 have left and 20 are picked
}

func Example_atpCapable() {
	stock, pump, err := pumps()
	if err != nil {
		fmt.Println(err)
		return
	}
	demands := []atp.Demand{{ID: "SO-10/1", Ref: pump, Quantity: 60, Wanted: day("2026-03-07")}}
	got, err := stock.PromiseCapable(context.Background(), monday, assembly{}, demands, atp.LineByLine)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(got.Promises[0].Confirmed, "on", got.Promises[0].Deliveries[0].Deliver)
	for _, p := range got.Production {
		fmt.Println("make", p.Quantity, "by", p.Due)
	}
	// Output:
	// 60 on 2026-03-11
	// make 28 by 2026-03-11
}

// assembly makes anything in four days.
type assembly struct{}

func (assembly) Propose(_ context.Context, needs []atp.ProductionNeed) (proposals []atp.ProductionProposal, _ error) {
	for i, n := range needs {
		proposals = append(proposals, atp.ProductionProposal{
			ID: fmt.Sprint("MO-", i+1), Ref: n.Ref, Due: n.From.AddDays(4), Quantity: n.Quantity,
		})
	}
	return proposals, nil
}

func Example_atpReliability() {
	stock, pump, err := pumps()
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := stock.AdjustSupply(monday, atp.Adjustment{
		Ref: pump, Document: "PO-77/1", Due: day("2026-03-07"), Quantity: 30,
		Reliability: &atp.Reliability{Lag: 3, Haircut: 100}, // three days late as a rule, and a tenth missing
	}); err != nil {
		fmt.Println(err)
		return
	}
	outlook, err := stock.Outlook(monday, pump)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range outlook.Days {
		fmt.Printf("%s %+d %+d can be promised %d\n", d.Date, d.Receipts, -d.Claims, d.ATP)
	}
	// Output:
	// 2026-03-02 +0 +0 can be promised 2
	// 2026-03-09 +0 -8 can be promised 2
	// 2026-03-10 +27 +0 can be promised 29
	// 2026-03-14 +20 +0 can be promised 49
}

func Example_atpDesk() {
	ctx := context.Background()
	if err := deskOfTwoSites(ctx); err != nil {
		fmt.Println(err)
	}
	// Output:
	// promised: 20 EA from BER on 2026-03-02; 10 EA from BER on 2026-03-14; 30 EA waits at BER
	// SO-00000001 [1] gains 30
	// promised: 20 EA from BER on 2026-03-02; 40 EA from BER on 2026-03-06
	// line 1: 60 EA became 25 EA
	// promised: 20 EA from BER on 2026-03-02; 5 EA from BER on 2026-03-06
}

// deskOfTwoSites takes an order for pumps, serves it anew as supply comes, and decreases it.
func deskOfTwoSites(ctx context.Context) error {
	each, err := quantity.NewConversions(quantity.Each)
	if err != nil {
		return err
	}
	items, err := item.NewCatalog(item.Item{ID: "pump", Units: each})
	if err != nil {
		return err
	}
	customers, err := party.NewDirectory([]party.Party{{ID: "P1", Name: "Hafenwerk"}},
		[]party.Account{{ID: "C1", Party: "P1", Currency: money.EUR}})
	if err != nil {
		return err
	}
	week, err := calendar.New(calendar.Config{Name: "week", Zone: "Europe/Berlin"})
	if err != nil {
		return err
	}
	stock, err := atp.New(atp.Config{Sites: []atp.Site{{ID: "BER", Calendar: week}, {ID: "HAM", Calendar: week}}})
	if err != nil {
		return err
	}
	network, err := sourcing.New(sourcing.Config{
		Stock: stock, Nodes: []sourcing.Node{{Site: "BER", Calendar: week}, {Site: "HAM", Calendar: week}},
	})
	if err != nil {
		return err
	}
	config := desk.Config{
		Journal: journal.NewMemory(),
		Clock:   func() time.Time { return monday },
		Steps: []desk.Step{
			steps.Validate(steps.ValidateConfig{Customers: customers, Items: items}),
			steps.Promise(steps.PromiseConfig{
				Stock: stock, Customers: customers, Items: items,
				Sourcing: &steps.Sourcing{Network: network, Routes: func(*order.Order) []sourcing.Route {
					return []sourcing.Route{{Site: "BER"}, {Site: "HAM"}}
				}},
			}),
			steps.Accept(steps.AcceptConfig{Stock: stock}),
		},
		Folds: []desk.Fold{steps.FoldStock(stock)}, // opening the desk again rebuilds it
	}
	d, err := desk.Open(ctx, config)
	if err != nil {
		return err
	}

	pump, defined, err := stock.Define(monday, atp.Definition{Item: "pump", Site: "BER"})
	if err != nil {
		return err
	}
	counted, err := stock.Count(monday, atp.Count{Ref: pump, Quantity: 20})
	if err != nil {
		return err
	}
	due, err := stock.AddSupply(monday, atp.Supply{
		Ref: pump, Document: "PO-80/1", Type: atp.PurchaseOrder, Due: day("2026-03-14"), Quantity: 10,
	})
	if err != nil {
		return err
	}
	if err := d.Record(ctx, "stock/BER", "warehouse", defined, counted, due); err != nil {
		return err
	}

	r, err := d.Submit(ctx, desk.Submission{Key: "C1/4711", Document: order.Document{
		PurchaseOrder: "4711", Customer: "C1", Currency: money.EUR, Source: order.Source{Channel: "manual"},
		Lines: []order.Request{{ID: "1", Item: "pump", Quantity: quantity.New(60, quantity.Each)}},
	}})
	if err != nil {
		return err
	}
	id := r.Order.ID
	if err := printPromise(d, id); err != nil {
		return err
	}

	due, err = stock.AddSupply(monday, atp.Supply{
		Ref: pump, Document: "PO-77/1", Type: atp.PurchaseOrder, Due: day("2026-03-06"), Quantity: 50,
	})
	if err != nil {
		return err
	}
	if err := d.Record(ctx, "stock/BER", "warehouse", due); err != nil {
		return err
	}
	backorders := &steps.Backorders{Stock: stock, Customers: customers, Items: items}
	run, err := backorders.Compute(ctx, d, monday, nil, backorder.Options{})
	if err != nil {
		return err
	}
	for _, r := range run.Plan.Diff() {
		id, lines := run.Lines(r.Line.ID)
		fmt.Println(id, lines, "gains", r.Gained())
	}
	err = backorders.Commit(ctx, d, run, backorder.Note{Key: "run 1", Reason: "PO-77 was confirmed", Actor: "planner"})
	if err != nil {
		return err
	}
	if err := printPromise(d, id); err != nil {
		return err
	}

	amender := steps.Amender{Stock: stock, Items: items, Backorders: backorders}
	became, err := amender.Decrease(ctx, d, id, "1", quantity.New(25, quantity.Each),
		steps.Amendment{Document: "860/17", Actor: "bob", Reason: "the customer asked"})
	if err != nil {
		return err
	}
	fmt.Println(became)
	return printPromise(d, id)
}

// printPromise says what the first line of an order is promised.
func printPromise(d *desk.Desk, id order.ID) error {
	o, err := d.Order(id)
	if err != nil {
		return err
	}
	var all []string
	for _, s := range o.Lines[0].Schedules {
		if s.Backordered() {
			all = append(all, fmt.Sprint(s.Quantity, " waits at ", s.Site))
		} else {
			all = append(all, fmt.Sprint(s.Quantity, " from ", s.Site, " on ", s.Deliver))
		}
	}
	fmt.Println("promised:", strings.Join(all, "; "))
	return nil
}
