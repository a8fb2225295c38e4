package order_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

var at = time.Date(2026, 3, 27, 9, 0, 0, 0, time.UTC)

func usd(s string) money.Amount { return money.MustParse(s + " USD") }

func each(n int64) quantity.Quantity { return quantity.New(n, quantity.Each) }

// received is an order of two lines, 10 of A and 5 of B.
func received() order.Received {
	return order.Received{ID: "SO-1", Submission: "k", At: at, Document: order.Document{
		PurchaseOrder: "PO1", Currency: money.USD, Source: order.Source{Channel: "manual"},
		Lines: []order.Request{{ID: "1", Item: "A", Quantity: each(10)}, {ID: "2", Item: "B", Quantity: each(5)}},
	}}
}

func identified() order.Identified {
	return order.Identified{Customer: "C1", Lines: []order.IdentifiedLine{
		{Line: "1", Item: "A", Base: each(10)}, {Line: "2", Item: "B", Base: each(5)},
	}}
}

func priced() order.Priced {
	return order.Priced{
		Lines: []order.PricedLine{
			{Line: "1", UnitPrice: usd("2.00"), Net: usd("18.00"), Charges: []order.Charge{
				{Step: "price", Kind: "price", Amount: usd("20.00")},
				{Step: "order discount", Kind: "discount", Amount: usd("-2.00"), Spread: true},
			}},
			{Line: "2", UnitPrice: usd("4.00"), Net: usd("20.00")},
		},
		Charges: []order.Charge{
			{Step: "order discount", Kind: "discount", Amount: usd("-2.00"), Spread: true},
			{Step: "freight", Kind: "freight", Amount: usd("7.50")},
		},
	}
}

func promised() order.Promised {
	day := calendar.MustDate("2026-03-31")
	return order.Promised{Lines: []order.PromisedLine{
		{Line: "1", Schedules: []order.Schedule{{ID: "1", Quantity: each(6), Ship: day, Site: "S1"}, {ID: "2", Quantity: each(4)}}},
		{Line: "2", Schedules: []order.Schedule{{ID: "1", Quantity: each(5), Ship: day, Site: "S1"}}},
	}}
}

func build(t *testing.T, events ...any) *order.Order {
	t.Helper()
	var o order.Order
	for _, e := range events {
		require.NoError(t, o.Apply(e))
	}
	return &o
}

func TestWayOfAnOrder(t *testing.T) {
	o := build(t, received())
	assert.Equal(t, order.StatusPending, o.Status())
	assert.Equal(t, order.Unpromised, o.Fulfilment())

	apply := func(e any) { t.Helper(); require.NoError(t, o.Apply(e)) }
	apply(identified())
	apply(priced())
	assert.Equal(t, usd("45.50"), o.Total(), "a spread charge is in the nets, freight is not")
	apply(promised())
	assert.Equal(t, order.Backordered, o.Fulfilment())
	assert.Equal(t, order.Backordered, o.Line("1").Fulfilment())
	assert.Equal(t, order.FullyPromised, o.Line("2").Fulfilment())
	apply(order.Accepted{At: at})
	assert.Equal(t, order.StatusOpen, o.Status())

	apply(order.Shipped{Shipment: "S1", At: at, Lines: []order.ShippedLine{
		{Line: "1", Schedule: "1", Quantity: each(6)}, {Line: "2", Schedule: "1", Quantity: each(5)},
	}})
	assert.Equal(t, order.PartiallyShipped, o.Fulfilment())
	assert.Equal(t, order.FullyShipped, o.Line("2").Fulfilment())
	assert.Equal(t, order.Unbilled, o.Billing())
	apply(order.Invoiced{Invoice: "I1", Payable: usd("30.80"), Lines: []order.InvoicedLine{
		{Line: "1", Quantity: each(6), Net: usd("10.80")}, {Line: "2", Quantity: each(5), Net: usd("20.00")},
	}})
	assert.Equal(t, order.PartiallyBilled, o.Billing())
	assert.Equal(t, order.Unpaid, o.Payment())
	apply(order.Paid{Invoice: "I1", Amount: usd("10.00")})
	assert.Equal(t, order.PartiallyPaid, o.Payment())
	apply(order.Paid{Invoice: "I1", Amount: usd("20.80")})
	assert.Equal(t, order.FullyPaid, o.Payment())

	// the rest gets a date: what has shipped stays
	apply(order.Promised{Lines: []order.PromisedLine{{Line: "1", Schedules: []order.Schedule{
		{ID: "2", Quantity: each(4), Ship: calendar.MustDate("2026-04-10")},
	}}}})
	assert.Len(t, o.Line("1").Schedules, 2)
	apply(order.Shipped{Shipment: "S2", Lines: []order.ShippedLine{{Line: "1", Schedule: "2", Quantity: each(4)}}})
	assert.Equal(t, order.StatusOpen, o.Status(), "shipped, not yet billed")
	apply(order.Invoiced{Invoice: "I2", Payable: usd("7.20"), Lines: []order.InvoicedLine{{Line: "1", Quantity: each(4)}}})
	assert.Equal(t, order.StatusCompleted, o.Status())
	assert.Equal(t, order.PartiallyPaid, o.Payment())
}

