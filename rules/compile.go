package rules

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Compile makes a book of rules given as Go values. The source names them in
// errors. Every mistake of every rule is found and returned in one *LoadError;
// a load with a mistake loads nothing.
//
// The order of the rules has no influence on the book. Compile copies the rules
// but not what their effects and tags point to: leave that unchanged afterwards.
func Compile[F, E any](s *Schema[F], source string, rules []Rule[E]) (*Book[F, E], error) {
	return Load(s, Values(source, rules))
}

// Load makes one book of the rules of all sources, like Compile.
func Load[F, E any](s *Schema[F], sources ...Source[E]) (*Book[F, E], error) {
	if s == nil {
		return nil, ErrNoSchema
	}
	l := newLoader[E](s.core)
	if err := l.load(sources); err != nil {
		return nil, err
	}
	return newBook[F](s, l.rules, l.about()), nil
}

func newLoader[E any](s *schema) *loader[E] {
	return &loader[E]{
		schema: s, compiler: newCompiler(s), seen: map[string]string{},
		groups: map[string]*plan{}, tables: map[string]int{}, effects: effectDecoder{types: s.effects},
	}
}

// load reads and compiles all sources.
func (l *loader[E]) load(sources []Source[E]) error {
	l.read(sources)
	l.planGroups()
	for _, one := range l.located {
		l.add(one.source, one.index, one.Located)
	}
	if len(l.errors) > 0 {
		sortErrors(l.errors)
		return &LoadError{Errors: l.errors}
	}
	return nil
}

// loader collects what the sources hold, compiled rules and mistakes.
type loader[E any] struct {
	schema   *schema
	compiler *compiler
	located  []placed[E]
	header   LocatedHeader
	groups   map[string]*plan
	tables   map[string]int // how many a group has
	ofTables []Table
	effects  effectDecoder
	rules    []*compiled[E]
	errors   []*RuleError
	seen     map[string]string       // id to where it was first
	before   map[string]*compiled[E] // rules that need not be compiled again
	within   bool                    // what is loaded joins a book, in which rules have their places
	standing map[string]bool         // the groups that the book has rules of
}

// placed is a rule that was read, with its source and its number there.
type placed[E any] struct {
	Located[E]
	source, index int
}

// read asks all sources before a rule is compiled: what becomes of a rule
// depends on its group, which another source may declare.
func (l *loader[E]) read(sources []Source[E]) {
	for i, source := range sources {
		in := source.Load(Reading{Limits: l.schema.limits, Location: l.schema.location, schema: l.schema})
		l.note(i, in.Errors)
		l.entitle(i, in.Header)
		for _, g := range in.Groups {
			l.declare(i, g)
		}
		for _, t := range in.Tables {
			l.tables[t.Group]++
			l.ofTables = append(l.ofTables, t)
		}
		if limit := l.schema.limits.Rules; len(l.located)+len(in.Rules) > limit {
			l.note(i, []*RuleError{tooMany(in.Rules[0].Source, limit)})
			continue
		}
		for j, one := range in.Rules {
			l.located = append(l.located, placed[E]{Located: one, source: i, index: j})
		}
	}
}

func tooMany(source string, limit int) *RuleError {
	return &RuleError{Source: source, Message: fmt.Sprintf("more than %d rules", limit), Expected: "raise Limits.Rules or split the book"}
}

// compiled is a rule of a book.
type compiled[E any] struct {
	rule   Rule[E]
	source string
	when   *condition
	digest digest
	effect digest // of the effect, in a group of the hit policy Any
}

func (l *loader[E]) note(source int, errs []*RuleError) {
	for _, e := range errs {
		e.order = source
		l.errors = append(l.errors, e)
	}
}

