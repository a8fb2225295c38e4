package stockcmd

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/backorder"
	"github.com/o2ckit/o2c/rules"
)

// Rerun is what a run over backorders would do.
type Rerun struct {
	Feasible bool `json:"feasible"`
	// Exceptions are what must be and cannot: the shortage of a run that is not feasible.
	Exceptions []backorder.Exception `json:"exceptions,omitempty"`
	// Lines are by item, site and order of service.
	Lines []RerunLine `json:"lines"`
	// Assigned says what rules made of the lines.
	Assigned []backorder.Assigned `json:"assigned,omitempty"`
	// Classes sum up.
	Classes []backorder.ClassSummary `json:"classes"`
}

// RerunLine is what a run does to a line. Quantities are in base units.
type RerunLine struct {
	ID       string             `json:"id"`
	Item     string             `json:"item"`
	Site     string             `json:"site"`
	Strategy backorder.Strategy `json:"strategy"`
	Priority int                `json:"priority"`
	Standing backorder.Standing `json:"standing"`
	Asked    int64              `json:"asked"`
	Before   []atp.ScheduleLine `json:"before,omitempty"`
	After    []atp.ScheduleLine `json:"after,omitempty"`
	// Gained is how much more is confirmed, below 0 how much less, and DaysLater by how
	// many days what is confirmed before and after alike is complete later, below 0
	// earlier.
	Gained    int64             `json:"gained,omitempty"`
	DaysLater int               `json:"days_later,omitempty"`
	Short     int64             `json:"short,omitempty"` // asked for, and not confirmed
	DaysLate  int               `json:"days_late,omitempty"`
	Changed   bool              `json:"changed,omitempty"`
	Why       *backorder.Reason `json:"why,omitempty"`
}

// Backorder serves the backorders of the file anew. Nothing is committed. What the file is
// to blame for is a *[jsonfile.Error].
func (f *File) Backorder(ctx context.Context) (Rerun, error) {
	var r Rerun
	if len(f.wire.Backorders) == 0 {
		return r, f.missing("backorders")
	}
	live := booked[atp.Facts, backorder.Treatment](f, "backorder_rules", f.wire.BackorderRules, atp.NewRuleSchema)
	lines := f.backorders()
	if len(f.faults) > 0 {
		return r, f.broken()
	}
	if live != nil {
		var err error
		if lines, r.Assigned, err = f.assign(ctx, live.Book(), lines); err != nil {
			return r, err
		}
	}
	plan, err := backorder.Compute(f.Now, f.Stock, lines, backorder.Options{Apart: f.wire.Apart})
	if err != nil {
		return r, f.refusedLine(err)
	}
	r.Feasible, r.Exceptions, r.Classes = plan.Feasible(), plan.Exceptions, plan.Summary()
	for i := range plan.Results {
		one := &plan.Results[i]
		l := one.Line
		r.Lines = append(r.Lines, RerunLine{
			ID: l.ID, Item: l.Ref.Item(), Site: l.Ref.Site(), Strategy: l.Strategy, Priority: l.Priority, Standing: one.Standing,
			Asked: l.Quantity, Before: one.Before, After: one.After, Gained: one.Gained(), DaysLater: one.DaysLater(),
			Short: one.Short(), DaysLate: one.DaysLate(), Changed: one.Changed(), Why: plan.Why(one),
		})
	}
	return r, nil
}

// assign lets rules give the lines their strategies and priorities.
func (f *File) assign(
	ctx context.Context, book *rules.Book[atp.Facts, backorder.Treatment], lines []backorder.Line,
) ([]backorder.Line, []backorder.Assigned, error) {
	candidates := make([]backorder.Candidate, len(lines))
	for i := range lines {
		candidates[i] = backorder.Candidate{Line: lines[i], Profile: f.wire.Backorders[i].facts()}
	}
	lines, assigned, err := backorder.Assign(ctx, f.Now, book, candidates)
	if err != nil {
		return nil, nil, f.refusedLine(err)
	}
	return lines, assigned, nil
}

// refusedLine is refused for backorders, whose errors name a line by its id.
func (f *File) refusedLine(err error) error {
	var bad *backorder.LineError
	if errors.As(err, &bad) {
		for i := range f.wire.Backorders {
			if f.wire.Backorders[i].ID == bad.ID {
				return f.refused(at("backorders", i), err)
			}
		}
	}
	return f.refused("backorders", err)
}

