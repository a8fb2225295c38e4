package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
)

// checker turns the syntax tree of a condition into typed terms. It admits what
// it knows and refuses the rest, so that nothing reaches evaluation whose
// meaning has not been decided here. It goes on after a mistake, to find them
// all; a nil term stands for a mistake that is already noted.
type checker struct {
	schema *schema
	text   []rune // the condition; literals are read from it, never from a float
	faults []*fault
}

func (c *checker) refuse(at file.Location, expected, format string, args ...any) *term {
	c.faults = append(c.faults, faultAt(at, fmt.Sprintf(format, args...), expected))
	return nil
}

// condition checks a part of a condition that must be true or false.
func (c *checker) condition(n ast.Node) *term {
	t := c.term(n)
	if t == nil {
		return nil
	}
	if t.kind != kindBool {
		expected := "compare it with something"
		if example := t.kind.example(); example != "" && t.kind != kindStrings {
			expected += ", such as " + example
		}
		return c.refuse(leftmost(n), expected, "a condition is true or false, this is %s", article(t.kind))
	}
	return t
}

// term checks any part of a condition.
func (c *checker) term(n ast.Node) *term {
	switch n := n.(type) {
	case *ast.NilNode:
		return constant(nil, n.Location())
	case *ast.BoolNode:
		return constant(n.Value, n.Location())
	case *ast.StringNode:
		return constant(n.Value, n.Location())
	case *ast.IntegerNode:
		return constant(int64(n.Value), n.Location())
	case *ast.FloatNode:
		return c.decimal(n)
	case *ast.IdentifierNode, *ast.MemberNode:
		return c.fact(n)
	case *ast.ChainNode:
		return c.term(n.Node) // a missing group makes its facts missing, with ?. and without
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(n)
	case *ast.ConditionalNode:
		return c.choose(n)
	case *ast.CallNode:
		return c.call(n)
	case *ast.BuiltinNode:
		return c.function(n.Name, n.Arguments, n.Location())
	case *ast.ArrayNode:
		return c.refuse(n.Location(), `write fact in ["A", "B"]`, "a list stands only on the right of in")
	case *ast.SliceNode:
		return c.refuse(n.Location(), "", "a condition does not cut strings or lists")
	case *ast.VariableDeclaratorNode, *ast.SequenceNode:
		return c.refuse(n.Location(), "write one expression that is true or false", "a condition has no variables and no statements")
	default:
		return c.refuse(n.Location(), "", "this is not part of the language of conditions")
	}
}

// fact resolves a dotted name.
func (c *checker) fact(n ast.Node) *term {
	name, ok := dotted(n)
	if !ok {
		return c.refuse(n.Location(), "", "a condition does not take elements by position")
	}
	if f := c.schema.fields[name]; f != nil {
		return &term{op: opField, kind: f.kind, optional: f.optional, field: f, at: leftmost(n)}
	}
	if c.schema.groups[name] {
		return c.refuse(leftmost(n), "name one of "+c.namesIn(name+"."), "%s is a group of facts", name)
	}
	return c.refuse(n.Location(), c.suggest(name), "there is no fact %s", name)
}

// dotted writes a chain of members as one name.
func dotted(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return n.Value, true
	case *ast.ChainNode:
		return dotted(n.Node)
	case *ast.MemberNode:
		property, isName := n.Property.(*ast.StringNode)
		prefix, ok := dotted(n.Node)
		if !ok || !isName {
			return "", false
		}
		return prefix + "." + property.Value, true
	default:
		return "", false
	}
}

// leftmost returns where a member chain begins.
func leftmost(n ast.Node) file.Location {
	switch n := n.(type) {
	case *ast.MemberNode:
		return leftmost(n.Node)
	case *ast.ChainNode:
		return leftmost(n.Node)
	case *ast.BinaryNode:
		return leftmost(n.Left)
	default:
		return n.Location()
	}
}

// suggest names the facts that an unknown name may have meant.
func (c *checker) suggest(name string) string {
	if near := nearest(name, c.schema.names()); near != "" {
		return fmt.Sprintf("did you mean %s?", near)
	}
	prefix := ""
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 && c.schema.groups[name[:dot]] {
		prefix = name[:dot+1]
	}
	return "known are " + c.namesIn(prefix)
}

// maxNames bounds the names listed in an error.
const maxNames = 12

// namesIn lists the facts whose names begin with the prefix.
func (c *checker) namesIn(prefix string) string {
	names := slices.DeleteFunc(c.schema.names(), func(s string) bool { return !strings.HasPrefix(s, prefix) })
	return joinNames(names)
}

func (c *checker) unary(n *ast.UnaryNode) *term {
	switch n.Operator {
	case "!", "not":
		return c.not(n)
	case "-", "+":
		t := c.term(n.Node)
		if t == nil {
			return nil
		}
		switch t.kind {
		case kindInt, kindNumber, kindAmount, kindRate, kindQuantity:
		default:
			return c.refuse(n.Location(), "", "%s has no sign", article(t.kind))
		}
		if n.Operator == "+" {
			return t
		}
		return c.applied(negateOperation(), t.kind, n.Location(), t)
	default:
		return c.refuse(n.Location(), "", "there is no operator %s", n.Operator)
	}
}

// not checks !a. `a not in b` and its like are one comparison, which is false
// when a is missing, where `not (a in b)` is then true; the parser gives both
// the same tree but for the place of the operator.
func (c *checker) not(n *ast.UnaryNode) *term {
	if inner, ok := n.Node.(*ast.BinaryNode); ok && inner.Location() == n.Location() {
		return c.infix(inner, true)
	}
	t := c.condition(n.Node)
	if t == nil {
		return nil
	}
	if t.isConst() {
		value, _ := t.value.(bool)
		return constant(!value, n.Location())
	}
	return &term{op: opNot, kind: kindBool, args: []*term{t}, at: n.Location()}
}

