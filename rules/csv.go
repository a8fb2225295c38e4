package rules

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// CSV returns the source of a decision table in CSV: one row is one rule, one
// column a condition or a part of the effect. The name stands in errors.
//
//	# group: discounts
//	# title: Discounts of the line
//	# hit: first
//	# domain tier: "GOLD", "SILVER", "BRONZE"
//	id,tier,quantity,then.percent,from
//	gold-bulk,GOLD,>= 100,7%,2026-01-01
//	,"GOLD, SILVER",[10..100),5%,
//	,-,>= 100,2%,
//
// Lines that begin with # before the heads tell of the table: group, which is
// required, title, note, hit (the hit policy, see HitPolicy), "outputs percent:"
// with the values of an output, the most important first, and "domain tier:" with
// the values that a column is expected to have. A table with title, note, hit or
// outputs declares its group. "book: spring" and "kind: pricing" are the name and
// the kind of the book that the table belongs to, see BookHeader.
//
// The heads id, name, priority, from, to, tags (separated by commas), version and
// note are those parts of the rule. then is the effect and then.percent a field
// of it; a field of a field is then.discount.percent. when is a column of whole
// conditions. Any other head is a fact or another expression of the language of
// conditions, such as quantity * 2 or weekday(requested). A fact that has one of
// the names above is written in parentheses: (tags).
//
// A cell of a condition is one test or several, separated by commas, of which one
// must pass. Nothing, or -, is passed by any value, also by a missing one.
//
//	GOLD  "two words"           equal; words of letters, digits and _ - . / need no quotes,
//	                            but for -, nil, null, missing, present and those with ..
//	10  -1  10 EA  99.00 USD    equal; a bare number is a quantity in its own unit
//	5%  0.05  2026-01-31  true  equal; times as 2026-01-31T08:00:00Z
//	= x  != x  < x  <= x  > x  >= x
//	[10..20]  [10..20)  (10..)  between; a round bracket leaves the bound out, a
//	                            bound left out is none
//	not(GOLD, SILVER)           none of the tests passes; takes the whole cell
//	missing  present            of a fact that can be missing
//
// For a fact that is a list of strings, values mean that it contains one of them,
// and not(...) that it contains none. A missing fact passes no test but missing,
// as in a condition. A comma between two digits is an error, for it can mean a
// list or one number: write 1, 5 or 1.5.
//
// A cell of the effect is read as in YAML; where it is empty the field stays
// zero, but a row has at least one. A row without an id has the name of the group
// and the number of the row: discounts/3. Such ids change when rows are inserted
// or moved, so give ids to rows that others refer to.
//
// Fields are separated by commas or, as spreadsheets of other countries write it,
// by semicolons: by those of which the line of heads has more. A byte order mark,
// CRLF, empty lines and separators behind a line that begins with # are passed
// over. Rows of another length than the heads are errors.
func CSV[E any](name string, data []byte) Source[E] {
	return csvSource[E]{name: name, data: data}
}

type csvSource[E any] struct {
	name string
	data []byte
}

// Load reads the table; each mistake has its place in the file.
func (s csvSource[E]) Load(r Reading) Loaded[E] {
	var out Loaded[E]
	f := &csvFile{yamlFile: yamlFile{name: s.name, text: strings.TrimPrefix(string(s.data), "\ufeff"), reading: r}}
	table := newTableReader(r, r.effects(), &out)
	d, ok := f.table()
	if d.bookAt != nil {
		out.Header = LocatedHeader{Header: d.book, Source: f.name, Origin: bookOrigin{d.bookAt}}
	}
	out.Errors = append(out.Errors, f.errors...)
	if ok {
		table.read(d)
	}
	return out
}

// csvFile is a file being read, with the mistakes found so far.
type csvFile struct {
	yamlFile
	comma   byte
	records [][]csvField
}

// maxTableColumns bounds a record. A table that a person can read is far below.
const maxTableColumns = 1_000

// csvField is one field of a record.
type csvField struct {
	file   *csvFile
	value  string
	start  int // byte in the file where it begins, the quote included
	line   int
	quoted bool
}

