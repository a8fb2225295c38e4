package atp_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	diff "github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
)

// quotaModel is a quota by definition: a quantity for each run of days, day by day.
type quotaModel struct {
	def  atp.QuotaDefinition
	ref  atp.Ref
	runs []quotaRun
}

// quotaRun is a period, or the days between two.
type quotaRun struct {
	from, to int
	gap      bool
	left     int64
	opens    int
}

const modelFrom, modelTo = -30, 90

// turnOf is a run that a unit may take from, and the day on which it then can be had.
type turnOf struct {
	quota, run, day int
	unlimited       bool
}

// turns lists where a unit that stock gives on a day may be taken from, in order: own period, earlier, later.
func (q *quotaModel) turns(n, day int) (list []turnOf) {
	own := slices.IndexFunc(q.runs, func(r quotaRun) bool { return r.from <= day && day <= r.to })
	if r := q.runs[own]; !r.gap || q.def.Open {
		list = append(list, turnOf{n, own, day, r.gap})
	}
	for i, steps := own-1, 0; i >= 0 && steps < q.def.Earlier; i-- {
		if !q.runs[i].gap {
			list = append(list, turnOf{n, i, day, false})
		}
		if !q.runs[i].gap || q.def.Open {
			steps++
		}
	}
	for i, steps := own+1, 0; i < len(q.runs) && steps < q.def.Later; i++ {
		if !q.runs[i].gap || q.def.Open {
			list = append(list, turnOf{n, i, q.runs[i].from, q.runs[i].gap})
			steps++
		}
	}
	return list
}

// unit is one base unit of a promise.
type unit struct {
	day   int
	takes []turnOf
}

// quotaCase is a stock with quotas and a demand.
type quotaCase struct {
	s      *atp.Stock
	quotas []*quotaModel
	uses   []atp.QuotaUse
	byUse  [][]int // the quotas of each use, own first
	today  int
}

func randomQuotaCase(t *testing.T, r *rand.Rand) (*quotaCase, atp.Demand) {
	c := &quotaCase{s: newStock(t), today: r.IntN(10)}
	var receipts []supply
	for on := range 4 {
		receipts = append(receipts, supply{on*7 + r.IntN(7), 1 + r.Int64N(12)})
	}
	item := stocked(t, c.s, "A", r.Int64N(20), receipts...)
	names := []string{"Q0", "Q1", "Q2", "Q3"}
	for i, name := range names {
		q := &quotaModel{def: atp.QuotaDefinition{
			ID: name, Site: "S1", Earlier: r.IntN(3), Later: r.IntN(4), Open: r.IntN(4) == 0,
		}}
		for _, other := range r.Perm(len(names))[:r.IntN(3)] {
			if other != i {
				q.def.Fallback = append(q.def.Fallback, names[other])
			}
		}
		var err error
		q.ref, _, err = c.s.DefineQuota(noon(0), q.def)
		require.NoError(t, err)
		q.fill(t, c.s, r)
		c.quotas = append(c.quotas, q)
	}
	for _, i := range r.Perm(len(names))[:1+r.IntN(2)] {
		c.uses = append(c.uses, atp.QuotaUse{Quota: c.quotas[i].ref, Factor: r.Int64N(4)})
		c.byUse = append(c.byUse, []int{i})
	}
	seen := map[int]bool{}
	for _, list := range c.byUse {
		seen[list[0]] = true
	}
	for u := range c.byUse {
		for _, name := range c.quotas[c.byUse[u][0]].def.Fallback {
			if i := slices.Index(names, name); !seen[i] {
				seen[i] = true
				c.byUse[u] = append(c.byUse[u], i)
			}
		}
	}
	return c, atp.Demand{
		ID: "1", Ref: item, Quantity: 1 + r.Int64N(40), Wanted: day(r.IntN(35)), Quotas: c.uses,
		Partial: atp.Partial{AtMost: atp.AnyNumber},
	}
}

// inPacks makes a demand one of packs.
func inPacks(d atp.Demand, r *rand.Rand) atp.Demand {
	d.Pack = 2 + r.Int64N(5)
	d.Quantity = (d.Quantity + d.Pack - 1) / d.Pack * d.Pack
	return d
}

