package rules

import (
	"cmp"
	"fmt"
	"reflect"
	"strings"
)

// plan is a group as the load treats its rules.
type plan struct {
	LocatedGroup
	source    int // number of the source
	broken    bool
	ranks     []ranking // outputs whose values are declared
	aggregate []string  // path of the output to aggregate
}

// ranking is an output whose values are declared.
type ranking struct {
	path   []string
	label  string
	values []string
	rank   map[string]int // by the JSON form of the value
}

// maxRanks bounds the product of the numbers of values declared for the outputs
// of a group, so that ranks fit a priority on every machine.
const maxRanks = 1 << 30

// maxHintValues bounds the values of an output among which the one that was meant
// is looked for: every rule of a long file may have a wrong one.
const maxHintValues = 50

// entitle takes the header of a source. What one source says of the book, others
// may leave out or say the same.
func (l *loader[E]) entitle(source int, h LocatedHeader) {
	whole, agree := l.header.Header.with(h.Header)
	switch {
	case h.Header == BookHeader{}:
	case !agree:
		e := &RuleError{Source: h.Source, Part: partBook, Message: "the book is named again, and not the same", Expected: "the first is in " + l.header.Source, order: source}
		if h.Origin != nil {
			p := h.Origin.Place(partBook, 0)
			e.Line, e.Column, e.Text = p.Line, p.Column, p.Text
		}
		l.errors = append(l.errors, e)
	case l.header.Header == BookHeader{}:
		l.header = h
	default:
		l.header.Header = whole
	}
}

// with brings together what two sources say of a book, and reports whether they
// agree on what both say.
func (h BookHeader) with(other BookHeader) (BookHeader, bool) {
	agree := func(a, b string) bool { return a == "" || b == "" || a == b }
	return BookHeader{
		Name: cmp.Or(h.Name, other.Name), Title: cmp.Or(h.Title, other.Title),
		Note: cmp.Or(h.Note, other.Note), Kind: cmp.Or(h.Kind, other.Kind),
	}, agree(h.Name, other.Name) && agree(h.Title, other.Title) && agree(h.Note, other.Note) && agree(h.Kind, other.Kind)
}

// refuseGroup notes a mistake of a group.
func (l *loader[E]) refuseGroup(source int, g LocatedGroup, part, message, expected string) {
	e := &RuleError{Source: g.Source, Group: g.Group.Name, Part: part, Message: message, Expected: expected, order: source}
	if g.Origin != nil {
		p := g.Origin.Place(part, 0)
		e.Line, e.Column, e.Text = p.Line, p.Column, p.Text
	}
	l.errors = append(l.errors, e)
}

// declare takes a group. One that is declared again must be declared the same.
func (l *loader[E]) declare(source int, g LocatedGroup) {
	first := l.groups[g.Group.Name]
	switch {
	case first == nil:
		l.groups[g.Group.Name] = &plan{LocatedGroup: g, source: source}
	case !first.Group.equal(g.Group):
		first.broken = true
		where := first.Source
		if first.Origin != nil {
			if p := first.Origin.Place("", 0); p.Line > 0 {
				where = fmt.Sprintf("%s:%d", where, p.Line)
			}
		}
		l.refuseGroup(source, g, partName, "the group is declared twice, and not the same", "the first is in "+where)
	}
}

// planGroups settles what each policy needs: which output is aggregated, how
// outputs rank.
func (l *loader[E]) planGroups() {
	for _, name := range sortedKeys(l.groups) {
		p := l.groups[name]
		before := len(l.errors)
		refuse := func(part, message, expected string) { l.refuseGroup(p.source, p.LocatedGroup, part, message, expected) }
		if p.Group.Policy > CollectMax {
			refuse(partPolicy, fmt.Sprintf("%s is not a hit policy", p.Group.Policy), "want one of "+strings.Join(hitPolicyNames(), ", "))
		}
		if name == "" && p.Group.Policy.ranked() {
			refuse(partName, "the group has no name", "")
		}
		if p.Group.Policy == First && l.tables[name] > 1 {
			refuse(partPolicy, fmt.Sprintf("the group has %d tables, and first takes the order of the rows of one", l.tables[name]), "make them one table, or use by-priority")
		}
		l.rank(p, refuse)
		if p.Group.Policy.aggregates() {
			p.aggregate = l.aggregate(p, refuse)
		}
		p.broken = p.broken || len(l.errors) > before
	}
}

// rank reads the declared values of the outputs into the type of the effect.
func (l *loader[E]) rank(p *plan, refuse func(part, message, expected string)) {
	product, seen := int64(1), map[string]bool{}
	for _, o := range p.Group.Outputs {
		path := splitPath(o.Path)
		label := cmp.Or(o.Path, "then")
		t, message, expected := l.effects.resolve(reflect.TypeFor[E](), path)
		if message != "" {
			refuse(partOutputs, message, expected)
			continue
		}
		if seen[o.Path] {
			refuse(partOutputs, fmt.Sprintf("the output %s is declared twice", label), "")
			continue
		}
		seen[o.Path] = true
		if len(o.Values) == 0 {
			continue
		}
		r := ranking{path: path, label: label, values: o.Values, rank: map[string]int{}}
		for i, text := range o.Values {
			form, err := l.valueForm(t, text)
			if err != nil {
				refuse(partOutputs, fmt.Sprintf("%q is not a value of %s: %v", text, label, err), "write "+describe(t))
				continue
			}
			if _, twice := r.rank[form]; twice {
				refuse(partOutputs, fmt.Sprintf("the value %s of %s stands twice", text, label), "")
				continue
			}
			r.rank[form] = i
		}
		if product *= int64(len(o.Values)); product > maxRanks {
			refuse(partOutputs, "the outputs have too many values to rank together", "declare fewer")
			product = 1
		}
		p.ranks = append(p.ranks, r)
	}
	if p.Group.Policy == OutputPriority && len(p.ranks) == 0 {
		refuse(partOutputs, "the hit policy priority needs the values of an output, the most important first", "declare outputs, or use by-priority")
	}
}

