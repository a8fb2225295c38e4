package atp

import (
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/o2ckit/o2c/internal/named"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// MaxQuotas bounds the quotas of a demand, and those a quota falls back on.
const MaxQuotas = 8

// MaxPeriods bounds the periods that are set in one step, so that the event fits a journal batch.
const MaxPeriods = 2000

// QuotaDay says which day of a delivery decides from which period of a quota it is taken.
type QuotaDay uint8

const (
	// ByStart takes the day on which the goods are taken from stock.
	ByStart QuotaDay = iota
	// ByShip takes the day on which they leave the site.
	ByShip
	// ByDeliver takes the day on which they reach the customer.
	ByDeliver
)

func quotaDayNames() named.Set {
	return named.Set{In: "atp", What: "day of a delivery", Names: "start ship deliver"}
}

// String returns the name that events carry.
func (d QuotaDay) String() string { return quotaDayNames().Name(uint8(d)) }

// MarshalText writes the day as String does. A value that is none of the constants is an error.
func (d QuotaDay) MarshalText() ([]byte, error) { return quotaDayNames().Marshal(uint8(d)) }

// UnmarshalText reads a name that String returns.
func (d *QuotaDay) UnmarshalText(text []byte) error {
	return quotaDayNames().Unmarshal(text, (*uint8)(d))
}

// QuotaDefinition makes a quota known: how much of an item, or of a group of items, a class of customers, a region or a
// channel may have in each of its periods. The periods are set by SetQuota. A demand draws on quotas by Demand.Quotas.
type QuotaDefinition struct {
	// ID names the quota at the site, by whatever it is for: "A1/VIP". Required. Quotas and items have ids of their own.
	ID string
	// Site is one of Config.Sites and required; its time zone says what day it is. Demands at other sites may draw on the
	// quota as well.
	Site string
	// Earlier and Later are how many periods before its own, and after, a demand may draw on, 0 or more; AnyNumber: all.
	// What an earlier period has left can be taken on the day that was asked for; on a later one the demand waits for.
	Earlier, Later int
	// Fallback lists the ids of quotas at the same site that a demand draws on where this one does not suffice, in this
	// order, at most MaxQuotas. Each gives by its own Earlier, Later and Day, but does not pass on to its own fallback.
	Fallback []string
	// Day says which day of a delivery decides the period.
	Day QuotaDay
	// Open leaves days that lie in no period without a limit. Else nothing is allowed on them.
	Open bool
}

// quotaRule is what the definition in force says, with the fallback looked up. It does not change; the zero rule allows
// nothing.
type quotaRule struct {
	earlier, later int
	fallback       []*position
	day            QuotaDay
	open           bool
}

// quota is what a position that is a quota has beyond others. Its timeline counts what is held and committed as going
// out, and what was consumed, which stays used, as coming in.
type quota struct {
	rule    atomic.Pointer[quotaRule] // replaced under the position's lock
	periods []quotaPeriod             // by first day; guarded by the position's lock
}

// quotaPeriod is a period as it was set last. A dropped one is remembered, for events may come in any order.
type quotaPeriod struct {
	QuotaPeriod
	revision uint64 // of the event that set it
}

// QuotaPeriod is a run of days with a quantity that can be taken in it, whatever was left of others.
type QuotaPeriod struct {
	From calendar.Date `json:"from"` // the first day; names the period. Required
	To   calendar.Date `json:"to"`   // the last day; required, not before From
	// Quantity is what may be taken in all, in the quota's unit, 0 to MaxQuantity.
	Quantity int64 `json:"quantity"`
	// Opens is the day, at the quota's site, from which on quotas that fall back on this one may draw on the period. Until
	// then what it has is kept for its own class; from then on what that has left is for others too. No date: always.
	Opens calendar.Date `json:"opens,omitzero"`
	// Dropped takes the period out.
	Dropped bool `json:"dropped,omitempty"`
}

// UnknownQuotaError reports a quota that is not defined at a site.
type UnknownQuotaError struct{ ID, Site string }

// Error implements error.
func (e *UnknownQuotaError) Error() string {
	return fmt.Sprintf("atp: quota %q is not defined at site %q", e.ID, e.Site)
}

// IsQuota reports whether r is a quota. It then stands in Demand.Quotas and in the lines of a reservation; operations on
// items refuse it.
func (r Ref) IsQuota() bool { return r.p != nil && r.p.quota != nil }

// Quota looks a quota up at a site; its Ref.Item is the id. The errors are *UnknownSiteError and *UnknownQuotaError.
func (s *Stock) Quota(id, site string) (Ref, error) {
	if s.sites[site] == nil {
		return Ref{}, &UnknownSiteError{Site: site}
	}
	s.mu.RLock()
	p := s.quotas[place{id, site}]
	s.mu.RUnlock()
	if p == nil || p.quota.rule.Load() == nil {
		return Ref{}, &UnknownQuotaError{ID: id, Site: site}
	}
	return Ref{s: s, p: p}, nil
}

// quotaPosition gives what a Ref of a quota of this Stock stands for.
func (s *Stock) quotaPosition(op, field string, r Ref) (*position, error) {
	p, err := s.target(op, field, r)
	if err == nil && p.quota == nil {
		return nil, &RequestError{Op: op, Field: field, Reason: "is an item, not a quota"}
	}
	return p, err
}

// internQuota gives the position of a quota and makes it when there is none.
func (s *Stock) internQuota(id, site string) (*position, error) {
	at := s.sites[site]
	if at == nil {
		return nil, &UnknownSiteError{Site: site}
	}
	if id == "" {
		return nil, &RequestError{Op: "define quota", Field: "ID", Reason: "is empty"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := place{id, site}
	p := s.quotas[key]
	if p == nil {
		p = &position{item: id, site: at, policy: s.share(Policy{}), quota: &quota{}}
		p.detail()
		s.quotas[key] = p
	}
	return p, nil
}

// DefineQuota makes a quota known, or puts other rules in force for it; its periods and what was taken stay. Where the
// host keeps quotas as master data, it need not journal the event, as for Define. The errors are *RequestError and
// *UnknownSiteError.
func (s *Stock) DefineQuota(now time.Time, d QuotaDefinition) (Ref, QuotaDefined, error) {
	if err := checkTime("define quota", now); err != nil {
		return Ref{}, QuotaDefined{}, err
	}
	if field, reason := d.fault(); field != "" {
		return Ref{}, QuotaDefined{}, &RequestError{Op: "define quota", Field: field, Reason: reason}
	}
	p, err := s.internQuota(d.ID, d.Site)
	if err != nil {
		return Ref{}, QuotaDefined{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	e := QuotaDefined{
		ID: d.ID, Site: d.Site, Revision: p.defined + 1, At: instant(now.UnixNano()), Earlier: d.Earlier, Later: d.Later,
		Fallback: slices.Clone(d.Fallback), Day: d.Day, Open: d.Open,
	}
	if err := s.onQuotaDefined(p, e); err != nil {
		return Ref{}, QuotaDefined{}, err
	}
	return Ref{s: s, p: p}, e, nil
}

// fault says what is wrong with a definition, and in which field; no field when nothing is.
func (d QuotaDefinition) fault() (field, reason string) {
	switch {
	case d.Earlier < 0:
		return "Earlier", "is below 0"
	case d.Later < 0:
		return "Later", "is below 0"
	case d.Day > ByDeliver:
		return "Day", "is no day of a delivery"
	case len(d.Fallback) > MaxQuotas:
		return "Fallback", "has more than MaxQuotas"
	}
	for i, id := range d.Fallback {
		if id == "" || id == d.ID || slices.Contains(d.Fallback[:i], id) {
			return fmt.Sprintf("Fallback[%d]", i), "is empty, given twice or the quota itself"
		}
	}
	return "", ""
}

// onQuotaDefined is the effect of the event; the latest definition is in force. The caller holds the lock of the quota.
func (s *Stock) onQuotaDefined(p *position, e QuotaDefined) error {
	if e.Revision <= p.defined {
		return nil
	}
	rule := &quotaRule{earlier: e.Earlier, later: e.Later, day: e.Day, open: e.Open}
	for _, id := range e.Fallback {
		f, err := s.internQuota(id, p.site.id)
		if err != nil {
			return err
		}
		rule.fallback = append(rule.fallback, f)
	}
	p.defined = e.Revision
	p.quota.rule.Store(rule)
	return nil
}

// QuotaSetting sets periods of a quota.
type QuotaSetting struct {
	// Quota is required.
	Quota Ref
	// Document says why, such as an upload or a plan version; may be empty.
	Document string
	// Periods lists what is set anew, 1 to MaxPeriods: a period with the From of one that is there takes its place. No two
	// periods of the quota may have a day in common.
	Periods []QuotaPeriod
}

// SetQuota sets the periods of a quota that are given and leaves the others. Where one has less than is taken already,
// promises stand, and QuotaUsage says by how much it is exceeded. The errors are *RequestError.
func (s *Stock) SetQuota(now time.Time, q QuotaSetting) (QuotaSet, error) {
	const op = "set quota"
	p, err := s.quotaPosition(op, "Quota", q.Quota)
	if err != nil {
		return QuotaSet{}, err
	}
	if err := checkTime(op, now); err != nil {
		return QuotaSet{}, err
	}
	if len(q.Periods) == 0 || len(q.Periods) > MaxPeriods {
		return QuotaSet{}, &RequestError{Op: op, Field: "Periods", Reason: "are not 1 to MaxPeriods"}
	}
	for i := range q.Periods {
		if reason := q.Periods[i].fault(); reason != "" {
			return QuotaSet{}, &RequestError{Op: op, Field: fmt.Sprintf("Periods[%d]", i), Reason: reason}
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	e := QuotaSet{
		ID: p.item, Site: p.site.id, Revision: p.next(), At: instant(now.UnixNano()), Document: q.Document,
		Periods: slices.SortedStableFunc(slices.Values(q.Periods), QuotaPeriod.compare),
	}
	if reason := p.quota.overlap(e.Periods); reason != "" {
		return QuotaSet{}, &RequestError{Op: op, Field: "Periods", Reason: reason}
	}
	p.onQuotaSet(e)
	return e, nil
}

func (q QuotaPeriod) compare(r QuotaPeriod) int { return q.From.Compare(r.From) }

// fault says what is wrong with a period; empty when nothing is.
func (q QuotaPeriod) fault() string {
	switch {
	case q.From.IsZero() || q.To.Before(q.From):
		return "has no first day, or ends before it"
	case q.Quantity < 0 || q.Quantity > MaxQuantity:
		return "has a quantity that is not from 0 to MaxQuantity"
	}
	return ""
}

// overlap says which periods would have a day in common after a change; empty when none would.
func (q *quota) overlap(change []QuotaPeriod) string {
	var last QuotaPeriod // the one before that is not dropped
	i, j := 0, 0
	for i < len(q.periods) || j < len(change) {
		var next QuotaPeriod
		switch {
		case j == len(change) || i < len(q.periods) && q.periods[i].From.Before(change[j].From):
			next = q.periods[i].QuotaPeriod
			i++
		default:
			next = change[j]
			if j > 0 && change[j-1].From == next.From {
				return fmt.Sprintf("have one from %s twice", next.From)
			}
			if i < len(q.periods) && q.periods[i].From == next.From {
				i++
			}
			j++
		}
		if next.Dropped {
			continue
		}
		if !last.From.IsZero() && !next.From.After(last.To) {
			return fmt.Sprintf("from %s and from %s would have days in common", last.From, next.From)
		}
		last = next
	}
	return ""
}

// onQuotaSet is the effect of the event; of each period the latest setting is in force.
func (p *position) onQuotaSet(e QuotaSet) {
	if !p.saw(e.Revision) {
		return
	}
	for _, period := range e.Periods {
		p.quota.set(quotaPeriod{period, e.Revision})
	}
}

func (q *quota) set(period quotaPeriod) {
	i, there := slices.BinarySearchFunc(q.periods, period, func(a, b quotaPeriod) int { return a.compare(b.QuotaPeriod) })
	switch {
	case !there:
		q.periods = slices.Insert(q.periods, i, period)
	case q.periods[i].revision < period.revision:
		q.periods[i] = period
	}
}

// inForce lists the periods that are not dropped. The caller holds the lock.
func (q *quota) inForce() []QuotaPeriod {
	periods := make([]QuotaPeriod, 0, len(q.periods))
	for i := range q.periods {
		if !q.periods[i].Dropped {
			periods = append(periods, q.periods[i].QuotaPeriod)
		}
	}
	return periods
}

// on gives the period that a day lies in; false when it lies in none.
func (q *quota) on(day calendar.Date) (QuotaPeriod, bool) {
	i, there := slices.BinarySearchFunc(q.periods, day, func(p quotaPeriod, d calendar.Date) int { return p.From.Compare(d) })
	if there {
		i++
	}
	for i--; i >= 0; i-- {
		if p := q.periods[i].QuotaPeriod; !p.Dropped {
			return p, !p.To.Before(day)
		}
	}
	return QuotaPeriod{}, false
}

// taken is what the timeline counts in a period: held, committed and used.
func (q QuotaPeriod) taken(t *timeline) int64 {
	in, out := t.before(q.From)
	end, claims := t.upToDay(q.To)
	return end - in + claims - out
}

// upToDay sums up the days up to and with a day.
func (t *timeline) upToDay(day calendar.Date) (in, out int64) {
	if next := day.AddDays(1); !next.IsZero() {
		return t.before(next)
	}
	sum := t.total()
	return sum.in, sum.out
}

// allows is what a line on a day may take of the quota: what the period of the day has left.
func (v *view) allows(day calendar.Date) int64 {
	period, listed := v.p.quota.on(day)
	if listed {
		return period.Quantity - period.taken(&v.p.more.timeline)
	}
	if rule := v.p.quota.rule.Load(); rule != nil && rule.open {
		return Unlimited
	}
	return 0
}
