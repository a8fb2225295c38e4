package atp_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
)

// roundTrips is a history of items with and without lots, of quotas that are taken for them, and of reservations over all
// of these, by callers whose clocks differ. It holds the engine against itself: whatever is taken back leaves the answers
// that were given before, whatever is refused changes nothing, and a stock that is restored or folded answers alike.
type roundTrips struct {
	t      testing.TB
	r      *rand.Rand
	s      *atp.Stock
	now    time.Time
	events []any
	runs   int
	log    []string

	produced int
}

func (h *roundTrips) did(format string, args ...any) {
	h.log = append(h.log, fmt.Sprintf(format, args...))
}

var (
	tripItems  = []string{"A", "B", "milk"}
	tripQuotas = []string{"A", "gold", "all"}
	tripLots   = []string{"", "L1", "L2", "L3"}
)

func (h *roundTrips) ref(item string) atp.Ref {
	ref, err := h.s.Ref(item, "S1")
	require.NoError(h.t, err)
	return ref
}

func (h *roundTrips) quota(id string) atp.Ref {
	ref, err := h.s.Quota(id, "S1")
	require.NoError(h.t, err)
	return ref
}

// answers is all that a stock says of itself at an instant.
func (h *roundTrips) answers(s *atp.Stock, now time.Time) map[string]any {
	all := map[string]any{}
	for _, item := range tripItems {
		ref, err := s.Ref(item, "S1")
		require.NoError(h.t, err)
		for _, on := range []int{0, 1, 3, 6, 10, 15} {
			for _, lot := range tripLots {
				for _, life := range []int{0, 3} {
					n, err := s.ATP(now, atp.Query{Ref: ref, Date: day(on), Lot: lot, MinLife: life})
					require.NoError(h.t, err)
					all[fmt.Sprint("ATP ", item, on, lot, life)] = n
				}
			}
		}
		all["pegging "+item], err = s.Pegging(now, ref)
		require.NoError(h.t, err)
		all["shortfalls "+item], err = s.Shortfalls(now, ref)
		require.NoError(h.t, err)
		o, err := s.Outlook(now, ref)
		require.NoError(h.t, err)
		all["outlook "+item] = o
	}
	for _, id := range tripQuotas {
		ref, err := s.Quota(id, "S1")
		require.NoError(h.t, err)
		all["quota "+id], err = s.QuotaUsage(now, ref)
		require.NoError(h.t, err)
	}
	return all
}

func (h *roundTrips) same(want, got any, what string) {
	h.t.Helper()
	diff := cmp.Diff(want, got, dates())
	if diff != "" {
		for _, l := range h.log {
			h.t.Log(l)
		}
	}
	require.Empty(h.t, diff, what)
}

// clock is that of one of the callers.
func (h *roundTrips) clock() time.Time {
	if h.r.IntN(5) == 0 {
		return h.now.Add(-time.Duration(h.r.IntN(90)) * time.Minute)
	}
	return h.now
}

// undone does something that can be taken back: takes it back, sees that nothing is left of it, and does it again. It
// looks at the instant of the latest caller: by then whatever it ended has ended.
func (h *roundTrips) undone(now time.Time, do func() (event any, undo func() error, err error)) bool {
	before, answers := h.s.State(h.now), h.answers(h.s, h.now)
	event, undo, err := do()
	if err != nil {
		h.did("%s refused: %v", now, err)
		h.same(before, h.s.State(h.now), "refused")
		h.same(answers, h.answers(h.s, h.now), "refused")
		return false
	}
	if isReplayed(event) {
		require.ErrorAs(h.t, undo(), new(*atp.StateError), "it was journalled before")
		h.same(before, h.s.State(h.now), "replayed")
		return true
	}
	if h.r.IntN(2) == 0 {
		h.did("%s undone: %+v", now, event)
		require.NoError(h.t, undo())
		h.same(before, h.s.State(h.now), "undone")
		h.same(answers, h.answers(h.s, h.now), "undone")
		if event, _, err = do(); err != nil {
			h.did("not again: %v", err)
		}
		require.NoError(h.t, err)
	}
	h.did("%s %+v", now, event)
	if made, is := event.(atp.ProductionReserved); is {
		h.events = append(h.events, made.Events()...)
		return true
	}
	h.events = append(h.events, event)
	return true
}

func isReplayed(event any) bool {
	switch e := event.(type) {
	case atp.Reserved:
		return e.Replayed
	case atp.ProductionReserved:
		return e.Reserved.Replayed
	case atp.Committed:
		return e.Replayed
	case atp.Consumed:
		return e.Replayed
	case atp.Released:
		return e.Replayed
	case atp.Rescheduled:
		return e.Replayed
	}
	return false
}