// place finds a character of the field's value in the file.
func (c *csvField) place(offset int) Place {
	text := c.file.text
	at, line := c.start, c.line
	if c.quoted {
		at++
	}
	for ; offset > 0 && at < len(text); offset-- {
		if c.quoted && strings.HasPrefix(text[at:], `""`) || strings.HasPrefix(text[at:], "\r\n") {
			at++
		}
		if text[at] == '\n' {
			line++
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	begin := strings.LastIndexByte(text[:at], '\n') + 1
	return c.file.place(line, utf8.RuneCountInString(text[begin:at])+1)
}

func (f *csvFile) refuseField(at *csvField, offset int, rule, part, message, expected string) {
	p := at.place(offset)
	f.errors = append(f.errors, &RuleError{Source: f.name, Rule: rule, Part: part, Message: message, Expected: expected,
		Line: p.Line, Column: p.Column, Text: p.Text})
}

// table reads the file into a draft; false when there is nothing to check any
// further.
func (f *csvFile) table() (draft, bool) {
	if !f.admitted() {
		return draft{}, false
	}
	d := draft{source: f.name}
	if !f.begin() {
		f.refuse("", "", nil, "the source has no table", "begin with a line of heads")
		return d, false
	}
	f.split()
	metadata := 0
	for metadata < len(f.records) && isMetadata(f.records[metadata]) {
		f.metadata(&d, f.records[metadata])
		metadata++
	}
	if metadata == len(f.records) {
		f.refuse("", "", nil, "the table has no line of heads", "")
		return d, false
	}
	heads := f.records[metadata]
	d.at = &heads[0]
	if limit := f.reading.Limits.Rules; len(f.records)-metadata-1 > limit {
		f.refuse("", "", nil, fmt.Sprintf("the table has more than %d rows", limit), "raise Limits.Rules or split it")
		return d, false
	}
	f.rows(&d, f.heads(&d, heads), f.records[metadata+1:])
	return d, true
}

// metadata reads a line that tells of the table.
func (f *csvFile) metadata(d *draft, record []csvField) {
	first := &record[0]
	value := first.value
	for _, more := range record[1:] { // a spreadsheet has put the values into cells of their own
		if strings.TrimSpace(more.value) != "" {
			value += "," + more.value
		}
	}
	key, value, found := strings.Cut(value[1:], ":")
	comment := func() {
		if meant := meantKey(key, value); meant != "" {
			f.refuseField(first, 0, "", "", "this is not how a table says its "+meant, "write # "+meant+": with what it is behind")
		}
	}
	if !found {
		comment()
		return
	}
	lead := utf8.RuneCountInString(key) + 2
	value, lead = trimLead(value, lead)
	text := cell{text: value, at: shifted{first, lead}}
	kind, name, _ := strings.Cut(strings.TrimSpace(key), " ")
	head := cell{text: strings.TrimSpace(name), at: first}
	twice := func(already bool) {
		if already {
			f.refuseField(first, 0, "", "", fmt.Sprintf("%s is said twice", kind), "")
		}
	}
	switch {
	case kind == partGroup && name == "":
		twice(d.group.at != nil)
		d.group = text
	case kind == partTitle && name == "":
		twice(d.title != "")
		d.title = value
	case kind == partNote && name == "":
		twice(d.note != "")
		d.note = value
	case kind == partBook && name == "":
		twice(d.book.Name != "")
		d.book.Name, d.bookAt = value, first
	case kind == partKind && name == "":
		twice(d.book.Kind != "")
		d.book.Kind, d.bookAt = value, first
	case kind == "hit" && name == "":
		twice(d.hit.at != nil)
		d.hit = text
	case kind == partOutputs && name != "":
		d.outputs = append(d.outputs, draftOutput{path: head, values: listed(value)})
	case kind == "domain" && name != "":
		d.domains = append(d.domains, draftDomain{head: head, cell: text})
	case contains(metadataKeys(), kind) || name == "" && nearest(kind, metadataKeys()) != "":
		f.refuseField(first, 0, "", "", fmt.Sprintf("there is no key %s here", strings.TrimSpace(key)),
			`known are book, kind, group, title, note, hit, "outputs field" and "domain fact"`)
	default:
		comment()
	}
}

// meantKey finds a line that reads as a comment and is likely to be none, for to
// pass over it would change what the table decides or what is checked of it: the
// name of a hit policy under another key or behind hit without a colon, outputs
// and domain written a little otherwise. It returns the key that was meant.
func meantKey(key, value string) string {
	words := strings.Fields(key)
	if len(words) == 0 {
		return ""
	}
	key = strings.ToLower(words[0])
	last := words[len(words)-1]
	if value = strings.TrimSpace(value); value != "" {
		last = value
	}
	isPolicy := new(HitPolicy).UnmarshalText([]byte(last)) == nil
	switch {
	case isPolicy && len(words) < 4 && (strings.HasPrefix(key, "hit") || strings.HasSuffix(key, "policy")):
		return "hit"
	case value == "" || len(words) != 2:
		return ""
	}
	switch nearest(key, []string{partOutputs, "domain"}) {
	case partOutputs:
		return "outputs field"
	case "domain":
		return "domain fact"
	default:
		return ""
	}
}

// metadataKeys are the words that a line of metadata can begin with.
func metadataKeys() []string {
	return []string{partBook, partKind, partGroup, partTitle, partNote, "hit", partOutputs, "domain"}
}

// bookOrigin is where a table names its book.
type bookOrigin struct{ at *csvField }

// Place returns the place of the line.
func (o bookOrigin) Place(string, int) Place { return o.at.place(0) }

// trimLead cuts spaces around a text and counts those in front.
func trimLead(text string, lead int) (string, int) {
	trimmed := strings.TrimLeft(text, " \t")
	return strings.TrimSpace(trimmed), lead + len(text) - len(trimmed)
}

// listed takes apart values separated by commas; a value may stand in quotes.
func listed(text string) []string {
	var out []string
	start, quoted := 0, false
	add := func(value string) {
		value = strings.TrimSpace(value)
		if s, err := strconv.Unquote(value); err == nil && value[0] == '"' {
			value = s
		}
		if value != "" {
			out = append(out, value)
		}
	}
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && quoted:
			i++
		case text[i] == '"':
			quoted = !quoted
		case text[i] == ',' && !quoted:
			add(text[start:i])
			start = i + 1
		}
	}
	add(text[start:])
	return out
}

