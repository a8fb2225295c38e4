package credit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
)

// Check gives the answer that Commit would give now, and changes nothing.
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
	w, err := l.want("check", req)
	if err != nil {
		return Decision{}, err
	}
	if e, again := w.repeats(); again {
		return e.decision(), nil
	}
	return l.decide(ctx, l.moment(now), w, false)
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
	return l.decide(ctx, l.moment(now), w, true)
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
}

// want looks up what a request is about. The caller holds l.mu.
func (l *Ledger) want(op string, r Request) (want, error) {
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
	if _, again := w.repeats(); again {
		return w, nil
	}
	w.open, err = w.undelivered(op)
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

// repeats reports whether the order was committed last with the very same request, and nothing of it cancelled since.
func (w *want) repeats() (*Committed, bool) {
	if w.order == nil || w.order.stands == nil {
		return nil, false
	}
	s := w.order.stands
	e := s.committed
	return e, e != nil && e.Amount == w.Amount && s.amount == w.Amount && e.Terms == w.Terms && slices.Equal(e.Planned, w.Planned)
}

// undelivered spreads what of the amount is not delivered over the days: what has no plan comes first.
func (w *want) undelivered(op string) ([]Planned, error) {
	open := w.Amount
	if w.order != nil {
		var err error
		if open, err = open.Sub(w.order.shipped); err != nil {
			return nil, err
		}
	}
	if open.Sign() < 0 {
		open = money.Zero(w.Amount.Currency()) // more was delivered than ordered
	}
	rest := open
	for _, p := range w.Planned {
		var err error
		if rest, err = rest.Sub(p.Amount); err != nil {
			return nil, err
		}
	}
	if rest.Sign() < 0 {
		return nil, &RequestError{Op: op, Field: "Planned", Reason: fmt.Sprintf("is more than the %s that is not delivered", open)}
	}
	if rest.IsZero() {
		return w.Planned, nil
	}
	return byDay(append([]Planned{{Amount: rest}}, w.Planned...))
}

// decide asks the rules about every account on the way up. With anew, an order that holds credit is judged like any
// other. The caller holds l.mu.
func (l *Ledger) decide(ctx context.Context, now moment, w want, anew bool) (Decision, error) {
	book := l.rules.Book()
	d := Decision{
		Order: w.Order, Account: w.Account, Amount: w.Amount, At: instant(now.at), Outcome: Passed, Book: book.Hash(),
	}
	q := question{currency: w.Amount.Currency(), before: w.order.open(), after: w.open}
	f := facts{Facts: Facts{Order: OrderFacts{ID: w.Order, Amount: w.Amount, Terms: w.Terms, FirstShip: firstShip(w.open)}}}
	grows := w.order == nil || w.order.stands == nil
	if !grows {
		more, err := w.Amount.Cmp(w.order.stands.amount)
		if err != nil {
			return Decision{}, err
		}
		grows = more > 0
	}
	var matched []*Rule
	for a, level := w.account, 0; a != nil; a, level = a.parent, level+1 {
		m, err := l.measure(a, now, &q)
		if err != nil {
			return Decision{}, err
		}
		if more, err := m.needed.Cmp(m.stood); err != nil || more > 0 {
			grows = true
		}
		if err := f.fill(a, level, now, &m); err != nil {
			return Decision{}, err
		}
		d.Levels = append(d.Levels, m.level(a))
		if matched, err = l.match(ctx, book, &f, now, w.Explain, matched[:0], &d); err != nil {
			return Decision{}, err
		}
		if err := d.add(a, matched, &f); err != nil {
			return Decision{}, err
		}
	}
	return d, d.conclude(w, now, grows || anew)
}

// match asks the book, with the explanation that the request wants.
func (l *Ledger) match(
	ctx context.Context, book *RuleBook, f *facts, now moment, level rules.Level, dst []*Rule, d *Decision,
) ([]*Rule, error) {
	if level == rules.Off {
		matched, err := book.Match(ctx, &f.Facts, now.at, dst)
		return matched, d.skipped(f, err)
	}
	matched, why, err := book.Explain(ctx, &f.Facts, now.at, level)
	d.Explanations = append(d.Explanations, why)
	return matched, d.skipped(f, err)
}

// skipped turns rules that a schema allows to be left out into warnings; any other error stays.
func (d *Decision) skipped(f *facts, err error) error {
	var skipped *rules.SkippedError
	if !errors.As(err, &skipped) {
		return err
	}
	for _, e := range skipped.Errors {
		d.Reasons = append(d.Reasons, Reason{Rule: e.Rule, Account: f.Account, Finding: finding.Finding{
			Code: "credit.rule-failed", Severity: finding.Warning, Message: e.Error(),
		}})
	}
	return nil
}

// level states the figures for the record.
func (m *measured) level(a *account) Level {
	level := Level{Account: a.id, Before: m.total, After: m.after}
	if m.limited {
		level.Limit = copied(&m.limit)
	}
	return level
}

// add puts the findings of the rules that matched on record.
func (d *Decision) add(a *account, matched []*Rule, f *facts) error {
	for _, r := range matched {
		found, err := r.Then.finding(&f.Facts)
		if err != nil {
			return fmt.Errorf("credit: rule %q: %w", r.ID, err)
		}
		if r.Then.Action == Hold {
			d.Outcome = Held
		}
		d.Reasons = append(d.Reasons, Reason{Rule: r.ID, Account: a.id, Finding: found})
	}
	return nil
}

// conclude lets an order pass that rules hold when it is released or asks for no more than it has.
func (d *Decision) conclude(w want, now moment, grows bool) error {
	if d.Outcome == Passed {
		return nil
	}
	if !grows {
		d.pass(NoIncrease)
		return nil
	}
	if w.order == nil || w.order.stands == nil || w.order.stands.release == nil {
		return nil
	}
	covers, err := w.order.stands.release.covers(w.Amount, now)
	if covers {
		d.pass(ByRelease)
	}
	return err
}

// pass lets the order pass against the rules.
func (d *Decision) pass(basis Basis) {
	d.Outcome, d.Basis = Passed, basis
	for i := range d.Reasons {
		d.Reasons[i].Finding.Severity = min(d.Reasons[i].Finding.Severity, finding.Warning)
	}
}
