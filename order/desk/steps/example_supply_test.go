package steps_test

import (
	"context"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/backorder"
	"github.com/o2ckit/o2c/atp/sourcing"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/item"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/desk/steps"
)

// office is a desk that ships pumps and hoses from two sites.
type office struct {
	desk  *desk.Desk
	stock *atp.Stock
	items *item.Catalog
	who   *party.Directory
	now   time.Time
}

func newOffice(ctx context.Context) *office {
	o := &office{now: time.Date(2026, 3, 30, 9, 0, 0, 0, time.UTC)}
	each := must(quantity.NewConversions(quantity.Each))
	o.items = must(item.NewCatalog(item.Item{ID: "PUMP", Units: each}, item.Item{ID: "HOSE", Units: each}))
	o.who = must(party.NewDirectory([]party.Party{{ID: "P1", Name: "Harbour Hardware"}},
		[]party.Account{{ID: "C1", Party: "P1", Currency: money.USD}}))
	week := must(calendar.New(calendar.Config{Name: "week", Zone: "UTC"}))
	o.stock = must(atp.New(atp.Config{Sites: []atp.Site{{ID: "EAST", Calendar: week}, {ID: "WEST", Calendar: week}}}))
	network := must(sourcing.New(sourcing.Config{Stock: o.stock, Nodes: []sourcing.Node{
		{Site: "EAST", Calendar: week}, {Site: "WEST", Calendar: week},
	}}))
	o.desk = must(desk.Open(ctx, desk.Config{
		Journal: journal.NewMemory(),
		Clock:   func() time.Time { return o.now },
		Steps: []desk.Step{
			steps.Validate(steps.ValidateConfig{Customers: o.who, Items: o.items}),
			steps.Promise(steps.PromiseConfig{
				Stock: o.stock, Customers: o.who, Items: o.items,
				Sourcing: &steps.Sourcing{Network: network, Routes: func(*order.Order) []sourcing.Route {
					return []sourcing.Route{{Site: "EAST"}, {Site: "WEST"}}
				}},
			}),
			steps.Accept(steps.AcceptConfig{Stock: o.stock}),
		},
		Folds: []desk.Fold{steps.FoldStock(o.stock)},
	}))
	return o
}

// count puts goods on hand and records it.
func (o *office) count(ctx context.Context, id, site string, n int64) {
	ref, defined, err := o.stock.Define(o.now, atp.Definition{Item: id, Site: site})
	if err != nil {
		panic(err)
	}
	counted := must(o.stock.Count(o.now, atp.Count{Ref: ref, Quantity: n}))
	if err := o.desk.Record(ctx, "stock/"+site, "ann", defined, counted); err != nil {
		panic(err)
	}
}

func (o *office) order(ctx context.Context, po string, lines ...order.Request) order.ID {
	return must(o.desk.Submit(ctx, desk.Submission{Key: po, Document: order.Document{
		PurchaseOrder: po, Customer: "C1", Currency: money.USD, Source: order.Source{Channel: "manual"}, Lines: lines,
	}})).Order.ID
}

// print says what each line of an order is promised.
func (o *office) print(id order.ID) {
	for _, l := range must(o.desk.Order(id)).Lines {
		for _, s := range l.Schedules {
			if s.Backordered() {
				fmt.Println(id, l.Item, s.Quantity, "waits at", s.Site)
			} else {
				fmt.Println(id, l.Item, s.Quantity, "from", s.Site, "on", s.Deliver)
			}
		}
	}
}

// Both sites have hoses, but one of them has the pumps, too: the order ships from there.
func ExampleSourcing() {
	ctx := context.Background()
	o := newOffice(ctx)
	o.count(ctx, "HOSE", "EAST", 100)
	o.count(ctx, "HOSE", "WEST", 20)
	o.count(ctx, "PUMP", "WEST", 5)
	id := o.order(ctx, "4711",
		order.Request{ID: "1", Item: "PUMP", Quantity: quantity.New(4, quantity.Each)},
		order.Request{ID: "2", Item: "HOSE", Quantity: quantity.New(8, quantity.Each)})
	o.print(id)
	// Output:
	// SO-00000001 PUMP 4 EA from WEST on 2026-03-30
	// SO-00000001 HOSE 8 EA from WEST on 2026-03-30
}

// A purchase order comes in for what customers wait for: look at the difference, then
// commit all of it or nothing. The orders follow.
func ExampleBackorders() {
	ctx := context.Background()
	o := newOffice(ctx)
	o.count(ctx, "PUMP", "WEST", 10)
	pumps := func(n int64) order.Request {
		return order.Request{ID: "1", Item: "PUMP", Quantity: quantity.New(n, quantity.Each)}
	}
	o.order(ctx, "4711", pumps(8))
	id := o.order(ctx, "4712", pumps(5))
	o.print(id)

	added := must(o.stock.AddSupply(o.now, atp.Supply{
		Ref: must(o.stock.Ref("PUMP", "WEST")), Document: "PO-7/1", Type: atp.PurchaseOrder,
		Due: calendar.MustDate("2026-04-02"), Quantity: 24,
	}))
	if err := o.desk.Record(ctx, "stock/WEST", "ann", added); err != nil {
		panic(err)
	}
	backorders := &steps.Backorders{Stock: o.stock, Customers: o.who, Items: o.items}
	run := must(backorders.Compute(ctx, o.desk, o.now, nil, backorder.Options{}))
	for _, r := range run.Plan.Diff() {
		id, lines := run.Lines(r.Line.ID)
		fmt.Println(id, lines, "gains", r.Gained())
	}
	err := backorders.Commit(ctx, o.desk, run, backorder.Note{Key: "run 1", Reason: "PO-7 was confirmed", Actor: "planner"})
	if err != nil {
		panic(err)
	}
	o.print(id)
	// Output:
	// SO-00000002 PUMP 2 EA from WEST on 2026-03-30
	// SO-00000002 PUMP 3 EA waits at WEST
	// SO-00000002 [1] gains 3
	// SO-00000002 PUMP 2 EA from WEST on 2026-03-30
	// SO-00000002 PUMP 3 EA from WEST on 2026-04-02
}

// The customer wants less: the stock gets back what was reserved. The same document
// again is the same change.
func ExampleAmender() {
	ctx := context.Background()
	o := newOffice(ctx)
	o.count(ctx, "PUMP", "WEST", 10)
	id := o.order(ctx, "4711", order.Request{ID: "1", Item: "PUMP", Quantity: quantity.New(8, quantity.Each)})

	amender := steps.Amender{Stock: o.stock, Items: o.items}
	note := steps.Amendment{Document: "860/17", Actor: "bob", Reason: "the customer asked"}
	for range 2 {
		fmt.Println(must(amender.Decrease(ctx, o.desk, id, "1", quantity.New(3, quantity.Each), note)))
	}
	fmt.Println(must(o.stock.ATP(o.now, atp.Query{Ref: must(o.stock.Ref("PUMP", "WEST"))})), "can be promised")

	fmt.Println(must(amender.Cancel(ctx, o.desk, id, steps.Amendment{Document: "860/18", Reason: "the shop has closed"})))
	fmt.Println(must(o.desk.Order(id)).Status())
	// Output:
	// line 1: 8 EA became 3 EA
	// line 1: 8 EA became 3 EA
	// 7 can be promised
	// [line 1: 3 EA became 0 EA]
	// rejected
}
