package credit

import (
	"fmt"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
)

// Account is what is agreed about the credit of a customer, or of a group of customers above it.
type Account struct {
	// ID is the host's key; see party.Account.CreditKey. Required.
	ID string `json:"id"`
	// Parent is the account above, whose limit must hold too. Empty: none.
	Parent string `json:"parent,omitempty"`
	// Currency is what exposure and limit are counted in. Required; it cannot be changed afterwards.
	Currency money.Currency `json:"currency"`
	// Class is the host's grouping for rules: segment, country, industry.
	Class string `json:"class,omitempty"`
	// Terms is the code of the payment terms agreed; only rules read it.
	Terms string `json:"terms,omitempty"`

	// Limit bounds the exposure of this account and all below it. Nil: the account has none of its own, so only those of
	// the accounts above bound it; where there are none either, nothing does. A limit of 0 is a limit.
	Limit *Limit `json:"limit,omitempty"`
	// Cover is what a credit insurer or guarantor pays if the customer does not. Nil: nothing is insured, or the cover is
	// not to be counted.
	Cover *Cover `json:"cover,omitempty"`
	// HorizonDays makes exposure dynamic: open orders planned to ship later than so many days after today do not count.
	// The last day is included. Nil: exposure is static, all open orders count.
	HorizonDays *int `json:"horizon_days,omitempty"`
	// Deviation is by how much an approved order may grow and keep the release. Nil: that of Config.
	Deviation *money.Rate `json:"deviation,omitempty"`

	// Blocked stops all business on credit, Watch asks for attention; Note says why.
	Blocked bool   `json:"blocked,omitempty"`
	Watch   bool   `json:"watch,omitempty"`
	Note    string `json:"note,omitempty"`
	// DunningLevel is how far reminding has come, 0: not at all; only rules read it.
	DunningLevel int `json:"dunning_level,omitempty"`
}

// Limit bounds an exposure.
type Limit struct {
	// Amount in the account's currency, 0 or more.
	Amount money.Amount `json:"amount"`
	// Comparison says whether exposure may come up to the limit. The zero value: it may, only what is above it holds.
	Comparison Comparison `json:"comparison"`
	// Tolerance is the share of the amount that may be used: 90%, or 110%. 0: all of it.
	Tolerance money.Rate `json:"tolerance,omitzero"`
	// ValidUntil is the last day of the limit. The zero date: until it is changed.
	ValidUntil calendar.Date `json:"valid_until,omitzero"`
}

// Cover is insurance or a guarantee. It counts up to receivables and deliveries not invoiced.
type Cover struct {
	// Amount in the account's currency, 0 or more.
	Amount money.Amount `json:"amount"`
	// ValidUntil is the last day on which it counts. The zero date: until it is changed.
	ValidUntil calendar.Date `json:"valid_until,omitzero"`
}

// Comparison says when an exposure is too high for a limit.
type Comparison uint8

const (
	// Above says that an exposure > limit is too high.
	Above Comparison = iota
	// AtOrAbove says that an exposure >= limit is too high.
	AtOrAbove
)

// String returns ">" or ">=".
func (c Comparison) String() string {
	switch c {
	case Above:
		return ">"
	case AtOrAbove:
		return ">="
	}
	return fmt.Sprintf("comparison(%d)", uint8(c))
}

// MarshalText writes the comparison as String does. A value that is none of the constants is an error.
func (c Comparison) MarshalText() ([]byte, error) {
	if c > AtOrAbove {
		return nil, fmt.Errorf("credit: %s is none", c)
	}
	return []byte(c.String()), nil
}

// UnmarshalText reads ">" or ">=".
func (c *Comparison) UnmarshalText(text []byte) error {
	switch string(text) {
	case ">":
		*c = Above
	case ">=":
		*c = AtOrAbove
	default:
		return fmt.Errorf("credit: %q is no comparison with a limit; expected > or >=", text)
	}
	return nil
}

// Setting sets up an account or changes it.
type Setting struct {
	Account Account // all of it: what is left out is no longer agreed
	Actor   string  // who sets it; required
	Reason  string  // why; required
}

// SetAccount sets up an account or changes it. An account that moves to another parent takes its exposure along. The
// same account again changes nothing and gives the event that stands, Replayed.
//
// The errors are *RequestError, *UnknownAccountError for the parent, and money.ErrRange when exposure becomes too large
// to be counted.
func (l *Ledger) SetAccount(now time.Time, s Setting) (AccountSet, error) {
	if err := s.check(); err != nil {
		return AccountSet{}, err
	}
	s.Account = s.Account.clone()
	l.mu.Lock()
	defer l.mu.Unlock()
	var revision uint64
	if a := l.accounts[s.Account.ID]; a != nil && a.revision > 0 {
		if a.set.Account.equal(s.Account) {
			e := a.set
			e.Account, e.Replayed = e.Account.clone(), true
			return e, nil
		}
		if a.set.Account.Currency != s.Account.Currency {
			return AccountSet{}, &RequestError{Op: "set account", Field: "Account.Currency",
				Reason: fmt.Sprintf("is %s and cannot become %s", a.set.Account.Currency, s.Account.Currency)}
		}
		revision = a.revision
	}
	if s.Account.Parent != "" {
		parent, err := l.account(s.Account.Parent)
		if err != nil {
			return AccountSet{}, err
		}
		if parent.within(s.Account.ID) {
			return AccountSet{}, &RequestError{Op: "set account", Field: "Account.Parent",
				Reason: fmt.Sprintf("%q is below the account itself", s.Account.Parent)}
		}
	}
	e := AccountSet{Account: s.Account, Revision: revision + 1, At: instant(now), Actor: s.Actor, Reason: s.Reason}
	if err := l.onSet(e); err != nil {
		return AccountSet{}, err
	}
	e.Account = e.Account.clone()
	return e, nil
}

