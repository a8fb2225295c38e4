package durable_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/durable"
	"github.com/o2ckit/o2c/journal"
)

// Every operation is in the journal, and comes back from it.
func TestOperations(t *testing.T) {
	ctx, now, j := t.Context(), noon(), journal.NewMemory()
	s := open(t, config(t, j))
	plain, err := atp.New(sites(t))
	require.NoError(t, err)
	a, defined, err := s.Define(ctx, now, atp.Definition{Item: "A", Site: "S1", SafetyStock: 2})
	require.NoError(t, err)
	counted, err := s.Count(ctx, now, atp.Count{Ref: a, Quantity: 50, Document: "count 7"})
	require.NoError(t, err)
	added, err := s.AddSupply(ctx, now, atp.Supply{Ref: a, Document: "PO-1", Type: atp.PurchaseOrder, Due: day(3), Quantity: 30})
	require.NoError(t, err)
	adjusted, err := s.AdjustSupply(ctx, now, atp.Adjustment{Ref: a, Document: "PO-1", Due: day(4), Quantity: 25})
	require.NoError(t, err)
	received, err := s.Receive(ctx, now, atp.Receipt{Ref: a, Document: "PO-1", Posting: "GR-1", Quantity: 5})
	require.NoError(t, err)
	req := request("order/1", a, 8)
	req.Lines = append(req.Lines, atp.Line{Ref: a, Date: day(4), Quantity: 3})
	req.SafetyStock, req.Scope = true, atp.ScopeOf(atp.Available, atp.PurchaseOrder)
	reserved, err := s.Reserve(ctx, now, req)
	require.NoError(t, err)
	committed, err := s.Commit(ctx, now, "order/1")
	require.NoError(t, err)
	consumed, err := s.Consume(ctx, now, atp.Posting{Key: "order/1", Document: "ship", Parts: []atp.Part{{Ref: a, Quantity: 6}}})
	require.NoError(t, err)
	released, err := s.Release(ctx, now, atp.Posting{Key: "order/1", Document: "change", Parts: []atp.Part{{Ref: a, Quantity: 1}}})
	require.NoError(t, err)
	held, err := reserve(s, "order/2", a, 1)
	require.NoError(t, err)
	swept, err := s.Sweep(ctx, now.Add(2*time.Hour))
	require.NoError(t, err)
	require.Len(t, swept, 1)
	for _, e := range []any{defined, counted, added, adjusted, received, reserved, committed, consumed, released, held, swept[0]} {
		require.NoError(t, plain.Apply(e))
	}
	again := sameAfterReplay(t, s, config(t, j))
	require.Equal(t, plain.State(later()), again.Live().State(later()))
	_, err = reserve(s, "order/3", a, 1)
	require.ErrorIs(t, err, durable.ErrStopped, "another has the stream")
	closeStock(t, again)
	_, err = reserve(again, "order/3", refOf(t, again, "A"), 1)
	require.ErrorIs(t, err, durable.ErrClosed)
	require.NoError(t, again.Close(ctx), "closing twice does no harm")
	require.ErrorIs(t, again.Sync(ctx), durable.ErrClosed)
}

// atp.md: stock 10: k1 = 6; k1 again gives the same; k2 = 5 fails; after k1 expired, k2 = 5 succeeds. Across restarts.
func TestWorkedReservation(t *testing.T) {
	ctx, j := t.Context(), journal.NewMemory()
	s := open(t, config(t, j))
	stocked(t, s, "A", 10)
	restart := func() atp.Ref {
		s = sameAfterReplay(t, s, config(t, j))
		return refOf(t, s, "A")
	}
	first, err := reserve(s, "k1", restart(), 6)
	require.NoError(t, err)
	second, err := reserve(s, "k1", restart(), 6)
	require.NoError(t, err)
	require.True(t, second.Replayed)
	second.Replayed = false
	require.Equal(t, first, second)
	_, err = reserve(s, "k1", restart(), 7)
	require.ErrorAs(t, err, new(*atp.KeyConflictError))
	_, err = reserve(s, "k2", restart(), 5)
	require.ErrorAs(t, err, new(*atp.ShortageError))
	_, err = s.Reserve(ctx, noon().Add(time.Hour), request("k2", restart(), 5))
	require.NoError(t, err, "a refused reservation does not bind its key")
}

