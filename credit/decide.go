package credit

import (
	"context"
	"errors"
	"fmt"

	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/rules"
)

// inquiry is a decision in the making.
type inquiry struct {
	want
	l        *Ledger
	book     *RuleBook
	now      moment
	facts    facts
	grows    bool // the order asks for more credit than it holds
	matched  []*Rule
	decision Decision
}

// decide asks the rules about an order, and lets it pass against them when it holds credit already and asks for no more,
// or is released. The caller holds l.mu.
func (l *Ledger) decide(ctx context.Context, now moment, w want) (Decision, error) {
	q, err := l.inquire(ctx, now, w)
	if err != nil {
		return Decision{}, err
	}
	if q.decision.Outcome == Held && !q.grows {
		q.pass(NoIncrease)
	}
	return q.decision, q.release()
}

// recheck is decide for an order that is judged as if it were new. The caller holds l.mu.
func (l *Ledger) recheck(ctx context.Context, now moment, w want) (Decision, error) {
	q, err := l.inquire(ctx, now, w)
	if err != nil {
		return Decision{}, err
	}
	return q.decision, q.release()
}

// inquire asks the rules about every account on the way up.
func (l *Ledger) inquire(ctx context.Context, now moment, w want) (*inquiry, error) {
	q := &inquiry{want: w, l: l, book: l.rules.Book(), now: now}
	q.decision = Decision{
		Order: w.Order, Account: w.Account, Amount: w.Amount, At: instant(now.at), Outcome: Passed, Book: q.book.Hash(),
	}
	q.facts.Order = OrderFacts{ID: w.Order, Amount: w.Amount, Terms: w.Terms, FirstShip: firstShip(w.open)}
	var err error
	if q.grows, err = w.grows(now); err != nil {
		return nil, err
	}
	for a, level := w.account, 0; a != nil; a, level = a.parent, level+1 {
		if err := q.ask(ctx, a, level); err != nil {
			return nil, err
		}
	}
	return q, nil
}

// grows reports whether the order is to be worth more than what it holds credit for. An order whose release has ended
// holds nothing for this purpose.
func (w *want) grows(now moment) (bool, error) {
	if w.order == nil || w.order.stands == nil {
		return true, nil
	}
	s := w.order.stands
	if s.released && s.release.ended(now) {
		return true, nil
	}
	more, err := w.Amount.Cmp(s.amount)
	return more > 0, err
}

// ask asks the rules about one account.
func (q *inquiry) ask(ctx context.Context, a *account, level int) error {
	m, err := q.l.measure(a, q.now, &question{currency: q.Amount.Currency(), before: q.order.open(), after: q.open})
	if err != nil {
		return err
	}
	more, err := m.needed.Cmp(m.stood)
	if err != nil {
		return err
	}
	q.grows = q.grows || more > 0
	if err := q.facts.fill(a, level, q.now, &m); err != nil {
		return err
	}
	q.decision.Levels = append(q.decision.Levels, m.level(a))
	if err := q.match(ctx); err != nil {
		return err
	}
	for _, r := range q.matched {
		found, err := r.Then.finding(q.book, &q.facts.Facts)
		if err != nil {
			return fmt.Errorf("credit: rule %q: %w", r.ID, err)
		}
		if r.Then.Action == Hold {
			q.decision.Outcome = Held
		}
		q.decision.Reasons = append(q.decision.Reasons, Reason{Rule: r.ID, Account: a.id, Finding: found})
	}
	return nil
}

// match asks the book, with the explanation that the request wants. Rules that failed and that the schema allows to be
// left out become warnings; any other error stays.
func (q *inquiry) match(ctx context.Context) (err error) {
	if q.Explain == rules.Off {
		q.matched, err = q.book.Match(ctx, &q.facts.Facts, q.now.at, q.matched[:0])
	} else {
		var why rules.Explanation
		q.matched, why, err = q.book.Explain(ctx, &q.facts.Facts, q.now.at, q.Explain)
		q.decision.Explanations = append(q.decision.Explanations, why)
	}
	var skipped *rules.SkippedError
	if !errors.As(err, &skipped) {
		return err
	}
	for _, e := range skipped.Errors {
		q.decision.Reasons = append(q.decision.Reasons, Reason{Rule: e.Rule, Account: q.facts.Account, Finding: finding.Finding{
			Code: "credit.rule-failed", Severity: finding.Warning, Message: e.Error(),
		}})
	}
	return nil
}

// release lets an order pass that somebody approved.
func (q *inquiry) release() error {
	if q.decision.Outcome == Passed || q.order == nil || q.order.stands == nil || q.order.stands.release == nil {
		return nil
	}
	covers, err := q.order.stands.release.covers(q.Amount, q.now)
	if covers {
		q.pass(ByRelease)
	}
	return err
}

// pass lets the order pass against the rules.
func (q *inquiry) pass(basis Basis) {
	q.decision.Outcome, q.decision.Basis = Passed, basis
	for i := range q.decision.Reasons {
		severity := &q.decision.Reasons[i].Finding.Severity
		*severity = min(*severity, finding.Warning)
	}
}

// level states the figures for the record.
func (m *measured) level(a *account) Level {
	level := Level{Account: a.id, Before: m.total, After: m.after}
	if m.limited {
		level.Limit = copied(&m.limit)
	}
	return level
}
