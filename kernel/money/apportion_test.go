package money_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func amounts(t *testing.T, texts ...string) []money.Amount {
	t.Helper()
	parsed := make([]money.Amount, len(texts))
	for i, text := range texts {
		var err error
		parsed[i], err = money.Parse(text)
		require.NoError(t, err)
	}
	return parsed
}

func TestApportion(t *testing.T) {
	for name, row := range map[string]struct {
		total         string
		weights, want []string
	}{
		// pricing.md: Apportionment
		"10.00 over 3 x 50.00":   {"10.00 USD", []string{"50 USD", "50 USD", "50 USD"}, []string{"3.34 USD", "3.33 USD", "3.33 USD"}},
		"10.00 over 3 x 100.00":  {"10.00 USD", []string{"100 USD", "100 USD", "100 USD"}, []string{"3.34 USD", "3.33 USD", "3.33 USD"}},
		"no minor digits":        {"10 JPY", []string{"50 JPY", "50 JPY", "50 JPY"}, []string{"4 JPY", "3 JPY", "3 JPY"}},
		"three minor digits":     {"10 KWD", []string{"50 KWD", "50 KWD", "50 KWD"}, []string{"3.334 KWD", "3.333 KWD", "3.333 KWD"}},
		"whole discount":         {"350.01 USD", []string{"100 USD", "250 USD", "0.01 USD"}, []string{"100.00 USD", "250.00 USD", "0.01 USD"}},
		"largest remainder":      {"1.00 USD", []string{"1 USD", "1 USD", "4 USD"}, []string{"0.17 USD", "0.17 USD", "0.66 USD"}},
		"ties by lower index":    {"0.02 USD", []string{"1 USD", "1 USD", "1 USD"}, []string{"0.01 USD", "0.01 USD", "0.00 USD"}},
		"zero weights":           {"10.00 USD", []string{"0 USD", "5 USD", "0", "5 USD"}, []string{"0.00 USD", "5.00 USD", "0.00 USD", "5.00 USD"}},
		"negative total":         {"-10.00 USD", []string{"50 USD", "50 USD", "50 USD"}, []string{"-3.34 USD", "-3.33 USD", "-3.33 USD"}},
		"zero total, no weights": {"0 USD", nil, nil},
		"zero total":             {"0 USD", []string{"0 USD", "5 USD"}, []string{"0.00 USD", "0.00 USD"}},
		"weights of all scales":  {"0.03 USD", []string{"90000000000000000 USD", "0.000000000000000001 USD", "45000000000000000 USD"}, []string{"0.02 USD", "0.00 USD", "0.01 USD"}},
		"weights beyond 64 bits": {"0.05 USD", []string{"92233720368547758.07 USD", "92233720368547758.06 USD", "92233720368547758.07 USD"}, []string{"0.02 USD", "0.01 USD", "0.02 USD"}},
		// pricing.md: Decisions, 25.00 off 540 and 390
		"over two lines": {"25.00 USD", []string{"540 USD", "390 USD"}, []string{"14.52 USD", "10.48 USD"}},
	} {
		t.Run(name, func(t *testing.T) {
			parts, err := money.Apportion(money.MustParse(row.total), amounts(t, row.weights...))
			require.NoError(t, err)
			assert.Equal(t, amounts(t, row.want...), parts)
		})
	}
}

