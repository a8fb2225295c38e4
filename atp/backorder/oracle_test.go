package backorder_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/backorder"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// The oracle knows days 0 to horizon and tries every way to deliver a line, by definition: it adds up balances day by day
// and shares no formula with the engine.
const horizon = 4

type vector [horizon + 1]int64 // a quantity on each day

func (v vector) until(d int) (n int64) {
	for i := range d + 1 {
		n += v[i]
	}
	return n
}

func (v vector) total() int64 { return v.until(horizon) }

type oracleItem struct {
	net    vector // what comes in less what others take, by day; stock on hand on day 0
	taken  vector // by the lines of the run
	safety int64
	limit  int // the first day of an infinite horizon; horizon+1: none
}

func (it *oracleItem) balance(d int, safety bool) int64 {
	b := it.net.until(d) - it.taken.until(d)
	if !safety {
		b -= it.safety
	}
	return b
}

// fits reports whether a vector can be taken: from its first day on no balance falls below 0.
func (it *oracleItem) fits(v vector, safety bool) bool { return it.fitsBeside(v, vector{}, safety) }

// fitsBeside is fits for a line that has something which it keeps, whatever is left.
func (it *oracleItem) fitsBeside(v, had vector, safety bool) bool {
	first := slices.IndexFunc(v[:], func(n int64) bool { return n > 0 })
	if first < 0 {
		return true
	}
	for d := first; d < it.limit && d <= horizon; d++ {
		if max(it.balance(d, safety), had.until(d)) < v.until(d) {
			return false
		}
	}
	return true
}

func (it *oracleItem) take(v vector, sign int64) {
	for d := range v {
		it.taken[d] += sign * v[d]
	}
}

type oracleLine struct {
	*backorder.Line
	item   int
	wanted int
	picked int64
	had    vector // what counts and may be kept
	gets   vector
	done   bool
}

// need is what is still to be confirmed.
func (l *oracleLine) need() int64 { return max(l.Quantity-l.picked, 0) }

func turn(s backorder.Strategy) int {
	return slices.Index([]backorder.Strategy{backorder.Win, backorder.Gain, backorder.Redistribute, backorder.Fill, backorder.Lose}, s)
}

// vectors calls f with every way to have up to need on the days from a day on.
func vectors(from int, need int64, v vector, f func(vector)) {
	if from > horizon {
		f(v)
		return
	}
	for n := range need + 1 {
		v[from] = n
		vectors(from+1, need-n, v, f)
	}
}

// allowed reports whether a line may be delivered like this.
func allowed(p atp.Partial, v vector, need int64) bool {
	total := v.total()
	if total == 0 {
		return true
	}
	if p.AtMost <= 1 && total < need {
		return false
	}
	count, left := 0, total
	for _, n := range v {
		if n == 0 {
			continue
		}
		count++
		left -= n
		if n < p.Minimum && (left > 0 || total < need) {
			return false
		}
	}
	return count <= max(p.AtMost, 1)
}

// score is what is better the lexicographically greater it is.
func score(l *oracleLine, v vector) []int64 {
	if l.Partial.AtMost == atp.AnyNumber && l.Partial.Minimum <= 1 { // as much by every day as can be
		var sum int64
		for d := range v {
			sum += v.until(d)
		}
		return []int64{sum}
	}
	var cost, count int64
	first := int64(-1)
	for d, n := range v {
		if n > 0 {
			cost += n * int64(max(d-l.wanted, 0))
			count++
			if first < 0 {
				first = int64(d)
			}
		}
	}
	return []int64{v.total(), -cost, -first, -count}
}

// best tries all vectors.
func (it *oracleItem) best(l *oracleLine) vector {
	if (l.Strategy == backorder.Fill || l.Strategy == backorder.Lose) && it.fits(l.had, l.SafetyStock) {
		return l.had
	}
	need := l.need()
	from := l.wanted
	switch l.Strategy {
	case backorder.Gain:
		need, from = max(need, l.had.total()), 0
	case backorder.Fill, backorder.Lose:
		need, from = l.had.total(), 0
	}
	var best vector
	found := false
	vectors(from, need, vector{}, func(v vector) {
		var kept vector
		if l.Strategy == backorder.Gain {
			kept = l.had
		}
		if !allowed(l.Partial, v, need) || !it.fitsBeside(v, kept, l.SafetyStock) {
			return
		}
		for d := range v {
			had, has := l.had.until(d), v.until(d)
			switch {
			case l.Strategy == backorder.Gain && (has < had || d < l.wanted && has > had):
				return
			case (l.Strategy == backorder.Fill || l.Strategy == backorder.Lose) && has > had:
				return
			}
		}
		if !found || slices.Compare(score(l, v), score(l, best)) > 0 {
			best, found = v, true
		}
	})
	return best
}

