package backorder_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/backorder"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/rules"
)

func strategy(s backorder.Strategy) *backorder.Strategy { return &s }

// Rules say how a line takes part.
func TestAssign(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", "S1", 10)
	book, err := backorder.NewRuleBook("test",
		backorder.Rule{ID: "vip", Priority: 2, When: `customer.class == "VIP"`, Then: backorder.Treatment{
			Strategy: strategy(backorder.Win), Add: 100, Reason: "{customer.class} comes first",
		}},
		backorder.Rule{ID: "old", Priority: 1, When: `age > 10`, Then: backorder.Treatment{Strategy: strategy(backorder.Gain), Add: 5}},
		backorder.Rule{ID: "far", When: `daysUntilWanted > 30`, Then: backorder.Treatment{Exclude: true}},
	)
	require.NoError(t, err)
	candidate := func(id, class string, ordered, wanted int) backorder.Candidate {
		return backorder.Candidate{
			Line:    backorder.Line{ID: id, Key: id, Ref: ref, Quantity: 1, Priority: 1, Ordered: day(ordered), Wanted: day(wanted)},
			Profile: atp.Profile{Class: class},
		}
	}
	lines, assigned, err := backorder.Assign(context.Background(), noon(0), book, []backorder.Candidate{
		candidate("1", "VIP", -20, 0), candidate("2", "B", -20, 0), candidate("3", "B", 0, 0), candidate("4", "B", 0, 40),
	})
	require.NoError(t, err)
	require.Equal(t, []backorder.Assigned{
		{ID: "1", Strategy: backorder.Win, Priority: 106, Reasons: []string{"VIP comes first", "old"}},
		{ID: "2", Strategy: backorder.Gain, Priority: 6, Reasons: []string{"old"}},
		{ID: "3", Strategy: backorder.Redistribute, Priority: 1},
		{ID: "4", Strategy: backorder.Redistribute, Priority: 1, Excluded: true, Reasons: []string{"far"}},
	}, assigned)
	require.Len(t, lines, 3)
	require.Equal(t, backorder.Win, lines[0].Strategy)
	require.Equal(t, 106, lines[0].Priority)
	require.Equal(t, "VIP", lines[0].Class)
	_, _, err = backorder.Assign(context.Background(), noon(0), book, []backorder.Candidate{{}})
	require.ErrorAs(t, err, new(*backorder.LineError))

	for _, bad := range []backorder.Treatment{{}, {Strategy: strategy(9)}, {Add: 1 << 30}, {Exclude: true, Reason: "{nobody}"}} {
		_, err := backorder.NewRuleBook("test", backorder.Rule{ID: "x", When: "true", Then: bad})
		require.ErrorAs(t, err, new(*rules.LoadError), "%+v", bad)
	}
}

func TestSegments(t *testing.T) {
	s := newStock(t)
	a, b := stocked(t, s, "A", "S1", 1), stocked(t, s, "B", "S2", 1)
	lines := []backorder.Line{{ID: "1", Ref: a, Class: "X"}, {ID: "2", Ref: b, Class: "X"}, {ID: "3", Ref: b, Class: "Y"}}
	for _, c := range []struct {
		segment backorder.Segment
		ids     string
	}{
		{backorder.Segment{}, "123"}, {backorder.Segment{Items: []string{"A"}}, "1"}, {backorder.Segment{Sites: []string{"S2"}}, "23"},
		{backorder.Segment{Sites: []string{"S2"}, Classes: []string{"X"}}, "2"}, {backorder.Segment{Items: []string{"C"}}, ""},
	} {
		ids := ""
		for _, l := range c.segment.Select(lines) {
			ids += l.ID
		}
		require.Equal(t, c.ids, ids)
	}
}

// ATP-4: release cadence.
func TestCadence(t *testing.T) {
	s := newStock(t)
	a, b := stocked(t, s, "A", "S1", 1), stocked(t, s, "B", "S2", 1)
	lines := []backorder.Line{{ID: "1", Ref: a, Class: "VIP"}, {ID: "2", Ref: a, Class: "C"}, {ID: "3", Ref: b, Class: "C"}}
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	c := backorder.Cadence{Location: berlin, Terms: []backorder.Term{
		{Segment: backorder.Segment{Classes: []string{"VIP"}}, OnReceipt: true},
		{At: calendar.MustClock("06:00"), Weekdays: []time.Weekday{time.Monday, time.Thursday}},
	}}
	due := func(last, now time.Time, came ...atp.Ref) (ids string) {
		for _, l := range c.Due(last, now, came, lines) {
			ids += l.ID
		}
		return ids
	}
	monday := time.Date(2026, 3, 2, 5, 0, 0, 0, time.UTC) // 06:00 in Berlin
	require.Equal(t, "123", due(monday.Add(-time.Second), monday))
	require.Equal(t, "", due(monday, monday.Add(time.Hour)), "not twice")
	require.Equal(t, "1", due(monday, monday.Add(time.Hour), a))
	require.Equal(t, "", due(monday, monday.Add(time.Hour), b))
	require.Equal(t, "123", due(monday, monday.Add(200*time.Hour)), "missed runs are one run")
	next, ok := c.Next(monday)
	require.True(t, ok)
	require.True(t, next.Equal(monday.Add(72*time.Hour)))
	// Daylight saving begins on Sunday the 29th: 06:00 is 04:00 in UTC.
	next, ok = c.Next(time.Date(2026, 3, 27, 12, 0, 0, 0, time.UTC))
	require.True(t, ok)
	require.True(t, next.Equal(time.Date(2026, 3, 30, 4, 0, 0, 0, time.UTC)))
	_, ok = backorder.Cadence{Terms: c.Terms[:1]}.Next(monday)
	require.False(t, ok)
	require.Equal(t, "123", due(time.Time{}, monday), "the first question")
}

func TestNames(t *testing.T) {
	for s := backorder.Redistribute; s <= backorder.Lose; s++ {
		text, err := s.MarshalText()
		require.NoError(t, err)
		var back backorder.Strategy
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, s, back)
	}
	_, err := backorder.Strategy(9).MarshalText()
	require.Error(t, err)
	require.Error(t, new(backorder.Strategy).UnmarshalText([]byte("hope")))
	require.Equal(t, "strategy(9)", backorder.Strategy(9).String())
	text, err := backorder.Closed.MarshalText()
	require.NoError(t, err)
	require.Equal(t, "closed", string(text))
	require.Equal(t, "served held infeasible standing(9)", backorder.Served.String()+" "+backorder.Held.String()+" "+
		backorder.Infeasible.String()+" "+backorder.Standing(9).String())
	_, err = backorder.Standing(9).MarshalText()
	require.Error(t, err)
}
