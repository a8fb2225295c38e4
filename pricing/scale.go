package pricing

import (
	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/internal/exact"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// scale is a Scale as a shard holds it.
type scale struct {
	first, count int32         // its run in shard.rows
	unit         quantity.Unit // of its bounds; none by value
	graduated    bool
	to           bool
	by           Measure
	over         ScaleScope
	mix          string
}

// row is a ScaleRow as a shard holds it.
type row struct {
	bound exact.Dec
	price money.Amount
	rate  money.Rate
}

// takeScale keeps the scale of a record that comes from outside.
func (s *shard) takeScale(r *Record) {
	from := r.Scale
	table := scale{
		first: int32(len(s.rows)), count: int32(len(from.Rows)), unit: r.scaleUnit(),
		graduated: from.Kind == Graduated, to: from.Bound == BoundTo,
		by: ByQuantity, over: OverLine, mix: from.Mix,
	}
	if from.By != "" {
		table.by = from.By
	}
	if from.Over != "" {
		table.over = from.Over
	}
	s.scales = append(s.scales, table)
	for i := range from.Rows {
		bound, _ := from.bound(&from.Rows[i])
		s.rows = append(s.rows, row{bound: bound.Reduce(0), price: from.Rows[i].Price, rate: from.Rows[i].Rate})
	}
}

// giveScale gives the scale of a record back.
func (s *shard) giveScale(r *record) *Scale {
	table := &s.scales[r.side]
	out := &Scale{Kind: AllUnits, Bound: BoundFrom, Mix: table.mix, Rows: make([]ScaleRow, 0, table.count)}
	if table.graduated {
		out.Kind = Graduated
	}
	if table.to {
		out.Bound = BoundTo
	}
	if table.by != ByQuantity {
		out.By = table.by
	}
	if table.over != OverLine {
		out.Over = table.over
	}
	for _, kept := range s.rowsOf(table) {
		given := ScaleRow{Price: kept.price, Rate: kept.rate}
		// The bounds came from a quantity or an amount, so they are one.
		if table.by == ByValue {
			given.Value, _ = money.FromDecimal(kept.bound.Decimal(), r.price.Currency())
		} else {
			given.Quantity, _ = quantity.FromDecimal(kept.bound.Decimal(), table.unit)
		}
		out.Rows = append(out.Rows, given)
	}
	return out
}

// rowsOf returns the rows of a scale.
func (s *shard) rowsOf(table *scale) []row { return s.rows[table.first : table.first+table.count] }

// row returns the place of the row that holds for the extent; -1 where none does.
func (s *scale) row(rows []row, m *extent) int {
	found := -1
	for i := range rows {
		order := m.compare(rows[i].bound)
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

// average returns, as a fraction, the average over the extent of what the rows give
// to its stretches, and the row that the extent reaches: -1 where it is above the
// last row of a to scale. Below the first row of a from scale it is what low says:
// the first row's, or nothing.
func (s *scale) average(rows []row, m *extent, of func(*row) decimal.Decimal, low bool) (num, den decimal.Decimal, reached int) {
	reached = s.row(rows, m)
	if reached < 0 && s.to {
		return decimal.Zero, decimal.Zero, -1
	}
	// Everything is counted in 1/den of the unit of the bounds, so that nothing
	// has to be divided before the end.
	unit := decimal.NewFromInt(m.den)
	total := m.count.Decimal().Mul(decimal.NewFromInt(m.num))
	sum, lower := decimal.Zero, decimal.Zero
	if !s.to && !low {
		lower = decimal.Min(total, rows[0].bound.Decimal().Mul(unit))
	}
	if reached >= 0 {
		for i := range reached {
			upper := rows[i].bound // where the stretch ends
			if !s.to {
				upper = rows[i+1].bound
			}
			end := upper.Decimal().Mul(unit)
			sum = sum.Add(of(&rows[i]).Mul(end.Sub(lower)))
			lower = end
		}
	}
	reached = max(reached, 0)
	return sum.Add(of(&rows[reached]).Mul(total.Sub(lower))), total, reached
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

// shown is the quantity in the price's unit where that is a decimal number, the
// ordered one otherwise.
func (m *measure) shown(ordered quantity.Quantity) quantity.Quantity {
	if m.num == 1 && m.den == 1 {
		return m.count
	}
	return ordered
}
