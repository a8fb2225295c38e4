package promisecmd

import (
	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/replenishment"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// item is what the replay itself knows of an item. It keeps its own books, which the
// engine's are held against at the end of every day.
type item struct {
	id  string
	ref atp.Ref
	// The supplier's side.
	policy  replenishment.Policy
	review  calendar.Date // the next one
	weeks   [weeks]int64  // ordered in this week and those before, as a ring
	orders  int           // purchase orders so far
	seed    uint64
	touched bool // since the last check
	// The books.
	onHand   int64
	reserved int64
	due      int64 // of purchase orders
	waiting  []*line
	supplied bool // since the waiting lines were last asked for
	// withdrawn is set while supply that was promised is missing: late, short, written
	// off. Only then may more be promised than there is.
	withdrawn bool
}

// weeks is how many weeks demand is averaged over.
const weeks = 8

// position is what the policy decides on: what waits is spoken for.
func (it *item) position() replenishment.Position {
	at := replenishment.Position{OnHand: it.onHand, OnOrder: it.due, Committed: it.reserved}
	for _, l := range it.waiting {
		at.Committed += l.waiting
	}
	return at
}

// rate is what was ordered in the last weeks.
func (it *item) rate() replenishment.Rate {
	r := replenishment.Rate{Days: 7 * weeks}
	for _, n := range it.weeks {
		r.Units += n
	}
	r.Units = max(r.Units, 0)
	return r
}

// line is an item of an order.
type line struct {
	item       *item
	key        string // of the order and its place
	ordered    int64
	cancelled  int64 // before it left
	returned   int64
	waiting    int64 // nothing is reserved for it
	shipped    int64
	onTime     int64         // of what was shipped
	possible   calendar.Date // the first day on which it could have left
	left       calendar.Date // the last day on which something did
	deliveries []*delivery   // that have not left wholly, by day within a key
	partial    int           // how many reservations it has
	why        *int          // the reason that is counted if it is late; nil: none yet
}

// left over for a cancellation to match.
func (l *line) open() int64 { return l.ordered - l.cancelled - l.returned }

// delivery is a part of a line that is reserved.
type delivery struct {
	line     *line
	key      string
	quantity int64
	ship     calendar.Date
}

// buyer is who bought what: cancellations say no more.
type buyer struct{ customer, item string }

// splitmix gives a number that looks like chance.
func splitmix(n uint64) uint64 {
	n += 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}

// seedOf makes the seed of an item (FNV-1a).
func seedOf(seed uint64, id string) uint64 {
	h := uint64(14695981039346656037) ^ seed
	for i := range len(id) {
		h = (h ^ uint64(id[i])) * 1099511628211
	}
	return splitmix(h)
}