func (h *roundTrips) start() {
	for i, item := range tripItems {
		d := atp.Definition{Item: item, Site: "S1", SafetyStock: h.r.Int64N(4)}
		if h.r.IntN(4) == 0 {
			d.Policy.Horizon, d.Policy.Replenishment = atp.Infinite, h.r.IntN(9)
		}
		if h.r.IntN(4) == 0 {
			d.Policy.PastDueDemands = atp.Fence{Ignore: true, Days: h.r.IntN(3)}
		}
		_, e, err := h.s.Define(h.now, d)
		require.NoError(h.t, err)
		h.events = append(h.events, e)
		if i == 2 {
			h.count()
		}
	}
	for _, id := range tripQuotas {
		d := atp.QuotaDefinition{ID: id, Site: "S1", Earlier: h.r.IntN(3), Later: h.r.IntN(3), Open: h.r.IntN(4) == 0}
		if id == "gold" {
			d.Fallback = []string{"all"}
		}
		ref, e, err := h.s.DefineQuota(h.now, d)
		require.NoError(h.t, err)
		h.events = append(h.events, e)
		set := atp.QuotaSetting{Quota: ref}
		for i := range 4 {
			set.Periods = append(set.Periods, atp.QuotaPeriod{From: day(5 * i), To: day(5*i + 3 + h.r.IntN(2)), Quantity: h.r.Int64N(40)})
		}
		es, err := h.s.SetQuota(h.now, set)
		require.NoError(h.t, err)
		h.events = append(h.events, es)
	}
}

func (h *roundTrips) count() {
	c := atp.Count{Ref: h.ref(tripItems[h.r.IntN(3)]), Quantity: h.r.Int64N(30)}
	if h.r.IntN(5) == 0 {
		c.Status = atp.QualityHold
	}
	if c.Ref.Item() == "milk" || h.r.IntN(12) == 0 {
		if c.Lot = tripLots[h.r.IntN(4)]; c.Lot != "" && h.r.IntN(3) > 0 {
			c.Expires = day(h.r.IntN(16))
		}
	}
	e, err := h.s.Count(h.now, c)
	require.NoError(h.t, err)
	h.did("%s %+v", h.now, e)
	h.events = append(h.events, e)
}

func (h *roundTrips) supply() {
	a := atp.Supply{
		Ref: h.ref(tripItems[h.r.IntN(3)]), Document: fmt.Sprint("PO", len(h.events)), Type: atp.PurchaseOrder,
		Due: day(h.r.IntN(14)), Quantity: 1 + h.r.Int64N(20),
	}
	if a.Ref.Item() == "milk" && h.r.IntN(2) == 0 {
		a.Expires = a.Due.AddDays(h.r.IntN(6))
	}
	e, err := h.s.AddSupply(h.now, a)
	require.NoError(h.t, err)
	h.did("%s %+v", h.now, e)
	h.events = append(h.events, e)
	if h.r.IntN(2) == 0 {
		g := atp.Receipt{Ref: a.Ref, Document: a.Document, Posting: "P", Quantity: 1 + h.r.Int64N(20)}
		if a.Ref.Item() == "milk" {
			g.Lot = tripLots[1+h.r.IntN(3)]
		}
		e, err := h.s.Receive(h.now, g)
		require.NoError(h.t, err)
		h.did("%s %+v", h.now, e)
		h.events = append(h.events, e)
	}
}

func (h *roundTrips) demands() []atp.Demand {
	var demands []atp.Demand
	for range 1 + h.r.IntN(3) {
		d := atp.Demand{
			ID: fmt.Sprint(len(demands)), Ref: h.ref(tripItems[h.r.IntN(3)]), Quantity: 1 + h.r.Int64N(20), Explain: h.r.IntN(3) == 0,
		}
		if h.r.IntN(3) > 0 {
			d.Wanted = day(h.r.IntN(14))
		}
		if h.r.IntN(2) == 0 {
			d.Partial = atp.Partial{AtMost: h.r.IntN(4), Minimum: h.r.Int64N(4)}
		}
		if h.r.IntN(3) == 0 {
			d.MinLife = h.r.IntN(5)
		}
		switch h.r.IntN(6) {
		case 0:
			d.SingleLot = true
		case 1:
			d.Lot = tripLots[h.r.IntN(4)]
		}
		for _, id := range tripQuotas {
			if h.r.IntN(3) == 0 {
				d.Quotas = append(d.Quotas, atp.QuotaUse{Quota: h.quota(id), Factor: h.r.Int64N(4)})
			}
		}
		demands = append(demands, d)
	}
	return demands
}

