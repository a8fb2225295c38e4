package rules

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
)

// comparison checks == != < <= > and >=.
func (c *checker) comparison(n *ast.BinaryNode) *term {
	left, right := c.term(n.Left), c.term(n.Right)
	if left == nil || right == nil {
		return nil
	}
	cmp := comparisonOf(n.Operator)
	if left.kind == kindNil || right.kind == kindNil {
		return c.missing(n, cmp, left, right)
	}
	left, right = c.align(left, right)
	if left == nil || right == nil {
		return nil
	}
	ok, flipped := comparable2(left.kind, right.kind)
	if !ok {
		return c.refuse(n.Location(), comparisonHint(left, right), "cannot compare %s with %s", article(left.kind), article(right.kind))
	}
	if left.kind == kindBool && cmp != compareEqual && cmp != compareNotEqual {
		return c.refuse(n.Location(), "", "bools have no order")
	}
	if flipped {
		left, right, cmp = right, left, cmp.flip()
	}
	return c.applied(comparisonOperation(cmp), kindBool, n.Location(), left, right)
}

// missing checks a == nil and a != nil.
func (c *checker) missing(n *ast.BinaryNode, cmp comparison, left, right *term) *term {
	asked := left
	if asked.kind == kindNil {
		asked = right
	}
	switch {
	case asked.kind == kindNil:
		return c.refuse(n.Location(), "name a fact", "nil is compared with nil")
	case cmp != compareEqual && cmp != compareNotEqual:
		return c.refuse(n.Location(), "write == nil or != nil", "nil has no order")
	case !asked.optional:
		return c.refuse(n.Location(), "remove the comparison", "%s is never missing here", article(asked.kind))
	}
	isNil := &term{op: opIsNil, kind: kindBool, args: []*term{asked}, at: n.Location()}
	if cmp == compareEqual {
		return isNil
	}
	return &term{op: opNot, kind: kindBool, args: []*term{isNil}, at: n.Location()}
}

// align gives a literal number the kind of what it is compared with.
func (c *checker) align(left, right *term) (*term, *term) {
	if left.isConst() && right.isConst() && (left.kind == kindNumber || right.kind == kindNumber) {
		left, right = c.alignOne(left, kindNumber), c.alignOne(right, kindNumber)
	}
	return c.alignOne(left, right.kind), c.alignOne(right, left.kind)
}

func (c *checker) alignOne(literal *term, other kind) *term {
	if !literal.isConst() || literal.kind != kindInt && literal.kind != kindNumber {
		return literal
	}
	switch other {
	case kindAmount, kindRate:
		return c.convert(literal, other)
	case kindQuantity, kindNumber:
		return constant(widen(literal.value), literal.at)
	case kindInt:
		return c.convert(literal, kindInt)
	default:
		return literal
	}
}

// comparisonHint says how the constant would have to be written.
func comparisonHint(left, right *term) string {
	switch {
	case right.isConst() && !left.isConst():
		return "write " + left.kind.example()
	case left.isConst() && !right.isConst():
		return "write " + right.kind.example()
	default:
		return ""
	}
}

// infix checks the comparisons that are words, and their negations.
func (c *checker) infix(n *ast.BinaryNode, negated bool) *term {
	if n.Operator == "in" {
		return c.membership(n, negated)
	}
	left, right := c.term(n.Left), c.term(n.Right)
	if left == nil || right == nil {
		return nil
	}
	if left.kind == kindStrings && n.Operator == "contains" {
		return c.refuse(n.Location(), "write element in list", "contains looks into a string, not into a list")
	}
	for _, side := range []*term{left, right} {
		if side.kind != kindString {
			return c.refuse(side.at, `write "..."`, "%s needs a string, this is %s", n.Operator, article(side.kind))
		}
	}
	test, ok := c.textTest(n.Operator, right)
	if !ok {
		return nil
	}
	symbol := n.Operator
	if negated {
		symbol = "not " + symbol
	}
	name := "text " + symbol
	if n.Operator == "matches" {
		name += fmt.Sprintf(" %q", right.value)
	}
	o := &operation{name: name, symbol: symbol, comparison: true, call: func(args []any) (any, error) {
		text, _ := args[0].(string)
		part, _ := args[1].(string)
		return test(text, part) != negated, nil
	}}
	return c.applied(o, kindBool, n.Location(), left, right)
}

