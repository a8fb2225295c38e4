package atp_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/journal"
)

func on(n int, quantity int64) []atp.ScheduleLine {
	return []atp.ScheduleLine{{Date: day(n), Quantity: quantity}}
}

// ATP-4: what one order gives up another gets, in one step.
func TestRescheduleSwaps(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10, supply{5, 10})
	claimed(t, s, "low", ref, 0, 10)
	claimed(t, s, "high", ref, 5, 10)
	e, err := s.Reschedule(noon(0), atp.Rescheduling{
		Key: "run", Reason: "VIP", Actor: "ann", Changes: []atp.Change{
			{Key: "low", Ref: ref, From: on(0, 10), To: on(5, 10)}, {Key: "high", Ref: ref, From: on(5, 10), To: on(0, 10)},
		},
	})
	require.NoError(t, err)
	require.Equal(t, "VIP", e.Reason)
	require.Equal(t, "ann", e.Actor)
	require.Equal(t, []string{"high", "low"}, []string{e.Lines[0].Key, e.Lines[1].Key})
	r, err := s.Reservation(noon(0), "high")
	require.NoError(t, err)
	require.Equal(t, day(0), r.Lines[0].Date)
	require.Equal(t, []atp.ReservedLine{{Item: "A", Site: "S1", Date: day(5), Quantity: 10}}, r.Moves.Made)
	require.Zero(t, atpOn(t, s, noon(0), ref, 5))
}

// A run is refused as a whole, says what is wrong, and can be tried again under its key.
func TestRescheduleRefuses(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10, supply{5, 10})
	other := stocked(t, s, "B", 1)
	claimed(t, s, "a", ref, 0, 10)
	_, err := s.Reserve(noon(0), atp.Request{Key: "held", Hold: time.Hour, Lines: []atp.Line{{Ref: ref, Date: day(5), Quantity: 1}}})
	require.NoError(t, err)
	claimed(t, s, "over", ref, 5, 1)
	_, err = s.Release(noon(0), atp.Posting{Key: "over"})
	require.NoError(t, err)
	before := s.State(noon(0))
	strange := stocked(t, newStock(t), "A", 1)
	run := func(changes ...atp.Change) error {
		_, err := s.Reschedule(noon(0), atp.Rescheduling{Key: "run", Changes: changes})
		return err
	}
	move := atp.Change{Key: "a", Ref: ref, From: on(0, 10), To: on(5, 10)}

	var short *atp.ShortageError
	require.ErrorAs(t, run(move, atp.Change{Key: "new", Ref: ref, To: on(0, 11)}), &short)
	require.Equal(t, []atp.Shortage{{Item: "A", Site: "S1", Date: day(0), Requested: 1, Available: 0}}, short.Lines)
	require.ErrorAs(t, run(move, atp.Change{Key: "new", Ref: other, To: on(0, 2)}), &short)

	var stale *atp.StaleError
	require.ErrorAs(t, run(atp.Change{Key: "a", Ref: ref, From: on(0, 9), To: on(5, 9)}, atp.Change{Key: "new", Ref: ref, From: on(0, 1)}), &stale)
	require.Equal(t, []atp.Stale{
		{Key: "a", Item: "A", Site: "S1", Expected: on(0, 9), Actual: on(0, 10)},
		{Key: "new", Item: "A", Site: "S1", Expected: on(0, 1)},
	}, stale.Lines)
	require.Contains(t, stale.Error(), `2 changes are stale; the first is of reservation "a"`)

	var state *atp.StateError
	require.ErrorAs(t, run(atp.Change{Key: "held", Ref: ref, From: on(5, 1)}), &state)
	require.Equal(t, atp.StatusHeld, state.Status)
	require.ErrorAs(t, run(atp.Change{Key: "over", Ref: ref, To: on(5, 1)}), &state)
	require.Equal(t, atp.StatusReleased, state.Status)

	for name, changes := range map[string][]atp.Change{
		"Changes is empty":     nil,
		"Key is empty":         {{Ref: ref, To: on(0, 1)}},
		"Ref is missing":       {{Key: "a", To: on(0, 1)}},
		"another stock":        {{Key: "a", Ref: strange, To: on(0, 1)}},
		"so is From":           {{Key: "a", Ref: ref}},
		"not from 1":           {{Key: "a", Ref: ref, To: on(0, 0)}},
		"without a date":       {{Key: "a", Ref: ref, From: []atp.ScheduleLine{{Quantity: 1}}}},
		"more than Max":        {{Key: "a", Ref: ref, To: append(on(0, atp.MaxQuantity), on(1, 1)...)}},
		"MaxLines":             {{Key: "a", Ref: ref, To: make([]atp.ScheduleLine, atp.MaxLines+1)}},
		"unknown type":         {{Key: "a", Ref: ref, To: on(0, 1), Scope: 1 << 15}},
		"another change is of": {move, move},
		"two scopes": {
			{Key: "new", Ref: ref, To: on(5, 1), SafetyStock: true}, {Key: "new", Ref: other, To: on(5, 1)},
		},
	} {
		var fault *atp.RequestError
		require.ErrorAs(t, run(changes...), &fault, name)
		require.Contains(t, fault.Error(), name)
	}
	require.ErrorAs(t, errors.Join(run(move), run(atp.Change{Key: "a", Ref: ref, From: on(5, 10)})), new(*atp.KeyConflictError))
	require.NoError(t, func() error {
		_, err := s.Reschedule(noon(0), atp.Rescheduling{Key: "back", Changes: []atp.Change{{Key: "a", Ref: ref, From: on(5, 10), To: on(0, 10)}}})
		return err
	}())
	after := s.State(noon(0))
	require.Equal(t, before.Items, after.Items)
	_, err = s.Reschedule(time.Time{}, atp.Rescheduling{Key: "x", Changes: []atp.Change{move}})
	require.ErrorAs(t, err, new(*atp.RequestError))
	_, err = s.Reschedule(noon(0), atp.Rescheduling{Changes: []atp.Change{move}})
	require.ErrorAs(t, err, new(*atp.RequestError))
}

