package rules

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	goyaml "github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/o2ckit/o2c/internal/yamldoc"
)

// YAML returns the source of rules written in YAML (or JSON, which is YAML). The
// name stands in errors; a file's path serves well.
//
//	rules:
//	  - id: gold-tools
//	    name: Gold customers, tools
//	    group: line
//	    when: tier == "GOLD" && category == "tools"
//	    then: { percent: 5% }
//	    priority: 10
//	    from: 2026-01-01
//	    to: 2027-01-01
//	    tags: [gold]
//	    version: 3
//	    note: Agreed with sales.
//
// id, when and then are required; the others may be left out. from and to are a
// date, which means its first instant in Config.Location, or an instant such as
// 2026-01-01T06:00:00Z. A condition that contains ": " or " #" or begins with a
// quote needs YAML quotes or a block (when: |-).
//
// then is decoded into the effect type: a struct's fields by their `yaml` or
// `json` name or else in lower camel case, types that unmarshal text (amounts,
// rates, dates, ...) from the text as written, strings, bools, integers, slices,
// maps with string keys, pointers, nested structs. A field that the type does
// not have is an error, and so is a value of another type, a float (it is not
// exact), and an interface of which Config.Effects has no kinds.
//
// Beside rules a file can have groups and decision tables, and say which book it
// is; every part may be left out:
//
//	book: {name: spring, title: Spring discounts, note: For the US., kind: pricing}
//	groups:
//	  - {name: line, title: Discounts of the line, policy: by-priority}
//	  - {name: fees, policy: collect-sum, outputs: {amount: []}}
//	tables:
//	  - group: freight
//	    title: Freight
//	    hit: priority
//	    outputs: {carrier: [UPS, FEDEX]}
//	    domains: {tier: [GOLD, SILVER], quantity: "[1..)"}
//	    when: [tier, quantity]
//	    then: [carrier]
//	    rows:
//	      - {id: gold, when: [GOLD, ">= 10"], then: [UPS], from: 2026-01-01}
//	      - {when: ["-", "[1..10)"], then: [FEDEX]}
//
// The outputs of a group are parts of the effect with the values that they may
// have, the most important first. In a table, when lists the heads of the
// conditions and then those of the effects; a row has a cell for each, and what
// else a rule has but group. Cells are those of CSV; a list is the tests that it
// lists. A row's effects are values as under a rule's then; null leaves a field
// out.
//
// A key that is not known or stands twice is an error. Anchors, aliases, tags
// and directives are not admitted: a small file could unfold into a huge one. Nor
// are keys that are written behind a question mark.
func YAML[E any](name string, data []byte) Source[E] {
	return yamlSource[E]{name: name, data: data}
}

type yamlSource[E any] struct {
	name string
	data []byte
}

// Load reads the rules, groups and tables; each mistake has its place in the file.
func (s yamlSource[E]) Load(r Reading) Loaded[E] {
	f := &yamlFile{name: s.name, text: string(s.data), reading: r}
	return loadDocuments[E](f, f.documents())
}

// loadDocuments reads what all documents of a file hold.
func loadDocuments[E any](f *yamlFile, bodies []ast.Node) Loaded[E] {
	var out Loaded[E]
	parts := yamlParts{}
	for _, body := range bodies {
		f.document(body, &parts)
	}
	if parts.empty() && len(f.errors) == 0 {
		f.refuse("", "", nil, "the source has no rules", "begin with rules: and a list")
	}
	if parts.headerAt != nil {
		out.Header = LocatedHeader{Header: parts.header, Source: f.name, Origin: parts.headerAt}
	}
	effects := f.reading.effects()
	for i, node := range parts.rules {
		if one, ok := readRule[E](f, effects, node, i); ok {
			out.Rules = append(out.Rules, one)
		}
	}
	for _, node := range parts.groups {
		if g, ok := f.group(node); ok {
			out.Groups = append(out.Groups, g)
		}
	}
	table := newTableReader(f.reading, effects, &out)
	for _, node := range parts.tables {
		if d, ok := f.tableDraft(node); ok {
			table.read(d)
		}
	}
	out.Errors = append(out.Errors, f.errors...)
	return out
}

// yamlParts are the nodes of what a file holds.
type yamlParts struct {
	rules, groups, tables []ast.Node
	header                BookHeader
	headerAt              *yamlOrigin
}

func (p *yamlParts) empty() bool {
	return len(p.rules)+len(p.groups)+len(p.tables) == 0 && p.header == BookHeader{}
}

