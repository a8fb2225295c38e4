package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/kernel/item"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
)

// line brings one line down and records it.
func (a *amending) line(ctx context.Context, l asked) (AmendedLine, error) {
	line, to, err := a.target(ctx, l)
	if err != nil {
		return AmendedLine{}, err
	}
	it, err := a.Items.Item(ctx, line.Item)
	if err != nil {
		return AmendedLine{}, err
	}
	was := line.Deliverable()
	if line.Rejection != nil {
		was = it.Quantity(0)
	}
	done := AmendedLine{Line: line.ID, Was: was, To: to, Became: was}
	if left := line.Shipped(); left.Sign() > 0 {
		done.Shipped = left
	}
	cut, err := give(&it, done)
	if err != nil || cut == 0 {
		return done, err
	}
	given, left, whole, err := a.cut(line, &it, cut)
	if err != nil {
		return done, err
	}
	less := it.Quantity(given)
	if done.Became, err = was.Sub(less); err != nil {
		return done, err
	}
	if done.Whole = whole && given < cut; given < cut && !whole {
		if done.Picked, err = done.Became.Sub(done.Shipped); err != nil {
			return done, err
		}
	}
	why := order.Rejection{Code: a.code(), Reason: a.note.Reason}
	switch {
	case given == 0:
		return done, nil
	case done.Became.IsZero():
		return done, a.work.Record(order.LineRejected{Line: line.ID, Rejection: why})
	}
	number(line, left)
	return done, a.work.Record(order.LineDecreased{Line: line.ID, By: less, Schedules: left, Rejection: why})
}

// code is that of what is given up.
func (a *amending) code() string {
	if a.work.Step() == "cancel" {
		return "cancelled"
	}
	return "decreased"
}

// give is how much of a line is to be given up, in what stock counts.
func give(it *item.Item, l AmendedLine) (int64, error) {
	was, err := it.Count(l.Was)
	if err != nil {
		return 0, err
	}
	to, err := it.Count(l.To)
	if err != nil {
		return 0, err
	}
	shipped, err := it.Count(l.Shipped)
	if err != nil {
		return 0, err
	}
	if to > was {
		return 0, &AmendError{Line: l.Line, Reason: fmt.Sprintf("it is %s, and can only become less", l.Was)}
	}
	return max(was-max(to, shipped), 0), nil
}

// cutting is a line that is brought down.
type cutting struct {
	*amending
	line *order.Line
	open []openSchedule // latest first, what is backordered before all
	left int64          // still to be given up
}

// cut gives up a quantity of what has not left, and returns how much it was, for
// what is picked stays; and the schedules that are left. Whole: nothing is picked, and what ships
// as another item is not divided any further.
func (a *amending) cut(l *order.Line, it *item.Item, n int64) (given int64, left []order.Schedule, whole bool, err error) {
	c := cutting{amending: a, line: l, left: n}
	for _, s := range l.Schedules {
		open, err := openPart(it, s)
		if err != nil {
			return 0, nil, false, err
		}
		if open.count > 0 {
			c.open = append(c.open, open)
		}
	}
	slices.SortStableFunc(c.open, func(s, t openSchedule) int { return t.compare(s) })
	if whole, err = c.take(); err != nil {
		return 0, nil, false, err
	}
	for _, s := range slices.Backward(c.open) {
		if s.count > 0 {
			s.Quantity = it.Quantity(s.count)
			left = append(left, s.Schedule)
		}
	}
	return n - c.left, left, whole, nil
}

// take goes over the schedules until enough is given up, or nothing can be any more. What a
// reservation does not give, because it is picked, others may. Whole: none refused anything.
func (c *cutting) take() (whole bool, err error) {
	refused := make(map[stockKey]bool)
	for c.left > 0 {
		asks := c.asks(refused)
		if len(asks) == 0 {
			break
		}
		for _, ask := range asks {
			given, err := c.reduce(ask.key, ask.count)
			if err != nil {
				return false, err
			}
			if given < ask.count {
				refused[ask.key] = true
			}
			c.drop(ask.key, given)
		}
	}
	return len(refused) == 0, nil
}

// stockKey names what a reservation has of what ships for a line from a site; no
// reservation: nothing is reserved.
type stockKey struct {
	reservation, site string
	ships             order.Substitute // the line's own item as one for one
}

func (c *cutting) key(s openSchedule) stockKey {
	k := stockKey{s.Reservation, s.Site, order.Substitute{Item: c.line.Item, Numerator: 1, Denominator: 1}}
	if s.Substitute != nil {
		k.ships = *s.Substitute
	}
	return k
}

// stockAsk is what a reservation is to give up.
type stockAsk struct {
	key   stockKey
	count int64
}