// fill gives the quota periods, some of it taken already.
func (q *quotaModel) fill(t *testing.T, s *atp.Stock, r *rand.Rand) {
	at := modelFrom
	gap := func(until int) {
		if at <= until {
			q.runs = append(q.runs, quotaRun{from: at, to: until, gap: true})
		}
		at = until + 1
	}
	for start := r.IntN(8) - 5; start < 40; {
		gap(start - 1)
		run := quotaRun{from: start, to: start + r.IntN(8), left: r.Int64N(20), opens: r.IntN(20)}
		period := atp.QuotaPeriod{From: day(run.from), To: day(run.to), Quantity: run.left, Opens: day(run.opens)}
		_, err := s.SetQuota(noon(0), atp.QuotaSetting{Quota: q.ref, Periods: []atp.QuotaPeriod{period}})
		require.NoError(t, err)
		if n := r.Int64N(10); n > 0 && n <= run.left {
			spent(t, s, fmt.Sprint(q.def.ID, start), q.ref, day(run.from+r.IntN(run.to-run.from+1)), n)
			run.left -= n
		}
		q.runs = append(q.runs, run)
		at = run.to + 1
		start = at + r.IntN(3)*r.IntN(4)
	}
	gap(modelTo)
}

// units answers by definition, a unit at a time: on the day stock gives it, each use finds it a place, or none has it.
func (c *quotaCase) units(t *testing.T, d atp.Demand) []unit {
	var all []unit
	for n := int64(1); n <= d.Quantity; {
		on := max(d.Wanted.Sub(day(0)), c.today)
		gives := func(n int64) bool { // whole packs
			pack := max(d.Pack, 1)
			return atpOn(t, c.s, noon(c.today), d.Ref, on) >= (n+pack-1)/pack*pack
		}
		for on < modelTo && !gives(n) {
			on++
		}
		if on == modelTo {
			break
		}
		byUse := make([][]turnOf, len(c.uses))
		for ; n <= d.Quantity && gives(n); n++ {
			if takes := c.unit(on); takes != nil {
				for u, take := range takes {
					byUse[u] = append(byUse[u], take)
				}
			}
		}
		// What is allowed early by one use is had together with what is allowed early by another.
		for u := range byUse {
			slices.SortStableFunc(byUse[u], func(a, b turnOf) int { return a.day - b.day })
		}
		for i := range byUse[0] {
			var one unit
			for u := range byUse {
				one.day = max(one.day, byUse[u][i].day)
				one.takes = append(one.takes, byUse[u][i])
			}
			all = append(all, one)
		}
	}
	slices.SortStableFunc(all, func(a, b unit) int { return a.day - b.day })
	return packed(all, int(max(d.Pack, 1)))
}

// packed lets units wait for those that fill their pack, and leaves out those that fill none.
func packed(all []unit, pack int) []unit {
	all = all[:len(all)/pack*pack]
	for i := range all {
		all[i].day = all[i-i%pack+pack-1].day
	}
	return all
}

// unit finds a place for one unit in every use, and takes it; nil when there is none.
func (c *quotaCase) unit(on int) []turnOf {
	takes := make([]turnOf, 0, len(c.uses))
	for u, use := range c.uses {
		found := false
		for i, q := range c.byUse[u] {
			for _, turn := range c.quotas[q].turns(q, on) {
				run := c.quotas[q].runs[turn.run]
				kept := i > 0 && !run.gap && c.today < run.opens
				if !found && (turn.unlimited || !kept && run.left >= max(use.Factor, 1)) {
					takes, found = append(takes, turn), true
				}
			}
		}
		if !found {
			return nil
		}
	}
	for u, turn := range takes {
		c.quotas[turn.quota].runs[turn.run].left -= max(c.uses[u].Factor, 1)
	}
	return takes
}

