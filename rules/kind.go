package rules

import (
	"time"

	"github.com/o2ckit/o2c/internal/exact"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// kind is the type of a fact or of a part of a condition.
type kind uint8

const (
	kindNone   kind = iota
	kindNil         // the literal nil
	kindNumber      // a decimal literal; it takes the type of what it meets
	kindBool
	kindInt
	kindString
	kindStrings // a list of strings
	kindAmount
	kindRate
	kindQuantity
	kindDate
	kindTime
	kindGroup // a struct of facts, not itself a value
	kindList  // a list literal
)

// String returns the name that errors and documents use.
func (k kind) String() string {
	switch k {
	case kindNil:
		return "nil"
	case kindNumber:
		return "number"
	case kindBool:
		return "bool"
	case kindInt:
		return "int"
	case kindString:
		return "string"
	case kindStrings:
		return "list of strings"
	case kindAmount:
		return "amount"
	case kindRate:
		return "rate"
	case kindQuantity:
		return "quantity"
	case kindDate:
		return "date"
	case kindTime:
		return "time"
	case kindGroup:
		return "group of facts"
	case kindList:
		return "list"
	default:
		return "nothing"
	}
}

// example returns a literal of the kind, for hints in errors.
func (k kind) example() string {
	switch k {
	case kindBool:
		return `true`
	case kindInt:
		return `10`
	case kindNumber:
		return `1.5`
	case kindString:
		return `"GOLD"`
	case kindStrings:
		return `["A", "B"]`
	case kindAmount:
		return `money("10.00 USD")`
	case kindRate:
		return `rate("5%")`
	case kindQuantity:
		return `qty("10 EA")`
	case kindDate:
		return `date("2026-01-31")`
	case kindTime:
		return `time("2026-01-31T08:00:00Z")`
	default:
		return ""
	}
}

// kindOf names the kind of a value in its canonical Go form: what facts are
// read into, constants are kept as and functions are called with.
func kindOf(v any) kind {
	switch v.(type) {
	case nil:
		return kindNil
	case exact.Dec:
		return kindNumber
	case bool:
		return kindBool
	case int64:
		return kindInt
	case string:
		return kindString
	case []string:
		return kindStrings
	case money.Amount:
		return kindAmount
	case money.Rate:
		return kindRate
	case quantity.Quantity:
		return kindQuantity
	case calendar.Date:
		return kindDate
	case time.Time:
		return kindTime
	default:
		return kindNone
	}
}
