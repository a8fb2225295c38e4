package durable_test

import (
	"context"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/durable"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// A reservation that was answered is there after a restart, and its key gives the same answer.
func Example() {
	ctx, now := context.Background(), time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	site, err := calendar.New(calendar.Config{Location: time.UTC})
	if err != nil {
		panic(err)
	}
	cfg := durable.Config{
		Stock:     atp.Config{Sites: []atp.Site{{ID: "BER", Calendar: site}}},
		Journal:   journal.NewMemory(), // or package sqljournal, on SQLite or PostgreSQL
		Stream:    "stock",
		Snapshots: journal.NewMemorySnapshots(), // or those of package sqljournal
	}
	stock, err := durable.Open(ctx, now, cfg)
	if err != nil {
		panic(err)
	}
	pump, _, err := stock.Define(ctx, now, atp.Definition{Item: "pump", Site: "BER"})
	if err != nil {
		panic(err)
	}
	if _, err := stock.Count(ctx, now, atp.Count{Ref: pump, Quantity: 10}); err != nil {
		panic(err)
	}
	reserve := func(stock *durable.Stock) {
		pump, err := stock.Live().Ref("pump", "BER")
		if err != nil {
			panic(err)
		}
		held, err := stock.Reserve(ctx, now, atp.Request{
			Key: "order 4711/1", Hold: 15 * time.Minute, Lines: []atp.Line{{Ref: pump, Date: calendar.DateOf(now), Quantity: 6}},
		})
		if err != nil {
			panic(err)
		}
		fmt.Println("until", held.Expires.Format("15:04"), "- had been done before:", held.Replayed)
	}
	reserve(stock)
	if _, err := durable.Snapshot(ctx, cfg); err != nil { // so that opening takes no time
		panic(err)
	}

	stock, err = durable.Open(ctx, now, cfg) // as after a crash
	if err != nil {
		panic(err)
	}
	reserve(stock)
	if err := stock.Close(ctx); err != nil {
		panic(err)
	}
	// Output:
	// until 09:15 - had been done before: false
	// until 09:15 - had been done before: true
}

// Do journals an operation that has no method here, or several together.
func ExampleStock_Do() {
	ctx, now := context.Background(), time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	site, err := calendar.New(calendar.Config{Location: time.UTC})
	if err != nil {
		panic(err)
	}
	j := journal.NewMemory()
	stock, err := durable.Open(ctx, now, durable.Config{
		Stock: atp.Config{Sites: []atp.Site{{ID: "BER", Calendar: site}}}, Journal: j, Stream: "stock",
	})
	if err != nil {
		panic(err)
	}
	err = stock.Do(ctx, now, func(live *atp.Stock) (durable.Change, error) {
		pump, defined, err := live.Define(now, atp.Definition{Item: "pump", Site: "BER"})
		if err != nil {
			return durable.Change{}, err
		}
		counted, err := live.Count(now, atp.Count{Ref: pump, Quantity: 10, Document: "opening stock"})
		if err != nil {
			return durable.Change{}, err
		}
		return durable.Change{Events: []any{defined, counted}}, nil
	})
	if err != nil {
		panic(err)
	}
	for e, err := range j.Read(ctx, "stock", 0) {
		if err != nil {
			panic(err)
		}
		packed, _, err := durable.Events().Decode(e)
		if err != nil {
			panic(err)
		}
		if p, ok := packed.(durable.Packed); ok {
			for _, event := range p.Events {
				fmt.Printf("%T\n", event)
			}
		}
	}
	// Output:
	// atp.ItemDefined
	// atp.StockCounted
}
