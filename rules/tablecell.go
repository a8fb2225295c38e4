package rules

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/expr-lang/expr/file"
)

// tests is a cell of a condition, read: the column's value must pass one of the
// tests, or none of them when negated. No tests at all means any value.
type tests struct {
	negated bool
	list    []cellTest
}

// cellTest is one unary test.
type cellTest struct {
	compare comparison // compareNone for an interval and for missing and present
	value   literal    // of a comparison
	low     *limit     // of an interval; nil where it is open
	high    *limit
	missing bool // missing or, with compare compareNotEqual, present
	at      int
}

// limit is an end of an interval.
type limit struct {
	literal
	included bool
}

// literal is a constant of a cell.
type literal struct {
	text  string // in the language of conditions
	value any    // in canonical form
	at    int    // in characters of the cell
}

// cellParser reads the tests of a cell for a column of a kind.
type cellParser struct {
	text     []rune
	at, end  int
	kind     kind
	optional bool
	faults   []*fault
}

// parseTests reads a cell. The language is that of DMN's unary tests, see CSV.
func parseTests(text string, k kind, optional bool) (tests, []*fault) {
	p := &cellParser{text: []rune(text), kind: k, optional: optional}
	p.end = len(p.text)
	var out tests
	if trimmed := strings.TrimSpace(text); trimmed == "" || trimmed == "-" {
		return out, nil
	}
	if p.word("not") {
		out.negated = true
		p.enclosed()
	}
	for len(p.faults) == 0 {
		if t, ok := p.test(); ok {
			out.list = append(out.list, t)
		}
		if p.blank(); p.at >= p.end || len(p.faults) > 0 {
			break
		}
		p.comma()
	}
	return out, p.faults
}

func (p *cellParser) refuse(at int, message, expected string) {
	p.faults = append(p.faults, faultAt(file.Location{From: at, To: at}, message, expected))
}

// blank passes over spaces.
func (p *cellParser) blank() {
	for p.at < p.end && unicode.IsSpace(p.text[p.at]) {
		p.at++
	}
}

// has passes over the text when it comes next.
func (p *cellParser) has(text string) bool {
	want := []rune(text)
	if p.at+len(want) > p.end || !slices.Equal(p.text[p.at:p.at+len(want)], want) {
		return false
	}
	p.at += len(want)
	return true
}

// word passes over a word with a parenthesis behind it.
func (p *cellParser) word(text string) bool {
	p.blank()
	start := p.at
	if p.has(text) {
		if p.blank(); p.at < p.end && p.text[p.at] == '(' {
			return true
		}
	}
	p.at = start
	return false
}

// enclosed steps into parentheses that end with the cell.
func (p *cellParser) enclosed() {
	p.at++
	last := p.end - 1
	for last > p.at && unicode.IsSpace(p.text[last]) {
		last--
	}
	if last < p.at || p.text[last] != ')' {
		p.refuse(max(last, 0), "not( is not closed at the end of the cell", `write not("A", "B") for the whole cell`)
		return
	}
	p.end = last
}

// comma passes over the comma between two tests. Between two digits it may as
// well be meant as a decimal comma or a separator of thousands.
func (p *cellParser) comma() {
	if p.text[p.at] != ',' {
		p.refuse(p.at, fmt.Sprintf("unexpected %q", string(p.text[p.at])), "separate tests by commas")
		return
	}
	switch p.kind {
	case kindInt, kindAmount, kindRate, kindQuantity:
		if p.at > 0 && p.at+1 < p.end && unicode.IsDigit(p.text[p.at-1]) && unicode.IsDigit(p.text[p.at+1]) {
			p.refuse(p.at, "a comma between two digits can mean a list or one number", "write 1, 5 for a list, 1.5 or 1500 for a number")
			return
		}
	default:
	}
	comma := p.at
	p.at++
	if p.blank(); p.at >= p.end {
		p.refuse(comma, "nothing follows the comma", "")
	}
}

