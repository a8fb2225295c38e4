package rules

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/file"
	goyaml "github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"github.com/o2ckit/o2c/kernel/money"
)

// maxCellFaults bounds the mistakes told of one cell of an effect. To find each
// takes a walk through the cell, which may be as long as the file.
const maxCellFaults = 20

// decodeText decodes the text of a cell into a part of the effect. Lists and
// mappings are written as in YAML, in brackets and braces; a text may stand in
// quotes, as in a condition.
func decodeText(d *effectDecoder, text string, part reflect.Value) []*fault {
	trimmed := strings.TrimSpace(text)
	lead := len([]rune(text[:strings.Index(text, trimmed)]))
	t := behindPointers(part.Type())
	var n ast.Node
	switch {
	case readsText(t):
		n = textNode(trimmed, t)
	case t.Kind() == reflect.Slice || t.Kind() == reflect.Map || t.Kind() == reflect.Struct:
		var problem *fault
		if n, problem = flowNode(trimmed); problem != nil {
			problem.at.From += lead
			return []*fault{problem}
		}
	default:
		if t.Kind() == reflect.String && len(trimmed) > 1 && trimmed[0] == '"' && trimmed[len(trimmed)-1] == '"' {
			s, err := strconv.Unquote(trimmed)
			if err != nil {
				return []*fault{faultAt(file.Location{From: lead}, "the text in quotes cannot be read", `write "..." with \" for a quote within`)}
			}
			trimmed = s
		}
		n = textNode(trimmed, t)
	}
	var out []*fault
	misfits := d.value(n, part)
	for i, m := range misfits {
		if i == maxCellFaults {
			out[i-1].message += fmt.Sprintf(", and %d more mistakes follow in the cell", len(misfits)-i)
			break
		}
		at := offsetOf(trimmed, m.node.GetToken())
		out = append(out, faultAt(file.Location{From: lead + at}, m.message, m.expected))
	}
	return out
}

func behindPointers(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

func readsText(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// textNode makes the node of a text that is to become a value of the type: a
// text says by itself whether it is true or the word true.
func textNode(text string, t reflect.Type) ast.Node {
	at := &token.Token{Type: token.StringType, Value: text, Origin: text, Position: &token.Position{Line: 1, Column: 1}}
	if t = behindPointers(t); t.Kind() == reflect.Bool && !readsText(t) && (text == "true" || text == "false") {
		return &ast.BoolNode{BaseNode: &ast.BaseNode{}, Token: at, Value: text == "true"}
	}
	if _, err := strconv.ParseInt(text, 10, 64); err == nil && t == reflect.TypeFor[money.Rate]() {
		return &ast.IntegerNode{BaseNode: &ast.BaseNode{}, Token: at} // which the decoder doubts
	}
	return &ast.StringNode{BaseNode: &ast.BaseNode{}, Token: at, Value: text}
}

// flowNode reads a list or mapping in brackets or braces.
func flowNode(text string) (n ast.Node, problem *fault) {
	f := &yamlFile{text: text}
	parsed, err := f.parse()
	if err != nil {
		at := 0
		message := err.Error()
		var located goyaml.Error
		if errors.As(err, &located) {
			at, message = offsetOf(text, located.GetToken()), located.GetMessage()
		}
		return nil, faultAt(file.Location{From: at}, message, "")
	}
	if len(parsed.Docs) != 1 || parsed.Docs[0].Body == nil {
		return nil, faultAt(file.Location{}, "the cell cannot be read", "write [a, b] or {a: b}")
	}
	return parsed.Docs[0].Body, nil
}

// offsetOf returns where a token of a cell stands, in characters.
func offsetOf(text string, t *token.Token) int {
	if t == nil || t.Position == nil {
		return 0
	}
	offset := 0
	lines := strings.Split(text, "\n")
	for i := 0; i < t.Position.Line-1 && i < len(lines); i++ {
		offset += len([]rune(lines[i])) + 1
	}
	return min(offset+max(t.Position.Column-1, 0), len([]rune(text)))
}