func TestRejectedLineLeavesTheTotal(t *testing.T) {
	o := build(t, received(), identified(), priced(), promised(),
		order.LineRejected{Line: "2", Rejection: order.Rejection{Code: "x", Reason: "discontinued"}})
	assert.Equal(t, usd("25.50"), o.Total())
	assert.Equal(t, order.StatusPending, o.Status())
	require.NoError(t, o.Apply(order.LineRejected{Line: "1"}))
	assert.Equal(t, order.StatusRejected, o.Status())
}

func TestHolds(t *testing.T) {
	o := build(t, received(), order.Accepted{At: at},
		order.HoldPlaced{Hold: order.Hold{ID: "H1", Kind: order.CreditHold, Placed: at}},
		order.HoldPlaced{Hold: order.Hold{ID: "H2", Kind: order.PriceHold, Placed: at}},
		order.HoldReleased{Hold: "H1", At: at.Add(time.Hour), By: "ann", Reason: "paid"})
	assert.Equal(t, order.StatusOnHold, o.Status())
	require.Len(t, o.OpenHolds(), 1)
	assert.Equal(t, "H2", o.OpenHolds()[0].ID)
	require.NoError(t, o.Apply(order.HoldReleased{Hold: "H2", At: at.Add(time.Hour), By: "ann"}))
	assert.Equal(t, order.StatusOpen, o.Status())
}

func TestEventsThatDoNotFitChangeNothing(t *testing.T) {
	ship := func(line, schedule string, q quantity.Quantity) order.Shipped {
		return order.Shipped{Lines: []order.ShippedLine{{Line: line, Schedule: schedule, Quantity: q}}}
	}
	for name, c := range map[string]struct {
		event  any
		reason string
	}{
		"received again":       {received(), "received before"},
		"unknown line priced":  {order.Priced{Lines: []order.PricedLine{{Line: "9"}}}, `no line "9"`},
		"two currencies":       {order.Priced{Lines: []order.PricedLine{{Line: "1", Net: money.MustParse("1.00 EUR")}, {Line: "2", Net: usd("1.00")}}}, "line"},
		"schedules too few":    {order.Promised{Lines: []order.PromisedLine{{Line: "1", Schedules: []order.Schedule{{ID: "1", Quantity: each(9)}}}}}, "add up to 9 EA, ordered is 10 EA"},
		"schedule twice":       {order.Promised{Lines: []order.PromisedLine{{Line: "1", Schedules: []order.Schedule{{ID: "1", Quantity: each(5)}, {ID: "1", Quantity: each(5)}}}}}, "twice"},
		"ships too much":       {ship("1", "1", each(7)), "cannot leave"},
		"ships nothing":        {ship("1", "1", each(0)), "cannot leave"},
		"ships other unit":     {ship("1", "1", quantity.New(1, quantity.Case)), "unit"},
		"ships unknown":        {ship("1", "7", each(1)), `no schedule "7"`},
		"bills what is here":   {order.Invoiced{Lines: []order.InvoicedLine{{Line: "1", Quantity: each(1)}}}, "cannot be billed"},
		"releases unknown":     {order.HoldReleased{Hold: "H9"}, `no hold "H9"`},
		"rejects unknown line": {order.LineRejected{Line: "9"}, `no line "9"`},
		"not an event":         {"text", "not an event"},
	} {
		t.Run(name, func(t *testing.T) {
			o := build(t, received(), identified(), promised())
			before := *o.Clone()
			err := o.Apply(c.event)
			var misfit *order.EventError
			require.ErrorAs(t, err, &misfit)
			assert.ErrorContains(t, err, c.reason)
			assert.Equal(t, before, *o)
		})
	}
	var none order.Order
	require.ErrorContains(t, none.Apply(order.Accepted{}), "not received yet")
}

