package backorder

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// Standing says whether a line took part.
type Standing uint8

// What a line can be in a run. Lines that are not served keep what they have.
const (
	Served     Standing = iota
	Held                // its reservation is a hold, which somebody is about to decide, or one of its ship-complete order is
	Closed              // its reservation cannot be changed any more: it was given back for good, or has expired
	Infeasible          // wins and what gains have do not fit on the item
	Expiring            // its item has lots; runs weigh quantities and days, and not what goods are good for
)

// String returns served, held, closed, infeasible or expiring.
func (s Standing) String() string {
	switch s {
	case Served:
		return "served"
	case Held:
		return "held"
	case Closed:
		return "closed"
	case Infeasible:
		return "infeasible"
	case Expiring:
		return "expiring"
	}
	return fmt.Sprintf("standing(%d)", uint8(s))
}

// MarshalText writes the standing as String does. A value that is none of the constants is an error.
func (s Standing) MarshalText() ([]byte, error) {
	if s > Expiring {
		return nil, fmt.Errorf("backorder: %s is none", s)
	}
	return []byte(s.String()), nil
}

// Exception is what must be and cannot: a line that wins and cannot be met, or one that gains and cannot keep what it has.
// Each is judged after the ones before it.
type Exception struct {
	ID        string        `json:"id"` // of the line
	Item      string        `json:"item"`
	Site      string        `json:"site"`
	Strategy  Strategy      `json:"strategy"`
	Date      calendar.Date `json:"date"`
	Requested int64         `json:"requested"`
	Available int64         `json:"available"` // what can be taken on the day, at least 0
}

// Plan is what a run would do.
type Plan struct {
	// Results has all lines, by item, site and order of service.
	Results []Result
	// Exceptions is why the run is not feasible, by item, site and id of the line; empty where it is.
	Exceptions []Exception

	at       time.Time
	feasible bool
	partial  bool // infeasible items stay, the others go
}

// Result is what a run does to a line.
type Result struct {
	Line     *Line
	Standing Standing
	// Picked is what lies ready for the line, in base units: it stays, whatever the run does, and counts as confirmed.
	Picked int64
	// Before is what was confirmed beside, After what will be, by day.
	Before, After []atp.ScheduleLine
	tight         calendar.Date
}

// Feasible reports whether the run as a whole can be committed.
func (p *Plan) Feasible() bool { return p.feasible }

// At is the instant that the plan was computed for.
func (p *Plan) At() time.Time { return p.at }

// stay leaves all lines what they have.
func (p *Plan) stay() {
	for i := range p.Results {
		r := &p.Results[i]
		r.After, r.tight = r.Before, calendar.Date{}
		if r.Standing == Served {
			r.Standing = Infeasible
		}
	}
}

// Changed reports whether the run changes the line.
func (r *Result) Changed() bool { return !slices.Equal(r.Before, r.After) }

// Gained is how much more is confirmed than before, below 0 how much less.
func (r *Result) Gained() int64 { return sum(r.After) - sum(r.Before) }

// DaysLater is by how many days what is confirmed before and after alike is complete later, below 0 earlier. 0 where
// nothing was confirmed, or nothing will be.
func (r *Result) DaysLater() int {
	common := min(sum(r.Before), sum(r.After))
	if common == 0 {
		return 0
	}
	return completeOn(r.After, common).Sub(completeOn(r.Before, common))
}

// Short is what the line asks for and will not have, at least 0.
func (r *Result) Short() int64 { return max(r.Line.Quantity-r.Picked-sum(r.After), 0) }

// DaysLate is by how many days the last that is confirmed comes after the wanted day; 0 where no day is wanted.
func (r *Result) DaysLate() int {
	if r.Line.Wanted.IsZero() || len(r.After) == 0 {
		return 0
	}
	return max(r.After[len(r.After)-1].Date.Sub(r.Line.Wanted), 0)
}

func sum(lines []atp.ScheduleLine) int64 {
	var n int64
	for _, l := range lines {
		n += l.Quantity
	}
	return n
}

// completeOn is the day on which a quantity is there.
func completeOn(lines []atp.ScheduleLine, quantity int64) calendar.Date {
	for _, l := range lines {
		if quantity -= l.Quantity; quantity <= 0 {
			return l.Date
		}
	}
	return calendar.Date{}
}

