package steps_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/desk/steps"
)

func TestTheWholeWay(t *testing.T) {
	h := newHouse(t)
	d := h.open(t, h.steps()...)
	h.supply(t)
	o := submit(t, d, document("PO1", "C1", want("HAMMER", 2, quantity.Case), want("NAILS", 200, quantity.Each)))
	require.Equal(t, order.StatusOpen, o.Status())
	// 24 x 10.00 less 10%, 200 x 4.50/100 less 10%, 5.00 off the order
	assert.Equal(t, usd("219.10"), o.Total())
	sum := o.Lines[0].Net
	for _, c := range o.Lines[0].Charges {
		sum, _ = sum.Sub(c.Amount)
	}
	assert.True(t, sum.IsZero(), "the charges of a line are its net")
	assert.Equal(t, quantity.New(24, quantity.Each), o.Lines[0].Base)
	require.Len(t, o.Lines[0].Schedules, 1)
	r, err := h.stock.Reservation(h.clock.now, o.Lines[0].Schedules[0].Reservation)
	require.NoError(t, err)
	assert.Equal(t, atp.StatusCommitted, r.Status)
	for _, step := range []string{"validate", "price", "promise", "accept"} {
		dec, ok := o.LastDecision(step)
		require.True(t, ok, step)
		assert.Equal(t, order.Passed, dec.Outcome, step)
	}
	price, _ := o.LastDecision("price")
	assert.Equal(t, h.prices.Hash(), price.Book)
	assert.NotEmpty(t, price.Explanation)
}

func TestValidateFindsByAnyNumber(t *testing.T) {
	h := newHouse(t)
	d := h.open(t, steps.Validate(steps.ValidateConfig{Customers: h.customers, Items: h.items}))
	for name, id := range map[string]order.ItemIdentifier{
		"GTIN":          {Scheme: order.SchemeGTIN, Value: "04006381333931"},
		"customer part": {Scheme: order.SchemeBuyer, Value: "NW-77"},
		"vendor part":   {Scheme: order.SchemeVendor, Value: "HAMMER"},
	} {
		t.Run(name, func(t *testing.T) {
			doc := document("PO-"+name, "", order.Request{Quantity: quantity.New(1, quantity.Case), Identifiers: []order.ItemIdentifier{
				{Scheme: order.SchemeManufacturer, Value: "?"}, {Scheme: order.SchemeGTIN, Value: "not a GTIN"}, id,
			}})
			doc.Parties = []order.Party{{Role: party.SoldTo, Identifiers: []party.Identifier{
				{Scheme: party.GLN, Value: "4012345500004"}, {Scheme: party.DUNS, Value: "12-345-6789"},
			}}}
			o := submit(t, d, doc)
			assert.Equal(t, "C1", o.Customer)
			assert.Equal(t, "HAMMER", o.Lines[0].Item)
			assert.Equal(t, quantity.New(12, quantity.Each), o.Lines[0].Base)
		})
	}
}

func TestValidateMakesExceptions(t *testing.T) {
	h := newHouse(t)
	d := h.open(t, h.steps()...)
	h.supply(t)
	submit(t, d, document("TWICE", "C1", want("NAILS", 1, quantity.Each)))
	for name, c := range map[string]struct {
		doc  order.Document
		code string
		path string
	}{
		"unknown item":     {document("A", "C1", want("NAILS", 1, quantity.Each), want("GLUE", 1, quantity.Each)), "order.line.item-unknown", "lines[1].item"},
		"unknown customer": {document("B", "C9", want("NAILS", 1, quantity.Each)), "order.customer.unknown", "customer"},
		"no customer":      {document("B", "", want("NAILS", 1, quantity.Each)), "order.customer.unknown", "parties"},
		"blocked customer": {document("C", "C3", want("NAILS", 1, quantity.Each)), "order.customer.blocked", "customer"},
		"no lines":         {document("D", "C1"), "order.lines.missing", "lines"},
		"repeated":         {document("TWICE", "C1", want("HAMMER", 1, quantity.Each)), "order.purchase-order.repeated", "purchase_order"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := d.Submit(t.Context(), desk.Submission{Key: "x/" + name, Document: c.doc})
			require.NoError(t, err)
			assert.Equal(t, order.StatusException, r.Order.Status())
			e, ok := r.Order.Exception()
			require.True(t, ok)
			found := e.Findings.With(c.code)
			require.Len(t, found, 1, "%v", e.Findings)
			assert.Equal(t, c.path, found[0].Path)
			assert.NotEmpty(t, found[0].Fix)
		})
	}
}

func TestRejectLines(t *testing.T) {
	h := newHouse(t)
	s := h.steps()
	s[0] = steps.Validate(steps.ValidateConfig{Customers: h.customers, Items: h.items, RejectLines: true})
	d := h.open(t, s...)
	h.supply(t)
	o := submit(t, d, document("PO1", "C1", want("NAILS", 100, quantity.Each), want("GLUE", 1, quantity.Each), want("SAW", 1, quantity.Each)))
	assert.Equal(t, order.StatusOpen, o.Status())
	require.NotNil(t, o.Lines[1].Rejection)
	assert.Equal(t, "order.line.item-unknown", o.Lines[1].Rejection.Code)
	require.NotNil(t, o.Lines[2].Rejection, "discontinued")
	assert.Equal(t, usd("4.05"), o.Total())
	dec, _ := o.LastDecision("validate")
	assert.Equal(t, order.Changed, dec.Outcome)

	o = submit(t, d, document("PO2", "C1", want("GLUE", 1, quantity.Each)))
	assert.Equal(t, order.StatusRejected, o.Status())
}

