package budget_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/pricing/budget"
)

const stream = "budget/spring"

func newShared(t testing.TB, j journal.Journal) *budget.Shared {
	t.Helper()
	s, err := budget.NewShared(budget.SharedConfig{Register: budget.New(budget.Config{}), Journal: j, Stream: stream, Actor: "shop"})
	require.NoError(t, err)
	return s
}

// fold builds a register from what a journal holds.
func fold(t testing.TB, j journal.Journal) *budget.Register {
	t.Helper()
	g := budget.New(budget.Config{})
	codec := budget.Events()
	for e, err := range j.Read(t.Context(), stream, 0) {
		require.NoError(t, err)
		v, known, err := codec.Decode(e)
		require.NoError(t, err)
		require.True(t, known)
		require.NoError(t, g.Apply(v))
	}
	return g
}

// Many goroutines want the last uses of one register.
func TestConcurrentReserve(t *testing.T) {
	const orders, uses = 400, 37
	d := newDesk(t, budget.Limit{Name: "L", Total: budget.Cap{Uses: uses}}, budget.Limit{Name: "M", Total: budget.Cap{Uses: orders}})
	var got, refused atomic.Int64
	var wg sync.WaitGroup
	for i := range orders {
		wg.Go(func() {
			req := budget.Request{Key: fmt.Sprint(i), Usages: []budget.Usage{use("M", 1), use("L", 1)}}
			switch _, err := d.Reserve(noon, req); {
			case err == nil:
				got.Add(1)
				_, err = d.Commit(noon, req.Key)
				assert.NoError(t, err)
			case errors.Is(err, budget.ErrExhausted):
				refused.Add(1)
			}
		})
	}
	wg.Wait()
	assert.Equal(t, int64(uses), got.Load())
	assert.Equal(t, int64(orders-uses), refused.Load())
	assert.Equal(t, budget.Taken{Uses: uses}, d.limit("L").Committed)
	assert.Equal(t, budget.Taken{Uses: uses}, d.limit("M").Committed, "who did not get one did not get the other")
}

// Two processes, each with what it knows, want the last uses over one journal.
func TestTwoProcesses(t *testing.T) {
	const orders, uses = 120, 50
	j := journal.NewMemory()
	processes := []*budget.Shared{newShared(t, j), newShared(t, j)}
	_, err := processes[0].SetLimit(t.Context(), noon, budget.Setting{
		Limit: budget.Limit{Name: "L", Total: budget.Cap{Uses: uses}}, Actor: "ann", Reason: "sale",
	})
	require.NoError(t, err)
	var got, refused, released atomic.Int64
	var wg sync.WaitGroup
	for p, s := range processes {
		for i := range orders {
			wg.Go(func() {
				req := budget.Request{Key: fmt.Sprintf("%d/%d", p, i), Usages: []budget.Usage{use("L", 1)}}
				_, err := s.Reserve(t.Context(), noon, req)
				if errors.Is(err, budget.ErrExhausted) {
					refused.Add(1)
					return
				}
				if !assert.NoError(t, err) {
					return
				}
				got.Add(1)
				if i%5 == 0 {
					_, err = s.Release(t.Context(), noon, req.Key, "cancelled")
					released.Add(1)
				} else {
					_, err = s.Commit(t.Context(), noon, req.Key)
				}
				assert.NoError(t, err)
			})
		}
	}
	wg.Wait()
	for _, s := range processes {
		require.NoError(t, s.CatchUp(t.Context()))
	}
	assert.Equal(t, int64(2*orders), got.Load()+refused.Load())
	one, err := processes[0].Register().Limit(noon, "L")
	require.NoError(t, err)
	assert.Equal(t, got.Load()-released.Load(), one.Committed.Uses)
	assert.LessOrEqual(t, one.Committed.Uses, int64(uses))
	if released.Load() == 0 {
		assert.Equal(t, int64(uses), one.Committed.Uses)
	}
	a := mustState(t, processes[0].Register(), noon)
	assert.Equal(t, a, mustState(t, processes[1].Register(), noon))
	assert.Equal(t, a, mustState(t, fold(t, j), noon), "and so says the journal")
	neverExceeded(t, j, uses)
}

// neverExceeded goes through the journal event by event.
func neverExceeded(t *testing.T, j journal.Journal, uses int64) {
	t.Helper()
	taken := map[string]int64{}
	var sum int64
	for e, err := range j.Read(t.Context(), stream, 0) {
		require.NoError(t, err)
		v, _, err := budget.Events().Decode(e)
		require.NoError(t, err)
		switch v := v.(type) {
		case budget.Reserved:
			sum += v.Usages[0].Uses - taken[v.Key]
			taken[v.Key] = v.Usages[0].Uses
		case budget.Released:
			sum -= taken[v.Key]
			taken[v.Key] = 0
		}
		require.LessOrEqual(t, sum, uses, "at position %d", e.Position)
	}
}