// pile makes n reservations pile up behind an append that waits, and gives their errors once it was let go.
func pile(t *testing.T, s *durable.Stock, j *faulty, ref atp.Ref, n int) []error {
	t.Helper()
	before := available(t, s, ref)
	j.hold()
	errs := make([]error, n)
	var callers sync.WaitGroup
	for i := range n {
		callers.Go(func() { _, errs[i] = reserve(s, keyOf(i), ref, 1) })
	}
	until(t, "effect of all in memory", func() bool { return available(t, s, ref) == before-int64(n) })
	j.release()
	callers.Wait()
	return errs
}

// ATP durability: callers that come while a group is being written share the next one, which is one event.
func TestCallersShareAWrite(t *testing.T) {
	j := newFaulty()
	s := open(t, config(t, j))
	ref := stocked(t, s, "A", 1000)
	before := j.count()
	for _, err := range pile(t, s, j, ref, 500) {
		require.NoError(t, err)
	}
	// Which of them the first write takes along, and who comes a moment later, is the scheduler's; that few writes do is not.
	require.LessOrEqual(t, j.count()-before, 10)
	largest := 0
	for _, p := range packs(t, j) {
		largest = max(largest, len(p.Events))
	}
	require.Greater(t, largest, 100)
	sameAfterReplay(t, s, config(t, j))
}

// A group that the journal refuses is taken back with everything after it.
func TestRefusedGroup(t *testing.T) {
	j := newFaulty()
	s := open(t, config(t, j))
	ref := stocked(t, s, "A", 100)
	j.plan(refuse)
	for _, err := range pile(t, s, j, ref, 50) {
		require.ErrorIs(t, err, errDisk)
		require.NotErrorIs(t, err, durable.ErrStopped)
	}
	require.EqualValues(t, 100, available(t, s, ref))
	require.Empty(t, s.Live().State(noon()).Reservations)
	_, err := reserve(s, keyOf(0), ref, 100)
	require.NoError(t, err, "the keys are free again, and the stock goes on")
	sameAfterReplay(t, s, config(t, j))
}

// Reserved, committed, shipped in part and released behind one append that is refused: all of it is taken back in reverse.
func TestRefusedChain(t *testing.T) {
	ctx, j := t.Context(), newFaulty()
	s := open(t, config(t, j))
	ref := stocked(t, s, "A", 100)
	_, err := reserve(s, "kept", ref, 10)
	require.NoError(t, err)
	before := s.Live().State(noon())
	j.plan(refuse)
	j.hold()
	steps := []func() error{
		func() error { _, err := reserve(s, "k", ref, 20); return err },
		func() error { _, err := s.Commit(ctx, noon(), "k"); return err },
		func() error {
			_, err := s.Consume(ctx, noon(), atp.Posting{Key: "k", Document: "d1", Parts: []atp.Part{{Ref: ref, Quantity: 5}}})
			return err
		},
		func() error { _, err := s.Release(ctx, noon(), atp.Posting{Key: "k"}); return err },
		func() error { _, err := s.Release(ctx, noon(), atp.Posting{Key: "kept"}); return err },
	}
	errs := make(chan error)
	for i, step := range steps {
		go func() { errs <- step() }()
		until(t, "the step", func() bool { return moved(s.Live().State(noon())) == i+1 })
	}
	j.release()
	for range steps {
		require.ErrorIs(t, <-errs, errDisk)
	}
	require.Equal(t, before, s.Live().State(noon()))
	sameAfterReplay(t, s, config(t, j))
}

// moved counts what has happened to reservations "k" and "kept", the making of the latter left out.
func moved(state atp.State) (n int) {
	for _, r := range state.Reservations {
		n += len(r.Postings)
		if r.Key == "k" {
			n++
		}
		if !r.Committed.IsZero() {
			n++
		}
	}
	return n
}

