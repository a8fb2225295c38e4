package atp_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
)

// atp.md: promising, its case in packs of 6: what fills a pack by each day is 6, 30 and 48.
func TestPromiseInPacks(t *testing.T) {
	for _, c := range []struct {
		name     string
		quantity int64
		partial  atp.Partial
		want     []part
	}{
		{"complete", 36, atp.Partial{}, []part{{36, 12}}},
		{"as it comes", 36, atp.Partial{AtMost: atp.AnyNumber}, []part{{6, 0}, {24, 5}, {6, 12}}},
		{"at most three", 36, atp.Partial{AtMost: 3}, []part{{6, 0}, {24, 5}, {6, 12}}},
		// 30 x 5 + 6 x 12 is 222 unit-days; 6@0 + 30@12 would be 360.
		{"at most two", 36, atp.Partial{AtMost: 2}, []part{{30, 5}, {6, 12}}},
		{"a minimum is whole packs, too", 36, atp.Partial{AtMost: 3, Minimum: 7}, []part{{30, 5}, {6, 12}}},
		{"what fills no pack stays unfilled", 54, atp.Partial{AtMost: atp.AnyNumber}, []part{{6, 0}, {24, 5}, {18, 12}}},
		{"complete or nothing", 54, atp.Partial{}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, ref := promising(t)
			p, err := s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: c.quantity, Wanted: day(0), Partial: c.partial, Pack: 6})
			require.NoError(t, err)
			require.Equal(t, c.want, parts(p))
			require.Equal(t, c.quantity, p.Confirmed+p.Unfilled)
		})
	}
}

// A pack that is filled later is one delivery for the order, and its quota is that of the units.
func TestPacksShipComplete(t *testing.T) {
	s, a := promising(t)
	b := stocked(t, s, "B", 5, supply{3, 5})
	demands := []atp.Demand{{ID: "1", Ref: b, Quantity: 6, Pack: 6}, {ID: "2", Ref: a, Quantity: 12, Pack: 12}}
	promises, err := s.PromiseAll(noon(0), demands, atp.ShipComplete)
	require.NoError(t, err)
	require.Equal(t, []part{{6, 5}}, parts(promises[0]))
	require.Equal(t, []part{{12, 5}}, parts(promises[1]))
}

func TestPackBadInput(t *testing.T) {
	s, ref := promising(t)
	for _, c := range []struct {
		field          string
		quantity, pack int64
	}{
		{"demands[0].Pack", 6, -1}, {"demands[0].Pack", 6, atp.MaxQuantity + 1}, {"demands[0].Quantity", 6, 4},
		{"demands[0].Quantity", 6, 12},
	} {
		_, err := s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: c.quantity, Pack: c.pack})
		var request *atp.RequestError
		require.ErrorAs(t, err, &request)
		require.Equal(t, c.field, request.Field)
	}
	for _, pack := range []int64{0, 1} {
		p, err := s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 7, Pack: pack})
		require.NoError(t, err)
		require.EqualValues(t, 7, p.Confirmed)
	}
}

// A delivery of a single lot is of whole packs of that lot.
func TestPacksOfASingleLot(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "milk", 0)
	for i, n := range []int64{7, 11, 4} {
		_, err := s.Count(noon(0), atp.Count{Ref: ref, Lot: string(rune('A' + i)), Expires: day(20 + i), Quantity: n})
		require.NoError(t, err)
	}
	d := atp.Demand{Ref: ref, Quantity: 15, Pack: 5, SingleLot: true, Partial: atp.Partial{AtMost: atp.AnyNumber}}
	p, err := s.Promise(noon(0), d)
	require.NoError(t, err)
	require.Equal(t, []part{{10, 0}, {5, 0}}, parts(p))
	require.Equal(t, "B", p.Lines()[0].Lot)
	require.Equal(t, "A", p.Lines()[1].Lot)
	_, err = s.Reserve(noon(0), atp.Request{Key: "o1", Hold: time.Hour, Lines: p.Lines()})
	require.NoError(t, err)
	p, err = s.Promise(noon(0), d)
	require.NoError(t, err)
	require.Empty(t, p.Deliveries, "7 are left, and no 5 of one lot")
}

