package backorder

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/o2ckit/o2c/atp"
)

// ErrInfeasible reports a plan that cannot be committed: its Exceptions say why.
var ErrInfeasible = errors.New("backorder: the run is not feasible")

// ErrUnchanged reports a plan that changes nothing, so that there is nothing to commit.
var ErrUnchanged = errors.New("backorder: the run changes nothing")

// Note says of an operation what is kept of it: its key, and for audit why it was done and by whom.
type Note struct {
	Key           string // of the run, for ever; see atp.Rescheduling. Required
	Reason, Actor string
}

// Changes lists what a commit does, for a host that has more to add to the step.
func (p *Plan) Changes() []atp.Change {
	diff := p.judged()
	changes := make([]atp.Change, len(diff))
	for i, r := range diff {
		l := r.Line
		changes[i] = atp.Change{
			Key: l.Key, Ref: l.Ref, From: r.Before, To: r.After, Scope: l.Scope, SafetyStock: l.SafetyStock,
		}
	}
	for i := 0; i < len(changes); { // by key within an item: the order in which the stock takes them
		end := i + 1
		for end < len(changes) && changes[end].Ref == changes[i].Ref {
			end++
		}
		if end-i > 1 {
			slices.SortFunc(changes[i:end], func(a, b atp.Change) int { return cmp.Compare(a.Key, b.Key) })
		}
		i = end
	}
	return changes
}

// Commit puts the plan into effect, as one unit or not at all, and gives the event: journal what its Split gives. The
// same note and plan again give the same answer, with Replayed set.
//
// The errors are ErrInfeasible, ErrUnchanged and those of Stock.Reschedule: *atp.StaleError where what a line has is not
// what the plan was computed from, and *atp.ShortageError where supply has gone. Then compute again.
func (p *Plan) Commit(now time.Time, stock *atp.Stock, n Note) (atp.Rescheduled, error) {
	if !p.feasible && !p.partial {
		return atp.Rescheduled{}, ErrInfeasible
	}
	changes := p.Changes()
	if len(changes) == 0 {
		return atp.Rescheduled{}, ErrUnchanged
	}
	return stock.Reschedule(now, atp.Rescheduling{Key: n.Key, Reason: n.Reason, Actor: n.Actor, Changes: changes})
}

// judged lists the lines that the run changes and, where the lines of an item see it in more than one way, those that stay
// as well: what they take is judged beside what the others take, as in the run.
func (p *Plan) judged() []*Result {
	all := make([]*Result, 0, len(p.Results))
	for i := 0; i < len(p.Results); {
		end, changed, mixed := i, false, false
		for ; end < len(p.Results) && p.Results[end].Line.Ref == p.Results[i].Line.Ref; end++ {
			a, b := p.Results[i].Line, p.Results[end].Line
			changed = changed || p.Results[end].Changed()
			mixed = mixed || a.Scope != b.Scope || a.SafetyStock != b.SafetyStock
		}
		for ; i < end; i++ {
			r := &p.Results[i]
			if r.Changed() || changed && mixed && r.Standing == Served && len(r.Before) > 0 {
				all = append(all, r)
			}
		}
	}
	return all
}
