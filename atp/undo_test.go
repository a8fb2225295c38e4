package atp_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// TestUndoPosting takes back every posting that can be drawn and expects the
// very state from before it, then makes it again and expects the very state
// from after it.
func TestUndoPosting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2026, 3, 30, 9, 0, 0, 0, time.UTC)
		cal, err := calendar.New(calendar.Config{Name: "site", Zone: "UTC"})
		require.NoError(t, err)
		s, err := atp.New(atp.Config{Sites: []atp.Site{{ID: "S", Calendar: cal}}})
		require.NoError(t, err)
		var lines []atp.Line
		var parts []atp.Part
		for _, id := range []string{"A", "B"} {
			ref, _, err := s.Define(now, atp.Definition{Item: id, Site: "S"})
			require.NoError(t, err)
			_, err = s.Count(now, atp.Count{Ref: ref, Status: atp.Available, Quantity: 100})
			require.NoError(t, err)
			n := rapid.Int64Range(1, 40).Draw(t, "reserved")
			lines = append(lines, atp.Line{Ref: ref, Date: calendar.DateOf(now), Quantity: n})
			if take := rapid.Int64Range(0, n).Draw(t, "taken"); take > 0 {
				parts = append(parts, atp.Part{Ref: ref, Quantity: take})
			}
		}
		_, err = s.Reserve(now, atp.Request{Key: "k", Hold: time.Hour, Lines: lines})
		require.NoError(t, err)
		committed := rapid.Bool().Draw(t, "committed")
		if committed {
			_, err = s.Commit(now, "k")
			require.NoError(t, err)
		}
		consume := committed && rapid.Bool().Draw(t, "consume")
		before := s.State(now)
		p := atp.Posting{Key: "k", Document: "D", Parts: parts}
		post := func() (undo func() error) {
			if consume {
				e, err := s.Consume(now, p)
				require.NoError(t, err)
				return func() error { return s.UndoConsume(e) }
			}
			e, err := s.Release(now, p)
			require.NoError(t, err)
			return func() error { return s.UndoRelease(e) }
		}
		undo := post()
		after := s.State(now)
		require.NotEqual(t, before, after)
		require.NoError(t, undo())
		assert.Equal(t, before, s.State(now))
		for _, l := range lines {
			free, err := s.ATP(now, atp.Query{Ref: l.Ref})
			require.NoError(t, err)
			assert.Equal(t, 100-l.Quantity, free)
		}
		var state *atp.StateError
		require.ErrorAs(t, undo(), &state, "there is nothing left to undo")
		post()
		assert.Equal(t, after, s.State(now))

		if !committed {
			later := now.Add(2 * time.Hour)
			for _, l := range lines {
				free, err := s.ATP(later, atp.Query{Ref: l.Ref})
				require.NoError(t, err)
				assert.EqualValues(t, 100, free, "an expired hold claims nothing")
			}
		}
	})
}

func TestUndoOfALaterHoldClaimsNothing(t *testing.T) {
	now := time.Date(2026, 3, 30, 9, 0, 0, 0, time.UTC)
	cal, err := calendar.New(calendar.Config{Name: "site", Zone: "UTC"})
	require.NoError(t, err)
	s, err := atp.New(atp.Config{Sites: []atp.Site{{ID: "S", Calendar: cal}}})
	require.NoError(t, err)
	ref, _, err := s.Define(now, atp.Definition{Item: "A", Site: "S"})
	require.NoError(t, err)
	_, err = s.Count(now, atp.Count{Ref: ref, Quantity: 10})
	require.NoError(t, err)
	_, err = s.Reserve(now, atp.Request{Key: "k", Hold: time.Hour, Lines: []atp.Line{{Ref: ref, Date: calendar.DateOf(now), Quantity: 6}}})
	require.NoError(t, err)
	e, err := s.Release(now, atp.Posting{Key: "k"})
	require.NoError(t, err)
	later := now.Add(2 * time.Hour)
	_, err = s.Reserve(later, atp.Request{Key: "k2", Hold: time.Hour, Lines: []atp.Line{{Ref: ref, Date: calendar.DateOf(now), Quantity: 1}}})
	require.NoError(t, err)
	require.NoError(t, s.UndoRelease(e))
	free, err := s.ATP(later, atp.Query{Ref: ref})
	require.NoError(t, err)
	assert.EqualValues(t, 9, free)
	r, err := s.Reservation(later, "k")
	require.NoError(t, err)
	assert.Equal(t, atp.StatusExpired, r.Status)
}

// A release of a hold cannot be taken back past its commit: what the commit found would not be so.
func TestUndoOfAReleaseBeforeTheCommit(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10)
	_, err := s.Reserve(noon(0), request("k", ref, 6))
	require.NoError(t, err)
	released, err := s.Release(noon(0), atp.Posting{Key: "k", Document: "D", Parts: []atp.Part{{Ref: ref, Quantity: 2}}})
	require.NoError(t, err)
	hold := s.State(noon(0))
	committed, err := s.Commit(noon(0), "k")
	require.NoError(t, err)
	before := s.State(noon(0))
	require.ErrorAs(t, s.UndoRelease(released), new(*atp.StateError), "first the commit")
	require.Equal(t, before, s.State(noon(0)))
	require.NoError(t, s.UndoCommit(committed))
	require.Equal(t, hold, s.State(noon(0)))
	require.NoError(t, s.UndoRelease(released))
	require.EqualValues(t, 4, atpOn(t, s, noon(0), ref, 0))
}
