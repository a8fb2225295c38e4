package credit

import (
	"context"
	"time"

	"github.com/o2ckit/o2c/kernel/money"
)

// Commit checks a request and, when it passes, takes the credit in the same step: of two that compete for the last credit
// only one passes. What the order held before is given back in the same step, so it never counts twice.
//
// A request that is held takes nothing and leaves what the order held before; the event is then the zero Committed. The
// same request again gives the same answer, Replayed, with the findings of then. An order that holds credit and asks for
// no more of it passes even against the rules, and so does one that was approved and has not grown beyond the deviation.
//
// The errors are those of Check.
func (l *Ledger) Commit(ctx context.Context, now time.Time, req Request) (Committed, Decision, error) {
	planned, err := req.normal("commit")
	if err != nil {
		return Committed{}, Decision{}, err
	}
	req.Planned = planned
	l.mu.Lock()
	defer l.mu.Unlock()
	m := l.moment(now)
	w, err := l.want("commit", m, req)
	if err != nil {
		return Committed{}, Decision{}, err
	}
	if w.again != nil {
		e := *w.again
		e.Replayed = true
		return e, e.decision(), nil
	}
	d, err := l.decide(ctx, m, w)
	if err != nil || d.Outcome != Passed {
		return Committed{}, d, err
	}
	e := Committed{
		Order: w.Order, Revision: w.order.next(), Account: w.Account, At: d.At, Amount: w.Amount, Planned: w.Planned,
		Terms: w.Terms, Open: w.open, Basis: d.Basis, Book: d.Book, Levels: d.Levels, Reasons: d.Reasons,
	}
	if err := l.onCommitted(e); err != nil {
		return Committed{}, Decision{}, err
	}
	return e, d, nil
}

// UndoCommit takes a commitment back as if it had never been made, because its event could not be journalled: the order
// holds again what it held before. The error is a *StateError when more has happened to the order since.
func (l *Ledger) UndoCommit(e Committed) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	o := l.orders[e.Order]
	if o == nil || o.stands == nil || o.revision != e.Revision || o.stands.committed == nil || !o.stands.committed.At.Equal(e.At) {
		return &StateError{Op: "undo commit", Key: e.Order, Reason: "does not stand as the event says"}
	}
	return l.fallBack("undo commit", o)
}

// decision gives the answer that led to the event.
func (e *Committed) decision() Decision {
	return Decision{
		Order: e.Order, Account: e.Account, Amount: e.Amount, At: e.At, Outcome: Passed, Basis: e.Basis, Book: e.Book,
		Levels: e.Levels, Reasons: e.Reasons,
	}
}

// next is the revision of the order's next commitment or approval.
func (o *order) next() uint64 {
	if o == nil {
		return 1
	}
	return o.revision + 1
}

func (l *Ledger) onCommitted(e Committed) error {
	o := l.internOrder(e.Order, e.Account, e.Amount.Currency())
	return l.stand(o, e.Revision, standing{amount: e.Amount, open: e.Open, committed: &e})
}

// internOrder finds an order and makes it, without credit, when there is none. It enters the ledger with what is done to
// it.
func (l *Ledger) internOrder(id, account string, c money.Currency) *order {
	if o := l.orders[id]; o != nil {
		return o
	}
	return &order{id: id, account: l.intern(account), currency: c, shipped: money.Zero(c), unbilled: money.Zero(c)}
}

// stand puts a standing in place of the one before.
func (l *Ledger) stand(o *order, revision uint64, s standing) error {
	changes := o.swap(o.open(), s.open)
	if err := move(changes); err != nil {
		return err
	}
	s.before, s.release = o.stands, s.approved
	if s.release == nil && o.stands != nil {
		s.release = o.stands.release
	}
	switch {
	case s.approved != nil || s.committed.Basis == ByRelease:
		s.released = true
	case s.committed.Basis == NoIncrease:
		s.released = o.stands != nil && o.stands.released
	}
	s.movements = o.movements
	o.movements++
	o.stands, o.revision = &s, revision
	l.orders[o.id] = o
	return nil
}

// fallBack puts the standing before in place again.
func (l *Ledger) fallBack(op string, o *order) error {
	if o.movements != o.stands.movements+1 {
		return &StateError{Op: op, Key: o.id, Reason: "has been delivered or cancelled in part since"}
	}
	before := o.stands.before
	var open []Planned
	if before != nil {
		open = before.open
	}
	if err := move(o.swap(o.stands.open, open)); err != nil {
		return err
	}
	o.movements--
	o.revision--
	o.stands = before
	l.forget(o)
	return nil
}

// swap gives the changes from one open value to another.
func (o *order) swap(before, after []Planned) []change {
	changes := make([]change, 0, len(before)+len(after))
	for _, p := range before {
		changes = append(changes, change{account: o.account, part: Orders, ship: p.Ship, amount: p.Amount.Neg()})
	}
	for _, p := range after {
		changes = append(changes, change{account: o.account, part: Orders, ship: p.Ship, amount: p.Amount})
	}
	return changes
}

// forget drops an order of which nothing is known any more.
func (l *Ledger) forget(o *order) {
	if o.stands == nil && o.movements == 0 && o.invoices == 0 {
		delete(l.orders, o.id)
	}
}
