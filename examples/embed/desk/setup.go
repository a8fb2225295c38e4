package main

import (
	"context"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/item"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/pricing"
)

const (
	mainSite = "MAIN"
	actor    = "erp"
)

// host is what the ERP gives the desk: a clock, master data, and engines.
type host struct {
	clock     func() time.Time
	customers *party.Directory
	items     *item.Catalog
	prices    *pricing.Engine
	stock     *atp.Stock
	ledger    *credit.Ledger
}

// newHost makes engines of the ERP's master data.
func newHost(clock func() time.Time) (*host, error) {
	h := &host{clock: clock}
	var err error
	if h.customers, err = directory(customers()); err != nil {
		return nil, err
	}
	if h.items, err = catalog(items()); err != nil {
		return nil, err
	}
	if h.prices, err = prices(items()); err != nil {
		return nil, err
	}
	site, err := calendar.New(calendar.Config{Name: mainSite, Location: time.UTC})
	if err != nil {
		return nil, err
	}
	if h.stock, err = atp.New(atp.Config{Sites: []atp.Site{{ID: mainSite, Calendar: site}}}); err != nil {
		return nil, err
	}
	h.ledger, err = credit.New(credit.Config{})
	return h, err
}

func directory(rows []customerRow) (*party.Directory, error) {
	var parties []party.Party
	var accounts []party.Account
	for _, r := range rows {
		parties = append(parties, party.Party{ID: r.number, Name: r.name})
		accounts = append(accounts, party.Account{ID: r.number, Party: r.number, Class: r.class, Currency: money.USD})
	}
	return party.NewDirectory(parties, accounts)
}

func catalog(rows []itemRow) (*item.Catalog, error) {
	units, err := quantity.NewConversions(quantity.Each)
	if err != nil {
		return nil, err
	}
	var all []item.Item
	for _, r := range rows {
		all = append(all, item.Item{ID: r.sku, Units: units})
	}
	return item.NewCatalog(all...)
}

// prices is list price less 10% for key accounts.
func prices(rows []itemRow) (*pricing.Engine, error) {
	var records []pricing.Record
	for _, r := range rows {
		records = append(records, pricing.Record{
			ID: "list/" + r.sku, Key: pricing.Key{Item: r.sku}, Price: money.FromMinor(r.cents, money.USD), Unit: quantity.Each,
		})
	}
	book, err := pricing.NewBook(records...)
	if err != nil {
		return nil, err
	}
	discounts, err := pricing.NewRuleBook("discounts", pricing.Rule{
		ID: "KEY-10", Group: "account", When: `customer.group == "KEY"`,
		Then: pricing.Discount{Kind: pricing.Percent, Rate: money.MustRate("10%")},
	})
	if err != nil {
		return nil, err
	}
	return pricing.New(pricing.Config{
		Prices: book, Rules: discounts, Zone: time.UTC,
		Schema: pricing.Schema{
			Access: []pricing.Access{{Fields: []pricing.Field{pricing.FieldItem}}},
			Steps: []pricing.Step{
				{Name: "list", Kind: pricing.StepPrice},
				{Name: "account", Kind: pricing.StepDiscount, Base: pricing.BaseList},
			},
		},
	})
}

// load tells the engines what is in stock, what is on its way and who has how
// much credit, and has the desk remember it.
func (h *host) load(ctx context.Context, d *desk.Desk) error {
	now := h.clock()
	var events []any
	for _, r := range items() {
		ref, defined, err := h.stock.Define(now, atp.Definition{Item: r.sku, Site: mainSite})
		if err != nil {
			return err
		}
		counted, err := h.stock.Count(now, atp.Count{Ref: ref, Quantity: r.onHand})
		if err != nil {
			return err
		}
		events = append(events, defined, counted)
	}
	for _, r := range inbound() {
		ref, err := h.stock.Ref(r.sku, mainSite)
		if err != nil {
			return err
		}
		added, err := h.stock.AddSupply(now, atp.Supply{
			Ref: ref, Document: r.number, Type: atp.PurchaseOrder, Due: calendar.DateOf(r.due), Quantity: r.count,
		})
		if err != nil {
			return err
		}
		events = append(events, added)
	}
	if err := d.Record(ctx, "stock/"+mainSite, actor, events...); err != nil {
		return err
	}
	return h.limits(ctx, d)
}

func (h *host) limits(ctx context.Context, d *desk.Desk) error {
	var events []any
	for _, r := range customers() {
		limit, err := money.FromMinor(100, money.USD).MulInt(r.creditLimit)
		if err != nil {
			return err
		}
		set, err := h.ledger.SetAccount(h.clock(), credit.Setting{
			Account: credit.Account{ID: r.number, Currency: money.USD, Limit: &credit.Limit{Amount: limit}},
			Actor:   actor, Reason: "master data",
		})
		if err != nil {
			return err
		}
		events = append(events, set)
	}
	return d.Record(ctx, "credit", actor, events...)
}