// textTest returns the test of a string by a part or a pattern. Patterns are
// RE2, linear in the text, and constant, so that a bad one is a load error.
func (c *checker) textTest(operator string, right *term) (func(text, part string) bool, bool) {
	switch operator {
	case "contains":
		return strings.Contains, true
	case "startsWith":
		return strings.HasPrefix, true
	case "endsWith":
		return strings.HasSuffix, true
	}
	if !right.isConst() {
		c.refuse(right.at, `write matches "..."`, "a pattern must be a constant")
		return nil, false
	}
	source, _ := right.value.(string)
	pattern, err := regexp.Compile(source)
	if err != nil {
		c.refuse(right.at, "", "%v", err)
		return nil, false
	}
	return func(text, _ string) bool { return pattern.MatchString(text) }, true
}

// membership checks a in b and a not in b.
func (c *checker) membership(n *ast.BinaryNode, negated bool) *term {
	cmp := compareIn
	if negated {
		cmp = compareNotIn
	}
	left := c.term(n.Left)
	switch right := n.Right.(type) {
	case *ast.ArrayNode:
		l := c.list(right, left)
		if left == nil || l == nil {
			return nil
		}
		return c.applied(memberOperation(cmp), kindBool, n.Location(), left, l)
	case *ast.BinaryNode:
		if right.Operator == ".." {
			return c.interval(n, right, left, negated)
		}
	}
	right := c.term(n.Right)
	if left == nil || right == nil {
		return nil
	}
	if right.kind != kindStrings || left.kind != kindString {
		return c.refuse(n.Location(), `write fact in ["A", "B"], fact in 1..10, or "A" in a fact that is a list of strings`,
			"%s cannot be in %s", article(left.kind), article(right.kind))
	}
	return c.applied(listedOperation(cmp), kindBool, n.Location(), left, right)
}

// list checks a list literal against the kind of the left side.
func (c *checker) list(n *ast.ArrayNode, left *term) *term {
	if len(n.Nodes) == 0 {
		return c.refuse(n.Location(), "name at least one element", "the list is empty")
	}
	if limit := c.schema.limits.ListItems; len(n.Nodes) > limit {
		return c.refuse(n.Location(), "move the list into a function", "the list has %d elements; the limit is %d", len(n.Nodes), limit)
	}
	if left == nil {
		return nil // its mistake is noted; what the elements should be is not known
	}
	sound := true
	values := make([]any, 0, len(n.Nodes))
	for _, element := range n.Nodes {
		e := c.term(element)
		if e == nil {
			sound = false
			continue
		}
		if !e.isConst() || e.kind == kindNil {
			c.refuse(leftmost(element), "", "the elements of a list are constants")
			sound = false
			continue
		}
		if e = c.alignOne(e, left.kind); e == nil {
			sound = false
			continue
		}
		if ok, flipped := comparable2(left.kind, e.kind); !ok || flipped {
			c.refuse(e.at, "write "+left.kind.example(), "cannot compare %s with %s", article(left.kind), article(e.kind))
			sound = false
			continue
		}
		values = append(values, e.value)
	}
	if !sound {
		return nil
	}
	return &term{op: opConst, kind: kindList, value: newList(left.kind, values), at: n.Location()}
}

