package atp

import (
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// Division is what can be had of an item at a site on a day, divided among claims. As JSON it is the explanation to keep.
type Division struct {
	Ref  Ref           `json:"ref"`
	Date calendar.Date `json:"date"`
	// Supply is what was divided: ATP of the day or, where that is more, what all claims want together.
	Supply int64 `json:"supply"`
	Pack   int64 `json:"pack,omitempty"` // as asked for
	Left   int64 `json:"left,omitempty"` // what nobody gets
	// Tightest is the day whose balance bounds the supply, and Claims are the keys of the reservations that take goods until
	// then, by date and key.
	Tightest calendar.Date `json:"tightest,omitzero"`
	Claims   []string      `json:"claims,omitempty"`
	// Portions are what the claims get, in the order in which they are served.
	Portions []Portion `json:"portions,omitempty"`
}

// Portion is what a claim gets of a division, and why. Quantities are in base units.
type Portion struct {
	ID       string `json:"id"`
	Wanted   int64  `json:"wanted"`
	Quantity int64  `json:"quantity"` // Guaranteed, Proportion and Remainder together
	// Guaranteed is what it got as its minimum: less than promised to it where supply does not cover the minima, more by what
	// makes whole packs.
	Guaranteed int64 `json:"guaranteed,omitempty"`
	// Proportion is its part of the rest, by what it still wanted, rounded down; Remainder what it got because rounding had
	// taken most from it.
	Proportion int64 `json:"proportion,omitempty"`
	Remainder  int64 `json:"remainder,omitempty"`
	Rounded    bool  `json:"rounded,omitempty"` // rounding down took something from it
	Missing    int64 `json:"missing,omitempty"` // what was wanted and not given
	// Pegs are the supply that it comes from; none beyond an infinite horizon.
	Pegs []Peg `json:"pegs,omitempty"`
	// Reasons are the rules that ranked the claim.
	Reasons []RankReason `json:"reasons,omitempty"`
}

// LossKind says why one claim went ahead of another in a division.
type LossKind string

const (
	// LostToMinimum is a claim that got its guaranteed minimum first.
	LostToMinimum LossKind = "minimum"
	// LostToRemainder is a claim from which rounding had taken more, or as much where its id is the lower.
	LostToRemainder LossKind = "remainder"
	// LostToShare is a claim that took part in the proportion.
	LostToShare LossKind = "share"
)

// Loss is a claim that another lost to, and what that one got in this way.
type Loss struct {
	ID       string   `json:"id"`
	Kind     LossKind `json:"kind"`
	Quantity int64    `json:"quantity"`
}

// Divide divides what can be had on a day among ranked claims, by FairShare: guaranteed minima first, in the order in which
// the claims are served, the rest in proportion to what they want, in whole packs; and says of each claim why it gets what
// it gets; Division.LostTo says what it lost to. All claims must be of the item of the query. It holds nothing: reserve the
// portions to keep them. Dates, lanes and quotas of the claims play no part; where supply is to go by quotas, use Allocate.
//
// The errors are *RequestError.
func (s *Stock) Divide(now time.Time, q Query, pack int64, ranks Ranks) (Division, error) {
	p, err := s.query(now, q)
	if err != nil {
		return Division{}, err
	}
	var wanted int64
	for i := range ranks.Served {
		c := &ranks.Served[i].Claim
		field := func(name string) string { return fmt.Sprintf("ranks.Served[%d].Claim.%s", i, name) }
		if c.Ref != q.Ref {
			return Division{}, &RequestError{Op: "divide", Field: field("Ref"), Reason: "is not that of the query"}
		}
		if err := checkQuantity("divide", field("Quantity"), c.Quantity); err != nil {
			return Division{}, err
		}
		wanted = min(wanted+c.Quantity, MaxQuantity)
	}
	if q.Replaces != "" {
		shelf := s.shelf(s.hash(q.Replaces))
		shelf.mu.Lock()
		defer shelf.mu.Unlock()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	v := p.look(s, now.UnixNano(), q.Replaces, q.Scope, q.SafetyStock)
	defer v.close()
	d := Division{Ref: q.Ref, Date: v.from(q.Date), Pack: pack}
	if v.ordered(q.Placed) {
		d.Supply = max(min(v.atp(d.Date), wanted), 0)
	}
	d.Tightest = v.tightest(d.Date)
	parts, left, err := divide(d.Supply, pack, ranks.Shares())
	if err != nil {
		return Division{}, err
	}
	d.Left = left
	d.Portions = portions(parts, ranks)
	v.pegDivision(&d, max(now.UnixNano(), p.clock), q)
	return d, nil
}

// portions writes down what the claims get.
func portions(parts []divided, ranks Ranks) []Portion {
	list := make([]Portion, 0, len(parts))
	for i, part := range parts {
		r := &ranks.Served[i]
		quantity := part.guaranteed + part.proportion + part.remainder
		list = append(list, Portion{
			ID: r.ID, Wanted: r.Claim.Quantity, Quantity: quantity, Guaranteed: part.guaranteed, Proportion: part.proportion,
			Remainder: part.remainder, Rounded: part.rest, Missing: r.Claim.Quantity - quantity, Reasons: slices.Clone(r.Reasons),
		})
	}
	return list
}

// LostTo says which other claims got something that a claim wanted and did not get, and in which way, in the order in which
// they are served; nothing for a claim that got all, or that took no part.
func (d Division) LostTo(id string) []Loss {
	i := slices.IndexFunc(d.Portions, func(p Portion) bool { return p.ID == id })
	if i < 0 || d.Portions[i].Missing == 0 {
		return nil
	}
	p := &d.Portions[i]
	var losses []Loss
	for j := range d.Portions {
		other := &d.Portions[j]
		if i == j {
			continue
		}
		lost := func(kind LossKind, quantity int64) {
			if quantity > 0 {
				losses = append(losses, Loss{ID: other.ID, Kind: kind, Quantity: quantity})
			}
		}
		lost(LostToMinimum, other.Guaranteed)
		lost(LostToShare, other.Proportion)
		if p.Rounded && p.Remainder == 0 {
			lost(LostToRemainder, other.Remainder)
		}
	}
	return losses
}

// pegDivision finds the supply that the portions come from, when reservations of that day and before have had theirs.
func (v *view) pegDivision(d *Division, instant int64, q Query) {
	scope := v.p.policy.Scope
	if q.Scope != 0 {
		scope &= q.Scope
	}
	if v.lots != nil {
		v.pegLotDivision(d, instant, q, scope)
		return
	}
	w := v.supplies(scope, q.SafetyStock)
	for _, l := range v.claims(instant, q.Replaces) {
		on := v.from(l.date)
		if !on.After(d.Tightest) {
			d.Claims = append(d.Claims, l.of.key)
		}
		if !on.After(d.Date) {
			w.take(l.open())
		}
	}
	d.Claims = distinct(d.Claims)
	if v.endlessFrom(d.Date) {
		return
	}
	for i := range d.Portions {
		d.Portions[i].Pegs = w.take(d.Portions[i].Quantity)
	}
}
