package pricing

import (
	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/internal/exact"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// scale is a Scale as the book holds it.
type scale struct {
	first, count int32 // its run in Book.rows
	graduated    bool
	to           bool
	over         ScaleScope
}

// addScale keeps the scale and returns its place; -1 for none.
func (b *Book) addScale(s *Scale) int32 {
	if s == nil {
		return -1
	}
	over := s.Over
	if over == "" {
		over = OverLine
	}
	b.scales = append(b.scales, scale{
		first: int32(len(b.rows)), count: int32(len(s.Rows)),
		graduated: s.Kind == Graduated, to: s.Bound == BoundTo, over: over,
	})
	b.rows = append(b.rows, s.Rows...)
	return int32(len(b.scales) - 1)
}

// rowsOf returns the rows of a scale.
func (b *Book) rowsOf(s *scale) []ScaleRow { return b.rows[s.first : s.first+s.count] }

// row returns the place of the row that holds for the quantity; -1 where none
// does.
func (s *scale) row(rows []ScaleRow, m *measure) int {
	found := -1
	for i := range rows {
		order := m.compare(rows[i].Quantity)
		if s.to && order <= 0 {
			return i
		}
		if !s.to && order < 0 {
			break
		}
		if !s.to {
			found = i
		}
	}
	return found
}

// graduate adds up price x stretch over the stretches of the quantity, divides
// by per and rounds once. It also returns the row that the quantity reaches, -1
// where it is above the last row of a to scale.
func (s *scale) graduate(rows []ScaleRow, m *measure, per int64, r rounding) (money.Amount, int, error) {
	reached := s.row(rows, m)
	if reached < 0 {
		if s.to {
			return money.Amount{}, -1, nil
		}
		reached = 0 // below its first row the scale goes on at that row's price
	}
	// Everything is counted in 1/den of the price's unit, so that nothing has
	// to be divided before the end.
	den := decimal.NewFromInt(m.den)
	sum, lower := decimal.Zero, decimal.Zero
	for i := range reached {
		upper := rows[i].Quantity // where the stretch ends
		if !s.to {
			upper = rows[i+1].Quantity
		}
		end := upper.Decimal().Mul(den)
		sum = sum.Add(rows[i].Price.Decimal().Mul(end.Sub(lower)))
		lower = end
	}
	count := m.count.Decimal().Mul(decimal.NewFromInt(m.num))
	sum = sum.Add(rows[reached].Price.Decimal().Mul(count.Sub(lower)))
	value, ok := exact.QuoDecimal(sum, den.Mul(decimal.NewFromInt(per)), uint8(r.places), r.mode)
	if !ok {
		return money.Amount{}, reached, money.ErrRange
	}
	amount, err := money.FromDecimal(value.Decimal(), rows[reached].Price.Currency())
	return amount, reached, err
}

// rounding is where and how an amount is rounded.
type rounding struct {
	places int
	mode   money.Rounding
}

// measure is a quantity as it counts in the unit of a price: count x num / den.
// Where the quantity is a decimal number of the unit num and den are 1; 17 EA in
// cases of 12 are 17 x 1 / 12, so that no unit price has to be rounded.
type measure struct {
	count    quantity.Quantity
	num, den int64
}

// measureIn counts the quantity in the unit; ok is false where the table does
// not lead from one to the other.
func measureIn(q quantity.Quantity, unit quantity.Unit, units *quantity.Conversions) (m measure, ok bool) {
	if q.Unit() == unit {
		return measure{q, 1, 1}, true
	}
	if !units.Has(q.Unit()) || !units.Has(unit) {
		return measure{}, false
	}
	if direct, err := units.Convert(q, unit); err == nil {
		return measure{direct, 1, 1}, true
	}
	from, to := worth(units, q.Unit()), worth(units, unit)
	num, okNum := exact.Dec{Coef: from.Of}.Mul(exact.Dec{Coef: to.Per})
	den, okDen := exact.Dec{Coef: from.Per}.Mul(exact.Dec{Coef: to.Of})
	return measure{q, num.Coef, den.Coef}, okNum && okDen
}

// worth returns what the unit is worth in base units.
func worth(units *quantity.Conversions, unit quantity.Unit) quantity.Conversion {
	for _, row := range units.Table() {
		if row.Unit == unit {
			return row
		}
	}
	return quantity.Conversion{Unit: unit, Of: 1, Per: 1}
}

// compare returns -1, 0 or +1 as m is below, at or above the bound, which is in
// the unit that m is counted in.
func (m *measure) compare(bound quantity.Quantity) int {
	count := exact.Dec{Coef: m.count.Coefficient(), Scale: uint8(m.count.Scale())}
	limit := exact.Dec{Coef: bound.Coefficient(), Scale: uint8(bound.Scale())}
	if m.num == 1 && m.den == 1 {
		return count.Cmp(limit)
	}
	num, den := exact.Dec{Coef: m.num}, exact.Dec{Coef: m.den}
	x, okX := count.Mul(num)
	y, okY := limit.Mul(den)
	if okX && okY {
		return x.Cmp(y)
	}
	return count.Decimal().Mul(num.Decimal()).Cmp(limit.Decimal().Mul(den.Decimal()))
}

// value returns what the quantity costs at a price for per units, rounded once.
func (m *measure) value(price money.Amount, per int64, r rounding) (money.Amount, error) {
	if m.num == 1 && m.den == 1 {
		return money.Extend(price, m.count, per, r.places, r.mode)
	}
	divisor, ok := exact.Dec{Coef: per}.Mul(exact.Dec{Coef: m.den})
	if !ok {
		return money.Amount{}, money.ErrRange
	}
	return money.Extend(price, m.count, divisor.Coef, r.places, r.mode, money.RateFromInt(m.num))
}
