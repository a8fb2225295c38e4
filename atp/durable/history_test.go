package durable_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/durable"
	"github.com/o2ckit/o2c/journal"
)

// history drives a Stock whose journal fails now and then, and a plain one that gets the same operations when they were
// acknowledged.
type history struct {
	t     *rapid.T
	j     *faulty
	cfg   durable.Config
	s     *durable.Stock
	plain *atp.Stock
	now   time.Time
	docs  int
	seen  map[string]int // how operations ended
}

var items = []string{"A", "B"}

// both runs an operation with the Stock and, once it is acknowledged, with the plain one; both answer alike. An operation
// whose outcome is open is run again after a restart.
func both[E any](h *history, durably func(s *durable.Stock) (E, error), plainly func(s *atp.Stock) (E, error)) {
	h.j.plan(rapid.SampledFrom([][]fault{
		nil, nil, nil, nil, nil, {refuse}, {mute}, {swallow}, {refuse, refuse, refuse}, {mute, refuse, refuse}, {swallow, swallow, swallow},
		{mute, mute, mute},
	}).Draw(h.t, "faults")...)
	got, err := durably(h.s)
	h.j.plan()
	switch {
	case errors.Is(err, durable.ErrUnsettled):
		h.seen["unsettled"]++
		h.restart()
		if got, err = durably(h.s); errors.As(err, new(*atp.StateError)) {
			h.t.Fatalf("an operation again after a restart: %v", err)
		}
	case errors.Is(err, durable.ErrStopped):
		h.seen["stopped"]++
		h.restart()
		return // what could not be taken back is not in the journal
	case errors.Is(err, errDisk):
		h.seen["taken back"]++
		return
	}
	want, refusal := plainly(h.plain)
	if refusal != nil {
		h.seen["refused"]++
		require.Error(h.t, err)
		require.Equal(h.t, refusal.Error(), err.Error())
		return
	}
	h.seen["done"]++
	require.NoError(h.t, err)
	require.Equal(h.t, fmt.Sprint(unreplayed(want)), fmt.Sprint(unreplayed(got)))
}

// unreplayed is the event without Replayed: after an open outcome, the second of the two tells so.
func unreplayed(e any) any {
	switch e := e.(type) {
	case atp.Reserved:
		e.Replayed = false
		return e
	case atp.Committed:
		e.Replayed = false
		return e
	case atp.Consumed:
		e.Replayed = false
		return e
	case atp.Released:
		e.Replayed = false
		return e
	case atp.Picked:
		e.Replayed = false
		return e
	case atp.Unpicked:
		e.Replayed = false
		return e
	case atp.Decreased:
		e.Replayed = false
		return e
	case atp.SupplyAdded:
		e.Replayed = false
		return e
	case atp.SupplyReceived:
		e.Replayed = false
		return e
	case atp.StockMoved:
		e.Replayed = false
		return e
	}
	return e
}

func (h *history) restart() {
	h.s = open(h.t, h.cfg)
	require.Equal(h.t, h.plain.State(h.now).Items[0].Item, h.s.Live().State(h.now).Items[0].Item)
}

func (h *history) same() {
	require.Equal(h.t, h.plain.State(h.now), h.s.Live().State(h.now))
	require.Equal(h.t, h.plain.State(later()), h.s.Live().State(later()))
}

// ref gives the same item of both.
func (h *history) ref() (of func(*atp.Stock) atp.Ref) {
	item := rapid.SampledFrom(items).Draw(h.t, "item")
	return func(s *atp.Stock) atp.Ref {
		ref, err := s.Ref(item, "S1")
		require.NoError(h.t, err)
		return ref
	}
}

func (h *history) key() string { return fmt.Sprint("k", rapid.IntRange(0, 12).Draw(h.t, "key")) }

func (h *history) document(name string) string {
	h.docs++
	return fmt.Sprint(name, rapid.IntRange(h.docs/2, h.docs).Draw(h.t, "document"))
}

func (h *history) reserve() {
	ref, other, key := h.ref(), h.ref(), h.key()
	hold, n := time.Duration(rapid.IntRange(1, 5).Draw(h.t, "hours"))*time.Hour, rapid.Int64Range(1, 20).Draw(h.t, "quantity")
	two := rapid.Bool().Draw(h.t, "two lines")
	req := func(s *atp.Stock) atp.Request {
		r := atp.Request{Key: key, Hold: hold, SafetyStock: n%3 == 0, Lines: []atp.Line{{Ref: ref(s), Date: day(int(n % 4)), Quantity: n}}}
		if two {
			r.Lines = append(r.Lines, atp.Line{Ref: other(s), Date: day(1), Quantity: 1})
		}
		return r
	}
	both(h, func(s *durable.Stock) (atp.Reserved, error) {
		return s.Reserve(context.Background(), h.now, req(s.Live()))
	},
		func(s *atp.Stock) (atp.Reserved, error) { return s.Reserve(h.now, req(s)) })
}

