package rebate

import (
	"slices"
	"sync"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
)

// Ledger knows the agreements, the turnover of their periods, what was set aside and what was paid. It is safe for many
// goroutines.
//
// Operations take effect in memory at once and return the event that describes what happened. The caller journals the
// event. Apply takes a journalled event back in, so the state of a Ledger is a fold of its events.
//
// After an error the state is what it was before.
type Ledger struct {
	mu       sync.RWMutex              // guards all below, and what it points to
	settings map[string][]AgreementSet // by agreement; the last is in force
	granted  map[string][]string       // by customer: the agreements that name it, sorted
	accounts map[period]*account
	accrued  map[string]Accrued // by document
	settled  map[string]Settled // by document
}

// period is one period of an agreement.
type period struct {
	agreement string
	from      calendar.Date
}

// account is what happened in a period.
type account struct {
	turnover  Turnover
	accrued   money.Amount
	paid      money.Amount
	documents map[string]bool // that have entries
	settled   []string        // documents, in the order of their events
	final     int             // how many of them are final
}

// New makes an empty Ledger.
func New() *Ledger {
	return &Ledger{
		settings: make(map[string][]AgreementSet), granted: make(map[string][]string),
		accounts: make(map[period]*account), accrued: make(map[string]Accrued), settled: make(map[string]Settled),
	}
}

// agreement gives the setting in force; nil for none. The caller holds l.mu.
func (l *Ledger) agreement(id string) *AgreementSet {
	list := l.settings[id]
	if len(list) == 0 {
		return nil
	}
	return &list[len(list)-1]
}

// become puts a setting in force.
func (l *Ledger) become(e AgreementSet) {
	id := e.Agreement.ID
	l.unindex(id)
	l.settings[id] = append(l.settings[id], e)
	l.index(id)
}

// index lets the customers of an agreement find it.
func (l *Ledger) index(id string) {
	set := l.agreement(id)
	if set == nil {
		return
	}
	for _, c := range set.Agreement.Customers {
		list := l.granted[c]
		if at, found := slices.BinarySearch(list, id); !found {
			l.granted[c] = slices.Insert(list, at, id)
		}
	}
}

func (l *Ledger) unindex(id string) {
	set := l.agreement(id)
	if set == nil {
		return
	}
	for _, c := range set.Agreement.Customers {
		list := l.granted[c]
		if at, found := slices.BinarySearch(list, id); found {
			l.granted[c] = slices.Delete(list, at, at+1)
		}
		if len(l.granted[c]) == 0 {
			delete(l.granted, c)
		}
	}
}

// concerned lists the agreements that name a customer, or an account above it, sorted.
func (l *Ledger) concerned(customer string, above []string) []string {
	ids := l.granted[customer]
	shared := true
	for _, up := range above {
		more := l.granted[up]
		if len(more) == 0 {
			continue
		}
		if shared {
			ids, shared = slices.Clone(ids), false
		}
		ids = append(ids, more...)
	}
	if !shared {
		slices.Sort(ids)
		ids = slices.Compact(ids)
	}
	return ids
}

// of gives the account of a period to look at; it may be empty and nobody's.
func (l *Ledger) of(p period, c money.Currency) account {
	if a := l.accounts[p]; a != nil {
		return *a
	}
	return account{turnover: Turnover{Value: money.Zero(c)}, accrued: money.Zero(c), paid: money.Zero(c)}
}

// intern finds the account of a period and makes it when there is none.
func (l *Ledger) intern(p period, c money.Currency) *account {
	a := l.accounts[p]
	if a == nil {
		empty := l.of(p, c)
		a = &empty
		a.documents = make(map[string]bool)
		l.accounts[p] = a
	}
	return a
}

// forget drops an account in which nothing has happened.
func (l *Ledger) forget(p period) {
	if a := l.accounts[p]; a != nil && len(a.documents)+len(a.settled) == 0 {
		delete(l.accounts, p)
	}
}

// instant is how events state a time: without a monotonic clock and a zone.
func instant(now time.Time) time.Time { return now.Round(0).UTC() }

// checkTime refuses times that a journal does not hold.
func checkTime(op string, t time.Time) error {
	if y := t.UTC().Year(); y < 1678 || y > 2261 {
		return &RequestError{Op: op, Field: "now", Reason: "is not within the years 1678 to 2261"}
	}
	return nil
}
