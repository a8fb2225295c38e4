package atp_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// Whatever has happened to a stock, a copy of it answers alike, a survey of it says what the definition says, and what is
// done to the copy does not reach it.
func TestWhatIfAndSurvey(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := newHistory(rt, t)
		h.run()
		h.t = rt
		now := h.clock()
		before := h.s.State(now)
		twin, err := h.s.WhatIf(now, append(h.refs, h.refs...)...)
		require.NoError(rt, err)
		for _, ref := range h.refs {
			own, err := twin.Ref(ref.Item(), ref.Site())
			require.NoError(rt, err)
			for _, at := range []time.Time{now, now.Add(2 * time.Hour), now.Add(50 * time.Hour)} {
				want, err := h.s.Outlook(at, ref)
				require.NoError(rt, err)
				got, err := twin.Outlook(at, own)
				require.NoError(rt, err)
				require.Empty(rt, cmp.Diff(want, got, dates()))
			}
			h.checkSurvey(ref, now)
			h.checkPegging(ref, now)
		}
		h.checkPicks(newStock(t), twin, now)
		for _, ref := range h.refs {
			own, err := twin.Ref(ref.Item(), ref.Site())
			require.NoError(rt, err)
			_, err = twin.Count(now, atp.Count{Ref: own, Quantity: 1})
			require.NoError(rt, err)
			for _, r := range twin.State(now).Reservations {
				_, err := twin.Unpick(now, atp.Posting{Key: r.Key, Document: "back " + ref.Item() + ref.Site()})
				_ = err // nothing is picked for most
				_, err = twin.Release(now, atp.Posting{Key: r.Key})
				_ = err // what has ended is released already
			}
			free, err := twin.ATP(now, atp.Query{
				Ref: own, Scope: atp.ScopeOf(atp.Available), SafetyStock: true, Date: day(modelDays), Placed: day(-100),
			})
			require.NoError(rt, err)
			require.GreaterOrEqual(rt, free, int64(1), "nothing is claimed any more")
		}
		require.Empty(rt, cmp.Diff(before, h.s.State(now), dates()))
	})
	s := newStock(t)
	_, err := s.WhatIf(noon(0), atp.Ref{})
	require.ErrorAs(t, err, new(*atp.RequestError))
	_, err = s.WhatIf(time.Time{})
	require.ErrorAs(t, err, new(*atp.RequestError))
}

func (h *history) checkSurvey(ref atp.Ref, now time.Time) {
	q := atp.Query{Ref: ref, SafetyStock: rapid.Bool().Draw(h.t, "safety")}
	if rapid.Bool().Draw(h.t, "narrow") {
		q.Scope = atp.ScopeOf(atp.Available, atp.Production)
	}
	var survey atp.Survey
	require.NoError(h.t, h.s.Survey(now, q, &survey))
	start, net, last := h.m.flow(q, now, nil)
	k, level := 0, int64(0)
	for d, n := range net {
		start += n
		if d < dayOf(now) || d > last {
			continue
		}
		for k < len(survey.Days) && !survey.Days[k].Date.After(day(d)) {
			level = survey.Days[k].Balance
			k++
		}
		require.Equal(h.t, start, level, "day %d", d)
	}
	if last < modelDays {
		require.Equal(h.t, day(last+1), survey.Endless)
	} else {
		require.True(h.t, survey.Endless.IsZero())
	}
	open := map[atp.SurveyClaim]int{}
	for key, r := range h.m.res {
		if r.live(now, h.m.items[ref].clock) {
			for _, l := range r.lines {
				if l.ref == ref && l.open() > 0 {
					open[atp.SurveyClaim{Key: key, Date: day(l.day), Quantity: l.open(), Held: r.status == atp.StatusHeld}]++
				}
			}
		}
	}
	picked := map[string]int64{}
	for key, r := range h.m.res {
		for _, l := range r.lines {
			if l.ref == ref && l.picked > 0 {
				picked[key] += l.picked
			}
		}
	}
	for _, p := range survey.Picked {
		picked[p.Key] -= p.Quantity
		require.Positive(h.t, p.Quantity)
	}
	for key, n := range picked {
		require.Zero(h.t, n, "picked for %q", key)
	}
	got := map[atp.SurveyClaim]int{}
	for _, c := range survey.Claims {
		got[c]++
	}
	require.Equal(h.t, open, got)
	require.Equal(h.t, h.m.items[ref].policy.PastDueDemands.Ignore, survey.Counts != calendar.Date{})
}

// checkPicks holds what is picked in a copy against the model; its state can be restored.
func (h *history) checkPicks(restored, twin *atp.Stock, now time.Time) {
	state := twin.State(now)
	require.NoError(h.t, restored.Restore(state))
	require.Empty(h.t, cmp.Diff(state, restored.State(now), dates()))
	picks := 0
	for key, r := range h.m.res {
		want := map[string]int64{}
		for _, l := range r.lines {
			if l.picked > 0 {
				want[l.ref.Item()+" "+l.ref.Site()+" "+day(l.day).String()] += l.picked
			}
		}
		if len(want) == 0 {
			continue
		}
		picks++
		got := map[string]int64{}
		is, err := twin.Reservation(now, key)
		require.NoError(h.t, err)
		for _, l := range is.Lines {
			if l.Picked > 0 {
				got[l.Item+" "+l.Site+" "+l.Date.String()] += l.Picked
			}
		}
		require.Equal(h.t, want, got)
	}
	copied := 0
	for _, r := range state.Reservations {
		if slices.ContainsFunc(r.Lines, func(l atp.LineState) bool { return l.Picked > 0 }) {
			copied++
		}
	}
	require.Equal(h.t, picks, copied)
}

// checkPegging holds pegs against Shortfalls, which has an oracle of its own.
func (h *history) checkPegging(ref atp.Ref, now time.Time) {
	claims, err := h.s.Pegging(now, ref)
	require.NoError(h.t, err)
	short, err := h.s.Shortfalls(now, ref)
	require.NoError(h.t, err)
	opens, _ := lifeOf(h.m.items[ref].policy, dayOf(now))
	for _, c := range claims {
		var met, pegged int64
		for _, l := range c.Schedule() {
			met += l.Quantity
			require.False(h.t, l.Date.Before(c.Date))
			require.True(h.t, c.Planned || opens == dayOf(now) || !l.Date.Before(day(opens)))
		}
		late := c.Missing
		for _, p := range c.Pegs {
			pegged += p.Quantity
			if need := max(dayOf(now), c.Date.Sub(day(0))); opens > need || p.Due.After(day(need)) {
				late += p.Quantity
			}
		}
		require.Equal(h.t, c.Quantity, pegged+c.Missing)
		if c.Planned {
			require.Equal(h.t, c.Quantity, met)
			continue
		}
		require.Equal(h.t, pegged, met)
		if late == 0 {
			continue
		}
		require.NotEmpty(h.t, short)
		require.Equal(h.t, c.Key, short[0].Key)
		require.Equal(h.t, late, short[0].Quantity)
		short = short[1:]
	}
	require.Empty(h.t, short)
}
