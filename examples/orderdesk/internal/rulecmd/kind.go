package rulecmd

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/examples/rulebooks"
	"github.com/o2ckit/o2c/order/desk/steps"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/rules"
)

// Kind is what books can be about: a type of facts with a type of effects.
type Kind interface {
	// Name is what a book says in its header.
	Name() string
	// load reads a book of the kind.
	load(Set) (Book, error)
	// vocabulary lists what its rules can speak about.
	vocabulary() (Vocabulary, error)
}

// Kinds returns the kinds that the order desk knows. This is the one place to
// add a kind: its facts, its effects and the schema of its conditions.
func Kinds() []Kind {
	return []Kind{
		kind[pricing.Facts, pricing.Discount]{name: "pricing", schema: pricing.NewRuleSchema},
		kind[pricing.Facts, pricing.Discount]{name: "promotion", schema: pricing.NewRuleSchema},
		kind[credit.Facts, credit.Effect]{name: "credit", schema: credit.NewRuleSchema},
		kind[atp.Facts, atp.Ranking]{name: "allocation", schema: atp.NewRuleSchema},
		kind[steps.ValidationFacts, steps.ValidationEffect]{name: "validation", schema: steps.NewValidationSchema, usable: validationUsable},
		kind[steps.HoldFacts, steps.HoldEffect]{name: "holds", schema: steps.NewHoldSchema},
		kind[rulebooks.ExportFacts, rulebooks.ExportEffect]{name: "export", schema: rulebooks.ExportSchema},
		kind[rulebooks.ReturnFacts, rulebooks.ReturnEffect]{name: "returns", schema: rulebooks.ReturnsSchema},
	}
}

// Names lists the names of kinds, for a person.
func Names(kinds []Kind) string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.Name()
	}
	return strings.Join(names, ", ")
}

func byName(kinds []Kind, name string) (Kind, bool) {
	i := slices.IndexFunc(kinds, func(k Kind) bool { return k.Name() == name })
	if i < 0 {
		return nil, false
	}
	return kinds[i], true
}

// kind is the kind of the books of facts F and effects E.
type kind[F, E any] struct {
	name   string
	schema func(rules.Config) (*rules.Schema[F], error)
	// usable tells which rules of a book its room could not use; nil where every
	// book that loads can be used.
	usable func(*rules.Book[F, E]) []unusable
}

// unusable is a rule that loads and yet has no use, and why.
type unusable struct{ rule, why string }

// Name returns the name of the kind.
func (k kind[F, E]) Name() string { return k.name }

func validationUsable(book *steps.ValidationBook) []unusable {
	var found *steps.BookError
	var out []unusable
	if errors.As(steps.CheckValidationBook(book), &found) {
		for _, f := range found.Faults {
			out = append(out, unusable{f.Rule, f.Reason})
		}
	}
	return out
}

// load reads a book with the facts and effects of the kind.
func (k kind[F, E]) load(set Set) (Book, error) {
	schema, err := k.schema(rules.Config{})
	if err != nil {
		return nil, err
	}
	places := make(map[string]located)
	sources := make([]rules.Source[E], len(set.Files))
	for i, f := range set.Files {
		sources[i] = placing[E]{source: source[E](f), places: places}
	}
	book, err := rules.Load(schema, sources...)
	if err != nil {
		return nil, err
	}
	if k.usable != nil {
		if list := k.usable(book); len(list) > 0 {
			return nil, refused(list, places)
		}
	}
	return &bookOf[F, E]{set: set, book: book, places: places}, nil
}

func source[E any](f File) rules.Source[E] {
	switch f.format() {
	case ".csv":
		return rules.CSV[E](f.Path, f.Data)
	case ".json":
		return rules.JSON[E](f.Path, f.Data)
	default:
		return rules.YAML[E](f.Path, f.Data)
	}
}

// located is where a rule was read.
type located struct {
	source string
	origin rules.Origin
}

// placing notes where each rule of a source stands, which a book does not keep:
// whoever reads a finding wants to go there.
type placing[E any] struct {
	source rules.Source[E]
	places map[string]located
}

// Load reads the source.
func (p placing[E]) Load(r rules.Reading) rules.Loaded[E] {
	out := p.source.Load(r)
	for _, one := range out.Rules {
		if _, twice := p.places[one.Rule.ID]; !twice {
			p.places[one.Rule.ID] = located{one.Source, one.Origin}
		}
	}
	return out
}

// refused makes mistakes, with their places, of rules that have no use.
func refused(list []unusable, places map[string]located) error {
	out := &rules.LoadError{}
	for _, u := range list {
		at := places[u.rule]
		e := &rules.RuleError{Source: at.source, Rule: u.rule, Message: u.why}
		if at.origin != nil {
			p := at.origin.Place("", 0)
			e.Line, e.Column, e.Text = p.Line, p.Column, p.Text
		}
		out.Errors = append(out.Errors, e)
	}
	slices.SortStableFunc(out.Errors, func(a, b *rules.RuleError) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Line, b.Line))
	})
	return out
}
