package atp_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/atp"
)

// modelChange is a change as the model sees it.
type modelChange struct {
	key  string
	ref  atp.Ref
	from []modelLine
	to   []modelLine
}

// reschedule draws a run over a few reservations and holds it against the definition.
func (h *history) reschedule() {
	now := h.clock()
	run := atp.Rescheduling{Key: fmt.Sprintf("run%d", len(h.events)), Reason: "model", Actor: "test"}
	var changes []modelChange
	wrong := false
	for range rapid.IntRange(1, 4).Draw(h.t, "changes") {
		c := modelChange{key: h.key(), ref: h.ref()}
		if rapid.IntRange(0, 5).Draw(h.t, "new") == 0 || h.m.res[c.key] == nil {
			h.keys++
			c.key = fmt.Sprintf("k%d", h.keys)
		}
		if slices.ContainsFunc(changes, func(d modelChange) bool { return d.key == c.key && d.ref == c.ref }) {
			continue
		}
		if r := h.m.res[c.key]; r != nil {
			for _, l := range r.lines {
				if l.ref == c.ref && l.open() > 0 {
					c.from = append(c.from, modelLine{ref: c.ref, day: l.day, quantity: l.open()})
				}
			}
		}
		for range rapid.IntRange(0, 2).Draw(h.t, "lines") {
			c.to = append(c.to, modelLine{ref: c.ref, day: max(h.onDay(), dayOf(now)), quantity: h.quantity()})
		}
		c.to = merge(c.to)
		if len(c.from)+len(c.to) == 0 {
			continue
		}
		changes = append(changes, c)
		asked := atp.Change{Key: c.key, Ref: c.ref, From: scheduled(c.from), To: scheduled(c.to)}
		if rapid.IntRange(0, 15).Draw(h.t, "stale") == 0 {
			asked.From = append(asked.From, atp.ScheduleLine{Date: day(399), Quantity: 1})
			wrong = true
		}
		run.Changes = append(run.Changes, asked)
	}
	if len(changes) == 0 {
		return
	}
	before := h.s.State(now)
	e, err := h.s.Reschedule(now, run)
	switch {
	case h.closed(changes):
		require.ErrorAs(h.t, err, new(*atp.StateError))
	case wrong:
		var stale *atp.StaleError
		require.ErrorAs(h.t, err, &stale)
		require.NotEmpty(h.t, stale.Lines)
	default:
		if worse := h.apply(changes, now); worse != "" {
			require.ErrorAs(h.t, err, new(*atp.ShortageError), worse)
			break
		}
		require.NoError(h.t, err)
		h.moved(e, run, now, before)
		return
	}
	require.Empty(h.t, cmp.Diff(before, h.s.State(now), dates()), "a refused run changes nothing")
}

func scheduled(lines []modelLine) []atp.ScheduleLine {
	var all []atp.ScheduleLine
	for _, l := range lines {
		all = append(all, atp.ScheduleLine{Date: day(l.day), Quantity: l.quantity})
	}
	return all
}

// closed reports whether one of the reservations cannot be rescheduled.
func (h *history) closed(changes []modelChange) bool {
	return slices.ContainsFunc(changes, func(c modelChange) bool {
		r := h.m.res[c.key]
		return r != nil && !r.committed
	})
}

