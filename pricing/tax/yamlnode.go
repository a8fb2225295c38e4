package tax

import (
	"encoding"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"

	goyaml "github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

const (
	maxYAML  = 16 << 20 // bytes of a file
	maxDepth = 8        // brackets and braces in each other, and dashes on a line; a table needs 3
	// maxIndent is the column up to which keys may be indented, which bounds how
	// deep a file can nest without brackets; a table needs a dozen.
	maxIndent = 80
)

// reader reads one YAML file and collects its mistakes.
type reader struct {
	name  string
	found faults
}

// refuse adds a mistake at the node.
func (y *reader) refuse(n ast.Node, reason string) {
	path := y.name
	if n != nil && n.GetToken() != nil && n.GetToken().Position != nil {
		at := n.GetToken().Position
		path = fmt.Sprintf("%s:%d:%d", y.name, at.Line, at.Column)
	}
	y.found.add(path, "%s", reason)
}

// parse returns the only document of the file; nil: there is none that can be read.
func (y *reader) parse(data []byte) ast.Node {
	if len(data) > maxYAML || !utf8.Valid(data) {
		y.refuse(nil, fmt.Sprintf("it is not UTF-8 or has more than %d bytes", maxYAML))
		return nil
	}
	file, err := parseYAML(string(data))
	var located goyaml.Error
	switch {
	case errors.As(err, &located) && located.GetToken() != nil && located.GetToken().Position != nil:
		at := located.GetToken().Position
		y.found.add(fmt.Sprintf("%s:%d:%d", y.name, at.Line, at.Column), "%s", located.GetMessage())
		return nil
	case err != nil:
		y.refuse(nil, err.Error())
		return nil
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		y.refuse(nil, "it has to be one document with rates, reliefs or freight")
		return nil
	}
	return file.Docs[0].Body
}

// parseYAML runs the YAML reader. Should it panic, that is a mistake of the file.
func parseYAML(text string) (file *ast.File, err error) {
	defer func() {
		if r := recover(); r != nil {
			file, err = nil, fmt.Errorf("the YAML cannot be read: %v", r)
		}
	}()
	tokens := lexer.Tokenize(text)
	if err := guard(tokens); err != nil {
		return nil, err
	}
	return parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
}

// guard refuses what a small file could unfold or nest without bound.
func guard(tokens token.Tokens) error {
	depth, line, dashes := 0, 0, 0
	for _, t := range tokens {
		refuse := func(message string) error { return &goyaml.SyntaxError{Message: message, Token: t} }
		if t.Position.Line != line {
			line, dashes = t.Position.Line, 0
		}
		switch t.Type {
		case token.AnchorType, token.AliasType, token.TagType, token.DirectiveType, token.MergeKeyType, token.MappingKeyType:
			return refuse("anchors, aliases, tags, merges, directives and ? keys are not admitted")
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		case token.SequenceEntryType:
			dashes++
		case token.MappingValueType:
			if depth == 0 && t.Prev != nil && t.Prev.Position.Column > maxIndent {
				return refuse("the key stands too far to the right")
			}
		default:
		}
		if depth > maxDepth || dashes > maxDepth {
			return refuse("it nests too deep")
		}
	}
	return nil
}

// mapping hands each value of a mapping to what reads its key.
func (y *reader) mapping(n ast.Node, what string, read map[string]func(ast.Node)) {
	m, ok := n.(ast.MapNode)
	if !ok {
		y.refuse(n, what+" is a mapping of keys and values")
		return
	}
	seen := make(map[string]bool)
	for it := m.MapRange(); it.Next(); {
		key := it.Key().GetToken().Value
		value, known := read[key]
		switch {
		case !known:
			y.refuse(it.Key(), fmt.Sprintf("%s has no key %q", what, key))
		case seen[key]:
			y.refuse(it.Key(), fmt.Sprintf("the key %s stands twice", key))
		default:
			value(it.Value())
		}
		seen[key] = true
	}
}

// list hands each element of a list to read.
func (y *reader) list(n ast.Node, what string, read func(ast.Node)) {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		y.refuse(n, what+" is not a list")
		return
	}
	for _, element := range list.Values {
		read(element)
	}
}

// text returns a scalar as it is written, without its quotes.
func (y *reader) text(n ast.Node) string {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value
	case *ast.LiteralNode:
		return n.Value.Value
	case *ast.NullNode:
		y.refuse(n, "there is no value")
		return ""
	case ast.ScalarNode:
		return n.GetToken().Value
	}
	y.refuse(n, "this is not a single value")
	return ""
}

func (y *reader) bool(n ast.Node) bool {
	b, ok := n.(*ast.BoolNode)
	if !ok {
		y.refuse(n, "this is neither true nor false")
		return false
	}
	return b.Value
}

func (y *reader) int(n ast.Node) int {
	text := y.text(n)
	i, err := strconv.Atoi(text)
	if err != nil {
		y.refuse(n, fmt.Sprintf("%q is not a whole number", text))
	}
	return i
}

// unmarshal reads a value that has a text form.
func (y *reader) unmarshal(n ast.Node, to encoding.TextUnmarshaler) {
	if err := to.UnmarshalText([]byte(y.text(n))); err != nil {
		y.refuse(n, err.Error())
	}
}
