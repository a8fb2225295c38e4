package steps

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/order"
)

// realigned brings the schedules of an order to what its reservations have, once
// others than the order have changed these.
type realigned struct {
	order *order.Order
	lines []waitingLine
	moved map[string]bool // reservations that were rescheduled
	parts []reservedPart  // what they have open, by reservation, item, site and day
	given [][]openSchedule
	need  []int64 // what a line has not been given yet
}

// reservedPart is what a reservation has open of an item at a site on a day.
type reservedPart struct {
	reservation, item, site string
	ship, deliver           calendar.Date
	count                   int64
}

// realign returns the promise that the order's reservations stand for; one without
// lines where it is what the order has. Only reservations that were rescheduled are looked
// at: of all others, the order knows best.
func (b *Backorders) realign(ctx context.Context, o *order.Order) (order.Promised, error) {
	lines, err := waitingLines(ctx, b.Items, o)
	if err != nil {
		return order.Promised{}, err
	}
	r := realigned{
		order: o, lines: lines, moved: make(map[string]bool), given: make([][]openSchedule, len(lines)), need: make([]int64, len(lines)),
	}
	for _, key := range r.reservations() {
		if err := b.look(&r, key); err != nil {
			return order.Promised{}, err
		}
	}
	if len(r.moved) == 0 {
		return order.Promised{}, nil
	}
	r.keep()
	r.deal()
	r.wait()
	var event order.Promised
	for i := range lines {
		w := &lines[i]
		given := summed(r.given[i])
		if !slices.EqualFunc(given, summed(w.open), openSchedule.same) {
			event.Lines = append(event.Lines, order.PromisedLine{Line: w.line.ID, Schedules: w.named(given)})
		}
	}
	return event, nil
}

