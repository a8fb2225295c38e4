package money

import (
	"cmp"
	"math/big"
	"math/bits"
)

// weights computes the shares of an apportionment. There are two: one in 64
// bits, and one in big integers for weights that differ so much in scale or are
// so large that their sum leaves 64 bits.
type weights interface {
	// share sets parts[i] of each active line to units x weight / sum of the
	// active weights, rounded down, and keeps the remainder.
	share(units uint64, active []int, parts []uint64)
	hasRemainder(i int) bool
	compareRemainders(i, j int) int
}

// newWeights brings the amounts, none of them negative, to one scale.
func newWeights(amounts []Amount) weights {
	var scale uint8
	for _, a := range amounts {
		scale = max(scale, a.dec().Scale)
	}
	small := &smallWeights{weight: make([]uint64, len(amounts)), remainder: make([]uint64, len(amounts))}
	var sum, carry uint64
	for i, a := range amounts {
		d, ok := a.dec().Rescale(scale, Down)
		if !ok {
			return newBigWeights(amounts, scale)
		}
		small.weight[i] = uint64(d.Coef)
		if sum, carry = bits.Add64(sum, small.weight[i], 0); carry != 0 {
			return newBigWeights(amounts, scale)
		}
	}
	return small
}

type smallWeights struct{ weight, remainder []uint64 }

func (w *smallWeights) share(units uint64, active []int, parts []uint64) {
	var sum uint64
	for _, i := range active {
		sum += w.weight[i]
	}
	for _, i := range active {
		hi, lo := bits.Mul64(units, w.weight[i])
		parts[i], w.remainder[i] = bits.Div64(hi, lo, sum)
	}
}

func (w *smallWeights) hasRemainder(i int) bool { return w.remainder[i] != 0 }

func (w *smallWeights) compareRemainders(i, j int) int {
	return cmp.Compare(w.remainder[i], w.remainder[j])
}

type bigWeights struct{ weight, remainder []*big.Int }

func newBigWeights(amounts []Amount, scale uint8) *bigWeights {
	w := &bigWeights{weight: make([]*big.Int, len(amounts)), remainder: make([]*big.Int, len(amounts))}
	for i, a := range amounts {
		w.weight[i] = a.Decimal().Shift(int32(scale)).BigInt()
	}
	return w
}

func (w *bigWeights) share(units uint64, active []int, parts []uint64) {
	sum := new(big.Int)
	for _, i := range active {
		sum.Add(sum, w.weight[i])
	}
	total := new(big.Int).SetUint64(units)
	for _, i := range active {
		product := new(big.Int).Mul(total, w.weight[i])
		part, remainder := new(big.Int).QuoRem(product, sum, new(big.Int))
		parts[i], w.remainder[i] = part.Uint64(), remainder
	}
}

func (w *bigWeights) hasRemainder(i int) bool { return w.remainder[i].Sign() != 0 }

func (w *bigWeights) compareRemainders(i, j int) int { return w.remainder[i].Cmp(w.remainder[j]) }
