package rules

import "slices"

// With returns a book in which the rules of the sources stand beside those of b,
// or in place of those of the same id. Only they are compiled; b stays as it is.
// They are held to the groups that b declares. In a group of the hit policy
// first, whose order is that of the rows of a table, a rule keeps its place by
// the priority that it has in Rules; new rows come by Reload. Mistakes are
// those of Load, and the error is a *LoadError; ErrNoSchema for the empty book of
// NewLive(nil).
func (b *Book[F, E]) With(sources ...Source[E]) (*Book[F, E], error) {
	l, err := b.loader()
	if err != nil {
		return nil, err
	}
	l.within, l.standing = true, map[string]bool{}
	for _, name := range b.Groups() {
		l.standing[name] = true
	}
	if b.about != nil {
		l.header = LocatedHeader{Header: b.about.header, Source: "the book before"}
		for _, name := range sortedKeys(b.about.groups) {
			l.declare(-1, LocatedGroup{Group: b.about.groups[name], Source: "the book before"})
		}
		l.ofTables = append(l.ofTables, b.about.tables...)
	}
	err = l.load(sources)
	for _, name := range b.Groups() {
		p := l.groups[name]
		if _, declared := b.GroupInfo(name); p != nil && !declared {
			l.refuseGroup(p.source, p.LocatedGroup, partName, "the book has rules of the group already, which this does not reach", "declare the group in a load of the whole book")
			err = &LoadError{Errors: l.errors}
		}
	}
	if err != nil {
		return nil, err
	}
	b.keepRows(l)
	for _, r := range b.rules {
		if _, replaced := l.seen[r.rule.ID]; !replaced {
			l.rules = append(l.rules, r)
		}
	}
	if limit := b.schema.limits.Rules; len(l.rules) > limit && len(l.located) > 0 {
		l.note(0, []*RuleError{tooMany(l.located[0].Source, limit)})
		return nil, &LoadError{Errors: l.errors}
	}
	return newBook(b.Schema(), l.rules, l.about()), nil
}

// keepRows takes the rows that do not say any more what their rules do out of the
// tables of b: those of rules that changed, or that stand in another table now.
func (b *Book[F, E]) keepRows(l *loader[E]) {
	if b.about == nil {
		return
	}
	moved := map[string]bool{}
	for _, r := range l.rules {
		old := b.byID[r.rule.ID]
		moved[r.rule.ID] = old == nil || old.digest != r.digest
	}
	before := l.ofTables[:len(b.about.tables)]
	for _, t := range l.ofTables[len(before):] {
		for _, row := range t.Rows {
			moved[row.ID] = true
		}
	}
	for i := range before { // a copy of b's own, but for the rows
		before[i].Rows = slices.DeleteFunc(slices.Clone(before[i].Rows), func(r Row) bool { return moved[r.ID] })
	}
}

// Without returns a book that lacks the rules of the ids. Ids that b does not
// have are passed over; b stays as it is.
func (b *Book[F, E]) Without(ids ...string) *Book[F, E] {
	gone := make(map[string]bool, len(ids))
	for _, id := range ids {
		gone[id] = true
	}
	kept := make([]*compiled[E], 0, len(b.rules))
	for _, r := range b.rules {
		if !gone[r.rule.ID] {
			kept = append(kept, r)
		}
	}
	return newBook(b.Schema(), kept, b.about)
}

// Reload makes a book of the rules of the sources alone, like Load with the
// schema of b. Rules that are as they are in b are not compiled again.
func (b *Book[F, E]) Reload(sources ...Source[E]) (*Book[F, E], error) {
	l, err := b.loader()
	if err != nil {
		return nil, err
	}
	if err := l.load(sources); err != nil {
		return nil, err
	}
	return newBook(b.Schema(), l.rules, l.about()), nil
}

func (b *Book[F, E]) loader() (*loader[E], error) {
	if b.schema.fields == nil {
		return nil, ErrNoSchema // the empty book of NewLive(nil)
	}
	l := newLoader[E](b.schema)
	l.before = b.byID
	return l, nil
}
