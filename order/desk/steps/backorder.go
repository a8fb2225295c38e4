package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/backorder"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/rules"
)

// ErrRunOutdated is returned for a backorder run over orders of which one has
// changed since it was computed, or that was committed: compute again.
var ErrRunOutdated = errors.New("steps: an order of the backorder run has changed since it was computed")

// Backorders promises the open orders of a desk anew (ATP-4): what has not
// shipped, backordered or promised, is served again, line by line, as package
// backorder does it.
//
//	run, err := backorders.Compute(ctx, d, now, nil, backorder.Options{})
//	for _, r := range run.Plan.Diff() { ... } // who gains, who loses, by how many days
//	err = backorders.Commit(ctx, d, run, backorder.Note{Key: "run 2026-03-30", Reason: "nightly", Actor: "planner"})
//
// Orders that are on hold or not accepted yet keep what they have. So do items
// with lots; see backorder.Expiring. What ships as another item stays, and so does what an
// order has reserved of that item. Quotas are not asked; see atp.Change. A line
// that had nothing reserved gets nothing of the safety stock.
type Backorders struct {
	Stock     *atp.Stock
	Customers Customers
	Items     Items
	// Lane is that of the promise step, or of the route from the site.
	Lane func(o *order.Order, site string) *atp.Lane
	// Class is that of the promise step.
	Class func(o *order.Order, a party.Account) string
	// Treat says how a line takes part, the higher priority first. Nil: each gains, with
	// priority 0, so that nobody loses what was promised.
	Treat func(o *order.Order, l *order.Line) (s backorder.Strategy, priority int)
	// Rules change what Treat says, and leave lines out. Nil: there are none.
	Rules *rules.Live[atp.Facts, backorder.Treatment]
	// Stream is where runs are recorded. By default stock/backorders.
	Stream string
}

const backorderStream = "stock/backorders"

// BackorderRun is what a run over the open orders of a desk would do.
type BackorderRun struct {
	// Plan is the run. The ids of its lines are made of those of order and line. Where
	// lines of an order share a reservation of an item, one stands for all, and is
	// wanted when the first of them is.
	Plan *backorder.Plan
	// Assigned says what rules made of each line; empty where none were asked.
	Assigned []backorder.Assigned

	claims map[order.ID][]claim
	byID   map[string]*claim
}

// Lines returns the order and the lines of it that a line of the plan stands for.
// The order is empty where the plan has no line of that id.
func (r *BackorderRun) Lines(id string) (o order.ID, lines []string) {
	c := r.byID[id]
	if c == nil {
		return "", nil
	}
	for _, p := range c.parts {
		lines = append(lines, p.line)
	}
	return c.order, lines
}

// claim is what an order waits for under one reservation of an item at a site.
type claim struct {
	id                      string
	order                   order.ID
	reservation, item, site string
	parts                   []claimPart
	wanted                  calendar.Date
	pack                    int64
	line                    *order.Line // the first
}

// claimPart is what one line has in a claim, in what stock counts.
type claimPart struct {
	line  string
	count int64
}

func (c claim) quantity() (n int64) {
	for _, p := range c.parts {
		n += p.count
	}
	return n
}

// same tells whether two claims are for the same.
func (c claim) same(d claim) bool {
	return c.reservation == d.reservation && c.item == d.item && c.site == d.site && slices.Equal(c.parts, d.parts)
}

// Compute works out what a run over the open orders would do at an instant. Choose
// picks the lines that take part, such as those that a backorder.Cadence has
// due; nil: all do. Orders that an earlier run has left behind follow first (see
// [Backorders.Follow]); nothing else changes. The errors are those of Follow, of the
// customers, items and rules, and of backorder.Compute.
func (b *Backorders) Compute(
	ctx context.Context, d *desk.Desk, now time.Time, choose func([]backorder.Line) []backorder.Line, o backorder.Options,
) (*BackorderRun, error) {
	if _, err := b.Follow(ctx, d); err != nil {
		return nil, err
	}
	r := &BackorderRun{claims: make(map[order.ID][]claim), byID: make(map[string]*claim)}
	var candidates []backorder.Candidate
	for o := range d.Orders() {
		claims, list, err := b.candidates(ctx, o)
		if err != nil {
			return nil, fmt.Errorf("steps: backorders: order %s: %w", o.ID, err)
		}
		if len(list) == 0 {
			continue
		}
		r.claims[o.ID] = claims
		for i := range claims {
			r.byID[claims[i].id] = &claims[i]
		}
		candidates = append(candidates, list...)
	}
	lines, err := b.assign(ctx, now, r, candidates)
	if err != nil {
		return nil, err
	}
	if choose != nil {
		lines = choose(lines)
	}
	r.Plan, err = backorder.Compute(now, b.Stock, lines, o)
	return r, err
}

