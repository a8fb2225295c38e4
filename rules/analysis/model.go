package analysis

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/o2ckit/o2c/rules"
)

// subject is a rule as the analysis sees it.
type subject struct {
	id       string
	priority int
	from, to time.Time
	effect   string // its JSON form
	parts    []rules.Part
	// regions are where the rule matches within the domain of its group, or more
	// than that when it is not exact.
	regions []region
	exact   bool
}

// model is the facts and rules of one group.
type model struct {
	axes  []axis // the first is that of the decision date
	index map[axisKey]int
	// domain is all facts that the group is asked about.
	domain []region
	rules  []*subject // in the order of matching
	limit  int        // of the terms of a condition
}

// newModel cuts the facts of a group and finds the regions of its rules. Nil
// parts of a domain are all facts; at is one more cut, unless it is zero. It
// reports false when the domain is not exact.
func newModel(list []*subject, domain []rules.Part, at time.Time, limit int, m maker) (*model, bool) {
	out := &model{index: map[axisKey]int{}, rules: list, limit: limit}
	byFact := map[string]*constants{}
	var dates []time.Time
	for _, p := range domain {
		gather(p.Tree, byFact)
	}
	for _, s := range list {
		for _, p := range s.parts {
			gather(p.Tree, byFact)
		}
		for _, t := range []time.Time{s.from, s.to} {
			if !t.IsZero() {
				dates = append(dates, t)
			}
		}
	}
	if !at.IsZero() {
		dates = append(dates, at)
	}
	out.axes = append(out.axes, dateAxis(dates))
	names := make([]string, 0, len(byFact))
	for name := range byFact {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, a := range axesOf(name, byFact[name], m) {
			out.index[a.key] = len(out.axes)
			out.axes = append(out.axes, a)
		}
	}
	var exact bool
	if out.domain, exact = out.where(domain); !exact {
		return nil, false
	}
	for _, s := range list {
		s.regions, s.exact = out.where(s.parts)
		s.regions = absorb(cross(s.regions, out.domain))
		s.exact = s.exact || len(s.regions) == 0
		if dates := out.axes[0].inForce(s.from, s.to); len(dates) == 0 {
			s.regions, s.exact = nil, true
		} else if !s.from.IsZero() || !s.to.IsZero() {
			s.regions = cross(s.regions, []region{{{0, dates}}})
		}
	}
	return out, true
}

func (m *model) full(axis int) set { return m.axes[axis].full() }

// where returns the facts for which all parts hold.
func (m *model) where(parts []rules.Part) ([]region, bool) {
	out, exact := []region{{}}, true
	for _, p := range parts {
		t := m.meaning(p.Tree)
		if next := absorb(cross(out, t.holds)); len(next) <= m.limit {
			out, exact = next, exact && t.exact
		} else {
			exact = false // the part is left out: it can only make the regions less
		}
	}
	return out, exact || len(out) == 0
}

// meaning is where a node is true and where it is false. What is in neither
// cannot be evaluated. When it is not exact, both are more than they should be.
type meaning struct {
	holds, fails []region
	exact        bool
	// total means that it can always be evaluated.
	total bool
}

func opaque() meaning { return meaning{holds: []region{{}}, fails: []region{{}}} }

func (m *model) meaning(n rules.Node) meaning {
	switch n.Op {
	case rules.OpConstant:
		if n.Holds {
			return meaning{holds: []region{{}}, exact: true, total: true}
		}
		return meaning{fails: []region{{}}, exact: true, total: true}
	case rules.OpNot:
		t := m.meaning(n.Args[0])
		t.holds, t.fails = t.fails, t.holds
		return t
	case rules.OpAnd:
		return m.both(m.meaning(n.Args[0]), m.meaning(n.Args[1]))
	case rules.OpOr:
		a, b := m.meaning(n.Args[0]), m.meaning(n.Args[1])
		a.holds, a.fails = a.fails, a.holds
		b.holds, b.fails = b.fails, b.holds
		out := m.both(a, b)
		out.holds, out.fails = out.fails, out.holds
		return out
	case rules.OpTest:
		return m.test(n)
	default:
		return opaque()
	}
}

// both is the meaning of an and within a part, which asks its right side only
// when its left side is true.
func (m *model) both(a, b meaning) meaning {
	out := meaning{exact: a.exact && b.exact, total: a.total && b.total}
	out.holds = absorb(cross(a.holds, b.holds))
	if a.total {
		out.fails = union(a.fails, b.fails)
	} else {
		out.fails = union(a.fails, cross(a.holds, b.fails))
	}
	out.fails = absorb(out.fails)
	if len(out.holds) > m.limit || len(out.fails) > m.limit {
		return opaque()
	}
	return out
}