// A caller that was refused because of a reservation that the journal then refuses gets it after all.
func TestRefusalIsDecidedAnew(t *testing.T) {
	j := newFaulty()
	s := open(t, config(t, j))
	ref := stocked(t, s, "A", 10)
	j.plan(refuse)
	j.hold()
	first, second := make(chan error, 1), make(chan error, 1)
	go func() { _, err := reserve(s, "k1", ref, 10); first <- err }()
	until(t, "the first", func() bool { return available(t, s, ref) == 0 })
	go func() { _, err := reserve(s, "k2", ref, 10); second <- err }()
	asked := make(chan int64, 1)
	go func() {
		var n int64
		_ = s.Ask(context.Background(), func(live *atp.Stock) (err error) {
			n, err = live.ATP(noon(), atp.Query{Ref: ref, Date: day(0), Replaces: "k2"})
			return err
		})
		asked <- n
	}()
	select {
	case <-second:
		t.Fatal("a refusal must wait for what it rests on")
	case <-asked:
		t.Fatal("so must a question")
	case <-time.After(30 * time.Millisecond):
	}
	j.release()
	require.ErrorIs(t, <-first, errDisk)
	require.NoError(t, <-second)
	require.EqualValues(t, 10, <-asked)
	sameAfterReplay(t, s, config(t, j))
}

// The answer to a replayed key waits for the first to be journalled, and where that fails, it is no replay.
func TestReplayWaitsForTheFirst(t *testing.T) {
	for name, f := range map[string]fault{"journalled": pass, "refused": refuse} {
		t.Run(name, func(t *testing.T) {
			j := newFaulty()
			s := open(t, config(t, j))
			ref := stocked(t, s, "A", 10)
			j.plan(f)
			j.hold()
			first := make(chan error, 1)
			go func() { _, err := reserve(s, "k", ref, 6); first <- err }()
			until(t, "the first", func() bool { return available(t, s, ref) == 4 })
			again := make(chan atp.Reserved, 1)
			go func() {
				e, err := reserve(s, "k", ref, 6)
				if err != nil {
					t.Error(err)
				}
				again <- e
			}()
			select {
			case <-again:
				t.Fatal("answered before the first was journalled")
			case <-time.After(30 * time.Millisecond):
			}
			j.release()
			err := <-first
			require.Equal(t, f == pass, err == nil)
			require.Equal(t, f == pass, (<-again).Replayed)
			require.EqualValues(t, 4, available(t, s, ref))
			sameAfterReplay(t, s, config(t, j))
		})
	}
}

// Where the outcome is open, the same append is tried again under its key; nothing is there twice.
func TestUnknownOutcome(t *testing.T) {
	for name, plan := range map[string][]fault{
		"written":                 {mute},
		"not written":             {swallow},
		"written, twice open":     {mute, mute},
		"not written, then again": {swallow, mute},
		"open, then refused":      {mute, refuse},
	} {
		t.Run(name, func(t *testing.T) {
			j := newFaulty()
			s := open(t, config(t, j))
			ref := stocked(t, s, "A", 10)
			j.plan(plan...)
			_, err := reserve(s, "k1", ref, 6)
			require.NoError(t, err)
			_, err = reserve(s, "k2", ref, 4)
			require.NoError(t, err)
			require.Len(t, packs(t, j), 4)
			sameAfterReplay(t, s, config(t, j))
		})
	}
}

// Where it stays open, the Stock stops, and after a restart the key tells.
func TestOutcomeStaysOpen(t *testing.T) {
	for name, plan := range map[string][]fault{
		"written":                  {mute, mute, mute},
		"not written":              {swallow, swallow, swallow},
		"open, then refused twice": {mute, refuse, refuse},
	} {
		t.Run(name, func(t *testing.T) {
			j := newFaulty()
			s := open(t, config(t, j))
			ref := stocked(t, s, "A", 10)
			j.plan(plan...)
			_, err := reserve(s, "k1", ref, 6)
			require.ErrorIs(t, err, durable.ErrUnsettled)
			require.ErrorIs(t, err, durable.ErrStopped)
			_, err = reserve(s, "k2", ref, 1)
			require.ErrorIs(t, err, durable.ErrStopped)
			require.NotErrorIs(t, err, durable.ErrUnsettled, "it did not even begin")
			require.ErrorIs(t, s.Err(), durable.ErrStopped)
			require.ErrorIs(t, s.Close(t.Context()), durable.ErrStopped)
			s = open(t, config(t, j))
			e, err := reserve(s, "k1", refOf(t, s, "A"), 6)
			require.NoError(t, err)
			require.Equal(t, plan[0] == mute, e.Replayed)
			require.EqualValues(t, 4, available(t, s, refOf(t, s, "A")))
		})
	}
}

