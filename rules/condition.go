package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/parser/lexer"
	"github.com/expr-lang/expr/vm"
)

// condition is a compiled `when`: the parts that must all hold.
//
// A condition is false when one of its parts is false, also if another cannot be
// evaluated; it is an error when none is false and one cannot be evaluated. So
// its answer does not depend on the order in which the parts are asked, and an
// index may ask one of them first.
type condition struct {
	text  string     // on one line, for explanations
	reads []*field   // all facts that it reads, in the order of reading
	parts []conjunct // in the order written
	// predicates, trees and programs are the same parts in the order of asking:
	// those that need no machine first, then by cost.
	predicates []predicate
	trees      []tree
	programs   []program
	pieces     int       // parts as written; an interval counts one
	keys       []keyPart // what an index finds the rule by
}

// conjunct is one part of a condition, with what an explanation shows of it.
type conjunct struct {
	text   string // as written
	offset int    // in characters of the condition
	facts  []*field
	asked  form
	n      int // index into predicates, trees or programs
}

// form says how a part is asked.
type form uint8

const (
	byPredicate form = iota
	byTree
	byProgram
)

// program is a part that needs the machine.
type program struct {
	code *vm.Program
	part int // index into parts
}

// compiler compiles the conditions of one load. It is not safe for several
// goroutines: expr's configuration caches as it goes.
type compiler struct {
	schema  *schema
	parsing *conf.Config
	running *conf.Config
	texts   map[string]string // constants of keys, so that equal ones share their memory
}

func newCompiler(s *schema) *compiler {
	return &compiler{schema: s, parsing: parserConfig(s), running: machineConfig()}
}

// parserConfig tells the parser which names are functions of the host, so that
// they win over the parser's own.
func parserConfig(s *schema) *conf.Config {
	c := conf.New(&frame{})
	c.MaxNodes = uint(s.limits.Nodes)
	for name, fn := range s.functions {
		if fn.custom {
			c.Functions[name] = builtin(fn.apply)
		}
	}
	return c
}

// check reads the condition and returns its checked parts. All mistakes are
// returned; then the parts are not.
func (c *compiler) check(text string) ([]piece, []*fault) {
	tokens, problem := guard(text, c.schema.limits)
	if problem != nil {
		return nil, []*fault{problem}
	}
	tree, err := c.parse(text)
	if err != nil {
		return nil, []*fault{syntaxFault(err)}
	}
	check := &checker{schema: c.schema, text: []rune(text)}
	split := splitter{tokens: tokens, text: check.text}
	split.split(tree.Node, 0, len(tokens)-1) // the last token is the end
	for i := range split.pieces {
		split.pieces[i].term = check.condition(split.pieces[i].node)
	}
	if len(check.faults) > 0 {
		return nil, check.faults
	}
	return split.pieces, nil
}

// compile checks the condition and compiles it. All mistakes are returned.
func (c *compiler) compile(text string) (*condition, []*fault) {
	pieces, faults := c.check(text)
	if len(faults) > 0 {
		return nil, faults
	}
	out := &condition{text: oneLine(text), pieces: len(pieces)}
	var rest []pending
	for _, piece := range pieces {
		for _, part := range conjunction(piece.term, nil) {
			out.add(part, piece, &rest)
		}
	}
	out.keys = keyParts(out.predicates)
	for _, key := range out.keys {
		for i := range key.values {
			key.values[i].text = c.shared(key.values[i].text)
		}
	}
	for i := range out.parts {
		out.reads = appendFacts(out.reads, out.parts[i].facts)
	}
	slices.SortStableFunc(rest, func(a, b pending) int { return a.cost - b.cost })
	for _, r := range rest {
		code, err := c.lower(r.term, text)
		if err != nil {
			return nil, []*fault{faultAt(r.term.at, err.Error(), "")}
		}
		out.parts[r.part].n = len(out.programs)
		out.programs = append(out.programs, program{code: code, part: r.part})
	}
	return out, nil
}

// shared returns the text in the memory of the first that was equal: an index
// compares facts with few texts then, which stay in the processor's cache.
func (c *compiler) shared(text string) string {
	if known, ok := c.texts[text]; ok {
		return known
	}
	if c.texts == nil {
		c.texts = map[string]string{}
	}
	text = strings.Clone(text) // beside the other constants, not amid the text of its rule
	c.texts[text] = text
	return text
}

