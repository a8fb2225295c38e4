package credit

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
)

// Check returns the answer that Commit would give now, and changes nothing.
//
// The errors are *RequestError, *UnknownAccountError, *KeyConflictError, *RateError, money.ErrRange, those of the rules
// (a *rules.EvalError names the rule) and that of ctx.
func (l *Ledger) Check(ctx context.Context, now time.Time, req Request) (Decision, error) {
	planned, err := req.normal("check")
	if err != nil {
		return Decision{}, err
	}
	req.Planned = planned
	l.mu.RLock()
	defer l.mu.RUnlock()
	m := l.moment(now)
	w, err := l.want("check", m, req)
	if err != nil {
		return Decision{}, err
	}
	if w.again != nil {
		return w.again.decision(), nil
	}
	return l.decide(ctx, m, w)
}

// Recheck asks the rules anew about an order that holds credit, for what it holds: the answer changes as the horizon
// rolls, as items become overdue and as other orders come in. It changes nothing. The errors are *UnknownOrderError and
// those of Check.
func (l *Ledger) Recheck(ctx context.Context, now time.Time, id string, explain rules.Level) (Decision, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	o := l.orders[id]
	if o == nil || o.stands == nil {
		return Decision{}, &UnknownOrderError{Order: id}
	}
	w := want{
		Request: Request{Order: id, Account: o.account.id, Amount: o.stands.amount, Terms: o.stands.terms(), Explain: explain},
		account: o.account, order: o, open: o.stands.open,
	}
	return l.recheck(ctx, l.moment(now), w)
}

func (l *Ledger) moment(now time.Time) moment { return moment{at: now, today: l.today(now)} }

// terms are those that the order was committed with.
func (s *standing) terms() string {
	for ; s != nil; s = s.before {
		if s.committed != nil {
			return s.committed.Terms
		}
	}
	return ""
}

// normal checks what can be checked without the ledger, and gives the plan by day.
func (r Request) normal(op string) ([]Planned, error) {
	wrong := func(field, reason string) error { return &RequestError{Op: op, Field: field, Reason: reason} }
	switch {
	case r.Order == "":
		return nil, wrong("Order", "is empty")
	case r.Account == "":
		return nil, wrong("Account", "is empty")
	case !r.Amount.Currency().IsValid():
		return nil, wrong("Amount", "has no currency")
	case r.Amount.Sign() < 0:
		return nil, wrong("Amount", "is below 0")
	}
	for i, p := range r.Planned {
		if p.Amount.Currency() != r.Amount.Currency() || p.Amount.Sign() < 0 {
			return nil, wrong(fmt.Sprintf("Planned[%d].Amount", i), "is below 0 or not in the order's currency")
		}
	}
	return byDay(r.Planned)
}

// byDay sorts values by day, adds up those of one day and leaves out zeros. The argument stays as it is.
func byDay(values []Planned) ([]Planned, error) {
	if len(values) == 0 {
		return nil, nil
	}
	sorted := slices.Clone(values)
	slices.SortStableFunc(sorted, func(a, b Planned) int { return a.Ship.Compare(b.Ship) })
	merged := sorted[:0]
	for _, p := range sorted {
		if n := len(merged); n > 0 && merged[n-1].Ship == p.Ship {
			sum, err := merged[n-1].Amount.Add(p.Amount)
			if err != nil {
				return nil, err
			}
			merged[n-1].Amount = sum
			continue
		}
		merged = append(merged, p)
	}
	merged = slices.DeleteFunc(merged, func(p Planned) bool { return p.Amount.IsZero() })
	if len(merged) == 0 {
		return nil, nil
	}
	return merged, nil
}

// want is a request in the light of what the ledger knows.
type want struct {
	Request          // Planned by day
	account *account // that is asked for
	order   *order   // nil: not known yet
	open    []Planned
	again   *Committed // the event that stands, when the order was committed last with the very same request
}

// want looks up what a request is about. The caller holds l.mu.
func (l *Ledger) want(op string, now moment, r Request) (want, error) {
	a, err := l.account(r.Account)
	if err != nil {
		return want{}, err
	}
	w := want{Request: r, account: a, order: l.orders[r.Order]}
	if w.order != nil {
		if err := w.order.belongs(op, r.Account, r.Amount.Currency()); err != nil {
			return want{}, err
		}
	}
	if w.again = w.repeats(now); w.again == nil {
		w.open, err = w.undelivered(op)
	}
	return w, err
}

// belongs checks that an order is what somebody takes it for.
func (o *order) belongs(op, account string, c money.Currency) error {
	if account != o.account.id {
		return &KeyConflictError{Op: op, Key: o.id, Reason: fmt.Sprintf("is an order of account %q, not %q", o.account.id, account)}
	}
	if c != o.currency {
		return &KeyConflictError{Op: op, Key: o.id, Reason: fmt.Sprintf("is an order in %s, not %s", o.currency, c)}
	}
	return nil
}

// repeats gives the event that stands when it came of the very same request, nothing of the order was cancelled since,
// and no release that it rests on has ended.
func (w *want) repeats(now moment) *Committed {
	if w.order == nil || w.order.stands == nil {
		return nil
	}
	s := w.order.stands
	e := s.committed
	if e == nil || e.Amount != w.Amount || s.amount != w.Amount || e.Terms != w.Terms || !slices.Equal(e.Planned, w.Planned) ||
		s.released && s.release.ended(now) {
		return nil
	}
	return e
}

// undelivered spreads what of the amount is not delivered over the days: what has no plan comes first.
func (w *want) undelivered(op string) ([]Planned, error) {
	open := w.Amount
	var err error
	if w.order != nil {
		if open, err = open.Sub(w.order.shipped); err != nil {
			return nil, err
		}
	}
	if open.Sign() < 0 {
		open = money.Zero(w.Amount.Currency()) // more was delivered than ordered
	}
	planned, err := total(w.Planned, open.Currency())
	if err != nil {
		return nil, err
	}
	if more, err := planned.Cmp(w.Amount); err != nil || more > 0 {
		return nil, &RequestError{Op: op, Field: "Planned", Reason: fmt.Sprintf("is %s in all, the order is %s", planned, w.Amount)}
	}
	rest, err := open.Sub(planned)
	if err != nil {
		return nil, err
	}
	if rest.Sign() < 0 {
		return less(w.Planned, rest.Neg())
	}
	if rest.IsZero() {
		return w.Planned, nil
	}
	return byDay(append([]Planned{{Amount: rest}}, w.Planned...))
}

// less gives values without an amount that is taken of the first of them.
func less(values []Planned, amount money.Amount) ([]Planned, error) {
	var left []Planned
	for _, p := range values {
		rest, err := p.Amount.Sub(amount)
		if err != nil {
			return nil, err
		}
		if rest.Sign() <= 0 {
			amount = rest.Neg()
			continue
		}
		amount = money.Zero(rest.Currency())
		left = append(left, Planned{Ship: p.Ship, Amount: rest})
	}
	return left, nil
}
