package steps

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/rules"
)

// CreditChecker checks and takes credit in one step.
type CreditChecker interface {
	Commit(ctx context.Context, now time.Time, r credit.Request) (credit.Committed, credit.Decision, error)
	UndoCommit(e credit.Committed) error
}

// CreditApprover takes credit on somebody's authority.
type CreditApprover interface {
	Approve(now time.Time, a credit.Approval) (credit.Approved, error)
	UndoApprove(e credit.Approved) error
}

// Creditor checks, takes and approves credit; [credit.Ledger] does.
type Creditor interface {
	CreditChecker
	CreditApprover
}

// CreditConfig configures [CheckCredit].
type CreditConfig struct {
	Ledger    Creditor
	Customers Customers
	// Owner is who deals with credit holds.
	Owner string
}

// CheckCredit is the step that takes credit for the order's value, or holds the
// order with all the reasons why not (CR-1 to CR-3). When somebody releases the
// hold, the step runs again and takes the credit on that authority, provided
// that the order is still worth what it was when it was held.
func CheckCredit(c CreditConfig) desk.Step {
	check := func() error {
		return lacking("credit", part{"Ledger", c.Ledger != nil}, part{"Customers", c.Customers != nil})
	}
	return desk.Step{Name: "credit", OnRelease: true, Check: check, Run: func(ctx context.Context, w *desk.Work) error {
		return c.run(ctx, w)
	}}
}

func (c CreditConfig) run(ctx context.Context, w *desk.Work) error {
	o := w.Order()
	account, err := c.Customers.Account(ctx, o.Customer)
	if err != nil {
		return err
	}
	plan, err := planned(o)
	if err != nil {
		return err
	}
	req := credit.Request{
		Order: string(o.ID), Account: account.CreditKey(), Amount: o.Total(), Planned: plan,
		Terms: account.PaymentTerms, Explain: rules.Fired,
	}
	event, d, err := c.Ledger.Commit(ctx, w.Now(), req)
	if err != nil {
		return err
	}
	if d.Outcome == credit.Passed {
		return c.passed(w, event, d)
	}
	if by, ok := authority(o); ok {
		return c.approve(w, req, by)
	}
	return c.hold(w, d)
}

// planned says what of the order ships when: the shares of each line by its
// schedules. What has no date counts whatever the horizon.
func planned(o *order.Order) ([]credit.Planned, error) {
	var plan []credit.Planned
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Rejection != nil || l.Net.Sign() <= 0 {
			continue
		}
		done := quantity.New(0, l.Base.Unit())
		for _, s := range l.Schedules {
			from := done
			var err error
			if done, err = done.Add(s.Quantity); err != nil {
				return nil, err
			}
			value, err := portion(l, from, done)
			if err != nil {
				return nil, err
			}
			if !s.Backordered() && value.Sign() > 0 {
				plan = append(plan, credit.Planned{Ship: s.Ship, Amount: value})
			}
		}
	}
	return plan, nil
}

func (c CreditConfig) passed(w *desk.Work, event credit.Committed, d credit.Decision) error {
	if !event.Replayed {
		w.OnRefused(func() error { return c.Ledger.UndoCommit(event) })
		if err := w.Record(event); err != nil {
			return err
		}
	}
	if err := w.Release(order.CreditHold, "the check passes now"); err != nil {
		return err
	}
	return c.decide(w, order.Passed, d)
}

func (c CreditConfig) hold(w *desk.Work, d credit.Decision) error {
	found := d.Findings()
	first := worst(found)
	if err := w.Hold(order.Hold{Kind: order.CreditHold, Code: first.Code, Reason: first.Message, Owner: c.Owner}); err != nil {
		return err
	}
	return c.decide(w, order.Held, d)
}

func (c CreditConfig) decide(w *desk.Work, outcome order.Outcome, d credit.Decision) error {
	why, err := explain(d)
	if err != nil {
		return err
	}
	return w.Decide(order.Decision{Outcome: outcome, Findings: d.Findings(), Book: d.Book, Explanation: why})
}

// authority returns the release on which credit may be taken against the
// rules: that of the last credit hold, if a person gave it and the order is
// worth what it was when it was held.
func authority(o *order.Order) (order.Hold, bool) {
	var hold order.Hold
	for _, h := range o.Holds {
		if h.Kind == order.CreditHold {
			hold = h
		}
	}
	if hold.ID == "" || hold.Open() {
		return order.Hold{}, false
	}
	var held credit.Decision
	for _, d := range o.Decisions {
		if d.Step != "credit" || d.Outcome != order.Held {
			continue
		}
		held = credit.Decision{}
		if err := json.Unmarshal(d.Explanation, &held); err != nil {
			return order.Hold{}, false
		}
	}
	return hold, held.Amount == o.Total()
}

// approve takes the credit on somebody's authority.
func (c CreditConfig) approve(w *desk.Work, req credit.Request, by order.Hold) error {
	event, err := c.Ledger.Approve(w.Now(), credit.Approval{
		Order: req.Order, Account: req.Account, Amount: req.Amount, Planned: req.Planned,
		Actor: by.ReleasedBy, Reason: by.ReleaseReason,
	})
	if err != nil {
		return err
	}
	if !event.Replayed {
		w.OnRefused(func() error { return c.Ledger.UndoApprove(event) })
		if err := w.Record(event); err != nil {
			return err
		}
	}
	return w.Decide(order.Decision{
		Outcome: order.Passed, Summary: fmt.Sprintf("released by %s: %s", by.ReleasedBy, by.ReleaseReason), Book: event.Book,
	})
}

// FoldCredit makes the ledger a fold of the desk: opening the desk rebuilds it.
func FoldCredit(l *credit.Ledger) desk.Fold { return creditFold{l} }

type creditFold struct{ ledger *credit.Ledger }

// Events returns the decoder of the engine\'s events.
func (f creditFold) Events() *journal.Codec { return credit.Events() }

// Apply lets an event of the journal happen to the engine.
func (f creditFold) Apply(_ journal.Event, event any) error { return f.ledger.Apply(event) }
