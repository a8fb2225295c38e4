package rules

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/internal/exact"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Value is a fact or a constant of a condition: what an explanation shows, what
// an analysis reckons with, and what a scenario sets. The zero Value is missing.
type Value struct {
	kind     kind
	number   int64 // bool, int
	day      calendar.Date
	amount   money.Amount
	quantity quantity.Quantity
	rate     money.Rate
	text     string
	box      any // what is rare: time.Time, []string, exact.Dec
}

// kindShown is the kind of a value of which only the text is known, because it
// was read from an explanation that was kept.
const kindShown kind = 255

// valueOf makes a Value of the canonical form. Lists are copied.
func valueOf(v any) Value {
	out := Value{kind: kindOf(v)}
	switch v := v.(type) {
	case bool:
		if v {
			out.number = 1
		}
	case int64:
		out.number = v
	case string:
		out.text = v
	case money.Amount:
		out.amount = v
	case money.Rate:
		out.rate = v
	case quantity.Quantity:
		out.quantity = v
	case calendar.Date:
		out.day = v
	case []string:
		out.box = append([]string(nil), v...)
	default:
		out.box = v
	}
	return out
}

// read returns the fact's value.
func (f *field) read(base pointer) (out Value) {
	f.readInto(base, &out)
	return out
}

// readInto fills a zero Value with the fact's, without an allocation but for
// lists and times.
func (f *field) readInto(base pointer, out *Value) {
	at := f.address(base)
	if at == nil {
		return
	}
	out.kind = f.kind
	switch f.kind {
	case kindBool:
		if readBool(at) {
			out.number = 1
		}
	case kindInt:
		out.number = f.readInt(at)
	case kindString:
		out.text = readString(at)
	case kindAmount:
		out.amount = readAmount(at)
	case kindRate:
		out.rate = readRate(at)
	case kindQuantity:
		out.quantity = readQuantity(at)
	case kindDate:
		out.day = readDate(at)
	default:
		*out = valueOf(f.value(base))
	}
}

// canonical is the form that operations take.
func (v Value) canonical() any {
	switch v.kind {
	case kindBool:
		return v.number != 0
	case kindInt:
		return v.number
	case kindString:
		return v.text
	case kindAmount:
		return v.amount
	case kindRate:
		return v.rate
	case kindQuantity:
		return v.quantity
	case kindDate:
		return v.day
	default:
		return v.box
	}
}

// IsMissing reports whether there is no value: the fact was nil, or a date or
// time was zero.
func (v Value) IsMissing() bool { return v.kind == kindNone || v.kind == kindNil }

// Type names the type as Fact.Type does; "number" for a bare decimal number, and
// nil for a missing value.
func (v Value) Type() string {
	switch v.kind {
	case kindNone:
		return kindNil.String()
	case kindShown:
		return kindString.String()
	default:
		return v.kind.String()
	}
}

// Bool returns the value of a bool.
func (v Value) Bool() (value, ok bool) { return v.number != 0, v.kind == kindBool }

// Int returns the value of an int.
func (v Value) Int() (int64, bool) { return v.number, v.kind == kindInt }

// Text returns the value of a string.
func (v Value) Text() (string, bool) { return v.text, v.kind == kindString }

// Texts returns the elements of a list of strings. They belong to the value:
// read them, never change them.
func (v Value) Texts() ([]string, bool) {
	list, ok := v.box.([]string)
	return list, ok && v.kind == kindStrings
}

// Date returns the value of a date.
func (v Value) Date() (calendar.Date, bool) { return v.day, v.kind == kindDate }

// Time returns the value of a time.
func (v Value) Time() (time.Time, bool) {
	t, ok := v.box.(time.Time)
	return t, ok && v.kind == kindTime
}

// Number returns the number of an int, a bare number, a rate, an amount or a
// quantity, the last two without their currency and unit, which are the second
// result.
func (v Value) Number() (number decimal.Decimal, unit string, ok bool) {
	switch v.kind {
	case kindInt:
		return decimal.New(v.number, 0), "", true
	case kindNumber:
		d, _ := v.box.(exact.Dec)
		return decimal.New(d.Coef, -int32(d.Scale)), "", true
	case kindRate:
		return v.rate.Decimal(), "", true
	case kindAmount:
		return v.amount.Decimal(), v.amount.Currency().Code(), true
	case kindQuantity:
		return v.quantity.Decimal(), v.quantity.Unit().String(), true
	default:
		return decimal.Decimal{}, "", false
	}
}

// ErrIncomparable is returned when two values have no order: one is missing,
// they are of different types, currencies or units.
var ErrIncomparable = errors.New("rules: the values do not compare")

// Compare returns -1, 0 or +1 as the values are ordered in a condition: numbers
// exactly, strings byte by byte, false before true. A bare number compares with
// a quantity as in conditions.
func (v Value) Compare(w Value) (int, error) {
	if ok, _ := comparable2(v.kind, w.kind); !ok {
		return 0, fmt.Errorf("%w: %s and %s", ErrIncomparable, v, w)
	}
	a, b, sign := v.canonical(), w.canonical(), 1
	if _, flipped := comparable2(v.kind, w.kind); flipped {
		a, b, sign = b, a, -1
	}
	o, err := order(a, b)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrIncomparable, err)
	}
	return sign * o, nil
}

// String shows the value: "GOLD" in quotes, 12 EA, 10.00 USD, 2026-01-31; of a
// long text or list only the beginning; "missing" when there is none.
func (v Value) String() string {
	switch v.kind {
	case kindShown:
		return v.text
	case kindNone:
		return write(nil)
	default:
		return write(v.canonical())
	}
}

// Literal writes the value as a condition would: money("10.00 USD"),
// date("2026-01-31"), whole whatever its length; nil for a missing value. A list
// of strings is written as the right side of in.
func (v Value) Literal() string {
	switch v.kind {
	case kindNone, kindNil:
		return "nil"
	case kindString, kindShown:
		return strconv.Quote(v.text)
	case kindStrings:
		list, _ := v.Texts()
		return "[" + strings.Join(quoteAll(list), ", ") + "]"
	case kindInt:
		if v.number == math.MinInt64 {
			return fmt.Sprint(v.number+1) + " - 1" // its digits without the sign are no int
		}
		return v.String()
	case kindAmount:
		return `money("` + v.amount.String() + `")`
	case kindRate:
		return `rate("` + v.rate.String() + `")`
	case kindQuantity:
		return `qty("` + v.quantity.String() + `")`
	case kindDate:
		return `date("` + v.day.String() + `")`
	case kindTime:
		return `time("` + v.String() + `")`
	default:
		return v.String()
	}
}

func quoteAll(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = strconv.Quote(s)
	}
	return out
}

// MarshalText writes what String shows.
func (v Value) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads a value that was shown. Its type is not known any more: it
// is a text, or missing.
func (v *Value) UnmarshalText(text []byte) error {
	*v = Value{kind: kindShown, text: string(text)}
	if v.text == write(nil) {
		*v = Value{}
	}
	return nil
}
