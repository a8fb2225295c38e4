package main

import (
	"context"
	"time"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

// open makes an engine of the shop's price table, once.
func open(table []priceRow) (*pricing.Engine, error) {
	var records []pricing.Record
	for _, r := range table {
		records = append(records, pricing.Record{ID: "list/" + r.sku, Key: pricing.Key{Item: r.sku},
			Price: money.FromMinor(r.cents, money.USD), Unit: quantity.Each})
	}
	prices, err := pricing.NewBook(records...)
	if err != nil {
		return nil, err
	}
	deals, err := pricing.NewRuleBook("deals", memberDeal())
	if err != nil {
		return nil, err
	}
	return pricing.New(pricing.Config{Prices: prices, Rules: deals, Zone: time.UTC, Schema: waterfall()})
}

// price prices a cart.
func price(ctx context.Context, engine *pricing.Engine, c cart) (pricing.Result, error) {
	request := pricing.Request{Currency: money.USD, At: c.placed, Customer: pricing.Customer{Group: c.tier}}
	for _, l := range c.lines {
		request.Lines = append(request.Lines,
			pricing.Line{ID: l.sku, Item: l.sku, Quantity: quantity.New(l.count, quantity.Each)})
	}
	return engine.Price(ctx, request)
}
