package rules

// With returns a book in which the rules of the sources stand beside those of b,
// or in place of those of the same id. Only they are compiled; b stays as it is.
// Mistakes are those of Load, and the error is a *LoadError; ErrNoSchema for the
// empty book of NewLive(nil).
func (b *Book[F, E]) With(sources ...Source[E]) (*Book[F, E], error) {
	l, err := b.loader(sources)
	if err != nil {
		return nil, err
	}
	for _, r := range b.rules {
		if _, replaced := l.seen[r.rule.ID]; !replaced {
			l.rules = append(l.rules, r)
		}
	}
	return newBook(b.Schema(), l.rules), nil
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
	return newBook(b.Schema(), kept)
}

// Reload makes a book of the rules of the sources alone, like Load with the
// schema of b. Rules that are as they are in b are not compiled again.
func (b *Book[F, E]) Reload(sources ...Source[E]) (*Book[F, E], error) {
	l, err := b.loader(sources)
	if err != nil {
		return nil, err
	}
	return newBook(b.Schema(), l.rules), nil
}

func (b *Book[F, E]) loader(sources []Source[E]) (*loader[E], error) {
	if b.schema.fields == nil {
		return nil, ErrNoSchema // the empty book of NewLive(nil)
	}
	l := &loader[E]{schema: b.schema, compiler: newCompiler(b.schema), seen: map[string]string{}, before: b.byID}
	return l, l.load(sources)
}
