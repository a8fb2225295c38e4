package order_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// An event that names one thing twice counts it twice, and one that does not
// fit in its last part leaves nothing of its first.
func TestPartsOfOneEventAddUp(t *testing.T) {
	ship := func(parts ...int64) order.Shipped {
		e := order.Shipped{Shipment: "S1", At: at}
		for _, n := range parts {
			e.Lines = append(e.Lines, order.ShippedLine{Line: "2", Schedule: "1", Quantity: each(n)})
		}
		return e
	}
	bill := func(number string, parts ...int64) order.Invoiced {
		e := order.Invoiced{Invoice: number, At: at, Payable: usd("1.00")}
		for _, n := range parts {
			e.Lines = append(e.Lines, order.InvoicedLine{Line: "2", Quantity: each(n), Net: usd("1.00")})
		}
		return e
	}
	o := build(t, received(), identified(), priced(), promised(), order.Accepted{At: at})
	before := *o.Clone()
	require.ErrorContains(t, o.Apply(ship(3, 3)), "of which 3 EA left before")
	assert.Equal(t, before, *o)
	require.NoError(t, o.Apply(ship(3, 1)))
	assert.Equal(t, each(4), o.Line("2").Shipped())

	before = *o.Clone()
	require.ErrorContains(t, o.Apply(bill("I1", 4, 1)), "4 EA was billed before")
	assert.Equal(t, before, *o)
	require.NoError(t, o.Apply(bill("I1", 1, 2)))
	assert.Equal(t, each(3), o.Billed("2"))
	require.ErrorContains(t, o.Apply(bill("I1", 1)), `invoice "I1" was issued before`)
	assert.Equal(t, each(0), o.Billed("1"))
	assert.Equal(t, quantity.Quantity{}, o.Billed("9"))
}

func TestPaymentsFitWhatWasBilled(t *testing.T) {
	shipped := order.Shipped{Shipment: "S1", At: at, Lines: []order.ShippedLine{{Line: "2", Schedule: "1", Quantity: each(5)}}}
	invoice := func(number string, n int64, payable money.Amount) order.Invoiced {
		return order.Invoiced{Invoice: number, Payable: payable, Lines: []order.InvoicedLine{{Line: "2", Quantity: each(n)}}}
	}
	most := money.FromMinor(math.MaxInt64, money.USD)
	for name, c := range map[string]struct {
		events []any
		last   any
		reason string
	}{
		"unknown invoice":   {[]any{invoice("I1", 1, usd("1.00"))}, order.Paid{Invoice: "I2", Amount: usd("1.00")}, `no invoice "I2"`},
		"other currency":    {[]any{invoice("I1", 1, usd("1.00"))}, order.Paid{Invoice: "I1", Amount: money.MustParse("1.00 EUR")}, "billed in USD"},
		"payments overflow": {[]any{invoice("I1", 1, usd("1.00")), order.Paid{Invoice: "I1", Amount: most}}, order.Paid{Invoice: "I1", Amount: usd("1.00")}, "range"},
		"invoices overflow": {[]any{invoice("I1", 1, most)}, invoice("I2", 1, usd("1.00")), "range"},
		"invoices in two":   {[]any{invoice("I1", 1, usd("1.00"))}, invoice("I2", 1, money.MustParse("1.00 EUR")), "USD"},
	} {
		t.Run(name, func(t *testing.T) {
			o := build(t, append([]any{received(), identified(), priced(), promised(), shipped}, c.events...)...)
			before := *o.Clone()
			var misfit *order.EventError
			err := o.Apply(c.last)
			require.ErrorAs(t, err, &misfit)
			assert.ErrorContains(t, err, c.reason)
			assert.Equal(t, before, *o)
		})
	}
	free := build(t, received(), identified(), priced(), promised(), shipped)
	assert.Equal(t, order.Unpaid, free.Payment())
	require.NoError(t, free.Apply(invoice("I1", 5, money.Zero(money.USD))))
	assert.Equal(t, order.FullyPaid, free.Payment(), "a sample is not owed for")
}

