package atp

import (
	"fmt"
	"slices"
	"time"
)

// QuotaDefined says that there is a quota, and how demands draw on it.
type QuotaDefined struct {
	ID       string    `json:"id"`
	Site     string    `json:"site"`
	Revision uint64    `json:"revision"` // counts the definitions of the quota from 1
	At       time.Time `json:"at"`
	Earlier  int       `json:"earlier,omitempty"`
	Later    int       `json:"later,omitempty"`
	Fallback []string  `json:"fallback,omitempty"`
	Day      QuotaDay  `json:"day,omitempty"`
	Open     bool      `json:"open,omitempty"`
}

// QuotaSet says what may be taken of a quota in some of its periods.
type QuotaSet struct {
	ID       string        `json:"id"`
	Site     string        `json:"site"`
	Revision uint64        `json:"revision"` // counts the settings of the quota from 1
	At       time.Time     `json:"at"`
	Document string        `json:"document,omitempty"` // why
	Periods  []QuotaPeriod `json:"periods"`            // by first day
}

// damage says what is wrong with the event; empty when nothing is.
func (e QuotaDefined) damage() string {
	d := QuotaDefinition{
		ID: e.ID, Site: e.Site, Earlier: e.Earlier, Later: e.Later, Fallback: e.Fallback, Day: e.Day, Open: e.Open,
	}
	if e.ID == "" {
		return "no id"
	}
	if field, reason := d.fault(); field != "" {
		return field + " " + reason
	}
	return ""
}

// damage says what is wrong with the event; empty when nothing is.
func (e QuotaSet) damage() string {
	if e.ID == "" || len(e.Periods) == 0 || len(e.Periods) > MaxPeriods {
		return "no id, or the periods are not 1 to MaxPeriods"
	}
	return faultOf(e.Periods)
}

// faultOf says what is wrong with periods that should stand by first day; empty when nothing is.
func faultOf(periods []QuotaPeriod) string {
	for i, period := range periods {
		if reason := period.fault(); reason != "" {
			return fmt.Sprintf("period %d %s", i, reason)
		}
		if i > 0 && !periods[i-1].From.Before(period.From) {
			return "periods out of order"
		}
	}
	return ""
}

// atQuota runs f with the lock of a quota, which is made where there is none.
func (s *Stock) atQuota(id, site string, f func(p *position) error) error {
	p, err := s.internQuota(id, site)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return f(p)
}

// QuotaState is a quota in a State. What was taken of it stands in the reservations.
type QuotaState struct {
	ID       string        `json:"id"`
	Site     string        `json:"site"`
	Defined  uint64        `json:"defined,omitempty"` // revision of the definition; 0: not defined
	Earlier  int           `json:"earlier,omitempty"`
	Later    int           `json:"later,omitempty"`
	Fallback []string      `json:"fallback,omitempty"`
	Day      QuotaDay      `json:"day,omitempty"`
	Open     bool          `json:"open,omitempty"`
	Revision uint64        `json:"revision,omitempty"` // settings up to this one have taken effect
	Ahead    [][2]uint64   `json:"ahead,omitempty"`    // and these runs beyond it
	Periods  []PeriodState `json:"periods,omitempty"`  // by first day, dropped ones too
}

// PeriodState is a period in a State.
type PeriodState struct {
	QuotaPeriod
	Revision uint64 `json:"revision"` // of the setting
}

func (p *position) quotaState() QuotaState {
	state := QuotaState{ID: p.item, Site: p.site.id, Defined: p.defined, Revision: p.revision}
	if rule := p.quota.rule.Load(); rule != nil {
		state.Earlier, state.Later, state.Day, state.Open = rule.earlier, rule.later, rule.day, rule.open
		for _, f := range rule.fallback {
			state.Fallback = append(state.Fallback, f.item)
		}
	}
	for _, a := range p.more.ahead {
		state.Ahead = append(state.Ahead, [2]uint64{a.from, a.to})
	}
	for _, period := range p.quota.periods {
		state.Periods = append(state.Periods, PeriodState{period.QuotaPeriod, period.revision})
	}
	return state
}

func (s *Stock) restoreQuota(state QuotaState) error {
	defined := QuotaDefined{
		ID: state.ID, Site: state.Site, Revision: state.Defined, Earlier: state.Earlier, Later: state.Later,
		Fallback: slices.Clone(state.Fallback), Day: state.Day, Open: state.Open,
	}
	if reason := defined.damage(); reason != "" {
		return &EventError{Event: defined, Reason: reason}
	}
	return s.atQuota(state.ID, state.Site, func(p *position) error {
		if err := s.onQuotaDefined(p, defined); err != nil {
			return err
		}
		p.revision = state.Revision
		for _, a := range state.Ahead {
			p.more.ahead = append(p.more.ahead, span{a[0], a[1]})
		}
		for _, period := range state.Periods {
			if reason := period.fault(); reason != "" {
				return &EventError{Event: state, Reason: "a period that " + reason}
			}
			p.quota.set(quotaPeriod{period.QuotaPeriod, period.Revision})
		}
		return nil
	})
}