// Where more is promised than there is, a run may mend it and not make it worse.
func TestRescheduleMendsWhatIsShort(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10, supply{5, 10})
	claimed(t, s, "a", ref, 0, 10)
	_, err := s.Count(noon(0), atp.Count{Ref: ref, Quantity: 4})
	require.NoError(t, err)
	run := func(key string, from, to []atp.ScheduleLine) error {
		_, err := s.Reschedule(noon(0), atp.Rescheduling{Key: key, Changes: []atp.Change{{Key: "a", Ref: ref, From: from, To: to}}})
		return err
	}
	require.ErrorAs(t, run("1", on(0, 10), on(0, 11)), new(*atp.ShortageError))
	require.NoError(t, run("2", on(0, 10), on(0, 9)), "better, though not good")
	require.NoError(t, run("3", on(0, 9), append(on(0, 4), on(5, 6)...)))
	short, err := s.Shortfalls(noon(0), ref)
	require.NoError(t, err)
	require.Empty(t, short)
}

// Regression: a reservation of which everything was shipped is given more under its key, as when the rest of an order
// line is confirmed later; and the documents before and after are still known.
func TestRescheduleReopens(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 30, supply{5, 70})
	claimed(t, s, "a", ref, 0, 30)
	ship := atp.Posting{Key: "a", Document: "S1"}
	_, err := s.Consume(noon(0), ship)
	require.NoError(t, err)
	_, err = s.Reschedule(noon(1), atp.Rescheduling{Key: "run", Changes: []atp.Change{{Key: "a", Ref: ref, To: on(5, 70)}}})
	require.NoError(t, err)
	again, err := s.Consume(noon(1), ship)
	require.NoError(t, err)
	require.True(t, again.Replayed)
	require.Equal(t, int64(30), again.Lines[0].Quantity)
	r, err := s.Reservation(noon(1), "a")
	require.NoError(t, err)
	require.Equal(t, atp.StatusCommitted, r.Status)
	require.Equal(t, []atp.LineState{
		{Item: "A", Site: "S1", Date: day(0), Quantity: 30, Consumed: 30}, {Item: "A", Site: "S1", Date: day(5), Quantity: 70},
	}, r.Lines)
	require.ErrorAs(t, s.UndoCommit(atp.Committed{Key: "a", At: noon(0)}), new(*atp.StateError))
	released, err := s.Release(noon(2), atp.Posting{Key: "a", Document: "C1"})
	require.NoError(t, err)
	require.Equal(t, on(5, 70)[0].Date, released.Lines[0].Date)
}

