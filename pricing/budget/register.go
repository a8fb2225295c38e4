package budget

import (
	"sync"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
)

// maxName bounds names and keys in bytes.
const maxName = 200

// maxTaken bounds the uses that are held, and those that are committed, of a limit that bounds none.
const maxTaken = 1 << 61

// Config configures a Register. The zero value is ready for use.
type Config struct {
	// Location says which day it is at an instant, for [Limit.Valid]. Nil: UTC.
	Location *time.Location
}

// Register knows the limits and what each order has taken of them. It is safe for many goroutines.
//
// Operations take effect in memory at once and return the event that describes what happened. The caller journals the
// event. Apply takes a journalled event back in, so the state of a Register is a fold of its events.
//
// Time is what the caller says, and for a Register it never goes back: what had lapsed at one operation has lapsed for
// all later ones, even if another caller's clock is behind. After an error the state is what it was before.
type Register struct {
	location *time.Location

	mu           sync.RWMutex // guards all below, and what it points to
	limits       map[string]*limit
	reservations map[string]*reservation
	holds        holds
	clock        int64 // nanoseconds since 1970: the latest time that an operation was done at
}

// limit is a limit with what is taken of it. It may be used before it is set: events of different orders come in any
// order.
type limit struct {
	name            string
	set             *LimitSet  // nil: not set yet
	past            []LimitSet // all settings, the last is in force
	held, committed tally
	customers       map[string]*tally // held and committed
}

// tally counts.
type tally struct {
	uses   int64
	amount money.Amount
}

// reservation is what an order has taken.
type reservation struct {
	key, customer string
	revision      uint64    // of the last event
	stands        *standing // what the events so far have made of it
	place         int       // among the holds, from 1; 0: it does not lapse
}

// standing is one state of a reservation.
type standing struct {
	status   Status
	usages   []Usage   // by limit; never changed
	reserved uint64    // the revision that reserved them
	at       time.Time // of that
	expires  int64     // nanoseconds since 1970; 0: never
	before   *standing // what stood before, nil for nothing

	settled   uint64 // the revision that committed or released it
	settledAt time.Time
	reason    string // of a release
}

// Status is what became of a reservation.
type Status string

// The states of a reservation.
const (
	// StatusHeld: it counts until it lapses.
	StatusHeld Status = "held"
	// StatusCommitted: it counts until it is released.
	StatusCommitted Status = "committed"
	// StatusReleased: it was given back.
	StatusReleased Status = "released"
	// StatusExpired: it was not committed in time and counts no more.
	StatusExpired Status = "expired"
)

// counts tells whether the limits count it.
func (s *standing) counts() bool {
	return s != nil && (s.status == StatusHeld || s.status == StatusCommitted)
}

// New makes an empty Register.
func New(cfg Config) *Register {
	if cfg.Location == nil {
		cfg.Location = time.UTC
	}
	return &Register{
		location: cfg.Location, limits: make(map[string]*limit), reservations: make(map[string]*reservation),
	}
}

// intern finds a limit and makes it when there is none. The caller holds g.mu.
func (g *Register) intern(name string) *limit {
	l := g.limits[name]
	if l == nil {
		l = &limit{name: name}
		g.limits[name] = l
	}
	return l
}

func (l *limit) revision() uint64 {
	if l == nil || l.set == nil {
		return 0
	}
	return l.set.Revision
}

// closed tells that a limit gives nothing on a day.
func (l *Limit) closed(day calendar.Date) bool { return l.Blocked || !l.Valid.Contains(day) }

// change puts another standing in place of the one that a reservation has: what is counted, and what lapses. After an
// error, which is money.ErrRange or a *money.CurrencyError, nothing has changed. The caller holds g.mu.
func (g *Register) change(r *reservation, to *standing) error {
	from := r.stands
	if from.counts() {
		if err := g.count(r.customer, from, -1); err != nil {
			return err
		}
	}
	if to.counts() {
		if err := g.count(r.customer, to, +1); err != nil {
			if from.counts() { // it fitted a moment ago
				_ = g.count(r.customer, from, +1)
			}
			return err
		}
	}
	g.holds.remove(r)
	r.stands = to
	if to.counts() && to.status == StatusHeld && to.expires != 0 {
		g.holds.push(r)
	}
	return nil
}

// count adds the usages of a standing to what is taken, or subtracts them: all or none.
func (g *Register) count(customer string, s *standing, sign int64) error {
	for i, u := range s.usages {
		if err := g.intern(u.Limit).add(customer, s.status, u, sign); err != nil {
			for _, done := range s.usages[:i] {
				_ = g.limits[done.Limit].add(customer, s.status, done, -sign) // back to what it was
			}
			return err
		}
	}
	return nil
}

func (l *limit) add(customer string, status Status, u Usage, sign int64) error {
	all := &l.held
	if status == StatusCommitted {
		all = &l.committed
	}
	own := l.customers[customer]
	if own == nil {
		own = &tally{}
	}
	amount := u.Amount
	if sign < 0 {
		amount = amount.Neg()
	}
	sum, err := all.amount.Add(amount)
	if err != nil {
		return err
	}
	theirs, err := own.amount.Add(amount)
	if err != nil {
		return err
	}
	if sign > 0 && all.uses > maxTaken-u.Uses {
		return money.ErrRange
	}
	*all = tally{all.uses + sign*u.Uses, sum}
	*own = tally{own.uses + sign*u.Uses, theirs}
	switch {
	case own.uses == 0 && own.amount.IsZero():
		delete(l.customers, customer)
	case l.customers == nil:
		l.customers = map[string]*tally{customer: own}
	default:
		l.customers[customer] = own
	}
	return nil
}

// advance moves the clock on and lets lapse what has.
func (g *Register) advance(now int64) {
	g.clock = max(g.clock, now)
	for len(g.holds) > 0 && g.holds[0].stands.expires <= g.clock {
		g.lapse(g.holds[0])
	}
}

// lapse takes a hold out of the count.
func (g *Register) lapse(r *reservation) {
	s := *r.stands
	s.status = StatusExpired
	_ = g.change(r, &s) // taking out what was put in does fit
}

// day is the day that it is at an instant.
func (g *Register) day(nanoseconds int64) calendar.Date {
	return calendar.DateOf(time.Unix(0, nanoseconds).In(g.location))
}

// instant is how events state a time: without a monotonic clock and a zone.
func instant(now time.Time) time.Time { return now.Round(0).UTC() }

// checkTime refuses times that a journal does not hold.
func checkTime(op, field string, t time.Time) error {
	if y := t.UTC().Year(); y < 1678 || y > 2261 {
		return &RequestError{Op: op, Field: field, Reason: "is not within the years 1678 to 2261"}
	}
	return nil
}
