package durable_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
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

// B has lots.
var items = []string{"A", "B"}

// prepare gives both the items, and a quota of A.
func (h *history) prepare() {
	ctx := context.Background()
	for _, item := range items {
		for _, site := range []string{"S2", "S1"} {
			d := atp.Definition{Item: item, Site: site, SafetyStock: 3}
			_, _, err := h.s.Define(ctx, h.now, d)
			require.NoError(h.t, err)
			_, _, err = h.plain.Define(h.now, d)
			require.NoError(h.t, err)
		}
		counts := []atp.Count{{Quantity: 80}}
		if item == "B" {
			counts = []atp.Count{
				{Quantity: 20}, {Quantity: 40, Lot: "L1", Expires: day(2)}, {Quantity: 30, Lot: "L2", Expires: day(60)},
			}
		}
		for _, c := range counts {
			var err error
			c.Ref, err = h.s.Live().Ref(item, "S1")
			require.NoError(h.t, err)
			_, err = h.s.Count(ctx, h.now, c)
			require.NoError(h.t, err)
			c.Ref, err = h.plain.Ref(item, "S1")
			require.NoError(h.t, err)
			_, err = h.plain.Count(h.now, c)
			require.NoError(h.t, err)
		}
	}
	d := atp.QuotaDefinition{ID: "A/VIP", Site: "S1", Later: 1}
	q := atp.QuotaSetting{Document: "plan", Periods: []atp.QuotaPeriod{
		{From: day(0), To: day(1), Quantity: 15}, {From: day(2), To: day(9), Quantity: 40},
	}}
	var err error
	q.Quota, _, err = h.s.DefineQuota(ctx, h.now, d)
	require.NoError(h.t, err)
	_, err = h.s.SetQuota(ctx, h.now, q)
	require.NoError(h.t, err)
	q.Quota, _, err = h.plain.DefineQuota(h.now, d)
	require.NoError(h.t, err)
	_, err = h.plain.SetQuota(h.now, q)
	require.NoError(h.t, err)
}

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
	h.tally(got)
	require.NoError(h.t, err)
	require.Equal(h.t, fmt.Sprint(unreplayed(want)), fmt.Sprint(unreplayed(got)))
}