// largeRun makes many reservations and moves all of them.
func largeRun(t testing.TB, s *atp.Stock, lines int) (atp.Rescheduled, []any) {
	t.Helper()
	ref := stocked(t, s, "A", 2_000_000, supply{5, 1})
	run := atp.Rescheduling{Key: "run"}
	for i := range lines {
		run.Changes = append(run.Changes, atp.Change{Key: fmt.Sprintf("order %d", i), Ref: ref, To: on(1, int64(i+1))})
	}
	e, err := s.Reschedule(noon(0), run)
	require.NoError(t, err)
	return e, e.Split()
}

// A large run is several events. Without the last, or with a part missing, it has not happened.
func TestLargeRunIsOneUnit(t *testing.T) {
	s := newStock(t)
	e, events := largeRun(t, s, 1500)
	require.Greater(t, len(events), 2)
	codec := atp.Events()
	total := 0
	for _, event := range events {
		draft, err := codec.Encode(event)
		require.NoError(t, err)
		require.LessOrEqual(t, len(draft.Data), 220_000)
		total += len(draft.Data)
		back, known, err := codec.Decode(journal.Event{Type: draft.Type, Version: draft.Version, Data: draft.Data})
		require.NoError(t, err)
		require.True(t, known)
		require.Equal(t, event, back)
	}
	t.Logf("%d events, %d bytes", len(events), total)
	fresh := func() *atp.Stock {
		s := newStock(t)
		stocked(t, s, "A", 2_000_000, supply{5, 1})
		return s
	}
	want := s.State(noon(0))

	twin := fresh()
	empty := twin.State(noon(0))
	for _, part := range events[:len(events)-1] {
		require.NoError(t, twin.Apply(part))
		require.NoError(t, twin.Apply(part))
		state := twin.State(noon(0))
		require.Empty(t, state.Reservations, "a part alone changes nothing")
		require.NotEmpty(t, state.Parts)
	}
	data, err := json.Marshal(twin.State(noon(0)))
	require.NoError(t, err)
	var snapshot atp.State
	require.NoError(t, json.Unmarshal(data, &snapshot))
	restored, err := atp.New(atp.Config{Sites: []atp.Site{{ID: "S1", Calendar: everyDay(t, "S1")}, {ID: "S2", Calendar: everyDay(t, "S2")}}})
	require.NoError(t, err)
	require.NoError(t, restored.Restore(snapshot))
	for _, s := range []*atp.Stock{twin, restored} {
		require.NoError(t, s.Apply(events[len(events)-1]))
		require.NoError(t, s.Apply(events[len(events)-1]))
		for _, part := range events[:len(events)-1] {
			require.NoError(t, s.Apply(part))
		}
		require.Empty(t, cmp.Diff(want, s.State(noon(0)), dates()))
	}

	twin = fresh()
	require.NoError(t, twin.Apply(events[0]))
	var damage *atp.EventError
	require.ErrorAs(t, twin.Apply(events[len(events)-1]), &damage)
	require.Equal(t, "parts are missing", damage.Reason)
	require.Empty(t, twin.State(noon(0)).Reservations)

	// An attempt that was given up leaves parts; another under the same key takes their place.
	_, err = fresh().Reschedule(noon(0), atp.Rescheduling{Key: "run", Reason: "again", Changes: changesOf(e, mustRef(t, twin))})
	require.Error(t, err, "refs of another stock")
	other, err := twin.Reschedule(noon(0), atp.Rescheduling{Key: "run", Reason: "again", Changes: changesOf(e, mustRef(t, twin))})
	require.NoError(t, err)
	third := fresh()
	require.NoError(t, third.Apply(events[0]))
	for _, event := range other.Split() {
		require.NoError(t, third.Apply(event))
	}
	require.Empty(t, third.State(noon(0)).Parts)
	require.Len(t, third.State(noon(0)).Reservations, 1500)

	require.NoError(t, s.UndoReschedule(e))
	require.Empty(t, cmp.Diff(empty, s.State(noon(0)), dates()))
}

