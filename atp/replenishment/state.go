package replenishment

import (
	"cmp"
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// State is everything that Books know, as plain data.
type State struct {
	Reports []ReportState `json:"reports"` // by customer and id
	Places  []PlaceState  `json:"places"`  // by customer, location and item
}

// ReportState is a report whose id is bound.
type ReportState struct {
	Customer string        `json:"customer"`
	ID       string        `json:"id"`
	To       calendar.Date `json:"to"`
	Digest   string        `json:"digest"`
}

// PlaceState is an item at a place.
type PlaceState struct {
	Place
	Periods []PeriodState `json:"periods,omitempty"` // by day
	Orders  []Ordered     `json:"orders,omitempty"`  // by document
}

// PeriodState is the activity of a period.
type PeriodState struct {
	From calendar.Date `json:"from"`
	To   calendar.Date `json:"to"`
	// Report is the id of the report it comes from.
	Report string `json:"report"`
	Activity
}

// State returns everything the books know. Books that took in the same events have equal States.
func (b *Books) State() State {
	b.mu.Lock()
	defer b.mu.Unlock()
	var st State
	for name, c := range b.customers {
		for id, r := range c.reports {
			st.Reports = append(st.Reports, ReportState{Customer: name, ID: id, To: r.to, Digest: r.digest})
		}
	}
	slices.SortFunc(st.Reports, func(x, y ReportState) int {
		return cmp.Or(cmp.Compare(x.Customer, y.Customer), cmp.Compare(x.ID, y.ID))
	})
	for _, at := range b.places() {
		s := b.shelves[at]
		p := PlaceState{Place: at, Orders: slices.Clone(s.orders)}
		for _, one := range s.periods {
			p.Periods = append(p.Periods, PeriodState{one.from, one.to, one.report, one.clone()})
		}
		st.Places = append(st.Places, p)
	}
	return st
}

// Restore fills empty Books from a State; Apply then takes in the events after it. The errors are ErrNotEmpty, and
// *EventError for a state that is damaged; the books are then empty.
func (b *Books) Restore(st State) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.shelves)+len(b.customers) > 0 {
		return ErrNotEmpty
	}
	err := b.restore(st)
	if err != nil {
		clear(b.shelves)
		clear(b.customers)
	}
	return err
}

func (b *Books) restore(st State) error {
	for _, r := range st.Reports {
		if r.Customer == "" || r.ID == "" || r.Digest == "" || r.To.IsZero() {
			return &EventError{r, "is damaged"}
		}
		b.onReported(Reported{ID: r.ID, Customer: r.Customer, To: r.To, Digest: r.Digest})
	}
	for _, p := range st.Places {
		s := b.shelf(p.Place)
		for _, one := range p.Periods {
			if field, _ := one.check(); field != "" || one.place(p.Customer) != p.Place || one.From.IsZero() ||
				one.To.Before(one.From) || b.customers[p.Customer] == nil {
				return &EventError{p, "is damaged"}
			}
			if _, ok := s.overlaps(one.From, one.To); ok {
				return &EventError{p, "has periods that overlap"}
			}
			s.add(period{one.From, one.To, one.Report, one.clone()})
		}
		for _, o := range p.Orders {
			if o.Place != p.Place || o.Document == "" || o.Revision == 0 || o.Quantity < 0 || o.Quantity > MaxQuantity {
				return &EventError{o, "is damaged"}
			}
			b.onOrdered(o)
		}
	}
	return nil
}