// csvColumn says what the cells of a column are: a part of the rule, or the
// number of a condition or of an effect.
type csvColumn struct {
	part              string
	condition, effect int
}

// heads sorts the columns.
func (f *csvFile) heads(d *draft, record []csvField) []csvColumn {
	out := make([]csvColumn, len(record))
	seen := map[string]bool{}
	for i := range record {
		field := &record[i]
		head := strings.TrimSpace(field.value)
		text := cell{text: head, at: field}
		out[i] = csvColumn{condition: -1, effect: -1}
		switch {
		case head == partThen || strings.HasPrefix(head, partThen+"."):
			out[i].effect = len(d.effects)
			d.effects = append(d.effects, text)
		case head != partWhen && contains(reservedHeads(), head):
			if seen[head] {
				f.refuseField(field, 0, "", head, fmt.Sprintf("the column %s stands twice", head), "")
			}
			seen[head] = true
			out[i].part = head
			if head == partPriority {
				d.ranked = text
			}
		default:
			out[i].condition = len(d.conditions)
			text.text = field.value
			d.conditions = append(d.conditions, text)
		}
	}
	return out
}

// rows reads the rows.
func (f *csvFile) rows(d *draft, columns []csvColumn, records [][]csvField) {
	for i, record := range records {
		row := draftRow{
			at: &record[0], number: i + 1, parts: map[string]placer{},
			conditions: make([]cell, len(d.conditions)), effects: make([]cell, len(d.effects)),
		}
		label := "#" + strconv.Itoa(i+1)
		for j, c := range columns {
			if c.part == partID && j < len(record) && strings.TrimSpace(record[j].value) != "" {
				label = strings.TrimSpace(record[j].value)
			}
		}
		for len(record) > len(columns) && strings.TrimSpace(record[len(record)-1].value) == "" {
			record = record[:len(record)-1]
		}
		if len(record) != len(columns) {
			f.refuseField(&record[min(len(record), len(columns))-1], 0, label, "", fmt.Sprintf("the row has %d cells and the table %d columns", len(record), len(columns)), "put a cell with a separator in quotes")
			continue
		}
		for j := range record {
			field := &record[j]
			text := cell{text: field.value, at: field}
			switch c := columns[j]; {
			case c.condition >= 0:
				row.conditions[c.condition] = text
			case c.effect >= 0:
				row.effects[c.effect] = text
			default:
				f.part(&row, c.part, field, label)
			}
		}
		d.rows = append(d.rows, row)
	}
}

// part reads a cell that is a plain part of the rule.
func (f *csvFile) part(row *draftRow, part string, field *csvField, label string) {
	text := strings.TrimSpace(field.value)
	if text == "" {
		return
	}
	row.parts[part] = field
	m := &row.meta
	switch part {
	case partID:
		m.ID = text
	case partName:
		m.Name = text
	case partVersion:
		m.Version = text
	case partNote:
		m.Note = text
	case partTags:
		m.Tags = listed(text)
	case partPriority:
		n, err := strconv.Atoi(text)
		if err != nil {
			f.refuseField(field, 0, label, part, "priority is not a whole number", "write 10")
		}
		m.Priority = n
	case partFrom, partTo:
		t, ok := parseDate(text, f.reading.Location)
		if !ok {
			f.refuseField(field, 0, label, part, part+" is not a date", "write 2026-01-31 or 2026-01-31T08:00:00Z")
		}
		if part == partFrom {
			m.From = t
		} else {
			m.To = t
		}
	}
}
