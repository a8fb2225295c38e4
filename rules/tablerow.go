package rules

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/expr-lang/expr/file"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// row makes a rule of a row.
func (t *tableReader[E]) row(d draftRow, columns []column, paths []string, sound []bool) Located[E] {
	m := d.meta
	if m.ID == "" {
		m.ID = t.group + "/" + strconv.Itoa(d.number)
	}
	origin := &rowOrigin{row: d.at, parts: d.parts, columns: columns, conditions: d.conditions, effects: d.effects, paths: paths}
	when := t.when(d, m.ID, columns, origin)
	out := Located[E]{Source: t.source, Origin: origin, Row: d.number, Rule: Rule[E]{
		ID: m.ID, Name: m.Name, Group: t.group, When: when, Priority: m.Priority, From: m.From, To: m.To,
		Tags: m.Tags, Version: m.Version, Note: m.Note,
	}}
	v := reflect.ValueOf(&out.Rule.Then).Elem()
	empty := true
	for i, path := range paths {
		if i >= len(d.effects) || d.nodes == nil && strings.TrimSpace(d.effects[i].text) == "" || d.nodes != nil && d.nodes[i] == nil {
			continue
		}
		empty = false
		if !sound[i] {
			out.Faulty = true
			continue
		}
		t.effects.at(v, splitPath(path), func(part reflect.Value) {
			if t.effect(d, i, m.ID, headOf(path), part) {
				out.Faulty = true
			}
		})
	}
	if empty {
		out.Faulty = true
		if len(paths) > 0 {
			t.refuse(d.at, m.ID, partThen, "the rule has no effect", "fill in one of its cells")
		}
	}
	return out
}

// effect decodes a cell into its part of the effect and reports whether it has
// mistakes.
func (t *tableReader[E]) effect(d draftRow, i int, id, head string, part reflect.Value) bool {
	if d.nodes != nil {
		faults := t.effects.value(d.nodes[i], part)
		for _, f := range faults {
			t.refuse(d.effects[i].at, id, head, f.message, f.expected)
		}
		return len(faults) > 0
	}
	faults := decodeText(t.effects, d.effects[i].text, part)
	t.refuseIn(d.effects[i], id, head, faults)
	return len(faults) > 0
}

// tests reads a cell that is not too long to become a condition.
func (t *tableReader[E]) tests(text string, c column) (tests, []*fault) {
	if limit := t.reading.Limits.ConditionBytes; len(text) > limit {
		return tests{}, []*fault{faultAt(file.Location{}, fmt.Sprintf("the cell has %d bytes; the limit is %d", len(text), limit), "split the row, or move a long list into a function")}
	}
	return parseTests(text, c.kind, c.optional)
}

// when writes the condition of a row. A cell with a mistake is left out: it is
// noted, and the others are still checked.
func (t *tableReader[E]) when(d draftRow, id string, columns []column, origin *rowOrigin) string {
	w := &whenWriter{}
	for i, c := range columns {
		if c.faulty || i >= len(d.conditions) {
			continue
		}
		if c.whole {
			t.whole(w, d.conditions[i], i, id)
			continue
		}
		read, faults := t.tests(d.conditions[i].text, c)
		t.refuseIn(d.conditions[i], id, c.text, faults)
		if len(faults) > 0 || len(read.list) == 0 {
			continue
		}
		w.next(i)
		w.write(c, read)
	}
	origin.segments = w.segments
	if w.length == 0 {
		return "true"
	}
	return w.text.String()
}

// whole adds a cell that is a whole condition. It must be one by itself, so that
// it cannot reach into the conditions beside it.
func (t *tableReader[E]) whole(w *whenWriter, c cell, column int, id string) {
	if text := strings.TrimSpace(c.text); text == "" || text == "-" {
		return
	}
	tokens, problem := guard(c.text, t.reading.Limits)
	if problem == nil {
		if _, err := t.compiler.parse(c.text); err != nil {
			problem = syntaxFault(err)
		}
	}
	if problem != nil {
		t.refuseIn(c, id, partWhen, []*fault{problem})
		return
	}
	from, to := tokens[0].From, tokens[len(tokens)-2].To
	w.next(column)
	w.put("(", from, false)
	w.put(string([]rune(c.text)[from:to]), from, true)
	w.put(")", to, false)
}

// parseDate reads From or To of a rule.
func parseDate(text string, location *time.Location) (time.Time, bool) {
	if location == nil {
		location = time.UTC
	}
	if d, err := calendar.ParseDate(text); err == nil {
		return d.In(location), true
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	return t, err == nil
}
