package atp

import (
	"cmp"
	"errors"
	"fmt"
	"hash/maphash"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// Config configures a Stock.
type Config struct {
	// Sites lists the places that stock and ship; at least one.
	Sites []Site
}

// Stock knows the supply and the demand of items at sites, answers what can be promised, and keeps the reservations. It
// is safe for many goroutines; operations on different items run side by side.
//
// Operations take effect in memory at once and return the event that describes what happened. The caller journals the
// event. Apply takes a journalled event back in, so the state of a Stock is a fold of its events.
type Stock struct {
	sites   map[string]*site
	forever calendar.Date // the last date there is

	mu        sync.RWMutex        // guards the maps, not what they point to
	positions map[place]*position // items
	quotas    map[place]*position // quotas, whose ids are their own
	policies  map[Policy]*Policy  // each in its normal form, shared by the positions

	runs runs

	seed    maphash.Seed
	shelves [shelves]shelf
}

// place identifies a position.
type place struct{ item, site string }

// New checks the configuration and makes an empty Stock. The error joins a *ConfigError for each setting that cannot be
// used.
func New(cfg Config) (*Stock, error) {
	forever, err := calendar.NewDate(9999, time.December, 31)
	if err != nil {
		return nil, err
	}
	s := emptyStock(make(map[string]*site, len(cfg.Sites)), forever)
	var faults []error
	fault := func(field, reason string) { faults = append(faults, &ConfigError{Field: field, Reason: reason}) }
	if len(cfg.Sites) == 0 {
		fault("Sites", "has none")
	}
	for i, c := range cfg.Sites {
		field := fmt.Sprintf("Sites[%d]", i)
		if c.ID == "" {
			fault(field+".ID", "is empty")
		}
		if s.sites[c.ID] != nil {
			fault(field+".ID", fmt.Sprintf("%q is given twice", c.ID))
		}
		if c.Calendar == nil {
			fault(field+".Calendar", "is missing")
			continue
		}
		s.sites[c.ID] = &site{id: c.ID, calendar: c.Calendar}
	}
	if faults != nil {
		return nil, errors.Join(faults...)
	}
	return s, nil
}

// emptyStock knows sites, and no items.
func emptyStock(sites map[string]*site, forever calendar.Date) *Stock {
	return &Stock{
		sites: sites, forever: forever, positions: make(map[place]*position), quotas: make(map[place]*position),
		policies: make(map[Policy]*Policy), seed: maphash.MakeSeed(),
	}
}

// Ref is an item at a site, looked up once. It belongs to the Stock that gave it and stays valid as long. The zero Ref
// is none.
type Ref struct {
	s *Stock
	p *position
}

// Item returns the item's id, or the quota's.
func (r Ref) Item() string {
	if r.p == nil {
		return ""
	}
	return r.p.item
}

// Site returns the site's id.
func (r Ref) Site() string {
	if r.p == nil {
		return ""
	}
	return r.p.site.id
}

// Calendar returns the site's calendar, for Lane; nil for the zero Ref.
func (r Ref) Calendar() *calendar.Calendar {
	if r.p == nil {
		return nil
	}
	return r.p.site.calendar
}

// IsZero reports whether r is none.
func (r Ref) IsZero() bool { return r.p == nil }

// MarshalText writes the ref for an explanation, as item@site. It is not read back: a Ref comes from a Stock.
func (r Ref) MarshalText() ([]byte, error) {
	if r.p == nil {
		return nil, nil
	}
	return []byte(r.Item() + "@" + r.Site()), nil
}

// Ref looks an item up at a site. The errors are *UnknownSiteError and *UnknownItemError.
func (s *Stock) Ref(item, site string) (Ref, error) {
	if s.sites[site] == nil {
		return Ref{}, &UnknownSiteError{Site: site}
	}
	s.mu.RLock()
	p := s.positions[place{item, site}]
	s.mu.RUnlock()
	if p == nil {
		return Ref{}, &UnknownItemError{Item: item, Site: site}
	}
	return Ref{s: s, p: p}, nil
}

// position gives the item at a site that a Ref of this Stock stands for.
func (s *Stock) position(op, field string, r Ref) (*position, error) {
	p, err := s.target(op, field, r)
	if err == nil && p.quota != nil {
		return nil, &RequestError{Op: op, Field: field, Reason: "is a quota, not an item"}
	}
	return p, err
}

// target gives the item or quota that a Ref of this Stock stands for.
func (s *Stock) target(op, field string, r Ref) (*position, error) {
	if r.p == nil {
		return nil, &RequestError{Op: op, Field: field, Reason: "is missing"}
	}
	if r.s != s {
		return nil, &RequestError{Op: op, Field: field, Reason: "belongs to another stock"}
	}
	return r.p, nil
}

// intern gives the position of an item at a site and makes it when there is none.
func (s *Stock) intern(item, site string) (*position, error) {
	at := s.sites[site]
	if at == nil {
		return nil, &UnknownSiteError{Site: site}
	}
	if item == "" {
		return nil, &RequestError{Op: "define", Field: "Item", Reason: "is empty"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := place{item, site}
	p := s.positions[key]
	if p == nil {
		p = &position{item: item, site: at, policy: s.share(Policy{})}
		s.positions[key] = p
	}
	return p, nil
}

// share gives the one copy of a policy in its normal form. The caller holds s.mu.
func (s *Stock) share(policy Policy) *Policy {
	if policy.Scope == 0 {
		policy.Scope = DefaultScope
	}
	if shared := s.policies[policy]; shared != nil {
		return shared
	}
	shared := new(Policy)
	*shared = policy
	s.policies[policy] = shared
	return shared
}

// sorted gives all positions, items and quotas, in the order in which locks are taken.
func (s *Stock) sorted() []*position {
	s.mu.RLock()
	all := make([]*position, 0, len(s.positions)+len(s.quotas))
	all = slices.AppendSeq(all, maps.Values(s.positions))
	all = slices.AppendSeq(all, maps.Values(s.quotas))
	s.mu.RUnlock()
	slices.SortFunc(all, (*position).compare)
	return all
}

// compare orders positions by item or quota, then site, bytewise; an item goes before a quota of the same name. Locks are
// taken in this order.
func (p *position) compare(q *position) int {
	if c := cmp.Compare(p.item, q.item); c != 0 {
		return c
	}
	if c := cmp.Compare(p.site.id, q.site.id); c != 0 || p == q {
		return c
	}
	if p.quota == nil {
		return -1
	}
	return 1
}