// interval checks a in 1..10, both ends included. It becomes two comparisons;
// no list is made.
func (c *checker) interval(n, bounds *ast.BinaryNode, left *term, negated bool) *term {
	low, high := c.bound(bounds.Left), c.bound(bounds.Right)
	if left == nil || low == nil || high == nil {
		return nil
	}
	if left.kind != kindInt && left.kind != kindQuantity {
		return c.refuse(n.Location(), "", "%s cannot be in an interval of ints", article(left.kind))
	}
	if o, err := order(low.value, high.value); err != nil || o > 0 {
		return c.refuse(bounds.Location(), "write the lower bound first", "the interval is empty")
	}
	low, high = c.alignOne(low, left.kind), c.alignOne(high, left.kind)
	if negated {
		below := c.applied(comparisonOperation(compareLess), kindBool, n.Location(), left, low)
		above := c.applied(comparisonOperation(compareGreater), kindBool, n.Location(), left, high)
		return &term{op: opOr, kind: kindBool, args: []*term{below, above}, at: n.Location()}
	}
	from := c.applied(comparisonOperation(compareGreaterEqual), kindBool, n.Location(), left, low)
	to := c.applied(comparisonOperation(compareLessEqual), kindBool, n.Location(), left, high)
	return &term{op: opAnd, kind: kindBool, args: []*term{from, to}, at: n.Location()}
}

func (c *checker) bound(n ast.Node) *term {
	t := c.term(n)
	if t == nil {
		return nil
	}
	if !t.isConst() || t.kind != kindInt {
		return c.refuse(leftmost(n), "write 1..10", "the bounds of an interval are constant ints")
	}
	return t
}

// call checks a call by name; methods are not admitted.
func (c *checker) call(n *ast.CallNode) *term {
	callee, ok := n.Callee.(*ast.IdentifierNode)
	if !ok {
		return c.refuse(n.Location(), "", "a condition does not call methods")
	}
	return c.function(callee.Value, n.Arguments, n.Location())
}

// function checks a call of a constructor, a built-in or a custom function.
func (c *checker) function(name string, args []ast.Node, at file.Location) *term {
	if isConstructor(name) {
		return c.construct(name, args, at)
	}
	fn := c.schema.functions[name]
	if fn == nil {
		return c.refuse(at, c.functionHint(name), "there is no function %s", name)
	}
	if len(args) != len(fn.params) {
		return c.refuse(at, "its form is "+fn.signature(), "%s has %d arguments", name, len(args))
	}
	terms := make([]*term, len(args))
	sound := true
	for i, n := range args {
		if terms[i] = c.argument(n, fn, i); terms[i] == nil {
			sound = false
		}
	}
	if !sound {
		return nil
	}
	k := fn.result
	if k == kindNone {
		k = terms[0].kind
	}
	if fn.custom { // not folded: the host's function runs when facts are there
		return c.finish(&term{
			op: opApply, kind: k, apply: fn.apply, args: terms, at: at,
			optional: k == kindDate || k == kindTime,
		})
	}
	return c.applied(fn.apply, k, at, terms...)
}

func (c *checker) argument(n ast.Node, fn *function, i int) *term {
	t := c.term(n)
	if t == nil {
		return nil
	}
	if len(fn.params[i]) == 1 && t.isConst() && (t.kind == kindInt || t.kind == kindNumber) {
		if t = c.alignOne(t, fn.params[i][0]); t == nil {
			return nil
		}
	}
	for _, k := range fn.params[i] {
		if k == t.kind {
			return t
		}
	}
	return c.refuse(leftmost(n), "its form is "+fn.signature(), "argument %d of %s is %s", i+1, fn.name, article(t.kind))
}

func (c *checker) functionHint(name string) string {
	switch name {
	case "all", "any", "none", "one", "filter", "map", "count", "sum", "find", "findIndex", "findLast", "findLastIndex",
		"groupBy", "sortBy", "reduce":
		return `conditions do not loop; write "A" in a list of strings, or give the schema a function`
	case "now":
		return "the decision date is a fact"
	}
	names := constructors()
	for known := range c.schema.functions {
		names = append(names, known)
	}
	if near := nearest(name, names); near != "" {
		return fmt.Sprintf("did you mean %s?", near)
	}
	return ""
}
