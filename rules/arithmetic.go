package rules

import (
	"math"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/internal/exact"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// arithmeticKind returns the kind of a op b, kindNone when it has no meaning.
// There is no division: that of ints would not be an int, that of amounts would
// have to round.
func arithmeticKind(operator string, a, b kind) kind {
	switch operator {
	case "+":
		switch {
		case a == kindDate && b == kindInt:
			return kindDate
		case a == b && (a == kindInt || a == kindAmount || a == kindRate || a == kindQuantity || a == kindNumber):
			return a
		}
	case "-":
		switch {
		case a == kindDate && b == kindInt:
			return kindDate
		case a == kindDate && b == kindDate:
			return kindInt
		case a == b && (a == kindInt || a == kindAmount || a == kindRate || a == kindQuantity || a == kindNumber):
			return a
		}
	case "*":
		switch {
		case a == b && (a == kindInt || a == kindRate || a == kindNumber):
			return a
		case (a == kindAmount || a == kindRate) && (b == kindInt || b == kindRate), a == kindQuantity && b == kindInt:
			return a
		case (b == kindAmount || b == kindRate) && (a == kindInt || a == kindRate), b == kindQuantity && a == kindInt:
			return b
		}
	case "%":
		if a == kindInt && b == kindInt {
			return kindInt
		}
	}
	return kindNone
}

// arithmeticOperation makes the operation of + - * or %.
func arithmeticOperation(operator string) *operation {
	o := &operation{name: "arithmetic " + operator, symbol: operator}
	switch operator {
	case "+":
		o.call = func(args []any) (any, error) { return add(args[0], args[1]) }
	case "-":
		o.call = func(args []any) (any, error) { return subtract(args[0], args[1]) }
	case "*":
		o.call = func(args []any) (any, error) { return multiply(args[0], args[1]) }
	default:
		o.call = func(args []any) (any, error) {
			a, _ := args[0].(int64)
			b, _ := args[1].(int64)
			return modInts(a, b)
		}
	}
	return o
}

func add(a, b any) (any, error) {
	switch x := a.(type) {
	case int64:
		y, _ := b.(int64)
		return addInts(x, y)
	case money.Amount:
		y, _ := b.(money.Amount)
		return x.Add(y)
	case quantity.Quantity:
		y, _ := b.(quantity.Quantity)
		return x.Add(y)
	case money.Rate:
		y, _ := b.(money.Rate)
		return money.RateFromDecimal(x.Decimal().Add(y.Decimal()))
	case calendar.Date:
		y, _ := b.(int64)
		return addDays(x, y)
	case exact.Dec:
		y, _ := b.(exact.Dec)
		return within(x.Add(y))
	default:
		return nil, errNotOrdered
	}
}

func subtract(a, b any) (any, error) {
	switch x := a.(type) {
	case int64:
		y, _ := b.(int64)
		return subInts(x, y)
	case money.Amount:
		y, _ := b.(money.Amount)
		return x.Sub(y)
	case quantity.Quantity:
		y, _ := b.(quantity.Quantity)
		return x.Sub(y)
	case money.Rate:
		y, _ := b.(money.Rate)
		return money.RateFromDecimal(x.Decimal().Sub(y.Decimal()))
	case calendar.Date:
		if y, ok := b.(calendar.Date); ok {
			return int64(x.Sub(y)), nil
		}
		y, _ := b.(int64)
		if y == math.MinInt64 {
			return nil, errOverflow
		}
		return addDays(x, -y)
	case exact.Dec:
		y, _ := b.(exact.Dec)
		return within(x.Sub(y))
	default:
		return nil, errNotOrdered
	}
}

func multiply(a, b any) (any, error) {
	switch x := a.(type) {
	case money.Amount:
		if n, ok := b.(int64); ok {
			return x.MulInt(n)
		}
		r, _ := b.(money.Rate)
		return x.Mul(r)
	case quantity.Quantity:
		n, _ := b.(int64)
		return x.MulInt(n)
	case money.Rate:
		switch y := b.(type) {
		case money.Amount:
			return y.Mul(x)
		case money.Rate:
			return money.RateFromDecimal(x.Decimal().Mul(y.Decimal()))
		}
		n, _ := b.(int64)
		return money.RateFromDecimal(x.Decimal().Mul(decimal.New(n, 0)))
	case int64:
		switch y := b.(type) {
		case int64:
			return mulInts(x, y)
		default:
			return multiply(y, x)
		}
	case exact.Dec:
		y, _ := b.(exact.Dec)
		return within(x.Mul(y))
	default:
		return nil, errNotOrdered
	}
}

// maxDays bounds date arithmetic: more than the calendar has.
const maxDays = 4_000_000

func addDays(d calendar.Date, n int64) (any, error) {
	if n > maxDays || n < -maxDays {
		return nil, errOverflow
	}
	moved := d.AddDays(int(n))
	if moved.IsZero() {
		return nil, calendar.ErrRange
	}
	return moved, nil
}

func within(d exact.Dec, ok bool) (any, error) {
	if !ok {
		return nil, errOverflow
	}
	return d, nil
}

// negateOperation makes the prefix minus.
func negateOperation() *operation {
	return &operation{name: "negate", symbol: "-", call: func(args []any) (any, error) { return negate(args[0]) }}
}

func negate(v any) (any, error) {
	switch x := v.(type) {
	case int64:
		return subInts(0, x)
	case money.Amount:
		return x.Neg(), nil
	case money.Rate:
		return x.Neg(), nil
	case quantity.Quantity:
		return x.Neg(), nil
	case exact.Dec:
		return x.Neg(), nil
	default:
		return nil, errNotOrdered
	}
}