// valueForm reads a declared value and returns its JSON form.
func (l *loader[E]) valueForm(t reflect.Type, text string) (string, error) {
	v := reflect.New(t).Elem()
	if faults := l.effects.value(textNode(text, t), v); len(faults) > 0 {
		return "", fmt.Errorf("%s", faults[0].message)
	}
	return outputText(v)
}

// aggregate finds the output that the policy aggregates.
func (l *loader[E]) aggregate(p *plan, refuse func(part, message, expected string)) []string {
	path := ""
	columns := map[string]bool{}
	for _, t := range l.ofTables {
		if t.Group == p.Group.Name {
			for _, c := range t.Effects {
				columns[c] = true
			}
		}
	}
	switch {
	case len(p.Group.Outputs) > 1 || len(p.Group.Outputs) == 0 && len(columns) > 1:
		refuse(partOutputs, fmt.Sprintf("%s makes one value, and there are several outputs", p.Group.Policy), "declare the one as outputs")
		return nil
	case len(p.Group.Outputs) == 1:
		path = p.Group.Outputs[0].Path
	case len(columns) == 1:
		path = sortedKeys(columns)[0]
	}
	t, message, expected := l.effects.resolve(reflect.TypeFor[E](), splitPath(path))
	switch {
	case message != "" && len(p.Group.Outputs) == 1: // said already
	case message != "":
		refuse(partOutputs, message, expected)
	case !numeric(t):
		refuse(partOutputs, fmt.Sprintf("%s needs a number, and %s is %s", p.Group.Policy, cmp.Or(path, "the effect"), t),
			"declare an int, an amount, a rate or a quantity as outputs")
	}
	return splitPath(path)
}

// place gives a rule its place in the group: the priority that the policy
// settles, and the digest of its effect under Any.
func (l *loader[E]) place(one Located[E], r *Rule[E], refuse func(part string, offset int, message, expected string)) (effect digest) {
	p := l.groups[r.Group]
	if p == nil || p.broken {
		return effect
	}
	policy := p.Group.Policy
	if policy.ranked() && r.Priority != 0 && !l.within {
		refuse(partPriority, 0, fmt.Sprintf("the hit policy %s leaves no say to a priority", policy), "leave it out, or use by-priority")
	}
	if policy == First {
		switch {
		case one.Row != 0 && l.standing[r.Group]:
			refuse(partGroup, 0, "the rows of a table of the hit policy first change all together", "load the whole table with Reload")
		case one.Row != 0:
			r.Priority = -one.Row
		case r.Priority == 0 || !l.within:
			refuse(partGroup, 0, "the hit policy first takes the rows of a table, and the rule is none", "use by-priority")
		}
	}
	if one.Faulty {
		return effect
	}
	then := reflect.ValueOf(&r.Then).Elem()
	rank := l.rankOf(p, then, refuse)
	if policy == OutputPriority {
		r.Priority = -rank
	}
	row, _ := one.Origin.(*rowOrigin) // an empty cell is no value, while the field is zero, the smallest of all
	if policy.aggregates() && (row != nil && row.leavesOut(strings.Join(p.aggregate, ".")) || !l.effects.part(then, p.aggregate).IsValid()) {
		refuse(partThen, 0, fmt.Sprintf("%s needs a value for %s", policy, strings.Join(p.aggregate, ".")), "")
	}
	if policy == Any {
		if sum, err := digestOfEffect(r); err == nil { // else the digest of the rule fails too
			effect = sum
		}
	}
	return effect
}

// rankOf returns the rank of an effect by the values declared, 0 for the first,
// and refuses values that are not among them.
func (l *loader[E]) rankOf(p *plan, effect reflect.Value, refuse func(part string, offset int, message, expected string)) int {
	rank := 0
	for _, r := range p.ranks {
		form, err := outputText(l.effects.part(effect, r.path))
		if err != nil {
			continue // as above
		}
		at, known := r.rank[form]
		if !known {
			hint := ""
			if len(r.values) <= maxHintValues {
				hint = didYouMean(strings.Trim(form, `"`), r.values)
			}
			refuse(partThen, 0, fmt.Sprintf("%s is not among the values declared for %s", form, r.label), hint)
		}
		rank = rank*len(r.values) + at
	}
	return rank
}

// about collects what the book knows besides its rules.
func (l *loader[E]) about() *about {
	a := &about{header: l.header.Header, tables: l.ofTables, groups: map[string]Group{}, aggregates: map[string][]string{}}
	for name, p := range l.groups {
		a.groups[name] = p.Group
		if p.Group.Policy.aggregates() {
			a.aggregates[name] = p.aggregate
		}
	}
	return a
}