func mustRef(t testing.TB, s *atp.Stock) atp.Ref {
	t.Helper()
	ref, err := s.Ref("A", "S1")
	require.NoError(t, err)
	return ref
}

func changesOf(e atp.Rescheduled, ref atp.Ref) []atp.Change {
	var changes []atp.Change
	for _, l := range e.Lines {
		changes = append(changes, atp.Change{Key: l.Key, Ref: ref, From: l.From, To: l.To})
	}
	return changes
}

func TestApplyRejectsDamagedRuns(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10)
	claimed(t, s, "a", ref, 0, 2)
	_, err := s.Reserve(noon(0), atp.Request{Key: "held", Hold: time.Hour, Lines: []atp.Line{{Ref: ref, Date: day(0), Quantity: 1}}})
	require.NoError(t, err)
	twin := newStock(t)
	own := stocked(t, twin, "A", 10)
	claimed(t, twin, "a", own, 0, 2)
	good, err := twin.Reschedule(noon(0), atp.Rescheduling{Key: "run", Changes: []atp.Change{{Key: "a", Ref: own, From: on(0, 2), To: on(1, 3)}}})
	require.NoError(t, err)
	claimed(t, twin, "held", own, 0, 1)
	held, err := twin.Reschedule(noon(0), atp.Rescheduling{Key: "held", Changes: []atp.Change{{Key: "held", Ref: own, From: on(0, 1)}}})
	require.NoError(t, err)
	made, err := twin.Reschedule(noon(0), atp.Rescheduling{Key: "made", Changes: []atp.Change{{Key: "new", Ref: own, To: on(1, 3)}}})
	require.NoError(t, err)
	before := s.State(noon(0))
	with := func(change func(e *atp.Rescheduled, l *atp.RescheduledLine)) atp.Rescheduled {
		e := good
		e.Lines = append([]atp.RescheduledLine(nil), good.Lines...)
		change(&e, &e.Lines[0])
		return e
	}
	for name, e := range map[string]any{
		"no key":        with(func(e *atp.Rescheduled, _ *atp.RescheduledLine) { e.Key = "" }),
		"no instant":    with(func(e *atp.Rescheduled, _ *atp.RescheduledLine) { e.At = time.Time{} }),
		"another hash":  with(func(e *atp.Rescheduled, _ *atp.RescheduledLine) { e.Hash = "00" }),
		"another key":   with(func(e *atp.Rescheduled, _ *atp.RescheduledLine) { e.Key = "run 2" }),
		"no reason":     with(func(e *atp.Rescheduled, _ *atp.RescheduledLine) { e.Reason = "why" }),
		"a quantity":    with(func(_ *atp.Rescheduled, l *atp.RescheduledLine) { l.To = on(1, 4) }),
		"negative":      with(func(_ *atp.Rescheduled, l *atp.RescheduledLine) { l.To = on(1, -4) }),
		"twice":         with(func(e *atp.Rescheduled, l *atp.RescheduledLine) { e.Lines = append(e.Lines, *l) }),
		"no lines":      with(func(e *atp.Rescheduled, _ *atp.RescheduledLine) { e.Lines = nil }),
		"no key inside": with(func(_ *atp.Rescheduled, l *atp.RescheduledLine) { l.Key = "" }),
		"scope":         with(func(_ *atp.Rescheduled, l *atp.RescheduledLine) { l.Scope = 1 << 15 }),
		"days":          with(func(_ *atp.Rescheduled, l *atp.RescheduledLine) { l.To = append(on(2, 1), on(1, 1)...) }),
		"made":          with(func(_ *atp.Rescheduled, l *atp.RescheduledLine) { l.Created = true }),
		"not there": with(func(e *atp.Rescheduled, _ *atp.RescheduledLine) {
			*e = made
			e.Lines = append([]atp.RescheduledLine(nil), made.Lines...)
			e.Lines[0].Created = false
		}),
		"parts":          with(func(e *atp.Rescheduled, _ *atp.RescheduledLine) { e.Parts, e.Count, e.Lines = 2, 1, nil }),
		"part":           atp.RescheduledPart{Key: "run", Part: 0, Lines: good.Lines},
		"part of no run": atp.RescheduledPart{Part: 1, Lines: good.Lines},
		"empty part":     atp.RescheduledPart{Key: "run", Part: 1},
		"bad part":       atp.RescheduledPart{Key: "run", Part: 1, Lines: []atp.RescheduledLine{{Key: "a"}}},
	} {
		require.ErrorAs(t, s.Apply(e), new(*atp.EventError), name)
	}
	require.ErrorAs(t, s.Apply(held), new(*atp.StateError), "a hold cannot have been moved")
	require.Empty(t, cmp.Diff(before, s.State(noon(0)), dates()))
	require.NoError(t, s.Apply(good))
	require.ErrorAs(t, s.Apply(with(func(e *atp.Rescheduled, _ *atp.RescheduledLine) { e.Hash = "00" })), new(*atp.KeyConflictError))
	require.Error(t, s.Apply(with(func(e *atp.Rescheduled, l *atp.RescheduledLine) { e.Key, l.Site = "r", "nowhere" })))
}