func TestSubstitutes(t *testing.T) {
	o := build(t, received(), identified(), priced())
	promise := func(s *order.Substitute) order.Promised {
		p := promised()
		p.Lines[0].Schedules[0].Substitute = s
		return p
	}
	for name, bad := range map[string]*order.Substitute{
		"no item": {Numerator: 1, Denominator: 1}, "nothing of it": {Item: "B", Denominator: 1}, "for nothing": {Item: "B", Numerator: 1},
		"below zero": {Item: "B", Numerator: 1, Denominator: -1},
	} {
		var misfit *order.EventError
		require.ErrorAs(t, o.Apply(promise(bad)), &misfit, name)
		assert.Empty(t, o.Lines[0].Schedules)
	}
	event := promise(&order.Substitute{Item: "B", Numerator: 3, Denominator: 2, Reason: "sold out"})
	data, err := json.Marshal(event)
	require.NoError(t, err)
	assert.Contains(t, string(data), `"substitute":{"item":"B","numerator":3,"denominator":2,"reason":"sold out"}`)
	assert.Equal(t, 1, strings.Count(string(data), "substitute"), "schedules without one say nothing of it")
	var again order.Promised
	require.NoError(t, json.Unmarshal(data, &again))
	assert.Equal(t, event, again)
	require.NoError(t, o.Apply(again))
	assert.Equal(t, "B", o.Lines[0].Schedules[0].Substitute.Item)

	for _, c := range []struct {
		sub           order.Substitute
		ordered, want int64
		ok            bool
	}{
		{order.Substitute{Numerator: 3, Denominator: 2}, 6, 9, true},
		{order.Substitute{Numerator: 3, Denominator: 2}, 0, 0, true},
		{order.Substitute{Numerator: 3, Denominator: 2}, 7, 0, false},
		{order.Substitute{Numerator: 2, Denominator: 1}, math.MaxInt64 / 2, math.MaxInt64 - 1, true},
		{order.Substitute{Numerator: 2, Denominator: 1}, math.MaxInt64/2 + 1, 0, false},
		{order.Substitute{Numerator: 1, Denominator: 1}, -1, 0, false},
		{order.Substitute{}, 1, 0, false},
	} {
		got, ok := c.sub.Count(c.ordered)
		assert.Equal(t, c.ok, ok, "%+v of %d", c.sub, c.ordered)
		if c.ok {
			assert.Equal(t, c.want, got)
		}
	}
}

func TestFold(t *testing.T) {
	j := journal.NewMemory()
	write := func(expect journal.Position, events ...any) {
		t.Helper()
		var drafts []journal.Draft
		for _, e := range events {
			d, err := order.Events().Encode(e)
			require.NoError(t, err)
			d.At = at
			drafts = append(drafts, d)
		}
		drafts = append(drafts, journal.Draft{Type: "other.happened", Version: 1, At: at, Data: []byte("{}")})
		_, err := j.Append(t.Context(), journal.Batch{Writes: []journal.Write{{Stream: "order/SO-1", Expect: expect, Events: drafts}}})
		require.NoError(t, err)
	}
	write(0, received(), identified(), priced(), promised())
	o, err := order.Fold(j.Read(t.Context(), "order/SO-1", 0))
	require.NoError(t, err)
	assert.Equal(t, usd("45.50"), o.Total())
	_, err = order.Fold(j.Read(t.Context(), "order/SO-2", 0))
	require.ErrorIs(t, err, order.ErrNoOrder)
}

