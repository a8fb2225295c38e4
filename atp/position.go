package atp

import (
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// site is a configured site with the day it is there, remembered because every operation asks for it.
type site struct {
	id       string
	calendar *calendar.Calendar
	today    atomic.Pointer[day]
}

// day is a date with the instants, in nanoseconds since 1970, at which it begins and ends at the site.
type day struct {
	date         calendar.Date
	begin, until int64
}

// date gives the date at the site at an instant.
func (s *site) date(at int64) calendar.Date {
	if d := s.today.Load(); d != nil && d.begin <= at && at < d.until {
		return d.date
	}
	loc := s.calendar.Location()
	d := &day{date: calendar.DateOf(time.Unix(0, at).In(loc))}
	d.begin = d.date.In(loc).UnixNano()
	d.until = d.date.AddDays(1).In(loc).UnixNano()
	s.today.Store(d)
	return d.date
}

// position is an item at a site. An item with stock on hand and nothing else costs only this struct; the rest hangs on
// more and comes with the first receipt or reservation.
type position struct {
	// What every reservation touches comes first and lies together.
	site   *site  // does not change
	quota  *quota // nil for an item; does not change
	mu     sync.Mutex
	policy *Policy
	more   *detail
	clock  int64 // the latest instant at which a reservation was made here: holds that ended by then are gone for good
	safety int64 // safety stock
	onHand [statuses]int64

	item     string // or the id of the quota; does not change
	defined  uint64 // revision of the definition in force
	revision uint64 // of the last supply event with no gap before it
}

// detail is what a position needs beyond counters.
type detail struct {
	holds    holds               // claims that expire
	room     [2]hold             // the memory of the first holds
	timeline timeline            // what counts of receipts in the policy's scope, and claims
	receipts map[string]*receipt // by document
	firm     []*line             // claims of committed reservations, in no order
	lapsed   []*reservation      // holds that were dropped and that Sweep has not reported yet
	ahead    []span              // supply events applied beyond revision, when they came out of order
	lots     *lots               // nil until there is a lot, or a receipt that will expire

	moves map[string]StockMoved // by key
}

// receipt is supply that is due.
type receipt struct {
	document string
	kind     SupplyType
	due      calendar.Date
	ordered  int64
	received int64
	expires  calendar.Date // when its goods will expire; no date: they do not, or nobody knows
	revision uint64        // of the event that set due, ordered, expires and reliability
	added    SupplyAdded
	postings []SupplyReceived

	reliability Reliability
}

// open is what is still to come.
func (r *receipt) open() int64 { return max(r.ordered-r.received, 0) }

func (p *position) detail() *detail {
	if p.more == nil {
		p.more = &detail{}
		p.more.holds = p.more.room[:0]
	}
	return p.more
}

// claim puts what is open of a line on the timeline. The holds are the caller's. A line of which all is picked is listed
// without being there.
func (p *position) claim(l *line) {
	m := p.detail()
	if open := l.open(); open > 0 {
		m.timeline.add(l.date, 0, open)
	}
	m.list(l)
}

// list notes a line that is on the timeline.
func (m *detail) list(l *line) {
	m.changed()
	if l.of.committed == 0 {
		l.place = amongHolds
		return
	}
	m.firm = append(m.firm, l)
	l.place = int32(len(m.firm))
}

// unlist is the opposite of list.
func (m *detail) unlist(l *line) {
	m.changed()
	if l.place > 0 {
		n := len(m.firm) - 1
		last := m.firm[n]
		m.firm[l.place-1], m.firm[n] = last, nil
		last.place = l.place
		m.firm = m.firm[:n]
	}
	l.place = 0
}

// unclaim takes a line off the timeline; what is open of it must not have changed since claim. The holds are the
// caller's.
func (p *position) unclaim(l *line) {
	m := p.more
	if open := l.open(); open > 0 {
		m.timeline.add(l.date, 0, -open)
		m.timeline.prune(l.date)
	}
	m.unlist(l)
}

// claims gives the lines that claim supply, in no order.
func (m *detail) claims() iter.Seq[*line] {
	return func(yield func(*line) bool) {
		for l := range m.listed() {
			if l.open() > 0 && !yield(l) {
				return
			}
		}
	}
}

// listed gives the lines that claim supply or have goods picked, in no order.
func (m *detail) listed() iter.Seq[*line] {
	return func(yield func(*line) bool) {
		for _, l := range m.firm {
			if !yield(l) {
				return
			}
		}
		for _, h := range m.holds {
			if h.line.claimed() && !yield(h.line) {
				return
			}
		}
	}
}

// supply changes a receipt and keeps the timeline in step.
func (p *position) supply(r *receipt, change func()) {
	p.plan(r, -1)
	change()
	p.plan(r, 1)
	p.more.changed()
}

func (p *position) plan(r *receipt, sign int64) {
	if n := r.counted(); n > 0 && p.policy.Scope.Has(r.kind) {
		t, day := &p.more.timeline, r.expected()
		t.add(day, sign*n, 0)
		if sign < 0 {
			t.prune(day)
		}
	}
}

// receipt gives the receipt of a document and makes it when there is none.
func (p *position) receipt(document string) *receipt {
	m := p.detail()
	r := m.receipts[document]
	if r == nil {
		if m.receipts == nil {
			m.receipts = make(map[string]*receipt)
		}
		r = &receipt{document: document}
		m.receipts[document] = r
	}
	return r
}

// define puts another policy in force and lays out the timeline for it.
func (p *position) define(policy *Policy, safety int64) {
	p.safety = safety
	if p.policy == policy {
		return
	}
	if p.more != nil {
		for _, r := range p.more.receipts {
			p.plan(r, -1)
		}
	}
	p.policy = policy
	p.more.changed()
	if p.more != nil {
		for _, r := range p.more.receipts {
			p.plan(r, 1)
		}
	}
}

// fits reports whether the position can take that much more supply and demand.
func (p *position) fits(in, out int64) bool {
	for _, n := range p.onHand {
		in += n
	}
	if p.more != nil {
		sum := p.more.timeline.total()
		in += sum.in
		out += sum.out
	}
	return in <= maxTotal && out <= maxTotal
}

// span is a run of revisions, both ends included.
type span struct{ from, to uint64 }

// saw notes that the supply event of a revision takes effect; false when it had taken effect before. Events of one
// position may come in another order than they were made, for callers journal side by side.
func (p *position) saw(revision uint64) bool {
	if revision <= p.revision {
		return false
	}
	if revision == p.revision+1 && (p.more == nil || len(p.more.ahead) == 0) {
		p.revision = revision
		return true
	}
	m := p.detail()
	i := 0
	for ; i < len(m.ahead) && m.ahead[i].to < revision; i++ {
	}
	if i < len(m.ahead) && m.ahead[i].from <= revision {
		return false
	}
	m.ahead = append(m.ahead, span{})
	copy(m.ahead[i+1:], m.ahead[i:])
	m.ahead[i] = span{revision, revision}
	m.join()
	if m.ahead[0].from == p.revision+1 {
		p.revision = m.ahead[0].to
		m.ahead = m.ahead[1:]
	}
	return true
}

// unsee notes that the supply event of a revision, which took effect, never happened. A later one stays what it is, as if it
// had come out of order.
func (p *position) unsee(revision uint64) {
	if revision == p.revision && (p.more == nil || len(p.more.ahead) == 0) {
		p.revision--
		return
	}
	m := p.detail()
	spans := m.ahead
	if revision <= p.revision {
		spans = append([]span{{1, p.revision}}, spans...)
		p.revision = revision - 1
	}
	m.ahead = nil
	for _, s := range spans {
		for _, part := range [2]span{{s.from, min(s.to, revision-1)}, {max(s.from, revision+1), s.to}} {
			if part.from <= part.to && part.from > p.revision {
				m.ahead = append(m.ahead, part)
			}
		}
	}
}

// join merges spans that touch.
func (m *detail) join() {
	joined := m.ahead[:1]
	for _, s := range m.ahead[1:] {
		if last := &joined[len(joined)-1]; last.to+1 == s.from {
			last.to = s.to
		} else {
			joined = append(joined, s)
		}
	}
	m.ahead = joined
}

// next is the revision of the next supply event.
func (p *position) next() uint64 {
	if p.more != nil && len(p.more.ahead) > 0 {
		return p.more.ahead[len(p.more.ahead)-1].to + 1
	}
	return p.revision + 1
}