// pending is a part that needs the machine, before its turn is known.
type pending struct {
	term *term
	part int
	cost int
}

// add sorts a part into those that are predicates, trees of them, and the rest.
func (c *condition) add(t *term, piece piece, rest *[]pending) {
	part := conjunct{text: piece.text, offset: piece.offset, facts: t.facts(nil)}
	p, simple := predicateOf(t)
	whole, boolean := treeOf(t)
	if boolean && !simple {
		p, simple = whole.oneOf()
	}
	switch {
	case simple:
		part.asked, part.n = byPredicate, len(c.predicates)
		c.predicates = append(c.predicates, p)
	case boolean:
		part.asked, part.n = byTree, len(c.trees)
		c.trees = append(c.trees, whole)
	default:
		part.asked = byProgram
		*rest = append(*rest, pending{term: t, part: len(c.parts), cost: t.cost()})
	}
	c.parts = append(c.parts, part)
}

// conjunction takes a term apart at its outermost ands.
func conjunction(t *term, to []*term) []*term {
	if t.op == opAnd {
		return conjunction(t.args[1], conjunction(t.args[0], to))
	}
	return append(to, t)
}

// parse runs expr's parser. Should it panic, that is a mistake of the text.
func (c *compiler) parse(text string) (tree *parser.Tree, err error) {
	defer func() {
		if r := recover(); r != nil {
			tree, err = nil, fmt.Errorf("the condition cannot be read: %v", r)
		}
	}()
	return parser.ParseWithConfig(text, c.parsing)
}

// piece is a part of a condition between the outermost ands.
type piece struct {
	node   ast.Node
	term   *term // when it is checked
	text   string
	offset int
}

// splitter takes a condition apart at its outermost ands, with the text of each
// part as it was written.
type splitter struct {
	tokens []lexer.Token
	text   []rune
	pieces []piece
}

// split takes apart the node written by the tokens from lo up to hi.
func (s *splitter) split(n ast.Node, lo, hi int) {
	lo, hi = s.unwrap(lo, hi)
	and, ok := n.(*ast.BinaryNode)
	if ok && (and.Operator == "&&" || and.Operator == "and") {
		if at := s.find(and.Location(), lo, hi); at > lo {
			s.split(and.Left, lo, at)
			s.split(and.Right, at+1, hi)
			return
		}
	}
	from, to := 0, len(s.text)
	if lo < hi {
		from, to = s.tokens[lo].From, s.tokens[hi-1].To
	}
	s.pieces = append(s.pieces, piece{node: n, text: oneLine(string(s.text[from:to])), offset: from})
}

// unwrap removes parentheses around the whole range.
func (s *splitter) unwrap(lo, hi int) (int, int) {
	for hi-lo > 2 && s.tokens[lo].Is(lexer.Bracket, "(") && s.closing(lo) == hi-1 {
		lo, hi = lo+1, hi-1
	}
	return lo, hi
}

// closing returns the token that closes the bracket at open.
func (s *splitter) closing(open int) int {
	depth := 0
	for i := open; i < len(s.tokens); i++ {
		if s.tokens[i].Kind != lexer.Bracket {
			continue
		}
		if isOpening(s.tokens[i].Value) {
			depth++
		} else {
			depth--
		}
		if depth == 0 {
			return i
		}
	}
	return -1
}

// find returns the and written at the location, or -1 for the one that the
// parser puts into a chain such as 1 < a < 5.
func (s *splitter) find(at file.Location, lo, hi int) int {
	i, found := slices.BinarySearchFunc(s.tokens[lo:hi], at.From, func(t lexer.Token, from int) int { return t.From - from })
	if !found {
		return -1
	}
	if v := s.tokens[lo+i].Value; v != "&&" && v != "and" {
		return -1
	}
	return lo + i
}

// oneLine joins the lines of a part for an explanation.
func oneLine(text string) string {
	if !strings.ContainsAny(text, "\n\r\t") {
		return text
	}
	return strings.Join(strings.Fields(text), " ")
}
