package atp_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
)

// Where rescheduling, undoing and quotas meet. Each of these went wrong once.

func committed(t *testing.T, s *atp.Stock, r atp.Request) {
	t.Helper()
	r.Hold = time.Hour
	_, err := s.Reserve(noon(0), r)
	require.NoError(t, err)
	_, err = s.Commit(noon(0), r.Key)
	require.NoError(t, err)
}

func swap(a atp.Change, more ...atp.Change) atp.Rescheduling {
	return atp.Rescheduling{Key: "run", Changes: append(more, a)}
}

// A claim that sees stock on hand only must not grow by what one gives up that sees receipts, too.
func TestRescheduleOfClaimsThatSeeDifferentSupply(t *testing.T) {
	for name, wide := range map[string][]atp.ScheduleLine{"half": on(0, 10), "all": nil} {
		t.Run(name, func(t *testing.T) {
			s := newStock(t)
			a := stocked(t, s, "A", 10, supply{0, 20})
			committed(t, s, atp.Request{Key: "n", Scope: atp.ScopeOf(atp.Available), Lines: one(a, 0, 10)})
			committed(t, s, atp.Request{Key: "w", Lines: one(a, 0, 20)})
			_, err := s.Reschedule(noon(0), swap(
				atp.Change{Key: "n", Ref: a, From: on(0, 10), To: on(0, 20)}, atp.Change{Key: "w", Ref: a, From: on(0, 20), To: wide}))
			require.ErrorAs(t, err, new(*atp.ShortageError), "20 would come from a stock of 10")
			_, err = s.Reschedule(noon(0), swap(
				atp.Change{Key: "n", Ref: a, From: on(0, 10), To: on(0, 5)}, atp.Change{Key: "w", Ref: a, From: on(0, 20), To: on(0, 25)}))
			require.NoError(t, err)
		})
	}
}

func TestRescheduleDoesNotReachIntoTheSafetyStock(t *testing.T) {
	s := newStock(t)
	a, _, err := s.Define(noon(0), atp.Definition{Item: "A", Site: "S1", SafetyStock: 10})
	require.NoError(t, err)
	_, err = s.Count(noon(0), atp.Count{Ref: a, Quantity: 30})
	require.NoError(t, err)
	committed(t, s, atp.Request{Key: "std", Lines: one(a, 0, 15)})
	committed(t, s, atp.Request{Key: "vip", SafetyStock: true, Lines: one(a, 0, 15)})
	_, err = s.Reschedule(noon(0), swap(
		atp.Change{Key: "std", Ref: a, From: on(0, 15), To: on(0, 30)}, atp.Change{Key: "vip", Ref: a, From: on(0, 15)}))
	require.ErrorAs(t, err, new(*atp.ShortageError))
}

// Claims behind the fence are out of the balance, and must not be taken out of it once more.
func TestRescheduleOfDifferentSupplyBehindAFence(t *testing.T) {
	s := newStock(t)
	a, _, err := s.Define(noon(0), atp.Definition{Item: "A", Site: "S1", Policy: atp.Policy{PastDueDemands: atp.Fence{Ignore: true}}})
	require.NoError(t, err)
	_, err = s.Count(noon(0), atp.Count{Ref: a, Quantity: 30})
	require.NoError(t, err)
	hand := atp.ScopeOf(atp.Available)
	committed(t, s, atp.Request{Key: "late", Lines: one(a, 0, 20)})
	committed(t, s, atp.Request{Key: "n", Scope: hand, Lines: one(a, 5, 10)})
	_, err = s.Reschedule(noon(3), swap(atp.Change{Key: "n", Ref: a, From: on(5, 10), To: on(5, 31)}))
	require.ErrorAs(t, err, new(*atp.ShortageError), "30 are there")
	_, err = s.Reschedule(noon(3), swap(atp.Change{Key: "n", Ref: a, From: on(5, 10), To: on(5, 30)}))
	require.NoError(t, err)
}

func TestRescheduleRefusesAQuota(t *testing.T) {
	s := newStock(t)
	a := stocked(t, s, "A", 100)
	q := weeks(t, s, atp.QuotaDefinition{ID: "A/VIP"}, 10, 0)
	committed(t, s, atp.Request{Key: "k", Lines: append(one(a, 0, 10), atp.Line{Ref: q, Date: day(0), Quantity: 10, For: a})})
	before := s.State(noon(0))
	_, err := s.Reschedule(noon(0), swap(atp.Change{Key: "k", Ref: q, From: on(0, 10), To: on(7, 10)}))
	require.ErrorAs(t, err, new(*atp.RequestError))
	require.Equal(t, before, s.State(noon(0)))
}

func TestRescheduleToALotOfAnItemWithoutLots(t *testing.T) {
	s := newStock(t)
	a := stocked(t, s, "A", 100)
	claimed(t, s, "k", a, 0, 10)
	_, err := s.Reschedule(noon(0), swap(atp.Change{
		Key: "k", Ref: a, From: on(0, 10), To: []atp.ScheduleLine{{Date: day(0), Quantity: 10, Lot: "L9"}},
	}))
	require.ErrorAs(t, err, new(*atp.ShortageError))
}