// apply changes the model, unless that leaves the balance of a day below 0 and worse than it was; then it says which.
func (h *history) apply(changes []modelChange, now time.Time) string {
	type sight struct {
		ref  atp.Ref
		q    atp.Query
		more []modelLine // what those take who see more
	}
	var sights []sight
	sees := func(c modelChange) (atp.Scope, bool) {
		scope := h.m.items[c.ref].policy.Scope
		if scope == 0 {
			scope = atp.DefaultScope
		}
		r := h.m.res[c.key]
		switch {
		case r == nil:
			return scope, false
		case r.scope != 0:
			scope &= r.scope
		}
		return scope, r.safety
	}
	for _, c := range changes {
		if len(c.to) > 0 {
			q := atp.Query{Ref: c.ref}
			if r := h.m.res[c.key]; r != nil {
				q.Scope, q.SafetyStock = r.scope, r.safety
			}
			s := sight{ref: c.ref, q: q}
			scope, safety := sees(c)
			for _, d := range changes {
				if wide, opened := sees(d); d.ref == c.ref && wide&scope == scope && (opened || !safety) && (wide != scope || opened != safety) {
					s.more = append(s.more, d.to...)
				}
			}
			sights = append(sights, s)
		}
	}
	balances := func() (all [][]int64) {
		for _, s := range sights {
			start, net, last := h.m.flow(s.q, now, nil)
			var days []int64
			for d, n := range net[:min(last, modelDays)+1] {
				if start += n; d >= dayOf(now) {
					days = append(days, start)
				}
			}
			all = append(all, days)
		}
		return all
	}
	old := balances()
	kept := h.m.res
	h.m.res = map[string]*modelReservation{}
	for key, r := range kept {
		twin := *r
		twin.lines = slices.Clone(r.lines)
		h.m.res[key] = &twin
	}
	for _, c := range changes {
		h.m.move(c, now)
	}
	for i, days := range balances() {
		for d, n := range days {
			for _, l := range sights[i].more {
				if l.day <= d+dayOf(now) {
					n += l.quantity
				}
			}
			if n < 0 && n < old[i][d] {
				h.m.res = kept
				return fmt.Sprintf("%s: day %d goes from %d to %d", sights[i].ref.Item(), d+dayOf(now), old[i][d], n)
			}
		}
	}
	for _, c := range changes {
		if it := h.m.items[c.ref]; len(c.to) > 0 && now.After(it.clock) {
			it.clock = now
		}
	}
	return ""
}

func (m *model) move(c modelChange, now time.Time) {
	r := m.res[c.key]
	if r == nil {
		r = &modelReservation{at: now, expires: now, committed: true}
		m.res[c.key] = r
	}
	for i := range r.lines {
		if l := &r.lines[i]; l.ref == c.ref {
			l.quantity = l.consumed + l.released + l.picked
		}
	}
	for _, t := range c.to {
		i := slices.IndexFunc(r.lines, func(l modelLine) bool { return l.ref == c.ref && l.day == t.day })
		if i >= 0 {
			r.lines[i].quantity += t.quantity
		} else {
			r.lines = append(r.lines, t)
		}
	}
	r.lines = slices.DeleteFunc(r.lines, func(l modelLine) bool { return l.quantity == 0 && !l.posted })
	slices.SortFunc(r.lines, func(a, b modelLine) int {
		if a.ref != b.ref {
			if a.ref.Item()+a.ref.Site() < b.ref.Item()+b.ref.Site() {
				return -1
			}
			return 1
		}
		return a.day - b.day
	})
	r.status = atp.StatusCommitted
	r.settle()
}

// moved looks at a run that was done: it can be undone, and asked for again.
func (h *history) moved(e atp.Rescheduled, run atp.Rescheduling, now time.Time, before atp.State) {
	if rapid.IntRange(0, 3).Draw(h.t, "undo") == 0 {
		after := h.s.State(now)
		require.NoError(h.t, h.s.UndoReschedule(e))
		require.Empty(h.t, cmp.Diff(before.Reservations, h.s.State(now).Reservations, dates()))
		require.ErrorAs(h.t, h.s.UndoReschedule(e), new(*atp.StateError))
		again, err := h.s.Reschedule(now, run)
		require.NoError(h.t, err)
		require.Equal(h.t, e, again)
		require.Empty(h.t, cmp.Diff(after, h.s.State(now), dates()))
	}
	slices.Reverse(run.Changes)
	again, err := h.s.Reschedule(now.Add(50*time.Hour), run)
	require.NoError(h.t, err)
	require.True(h.t, again.Replayed)
	again.Replayed = false
	require.Equal(h.t, e, again)
	run.Reason = "another"
	_, err = h.s.Reschedule(now, run)
	require.ErrorAs(h.t, err, new(*atp.KeyConflictError))
	for _, l := range e.Lines {
		r, err := h.s.Reservation(now, l.Key)
		require.NoError(h.t, err)
		m := h.m.res[l.Key]
		require.Equal(h.t, m.status, r.Status)
		require.Len(h.t, r.Lines, len(m.lines))
		for i, got := range r.Lines {
			want := m.lines[i]
			require.Equal(h.t, atp.LineState{
				Item: want.ref.Item(), Site: want.ref.Site(), Date: day(want.day), Quantity: want.quantity, Consumed: want.consumed,
				Released: want.released, Picked: want.picked,
			}, got)
		}
	}
	h.did(e)
}
