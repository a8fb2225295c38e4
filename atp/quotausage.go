package atp

import (
	"sort"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// QuotaUsage is a quota with what was taken of it.
type QuotaUsage struct {
	ID   string `json:"id"`
	Site string `json:"site"`
	// Periods are those in force, by first day.
	Periods []PeriodUsage `json:"periods,omitempty"`
	// Outside is what was taken on days that lie in no period, such as those of a period that was dropped since.
	Outside int64 `json:"outside,omitempty"`
}

// PeriodUsage is a period with what was taken of it, in the quota's unit.
type PeriodUsage struct {
	QuotaPeriod
	Held      int64 `json:"held,omitempty"`      // by reservations that can still expire
	Committed int64 `json:"committed,omitempty"` // by others that are open
	Used      int64 `json:"used,omitempty"`      // consumed: gone for good
	Free      int64 `json:"free"`                // what can still be taken
	Excess    int64 `json:"excess,omitempty"`    // what was taken beyond Quantity, which was lowered since
}

// QuotaUsage says what was taken of a quota, at an instant. The errors are *RequestError.
func (s *Stock) QuotaUsage(now time.Time, ref Ref) (QuotaUsage, error) {
	const op = "quota usage"
	p, err := s.quotaPosition(op, "Quota", ref)
	if err != nil {
		return QuotaUsage{}, err
	}
	if err := checkTime(op, now); err != nil {
		return QuotaUsage{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	usage := QuotaUsage{ID: p.item, Site: p.site.id}
	for _, period := range p.quota.inForce() {
		usage.Periods = append(usage.Periods, PeriodUsage{QuotaPeriod: period})
	}
	for l := range p.more.claims() {
		switch at := usage.on(l.date); {
		case l.held > 0 && l.of.expires <= max(now.UnixNano(), p.clock): // has expired
		case at == nil:
			usage.Outside += l.open()
		case l.held > 0:
			at.Held += l.open()
		default:
			at.Committed += l.open()
		}
	}
	used := p.more.timeline.total().in
	for i := range usage.Periods {
		at := &usage.Periods[i]
		before, _ := p.more.timeline.before(at.From)
		until, _ := p.more.timeline.upToDay(at.To)
		at.Used = until - before
		used -= at.Used
		left := at.Quantity - at.Held - at.Committed - at.Used
		at.Free, at.Excess = max(left, 0), max(-left, 0)
	}
	usage.Outside += used
	return usage, nil
}

// on gives the period that a day lies in, nil when it lies in none.
func (u *QuotaUsage) on(day calendar.Date) *PeriodUsage {
	i := sort.Search(len(u.Periods), func(i int) bool { return !u.Periods[i].To.Before(day) })
	if i < len(u.Periods) && !u.Periods[i].From.After(day) {
		return &u.Periods[i]
	}
	return nil
}
