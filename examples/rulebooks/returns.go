package rulebooks

import (
	"errors"
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/rules"
)

// ReturnsSchema returns what conditions of return rules may say. The errors are
// those of rules.NewSchema.
func ReturnsSchema(c rules.Config) (*rules.Schema[ReturnFacts], error) {
	return rules.NewSchema[ReturnFacts](c)
}

// ReturnFacts are what return rules decide on: one line that a customer wants to
// send back.
type ReturnFacts struct {
	Customer ReturnCustomerFacts
	Item     ReturnItemFacts
	// Reason is why: NOT-NEEDED, WRONG-ITEM, DEFECTIVE or DAMAGED-IN-TRANSIT.
	Reason string
	// Condition is what the customer says the goods are like: NEW (sealed),
	// OPENED, USED or DAMAGED.
	Condition string
	// Days counts from the delivery to the request.
	Days int
	// Quantity is what is to come back, Delivered what was delivered of the line,
	// less earlier returns; both in base units.
	Quantity  quantity.Quantity
	Delivered quantity.Quantity
	// Value is what was charged for the quantity.
	Value money.Amount
	// Serial is the serial number that the customer gives; empty: none. SerialOurs
	// tells whether we delivered that number to the customer; missing without one.
	Serial     string
	SerialOurs *bool
}

// ReturnCustomerFacts are the customer's.
type ReturnCustomerFacts struct {
	Account string
	// Class is A, B or C.
	Class string
}

// ReturnItemFacts are the item's.
type ReturnItemFacts struct {
	ID       string `rule:"id"`
	Category string
	// FinalSale tells that the line was sold on the condition that it does not come
	// back.
	FinalSale bool
	// Serialised items have a serial number each.
	Serialised bool
	Hazardous  bool
}

// ReturnAction says what a return rule does with a line.
type ReturnAction uint8

const (
	// ReturnAccept takes the goods back.
	ReturnAccept ReturnAction = iota + 1
	// ReturnKeep gives the credit and leaves the goods with the customer.
	ReturnKeep
	// ReturnInspect gives a credit once the goods are here and looked at.
	ReturnInspect
	// ReturnAsk waits for what the customer has to say or for a person's word.
	ReturnAsk
	// ReturnRefuse takes nothing back.
	ReturnRefuse
)

// String returns accept, keep, inspect, ask or refuse.
func (a ReturnAction) String() string {
	switch a {
	case ReturnAccept:
		return "accept"
	case ReturnKeep:
		return "keep"
	case ReturnInspect:
		return "inspect"
	case ReturnAsk:
		return "ask"
	case ReturnRefuse:
		return "refuse"
	}
	return fmt.Sprintf("action(%d)", uint8(a))
}

// MarshalText writes the action as String does. A value that is none of the
// constants is an error.
func (a ReturnAction) MarshalText() ([]byte, error) {
	if a < ReturnAccept || a > ReturnRefuse {
		return nil, fmt.Errorf("rulebooks: %s is none", a)
	}
	return []byte(a.String()), nil
}

// UnmarshalText reads what String writes.
func (a *ReturnAction) UnmarshalText(text []byte) error {
	for c := ReturnAccept; c <= ReturnRefuse; c++ {
		if c.String() == string(text) {
			*a = c
			return nil
		}
	}
	return fmt.Errorf("rulebooks: %q is no action; expected accept, keep, inspect, ask or refuse", text)
}

// ReturnEffect is what a return rule does with a line that it matches. Of the
// actions of all groups the strictest holds, and of the fees the one of the group
// fee.
type ReturnEffect struct {
	// Action is required.
	Action ReturnAction `json:"action"`
	// Fee is the restocking fee as a share of the value, 0 to 100%, for accept and
	// inspect.
	Fee money.Rate `json:"fee,omitzero"`
	// Code names the cause for programs: lower-case letters, digits and hyphens.
	Code string `json:"code"`
	// Text is what the customer is told. {days}, {value} and all other names of
	// facts stand for their values.
	Text string `json:"text"`
}

// Validate returns what makes no sense in the effect, or nil.
func (e ReturnEffect) Validate() error {
	var errs []error
	if e.Action < ReturnAccept || e.Action > ReturnRefuse {
		errs = append(errs, errors.New("the action is missing; expected accept, keep, inspect, ask or refuse"))
	}
	if e.Fee.Sign() < 0 || e.Fee.Cmp(money.RateFromInt(1)) > 0 {
		errs = append(errs, fmt.Errorf("the fee %s is not from 0%% to 100%%", e.Fee.Percent()))
	}
	if !e.Fee.IsZero() && e.Action != ReturnAccept && e.Action != ReturnInspect {
		errs = append(errs, fmt.Errorf("%s has no fee", e.Action))
	}
	errs = append(errs, checkCode(e.Code))
	if e.Text == "" {
		errs = append(errs, errors.New("the text is missing"))
	}
	return errors.Join(append(errs, rules.CheckTexts[ReturnFacts](e.Text))...)
}

// checkCode refuses codes that are not made like those of findings.
func checkCode(text string) error {
	if text == "" || strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return fmt.Errorf("the code %q is not made of lower-case letters, digits and hyphens", text)
	}
	return nil
}
