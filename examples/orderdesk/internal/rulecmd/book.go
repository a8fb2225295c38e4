package rulecmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/rules"
	"github.com/o2ckit/o2c/rules/ruledoc"
	"github.com/o2ckit/o2c/rules/rulestest"
)

// Book is a book that was read, of whatever kind.
type Book interface {
	// Summary tells what the book holds.
	Summary() Summary
	// Place tells where a rule was read.
	Place(rule string) Place
	// Test runs scenarios. Mistakes in their files are a *rules.LoadError.
	Test(ctx context.Context, scenarios []File, o Testing) (Tested, error)
	// Analyse looks for what is wrong with the book. At a date it also finds the
	// rules that are out of force.
	Analyse(at time.Time) (Analysis, error)
	// Document makes the book ready for print.
	Document(p Printing) (ruledoc.Document, error)
	// Compare tells what differs from an earlier book. The error is
	// ErrOtherKind.
	Compare(before Book) (Difference, error)
	// Contents tells of a book that has no counterpart, as all Added or all Removed.
	Contents(as ChangeKind) (Difference, error)
	// Redecide asks both books about scenarios and tells which the two decide
	// differently. The errors are ErrOtherKind and those of Test.
	Redecide(ctx context.Context, before Book, scenarios []File) (*rulestest.ReplayReport, error)
}

// ErrOtherKind is returned when two books do not have the same facts and effects.
var ErrOtherKind = errors.New("the books are of different kinds")

// Place is where a rule stands. Line and Column count from 1.
type Place struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// String returns file:line:column.
func (p Place) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }

// Summary is a book in figures.
type Summary struct {
	Book   string   `json:"book"`
	Kind   string   `json:"kind"`
	Files  []string `json:"files"`
	Rules  int      `json:"rules"`
	Groups int      `json:"groups"`
	Tables int      `json:"tables"`
	Hash   string   `json:"hash"`
}

// Testing says how to test.
type Testing struct {
	// Mutate asks which small mistakes in the rules the scenarios find.
	Mutate bool
	// MaxMutants bounds the mistakes tried; 0 means all.
	MaxMutants int
	// Progress is called after every mistake tried; nil when nobody listens.
	Progress func(done, total int)
}

// Tested is what came of it.
type Tested struct {
	Report *rulestest.Report
	// Mutation is nil unless it was asked for and all scenarios passed.
	Mutation *rulestest.MutationReport
}

// bookOf is a book of the facts F and the effects E.
type bookOf[F, E any] struct {
	set    Set
	book   *rules.Book[F, E]
	places map[string]located
}

// Summary counts rules, the groups that they say and the tables.
func (b *bookOf[F, E]) Summary() Summary {
	return Summary{
		Book: b.set.Name, Kind: b.set.Kind.Name(), Files: b.set.Paths(), Rules: b.book.Len(),
		Groups: len(b.groups()), Tables: len(b.book.Tables()), Hash: b.book.Hash(),
	}
}

// groups lists the named groups.
func (b *bookOf[F, E]) groups() []string {
	return slices.DeleteFunc(b.book.Groups(), func(name string) bool { return name == "" })
}

// Place tells where a rule was read; zero of a rule that the book does not have.
func (b *bookOf[F, E]) Place(rule string) Place {
	at, ok := b.places[rule]
	if !ok {
		return Place{}
	}
	out := Place{File: at.source}
	if at.origin != nil {
		p := at.origin.Place("", 0)
		out.Line, out.Column = p.Line, p.Column
	}
	return out
}

// Test runs scenarios and, if asked, mistakes.
func (b *bookOf[F, E]) Test(ctx context.Context, scenarios []File, o Testing) (Tested, error) {
	list, err := b.scenarios(scenarios)
	if err != nil {
		return Tested{}, err
	}
	report, err := rulestest.Run(ctx, b.book, list)
	if err != nil {
		return Tested{}, err
	}
	out := Tested{Report: report}
	if !o.Mutate || report.Failed > 0 {
		return out, nil
	}
	out.Mutation, err = rulestest.MutateBook(ctx, b.book, list, rulestest.MutationConfig{Max: o.MaxMutants, Progress: o.Progress})
	return out, err
}

// scenarios reads files of scenarios. All mistakes of all files come together.
func (b *bookOf[F, E]) scenarios(files []File) ([]rulestest.Scenario[F, E], error) {
	var out []rulestest.Scenario[F, E]
	faults := &rules.LoadError{}
	for _, f := range files {
		read := rulestest.Read[F, E]
		if f.format() == ".csv" {
			read = rulestest.ReadCSV[F, E]
		}
		list, err := read(b.book.Schema(), f.Path, f.Data)
		var load *rules.LoadError
		switch {
		case errors.As(err, &load):
			faults.Errors = append(faults.Errors, load.Errors...)
		case err != nil:
			return nil, err
		}
		out = append(out, list...)
	}
	if len(faults.Errors) > 0 {
		return nil, faults
	}
	return out, nil
}

// Redecide asks both books.
func (b *bookOf[F, E]) Redecide(ctx context.Context, before Book, scenarios []File) (*rulestest.ReplayReport, error) {
	old, ok := before.(*bookOf[F, E])
	if !ok {
		return nil, ErrOtherKind
	}
	list, err := b.scenarios(scenarios)
	if err != nil {
		return nil, err
	}
	decisions := make([]rulestest.Decision[F], len(list))
	for i, s := range list {
		decisions[i] = rulestest.Decision[F]{ID: s.ID, At: s.At, Facts: s.Facts, Group: s.Group}
	}
	return rulestest.Replay(ctx, old.book, b.book, rulestest.Decisions(decisions),
		rulestest.ReplayConfig[F, E]{MaxListed: max(1, len(decisions))})
}