func TestValidate(t *testing.T) {
	ok := received().Document
	assert.Empty(t, ok.Validate())
	for code, change := range map[string]func(*order.Document){
		"order.purchase-order.missing":     func(d *order.Document) { d.PurchaseOrder = "" },
		"order.lines.missing":              func(d *order.Document) { d.Lines = nil },
		"order.line.number-repeated":       func(d *order.Document) { d.Lines[1].ID = "1" },
		"order.line.number-missing":        func(d *order.Document) { d.Lines[1].ID = "" },
		"order.line.item-missing":          func(d *order.Document) { d.Lines[1].Item = "" },
		"order.line.unit-missing":          func(d *order.Document) { d.Lines[1].Quantity = quantity.Quantity{} },
		"order.line.quantity-not-positive": func(d *order.Document) { d.Lines[1].Quantity = each(0) },
		"order.line.price-per-negative":    func(d *order.Document) { d.Lines[1].PricePer = -1 },
		"order.line.price-negative":        func(d *order.Document) { p := usd("-1.00"); d.Lines[1].Price = &p },
		"order.line.currency":              func(d *order.Document) { p := money.MustParse("1.00 EUR"); d.Lines[1].Price = &p },
		"order.cancel-after.early": func(d *order.Document) {
			d.RequestedShip, d.CancelAfter = calendar.MustDate("2026-04-02"), calendar.MustDate("2026-04-01")
		},
	} {
		t.Run(code, func(t *testing.T) {
			d := received().Document
			change(&d)
			found := d.Validate()
			require.Len(t, found, 1)
			assert.Equal(t, code, found[0].Code)
			assert.NotEmpty(t, found[0].Message)
			assert.NotEmpty(t, found[0].Fix)
		})
	}
}

// Goods on top are lines after the ordered ones, at nothing. Pricing anew replaces
// them; one that stays keeps its promise, and what has shipped cannot be taken back.
func TestGivenLines(t *testing.T) {
	giving := func(given ...order.GivenLine) order.Priced {
		p := priced()
		p.Given = given
		return p
	}
	caps := order.GivenLine{Line: "F1", Item: "C", Quantity: each(2), Base: each(2), Free: order.Free{Rule: "caps", For: "1"}}
	o := build(t, received(), identified(), giving(caps))
	require.Len(t, o.Lines, 3)
	assert.Equal(t, usd("0.00"), o.Lines[2].Net)
	assert.Equal(t, &order.Free{Rule: "caps", For: "1"}, o.Lines[2].Free)
	assert.Equal(t, usd("45.50"), o.Total())

	day := calendar.MustDate("2026-03-31")
	require.NoError(t, o.Apply(order.Promised{Lines: []order.PromisedLine{
		{Line: "F1", Schedules: []order.Schedule{{ID: "1", Quantity: each(2), Ship: day}}},
	}}))
	packed := caps
	packed.Quantity = quantity.New(1, quantity.Case)
	require.NoError(t, o.Apply(giving(packed)))
	assert.Equal(t, packed.Quantity, o.Line("F1").Quantity, "as it is given now")
	more := order.GivenLine{Line: "F2", Item: "D", Quantity: each(1), Base: each(1), Free: order.Free{Rule: "d"}}
	require.NoError(t, o.Apply(giving(more, caps)))
	require.Len(t, o.Lines, 4)
	assert.Empty(t, o.Line("F2").Schedules)
	assert.Len(t, o.Line("F1").Schedules, 1, "what stays keeps its promise")
	require.NoError(t, o.Apply(giving(more)))
	assert.Nil(t, o.Line("F1"), "what is not given any more is gone")

	for name, bad := range map[string]order.GivenLine{"of an ordered line": {Line: "1", Item: "C", Base: each(1)}, "none": {Item: "C", Base: each(1)}} {
		before := o.Clone()
		var misfit *order.EventError
		require.ErrorAs(t, o.Apply(giving(more, bad)), &misfit, name)
		assert.Equal(t, before.Lines, o.Lines, "nothing has changed")
	}
}