func (h *history) commit() {
	key := h.key()
	both(h, func(s *durable.Stock) (atp.Committed, error) { return s.Commit(context.Background(), h.now, key) },
		func(s *atp.Stock) (atp.Committed, error) { return s.Commit(h.now, key) })
}

func (h *history) posting() func(s *atp.Stock) atp.Posting {
	key, ref, document := h.key(), h.ref(), h.document("d")
	n := rapid.Int64Range(0, 5).Draw(h.t, "part")
	return func(s *atp.Stock) atp.Posting {
		p := atp.Posting{Key: key, Document: document}
		if n > 0 {
			p.Parts = []atp.Part{{Ref: ref(s), Quantity: n}}
		}
		return p
	}
}

func (h *history) consume() {
	p := h.posting()
	both(h, func(s *durable.Stock) (atp.Consumed, error) {
		return s.Consume(context.Background(), h.now, p(s.Live()))
	},
		func(s *atp.Stock) (atp.Consumed, error) { return s.Consume(h.now, p(s)) })
}

func (h *history) release() {
	p := h.posting()
	both(h, func(s *durable.Stock) (atp.Released, error) {
		return s.Release(context.Background(), h.now, p(s.Live()))
	},
		func(s *atp.Stock) (atp.Released, error) { return s.Release(h.now, p(s)) })
}

func (h *history) pick() {
	p := h.posting()
	both(h, func(s *durable.Stock) (atp.Picked, error) { return s.Pick(context.Background(), h.now, p(s.Live())) },
		func(s *atp.Stock) (atp.Picked, error) { return s.Pick(h.now, p(s)) })
}

func (h *history) unpick() {
	p := h.posting()
	both(h, func(s *durable.Stock) (atp.Unpicked, error) {
		return s.Unpick(context.Background(), h.now, p(s.Live()))
	},
		func(s *atp.Stock) (atp.Unpicked, error) { return s.Unpick(h.now, p(s)) })
}

func (h *history) decrease() {
	key, ref, document, to := h.key(), h.ref(), h.document("d"), rapid.Int64Range(0, 6).Draw(h.t, "to")
	d := func(s *atp.Stock) atp.Decrease {
		return atp.Decrease{Key: key, Document: document, Ref: ref(s), To: to}
	}
	both(h, func(s *durable.Stock) (atp.Decreased, error) {
		return s.Decrease(context.Background(), h.now, d(s.Live()))
	},
		func(s *atp.Stock) (atp.Decreased, error) { return s.Decrease(h.now, d(s)) })
}

func (h *history) add() {
	ref, document, n := h.ref(), h.document("PO"), rapid.Int64Range(1, 30).Draw(h.t, "added")
	supply := func(s *atp.Stock) atp.Supply {
		return atp.Supply{Ref: ref(s), Document: document, Type: atp.PurchaseOrder, Due: day(int(n % 5)), Quantity: n}
	}
	both(h, func(s *durable.Stock) (atp.SupplyAdded, error) {
		return s.AddSupply(context.Background(), h.now, supply(s.Live()))
	}, func(s *atp.Stock) (atp.SupplyAdded, error) { return s.AddSupply(h.now, supply(s)) })
}

func (h *history) adjust() {
	ref, document, n := h.ref(), h.document("PO"), rapid.Int64Range(0, 30).Draw(h.t, "adjusted")
	adjustment := func(s *atp.Stock) atp.Adjustment {
		return atp.Adjustment{Ref: ref(s), Document: document, Due: day(int(n % 5)), Quantity: n}
	}
	h.quietly(func() {
		both(h, func(s *durable.Stock) (atp.SupplyAdjusted, error) {
			return s.AdjustSupply(context.Background(), h.now, adjustment(s.Live()))
		}, func(s *atp.Stock) (atp.SupplyAdjusted, error) { return s.AdjustSupply(h.now, adjustment(s)) })
	})
}

func (h *history) receive() {
	ref, document, posting := h.ref(), h.document("PO"), h.document("GR")
	n := rapid.Int64Range(1, 9).Draw(h.t, "received")
	receipt := func(s *atp.Stock) atp.Receipt {
		return atp.Receipt{Ref: ref(s), Document: document, Posting: posting, Quantity: n}
	}
	both(h, func(s *durable.Stock) (atp.SupplyReceived, error) {
		return s.Receive(context.Background(), h.now, receipt(s.Live()))
	}, func(s *atp.Stock) (atp.SupplyReceived, error) { return s.Receive(h.now, receipt(s)) })
}

