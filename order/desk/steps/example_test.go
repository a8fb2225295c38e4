package steps_test

import (
	"context"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/item"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/desk/steps"
	"github.com/o2ckit/o2c/order/invoice"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/shipping"
)

// must keeps the example short; a host handles its errors.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// A whole desk: an order is validated, priced, promised, checked for credit,
// accepted, shipped and billed. Everything that it decides is in the journal.
func Example() {
	ctx, now := context.Background(), time.Date(2026, 3, 30, 9, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }

	// master data
	directory := must(party.NewDirectory([]party.Party{{ID: "P1", Name: "Harbour Hardware"}},
		[]party.Account{{ID: "C1", Party: "P1", Currency: money.USD, PaymentTerms: "net 30"}}))
	catalog := must(item.NewCatalog(item.Item{
		ID: "HAMMER", Units: must(quantity.NewConversions(quantity.Each, quantity.Conversion{Unit: quantity.Case, Of: 12})),
	}))

	// engines
	prices := must(pricing.New(pricing.Config{
		Zone: time.UTC,
		Prices: must(pricing.NewBook(pricing.Record{
			ID: "LIST", Key: pricing.Key{Item: "HAMMER"}, Price: money.MustParse("10.00 USD"), Unit: quantity.Each,
		})),
		Schema: pricing.Schema{
			Name: "standard", Access: []pricing.Access{{Fields: []pricing.Field{pricing.FieldItem}}},
			Steps: []pricing.Step{{Name: "list", Kind: pricing.StepPrice}},
		},
	}))
	week := must(calendar.New(calendar.Config{Name: "MAIN", Zone: "UTC"}))
	stock := must(atp.New(atp.Config{Sites: []atp.Site{{ID: "MAIN", Calendar: week}}}))
	ledger := must(credit.New(credit.Config{}))
	shipments := must(shipping.NewLog(shipping.LogConfig{Prefix: "0614141"}))
	invoices := must(invoice.NewRegister(invoice.Series{Name: "sales", Prefix: "INV-", Width: 6}))

	// the desk
	j := journal.NewMemory()
	d := must(desk.Open(ctx, desk.Config{
		Journal: j,
		Clock:   clock,
		Steps: []desk.Step{
			steps.Validate(steps.ValidateConfig{Customers: directory, Items: catalog}),
			steps.Price(steps.PriceConfig{Engine: prices, Customers: directory, Items: catalog}),
			steps.Promise(steps.PromiseConfig{
				Stock: stock, Customers: directory, Items: catalog, Site: func(*order.Order, string) string { return "MAIN" },
			}),
			steps.CheckCredit(steps.CreditConfig{Ledger: ledger, Customers: directory}),
			steps.Accept(steps.AcceptConfig{Stock: stock}),
		},
		Folds: []desk.Fold{steps.FoldStock(stock), steps.FoldCredit(ledger), shipments, invoices},
	}))

	// stock and credit
	ref, defined, err := stock.Define(now, atp.Definition{Item: "HAMMER", Site: "MAIN"})
	if err != nil {
		panic(err)
	}
	counted := must(stock.Count(now, atp.Count{Ref: ref, Status: atp.Available, Quantity: 30}))
	limit := must(ledger.SetAccount(now, credit.Setting{Actor: "ann", Reason: "new customer", Account: credit.Account{
		ID: "C1", Currency: money.USD, Terms: "net 30", Limit: &credit.Limit{Amount: money.MustParse("1000.00 USD")},
	}}))
	if err := d.Record(ctx, "opening", "ann", defined, counted, limit); err != nil {
		panic(err)
	}

	// an order for three cases, of which two can ship at once
	r := must(d.Submit(ctx, desk.Submission{Key: "C1/4711", Document: order.Document{
		PurchaseOrder: "4711", Customer: "C1", Source: order.Source{Channel: "manual"},
		Lines: []order.Request{{ID: "1", Item: "HAMMER", Quantity: quantity.New(3, quantity.Case)}},
	}}))
	fmt.Println(r.Order.ID, r.Order.Status(), r.Order.Fulfilment(), r.Order.Total())

	home := shipping.Party{Name: "Main", Address: address()}
	shipper := steps.Shipper{
		Stock: stock, Items: catalog, Log: shipments, Credit: ledger, Customers: directory,
		From: func(string) shipping.Party { return home },
		To:   func(*order.Order) shipping.Party { return shipping.Party{Name: "Harbour Hardware", Address: address()} },
	}
	shipment := must(shipper.Ship(ctx, d, r.Order.ID, "MAIN", calendar.DateOf(now)))
	fmt.Println(shipment.ID, len(shipment.Cartons), "cartons", shipment.Cartons[0].SSCC)

	biller := steps.Biller{
		Register: invoices, Journal: j, Series: "sales", Customers: directory, Credit: ledger, Taxes: invoice.Untaxed,
	}
	bill := must(biller.Bill(ctx, d, r.Order.ID))
	fmt.Println(bill.Number, bill.Totals.Payable, "due", bill.Due[0].Date)

	exposure := must(ledger.Exposure(now, "C1"))
	fmt.Println(exposure.Receivables, "owed,", exposure.Orders, "on order")
	// Output:
	// SO-00000001 open backordered 360.00 USD
	// SH-SO-00000001-1 2 cartons 006141410000000005
	// INV-000001 240.00 USD due 2026-04-29
	// 240.00 USD owed, 120.00 USD on order
}
