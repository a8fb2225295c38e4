package atp_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
)

const kitDays = 30 // nothing changes later in the cases of kitCase

// kitCase is a random stock with components and kits, and demands on it. Two cases of one seed are alike.
type kitCase struct {
	t       *testing.T
	s       *atp.Stock
	parts   []atp.Ref
	kits    []atp.Ref
	quota   atp.Ref // of one period, which is longer than the case
	lots    map[atp.Ref]bool
	demands []atp.Demand
	keys    int
}

func newKitCase(t *testing.T, seed uint64) *kitCase {
	r := rand.New(rand.NewPCG(seed, 3))
	c := &kitCase{t: t, s: newStock(t), lots: map[atp.Ref]bool{}}
	withLots := r.IntN(2) == 0
	for i := range 5 {
		ref := stocked(t, c.s, fmt.Sprintf("%c", 'A'+i), r.Int64N(12))
		for n := range r.IntN(4) {
			a := atp.Supply{
				Ref: ref, Document: fmt.Sprint("D", n), Type: atp.Production, Due: day(r.IntN(15)), Quantity: 1 + r.Int64N(10),
			}
			if withLots && r.IntN(2) == 0 {
				a.Expires = a.Due.AddDays(r.IntN(15))
			}
			c.lots[ref] = c.lots[ref] || !a.Expires.IsZero()
			_, err := c.s.AddSupply(noon(0), a)
			require.NoError(t, err)
		}
		for n := range r.IntN(3) {
			if withLots {
				stockLot(t, c.s, ref, fmt.Sprint("L", n), 1+r.Int64N(8), 1+r.IntN(12))
				c.lots[ref] = true
			}
		}
		for range r.IntN(4) {
			c.reserve(atp.Line{Ref: ref, Date: day(r.IntN(15)), Quantity: 1 + r.Int64N(5)})
		}
		if i < 3 {
			c.parts = append(c.parts, ref)
		} else {
			c.kits = append(c.kits, ref)
		}
	}
	c.quota = weeks(t, c.s, atp.QuotaDefinition{ID: "Q"})
	_, err := c.s.SetQuota(noon(0), atp.QuotaSetting{Quota: c.quota, Periods: []atp.QuotaPeriod{
		{From: day(0), To: day(10 * kitDays), Quantity: r.Int64N(12)},
	}})
	require.NoError(t, err)
	for i := range 1 + r.IntN(4) {
		c.demands = append(c.demands, c.draw(r, i))
	}
	return c
}

func (c *kitCase) draw(r *rand.Rand, i int) atp.Demand {
	d := atp.Demand{
		ID: fmt.Sprint(i), Ref: c.kits[r.IntN(2)], Quantity: 1 + r.Int64N(9), Wanted: day(r.IntN(6)), MinLife: r.IntN(3),
		Stocked: r.IntN(2) == 0, Explain: true,
	}
	for range 1 + r.IntN(4) {
		d.Kit = append(d.Kit, atp.Component{Ref: c.parts[r.IntN(3)], Per: 1 + r.Int64N(3)})
	}
	if r.IntN(3) == 0 {
		d.Ref, d.Kit, d.Stocked = c.parts[r.IntN(3)], nil, false
	}
	if r.IntN(4) == 0 {
		d.Pack = 1 + r.Int64N(3)
		d.Quantity *= d.Pack
	}
	if r.IntN(3) == 0 {
		d.Quotas = []atp.QuotaUse{{Quota: c.quota, Factor: 1 + r.Int64N(2)}}
	}
	if r.IntN(3) == 0 {
		d.Lane = &atp.Lane{Transit: 1 + r.IntN(2)}
	}
	if r.IntN(2) == 0 {
		d.Partial.AtMost = atp.AnyNumber
	}
	return d
}

// reserve reports whether the lines can be had together.
func (c *kitCase) reserve(lines ...atp.Line) bool {
	c.keys++
	_, err := c.s.Reserve(noon(0), atp.Request{Key: fmt.Sprint(c.keys), Hold: time.Hour, Lines: lines})
	if err != nil {
		require.ErrorAs(c.t, err, new(*atp.ShortageError))
	}
	return err == nil
}

// take reserves the lines of another stock that is alike.
func (c *kitCase) take(lines []atp.Line) bool {
	here := func(r atp.Ref) atp.Ref {
		if r.IsZero() || r.Item() == "Q" {
			return map[string]atp.Ref{"Q": c.quota}[r.Item()]
		}
		ref, err := c.s.Ref(r.Item(), r.Site())
		require.NoError(c.t, err)
		return ref
	}
	for i := range lines {
		lines[i].Ref, lines[i].For = here(lines[i].Ref), here(lines[i].For)
	}
	return len(lines) == 0 || c.reserve(lines...)
}