// add checks and compiles one rule; the mistakes of all its parts are noted.
func (l *loader[E]) add(source, index int, one Located[E]) {
	r := &one.Rule
	before := len(l.errors)
	refuse := func(part string, offset int, message, expected string) {
		e := &RuleError{Source: one.Source, Rule: r.ID, Part: part, Message: message, Expected: expected, order: source}
		if e.Rule == "" {
			e.Rule = "#" + strconv.Itoa(index+1)
		}
		if one.Origin != nil {
			p := one.Origin.Place(part, offset)
			e.Line, e.Column, e.Text = p.Line, p.Column, p.Text
			if row, ok := one.Origin.(*rowOrigin); ok {
				e.Part = row.head(part, offset)
			}
		}
		l.errors = append(l.errors, e)
	}
	l.checkID(one, refuse)
	if !r.From.IsZero() && !r.To.IsZero() && !r.From.Before(r.To) {
		refuse(partTo, 0, "the rule ends before it begins", "to is the first day on which it is no longer in force")
	}
	if v := validator(r); v != nil && !one.Faulty {
		for _, err := range each(v.Validate()) {
			refuse(partThen, 0, err.Error(), "")
		}
	}
	effect := l.place(one, r, refuse)
	sum, err := digestOf(r)
	if err != nil {
		refuse(partThen, 0, "the effect cannot be written as JSON: "+err.Error(), "an effect needs a JSON form for the hash of the book")
	}
	if known := l.before[r.ID]; known != nil && known.digest == sum && err == nil && len(l.errors) == before && !one.Faulty {
		again := known
		if known.effect != effect { // the group has another policy now
			changed := *known
			changed.effect, again = effect, &changed
		}
		l.rules = append(l.rules, again)
		return
	}
	when := l.condition(r.When, refuse)
	if len(l.errors) > before || one.Faulty {
		return
	}
	l.rules = append(l.rules, &compiled[E]{rule: *r, source: one.Source, when: when, digest: sum, effect: effect})
}

// validator is what checks the effect of a rule, if its type does: that of the
// book, or the one that an interface holds.
func validator[E any](r *Rule[E]) Validator {
	if v, ok := any(&r.Then).(Validator); ok {
		return v
	}
	if v, ok := any(r.Then).(Validator); ok {
		return v
	}
	return nil
}

// each takes apart what errors.Join has joined, but nothing that says more than
// its parts, or has none.
func each(err error) []error {
	if err == nil {
		return nil
	}
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) {
		parts := joined.Unwrap()
		if all := errors.Join(parts...); all != nil && all.Error() == err.Error() {
			return slices.DeleteFunc(slices.Clone(parts), func(part error) bool { return part == nil })
		}
	}
	return []error{err}
}

// maxID bounds the length of a rule's id in bytes.
const maxID = 200

func (l *loader[E]) checkID(one Located[E], refuse func(part string, offset int, message, expected string)) {
	id := one.Rule.ID
	switch {
	case id == "":
		refuse(partID, 0, "the rule has no id", "give it a name that is unique in the book")
		return
	case len(id) > maxID:
		refuse(partID, 0, fmt.Sprintf("the id has %d bytes; the limit is %d", len(id), maxID), "")
		return
	}
	if first, twice := l.seen[id]; twice {
		refuse(partID, 0, "the id is used twice", "the first is in "+first)
		return
	}
	l.seen[id] = one.Source
	if one.Origin == nil {
		return
	}
	if p := one.Origin.Place(partID, 0); p.Line > 0 {
		l.seen[id] = fmt.Sprintf("%s:%d", one.Source, p.Line)
	}
}

func (l *loader[E]) condition(text string, refuse func(part string, offset int, message, expected string)) *condition {
	if strings.TrimSpace(text) == "" {
		refuse(partWhen, 0, "the rule has no condition", "a rule that always applies says true")
		return nil
	}
	when, faults := l.compiler.compile(text)
	for _, f := range faults {
		refuse(partWhen, f.at.From, f.message, f.expected)
	}
	return when
}

// sortRules puts rules into the order of a book: priority descending, then
// specificity if that is asked for, then id.
func sortRules[E any](rules []*compiled[E], specific bool) {
	slices.SortFunc(rules, func(a, b *compiled[E]) int {
		if a.rule.Priority != b.rule.Priority {
			return cmp.Compare(b.rule.Priority, a.rule.Priority)
		}
		if specific && a.when.pieces != b.when.pieces {
			return cmp.Compare(b.when.pieces, a.when.pieces)
		}
		return strings.Compare(a.rule.ID, b.rule.ID)
	})
}
