package atp_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// A promise as JSON is what a host keeps as the explanation of a date.
func TestPromiseAsJSON(t *testing.T) {
	now := time.Date(2026, 3, 30, 9, 0, 0, 0, time.UTC)
	cal, err := calendar.New(calendar.Config{Name: "site", Zone: "UTC"})
	require.NoError(t, err)
	s, err := atp.New(atp.Config{Sites: []atp.Site{{ID: "S", Calendar: cal}}})
	require.NoError(t, err)
	ref, _, err := s.Define(now, atp.Definition{Item: "A", Site: "S"})
	require.NoError(t, err)
	_, err = s.Count(now, atp.Count{Ref: ref, Quantity: 4})
	require.NoError(t, err)
	_, err = s.AddSupply(now, atp.Supply{Ref: ref, Document: "PO-1", Type: atp.PurchaseOrder, Due: calendar.MustDate("2026-04-02"), Quantity: 10})
	require.NoError(t, err)
	p, err := s.Promise(now, atp.Demand{ID: "1", Ref: ref, Quantity: 6, Partial: atp.Partial{AtMost: atp.AnyNumber}, Explain: true})
	require.NoError(t, err)
	data, err := json.Marshal(p)
	require.NoError(t, err)
	assert.JSONEq(t, `{
		"id": "1", "ref": "A@S", "quantity": 6, "confirmed": 6,
		"deliveries": [
			{"quantity": 4, "start": "2026-03-30", "ship": "2026-03-30", "deliver": "2026-03-30",
				"pegs": [{"type": "available", "quantity": 4}]},
			{"quantity": 2, "start": "2026-04-02", "ship": "2026-04-02", "deliver": "2026-04-02", "days_late": 3,
				"pegs": [{"type": "purchase-order", "document": "PO-1", "due": "2026-04-02", "quantity": 2}]}],
		"limit": {"date": "2026-03-30", "available": 4, "tightest": "2026-03-30"}
	}`, string(data))
}