// Oracle of ATP-3: what a demand gets under quotas is what a search a unit at a time finds, on the same days and from the
// same periods; it is never above ATP and can be reserved.
func TestQuotasAgainstTheDefinition(t *testing.T) {
	cut := 0
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 3))
		c, d := randomQuotaCase(t, r)
		if seed%3 == 0 {
			d = inPacks(d, r)
		}
		p, err := c.s.Promise(noon(c.today), d)
		require.NoError(t, err)
		want := map[int]int64{}
		wantTakes := map[string]int64{}
		for _, u := range c.units(t, d) {
			want[u.day]++
			for use, take := range u.takes {
				if !take.unlimited {
					run := c.quotas[take.quota].runs[take.run]
					wantTakes[fmt.Sprint(u.day, use, c.quotas[take.quota].def.ID, run.from)] += max(c.uses[use].Factor, 1)
				}
			}
		}
		got := map[int]int64{}
		gotTakes := map[string]int64{}
		var sum int64
		for _, delivery := range p.Deliveries {
			on := delivery.Start.Sub(day(0))
			got[on] += delivery.Quantity
			sum += delivery.Quantity
			require.LessOrEqual(t, sum, atpOn(t, c.s, noon(c.today), d.Ref, on), "seed %d: confirmed is never above ATP", seed)
			for _, take := range delivery.Quotas {
				gotTakes[fmt.Sprint(on, take.Use, take.Quota.Item(), take.From.Sub(day(0)))] += take.Quantity
				require.Equal(t, take.Fallback, take.Quota != d.Quotas[take.Use].Quota)
			}
		}
		require.Equal(t, want, got, "seed %d", seed)
		require.Equal(t, wantTakes, gotTakes, "seed %d", seed)
		if sum < min(d.Quantity, atpOn(t, c.s, noon(c.today), d.Ref, modelTo))/max(d.Pack, 1)*max(d.Pack, 1) {
			cut++
		}
		if sum > 0 {
			_, err = c.s.Reserve(noon(c.today), atp.Request{Key: "o", Hold: time.Hour, Lines: p.Lines()})
			require.NoError(t, err, "seed %d", seed)
		}
		if seed%4 > 0 {
			continue
		}
		// Complete, or in two: as much as can be had by then in parts, or nothing.
		_, _ = c.s.Release(noon(c.today), atp.Posting{Key: "o"})
		d.Partial.AtMost = int(seed/4%2) + 1
		few, err := c.s.Promise(noon(c.today), d)
		require.NoError(t, err)
		if d.Partial.AtMost == 1 && sum < d.Quantity {
			require.Zero(t, few.Confirmed)
		} else {
			require.Equal(t, sum, few.Confirmed)
		}
		if few.Confirmed > 0 {
			_, err = c.s.Reserve(noon(c.today), atp.Request{Key: "few", Hold: time.Hour, Lines: few.Lines()})
			require.NoError(t, err, "seed %d", seed)
		}
	}
	require.Greater(t, cut, 400, "quotas bind often enough for the test to say something")
}

// quotaLife is a long random life of a stock with quotas.
type quotaLife struct {
	t      *testing.T
	r      *rand.Rand
	s      *atp.Stock
	items  []atp.Ref
	quotas []atp.Ref
	now    time.Time
	keys   []string
	events []any
	loose  map[string]bool // periods that may be exceeded, for they were lowered, or a release was taken back
	docs   int
	counts map[string]int
}

func (h *quotaLife) did(what string, e any) {
	h.counts[what]++
	h.events = append(h.events, e)
}

func (h *quotaLife) setQuota() {
	quota := h.quotas[h.r.IntN(len(h.quotas))]
	period := week(h.r.IntN(6), h.r.Int64N(400))
	period.Dropped = h.r.IntN(10) == 0
	if h.r.IntN(3) == 0 {
		period.Opens = day(h.r.IntN(30))
	}
	e, err := h.s.SetQuota(h.now, atp.QuotaSetting{Quota: quota, Periods: []atp.QuotaPeriod{period}})
	require.NoError(h.t, err)
	h.loose[quota.Item()+period.From.String()] = true
	h.did("set", e)
}

func (h *quotaLife) define() {
	i := h.r.IntN(len(h.quotas))
	d := atp.QuotaDefinition{
		ID: h.quotas[i].Item(), Site: "S1", Earlier: h.r.IntN(3), Later: h.r.IntN(3),
		Fallback: []string{h.quotas[(i+1)%len(h.quotas)].Item()}, Open: h.r.IntN(8) == 0,
	}
	_, e, err := h.s.DefineQuota(h.now, d)
	require.NoError(h.t, err)
	h.did("define", e)
}

