package rebate

import (
	"cmp"
	"maps"
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// State is everything a Ledger knows, as plain data, to look at and to compare: two Ledgers that took in the same events
// have equal States, field by field.
type State struct {
	Agreements []AgreementSet `json:"agreements"` // in force, by id
	Periods    []PeriodState  `json:"periods"`    // by agreement, then first day
	Accrued    []Accrued      `json:"accrued"`    // by document
	Settled    []Settled      `json:"settled"`    // by document
}

// PeriodState is what happened in a period of an agreement.
type PeriodState struct {
	Agreement string        `json:"agreement"`
	From      calendar.Date `json:"from"` // the first day
	Turnover  Turnover      `json:"turnover"`
	// Accrued is what was set aside, and Paid what was paid of it. The rest is what is still owed as far as is known.
	Accrued money.Amount `json:"accrued"`
	Paid    money.Amount `json:"paid"`
	Final   bool         `json:"final,omitempty"` // a final settlement was made
}

// Agreement returns the agreement in force. The error is an *UnknownAgreementError.
func (l *Ledger) Agreement(id string) (AgreementSet, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	set := l.agreement(id)
	if set == nil {
		return AgreementSet{}, &UnknownAgreementError{Agreement: id}
	}
	e := *set
	e.Agreement = set.Agreement.clone()
	return e, nil
}

// Period returns what happened in the period of an agreement in which a day lies; nothing yet is zeros. The errors are
// *UnknownAgreementError, and a *RequestError for a day on which the agreement is not valid.
func (l *Ledger) Period(id string, day calendar.Date) (PeriodState, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	set := l.agreement(id)
	if set == nil {
		return PeriodState{}, &UnknownAgreementError{Agreement: id}
	}
	days, valid := set.Agreement.Period(day)
	if !valid {
		return PeriodState{}, &RequestError{Op: "period", Field: "day", Reason: "is no day of the agreement"}
	}
	p := period{id, days.From}
	acc := l.of(p, set.Agreement.Currency)
	return acc.state(p), nil
}

// State returns everything the Ledger knows, consistent in itself.
func (l *Ledger) State() State {
	l.mu.RLock()
	defer l.mu.RUnlock()
	var s State
	for _, id := range slices.Sorted(maps.Keys(l.settings)) {
		s.Agreements = append(s.Agreements, *l.agreement(id))
	}
	periods := slices.SortedFunc(maps.Keys(l.accounts), func(a, b period) int {
		return cmp.Or(cmp.Compare(a.agreement, b.agreement), a.from.Compare(b.from))
	})
	for _, p := range periods {
		s.Periods = append(s.Periods, l.accounts[p].state(p))
	}
	for _, d := range slices.Sorted(maps.Keys(l.accrued)) {
		s.Accrued = append(s.Accrued, l.accrued[d])
	}
	for _, d := range slices.Sorted(maps.Keys(l.settled)) {
		s.Settled = append(s.Settled, l.settled[d])
	}
	return s
}

func (a *account) state(p period) PeriodState {
	s := PeriodState{Agreement: p.agreement, From: p.from, Turnover: a.turnover, Accrued: a.accrued, Paid: a.paid, Final: a.final > 0}
	if s.Turnover.Quantity.IsZero() {
		s.Turnover.Quantity = quantity.Quantity{} // whatever it was before
	}
	return s
}
