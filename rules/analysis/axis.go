package analysis

import (
	"slices"
	"sort"
	"time"

	"github.com/o2ckit/o2c/rules"
)

// An axis is what there can be of one fact, cut into cells within which every
// condition of the group gives the same answer: the constants that it is
// compared with, and what lies between them.
type axis struct {
	key   axisKey
	typ   string
	cells []cell
	// lines are the currencies or units; other types have one.
	lines []line
	// missing is the index of the cell for a missing fact, or -1.
	missing int
	// opaque means that a constant has no place on the axis.
	opaque bool
}

// axisKey tells axes apart. A list of strings has an axis for each text that it
// is asked about, and one for whether it is missing. The axis of the decision
// date has no name.
type axisKey struct {
	fact, element string
	listed        bool
}

// line is the part of an axis within which values compare.
type line struct {
	unit string
	cuts []rules.Value
	// lacking means that a constant could not be written in the unit.
	lacking bool
	// cells [lo, hi) of the axis are those of this line.
	lo, hi int
}

// cell is values that no condition of the group tells apart.
type cell struct {
	// pos is 2i+1 for the i-th cut itself, and 2i for what lies before it.
	pos   int
	value rules.Value
	at    time.Time // of the axis of dates
	// doubtful means that no value could be made: perhaps there is none.
	doubtful bool
	shown    string
}

func (a *axis) full() set { return set{{0, len(a.cells)}} }

// span returns the cells of a line from one position up to another.
func (a *axis) span(l *line, from, to int) run {
	find := func(pos int) int {
		return l.lo + sort.Search(l.hi-l.lo, func(i int) bool { return a.cells[l.lo+i].pos >= pos })
	}
	return run{find(from), find(to)}
}

// position returns where a constant lies on a line, and whether it compares.
func (l *line) position(v rules.Value) (int, bool) {
	if len(l.cuts) == 0 {
		return 0, false
	}
	if _, err := l.cuts[0].Compare(v); err != nil {
		return 0, false
	}
	i := sort.Search(len(l.cuts), func(i int) bool {
		o, err := l.cuts[i].Compare(v)
		return err == nil && o >= 0
	})
	return 2*i + 1, true
}

// answers returns where a comparison of the fact with constants is true and
// where it is false; elsewhere it is an error.
func (a *axis) answers(operator string, values []rules.Value) (holds, fails set) {
	for i := range a.lines {
		l := &a.lines[i]
		all := set{{l.lo, l.hi}}
		var yes set
		compares := true
		for _, v := range values {
			p, ok := l.position(v)
			if !ok {
				compares = false
				continue
			}
			switch operator {
			case "<":
				yes = yes.or(set{}.add(a.span(l, 0, p)))
			case "<=":
				yes = yes.or(set{}.add(a.span(l, 0, p+1)))
			case ">":
				yes = yes.or(set{}.add(a.span(l, p+1, 2*len(l.cuts)+1)))
			case ">=":
				yes = yes.or(set{}.add(a.span(l, p, 2*len(l.cuts)+1)))
			default:
				yes = yes.or(set{}.add(a.span(l, p, p+1)))
			}
		}
		var no set
		if compares {
			no = all.minus(yes)
		}
		if operator == "!=" || operator == "not in" {
			yes, no = no, yes
		}
		holds, fails = holds.or(yes), fails.or(no)
	}
	if a.missing >= 0 {
		fails = fails.or(set{{a.missing, a.missing + 1}})
	}
	return holds, fails
}

// constants is what the conditions of a group compare one fact with.
type constants struct {
	typ      string
	optional bool
	ordered  bool // asked for more than equality
	values   []rules.Value
	elements map[string]bool
}

// gather walks a tree and notes what every fact is compared with.
func gather(n rules.Node, into map[string]*constants) {
	for _, arg := range n.Args {
		gather(arg, into)
	}
	if n.Op != rules.OpTest {
		return
	}
	c := into[n.Fact]
	if c == nil {
		c = &constants{typ: n.Type, optional: n.Optional, elements: map[string]bool{}}
		into[n.Fact] = c
	}
	switch n.Operator {
	case "has", "has not":
		text, _ := n.Values[0].Text()
		c.elements[text] = true
	case "<", "<=", ">", ">=":
		c.ordered = true
		c.values = append(c.values, n.Values...)
	default:
		c.values = append(c.values, n.Values...)
	}
}

// dateAxis cuts time where a rule begins or ends to be in force.
func dateAxis(cuts []time.Time) axis {
	slices.SortFunc(cuts, time.Time.Compare)
	cuts = slices.CompactFunc(cuts, time.Time.Equal)
	a := axis{missing: -1, typ: "time"}
	before := cell{}
	if len(cuts) > 0 {
		before = cell{at: cuts[0].AddDate(0, 0, -1), shown: "before " + cuts[0].Format(time.RFC3339)}
	}
	a.cells = append(a.cells, before)
	for _, t := range cuts {
		a.cells = append(a.cells, cell{at: t, shown: "from " + t.Format(time.RFC3339)})
	}
	return a
}

// inForce is the cells of a dateAxis within [from, to).
func (a *axis) inForce(from, to time.Time) set {
	r := run{0, len(a.cells)}
	find := func(t time.Time) int {
		return 1 + sort.Search(len(a.cells)-1, func(i int) bool { return !a.cells[i+1].at.Before(t) })
	}
	if !from.IsZero() {
		r.lo = find(from)
	}
	if !to.IsZero() {
		r.hi = find(to)
	}
	return set{}.add(r)
}
