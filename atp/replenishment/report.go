package replenishment

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// Place is an item at a location of a customer.
type Place struct {
	Customer string `json:"customer,omitempty"`
	Location string `json:"location,omitempty"` // a store or a warehouse
	Item     string `json:"item,omitempty"`
}

func (p Place) compare(q Place) int {
	return cmp.Or(cmp.Compare(p.Customer, q.Customer), cmp.Compare(p.Location, q.Location), cmp.Compare(p.Item, q.Item))
}

// Report is product activity that a customer reports for a period, as an X12 852 does.
type Report struct {
	// ID names the report among those of the customer and serves as its key. Required.
	ID string
	// Customer is required.
	Customer string
	// From and To are the first and the last day of the period, at most MaxPeriod days. Required.
	From, To calendar.Date
	// Activities name each location and item once, at most MaxActivities.
	Activities []Activity
}

// The bounds of a report.
const (
	MaxPeriod     = 366
	MaxActivities = 100_000
)

// Activity is what happened to an item at a location in the period of a report, in base units, from 0 to MaxQuantity
// where nothing else is said. The codes are those of X12 element 859, which ZA01 carries.
type Activity struct {
	Location string `json:"location"`           // required
	Item     string `json:"item"`               // required
	Sold     int64  `json:"sold,omitempty"`     // QS
	Returned int64  `json:"returned,omitempty"` // QU, by consumers
	Received int64  `json:"received,omitempty"` // QR
	Adjusted int64  `json:"adjusted,omitempty"` // QT, either way
	// Opening is QB, on hand when the period began, and OnHand QA or QE, when it ended. Nil: not reported. Both can be
	// below 0 in the books of a shop.
	Opening *int64 `json:"opening,omitempty"`
	OnHand  *int64 `json:"on_hand,omitempty"`
	// OnOrder is QP with QI, on order or in transit when the period ended. Nil: not reported.
	OnOrder   *int64 `json:"on_order,omitempty"`
	Committed int64  `json:"committed,omitempty"` // QC, when the period ended
	// Requested is QX: what the customer asks for whatever the policy says. 0: nothing.
	Requested int64 `json:"requested,omitempty"`
}

// place is where the activity belongs.
func (a Activity) place(customer string) Place {
	return Place{Customer: customer, Location: a.Location, Item: a.Item}
}

// flow is by how much the activity changes stock on hand.
func (a Activity) flow() int64 { return a.Received + a.Returned + a.Adjusted - a.Sold }

func (r Report) check(now time.Time) error {
	fail := func(field, reason string) error { return &RequestError{Op: "take", Field: field, Reason: reason} }
	switch {
	case r.ID == "":
		return fail("ID", "is empty")
	case r.Customer == "":
		return fail("Customer", "is empty")
	case r.From.IsZero():
		return fail("From", "is missing")
	case r.To.IsZero():
		return fail("To", "is missing")
	case r.To.Before(r.From):
		return fail("To", "is before From")
	case r.To.Sub(r.From) >= MaxPeriod:
		return fail("To", "is more than MaxPeriod days after From")
	case r.To.After(calendar.DateOf(now.UTC()).AddDays(1)): // it is a day later somewhere
		return fail("To", "lies in the future")
	case len(r.Activities) > MaxActivities:
		return fail("Activities", "are more than MaxActivities")
	}
	seen := make(map[Place]bool, len(r.Activities))
	for i := range r.Activities {
		a := &r.Activities[i]
		if field, reason := a.check(); field != "" {
			return fail(fmt.Sprintf("Activities[%d].%s", i, field), reason)
		}
		if at := a.place(r.Customer); seen[at] {
			return fail(fmt.Sprintf("Activities[%d]", i), "has a location and item that the report has already")
		}
		seen[a.place(r.Customer)] = true
	}
	return nil
}

// check returns the field that cannot be used.
func (a Activity) check() (field, reason string) {
	if a.Location == "" {
		return "Location", "is empty"
	}
	if a.Item == "" {
		return "Item", "is empty"
	}
	for _, q := range []struct {
		field string
		n     int64
		least int64
	}{
		{"Sold", a.Sold, 0}, {"Returned", a.Returned, 0}, {"Received", a.Received, 0}, {"Adjusted", a.Adjusted, -MaxQuantity},
		{"Opening", value(a.Opening), -MaxQuantity}, {"OnHand", value(a.OnHand), -MaxQuantity},
		{"OnOrder", value(a.OnOrder), 0}, {"Committed", a.Committed, 0}, {"Requested", a.Requested, 0},
	} {
		if q.n < q.least || q.n > MaxQuantity {
			return q.field, "is out of range"
		}
	}
	return "", ""
}

// value is what a pointer points to, 0 for none.
func value(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

// period is an activity with its days.
type period struct {
	from, to calendar.Date
	report   string // its id
	Activity
}

// shelf is what is known of a place, and is a pure function of the set of its events.
type shelf struct {
	periods []period  // by from; they do not overlap
	orders  []Ordered // by document
}

// after gives the number of the first period that ends on or after a day.
func (s *shelf) after(d calendar.Date) int {
	i, _ := slices.BinarySearchFunc(s.periods, d, func(p period, d calendar.Date) int { return p.to.Compare(d) })
	return i
}

// overlaps reports a period that shares a day with the given ones.
func (s *shelf) overlaps(from, to calendar.Date) (period, bool) {
	if i := s.after(from); i < len(s.periods) && !s.periods[i].from.After(to) {
		return s.periods[i], true
	}
	return period{}, false
}

// add puts a period in its place, if its days are free.
func (s *shelf) add(p period) {
	if _, taken := s.overlaps(p.from, p.to); !taken {
		s.periods = slices.Insert(s.periods, s.after(p.from), p)
	}
}

// prune drops what is more than keep days older than the last period.
func (s *shelf) prune(keep int) {
	if len(s.periods) == 0 {
		return
	}
	first := s.periods[len(s.periods)-1].to.AddDays(-keep)
	s.periods = s.periods[s.after(first):]
	s.orders = slices.DeleteFunc(s.orders, func(o Ordered) bool { return o.Date.Before(first) })
}
