package credit

import (
	"sync"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
)

// Config configures a Ledger. The zero value is ready for use: standard rules, one currency, dates of UTC.
type Config struct {
	// Rules is the book that decides; the host may replace it at any time. Nil: the book of [StandardRules].
	Rules *rules.Live[Facts, Effect]
	// Exchange converts where documents, accounts and their parents differ in currency, by the rate of the moment of the
	// question. Nil: there are no rates, and such a question is a *RateError.
	Exchange *money.Exchange
	// Location says which day it is at an instant. Nil: UTC.
	Location *time.Location
	// Deviation is by how much an order may grow above the amount that was approved and keep the release: 10%. At least 0.
	// An account may say otherwise.
	Deviation money.Rate
}

// Ledger knows the credit accounts and what every order, delivery, invoice and payment makes of their exposure. It is
// safe for many goroutines.
//
// Operations take effect in memory at once and return the event that describes what happened. The caller journals the
// event. Apply takes a journalled event back in, so the state of a Ledger is a fold of its events.
//
// After an error the state is what it was before.
type Ledger struct {
	rules     *rules.Live[Facts, Effect]
	exchange  *money.Exchange
	location  *time.Location
	deviation money.Rate

	mu        sync.RWMutex // guards all below, and what it points to
	accounts  map[string]*account
	orders    map[string]*order
	documents map[document]*posting
}

// New checks the configuration and makes an empty Ledger. The error is a *ConfigError, or that of the standard rules.
func New(cfg Config) (*Ledger, error) {
	if cfg.Deviation.Sign() < 0 {
		return nil, &ConfigError{Field: "Deviation", Reason: "is below 0"}
	}
	if cfg.Rules == nil {
		book, err := NewRuleBook("standard", StandardRules())
		if err != nil {
			return nil, err
		}
		cfg.Rules = rules.NewLive(book)
	}
	if cfg.Exchange == nil {
		none, err := money.NewExchange(nil)
		if err != nil {
			return nil, err
		}
		cfg.Exchange = none
	}
	if cfg.Location == nil {
		cfg.Location = time.UTC
	}
	return &Ledger{
		rules:     cfg.Rules,
		exchange:  cfg.Exchange,
		location:  cfg.Location,
		deviation: cfg.Deviation,
		accounts:  make(map[string]*account),
		orders:    make(map[string]*order),
		documents: make(map[document]*posting),
	}, nil
}

// today is the day that it is at an instant.
func (l *Ledger) today(now time.Time) calendar.Date { return calendar.DateOf(now.In(l.location)) }

// instant is how events state a time: without a monotonic clock and a zone.
func instant(now time.Time) time.Time { return now.Round(0).UTC() }

// account finds a credit account that has been set. The caller holds l.mu.
func (l *Ledger) account(id string) (*account, error) {
	a := l.accounts[id]
	if a == nil || a.revision == 0 {
		return nil, &UnknownAccountError{Account: id}
	}
	return a, nil
}

// intern finds an account and makes it when there is none: an event can be journalled before the one that sets its
// account. The caller holds l.mu.
func (l *Ledger) intern(id string) *account {
	a := l.accounts[id]
	if a == nil {
		a = &account{id: id}
		l.accounts[id] = a
	}
	return a
}