// yamlFile is a file being read, with the mistakes found so far.
type yamlFile struct {
	name    string
	text    string
	reading Reading
	lines   []string // split when the first mistake needs them
	width   lineWidth
	errors  []*RuleError
}

// admitted reports whether the source is text and not too long.
func (f *yamlFile) admitted() bool {
	if len(f.text) > f.reading.Limits.SourceBytes {
		f.refuse("", "", nil, fmt.Sprintf("the source has %d bytes; the limit is %d", len(f.text), f.reading.Limits.SourceBytes), "split it")
		return false
	}
	if !utf8.ValidString(f.text) {
		f.refuse("", "", nil, "the source is not UTF-8", "save it as UTF-8, which spreadsheets call CSV UTF-8")
		return false
	}
	return true
}

// documents returns the bodies of all documents of the file. A byte order mark,
// with which editors on Windows begin, is no part of the first key.
func (f *yamlFile) documents() []ast.Node {
	f.text = strings.TrimPrefix(f.text, "\ufeff")
	if !f.admitted() {
		return nil
	}
	file, err := f.parse()
	if err != nil {
		var located goyaml.Error
		if errors.As(err, &located) {
			expected := ""
			if strings.Contains(located.GetMessage(), "'\t'") {
				expected = "indent with spaces, not tabs"
			}
			f.refuse("", "", located.GetToken(), located.GetMessage(), expected)
		} else {
			f.refuse("", "", nil, err.Error(), "")
		}
		return nil
	}
	var bodies []ast.Node
	for _, doc := range file.Docs {
		bodies = append(bodies, doc.Body)
	}
	return bodies
}

// parse runs the YAML reader. Should it panic, that is a mistake of the source.
func (f *yamlFile) parse() (file *ast.File, err error) {
	defer func() {
		if r := recover(); r != nil {
			file, err = nil, fmt.Errorf("the YAML cannot be read: %v", r)
		}
	}()
	tokens := lexer.Tokenize(f.text)
	if err := yamldoc.Guard(tokens); err != nil {
		return nil, err
	}
	return parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
}

// document finds the parts of one document: those under their keys, or rules in
// a bare list.
func (f *yamlFile) document(body ast.Node, to *yamlParts) {
	switch body := body.(type) {
	case nil, *ast.NullNode:
	case *ast.SequenceNode:
		to.rules = append(to.rules, body.Values...)
	case ast.MapNode:
		entries := f.entries(body, "", []string{"rules", "groups", "tables", partBook})
		to.rules = append(to.rules, f.list(entries["rules"], "rules", "begin each rule with - id:")...)
		to.groups = append(to.groups, f.list(entries["groups"], "groups", "begin each group with - name:")...)
		to.tables = append(to.tables, f.list(entries["tables"], "tables", "begin each table with - group:")...)
		if book := entries[partBook]; book != nil {
			f.header(book, to)
		}
	default:
		f.refuse("", "", body.GetToken(), "this is not a list of rules", "begin with rules: and a list")
	}
}

// list returns the elements under a key; nothing when the key is not there.
func (f *yamlFile) list(n ast.Node, key, expected string) []ast.Node {
	if n == nil {
		return nil
	}
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		f.refuse("", key, n.GetToken(), key+" is not a list", expected)
		return nil
	}
	return list.Values
}

// entries collects the values of a mapping by key. Keys that are not among the
// known and keys that stand twice are refused.
func (f *yamlFile) entries(m ast.MapNode, rule string, known []string) map[string]ast.Node {
	out := make(map[string]ast.Node, len(known))
	for it := m.MapRange(); it.Next(); {
		key := scalarText(it.Key())
		if _, twice := out[key]; twice {
			f.refuse(rule, "", it.Key().GetToken(), fmt.Sprintf("the key %s stands twice", key), "")
			continue
		}
		if !contains(known, key) {
			f.refuse(rule, "", it.Key().GetToken(), fmt.Sprintf("there is no key %s here", key), didYouMean(key, known))
			continue
		}
		out[key] = it.Value()
	}
	return out
}

