package credit

import (
	"fmt"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
)

// Request asks for credit for an order.
type Request struct {
	// Order is the order's key; what is asked for takes the place of what the order holds. Required.
	Order string
	// Account is the credit account that pays. Required; it cannot be changed while the order is known.
	Account string
	// Amount is the value of the whole order, what is delivered included: gross of tax and freight, without what is prepaid
	// or secured by a card. 0 or more.
	Amount money.Amount
	// Planned says what of the order is planned to ship when. What is already delivered may be left out; where it is not,
	// it is taken off what is planned first. What has no plan counts whatever the horizon.
	Planned []Planned
	// Terms is the code of the order's payment terms, for rules. May be empty.
	Terms string
	// Explain is how much of the rules' reasoning the Decision shall hold.
	Explain rules.Level
}

// Outcome is the answer to a Request.
type Outcome uint8

const (
	// Held means that the order gets no credit.
	Held Outcome = iota
	// Passed means that it does.
	Passed
)

// String returns held or passed.
func (o Outcome) String() string {
	switch o {
	case Held:
		return "held"
	case Passed:
		return "passed"
	}
	return fmt.Sprintf("outcome(%d)", uint8(o))
}

// MarshalText writes the outcome as String does. A value that is none of the constants is an error.
func (o Outcome) MarshalText() ([]byte, error) {
	if o > Passed {
		return nil, fmt.Errorf("credit: %s is none", o)
	}
	return []byte(o.String()), nil
}

// UnmarshalText reads held or passed.
func (o *Outcome) UnmarshalText(text []byte) error {
	for c := Held; c <= Passed; c++ {
		if c.String() == string(text) {
			*o = c
			return nil
		}
	}
	return fmt.Errorf("credit: %q is no outcome", text)
}

// Basis is what an outcome rests on.
type Basis uint8

const (
	// ByRules is what the rules say.
	ByRules Basis = iota
	// ByRelease means that rules hold, but somebody approved the order, and it has not grown beyond the deviation.
	ByRelease
	// NoIncrease means that rules hold, but the order already has credit and asks for no more of it.
	NoIncrease
)

// String returns rules, release or no-increase.
func (b Basis) String() string {
	switch b {
	case ByRules:
		return "rules"
	case ByRelease:
		return "release"
	case NoIncrease:
		return "no-increase"
	}
	return fmt.Sprintf("basis(%d)", uint8(b))
}

// MarshalText writes the basis as String does. A value that is none of the constants is an error.
func (b Basis) MarshalText() ([]byte, error) {
	if b > NoIncrease {
		return nil, fmt.Errorf("credit: %s is none", b)
	}
	return []byte(b.String()), nil
}

// UnmarshalText reads what String returns.
func (b *Basis) UnmarshalText(text []byte) error {
	for c := ByRules; c <= NoIncrease; c++ {
		if c.String() == string(text) {
			*b = c
			return nil
		}
	}
	return fmt.Errorf("credit: %q is no basis of an outcome", text)
}

// Decision is the answer to a Request with all that led to it. As JSON it is the explanation to keep with the order.
type Decision struct {
	Order   string       `json:"order"`
	Account string       `json:"account"`
	Amount  money.Amount `json:"amount"`
	At      time.Time    `json:"at"`
	Outcome Outcome      `json:"outcome"`
	Basis   Basis        `json:"basis"`
	Book    string       `json:"book"` // hash of the rule book
	// Levels are the figures of the account and of each one above it, in that order.
	Levels []Level `json:"levels"`
	// Reasons are all that rules found, by account in the order of Levels, then by priority. An order that passes against
	// the rules (see Basis) has warnings in place of holds.
	Reasons []Reason `json:"reasons,omitempty"`
	// Explanations are there when the Request asks for them, in the order of Levels. A repeated answer has none.
	Explanations []rules.Explanation `json:"explanations,omitempty"`
}

// Findings returns the findings of all reasons.
func (d Decision) Findings() finding.List {
	var found finding.List
	for _, r := range d.Reasons {
		found = append(found, r.Finding)
	}
	return found
}

// Level are the figures of one account at the moment of a decision, in the account's currency.
type Level struct {
	Account string        `json:"account"`
	Before  money.Amount  `json:"before"`          // the exposure without the order
	After   money.Amount  `json:"after"`           // and with it
	Limit   *money.Amount `json:"limit,omitempty"` // what may be used; nil: no limit of its own
}

// Reason is a rule that matched.
type Reason struct {
	Rule    string          `json:"rule"`    // its id
	Account string          `json:"account"` // of which account it was asked
	Finding finding.Finding `json:"finding"`
}

// order is what the ledger knows of an order. All fields are guarded by Ledger.mu.
type order struct {
	id        string
	account   *account
	currency  money.Currency
	shipped   money.Amount // the value delivered so far
	unbilled  money.Amount // of that not invoiced; below 0 when it was invoiced in advance
	revision  uint64       // of the last commitment or approval; 0: none yet
	movements uint64       // counts commitments, approvals, deliveries and cancellations, to know what can be undone
	invoices  int          // that bill it
	stands    *standing    // nil: the order holds no credit
}

// standing is what an order holds credit for, and by whose word.
type standing struct {
	amount    money.Amount // of the whole order, less what was cancelled
	open      []Planned    // not delivered, by day, without zeros; never changed in place
	committed *Committed   // the event that led here, one of the two
	approved  *Approved
	release   *Approved // the last approval; nil: none
	released  bool      // it is by that release that the order holds credit against the rules
	before    *standing // what it took the place of
	movements uint64    // of the order when it did
}

// open gives what the order has open.
func (o *order) open() []Planned {
	if o == nil || o.stands == nil {
		return nil
	}
	return o.stands.open
}

// firstShip is the earliest planned day.
func firstShip(planned []Planned) calendar.Date {
	for _, p := range planned {
		if !p.Ship.IsZero() {
			return p.Ship
		}
	}
	return calendar.Date{}
}
