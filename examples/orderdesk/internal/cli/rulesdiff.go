package cli

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/rulecmd"
	"github.com/o2ckit/o2c/rules/rulestest"
)

type rulesDiff struct {
	ruleKind
	Scenarios bool   `help:"Also tell which scenarios the two decide differently: those beside the new book, or else beside the old one."`
	Old       string `arg:"" help:"The book as it was: a file, or a folder of books."`
	New       string `arg:"" help:"The book as it is to be."`
}

// changeJSON is a difference as --json prints it: of a rule, of a group, or of
// the book's header when it names neither.
type changeJSON struct {
	Book   string             `json:"book"`
	Change rulecmd.ChangeKind `json:"change"`
	Rule   string             `json:"rule,omitempty"`
	Group  string             `json:"group,omitempty"`
	Place  *rulecmd.Place     `json:"place,omitempty"` // of the rule, where it is now or last was
	Parts  []rulecmd.Part     `json:"parts"`
}

// redecidedJSON is a scenario that the two books decide differently.
type redecidedJSON struct {
	Book     string   `json:"book"`
	Scenario string   `json:"scenario"`
	Before   []string `json:"before"` // the rules that decide, in order
	After    []string `json:"after"`
	Altered  []string `json:"altered,omitempty"` // those that do with another effect
}

// undecidedJSON is a scenario that could not be compared.
type undecidedJSON struct {
	Book     string `json:"book"`
	Scenario string `json:"scenario"`
	// Old and New are why, under the old and the new book.
	Old string `json:"old,omitempty"`
	New string `json:"new,omitempty"`
}

// diffJSON ends what --json prints of a book. A hash is empty where there is no
// such book.
type diffJSON struct {
	Book    string `json:"book"`
	Kind    string `json:"kind"`
	Before  string `json:"before"`
	After   string `json:"after"`
	Same    bool   `json:"same"`
	Added   int    `json:"added"`
	Removed int    `json:"removed"`
	Changed int    `json:"changed"`
	// Scenarios counts those asked, and Redecided those that differ.
	Scenarios int `json:"scenarios,omitempty"`
	Redecided int `json:"redecided,omitempty"`
}

// Run compares; exit code 1 when anything differs.
func (c *rulesDiff) Run(r *run) error {
	before, err := c.load(r, c.Old)
	if err != nil {
		return err
	}
	after, err := c.load(r, c.New)
	if err != nil || r.status != done { // a book that cannot be read would look removed
		return err
	}
	for _, p := range pairs(before, after) {
		if err := c.compare(r, p); err != nil {
			return err
		}
	}
	return nil
}

// pair is a book before and after; one of them can be missing.
type pair struct{ before, after *loadedBook }

// pairs brings together the books of one name, or the only one of each side.
func pairs(before, after []loadedBook) []pair {
	if len(before) == 1 && len(after) == 1 {
		return []pair{{&before[0], &after[0]}}
	}
	var out []pair
	taken := make(map[*loadedBook]bool)
	for i := range after {
		p := pair{after: &after[i]}
		for j := range before {
			if !taken[&before[j]] && before[j].Name == after[i].Name {
				p.before, taken[&before[j]] = &before[j], true
				break
			}
		}
		out = append(out, p)
	}
	for j := range before {
		if !taken[&before[j]] {
			out = append(out, pair{before: &before[j]})
		}
	}
	return out
}

// named is the book by which texts name the pair.
func (p pair) named() loadedBook { return *cmp.Or(p.after, p.before) }

func (p pair) differences() (rulecmd.Difference, error) {
	switch {
	case p.before == nil:
		return p.after.Contents(rulecmd.Added)
	case p.after == nil:
		return p.before.Contents(rulecmd.Removed)
	}
	d, err := p.after.Compare(p.before.Book)
	if err != nil {
		err = findingsError{fmt.Errorf("%s and %s: %w", p.before.name(), p.after.name(), err)}
	}
	return d, err
}

func (c *rulesDiff) compare(r *run, p pair) error {
	d, err := p.differences()
	if err != nil {
		return err
	}
	var replayed *rulestest.ReplayReport
	if files := p.scenarios(); c.Scenarios && len(files) > 0 {
		if replayed, err = p.after.Redecide(r.ctx, p.before.Book, files); err != nil {
			return r.refused(err)
		}
	}
	if !d.Empty() || replayed != nil && replayed.Changed+replayed.Failed > 0 {
		r.found()
	}
	if r.json {
		return diffObjects(r, p, d, replayed)
	}
	_, err = fmt.Fprint(r.out, diffText(p, d, replayed))
	return err
}

