package steps_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/item"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/desk/steps"
	"github.com/o2ckit/o2c/pricing"
)

// replay opens the journal anew and compares.
func (h *house) replay(t *testing.T, d *desk.Desk) {
	t.Helper()
	other := h.fresh(t, h.journal)
	replayed, err := other.tryOpen(t)
	require.NoError(t, err)
	same(t, other.dump(t, replayed), h.dump(t, d), "as the journal says")
}

// Goods that cost nothing go all the way: taken, shipped and billed.
func TestFreeGoods(t *testing.T) {
	h := newHouse(t)
	book, err := pricing.NewBook(
		pricing.Record{ID: "FREE", Key: pricing.Key{Item: "HAMMER"}, Price: usd("0.00"), Unit: quantity.Each},
		pricing.Record{ID: "L-NAILS", Key: pricing.Key{Item: "NAILS"}, Price: usd("4.50"), Per: 100, Unit: quantity.Each})
	require.NoError(t, err)
	h.prices, err = pricing.New(pricing.Config{Zone: time.UTC, Prices: book, Schema: pricing.Schema{
		Name: "free", Access: []pricing.Access{{Fields: []pricing.Field{pricing.FieldItem}}},
		Steps: []pricing.Step{{Name: "list", Kind: pricing.StepPrice}},
	}})
	require.NoError(t, err)
	for name, lines := range map[string][]order.Request{
		"all free":  {want("HAMMER", 2, quantity.Each)},
		"part free": {want("HAMMER", 2, quantity.Each), want("NAILS", 100, quantity.Each)},
	} {
		t.Run(name, func(t *testing.T) {
			h := h.fresh(t, newHouse(t).journal)
			d := h.open(t, h.creditSteps()...)
			h.stockUp(t, d, 10, 1000, "100.00")
			o := submit(t, d, document("PO1", "C1", lines...))
			require.Equal(t, order.StatusOpen, o.Status())
			_, err := h.shipper().Ship(t.Context(), d, o.ID, "MAIN", calendar.DateOf(h.clock.now))
			require.NoError(t, err)
			_, err = h.biller().Bill(t.Context(), d, o.ID)
			require.NoError(t, err)
			o, err = d.Order(o.ID)
			require.NoError(t, err)
			assert.Equal(t, order.StatusCompleted, o.Status())
			h.replay(t, d)
		})
	}
}

// Without a currency in the document that of the account counts; without either
// the order is a matter for a person, not for another try.
func TestCurrencyOfTheAccount(t *testing.T) {
	h := newHouse(t)
	var err error
	h.customers, err = party.NewDirectory([]party.Party{{ID: "P", Name: "P"}},
		[]party.Account{{ID: "C1", Party: "P", Currency: money.USD}, {ID: "C2", Party: "P"}})
	require.NoError(t, err)
	d := h.open(t, h.creditSteps()...)
	h.stockUp(t, d, 10, 1000, "100.00")
	doc := document("PO1", "C1", want("HAMMER", 2, quantity.Each))
	doc.Currency = 0
	o := submit(t, d, doc)
	assert.Equal(t, order.StatusOpen, o.Status())
	assert.Equal(t, "20.00 USD", o.Total().String())
	doc.Customer = "C2"
	o = submit(t, d, doc)
	e, ok := o.Exception()
	require.True(t, ok)
	assert.Len(t, e.Findings.With("order.currency.missing"), 1)
	h.replay(t, d)
}

