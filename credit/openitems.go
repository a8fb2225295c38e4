package credit

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
)

// OpenItems is what a host that keeps receivables elsewhere knows of an account; also the opening balance of one that
// does not.
type OpenItems struct {
	Account   string // the credit account; required
	Items     []OpenItem
	Unapplied []money.Amount // payments received and not applied, a currency each
	// LastPayment is the day on which the customer paid last. The zero date: it is not known.
	LastPayment calendar.Date
}

// SetOpenItems puts open items and unapplied payments in the place of all that the ledger knew of them for an account,
// not of those below it. The same again changes nothing and gives the event that stands, Replayed.
//
// The errors are *RequestError, *UnknownAccountError and money.ErrRange.
func (l *Ledger) SetOpenItems(now time.Time, r OpenItems) (OpenItemsSet, error) {
	e := OpenItemsSet{
		Account: r.Account, At: instant(now), Items: slices.Clone(r.Items), Unapplied: slices.Clone(r.Unapplied),
		LastPayment: r.LastPayment,
	}
	if err := e.normalise(); err != nil {
		return OpenItemsSet{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	a, err := l.account(r.Account)
	if err != nil {
		return OpenItemsSet{}, err
	}
	if a.shows(e) {
		again := a.itemsSet
		again.Replayed = true
		return again, nil
	}
	e.Revision = a.itemsSet.Revision + 1
	return e, l.onOpenItemsSet(e)
}

// normalise checks the items and brings them in order.
func (e *OpenItemsSet) normalise() error {
	wrong := func(field string, i int, reason string) error {
		return &RequestError{Op: "set open items", Field: fmt.Sprintf("%s[%d]", field, i), Reason: reason}
	}
	documents := make(map[string]bool, len(e.Items))
	for i, it := range e.Items {
		switch {
		case it.Document == "":
			return wrong("Items", i, "has no document")
		case documents[it.Document]:
			return wrong("Items", i, fmt.Sprintf("is %q a second time", it.Document))
		case !it.Open.Currency().IsValid() || it.Open.IsZero():
			return wrong("Items", i, "has nothing open or no currency")
		case it.Due.IsZero():
			return wrong("Items", i, "has no due date")
		}
		documents[it.Document] = true
	}
	for i, u := range e.Unapplied {
		same := func(v money.Amount) bool { return v.Currency() == u.Currency() }
		if !u.Currency().IsValid() || u.Sign() <= 0 || slices.ContainsFunc(e.Unapplied[:i], same) {
			return wrong("Unapplied", i, "is not above 0, has no currency, or one that was there before")
		}
	}
	slices.SortFunc(e.Items, func(a, b OpenItem) int { return compareItems(&a, &b) })
	slices.SortFunc(e.Unapplied, func(a, b money.Amount) int { return cmp.Compare(a.Currency(), b.Currency()) })
	return nil
}

// shows reports whether the account is as the event that set it last says, and that one as e.
func (a *account) shows(e OpenItemsSet) bool {
	s := a.itemsSet
	if s.Revision == 0 || !slices.Equal(s.Items, e.Items) || !slices.Equal(s.Unapplied, e.Unapplied) ||
		s.LastPayment != e.LastPayment || len(a.own) != len(s.Unapplied) || len(a.items) != len(s.Items) {
		return false
	}
	for i, it := range a.items {
		if *it != s.Items[i] {
			return false
		}
	}
	for _, u := range s.Unapplied {
		if a.own[u.Currency()] != u {
			return false
		}
	}
	return len(a.paid) == 0 && s.LastPayment.IsZero() || len(a.paid) == 1 && a.paid[0] == s.LastPayment
}

func (l *Ledger) onOpenItemsSet(e OpenItemsSet) error {
	a := l.intern(e.Account)
	if e.Revision <= a.itemsSet.Revision {
		return nil
	}
	var changes []change
	for _, it := range a.items {
		changes = append(changes, change{account: a, part: Receivables, amount: it.Open.Neg()})
	}
	for _, u := range a.own {
		changes = append(changes, change{account: a, part: Unapplied, amount: u.Neg()})
	}
	for _, it := range e.Items {
		changes = append(changes, change{account: a, part: Receivables, amount: it.Open})
	}
	for _, u := range e.Unapplied {
		changes = append(changes, change{account: a, part: Unapplied, amount: u})
	}
	if err := move(changes); err != nil {
		return err
	}
	a.items, a.byDocument, a.own, a.paid = nil, nil, nil, nil
	for _, it := range e.Items {
		a.open(&it)
	}
	for _, u := range e.Unapplied {
		a.keep(u)
	}
	if !e.LastPayment.IsZero() {
		a.paid = []calendar.Date{e.LastPayment}
	}
	a.known = a.known || len(e.Items) > 0 || !e.LastPayment.IsZero()
	a.itemsSet = e
	return nil
}
