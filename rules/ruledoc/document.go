package ruledoc

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/o2ckit/o2c/rules"
)

// Document is a rule book made ready for print.
type Document struct {
	Title string
	Note  string
	// Hash is that of the book, by which decisions name it.
	Hash string
	Date string // empty for none
	// Rules is how many there are.
	Rules   int
	Groups  []Section
	Changes *rules.Diff
	History []Event
	Facts   []FactUse
	// Covered says that coverage was measured; Untested lists the rules that never
	// matched.
	Covered  bool
	Untested []string
}

// Section is a group of a document.
type Section struct {
	// Anchor names the place for links.
	Anchor string
	Name   string
	Title  string
	Note   string
	Policy string // in words, empty when it is not known
	// Table is the decision table as written, with columns for the validity and the
	// notes of its rules if any of them has one.
	Table *Table
	Cards []Card
}

// Card is one rule.
type Card struct {
	Anchor string
	ID     string
	Name   string
	Note   string
	// When has a line for each part of the condition; all of them must hold.
	When     []Condition
	Effect   []Line
	Priority int
	Valid    string // empty when there is no bound
	Version  string
	Tags     []string
	// Covered says that coverage was measured, and Hits how often the rule matched.
	Covered bool
	Hits    int
}

// Condition is one part of a condition, as written.
type Condition struct {
	Text string
	// Always says that it is the constant true.
	Always bool
	// Seen says how often it was true and false in tests; empty when that was not
	// measured.
	Seen string
}

// Line is one value of an effect. The name is empty when the effect is one value
// by itself.
type Line struct {
	Name, Value string
}

// Event is an Entry with its date written out.
type Event struct {
	Version, Date, Who, Text string
}

// FactUse tells which rules read a fact.
type FactUse struct {
	Name, Type string
	Optional   bool
	Rules      []string
}

// New makes a document of a book. The error is a *ConfigError: of a group, a rule
// or a policy that does not exist, a row that does not fit its table.
func New[F, E any](book *rules.Book[F, E], c Config) (Document, error) {
	if book == nil {
		return Document{}, &ConfigError{Reason: "there is no book"}
	}
	c = withDeclared(c, book)
	b := builder{config: c, location: c.Location, uses: map[string][]string{}}
	if b.location == nil {
		b.location = time.UTC
	}
	rates := ratesOf(reflect.TypeFor[E](), "", nil)
	names := book.Groups()
	if err := b.check(names, func(id string) (string, bool) {
		r := book.Rule(id)
		if r == nil {
			return "", false
		}
		return r.Group, true
	}); err != nil {
		return Document{}, err
	}
	d := Document{Title: c.Title, Note: c.Note, Hash: book.Hash(), Date: b.day(c.Date), Rules: book.Len(), Changes: c.Changes, Covered: c.Coverage != nil}
	if d.Title == "" {
		d.Title = "Rule book"
	}
	for i, name := range names {
		s := b.section(name)
		s.Anchor = fmt.Sprintf("group-%d", i+1)
		if s.Table != nil {
			s.Table = widen(s.Table, "Valid", func(id string) string { return b.valid(book.Rule(id).From, book.Rule(id).To) })
			s.Table = widen(s.Table, "Note", func(id string) string { return book.Rule(id).Note })
		}
		rowed := b.rowed(name)
		for _, r := range book.Group(name).Rules() {
			parts, err := book.Parts(r.ID)
			if err != nil {
				return Document{}, err
			}
			effect, err := json.Marshal(r.Then)
			if err != nil {
				return Document{}, &ConfigError{Group: name, Rule: r.ID, Reason: "the effect has no JSON form: " + err.Error()}
			}
			b.use(r.ID, parts)
			if d.Covered && c.Coverage[r.ID].Hits == 0 {
				d.Untested = append(d.Untested, r.ID)
			}
			if rowed[r.ID] {
				continue
			}
			b.cards++
			card := Card{Anchor: fmt.Sprintf("rule-%d", b.cards), ID: r.ID, Name: r.Name, Note: r.Note, Priority: r.Priority,
				Valid: b.valid(r.From, r.To), Version: r.Version, Tags: slices.Clone(r.Tags), Effect: flatten(effect, rates)}
			card.When, err = b.when(r.ID, parts)
			if err != nil {
				return Document{}, err
			}
			card.Covered, card.Hits = d.Covered, c.Coverage[r.ID].Hits
			s.Cards = append(s.Cards, card)
		}
		d.Groups = append(d.Groups, s)
	}
	for _, e := range c.History {
		d.History = append(d.History, Event{Version: e.Version, Date: b.day(e.Date), Who: e.Who, Text: e.Text})
	}
	for _, f := range book.Schema().Facts() {
		if ids := b.uses[f.Name]; len(ids) > 0 {
			d.Facts = append(d.Facts, FactUse{Name: f.Name, Type: f.Type, Optional: f.Optional, Rules: ids})
		}
	}
	return d, nil
}