// oracle works out a run; false when it is not feasible.
func oracle(items []oracleItem, lines []*oracleLine) bool {
	slices.SortFunc(lines, func(a, b *oracleLine) int {
		return cmp.Or(turn(a.Strategy)-turn(b.Strategy), b.Priority-a.Priority, a.Wanted.Compare(b.Wanted),
			a.Ordered.Compare(b.Ordered), cmp.Compare(a.ID, b.ID))
	})
	var must []*oracleLine // an order goes where its first line goes
	for _, l := range lines {
		switch {
		case l.Strategy == backorder.Gain:
			l.gets = l.had
			must = append(must, l)
		case l.Strategy == backorder.Win && !l.done:
			order := []*oracleLine{l}
			for _, m := range lines {
				if l.ShipComplete != "" && m.ShipComplete == l.ShipComplete && m != l {
					order = append(order, m)
				}
			}
			day := 0
			for _, m := range order {
				day, m.done = max(day, m.wanted), true
			}
			for _, m := range order {
				m.gets[day] = m.need()
			}
			must = append(must, order...)
		}
	}
	for _, l := range must {
		for d := range l.gets { // one day after the other, as the goods are taken
			var v vector
			if v[d] = l.gets[d]; !items[l.item].fits(v, l.SafetyStock) {
				return false
			}
			items[l.item].take(v, 1)
		}
	}
	for _, l := range lines {
		switch {
		case l.Strategy == backorder.Win || l.done:
		case l.ShipComplete != "":
			together(items, lines, l)
		default:
			items[l.item].take(l.gets, -1)
			l.gets = items[l.item].best(l)
			items[l.item].take(l.gets, 1)
		}
	}
	return true
}

// together finds the first day on which the lines of an order can all be complete.
func together(items []oracleItem, lines []*oracleLine, first *oracleLine) {
	var order []*oracleLine
	from := 0
	for _, l := range lines {
		if l.ShipComplete == first.ShipComplete {
			order = append(order, l)
			l.done = true
			items[l.item].take(l.gets, -1)
			if l.Strategy == backorder.Redistribute || l.Strategy == backorder.Gain {
				from = max(from, l.wanted)
			}
		}
	}
	possible := func(d int) bool {
		need := make([]int64, len(items))
		for _, l := range order {
			need[l.item] += l.need()
		}
		for _, l := range order {
			var all, own vector
			all[d], own[d] = need[l.item], l.need()
			if !items[l.item].fits(all, l.SafetyStock) {
				return false
			}
			for e := range own {
				has, had := own.until(e), l.had.until(e)
				if l.Strategy == backorder.Gain && has < had || (l.Strategy == backorder.Fill || l.Strategy == backorder.Lose) && has > had {
					return false
				}
			}
		}
		return true
	}
	day := -1
	for d := from; d <= horizon && day < 0; d++ {
		if possible(d) {
			day = d
		}
	}
	for _, l := range order {
		switch {
		case day >= 0:
			l.gets = vector{}
			l.gets[day] = l.need()
		case l.Strategy != backorder.Gain:
			l.gets = vector{}
		}
		items[l.item].take(l.gets, 1)
	}
}

// instance is a small random stock with lines, known to the engine and the oracle.
type instance struct {
	stock *atp.Stock
	lines []backorder.Line
	items []oracleItem
	known []*oracleLine
	now   time.Time
}

