package rebate

import (
	"slices"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
)

// Settlement asks to pay what a period has earned.
type Settlement struct {
	// Document is the number of the credit memo or payment, unique for ever. Required.
	Document  string
	Agreement string // required
	// Day is any day of the period. Required.
	Day calendar.Date
	// Final closes the period: the accrual becomes what is earned. What is billed later still counts, and a further
	// settlement pays the difference.
	Final bool
}

// Settle pays what the period's turnover has earned so far, less what was paid before. That can be 0, and below 0 when
// more was paid than is earned now.
//
// A Document again with the same content changes nothing and gives the event that stands, Replayed. The errors are
// *RequestError, *UnknownAgreementError, *KeyConflictError and money.ErrRange.
func (l *Ledger) Settle(now time.Time, s Settlement) (Settled, error) {
	if s.Document == "" {
		return Settled{}, &RequestError{Op: "settle", Field: "Document", Reason: "is empty"}
	}
	if err := checkTime("settle", now); err != nil {
		return Settled{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, known := l.settled[s.Document]; known {
		if e.Agreement != s.Agreement || e.Final != s.Final || !e.Period.Contains(s.Day) {
			return Settled{}, &KeyConflictError{Op: "settle", Document: s.Document}
		}
		e.Replayed = true
		return e, nil
	}
	e, err := l.settlement(s.Agreement, s.Day)
	if err != nil {
		return Settled{}, err
	}
	e.Document, e.At, e.Final = s.Document, instant(now), s.Final
	if s.Final {
		acc := l.of(e.period(), e.Earned.Currency())
		if e.Adjust, err = e.Earned.Sub(acc.accrued); err != nil {
			return Settled{}, err
		}
		if e.Adjust.IsZero() {
			e.Adjust = money.Amount{}
		}
	}
	return e, l.onSettled(e)
}

// settlement works out what a period has earned and what is to be paid.
func (l *Ledger) settlement(id string, day calendar.Date) (Settled, error) {
	set := l.agreement(id)
	if set == nil {
		return Settled{}, &UnknownAgreementError{Agreement: id}
	}
	a := &set.Agreement
	days, valid := a.Period(day)
	if !valid {
		return Settled{}, &RequestError{Op: "settle", Field: "Day", Reason: "is no day of the agreement"}
	}
	acc := l.of(period{id, days.From}, a.Currency)
	earned, err := a.Earned(acc.turnover)
	if err != nil {
		return Settled{}, err
	}
	pay, err := earned.Amount.Sub(acc.paid)
	return Settled{
		Agreement: id, Period: days, Recipient: a.recipient(), Turnover: acc.turnover, Tier: earned.Tier,
		Earned: earned.Amount, Before: acc.paid, Pay: pay,
	}, err
}

// UndoSettle takes a settlement back as if it had never been made, because its event could not be journalled. The error is
// a *StateError when the document is not known.
func (l *Ledger) UndoSettle(e Settled) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	was, known := l.settled[e.Document]
	if !known || !was.At.Equal(e.At) {
		return &StateError{Op: "undo settle", Key: e.Document, Reason: "does not stand as the event says"}
	}
	acc := l.accounts[was.period()]
	paid, err := acc.paid.Sub(was.Pay)
	if err != nil {
		return err
	}
	accrued, err := acc.accrued.Sub(was.Adjust)
	if err != nil {
		return err
	}
	acc.paid, acc.accrued = paid, accrued
	acc.settled = slices.DeleteFunc(acc.settled, func(d string) bool { return d == e.Document })
	if was.Final {
		acc.final--
	}
	delete(l.settled, e.Document)
	l.forget(was.period())
	return nil
}

func (e *Settled) period() period { return period{e.Agreement, e.Period.From} }

// onSettled lets an event take effect.
func (l *Ledger) onSettled(e Settled) error {
	acc := l.of(e.period(), e.Pay.Currency())
	paid, err := acc.paid.Add(e.Pay)
	if err != nil {
		return err
	}
	accrued, err := acc.accrued.Add(e.Adjust)
	if err != nil {
		return err
	}
	at := l.intern(e.period(), e.Pay.Currency())
	at.paid, at.accrued = paid, accrued
	at.settled = append(at.settled, e.Document)
	if e.Final {
		at.final++
	}
	l.settled[e.Document] = e
	return nil
}
