package analysis

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/rules"
)

// maker makes values of facts.
type maker interface {
	// parse reads a value of the fact's type.
	parse(fact, text string) (rules.Value, error)
	// settable reports whether the fact can have the value: a small integer
	// cannot be large.
	settable(fact string, v rules.Value) bool
}

// axesOf cuts what there can be of a fact into cells.
func axesOf(fact string, c *constants, m maker) []axis {
	if c.typ == "list of strings" {
		return listAxes(fact, c)
	}
	a := axis{key: axisKey{fact: fact}, typ: c.typ, missing: -1}
	for _, v := range c.values {
		bare := c.typ == "quantity" && (v.Type() == "number" || v.Type() == "int")
		a.opaque = a.opaque || v.Type() != c.typ && !bare
	}
	for _, l := range linesOf(fact, c, m) {
		a.opaque = a.opaque || l.lacking
		l.lo = len(a.cells)
		for i := 0; i <= len(l.cuts); i++ {
			a.cells = append(a.cells, between(fact, c, l, i, m)...)
			if i < len(l.cuts) && (c.typ != "int" || m.settable(fact, l.cuts[i])) {
				a.cells = append(a.cells, cell{pos: 2*i + 1, value: l.cuts[i], shown: l.cuts[i].String()})
			}
		}
		l.hi = len(a.cells)
		a.lines = append(a.lines, l)
	}
	if c.optional {
		a.missing = len(a.cells)
		a.cells = append(a.cells, cell{shown: "missing"})
	}
	return []axis{a}
}

// listAxes are those of a list of strings: it contains a text or it does not.
func listAxes(fact string, c *constants) []axis {
	var out []axis
	if c.optional {
		out = append(out, axis{key: axisKey{fact: fact}, typ: c.typ, cells: []cell{{shown: "present"}, {shown: "missing"}}, missing: 1})
	}
	texts := make([]string, 0, len(c.elements))
	for text := range c.elements {
		texts = append(texts, text)
	}
	slices.Sort(texts)
	for _, text := range texts {
		quoted := strconv.Quote(text)
		out = append(out, axis{key: axisKey{fact, text, true}, typ: c.typ, missing: -1,
			cells: []cell{{shown: "without " + quoted}, {shown: "with " + quoted}}})
	}
	return out
}

// linesOf sorts the constants by currency or unit, with one more for all others.
func linesOf(fact string, c *constants, m maker) []line {
	var units []string
	switch c.typ {
	case "bool":
		return []line{makeLine(fact, c, "", []string{"false", "true"}, m)}
	case "amount", "quantity":
		for _, v := range c.values {
			if _, unit, ok := v.Number(); ok && unit != "" && !slices.Contains(units, unit) {
				units = append(units, unit)
			}
		}
		slices.Sort(units)
		for _, other := range []string{"EA", "CA", "PL", "USD", "EUR", "GBP"} {
			_, err := m.parse(fact, "1 "+other)
			if err == nil && !slices.Contains(units, other) {
				units = append(units, other)
				break
			}
		}
	default:
		units = []string{""}
	}
	lines := make([]line, len(units))
	for i, unit := range units {
		lines[i] = makeLine(fact, c, unit, nil, m)
	}
	return lines
}

// makeLine sorts the constants of one currency or unit; bare numbers are of any.
func makeLine(fact string, c *constants, unit string, texts []string, m maker) line {
	l := line{unit: unit}
	for _, text := range texts {
		if v, err := m.parse(fact, text); err == nil {
			l.cuts = append(l.cuts, v)
		}
	}
	for _, v := range c.values {
		if c.typ == "bool" {
			continue
		}
		if n, own, ok := v.Number(); ok && unit != "" {
			if own != unit && v.Type() != "number" && v.Type() != "int" {
				continue
			}
			made, err := m.parse(fact, n.String()+" "+unit)
			if err != nil {
				l.lacking = true
				continue
			}
			v = made
		}
		l.cuts = append(l.cuts, v)
	}
	slices.SortFunc(l.cuts, func(a, b rules.Value) int {
		o, _ := a.Compare(b)
		return o
	})
	l.cuts = slices.CompactFunc(l.cuts, func(a, b rules.Value) bool {
		o, err := a.Compare(b)
		return err == nil && o == 0
	})
	return l
}

// between returns the cell that lies before the i-th cut, if there is anything.
func between(fact string, c *constants, l line, i int, m maker) []cell {
	if c.typ == "bool" || c.typ == "string" && !c.ordered && i < len(l.cuts) {
		return nil
	}
	var lower, upper *rules.Value
	if i > 0 {
		lower = &l.cuts[i-1]
	}
	if i < len(l.cuts) {
		upper = &l.cuts[i]
	}
	out := cell{pos: 2 * i, shown: shownGap(lower, upper)}
	texts, whole := candidates(c, l, lower, upper)
	for _, text := range texts {
		v, err := m.parse(fact, text)
		if err != nil || !m.settable(fact, v) || !inside(v, lower, upper) && !(c.typ == "string" && !c.ordered) {
			continue
		}
		out.value = v
		if c.typ == "string" && !c.ordered {
			out.shown = "another text"
			if len(l.cuts) == 0 {
				out.shown = "any text"
			}
		}
		return []cell{out}
	}
	if whole {
		return nil // the candidates are all there is to try
	}
	out.doubtful = true
	return []cell{out}
}

