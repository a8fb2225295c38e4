package pricing

import (
	"github.com/o2ckit/o2c/internal/exact"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// extent is how much there is of what a scale measures: count x num / den.
type extent struct {
	count    exact.Dec
	num, den int64
}

func extentOf(q quantity.Quantity) extent {
	return extent{exact.Dec{Coef: q.Coefficient(), Scale: uint8(q.Scale())}, 1, 1}
}

// compare returns -1, 0 or +1 as m is below, at or above the bound, which is in
// the unit that m is counted in.
func (m extent) compare(bound exact.Dec) int {
	if m.num == 1 && m.den == 1 {
		return m.count.Cmp(bound)
	}
	num, den := exact.Dec{Coef: m.num}, exact.Dec{Coef: m.den}
	x, okX := m.count.Mul(num)
	y, okY := bound.Mul(den)
	if okX && okY {
		return x.Cmp(y)
	}
	return m.count.Decimal().Mul(num.Decimal()).Cmp(bound.Decimal().Mul(den.Decimal()))
}

// in counts the extent in another unit: 5 pieces are 5/12 of a case, and nothing is
// rounded. ok is false where the table does not lead there.
func (m extent) in(from, to quantity.Unit, units *quantity.Conversions) (converted extent, ok bool) {
	if from == to {
		return m, true
	}
	if !units.Has(from) || !units.Has(to) {
		return extent{}, false
	}
	a, b := worth(units, from), worth(units, to)
	m, okFrom := m.times(a.Of, a.Per)
	m, okTo := m.times(b.Per, b.Of)
	return m, okFrom && okTo
}

// times multiplies the extent by of / per; ok is false where that does not fit.
func (m extent) times(of, per int64) (product extent, ok bool) {
	across, down := divisor(of, m.den), divisor(m.num, per)
	num, okNum := exact.Dec{Coef: m.num / down}.Mul(exact.Dec{Coef: of / across})
	den, okDen := exact.Dec{Coef: m.den / across}.Mul(exact.Dec{Coef: per / down})
	return extent{m.count, num.Coef, den.Coef}, okNum && okDen
}

// plus adds extents that are counted in one unit; ok is false where the sum does not
// fit.
func (m extent) plus(n extent) (sum extent, ok bool) {
	common := divisor(m.den, n.den)
	x, okX := m.count.Mul(exact.Dec{Coef: m.num})
	y, okY := n.count.Mul(exact.Dec{Coef: n.num})
	x, okLeft := x.Mul(exact.Dec{Coef: n.den / common})
	y, okRight := y.Mul(exact.Dec{Coef: m.den / common})
	den, okDen := exact.Dec{Coef: m.den}.Mul(exact.Dec{Coef: n.den / common})
	count, okSum := x.Add(y)
	return extent{count, 1, den.Coef}, okX && okY && okLeft && okRight && okDen && okSum
}

// divisor is the greatest common divisor of two numbers above 0.
func divisor(a, b int64) int64 {
	for a != 0 {
		a, b = b%a, a
	}
	return b
}
