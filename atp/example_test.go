package atp_test

import (
	"context"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// exampleStock has 10 on hand, 30 from a purchase order on Friday, and 20 more the week after.
func exampleStock(now time.Time) (*atp.Stock, atp.Ref, error) {
	site, err := calendar.New(calendar.Config{
		Name: "Berlin", Zone: "Europe/Berlin", Cutoff: calendar.MustClock("15:00"),
	})
	if err != nil {
		return nil, atp.Ref{}, err
	}
	stock, err := atp.New(atp.Config{Sites: []atp.Site{{ID: "BER", Calendar: site}}})
	if err != nil {
		return nil, atp.Ref{}, err
	}
	ref, _, err := stock.Define(now, atp.Definition{Item: "pump", Site: "BER"})
	if err != nil {
		return nil, atp.Ref{}, err
	}
	if _, err := stock.Count(now, atp.Count{Ref: ref, Quantity: 10}); err != nil {
		return nil, atp.Ref{}, err
	}
	for document, supply := range map[string]atp.Supply{
		"PO-77/1": {Due: calendar.MustDate("2026-03-06"), Quantity: 30},
		"PO-80/1": {Due: calendar.MustDate("2026-03-12"), Quantity: 20},
	} {
		supply.Ref, supply.Document, supply.Type = ref, document, atp.PurchaseOrder
		if _, err := stock.AddSupply(now, supply); err != nil {
			return nil, atp.Ref{}, err
		}
	}
	return stock, ref, nil
}

// Ask for a promise, and hold what it gives.
func Example() {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	stock, ref, err := exampleStock(now)
	if err != nil {
		fmt.Println(err)
		return
	}
	day := calendar.DateOf(now)
	promise, err := stock.Promise(now, atp.Demand{Ref: ref, Quantity: 35, Wanted: day, Partial: atp.Partial{AtMost: 2}})
	if err != nil {
		fmt.Println(err)
		return
	}
	held, err := stock.Reserve(now, atp.Request{Key: "order 4711/1", Hold: 15 * time.Minute, Lines: promise.Lines()})
	if err != nil {
		fmt.Println(err) // *ShortageError: somebody was quicker
		return
	}
	for _, line := range held.Lines {
		fmt.Println(line.Quantity, "of", line.Item, "on", line.Date)
	}
	// Output:
	// 10 of pump on 2026-03-02
	// 25 of pump on 2026-03-06
}

// Promise a line: 45 pumps, wanted on Thursday, a day for picking and two on the road.
func ExampleStock_Promise() {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	stock, ref, err := exampleStock(now)
	if err != nil {
		fmt.Println(err)
		return
	}
	promise, err := stock.Promise(now, atp.Demand{
		Ref: ref, Quantity: 45, Wanted: calendar.MustDate("2026-03-05"),
		Lane:    &atp.Lane{Processing: 1, Transit: 2},
		Partial: atp.Partial{AtMost: 2},
		Explain: true,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range promise.Deliveries {
		fmt.Printf("%d shipped %s, delivered %s, %d days late\n", d.Quantity, d.Ship, d.Deliver, d.DaysLate)
		for _, peg := range d.Pegs {
			fmt.Println("  " + peg.String())
		}
	}
	// Output:
	// 40 shipped 2026-03-09, delivered 2026-03-11, 6 days late
	//   10 from stock, available
	//   30 from purchase-order PO-77/1 due 2026-03-06
	// 5 shipped 2026-03-13, delivered 2026-03-15, 10 days late
	//   5 from purchase-order PO-80/1 due 2026-03-12
}

// Promise in cases of six: what fills no case waits for the next delivery.
func ExampleStock_Promise_packs() {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	stock, ref, err := exampleStock(now)
	if err != nil {
		fmt.Println(err)
		return
	}
	promise, err := stock.Promise(now, atp.Demand{
		Ref: ref, Quantity: 48, Pack: 6, Wanted: calendar.DateOf(now), Partial: atp.Partial{AtMost: atp.AnyNumber},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range promise.Deliveries {
		fmt.Println(d.Quantity, "on", d.Deliver)
	}
	// Output:
	// 6 on 2026-03-02
	// 30 on 2026-03-06
	// 12 on 2026-03-12
}

// Promise a set that is put together when it ships: a pump and two hoses.
func ExampleDemand_kit() {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	stock, pump, err := exampleStock(now)
	if err != nil {
		fmt.Println(err)
		return
	}
	set, _, err := stock.Define(now, atp.Definition{Item: "set", Site: "BER"})
	if err != nil {
		fmt.Println(err)
		return
	}
	hose, _, err := stock.Define(now, atp.Definition{Item: "hose", Site: "BER"})
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := stock.Count(now, atp.Count{Ref: hose, Quantity: 25}); err != nil {
		fmt.Println(err)
		return
	}
	promise, err := stock.Promise(now, atp.Demand{
		Ref: set, Quantity: 12, Wanted: calendar.DateOf(now), Partial: atp.Partial{AtMost: 2}, Explain: true,
		Kit: []atp.Component{{Ref: pump, Per: 1}, {Ref: hose, Per: 2}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range promise.Deliveries {
		fmt.Println(d.Quantity, "on", d.Deliver, d.Pegs)
	}
	fmt.Println("limited by", promise.Limit.Item)
	// Output:
	// 10 on 2026-03-02 [20 of hose from stock, available 10 of pump from stock, available]
	// 2 on 2026-03-06 [4 of hose from stock, available 2 of pump from purchase-order PO-77/1 due 2026-03-06]
	// limited by pump
}

// Reserve, commit, consume.
func ExampleStock_Reserve() {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	stock, ref, err := exampleStock(now)
	if err != nil {
		fmt.Println(err)
		return
	}
	today := calendar.DateOf(now)
	held, err := stock.Reserve(now, atp.Request{
		Key: "order 4711/1", Hold: 15 * time.Minute, Lines: []atp.Line{{Ref: ref, Date: today, Quantity: 8}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("held until", held.Expires.Format(time.TimeOnly))

	_, err = stock.Reserve(now, atp.Request{
		Key: "order 4712/1", Hold: 15 * time.Minute, Lines: []atp.Line{{Ref: ref, Date: today, Quantity: 5}},
	})
	fmt.Println(err)

	if _, err := stock.Commit(now.Add(time.Minute), held.Key); err != nil {
		fmt.Println(err)
		return
	}
	shipped, err := stock.Consume(now.Add(time.Hour), atp.Posting{Key: held.Key, Document: "shipment 1"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("shipped", shipped.Lines[0].Quantity)
	// Output:
	// held until 09:15:00
	// atp: reserve: item "pump" at site "BER": 5 requested, 2 available on 2026-03-02
	// shipped 8
}

// Decrease an order of 8 pumps of which 5 are picked: to 4 it cannot come down before the warehouse has put one back.
func ExampleStock_Decrease() {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	stock, ref, err := exampleStock(now)
	if err != nil {
		fmt.Println(err)
		return
	}
	lines := []atp.Line{{Ref: ref, Date: calendar.DateOf(now), Quantity: 8}}
	if _, err := stock.Reserve(now, atp.Request{Key: "4711/1", Hold: time.Hour, Lines: lines}); err != nil {
		fmt.Println(err)
		return
	}
	if _, err := stock.Commit(now, "4711/1"); err != nil {
		fmt.Println(err)
		return
	}
	part := func(quantity int64) []atp.Part { return []atp.Part{{Ref: ref, Quantity: quantity}} }
	if _, err := stock.Pick(now, atp.Posting{Key: "4711/1", Document: "pick list 1", Parts: part(5)}); err != nil {
		fmt.Println(err)
		return
	}
	e, err := stock.Decrease(now, atp.Decrease{Key: "4711/1", Document: "change 1", Ref: ref, To: 4})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("became", e.Became, "for", e.Picked, "are picked")
	if _, err := stock.Unpick(now, atp.Posting{Key: "4711/1", Document: "put away 1", Parts: part(1)}); err != nil {
		fmt.Println(err)
		return
	}
	e, err = stock.Decrease(now, atp.Decrease{Key: "4711/1", Document: "change 2", Ref: ref, To: 4})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("became", e.Became)
	// Output:
	// became 5 for 5 are picked
	// became 4
}

// Journal what happens, and rebuild the stock from the journal.
func ExampleStock_Apply() {
	ctx := context.Background()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	site, err := calendar.New(calendar.Config{Name: "Berlin", Zone: "Europe/Berlin"})
	if err != nil {
		fmt.Println(err)
		return
	}
	config := atp.Config{Sites: []atp.Site{{ID: "BER", Calendar: site}}}
	log, codec := journal.NewMemory(), atp.Events()

	// One life: each operation returns the event to journal.
	stock, err := atp.New(config)
	check(err)
	ref, defined, err := stock.Define(now, atp.Definition{Item: "pump", Site: "BER"})
	check(err)
	counted, err := stock.Count(now, atp.Count{Ref: ref, Quantity: 10})
	check(err)
	held, err := stock.Reserve(now, atp.Request{
		Key: "order 4711/1", Hold: time.Hour, Lines: []atp.Line{{Ref: ref, Date: calendar.DateOf(now), Quantity: 8}},
	})
	check(err)
	write := journal.Write{Stream: "atp"}
	for _, event := range []any{defined, counted, held} {
		draft, err := codec.Encode(event)
		check(err)
		draft.At, draft.Actor = now, "desk"
		write.Events = append(write.Events, draft)
	}
	if _, err := log.Append(ctx, journal.Batch{Writes: []journal.Write{write}}); err != nil {
		check(stock.UndoReserve(held))
	}

	// The next life: the state is a fold of the events.
	again, err := atp.New(config)
	check(err)
	for e, err := range log.Read(ctx, journal.All, 0) {
		check(err)
		event, known, err := codec.Decode(e)
		check(err)
		if known {
			check(again.Apply(event))
		}
	}
	ref, err = again.Ref("pump", "BER")
	check(err)
	n, err := again.ATP(now, atp.Query{Ref: ref, Date: calendar.DateOf(now)})
	check(err)
	fmt.Println(n, "available")
	// Output:
	// 2 available
}

// check keeps the example short; a program handles its errors.
func check(err error) {
	if err != nil {
		panic(err)
	}
}
