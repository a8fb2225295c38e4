package rulestest

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/o2ckit/o2c/rules"
)

// Read reads scenarios from YAML (or JSON, which is YAML). The name stands in
// errors; a file's path serves well.
//
//	at: 2026-06-01
//	defaults:
//	  customer.country: US
//	  quantity: 1 EA
//	scenarios:
//	  - id: gold-tools
//	    note: Agreed with sales.
//	    group: line
//	    at: 2026-12-31
//	    facts:
//	      customer: {tier: GOLD}
//	      tags: [a, b]
//	    expect:
//	      rules: [gold]
//	      effects: [{percent: 5%}]
//	  - id: gold-tools-large
//	    base: gold-tools
//	    facts: {quantity: 100 EA}
//	    expect: {includes: [bulk], excludes: [gold]}
//
// id and expect are required. at is a date, which means its first instant in the
// location of the schema, or an instant; that of the file holds for scenarios
// without their own. Facts have dotted names, or stand in nested mappings, and
// are written as Schema.Parse reads them; null is a missing fact. The facts of a
// scenario are the defaults of the file, those of its base, then its own; a base
// is a scenario that stands above, and gives its date and group too.
//
// expect has at least one of rules (all ids, in order), includes, excludes,
// effects (of all matches, in order), none: true, and error (a part of the text
// with which a rule fails). An effect is read as the then of a YAML rule is; of
// a struct only the fields that are named must be equal, while lists, maps and
// what stands behind a pointer must be equal in whole.
//
// Every mistake is returned in one *rules.LoadError, with its line and column.
// The bounds are those of a rule source.
func Read[F, E any](s *rules.Schema[F], name string, data []byte) ([]Scenario[F, E], error) {
	if s == nil {
		return nil, rules.ErrNoSchema
	}
	r := reader[F, E]{schema: s, reading: s.Reading(), name: name, types: typesOf(s), known: map[string]*draft[F, E]{}}
	r.doc = rules.ReadDocument(r.reading, name, data)
	for _, root := range r.doc.Roots() {
		r.file(root)
	}
	if len(r.out) == 0 && len(r.doc.Errors()) == 0 {
		r.doc.Refuse(rules.Item{}, "", "the file has no scenarios", "begin with scenarios: and a list")
	}
	if err := loadError(r.doc.Errors()); err != nil {
		return nil, err
	}
	return r.out, nil
}

// loadError makes one error of the mistakes of a file, nil of none.
func loadError(errs []*rules.RuleError) error {
	if len(errs) == 0 {
		return nil
	}
	slices.SortStableFunc(errs, func(a, b *rules.RuleError) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Message, b.Message))
	})
	return &rules.LoadError{Errors: errs}
}

// reader reads one file.
type reader[F, E any] struct {
	schema   *rules.Schema[F]
	reading  rules.Reading
	name     string
	doc      *rules.Document
	types    map[string]string // of the facts by name
	known    map[string]*draft[F, E]
	defaults []setting
	at       time.Time
	out      []Scenario[F, E]
}

// draft is a scenario with what others can take over from it.
type draft[F, E any] struct {
	scenario Scenario[F, E]
	facts    []setting
}

// setting is a fact with its value, still to be set.
type setting struct {
	fact  string
	value rules.Value
	at    rules.Item
}

func (r *reader[F, E]) file(root rules.Item) {
	if elements, ok := root.List(); ok {
		r.scenarios(elements)
		return
	}
	parts, ok := r.entries(root, "", []string{"at", "defaults", "scenarios"})
	if !ok {
		r.doc.Refuse(root, "", "this is not a list of scenarios", "begin with scenarios: and a list")
		return
	}
	r.at = r.instant(parts["at"], "at")
	r.defaults = nil
	if n := parts["defaults"]; !n.IsNull() {
		r.defaults = r.facts(n, "defaults")
	}
	n := parts["scenarios"]
	elements, ok := n.List()
	if !ok && !n.IsNull() {
		r.doc.Refuse(n, "scenarios", "this is not a list", "begin each scenario with - id:")
	}
	r.scenarios(elements)
}

func (r *reader[F, E]) scenarios(elements []rules.Item) {
	for i, element := range elements {
		r.scenario(element, "scenario #"+strconv.Itoa(i+1))
	}
}

// entries collects a mapping by key; keys that are not known or stand twice are
// refused. It reports false when there is no mapping.
func (r *reader[F, E]) entries(n rules.Item, label string, known []string) (map[string]rules.Item, bool) {
	pairs, ok := n.Map()
	if !ok {
		return nil, false
	}
	out := make(map[string]rules.Item, len(known))
	for _, p := range pairs {
		_, twice := out[p.Key]
		switch {
		case twice:
			r.doc.Refuse(p.Name, label, fmt.Sprintf("the key %s stands twice", p.Key), "")
		case !slices.Contains(known, p.Key):
			r.doc.Refuse(p.Name, label, fmt.Sprintf("there is no key %s here", p.Key), rules.DidYouMean(p.Key, known))
		default:
			out[p.Key] = p.Value
		}
	}
	return out, true
}

