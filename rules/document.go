package rules

import (
	"fmt"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// Reading returns the bounds and the time zone that the schema sets for sources,
// for texts that stand beside rules, such as scenarios.
func (s *Schema[F]) Reading() Reading {
	return Reading{Limits: s.core.limits, Location: s.core.location, schema: s.core}
}

// Instant reads a date, which means its first instant in the Location, or an
// instant such as 2026-01-31T08:00:00Z.
func (r Reading) Instant(text string) (time.Time, error) {
	if d, err := calendar.ParseDate(text); err == nil {
		if r.Location == nil {
			return d.In(time.UTC), nil
		}
		return d.In(r.Location), nil
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("rules: %q is not a date, such as 2026-01-31 or 2026-01-31T08:00:00Z", text)
	}
	return t, nil
}

// Document is a text in YAML, or JSON, that speaks about rules without being
// one. It is read under the guard of a YAML source: bounded in size and depth,
// without anchors, aliases, tags and directives; and it places mistakes as a
// source does. It is for one goroutine.
type Document struct {
	file  *yamlFile
	roots []Item
}

// ReadDocument reads the text. Mistakes of the YAML itself are in Errors, and
// then there are no Roots.
func ReadDocument(r Reading, name string, data []byte) *Document {
	d := &Document{file: &yamlFile{name: name, text: string(data), reading: r}}
	for _, body := range d.file.documents() {
		if body != nil && !isNull(body) {
			d.roots = append(d.roots, Item{body})
		}
	}
	return d
}

// Roots are the documents of the text, one after another; empty ones are left
// out.
func (d *Document) Roots() []Item { return d.roots }

// Errors are the mistakes found so far, in the order of finding.
func (d *Document) Errors() []*RuleError { return d.file.errors }

// Refuse notes a mistake at an item; the zero Item has no place. The part says
// where in the document the item stands, in words.
func (d *Document) Refuse(at Item, part, message, expected string) {
	if at.node == nil {
		d.file.refuse("", part, nil, message, expected)
		return
	}
	d.file.refuse("", part, at.node.GetToken(), message, expected)
}

// Line returns the line of an item, counting from 1; 0 for the zero Item.
func (d *Document) Line(at Item) int {
	if at.node == nil || at.node.GetToken() == nil || at.node.GetToken().Position == nil {
		return 0
	}
	return at.node.GetToken().Position.Line
}

// Item is a value in a Document: a text, a list or a mapping. The zero Item is
// nothing.
type Item struct {
	node ast.Node
}

// Pair is an entry of a mapping.
type Pair struct {
	Key   string
	Name  Item // the key, for its place
	Value Item
}

// IsZero reports whether there is no item.
func (n Item) IsZero() bool { return n.node == nil }

// IsNull reports whether the item is nothing, null or ~.
func (n Item) IsNull() bool { return n.node == nil || isNull(n.node) }

// Text returns a single value as it was written, without its quotes: numbers
// keep their digits. It is false for lists, mappings and null.
func (n Item) Text() (text string, ok bool) {
	if n.IsNull() || !isScalar(n.node) {
		return "", false
	}
	return scalarText(n.node), true
}

// Quoted reports whether a single value was written between quotes or as a
// block.
func (n Item) Quoted() bool {
	switch node := n.node.(type) {
	case *ast.LiteralNode:
		return true
	case *ast.StringNode:
		return node.Token != nil && node.Token.Indicator == token.QuotedScalarIndicator
	default:
		return false
	}
}

// List returns the elements of a list.
func (n Item) List() ([]Item, bool) {
	list, ok := n.node.(*ast.SequenceNode)
	if !ok {
		return nil, false
	}
	out := make([]Item, len(list.Values))
	for i, v := range list.Values {
		out[i] = Item{v}
	}
	return out, true
}

// Map returns the entries of a mapping as they stand, also keys that stand
// twice.
func (n Item) Map() ([]Pair, bool) {
	m, ok := n.node.(ast.MapNode)
	if !ok {
		return nil, false
	}
	var out []Pair
	for it := m.MapRange(); it.Next(); {
		out = append(out, Pair{Key: scalarText(it.Key()), Name: Item{it.Key()}, Value: Item{it.Value()}})
	}
	return out, true
}

// DecodeEffect reads an item into an effect as the then of a YAML rule is read.
// What the item does not name keeps its value in structs; lists, maps and what
// stands behind pointers is made anew, never written to. It reports false, with
// the mistakes noted in the document, when the item does not fit the type.
func DecodeEffect[E any](d *Document, at Item, part string, effect *E) bool {
	if at.node == nil {
		d.Refuse(at, part, "there is no effect", "")
		return false
	}
	decoder := d.file.reading.effects()
	problems := decoder.decode(at.node, effect)
	for _, p := range problems {
		d.file.refuse("", part, p.node.GetToken(), p.message, p.expected)
	}
	return len(problems) == 0
}

// DidYouMean is the hint for a name that is not among the known ones: the
// nearest of them, or all.
func DidYouMean(name string, known []string) string { return didYouMean(name, known) }
