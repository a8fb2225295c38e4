package rules

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Table is a decision table as its source has it, for documents and analysis.
// What decides are the rules that its rows have become.
type Table struct {
	Source string `json:"source"`
	Group  string `json:"group"`
	Title  string `json:"title,omitempty"`
	Note   string `json:"note,omitempty"`
	// Conditions and Effects are the heads of the columns: facts or expressions,
	// or "when" for whole conditions; paths into the effect, "" for all of it.
	Conditions []string `json:"conditions"`
	Effects    []string `json:"effects"`
	Domains    []Domain `json:"domains,omitempty"`
	Rows       []Row    `json:"rows"`
}

// Row is a row of a table.
type Row struct {
	ID string `json:"id"` // of the rule
	// Conditions and Effects are the cells as written, one for each head.
	Conditions []string `json:"conditions"`
	Effects    []string `json:"effects"`
}

// Domain says which values a column is expected to have, so that an analysis can
// tell what no row covers. It has no influence on decisions.
type Domain struct {
	Head string `json:"head"` // a head of the table's conditions
	Cell string `json:"cell"` // the values in the language of cells
	When string `json:"when"` // the same as a condition
}

// draft is a table as a format has read it, before its cells are understood.
type draft struct {
	source      string
	book        BookHeader
	bookAt      *csvField // nil when the table does not name its book
	at          placer    // where the table begins
	group       cell
	title, note string
	hit         cell
	outputs     []draftOutput
	domains     []draftDomain
	conditions  []cell // heads
	effects     []cell // heads: paths, as written
	ranked      cell   // the head of the column of priorities, when there is one
	rows        []draftRow
}

type draftOutput struct {
	path   cell
	values []string
}

type draftDomain struct {
	head, cell cell
}

// draftRow is a row before its cells are understood.
type draftRow struct {
	at         placer
	number     int            // counts from 1
	meta       Rule[struct{}] // all but the condition and the effect
	parts      map[string]placer
	conditions []cell
	effects    []cell
	nodes      []ast.Node // of the effects, in a format that has nodes
}

// tableReader makes rules of the rows of tables.
type tableReader[E any] struct {
	reading  Reading
	compiler *compiler
	effects  *effectDecoder
	out      *Loaded[E]
	source   string
	group    string
}

func newTableReader[E any](r Reading, effects *effectDecoder, out *Loaded[E]) *tableReader[E] {
	t := &tableReader[E]{reading: r, effects: effects, out: out}
	if r.schema != nil {
		t.compiler = newCompiler(r.schema)
	}
	return t
}

func (t *tableReader[E]) refuse(at placer, rule, part, message, expected string) {
	e := &RuleError{Source: t.source, Rule: rule, Group: t.group, Part: part, Message: message, Expected: expected}
	if at != nil {
		p := at.place(0)
		e.Line, e.Column, e.Text = p.Line, p.Column, p.Text
	}
	t.out.Errors = append(t.out.Errors, e)
}

// refuseIn notes mistakes within a cell.
func (t *tableReader[E]) refuseIn(c cell, rule, part string, faults []*fault) {
	for _, f := range faults {
		t.refuse(shifted{c.at, f.at.From}, rule, part, f.message, f.expected)
	}
}

// shifted is a place within a cell.
type shifted struct {
	at     placer
	offset int
}

func (s shifted) place(offset int) Place {
	if s.at == nil {
		return Place{}
	}
	return s.at.place(s.offset + offset)
}

// read makes the table's rules and adds all to what the source holds.
func (t *tableReader[E]) read(d draft) {
	t.source, t.group = d.source, strings.TrimSpace(d.group.text)
	if t.compiler == nil {
		t.refuse(d.at, "", "", "a table is read by Load, which knows the facts", "")
		return
	}
	if t.group == "" {
		t.refuse(d.at, "", partGroup, "the table has no group", "name the group that its rows make")
	}
	// Each column is held against the others. The heads of CSV are bounded already.
	if len(d.conditions) > maxTableColumns || len(d.effects) > maxTableColumns {
		t.refuse(d.at, "", "", fmt.Sprintf("the table has more than %d columns", maxTableColumns), "split it")
		return
	}
	policy := t.declare(d)
	if d.ranked.at != nil && policy.ranked() {
		t.refuse(d.ranked.at, "", partPriority, fmt.Sprintf("the hit policy %s leaves no say to a priority", policy), "remove the column, or use by-priority")
		for i := range d.rows {
			d.rows[i].meta.Priority = 0
		}
	}
	columns := t.columns(d)
	paths, sound := t.paths(d)
	out := Table{Source: d.source, Group: t.group, Title: d.title, Note: d.note, Effects: paths}
	for _, c := range columns {
		out.Conditions = append(out.Conditions, c.text)
	}
	out.Domains = t.domains(d, columns)
	if len(d.rows) == 0 {
		t.refuse(d.at, "", "", "the table has no rows", "")
	}
	for _, row := range d.rows {
		one := t.row(row, columns, paths, sound)
		t.out.Rules = append(t.out.Rules, one)
		out.Rows = append(out.Rows, Row{ID: one.Rule.ID, Conditions: texts(row.conditions), Effects: texts(row.effects)})
	}
	t.out.Tables = append(t.out.Tables, out)
}