// The loser of a race decides again with what the winner did, whichever way it ends.
func TestLoserDecidesAgain(t *testing.T) {
	j := journal.NewMemory()
	a, b := newShared(t, j), newShared(t, j)
	_, err := a.SetLimit(t.Context(), noon, budget.Setting{
		Limit: budget.Limit{Name: "L", Total: budget.Cap{Uses: 2}}, Actor: "ann", Reason: "sale",
	})
	require.NoError(t, err)
	req := func(key string) budget.Request {
		return budget.Request{Key: key, Expires: noon.Add(time.Hour), Usages: []budget.Usage{use("L", 1)}}
	}
	_, err = b.Reserve(t.Context(), noon, req("1"))
	require.NoError(t, err, "b knew of no limit, and read on")
	_, err = a.Reserve(t.Context(), noon, req("2"))
	require.NoError(t, err, "a lost, read on, and there was one left")
	_, err = b.Reserve(t.Context(), noon, req("3"))
	require.ErrorIs(t, err, budget.ErrExhausted, "b believed that there was one left")
	_, err = a.Release(t.Context(), noon, "1", "cancelled")
	require.NoError(t, err)
	_, err = b.Reserve(t.Context(), noon, req("3"))
	require.NoError(t, err, "b believed that there was none, and read on before it said so")
	for _, now := range []time.Time{noon, noon.Add(time.Second)} {
		e, err := a.Reserve(t.Context(), now, req("3"))
		require.NoError(t, err)
		assert.Equal(t, uint64(1), e.Revision, "the other process did it already, in the same words or in others")
		assert.Equal(t, noon, e.At)
	}
	_, err = b.Commit(t.Context(), noon.Add(2*time.Hour), "2")
	var state *budget.StateError
	require.ErrorAs(t, err, &state, "it has lapsed")
	neverExceeded(t, j, 2)
}

// unsure loses every other answer: of these, every other after the append has happened.
type unsure struct {
	journal.Journal
	calls int
}

func (u *unsure) Append(ctx context.Context, b journal.Batch) (journal.Commit, error) {
	u.calls++
	switch u.calls % 4 {
	case 1:
		return journal.Commit{}, journal.ErrOutcomeUnknown
	case 3:
		if _, err := u.Journal.Append(ctx, b); err != nil {
			return journal.Commit{}, err
		}
		return journal.Commit{}, journal.ErrOutcomeUnknown
	}
	return u.Journal.Append(ctx, b)
}

// A journal that does not answer leaves nothing half done: what is done again is done once.
func TestUnsettled(t *testing.T) {
	const orders, uses = 40, 25
	memory := journal.NewMemory()
	a, b := newShared(t, &unsure{Journal: memory}), newShared(t, memory)
	_, err := b.SetLimit(t.Context(), noon, budget.Setting{
		Limit: budget.Limit{Name: "L", Total: budget.Cap{Uses: uses}}, Actor: "ann", Reason: "sale",
	})
	require.NoError(t, err)
	var got int64
	unsettled := 0
	for i := range orders {
		for _, s := range []*budget.Shared{a, b} {
			req := budget.Request{Key: fmt.Sprint(i, s == a), Usages: []budget.Usage{use("L", 1)}}
			_, err := s.Reserve(t.Context(), noon, req)
			for errors.Is(err, budget.ErrUnsettled) {
				unsettled++
				if i%2 == 0 { // the other one goes on in between
					_, err := b.Reserve(t.Context(), noon, budget.Request{Key: fmt.Sprint(i, "between"), Usages: req.Usages})
					if err == nil {
						got++
						_, err = b.Release(t.Context(), noon, fmt.Sprint(i, "between"), "changed my mind")
						got--
					} else {
						require.ErrorIs(t, err, budget.ErrExhausted)
						err = nil
					}
					require.NoError(t, err)
				}
				_, err = s.Reserve(t.Context(), noon, req)
			}
			if err == nil {
				got++
				continue
			}
			require.ErrorIs(t, err, budget.ErrExhausted)
		}
	}
	for err = a.CatchUp(t.Context()); errors.Is(err, budget.ErrUnsettled); {
		err = a.CatchUp(t.Context())
	}
	require.NoError(t, err)
	require.NoError(t, b.CatchUp(t.Context()))
	assert.Equal(t, int64(uses), got)
	assert.Positive(t, unsettled)
	want := mustState(t, fold(t, memory), noon)
	assert.Equal(t, want, mustState(t, a.Register(), noon))
	assert.Equal(t, want, mustState(t, b.Register(), noon))
	neverExceeded(t, memory, uses)
}

// A journal that refuses leaves the register as it was.
func TestRefusedByJournal(t *testing.T) {
	memory := journal.NewMemory()
	s := newShared(t, memory)
	set := budget.Setting{Limit: budget.Limit{Name: "L", Total: budget.Cap{Uses: 1}}, Actor: "ann", Reason: "sale"}
	_, err := s.SetLimit(t.Context(), noon, set)
	require.NoError(t, err)
	before := mustState(t, s.Register(), noon)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.Reserve(ended, noon, budget.Request{Key: "1", Usages: []budget.Usage{use("L", 1)}})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, before, mustState(t, s.Register(), noon))

	_, err = memory.Append(t.Context(), journal.Batch{Writes: []journal.Write{{
		Stream: stream, Expect: 1, Events: []journal.Draft{{Type: "order.received", Version: 1, At: noon}},
	}}})
	require.NoError(t, err)
	var foreign *budget.EventError
	require.ErrorAs(t, s.CatchUp(t.Context()), &foreign, "somebody else writes to the stream")
}

func TestNewSharedRefuses(t *testing.T) {
	for field, c := range map[string]budget.SharedConfig{
		"Register": {Journal: journal.NewMemory(), Stream: stream},
		"Journal":  {Register: budget.New(budget.Config{}), Stream: stream},
		"Stream":   {Register: budget.New(budget.Config{}), Journal: journal.NewMemory()},
	} {
		_, err := budget.NewShared(c)
		var wrong *budget.RequestError
		require.ErrorAs(t, err, &wrong)
		assert.Equal(t, field, wrong.Field)
	}
}