// A count cannot be taken back: it is tried again, and then the Stock stops.
func TestRefusedCount(t *testing.T) {
	j := newFaulty()
	s := open(t, config(t, j))
	ref := stocked(t, s, "A", 10)
	j.plan(refuse, refuse)
	_, err := s.Count(t.Context(), noon(), atp.Count{Ref: ref, Quantity: 20})
	require.NoError(t, err)
	j.plan(refuse, refuse, refuse)
	_, err = s.Count(t.Context(), noon(), atp.Count{Ref: ref, Quantity: 30})
	var stopped *durable.StoppedError
	require.ErrorAs(t, err, &stopped)
	require.ErrorIs(t, err, errDisk)
	require.NotErrorIs(t, err, durable.ErrUnsettled, "it is certain that nothing was written")
	require.Contains(t, stopped.Error(), "disk is full")
	_, err = reserve(s, "k", ref, 1)
	require.ErrorIs(t, err, durable.ErrStopped)
	s = open(t, config(t, j))
	require.EqualValues(t, 20, available(t, s, refOf(t, s, "A")))
}

// A count behind a reservation that is refused: both are tried again.
func TestRefusedBeforeACount(t *testing.T) {
	j := newFaulty()
	s := open(t, config(t, j))
	ref := stocked(t, s, "A", 10)
	j.plan(refuse)
	j.hold()
	errs := make(chan error, 2)
	go func() { _, err := reserve(s, "k", ref, 6); errs <- err }()
	until(t, "the reservation", func() bool { return available(t, s, ref) == 4 })
	go func() {
		_, err := s.Count(context.Background(), noon(), atp.Count{Ref: ref, Quantity: 20})
		errs <- err
	}()
	until(t, "the count", func() bool { return available(t, s, ref) == 14 })
	j.release()
	require.NoError(t, errors.Join(<-errs, <-errs))
	sameAfterReplay(t, s, config(t, j))
}

// Whoever opens the stream has it; the other cannot promise anything any more.
func TestTakeOver(t *testing.T) {
	j := newFaulty()
	old := open(t, config(t, j))
	ref := stocked(t, old, "A", 10)
	_, err := reserve(old, "k1", ref, 6)
	require.NoError(t, err)
	now := open(t, config(t, j))
	errs := pile(t, old, j, ref, 3)
	for _, err := range errs {
		require.ErrorIs(t, err, durable.ErrStopped)
		require.ErrorAs(t, err, new(*journal.ConflictError))
		require.NotErrorIs(t, err, durable.ErrUnsettled)
	}
	_, err = reserve(now, "k2", refOf(t, now, "A"), 4)
	require.NoError(t, err)
	_, err = reserve(now, "k3", refOf(t, now, "A"), 1)
	require.ErrorAs(t, err, new(*atp.ShortageError))
	sameAfterReplay(t, now, config(t, j))
}

// An old process whose append is on its way when another opens: what it wrote is seen, or it is refused.
func TestTakeOverUnderLoad(t *testing.T) {
	j := journal.NewMemory()
	s := open(t, config(t, j))
	stocked(t, s, "A", 1_000_000)
	acked := make(map[string]bool)
	var mu sync.Mutex
	for round := range 5 {
		ref := refOf(t, s, "A")
		var callers sync.WaitGroup
		for c := range 8 {
			old := s
			callers.Go(func() {
				for i := 0; ; i++ {
					key := fmt.Sprint(round, "/", c, "/", i)
					_, err := reserve(old, key, ref, 1)
					if err != nil {
						if !errors.Is(err, durable.ErrStopped) {
							t.Error(err)
						}
						return
					}
					mu.Lock()
					acked[key] = true
					mu.Unlock()
				}
			})
		}
		time.Sleep(time.Millisecond)
		s = open(t, config(t, j))
		callers.Wait()
	}
	state := s.Live().State(noon())
	require.Len(t, state.Reservations, len(acked))
	for _, r := range state.Reservations {
		require.True(t, acked[r.Key], r.Key)
	}
}