func (h *history) count() {
	ref, n := h.ref(), rapid.Int64Range(0, 60).Draw(h.t, "counted")
	h.quietly(func() {
		both(h, func(s *durable.Stock) (atp.StockCounted, error) {
			return s.Count(context.Background(), h.now, atp.Count{Ref: ref(s.Live()), Quantity: n})
		}, func(s *atp.Stock) (atp.StockCounted, error) {
			return s.Count(h.now, atp.Count{Ref: ref(s), Quantity: n})
		})
	})
}

// move ships goods to the other site, or blocks them.
func (h *history) move() {
	ref, key, n := h.ref(), h.document("M"), rapid.Int64Range(1, 9).Draw(h.t, "moved")
	movement := func(s *atp.Stock) atp.Movement {
		from := ref(s)
		m := atp.Movement{Key: key, Ref: from, Quantity: n, ToStatus: atp.Blocked}
		if n%2 == 0 {
			to, err := s.Ref(from.Item(), "S2")
			require.NoError(h.t, err)
			m.Kind, m.ToStatus, m.To, m.Due = atp.SiteTransfer, 0, to, day(int(n))
		}
		return m
	}
	both(h, func(s *durable.Stock) (atp.StockMoved, error) {
		e, _, err := s.Move(context.Background(), h.now, movement(s.Live()))
		return e, err
	}, func(s *atp.Stock) (atp.StockMoved, error) {
		e, _, err := s.Move(h.now, movement(s))
		return e, err
	})
}

// quietly keeps operations that have no key from being run twice: their outcome does not stay open.
func (h *history) quietly(op func()) {
	h.j.mu.Lock()
	h.j.deaf = true
	h.j.mu.Unlock()
	op()
	h.j.mu.Lock()
	h.j.deaf = false
	h.j.mu.Unlock()
}

func (h *history) sweep() {
	swept, err := h.s.Sweep(context.Background(), h.now)
	require.NoError(h.t, err)
	for _, e := range swept {
		r, err := h.plain.Reservation(h.now, e.Key)
		require.NoError(h.t, err)
		require.Equal(h.t, atp.StatusExpired, r.Status)
	}
	_, err = h.plain.Sweep(h.now)
	require.NoError(h.t, err)
}

func (h *history) snapshot() {
	_, err := durable.Snapshot(context.Background(), h.cfg)
	require.NoError(h.t, err)
}

// Histories with a failing journal, restarts and snapshots end where those of a plain Stock end.
func TestHistories(t *testing.T) {
	seen := make(map[string]int)
	rapid.Check(t, func(t *rapid.T) {
		h := &history{t: t, j: newFaulty(), now: noon(), seen: seen}
		h.cfg = config(t, h.j)
		h.cfg.Snapshots = journal.NewMemorySnapshots()
		h.s = open(t, h.cfg)
		var err error
		h.plain, err = atp.New(sites(t))
		require.NoError(t, err)
		for _, item := range items {
			d := atp.Definition{Item: item, Site: "S1", SafetyStock: 3}
			ref, _, err := h.s.Define(context.Background(), h.now, d)
			require.NoError(t, err)
			_, err = h.s.Count(context.Background(), h.now, atp.Count{Ref: ref, Quantity: 80})
			require.NoError(t, err)
			d.Site = "S2"
			_, _, err = h.s.Define(context.Background(), h.now, d)
			require.NoError(t, err)
			_, _, err = h.plain.Define(h.now, d)
			require.NoError(t, err)
			d.Site = "S1"
			ref, _, err = h.plain.Define(h.now, d)
			require.NoError(t, err)
			_, err = h.plain.Count(h.now, atp.Count{Ref: ref, Quantity: 80})
			require.NoError(t, err)
		}
		steps := []func(){
			h.reserve, h.reserve, h.reserve, h.commit, h.commit, h.consume, h.release, h.pick, h.pick, h.unpick, h.decrease,
			h.add, h.adjust, h.receive, h.count, h.move, h.sweep, h.snapshot,
			h.restart,
		}
		for range rapid.IntRange(10, 60).Draw(t, "steps") {
			steps[rapid.IntRange(0, len(steps)-1).Draw(t, "step")]()
			h.now = h.now.Add(time.Duration(rapid.IntRange(0, 60).Draw(t, "minutes")) * time.Minute)
			h.same()
		}
		h.restart()
		h.same()
		h.cfg.Snapshots = nil
		h.restart()
		h.same()
	})
	for _, how := range []string{"done", "refused", "taken back", "unsettled", "stopped"} {
		require.NotZero(t, seen[how], "the histories never have an operation that ends so: %s", how)
	}
	t.Log(seen)
}