func texts(cells []cell) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = c.text
	}
	return out
}

// declare makes the group of what the table says of it; a table that says
// nothing leaves that to a declaration elsewhere.
func (t *tableReader[E]) declare(d draft) HitPolicy {
	g := Group{Name: t.group, Title: d.title, Note: d.note}
	if d.hit.at != nil {
		if err := g.Policy.UnmarshalText([]byte(strings.TrimSpace(d.hit.text))); err != nil {
			text := strings.TrimSpace(d.hit.text)
			t.refuse(d.hit.at, "", "hit", strings.TrimSpace(text+" is not a hit policy"), policyHint(text))
			return g.Policy
		}
	}
	if d.hit.at == nil && g.Title == "" && g.Note == "" && len(d.outputs) == 0 {
		return g.Policy
	}
	for _, o := range d.outputs {
		g.Outputs = append(g.Outputs, Output{Path: effectPath(o.path.text), Values: o.values})
	}
	// Outputs rank from left to right, so in the order of the columns.
	order := map[string]int{}
	for i, c := range d.effects {
		order[effectPath(c.text)] = i + 1
	}
	slices.SortStableFunc(g.Outputs, func(a, b Output) int {
		return cmp.Compare(cmp.Or(order[a.Path], len(order)+1), cmp.Or(order[b.Path], len(order)+1))
	})
	if t.group != "" {
		t.out.Groups = append(t.out.Groups, LocatedGroup{Group: g, Source: d.source, Origin: tableOrigin{d}})
	}
	return g.Policy
}

// policyHint names the hit policies, or the one that may have been meant.
func policyHint(text string) string {
	if near := nearest(text, hitPolicyNames()); near != "" {
		return fmt.Sprintf("did you mean %s?", near)
	}
	return "want one of " + strings.Join(hitPolicyNames(), ", ")
}

// tableOrigin finds what a table says of its group.
type tableOrigin struct{ table draft }

// Place returns the place of the policy, of the outputs, or of the table.
func (o tableOrigin) Place(part string, _ int) Place {
	at := o.table.at
	switch {
	case part == partPolicy && o.table.hit.at != nil:
		at = o.table.hit.at
	case part == partOutputs && len(o.table.outputs) > 0:
		at = o.table.outputs[0].path.at
	case part == partOutputs && o.table.hit.at != nil:
		at = o.table.hit.at
	case o.table.group.at != nil:
		at = o.table.group.at
	}
	if at == nil {
		return Place{}
	}
	return at.place(0)
}

// effectPath turns the head of an effect into a path: then.percent is percent,
// then the whole effect.
func effectPath(head string) string {
	head = strings.TrimSpace(head)
	if head == partThen {
		return ""
	}
	return strings.TrimPrefix(head, partThen+".")
}

// columns understands the heads of the conditions.
func (t *tableReader[E]) columns(d draft) []column {
	out := make([]column, len(d.conditions))
	seen := map[string]bool{}
	for i, head := range d.conditions {
		out[i] = t.column(head)
		name := out[i].text
		if seen[name] {
			t.refuse(head.at, "", name, fmt.Sprintf("the column %s stands twice", name), "write several tests into one cell, separated by commas")
			out[i].faulty = true
		}
		seen[name] = true
	}
	return out
}