// tally counts events by what they are about.
func (h *history) tally(e any) {
	switch e := e.(type) {
	case atp.Reserved:
		for _, l := range e.Lines {
			if l.Quota {
				h.seen["quotas"]++
			} else if l.Lot != "" {
				h.seen["lots"]++
			}
		}
	case atp.Picked:
		h.seen["picks"]++
		h.seen["picks of lots"] += len(e.Lots)
	case atp.Unpicked:
		h.seen["unpicks"]++
	case atp.Decreased:
		h.seen["decreases"]++
	case atp.StockMoved:
		h.seen["moves"]++
	}
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

// known gives the key of a reservation of a kind, more often than any other.
func (h *history) known(is func(atp.ReservationState) bool) string {
	var keys []string
	for _, r := range h.plain.State(h.now).Reservations {
		if is(r) {
			keys = append(keys, r.Key)
		}
	}
	if len(keys) == 0 || rapid.IntRange(0, 3).Draw(h.t, "any") == 0 {
		return h.key()
	}
	return rapid.SampledFrom(keys).Draw(h.t, "known")
}

func held(r atp.ReservationState) bool { return r.Status == atp.StatusHeld }

func committed(r atp.ReservationState) bool { return r.Status == atp.StatusCommitted }

func picked(r atp.ReservationState) bool {
	return slices.ContainsFunc(r.Lines, func(l atp.LineState) bool { return l.Picked > 0 })
}

func (h *history) document(name string) string {
	h.docs++
	return fmt.Sprint(name, rapid.IntRange(h.docs/2, h.docs).Draw(h.t, "document"))
}

func (h *history) reserve() {
	ref, other, key := h.ref(), h.ref(), h.key()
	hold, n := time.Duration(rapid.IntRange(1, 5).Draw(h.t, "hours"))*time.Hour, rapid.Int64Range(1, 20).Draw(h.t, "quantity")
	two, named := rapid.Bool().Draw(h.t, "two lines"), rapid.Bool().Draw(h.t, "named")
	lot := h.lot()
	req := func(s *atp.Stock) atp.Request {
		line := atp.Line{Ref: ref(s), Date: day(int(n % 4)), Quantity: n}
		r := atp.Request{Key: key, Hold: hold, SafetyStock: n%3 == 0}
		switch {
		case !named:
		case line.Ref.Item() == "B":
			line.Lot = lot
		default:
			quota, err := s.Quota("A/VIP", "S1")
			require.NoError(h.t, err)
			r.Lines = append(r.Lines, atp.Line{Ref: quota, For: line.Ref, Date: line.Date, Quantity: n})
		}
		if r.Lines = append(r.Lines, line); two {
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
	key := h.known(held)
	both(h, func(s *durable.Stock) (atp.Committed, error) { return s.Commit(context.Background(), h.now, key) },
		func(s *atp.Stock) (atp.Committed, error) { return s.Commit(h.now, key) })
}

func (h *history) posting(is func(atp.ReservationState) bool) func(s *atp.Stock) atp.Posting {
	key, ref, document := h.known(is), h.ref(), h.document("d")
	n, named, lot := rapid.Int64Range(0, 5).Draw(h.t, "part"), rapid.IntRange(0, 2).Draw(h.t, "named") == 0, h.lot()
	return func(s *atp.Stock) atp.Posting {
		p := atp.Posting{Key: key, Document: document}
		if n > 0 {
			part := atp.Part{Ref: ref(s), Quantity: n}
			if named && part.Ref.Item() == "B" {
				part.Lot = lot
			}
			p.Parts = []atp.Part{part}
		}
		return p
	}
}

func (h *history) lot() string { return rapid.SampledFrom([]string{"L1", "L2"}).Draw(h.t, "lot") }

func (h *history) consume() {
	p := h.posting(committed)
	both(h, func(s *durable.Stock) (atp.Consumed, error) {
		return s.Consume(context.Background(), h.now, p(s.Live()))
	},
		func(s *atp.Stock) (atp.Consumed, error) { return s.Consume(h.now, p(s)) })
}

func (h *history) release() {
	p := h.posting(committed)
	both(h, func(s *durable.Stock) (atp.Released, error) {
		return s.Release(context.Background(), h.now, p(s.Live()))
	},
		func(s *atp.Stock) (atp.Released, error) { return s.Release(h.now, p(s)) })
}

func (h *history) pick() {
	p := h.posting(committed)
	both(h, func(s *durable.Stock) (atp.Picked, error) { return s.Pick(context.Background(), h.now, p(s.Live())) },
		func(s *atp.Stock) (atp.Picked, error) { return s.Pick(h.now, p(s)) })
}

func (h *history) unpick() {
	p := h.posting(picked)
	both(h, func(s *durable.Stock) (atp.Unpicked, error) {
		return s.Unpick(context.Background(), h.now, p(s.Live()))
	},
		func(s *atp.Stock) (atp.Unpicked, error) { return s.Unpick(h.now, p(s)) })
}

// warehouse picks for a new order and puts some of it back.
func (h *history) warehouse() {
	for _, step := range []func(){h.reserve, h.commit, h.pick, h.unpick} {
		step()
	}
}

func (h *history) decrease() {
	key, ref, document, to := h.known(committed), h.ref(), h.document("d"), rapid.Int64Range(0, 6).Draw(h.t, "to")
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
	n, lot := rapid.Int64Range(1, 9).Draw(h.t, "received"), h.lot()
	receipt := func(s *atp.Stock) atp.Receipt {
		r := atp.Receipt{Ref: ref(s), Document: document, Posting: posting, Quantity: n}
		if n%2 == 0 && r.Ref.Item() == "B" {
			r.Lot = lot
		}
		return r
	}
	both(h, func(s *durable.Stock) (atp.SupplyReceived, error) {
		return s.Receive(context.Background(), h.now, receipt(s.Live()))
	}, func(s *atp.Stock) (atp.SupplyReceived, error) { return s.Receive(h.now, receipt(s)) })
}

func (h *history) count() {
	ref, n, lot := h.ref(), rapid.Int64Range(0, 60).Draw(h.t, "counted"), h.lot()
	count := func(s *atp.Stock) atp.Count {
		c := atp.Count{Ref: ref(s), Quantity: n}
		if n%2 == 0 && c.Ref.Item() == "B" {
			c.Lot = lot
		}
		return c
	}
	h.quietly(func() {
		both(h, func(s *durable.Stock) (atp.StockCounted, error) {
			return s.Count(context.Background(), h.now, count(s.Live()))
		}, func(s *atp.Stock) (atp.StockCounted, error) { return s.Count(h.now, count(s)) })
	})
}

// move ships goods to the other site, or blocks them.
func (h *history) move() {
	ref, key, n, lot := h.ref(), h.document("M"), rapid.Int64Range(1, 9).Draw(h.t, "moved"), h.lot()
	movement := func(s *atp.Stock) atp.Movement {
		from := ref(s)
		m := atp.Movement{Key: key, Ref: from, Quantity: n, ToStatus: atp.Blocked}
		if n%3 > 0 && from.Item() == "B" {
			m.Lot = lot
		}
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
		h.prepare()
		steps := []func(){
			h.reserve, h.reserve, h.reserve, h.commit, h.commit, h.consume, h.release, h.pick, h.unpick,
			h.warehouse, h.warehouse,
			h.decrease, h.add, h.adjust, h.receive, h.count, h.move, h.sweep, h.snapshot,
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
	for _, how := range []string{
		"done", "refused", "taken back", "unsettled", "stopped", "quotas", "lots", "picks", "picks of lots", "unpicks", "decreases",
		"moves",
	} {
		require.NotZero(t, seen[how], "the histories never have an operation that ends so: %s", how)
	}
	t.Log(seen)
}
