package rules

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"github.com/o2ckit/o2c/internal/yamldoc"
)

// JSON returns the source of rules, groups and tables written in JSON, in the
// shape that YAML describes. The name stands in errors.
//
// The text is JSON of RFC 8259 without a byte order mark; a key that stands twice
// in an object, anywhere, is an error. Numbers are read from their digits, so
// they are exact, and must be written without an exponent.
func JSON[E any](name string, data []byte) Source[E] {
	return jsonSource[E]{name: name, data: data}
}

type jsonSource[E any] struct {
	name string
	data []byte
}

// Load reads what the source holds; each mistake has its place in the file.
func (s jsonSource[E]) Load(r Reading) Loaded[E] {
	f := &yamlFile{name: s.name, text: string(s.data), reading: r}
	var bodies []ast.Node
	if f.admitted() {
		bodies = f.json()
	}
	return loadDocuments[E](f, bodies)
}

// json reads the text into the nodes that YAML is read into. The values are those
// of encoding/json: YAML knows neither all escapes of JSON nor surrogate pairs.
func (f *yamlFile) json() []ast.Node {
	var whole json.RawMessage
	if err := json.Unmarshal([]byte(f.text), &whole); err != nil {
		at := len(f.text)
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			at = int(syntax.Offset)
			if !strings.HasPrefix(syntax.Error(), "unexpected end") {
				at-- // the offset is behind the character
			}
		}
		at = min(max(at, 0), len(f.text))
		line := strings.Count(f.text[:at], "\n") + 1
		column := utf8.RuneCountInString(f.text[strings.LastIndexByte(f.text[:at], '\n')+1:at]) + 1
		f.refuse("", "", &token.Token{Position: &token.Position{Line: line, Column: column}}, "this is not JSON: "+err.Error(), "")
		return nil
	}
	r := jsonReader{file: f, decoder: json.NewDecoder(strings.NewReader(f.text)), line: 1}
	r.decoder.UseNumber()
	if n := r.value(0); n != nil && len(f.errors) == 0 {
		return []ast.Node{n}
	}
	return nil
}

// jsonReader makes nodes of a text that is known to be JSON.
type jsonReader struct {
	file    *yamlFile
	decoder *json.Decoder
	// Of the last token: its line and the characters before it there, counted on
	// from the token before, and where it begins in bytes.
	line, column, seen int
}

// refuse notes a mistake at the last token.
func (r *jsonReader) refuse(message string) { r.file.refuse("", "", r.token(""), message, "") }

// next reads a token and finds where it begins.
func (r *jsonReader) next() (json.Token, bool) {
	at := int(r.decoder.InputOffset())
	for at < len(r.file.text) && strings.IndexByte(" \t\r\n,:", r.file.text[at]) >= 0 {
		at++
	}
	t, err := r.decoder.Token()
	if err != nil {
		r.refuse("this is not JSON: " + err.Error())
		return nil, false
	}
	for _, c := range r.file.text[r.seen:at] {
		r.column++
		if c == '\n' {
			r.line, r.column = r.line+1, 0
		}
	}
	r.seen = at
	if s, ok := t.(string); ok && halved(s, r.file.text[at:r.decoder.InputOffset()]) {
		r.refuse(`the text has half a character, \ud800 to \udfff without its other half`)
	}
	return t, true
}

// halved reports whether half a surrogate pair stands in a string as written.
// The decoder has put U+FFFD for it, which a string may also have in its own right.
func halved(s, written string) bool {
	const put = "\ufffd"
	n := strings.Count(s, put)
	return n > 0 && n > strings.Count(written, put)+strings.Count(strings.ToLower(written), `\ufffd`)
}

// token makes the token of a node at the last place.
func (r *jsonReader) token(text string) *token.Token {
	return &token.Token{Type: token.StringType, Value: text, Origin: text, Position: &token.Position{Line: r.line, Column: r.column + 1}}
}

// value reads one value; nil after a mistake.
func (r *jsonReader) value(depth int) ast.Node {
	t, ok := r.next()
	if !ok {
		return nil
	}
	return r.node(t, depth)
}

func (r *jsonReader) node(t json.Token, depth int) ast.Node {
	if depth > yamldoc.MaxDepth {
		r.refuse(fmt.Sprintf("nested deeper than %d", yamldoc.MaxDepth))
		return nil
	}
	base := &ast.BaseNode{}
	switch t := t.(type) {
	case nil:
		return &ast.NullNode{BaseNode: base, Token: r.token("null")}
	case bool:
		return &ast.BoolNode{BaseNode: base, Token: r.token(strconv.FormatBool(t)), Value: t}
	case json.Number:
		return &ast.IntegerNode{BaseNode: base, Token: r.token(t.String())}
	case string:
		return r.text(t)
	case json.Delim:
		if t == '{' {
			return r.object(depth)
		}
		return r.array(depth)
	default:
		return nil
	}
}

func (r *jsonReader) text(s string) *ast.StringNode {
	return &ast.StringNode{BaseNode: &ast.BaseNode{}, Token: r.token(s), Value: s}
}

func (r *jsonReader) array(depth int) ast.Node {
	n := &ast.SequenceNode{BaseNode: &ast.BaseNode{}, Start: r.token("["), IsFlowStyle: true}
	for {
		t, ok := r.next()
		if !ok {
			return nil
		}
		if t == json.Delim(']') {
			n.End = r.token("]")
			return n
		}
		v := r.node(t, depth+1)
		if v == nil {
			return nil
		}
		n.Values = append(n.Values, v)
	}
}

func (r *jsonReader) object(depth int) ast.Node {
	n := &ast.MappingNode{BaseNode: &ast.BaseNode{}, Start: r.token("{"), IsFlowStyle: true}
	seen := map[string]bool{}
	for {
		t, ok := r.next()
		if !ok {
			return nil
		}
		if t == json.Delim('}') {
			n.End = r.token("}")
			return n
		}
		key, ok := t.(string)
		if !ok {
			return nil
		}
		if seen[key] {
			r.refuse(fmt.Sprintf("the key %s stands twice", key))
		}
		name := r.text(key)
		v := r.value(depth + 1)
		if v == nil {
			return nil
		}
		if !seen[key] {
			n.Values = append(n.Values, &ast.MappingValueNode{BaseNode: &ast.BaseNode{}, Start: name.Token, Key: name, Value: v})
		}
		seen[key] = true
	}
}

// Header reads what a YAML or JSON source says of its book, without the facts
// that its rules are about; zero when it says nothing. A source that cannot be
// read, or whose header is faulty, is a *LoadError; mistakes of rules are not
// looked for. The source is at most as long as Limits.SourceBytes is by default.
// Of a table in CSV, HeaderCSV tells the same.
func Header(data []byte) (BookHeader, error) {
	limits, err := Limits{}.withDefaults()
	if err != nil {
		return BookHeader{}, err
	}
	f := &yamlFile{name: "book", text: string(data), reading: Reading{Limits: limits}}
	var bodies []ast.Node
	if first := bytes.TrimSpace(data); len(first) > 0 && first[0] == '{' && json.Valid(data) && f.admitted() {
		bodies = f.json()
	} else {
		bodies = f.documents()
	}
	var parts yamlParts
	for _, body := range bodies {
		m, ok := body.(ast.MapNode)
		if !ok {
			continue
		}
		for it := m.MapRange(); it.Next(); {
			if scalarText(it.Key()) == partBook {
				f.header(it.Value(), &parts)
			}
		}
	}
	if len(f.errors) > 0 {
		sortErrors(f.errors)
		return BookHeader{}, &LoadError{Errors: f.errors}
	}
	return parts.header, nil
}
