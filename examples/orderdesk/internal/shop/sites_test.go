package shop_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/shop"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
)

// TestSecondSiteShips orders more drills than the first warehouse has: the second ships the rest,
// and one invoice bills both shipments. What the first has alone ships from there.
func TestSecondSiteShips(t *testing.T) {
	master, err := shop.SampleMaster()
	require.NoError(t, err)
	partners, err := shop.SamplePartners()
	require.NoError(t, err)
	now := time.Date(2026, 3, 30, 12, 0, 0, 0, time.UTC)
	s, err := shop.Open(t.Context(), shop.Config{
		Journal: journal.NewMemory(), Clock: func() time.Time { return now }, Master: master, Partners: partners,
	})
	require.NoError(t, err)
	require.NoError(t, s.OpenBooks(t.Context(), shop.SampleStock(), shop.SampleCredit()))
	for _, o := range []struct {
		po     string
		drills int64
		from   []string
	}{
		{"PO-1", 20, []string{"Meridian Supply"}},
		{"PO-2", 16, []string{"Meridian Supply", "Meridian Supply West"}}, // 10 and 6
		{"PO-3", 3, []string{"Meridian Supply West"}},
	} {
		f := fulfil(t, s, o.po, o.drills, now)
		var from []string
		for _, sh := range f.Shipments {
			from = append(from, sh.From.Name)
		}
		assert.Equal(t, o.from, from, o.po)
		assert.Len(t, f.Invoice.Shipments, len(o.from), "one invoice bills all")
	}
}

// fulfil submits an order for drills and ships what is due in a week.
func fulfil(t *testing.T, s *shop.Shop, po string, drills int64, now time.Time) shop.Fulfilled {
	t.Helper()
	r, err := s.Desk.Submit(t.Context(), desk.Submission{Key: po, Document: order.Document{
		PurchaseOrder: po, Customer: "C-100", Currency: money.USD, Source: order.Source{Channel: "manual"},
		Lines: []order.Request{{ID: "1", Item: "DRILL-18V", Quantity: quantity.New(drills, quantity.Each)}},
	}})
	require.NoError(t, err)
	require.Equal(t, order.StatusOpen, r.Order.Status(), "%v", r.Order.OpenHolds())
	f, done, err := s.Fulfil(t.Context(), r.Order.ID, calendar.DateOf(now).AddDays(7))
	require.NoError(t, err)
	require.True(t, done)
	return f
}