// asks says what is to come from where: the latest first.
func (c *cutting) asks(refused map[stockKey]bool) []stockAsk {
	var asks []stockAsk
	left := c.left
	for _, s := range c.open {
		n, key := min(s.count, left), c.key(s)
		n -= n % key.ships.Denominator
		if n == 0 || refused[key] {
			continue
		}
		left -= n
		if i := slices.IndexFunc(asks, func(a stockAsk) bool { return a.key == key }); i >= 0 {
			asks[i].count += n
		} else {
			asks = append(asks, stockAsk{key, n})
		}
	}
	return asks
}

// drop takes what was given off the schedules.
func (c *cutting) drop(key stockKey, given int64) {
	c.left -= given
	for i := range c.open {
		if s := &c.open[i]; c.key(*s) == key {
			n := min(s.count, given)
			s.count -= n
			given -= n
		}
	}
}

// reduce lets a reservation give up a quantity and returns how much it was. One that
// has ended has nothing to give, and keeps nothing.
func (c *cutting) reduce(key stockKey, n int64) (int64, error) {
	if key.reservation == "" {
		return n, nil
	}
	now := c.work.Now()
	state, err := c.Stock.Reservation(now, key.reservation)
	if unknown := (*atp.UnknownKeyError)(nil); errors.As(err, &unknown) {
		return n, nil
	}
	if err != nil {
		return 0, err
	}
	if state.Status != atp.StatusHeld && state.Status != atp.StatusCommitted {
		return n, nil
	}
	var total, free int64
	for _, l := range state.Lines {
		if !l.Quota && l.Item == key.ships.Item && l.Site == key.site {
			total += l.Quantity - l.Released
			free += l.Quantity - l.Released - l.Consumed - l.Picked
		}
	}
	n = min(n, free/key.ships.Numerator*key.ships.Denominator)
	less, ok := key.ships.Count(n)
	if n == 0 || !ok {
		return 0, nil
	}
	ref, err := c.Stock.Ref(key.ships.Item, key.site)
	if err != nil {
		return 0, err
	}
	c.given++
	e, err := c.Stock.Decrease(now, atp.Decrease{
		Key: key.reservation, Document: fmt.Sprintf("%s/%d", c.note.Document, c.given), Ref: ref, To: total - less,
	})
	if err != nil || e.Replayed {
		return n, err
	}
	c.work.OnRefused(func() error { return c.Stock.UndoDecrease(e) })
	return n, c.work.Record(e)
}

// settle gives credit back what the order is worth less, and counts as delivered what only
// waited for the last goods to leave.
func (a *amending) settle(ctx context.Context, total, delivered money.Amount) error {
	if a.Credit == nil || total.Currency() == 0 {
		return nil
	}
	o := a.work.Order()
	lost, err := total.Sub(o.Total())
	if err != nil {
		return err
	}
	document := string(o.ID) + "/" + a.note.Document
	r := credit.Cancellation{Document: document, Order: string(o.ID), Amount: lost}
	billed := o.Billing() == order.FullyBilled
	if billed || o.Status() == order.StatusRejected {
		r.Amount = money.Amount{} // all that is open, the order's own charges too: no invoice is to come
	} else if lost.IsZero() {
		return a.deliver(ctx, document, delivered)
	}
	e, err := a.Credit.Cancel(a.work.Now(), r)
	if unknown := (*credit.UnknownOrderError)(nil); errors.As(err, &unknown) {
		return nil // none was taken yet
	}
	if err != nil {
		return err
	}
	if !e.Replayed {
		a.work.OnRefused(func() error { return a.Credit.UndoCancel(e) })
		if err := a.work.Record(e); err != nil {
			return err
		}
	}
	if billed {
		return nil
	}
	return a.deliver(ctx, document, delivered)
}

// deliver tells credit of the order's own charges, where nothing is left to leave
// with which they would be delivered.
func (a *amending) deliver(ctx context.Context, document string, before money.Amount) error {
	o := a.work.Order()
	after, err := deliveredValue(o)
	if err != nil {
		return err
	}
	value, err := after.Sub(before)
	if err != nil || value.Sign() <= 0 {
		return err
	}
	account, err := a.Customers.Account(ctx, o.Customer)
	if err != nil {
		return err
	}
	e, err := a.Credit.Deliver(a.work.Now(), credit.Delivery{
		Document: document, Order: string(o.ID), Account: account.CreditKey(), Amount: value,
	})
	if err != nil || e.Replayed {
		return err
	}
	a.work.OnRefused(func() error { return a.Credit.UndoDeliver(e) })
	return a.work.Record(e)
}

// decide records the change with its reason.
func (a *amending) decide() error {
	why, err := explain(AmendAccount{Document: a.note.Document, Lines: a.lines})
	if err != nil {
		return err
	}
	texts := make([]string, len(a.lines))
	for i, l := range a.lines {
		texts[i] = l.String()
	}
	outcome := order.Changed
	if a.work.Order().Status() == order.StatusRejected {
		outcome = order.Refused
	}
	text := cmp.Or(strings.Join(texts, "; "), "nothing") + ": " + a.note.Reason
	return a.work.Decide(order.Decision{Outcome: outcome, Summary: text, Explanation: why})
}
