package advice

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/o2ckit/o2c/atp"
)

// Source is where quantities come from. *atp.Stock is one.
type Source interface {
	// Ref looks an item up at a site.
	Ref(item, site string) (atp.Ref, error)
	// Outlook shows an item at a site over time.
	Outlook(now time.Time, ref atp.Ref) (atp.Outlook, error)
}

// Config describes what a channel is told.
type Config struct {
	// Channel names the partner. Required.
	Channel string
	// Source is required.
	Source Source
	// Items are what is offered, each once.
	Items []Item
	// Terms are those of items that have none of their own.
	Terms Terms
	// BySite tells each site on a line of its own. Without it the sites of an item are added up, and the terms apply to the
	// sum.
	BySite bool
	// Ahead is for how many days after today later quantities are told, 0 to MaxAhead. 0: only what can be had at once.
	Ahead int
	// Steps bounds how many later quantities a line has: the first ones. 0: all.
	Steps int
}

// MaxAhead bounds the days that an advice looks ahead.
const MaxAhead = 3660

// Item is what is offered to the channel.
type Item struct {
	ID    string
	Sites []string // where it comes from, each once; at least one
	Terms *Terms   // nil: those of Config
}

// ConfigError reports a setting of Config that cannot be used.
type ConfigError struct {
	Field  string // with an index: "Items[2].Sites"
	Reason string
	Err    error // of the source, where the source does not know an item; else nil
}

// Error implements error.
func (e *ConfigError) Error() string { return fmt.Sprintf("advice: config: %s: %s", e.Field, e.Reason) }

// Unwrap returns Err.
func (e *ConfigError) Unwrap() error { return e.Err }

// Feed is what one channel is told. It is safe for many goroutines.
type Feed struct {
	channel string
	source  Source
	ahead   int
	steps   int
	offers  []offer // by item and site

	mu     sync.Mutex
	number uint64
	digest string
	told   map[place]Line
}

// offer is a line that the feed tells.
type offer struct {
	place
	terms Terms
	refs  []atp.Ref
}

type place struct{ item, site string }

func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(p.item, q.item), cmp.Compare(p.site, q.site))
}

// New checks the configuration and makes a feed that has told nothing yet. The error joins a *ConfigError for each setting
// that cannot be used.
func New(cfg Config) (*Feed, error) {
	f := &Feed{
		channel: cfg.Channel, source: cfg.Source, ahead: cfg.Ahead, steps: cfg.Steps, told: make(map[place]Line),
	}
	var errs []error
	fail := func(field, reason string) { errs = append(errs, &ConfigError{Field: field, Reason: reason}) }
	if cfg.Channel == "" {
		fail("Channel", "is empty")
	}
	if cfg.Source == nil {
		fail("Source", "is missing")
	}
	if cfg.Ahead < 0 || cfg.Ahead > MaxAhead {
		fail("Ahead", "is not from 0 to MaxAhead")
	}
	if cfg.Steps < 0 {
		fail("Steps", "is below 0")
	}
	if field, reason := cfg.Terms.check(); field != "" {
		fail("Terms."+field, reason)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	seen := make(map[string]bool, len(cfg.Items))
	for i, item := range cfg.Items {
		if seen[item.ID] {
			fail(fmt.Sprintf("Items[%d].ID", i), "is there twice")
		}
		seen[item.ID] = true
		offers, err := cfg.offers(item)
		if err != nil {
			err.Field = fmt.Sprintf("Items[%d].%s", i, err.Field)
			errs = append(errs, err)
		}
		f.offers = append(f.offers, offers...)
	}
	slices.SortFunc(f.offers, func(a, b offer) int { return a.compare(b.place) })
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return f, nil
}

// offers makes the lines of an item.
func (cfg *Config) offers(item Item) ([]offer, *ConfigError) {
	terms := cfg.Terms
	if item.Terms != nil {
		terms = *item.Terms
	}
	if field, reason := terms.check(); field != "" {
		return nil, &ConfigError{Field: "Terms." + field, Reason: reason}
	}
	if item.ID == "" {
		return nil, &ConfigError{Field: "ID", Reason: "is empty"}
	}
	if len(item.Sites) == 0 {
		return nil, &ConfigError{Field: "Sites", Reason: "is empty"}
	}
	sites := slices.Clone(item.Sites)
	slices.Sort(sites)
	if len(slices.Compact(slices.Clone(sites))) < len(sites) {
		return nil, &ConfigError{Field: "Sites", Reason: "has a site twice"}
	}
	var offers []offer
	sum := offer{place: place{item: item.ID}, terms: terms}
	for _, site := range sites {
		ref, err := cfg.Source.Ref(item.ID, site)
		if err != nil {
			return nil, &ConfigError{Field: "Sites", Reason: err.Error(), Err: err}
		}
		offers = append(offers, offer{place{item.ID, site}, terms, []atp.Ref{ref}})
		sum.refs = append(sum.refs, ref)
	}
	if cfg.BySite {
		return offers, nil
	}
	return []offer{sum}, nil
}
