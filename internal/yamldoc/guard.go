package yamldoc

import (
	"fmt"

	goyaml "github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/token"
)

const (
	// MaxDepth bounds nesting before the YAML parser, which recurses, runs.
	MaxDepth = 64
	// maxKeys bounds the keys of one mapping, for which that parser takes time
	// that grows with their square.
	maxKeys = 1_000
)

// Guard refuses what could unfold, nest or stall without bound.
func Guard(tokens token.Tokens) error {
	g := guard{}
	for _, t := range tokens {
		if message := g.next(t); message != "" {
			return &goyaml.SyntaxError{Message: message, Token: t}
		}
	}
	return nil
}

// guard follows the nesting of a YAML text by its tokens.
type guard struct {
	open   []mapping // outermost first
	flow   int       // brackets and braces open
	line   int
	onLine int  // dashes on the line: each nests
	header bool // the token before, comments apart, was ---
}

// mapping is a mapping, or a list in brackets, that is open.
type mapping struct {
	flow   bool
	column int // of the keys, outside of brackets
	keys   int
}

// next returns what is wrong with the token, or "".
func (g *guard) next(t *token.Token) string {
	if t.Position.Line != g.line {
		g.line, g.onLine = t.Position.Line, 0
	}
	if t.Type == token.DocumentHeaderType && g.header {
		return "an empty document is not admitted" // the parser drops the one after it
	}
	g.header = t.Type == token.DocumentHeaderType || g.header && t.Type == token.CommentType
	switch t.Type {
	case token.AnchorType, token.AliasType, token.TagType, token.DirectiveType, token.MergeKeyType:
		return "anchors, aliases, tags, merges and directives are not admitted"
	case token.SequenceStartType, token.MappingStartType:
		g.flow++
		g.open = append(g.open, mapping{flow: true})
	case token.SequenceEndType, token.MappingEndType:
		g.close()
	case token.SequenceEntryType:
		g.onLine++
		g.leave(t.Position.Column)
	case token.MappingKeyType:
		return "keys behind ? are not admitted" // the parser gives them the name ?
	case token.MappingValueType:
		if g.key(t) > maxKeys {
			return fmt.Sprintf("a mapping has more than %d keys", maxKeys)
		}
	default:
	}
	if g.flow+g.onLine > MaxDepth || t.Position.IndentLevel > MaxDepth {
		return fmt.Sprintf("nested deeper than %d", MaxDepth)
	}
	return ""
}

// close ends the innermost bracket or brace.
func (g *guard) close() {
	for len(g.open) > 0 {
		last := g.open[len(g.open)-1]
		g.open = g.open[:len(g.open)-1]
		if last.flow {
			g.flow--
			return
		}
	}
}

// leave ends the mappings whose keys stand right of the column.
func (g *guard) leave(column int) {
	for len(g.open) > 0 && !g.open[len(g.open)-1].flow && g.open[len(g.open)-1].column > column {
		g.open = g.open[:len(g.open)-1]
	}
}

// key counts the key before a colon and returns how many its mapping has.
func (g *guard) key(colon *token.Token) int {
	if g.flow == 0 {
		column := colon.Position.Column
		if colon.Prev != nil && colon.Prev.Position.Line == colon.Position.Line {
			column = colon.Prev.Position.Column
		}
		g.leave(column)
		if len(g.open) == 0 || g.open[len(g.open)-1].column != column {
			g.open = append(g.open, mapping{column: column})
		}
	}
	last := &g.open[len(g.open)-1]
	last.keys++
	return last.keys
}
