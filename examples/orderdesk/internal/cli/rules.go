package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/rulecmd"
	"github.com/o2ckit/o2c/rules"
)

type rulesCommand struct {
	Check   rulesCheck   `cmd:"" help:"Read rule books and show every mistake with its place."`
	Test    rulesTest    `cmd:"" help:"Run the scenarios of rule books and tell what they cover."`
	Analyse rulesAnalyse `cmd:"" help:"Find rules that conflict, never win or cannot match, and facts that no rule covers."`
	Doc     rulesDoc     `cmd:"" help:"Print rule books for a business reader."`
	Facts   rulesFacts   `cmd:"" help:"List the facts that conditions can ask about, and the parts of effects."`
	Diff    rulesDiff    `cmd:"" help:"Tell what differs between two rule books, or two folders of them."`
}

// Help tells what a path can be.
func (c *rulesCommand) Help() string {
	return `A rule book is a *.yaml, *.yml, *.json or *.csv file, or all files of a folder whose headers name the same book:

    book: {name: spring, kind: pricing}          in YAML and JSON
    # book: spring                               in CSV, before the heads
    # kind: pricing

A file that names no book belongs to the one that has a file of the same name, such as spring.csv to spring.yaml; naming one of the two names the book. The kind says what the rules are about: ` + rulecmd.Names(rulecmd.Kinds()) + `. Files named *.scenarios.* beside a book, such as spring.scenarios.yaml, are its scenarios.

Exit codes: 0 nothing to report, 1 findings, 2 usage, 3 failure.`
}

// ruleKind is the kind of books that do not say theirs.
type ruleKind struct {
	Kind string `placeholder:"KIND" help:"What the rules of books are about that do not say it themselves."`
}

// Validate refuses a kind that is not known.
func (k *ruleKind) Validate() error {
	known := func(one rulecmd.Kind) bool { return one.Name() == k.Kind }
	if k.Kind != "" && !slices.ContainsFunc(rulecmd.Kinds(), known) {
		return fmt.Errorf("there is no kind %s; known are %s", k.Kind, rulecmd.Names(rulecmd.Kinds()))
	}
	return nil
}

// ruleBooks is what the commands on rule books take.
type ruleBooks struct {
	ruleKind
	Paths []string `arg:"" name:"path" help:"Rule books: files, or folders of them."`
}

// loadedBook is a book that was read, with its files.
type loadedBook struct {
	rulecmd.Set
	rulecmd.Book
}

// name is how texts name the book.
func (b loadedBook) name() string { return fmt.Sprintf("%s (%s)", b.Name, b.Kind.Name()) }

// load reads the books of paths. What is wrong with their files is printed and
// makes exit code 1; the other books come back all the same.
func (k *ruleKind) load(r *run, paths ...string) ([]loadedBook, error) {
	sets, faults, err := rulecmd.Find(paths, k.Kind, rulecmd.Kinds())
	if err != nil {
		return nil, err
	}
	if err := r.faults(faults); err != nil {
		return nil, err
	}
	var out []loadedBook
	var refused []error
	bar := progress(r.err, len(sets), "books")
	for _, set := range sets {
		if err := r.ctx.Err(); err != nil {
			return nil, err
		}
		book, err := set.Load()
		if err != nil {
			refused = append(refused, err)
		} else {
			out = append(out, loadedBook{set, book})
		}
		bar.add()
	}
	bar.close()
	for _, err := range refused {
		if err := r.refused(err); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// faultJSON is a mistake in a file as --json prints it.
type faultJSON struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Rule     string `json:"rule,omitempty"`
	Group    string `json:"group,omitempty"`
	Part     string `json:"part,omitempty"`
	Message  string `json:"message"`
	Expected string `json:"expected,omitempty"`
}

// refused prints the mistakes that are behind an error; an error of another kind
// comes back.
func (r *run) refused(err error) error {
	var load *rules.LoadError
	if !errors.As(err, &load) {
		return err
	}
	return r.faults(load.Errors)
}

// faults prints mistakes in files.
func (r *run) faults(list []*rules.RuleError) error {
	for _, e := range list {
		r.found()
		if err := r.print(faultJSON{
			File: e.Source, Line: e.Line, Column: e.Column, Rule: e.Rule, Group: e.Group, Part: e.Part, Message: e.Message, Expected: e.Expected,
		}, e.Error()); err != nil {
			return err
		}
	}
	return nil
}

// print writes the value as one line of JSON, or else the text.
func (r *run) print(value any, text string) error {
	if !r.json {
		_, err := fmt.Fprintln(r.out, text)
		return err
	}
	return r.encode(value)
}

func (r *run) encode(value any) error {
	e := json.NewEncoder(r.out)
	e.SetEscapeHTML(false)
	return e.Encode(value)
}

// dateFlag is a day on the command line; an instant says its own zone.
type dateFlag struct{ time.Time }

// UnmarshalText reads 2026-01-31, which is its beginning in UTC, or
// 2026-01-31T08:00:00Z.
func (d *dateFlag) UnmarshalText(text []byte) error {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, string(text)); err == nil {
			d.Time = t
			return nil
		}
	}
	return fmt.Errorf("%q is not a date; write 2026-01-31 or 2026-01-31T08:00:00Z", text)
}

// count writes a number of things.
func count(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