func (s Setting) check() error {
	wrong := func(field, reason string) error {
		return &RequestError{Op: "set account", Field: field, Reason: reason}
	}
	a := s.Account
	switch {
	case a.ID == "":
		return wrong("Account.ID", "is empty")
	case !a.Currency.IsValid():
		return wrong("Account.Currency", "is missing")
	case a.Limit != nil && (a.Limit.Amount.Currency() != a.Currency || a.Limit.Amount.Sign() < 0):
		return wrong("Account.Limit.Amount", "is below 0 or not in the account's currency")
	case a.Limit != nil && a.Limit.Comparison > AtOrAbove:
		return wrong("Account.Limit.Comparison", "is none")
	case a.Limit != nil && a.Limit.Tolerance.Sign() < 0:
		return wrong("Account.Limit.Tolerance", "is below 0")
	case a.Cover != nil && (a.Cover.Amount.Currency() != a.Currency || a.Cover.Amount.Sign() < 0):
		return wrong("Account.Cover.Amount", "is below 0 or not in the account's currency")
	case a.HorizonDays != nil && (*a.HorizonDays < 0 || *a.HorizonDays > maxHorizon):
		return wrong("Account.HorizonDays", fmt.Sprintf("is not within 0 to %d", maxHorizon))
	case a.Deviation != nil && a.Deviation.Sign() < 0:
		return wrong("Account.Deviation", "is below 0")
	case a.DunningLevel < 0:
		return wrong("Account.DunningLevel", "is below 0")
	case s.Actor == "":
		return wrong("Actor", "is empty")
	case s.Reason == "":
		return wrong("Reason", "is empty")
	}
	return nil
}

// maxHorizon is ten years, beyond any planned shipment.
const maxHorizon = 3653

// clone copies what the account points to.
func (a Account) clone() Account {
	a.Limit, a.Cover = copied(a.Limit), copied(a.Cover)
	a.HorizonDays, a.Deviation = copied(a.HorizonDays), copied(a.Deviation)
	return a
}

// equal compares accounts with what they point to.
func (a Account) equal(b Account) bool {
	same := same(a.Limit, b.Limit) && same(a.Cover, b.Cover) && same(a.HorizonDays, b.HorizonDays) &&
		same(a.Deviation, b.Deviation)
	a.Limit, a.Cover, a.HorizonDays, a.Deviation = nil, nil, nil, nil
	b.Limit, b.Cover, b.HorizonDays, b.Deviation = nil, nil, nil, nil
	return same && a == b
}

func copied[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}

func same[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }

// account is a node of the hierarchy. All fields are guarded by Ledger.mu.
type account struct {
	id       string
	set      AccountSet // the settings in force
	revision uint64     // of set; 0: not set yet
	blocked  time.Time  // since when, where it is

	parent   *account
	children []*account
	covered  int // accounts with a cover, this one and below

	balances   []balance            // this account and all below, a currency each
	items      []*OpenItem          // of this account alone, by due date
	byDocument map[string]*OpenItem // the same
	itemsSet   OpenItemsSet
	own        map[money.Currency]money.Amount // unapplied payments of this account alone
	invoices   int                             // ever posted to this account
	known      bool                            // the host has set items or a payment
	paid       []calendar.Date                 // days of payments, ascending
}

// within reports whether the account is the one of the id or below it.
func (a *account) within(id string) bool {
	for ; a != nil; a = a.parent {
		if a.id == id {
			return true
		}
	}
	return false
}

// onSet puts settings in force.
func (l *Ledger) onSet(e AccountSet) error {
	a := l.intern(e.Account.ID)
	if e.Revision <= a.revision {
		return nil
	}
	var parent *account
	if e.Account.Parent != "" {
		parent = l.intern(e.Account.Parent)
	}
	if parent != a.parent {
		if err := a.moveTo(parent); err != nil {
			return err
		}
	}
	insured := func(set Account) int {
		if set.Cover != nil {
			return 1
		}
		return 0
	}
	if d := insured(e.Account) - insured(a.set.Account); d != 0 {
		for n := a; n != nil; n = n.parent {
			n.covered += d
		}
	}
	if e.Account.Blocked && !a.set.Account.Blocked {
		a.blocked = e.At
	}
	if !e.Account.Blocked {
		a.blocked = time.Time{}
	}
	a.set, a.revision = e, e.Revision
	return nil
}
