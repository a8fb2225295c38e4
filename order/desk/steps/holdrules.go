package steps

import (
	"errors"
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/rules"
)

// HoldRule is a rule of [Decide].
type HoldRule = rules.Rule[HoldEffect]

// HoldBook holds compiled rules of [Decide]. It is immutable.
type HoldBook = rules.Book[HoldFacts, HoldEffect]

// NewHoldSchema returns what conditions of hold rules may say:
//
//	schema, err := steps.NewHoldSchema(rules.Config{})
//	book, err := rules.Load(schema, rules.YAML[steps.HoldEffect]("holds.yaml", text))
//
// The errors are those of rules.NewSchema.
func NewHoldSchema(c rules.Config) (*rules.Schema[HoldFacts], error) {
	return rules.NewSchema[HoldFacts](c)
}

// HoldFacts are what hold rules decide on. Conditions use the names in lower
// camel case: order.total and customer.class. Facts behind a pointer, and zero
// dates, can be missing; a comparison with a missing fact is false.
type HoldFacts struct {
	Order    OrderFacts
	Customer CustomerFacts
	ShipTo   ShipToFacts
}

// OrderFacts are what the earlier steps have made of the order.
type OrderFacts struct {
	ID            string
	PurchaseOrder string
	// Type is standard where the document says nothing.
	Type string
	// Channel is the way it arrived, Partner the sender.
	Channel string
	Partner string
	// Today is the day in UTC.
	Today calendar.Date
	// Total is the value before tax, Currency the code of its currency; missing
	// and empty until the order is priced.
	Total    *money.Amount
	Currency string
	// Lines is how many lines go on, Rejected how many were refused. Items are
	// our numbers of what is ordered on the lines that go on.
	Lines    int
	Rejected int
	Items    []string
	// Holds are the kinds of the open holds; Findings the codes of what the steps
	// before have found last, info and warnings too.
	Holds    []string
	Findings []string
	// PriceDeviation is by which share of our price a customer's price is lower,
	// on the line where that is most, cut to six places: 0.05 when the customer
	// states 9.50 and we charge 10.00. It is below 0 when every customer's price
	// is higher, and missing when none is stated. Ours is without the line's part
	// of discounts on the order.
	PriceDeviation *money.Rate
	// RequestedShip, RequestedDelivery and CancelAfter are the document's.
	RequestedShip     calendar.Date
	RequestedDelivery calendar.Date
	CancelAfter       calendar.Date
	// FirstShip and LastShip are the first and last promised day of shipment, and
	// LastDelivery the last of delivery; missing when nothing is promised.
	FirstShip    calendar.Date
	LastShip     calendar.Date
	LastDelivery calendar.Date
	// DaysToShip counts from today to FirstShip, DaysLate from the requested
	// delivery to LastDelivery: 0 or less is in time.
	DaysToShip *int
	DaysLate   *int
	// Backordered is how many lines have a part that no day is promised for.
	Backordered int
	// FirstOrder is what DecideConfig.FirstOrder says; missing without.
	FirstOrder *bool
}

// HoldAction says what a hold rule does.
type HoldAction uint8

const (
	// PlaceHold places a hold.
	PlaceHold HoldAction = iota + 1
	// HoldWarning puts a warning on record; the order goes on.
	HoldWarning
)

// String returns hold or warn.
func (a HoldAction) String() string {
	switch a {
	case PlaceHold:
		return "hold"
	case HoldWarning:
		return "warn"
	}
	return fmt.Sprintf("action(%d)", uint8(a))
}

// MarshalText writes the action as String does. A value that is none of the
// constants is an error.
func (a HoldAction) MarshalText() ([]byte, error) {
	if a != PlaceHold && a != HoldWarning {
		return nil, fmt.Errorf("steps: %s is none", a)
	}
	return []byte(a.String()), nil
}

// UnmarshalText reads hold or warn.
func (a *HoldAction) UnmarshalText(text []byte) error {
	for c := PlaceHold; c <= HoldWarning; c++ {
		if c.String() == string(text) {
			*a = c
			return nil
		}
	}
	return fmt.Errorf("steps: %q is no action; expected hold or warn", text)
}

// HoldEffect is what a hold rule does to an order that it matches. No rule
// releases a hold.
type HoldEffect struct {
	// Action is hold or warn. Required.
	Action HoldAction `json:"action"`
	// Kind is that of the hold: compliance, manual, a host's own in lower-case
	// letters, digits and hyphens. Required for hold. It is not credit: the release
	// of a credit hold takes credit, so it is for a rule of package credit to place
	// one.
	Kind order.HoldKind `json:"kind,omitempty"`
	// Code names the cause for programs: lower-case letters, digits and hyphens.
	// Finding and hold have "order.rule." before it.
	Code string `json:"code"`
	// Text says what is wrong, for a person. {order.total}, {customer.class} and
	// all other names of facts stand for their figures.
	Text string `json:"text"`
	// Fix says what would mend it, with figures too. May be empty.
	Fix string `json:"fix,omitempty"`
	// Owner is who deals with the hold. Empty: DecideConfig.Owner.
	Owner string `json:"owner,omitempty"`
}

// Validate returns what makes no sense in the effect, or nil. A rule book asks
// it of every rule when it is loaded.
func (e HoldEffect) Validate() error {
	var errs []error
	refuse := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	kind := string(e.Kind)
	switch {
	case e.Action == PlaceHold && kind == "":
		refuse("the kind of the hold is missing, such as %s or %s", order.ComplianceHold, order.ManualHold)
	case e.Action == PlaceHold && e.Kind == order.CreditHold:
		refuse("a hold of kind %s is for the credit check to place; put the rule into the credit book", kind)
	case e.Action == PlaceHold && strings.Trim(kind, "abcdefghijklmnopqrstuvwxyz0123456789-") != "":
		refuse("the kind %q is not made of lower-case letters, digits and hyphens", kind)
	case e.Action == HoldWarning && kind+e.Owner != "":
		refuse("kind and owner belong to a hold")
	case e.Action != PlaceHold && e.Action != HoldWarning:
		refuse("the action is missing; expected hold or warn")
	}
	errs = append(errs, checkCode(e.Code))
	if e.Text == "" {
		refuse("the text is missing")
	}
	return errors.Join(append(errs, rules.CheckTexts[HoldFacts](e.Text, e.Fix))...)
}