// reserve takes what is promised to some demands.
func (h *roundTrips) reserve() {
	now := h.clock()
	demands := h.demands()
	together := atp.LineByLine
	if h.r.IntN(4) == 0 {
		together = atp.ShipComplete
	}
	safety := h.r.IntN(6) == 0
	for i := range demands {
		demands[i].SafetyStock = safety
	}
	before := h.s.State(now)
	promises, err := h.s.PromiseAll(now, demands, together)
	require.NoError(h.t, err)
	h.same(before, h.s.State(now), "asking")
	req := atp.Request{Key: fmt.Sprint("k", len(h.events)), Hold: time.Duration(1+h.r.IntN(200)) * time.Minute, SafetyStock: safety}
	for _, p := range promises {
		req.Lines = append(req.Lines, p.Lines()...)
	}
	if len(req.Lines) == 0 {
		return
	}
	h.did("%s demands %+v", now, demands)
	ok := h.undone(now, func() (any, func() error, error) {
		e, err := h.s.Reserve(now, req)
		return e, func() error { return h.s.UndoReserve(e) }, err
	})
	late := slices.ContainsFunc(h.events, func(e any) bool {
		r, is := e.(atp.Reserved)
		return is && r.At.After(now)
	})
	if !ok && !late { // else today may be another day at the item
		for _, l := range h.log {
			h.t.Log(l)
		}
		require.True(h.t, ok, "what is promised can be reserved")
	}
	if ok {
		e, err := h.s.Reserve(now, req)
		require.NoError(h.t, err)
		require.True(h.t, e.Replayed)
	}
}

// produce takes what is promised to some demands with production.
func (h *roundTrips) produce() {
	now := h.clock()
	before, answers := h.s.State(h.now), h.answers(h.s, h.now)
	got, err := h.s.PromiseCapable(context.Background(), now, planner(func(needs []atp.ProductionNeed) ([]atp.ProductionProposal, error) {
		var all []atp.ProductionProposal
		for _, n := range needs {
			for left := n.Quantity; left > 0 && h.r.IntN(5) > 0; {
				a := atp.ProductionProposal{
					ID: fmt.Sprint("MO", len(h.events), "/", len(all)), Ref: n.Ref, Due: n.From.AddDays(h.r.IntN(6)), Quantity: 1 + h.r.Int64N(left),
				}
				if h.r.IntN(3) == 0 {
					a.Expires = a.Due.AddDays(h.r.IntN(9))
				}
				left -= a.Quantity
				all = append(all, a)
			}
		}
		return all, nil
	}), h.demands(), atp.LineByLine)
	require.NoError(h.t, err)
	h.same(before, h.s.State(h.now), "asking")
	h.same(answers, h.answers(h.s, h.now), "asking")
	req := atp.ProductionRequest{
		Request: atp.Request{
			Key: fmt.Sprint("key", len(h.events)), Hold: time.Duration(1+h.r.IntN(60)) * time.Hour,
		},
		Production: got.Production,
	}
	for _, p := range got.Promises {
		req.Lines = append(req.Lines, p.Lines()...)
	}
	if len(req.Lines) == 0 {
		require.Empty(h.t, req.Production)
		return
	}
	if h.r.IntN(4) == 0 { // too much
		req.Lines = append(req.Lines, atp.Line{Ref: h.ref("B"), Date: day(20), Quantity: 1000})
	}
	if !h.undone(now, func() (any, func() error, error) {
		e, err := h.s.ReserveProduction(now, req)
		return e, func() error { return h.s.UndoReserveProduction(e) }, err
	}) {
		return
	}
	h.produced += len(req.Production)
	e, err := h.s.ReserveProduction(now, req)
	require.NoError(h.t, err)
	require.True(h.t, e.Reserved.Replayed)
	require.Len(h.t, e.Supplies, len(req.Production))
	require.Empty(h.t, e.Events())
	if len(req.Production) > 0 {
		req.Production = req.Production[1:]
		_, err = h.s.ReserveProduction(now, req)
		require.ErrorAs(h.t, err, new(*atp.KeyConflictError))
	}
}

// key gives a reservation of a status, where there is one, and now and then another.
func (h *roundTrips) key(status atp.Status) string {
	all := h.s.State(h.now).Reservations
	if h.r.IntN(8) > 0 {
		all = slices.DeleteFunc(all, func(r atp.ReservationState) bool { return r.Status != status })
	}
	if len(all) == 0 {
		return "none"
	}
	return all[h.r.IntN(len(all))].Key
}