// The caller's context ends while it waits: the key tells what became of it.
func TestCallerGivesUp(t *testing.T) {
	j := newFaulty()
	s := open(t, config(t, j))
	ref := stocked(t, s, "A", 10)
	j.hold()
	ctx, cancel := context.WithCancel(t.Context())
	errs := make(chan error, 1)
	go func() { _, err := s.Reserve(ctx, noon(), request("k", ref, 6)); errs <- err }()
	until(t, "the effect", func() bool { return available(t, s, ref) == 4 })
	cancel()
	err := <-errs
	require.ErrorIs(t, err, durable.ErrUnsettled)
	require.ErrorIs(t, err, context.Canceled)
	j.release()
	e, err := reserve(s, "k", ref, 6)
	require.NoError(t, err)
	require.True(t, e.Replayed)
	_, err = s.Reserve(ctx, noon(), request("other", ref, 1))
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, durable.ErrUnsettled, "nothing was begun")
	require.ErrorIs(t, s.Sync(ctx), context.Canceled)
	require.EqualValues(t, 4, available(t, s, ref))
}

// Close waits for what is under way; a context that ends gives up trying.
func TestClose(t *testing.T) {
	j := newFaulty()
	s := open(t, config(t, j))
	ref := stocked(t, s, "A", 10)
	j.hold()
	errs := make(chan error, 1)
	go func() { _, err := reserve(s, "k", ref, 6); errs <- err }()
	until(t, "the effect", func() bool { return available(t, s, ref) == 4 })
	done := make(chan error, 1)
	go func() { done <- s.Close(context.Background()) }()
	until(t, "the end", func() bool { return s.Err() != nil })
	j.release()
	require.NoError(t, <-done)
	require.NoError(t, <-errs)

	s = open(t, config(t, j))
	ref = refOf(t, s, "A")
	j.plan(swallow, swallow)
	j.hold()
	go func() { _, err := reserve(s, "k2", ref, 1); errs <- err }()
	until(t, "the effect", func() bool { return available(t, s, ref) == 3 })
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, s.Close(ended), context.Canceled)
	j.release()
	require.ErrorIs(t, <-errs, durable.ErrUnsettled)
}

// Events that others wrote to the stream one by one are taken in, and events of other packages are passed over.
func TestEventsOfOthers(t *testing.T) {
	j := journal.NewMemory()
	codec, at := atp.Events(), noon()
	var events []journal.Draft
	for _, e := range []any{
		atp.ItemDefined{Item: "A", Site: "S1", Revision: 1, At: at},
		atp.StockCounted{Item: "A", Site: "S1", Revision: 1, At: at, Quantity: 10, Change: 10},
		atp.Reserved{Key: "k", At: at, Expires: at.Add(time.Hour), Lines: []atp.ReservedLine{{Item: "A", Site: "S1", Date: day(0), Quantity: 4}}},
	} {
		draft, err := codec.Encode(e)
		require.NoError(t, err)
		draft.At = at
		events = append(events, draft, journal.Draft{Type: "order.noted", Version: 1, At: at, Data: []byte("x")})
	}
	_, err := j.Append(t.Context(), journal.Batch{Writes: []journal.Write{{Stream: stream, Events: events}}})
	require.NoError(t, err)
	s := open(t, config(t, j))
	require.EqualValues(t, 6, available(t, s, refOf(t, s, "A")))
	e, err := reserve(s, "k", refOf(t, s, "A"), 4)
	require.NoError(t, err)
	require.True(t, e.Replayed)
}

