package rules

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// nodePlace finds characters of a node's text in its file.
type nodePlace struct {
	file *yamlFile
	node ast.Node
}

func (p nodePlace) place(offset int) Place {
	at := p.node.GetToken()
	if at == nil || at.Position == nil {
		return Place{}
	}
	line, column := at.Position.Line, at.Position.Column
	if offset == 0 || !isScalar(p.node) {
		return p.file.place(line, column)
	}
	if literal, ok := p.node.(*ast.LiteralNode); ok {
		line, column = literal.Start.Position.Line+1, 1
	}
	p.file.line(1) // align needs the lines
	return p.file.align(line, column, scalarText(p.node), offset)
}

// listPlace finds characters of a cell that is a list of tests.
type listPlace struct {
	parts  []nodePlace
	starts []int // of the parts, in characters of the cell
}

func (p listPlace) place(offset int) Place {
	for i := len(p.parts) - 1; i >= 0; i-- {
		if p.starts[i] <= offset {
			return p.parts[i].place(offset - p.starts[i])
		}
	}
	return Place{}
}

// cell reads a cell: a scalar, or a list of tests.
func (f *yamlFile) cell(n ast.Node) cell {
	list, ok := n.(*ast.SequenceNode)
	if !ok || len(list.Values) == 0 {
		if !isScalar(n) {
			f.refuse("", "", n.GetToken(), "this is not a cell", `write ">= 10" or ["A", "B"]`)
			return cell{at: nodePlace{f, n}}
		}
		if isNull(n) {
			return cell{at: nodePlace{f, n}}
		}
		return cell{text: scalarText(n), at: nodePlace{f, n}}
	}
	var text strings.Builder
	at := listPlace{}
	length := 0
	for i, v := range list.Values {
		if i > 0 {
			text.WriteString(", ")
			length += 2
		}
		if !isScalar(v) || isNull(v) {
			f.refuse("", "", v.GetToken(), "this is not a test", `write ["A", "B"]`)
			continue
		}
		at.parts, at.starts = append(at.parts, nodePlace{f, v}), append(at.starts, length)
		part := scalarText(v)
		text.WriteString(part)
		length += len([]rune(part))
	}
	if len(at.parts) == 0 {
		return cell{at: nodePlace{f, n}}
	}
	return cell{text: text.String(), at: at}
}

// header reads what a file says of the book.
func (f *yamlFile) header(n ast.Node, to *yamlParts) {
	m, ok := n.(ast.MapNode)
	if !ok {
		f.refuse("", partBook, n.GetToken(), "book is not a mapping", "write book: {title: ..., kind: ...}")
		return
	}
	r := &ruleReader{file: f, parts: f.entries(m, "", []string{partName, partTitle, partNote, partKind})}
	h := BookHeader{Name: r.text(partName), Title: r.text(partTitle), Note: r.text(partNote), Kind: r.text(partKind)}
	if to.header != (BookHeader{}) && h != to.header {
		f.refuse("", partBook, n.GetToken(), "the book is named twice, and not the same", "")
		return
	}
	to.header, to.headerAt = h, &yamlOrigin{file: f, parts: map[string]ast.Node{partBook: n}}
}

// group reads a group.
func (f *yamlFile) group(n ast.Node) (LocatedGroup, bool) {
	m, ok := n.(ast.MapNode)
	if !ok {
		f.refuse("", "groups", n.GetToken(), "a group is a mapping", "begin it with - name:")
		return LocatedGroup{}, false
	}
	parts := f.entries(m, "", []string{partName, partTitle, partNote, partPolicy, partOutputs})
	r := &ruleReader{file: f, parts: parts}
	g := Group{Name: r.text(partName), Title: r.text(partTitle), Note: r.text(partNote)}
	if g.Name == "" {
		f.refuse("", partName, firstKey(m), "the group has no name", "give it name:")
		return LocatedGroup{}, false
	}
	if n := parts[partPolicy]; n != nil && isScalar(n) { // left empty it is no policy either, and not the default
		text := r.text(partPolicy)
		if g.Policy.UnmarshalText([]byte(text)) != nil {
			r.refuse(partPolicy, parts[partPolicy], strings.TrimSpace(text+" is not a hit policy"), policyHint(text))
		}
	}
	for _, o := range f.outputs(parts[partOutputs]) {
		g.Outputs = append(g.Outputs, Output{Path: effectPath(o.path.text), Values: o.values})
	}
	origin := &yamlOrigin{file: f, rule: firstKey(m), parts: parts}
	return LocatedGroup{Group: g, Source: f.name, Origin: origin}, true
}

// outputs reads parts of the effect with their values, in the order written.
func (f *yamlFile) outputs(n ast.Node) []draftOutput {
	var out []draftOutput
	f.each(n, partOutputs, func(key, value ast.Node) {
		o := draftOutput{path: cell{scalarText(key), nodePlace{f, key}}}
		for _, v := range f.list(value, partOutputs, "write {field: [A, B]}, the most important value first") {
			if !isScalar(v) || isNull(v) {
				f.refuse("", partOutputs, v.GetToken(), "this is not a value", "")
				continue
			}
			o.values = append(o.values, scalarText(v))
		}
		out = append(out, o)
	})
	return out
}