func (h *roundTrips) commit() {
	now, key := h.clock(), h.key(atp.StatusHeld)
	h.undone(now, func() (any, func() error, error) {
		e, err := h.s.Commit(now, key)
		return e, func() error { return h.s.UndoCommit(e) }, err
	})
}

func (h *roundTrips) post() {
	now, status := h.clock(), atp.StatusCommitted
	if h.r.IntN(5) == 0 {
		status = atp.StatusHeld
	}
	r, err := h.s.Reservation(now, h.key(status))
	if err != nil {
		return
	}
	p := atp.Posting{Key: r.Key, Document: fmt.Sprint("D", len(h.events))}
	if h.r.IntN(3) > 0 {
		for _, l := range r.Lines {
			if open := l.Quantity - l.Consumed - l.Released; open > 0 && h.r.IntN(2) == 0 && l.ForItem == "" {
				part := atp.Part{Quantity: 1 + h.r.Int64N(open)}
				if l.Quota {
					part.Ref = h.quota(l.Item)
				} else {
					part.Ref = h.ref(l.Item)
					if part.Lot = l.Lot; h.r.IntN(5) == 0 {
						part.Lot = tripLots[h.r.IntN(4)]
					}
				}
				p.Parts = append(p.Parts, part)
			}
		}
	}
	consume := status == atp.StatusCommitted && h.r.IntN(3) > 0
	ok := h.undone(now, func() (any, func() error, error) {
		if consume {
			e, err := h.s.Consume(now, p)
			return e, func() error { return h.s.UndoConsume(e) }, err
		}
		e, err := h.s.Release(now, p)
		return e, func() error { return h.s.UndoRelease(e) }, err
	})
	if !ok {
		return
	}
	h.inStep(r.Key)
	for _, s := range []*atp.Stock{h.s, h.restored(now)} {
		again := p
		again.Parts = slices.Clone(p.Parts)
		for i := range again.Parts {
			ref := p.Parts[i].Ref
			if again.Parts[i].Ref, err = s.Ref(ref.Item(), "S1"); ref.IsQuota() {
				again.Parts[i].Ref, err = s.Quota(ref.Item(), "S1")
			}
			require.NoError(h.t, err)
		}
		h.r.Shuffle(len(again.Parts), func(i, j int) { again.Parts[i], again.Parts[j] = again.Parts[j], again.Parts[i] })
		if consume {
			e, err := s.Consume(now, again)
			require.NoError(h.t, err)
			require.True(h.t, e.Replayed)
			e.Replayed = false
			h.same(h.events[len(h.events)-1], e, "replayed")
		} else {
			e, err := s.Release(now, again)
			require.NoError(h.t, err)
			require.True(h.t, e.Replayed)
			e.Replayed = false
			h.same(h.events[len(h.events)-1], e, "replayed")
		}
	}
}

// inStep holds what was taken of quotas against what went of the items that they are for.
func (h *roundTrips) inStep(key string) {
	r, err := h.s.Reservation(h.now, key)
	require.NoError(h.t, err)
	if r.Moves != nil {
		return
	}
	type use struct {
		item string
		use  int
	}
	all, gone := map[string]int64{}, map[string]int64{}
	quota, went := map[use]int64{}, map[use]int64{}
	for _, l := range r.Lines {
		n := l.Consumed + l.Released
		if u := (use{l.ForItem, l.Use}); l.ForItem != "" {
			quota[u] += l.Quantity
			went[u] += n
		} else if !l.Quota {
			all[l.Item] += l.Quantity
			gone[l.Item] += n
		}
	}
	for u, n := range quota {
		require.Equal(h.t, n*gone[u.item]/all[u.item], went[u], "%v of %+v", u, r)
	}
}

func (h *roundTrips) reschedule() {
	now := h.clock()
	r, err := h.s.Reservation(now, h.key(atp.StatusCommitted))
	if err != nil {
		return
	}
	item := ""
	change := atp.Change{Key: r.Key}
	for _, l := range r.Lines {
		if open := l.Quantity - l.Consumed - l.Released; open > 0 && !l.Quota && (item == "" || item == l.Item) {
			item = l.Item
			change.From = append(change.From, atp.ScheduleLine{Date: l.Date, Quantity: open, GoodThrough: l.GoodThrough, Lot: l.Lot})
		}
	}
	if item == "" {
		return
	}
	change.Ref = h.ref(item)
	for _, l := range change.From {
		switch h.r.IntN(4) {
		case 0:
		case 1:
			change.To = append(change.To, atp.ScheduleLine{Date: day(h.r.IntN(14)), Quantity: 1 + h.r.Int64N(l.Quantity), Lot: l.Lot})
		default:
			l.Date = day(h.r.IntN(14))
			change.To = append(change.To, l)
		}
	}
	h.runs++
	run := atp.Rescheduling{Key: fmt.Sprint("run ", h.runs), Changes: []atp.Change{change}}
	h.undone(now, func() (any, func() error, error) {
		e, err := h.s.Reschedule(now, run)
		return e, func() error { return h.s.UndoReschedule(e) }, err
	})
}