func someInstance(t testing.TB, r *rand.Rand) *instance {
	in := &instance{stock: newStock(t), items: make([]oracleItem, 2), now: noon(0)}
	var refs []atp.Ref
	fence := atp.Fence{Ignore: r.IntN(4) == 0}
	for i := range in.items {
		it := &in.items[i]
		it.limit = horizon + 1
		d := atp.Definition{Item: string(rune('A' + i)), Site: "S1", Policy: atp.Policy{PastDueDemands: fence}}
		if r.IntN(4) == 0 {
			it.safety = int64(r.IntN(3))
			d.SafetyStock = it.safety
		}
		if r.IntN(5) == 0 {
			it.limit = 1 + r.IntN(horizon)
			d.Policy.Horizon, d.Policy.Replenishment = atp.Infinite, it.limit
		}
		opens := 0
		if r.IntN(5) == 0 {
			opens = 1 + r.IntN(horizon)
			d.Policy.AvailableFrom = day(opens)
			it.limit = max(it.limit, opens)
		}
		onHand := int64(r.IntN(9))
		it.net[opens] = onHand
		var receipts []supply
		for range r.IntN(3) {
			s := supply{r.IntN(horizon + 1), 1 + int64(r.IntN(5))}
			receipts = append(receipts, s)
			it.net[max(s.day, opens)] += s.quantity
		}
		ref := stocked(t, in.stock, d.Item, d.Site, onHand, receipts...)
		_, _, err := in.stock.Define(noon(0), d)
		require.NoError(t, err)
		refs = append(refs, ref)
		if r.IntN(2) == 0 {
			s := supply{r.IntN(horizon + 1), int64(r.IntN(3))}
			confirmed(t, in.stock, "fixed"+d.Item, ref, s)
			it.net[s.day] -= s.quantity
		}
	}
	group := backorder.Strategy(r.IntN(5))
	partials := []atp.Partial{anyParts, anyParts, {}, {AtMost: 2}, {AtMost: atp.AnyNumber, Minimum: 2}, {AtMost: 2, Minimum: 2}}
	for i := range 1 + r.IntN(5) {
		in.addLine(t, r, i, refs, fence, group, partials)
	}
	for i := range in.lines {
		in.known[i].Line = &in.lines[i]
	}
	return in
}

func (in *instance) addLine(
	t testing.TB, r *rand.Rand, i int, refs []atp.Ref, fence atp.Fence, group backorder.Strategy, partials []atp.Partial,
) {
	item := r.IntN(2) * r.IntN(2) // the first more often
	l := backorder.Line{
		ID: fmt.Sprintf("L%d", i), Key: fmt.Sprintf("key %d", 9-i), Ref: refs[item], Quantity: int64(r.IntN(5)),
		Strategy: backorder.Strategy(r.IntN(5)), Priority: r.IntN(3), Ordered: day(-r.IntN(3)), SafetyStock: r.IntN(4) == 0,
		Partial: partials[r.IntN(len(partials))],
	}
	o := &oracleLine{item: item}
	if r.IntN(4) > 0 {
		w := r.IntN(horizon+2) - 1
		l.Wanted, o.wanted = day(w), max(w, 0)
	}
	if r.IntN(4) == 0 {
		l.ShipComplete, l.Strategy = "SO", group
	}
	if l.Strategy == backorder.Gain && (l.Partial.AtMost != atp.AnyNumber || l.Partial.Minimum > 0) {
		l.Partial = anyParts // what other policies do is tested by TestGainKeeps
	}
	var had []supply
	for range r.IntN(3) {
		s := supply{r.IntN(horizon+2) - 1, 1 + int64(r.IntN(3))}
		had = append(had, s)
	}
	slices.SortFunc(had, func(a, b supply) int { return a.day - b.day })
	merged := had[:0]
	for _, s := range had {
		if n := len(merged); n > 0 && merged[n-1].day == s.day {
			merged[n-1].quantity += s.quantity
		} else {
			merged = append(merged, s)
		}
	}
	all := merged
	if n := r.Int64N(4); len(merged) > 0 && n > 0 && r.IntN(3) == 0 {
		all = slices.Clone(merged)
		for i := range merged { // the earliest first
			part := min(merged[i].quantity, n-o.picked)
			merged[i].quantity -= part
			o.picked += part
		}
	}
	left := max(l.Quantity-o.picked, 0)
	for _, s := range merged {
		if s.day < 0 && fence.Ignore {
			continue
		}
		n := min(s.quantity, left)
		left -= n
		o.had[max(s.day, 0)] += n
	}
	confirmedAs(t, in.stock, l.Key, refs[item], l.SafetyStock, all...)
	if o.picked > 0 {
		in.pick(t, l.Key, refs[item], o.picked)
	}
	in.lines = append(in.lines, l)
	in.known = append(in.known, o)
}