// column understands one head: the kind of its cells is that of the expression.
func (t *tableReader[E]) column(head cell) column {
	text := strings.TrimSpace(head.text)
	out := column{cell: cell{text, head.at}, faulty: true}
	if text == partWhen {
		out.whole, out.faulty = true, false
		return out
	}
	if text == "" {
		t.refuse(head.at, "", "", "the column has no head", "write a fact, then or then.field, or remove the column")
		return out
	}
	tokens, problem := guard(head.text, t.reading.Limits)
	if problem != nil {
		t.refuseIn(head, "", text, []*fault{problem})
		return out
	}
	tree, err := t.compiler.parse(head.text)
	if err != nil {
		t.refuseIn(head, "", text, []*fault{syntaxFault(err)})
		return out
	}
	check := &checker{schema: t.reading.schema, text: []rune(head.text)}
	term := check.term(tree.Node)
	switch {
	case term == nil:
		for _, f := range check.faults {
			if near := nearest(text, reservedHeads()); near != "" && !strings.HasPrefix(f.expected, "did you mean") {
				f.expected = fmt.Sprintf("did you mean %s?", near)
			}
		}
		t.refuseIn(head, "", text, check.faults)
		return out
	case len(term.facts(nil)) == 0:
		t.refuse(head.at, "", text, "the head of the column names no fact", "")
		return out
	}
	// Comments before and behind are left out, so that they cannot swallow the
	// rest of a condition.
	out.expr = string([]rune(head.text)[tokens[0].From:tokens[len(tokens)-2].To])
	if name, plain := dotted(tree.Node); !plain {
		out.expr = "(" + out.expr + ")"
	} else {
		out.expr = name
	}
	out.kind, out.optional, out.faulty = term.kind, term.optional, false
	return out
}

// reservedHeads are the columns that are neither conditions nor effects.
func reservedHeads() []string {
	return []string{partID, partName, partPriority, partFrom, partTo, partTags, partVersion, partNote, partWhen, partThen}
}

// paths resolves the heads of the effects; sound says which were understood.
func (t *tableReader[E]) paths(d draft) (paths []string, sound []bool) {
	if len(d.effects) == 0 {
		t.refuse(d.at, "", partThen, "the table has no column for an effect", "head one then, or then. and a field of the effect")
	}
	for i, head := range d.effects {
		path := effectPath(head.text)
		_, message, expected := t.effects.resolve(reflect.TypeFor[E](), splitPath(path))
		for _, other := range paths {
			if message == "" && (path == other || path == "" || other == "" || strings.HasPrefix(path, other+".") || strings.HasPrefix(other, path+".")) {
				message, expected = fmt.Sprintf("the columns %s and %s set the same", headOf(other), headOf(path)), "remove one"
			}
		}
		if message != "" {
			t.refuse(d.effects[i].at, "", headOf(path), message, expected)
		}
		paths = append(paths, path)
		sound = append(sound, message == "")
	}
	return paths, sound
}

// headOf writes a path into the effect as the head of a column.
func headOf(path string) string {
	if path == "" {
		return partThen
	}
	return partThen + "." + path
}

// domains reads the domains declared for columns.
func (t *tableReader[E]) domains(d draft, columns []column) []Domain {
	var out []Domain
	if n := len(d.domains); n > 2*len(columns) { // each that is wrong is held against all heads
		t.refuse(d.domains[2*len(columns)].head.at, "", "domain", fmt.Sprintf("the table declares %d domains and has %d conditions", n, len(columns)), "")
		return nil
	}
	for _, one := range d.domains {
		head := strings.TrimSpace(one.head.text)
		i := slices.IndexFunc(columns, func(c column) bool { return c.text == head && !c.whole })
		if i < 0 {
			t.refuse(one.head.at, "", "domain", fmt.Sprintf("the table has no condition headed %s", head), didYouMean(head, texts(d.conditions)))
			continue
		}
		if slices.ContainsFunc(out, func(o Domain) bool { return o.Head == head }) {
			t.refuse(one.head.at, "", "domain", fmt.Sprintf("the domain of %s is declared twice", head), "")
			continue
		}
		if columns[i].faulty {
			continue
		}
		read, faults := t.tests(one.cell.text, columns[i])
		t.refuseIn(one.cell, "", "domain", faults)
		if len(faults) > 0 || len(read.list) == 0 {
			continue
		}
		w := whenWriter{}
		w.write(columns[i], read)
		out = append(out, Domain{Head: head, Cell: strings.TrimSpace(one.cell.text), When: w.text.String()})
	}
	return out
}