// each walks a mapping in the order written. A key that stands twice is left to
// the caller.
func (f *yamlFile) each(n ast.Node, part string, do func(key, value ast.Node)) {
	if n == nil || isNull(n) {
		return
	}
	m, ok := n.(ast.MapNode)
	if !ok {
		f.refuse("", part, n.GetToken(), part+" is not a mapping", "")
		return
	}
	for it := m.MapRange(); it.Next(); {
		do(it.Key(), it.Value())
	}
}

// tableDraft reads a table; false when there is nothing to check any further.
func (f *yamlFile) tableDraft(n ast.Node) (draft, bool) {
	m, ok := n.(ast.MapNode)
	if !ok {
		f.refuse("", "tables", n.GetToken(), "a table is a mapping", "begin it with - group:")
		return draft{}, false
	}
	parts := f.entries(m, "", []string{partGroup, partTitle, partNote, "hit", partOutputs, "domains", partWhen, partThen, "rows"})
	r := &ruleReader{file: f, parts: parts}
	d := draft{source: f.name, at: tokenPlace(f, m), title: r.text(partTitle), note: r.text(partNote)}
	if n := parts[partGroup]; n != nil {
		d.group = cell{r.text(partGroup), nodePlace{f, n}}
	}
	if n := parts["hit"]; n != nil {
		d.hit = cell{r.text("hit"), nodePlace{f, n}}
	}
	d.outputs = f.outputs(parts[partOutputs])
	f.each(parts["domains"], "domains", func(key, value ast.Node) {
		d.domains = append(d.domains, draftDomain{head: cell{scalarText(key), nodePlace{f, key}}, cell: f.cell(value)})
	})
	d.conditions = f.cells(parts[partWhen], partWhen)
	d.effects = f.cells(parts[partThen], partThen)
	for i, row := range f.list(parts["rows"], "rows", "begin each row with - when:") {
		f.row(&d, row, i)
	}
	return d, true
}

// tokenPlace is the place of a mapping.
func tokenPlace(f *yamlFile, m ast.MapNode) placer {
	if it := m.MapRange(); it.Next() {
		return nodePlace{f, it.Key()}
	}
	if n, ok := m.(ast.Node); ok {
		return nodePlace{f, n}
	}
	return nil
}

// cells reads a list of cells.
func (f *yamlFile) cells(n ast.Node, key string) []cell {
	var out []cell
	for _, v := range f.list(n, key, "write [a, b]") {
		out = append(out, f.cell(v))
	}
	return out
}

// row reads a row of a table.
func (f *yamlFile) row(d *draft, n ast.Node, index int) {
	label := "#" + strconv.Itoa(index+1)
	m, ok := n.(ast.MapNode)
	if !ok {
		f.refuse(label, "", n.GetToken(), "a row is a mapping", "write {when: [...], then: [...]}")
		return
	}
	keys := []string{partID, partName, partWhen, partThen, partPriority, partFrom, partTo, partTags, partVersion, partNote}
	parts := f.entries(m, label, keys)
	r := &ruleReader{file: f, label: label, parts: parts}
	row := draftRow{at: tokenPlace(f, m), number: index + 1, parts: map[string]placer{}}
	for part, n := range parts {
		row.parts[part] = nodePlace{f, n}
	}
	row.meta = Rule[struct{}]{
		ID: r.text(partID), Name: r.text(partName), Priority: r.integer(partPriority),
		From: r.date(partFrom), To: r.date(partTo), Tags: r.texts(partTags),
		Version: r.text(partVersion), Note: r.text(partNote),
	}
	row.conditions = f.cells(parts[partWhen], partWhen)
	row.nodes = []ast.Node{}
	for _, v := range f.list(parts[partThen], partThen, "write [a, b]") {
		text := ""
		if isScalar(v) && !isNull(v) {
			text = scalarText(v)
		} else if !isNull(v) {
			text = v.String()
		}
		row.effects = append(row.effects, cell{text, nodePlace{f, v}})
		if isNull(v) {
			v = nil
		}
		row.nodes = append(row.nodes, v)
	}
	for _, c := range []struct {
		part       string
		have, want int
	}{{partWhen, len(row.conditions), len(d.conditions)}, {partThen, len(row.effects), len(d.effects)}} {
		if c.have != c.want {
			at := parts[c.part]
			if at == nil {
				f.refuse(label, c.part, firstKey(m), fmt.Sprintf("the row has no cells and the table %d columns", c.want), "")
			} else {
				f.refuse(label, c.part, at.GetToken(), fmt.Sprintf("the row has %d cells and the table %d columns", c.have, c.want), "")
			}
			ok = false
		}
	}
	if p := parts[partPriority]; p != nil && d.ranked.at == nil {
		d.ranked = cell{partPriority, nodePlace{f, p}}
	}
	if ok {
		d.rows = append(d.rows, row)
	}
}