// pick brings goods in and picks them, so that the balances stay what they were but for what is open no more.
func (in *instance) pick(t testing.TB, key string, ref atp.Ref, quantity int64) {
	o, err := in.stock.Outlook(in.now, ref)
	require.NoError(t, err)
	_, err = in.stock.Count(in.now, atp.Count{Ref: ref, Quantity: o.Opening + o.SafetyStock + quantity})
	require.NoError(t, err)
	_, err = in.stock.Pick(in.now, atp.Posting{Key: key, Document: "pick " + key, Parts: []atp.Part{{Ref: ref, Quantity: quantity}}})
	require.NoError(t, err)
}

// counted puts days that have passed on today, as they count.
func counted(lines []atp.ScheduleLine) (v vector) {
	for _, l := range lines {
		v[max(l.Date.Sub(day(0)), 0)] += l.Quantity
	}
	return v
}

// ATP-4: the engine does what the definition says, whatever the order of the lines; its commit gives what its diff says,
// and the fold of the events is the state.
func TestAgainstTheDefinition(t *testing.T) {
	runs := 100_000
	if raceEnabled || testing.Short() {
		runs = 3_000
	}
	feasible := 0
	for seed := range runs {
		r := rand.New(rand.NewPCG(uint64(seed), 4))
		in := someInstance(t, r)
		p, err := backorder.Compute(in.now, in.stock, in.lines, backorder.Options{Workers: 1 + seed%2})
		if err != nil {
			t.Fatal(err)
		}
		want := oracle(in.items, slices.Clone(in.known))
		if want != p.Feasible() {
			t.Fatalf("seed %d: feasible %t, want %t", seed, p.Feasible(), want)
		}
		if !want {
			if len(p.Diff()) > 0 {
				t.Fatalf("seed %d: an infeasible run changes something", seed)
			}
			continue
		}
		feasible++
		in.compare(t, seed, p)
		if seed%10 == 0 {
			in.reorder(t, seed, p, r)
		}
		if seed%20 == 0 {
			in.commit(t, seed, p)
		}
	}
	require.Greater(t, feasible, runs/3)
	t.Logf("%d runs, %d feasible", runs, feasible)
}

func (in *instance) compare(t *testing.T, seed int, p *backorder.Plan) {
	for i := range p.Results {
		res := &p.Results[i]
		k := slices.IndexFunc(in.known, func(l *oracleLine) bool { return l.ID == res.Line.ID })
		l := in.known[k]
		got := counted(res.After)
		if res.Picked != l.picked {
			t.Fatalf("seed %d: line %s has %d picked, want %d", seed, l.ID, res.Picked, l.picked)
		}
		if short := max(l.Quantity-l.picked-got.total(), 0); res.Short() != short {
			t.Fatalf("seed %d: line %s is short of %d, want %d", seed, l.ID, res.Short(), short)
		}
		same := got == l.gets
		if l.ShipComplete == "" && l.Strategy != backorder.Win && (l.Partial.AtMost != atp.AnyNumber || l.Partial.Minimum > 0) {
			same = slices.Equal(score(l, got), score(l, l.gets)) // ways that are as good
			if !same || got != l.gets {
				if !same {
					t.Fatalf("seed %d: line %s (%s) gets %v, want %v", seed, l.ID, l.Strategy, got, l.gets)
				}
				return // what follows may differ
			}
		}
		if !same {
			t.Fatalf("seed %d: line %s (%s, had %v, asks %d on %d) gets %v, want %v", seed, l.ID, l.Strategy, l.had, l.Quantity, l.wanted, got, l.gets)
		}
	}
}

