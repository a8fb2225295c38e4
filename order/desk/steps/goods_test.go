package steps_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk/steps"
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

// giving is a pricer that gives goods, others each time it is asked.
type giving struct {
	*pricing.Engine
	goods [][]pricing.FreeGood
}

func (g *giving) Price(ctx context.Context, r pricing.Request) (pricing.Result, error) {
	res, err := g.Engine.Price(ctx, r)
	res.Goods, g.goods = g.goods[0], g.goods[1:]
	return res, err
}

// Goods of an item that nobody knows, or that stock cannot count, are a finding;
// the order goes on without them.
func TestGoodsThatCannotBeGiven(t *testing.T) {
	h := newHouse(t)
	half := quantity.FromThousandths(500, quantity.Each)
	p := &giving{h.prices, [][]pricing.FreeGood{{
		{Rule: "unknown", Item: "NOTHING", Quantity: quantity.New(1, quantity.Each)},
		{Rule: "weighed", Item: "NAILS", Quantity: quantity.New(1, quantity.Kilogram)},
		{Rule: "half", Item: "NAILS", Quantity: half},
		{Rule: "good", Item: "NAILS", Quantity: quantity.New(1, quantity.Case)},
	}}}
	s := h.steps()
	s[1] = steps.Price(steps.PriceConfig{Engine: p, Customers: h.customers, Items: h.items})
	d := h.open(t, s...)
	h.stockUp(t, d, 10, 1000, "100.00")
	o := submit(t, d, document("PO1", "C1", want("HAMMER", 1, quantity.Each)))
	require.Len(t, o.Lines, 2)
	assert.Equal(t, quantity.New(12, quantity.Each), o.Lines[1].Base)
	assert.Equal(t, "good", o.Lines[1].Free.Rule)
	var codes []string
	for _, dec := range o.Decisions {
		for _, f := range dec.Findings {
			codes = append(codes, f.Code)
		}
	}
	assert.Equal(t, []string{"pricing.goods", "pricing.goods", "pricing.goods"}, codes)
}

// What is given again keeps its line, whatever else comes before it.
func TestGoodsKeepTheirLines(t *testing.T) {
	h := newHouse(t)
	one, two := quantity.New(1, quantity.Each), quantity.New(2, quantity.Each)
	nails := pricing.FreeGood{Rule: "nails", Line: "1", Item: "NAILS", Quantity: one}
	hammer := pricing.FreeGood{Rule: "hammer", Line: "1", Item: "HAMMER", Quantity: one}
	more := hammer
	more.Quantity = two
	p := &giving{h.prices, [][]pricing.FreeGood{{nails}, {hammer, nails}, {nails, nails, more}}}
	price := steps.Price(steps.PriceConfig{Engine: p, Customers: h.customers, Items: h.items})
	s := h.steps()[:1]
	for _, name := range []string{"first", "second", "third"} {
		price.Name = name
		s = append(s, price)
	}
	o := submit(t, h.open(t, s...), document("PO1", "C1", want("HAMMER", 1, quantity.Each)))
	var got []string
	for _, l := range o.Lines[1:] {
		got = append(got, l.ID+" "+l.Base.String()+" "+l.Item)
	}
	assert.Equal(t, []string{"F1 1 EA NAILS", "F3 1 EA NAILS", "F2 2 EA HAMMER"}, got)
}
