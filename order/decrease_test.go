package order_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

func apply(t *testing.T, o *order.Order, events ...any) {
	t.Helper()
	for _, e := range events {
		require.NoError(t, o.Apply(e))
	}
}

// Ten of A are worth 18.00 and five of B 20.00, with 7.50 freight. Four of A left and
// were billed; then the line comes down to seven.
func TestDecreasedLine(t *testing.T) {
	var o order.Order
	apply(t, &o, received(), identified(), priced(), promised(), order.Accepted{At: at})
	assert.Equal(t, usd("45.50"), o.Total())
	apply(t, &o, order.Shipped{Shipment: "SH-1", At: at, Lines: []order.ShippedLine{{Line: "1", Schedule: "1", Quantity: each(4)}}},
		order.Invoiced{Invoice: "I-1", At: at, Lines: []order.InvoicedLine{{Line: "1", Quantity: each(4), Net: usd("7.20")}}, Payable: usd("7.20")})
	day := calendar.MustDate("2026-03-31")
	decreased := order.LineDecreased{
		Line: "1", By: each(3), Schedules: []order.Schedule{{ID: "3", Quantity: each(2), Ship: day, Site: "S1"}, {ID: "2", Quantity: each(1)}},
	}
	apply(t, &o, decreased)
	l := o.Line("1")
	assert.Equal(t, each(10), l.Base)
	assert.Equal(t, each(3), l.Cancelled)
	assert.Equal(t, each(7), l.Deliverable())
	assert.Equal(t, []order.Schedule{
		{ID: "1", Quantity: each(4), Shipped: each(4), Ship: day, Site: "S1"}, decreased.Schedules[0], decreased.Schedules[1],
	}, l.Schedules)
	value, err := l.Value()
	require.NoError(t, err)
	assert.Equal(t, usd("12.60"), value, "7 of 10 for 18.00")
	assert.Equal(t, usd("40.10"), o.Total())

	// what is left of it: it is done once that has left and is billed
	apply(t, &o, order.LineDecreased{Line: "1", By: each(1), Schedules: []order.Schedule{{ID: "3", Quantity: each(2), Ship: day, Site: "S1"}}})
	assert.Equal(t, usd("38.30"), o.Total())
	apply(t, &o, order.Shipped{Shipment: "SH-2", At: at, Lines: []order.ShippedLine{
		{Line: "1", Schedule: "3", Quantity: each(2)}, {Line: "2", Schedule: "1", Quantity: each(5)},
	}})
	assert.Equal(t, order.FullyShipped, o.Fulfilment())
	assert.Equal(t, order.PartiallyBilled, o.Billing())
	apply(t, &o, order.Invoiced{Invoice: "I-2", At: at, Payable: usd("31.10"), Lines: []order.InvoicedLine{
		{Line: "1", Quantity: each(2), Net: usd("3.60")}, {Line: "2", Quantity: each(5), Net: usd("20.00")},
	}})
	assert.Equal(t, order.StatusCompleted, o.Status())

	// priced anew, what was given up is worth nothing still
	p := priced()
	p.Lines[0].Net = usd("36.00")
	p.Lines[0].Charges = nil
	apply(t, &o, p)
	assert.Equal(t, usd("49.10"), o.Total(), "6 of 10 for 36.00")
	apply(t, &o, order.LineRejected{Line: "1"})
	assert.Equal(t, usd("27.50"), o.Total())
}

func TestDecreasesThatDoNotFit(t *testing.T) {
	var o order.Order
	apply(t, &o, received(), identified(), priced(), promised(), order.Accepted{At: at},
		order.Shipped{Shipment: "SH-1", At: at, Lines: []order.ShippedLine{{Line: "1", Schedule: "1", Quantity: each(4)}}},
		order.LineRejected{Line: "2"})
	day := calendar.MustDate("2026-03-31")
	open := func(n int64) []order.Schedule { return []order.Schedule{{ID: "9", Quantity: each(n), Ship: day}} }
	for name, e := range map[string]order.LineDecreased{
		"no such line":              {Line: "3", By: each(1), Schedules: open(5)},
		"refused":                   {Line: "2", By: each(1), Schedules: open(4)},
		"by nothing":                {Line: "1", By: each(0), Schedules: open(6)},
		"more":                      {Line: "1", By: each(-1), Schedules: open(7)},
		"more than has not left":    {Line: "1", By: each(7)},
		"all of it":                 {Line: "1", By: each(10)},
		"schedules do not add up":   {Line: "1", By: each(3), Schedules: open(4)},
		"in another unit":           {Line: "1", By: quantity.MustParse("3 KG"), Schedules: open(3)},
		"with a schedule that left": {Line: "1", By: each(3), Schedules: []order.Schedule{{ID: "1", Quantity: each(3), Ship: day}}},
	} {
		t.Run(name, func(t *testing.T) {
			before := o.Clone()
			var misfit *order.EventError
			require.ErrorAs(t, o.Apply(e), &misfit)
			assert.Equal(t, before, &o)
		})
	}
}