// release gives back what was reserved last.
func (c *kitCase) release() {
	_, err := c.s.Release(noon(0), atp.Posting{Key: fmt.Sprint(c.keys)})
	require.NoError(c.t, err)
}

func transit(d atp.Demand) int {
	if d.Lane == nil {
		return 0
	}
	return d.Lane.Transit
}

// lines are what a quantity takes when it is started on a day, by definition: so many kits as they are, the others put
// together.
func (c *kitCase) lines(d atp.Demand, on int, quantity, ready int64) []atp.Line {
	var lines []atp.Line
	good := day(on + transit(d) + d.MinLife)
	take := func(ref atp.Ref, n int64) {
		if n > 0 {
			lines = append(lines, atp.Line{Ref: ref, Date: day(on), Quantity: n, GoodThrough: good})
		}
	}
	take(d.Ref, ready)
	for _, k := range d.Kit {
		take(k.Ref, k.Per*(quantity-ready))
	}
	for _, u := range d.Quotas {
		lines = append(lines, atp.Line{Ref: u.Quota, Date: day(on), Quantity: quantity * u.Factor})
	}
	return lines
}

// get reserves a quantity on a day, with as many kits as they are as there can be.
func (c *kitCase) get(d atp.Demand, on int, quantity int64) bool {
	ready, least := quantity, quantity
	if len(d.Kit) > 0 {
		least = 0
		if !d.Stocked {
			ready = 0
		}
	}
	for ; ready >= least; ready-- {
		if c.reserve(c.lines(d, on, quantity, ready)...) {
			return true
		}
	}
	return false
}

func packOf(d atp.Demand) int64 { return max(d.Pack, 1) }

func firstOf(d atp.Demand) int { return max(0, d.Wanted.Sub(day(0))-transit(d)) }

// expires reports whether the demand may take goods that expire.
func (c *kitCase) expires(d atp.Demand) bool {
	lots := c.lots[d.Ref] && (len(d.Kit) == 0 || d.Stocked)
	return lots || slices.ContainsFunc(d.Kit, func(k atp.Component) bool { return c.lots[k.Ref] })
}

// byDefinition tries what can be had of a demand day by day, and takes it.
func (c *kitCase) byDefinition(d atp.Demand) []part {
	var got []part
	left := d.Quantity
	for on := firstOf(d); on <= kitDays && left > 0; on++ {
		least := packOf(d)
		if d.Partial.AtMost <= 1 {
			least = left
		}
		for n := left; n >= least; n -= packOf(d) {
			if c.get(d, on, n) {
				got = append(got, part{n, on + transit(d)})
				left -= n
				break
			}
		}
	}
	return got
}

// together is the most that can be had on one day.
func (c *kitCase) together(d atp.Demand) int64 {
	for n := d.Quantity; n > 0; n -= packOf(d) {
		for on := firstOf(d); on <= kitDays; on++ {
			if c.get(d, on, n) {
				c.release()
				return n
			}
		}
	}
	return 0
}

// Kits that share components with each other and with other demands get what trying out every day, quantity and division
// into kits that are there and kits that are put together gives, and all of it can be reserved.
func TestKitsByDefinition(t *testing.T) {
	seen := map[string]int{}
	for seed := range cases(1500) {
		c, tried := newKitCase(t, seed), newKitCase(t, seed)
		got, err := c.s.PromiseAll(noon(0), c.demands, atp.LineByLine)
		require.NoError(t, err)
		var lines []atp.Line
		for i, d := range tried.demands {
			p := got[i]
			if tried.expires(d) && d.Partial.AtMost > 1 && (len(d.Kit) > 0 || len(d.Quotas) > 0) {
				require.Equal(t, tried.together(d), p.Confirmed, "seed %d, demand %d", seed, i)
				seen["together"]++
				require.True(t, tried.take(p.Lines()))
			} else if tried.expires(d) && d.Partial.AtMost > 1 {
				require.True(t, tried.take(p.Lines()))
			} else {
				require.Equal(t, tried.byDefinition(d), parts(p), "seed %d, demand %d", seed, i)
			}
			lines = append(lines, p.Lines()...)
			checkKitPegs(t, d, p)
			if len(d.Kit) > 0 && p.Confirmed > 0 {
				seen["kits"]++
				if len(p.Deliveries) > 1 {
					seen["parts"]++
				}
				if d.Stocked && p.Deliveries[0].Takes[0].Ref.Item() == d.Ref.Item() {
					seen["ready"]++
				}
				if tried.expires(d) {
					seen["lots"]++
				}
			}
			if p.Limit != nil && len(p.Limit.LostTo) > 0 {
				seen["lost"]++
			}
		}
		if len(lines) > 0 {
			require.True(t, c.reserve(lines...), "seed %d", seed)
		}
	}
	for what, n := range map[string]int{"kits": 1000, "together": 100, "parts": 150, "ready": 300, "lots": 300, "lost": 300} {
		require.GreaterOrEqual(t, seen[what], int(cases(n)), what)
	}
}

