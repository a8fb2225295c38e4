package main

import (
	"context"
	"strconv"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/desk/steps"
)

// open puts the desk together: five steps over the host's engines, remembered in memory.
func open(ctx context.Context, h *host) (*desk.Desk, error) {
	site := func(*order.Order, string) string { return mainSite }
	return desk.Open(ctx, desk.Config{Journal: journal.NewMemory(), Clock: h.clock, Steps: []desk.Step{
		steps.Validate(steps.ValidateConfig{Customers: h.customers, Items: h.items}),
		steps.Price(steps.PriceConfig{Engine: h.prices, Customers: h.customers, Items: h.items}),
		steps.Promise(steps.PromiseConfig{Stock: h.stock, Customers: h.customers, Items: h.items, Site: site}),
		steps.CheckCredit(steps.CreditConfig{Ledger: h.ledger, Customers: h.customers}),
		steps.Accept(steps.AcceptConfig{Stock: h.stock}),
	}, Folds: []desk.Fold{steps.FoldStock(h.stock), steps.FoldCredit(h.ledger)}})
}

// submit takes a sales order of the ERP over the desk.
func submit(ctx context.Context, d *desk.Desk, so salesOrder) (desk.Result, error) {
	doc := order.Document{PurchaseOrder: so.number, Customer: so.customer, Currency: money.USD,
		Source: order.Source{Channel: "erp"}, RequestedDelivery: calendar.DateOf(so.wanted)}
	for i, l := range so.lines {
		doc.Lines = append(doc.Lines, order.Request{ID: strconv.Itoa(i + 1), Item: l.sku, Quantity: quantity.New(l.count, quantity.Each)})
	}
	return d.Submit(ctx, desk.Submission{Key: so.customer + "/" + so.number, Document: doc})
}
