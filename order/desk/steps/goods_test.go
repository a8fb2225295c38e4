package steps_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/pricing"
)

// Goods that a promotion gives on top become a line of the order: they are
// promised, shipped and billed like any other, and cost nothing.
func TestGoodsOnTop(t *testing.T) {
	h := newHouse(t)
	book, err := pricing.NewBook(
		pricing.Record{ID: "L-HAMMER", Key: pricing.Key{Item: "HAMMER"}, Price: usd("10.00"), Unit: quantity.Each})
	require.NoError(t, err)
	rules, err := pricing.NewRuleBook("goods", pricing.Rule{
		ID: "nails", Group: "goods", When: `item == "HAMMER"`,
		Then: pricing.Discount{Kind: pricing.FreeGoods, Goods: &pricing.Goods{
			Every: quantity.New(2, quantity.Each), Free: quantity.New(50, quantity.Each), Policy: pricing.PerFullStep, Item: "NAILS",
		}},
	})
	require.NoError(t, err)
	h.prices, err = pricing.New(pricing.Config{Zone: time.UTC, Prices: book, Rules: rules, Schema: pricing.Schema{
		Name: "goods", Access: []pricing.Access{{Fields: []pricing.Field{pricing.FieldItem}}},
		Steps: []pricing.Step{
			{Name: "list", Kind: pricing.StepPrice},
			{Name: "goods", Kind: pricing.StepDiscount, Base: pricing.BaseRunning},
		},
	}})
	require.NoError(t, err)
	d := h.open(t, h.creditSteps()...)
	h.stockUp(t, d, 10, 1000, "100.00")
	o := submit(t, d, document("PO1", "C1", want("HAMMER", 5, quantity.Each)))
	require.Equal(t, order.StatusOpen, o.Status())
	require.Len(t, o.Lines, 2)
	free := o.Lines[1]
	assert.Equal(t, &order.Free{Rule: "nails", For: o.Lines[0].ID}, free.Free)
	assert.Equal(t, "NAILS", free.Item)
	assert.Equal(t, quantity.New(100, quantity.Each), free.Base)
	require.Len(t, free.Schedules, 1)
	assert.False(t, free.Schedules[0].Backordered())
	assert.Equal(t, usd("50.00"), o.Total())

	_, err = h.shipper().Ship(t.Context(), d, o.ID, "MAIN", calendar.DateOf(h.clock.now))
	require.NoError(t, err)
	inv, err := h.biller().Bill(t.Context(), d, o.ID)
	require.NoError(t, err)
	assert.Len(t, inv.Lines, 2)
	o, err = d.Order(o.ID)
	require.NoError(t, err)
	assert.Equal(t, order.StatusCompleted, o.Status())
	assert.Equal(t, order.FullyShipped, o.Fulfilment())
	h.replay(t, d)
}