func shownGap(lower, upper *rules.Value) string {
	switch {
	case lower == nil && upper == nil:
		return "anything"
	case lower == nil:
		return "less than " + upper.String()
	case upper == nil:
		return "more than " + lower.String()
	default:
		return "between " + lower.String() + " and " + upper.String()
	}
}

func inside(v rules.Value, lower, upper *rules.Value) bool {
	if lower != nil {
		if o, err := lower.Compare(v); err != nil || o >= 0 {
			return false
		}
	}
	if upper != nil {
		if o, err := v.Compare(*upper); err != nil || o >= 0 {
			return false
		}
	}
	return true
}

// candidates are texts of values that may lie between two cuts. When whole is
// true and none of them does, nothing does.
func candidates(c *constants, l line, lower, upper *rules.Value) (texts []string, whole bool) {
	switch c.typ {
	case "int":
		return intCandidates(lower, upper), true
	case "string":
		return stringCandidates(c, l, lower, upper), true
	case "date":
		if lower == nil && upper == nil {
			return []string{"2026-01-01"}, false
		}
		if lower == nil {
			d, _ := upper.Date()
			return []string{d.AddDays(-1).String()}, false
		}
		d, _ := lower.Date()
		return []string{d.AddDays(1).String()}, upper != nil
	case "time":
		return timeCandidates(lower, upper), lower != nil && upper != nil
	default:
		unit := ""
		if l.unit != "" {
			unit = " " + l.unit
		}
		for _, n := range numberCandidates(lower, upper) {
			texts = append(texts, n.String()+unit)
		}
		return texts, false
	}
}

// intCandidates are enough to tell whether there is an integer that the field
// can hold: its range contains 0, so that it contains one of the ends, 0, or
// nothing.
func intCandidates(lower, upper *rules.Value) []string {
	var out []string
	if lower != nil {
		if n, _ := lower.Int(); n < math.MaxInt64 {
			out = append(out, strconv.FormatInt(n+1, 10))
		}
	}
	if upper != nil {
		if n, _ := upper.Int(); n > math.MinInt64 {
			out = append(out, strconv.FormatInt(n-1, 10))
		}
	}
	return append(out, "0")
}

// stringCandidates end with the very next string, so that they are enough. When
// strings are only asked for equality, any other string does.
func stringCandidates(c *constants, l line, lower, upper *rules.Value) []string {
	if !c.ordered {
		for n := 1; ; n++ {
			text := "other"
			if n > 1 {
				text += strconv.Itoa(n)
			}
			if !slices.ContainsFunc(l.cuts, func(v rules.Value) bool { s, _ := v.Text(); return s == text }) {
				return []string{text}
			}
		}
	}
	if lower == nil {
		return []string{`"A"`, `"0"`, `""`}
	}
	s, _ := lower.Text()
	var out []string
	for _, suffix := range []string{"a", "A", "0", " ", "\x00"} {
		out = append(out, strconv.Quote(s+suffix))
	}
	return out
}

func timeCandidates(lower, upper *rules.Value) []string {
	write := func(t time.Time) string { return t.Format(time.RFC3339Nano) }
	switch {
	case lower == nil && upper == nil:
		return []string{"2026-01-01T00:00:00Z"}
	case lower == nil:
		t, _ := upper.Time()
		return []string{write(t.Add(-time.Hour))}
	default:
		t, _ := lower.Time()
		return []string{write(t.Add(time.Hour)), write(t.Add(time.Second)), write(t.Add(time.Nanosecond))}
	}
}

// moreDigits is how many digits more than the cuts a number between may have.
const moreDigits = 6

// numberCandidates are numbers of few digits.
func numberCandidates(lower, upper *rules.Value) []decimal.Decimal {
	one := decimal.New(1, 0)
	switch {
	case lower == nil && upper == nil:
		return []decimal.Decimal{one}
	case lower == nil:
		n, _, _ := upper.Number()
		return []decimal.Decimal{n.Ceil().Sub(one)}
	case upper == nil:
		n, _, _ := lower.Number()
		return []decimal.Decimal{n.Floor().Add(one)}
	}
	a, _, _ := lower.Number()
	b, _, _ := upper.Number()
	digits := max(-a.Exponent(), -b.Exponent(), 0) + moreDigits
	for places := int32(0); places <= digits; places++ {
		n := a.Shift(places).Floor().Add(one).Shift(-places)
		if n.LessThan(b) {
			return []decimal.Decimal{n}
		}
	}
	return nil
}