// replaces asks with a reservation replaced, and again with it released.
func (h *roundTrips) replaces() {
	status := atp.StatusCommitted
	if h.r.IntN(2) == 0 {
		status = atp.StatusHeld
	}
	key := h.key(status)
	demands := h.demands()
	ask := func() []string {
		var told []string
		for _, item := range tripItems {
			for _, on := range []int{0, 2, 5, 9, 14} {
				for _, lot := range tripLots {
					n, err := h.s.ATP(h.now, atp.Query{Ref: h.ref(item), Date: day(on), Lot: lot, Replaces: key})
					require.NoError(h.t, err)
					told = append(told, fmt.Sprint(item, on, lot, n))
				}
			}
		}
		for _, d := range demands {
			d.Replaces = key
			p, err := h.s.Promise(h.now, d)
			require.NoError(h.t, err)
			text, err := json.Marshal(p)
			require.NoError(h.t, err)
			told = append(told, string(text))
		}
		return told
	}
	replaced := ask()
	e, err := h.s.Release(h.now, atp.Posting{Key: key})
	if err != nil {
		return
	}
	h.did("replaced %s %+v", key, demands)
	h.same(replaced, ask(), "replaced")
	require.NoError(h.t, h.s.UndoRelease(e))
	h.same(replaced, ask(), "undone")
}

func (h *roundTrips) sweep() {
	now := h.clock()
	swept, err := h.s.Sweep(now)
	require.NoError(h.t, err)
	for _, e := range swept {
		h.did("%s %+v", now, e)
		h.events = append(h.events, e)
	}
}

func (h *roundTrips) restored(now time.Time) *atp.Stock {
	s := newStock(h.t)
	require.NoError(h.t, s.Restore(h.s.State(now)))
	return s
}

// check compares the stock with those that are made of its state and of its events.
func (h *roundTrips) check() {
	state, answers := h.s.State(h.now), h.answers(h.s, h.now)
	twin := h.restored(h.now)
	h.same(state, twin.State(h.now), "restored")
	h.same(answers, h.answers(twin, h.now), "restored")
	folded := newStock(h.t)
	for _, e := range shuffled(h.events, h.r.Uint64()) {
		require.NoError(h.t, folded.Apply(e))
		if h.r.IntN(4) == 0 {
			require.NoError(h.t, folded.Apply(e))
		}
	}
	h.same(state, folded.State(h.now), "folded")
	h.same(answers, h.answers(folded, h.now), "folded")
	for _, s := range []*atp.Stock{twin, folded} {
		swept, err := s.Sweep(h.now)
		require.NoError(h.t, err)
		for _, e := range swept {
			i := slices.IndexFunc(state.Reservations, func(r atp.ReservationState) bool { return r.Key == e.Key })
			require.True(h.t, i >= 0 && state.Reservations[i].Unswept)
		}
		n := 0
		for _, r := range state.Reservations {
			if r.Unswept {
				n++
			}
		}
		require.Len(h.t, swept, n)
	}
}

func TestRoundTrips(t *testing.T) {
	histories := 80
	if raceEnabled || testing.Short() {
		histories = 10
	}
	produced := 0
	for seed := range uint64(histories) {
		h := &roundTrips{t: t, r: rand.New(rand.NewPCG(seed, 7)), s: newStock(t), now: noon(0)}
		h.did("seed %d", seed)
		h.start()
		for range 30 {
			switch n := h.r.IntN(22); {
			case n < 2:
				h.count()
			case n < 4:
				h.supply()
			case n < 9:
				h.reserve()
			case n < 12:
				h.commit()
			case n < 16:
				h.post()
			case n < 17:
				h.reschedule()
			case n < 18:
				h.sweep()
				h.replaces()
			case n < 20:
				h.produce()
			default:
				h.now = h.now.Add(time.Duration(h.r.IntN(900)) * time.Minute)
			}
			if h.r.IntN(5) == 0 {
				h.check()
			}
		}
		h.check()
		produced += h.produced
	}
	require.Greater(t, produced, histories)
}