// What cannot be read stops Open and names the place.
func TestReplayError(t *testing.T) {
	at := noon()
	for name, draft := range map[string]journal.Draft{
		"damaged pack":    {Type: "durable.packed", Version: 1, At: at, Data: []byte(`{"base":"x"}`)},
		"version of pack": {Type: "durable.packed", Version: 2, At: at, Data: []byte(`{}`)},
		"damaged event":   {Type: "atp.reserved", Version: 1, At: at, Data: []byte(`{"key":"k"}`)},
		"unknown site": {Type: "durable.packed", Version: 1, At: at, Data: []byte(
			`{"base":"2026-03-02T12:00:00Z","events":[["reserved","k",0,1,"A","elsewhere","2026-03-02",1]]}`)},
		"no such reservation": {Type: "durable.packed", Version: 1, At: at, Data: []byte(
			`{"base":"2026-03-02T12:00:00Z","events":[["committed","k",0]]}`)},
	} {
		t.Run(name, func(t *testing.T) {
			j := journal.NewMemory()
			_, err := j.Append(t.Context(), journal.Batch{Writes: []journal.Write{{Stream: stream, Events: []journal.Draft{draft}}}})
			require.NoError(t, err)
			_, err = durable.Open(t.Context(), noon(), config(t, j))
			var replay *durable.ReplayError
			require.ErrorAs(t, err, &replay)
			require.EqualValues(t, 1, replay.Position)
			require.Contains(t, err.Error(), stream+" at 1")
			require.NotNil(t, errors.Unwrap(err))
		})
	}
}

func TestConfig(t *testing.T) {
	for name, change := range map[string]func(*durable.Config){
		"no journal":     func(c *durable.Config) { c.Journal = nil },
		"no stream":      func(c *durable.Config) { c.Stream = "" },
		"long stream":    func(c *durable.Config) { c.Stream = strings.Repeat("x", 201) },
		"negative tries": func(c *durable.Config) { c.Tries = -1 },
		"no snapshots":   func(c *durable.Config) { c.SnapshotEvery = 1 },
	} {
		cfg := config(t, journal.NewMemory())
		change(&cfg)
		_, err := durable.Open(t.Context(), noon(), cfg)
		var wrong *durable.ConfigError
		require.ErrorAs(t, err, &wrong, name)
		require.NotEmpty(t, wrong.Error())
		_, err = durable.Snapshot(t.Context(), cfg)
		require.ErrorAs(t, err, &wrong, name)
	}
	_, err := durable.Open(t.Context(), noon(), durable.Config{Journal: journal.NewMemory(), Stream: stream})
	require.ErrorAs(t, err, new(*atp.ConfigError))
	_, err = durable.Open(t.Context(), time.Time{}, config(t, journal.NewMemory()))
	require.Error(t, err, "the journal refuses an instant like that")
}

// Text that JSON would change is refused before anything happens: two keys must not become one.
func TestText(t *testing.T) {
	ctx, now := t.Context(), noon()
	s := open(t, config(t, journal.NewMemory()))
	ref := stocked(t, s, "A", 10)
	_, err := reserve(s, "k", ref, 5)
	require.NoError(t, err)
	_, err = s.Commit(ctx, now, "k")
	require.NoError(t, err)
	_, err = s.AddSupply(ctx, now, atp.Supply{Ref: ref, Document: "PO", Type: atp.PurchaseOrder, Due: day(1), Quantity: 5})
	require.NoError(t, err)
	quota, _, err := s.DefineQuota(ctx, now, atp.QuotaDefinition{ID: "Q", Site: "S1"})
	require.NoError(t, err)
	before := s.Live().State(now)
	for _, bad := range []string{"a\xff", strings.Repeat("x", durable.MaxText+1)} {
		var errs []error
		add := func(_ any, err error) { errs = append(errs, err) }
		_, _, err := s.Define(ctx, now, atp.Definition{Item: bad, Site: "S1"})
		errs = append(errs, err)
		add(reserve(s, bad, ref, 1))
		add(s.Count(ctx, now, atp.Count{Ref: ref, Quantity: 1, Document: bad}))
		add(s.Count(ctx, now, atp.Count{Ref: ref, Quantity: 1, Lot: bad}))
		add(s.Receive(ctx, now, atp.Receipt{Ref: ref, Document: "PO", Posting: "GR", Lot: bad, Quantity: 1}))
		_, _, err = s.DefineQuota(ctx, now, atp.QuotaDefinition{ID: bad, Site: "S1"})
		errs = append(errs, err)
		_, _, err = s.DefineQuota(ctx, now, atp.QuotaDefinition{ID: "q", Site: "S1", Fallback: []string{bad}})
		errs = append(errs, err)
		add(s.SetQuota(ctx, now, atp.QuotaSetting{Quota: quota, Document: bad}))
		add(s.Reschedule(ctx, now, atp.Rescheduling{Key: bad}))
		add(s.AddSupply(ctx, now, atp.Supply{Ref: ref, Document: bad, Type: atp.PurchaseOrder, Due: day(1), Quantity: 5}))
		add(s.Receive(ctx, now, atp.Receipt{Ref: ref, Document: "PO", Posting: bad, Quantity: 1}))
		add(s.Consume(ctx, now, atp.Posting{Key: "k", Document: bad}))
		add(s.Release(ctx, now, atp.Posting{Key: "k", Document: bad}))
		for _, err := range errs {
			require.ErrorAs(t, err, new(*atp.RequestError))
		}
	}
	require.Equal(t, before, s.Live().State(now))
	require.NoError(t, s.Err())
}

