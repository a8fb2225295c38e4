package rules

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
)

// Live holds the book in force. Replace swaps it in one step: a decision under
// way ends with the book that it began with. A load that fails gives no book,
// so it cannot replace one.
type Live[F, E any] struct {
	book atomic.Pointer[Book[F, E]]
}

// NewLive starts with a book; nil means an empty one that matches nothing.
func NewLive[F, E any](book *Book[F, E]) *Live[F, E] {
	l := &Live[F, E]{}
	if book == nil {
		book = &Book[F, E]{schema: &schema{}, index: &index{}}
	}
	l.book.Store(book)
	return l
}

// Book returns the book in force, never nil. Take it once for each decision.
func (l *Live[F, E]) Book() *Book[F, E] { return l.book.Load() }

// Replace puts a book in force and tells what it changes. A nil book leaves the
// running one in force and changes nothing.
func (l *Live[F, E]) Replace(book *Book[F, E]) Diff {
	if book == nil {
		running := l.Book().Hash()
		return Diff{Before: running, After: running}
	}
	return diff(l.book.Swap(book), book)
}

// Diff tells what differs between two books, by rule id in order.
type Diff struct {
	Before  string   `json:"before"` // hash of the book before
	After   string   `json:"after"`
	Added   []string `json:"added,omitempty"`
	Removed []string `json:"removed,omitempty"`
	Changed []string `json:"changed,omitempty"` // anything that the rule says, its note included
}

// Empty reports whether no rule differs. The hashes can differ all the same,
// when a function's version or the facts have changed.
func (d Diff) Empty() bool { return len(d.Added)+len(d.Removed)+len(d.Changed) == 0 }

// String prints the diff on one line.
func (d Diff) String() string {
	if d.Empty() {
		return "no rule changed"
	}
	var parts []string
	for _, p := range []struct {
		what string
		ids  []string
	}{{"added", d.Added}, {"removed", d.Removed}, {"changed", d.Changed}} {
		if len(p.ids) > 0 {
			parts = append(parts, fmt.Sprintf("%d %s (%s)", len(p.ids), p.what, joinNames(p.ids)))
		}
	}
	return strings.Join(parts, ", ")
}

// Diff tells what the book would change if it replaced the one before.
func (b *Book[F, E]) Diff(before *Book[F, E]) Diff { return diff(before, b) }

func diff[F, E any](before, after *Book[F, E]) Diff {
	d := Diff{Before: before.hash, After: after.hash}
	for id, r := range after.byID {
		old, known := before.byID[id]
		switch {
		case !known:
			d.Added = append(d.Added, id)
		case old.digest != r.digest:
			d.Changed = append(d.Changed, id)
		}
	}
	for id := range before.byID {
		if _, known := after.byID[id]; !known {
			d.Removed = append(d.Removed, id)
		}
	}
	slices.Sort(d.Added)
	slices.Sort(d.Removed)
	slices.Sort(d.Changed)
	return d
}