func (h *quotaLife) reserve() {
	d := atp.Demand{
		ID: "1", Ref: h.items[h.r.IntN(len(h.items))], Quantity: 1 + h.r.Int64N(9), Wanted: day(h.r.IntN(42)),
		Partial: atp.Partial{AtMost: 1 + h.r.IntN(3)},
	}
	for _, i := range h.r.Perm(len(h.quotas))[:h.r.IntN(3)] {
		d.Quotas = append(d.Quotas, atp.QuotaUse{Quota: h.quotas[i], Factor: h.r.Int64N(3)})
	}
	e := d
	e.ID, e.Ref = "2", h.items[h.r.IntN(len(h.items))]
	promises, err := h.s.PromiseAll(h.now, []atp.Demand{d, e}, atp.LineByLine)
	require.NoError(h.t, err)
	lines := append(promises[0].Lines(), promises[1].Lines()...)
	if len(lines) == 0 {
		h.counts["nothing"]++
		return
	}
	key := fmt.Sprintf("k%06d", len(h.keys))
	h.keys = append(h.keys, key)
	held, err := h.s.Reserve(h.now, atp.Request{Key: key, Hold: time.Duration(1+h.r.IntN(90)) * time.Minute, Lines: lines})
	require.NoError(h.t, err, "what is promised can be reserved")
	if h.r.IntN(20) == 0 {
		require.NoError(h.t, h.s.UndoReserve(held))
		h.counts["undone"]++
		return
	}
	h.did("reserve", held)
}

func (h *quotaLife) settle() {
	if len(h.keys) == 0 {
		return
	}
	key := h.keys[max(0, len(h.keys)-1-h.r.IntN(60))]
	r, err := h.s.Reservation(h.now, key)
	if err != nil {
		return
	}
	if h.r.IntN(2) == 0 {
		if e, err := h.s.Commit(h.now, key); err == nil && !e.Replayed {
			h.did("commit", e)
		}
		return
	}
	h.docs++
	p := atp.Posting{Key: key, Document: fmt.Sprint("p", h.docs)}
	if l := r.Lines[h.r.IntN(len(r.Lines))]; !l.Quota && h.r.IntN(3) > 0 {
		ref, err := h.s.Ref(l.Item, l.Site)
		require.NoError(h.t, err)
		p.Parts = []atp.Part{{Ref: ref, Quantity: 1 + h.r.Int64N(l.Quantity)}}
	}
	if h.r.IntN(2) == 0 {
		e, err := h.s.Consume(h.now, p)
		if err == nil && h.r.IntN(10) == 0 {
			require.NoError(h.t, h.s.UndoConsume(e))
		} else if err == nil {
			h.did("consume", e)
		}
		return
	}
	e, err := h.s.Release(h.now, p)
	if err == nil && h.r.IntN(10) == 0 {
		require.NoError(h.t, h.s.UndoRelease(e))
	} else if err == nil {
		h.did("release", e)
	}
}

// check adds up the reservations and holds what quotas say of themselves against it.
func (h *quotaLife) check() {
	type sums struct{ held, committed, used int64 }
	taken := map[string]map[string]*sums{}
	state := h.s.State(h.now)
	for _, r := range state.Reservations {
		for _, l := range r.Lines {
			if !l.Quota {
				continue
			}
			if taken[l.Item] == nil {
				taken[l.Item] = map[string]*sums{}
			}
			s := taken[l.Item][l.Date.String()]
			if s == nil {
				s = &sums{}
				taken[l.Item][l.Date.String()] = s
			}
			s.used += l.Consumed
			switch open := l.Quantity - l.Consumed - l.Released; r.Status {
			case atp.StatusHeld:
				s.held += open
			case atp.StatusCommitted:
				s.committed += open
			}
		}
		h.inStep(r)
	}
	for _, ref := range h.quotas {
		u, err := h.s.QuotaUsage(h.now, ref)
		require.NoError(h.t, err)
		left := map[string]*sums{}
		for on, s := range taken[ref.Item()] {
			left[on] = s
		}
		for _, p := range u.Periods {
			want := sums{}
			if s := left[p.From.String()]; s != nil { // lines stand on the first day
				want = *s
				delete(left, p.From.String())
			}
			require.Equal(h.t, want, sums{p.Held, p.Committed, p.Used}, "%s from %s", ref.Item(), p.From)
			require.Equal(h.t, p.Quantity, p.Held+p.Committed+p.Used+p.Free-p.Excess)
			if p.Excess > 0 {
				require.True(h.t, h.loose[ref.Item()+p.From.String()], "taken above the quantity")
			}
		}
		var outside int64
		for _, s := range left {
			outside += s.held + s.committed + s.used
		}
		require.Equal(h.t, outside, u.Outside)
	}
}

