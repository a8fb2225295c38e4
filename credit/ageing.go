package credit

import (
	"cmp"
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
)

// OpenItem is an invoice, or a credit memo when it is below 0, that is not paid wholly.
type OpenItem struct {
	Document string        `json:"document"`
	Date     calendar.Date `json:"date"` // of the document
	Due      calendar.Date `json:"due"`
	Open     money.Amount  `json:"open"` // what is not paid
}

// Ageing says how late the customer is with what an account and all below it owe. An item is overdue from the day after
// its due date. Credit memos are never overdue; they lessen receivables.
type Ageing struct {
	Overdue money.Amount `json:"overdue"` // what is past due
	Over30  money.Amount `json:"over_30"` // of that, by more than 30 days
	Over60  money.Amount `json:"over_60"`
	Over90  money.Amount `json:"over_90"`
	// OldestDays is how many days the oldest item is past due; 0: nothing is.
	OldestDays int `json:"oldest_days"`
}

func compareItems(a, b *OpenItem) int {
	return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Document, b.Document))
}

// open puts an item among those that are open.
func (a *account) open(it *OpenItem) {
	i, _ := slices.BinarySearchFunc(a.items, it, compareItems)
	a.items = slices.Insert(a.items, i, it)
	if a.byDocument == nil {
		a.byDocument = make(map[string]*OpenItem)
	}
	a.byDocument[it.Document] = it
}

// closed takes an item out.
func (a *account) closed(it *OpenItem) {
	if i, found := slices.BinarySearchFunc(a.items, it, compareItems); found {
		a.items = slices.Delete(a.items, i, i+1)
	}
	delete(a.byDocument, it.Document)
}

// age works out the ageing of an account, in its currency. Each item is converted with one rounding.
func (l *Ledger) age(a *account, now moment) (Ageing, error) {
	zero := money.Zero(a.set.Account.Currency)
	g := Ageing{Overdue: zero, Over30: zero, Over60: zero, Over90: zero}
	err := l.ageInto(&g, a, a, now)
	return g, err
}

// ageInto adds the items of an account and all below it to the ageing of another.
func (l *Ledger) ageInto(g *Ageing, of, a *account, now moment) error {
	for _, it := range a.items {
		days := now.today.Sub(it.Due)
		if days <= 0 {
			break
		}
		if it.Open.Sign() <= 0 {
			continue
		}
		g.OldestDays = max(g.OldestDays, days)
		amount, err := l.convert(of, now, it.Open)
		if err != nil {
			return err
		}
		for _, bucket := range [...]struct {
			sum  *money.Amount
			over int
		}{{&g.Overdue, 0}, {&g.Over30, 30}, {&g.Over60, 60}, {&g.Over90, 90}} {
			if days <= bucket.over {
				continue
			}
			if *bucket.sum, err = bucket.sum.Add(amount); err != nil {
				return err
			}
		}
	}
	for _, below := range a.children {
		if err := l.ageInto(g, of, below, now); err != nil {
			return err
		}
	}
	return nil
}