func TestApportionCapped(t *testing.T) {
	for name, row := range map[string]struct {
		total               string
		weights, caps, want []string
		unplaced            string
	}{
		"surplus spread again by weight": {"100 USD", []string{"50 USD", "30 USD", "20 USD"}, []string{"10 USD", "100 USD", "100 USD"},
			[]string{"10.00 USD", "54.00 USD", "36.00 USD"}, "0 USD"},
		"the surplus reaches another cap": {"100 USD", []string{"50 USD", "30 USD", "20 USD"}, []string{"10 USD", "40 USD", "100 USD"},
			[]string{"10.00 USD", "40.00 USD", "50.00 USD"}, "0 USD"},
		"not all can be placed": {"100 USD", []string{"50 USD", "30 USD"}, []string{"10 USD", "40 USD"},
			[]string{"10.00 USD", "40.00 USD"}, "50 USD"},
		"rounding never passes a cap": {"10.00 USD", []string{"1 USD", "1 USD", "1 USD"}, []string{"3.33 USD", "9 USD", "9 USD"},
			[]string{"3.33 USD", "3.34 USD", "3.33 USD"}, "0 USD"},
		"a cap's fraction is not used": {"10.00 USD", []string{"1 USD", "1 USD"}, []string{"4.999 USD", "5.999 USD"},
			[]string{"4.99 USD", "5.01 USD"}, "0 USD"},
		"a cap of zero":             {"1.00 USD", []string{"1 USD", "1 USD"}, []string{"0 USD", "1 USD"}, []string{"0.00 USD", "1.00 USD"}, "0 USD"},
		"negative":                  {"-100 USD", []string{"50 USD", "30 USD"}, []string{"10 USD", "40 USD"}, []string{"-10.00 USD", "-40.00 USD"}, "-50 USD"},
		"no weight":                 {"5 USD", []string{"0 USD"}, []string{"9 USD"}, []string{"0.00 USD"}, "5 USD"},
		"a weightless line is left": {"5 USD", []string{"0 USD", "1 USD"}, []string{"9 USD", "2 USD"}, []string{"0.00 USD", "2.00 USD"}, "3 USD"},
		"a cap beyond all units":    {"5 KWD", []string{"1 KWD"}, []string{"9223372036854775.807 KWD"}, []string{"5.000 KWD"}, "0 KWD"},
	} {
		t.Run(name, func(t *testing.T) {
			parts, unplaced, err := money.ApportionCapped(money.MustParse(row.total), amounts(t, row.weights...), amounts(t, row.caps...))
			require.NoError(t, err)
			assert.Equal(t, amounts(t, row.want...), parts)
			assert.Equal(t, money.MustParse(row.unplaced), unplaced)
		})
	}
}

func TestApportionAt(t *testing.T) {
	parts, unplaced, err := money.ApportionAt(money.MustParse("10 USD"), 4, amounts(t, "1 USD", "1 USD", "1 USD"), nil)
	require.NoError(t, err)
	assert.True(t, unplaced.IsZero())
	assert.Equal(t, amounts(t, "3.3334 USD", "3.3333 USD", "3.3333 USD"), parts)
	parts, _, err = money.ApportionAt(money.MustParse("10 USD"), 0, amounts(t, "1 USD", "1 USD", "1 USD"), nil)
	require.NoError(t, err)
	assert.Equal(t, amounts(t, "4 USD", "3 USD", "3 USD"), parts)
}

func TestApportionErrors(t *testing.T) {
	total, one := money.MustParse("10 USD"), money.MustParse("1 USD")
	_, err := money.Apportion(total, nil)
	require.ErrorIs(t, err, money.ErrNoWeight)
	_, err = money.Apportion(total, []money.Amount{money.Zero(money.USD), {}})
	require.ErrorIs(t, err, money.ErrNoWeight)
	_, err = money.Apportion(money.MustParse("10.005 USD"), []money.Amount{one})
	require.ErrorIs(t, err, money.ErrPrecision)
	_, _, err = money.ApportionCapped(total, []money.Amount{one}, nil)
	require.ErrorIs(t, err, money.ErrCaps)
	_, _, err = money.ApportionAt(total, 19, []money.Amount{one}, nil)
	require.Error(t, err)
	_, _, err = money.ApportionAt(money.FromMinor(math.MaxInt64, money.USD), 3, []money.Amount{one}, nil)
	require.ErrorIs(t, err, money.ErrRange)
	var bad *money.ApportionError
	_, err = money.Apportion(total, []money.Amount{one, one.Neg()})
	require.ErrorAs(t, err, &bad)
	assert.Equal(t, money.ApportionError{What: "weight", Index: 1, Amount: one.Neg()}, *bad)
	_, _, err = money.ApportionCapped(total, []money.Amount{one}, []money.Amount{one.Neg()})
	require.EqualError(t, err, "money: cap 0 is negative: -1.00 USD")
	lowest := money.FromMinor(math.MinInt64, money.USD)
	_, err = money.Apportion(lowest, []money.Amount{one})
	require.ErrorIs(t, err, money.ErrRange)
	_, err = money.Apportion(total, []money.Amount{lowest})
	require.ErrorIs(t, err, money.ErrRange)
	require.ErrorContains(t, err, "weight 0 is")
}

