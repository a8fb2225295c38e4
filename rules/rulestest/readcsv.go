package rulestest

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/o2ckit/o2c/rules"
)

// ReadCSV reads scenarios from a table: a row for each, a column for each fact
// under its dotted name, and these columns, of which id is required:
//
//	id, note, group, at
//	expect.rules, expect.includes, expect.excludes   a, b
//	expect.effects                                   [{percent: 5%}]
//	expect.none                                      true
//	expect.error                                     overflow
//
// A fact that has the name of one of these columns is written with facts before
// it: facts.id. An empty cell says nothing: the fact keeps its zero value, or is
// missing if it can be, and the answer is not asked for. What cells mean, and the
// bounds, are those of Read; an id with a comma cannot be written in a table. A
// line of comment begins with #.
//
// The text is what spreadsheets write: cells are separated by commas or, if the
// line of the columns has more of those, semicolons. A byte order mark and rows of
// empty cells are passed over.
//
// Every mistake is returned in one *rules.LoadError with the place of its cell.
func ReadCSV[F, E any](s *rules.Schema[F], name string, data []byte) ([]Scenario[F, E], error) {
	if s == nil {
		return nil, rules.ErrNoSchema
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	t := table[F, E]{schema: s, reading: s.Reading(), name: name, lines: strings.Split(string(data), "\n")}
	t.read(data)
	if len(t.out) == 0 && len(t.errors) == 0 {
		t.refuse(0, 0, "", "the table has no scenarios", "write a row for each below the names of the columns")
	}
	if err := loadError(t.errors); err != nil {
		return nil, err
	}
	return t.out, nil
}

// table reads one file.
type table[F, E any] struct {
	schema  *rules.Schema[F]
	reading rules.Reading
	name    string
	lines   []string
	columns []string
	seen    map[string]int // id to its line
	out     []Scenario[F, E]
	errors  []*rules.RuleError
}

// refuse notes a mistake at a line and a column in bytes, both from 1; 0 for the
// table itself.
func (t *table[F, E]) refuse(line, column int, part, message, expected string) {
	e := &rules.RuleError{Source: t.name, Part: part, Message: message, Expected: expected}
	if line > 0 && line <= len(t.lines) {
		text := strings.TrimRight(t.lines[line-1], "\r")
		before := min(max(column-1, 0), len(text))
		e.Line, e.Column, e.Text = line, utf8.RuneCountInString(text[:before])+1, text
	}
	t.errors = append(t.errors, e)
}

func (t *table[F, E]) read(data []byte) {
	if limit := t.reading.Limits.SourceBytes; len(data) > limit {
		t.refuse(0, 0, "", fmt.Sprintf("the table has %d bytes; the limit is %d", len(data), limit), "split it")
		return
	}
	if !utf8.Valid(data) {
		t.refuse(0, 0, "", "the table is not UTF-8", "save it as UTF-8, which spreadsheets call CSV UTF-8")
		return
	}
	in := csv.NewReader(bytes.NewReader(data))
	in.Comma, in.Comment, in.FieldsPerRecord, in.TrimLeadingSpace = t.separator(), '#', -1, true
	t.seen = map[string]int{}
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		var wrong *csv.ParseError
		if errors.As(err, &wrong) {
			t.refuse(wrong.Line, wrong.Column, "", wrong.Err.Error(), "")
			return
		}
		if !slices.ContainsFunc(row, filled) {
			continue
		}
		if t.columns == nil {
			if strings.HasPrefix(row[0], "#") { // a comment that a spreadsheet put in quotes
				continue
			}
			if !t.header(in, row) {
				return
			}
			continue
		}
		t.row(in, row)
	}
}

// separator is the semicolon where the line of the columns has more of them than
// commas, as spreadsheets write where a comma is the decimal sign.
func (t *table[F, E]) separator() rune {
	for _, line := range t.lines {
		if strings.HasPrefix(strings.TrimLeft(line, " \""), "#") || strings.Trim(line, ",; \t\r") == "" {
			continue
		}
		if strings.Count(line, ";") > strings.Count(line, ",") {
			return ';'
		}
		break
	}
	return ','
}

func filled(cell string) bool { return strings.TrimSpace(cell) != "" }

func fixedColumns() []string {
	return []string{"id", "note", "group", "at", "expect.rules", "expect.includes", "expect.excludes", "expect.effects", "expect.none", "expect.error"}
}

