package mapping_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/quantity"
)

func pieces(q quantity.Quantity) (int64, error) {
	n, whole := q.Int64()
	if !whole {
		return 0, errors.New("no whole number")
	}
	return n, nil
}

// On every day the receipts that are due and good are what the line shows.
func TestSuppliesShowWhatTheLineShows(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	report := calendar.MustDate("2026-03-02")
	for range 2_000 {
		l := mapping.StockLine{Quantity: each(r.Int64N(20))}
		for d := report.AddDays(1 + r.IntN(3)); len(l.Later) < r.IntN(8); d = d.AddDays(1 + r.IntN(3)) {
			l.Later = append(l.Later, mapping.LaterStock{Date: d, Quantity: each(r.Int64N(20))})
		}
		first := report.AddDays(r.IntN(4))
		supplies, err := l.Supplies(atp.Ref{}, "F-1", first, pieces)
		require.NoError(t, err)
		documents := make(map[string]bool)
		for _, s := range supplies {
			documents[s.Document] = true
			require.Positive(t, s.Quantity)
			require.Equal(t, atp.VendorStock, s.Type)
			require.False(t, s.Due.Before(first))
		}
		require.Len(t, documents, len(supplies))
		for d := first; d.Before(first.AddDays(40)); d = d.AddDays(1) {
			want, _ := l.Quantity.Int64()
			for _, later := range l.Later {
				if !later.Date.After(d) {
					want, _ = later.Quantity.Int64()
				}
			}
			got := int64(0)
			for _, s := range supplies {
				if !s.Due.After(d) && (s.Expires.IsZero() || !s.Expires.Before(d)) {
					got += s.Quantity
				}
			}
			require.Equal(t, want, got, "on %s: %+v of %+v", d, supplies, l)
		}
	}
}

func TestSuppliesThatCannotBe(t *testing.T) {
	day := calendar.MustDate("2026-03-02")
	l := mapping.StockLine{Quantity: each(1)}
	var e *mapping.StockError
	_, err := l.Supplies(atp.Ref{}, "", day, pieces)
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "document", e.Field)
	_, err = l.Supplies(atp.Ref{}, "F-1", calendar.Date{}, pieces)
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "first", e.Field)
	l.Quantity = quantity.MustParse("0.5 EA")
	_, err = l.Supplies(atp.Ref{}, "F-1", day, pieces)
	require.ErrorContains(t, err, "no whole number")
	l = mapping.StockLine{Quantity: each(5), Withdrawn: true}
	supplies, err := l.Supplies(atp.Ref{}, "F-1", day, pieces)
	require.NoError(t, err)
	assert.Empty(t, supplies)
}
