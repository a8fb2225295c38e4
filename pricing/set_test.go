package pricing_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing"
)

// unit is one piece in the oracles, which do what the engine never does: they
// take every piece by itself.
type unit struct {
	line, cents int64
	item        string
}

type setWorld struct {
	prices   map[string]int64
	lines    []pricing.Line
	discount pricing.Discount
}

// units lists the pieces.
func (w *setWorld) units() []unit {
	var all []unit
	for n, l := range w.lines {
		count, _ := l.Quantity.Int64()
		for range count {
			all = append(all, unit{int64(n), w.prices[l.Item], l.Item})
		}
	}
	return all
}

func drawSetWorld(r *rapid.T, lines, most int) *setWorld {
	w := &setWorld{prices: map[string]int64{}}
	for _, item := range []string{"A", "B", "C", "D"} {
		w.prices[item] = rapid.Int64Range(1, 40).Draw(r, "price "+item)
	}
	left := most
	for n := range rapid.IntRange(1, lines).Draw(r, "lines") {
		count := rapid.IntRange(1, max(1, left-lines+n+1)).Draw(r, "count")
		left -= count
		w.lines = append(w.lines, pricing.Line{
			ID: fmt.Sprint(n + 1), Quantity: ea(int64(count)),
			Item: rapid.SampledFrom([]string{"A", "B", "C", "D"}).Draw(r, "item"),
		})
	}
	return w
}

// off prices the world with and without its promotion and returns the difference
// in cents.
func (w *setWorld) off(t *testing.T) int64 {
	t.Helper()
	s := setup{schema: schemaOf(orderStep("promo")), rules: []pricing.Rule{always("promo", w.discount)}}
	for item, cents := range w.prices {
		s.records = append(s.records, listPrice(item, money.FromMinor(cents, money.USD).String()))
	}
	got := price(t, s.engine(t), request(w.lines...))
	minor, ok := got.Total.Minor()
	require.True(t, ok)
	sum := int64(0)
	for _, u := range w.units() {
		sum += u.cents
	}
	return sum - minor
}

// subsets calls f with every subset of n things, as bits.
func subsets(n int, f func(set uint)) {
	for set := range uint(1) << n {
		f(set)
	}
}

func bitsOf(set uint) int {
	n := 0
	for ; set != 0; set &= set - 1 {
		n++
	}
	return n
}

// TestBuyGetAgainstEveryChoice: as many sets as any choice of pieces has, the last
// rewarded as far as any choice allows, and of these choices the one whose reward
// is the cheapest (or dearest).
func TestBuyGetAgainstEveryChoice(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := drawSetWorld(r, 4, 9)
		buy, get := rapid.IntRange(1, 3).Draw(r, "buy"), rapid.IntRange(1, 3).Draw(r, "get")
		w.discount = pricing.Discount{
			Kind: pricing.BuyGet, Buy: of(int64(buy)), Get: of(int64(get)), Rate: money.MustRate("100%"),
			Pick: rapid.SampledFrom([]pricing.Pick{"", pricing.PickCheapest, pricing.PickDearest}).Draw(r, "pick"),
		}
		if rapid.Bool().Draw(r, "other items") {
			w.discount.Get.Items = []string{"A", "B"}
		}
		units := w.units()
		mayGet := func(u unit) bool { return !w.discount.Get.Selects() || slices.Contains(w.discount.Get.Items, u.item) }
		bestSets, bestGets, bestSum := 0, 0, int64(0)
		subsets(len(units), func(set uint) {
			gets, sum := bitsOf(set), int64(0)
			for n, u := range units {
				if set>>n&1 != 0 {
					if !mayGet(u) {
						return
					}
					sum += u.cents
				}
			}
			sets := (gets + get - 1) / get
			if gets == 0 || len(units)-gets < sets*buy {
				return
			}
			better := cmp.Compare(gets, bestGets)
			if better == 0 {
				better = cmp.Compare(bestSum, sum)
				if w.discount.Pick == pricing.PickDearest {
					better = -better
				}
			}
			if better > 0 {
				bestSets, bestGets, bestSum = sets, gets, sum
			}
		})
		_ = bestSets
		assert.Equal(r, bestSum, w.off(t), "%v", w.lines)
	})
}

// TestBundlesAgainstEveryChoice: the bundles are those of the choice of pieces that
// takes the most off.
func TestBundlesAgainstEveryChoice(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := drawSetWorld(r, 4, 7)
		w.discount = pricing.Discount{Kind: pricing.Bundle, Amount: money.FromMinor(rapid.Int64Range(0, 60).Draw(r, "price"), money.USD)}
		for range rapid.IntRange(1, 3).Draw(r, "parts") {
			items := rapid.SampledFrom([][]string{{"A"}, {"B"}, {"A", "B"}, {"B", "C"}, {"C", "D"}, nil}).Draw(r, "items")
			w.discount.Parts = append(w.discount.Parts, *of(rapid.Int64Range(1, 2).Draw(r, "quantity"), items...))
		}
		units := w.units()
		price, _ := w.discount.Amount.Minor()
		asked := 0
		for _, p := range w.discount.Parts {
			n, _ := p.Quantity.Int64()
			asked += int(n)
		}
		best := int64(0)
		var assign func(n int, left []int64, sum int64, sets int64)
		assign = func(n int, left []int64, sum, sets int64) {
			if slices.Max(left) == 0 {
				best = max(best, sum-sets*price)
				return
			}
			if n == len(units) {
				return
			}
			assign(n+1, left, sum, sets)
			for p := range w.discount.Parts {
				part := &w.discount.Parts[p]
				if left[p] > 0 && (len(part.Items) == 0 || slices.Contains(part.Items, units[n].item)) {
					left[p]--
					assign(n+1, left, sum+units[n].cents, sets)
					left[p]++
				}
			}
		}
		for sets := 1; sets*asked <= len(units); sets++ {
			left := make([]int64, len(w.discount.Parts))
			for p := range left {
				n, _ := w.discount.Parts[p].Quantity.Int64()
				left[p] = n * int64(sets)
			}
			assign(0, left, 0, int64(sets))
		}
		assert.Equal(r, best, w.off(t), "%v", w.lines)
	})
}

// TestSetsDoNotDependOnLines: pieces may be split over lines, and lines be
// shuffled, as one likes.
func TestSetsDoNotDependOnLines(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := drawSetWorld(r, 5, 40)
		w.discount = rapid.SampledFrom([]pricing.Discount{
			threeForTwo(),
			{Kind: pricing.BuyGet, Buy: of(2), Get: of(3), Rate: money.MustRate("100%"), Pick: pricing.PickCheapestOfEach},
			{Kind: pricing.BuyGet, Buy: of(3), Get: of(1), Rate: money.MustRate("100%"), Same: true},
			{Kind: pricing.MixAndMatch, Buy: of(4), Amount: usd("0.40")},
			{Kind: pricing.Bundle, Parts: []pricing.Selection{*of(1, "A"), *of(2, "B", "C")}, Amount: usd("0.20")},
		}).Draw(r, "discount")
		want := w.off(t)
		shuffled := *w
		shuffled.lines = rapid.Permutation(w.lines).Draw(r, "order")
		assert.Equal(r, want, shuffled.off(t), "shuffled")
		single := *w
		single.lines = nil
		for n, u := range w.units() {
			single.lines = append(single.lines, pricing.Line{ID: fmt.Sprint(n + 1), Item: u.item, Quantity: ea(1)})
		}
		assert.Equal(r, want, single.off(t), "one line a piece")
	})
}