func (m *model) test(n rules.Node) meaning {
	if n.Operator == "has" || n.Operator == "has not" {
		return m.listTest(n)
	}
	i, ok := m.index[axisKey{fact: n.Fact}]
	if !ok || m.axes[i].opaque {
		return opaque()
	}
	a := &m.axes[i]
	var holds, fails set
	switch n.Operator {
	case "missing":
		if a.missing >= 0 {
			holds = set{{a.missing, a.missing + 1}}
		}
		fails = a.full().minus(holds)
	case "true":
		holds, fails = a.answers("==", a.lines[0].cuts[1:])
	default:
		holds, fails = a.answers(n.Operator, n.Values)
	}
	return meaning{holds: only(i, holds), fails: only(i, fails), exact: true, total: holds.size()+fails.size() == len(a.cells)}
}

func only(axis int, cells set) []region {
	if len(cells) == 0 {
		return nil
	}
	return []region{{{axis, cells}}}
}

func (m *model) listTest(n rules.Node) meaning {
	text, _ := n.Values[0].Text()
	i, ok := m.index[axisKey{n.Fact, text, true}]
	if !ok {
		return opaque()
	}
	out := meaning{holds: only(i, set{{1, 2}}), fails: only(i, set{{0, 1}}), exact: true, total: true}
	if n.Operator == "has not" {
		out.holds, out.fails = out.fails, out.holds
	}
	if p, ok := m.index[axisKey{fact: n.Fact}]; ok {
		out.holds = cross(only(p, set{{0, 1}}), out.holds)
		out.fails = union(only(p, set{{1, 2}}), out.fails)
	}
	return out
}

// witness picks a value for each of the facts that has an axis, and a date, from
// a region. It reports false when for one of them no value could be made.
func (m *model) witness(r region, facts []string, parse func(fact, text string) (rules.Value, error)) ([]Fact, time.Time, bool) {
	var out []Fact
	lists := map[string][]string{}
	absent := map[string]bool{}
	var at time.Time
	for i := range m.axes {
		a := &m.axes[i]
		cells, limited := r.on(i)
		if !limited {
			cells = a.full()
		}
		if !limited && i > 0 && !slices.Contains(facts, a.key.fact) {
			continue
		}
		best, ok := a.pick(cells)
		if !ok {
			return nil, at, false
		}
		switch {
		case i == 0:
			at = a.cells[best].at
			if !limited {
				at = time.Time{}
			}
		case a.typ == "list of strings" && !a.key.listed:
			absent[a.key.fact] = best == a.missing
			lists[a.key.fact] = append(lists[a.key.fact], []string{}...)
		case a.key.listed:
			list := lists[a.key.fact]
			if best == 1 {
				list = append(list, strconv.Quote(a.key.element))
			}
			lists[a.key.fact] = list
		default:
			out = append(out, Fact{Name: a.key.fact, Value: a.cells[best].value})
		}
	}
	for name, list := range lists {
		var v rules.Value
		if !absent[name] {
			var err error
			if v, err = parse(name, "["+strings.Join(list, ", ")+"]"); err != nil {
				return nil, at, false
			}
		}
		out = append(out, Fact{Name: name, Value: v})
	}
	slices.SortFunc(out, func(a, b Fact) int { return strings.Compare(a.Name, b.Name) })
	return out, at, true
}

// pick chooses a cell: one that has a value, rather not the missing one.
func (a *axis) pick(cells set) (int, bool) {
	last := -1
	for _, r := range cells {
		for i := r.lo; i < r.hi; i++ {
			switch {
			case a.cells[i].doubtful:
			case i == a.missing:
				last = i
			default:
				return i, true
			}
		}
	}
	return last, last >= 0
}

// describe writes a region as a person would say it.
func (m *model) describe(r region) string {
	var parts []string
	for _, d := range r {
		a := &m.axes[d.axis]
		if d.cells.size() == len(a.cells) {
			continue
		}
		var values []string
		for _, one := range d.cells {
			if one.hi-one.lo > 2 {
				values = append(values, a.cells[one.lo].shown+" to "+a.cells[one.hi-1].shown)
				continue
			}
			for i := one.lo; i < one.hi; i++ {
				values = append(values, a.cells[i].shown)
			}
		}
		name := a.key.fact
		if d.axis == 0 {
			name = "date"
		}
		parts = append(parts, name+" "+strings.Join(values, " or "))
	}
	if len(parts) == 0 {
		return "any facts"
	}
	return strings.Join(parts, ", ")
}
