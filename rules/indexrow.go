package rules

import (
	"cmp"
	"math"
	"reflect"
	"time"

	"github.com/o2ckit/o2c/internal/exact"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// The rows of an index hold what a rule asks beyond the key that it is found
// by: its validity and its comparisons, as numbers side by side in memory, so
// that most rules are decided without following a pointer.

// row is one rule in one bucket.
type row struct {
	from, to int64  // validity in nanoseconds, open ends at the ends of int64
	first    check  // the comparison asked first; askNothing when there is none
	more     uint32 // where the further checks begin in index.checks
	rank     uint32 // of the rule in the order of the book
	count    uint16 // of the further checks
	whole    bool   // has parts that are no checks: then the whole condition is asked
}

// check compares a fact with a constant.
type check struct {
	value  int64  // the constant: a coefficient, an int, a day
	offset uint32 // of the fact in the struct
	unit   uint32 // currency or unit of the constant
	origin uint32 // of the predicate in index.predicates
	ask    ask
	ok     uint8 // the orders that satisfy it: less 1, equal 2, greater 4
	scale  uint8 // of the constant
}

// ask says how a check reads and compares its fact.
type ask uint8

const (
	askNothing   ask = iota
	askPredicate     // there is no number to compare: ask the predicate
	askBool
	askInt // 64 bits
	askInt32
	askDate
	askNumber   // the number of a quantity, whatever its unit
	askQuantity // a quantity with its unit
	askAmount
)

// orders says which orders satisfy a comparison.
func (c comparison) orders() uint8 {
	var ok uint8
	for i, o := range [...]int{-1, 0, 1} {
		if c.holds(o) {
			ok |= 1 << i
		}
	}
	return ok
}

// checkOf makes a check of a predicate. The predicate's place in the index is
// the caller's to fill in.
func checkOf(p *predicate) check {
	f := p.field
	general := check{ask: askPredicate}
	if f == nil || len(f.hops) > 0 || f.offset > math.MaxUint32 || p.negated && f.optional {
		return general
	}
	c := check{offset: uint32(f.offset), ok: p.compare.orders()}
	switch {
	case p.test == testTrue:
		c.ask, c.value, c.ok = askBool, 1, compareEqual.orders()
	case p.test != testOrder || !c.constant(f, p.value):
		return general
	}
	if p.negated {
		c.ok ^= 7
	}
	return c
}

// constant puts the constant into the check, and how its fact is read.
func (c *check) constant(f *field, v any) bool {
	switch v := v.(type) {
	case bool:
		c.ask = askBool
		if v {
			c.value = 1
		}
	case int64:
		c.value = v
		switch f.width {
		case reflect.Int64:
			c.ask = askInt
		case reflect.Int:
			c.ask = askOfInt()
		case reflect.Int32:
			c.ask = askInt32
		default:
			return false
		}
	case calendar.Date:
		c.value, c.ask = int64(v.Ordinal()), askDate
	case exact.Dec:
		v = v.Reduce(0)
		c.value, c.scale, c.ask = v.Coef, v.Scale, askNumber
	case quantity.Quantity:
		c.value, c.scale, c.unit, c.ask = v.Coefficient(), uint8(v.Scale()), uint32(v.Unit()), askQuantity
	case money.Amount:
		c.value, c.scale, c.unit, c.ask = v.Coefficient(), uint8(v.Scale()), uint32(v.Currency()), askAmount
	default:
		return false
	}
	return true
}

// noNumber is the coefficient of an amount or a quantity that went out of range:
// whatever is asked of it fails.
const noNumber = math.MinInt64

// askOfInt is how an int is read on this machine.
func askOfInt() ask {
	if math.MaxInt == math.MaxInt32 {
		return askInt32
	}
	return askInt
}

// eval answers for the facts at base.
func (c *check) eval(base pointer, predicates []*predicate) verdict {
	var n int64
	switch at := moved(base, c.offset); c.ask {
	case askNothing:
		return yes
	case askInt:
		n = readInt64(at)
	case askInt32:
		n = readInt32(at)
	case askNumber:
		q := readQuantity(at)
		if n = q.Coefficient(); uint8(q.Scale()) != c.scale {
			return predicates[c.origin].eval(base)
		}
	case askQuantity:
		q := readQuantity(at)
		if n = q.Coefficient(); n == noNumber || uint32(q.Unit()) != c.unit || uint8(q.Scale()) != c.scale {
			return predicates[c.origin].eval(base)
		}
	case askAmount:
		a := readAmount(at)
		if n = a.Coefficient(); n == noNumber || uint32(a.Currency()) != c.unit || uint8(a.Scale()) != c.scale {
			return predicates[c.origin].eval(base)
		}
	case askDate:
		if n = int64(readDate(at).Ordinal()); n == 0 {
			return no // missing
		}
	case askBool:
		if readBool(at) {
			n = 1
		}
	default:
		return predicates[c.origin].eval(base)
	}
	return truth(c.ok>>(cmp.Compare(n, c.value)+1)&1 != 0)
}

// Validity in nanoseconds since 1970, the range of which is 1677 to 2262.
const (
	firstInstant = math.MinInt64
	lastInstant  = math.MaxInt64
)

// instantOf returns the nanoseconds of a time; false when they do not fit.
func instantOf(t time.Time) (int64, bool) {
	const most = math.MaxInt64/int64(time.Second) - 1
	seconds := t.Unix()
	if seconds > most || seconds < -most {
		return 0, false
	}
	return seconds*int64(time.Second) + int64(t.Nanosecond()), true
}

// validity returns the bounds of a rule for decision dates within the range.
func validity(from, to time.Time) (lo, hi int64) {
	lo, hi = firstInstant, lastInstant
	if !from.IsZero() {
		lo = clamped(from)
	}
	if !to.IsZero() {
		hi = clamped(to)
	}
	return lo, hi
}

func clamped(t time.Time) int64 {
	if n, ok := instantOf(t); ok {
		return n
	}
	if t.Unix() < 0 {
		return firstInstant
	}
	return lastInstant
}
