package atp

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// LineQuota marks a line of a reservation that is not goods but a quota that the goods are taken from.
type LineQuota struct {
	// Quota tells that the line's item is the id of a quota.
	Quota bool `json:"quota,omitempty"`
	// ForItem and ForSite are the item that the quota is taken for: what is consumed or released of the item is consumed or
	// released of the quota as well, in proportion. Both empty: the line goes by itself.
	ForItem string `json:"for_item,omitempty"`
	ForSite string `json:"for_site,omitempty"`
	// Use tells several quotas for one item apart: the place in Demand.Quotas, 0 to MaxQuotas-1. A quota and those it falls
	// back on are one use.
	Use int `json:"use,omitempty"`
}

// follow is what a line of a quota goes with. It does not change.
type follow struct {
	item *position
	use  int
}

// compare orders by item and use; nothing comes first.
func (f *follow) compare(g *follow) int {
	switch {
	case f == nil && g == nil:
		return 0
	case f == nil:
		return -1
	case g == nil:
		return 1
	}
	return cmp.Or(f.item.compare(g.item), cmp.Compare(f.use, g.use))
}

// follow checks what a line says of the item that a quota is taken for. The fields of its errors are the line's.
func (s *Stock) follow(at *position, l Line) (*follow, error) {
	const op = "reserve"
	if at.quota == nil {
		return nil, &RequestError{Op: op, Field: "For", Reason: "is given for an item"}
	}
	item, err := s.position(op, "For", l.For)
	if err != nil {
		return nil, err
	}
	if l.Use < 0 || l.Use >= MaxQuotas {
		return nil, &RequestError{Op: op, Field: "Use", Reason: "is not from 0 to below MaxQuotas"}
	}
	return &follow{item, l.Use}, nil
}

// followed refuses a quota for an item that is in no line: nothing would ever consume or release it.
func followed(lines []Line) error {
	for i, l := range lines {
		if l.For.p == nil || slices.ContainsFunc(lines, func(m Line) bool { return m.Ref.p == l.For.p }) {
			continue
		}
		return inLine(&RequestError{Op: "reserve", Field: "For", Reason: "is an item that is in no line"}, i)
	}
	return nil
}

// mark says in an event what kind of line it is that goes with f.
func (f *follow) mark(at *position) LineQuota {
	m := LineQuota{Quota: at.quota != nil}
	if f != nil {
		m.ForItem, m.ForSite, m.Use = f.item.item, f.item.site.id, f.use
	}
	return m
}

// reservedLine reads a line of an event. Date and quantity are yet to be checked.
func (s *Stock) reservedLine(e Reserved, l ReservedLine) (w want, err error) {
	w = want{date: l.Date, quantity: l.Quantity, good: l.GoodThrough, lot: l.Lot}
	if l.Quota && (l.Lot != "" || !l.GoodThrough.IsZero()) {
		return w, &EventError{Event: e, Reason: "a quota with a lot or a life"}
	}
	if !l.Quota {
		if l.LineQuota != (LineQuota{}) {
			return w, &EventError{Event: e, Reason: "a line that is no quota and follows an item"}
		}
		w.at, err = s.intern(l.Item, l.Site)
		return w, err
	}
	if w.at, err = s.internQuota(l.Item, l.Site); err != nil || l.LineQuota == (LineQuota{Quota: true}) {
		return w, err
	}
	if l.Use < 0 || l.Use >= MaxQuotas {
		return w, &EventError{Event: e, Reason: "a use out of range"}
	}
	w.follows = &follow{use: l.Use}
	w.follows.item, err = s.intern(l.ForItem, l.ForSite)
	return w, err
}

// followed adds to what a posting takes of items what it takes of the quotas for them: of each use as much as, with what
// went before, is in proportion to what has gone of the item, rounded down, in the order of the lines. So when all of the
// item is gone, all of the quota is.
func (r *reservation) followed(taken []int64) {
	for i := range r.lines {
		f := r.lines[i].follows
		if f == nil {
			continue
		}
		all, gone := int64(0), int64(0)   // of the item
		quota, went := int64(0), int64(0) // of the use; taken holds what lines before this one give
		for j := range r.lines {
			switch l := &r.lines[j]; {
			case l.at == f.item:
				all += l.quantity
				gone += l.consumed + l.released + taken[j]
			case l.follows.compare(f) == 0:
				quota += l.quantity
				went += l.consumed + l.released + taken[j]
			}
		}
		if all > 0 {
			due := part(quota, gone, all) - went
			taken[i] = max(min(due, r.lines[i].open()), 0)
		}
	}
}

// part is n x of / all, rounded down; of is at most all, which is not 0.
func part(n, of, all int64) int64 {
	hi, lo := bits.Mul64(uint64(n), uint64(of))
	quotient, _ := bits.Div64(hi, lo, uint64(all)) // of <= all, so the quotient is at most n; equal only where hi < all
	return int64(quotient)
}

// free is what a line may take: of an item ATP, of a quota what its period has left.
func (v *view) free(w want, placed calendar.Date) int64 {
	if v.p.quota != nil {
		return v.allows(w.date)
	}
	if !v.ordered(placed) {
		return 0
	}
	return v.lotATP(w.date, w.good, w.lot)
}

// use takes what is consumed of a line from stock on hand, or puts it down as used in the period of the quota; a negative
// quantity gives it back.
func (p *position) use(l *line, n int64) {
	if p.quota == nil {
		p.onHand[Available] -= n
		return
	}
	p.more.timeline.add(l.date, n, 0)
	p.more.timeline.prune(l.date)
}
