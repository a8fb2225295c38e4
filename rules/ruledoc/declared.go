package ruledoc

import (
	"cmp"
	"slices"

	"github.com/o2ckit/o2c/rules"
)

// withDeclared fills in what the host left to the book: the title and note of
// its header, and of each group title, note, hit policy and the decision table,
// when the group has one table.
func withDeclared[F, E any](c Config, book *rules.Book[F, E]) Config {
	header := book.Header()
	c.Title, c.Note = cmp.Or(c.Title, header.Title, header.Name), cmp.Or(c.Note, header.Note)
	groups := make(map[string]Group, len(c.Groups))
	for name, g := range c.Groups {
		groups[name] = g
	}
	tables := map[string][]rules.Table{}
	for _, t := range book.Tables() {
		tables[t.Group] = append(tables[t.Group], t)
	}
	for _, name := range book.Groups() {
		g := groups[name]
		if info, declared := book.GroupInfo(name); declared {
			g.Title, g.Note, g.Policy = cmp.Or(g.Title, info.Title), cmp.Or(g.Note, info.Note), cmp.Or(g.Policy, info.Policy.String())
		}
		if g.Table == nil && len(tables[name]) == 1 {
			g.Table = tableOf(&tables[name][0])
		}
		groups[name] = g
	}
	c.Groups = groups
	return c
}

// tableOf is a decision table with its cells as they were written.
func tableOf(t *rules.Table) *Table {
	out := &Table{Heads: slices.Concat(t.Conditions, t.Effects)}
	for i := len(t.Conditions); i < len(out.Heads); i++ {
		out.Heads[i] = cmp.Or(out.Heads[i], "then")
	}
	for _, r := range t.Rows {
		out.Rows = append(out.Rows, Row{Rule: r.ID, Cells: slices.Concat(r.Conditions, r.Effects)})
	}
	return out
}