// reservations lists those behind the lines, and those that a run may have made.
func (r *realigned) reservations() []string {
	var keys []string
	for i := range r.lines {
		for _, s := range r.lines[i].open {
			if s.Reservation != "" {
				keys = append(keys, s.Reservation)
			}
		}
		keys = append(keys, ownReservation(r.order, r.lines[i].line))
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// look finds out what a reservation has. The instant plays no part: one that was
// rescheduled is committed.
func (b *Backorders) look(r *realigned, key string) error {
	state, err := b.Stock.Reservation(r.order.Received, key)
	if unknown := (*atp.UnknownKeyError)(nil); errors.As(err, &unknown) || err == nil && state.Moves == nil {
		return nil
	}
	if err != nil {
		return err
	}
	r.moved[key] = true
	for i := range state.Lines {
		l := &state.Lines[i]
		p := reservedPart{
			reservation: key, item: l.Item, site: l.Site, ship: l.Date, deliver: l.Date, count: l.Quantity - l.Consumed - l.Released,
		}
		if l.Quota || p.count == 0 {
			continue
		}
		if lane := b.lane(r.order, l.Site); lane != nil {
			ref, err := b.Stock.Ref(l.Item, l.Site)
			if err != nil {
				return err
			}
			times, err := lane.Forward(ref.Calendar(), l.Date)
			if err != nil {
				return err
			}
			p.ship, p.deliver = times.Ship, times.Deliver
		}
		r.parts = append(r.parts, p)
	}
	return nil
}

func (b *Backorders) lane(o *order.Order, site string) *atp.Lane {
	if b.Lane == nil {
		return nil
	}
	return b.Lane(o, site)
}

// keep leaves the lines what no rescheduling has touched, and what is as it was.
func (r *realigned) keep() {
	for i := range r.lines {
		w := &r.lines[i]
		for _, s := range w.open {
			if s.Substitute != nil || !s.Backordered() && !r.moved[s.Reservation] {
				r.leave(s)
				r.given[i] = append(r.given[i], s)
				continue
			}
			r.need[i] += s.count
		}
	}
	for i := range r.lines {
		for _, s := range r.lines[i].open {
			for k := range r.parts {
				if p := &r.parts[k]; r.isFor(p, i) && p.is(s.Schedule) {
					r.give(i, p, min(p.count, s.count, r.need[i]))
				}
			}
		}
	}
}

// leave takes what ships as another item from what was reserved of that item.
func (r *realigned) leave(s openSchedule) {
	if s.Substitute == nil {
		return
	}
	count, _ := s.Substitute.Count(s.count) // it was reserved, so it is a whole number
	for k := range r.parts {
		if p := &r.parts[k]; p.item == s.Substitute.Item && p.is(s.Schedule) {
			p.count -= min(p.count, count)
		}
	}
}

// isFor tells whether a part was reserved for a line: for it alone, or for all
// lines of the item that have something of the reservation.
func (r *realigned) isFor(p *reservedPart, i int) bool {
	w := &r.lines[i]
	return r.isOf(p, i) && (p.reservation == ownReservation(r.order, w.line) ||
		slices.ContainsFunc(w.open, func(s openSchedule) bool { return s.Reservation == p.reservation }))
}

// is tells whether a schedule is the promise of a part.
func (p *reservedPart) is(s order.Schedule) bool {
	return p.reservation == s.Reservation && p.site == s.Site && p.ship == s.Ship && p.deliver == s.Deliver
}

// give hands a quantity of a part to a line.
func (r *realigned) give(i int, p *reservedPart, n int64) {
	if n <= 0 {
		return
	}
	p.count -= n
	r.need[i] -= n
	r.given[i] = append(r.given[i], openSchedule{order.Schedule{
		Ship: p.ship, Deliver: p.deliver, Site: p.site, Reservation: p.reservation,
	}, n})
}

// isOwn tells whether a part was reserved for a line alone.
func (r *realigned) isOwn(p *reservedPart, i int) bool {
	return r.isOf(p, i) && p.reservation == ownReservation(r.order, r.lines[i].line)
}

// isOf tells whether a part is of what a line ordered.
func (r *realigned) isOf(p *reservedPart, i int) bool { return r.lines[i].line.Item == p.item }

// deal gives the rest of what was reserved to the lines that it is for: the first
// wanted first, in whole packs as far as that goes. What these do not need, because they
// have kept something that another line could have had, goes to any line of the item.
func (r *realigned) deal() {
	turn := make([]int, len(r.lines))
	for i := range turn {
		turn[i] = i
	}
	slices.SortStableFunc(turn, func(i, j int) int { return r.lines[i].wanted.Compare(r.lines[j].wanted) })
	for _, isFor := range []func(*reservedPart, int) bool{r.isOwn, r.isFor, r.isOf} {
		for _, inPacks := range []bool{true, false} {
			r.dealTo(turn, isFor, inPacks)
		}
	}
}

// dealTo gives what is left of each part to lines that it is for, in their turn.
func (r *realigned) dealTo(turn []int, isFor func(*reservedPart, int) bool, inPacks bool) {
	for k := range r.parts {
		p := &r.parts[k]
		for _, i := range turn {
			n := min(p.count, r.need[i])
			if inPacks {
				n -= n % r.lines[i].pack
			}
			if isFor(p, i) {
				r.give(i, p, n)
			}
		}
	}
}

// wait leaves what a line was not given backordered: at the sites where it waited,
// and else where it has its first promise.
func (r *realigned) wait() {
	for i := range r.lines {
		w := &r.lines[i]
		at := func(site string, n int64) {
			if n > 0 {
				r.need[i] -= n
				r.given[i] = append(r.given[i], openSchedule{order.Schedule{Site: site}, n})
			}
		}
		for _, s := range w.open {
			if s.Backordered() {
				at(s.Site, min(s.count, r.need[i]))
			}
		}
		if len(w.open) > 0 {
			at(w.open[0].Site, r.need[i])
		}
	}
}

// summed puts schedules in order, earliest first and what has no date last, those
// of one reservation and day as one.
func summed(all []openSchedule) []openSchedule {
	list := slices.Clone(all)
	slices.SortStableFunc(list, openSchedule.compare)
	var sum []openSchedule
	for _, s := range list {
		if n := len(sum); n > 0 && sum[n-1].compare(s) == 0 {
			sum[n-1].count += s.count
		} else {
			sum = append(sum, s)
		}
	}
	return sum
}

func (s openSchedule) compare(t openSchedule) int {
	if a, b := s.Backordered(), t.Backordered(); a != b {
		if a {
			return 1
		}
		return -1
	}
	return cmp.Or(s.Ship.Compare(t.Ship), s.Deliver.Compare(t.Deliver), cmp.Compare(s.Site, t.Site),
		cmp.Compare(s.Reservation, t.Reservation), cmp.Compare(s.ships(), t.ships()))
}

// ships is the item that ships in the place of the line's; empty: the line's own.
func (s openSchedule) ships() string {
	if s.Substitute == nil {
		return ""
	}
	return s.Substitute.Item
}

// same tells whether two schedules promise the same.
func (s openSchedule) same(t openSchedule) bool { return s.compare(t) == 0 && s.count == t.count }

// named makes schedules of the line: a promise that the line has keeps its id.
func (w *waitingLine) named(given []openSchedule) []order.Schedule {
	schedules := make([]order.Schedule, 0, len(given))
	for _, g := range given {
		g.ID, g.Quantity = "", w.item.Quantity(g.count)
		if i := slices.IndexFunc(w.open, func(s openSchedule) bool { return s.compare(g) == 0 }); i >= 0 {
			g.ID = w.open[i].ID
		}
		schedules = append(schedules, g.Schedule)
	}
	number(w.line, schedules)
	return schedules
}