func TestRescheduleAgainWithAnotherScope(t *testing.T) {
	s := newStock(t)
	a := stocked(t, s, "A", 100)
	run := func(scope atp.Scope, safety bool) (atp.Rescheduled, error) {
		return s.Reschedule(noon(0), swap(atp.Change{Key: "new", Ref: a, To: on(0, 10), Scope: scope, SafetyStock: safety}))
	}
	_, err := run(atp.ScopeOf(atp.Available), false)
	require.NoError(t, err)
	again, err := run(atp.ScopeOf(atp.Available), false)
	require.NoError(t, err)
	require.True(t, again.Replayed)
	_, err = run(0, false)
	require.ErrorAs(t, err, new(*atp.KeyConflictError))
	_, err = run(atp.ScopeOf(atp.Available), true)
	require.ErrorAs(t, err, new(*atp.KeyConflictError))
}

func TestPeggingKeepsWhatIsAskedOfTheGoods(t *testing.T) {
	s := newStock(t)
	a := stocked(t, s, "A", 0)
	_, err := s.Count(noon(0), atp.Count{Ref: a, Lot: "L1", Expires: day(30), Quantity: 10})
	require.NoError(t, err)
	committed(t, s, atp.Request{Key: "k", Lines: []atp.Line{{Ref: a, Date: day(2), Quantity: 10, GoodThrough: day(9), Lot: "L1"}}})
	pegged, err := s.Pegging(noon(0), a)
	require.NoError(t, err)
	_, err = s.Reschedule(noon(0), swap(atp.Change{Key: "k", Ref: a, From: pegged[0].Schedule()}))
	require.NoError(t, err, "the schedule is what the reservation has")
}

func TestQuotasCanBeTriedOut(t *testing.T) {
	s := newStock(t)
	twin, err := s.WhatIf(noon(0), stocked(t, s, "A", 100))
	require.NoError(t, err)
	_, _, err = twin.DefineQuota(noon(0), atp.QuotaDefinition{ID: "Q", Site: "S1"})
	require.NoError(t, err)
}

// A release is taken back after the hold has been swept: the hold stays ended, and claims nothing for ever.
func TestUndoReleaseAfterASweep(t *testing.T) {
	s := newStock(t)
	a := stocked(t, s, "A", 10)
	require.NoError(t, reserve(s, noon(0), "k", one(a, 0, 10)...))
	released, err := s.Release(noon(0), atp.Posting{Key: "k", Document: "d", Parts: []atp.Part{{Ref: a, Quantity: 4}}})
	require.NoError(t, err)
	swept, err := s.Sweep(noon(1))
	require.NoError(t, err)
	require.Len(t, swept, 1)
	require.NoError(t, s.UndoRelease(released))
	can, err := s.ATP(noon(2), atp.Query{Ref: a, Date: day(2)})
	require.NoError(t, err)
	require.Equal(t, int64(10), can)
	r, err := s.Reservation(noon(2), "k")
	require.NoError(t, err)
	require.Equal(t, atp.StatusExpired, r.Status)
}

// What was released before a commit does not stand in the way of taking the commit back.
func TestUndoCommitAfterAnEarlierRelease(t *testing.T) {
	s := newStock(t)
	a := stocked(t, s, "A", 10)
	require.NoError(t, reserve(s, noon(0), "k", one(a, 0, 10)...))
	_, err := s.Release(noon(0), atp.Posting{Key: "k", Document: "d", Parts: []atp.Part{{Ref: a, Quantity: 4}}})
	require.NoError(t, err)
	before := s.State(noon(0))
	c, err := s.Commit(noon(0), "k")
	require.NoError(t, err)
	require.NoError(t, s.UndoCommit(c))
	require.Equal(t, before, s.State(noon(0)))
	_, err = s.Commit(noon(0), "k")
	require.NoError(t, err)
	_, err = s.Release(noon(0), atp.Posting{Key: "k", Document: "e", Parts: []atp.Part{{Ref: a, Quantity: 1}}})
	require.NoError(t, err)
	require.ErrorAs(t, s.UndoCommit(c), new(*atp.StateError), "more has happened since")
}

// A damaged snapshot is an error, not a lock that is taken twice.
func TestRestoreOfLinesOutOfOrder(t *testing.T) {
	s := newStock(t)
	a, b := stocked(t, s, "A", 10), stocked(t, s, "B", 10)
	hold(t, s, "k", atp.Line{Ref: a, Date: day(0), Quantity: 5}, atp.Line{Ref: b, Date: day(0), Quantity: 5})
	_, err := s.Reschedule(noon(0), atp.Rescheduling{Key: "run", Changes: []atp.Change{{
		Key: "k", Ref: a, From: []atp.ScheduleLine{{Date: day(0), Quantity: 5}},
		To: []atp.ScheduleLine{{Date: day(1), Quantity: 2}, {Date: day(2), Quantity: 3}},
	}}})
	require.NoError(t, err)
	state := s.State(noon(0))
	lines := state.Reservations[0].Lines
	require.Len(t, lines, 3)
	lines[1], lines[2] = lines[2], lines[1]
	require.ErrorAs(t, newStock(t).Restore(state), new(*atp.EventError))
}
