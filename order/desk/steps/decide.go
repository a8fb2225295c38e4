package steps

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/rules"
)

// DecideConfig configures [Decide].
type DecideConfig struct {
	// Rules are the rules in force. The book can be replaced at any time. Required.
	Rules *rules.Live[HoldFacts, HoldEffect]
	// Customers are required.
	Customers Customers
	// FirstOrder tells whether the order is the customer's first, for rules. Nil:
	// rules cannot ask. It must not call the desk.
	FirstOrder func(ctx context.Context, o *order.Order) (bool, error)
	// Owner is who deals with the holds of rules that name nobody.
	Owner string
}

// Decide is the step in which the host's rules have the last word on an order,
// before it is accepted: each that matches places a hold or warns.
//
// It runs again when the last hold is released. What a person released is not
// held again: a rule places no hold of a kind and code that was released, as
// long as the order is worth the same and the facts that the rule reads are the
// same as when it was held. What moves by itself is not compared: today, the
// days to shipment as long as the day is the same, the open holds, and what
// other steps have found.
func Decide(c DecideConfig) desk.Step {
	check := func() error {
		return lacking("decide", part{"Rules", c.Rules != nil}, part{"Customers", c.Customers != nil})
	}
	return desk.Step{Name: "decide", OnRelease: true, Check: check, Run: func(ctx context.Context, w *desk.Work) error {
		return c.run(ctx, w)
	}}
}

func (c DecideConfig) run(ctx context.Context, w *desk.Work) error {
	account, err := c.Customers.Account(ctx, w.Order().Customer)
	if err != nil {
		return err
	}
	d := deciding{DecideConfig: c, work: w, book: c.Rules.Book(), past: pastHolds(w.Order(), w.Step())}
	d.account.Book, d.account.Total = d.book.Hash(), worth(w.Order())
	if d.facts, err = c.facts(ctx, w, account); err != nil {
		return err
	}
	matched, failed, err := match(ctx, d.book, &d.facts, w.Now())
	if err != nil {
		return err
	}
	for _, e := range failed {
		d.found = append(d.found, failure(e))
	}
	for _, r := range matched {
		if err := d.fired(ctx, r); err != nil {
			return err
		}
	}
	return d.conclude()
}

// deciding is one run of the step.
type deciding struct {
	DecideConfig
	work    *desk.Work
	book    *HoldBook
	facts   HoldFacts
	past    []pastHold
	found   finding.List
	account RuleAccount
	held    []string // what holds the order
	let     []string // what was released
}

// fired does what a rule that matched says.
func (d *deciding) fired(ctx context.Context, r *HoldRule) error {
	then := &r.Then
	found, err := render(d.book, &d.facts, finding.Finding{
		Code: ruleCode + then.Code, Severity: finding.Warning, Message: then.Text, Fix: then.Fix,
	})
	if err != nil {
		return err
	}
	fired := FiredRule{Action: then.Action.String(), Code: found.Code}
	if fired.Reason, err = d.book.WhyNot(ctx, r.ID, &d.facts, d.work.Now()); err != nil {
		return err
	}
	if then.Action == PlaceHold {
		if err := d.hold(then, &found, &fired); err != nil {
			return err
		}
	}
	d.found, d.account.Fired = append(d.found, found), append(d.account.Fired, fired)
	return nil
}

// hold places a hold, unless a person has released it.
func (d *deciding) hold(then *HoldEffect, found *finding.Finding, fired *FiredRule) error {
	fired.Judged = judged(&d.facts, fired.Saw)
	if h, ok := d.released(then.Kind, fired); ok {
		fired.Covered = h.ID
		d.let = append(d.let, fmt.Sprintf("%s released by %s: %s", found.Message, h.ReleasedBy, h.ReleaseReason))
		return nil
	}
	found.Severity = finding.Block
	d.held = append(d.held, found.Message)
	if err := d.work.Hold(order.Hold{
		Kind: then.Kind, Code: found.Code, Reason: found.Message, Owner: cmp.Or(then.Owner, d.Owner),
	}); err != nil {
		return err
	}
	for _, h := range d.work.Order().OpenHolds() {
		if h.Kind == then.Kind && h.Code == found.Code {
			fired.Hold = h.ID
		}
	}
	return nil
}

func (d *deciding) conclude() error {
	why, err := d.account.explanation()
	if err != nil {
		return err
	}
	decision := order.Decision{Outcome: order.Passed, Findings: d.found, Book: d.account.Book, Explanation: why}
	switch {
	case len(d.held) > 0:
		decision.Outcome, decision.Summary = order.Held, d.held[0]
	case len(d.let) > 0:
		decision.Summary = d.let[0]
	}
	return d.work.Decide(decision)
}

// pastHold is what an earlier run of the step held the order for.
type pastHold struct {
	hold   order.Hold
	total  string
	judged string
}

// pastHolds reads them from what the step has decided before.
func pastHolds(o *order.Order, step string) []pastHold {
	var past []pastHold
	for i := range o.Decisions {
		if o.Decisions[i].Step != step || o.Decisions[i].Outcome != order.Held {
			continue
		}
		var account RuleAccount
		if err := json.Unmarshal(o.Decisions[i].Explanation, &account); err != nil {
			continue // nothing can be concluded from it, so that the rules hold anew
		}
		for _, f := range account.Fired {
			n := slices.IndexFunc(o.Holds, func(h order.Hold) bool { return h.ID == f.Hold })
			if f.Hold != "" && n >= 0 {
				past = append(past, pastHold{hold: o.Holds[n], total: account.Total, judged: f.Judged})
			}
		}
	}
	return past
}

// released returns the hold whose release covers what a rule found.
func (d *deciding) released(kind order.HoldKind, f *FiredRule) (order.Hold, bool) {
	for _, p := range slices.Backward(d.past) {
		if !p.hold.Open() && p.hold.Kind == kind && p.hold.Code == f.Code && p.total == d.account.Total && p.judged == f.Judged {
			return p.hold, true
		}
	}
	return order.Hold{}, false
}

// worth is what the order is worth, for comparison.
func worth(o *order.Order) string {
	if o.Total().Currency() == 0 {
		return ""
	}
	return o.Total().String()
}

// judged is the hash of the facts that a person who releases a hold has judged:
// those that the rule read, without those that move by themselves.
func judged(f *HoldFacts, saw []rules.Seen) string {
	sum := sha256.New()
	for _, s := range saw {
		switch s.Fact {
		case "order.today", "order.holds", "order.findings":
			continue
		case "order.daysToShip": // it falls from day to day; the day itself counts
			sum.Write(fmt.Appendf(nil, "order.firstShip %s\n", f.Order.FirstShip))
			continue
		}
		sum.Write(fmt.Appendf(nil, "%s %s\n", s.Fact, s.Value.Literal())) // whole, where what is shown is cut
	}
	return hex.EncodeToString(sum.Sum(nil))
}
