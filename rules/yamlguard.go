package rules

import (
	"fmt"

	goyaml "github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/token"
)

const (
	// maxYAMLDepth bounds nesting before the YAML parser, which recurses, runs.
	maxYAMLDepth = 64
	// maxYAMLKeys bounds the keys of one mapping, for which that parser takes time
	// that grows with their square.
	maxYAMLKeys = 1_000
)

// guardYAML refuses what could unfold, nest or stall without bound.
func guardYAML(tokens token.Tokens) error {
	g := yamlGuard{}
	for _, t := range tokens {
		if message := g.next(t); message != "" {
			return &goyaml.SyntaxError{Message: message, Token: t}
		}
	}
	return nil
}

// yamlGuard follows the nesting of a YAML text by its tokens.
type yamlGuard struct {
	open   []yamlMapping // outermost first
	flow   int           // brackets and braces open
	line   int
	onLine int  // dashes on the line: each nests
	header bool // the token before, comments apart, was ---
}

// yamlMapping is a mapping, or a list in brackets, that is open.
type yamlMapping struct {
	flow   bool
	column int // of the keys, outside of brackets
	keys   int
}

// next returns what is wrong with the token, or "".
func (g *yamlGuard) next(t *token.Token) string {
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
		g.open = append(g.open, yamlMapping{flow: true})
	case token.SequenceEndType, token.MappingEndType:
		g.close()
	case token.SequenceEntryType:
		g.onLine++
		g.leave(t.Position.Column)
	case token.MappingKeyType:
		return "keys behind ? are not admitted" // the parser gives them the name ?
	case token.MappingValueType:
		if g.key(t) > maxYAMLKeys {
			return fmt.Sprintf("a mapping has more than %d keys", maxYAMLKeys)
		}
	default:
	}
	if g.flow+g.onLine > maxYAMLDepth || t.Position.IndentLevel > maxYAMLDepth {
		return fmt.Sprintf("nested deeper than %d", maxYAMLDepth)
	}
	return ""
}

// close ends the innermost bracket or brace.
func (g *yamlGuard) close() {
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
func (g *yamlGuard) leave(column int) {
	for len(g.open) > 0 && !g.open[len(g.open)-1].flow && g.open[len(g.open)-1].column > column {
		g.open = g.open[:len(g.open)-1]
	}
}

// key counts the key before a colon and returns how many its mapping has.
func (g *yamlGuard) key(colon *token.Token) int {
	if g.flow == 0 {
		column := colon.Position.Column
		if colon.Prev != nil && colon.Prev.Position.Line == colon.Position.Line {
			column = colon.Prev.Position.Column
		}
		g.leave(column)
		if len(g.open) == 0 || g.open[len(g.open)-1].column != column {
			g.open = append(g.open, yamlMapping{column: column})
		}
	}
	last := &g.open[len(g.open)-1]
	last.keys++
	return last.keys
}
