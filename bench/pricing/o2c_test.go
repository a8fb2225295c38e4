package pricing_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

func useO2C(tb testing.TB, n int) (func(), func() []int64) {
	var records []pricing.Record
	for item, price := range cents() {
		records = append(records, pricing.Record{
			ID: item, Key: pricing.Key{Item: item}, Price: money.FromMinor(price, money.USD), Unit: quantity.Each,
		})
	}
	prices, err := pricing.NewBook(records...)
	check(tb, err)
	deals := []pricing.Rule{
		{ID: "customer", Group: "customer", When: fmt.Sprintf(`customer.group == %q`, group), Then: percent(tb, customerPercent)},
		{ID: "order", Group: "order", When: `true`, Then: percent(tb, orderPercent)},
	}
	for _, p := range promotions(n) {
		deals = append(deals, pricing.Rule{
			ID: p.id, Group: "promotion", Then: percent(tb, p.percent),
			When: fmt.Sprintf(`item == %q and customer.group == %q and quantity >= %d`, p.item, p.group, p.least),
		})
	}
	rules, err := pricing.NewRuleBook("bench", deals...)
	check(tb, err)
	engine, err := pricing.New(pricing.Config{Prices: prices, Rules: rules, Zone: time.UTC, Schema: pricing.Schema{
		Access: []pricing.Access{{Fields: []pricing.Field{pricing.FieldItem}}},
		Steps: []pricing.Step{
			{Name: "list", Kind: pricing.StepPrice},
			{Name: "customer", Kind: pricing.StepDiscount, Base: pricing.BaseList},
			{Name: "promotion", Kind: pricing.StepDiscount, Base: pricing.BaseRunning, Stacking: pricing.StackBest},
			{Name: "order", Kind: pricing.StepDiscount, Base: pricing.BaseRunning, Scope: pricing.ScopeOrder},
		},
	}})
	check(tb, err)
	request := pricing.Request{
		Customer: pricing.Customer{Account: "C1", Group: group}, Currency: money.USD,
		At: time.Date(2026, 3, 27, 9, 0, 0, 0, time.UTC),
	}
	for i, l := range order() {
		request.Lines = append(request.Lines, pricing.Line{ID: strconv.Itoa(i + 1), Item: l.item, Quantity: quantity.New(l.quantity, quantity.Each)})
	}
	ctx := tb.Context()
	var result pricing.Result
	return func() {
			var err error
			result, err = engine.Price(ctx, request)
			check(tb, err)
		}, func() []int64 {
			var totals []int64
			for i := range result.Lines {
				total, whole := result.Lines[i].Total.Minor()
				if !whole {
					tb.Fatal("not whole cents")
				}
				totals = append(totals, total)
			}
			return totals
		}
}

func percent(tb testing.TB, n int64) pricing.Discount {
	rate, err := money.RateFromDecimal(decimal.New(n, -2))
	check(tb, err)
	return pricing.Discount{Kind: pricing.Percent, Rate: rate}
}