func (r *reader[F, E]) scenario(n rules.Item, label string) {
	pairs, _ := n.Map()
	for _, p := range pairs {
		if id, ok := p.Value.Text(); ok && p.Key == "id" && id != "" {
			label = "scenario " + id
		}
	}
	parts, ok := r.entries(n, label, []string{"id", "note", "group", "at", "base", "facts", "expect"})
	if !ok {
		r.doc.Refuse(n, label, "a scenario is a mapping", "begin it with - id:")
		return
	}
	d := &draft[F, E]{}
	at := r.at
	if base := parts["base"]; !base.IsNull() {
		id := r.text(base, label+": base")
		from := r.known[id]
		if from == nil {
			r.doc.Refuse(base, label+": base", fmt.Sprintf("no scenario above has the id %s", id), "")
		} else {
			d.scenario.Group, at = from.scenario.Group, from.scenario.At
			d.facts = from.facts
		}
	}
	id := r.text(parts["id"], label+": id")
	d.scenario.ID, d.scenario.At = id, at
	d.scenario.Note = r.text(parts["note"], label+": note")
	d.scenario.Place = fmt.Sprintf("%s:%d", r.name, r.doc.Line(n))
	if len(pairs) > 0 {
		d.scenario.Place = fmt.Sprintf("%s:%d", r.name, r.doc.Line(pairs[0].Name))
	}
	if n := parts["group"]; !n.IsNull() {
		d.scenario.Group = r.text(n, label+": group")
	}
	if n := parts["at"]; !n.IsNull() {
		d.scenario.At = r.instant(n, label+": at")
	}
	if n := parts["facts"]; !n.IsNull() {
		d.facts = override(d.facts, r.facts(n, label+": facts"))
	}
	r.apply(&d.scenario.Facts, override(r.defaults, d.facts), label+": facts")
	d.scenario.Expect = r.expect(parts["expect"], n, d.scenario.Group, label)
	switch {
	case id == "":
		r.doc.Refuse(n, label, "the scenario has no id", "give it a name that is unique in the file")
	case r.known[id] != nil:
		r.doc.Refuse(parts["id"], label+": id", "the id is used twice", "the first is in "+r.known[id].scenario.Place)
	default:
		r.known[id] = d
		r.out = append(r.out, d.scenario)
	}
}

func (r *reader[F, E]) text(n rules.Item, part string) string {
	text, ok := n.Text()
	if !ok && !n.IsNull() {
		r.doc.Refuse(n, part, "this is not a text", "")
	}
	return text
}

func (r *reader[F, E]) instant(n rules.Item, part string) time.Time {
	if n.IsNull() {
		return time.Time{}
	}
	at, err := r.reading.Instant(r.text(n, part))
	if err != nil {
		r.doc.Refuse(n, part, "this is not a date", "write 2026-01-31 or 2026-01-31T08:00:00Z")
	}
	return at
}

// facts reads a mapping of facts; the keys of nested mappings are joined with
// dots.
func (r *reader[F, E]) facts(n rules.Item, label string) []setting {
	return r.factsBelow(n, label, "", map[string]bool{}, nil)
}

func (r *reader[F, E]) factsBelow(n rules.Item, label, prefix string, seen map[string]bool, to []setting) []setting {
	pairs, ok := n.Map()
	if !ok {
		r.doc.Refuse(n, label, "this is not a mapping", "write fact: value")
		return to
	}
	for _, p := range pairs {
		name := prefix + p.Key
		if _, nested := p.Value.Map(); nested {
			to = r.factsBelow(p.Value, label, name+".", seen, to)
			continue
		}
		if seen[name] {
			r.doc.Refuse(p.Name, label, fmt.Sprintf("the fact %s stands twice", name), "")
			continue
		}
		seen[name] = true
		if r.types[name] == "" {
			r.doc.Refuse(p.Name, label, "there is no fact "+name, rules.DidYouMean(name, sortedKeys(r.types)))
			continue
		}
		v, err := r.value(name, p.Value)
		if err == nil {
			err = r.schema.Set(new(F), name, v) // here, so that a wrong default is told once
		}
		if err != nil {
			r.doc.Refuse(p.Value, label, plain(err), "")
			continue
		}
		to = append(to, setting{name, v, p.Value})
	}
	return to
}

// value reads the value of a fact. Quotes make a text of anything.
func (r *reader[F, E]) value(fact string, n rules.Item) (rules.Value, error) {
	if n.IsNull() {
		return rules.Value{}, nil
	}
	text, single := n.Text()
	if single {
		if r.types[fact] == "string" && (n.Quoted() || text != "missing" && text != "nil") {
			text = strconv.Quote(text)
		}
		return r.schema.Parse(fact, text)
	}
	elements, _ := n.List()
	texts := make([]string, len(elements))
	for i, element := range elements {
		one, ok := element.Text()
		if !ok {
			return rules.Value{}, fmt.Errorf("fact %s: element %d of the list is not a text", fact, i+1)
		}
		texts[i] = strconv.Quote(one)
	}
	if r.types[fact] != "list of strings" {
		return rules.Value{}, fmt.Errorf("fact %s is not a list", fact)
	}
	return r.schema.Parse(fact, "["+strings.Join(texts, ", ")+"]")
}

// apply sets the facts. What fails now has failed by itself, or cannot be
// missing because of another fact.
func (r *reader[F, E]) apply(facts *F, settings []setting, label string) {
	for _, s := range settings {
		if err := r.schema.Set(facts, s.fact, s.value); err != nil {
			r.doc.Refuse(s.at, label, plain(err), "")
		}
	}
}

// override puts settings over others: one of the same fact takes its place, so
// that a long line of bases stays as small as the facts are many.
func override(below, above []setting) []setting {
	out := make([]setting, 0, len(below)+len(above))
	for _, s := range below {
		if !slices.ContainsFunc(above, func(t setting) bool { return t.fact == s.fact }) {
			out = append(out, s)
		}
	}
	return append(out, above...)
}

// typesOf lists the facts with their types.
func typesOf[F any](s *rules.Schema[F]) map[string]string {
	out := map[string]string{}
	for _, f := range s.Facts() {
		out[f.Name] = f.Type
	}
	return out
}

// plain is the text of an error without the name of the package.
func plain(err error) string { return strings.TrimPrefix(err.Error(), "rules: ") }