// scenarios are those to ask both books.
func (p pair) scenarios() []rulecmd.File {
	switch {
	case p.before == nil || p.after == nil:
		return nil
	case len(p.after.Scenarios) > 0:
		return p.after.Scenarios
	}
	return p.before.Scenarios
}

// place is where the rule is now, or last was.
func (p pair) place(c rulecmd.Change) rulecmd.Place {
	if c.Kind == rulecmd.Removed {
		return p.before.Place(c.ID)
	}
	return p.after.Place(c.ID)
}

func diffObjects(r *run, p pair, d rulecmd.Difference, replayed *rulestest.ReplayReport) error {
	b := p.named()
	var objects []any
	if len(d.Book) > 0 {
		objects = append(objects, changeJSON{Book: b.Name, Change: rulecmd.Changed, Parts: d.Book})
	}
	for _, g := range d.Groups {
		objects = append(objects, changeJSON{Book: b.Name, Change: g.Kind, Group: g.ID, Parts: g.Parts})
	}
	for _, one := range d.Rules {
		place := p.place(one)
		objects = append(objects, changeJSON{Book: b.Name, Change: one.Kind, Rule: one.ID, Place: &place, Parts: one.Parts})
	}
	end := diffJSON{Book: b.Name, Kind: b.Kind.Name(), Same: d.Empty()}
	end.Added, end.Removed, end.Changed = d.Count()
	if p.before != nil {
		end.Before = p.before.Summary().Hash
	}
	if p.after != nil {
		end.After = p.after.Summary().Hash
	}
	if replayed != nil {
		end.Scenarios, end.Redecided = replayed.Decisions, replayed.Changed
		for _, one := range replayed.ChangedList {
			objects = append(objects, redecidedJSON{b.Name, one.ID, one.Before, one.After, one.Altered})
		}
		for _, one := range replayed.FailedList {
			objects = append(objects, undecidedJSON{b.Name, one.ID, one.Old, one.New})
		}
	}
	for _, o := range append(objects, end) {
		if err := r.encode(o); err != nil {
			return err
		}
	}
	return nil
}

func diffText(p pair, d rulecmd.Difference, replayed *rulestest.ReplayReport) string {
	var text strings.Builder
	added, removed, changed := d.Count()
	fmt.Fprintf(&text, "%s: ", p.named().name())
	switch {
	case d.Empty():
		text.WriteString("no difference\n")
	case p.before == nil:
		fmt.Fprintf(&text, "a new book, %s\n", count(added, "rule"))
	case p.after == nil:
		fmt.Fprintf(&text, "the book is gone, %s\n", count(removed, "rule"))
	default:
		fmt.Fprintf(&text, "%s added, %d removed, %d changed\n", count(added, "rule"), removed, changed)
	}
	if len(d.Book) > 0 {
		text.WriteString("~ the book\n")
		writeParts(&text, rulecmd.Changed, d.Book)
	}
	for _, g := range d.Groups {
		fmt.Fprintf(&text, "%s group %s\n", sign(g.Kind), g.ID)
		writeParts(&text, g.Kind, g.Parts)
	}
	for _, one := range d.Rules {
		fmt.Fprintf(&text, "%s rule %s (%s)\n", sign(one.Kind), one.ID, p.place(one))
		writeParts(&text, one.Kind, one.Parts)
	}
	if replayed == nil {
		return text.String()
	}
	fmt.Fprintf(&text, "%d of %s decided differently\n", replayed.Changed, count(replayed.Decisions, "scenario"))
	for _, one := range replayed.ChangedList {
		fmt.Fprintf(&text, "  %s\n", one)
	}
	for _, one := range replayed.FailedList {
		fmt.Fprintf(&text, "  not compared: %s\n", one)
	}
	return text.String()
}

func sign(kind rulecmd.ChangeKind) string {
	switch kind {
	case rulecmd.Added:
		return "+"
	case rulecmd.Removed:
		return "-"
	default:
		return "~"
	}
}

// writeParts writes the parts that differ: as one text of what is new or gone, as
// before and after of what changed.
func writeParts(text *strings.Builder, kind rulecmd.ChangeKind, parts []rulecmd.Part) {
	width := 0
	for _, p := range parts {
		width = max(width, len(p.Part))
	}
	line := func(name, mark, value string) {
		value = strings.ReplaceAll(value, "\n", "\n"+strings.Repeat(" ", width+4+len(mark)+1))
		fmt.Fprintf(text, "    %-*s %s%s\n", width, name, mark, value)
	}
	for _, p := range parts {
		if kind != rulecmd.Changed {
			line(p.Part, "", p.Before+p.After)
			continue
		}
		name := p.Part
		if p.Before != "" {
			line(name, "- ", p.Before)
			name = ""
		}
		if p.After != "" {
			line(name, "+ ", p.After)
		}
	}
}