func (in *instance) reorder(t *testing.T, seed int, p *backorder.Plan, r *rand.Rand) {
	mixed := slices.Clone(in.lines)
	r.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
	again, err := backorder.Compute(in.now, in.stock, mixed, backorder.Options{})
	require.NoError(t, err)
	require.Equal(t, len(p.Results), len(again.Results))
	for i := range p.Results {
		a, b := &p.Results[i], &again.Results[i]
		require.Equal(t, a.Line.ID, b.Line.ID, "seed %d", seed)
		require.Equal(t, a.After, b.After, "seed %d", seed)
		require.Equal(t, p.Why(a), again.Why(b), "seed %d", seed)
	}
	require.Equal(t, p.Summary(), again.Summary())
}

func (in *instance) commit(t *testing.T, seed int, p *backorder.Plan) {
	before := in.stock.State(in.now)
	balances := func(s *atp.Stock) (all []int64) {
		for _, item := range []string{"A", "B"} {
			ref, err := s.Ref(item, "S1")
			require.NoError(t, err)
			o, err := s.Outlook(in.now, ref)
			require.NoError(t, err)
			for d := range horizon + 1 {
				var balance int64
				for _, day0 := range o.Days {
					if !day0.Date.After(day(d)) && (o.Endless.IsZero() || day0.Date.Before(o.Endless)) {
						balance = day0.Balance + o.SafetyStock
					}
				}
				all = append(all, balance)
			}
		}
		return all
	}
	old := balances(in.stock)
	e, err := p.Commit(in.now, in.stock, backorder.Note{Key: "run", Reason: "test", Actor: "oracle"})
	if len(p.Diff()) == 0 {
		require.ErrorIs(t, err, backorder.ErrUnchanged)
		return
	}
	require.NoError(t, err, "seed %d", seed)
	for i, n := range balances(in.stock) {
		require.GreaterOrEqual(t, n, min(old[i], 0), "seed %d: what supply covers is not promised twice", seed)
	}
	for i := range p.Results {
		res := &p.Results[i]
		state, err := in.stock.Reservation(in.now, res.Line.Key)
		if err != nil {
			require.Empty(t, res.After)
			continue
		}
		require.Equal(t, res.Picked, picked(state), "seed %d: what is picked stays", seed)
		var open []atp.ScheduleLine
		for _, l := range state.Lines {
			if n := l.Quantity - l.Picked; n > 0 {
				open = append(open, atp.ScheduleLine{Date: l.Date, Quantity: n})
			}
		}
		require.Equal(t, res.After, open, "seed %d: commit is the diff", seed)
	}
	twin := newStock(t)
	require.NoError(t, twin.Restore(before))
	for _, event := range e.Split() {
		require.NoError(t, twin.Apply(event))
	}
	dates := gocmp.Comparer(func(a, b calendar.Date) bool { return a == b })
	require.Empty(t, gocmp.Diff(in.stock.State(in.now), twin.State(in.now), dates), "seed %d", seed)
	require.NoError(t, in.stock.UndoReschedule(e))
	require.Empty(t, gocmp.Diff(before, in.stock.State(in.now), dates), "seed %d", seed)
}

// A gain keeps, by every day, what it had, however it may be split; and what it gets beyond is as it may be split.
func TestGainKeeps(t *testing.T) {
	for seed := range 5_000 {
		r := rand.New(rand.NewPCG(uint64(seed), 5))
		in := someInstance(t, r)
		for i := range in.lines {
			l := &in.lines[i]
			l.Strategy, l.ShipComplete = backorder.Gain, ""
			l.Partial = []atp.Partial{{}, {AtMost: 2}, {AtMost: 3, Minimum: 2}}[r.IntN(3)]
			l.Pack = int64(r.IntN(3))
		}
		p, err := backorder.Compute(in.now, in.stock, in.lines, backorder.Options{})
		require.NoError(t, err)
		if !p.Feasible() {
			continue
		}
		for i := range p.Results {
			res := &p.Results[i]
			l := in.known[slices.IndexFunc(in.known, func(l *oracleLine) bool { return l.ID == res.Line.ID })]
			got := counted(res.After)
			for d := range got {
				require.GreaterOrEqual(t, got.until(d), l.had.until(d), "seed %d, line %s", seed, l.ID)
			}
			if got != l.had {
				require.True(t, allowed(l.Partial, got, l.need()-l.need()%max(l.Pack, 1)), "seed %d, line %s: %v", seed, l.ID, got)
				for _, n := range got {
					require.Zero(t, n%max(l.Pack, 1))
				}
			}
		}
	}
}