func TestOddOrders(t *testing.T) {
	empty := build(t, order.Received{ID: "SO-1", At: at})
	assert.Equal(t, order.StatusPending, empty.Status())
	assert.Equal(t, order.Unpromised, empty.Fulfilment())
	assert.Equal(t, order.Unbilled, empty.Billing())
	require.NoError(t, empty.Apply(order.Accepted{At: at}))
	assert.Equal(t, order.StatusOpen, empty.Status())
	require.NoError(t, empty.Apply(order.Priced{}))
	assert.True(t, empty.Total().IsZero())

	refused := build(t, received(), identified(), priced(), order.LineRejected{Line: "1"}, order.LineRejected{Line: "1"}, order.LineRejected{Line: "2"})
	assert.Equal(t, order.StatusRejected, refused.Status())
	assert.Equal(t, usd("7.50"), refused.Total(), "a line is taken off once; the freight stays until it is priced anew")
	require.ErrorContains(t,
		build(t, received(), order.HoldPlaced{Hold: order.Hold{ID: "H1"}}).Apply(order.HoldReleased{Hold: "H1"}), "no time")
}

// A copy can be worked with while the order goes on.
func TestCloneIsApart(t *testing.T) {
	o := build(t, received(), identified(), priced(), promised(), order.HoldPlaced{Hold: order.Hold{ID: "H1"}})
	c := o.Clone()
	require.NoError(t, o.Apply(order.HoldReleased{Hold: "H1", At: at}))
	require.NoError(t, o.Apply(order.Shipped{Lines: []order.ShippedLine{{Line: "1", Schedule: "1", Quantity: each(6)}}}))
	assert.Len(t, c.OpenHolds(), 1)
	assert.True(t, c.Line("1").Shipped().IsZero())
	c.Lines[0].Charges[0].Step, c.Document.Lines[0].Item = "changed", "changed"
	assert.Equal(t, "price", o.Lines[0].Charges[0].Step)
	assert.Equal(t, "A", o.Document.Lines[0].Item)
}

// large has an order of n lines and the events that take it all the way.
func large(n int) []any {
	r := order.Received{ID: "SO-1", At: time.Date(2026, 3, 27, 9, 0, 0, 0, time.UTC)}
	var known order.Identified
	var prices order.Priced
	var promise order.Promised
	ship, bill := order.Shipped{Shipment: "S"}, order.Invoiced{Invoice: "I"}
	var refused []any
	for i := range n {
		id := fmt.Sprint(i + 1)
		r.Document.Lines = append(r.Document.Lines, order.Request{ID: id, Item: "A", Quantity: each(2)})
		known.Lines = append(known.Lines, order.IdentifiedLine{Line: id, Item: "A", Base: each(2)})
		prices.Lines = append(prices.Lines, order.PricedLine{Line: id, Net: usd("2.00")})
		if i%2 == 1 {
			refused = append(refused, order.LineRejected{Line: id})
			continue
		}
		promise.Lines = append(promise.Lines, order.PromisedLine{Line: id, Schedules: []order.Schedule{{ID: "1", Quantity: each(2)}}})
		ship.Lines = append(ship.Lines, order.ShippedLine{Line: id, Schedule: "1", Quantity: each(2)})
		bill.Lines = append(bill.Lines, order.InvoicedLine{Line: id, Quantity: each(2)})
	}
	events := append([]any{r, known}, refused...)
	return append(events, prices, promise, order.Accepted{}, ship, bill)
}

func BenchmarkApply(b *testing.B) {
	for _, n := range []int{5, 5000} {
		events := large(n)
		b.Run(fmt.Sprint(n, "-lines"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var o order.Order
				for _, e := range events {
					if err := o.Apply(e); err != nil {
						b.Fatal(err)
					}
				}
				if o.Status() != order.StatusCompleted {
					b.Fatal(o.Status())
				}
			}
		})
	}
}
