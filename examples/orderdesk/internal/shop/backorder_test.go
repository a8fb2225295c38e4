package shop_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/examples/orderdesk/internal/shop"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
)

// TestBackordersAreServed lets a purchase order bring what two customers wait for: the first has
// all, the second what is left; after a restart it is the same.
func TestBackordersAreServed(t *testing.T) {
	master, err := shop.SampleMaster()
	require.NoError(t, err)
	partners, err := shop.SamplePartners()
	require.NoError(t, err)
	now := time.Date(2026, 3, 30, 12, 0, 0, 0, time.UTC)
	mem := journal.NewMemory()
	open := func() *shop.Shop {
		s, err := shop.Open(t.Context(), shop.Config{
			Journal: mem, Clock: func() time.Time { return now }, Master: master, Partners: partners,
		})
		require.NoError(t, err)
		return s
	}
	s := open()
	require.NoError(t, s.OpenBooks(t.Context(), shop.SampleStock(), shop.SampleCredit()))
	submit := func(customer string, n int64) order.ID {
		r, err := s.Desk.Submit(t.Context(), desk.Submission{Key: customer, Document: order.Document{
			PurchaseOrder: "PO-" + customer, Customer: customer, Currency: money.USD, Source: order.Source{Channel: "manual"},
			Lines: []order.Request{{ID: "1", Item: "BATT-AA", Quantity: quantity.New(n, quantity.Each)}},
		}})
		require.NoError(t, err)
		require.Equal(t, order.StatusOpen, r.Order.Status(), "%v", r.Order.OpenHolds())
		return r.Order.ID
	}
	first, second := submit("C-100", 2900), submit("C-200", 100) // 2,400 are there, 480 come on Thursday
	schedules := func(id order.ID) string {
		o, err := s.Desk.Order(id)
		require.NoError(t, err)
		var all []string
		for _, sch := range o.Lines[0].Schedules {
			all = append(all, fmt.Sprintf("%s %s", sch.Quantity.Number(), sch.Deliver))
		}
		return strings.Join(all, ", ")
	}
	assert.Equal(t, "2400 2026-04-02, 480 2026-04-05, 20 ", schedules(first))
	assert.Equal(t, "100 ", schedules(second))
	day := calendar.DateOf(now)
	changed, err := s.ServeBackorders(t.Context(), day)
	require.NoError(t, err)
	assert.Empty(t, changed)

	ref, err := s.Stock.Ref("BATT-AA", "MAIN")
	require.NoError(t, err)
	added, err := s.Stock.AddSupply(now, atp.Supply{
		Ref: ref, Document: "PO-MORE", Type: atp.PurchaseOrder, Due: calendar.MustDate("2026-04-07"), Quantity: 70,
	})
	require.NoError(t, err)
	require.NoError(t, s.Desk.Record(t.Context(), "stock/MAIN", "warehouse", added))
	changed, err = s.ServeBackorders(t.Context(), day)
	require.NoError(t, err)
	require.Len(t, changed, 2)
	assert.Equal(t, "2400 2026-04-02, 480 2026-04-05, 20 2026-04-10", schedules(first))
	assert.Equal(t, "50 2026-04-10, 50 ", schedules(second))
	s = open()
	assert.Equal(t, "50 2026-04-10, 50 ", schedules(second))
}