// builder gathers what a document needs of more than one rule.
type builder struct {
	config   Config
	location *time.Location
	cards    int
	uses     map[string][]string
}

func (b *builder) check(groups []string, groupOf func(rule string) (string, bool)) error {
	names := make([]string, 0, len(b.config.Groups))
	for name := range b.config.Groups {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		g := b.config.Groups[name]
		if !slices.Contains(groups, name) {
			return &ConfigError{Group: name, Reason: "the book has no such group"}
		}
		if _, ok := policyWords(g.Policy); !ok {
			return &ConfigError{Group: name, Reason: fmt.Sprintf("there is no policy %q, such as unique, first or collect", g.Policy)}
		}
		if g.Table == nil {
			continue
		}
		for i, row := range g.Table.Rows {
			if own, ok := groupOf(row.Rule); !ok || own != name {
				return &ConfigError{Group: name, Rule: row.Rule, Reason: fmt.Sprintf("row %d of the table is not a rule of the group", i+1)}
			}
			if len(row.Cells) != len(g.Table.Heads) {
				return &ConfigError{Group: name, Rule: row.Rule,
					Reason: fmt.Sprintf("row %d of the table has %d cells for %d heads", i+1, len(row.Cells), len(g.Table.Heads))}
			}
		}
	}
	covered := make([]string, 0, len(b.config.Coverage))
	for id := range b.config.Coverage {
		covered = append(covered, id)
	}
	slices.Sort(covered)
	for _, id := range covered {
		if _, ok := groupOf(id); !ok {
			return &ConfigError{Rule: id, Reason: "coverage is given of a rule that the book does not have"}
		}
	}
	return nil
}

func (b *builder) section(name string) Section {
	g := b.config.Groups[name]
	s := Section{Name: name, Title: g.Title, Note: g.Note, Table: g.Table}
	s.Policy, _ = policyWords(g.Policy)
	if s.Title == "" {
		s.Title = name
	}
	if s.Title == "" {
		s.Title = "Rules"
	}
	return s
}

// widen returns the table with one more column, unless all of it is empty.
func widen(t *Table, head string, of func(rule string) string) *Table {
	out := &Table{Heads: append(slices.Clone(t.Heads), head)}
	some := false
	for _, row := range t.Rows {
		text := of(row.Rule)
		some = some || text != ""
		out.Rows = append(out.Rows, Row{Rule: row.Rule, Cells: append(slices.Clone(row.Cells), text)})
	}
	if !some {
		return t
	}
	return out
}

// rowed are the rules that the table of a group shows.
func (b *builder) rowed(group string) map[string]bool {
	out := map[string]bool{}
	if t := b.config.Groups[group].Table; t != nil {
		for _, row := range t.Rows {
			out[row.Rule] = true
		}
	}
	return out
}

func (b *builder) use(id string, parts []rules.Part) {
	for _, p := range parts {
		for _, f := range p.Facts {
			if list := b.uses[f]; len(list) == 0 || list[len(list)-1] != id {
				b.uses[f] = append(list, id)
			}
		}
	}
}

func (b *builder) when(id string, parts []rules.Part) ([]Condition, error) {
	seen := b.config.Coverage[id].Parts
	if len(seen) > 0 && len(seen) != len(parts) {
		return nil, &ConfigError{Rule: id, Reason: fmt.Sprintf("coverage is given of %d parts of a condition of %d", len(seen), len(parts))}
	}
	out := make([]Condition, len(parts))
	for i, p := range parts {
		out[i].Text = p.Text
		out[i].Always = p.Tree.Op == rules.OpConstant && p.Tree.Holds
		if len(seen) > 0 {
			out[i].Seen = fmt.Sprintf("true %d, false %d", seen[i].True, seen[i].False)
		}
	}
	return out, nil
}

// valid writes [from, to) in words.
func (b *builder) valid(from, to time.Time) string {
	var words []string
	if !from.IsZero() {
		words = append(words, "from "+b.instant(from))
	}
	if !to.IsZero() {
		words = append(words, "until before "+b.instant(to))
	}
	return strings.Join(words, " ")
}

// instant writes the date alone when it is the beginning of a day.
func (b *builder) instant(t time.Time) string {
	t = t.In(b.location)
	if t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 && t.Nanosecond() == 0 {
		return t.Format(time.DateOnly)
	}
	return t.Format(time.RFC3339Nano)
}

func (b *builder) day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(b.location).Format(time.DateOnly)
}