func (c *checker) binary(n *ast.BinaryNode) *term {
	switch n.Operator {
	case "&&", "and":
		return c.logical(opAnd, n)
	case "||", "or":
		return c.logical(opOr, n)
	case "??":
		return c.otherwise(n)
	case "==", "!=", "<", "<=", ">", ">=":
		return c.comparison(n)
	case "in", "contains", "startsWith", "endsWith", "matches":
		return c.infix(n, false)
	case "+", "-", "*", "%":
		return c.arithmetic(n)
	case "/":
		return c.refuse(n.Location(), "multiply the other side instead", "conditions do not divide: the result would not be exact")
	default:
		return c.refuse(n.Location(), "", "there is no operator %s", n.Operator)
	}
}

func (c *checker) logical(o op, n *ast.BinaryNode) *term {
	left, right := c.condition(n.Left), c.condition(n.Right)
	if left == nil || right == nil {
		return nil
	}
	return &term{op: o, kind: kindBool, args: []*term{left, right}, at: n.Location()}
}

// otherwise checks a ?? b: b when a is missing.
func (c *checker) otherwise(n *ast.BinaryNode) *term {
	left, right := c.term(n.Left), c.term(n.Right)
	if left == nil || right == nil {
		return nil
	}
	if !left.optional {
		return c.refuse(leftmost(n.Left), "remove ?? and what follows", "%s is never missing", article(left.kind))
	}
	if right = c.convert(right, left.kind); right == nil {
		return nil
	}
	return &term{op: opOtherwise, kind: left.kind, optional: right.optional, args: []*term{left, right}, at: n.Location()}
}

// choose checks a ? b : c and if a { b } else { c }.
func (c *checker) choose(n *ast.ConditionalNode) *term {
	cond, yes, no := c.condition(n.Cond), c.term(n.Exp1), c.term(n.Exp2)
	if cond == nil || yes == nil || no == nil {
		return nil
	}
	switch { // 1.5 makes the 2 beside it a number; 2.0 beside an int is one itself
	case yes.kind == kindNumber && no.kind == kindInt && !isWhole(yes):
		no = c.alignOne(no, kindNumber)
	case yes.kind == kindInt && no.kind == kindNumber && !isWhole(no):
		yes = c.alignOne(yes, kindNumber)
	}
	if yes.kind == kindNumber || yes.kind == kindInt && no.kind != kindNumber {
		yes = c.convert(yes, no.kind)
	} else {
		no = c.convert(no, yes.kind)
	}
	if yes == nil || no == nil {
		return nil
	}
	return &term{op: opChoose, kind: yes.kind, optional: yes.optional || no.optional, args: []*term{cond, yes, no}, at: cond.at}
}

func (c *checker) arithmetic(n *ast.BinaryNode) *term {
	left, right := c.term(n.Left), c.term(n.Right)
	if left == nil || right == nil {
		return nil
	}
	if n.Operator == "+" && left.kind == kindString && right.kind == kindString {
		return c.refuse(n.Location(), "compare the parts instead", "conditions do not join strings")
	}
	left, right = c.meet(n.Operator, left, right)
	if left == nil || right == nil {
		return nil
	}
	k := arithmeticKind(n.Operator, left.kind, right.kind)
	if k == kindNone {
		return c.refuse(n.Location(), arithmeticHint(left, right), "%s %s %s has no meaning", article(left.kind), n.Operator, article(right.kind))
	}
	return c.applied(arithmeticOperation(n.Operator), k, n.Location(), left, right)
}

// meet gives a literal number the kind that the other side of + - * needs.
func (c *checker) meet(operator string, left, right *term) (*term, *term) {
	adapt := func(literal, other *term) *term {
		if !literal.isConst() || literal.kind != kindNumber && literal.kind != kindInt {
			return literal
		}
		switch {
		case other.kind == kindNumber:
			return constant(widen(literal.value), literal.at)
		case other.kind == kindRate && (operator != "*" || literal.kind == kindNumber):
			return c.convert(literal, kindRate)
		case other.kind == kindAmount && operator == "*" && literal.kind == kindNumber:
			return c.convert(literal, kindRate)
		case other.kind == kindInt && literal.kind == kindNumber && !other.isConst():
			return c.convert(literal, kindInt)
		default:
			return literal
		}
	}
	return adapt(left, right), adapt(right, left)
}

func arithmeticHint(left, right *term) string {
	for _, pair := range [][2]*term{{left, right}, {right, left}} {
		if pair[0].kind != kindInt && pair[0].kind != kindNumber {
			continue
		}
		if other := pair[1].kind; other == kindAmount || other == kindQuantity {
			return "write " + other.example()
		}
	}
	return ""
}

// applied makes a term that applies an operation, at once when everything is
// constant.
func (c *checker) applied(o *operation, k kind, at file.Location, args ...*term) *term {
	t := &term{op: opApply, kind: k, apply: o, args: args, at: at}
	values := make([]any, len(args))
	for i, a := range args {
		t.optional = t.optional || a.optional
		if !a.isConst() {
			return c.finish(t)
		}
		values[i] = a.value
	}
	result, err := o.run(values...)
	if err != nil {
		return c.refuse(at, "", "%v", err)
	}
	return constant(result, at)
}

// finish settles whether the result can be missing: a comparison never is.
func (c *checker) finish(t *term) *term {
	for _, a := range t.args {
		t.optional = t.optional || a.optional
	}
	if t.apply.comparison {
		t.optional = false
	}
	return t
}