// Two packs on the first day would leave no pack for the second and the third, where one leaves a pack for each.
func TestFewerPacksThanCanBeHad(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "milk", 9)
	_, err := s.Count(noon(0), atp.Count{Ref: ref, Lot: "A", Expires: day(1), Quantity: 3})
	require.NoError(t, err)
	for on, expires := range map[int]int{1: 1, 2: 9} {
		_, err = s.AddSupply(noon(0), atp.Supply{
			Ref: ref, Document: day(on).String(), Type: atp.Production, Due: day(on), Quantity: 3, Expires: day(expires),
		})
		require.NoError(t, err)
	}
	p, err := s.Promise(noon(0), atp.Demand{
		Ref: ref, Quantity: 18, Pack: 6, Wanted: day(0), Partial: atp.Partial{AtMost: atp.AnyNumber},
	})
	require.NoError(t, err)
	require.Equal(t, []part{{6, 0}, {6, 1}, {6, 2}}, parts(p))
}

// Oracle: every choice of whole packs on days, by definition: the most goods, then the least quantity x days late, then
// the earlier first delivery, then fewer.
func TestPacksAgainstTheDefinition(t *testing.T) {
	const days = 9
	split := 0
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 17))
		s := newStock(t)
		var supplies []supply
		for on := 1; on < days; on += 1 + r.IntN(3) {
			supplies = append(supplies, supply{on, 1 + r.Int64N(9)})
		}
		ref := stocked(t, s, "A", 5+r.Int64N(9), supplies...)
		if r.IntN(2) == 0 {
			claimed(t, s, "other", ref, r.IntN(days), 1+r.Int64N(5))
		}
		pack := 1 + r.Int64N(5)
		d := atp.Demand{
			Ref: ref, Pack: pack, Quantity: pack * (1 + r.Int64N(7)), Wanted: day(r.IntN(4)),
			Partial: atp.Partial{AtMost: 1 + r.IntN(4), Minimum: r.Int64N(12)},
		}
		p, err := s.Promise(noon(0), d)
		require.NoError(t, err)
		var has [days]int64
		for on := range days {
			has[on] = atpOn(t, s, noon(0), ref, on)
		}
		want := bestPacks(d, has[:])
		require.Equal(t, worth(d, want), worth(d, parts(p)), "seed %d: %v, not %v", seed, parts(p), want)
		for _, delivery := range p.Deliveries {
			require.Zero(t, delivery.Quantity%pack, "seed %d", seed)
		}
		if len(p.Deliveries) > 1 {
			split++
			_, err = s.Reserve(noon(0), atp.Request{Key: "o", Hold: time.Hour, Lines: p.Lines()})
			require.NoError(t, err, "seed %d", seed)
		}
	}
	require.Greater(t, split, 500, "demands are split often enough for the test to say something")
}

// bestPacks tries all deliveries of a demand, where has is what can be had until each day.
func bestPacks(d atp.Demand, has []int64) []part {
	var best []part
	var most int64
	for _, n := range has {
		most = max(most, min(n, d.Quantity)/d.Pack*d.Pack)
	}
	least := func(made []part) bool {
		for i, p := range made {
			if p.quantity < d.Partial.Minimum && (i+1 < len(made) || most < d.Quantity) {
				return false
			}
		}
		return true
	}
	better := func(a, b []part) bool {
		x, y := worth(d, a), worth(d, b)
		return len(b) == 0 || slices.Compare(x[1:], y[1:]) < 0
	}
	var try func(on int, made []part, total int64)
	try = func(on int, made []part, total int64) {
		if total == most && len(made) > 0 && least(made) && better(made, best) {
			best = slices.Clone(made)
		}
		if on == len(has) || len(made) == d.Partial.AtMost {
			return
		}
		try(on+1, made, total)
		for n := d.Pack; total+n <= min(has[on], most); n += d.Pack {
			try(on+1, append(made, part{n, on}), total+n)
		}
	}
	if most == d.Quantity || d.Partial.AtMost > 1 {
		try(d.Wanted.Sub(day(0)), nil, 0)
	}
	return best
}
