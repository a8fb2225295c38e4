package sourcing

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/o2ckit/o2c/atp"
)

// ErrNothing reports an order of which nothing can be promised, so that there is nothing to reserve.
var ErrNothing = errors.New("sourcing: nothing of the order can be promised")

// Reserve sources an order and holds all of its shipments as one reservation: all or nothing. Where somebody was
// quicker it sources again, as often as Config.Attempts says; then the error is the *atp.ShortageError of the last
// time.
//
// A key that was used before gives the reservation that it stands for, with Replayed set and an empty answer; where
// that reservation holds what this order does not ask for it is an *atp.KeyConflictError. The other errors are
// ErrNothing, with the answer that says why, and those of Source and Stock.Reserve.
func (n *Network) Reserve(
	ctx context.Context, now time.Time, o Order, key string, hold time.Duration,
) (Answer, atp.Reserved, error) {
	if err := o.check(n); err != nil {
		return Answer{}, atp.Reserved{}, err
	}
	for attempt := 1; ; attempt++ {
		if answer, held, known, err := n.replay(now, &o, key, hold); known || err != nil {
			return answer, held, err
		}
		answer, held, err := n.try(ctx, now, o, key, hold)
		if err == nil {
			return answer, held, nil
		}
		// another call with the key may have been quicker
		if answer, held, known, fault := n.replay(now, &o, key, hold); known || fault != nil {
			return answer, held, fault
		}
		var short *atp.ShortageError
		if !errors.As(err, &short) || attempt == n.attempts {
			return answer, held, err
		}
	}
}

func (n *Network) try(ctx context.Context, now time.Time, o Order, key string, hold time.Duration) (Answer, atp.Reserved, error) {
	answer, err := n.Source(ctx, now, o)
	if err != nil {
		return Answer{}, atp.Reserved{}, err
	}
	lines := answer.ReservationLines()
	if len(lines) == 0 {
		return answer, atp.Reserved{}, ErrNothing
	}
	held, err := n.stock.Reserve(now, atp.Request{Key: key, Hold: hold, Lines: lines, Placed: o.Placed})
	return answer, held, err
}

// replay finds the reservation that a key stands for.
func (n *Network) replay(now time.Time, o *Order, key string, hold time.Duration) (Answer, atp.Reserved, bool, error) {
	state, err := n.stock.Reservation(now, key)
	var unknown *atp.UnknownKeyError
	switch {
	case errors.As(err, &unknown):
		return Answer{}, atp.Reserved{}, false, nil
	case err != nil:
		return Answer{}, atp.Reserved{}, false, err
	}
	may := o.most()
	made := make([]atp.ReservedLine, len(state.Lines))
	for i, l := range state.Lines {
		made[i] = atp.ReservedLine{Item: l.Item, Site: l.Site, Date: l.Date, Quantity: l.Quantity, GoodThrough: l.GoodThrough, Lot: l.Lot}
	}
	if state.Moves != nil {
		made = state.Moves.Made
	}
	lines := make([]atp.Line, len(made))
	for i, l := range made {
		may[l.Item] -= l.Quantity
		known := slices.ContainsFunc(o.Routes, func(r Route) bool { return r.Site == l.Site })
		if !known || may[l.Item] < 0 {
			return Answer{}, atp.Reserved{}, true, &atp.KeyConflictError{Op: "source", Key: key}
		}
		ref, err := n.stock.Ref(l.Item, l.Site)
		if err != nil {
			return Answer{}, atp.Reserved{}, true, err
		}
		lines[i] = atp.Line{Ref: ref, Date: l.Date, Quantity: l.Quantity, GoodThrough: l.GoodThrough, Lot: l.Lot}
	}
	held, err := n.stock.Reserve(now, atp.Request{Key: key, Hold: hold, Lines: lines})
	return Answer{Order: o.ID}, held, true, err
}

// most is what the order can have of each item.
func (o *Order) most() map[string]int64 {
	most := make(map[string]int64)
	for i := range o.Lines {
		l := &o.Lines[i]
		for round := range l.rounds() {
			if t, ok := l.trade(round); ok {
				most[t.item] += t.quantity(l.Quantity)
			}
		}
	}
	return most
}
