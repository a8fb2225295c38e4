package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
)

// Committer makes reservations firm; [atp.Stock] does.
type Committer interface {
	Commit(now time.Time, key string) (atp.Committed, error)
	UndoCommit(e atp.Committed) error
}

// AcceptConfig configures [Accept].
type AcceptConfig struct {
	// Stock makes the order's reservations firm. Nil: there are none.
	Stock Committer
	// Budgets makes firm what the order uses of coupons and budgets. Nil: nobody
	// counts.
	Budgets Budgets
	// Owner is who deals with an order whose coupons have lapsed while it waited.
	Owner string
}

// Accept is the step that lets an order go to fulfilment if nothing holds it,
// and makes its reservations firm. An order on hold stays there; the step runs
// again when the last hold is released. If a reservation has expired, because
// the order waited for a step or for a person, the order goes back to be
// promised anew.
func Accept(c AcceptConfig) desk.Step {
	return desk.Step{Name: "accept", OnRelease: true, Run: func(_ context.Context, w *desk.Work) error {
		if holds := w.Order().OpenHolds(); len(holds) > 0 {
			return w.Decide(order.Decision{Outcome: order.Held, Summary: fmt.Sprintf("%d holds, first: %s", len(holds), holds[0].Reason)})
		}
		if c.Budgets != nil {
			if ok, err := commitBudgets(w, c.Budgets, c.Owner); err != nil || !ok {
				return err
			}
		}
		for _, key := range reservations(w.Order()) {
			if c.Stock == nil {
				break
			}
			e, err := c.Stock.Commit(w.Now(), key)
			if gone(err) {
				return fmt.Errorf("%w: %w", desk.ErrOutdated, err)
			}
			if err != nil {
				return err
			}
			if e.Replayed {
				continue
			}
			w.OnRefused(func() error { return c.Stock.UndoCommit(e) })
			if err := w.Record(e); err != nil {
				return err
			}
		}
		return w.Record(order.Accepted{At: w.Now()})
	}}
}

// gone tells that there is no such reservation any more: the order waited for
// longer than the stock was kept for it.
func gone(err error) bool {
	var unknown *atp.UnknownKeyError
	var state *atp.StateError
	return errors.As(err, &unknown) || errors.As(err, &state)
}

// reservations lists the keys behind the order's open promises.
func reservations(o *order.Order) []string {
	var keys []string
	for i := range o.Lines {
		if o.Lines[i].Rejection != nil {
			continue
		}
		for _, s := range o.Lines[i].Schedules {
			if s.Reservation != "" && !slices.Contains(keys, s.Reservation) {
				keys = append(keys, s.Reservation)
			}
		}
	}
	return keys
}