// assign asks the rules.
func (b *Backorders) assign(ctx context.Context, now time.Time, r *BackorderRun, all []backorder.Candidate) (lines []backorder.Line, err error) {
	if b.Rules != nil {
		lines, r.Assigned, err = backorder.Assign(ctx, now, b.Rules.Book(), all)
		return lines, err
	}
	for i := range all {
		lines = append(lines, all[i].Line)
	}
	return lines, nil
}

// candidates lists what an order can have served again. An order that goes out
// complete does not take part where one of its items is not stocked.
func (b *Backorders) candidates(ctx context.Context, o *order.Order) ([]claim, []backorder.Candidate, error) {
	claims, err := b.claims(ctx, o)
	if err != nil || len(claims) == 0 {
		return nil, nil, err
	}
	account, err := b.Customers.Account(ctx, o.Customer)
	if err != nil {
		return nil, nil, err
	}
	complete := account.Shipping.Delivery == party.DeliverShipComplete
	var list []backorder.Candidate
	for i := range claims {
		c := &claims[i]
		ref, err := b.Stock.Ref(c.item, c.site)
		if isUnstocked(err) {
			if complete {
				return nil, nil, nil
			}
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		l, err := b.line(o, c, ref)
		if err != nil {
			return nil, nil, err
		}
		l.Partial, l.Class = partial(account), account.Class
		if b.Class != nil {
			l.Class = b.Class(o, account)
		}
		if complete {
			l.ShipComplete = string(o.ID)
		}
		list = append(list, backorder.Candidate{Line: l, Profile: atp.Profile{
			Account: account.ID, Class: l.Class, Order: string(o.ID), Type: typeOf(&o.Document),
			Channel: o.Document.Source.Channel, Value: orderValue(o),
		}})
	}
	return claims, list, nil
}

// line is a claim as a run has it. It sees the supply that its reservation sees.
func (b *Backorders) line(o *order.Order, c *claim, ref atp.Ref) (l backorder.Line, err error) {
	l = backorder.Line{
		ID: c.id, Key: c.reservation, Ref: ref, Quantity: c.quantity(), Strategy: backorder.Gain, Pack: c.pack,
		Ordered: placed(o),
	}
	r, err := b.Stock.Reservation(o.Received, c.reservation)
	if unknown := (*atp.UnknownKeyError)(nil); err != nil && !errors.As(err, &unknown) {
		return l, err
	}
	l.Scope, l.SafetyStock = r.Scope, r.SafetyStock
	if b.Treat != nil {
		l.Strategy, l.Priority = b.Treat(o, c.line)
	}
	l.Wanted, err = b.start(o, ref, c.wanted)
	return l, err
}

// isUnstocked tells that there is no such item at the site, or no such site.
func isUnstocked(err error) bool {
	var item *atp.UnknownItemError
	var site *atp.UnknownSiteError
	return errors.As(err, &item) || errors.As(err, &site)
}

// start is the day on which goods are to be taken from stock that the customer wants on
// a day. Where that was past when the order came in, the lane plays no part: the promise
// was for the first day that is possible.
func (b *Backorders) start(o *order.Order, ref atp.Ref, wanted calendar.Date) (calendar.Date, error) {
	lane := b.lane(o, ref.Site())
	if lane == nil || !wanted.After(calendar.DateOf(o.Received)) {
		return wanted, nil
	}
	times, err := lane.Backward(ref.Calendar(), wanted)
	return times.Start, err
}

// claims lists what an order waits for, by line. What is backordered joins what the line
// has reserved at the site.
func (b *Backorders) claims(ctx context.Context, o *order.Order) ([]claim, error) {
	if o.Status() != order.StatusOpen {
		return nil, nil
	}
	lines, err := waitingLines(ctx, b.Items, o)
	if err != nil {
		return nil, err
	}
	var claims []claim
	for i := range lines {
		w := &lines[i]
		at := make(map[string]string) // the reservation that what is backordered at a site joins
		for _, s := range w.open {
			if s.Reservation != "" && !s.Backordered() && s.Substitute == nil {
				at[s.Site] = s.Reservation
				claims = join(claims, o, w, s.Reservation, s)
			}
		}
		for _, s := range w.open {
			if s.Backordered() {
				claims = join(claims, o, w, cmp.Or(at[s.Site], ownReservation(o, w.line)), s)
			}
		}
	}
	return slices.DeleteFunc(claims, func(c claim) bool { return c.mixed(lines) }), nil
}

// mixed tells that the reservation of a claim has the item for another line, too, in
// the place of what that line ordered.
func (c claim) mixed(lines []waitingLine) bool {
	return slices.ContainsFunc(lines, func(w waitingLine) bool {
		return slices.ContainsFunc(w.open, func(s openSchedule) bool {
			return s.ships() == c.item && s.Reservation == c.reservation && s.Site == c.site
		})
	})
}

// join adds what a line waits for to the claims.
func join(claims []claim, o *order.Order, w *waitingLine, reservation string, s openSchedule) []claim {
	i := slices.IndexFunc(claims, func(c claim) bool {
		return c.reservation == reservation && c.item == w.line.Item && c.site == s.Site
	})
	if i < 0 {
		id := string(o.ID) + "/" + w.line.ID
		for n := 2; slices.ContainsFunc(claims, func(c claim) bool { return c.id == id }); n++ {
			id = fmt.Sprintf("%s/%s/%d", o.ID, w.line.ID, n)
		}
		claims = append(claims, claim{
			id: id, order: o.ID, reservation: reservation, item: w.line.Item, site: s.Site, wanted: w.wanted, pack: w.pack, line: w.line,
		})
		i = len(claims) - 1
	}
	c := &claims[i]
	if c.pack != w.pack {
		c.pack = 1 // lines of the same item in different units
	}
	if w.wanted.Before(c.wanted) {
		c.wanted = w.wanted
	}
	if last := len(c.parts) - 1; last >= 0 && c.parts[last].line == w.line.ID {
		c.parts[last].count += s.count
	} else {
		c.parts = append(c.parts, claimPart{w.line.ID, s.count})
	}
	return claims
}

// Commit puts a run into effect: what the stock has reserved changes as one unit,
// which is recorded as one or not at all, and each order follows. Until an order
// has, nothing else is done to it. Where a process dies in between, or an order
// cannot follow, [Backorders.Follow] makes up for it.
//
// The errors are [ErrRunOutdated], backorder.ErrInfeasible, backorder.ErrUnchanged,
// those of atp.Stock.Reschedule and those of [desk.Desk.ActJointly]. After
// desk.ErrUnsettled the run counts as soon as the desk has found out that it was kept,
// and Follow lets the orders follow.
func (b *Backorders) Commit(ctx context.Context, d *desk.Desk, r *BackorderRun, n backorder.Note) error {
	if err := b.check(); err != nil {
		return err
	}
	changed := make(map[order.ID][]BackorderChange)
	for _, res := range r.Plan.Diff() {
		id, c := r.change(res)
		changed[id] = append(changed[id], c)
	}
	return d.ActJointly(ctx, desk.JointAction{
		Name: "backorders", Actor: n.Actor, Orders: r.orders(), Stream: cmp.Or(b.Stream, backorderStream),
		Run: func(ctx context.Context, now time.Time, orders []*order.Order) ([]any, func() error, error) {
			for _, o := range orders {
				claims, err := b.claims(ctx, o)
				if err != nil {
					return nil, nil, err
				}
				if !slices.EqualFunc(claims, r.claims[o.ID], claim.same) {
					return nil, nil, fmt.Errorf("%w: %s", ErrRunOutdated, o.ID)
				}
			}
			e, err := r.Plan.Commit(now, b.Stock, n)
			if stale := (*atp.StaleError)(nil); errors.As(err, &stale) {
				err = fmt.Errorf("%w: %w", ErrRunOutdated, err)
			}
			if err != nil || e.Replayed {
				return nil, nil, err
			}
			return e.Split(), func() error { return b.Stock.UndoReschedule(e) }, nil
		},
		Then: func(ctx context.Context, w *desk.Work) error {
			why, err := explain(changed[w.Order().ID])
			if err != nil {
				return err
			}
			text := fmt.Sprintf("promised anew by run %q", n.Key)
			if n.Reason != "" {
				text += ": " + n.Reason
			}
			err = b.follow(ctx, w, order.Decision{Outcome: order.Changed, Summary: text, Explanation: why})
			if errors.Is(err, errFollowed) {
				return nil
			}
			return err
		},
	})
}

func (b *Backorders) check() error {
	return lacking("backorders", part{"Stock", b.Stock != nil}, part{"Customers", b.Customers != nil}, part{"Items", b.Items != nil})
}

// orders lists those whose reservations the run touches.
func (r *BackorderRun) orders() []order.ID {
	at := make(map[string]order.ID)
	for _, c := range r.byID {
		at[c.reservation] = c.order
	}
	var ids []order.ID
	for _, c := range r.Plan.Changes() {
		ids = append(ids, at[c.Key])
	}
	return ids
}

// BackorderChange is what a run did to lines of an order; the explanation of its
// decision has all of them.
type BackorderChange struct {
	// Lines are those of the order that share the reservation.
	Lines    []string           `json:"lines"`
	Item     string             `json:"item"`
	Site     string             `json:"site"`
	Strategy backorder.Strategy `json:"strategy"`
	// Before and After are what was and is confirmed, by the day on which it is taken from stock, in what
	// stock counts.
	Before []atp.ScheduleLine `json:"before,omitempty"`
	After  []atp.ScheduleLine `json:"after,omitempty"`
	// Reasons are those of the rules.
	Reasons []string `json:"reasons,omitempty"`
}

func (r *BackorderRun) change(res *backorder.Result) (order.ID, BackorderChange) {
	id, lines := r.Lines(res.Line.ID)
	c := BackorderChange{
		Lines: lines, Item: res.Line.Ref.Item(), Site: res.Line.Ref.Site(), Strategy: res.Line.Strategy,
		Before: res.Before, After: res.After,
	}
	for i := range r.Assigned {
		if r.Assigned[i].ID == res.Line.ID {
			c.Reasons = r.Assigned[i].Reasons
		}
	}
	return id, c
}

// errFollowed tells that an order has what the stock has for it.
var errFollowed = errors.New("steps: the order has followed")

// Follow lets all orders follow that stand behind what the stock has reserved for
// them since a run: after a process has died, say. It compares, so that doing it
// again does nothing. The results are those of the orders that changed. An order
// that cannot follow keeps no other from it; the errors are joined. Do it when a desk is
// opened; [Shipper] and [Amender] do it for their order.
func (b *Backorders) Follow(ctx context.Context, d *desk.Desk) ([]desk.Result, error) {
	if err := b.check(); err != nil {
		return nil, err
	}
	var results []desk.Result
	var errs []error
	for o := range d.Orders() {
		if e, err := b.realign(ctx, o); err == nil && len(e.Lines) == 0 {
			continue
		}
		r, err := d.Act(ctx, o.ID, desk.Action{Name: "backorders", Run: func(ctx context.Context, w *desk.Work) error {
			return b.follow(ctx, w, order.Decision{Outcome: order.Changed, Summary: "follows what the stock has reserved"})
		}})
		switch {
		case err == nil:
			results = append(results, r)
		case !errors.Is(err, errFollowed):
			errs = append(errs, err)
		}
	}
	return results, errors.Join(errs...)
}

// catchUp lets the order of an action follow before the action goes on. Without
// Backorders there is nothing to follow.
func (b *Backorders) catchUp(ctx context.Context, w *desk.Work) error {
	if b == nil {
		return nil
	}
	if err := b.check(); err != nil {
		return err
	}
	err := b.follow(ctx, w, order.Decision{Outcome: order.Changed, Summary: "follows what the stock has reserved"})
	if errors.Is(err, errFollowed) {
		return nil
	}
	return err
}

// follow records the promise that the reservations stand for; errFollowed where
// the order has it.
func (b *Backorders) follow(ctx context.Context, w *desk.Work, d order.Decision) error {
	e, err := b.realign(ctx, w.Order())
	if err != nil {
		return err
	}
	if len(e.Lines) == 0 {
		return errFollowed
	}
	if err := w.Record(e); err != nil {
		return err
	}
	return w.Decide(d)
}