// header reads the names of the columns. It reports false when the rows cannot
// be read because of a mistake.
func (t *table[F, E]) header(in *csv.Reader, row []string) bool {
	fixed := fixedColumns()
	types := typesOf(t.schema)
	known := append(slices.Clone(fixed), sortedKeys(types)...)
	if len(row) > 2*len(known) {
		t.refuse(0, 0, "", fmt.Sprintf("the table has %d columns; there are %d", len(row), len(known)), "")
		return false
	}
	for i, cell := range row {
		name := strings.TrimSpace(cell)
		line, column := in.FieldPos(i)
		if !slices.Contains(fixed, name) {
			fact := strings.TrimPrefix(name, "facts.")
			if types[name] != "" {
				fact = name // a fact may itself begin with facts
			}
			if types[fact] == "" {
				t.refuse(line, column, "", "there is no column and no fact "+strconv.Quote(name), rules.DidYouMean(name, known))
			}
			name = "facts." + fact
		}
		if slices.Contains(t.columns, name) {
			t.refuse(line, column, "", "the column "+name+" stands twice", "")
		}
		t.columns = append(t.columns, name)
	}
	if !slices.Contains(t.columns, "id") {
		t.refuse(1, 1, "", "the table has no column id", "")
	}
	return len(t.errors) == 0
}

func (t *table[F, E]) row(in *csv.Reader, row []string) {
	line, _ := in.FieldPos(0)
	out := Scenario[F, E]{Place: fmt.Sprintf("%s:%d", t.name, line)}
	for i, name := range t.columns {
		if name == "id" && i < len(row) {
			out.ID = strings.TrimSpace(row[i])
		}
	}
	label := "scenario " + out.ID
	if len(row) != len(t.columns) {
		t.refuse(line, 1, label, fmt.Sprintf("the row has %d cells and the table %d columns", len(row), len(t.columns)), "")
		return
	}
	if out.ID == "" {
		t.refuse(line, 1, "", "the scenario has no id", "give it a name that is unique in the table")
	} else if first, twice := t.seen[out.ID]; twice {
		t.refuse(line, 1, label, "the id is used twice", fmt.Sprintf("the first is in line %d", first))
	}
	t.seen[out.ID] = line
	before := len(t.errors)
	for i, name := range t.columns {
		text := strings.TrimSpace(row[i])
		if text == "" {
			continue
		}
		if message := t.cell(&out, name, text); message != "" {
			line, column := in.FieldPos(i)
			t.refuse(line, column, label+": "+name, message, "")
		}
	}
	if len(t.errors) > before {
		return
	}
	message := contradiction(&out.Expect, out.Group)
	if out.Expect.empty() {
		message = "the scenario expects nothing"
	}
	if message != "" {
		t.refuse(line, 1, label, message, "")
		return
	}
	t.out = append(t.out, out)
}

// cell takes one cell over into the scenario, and returns what is wrong with it.
func (t *table[F, E]) cell(out *Scenario[F, E], column, text string) (message string) {
	var err error
	x := &out.Expect
	switch column {
	case "id":
	case "note":
		out.Note = text
	case "group":
		out.Group = text
	case "at":
		out.At, err = t.reading.Instant(text)
	case "expect.rules":
		x.Rules, err = t.ids(text)
	case "expect.includes":
		x.Includes, err = t.ids(text)
	case "expect.excludes":
		x.Excludes, err = t.ids(text)
	case "expect.effects":
		x.Effects, err = t.effects(text)
	case "expect.none":
		if x.None, err = strconv.ParseBool(text); err != nil {
			return "this is not true or false"
		}
	case "expect.error":
		x.Error = text
	default:
		var v rules.Value
		fact := strings.TrimPrefix(column, "facts.")
		if v, err = t.schema.Parse(fact, text); err == nil {
			err = t.schema.Set(&out.Facts, fact, v)
		}
	}
	if err != nil {
		return plain(err)
	}
	return ""
}

// ids reads a, b.
func (t *table[F, E]) ids(text string) ([]string, error) {
	if n, limit := strings.Count(text, ",")+1, t.reading.Limits.ListItems; n > limit {
		return nil, fmt.Errorf("the list has %d elements; the limit is %d", n, limit)
	}
	var out []string
	for one := range strings.SplitSeq(text, ",") {
		one = strings.TrimSpace(one)
		if one == "" {
			return nil, errors.New("an id is missing")
		}
		if slices.Contains(out, one) {
			return nil, fmt.Errorf("rule %s stands twice", one)
		}
		out = append(out, one)
	}
	return out, nil
}

// effects reads a list of effects as YAML writes it.
func (t *table[F, E]) effects(text string) ([]Pattern[E], error) {
	doc := rules.ReadDocument(t.reading, t.name, []byte(text))
	r := reader[F, E]{doc: doc, reading: t.reading}
	var out []Pattern[E]
	for _, root := range doc.Roots() {
		out = append(out, r.effects(root, "")...)
	}
	if errs := doc.Errors(); len(errs) > 0 {
		return nil, errors.New(strings.TrimSuffix(errs[0].Message+"; "+errs[0].Expected, "; "))
	}
	return out, nil
}
