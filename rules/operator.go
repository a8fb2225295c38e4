package rules

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/o2ckit/o2c/internal/exact"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// comparison is one of the operators whose result is a bool.
type comparison uint8

const (
	compareNone comparison = iota
	compareEqual
	compareNotEqual
	compareLess
	compareLessEqual
	compareGreater
	compareGreaterEqual
	compareIn
	compareNotIn
)

// flip returns the comparison with its sides exchanged.
func (c comparison) flip() comparison {
	switch c {
	case compareLess:
		return compareGreater
	case compareLessEqual:
		return compareGreaterEqual
	case compareGreater:
		return compareLess
	case compareGreaterEqual:
		return compareLessEqual
	default:
		return c
	}
}

// holds reports whether an order satisfies the comparison.
func (c comparison) holds(order int) bool {
	switch c {
	case compareEqual:
		return order == 0
	case compareNotEqual:
		return order != 0
	case compareLess:
		return order < 0
	case compareLessEqual:
		return order <= 0
	case compareGreater:
		return order > 0
	case compareGreaterEqual:
		return order >= 0
	default:
		return false
	}
}

func comparisonOf(operator string) comparison {
	switch operator {
	case "==":
		return compareEqual
	case "!=":
		return compareNotEqual
	case "<":
		return compareLess
	case "<=":
		return compareLessEqual
	case ">":
		return compareGreater
	case ">=":
		return compareGreaterEqual
	case "in":
		return compareIn
	default:
		return compareNone
	}
}

// comparable2 reports whether two kinds compare, and whether the sides must be
// exchanged so that the left one leads.
func comparable2(a, b kind) (ok, flipped bool) {
	leads := func(a, b kind) bool {
		switch a {
		case kindBool, kindString, kindAmount, kindDate, kindTime:
			return a == b
		case kindInt:
			return b == kindInt
		case kindNumber:
			return b == kindNumber || b == kindInt
		case kindRate:
			return b == kindRate || b == kindInt
		case kindQuantity:
			return b == kindQuantity || b == kindInt || b == kindNumber
		default:
			return false
		}
	}
	if leads(a, b) {
		return true, false
	}
	return leads(b, a), true
}

// errNotOrdered means that the checker let a pair through that has no order.
// It cannot happen; if it does it is an error of the rule, not a decision.
var errNotOrdered = errors.New("values have no order")

// order compares two values of kinds that comparable2 admits, exactly.
func order(a, b any) (int, error) {
	switch x := a.(type) {
	case string:
		if y, ok := b.(string); ok {
			return strings.Compare(x, y), nil
		}
	case int64:
		if y, ok := b.(int64); ok {
			return cmp.Compare(x, y), nil
		}
	case bool:
		if y, ok := b.(bool); ok {
			return compareBools(x, y), nil
		}
	case exact.Dec:
		if y, ok := number(b); ok {
			return x.Cmp(y), nil
		}
	case money.Amount:
		if y, ok := b.(money.Amount); ok {
			return x.Cmp(y)
		}
	case money.Rate:
		switch y := b.(type) {
		case money.Rate:
			return x.Cmp(y), nil
		case int64:
			return x.Cmp(money.RateFromInt(y)), nil
		}
	case quantity.Quantity:
		if y, ok := b.(quantity.Quantity); ok {
			return x.Cmp(y)
		}
		if y, ok := number(b); ok {
			return bare(x).Cmp(y), nil
		}
	case calendar.Date:
		if y, ok := b.(calendar.Date); ok {
			return x.Compare(y), nil
		}
	case time.Time:
		if y, ok := b.(time.Time); ok {
			return x.Compare(y), nil
		}
	}
	return 0, errNotOrdered
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	default:
		return -1
	}
}

// number widens an int or a literal to a decimal.
func number(v any) (exact.Dec, bool) {
	switch n := v.(type) {
	case exact.Dec:
		return n, true
	case int64:
		return exact.Dec{Coef: n}, true
	default:
		return exact.Dec{}, false
	}
}

// bare is a quantity's number without its unit: what a bare number is compared
// with. Facts hold quantities in the item's base unit.
func bare(q quantity.Quantity) exact.Dec {
	return exact.Dec{Coef: q.Coefficient(), Scale: uint8(q.Scale())}
}

// comparisonOperation makes the operation of an ordering or equality.
func comparisonOperation(c comparison) *operation {
	symbol := c.symbol()
	return &operation{
		name: "compare " + symbol, symbol: symbol, comparison: true, compare: c,
		call: func(args []any) (any, error) {
			o, err := order(args[0], args[1])
			if err != nil {
				return nil, err
			}
			return c.holds(o), nil
		},
	}
}

// memberOperation makes `in` and `not in` over constants. A value that equals
// one of them is in the list; otherwise an element that it cannot be compared
// with, such as an amount of another currency, is an error.
func memberOperation(c comparison) *operation {
	name := "compare in"
	if c == compareNotIn {
		name = "compare not in"
	}
	return &operation{
		name: name, symbol: c.symbol(), comparison: true, compare: c,
		call: func(args []any) (any, error) {
			list, ok := args[1].(*list)
			if !ok {
				return nil, errNotOrdered
			}
			found, err := list.contains(args[0])
			if err != nil {
				return nil, err
			}
			return found == (c == compareIn), nil
		},
	}
}

// listedOperation makes `in` and `not in` over a fact that is a list.
func listedOperation(c comparison) *operation {
	name := "compare in fact"
	if c == compareNotIn {
		name = "compare not in fact"
	}
	return &operation{
		name: name, symbol: c.symbol(), comparison: true, compare: c,
		call: func(args []any) (any, error) {
			text, _ := args[0].(string)
			items, _ := args[1].([]string)
			return containsText(items, text) == (c == compareIn), nil
		},
	}
}

func containsText(items []string, text string) bool {
	for _, item := range items {
		if item == text {
			return true
		}
	}
	return false
}

// errOverflow is the error of integer arithmetic beyond 64 bits.
var errOverflow = errors.New("integer overflow")

// errZeroDivisor is the error of a remainder by zero.
var errZeroDivisor = errors.New("remainder of a division by zero")

func addInts(a, b int64) (int64, error) {
	sum := a + b
	if (sum > a) != (b > 0) {
		return 0, fmt.Errorf("%w: %d + %d", errOverflow, a, b)
	}
	return sum, nil
}

func subInts(a, b int64) (int64, error) {
	diff := a - b
	if (diff < a) != (b > 0) {
		return 0, fmt.Errorf("%w: %d - %d", errOverflow, a, b)
	}
	return diff, nil
}

func mulInts(a, b int64) (int64, error) {
	if a == 0 || b == 0 {
		return 0, nil
	}
	product := a * b
	if product/b != a || a == -1 && b == math.MinInt64 || b == -1 && a == math.MinInt64 {
		return 0, fmt.Errorf("%w: %d * %d", errOverflow, a, b)
	}
	return product, nil
}

func modInts(a, b int64) (int64, error) {
	switch b {
	case 0:
		return 0, errZeroDivisor
	case -1:
		return 0, nil
	}
	return a % b, nil
}