// More than a batch holds is cut into several; one operation that no batch holds is refused and taken back.
func TestSize(t *testing.T) {
	ctx, j := t.Context(), newFaulty()
	s := open(t, config(t, j))
	long := strings.Repeat("i", durable.MaxText-4)
	refs := make([]atp.Ref, 900)
	for i := range refs {
		refs[i] = stocked(t, s, fmt.Sprintf("%s%04d", long, i), 100)
	}
	large := func(key string, n int) error {
		req := atp.Request{Key: key, Hold: time.Hour}
		for _, ref := range refs[:n] {
			req.Lines = append(req.Lines, atp.Line{Ref: ref, Date: day(0), Quantity: 1}, atp.Line{Ref: ref, Date: day(1), Quantity: 1})
		}
		_, err := s.Reserve(ctx, noon(), req)
		return err
	}
	before := s.Live().State(noon())
	require.ErrorIs(t, large("too large", 900), journal.ErrTooLarge)
	require.Equal(t, before, s.Live().State(noon()))
	j.hold()
	var callers sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		callers.Go(func() { errs[i] = large(keyOf(i), 450) })
	}
	until(t, "effect", func() bool { return available(t, s, refs[0]) == 100-16 })
	j.release()
	callers.Wait()
	require.NoError(t, errors.Join(errs...))
	sameAfterReplay(t, s, config(t, j))
}

// Many holds that end together do not fit one batch, and need not: each is bookkeeping.
func TestSweepMany(t *testing.T) {
	ctx, j := t.Context(), newFaulty()
	s := open(t, config(t, j))
	ref := stocked(t, s, "A", 100_000)
	pad := strings.Repeat("x", 900)
	require.NoError(t, s.Do(ctx, noon(), func(live *atp.Stock) (durable.Change, error) {
		change := durable.Change{}
		for i := range 1000 {
			e, err := live.Reserve(noon(), request(keyOf(i)+pad, ref, 1))
			if err != nil {
				return change, err
			}
			change.Events = append(change.Events, e)
		}
		return change, nil
	}))
	for i := range 1000 {
		_, err := reserve(s, keyOf(i)+pad+"2", ref, 1)
		require.NoError(t, err)
	}
	swept, err := s.Sweep(ctx, noon().Add(time.Hour))
	require.NoError(t, err)
	require.Len(t, swept, 2000)
	all := packs(t, j)
	require.Greater(t, len(all), 1002+1, "the last ones are cut")
	sameAfterReplay(t, s, config(t, j))
	swept, err = s.Sweep(ctx, noon().Add(time.Hour))
	require.NoError(t, err)
	require.Empty(t, swept)
}

