package steps_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk/steps"
)

// An order that waited for credit past the last day on which its item can be ordered is promised anew all the same; one
// that comes in on the day of its release is not.
func TestOrderHeldPastTheLastOrderDay(t *testing.T) {
	h := newHouse(t)
	d := h.open(t, h.creditSteps()...)
	h.supply(t)
	_, _, err := h.stock.Define(h.clock.now, atp.Definition{
		Item: "HAMMER", Site: "MAIN", Policy: atp.Policy{LastOrder: calendar.DateOf(h.clock.now)},
	})
	require.NoError(t, err)
	h.limit(t, "C1", "50.00")
	o := submit(t, d, document("PO1", "C1", want("HAMMER", 10, quantity.Each)))
	require.Equal(t, order.StatusOnHold, o.Status())
	h.clock.now = h.clock.now.AddDate(0, 0, 7) // what was kept for it has gone back
	r, err := d.Release(t.Context(), o.ID, "H1", "bob", "they paid this morning")
	require.NoError(t, err)
	require.Equal(t, order.StatusOpen, r.Order.Status())
	require.Len(t, r.Order.Lines[0].Schedules, 1)
	require.False(t, r.Order.Lines[0].Schedules[0].Backordered())

	late := submit(t, d, document("PO2", "C1", want("HAMMER", 1, quantity.Each)))
	require.Len(t, late.Lines[0].Schedules, 1)
	require.True(t, late.Lines[0].Schedules[0].Backordered())
}

// The day of the order counts, not that on which it came in: at one site, over a network, and for what its customer is
// offered.
func TestOrderPlacedInTime(t *testing.T) {
	for name, config := range map[string]func(t *testing.T, c *chain) steps.PromiseConfig{
		"one site": func(_ *testing.T, c *chain) steps.PromiseConfig {
			return atOneSite(steps.PromiseConfig{Choices: steps.StockChoices(c.stock)})
		},
		"network": func(t *testing.T, c *chain) steps.PromiseConfig {
			return steps.PromiseConfig{Sourcing: c.sourcing(t), Choices: steps.StockChoices(c.stock)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newChain(t, []string{"HAMMER"}, []party.Account{{ID: "C1", Party: "P1", Currency: money.USD}}, "N")
			c.has(t, "N", "HAMMER", 0, 6)
			c.has(t, "N", "HAMMER", 7, 12)
			_, _, err := c.stock.Define(c.clock.now, atp.Definition{Item: "HAMMER", Site: "N", Policy: atp.Policy{LastOrder: day(-1)}})
			require.NoError(t, err)
			d := c.openWith(t, config(t, c))
			doc := document("PO1", "C1", want("HAMMER", 8, quantity.Each))
			doc.RequestedDelivery = day(0)
			o := submit(t, d, doc)
			assert.Equal(t, "8 EA waits at N", got(&o.Lines[0]))
			doc.PurchaseOrder, doc.Date = "PO2", day(-1)
			o = submit(t, d, doc)
			assert.Equal(t, "6 EA N@0, 2 EA N@7", got(&o.Lines[0]))
			dec, _ := o.LastDecision("promise")
			found := dec.Findings.With("promise.short")
			require.Len(t, found, 1)
			assert.Contains(t, found[0].Message, "the customer can wait: 8 from 2026-04-06;")
		})
	}
}