// checkKitPegs holds the pegs of each delivery against its lines.
func checkKitPegs(t *testing.T, d atp.Demand, p atp.Promise) {
	t.Helper()
	for _, part := range p.Deliveries {
		want, got := map[string]int64{}, map[string]int64{}
		for _, l := range part.Takes {
			want[l.Ref.Item()] += l.Quantity
		}
		if part.Takes == nil {
			want[d.Ref.Item()] = part.Quantity
		}
		for _, peg := range part.Pegs {
			item := peg.Item
			if len(d.Kit) == 0 {
				require.Empty(t, item)
				item = d.Ref.Item()
			}
			got[item] += peg.Quantity
			require.False(t, peg.Due.After(part.Start))
		}
		require.Equal(t, want, got)
	}
}

// allOn tells whether all demands from the i-th on can be had on a day, with whatever number of stocked kits as they are; the lives that are wanted differ.
func (c *kitCase) allOn(on, i int, lines []atp.Line) bool {
	if i == len(c.demands) {
		if !c.reserve(lines...) {
			return false
		}
		c.release()
		return true
	}
	d := c.demands[i]
	ready, least := d.Quantity, d.Quantity
	if len(d.Kit) > 0 {
		least = 0
		if !d.Stocked {
			ready = 0
		}
	}
	for ; ready >= least; ready-- {
		if c.allOn(on, i+1, append(slices.Clone(lines), c.lines(d, on, d.Quantity, ready)...)) {
			return true
		}
	}
	return false
}

// An order that is delivered together gets the first day on which all lines can be had: lots that last long enough, each kit
// as it is or put together.
func TestShipCompleteByDefinition(t *testing.T) {
	seen := map[string]int{}
	for seed := range cases(1500) {
		c, tried := newKitCase(t, seed), newKitCase(t, seed)
		from, stockedKits, lots := 0, 0, 0
		for i := range c.demands {
			for _, of := range []*kitCase{c, tried} {
				d := &of.demands[i]
				d.Lane, d.Pack, d.Quantity = nil, 0, 1+d.Quantity%4
				same := slices.IndexFunc(of.demands, func(e atp.Demand) bool { return e.Ref == d.Ref })
				d.Kit = of.demands[same].Kit
			}
			d := c.demands[i]
			from = max(from, firstOf(d))
			if d.Stocked {
				stockedKits++
			}
			if c.expires(d) {
				lots++
			}
		}
		got, err := c.s.PromiseAll(noon(0), c.demands, atp.ShipComplete)
		require.NoError(t, err)
		when := -1
		for on := from; on <= kitDays && when < 0; on++ {
			if tried.allOn(on, 0, nil) {
				when = on
			}
		}
		var lines []atp.Line
		for i, p := range got {
			if when < 0 {
				require.Zero(t, p.Confirmed, "seed %d", seed)
				continue
			}
			require.Equal(t, []part{{c.demands[i].Quantity, when}}, parts(p), "seed %d", seed)
			require.Equal(t, when-c.demands[i].Wanted.Sub(day(0)), p.Deliveries[0].DaysLate, "seed %d", seed)
			lines = append(lines, p.Lines()...)
		}
		if when < 0 {
			seen["none"]++
			continue
		}
		require.True(t, c.reserve(lines...), "seed %d", seed)
		seen["all"]++
		if lots > 1 {
			seen["lots"]++
		}
		if stockedKits > 0 && len(c.demands) > 1 {
			seen["stocked"]++
		}
	}
	for what, n := range map[string]int{"none": 200, "all": 500, "lots": 100, "stocked": 200} {
		require.GreaterOrEqual(t, seen[what], int(cases(n)), what)
	}
}