// Whatever else happens at the same time, a unit is never promised twice, and runs and reservations do not block each other.
func TestRescheduleSideBySide(t *testing.T) {
	s := newStock(t)
	a, b := stocked(t, s, "A", 100, supply{5, 50}), stocked(t, s, "B", 100, supply{5, 50})
	for i := range 10 {
		claimed(t, s, fmt.Sprintf("k%d", i), a, 0, 5)
	}
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for i := range 200 {
				ref, key := a, fmt.Sprintf("k%d", (i+worker)%10)
				if i%3 == 0 {
					ref = b
				}
				r, _ := s.Reservation(noon(0), key)
				c := atp.Change{Key: key, Ref: ref, To: on(i%8, int64(1+i%9))}
				for _, l := range r.Lines {
					if l.Item == ref.Item() {
						c.From = append(c.From, atp.ScheduleLine{Date: l.Date, Quantity: l.Quantity})
					}
				}
				if e, err := s.Reschedule(noon(0), atp.Rescheduling{Key: fmt.Sprint(worker, "/", i), Changes: []atp.Change{c}}); err == nil && len(c.From) == 0 { // else others have what it gave back
					_ = s.UndoReschedule(e)
				}
				_, _ = s.Reserve(noon(0), atp.Request{Key: fmt.Sprint("h", worker, "/", i), Hold: time.Hour, Lines: []atp.Line{
					{Ref: b, Date: day(i % 6), Quantity: 1}, {Ref: a, Date: day(i % 6), Quantity: 1},
				}})
				if i%50 == 0 {
					s.State(noon(0))
				}
			}
		})
	}
	wg.Wait()
	for _, ref := range []atp.Ref{a, b} {
		require.GreaterOrEqual(t, atpOn(t, s, noon(0), ref, 0), int64(0))
		short, err := s.Shortfalls(noon(0), ref)
		require.NoError(t, err)
		require.Empty(t, short)
	}
}
