package atp_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
)

// Failures that other systems of this kind are known for (atp.md, reservations). Each has a test of its own name.

func one(ref atp.Ref, on int, quantity int64) []atp.Line {
	return []atp.Line{{Ref: ref, Date: day(on), Quantity: quantity}}
}

func reserve(s *atp.Stock, now time.Time, key string, lines ...atp.Line) error {
	_, err := s.Reserve(now, atp.Request{Key: key, Hold: time.Hour, Lines: lines})
	return err
}

// Everybody looks, sees the last ten, and takes them: many callers who check and then act must not all succeed (ATP-6).
func TestKnownCheckThenActDoesNotOversell(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10)
	var callers sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for i := range 50 {
		callers.Go(func() {
			can, err := s.ATP(noon(0), atp.Query{Ref: ref, Date: day(0)})
			if err != nil || can < 3 {
				return
			}
			if reserve(s, noon(0), fmt.Sprint(i), one(ref, 0, 3)...) == nil {
				mu.Lock()
				won++
				mu.Unlock()
			}
		})
	}
	callers.Wait()
	require.Equal(t, 3, won, "3 x 3 of 10")
}

// Two orders over the same items, named in another order, wait for each other for ever (ATP-6).
func TestKnownDeadlockByLockOrder(t *testing.T) {
	s := newStock(t)
	refs := make([]atp.Ref, 6)
	for i := range refs {
		refs[i] = stocked(t, s, fmt.Sprint("item ", i), 1_000_000)
	}
	var callers sync.WaitGroup
	for c := range 8 {
		callers.Go(func() {
			random := rand.New(rand.NewPCG(uint64(c), 0))
			for n := range 300 {
				var lines []atp.Line
				for _, i := range random.Perm(len(refs)) {
					lines = append(lines, one(refs[i], 0, 1)...)
				}
				key := fmt.Sprint(c, "/", n)
				if err := reserve(s, noon(0), key, lines...); err != nil {
					t.Error(err)
				}
				demands := []atp.Demand{{ID: "x", Ref: refs[5], Quantity: 1, Replaces: key}, {ID: "y", Ref: refs[0], Quantity: 1}}
				if _, err := s.PromiseAll(noon(0), demands, atp.LineByLine); err != nil {
					t.Error(err)
				}
				if _, err := s.Release(noon(0), atp.Posting{Key: key}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	callers.Wait() // a deadlock is what the test's own limit of time shows
	for _, ref := range refs {
		can, err := s.ATP(noon(0), atp.Query{Ref: ref, Date: day(0)})
		require.NoError(t, err)
		require.Equal(t, int64(1_000_000), can)
	}
}

// A request that names an item twice is checked line by line, each line fits, and both together do not (ATP-6).
func TestKnownTheSameItemTwiceInOneRequest(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10)
	var short *atp.ShortageError
	require.ErrorAs(t, reserve(s, noon(0), "k", append(one(ref, 0, 6), one(ref, 0, 6)...)...), &short)
	require.ErrorAs(t, reserve(s, noon(0), "k", append(one(ref, 0, 6), one(ref, 3, 6)...)...), &short, "on different days")
	require.NoError(t, reserve(s, noon(0), "k", append(one(ref, 3, 4), one(ref, 0, 6)...)...))
}

// A request fails on its last line, and what its first lines took stays taken (ATP-6).
func TestKnownReservationsLeakAfterAFailure(t *testing.T) {
	s := newStock(t)
	a, b := stocked(t, s, "A", 10), stocked(t, s, "B", 1)
	before := s.State(noon(0))
	for range 5 {
		require.Error(t, reserve(s, noon(0), "k", append(one(a, 0, 10), one(b, 0, 2)...)...))
		require.Error(t, reserve(s, noon(0), "k", append(one(a, 0, 10), atp.Line{Ref: b, Date: day(0), Quantity: -1})...))
		_, err := s.PromiseAll(noon(0), []atp.Demand{{ID: "1", Ref: a, Quantity: 10}, {ID: "2", Ref: b, Quantity: 2}}, atp.ShipComplete)
		require.NoError(t, err)
	}
	require.Equal(t, before, s.State(noon(0)))
	require.NoError(t, reserve(s, noon(0), "k", append(one(a, 0, 10), one(b, 0, 1)...)...))
}

// A counter of what is reserved is kept beside the documents, and after many changes says something else (ATP-6). Here
// what is free is compared with what the reservations themselves say after every operation.
func TestKnownCountersDriftFromDocuments(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 500)
	random := rand.New(rand.NewPCG(1, 2))
	onHand, documents := int64(500), 0
	keys := map[string]bool{}
	for n := range 3000 {
		key := fmt.Sprint(random.IntN(40))
		documents++
		posting := atp.Posting{Key: key, Document: fmt.Sprint(documents), Parts: []atp.Part{{Ref: ref, Quantity: 1 + random.Int64N(4)}}}
		now := noon(0).Add(time.Duration(n) * time.Minute)
		switch random.IntN(5) {
		case 0, 1:
			if reserve(s, now, key, one(ref, 400, 1+random.Int64N(9))...) == nil {
				keys[key] = true
			}
		case 2:
			_, _ = s.Commit(now, key)
		case 3:
			if e, err := s.Consume(now, posting); err == nil {
				onHand -= e.Lines[0].Quantity
			}
		case 4:
			_, _ = s.Release(now, posting)
		}
		open := int64(0)
		for key := range keys {
			r, err := s.Reservation(now, key)
			require.NoError(t, err)
			if r.Status == atp.StatusHeld || r.Status == atp.StatusCommitted {
				open += r.Lines[0].Quantity - r.Lines[0].Consumed - r.Lines[0].Released
			}
		}
		can, err := s.ATP(now, atp.Query{Ref: ref, Date: day(400)})
		require.NoError(t, err)
		require.Equal(t, onHand-open, can)
	}
}

// An order that is promised anew finds the goods taken, by itself (ATP-1).
func TestKnownAQuoteThatDeductsItself(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10)
	require.NoError(t, reserve(s, noon(0), "order 1", one(ref, 0, 8)...))
	p, err := s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 9, Replaces: "order 1"})
	require.NoError(t, err)
	require.Equal(t, int64(9), p.Confirmed)
	p, err = s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 9})
	require.NoError(t, err)
	require.Zero(t, p.Confirmed, "for another order")
}