// spreadByDefinition apportions with rational numbers: lines above their cap
// leave one at a time, the last first, and the units left over go one at a time
// to the largest remainder.
func spreadByDefinition(total int64, weights, caps []*big.Rat) (parts []int64, unplaced int64) {
	parts = make([]int64, len(weights))
	active := map[int]bool{}
	for i, w := range weights {
		active[i] = w.Sign() > 0
	}
	share := func(i int) *big.Rat {
		sum := new(big.Rat)
		for j, w := range weights {
			if active[j] {
				sum.Add(sum, w)
			}
		}
		return sum.Quo(new(big.Rat).Mul(weights[i], big.NewRat(total, 1)), sum)
	}
	floor := func(r *big.Rat) int64 { return new(big.Int).Quo(r.Num(), r.Denom()).Int64() }
again:
	for i := len(weights) - 1; i >= 0; i-- {
		if limit := floor(caps[i]); active[i] && share(i).Cmp(big.NewRat(limit, 1)) > 0 {
			parts[i], active[i] = limit, false
			total -= limit
			goto again
		}
	}
	remainders := map[int]*big.Rat{}
	left := total
	for i := range weights {
		if active[i] {
			parts[i] = floor(share(i))
			remainders[i] = new(big.Rat).Sub(share(i), big.NewRat(parts[i], 1))
			left -= parts[i]
		}
	}
	for left > 0 && len(remainders) > 0 {
		best := -1
		for i := range weights {
			if r, ok := remainders[i]; ok && (best < 0 || r.Cmp(remainders[best]) > 0) {
				best = i
			}
		}
		parts[best]++
		left--
		delete(remainders, best)
	}
	return parts, left
}

// Apportionment is what the definition says, its parts and what is unplaced sum
// to the total, and no part is above its cap.
func TestPropertyApportion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.OneOf(rapid.Int64Range(-1000, 1000), rapid.Int64Range(-math.MaxInt64, math.MaxInt64)).Draw(t, "total")
		scaled := rapid.Custom(func(t *rapid.T) money.Amount {
			n := rapid.OneOf(rapid.Int64Range(0, 5), rapid.Int64Range(0, 10_000), rapid.Int64Range(0, math.MaxInt64)).Draw(t, "n")
			power := rapid.SampledFrom([]string{"1", "1", "1", "0.01", "0.0000000000000001"}).Draw(t, "power")
			a, err := money.FromMinor(n, money.USD).Mul(money.MustRate(power))
			if err != nil {
				return money.FromMinor(n, money.USD)
			}
			return a
		})
		weights := rapid.SliceOfN(scaled, 1, 12).Draw(t, "weights")
		caps := rapid.SliceOfN(scaled, len(weights), len(weights)).Draw(t, "caps")
		rats := func(amounts []money.Amount) []*big.Rat {
			r := make([]*big.Rat, len(amounts))
			for i, a := range amounts {
				r[i] = a.Decimal().Shift(2).Rat()
			}
			return r
		}
		sign := int64(1)
		if total < 0 {
			sign = -1
		}

		want, left := spreadByDefinition(sign*total, rats(weights), rats(caps))
		parts, unplaced, err := money.ApportionCapped(money.FromMinor(total, money.USD), weights, caps)
		require.NoError(t, err)
		require.Equal(t, money.FromMinor(sign*left, money.USD), unplaced)
		for i, part := range parts {
			require.Equal(t, money.FromMinor(sign*want[i], money.USD), part, "part %d of %v", i, parts)
			order, err := part.Abs().Cmp(caps[i])
			require.NoError(t, err)
			require.LessOrEqual(t, order, 0, "part %d of %v is above its cap", i, parts)
		}
		sum, err := money.Sum(append(parts, unplaced)...)
		require.NoError(t, err)
		require.Equal(t, money.FromMinor(total, money.USD), sum)

		none := make([]*big.Rat, len(weights))
		for i := range none {
			none[i] = big.NewRat(math.MaxInt64, 1)
		}
		want, left = spreadByDefinition(sign*total, rats(weights), none)
		parts, err = money.Apportion(money.FromMinor(total, money.USD), weights)
		if left != 0 {
			require.ErrorIs(t, err, money.ErrNoWeight)
			return
		}
		require.NoError(t, err)
		for i, part := range parts {
			require.Equal(t, money.FromMinor(sign*want[i], money.USD), part, "part %d of %v", i, parts)
		}
	})
}