// backorders makes the lines, and the reservations of what they have confirmed.
func (f *File) backorders() []backorder.Line {
	var lines []backorder.Line
	for i := range f.wire.Backorders {
		b := &f.wire.Backorders[i]
		path := at("backorders", i)
		ref := f.refOf(path, b.Item, b.Site)
		key := cmp.Or(b.Key, b.ID)
		if len(b.Confirmed) > 0 && !ref.IsZero() {
			f.confirm(path, key, ref, b)
		}
		lines = append(lines, backorder.Line{
			ID: b.ID, Key: key, Ref: ref, Quantity: b.Quantity, Wanted: b.Wanted, Strategy: b.Strategy, Priority: b.Priority,
			Ordered: b.Ordered, Partial: atp.Partial{AtMost: int(b.Partial.AtMost), Minimum: b.Partial.Minimum}, Pack: b.Pack,
			ShipComplete: b.ShipComplete, Class: b.Class, Scope: b.Scope, SafetyStock: b.SafetyStock,
		})
	}
	return lines
}

func (f *File) confirm(path, key string, ref atp.Ref, b *backorderLine) {
	e := atp.Reserved{Key: key, Scope: b.Scope, SafetyStock: b.SafetyStock}
	for _, c := range b.Confirmed {
		e.Lines = append(e.Lines, atp.ReservedLine{Item: ref.Item(), Site: ref.Site(), Date: c.Date, Quantity: c.Quantity})
	}
	f.promised(path, e, "confirmed")
}

// Text writes who gains and who loses, for a person.
func (r *Rerun) Text() string {
	var t text
	if !r.Feasible {
		t.line(0, "the run is not feasible")
		for _, e := range r.Exceptions {
			t.line(1, "%s (%s): %d of %s at %s on %s, %d can be had: %d short", e.ID, e.Strategy, e.Requested, e.Item, e.Site, e.Date,
				e.Available, e.Requested-e.Available)
		}
	}
	for i := range r.Lines {
		t.rerun(&r.Lines[i])
	}
	for _, a := range r.Assigned {
		if len(a.Reasons) == 0 && !a.Excluded {
			continue
		}
		what := a.Strategy.String()
		if a.Excluded {
			what = "takes no part"
		}
		t.line(0, "%s: %s, by rules: %s", a.ID, what, strings.Join(a.Reasons, "; "))
	}
	for _, c := range r.Classes {
		t.line(0, "%s%d asked, %d confirmed before, %d after; more %d, less %d, earlier %d, later %d; on time %d, then %d of %s",
			named(c.Class), c.Asked, c.Before, c.After, c.More, c.Less, c.Earlier, c.Later, c.OnTimeBefore, c.OnTimeAfter,
			counted(c.Lines, "line", "lines"))
	}
	return t.String()
}

func (t *text) rerun(l *RerunLine) {
	change := "stays"
	if l.Changed {
		var parts []string
		if l.Gained != 0 {
			parts = append(parts, signedWords(l.Gained))
		}
		if l.DaysLater > 0 {
			parts = append(parts, counted(l.DaysLater, "day", "days")+" later")
		}
		if l.DaysLater < 0 {
			parts = append(parts, counted(-l.DaysLater, "day", "days")+" earlier")
		}
		if change = strings.Join(parts, ", "); change == "" {
			change = "other days"
		}
	}
	if l.Standing != backorder.Served {
		change += ", " + l.Standing.String()
	}
	t.line(0, "%s (%s, priority %d): %d of %s at %s: %s -> %s: %s", l.ID, l.Strategy, l.Priority, l.Asked, l.Item, l.Site,
		schedule(l.Before), schedule(l.After), change)
	if l.Why != nil {
		t.line(1, "why not all on time: nothing more is there on %s%s", l.Why.Tightest, before(nil, l.Why.LostTo))
	}
}

func signedWords(gained int64) string {
	if gained > 0 {
		return "gains " + signed(gained, "%d")
	}
	return "loses " + signed(-gained, "%d")
}

// schedule writes quantities with their days.
func schedule(lines []atp.ScheduleLine) string {
	if len(lines) == 0 {
		return "nothing"
	}
	parts := make([]string, len(lines))
	for i, l := range lines {
		parts[i] = signed(l.Quantity, "%d") + " on " + l.Date.String()
	}
	return strings.Join(parts, " + ")
}