// Diff lists the lines that the run changes, in the order of Results.
func (p *Plan) Diff() []*Result {
	changed := 0
	for i := range p.Results {
		if p.Results[i].Changed() {
			changed++
		}
	}
	diff := make([]*Result, 0, changed)
	for i := range p.Results {
		if r := &p.Results[i]; r.Changed() {
			diff = append(diff, r)
		}
	}
	return diff
}

// Reason says why a line does not have all it asks for on the wanted day.
type Reason struct {
	// Tightest is the first day on which what can be had from the wanted day on runs out; what is there before is for those
	// that need it until then. A line that never gains may lack nothing but leave to have it.
	Tightest calendar.Date `json:"tightest"`
	// LostTo are the ids of the lines of the run that were served before and take goods of the item until that day, first to
	// last. What reservations outside the run take is not listed; see atp.Limit.
	LostTo []string `json:"lost_to,omitempty"`
}

// Why tells what keeps a line of the run from having all it asks for on the wanted day; nil where nothing does, or the
// line was not served.
func (p *Plan) Why(r *Result) *Reason {
	if r.tight.IsZero() {
		return nil
	}
	why := &Reason{Tightest: r.tight}
	for i := p.first(r); &p.Results[i] != r; i++ {
		before := &p.Results[i]
		if len(before.After) > 0 && !before.After[0].Date.After(r.tight) {
			why.LostTo = append(why.LostTo, before.Line.ID)
		}
	}
	return why
}

// first gives the place of the first result of the item of a result.
func (p *Plan) first(r *Result) int {
	i, _ := slices.BinarySearchFunc(p.Results, r.Line.Ref, func(a Result, ref atp.Ref) int {
		return cmp.Or(cmp.Compare(a.Line.Ref.Item(), ref.Item()), cmp.Compare(a.Line.Ref.Site(), ref.Site()))
	})
	return i
}

// ClassSummary sums up what a run does to the lines of a class.
type ClassSummary struct {
	Class   string `json:"class"`
	Lines   int    `json:"lines"`
	Changed int    `json:"changed"` // lines
	// Lines of which more or less is confirmed, and lines whose common part is complete earlier or later. A line can count on
	// both sides: more, but later.
	More    int `json:"more"`
	Less    int `json:"less"`
	Earlier int `json:"earlier"`
	Later   int `json:"later"`
	// Quantities, in base units: asked for, confirmed before and after, with what is picked.
	Asked  int64 `json:"asked"`
	Before int64 `json:"before"`
	After  int64 `json:"after"`
	// OnTimeBefore and OnTimeAfter count the lines that have all they ask for on the wanted day.
	OnTimeBefore int `json:"on_time_before"`
	OnTimeAfter  int `json:"on_time_after"`
}

// Summary sums up by class, the classes in order.
func (p *Plan) Summary() []ClassSummary {
	by := make(map[string]*ClassSummary)
	for i := range p.Results {
		r := &p.Results[i]
		s := by[r.Line.Class]
		if s == nil {
			s = &ClassSummary{Class: r.Line.Class}
			by[r.Line.Class] = s
		}
		s.count(r)
	}
	var all []ClassSummary
	for _, class := range slices.Sorted(maps.Keys(by)) {
		all = append(all, *by[class])
	}
	return all
}

func (s *ClassSummary) count(r *Result) {
	s.Lines++
	s.Asked += r.Line.Quantity
	before, after := r.Picked+sum(r.Before), r.Picked+sum(r.After)
	s.Before += before
	s.After += after
	tally(&s.OnTimeBefore, r.onTime(r.Before))
	tally(&s.OnTimeAfter, r.onTime(r.After))
	if !r.Changed() {
		return
	}
	later := r.DaysLater()
	s.Changed++
	tally(&s.More, after > before)
	tally(&s.Less, after < before)
	tally(&s.Earlier, later < 0)
	tally(&s.Later, later > 0)
}

func tally(n *int, yes bool) {
	if yes {
		*n++
	}
}

// onTime reports whether a schedule brings all that is asked for, and not picked, on the wanted day; where none is wanted,
// whether it brings all.
func (r *Result) onTime(lines []atp.ScheduleLine) bool {
	l, left := r.Line, r.Line.Quantity-r.Picked
	if sum(lines) < left {
		return false
	}
	return l.Wanted.IsZero() || left <= 0 || !completeOn(lines, left).After(l.Wanted)
}
