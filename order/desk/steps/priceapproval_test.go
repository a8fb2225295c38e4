package steps_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/desk/steps"
	"github.com/o2ckit/o2c/pricing"
)

// guardedHouse prices hammers at 10.00 with a margin floor of 20% for each line
// and of 15% for the order, and a cost that the test sets.
func guardedHouse(t *testing.T, cost *money.Amount) (*house, desk.Step) {
	t.Helper()
	h := newHouse(t)
	book, err := pricing.NewBook(pricing.Record{ID: "L", Key: pricing.Key{Item: "HAMMER"}, Price: usd("10.00"), Unit: quantity.Each})
	require.NoError(t, err)
	floor := func(name string, scope pricing.Scope, rate string) pricing.Step {
		return pricing.Step{Name: name, Kind: pricing.StepMargin, Scope: scope, Margin: pricing.MarginPolicy{
			Floor: money.MustRate(rate), Outcome: pricing.RequireApproval,
		}}
	}
	engine, err := pricing.New(pricing.Config{
		Zone: time.UTC, Prices: book, Schema: pricing.Schema{
			Access: []pricing.Access{{Fields: []pricing.Field{pricing.FieldItem}}},
			Steps: []pricing.Step{
				{Name: "list", Kind: pricing.StepPrice}, {Name: "customer price", Kind: pricing.StepCustomerPrice},
				floor("line floor", pricing.ScopeLine, "20%"), floor("order floor", pricing.ScopeOrder, "15%"),
			},
		},
	})
	require.NoError(t, err)
	return h, steps.Price(steps.PriceConfig{
		Engine: engine, Customers: h.customers, Items: h.items, Owner: "sales",
		Complete: func(_ context.Context, _ *order.Order, r *pricing.Request) error {
			for i := range r.Lines {
				r.Lines[i].Cost = &pricing.Price{Amount: *cost}
			}
			return nil
		},
	})
}

// reprice prices the order once more.
func reprice(t *testing.T, d *desk.Desk, id order.ID, price desk.Step) *order.Order {
	t.Helper()
	r, err := d.Act(t.Context(), id, desk.Action{Name: "price", Run: price.Run})
	require.NoError(t, err)
	return r.Order
}

// A released price hold is the approval of what the order was held for, and of no
// more.
func TestReleasedPriceHoldIsAnApproval(t *testing.T) {
	cost := usd("9.00")
	h, price := guardedHouse(t, &cost)
	s := h.steps()
	s[1] = price
	d := h.open(t, s...)
	h.supply(t)
	low := usd("9.50")
	line := want("HAMMER", 10, quantity.Each)
	line.Price = &low
	o := submit(t, d, document("PO1", "C1", line))
	require.Len(t, o.OpenHolds(), 1)
	require.Equal(t, "pricing.customer-price.lower", o.OpenHolds()[0].Code)
	assert.Equal(t, "sales", o.OpenHolds()[0].Owner)

	o = reprice(t, d, o.ID, price)
	require.Len(t, o.OpenHolds(), 1, "an open hold approves nothing")

	_, err := d.Release(t.Context(), o.ID, "H1", "ann", "agreed by phone")
	require.NoError(t, err)
	h.clock.now = h.clock.now.Add(time.Hour)
	o = reprice(t, d, o.ID, price)
	assert.Empty(t, o.OpenHolds())
	dec, _ := o.LastDecision("price")
	assert.Equal(t, order.Passed, dec.Outcome)
	assert.Contains(t, string(dec.Explanation), "agreed by phone", "the waterfall names who approved")
	assert.Equal(t, usd("100.00"), o.Total(), "at our price")

	cost = usd("9.01")
	o = reprice(t, d, o.ID, price)
	require.Len(t, o.OpenHolds(), 1, "it lacks more than was approved")
	assert.Equal(t, "pricing.margin.approval", o.OpenHolds()[0].Code)
	assert.Contains(t, o.OpenHolds()[0].Reason, "ann approved up to 12.50 USD only")

	_, err = d.Release(t.Context(), o.ID, "H2", "bob", "to keep the customer")
	require.NoError(t, err)
	h.clock.now = h.clock.now.Add(time.Hour)
	assert.Empty(t, reprice(t, d, o.ID, price).OpenHolds())
}

func TestCompleteThatFails(t *testing.T) {
	h := newHouse(t)
	s := h.steps()
	down := errors.New("the cost service is down")
	s[1] = steps.Price(steps.PriceConfig{
		Engine: h.prices, Customers: h.customers, Items: h.items,
		Complete: func(context.Context, *order.Order, *pricing.Request) error { return down },
	})
	d := h.open(t, s...)
	r, err := d.Submit(t.Context(), desk.Submission{Key: "1", Document: document("PO1", "C1", want("HAMMER", 1, quantity.Each))})
	require.NoError(t, err)
	require.NotNil(t, r.Waiting)
	assert.Equal(t, "price", r.Waiting.Step)
	assert.Contains(t, r.Waiting.Error, down.Error())
}
