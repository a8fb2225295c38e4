package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/pricing/budget"
)

// Budgets keep coupons and promotion budgets from being spent twice;
// [budget.Register] does.
type Budgets interface {
	Known(name string) (l budget.Limit, ok bool)
	Reservation(now time.Time, key string) (budget.ReservationState, error)
	Reserve(now time.Time, r budget.Request) (budget.Reserved, error)
	UndoReserve(e budget.Reserved) error
	Commit(now time.Time, key string) (budget.Committed, error)
	UndoCommit(e budget.Committed) error
	Release(now time.Time, key, reason string) (budget.Released, error)
	UndoRelease(e budget.Released) error
}

// The codes of findings about coupons and budgets. The order is priced without
// the promotion; only the last holds it.
const (
	budgetExhausted = "pricing.budget.exhausted" // nothing is left, or too little
	budgetUnknown   = "pricing.budget.unknown"   // a rule names a budget that was never set
	budgetCurrency  = "pricing.budget.currency"  // the limit counts another currency than the order's
	budgetLost      = "pricing.budget.lost"      // what was reserved has lapsed, and others have it
)

// priceWithin prices the order and reserves what the result uses of coupons and
// budgets. Where something is refused it prices again without it, and says so
// in the findings.
func (c PriceConfig) priceWithin(ctx context.Context, w *desk.Work, req pricing.Request) (pricing.Result, error) {
	var found finding.List
	for try := 1; ; try++ {
		res, err := c.Engine.Price(ctx, req)
		if err != nil || c.Budgets == nil {
			return res, err
		}
		refused, err := c.reserve(w, &res, &found)
		if err != nil {
			return pricing.Result{}, err
		}
		if len(refused) == 0 {
			res.Findings = append(res.Findings, found...)
			return res, nil
		}
		if try == tries { // many compete for what is nearly gone: the order does without all of it
			for _, name := range namesOf(res.Usage) {
				if !slices.Contains(refused, name) {
					refused = append(refused, name)
					found.Warn(budgetExhausted, "", fmt.Sprintf("%s: others are using it up; priced without it", name), "")
				}
			}
		}
		for _, name := range refused {
			if slices.Contains(req.Exhausted, name) {
				return pricing.Result{}, fmt.Errorf("steps: price: %q has nothing left, and pricing uses it all the same", name)
			}
		}
		req.Exhausted = append(slices.Clip(req.Exhausted), refused...)
	}
}

// reserve takes what a result uses, in place of what the order had. It returns
// the names of coupons and budgets that cannot be used; then nothing was taken.
func (c PriceConfig) reserve(w *desk.Work, res *pricing.Result, found *finding.List) (refused []string, err error) {
	usages, refused := usagesOf(c.Budgets, res.Usage, found)
	if len(refused) > 0 {
		return refused, nil
	}
	if len(usages) == 0 {
		return nil, releaseBudgets(w, c.Budgets, "the order uses none any more")
	}
	hold := c.BudgetHold
	if hold <= 0 {
		hold = defaultHold
	}
	o := w.Order()
	e, err := c.Budgets.Reserve(w.Now(), budget.Request{
		Key: string(o.ID), Customer: o.Customer, Expires: w.Now().Add(hold), Usages: usages,
	})
	if short := (*budget.ExhaustedError)(nil); errors.As(err, &short) {
		for _, s := range short.Shortages {
			found.Warn(budgetExhausted, "", s.String()+"; priced without it", "")
		}
		return short.Names(), nil
	}
	if err != nil || e.Replayed {
		return nil, err
	}
	w.OnRefused(func() error { return c.Budgets.UndoReserve(e) })
	return nil, w.Record(e)
}

// usagesOf says in the words of package budget what pricing used. A coupon is
// redeemed once in an order, however often its rules apply; of a budget every
// application counts. A coupon without a limit is not counted; a budget that
// was never set has nothing to give.
func usagesOf(b Budgets, used []pricing.Usage, found *finding.List) (usages []budget.Usage, refused []string) {
	add := func(name string, u pricing.Usage, uses int64) {
		limit, known := b.Known(name)
		switch {
		case slices.Contains(refused, name):
		case known && limit.Currency != 0 && limit.Currency != u.Amount.Currency():
			refused = append(refused, name)
			found.Warn(budgetCurrency, "", fmt.Sprintf("%s counts %s, the order is in %s; priced without it",
				name, limit.Currency.Code(), u.Amount.Currency().Code()), "")
		case known:
			usages = append(usages, budget.Usage{Limit: name, Uses: uses, Amount: u.Amount})
		case u.Budget == name:
			refused = append(refused, name)
			found.Warn(budgetUnknown, "", fmt.Sprintf("rule %s is paid from budget %s, which was never set; priced without it", u.Rule, name),
				"set the budget, or correct the rule")
		}
	}
	redeemed := make(map[string]bool)
	for _, u := range used {
		if u.Coupon != "" {
			uses := int64(1)
			if redeemed[u.Coupon] {
				uses = 0
			}
			redeemed[u.Coupon] = true
			add(u.Coupon, u, uses)
		}
		if u.Budget != "" && u.Budget != u.Coupon {
			add(u.Budget, u, u.Times)
		}
	}
	return slices.DeleteFunc(usages, func(u budget.Usage) bool { return u.Uses == 0 && u.Amount.IsZero() }), refused
}

