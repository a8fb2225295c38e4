package rules

import (
	"encoding/json"
	"slices"
	"strings"
)

// Group tells of the rules that share a Rule.Group: what they are called and how
// many of them may decide.
type Group struct {
	// Name is what rules say in Rule.Group. It is required.
	Name string `json:"name"`
	// Title and Note are for the business reader.
	Title string `json:"title,omitempty"`
	Note  string `json:"note,omitempty"`
	// Policy is what Book.Decide follows. Match gives all matches under any.
	Policy HitPolicy `json:"policy"`
	// Outputs tell of parts of the effect. OutputPriority needs the values of at
	// least one; a policy that aggregates needs one part, unless the effect is a
	// number itself or comes from a table with one column of effects.
	Outputs []Output `json:"outputs,omitempty"`
}

// Output is a part of the effect.
type Output struct {
	// Path names the part as a source does: fields joined by dots, such as
	// "discount.percent"; empty for the whole effect.
	Path string `json:"path"`
	// Values are all values that the part may have, as text, the most important
	// first. A rule with another value is a load error. None means any value.
	Values []string `json:"values,omitempty"`
}

func (g Group) equal(h Group) bool {
	return g.Name == h.Name && g.Title == h.Title && g.Note == h.Note && g.Policy == h.Policy &&
		slices.EqualFunc(g.Outputs, h.Outputs, func(a, b Output) bool {
			return a.Path == b.Path && slices.Equal(a.Values, b.Values)
		})
}

// Groups returns a source of groups declared in Go, to be loaded beside the
// sources of their rules. A group that is declared twice, here or elsewhere,
// must be declared the same.
func Groups[E any](name string, list ...Group) Source[E] {
	return groups[E]{name: name, list: list}
}

type groups[E any] struct {
	name string
	list []Group
}

// Load returns the groups as they are.
func (g groups[E]) Load(Reading) Loaded[E] {
	var out Loaded[E]
	for _, one := range g.list {
		one.Outputs = slices.Clone(one.Outputs)
		out.Groups = append(out.Groups, LocatedGroup{Group: one, Source: g.name})
	}
	return out
}

// BookHeader is what a source says of the book as a whole. No decision depends
// on it and the hash of the book does not cover it. Of several sources each may
// say a part; where two say the same part they have to agree.
type BookHeader struct {
	Name  string `json:"name,omitempty"`
	Title string `json:"title,omitempty"` // for the business reader
	Note  string `json:"note,omitempty"`
	// Kind names the facts and effects that the book is for, in words that the
	// host chooses, so that a program that knows several can tell which to load
	// the book with.
	Kind string `json:"kind,omitempty"`
}

// about is what a book knows besides its rules.
type about struct {
	header     BookHeader
	groups     map[string]Group
	tables     []Table
	aggregates map[string][]string // path of the output that a group aggregates
}

// signature writes down the groups for the hash of the book; nothing when none
// is declared.
func (a *about) signature() []byte {
	if a == nil {
		return nil
	}
	var out []byte
	for _, name := range sortedKeys(a.groups) {
		text, err := json.Marshal(a.groups[name])
		if err != nil {
			continue // a policy that is none, which no load lets through
		}
		out = append(append(out, "\ngroup "...), text...)
		if path := a.aggregates[name]; len(path) > 0 && len(a.groups[name].Outputs) == 0 { // a table says it, not the group
			out = append(append(out, "\nof "...), strings.Join(path, ".")...)
		}
	}
	return out
}

// GroupInfo returns what was declared of the group, and whether anything was. A
// group that nobody declared has a name and the policy Collect.
func (b *Book[F, E]) GroupInfo(name string) (Group, bool) {
	if b.about != nil {
		if g, ok := b.about.groups[name]; ok {
			return g, true
		}
	}
	return Group{Name: name}, false
}

// Header returns what the sources said of the book.
func (b *Book[F, E]) Header() BookHeader {
	if b.about == nil {
		return BookHeader{}
	}
	return b.about.header
}

// Tables returns the decision tables that the rules come from, in the order of
// loading, with the rows that are still in the book, as they were written. They
// belong to the book: read them, never change them.
func (b *Book[F, E]) Tables() []Table {
	var out []Table
	if b.about == nil {
		return out
	}
	for _, t := range b.about.tables {
		gone := func(r Row) bool { return b.byID[r.ID] == nil }
		if slices.ContainsFunc(t.Rows, gone) {
			t.Rows = slices.DeleteFunc(slices.Clone(t.Rows), gone)
		}
		if len(t.Rows) > 0 {
			out = append(out, t)
		}
	}
	return out
}
