package rules

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// placer finds a character of a text in the file that the text was read from.
type placer interface {
	place(offset int) Place
}

// cell is the text of a cell, with where it stands. at is nil in the cell that a
// row does not have.
type cell struct {
	text string
	at   placer
}

// column is a condition of a table that has been understood.
type column struct {
	cell          // the head
	expr   string // the head as a condition writes it, in parentheses where it needs them
	kind   kind
	whole  bool // headed when: its cells are whole conditions
	faulty bool
	// optional columns can be missing.
	optional bool
}

// segment says from which cell a part of a condition was made.
type segment struct {
	start    int // in characters of the condition
	column   int
	offset   int  // in characters of the cell
	verbatim bool // the part stands in the cell as it stands in the condition
}

// whenWriter writes the condition of a row and remembers what comes from where.
type whenWriter struct {
	text     strings.Builder
	length   int // in characters
	column   int
	segments []segment
}

// put writes a part that comes from a place in the cell.
func (w *whenWriter) put(text string, offset int, verbatim bool) {
	if last := len(w.segments) - 1; last < 0 || w.segments[last].column != w.column || w.segments[last].offset != offset || verbatim {
		w.segments = append(w.segments, segment{start: w.length, column: w.column, offset: offset, verbatim: verbatim})
	}
	w.text.WriteString(text)
	w.length += utf8.RuneCountInString(text)
}

// next begins the part of another column.
func (w *whenWriter) next(column int) {
	w.column = column
	if w.length > 0 {
		w.put(" and ", 0, false)
	}
}

// write adds what a cell of the column demands.
func (w *whenWriter) write(c column, t tests) {
	if c.kind == kindStrings {
		w.elements(c, t)
		return
	}
	values, others := t.split()
	parts := len(others)
	if len(values) > 0 {
		parts++
	}
	// A negated cell demands that every test fails. Each is turned round by
	// itself, so that a missing fact passes none, as in any comparison.
	joint := " or "
	if t.negated {
		joint = " and "
	}
	bracket := parts > 1 && !t.negated
	at := t.list[0].at
	if bracket {
		w.put("(", at, false)
	}
	switch {
	case len(values) == 1:
		w.compare(c, compareEqual, values[0].value, t.negated)
	case len(values) > 1:
		w.put(c.expr, at, false)
		w.put(word(t.negated, " not in [", " in ["), at, false)
		for i, v := range values {
			if i > 0 {
				w.put(", ", v.value.at, false)
			}
			w.put(v.value.text, v.value.at, false)
		}
		w.put("]", at, false)
	}
	for i, o := range others {
		if i > 0 || len(values) > 0 {
			w.put(joint, o.at, false)
		}
		w.test(c, o, t.negated, parts > 1)
	}
	if bracket {
		w.put(")", at, false)
	}
}

func word(negated bool, yes, no string) string {
	if negated {
		return yes
	}
	return no
}

// split separates the plain values, which make one list, from the other tests.
func (t tests) split() (values, others []cellTest) {
	for _, one := range t.list {
		if one.compare == compareEqual && !one.missing {
			values = append(values, one)
		} else {
			others = append(others, one)
		}
	}
	return values, others
}

// elements writes the tests of a fact that is a list of strings: it contains one
// of the values, or none of them.
func (w *whenWriter) elements(c column, t tests) {
	bracket := len(t.list) > 1 && !t.negated
	if bracket {
		w.put("(", t.list[0].at, false)
	}
	for i, one := range t.list {
		if i > 0 {
			w.put(word(t.negated, " and ", " or "), one.at, false)
		}
		w.put(one.value.text+word(t.negated, " not in ", " in ")+c.expr, one.value.at, false)
	}
	if bracket {
		w.put(")", t.list[0].at, false)
	}
}

// test writes one test that is not a plain value, in parentheses when it has two
// parts and stands among others.
func (w *whenWriter) test(c column, t cellTest, negated, among bool) {
	switch {
	case t.missing:
		w.put(c.expr+word((t.compare == compareNotEqual) != negated, " != nil", " == nil"), t.at, false)
	case t.compare != compareNone:
		w.compare(c, t.compare, t.value, negated)
	default:
		// The opposite of an interval is two ways out, which need parentheses beside
		// the other columns; an interval needs them only beside alternatives.
		bracket := t.low != nil && t.high != nil && (negated || among)
		if bracket {
			w.put("(", t.at, false)
		}
		if t.low != nil {
			w.compare(c, lower(t.low.included), t.low.literal, negated)
		}
		if t.low != nil && t.high != nil {
			w.put(word(negated, " or ", " and "), t.at, false)
		}
		if t.high != nil {
			w.compare(c, upper(t.high.included), t.high.literal, negated)
		}
		if bracket {
			w.put(")", t.at, false)
		}
	}
}

func lower(included bool) comparison {
	if included {
		return compareGreaterEqual
	}
	return compareGreater
}

func upper(included bool) comparison {
	if included {
		return compareLessEqual
	}
	return compareLess
}

func (w *whenWriter) compare(c column, by comparison, v literal, negated bool) {
	if negated {
		by = by.opposite()
	}
	w.put(c.expr+" "+by.symbol()+" "+v.text, v.at, false)
}

// opposite returns the comparison that holds when c does not.
func (c comparison) opposite() comparison {
	switch c {
	case compareEqual:
		return compareNotEqual
	case compareNotEqual:
		return compareEqual
	case compareLess:
		return compareGreaterEqual
	case compareLessEqual:
		return compareGreater
	case compareGreater:
		return compareLessEqual
	case compareGreaterEqual:
		return compareLess
	default:
		return c
	}
}

// rowOrigin finds the parts of a row in its file.
type rowOrigin struct {
	row        placer
	parts      map[string]placer // id, priority, from, ...
	columns    []column
	conditions []cell
	effects    []cell
	paths      []string  // of the effects
	segments   []segment // of the condition
}

// leavesOut reports whether the row has nothing in the column of an effect.
func (o *rowOrigin) leavesOut(path string) bool {
	i := slices.Index(o.paths, path)
	return i >= 0 && i < len(o.effects) && strings.TrimSpace(o.effects[i].text) == ""
}

// Place returns the place of the part: for the condition that in the cell which
// the character comes from, for the effect its first cell.
func (o *rowOrigin) Place(part string, offset int) Place {
	if part == partWhen {
		if s, ok := o.segment(offset); ok && o.conditions[s.column].at != nil {
			if s.verbatim {
				return o.conditions[s.column].at.place(s.offset + offset - s.start)
			}
			return o.conditions[s.column].at.place(s.offset)
		}
	}
	if part == partThen {
		for _, c := range o.effects {
			if c.at != nil && strings.TrimSpace(c.text) != "" {
				return c.at.place(0)
			}
		}
	}
	if at := o.parts[part]; at != nil {
		return at.place(0)
	}
	return o.row.place(0)
}

// head returns the head of the column that a mistake is in, or the part itself.
func (o *rowOrigin) head(part string, offset int) string {
	if part != partWhen {
		return part
	}
	if s, ok := o.segment(offset); ok {
		return o.columns[s.column].text
	}
	return part
}

func (o *rowOrigin) segment(offset int) (segment, bool) {
	i, found := slices.BinarySearchFunc(o.segments, offset, func(s segment, offset int) int { return s.start - offset })
	if !found {
		i--
	}
	if i < 0 {
		return segment{}, false
	}
	// Of the parts that begin together the last is the one that has characters.
	for i+1 < len(o.segments) && o.segments[i+1].start == o.segments[i].start {
		i++
	}
	return o.segments[i], true
}