// namesOf lists the coupons and budgets that a result uses.
func namesOf(used []pricing.Usage) []string {
	var names []string
	for _, u := range used {
		for _, name := range []string{u.Coupon, u.Budget} {
			if name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// releaseBudgets gives back what the order has, if it has anything.
func releaseBudgets(w *desk.Work, b Budgets, reason string) error {
	key := string(w.Order().ID)
	r, err := b.Reservation(w.Now(), key)
	if unknown := (*budget.UnknownKeyError)(nil); errors.As(err, &unknown) {
		return nil
	}
	if err != nil || r.Status == budget.StatusReleased {
		return err
	}
	e, err := b.Release(w.Now(), key, reason)
	if err != nil || e.Replayed {
		return err
	}
	w.OnRefused(func() error { return b.UndoRelease(e) })
	return w.Record(e)
}

// commitBudgets makes firm what the order has reserved. What has lapsed, because
// the order waited, is reserved again; ok is false if others have it now, and
// the order is held then. Who releases that hold grants it beyond the limit.
func commitBudgets(w *desk.Work, b Budgets, owner string) (ok bool, err error) {
	key := string(w.Order().ID)
	r, err := b.Reservation(w.Now(), key)
	if unknown := (*budget.UnknownKeyError)(nil); errors.As(err, &unknown) {
		return true, nil
	}
	if err != nil || r.Status == budget.StatusReleased {
		return true, err
	}
	if r.Status == budget.StatusExpired {
		e, err := b.Reserve(w.Now(), budget.Request{Key: key, Customer: r.Customer, Usages: r.Usages})
		if short := (*budget.ExhaustedError)(nil); errors.As(err, &short) {
			return holdForBudget(w, short, owner)
		}
		if err != nil {
			return false, err
		}
		w.OnRefused(func() error { return b.UndoReserve(e) })
		if err := w.Record(e); err != nil {
			return false, err
		}
	}
	e, err := b.Commit(w.Now(), key)
	if err != nil || e.Replayed {
		return err == nil, err
	}
	w.OnRefused(func() error { return b.UndoCommit(e) })
	return true, w.Record(e)
}

// holdForBudget holds the order because others have what it had reserved, unless
// somebody has released that hold before.
func holdForBudget(w *desk.Work, short *budget.ExhaustedError, owner string) (ok bool, err error) {
	for _, h := range w.Order().Holds {
		if h.Kind == order.PriceHold && h.Code == budgetLost && !h.Open() {
			return true, nil
		}
	}
	reason := "what the order was priced with has lapsed: " + short.Shortages[0].String()
	return false, w.Hold(order.Hold{Kind: order.PriceHold, Code: budgetLost, Reason: reason, Owner: owner})
}

// ReleaseBudgets gives back what an order has of coupons and budgets, held or
// committed, because it was cancelled or refused. Once more changes nothing. The
// errors are those of [desk.Desk.Act].
func ReleaseBudgets(ctx context.Context, d *desk.Desk, b Budgets, id order.ID, actor, reason string) error {
	_, err := d.Act(ctx, id, desk.Action{Name: "release budgets", Actor: actor, Run: func(_ context.Context, w *desk.Work) error {
		return releaseBudgets(w, b, reason)
	}})
	return err
}

// FoldBudgets makes the register a fold of the desk: opening the desk rebuilds it.
func FoldBudgets(r *budget.Register) desk.Fold { return budgetFold{r} }

type budgetFold struct{ register *budget.Register }

// Events returns the decoder of the engine's events.
func (f budgetFold) Events() *journal.Codec { return budget.Events() }

// Apply lets an event of the journal happen to the engine.
func (f budgetFold) Apply(_ journal.Event, event any) error { return f.register.Apply(event) }
