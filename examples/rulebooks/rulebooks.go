package rulebooks

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/rules"
)

// Files holds the books and their scenarios: name.yaml, name.csv where the book
// has a table in CSV, and name.scenarios.yaml or name.scenarios.csv or both.
//
//go:embed *.yaml *.csv
var Files embed.FS

// Names returns the names of the books, in the order of a sale.
func Names() []string {
	return []string{"pricing", "promotion", "validation", "credit", "allocation", "holds", "export", "returns"}
}

// UnknownError tells that there is no book of the name.
type UnknownError struct{ Name string }

// Error names the book and those that there are.
func (e *UnknownError) Error() string {
	return fmt.Sprintf("rulebooks: there is no book %q; there are %s", e.Name, strings.Join(Names(), ", "))
}

// Load compiles a book of Files with the schema of its kind:
//
//	schema, err := pricing.NewRuleSchema(rules.Config{})
//	book, err := rulebooks.Load[pricing.Facts, pricing.Discount](schema, "pricing")
//
// Several books of one kind of facts, such as pricing and promotion, make one
// book with the header of the first. The errors are *UnknownError and those of
// rules.Load: a schema of other facts than those that a book is about is one of
// them.
func Load[F, E any](schema *rules.Schema[F], name string, more ...string) (*rules.Book[F, E], error) {
	list, err := sources[E](name)
	if err != nil {
		return nil, err
	}
	for _, other := range more {
		further, err := sources[E](other)
		if err != nil {
			return nil, err
		}
		for _, s := range further {
			list = append(list, headless[E]{s})
		}
	}
	return rules.Load(schema, list...)
}

// sources are those of one book.
func sources[E any](name string) ([]rules.Source[E], error) {
	if !slices.Contains(Names(), name) {
		return nil, &UnknownError{Name: name}
	}
	text, err := Files.ReadFile(name + ".yaml")
	if err != nil {
		return nil, err
	}
	out := []rules.Source[E]{rules.YAML[E](name+".yaml", text)}
	switch text, err = Files.ReadFile(name + ".csv"); {
	case err == nil:
		out = append(out, rules.CSV[E](name+".csv", text))
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	return out, nil
}

// headless is a source that leaves it to another one to name the book.
type headless[E any] struct {
	source rules.Source[E]
}

// Load returns what the source holds, without the header.
func (h headless[E]) Load(r rules.Reading) rules.Loaded[E] {
	out := h.source.Load(r)
	out.Header = rules.LocatedHeader{}
	return out
}