// What was released, or has shipped, is released once more and is there twice (ATP-6).
func TestKnownReleasedTwice(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10)
	require.NoError(t, reserve(s, noon(0), "k", one(ref, 0, 10)...))
	_, err := s.Commit(noon(0), "k")
	require.NoError(t, err)
	part := func(n int64) []atp.Part { return []atp.Part{{Ref: ref, Quantity: n}} }
	_, err = s.Consume(noon(0), atp.Posting{Key: "k", Document: "shipment", Parts: part(6)})
	require.NoError(t, err)
	_, err = s.Release(noon(0), atp.Posting{Key: "k", Document: "change 1", Parts: part(3)})
	require.NoError(t, err)
	var short *atp.ShortageError
	_, err = s.Release(noon(0), atp.Posting{Key: "k", Document: "change 2", Parts: part(3)})
	require.ErrorAs(t, err, &short)
	e, err := s.Release(noon(0), atp.Posting{Key: "k", Document: "change 1", Parts: part(3)})
	require.NoError(t, err)
	require.True(t, e.Replayed)
	can, err := s.ATP(noon(0), atp.Query{Ref: ref, Date: day(0)})
	require.NoError(t, err)
	require.Equal(t, int64(3), can, "10 - 6 shipped - 1 reserved")
}

// A refused reservation binds its key, and the caller who waits and tries again is told that the key is taken (ATP-6).
func TestKnownARefusalThatBindsItsKey(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10)
	require.NoError(t, reserve(s, noon(0), "k1", one(ref, 0, 6)...))
	require.Error(t, reserve(s, noon(0), "k2", one(ref, 0, 5)...))
	require.NoError(t, reserve(s, noon(0).Add(time.Hour), "k2", one(ref, 0, 5)...), "after k1 expired")
}
