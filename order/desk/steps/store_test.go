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
	"github.com/o2ckit/o2c/shipping"
)

// Goods of a purchase order that was divided by store leave marked for their store,
// store by store, and neither order is taken for a repetition of the other.
func TestShipMarksForStore(t *testing.T) {
	h := newHouse(t)
	d := h.open(t, h.creditSteps()...)
	h.supply(t)
	h.limit(t, "C1", "1000.00")
	for _, number := range []string{"0045", "0046"} {
		store := party.Identifier{Scheme: party.AssignedByBuyer, Value: number}
		doc := document("PO1", "C1", want("HAMMER", 1, quantity.Case))
		doc.Store = store
		doc.Parties = append(doc.Parties, order.Party{Role: party.MarkFor, Identifiers: []party.Identifier{store}})
		r, err := d.Submit(t.Context(), desk.Submission{Key: "PO1/" + number, Document: doc})
		require.NoError(t, err)
		require.Equal(t, order.StatusOpen, r.Order.Status())
		shipment, err := h.shipper().Ship(t.Context(), d, r.Order.ID, "MAIN", calendar.DateOf(h.clock.now))
		require.NoError(t, err)
		assert.Equal(t, shipping.Party{Identifiers: []party.Identifier{store}}, shipment.Lines[0].MarkFor)
	}
}