// readRule reads one rule. It reports false only when there is nothing to check
// any further.
func readRule[E any](f *yamlFile, effects *effectDecoder, n ast.Node, index int) (Located[E], bool) {
	label := "#" + strconv.Itoa(index+1)
	m, ok := n.(ast.MapNode)
	if !ok {
		f.refuse(label, "", n.GetToken(), "a rule is a mapping", "begin it with - id:")
		return Located[E]{}, false
	}
	for it := m.MapRange(); it.Next(); {
		if scalarText(it.Key()) == partID && isScalar(it.Value()) && scalarText(it.Value()) != "" {
			label = scalarText(it.Value())
		}
	}
	parts := f.entries(m, label, ruleKeys())
	r := &ruleReader{file: f, label: label, parts: parts}
	out := Located[E]{Source: f.name, Origin: &yamlOrigin{file: f, rule: firstKey(m), parts: parts}}
	out.Rule = Rule[E]{
		ID: r.text(partID), Name: r.text("name"), Group: r.text("group"), When: r.text(partWhen),
		Priority: r.integer(partPriority), From: r.date(partFrom), To: r.date(partTo),
		Tags: r.texts("tags"), Version: r.text("version"), Note: r.text("note"),
	}
	then := parts[partThen]
	if then == nil || isNull(then) {
		f.refuse(label, partThen, firstKey(m), "the rule has no effect", "give it then:")
		out.Faulty = true
		return out, true
	}
	for _, problem := range effects.decode(then, &out.Rule.Then) {
		f.refuse(label, partThen, problem.node.GetToken(), problem.message, problem.expected)
		out.Faulty = true
	}
	return out, true
}

func ruleKeys() []string {
	return []string{partID, "name", "group", partWhen, partThen, partPriority, partFrom, partTo, "tags", "version", "note"}
}

// refuse notes a mistake at a token, or without a place when there is none.
func (f *yamlFile) refuse(rule, part string, at *token.Token, message, expected string) {
	e := &RuleError{Source: f.name, Rule: rule, Part: part, Message: message, Expected: expected}
	if at != nil && at.Position != nil {
		p := f.place(at.Position.Line, at.Position.Column)
		e.Line, e.Column, e.Text = p.Line, p.Column, p.Text
	}
	f.errors = append(f.errors, e)
}

// place makes a place of a line and column; beyond the file it is the end of it.
func (f *yamlFile) place(line, column int) Place {
	text := f.line(line)
	if last := len(f.lines); line > last {
		line, text = last, f.line(last)
		column = len(text) + 1
	}
	column = min(max(column, 1), f.characters(line)+1)
	return Place{Line: max(line, 1), Column: column, Text: text}
}

// lineWidth is the length of a line. A file written by a program may be one long
// line with all mistakes on it, so the last one counted is kept.
type lineWidth struct {
	line, characters int
	passed, bytes    int // a column that was looked for, and the bytes before it
}

// characters counts those of a line.
func (f *yamlFile) characters(line int) int {
	if f.width.line != line {
		f.width = lineWidth{line: line, characters: utf8.RuneCountInString(f.line(line))}
	}
	return f.width.characters
}

// line returns a line of the file, counting from 1.
func (f *yamlFile) line(n int) string {
	if f.lines == nil {
		f.lines = strings.Split(f.text, "\n")
	}
	if n < 1 || n > len(f.lines) {
		return ""
	}
	return strings.TrimRight(f.lines[n-1], "\r")
}

// ruleReader reads the plain parts of one rule.
type ruleReader struct {
	file  *yamlFile
	label string
	parts map[string]ast.Node
}

func (r *ruleReader) refuse(part string, n ast.Node, message, expected string) {
	r.file.refuse(r.label, part, n.GetToken(), message, expected)
}

func (r *ruleReader) text(part string) string {
	n := r.parts[part]
	if n == nil || isNull(n) {
		return ""
	}
	if !isScalar(n) {
		r.refuse(part, n, part+" is not a text", "")
		return ""
	}
	return scalarText(n)
}

func (r *ruleReader) texts(part string) []string {
	n := r.parts[part]
	if n == nil || isNull(n) {
		return nil
	}
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		r.refuse(part, n, part+" is not a list", "write [a, b]")
		return nil
	}
	out := make([]string, 0, len(list.Values))
	for _, v := range list.Values {
		if !isScalar(v) || isNull(v) {
			r.refuse(part, v, "this is not a text", "write [a, b]")
			continue
		}
		out = append(out, scalarText(v))
	}
	return out
}

func (r *ruleReader) integer(part string) int {
	n := r.parts[part]
	if n == nil || isNull(n) {
		return 0
	}
	v, err := strconv.Atoi(scalarText(n))
	if err != nil || !isScalar(n) {
		r.refuse(part, n, part+" is not a whole number", "write 10")
		return 0
	}
	return v
}

func (r *ruleReader) date(part string) time.Time {
	n := r.parts[part]
	if n == nil || isNull(n) {
		return time.Time{}
	}
	t, ok := parseDate(scalarText(n), r.file.reading.Location)
	if !ok || !isScalar(n) {
		r.refuse(part, n, part+" is not a date", "write 2026-01-31 or 2026-01-31T08:00:00Z")
	}
	return t
}