// test reads one test.
func (p *cellParser) test() (cellTest, bool) {
	p.blank()
	t := cellTest{at: p.at, compare: compareEqual}
	if p.at >= p.end {
		p.refuse(min(p.at, max(len(p.text)-1, 0)), "a test is missing", "write "+p.example())
		return t, false
	}
	if c := p.text[p.at]; c == '[' || c == '(' {
		return p.interval()
	}
	plain := true
	for _, o := range []struct {
		text    string
		compare comparison
	}{
		{"<=", compareLessEqual}, {">=", compareGreaterEqual}, {"!=", compareNotEqual}, {"==", compareEqual},
		{"<", compareLess}, {">", compareGreater}, {"=", compareEqual},
	} {
		if p.has(o.text) {
			t.compare, plain = o.compare, false
			break
		}
	}
	if !plain && (p.kind == kindStrings || p.kind == kindBool && t.compare != compareEqual && t.compare != compareNotEqual) {
		p.refuse(t.at, fmt.Sprintf("%s has no order to compare by", article(p.kind)), "write "+p.example()+" or not("+p.example()+")")
		return t, false
	}
	raw, quoted, at := p.raw(",")
	if plain && !quoted && (raw == "missing" || raw == "present") {
		if !p.optional {
			p.refuse(at, fmt.Sprintf("%s of this column is never missing", article(p.kind)), "write - for any value, or \""+raw+"\" for a text")
			return t, false
		}
		t.missing = true
		if raw == "present" {
			t.compare = compareNotEqual
		}
		return t, true
	}
	var ok bool
	t.value, ok = p.literal(raw, quoted, at)
	return t, ok
}

// interval reads [1..5], (1..5), [1..) and the like.
func (p *cellParser) interval() (cellTest, bool) {
	t := cellTest{at: p.at}
	if p.kind == kindStrings || p.kind == kindBool {
		p.refuse(p.at, fmt.Sprintf("%s has no order to compare by", article(p.kind)), "write "+p.example())
		return t, false
	}
	opening := p.text[p.at]
	p.at++
	low, ok := p.bound(opening == '[', "..")
	if !ok {
		return t, false
	}
	if !p.has("..") {
		p.refuse(min(p.at, p.end-1), "an interval has two dots between its bounds", "write "+p.intervalExample())
		return t, false
	}
	dots := p.at - 2
	start := p.at
	high, ok := p.bound(false, "])")
	if !ok {
		return t, false
	}
	if p.at >= p.end {
		p.refuse(max(p.end-1, 0), "the interval is not closed", "end it with ] or )")
		return t, false
	}
	closing := p.text[p.at]
	p.at++
	t.low, t.high = low, high
	switch {
	case low == nil && high == nil:
		p.refuse(dots, "the interval has no bounds", "write - for any value")
	case low == nil && opening == '[':
		p.refuse(t.at, "the interval is open below and its bracket says that it is not", "write (..")
	case high == nil && closing == ']':
		p.refuse(start, "the interval is open above and its bracket says that it is not", "write ..)")
	default:
		if high != nil {
			high.included = closing == ']'
		}
		p.checkBounds(low, high, dots)
	}
	return t, len(p.faults) == 0
}

// checkBounds refuses an interval that holds nothing.
func (p *cellParser) checkBounds(low, high *limit, at int) {
	if low == nil || high == nil {
		return
	}
	o, err := order(low.value, high.value)
	switch {
	case errors.Is(err, errNotOrdered): // a bare number beside a quantity with a unit
	case err != nil:
		p.refuse(at, err.Error(), "")
	case o > 0:
		p.refuse(at, "the interval is empty", "write the lower bound first")
	case o == 0 && (!low.included || !high.included):
		p.refuse(at, "the interval is empty", "write [ and ] to include the bounds")
	}
}

// bound reads an end of an interval; nil when there is none.
func (p *cellParser) bound(included bool, stop string) (*limit, bool) {
	raw, quoted, at := p.raw(stop)
	if raw == "" && !quoted {
		return nil, true
	}
	l, ok := p.literal(raw, quoted, at)
	return &limit{literal: l, included: included}, ok
}

// raw reads the text of a constant: in quotes, or up to what stops it, which is
// two dots or one of the characters.
func (p *cellParser) raw(stop string) (text string, quoted bool, at int) {
	p.blank()
	at = p.at
	if p.at < p.end && p.text[p.at] == '"' {
		for p.at++; p.at < p.end && p.text[p.at] != '"'; p.at++ {
			if p.text[p.at] == '\\' {
				p.at++
			}
		}
		p.at = min(p.at+1, p.end)
		text = string(p.text[at:p.at])
		p.blank()
		return text, true, at
	}
	for p.at < p.end && !p.stopped(stop) {
		p.at++
	}
	return strings.TrimSpace(string(p.text[at:p.at])), false, at
}

func (p *cellParser) stopped(stop string) bool {
	if stop == ".." {
		return p.text[p.at] == '.' && p.at+1 < p.end && p.text[p.at+1] == '.'
	}
	return strings.ContainsRune(stop, p.text[p.at])
}
