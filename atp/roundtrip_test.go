package atp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
)

// roundTrips is a history of items with and without lots, at two sites, of kits, of quotas that are taken for them, and of
// reservations over all of these, by callers whose clocks differ. It holds the engine against itself: whatever is taken back
// leaves the answers that were given before, whatever is refused changes nothing, a stock that is restored or folded answers
// alike, and what was asked for before is answered as before. The goods are counted along; see conserves.
type roundTrips struct {
	t      testing.TB
	r      *rand.Rand
	s      *atp.Stock
	now    time.Time
	events []any
	posted []postingTold
	later  undoable
	names  int
	log    []string
	seen   map[string]int // how often what happened, in all histories
}

func (h *roundTrips) did(format string, args ...any) {
	h.log = append(h.log, fmt.Sprintf(format, args...))
}

// name gives a name that nothing had before.
func (h *roundTrips) name(of string) string {
	h.names++
	return fmt.Sprint(of, h.names)
}

var (
	tripItems  = []string{"A", "B", "milk"}
	tripSites  = []string{"S1", "S2"}
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
		for _, site := range tripSites {
			ref, err := s.Ref(item, site)
			require.NoError(h.t, err)
			all["outlook "+item+site], err = s.Outlook(now, ref)
			require.NoError(h.t, err)
		}
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
		if event, undo, err = do(); err != nil {
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
	if h.r.IntN(4) == 0 {
		h.later = undoable{at: len(h.events) - 1, undo: undo}
	}
	return true
}

// undoable is what may be taken back after more has happened.
type undoable struct {
	at   int // among the events
	undo func() error
}

// undoneLater takes something back after more has happened, but not to its reservations.
func (h *roundTrips) undoneLater() {
	l := h.later
	h.later = undoable{}
	if l.undo == nil {
		return
	}
	keys := keysOf(h.events[l.at])
	for _, e := range h.events[l.at+1:] {
		for _, key := range keysOf(e) {
			if slices.Contains(keys, key) {
				return
			}
		}
	}
	before := h.s.State(h.now)
	if err := l.undo(); err != nil {
		require.ErrorAs(h.t, err, new(*atp.StateError))
		h.same(before, h.s.State(h.now), "not undone")
		return
	}
	h.did("undone later: %+v", h.events[l.at])
	h.seen["undone later"]++
	h.posted = slices.DeleteFunc(h.posted, func(p postingTold) bool { return reflect.DeepEqual(p.event, h.events[l.at]) })
	h.events = slices.Delete(h.events, l.at, l.at+1)
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
	case atp.Picked:
		return e.Replayed
	case atp.Unpicked:
		return e.Replayed
	case atp.Decreased:
		return e.Replayed
	case atp.Rescheduled:
		return e.Replayed
	}
	return false
}