// inStep holds a reservation to it that quotas go as the item does: rounded down, and wholly when all of it is gone.
func (h *quotaLife) inStep(r atp.ReservationState) {
	type use struct {
		item string
		n    int
	}
	item, gone := map[string]int64{}, map[string]int64{}
	quota, went := map[use]int64{}, map[use]int64{}
	for _, l := range r.Lines {
		if u := (use{l.ForItem, l.Use}); l.Quota {
			quota[u] += l.Quantity
			went[u] += l.Consumed + l.Released
		} else {
			item[l.Item] += l.Quantity
			gone[l.Item] += l.Consumed + l.Released
		}
	}
	for u, n := range quota {
		require.Equal(h.t, n*gone[u.item]/item[u.item], went[u], "%s: quota of %s", r.Key, u.item)
	}
}

// A long life: nothing is taken of a quota beyond its quantity unless that was lowered; a fold of the events, in another
// order, and a snapshot give the same.
func TestQuotasOverALongLife(t *testing.T) {
	rounds := 100_000
	if testing.Short() || raceEnabled {
		rounds = 10_000
	}
	h := &quotaLife{
		t: t, r: rand.New(rand.NewPCG(5, 5)), s: newStock(t), now: noon(0), loose: map[string]bool{}, counts: map[string]int{},
	}
	for _, name := range []string{"A", "B", "Q1"} { // an item may have the name of a quota
		ref, e, err := h.s.Define(h.now, atp.Definition{Item: name, Site: "S1"})
		require.NoError(t, err)
		h.did("item", e)
		counted, err := h.s.Count(h.now, atp.Count{Ref: ref, Quantity: 5000})
		require.NoError(t, err)
		h.did("count", counted)
		h.items = append(h.items, ref)
	}
	for _, id := range []string{"Q1", "Q2", "Q3"} {
		ref, e, err := h.s.DefineQuota(h.now, atp.QuotaDefinition{ID: id, Site: "S1", Earlier: 1, Later: 1})
		require.NoError(t, err)
		h.did("define", e)
		h.quotas = append(h.quotas, ref)
	}
	for i := range rounds {
		if h.r.IntN(100) == 0 {
			h.now = h.now.Add(time.Duration(h.r.IntN(40)) * time.Minute)
		}
		switch n := h.r.IntN(100); {
		case n == 0:
			h.setQuota()
		case n == 1 && h.r.IntN(5) == 0:
			h.define()
		case n == 2 && h.r.IntN(20) == 0:
			gone, err := h.s.Sweep(h.now)
			require.NoError(t, err)
			for _, e := range gone {
				h.did("expire", e)
			}
		case n == 3:
			e, err := h.s.Count(h.now, atp.Count{Ref: h.items[h.r.IntN(3)], Quantity: 3000 + h.r.Int64N(3000)})
			require.NoError(t, err)
			h.did("count", e)
		case n < 40:
			h.reserve()
		default:
			h.settle()
		}
		if i%(rounds/10) == 0 {
			h.check()
		}
	}
	h.check()
	for _, what := range []string{"set", "define", "reserve", "commit", "consume", "release", "expire", "undone", "nothing"} {
		require.Greater(t, h.counts[what], 5, what)
	}
	h.fold()
}

// fold builds the stock again from its events in another order, twice over, and from a snapshot.
func (h *quotaLife) fold() {
	later := h.now.Add(1000 * time.Hour) // every hold has ended
	want := h.s.State(later)
	fold := newStock(h.t)
	for seed := range uint64(2) {
		for _, e := range shuffled(h.events, seed) {
			require.NoError(h.t, fold.Apply(e))
		}
	}
	require.Empty(h.t, diff.Diff(want, fold.State(later), dates()))

	data, err := json.Marshal(want)
	require.NoError(h.t, err)
	var snapshot atp.State
	require.NoError(h.t, json.Unmarshal(data, &snapshot))
	restored := newStock(h.t)
	require.NoError(h.t, restored.Restore(snapshot))
	require.Empty(h.t, diff.Diff(want, restored.State(later), dates()))
	require.ErrorIs(h.t, newStockWithQuota(h.t).Restore(snapshot), atp.ErrNotEmpty)
	for _, other := range []*atp.Stock{fold, restored} {
		for _, ref := range h.quotas {
			u, err := h.s.QuotaUsage(later, ref)
			require.NoError(h.t, err)
			same, err := other.Quota(ref.Item(), ref.Site())
			require.NoError(h.t, err)
			v, err := other.QuotaUsage(later, same)
			require.NoError(h.t, err)
			require.Equal(h.t, u, v)
		}
	}
}

func newStockWithQuota(t *testing.T) *atp.Stock {
	s := newStock(t)
	weeks(t, s, atp.QuotaDefinition{ID: "Q"})
	return s
}
