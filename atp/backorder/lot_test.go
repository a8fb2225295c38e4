package backorder_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/backorder"
)

// A run leaves lines of items with lots what they have, and says so; decommitting them gives their lot back.
func TestRunLeavesLots(t *testing.T) {
	s, lines := five(t, 130)
	milk := stocked(t, s, "milk", "S1", 0)
	_, err := s.Count(noon(0), atp.Count{Ref: milk, Lot: "L1", Quantity: 10, Expires: day(9)})
	require.NoError(t, err)
	_, err = s.Reserve(noon(0), atp.Request{Key: "order M", Hold: time.Hour, Lines: []atp.Line{
		{Ref: milk, Date: day(1), Quantity: 4, Lot: "L1", GoodThrough: day(5)}, {Ref: milk, Date: day(1), Quantity: 2},
	}})
	require.NoError(t, err)
	_, err = s.Commit(noon(0), "order M")
	require.NoError(t, err)
	line := backorder.Line{ID: "M", Key: "order M", Ref: milk, Quantity: 8, Wanted: day(0), Strategy: backorder.Win, Partial: anyParts}

	p, err := backorder.Compute(noon(0), s, append(lines, line), backorder.Options{})
	require.NoError(t, err)
	require.True(t, p.Feasible(), "it is not judged")
	last := p.Results[len(p.Results)-1]
	require.Equal(t, backorder.Expiring, last.Standing)
	require.Equal(t, "expiring", last.Standing.String())
	require.False(t, last.Changed())
	require.Equal(t, []atp.ScheduleLine{
		{Date: day(1), Quantity: 2}, {Date: day(1), Quantity: 4, Lot: "L1", GoodThrough: day(5)},
	}, last.Before)
	_, err = p.Commit(noon(0), s, backorder.Note{Key: "run"})
	require.NoError(t, err)

	_, err = backorder.Decommit(noon(0), s, backorder.Note{Key: "give back"}, line)
	require.NoError(t, err)
	n, err := s.ATP(noon(0), atp.Query{Ref: milk, Lot: "L1"})
	require.NoError(t, err)
	require.EqualValues(t, 10, n)
}