func (h *roundTrips) start() {
	for _, item := range append([]string{"K"}, tripItems...) {
		for _, site := range tripSites {
			h.define(item, site)
		}
	}
	h.count()
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

func (h *roundTrips) define(item, site string) {
	d := atp.Definition{Item: item, Site: site, SafetyStock: h.r.Int64N(4)}
	if h.r.IntN(4) == 0 {
		d.Policy.Horizon, d.Policy.Replenishment = atp.Infinite, h.r.IntN(9)
	}
	if h.r.IntN(4) == 0 {
		d.Policy.PastDueDemands = atp.Fence{Ignore: true, Days: h.r.IntN(3)}
	}
	if h.r.IntN(6) == 0 {
		d.Policy.PastDueReceipts = atp.Fence{Ignore: true, Days: h.r.IntN(3)}
	}
	if h.r.IntN(6) == 0 {
		d.Policy.AvailableFrom = day(h.r.IntN(8))
	}
	if h.r.IntN(8) == 0 {
		d.Policy.LastOrder = day(8 + h.r.IntN(6))
	}
	if h.r.IntN(6) == 0 {
		d.Policy.PhaseOut = day(h.r.IntN(10))
	}
	if h.r.IntN(6) == 0 {
		d.Policy.Scope = atp.DefaultScope | atp.ScopeOf(atp.QualityHold)
	}
	_, e, err := h.s.Define(h.now, d)
	require.NoError(h.t, err)
	h.did("%s %+v", h.now, e)
	h.events = append(h.events, e)
}

func (h *roundTrips) count() {
	c := atp.Count{Ref: h.ref(append([]string{"K"}, tripItems...)[h.r.IntN(4)]), Quantity: h.r.Int64N(30)}
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
		Ref: h.ref(tripItems[h.r.IntN(3)]), Document: h.name("PO"), Type: atp.PurchaseOrder,
		Due: day(h.r.IntN(14)), Quantity: 1 + h.r.Int64N(20),
	}
	if a.Ref.Item() == "milk" && h.r.IntN(2) == 0 {
		a.Expires = a.Due.AddDays(h.r.IntN(6))
	}
	if h.r.IntN(3) == 0 {
		a.Reliability = atp.Reliability{Lag: h.r.IntN(4), Haircut: 250 * h.r.IntN(5)}
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
	if h.r.IntN(3) == 0 {
		e, err := h.s.AdjustSupply(h.now, atp.Adjustment{
			Ref: a.Ref, Document: a.Document, Due: day(h.r.IntN(14)), Quantity: h.r.Int64N(30),
			Reliability: &atp.Reliability{Lag: h.r.IntN(3)},
		})
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
		switch h.r.IntN(8) {
		case 0:
			d.SingleLot = true
		case 1:
			d.Lot = tripLots[h.r.IntN(4)]
		case 2:
			d.Ref, d.Stocked = h.ref("K"), h.r.IntN(2) == 0
			d.Kit = []atp.Component{{Ref: h.ref("A"), Per: 1 + h.r.Int64N(2)}, {Ref: h.ref(tripItems[1+h.r.IntN(2)]), Per: 1 + h.r.Int64N(3)}}
		}
		if h.r.IntN(4) == 0 {
			d.Pack = 1 + h.r.Int64N(5)
			d.Quantity = d.Pack * (1 + d.Quantity/d.Pack)
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
	h.pegged(now, demands, promises)
	req := atp.Request{Key: h.name("k"), Hold: time.Duration(1+h.r.IntN(200)) * time.Minute, SafetyStock: safety}
	for i, p := range promises {
		req.Lines = append(req.Lines, p.Lines()...)
		if len(demands[i].Kit) > 0 && p.Confirmed > 0 {
			h.seen["kits"]++
		}
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
	now, demands := h.clock(), h.demands()
	before, answers := h.s.State(h.now), h.answers(h.s, h.now)
	got, err := h.s.PromiseCapable(context.Background(), now, planner(func(needs []atp.ProductionNeed) ([]atp.ProductionProposal, error) {
		var all []atp.ProductionProposal
		for _, n := range needs {
			for left := n.Quantity; left > 0 && h.r.IntN(5) > 0; {
				a := atp.ProductionProposal{
					ID: h.name("MO"), Ref: n.Ref, Due: n.From.AddDays(h.r.IntN(6)), Quantity: 1 + h.r.Int64N(left),
				}
				if h.r.IntN(3) == 0 {
					a.Expires = a.Due.AddDays(h.r.IntN(9))
				}
				left -= a.Quantity
				all = append(all, a)
			}
		}
		return all, nil
	}), demands, atp.LineByLine)
	require.NoError(h.t, err)
	h.same(before, h.s.State(h.now), "asking")
	h.same(answers, h.answers(h.s, h.now), "asking")
	h.withProduction(now, got, demands)
	req := atp.ProductionRequest{
		Request: atp.Request{
			Key: h.name("key"), Hold: time.Duration(1+h.r.IntN(60)) * time.Hour,
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
	h.seen["production"] += len(req.Production)
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
	key := h.key(atp.StatusCommitted)
	if picked := h.picked(); len(picked) > 0 && h.r.IntN(2) == 0 {
		key = picked[h.r.IntN(len(picked))]
	}
	r, err := h.s.Reservation(now, key)
	if err != nil {
		return
	}
	item := ""
	change := atp.Change{Key: r.Key}
	for _, l := range r.Lines {
		if open := l.Quantity - l.Consumed - l.Released - l.Picked; open > 0 && !l.Quota && (item == "" || item == l.Item) {
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
	run := atp.Rescheduling{Key: h.name("run "), Changes: []atp.Change{change}}
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
	require.NoError(h.t, s.Restore(copied(h.t, h.s.State(now))))
	return s
}

// copied is what becomes of a value that is written as JSON and read again.
func copied[T any](t testing.TB, v T) T {
	text, err := json.Marshal(v)
	require.NoError(t, err)
	again := reflect.New(reflect.TypeOf(v))
	from := json.NewDecoder(bytes.NewReader(text))
	from.DisallowUnknownFields()
	require.NoError(t, from.Decode(again.Interface()))
	return again.Elem().Interface().(T)
}

// check compares the stock with those that are made of its state and of its events.
func (h *roundTrips) check() {
	state, answers := h.s.State(h.now), h.answers(h.s, h.now)
	twin := h.restored(h.now)
	h.same(state, twin.State(h.now), "restored")
	h.same(answers, h.answers(twin, h.now), "restored")
	folded := newStock(h.t)
	for _, e := range shuffled(h.events, h.r.Uint64()) {
		e = copied(h.t, e)
		require.NoError(h.t, folded.Apply(e))
		if h.r.IntN(4) == 0 {
			require.NoError(h.t, folded.Apply(e))
		}
	}
	h.same(state, folded.State(h.now), "folded")
	h.same(answers, h.answers(folded, h.now), "folded")
	h.conserves(state)
	h.repeats(h.s, twin, folded)
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

// orders makes reservations of plenty, and commits them.
func (h *roundTrips) orders() {
	for _, item := range tripItems {
		for _, lot := range tripLots {
			if item != "milk" && lot != "" {
				continue
			}
			e, err := h.s.Count(h.now, atp.Count{Ref: h.ref(item), Quantity: 20 + h.r.Int64N(60), Lot: lot})
			require.NoError(h.t, err)
			h.did("%s %+v", h.now, e)
			h.events = append(h.events, e)
		}
	}
	for range 6 {
		h.reserve()
		h.commit()
	}
}

func TestRoundTrips(t *testing.T) {
	histories := cases(100)
	seen := map[string]int{}
	for seed := range histories {
		h := &roundTrips{seen: seen, t: t, r: rand.New(rand.NewPCG(seed, 7)), s: newStock(t), now: noon(0)}
		h.did("seed %d", seed)
		h.start()
		settling := seed%2 == 0 // half of the histories are about orders of which much becomes
		if settling {
			h.orders()
		}
		for range 35 {
			n := h.r.IntN(26)
			if settling && n < 12 {
				n += 10
			}
			switch {
			case n < 2:
				h.count()
			case n < 4:
				h.supply()
			case n < 9:
				h.reserve()
			case n < 12:
				h.commit()
			case n < 18:
				h.post()
			case n < 19:
				h.decrease()
			case n < 20:
				h.move()
			case n < 22:
				h.reschedule()
			case n < 23:
				h.sweep()
				h.replaces()
			case n < 24:
				h.produce()
				if h.r.IntN(3) == 0 {
					h.define(tripItems[h.r.IntN(3)], "S1")
				}
			default:
				h.now = h.now.Add(time.Duration(h.r.IntN(900)) * time.Minute)
			}
			if h.r.IntN(5) == 0 {
				h.undoneLater()
				h.check()
			}
		}
		h.check()
		for _, e := range h.events {
			seen[fmt.Sprintf("%T", e)]++
		}
	}
	for _, what := range []string{
		"atp.Consumed", "atp.Released", "atp.Picked", "atp.Unpicked", "atp.Decreased", "atp.Rescheduled", "atp.StockMoved", "kits",
		"production", "undone later",
	} {
		require.GreaterOrEqual(t, seen[what], int(histories/10), what)
	}
}
