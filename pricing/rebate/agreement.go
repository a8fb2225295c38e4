package rebate

import (
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// MaxTiers bounds the tiers of an agreement.
const MaxTiers = 100

// Agreement says who is granted what for which turnover.
type Agreement struct {
	// ID is the agreement's number. Required.
	ID string `json:"id"`
	// Name says it to a person; may be empty.
	Name string `json:"name,omitempty"`
	// Customers are the accounts whose turnover counts, with that of the accounts below them. At least one.
	Customers []string `json:"customers"`
	// Recipient is the account that is paid. Empty: the first of Customers.
	Recipient string `json:"recipient,omitempty"`
	// Items and Categories are what counts: lines of any of them. Both empty: everything does.
	Items      []string `json:"items,omitempty"`
	Categories []string `json:"categories,omitempty"`
	// Except are items that do not count.
	Except []string `json:"except,omitempty"`
	// Currency is that of turnover and rebate; what is billed in another one does not count. Required.
	Currency money.Currency `json:"currency"`
	// Unit is the one in which quantities are counted; what is billed in a unit that does not convert to it is an error.
	// Required where a tier is of a quantity or grants an amount. Where it is not stated no quantity is counted.
	Unit quantity.Unit `json:"unit,omitzero"`
	// Valid are the days whose documents count, both ends included. From is required.
	Valid calendar.Period `json:"valid"`
	// Periods says over which time turnover adds up. Required.
	Periods Periods `json:"periods"`
	// Basis says what the thresholds of tiers are compared with. Required.
	Basis Basis `json:"basis"`
	// Reach says what of the turnover a tier is granted for. Required.
	Reach Reach `json:"reach"`
	// Tiers are 1 to [MaxTiers], the thresholds rising. Below the first nothing is granted.
	Tiers []Tier `json:"tiers"`
	// Rounding is how what is earned is rounded to the minor unit of the currency. The zero value is half up.
	Rounding money.Rounding `json:"rounding"`
	// Forecast is the turnover that is expected in a full period: a value or a quantity, as the basis says. While less was
	// billed, accruals are those of the tier that the forecast reaches; settlements are not touched by it. Zero: accruals
	// follow what was billed.
	Forecast Turnover `json:"forecast,omitzero"`
}

// Tier grants a share of the value, or an amount for a quantity, from a threshold on.
type Tier struct {
	// Value is the threshold where the basis is [Value], Quantity where it is [Quantity]. 0 or more.
	Value    money.Amount      `json:"value,omitzero"`
	Quantity quantity.Quantity `json:"quantity,omitzero"`
	// Rate is the share of the net value that is granted, 0 to 1.
	Rate money.Rate `json:"rate,omitzero"`
	// Amount is what is granted for each Per units, in place of a rate. At least 0.
	Amount money.Amount `json:"amount,omitzero"`
	// Per is how many units Amount is for; 0 means 1.
	Per int64 `json:"per,omitempty"`
}

// Periods says over which time turnover adds up. Each period begins anew.
type Periods string

// The periods of an agreement.
const (
	// Whole: all its days are one period.
	Whole Periods = "whole"
	// Months, Quarters and Years are those of the calendar; the first and the last are cut to the agreement's days.
	Months   Periods = "month"
	Quarters Periods = "quarter"
	Years    Periods = "year"
)

// Basis says what thresholds are compared with.
type Basis string

// The bases of tiers.
const (
	// Value: the net value.
	Value Basis = "value"
	// Quantity: the number of units.
	Quantity Basis = "quantity"
)

// Reach says what of the turnover a tier is granted for.
type Reach string

// The reaches of tiers.
const (
	// Retroactive: the tier that is reached is granted for all of the period's turnover.
	Retroactive Reach = "retroactive"
	// Beyond: each tier is granted for what lies between its threshold and the next. Values earn rates and quantities earn
	// amounts, all for the same number of units.
	Beyond Reach = "beyond"
)

// Setting asks to set an agreement.
type Setting struct {
	Agreement Agreement
	// Actor is who sets it, and Reason why. Both required.
	Actor  string
	Reason string
}

// Period returns the period in which a day lies; ok is false for a day on which the agreement is not valid. An end that
// is not stated is no date.
func (a *Agreement) Period(d calendar.Date) (p calendar.Period, ok bool) {
	if d.IsZero() || !a.Valid.Contains(d) {
		return calendar.Period{}, false
	}
	months := 0
	switch a.Periods {
	case Months:
		months = 1
	case Quarters:
		months = 3
	case Years:
		months = 12
	default:
		return a.Valid, true
	}
	first := d.StartOfMonth()
	first = first.AddMonths(-((int(d.Month()) - 1) % months))
	p = calendar.Period{From: first, To: first.AddMonths(months - 1).EndOfMonth()}
	if p.From.Before(a.Valid.From) {
		p.From = a.Valid.From
	}
	if !a.Valid.To.IsZero() && p.To.After(a.Valid.To) {
		p.To = a.Valid.To
	}
	return p, true
}

// counts tells whether lines of an item count.
func (a *Agreement) counts(item, category string) bool {
	if slices.Contains(a.Except, item) {
		return false
	}
	if len(a.Items)+len(a.Categories) == 0 {
		return true
	}
	return slices.Contains(a.Items, item) || category != "" && slices.Contains(a.Categories, category)
}

// recipient is the account that is paid.
func (a *Agreement) recipient() string {
	if a.Recipient != "" {
		return a.Recipient
	}
	return a.Customers[0]
}

// SetAgreement makes an agreement, or puts it in place of the one before. Currency, unit, periods, basis and first day
// stay as they were set first. What was accrued stays; the next document, or a final settlement, brings the accrual of a
// period to the new terms, and shows the difference.
//
// The same agreement again changes nothing and gives the event that stands, Replayed. The error is a *RequestError.
func (l *Ledger) SetAgreement(now time.Time, s Setting) (AgreementSet, error) {
	if err := s.check(); err != nil {
		return AgreementSet{}, err
	}
	if err := checkTime("set agreement", now); err != nil {
		return AgreementSet{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	was := l.agreement(s.Agreement.ID)
	var revision uint64
	if was != nil {
		revision = was.Revision
		if was.Agreement.equal(&s.Agreement) {
			e := *was
			e.Replayed = true
			return e, nil
		}
		if field := was.Agreement.fixed(&s.Agreement); field != "" {
			return AgreementSet{}, &RequestError{Op: "set agreement", Field: "Agreement." + field, Reason: "cannot be changed any more"}
		}
	}
	e := AgreementSet{
		Agreement: s.Agreement.clone(), Revision: revision + 1, At: instant(now), Actor: s.Actor, Reason: s.Reason,
	}
	l.become(e)
	return e, nil
}

// UndoSetAgreement takes the last setting of an agreement back as if it had never been made, because its event could not
// be journalled. The error is a *StateError when the agreement was set again since.
func (l *Ledger) UndoSetAgreement(e AgreementSet) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	id := e.Agreement.ID
	if last := l.agreement(id); last == nil || last.Revision != e.Revision {
		return &StateError{Op: "undo set agreement", Key: id, Reason: "does not stand as the event says"}
	}
	l.unindex(id)
	l.settings[id] = l.settings[id][:len(l.settings[id])-1]
	if len(l.settings[id]) == 0 {
		delete(l.settings, id)
	}
	l.index(id)
	return nil
}

// fixed names a field that may not change and has.
func (a *Agreement) fixed(b *Agreement) string {
	switch {
	case a.Currency != b.Currency:
		return "Currency"
	case a.Unit != b.Unit:
		return "Unit"
	case a.Periods != b.Periods:
		return "Periods"
	case a.Basis != b.Basis:
		return "Basis"
	case a.Valid.From != b.Valid.From:
		return "Valid"
	}
	return ""
}

func (a *Agreement) equal(b *Agreement) bool {
	return a.fixed(b) == "" && a.Forecast == b.Forecast && a.ID == b.ID && a.Name == b.Name &&
		a.Recipient == b.Recipient && a.Valid == b.Valid && a.Reach == b.Reach &&
		a.Rounding == b.Rounding && slices.Equal(a.Tiers, b.Tiers) && slices.Equal(a.Customers, b.Customers) &&
		slices.Equal(a.Items, b.Items) && slices.Equal(a.Categories, b.Categories) && slices.Equal(a.Except, b.Except)
}

// clone shares nothing with a.
func (a *Agreement) clone() Agreement {
	b := *a
	b.Customers, b.Items = slices.Clone(a.Customers), slices.Clone(a.Items)
	b.Categories, b.Except, b.Tiers = slices.Clone(a.Categories), slices.Clone(a.Except), slices.Clone(a.Tiers)
	return b
}

func (s *Setting) check() error {
	wrong := func(field, reason string) error {
		return &RequestError{Op: "set agreement", Field: field, Reason: reason}
	}
	switch {
	case s.Actor == "":
		return wrong("Actor", "is empty")
	case s.Reason == "":
		return wrong("Reason", "is empty")
	}
	if field, reason := s.Agreement.fault(); field != "" {
		return wrong("Agreement."+field, reason)
	}
	return nil
}

// fault tells what is wrong with an agreement.
func (a *Agreement) fault() (field, reason string) {
	switch {
	case a.ID == "":
		return "ID", "is empty"
	case len(a.Customers) == 0 || slices.Contains(a.Customers, ""):
		return "Customers", "has none, or an empty one"
	case !a.Currency.IsValid():
		return "Currency", "is not known"
	case a.Valid.From.IsZero() || !a.Valid.IsValid():
		return "Valid", "has no first day, or ends before it"
	case !slices.Contains([]Periods{Whole, Months, Quarters, Years}, a.Periods):
		return "Periods", fmt.Sprintf("is %q; expected whole, month, quarter or year", a.Periods)
	case a.Basis != Value && a.Basis != Quantity:
		return "Basis", fmt.Sprintf("is %q; expected value or quantity", a.Basis)
	case a.Reach != Retroactive && a.Reach != Beyond:
		return "Reach", fmt.Sprintf("is %q; expected retroactive or beyond", a.Reach)
	case !a.Rounding.IsValid():
		return "Rounding", "is none"
	case len(a.Tiers) == 0 || len(a.Tiers) > MaxTiers:
		return "Tiers", "are not 1 to MaxTiers"
	}
	for i := range a.Tiers {
		if f, reason := a.faultOf(i); f != "" {
			return fmt.Sprintf("Tiers[%d].%s", i, f), reason
		}
	}
	if f, reason := a.faultOfThreshold(a.Forecast); f != "" {
		return "Forecast." + f, reason
	}
	return "", ""
}

// faultOf tells what is wrong with a tier.
func (a *Agreement) faultOf(i int) (field, reason string) {
	t := a.Tiers[i]
	if f, reason := a.faultOfThreshold(t.threshold()); f != "" {
		return f, reason
	}
	byAmount := t.Amount.Currency() != 0
	switch {
	case i > 0 && a.measure(t.threshold()).Cmp(a.measure(a.Tiers[i-1].threshold())) <= 0:
		return a.thresholdField(), "is not above the tier before"
	case byAmount && !t.Rate.IsZero():
		return "Rate", "stands beside an amount"
	case t.Rate.Sign() < 0 || t.Rate.Cmp(money.RateFromInt(1)) > 0:
		return "Rate", "is not within 0 to 1"
	case byAmount && (t.Amount.Currency() != a.Currency || t.Amount.Sign() < 0):
		return "Amount", "is below 0, or in another currency"
	case byAmount && a.Unit == 0:
		return "Amount", "is for units, and the agreement states none"
	case t.Per < 0 || t.Per > 0 && !byAmount:
		return "Per", "is below 0, or there is no amount"
	case a.Reach == Beyond && byAmount != (a.Basis == Quantity):
		return "Rate", "beyond thresholds, values earn rates and quantities earn amounts"
	case a.Reach == Beyond && t.per() != a.Tiers[0].per():
		return "Per", "is not that of the first tier"
	}
	return "", ""
}

func (a *Agreement) faultOfThreshold(t Turnover) (field, reason string) {
	switch {
	case a.Basis == Value && t.Quantity != (quantity.Quantity{}):
		return "Quantity", "is stated, and the basis is the value"
	case a.Basis == Quantity && t.Value != (money.Amount{}):
		return "Value", "is stated, and the basis is the quantity"
	case t.Value.Sign() < 0 || t.Quantity.Sign() < 0:
		return a.thresholdField(), "is below 0"
	case t.Value.Currency() != 0 && t.Value.Currency() != a.Currency:
		return "Value", "is in another currency"
	case a.Basis == Quantity && a.Unit == 0:
		return "Quantity", "is of units, and the agreement states none"
	case !t.Quantity.IsZero() && t.Quantity.Unit() != a.Unit:
		return "Quantity", "is in another unit than the agreement's"
	}
	return "", ""
}

func (a *Agreement) thresholdField() string {
	if a.Basis == Quantity {
		return "Quantity"
	}
	return "Value"
}