func TestPriceDeviationHolds(t *testing.T) {
	h := newHouse(t)
	d := h.open(t, h.steps()...)
	h.supply(t)
	low, near := usd("8.00"), usd("8.90")
	line := want("HAMMER", 10, quantity.Each)
	line.Price = &low
	o := submit(t, d, document("PO1", "C1", line))
	assert.Equal(t, order.StatusOnHold, o.Status())
	require.Len(t, o.OpenHolds(), 1)
	assert.Equal(t, order.PriceHold, o.OpenHolds()[0].Kind)
	r, err := h.stock.Reservation(h.clock.now, o.Lines[0].Schedules[0].Reservation)
	require.NoError(t, err)
	assert.Equal(t, atp.StatusHeld, r.Status, "stock of an order on hold is a soft reservation")

	line.Price = &near // 9.00 after the discount, less than 2% below
	assert.Equal(t, order.StatusOpen, submit(t, d, document("PO2", "C1", line)).Status())

	released, err := d.Release(t.Context(), o.ID, "H1", "ann", "agreed by phone")
	require.NoError(t, err)
	assert.Equal(t, order.StatusOpen, released.Order.Status())
}

func TestExpiredReservationIsPromisedAnew(t *testing.T) {
	h := newHouse(t)
	d := h.open(t, h.steps()...)
	h.supply(t)
	low := usd("1.00")
	line := want("HAMMER", 30, quantity.Each)
	line.Price = &low
	held := submit(t, d, document("PO1", "C1", line))
	require.Equal(t, order.StatusOnHold, held.Status())
	h.clock.now = h.clock.now.Add(7 * 24 * time.Hour)
	other := submit(t, d, document("PO2", "C1", want("HAMMER", 20, quantity.Each)))
	require.Equal(t, order.FullyPromised, other.Fulfilment(), "the soft reservation is gone")

	r, err := d.Release(t.Context(), held.ID, "H1", "ann", "fine")
	require.NoError(t, err)
	s := r.Order.Lines[0].Schedules
	require.Len(t, s, 2)
	assert.Equal(t, quantity.New(10, quantity.Each), s[0].Quantity)
	assert.Equal(t, "2026-04-06", s[0].Ship.String())
	assert.Equal(t, quantity.New(20, quantity.Each), s[1].Quantity)
	assert.Equal(t, "2026-04-13", s[1].Ship.String(), "from the purchase order")
}

func TestPartialPromisesAreWholePacks(t *testing.T) {
	h := newHouse(t)
	d := h.open(t, h.steps()...)
	h.supply(t)
	o := submit(t, d, document("PO1", "C1", want("HAMMER", 5, quantity.Case))) // 60; 30 are here, 24 come: 54
	s := o.Lines[0].Schedules
	require.Len(t, s, 3)
	assert.Equal(t, quantity.New(24, quantity.Each), s[0].Quantity)
	assert.Equal(t, quantity.New(24, quantity.Each), s[1].Quantity)
	assert.Equal(t, quantity.New(12, quantity.Each), s[2].Quantity)
	assert.True(t, s[2].Backordered())
	assert.Equal(t, order.Backordered, o.Fulfilment())
	dec, _ := o.LastDecision("promise")
	assert.Equal(t, order.Changed, dec.Outcome)
}

func TestShipCompleteWaitsForTheLastLine(t *testing.T) {
	h := newHouse(t)
	d := h.open(t, h.steps()...)
	h.supply(t)
	o := submit(t, d, document("PO1", "C2", want("HAMMER", 40, quantity.Each), want("NAILS", 10, quantity.Each)))
	for _, l := range o.Lines {
		require.Len(t, l.Schedules, 1)
		assert.Equal(t, "2026-04-13", l.Schedules[0].Ship.String())
	}
	o = submit(t, d, document("PO2", "C2", want("HAMMER", 400, quantity.Each), want("NAILS", 10, quantity.Each)))
	for _, l := range o.Lines {
		require.Len(t, l.Schedules, 1)
		assert.True(t, l.Schedules[0].Backordered())
	}
}

func TestStockIsRebuiltFromTheJournal(t *testing.T) {
	h := newHouse(t)
	d := h.open(t, h.steps()...)
	h.supply(t)
	a := submit(t, d, document("PO1", "C1", want("HAMMER", 3, quantity.Each)))
	want1 := h.stock.State(h.clock.now).Reservations
	require.NotEmpty(t, want1)

	h.stock = h.newStock(t)
	d = h.open(t, h.steps()...)
	assert.Equal(t, want1, h.stock.State(h.clock.now).Reservations)
	again, err := d.Order(a.ID)
	require.NoError(t, err)
	assert.Equal(t, a.Total(), again.Total())
}

func TestRefusedAppendGivesStockBack(t *testing.T) {
	h := newHouse(t)
	d := h.open(t, h.steps()...)
	h.supply(t)
	h.open(t, h.steps()...) // takes the journal over
	_, err := d.Submit(t.Context(), desk.Submission{Key: "k", Document: document("PO1", "C1", want("HAMMER", 30, quantity.Each))})
	require.ErrorIs(t, err, desk.ErrSuperseded)
	ref, err := h.stock.Ref("HAMMER", "MAIN")
	require.NoError(t, err)
	free, err := h.stock.ATP(h.clock.now, atp.Query{Ref: ref})
	require.NoError(t, err)
	assert.EqualValues(t, 30, free)
	var unknown *atp.UnknownKeyError
	_, err = h.stock.Reservation(h.clock.now, "SO-00000001/1")
	assert.True(t, errors.As(err, &unknown))
}