// Do journals what it is given; what no journal takes is taken back, or stops the Stock.
func TestDo(t *testing.T) {
	ctx, j := t.Context(), journal.NewMemory()
	s := open(t, config(t, j))
	undone := false
	stranger := func(undo func() error) func(*atp.Stock) (durable.Change, error) {
		return func(*atp.Stock) (durable.Change, error) {
			return durable.Change{Events: []any{"no event"}, Undo: undo}, nil
		}
	}
	err := s.Do(ctx, noon(), stranger(func() error { undone = true; return nil }))
	require.ErrorAs(t, err, new(*journal.CodecError))
	require.True(t, undone)
	require.NoError(t, s.Err())
	require.ErrorIs(t, s.Do(ctx, noon(), stranger(func() error { return errDisk })), durable.ErrStopped)
	require.ErrorIs(t, s.Err(), errDisk)
	s = open(t, config(t, j))
	require.ErrorIs(t, s.Do(ctx, noon(), stranger(nil)), durable.ErrStopped)
	s = open(t, config(t, j))
	ref := stocked(t, s, "A", 5)
	refuse := errors.New("not on my watch")
	require.ErrorIs(t, s.Do(ctx, noon(), func(*atp.Stock) (durable.Change, error) { return durable.Change{}, refuse }), refuse)
	require.EqualValues(t, 5, available(t, s, ref))
}

// A refused commit is taken back, also of a hold of which a part had been released before: the stock goes on.
func TestRefusedCommitAfterARelease(t *testing.T) {
	j := newFaulty()
	s := open(t, config(t, j))
	ref := stocked(t, s, "A", 10)
	_, err := s.Reserve(t.Context(), noon(), request("k", ref, 10))
	require.NoError(t, err)
	_, err = s.Release(t.Context(), noon(), atp.Posting{Key: "k", Document: "d", Parts: []atp.Part{{Ref: ref, Quantity: 4}}})
	require.NoError(t, err)
	j.plan(refuse)
	_, err = s.Commit(t.Context(), noon(), "k")
	require.Error(t, err)
	_, err = s.Reserve(t.Context(), noon(), request("k2", ref, 1))
	require.NoError(t, err)
}

// A run of more changes than a batch of the journal holds is written in parts; until the last is there it has not happened.
func TestARunOfManyChanges(t *testing.T) {
	for _, plan := range [][]fault{nil, {refuse}, {pass, refuse}, {pass, pass, refuse}} {
		j := newFaulty()
		cfg := config(t, j)
		s := open(t, cfg)
		ref := stocked(t, s, "A", 1000000)
		run := atp.Rescheduling{Key: "run"}
		for i := range 12000 {
			run.Changes = append(run.Changes, atp.Change{Key: keyOf(i), Ref: ref, To: []atp.ScheduleLine{{Date: day(1), Quantity: 1}}})
		}
		before := s.Live().State(noon())
		j.plan(plan...)
		_, err := s.Reschedule(t.Context(), noon(), run)
		j.plan()
		if err != nil {
			require.NotNil(t, plan)
			require.Equal(t, before, s.Live().State(noon()))
			_, err = s.Reschedule(t.Context(), noon(), run)
		}
		require.NoError(t, err)
		require.Equal(t, int64(1000000-12000), available(t, s, ref))
		sameAfterReplay(t, s, cfg)
	}
}

// A receipt is refused for what the supply before it says, which may still be lost: the refusal waits for it.
func TestARefusalWaitsForWhatItRestsOn(t *testing.T) {
	j := newFaulty()
	s := open(t, config(t, j))
	ref := stocked(t, s, "A", 10)
	j.hold()
	var callers sync.WaitGroup
	callers.Go(func() {
		_, err := s.AddSupply(t.Context(), noon(), atp.Supply{
			Ref: ref, Document: "PO", Type: atp.PurchaseOrder, Due: day(1), Quantity: 5, Expires: day(50),
		})
		if err != nil {
			t.Error(err)
		}
	})
	until(t, "the supply in memory", func() bool { i, err := s.Live().Item(ref); return err == nil && len(i.Supplies) > 0 })
	answered := make(chan error, 1)
	callers.Go(func() {
		_, err := s.Receive(t.Context(), noon(), atp.Receipt{Ref: ref, Document: "PO", Posting: "GR", Quantity: 4})
		answered <- err
	})
	select {
	case err := <-answered:
		t.Errorf("answered before the supply is journalled: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	j.release()
	require.ErrorAs(t, <-answered, new(*atp.RequestError))
	callers.Wait()
}
