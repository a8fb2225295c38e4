package steps_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/desk/steps"
	"github.com/o2ckit/o2c/shipping"
)

// creditSteps are the standard steps with the credit check in its place.
func (h *house) creditSteps() []desk.Step {
	s := h.steps()
	check := steps.CheckCredit(steps.CreditConfig{Ledger: h.ledger, Customers: h.customers})
	return []desk.Step{s[0], s[1], s[2], check, s[3]}
}

func (h *house) shipper() *steps.Shipper {
	return &steps.Shipper{
		Stock: h.stock, Items: h.items, Log: h.log, Credit: h.ledger, Customers: h.customers,
		From: func(string) shipping.Party { return shipping.Party{Name: "Main", Address: address()} },
		To:   func(*order.Order) shipping.Party { return shipping.Party{Name: "Store", Address: address()} },
	}
}

func address() party.Address {
	return party.Address{Lines: []string{"1 Dock Road"}, City: "Columbus", Region: "OH", PostalCode: "43215", Country: party.UnitedStates}
}

func (h *house) openOrders(t *testing.T) string {
	t.Helper()
	e, err := h.ledger.Exposure(h.clock.now, "C1")
	require.NoError(t, err)
	return e.Total.String()
}

func TestCreditHoldAndRelease(t *testing.T) {
	h := newHouse(t)
	d := h.open(t, h.creditSteps()...)
	h.supply(t)
	h.limit(t, "C1", "100.00")
	small := submit(t, d, document("PO1", "C1", want("HAMMER", 5, quantity.Each))) // 45.00
	assert.Equal(t, order.StatusOpen, small.Status())
	large := submit(t, d, document("PO2", "C1", want("HAMMER", 10, quantity.Each))) // 90.00
	assert.Equal(t, order.StatusOnHold, large.Status())
	require.Len(t, large.OpenHolds(), 1)
	assert.Equal(t, order.CreditHold, large.OpenHolds()[0].Kind)
	assert.Contains(t, large.OpenHolds()[0].Reason, "35.00 USD")
	assert.Equal(t, "45.00 USD", h.openOrders(t), "an order on hold takes no credit")

	_, err := h.shipper().Ship(t.Context(), d, large.ID, "MAIN", calendar.MustDate("2026-03-30"))
	require.ErrorIs(t, err, steps.ErrNotReleased)

	r, err := d.Release(t.Context(), large.ID, "H1", "bob", "they paid this morning")
	require.NoError(t, err)
	assert.Equal(t, order.StatusOpen, r.Order.Status())
	assert.Equal(t, "135.00 USD", h.openOrders(t))
	dec, _ := r.Order.LastDecision("credit")
	assert.Contains(t, dec.Summary, "released by bob")

	h.ledger = newLedger(t)
	h.stock = h.newStock(t)
	h.open(t, h.creditSteps()...)
	h.limit(t, "C1", "100.00")
	assert.Equal(t, "135.00 USD", h.openOrders(t), "rebuilt from the journal")
}

func TestShipMovesStockAndCredit(t *testing.T) {
	h := newHouse(t)
	d := h.open(t, h.creditSteps()...)
	h.supply(t)
	h.limit(t, "C1", "1000.00")
	o := submit(t, d, document("PO1", "C1", want("HAMMER", 3, quantity.Case))) // 24 now, 12 on the 13th
	require.Len(t, o.Lines[0].Schedules, 2)
	day := calendar.DateOf(h.clock.now)
	shipment, err := h.shipper().Ship(t.Context(), d, o.ID, "MAIN", day)
	require.NoError(t, err)
	require.Len(t, shipment.Cartons, 2)
	assert.Equal(t, quantity.New(2, quantity.Case), shipment.Lines[0].Quantity)
	now, err := d.Order(o.ID)
	require.NoError(t, err)
	assert.Equal(t, order.PartiallyShipped, now.Fulfilment())
	e, err := h.ledger.Exposure(h.clock.now, "C1")
	require.NoError(t, err)
	assert.Equal(t, o.Total(), e.Total, "the value moves, it does not go")
	assert.Equal(t, "212.67 USD", e.Deliveries.String(), "two thirds of 324.00 less 5.00")

	_, err = h.shipper().Ship(t.Context(), d, o.ID, "MAIN", day)
	require.ErrorIs(t, err, steps.ErrNothingToShip)
	ref, err := h.stock.Ref("HAMMER", "MAIN")
	require.NoError(t, err)
	stock, err := h.stock.Item(ref)
	require.NoError(t, err)
	assert.EqualValues(t, 6, stock.Available)

	entries := h.log.OfOrder(string(o.ID))
	require.Len(t, entries, 1)
	require.NotNil(t, entries[0].Shipped)
}

func TestRefusedShipmentGivesEverythingBack(t *testing.T) {
	h := newHouse(t)
	d := h.open(t, h.creditSteps()...)
	h.supply(t)
	h.limit(t, "C1", "1000.00")
	o := submit(t, d, document("PO1", "C1", want("HAMMER", 2, quantity.Case)))
	stock, shipments, money := h.stock.State(h.clock.now), h.log.Len(), h.ledger.State()
	other := *h
	other.stock, other.ledger = h.newStock(t), newLedger(t)
	other.log, _ = shipping.NewLog(shipping.LogConfig{Prefix: "0614141"})
	other.open(t, other.creditSteps()...) // takes the journal over
	_, err := h.shipper().Ship(t.Context(), d, o.ID, "MAIN", calendar.DateOf(h.clock.now))
	require.ErrorIs(t, err, desk.ErrSuperseded)
	assert.Equal(t, stock, h.stock.State(h.clock.now))
	assert.Equal(t, shipments, h.log.Len())
	assert.Equal(t, money, h.ledger.State())
}

func TestLateShipmentLeavesAllTheSame(t *testing.T) {
	h := newHouse(t)
	d := h.open(t, h.creditSteps()...)
	h.supply(t)
	h.limit(t, "C1", "1000.00")
	o := submit(t, d, document("PO1", "C1", want("HAMMER", 1, quantity.Case)))
	h.clock.now = h.clock.now.AddDate(0, 0, 20)
	shipment, err := h.shipper().Ship(t.Context(), d, o.ID, "MAIN", calendar.DateOf(h.clock.now))
	require.NoError(t, err)
	assert.Equal(t, calendar.DateOf(h.clock.now), shipment.ShipDate)
	assert.True(t, shipment.DeliveryDate.IsZero(), "the promised day has passed")
}
