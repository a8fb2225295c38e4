package atp_test

import (
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/atp"
)

// atp.md: allocation, fair share; decisions: fair share with packs, guaranteed minima.
func TestFairShare(t *testing.T) {
	for _, c := range []struct {
		name               string
		supply, pack, each int64 // each: guaranteed minimum
		open, want         []int64
		left               int64
	}{
		{"in proportion", 100, 1, 0, []int64{90, 60, 30}, []int64{50, 33, 17}, 0},
		{"minimum 10 each", 100, 1, 10, []int64{90, 60, 30}, []int64{48, 33, 19}, 0},
		{"in cases of 6", 100, 6, 0, []int64{90, 60, 30}, []int64{48, 30, 18}, 4},
		{"demands rounded down to packs first", 60, 6, 0, []int64{20, 50, 7}, []int64{12, 42, 6}, 0},
		{"minima beyond supply go in order", 15, 0, 10, []int64{90, 60, 30}, []int64{10, 5, 0}, 0},
		{"minima are rounded up to packs", 60, 6, 7, []int64{60, 60, 60}, []int64{24, 18, 18}, 0},
		{"no more than wanted", 100, 1, 50, []int64{20, 30, 0}, []int64{20, 30, 0}, 50},
		{"nothing there", 0, 1, 10, []int64{20, 30, 0}, []int64{0, 0, 0}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			var shares []atp.Share
			for i, n := range c.open {
				shares = append(shares, atp.Share{ID: string(rune('a' + i)), Open: n, Minimum: c.each})
			}
			parts, left, err := atp.FairShare(c.supply, c.pack, shares)
			require.NoError(t, err)
			require.Equal(t, c.want, parts)
			require.Equal(t, c.left, left)
		})
	}
}

// No part is further than a unit from the exact proportion, all supply is given while anything is open, and the parts do
// not depend on the order of the demands.
func TestFairShareIsFair(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		supply := rapid.Int64Range(0, atp.MaxQuantity).Draw(rt, "supply")
		var shares []atp.Share
		total := new(big.Int)
		for i := range rapid.IntRange(1, 8).Draw(rt, "demands") {
			open := rapid.Int64Range(0, atp.MaxQuantity).Draw(rt, "open")
			if rapid.Bool().Draw(rt, "small") {
				open %= 5
			}
			shares = append(shares, atp.Share{ID: string(rune('a' + i)), Open: open})
			total.Add(total, big.NewInt(open))
		}
		parts, left, err := atp.FairShare(supply, 1, shares)
		require.NoError(rt, err)
		sum := left
		for i, s := range shares {
			sum += parts[i]
			require.LessOrEqual(rt, parts[i], s.Open)
			if total.Cmp(big.NewInt(supply)) > 0 {
				exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(supply), big.NewInt(s.Open)), total)
				off := new(big.Rat).Sub(new(big.Rat).SetInt64(parts[i]), exact)
				require.Negative(rt, off.Abs(off).Cmp(big.NewRat(1, 1)))
				require.Zero(rt, left)
			}
		}
		require.Equal(rt, supply, sum)

		reversed := slices.Clone(shares)
		slices.Reverse(reversed)
		again, _, err := atp.FairShare(supply, 1, reversed)
		require.NoError(rt, err)
		slices.Reverse(again)
		require.Equal(rt, parts, again)
	})
}

func TestFairShareRejects(t *testing.T) {
	one := []atp.Share{{ID: "a", Open: 1}}
	for name, call := range map[string]func() error{
		"negative supply": func() error { _, _, err := atp.FairShare(-1, 1, one); return err },
		"negative pack":   func() error { _, _, err := atp.FairShare(1, -1, one); return err },
		"negative demand": func() error { _, _, err := atp.FairShare(1, 1, []atp.Share{{ID: "a", Open: -1}}); return err },
		"huge minimum": func() error {
			_, _, err := atp.FairShare(1, 1, []atp.Share{{ID: "a", Minimum: atp.MaxQuantity + 1}})
			return err
		},
		"same id": func() error { _, _, err := atp.FairShare(1, 1, append(one, one...)); return err },
	} {
		require.ErrorAs(t, call(), new(*atp.RequestError), name)
	}
}

// atp.md: allocation, order of the demands.
func TestAllocateByPriority(t *testing.T) {
	s, ref := promising(t)
	claim := func(id string, priority, wanted, ordered int, quantity int64) atp.Claim {
		return atp.Claim{
			Demand:   atp.Demand{ID: id, Ref: ref, Quantity: quantity, Wanted: day(wanted), Explain: true},
			Priority: priority, Ordered: day(ordered),
		}
	}
	claims := []atp.Claim{
		claim("late order", 1, 0, -1, 10),
		claim("b", 1, 0, -2, 5),
		claim("a", 1, 0, -2, 5),
		claim("wanted later", 1, 1, -9, 20),
		claim("first", 9, 30, 0, 2),
	}
	want := []string{"first", "a", "b", "late order", "wanted later"}
	for range 5 {
		promises, err := s.Allocate(noon(0), claims)
		require.NoError(t, err)
		var ids []string
		got := map[string][]part{}
		for _, p := range promises {
			ids = append(ids, p.ID)
			got[p.ID] = parts(p)
		}
		require.Equal(t, want, ids)
		require.Equal(t, map[string][]part{
			"first": {{2, 30}}, "a": {{5, 0}}, "b": {{5, 0}}, "late order": {{10, 5}}, "wanted later": {{20, 12}},
		}, got)
		require.Equal(t, []string{"a", "b"}, promises[3].Limit.LostTo)
		require.Equal(t, day(0), promises[3].Limit.Tightest)
		claims = append(claims[1:], claims[0]) // the order of the claims does not matter
	}
	_, err := s.Allocate(noon(0), []atp.Claim{claims[0], claims[0]})
	require.ErrorAs(t, err, new(*atp.RequestError))
}
