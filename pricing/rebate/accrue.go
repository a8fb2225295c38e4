package rebate

import (
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// MaxEntries bounds the entries of one document, so that its event fits a journal batch.
const MaxEntries = 2000

// Billed is an invoice, or a credit memo with amounts and quantities below 0.
type Billed struct {
	// Document is its number, unique for ever. Required.
	Document string
	// Customer is the account that was billed. Required.
	Customer string
	// Above are the accounts above it, whose agreements count it too.
	Above []string
	// Date decides on the period. A credit memo that shall count in the period of its invoice states the invoice's date.
	// Required.
	Date  calendar.Date
	Lines []BilledLine
}

// BilledLine is a line of a document, or one that may come to be.
type BilledLine struct {
	// ID is unique in the document. Required.
	ID   string
	Item string
	// Category is the item's, for agreements by category. May be empty.
	Category string
	// Net is the value before tax. Required, with a currency.
	Net money.Amount
	// Quantity is what was billed, for agreements that count units.
	Quantity quantity.Quantity
	// Units converts the quantity to the unit of an agreement. Nil: it must be in it.
	Units *quantity.Conversions
}

// Accrue adds a document to the turnover of every agreement that counts its lines, and sets aside the difference in what
// is earned.
//
// A document again with the same content changes nothing and gives the event that stands, Replayed. Where no agreement
// counts any line, the event has no entries and need not be journalled, and the document is not remembered.
//
// The errors are *RequestError, *UnitError, *KeyConflictError and money.ErrRange.
func (l *Ledger) Accrue(now time.Time, b Billed) (Accrued, error) {
	if err := b.check(now); err != nil {
		return Accrued{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, known := l.accrued[b.Document]; known {
		if !b.made(&e) {
			return Accrued{}, &KeyConflictError{Op: "accrue", Document: b.Document}
		}
		e.Replayed = true
		return e, nil
	}
	entries, err := l.entries(b)
	if err != nil {
		return Accrued{}, err
	}
	e := Accrued{Document: b.Document, Customer: b.Customer, At: instant(now), Date: b.Date, Entries: entries}
	switch {
	case len(entries) == 0:
		return e, nil
	case len(entries) > MaxEntries:
		return Accrued{}, &RequestError{Op: "accrue", Field: "Lines", Reason: "make more than MaxEntries entries"}
	}
	return e, l.onAccrued(e)
}

// UndoAccrue takes a document back as if it had never been billed, because its event could not be journalled. The error is
// a *StateError when the document is not known.
func (l *Ledger) UndoAccrue(e Accrued) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(e.Entries) == 0 {
		return nil
	}
	was, known := l.accrued[e.Document]
	if !known || !was.At.Equal(e.At) {
		return &StateError{Op: "undo accrue", Key: e.Document, Reason: "does not stand as the event says"}
	}
	if err := l.post(was.Entries, -1); err != nil {
		return err
	}
	delete(l.accrued, e.Document)
	for i := range was.Entries {
		p := was.Entries[i].period()
		if a := l.accounts[p]; a != nil {
			delete(a.documents, e.Document)
		}
		l.forget(p)
	}
	return nil
}

// Expected tells what Accrue would set aside for a document, entry by entry, and changes nothing. Document and the ids of
// lines may be anything. The errors are those of Accrue.
func (l *Ledger) Expected(b Billed) ([]Entry, error) {
	if err := b.check(time.Unix(0, 0)); err != nil {
		return nil, err
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.entries(b)
}

// entries works out what each line does to each agreement. The lines of a document follow each other.
func (l *Ledger) entries(b Billed) ([]Entry, error) {
	ids := l.concerned(b.Customer, b.Above)
	if len(ids) == 0 {
		return nil, nil
	}
	soFar := make(map[period]account)
	var entries []Entry
	for i := range b.Lines {
		line := &b.Lines[i]
		for _, id := range ids {
			a := &l.agreement(id).Agreement
			days, valid := a.Period(b.Date)
			if !valid || line.Net.Currency() != a.Currency || !a.counts(line.Item, line.Category) {
				continue
			}
			p := period{id, days.From}
			acc, begun := soFar[p]
			if !begun {
				acc = l.of(p, a.Currency)
			}
			e, err := a.entry(&acc, line)
			if err != nil {
				return nil, err
			}
			e.Period = days.From
			soFar[p] = acc
			entries = append(entries, e)
		}
	}
	return entries, nil
}

// entry works out what a line does to an account, and does it to the copy of the account that it is given.
func (a *Agreement) entry(acc *account, line *BilledLine) (Entry, error) {
	e := Entry{Line: line.ID, Agreement: a.ID, Net: line.Net}
	if a.Unit != 0 {
		q, err := line.in(a.Unit)
		if err != nil {
			return Entry{}, &UnitError{Agreement: a.ID, Line: line.ID, Err: err}
		}
		e.Quantity = q
	}
	after, err := acc.turnover.plus(Turnover{e.Net, e.Quantity})
	if err != nil {
		return Entry{}, err
	}
	target, err := a.target(after, acc.final > 0)
	if err != nil {
		return Entry{}, err
	}
	caught, err := a.before(acc, target.Tier)
	if err != nil {
		return Entry{}, err
	}
	if e.CatchUp, err = caught.Sub(acc.accrued); err != nil {
		return Entry{}, err
	}
	if e.Amount, err = target.Amount.Sub(caught); err != nil {
		return Entry{}, err
	}
	e.Tier = target.Tier
	if e.CatchUp.IsZero() {
		e.CatchUp = money.Amount{}
	}
	acc.turnover, acc.accrued = after, target.Amount
	return e, nil
}

// target is what a period's accrual should be.
func (a *Agreement) target(t Turnover, final bool) (Earning, error) {
	if final {
		return a.Earned(t)
	}
	return a.Accrual(t)
}

// before is what the turnover so far is worth once a tier holds.
func (a *Agreement) before(acc *account, tier int) (money.Amount, error) {
	if a.Reach == Retroactive {
		return a.worth(acc.turnover, tier)
	}
	e, err := a.target(acc.turnover, acc.final > 0)
	return e.Amount, err
}

// in gives the quantity in a unit.
func (line *BilledLine) in(u quantity.Unit) (quantity.Quantity, error) {
	switch {
	case line.Quantity.Unit() == u:
		return line.Quantity, nil
	case line.Units == nil && !line.Quantity.IsZero():
		return quantity.Quantity{}, &quantity.MismatchError{A: line.Quantity.Unit(), B: u}
	case line.Units == nil:
		return quantity.New(0, u), nil
	}
	return line.Units.Convert(line.Quantity, u)
}

func (b *Billed) check(now time.Time) error {
	wrong := func(field, reason string) error { return &RequestError{Op: "accrue", Field: field, Reason: reason} }
	switch {
	case b.Document == "":
		return wrong("Document", "is empty")
	case b.Customer == "":
		return wrong("Customer", "is empty")
	case b.Date.IsZero():
		return wrong("Date", "is missing")
	}
	seen := make(map[string]bool, len(b.Lines))
	for i := range b.Lines {
		id := b.Lines[i].ID
		switch {
		case id == "":
			return wrong(fmt.Sprintf("Lines[%d].ID", i), "is empty")
		case seen[id]:
			return wrong(fmt.Sprintf("Lines[%d].ID", i), fmt.Sprintf("%q stands twice", id))
		case !b.Lines[i].Net.Currency().IsValid():
			return wrong(fmt.Sprintf("Lines[%d].Net", i), "has no currency")
		}
		seen[id] = true
	}
	return checkTime("accrue", now)
}

// made tells whether an event can have come from the document: the same customer and date, and each entry a line of it
// with the same value. Agreements may have changed since.
func (b *Billed) made(e *Accrued) bool {
	if b.Customer != e.Customer || b.Date != e.Date {
		return false
	}
	for _, entry := range e.Entries {
		at := slices.IndexFunc(b.Lines, func(l BilledLine) bool { return l.ID == entry.Line })
		if at < 0 || b.Lines[at].Net != entry.Net {
			return false
		}
		if entry.Quantity.Unit() == 0 {
			continue
		}
		if q, err := b.Lines[at].in(entry.Quantity.Unit()); err != nil || q != entry.Quantity {
			return false
		}
	}
	return true
}

func (e *Entry) period() period { return period{e.Agreement, e.Period} }

// onAccrued lets an event take effect.
func (l *Ledger) onAccrued(e Accrued) error {
	if err := l.post(e.Entries, +1); err != nil {
		return err
	}
	for i := range e.Entries {
		l.accounts[e.Entries[i].period()].documents[e.Document] = true
	}
	l.accrued[e.Document] = e
	return nil
}

// post adds entries to their accounts, or takes them out: all or none.
func (l *Ledger) post(entries []Entry, sign int) error {
	sums := make(map[period]account)
	for i := range entries {
		e := &entries[i]
		acc, begun := sums[e.period()]
		if !begun {
			acc = l.of(e.period(), e.Net.Currency())
		}
		t, amount, catchUp := Turnover{e.Net, e.Quantity}, e.Amount, e.CatchUp
		if sign < 0 {
			t, amount, catchUp = t.neg(), amount.Neg(), catchUp.Neg()
		}
		var err error
		if acc.turnover, err = acc.turnover.plus(t); err != nil {
			return err
		}
		if acc.accrued, err = money.Sum(acc.accrued, amount, catchUp); err != nil {
			return err
		}
		sums[e.period()] = acc
	}
	for p, acc := range sums {
		at := l.intern(p, acc.accrued.Currency())
		at.turnover, at.accrued = acc.turnover, acc.accrued
	}
	return nil
}