// Lines that were refused, unknown items and all, come back from the journal.
func TestRefusedLinesAreReplayed(t *testing.T) {
	h := newHouse(t)
	s := h.creditSteps()
	s[0] = steps.Validate(steps.ValidateConfig{Customers: h.customers, Items: h.items, RejectLines: true})
	d := h.open(t, s...)
	h.stockUp(t, d, 10, 1000, "100.00")
	o := submit(t, d, document("PO1", "C1", want("NAILS", 100, quantity.Each), want("GLUE", 1, quantity.Each), want("SAW", 1, quantity.Each)))
	require.Equal(t, order.StatusOpen, o.Status())
	_, err := h.shipper().Ship(t.Context(), d, o.ID, "MAIN", calendar.DateOf(h.clock.now))
	require.NoError(t, err)
	_, err = h.biller().Bill(t.Context(), d, o.ID)
	require.NoError(t, err)
	o, err = d.Order(o.ID)
	require.NoError(t, err)
	assert.Equal(t, order.StatusCompleted, o.Status())
	none := submit(t, d, document("PO2", "C1", want("GLUE", 1, quantity.Each)))
	assert.Equal(t, order.StatusRejected, none.Status())
	submit(t, d, document("PO3", "C1"))
	submit(t, d, document("", "", want("", 0, quantity.Each), order.Request{}))
	h.replay(t, d)
}

// An order that waited for a port for longer than its stock was kept is
// promised anew, and goes on.
func TestStockExpiresWhileThePortIsDown(t *testing.T) {
	h := newHouse(t)
	s := h.creditSteps()
	check, isDown := s[3].Run, true
	s[3].Run = func(ctx context.Context, w *desk.Work) error {
		if isDown {
			return errors.New("bureau: down")
		}
		return check(ctx, w)
	}
	d := h.open(t, s...)
	h.stockUp(t, d, 30, 1000, "1000.00")
	r, err := d.Submit(t.Context(), desk.Submission{Key: "k", Document: document("PO1", "C1", want("HAMMER", 30, quantity.Each))})
	require.NoError(t, err)
	require.Equal(t, "credit", r.Waiting.Step)
	h.clock.now = h.clock.now.Add(7 * 24 * time.Hour)
	isDown = false
	results, err := d.RunDue(t.Context())
	require.NoError(t, err)
	require.Equal(t, "promise", results[0].Waiting.Step, "%+v", results[0].Waiting)
	h.clock.now = h.clock.now.Add(time.Hour)
	results, err = d.RunDue(t.Context())
	require.NoError(t, err)
	require.Nil(t, results[0].Waiting)
	assert.Equal(t, order.StatusOpen, results[0].Order.Status())
	assert.Equal(t, "2026-04-06", results[0].Order.Lines[0].Schedules[0].Ship.String())
	h.replay(t, d)
}

// The largest order that is let in goes all the way, in as many appends as it
// takes; a larger one is an exception.
func TestLargeOrders(t *testing.T) {
	h := newHouse(t)
	d := h.open(t, h.creditSteps()...)
	h.stockUp(t, d, 1_000_000, 1_000_000, "100000000.00")
	large := func(n int) order.Document {
		doc := document(fmt.Sprint("PO", n), "C1")
		for i := range n {
			doc.Lines = append(doc.Lines, order.Request{
				ID: fmt.Sprint(i + 1), Item: []string{"HAMMER", "NAILS"}[i%2], Quantity: quantity.New(120, quantity.Each),
				Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: "HAMMER"}}, Description: "Claw hammer 16 oz, hickory",
			})
		}
		return doc
	}
	o := submit(t, d, large(steps.MaxLines))
	require.Equal(t, order.StatusOpen, o.Status())
	shipper := h.shipper()
	shipper.PerCarton = func(*item.Item) quantity.Quantity { return quantity.New(120, quantity.Each) }
	_, err := shipper.Ship(t.Context(), d, o.ID, "MAIN", calendar.DateOf(h.clock.now))
	require.NoError(t, err)
	_, err = h.biller().Bill(t.Context(), d, o.ID)
	require.NoError(t, err)
	o, err = d.Order(o.ID)
	require.NoError(t, err)
	assert.Equal(t, order.StatusCompleted, o.Status())

	o = submit(t, d, large(steps.MaxLines+1))
	e, ok := o.Exception()
	require.True(t, ok)
	assert.Len(t, e.Findings.With("order.lines.too-many"), 1)
	h.replay(t, d)
}
