package rules

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// yamlOrigin finds the parts of one rule in its file.
type yamlOrigin struct {
	file  *yamlFile
	rule  *token.Token // the first key of the rule
	parts map[string]ast.Node
}

// Place returns the place of the part, or that of the rule when it lacks the
// part.
func (o *yamlOrigin) Place(part string, offset int) Place {
	n := o.parts[part]
	if n == nil {
		if o.rule == nil || o.rule.Position == nil {
			return Place{}
		}
		return o.file.place(o.rule.Position.Line, o.rule.Position.Column)
	}
	at := n.GetToken().Position
	if part == partWhen {
		line, column := at.Line, at.Column
		if literal, ok := n.(*ast.LiteralNode); ok {
			line, column = literal.Start.Position.Line+1, 1
		}
		return o.file.align(line, column, scalarText(n), offset)
	}
	return o.file.place(at.Line, at.Column)
}

// align finds a character of a scalar's value in the file. The value is what
// YAML makes of the text there: quotes and indentation removed, lines folded,
// escapes resolved. So the two are walked together; what the value lacks is
// passed over.
func (f *yamlFile) align(line, column int, value string, offset int) Place {
	w := yamlWalk{file: f, line: line}
	w.text, w.before = f.part(line, column, len(value))
	if w.more() && w.text[w.at] == '"' {
		w.escapes, w.at = true, w.at+1
	}
	for i, want := range []rune(value) {
		length := w.find(want)
		if i >= offset {
			return f.place(w.line, w.before+w.at+1)
		}
		w.at += length
	}
	return f.place(w.line, w.before+w.at+1) // the end of the condition
}

// part returns the line from the column on, as far as a value of that many bytes
// can reach, and how many characters stand before it. The line may be a file.
func (f *yamlFile) part(line, column, bytes int) ([]rune, int) {
	text := f.line(line)
	before := min(max(column-1, 0), f.characters(line))
	start := before
	if f.characters(line) != len(text) { // not all characters are one byte
		if f.width.passed > before {
			f.width.passed, f.width.bytes = 0, 0
		}
		for ; f.width.passed < before; f.width.passed++ {
			_, size := utf8.DecodeRuneInString(text[f.width.bytes:])
			f.width.bytes += size
		}
		start = f.width.bytes
	}
	end := min(start+(bytes+1)*12+80, len(text)) // 12: the longest escape
	return []rune(text[start:end]), before
}

// yamlWalk is a place in the text of a scalar.
type yamlWalk struct {
	file    *yamlFile
	line    int
	text    []rune // of the line
	before  int    // characters of the line before the text
	at      int
	escapes bool // between double quotes
}

// more moves to the next line at the end of one; false at the end of the file.
func (w *yamlWalk) more() bool {
	for w.at >= len(w.text) {
		if w.line >= len(w.file.lines) {
			return false
		}
		w.line++
		w.text, w.before, w.at = []rune(w.file.line(w.line)), 0, 0
	}
	return true
}

// find moves to where a character of the value is written and returns how many
// characters it takes there. A space may stand for a line break, so it is only
// taken where it is.
func (w *yamlWalk) find(want rune) int {
	if unicode.IsSpace(want) {
		if w.at < len(w.text) && (unicode.IsSpace(w.text[w.at]) || w.escapes && w.text[w.at] == '\\') {
			return w.width()
		}
		return 0
	}
	for w.more() {
		if w.escapes && w.text[w.at] == '\\' && w.at+1 < len(w.text) || w.text[w.at] == want {
			return w.width()
		}
		w.at++
	}
	return 0
}

// width returns the length of the character or escape at the place.
func (w *yamlWalk) width() int {
	if !w.escapes || w.text[w.at] != '\\' || w.at+1 >= len(w.text) {
		return 1
	}
	switch w.text[w.at+1] {
	case 'x':
		return 4
	case 'u':
		if w.surrogate(w.at) && w.surrogate(w.at+6) {
			return 12 // JSON writes one character as two escapes
		}
		return 6
	case 'U':
		return 10
	default:
		return 2
	}
}

// surrogate reports whether the escape of half a character begins at the place.
func (w *yamlWalk) surrogate(at int) bool {
	return at+3 < len(w.text) && w.text[at] == '\\' && w.text[at+1] == 'u' &&
		(w.text[at+2] == 'd' || w.text[at+2] == 'D') && strings.ContainsRune("89abcdefABCDEF", w.text[at+3])
}

// isScalar reports whether a node is a single value.
func isScalar(n ast.Node) bool {
	switch n.(type) {
	case *ast.StringNode, *ast.LiteralNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode,
		*ast.NullNode, *ast.InfinityNode, *ast.NanNode:
		return true
	default:
		return false
	}
}

func isNull(n ast.Node) bool {
	_, ok := n.(*ast.NullNode)
	return ok
}

// scalarText returns a scalar as written, without quotes: numbers keep their
// digits.
func scalarText(n ast.Node) string {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value
	case *ast.LiteralNode:
		return n.Value.Value
	default:
		return n.GetToken().Value
	}
}

// firstKey returns the token where a mapping begins.
func firstKey(m ast.MapNode) *token.Token {
	if it := m.MapRange(); it.Next() {
		return it.Key().GetToken()
	}
	if n, ok := m.(ast.Node); ok {
		return n.GetToken()
	}
	return nil
}

func contains(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// didYouMean is the hint for an unknown name among known ones.
func didYouMean(name string, known []string) string {
	candidates := append([]string(nil), known...)
	if near := nearest(name, candidates); near != "" {
		return fmt.Sprintf("did you mean %s?", near)
	}
	return "known are " + joinNames(known)
}
