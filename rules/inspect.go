package rules

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Part is one of the parts of a condition that must all hold, as it was written
// between the outermost ands.
type Part struct {
	// Text is the part as written, on one line.
	Text string
	// Facts are those that it reads, in the order of reading.
	Facts []string
	// Tree is what it means.
	Tree Node
}

// NodeOp says what a Node is.
type NodeOp uint8

const (
	// OpTest compares a fact with constants; it needs no evaluation of anything
	// else, and an analysis can reckon with it exactly.
	OpTest NodeOp = iota
	// OpConstant is true or false whatever the facts.
	OpConstant
	// OpNot is true when its argument is not.
	OpNot
	// OpAnd is true when both of its arguments are.
	OpAnd
	// OpOr is true when one of its arguments is.
	OpOr
	// OpOpaque is anything else: arithmetic, a function, two facts compared.
	OpOpaque
)

// String returns the name of the operation.
func (o NodeOp) String() string {
	switch o {
	case OpConstant:
		return "constant"
	case OpNot:
		return "not"
	case OpAnd:
		return "and"
	case OpOr:
		return "or"
	case OpOpaque:
		return "opaque"
	default:
		return "test"
	}
}

// Node is a part of a condition as a tree.
type Node struct {
	Op NodeOp
	// Args are those of OpNot, OpAnd and OpOr.
	Args []Node
	// Holds is the value of OpConstant.
	Holds bool
	// Fact is what OpTest asks about, and Type its type as in Fact.Type.
	Fact, Type string
	// Optional says that the fact can be missing. Every test of a missing fact is
	// false, but for "missing".
	Optional bool
	// Operator of OpTest: == != < <= > >= with one constant in Values; in and
	// "not in" with at least one; "has" and "has not" for a fact that is a list
	// of strings and the constant that it contains; "true" for a bool by itself;
	// "missing" for == nil. For OpOpaque, when it compares two sides: the
	// operator between them.
	Operator string
	Values   []Value
	// Left and Right are the sides of an OpOpaque that compares, as conditions
	// write them, and Text is the whole of it.
	Left, Right, Text string
}

// String writes the node as a condition of the same meaning.
func (n Node) String() string {
	switch n.Op {
	case OpConstant:
		return fmt.Sprint(n.Holds)
	case OpNot:
		return "!" + n.Args[0].grouped()
	case OpAnd:
		return n.left() + " && " + n.Args[1].grouped()
	case OpOr:
		return n.left() + " || " + n.Args[1].grouped()
	case OpTest:
		return n.test()
	default:
		if n.Operator != "" {
			return n.Left + " " + n.Operator + " " + n.Right
		}
		return n.Text
	}
}

// left writes the first argument of OpAnd and OpOr. A chain of one operator has no
// parentheses: one of many parts would be nested deeper than a condition may be.
func (n Node) left() string {
	if n.Args[0].Op == n.Op {
		return n.Args[0].String()
	}
	return n.Args[0].grouped()
}

// grouped writes the node so that it can stand beside any operator.
func (n Node) grouped() string {
	if n.Op == OpConstant || n.Op == OpTest && n.Operator == "true" {
		return n.String()
	}
	return "(" + n.String() + ")"
}

func (n Node) test() string {
	switch n.Operator {
	case "true":
		return n.Fact
	case "missing":
		return n.Fact + " == nil"
	case "has":
		return n.Values[0].Literal() + " in " + n.Fact
	case "has not":
		return n.Values[0].Literal() + " not in " + n.Fact
	case "in", "not in":
		literals := make([]string, len(n.Values))
		for i, v := range n.Values {
			literals[i] = v.Literal()
		}
		return n.Fact + " " + n.Operator + " [" + join(literals) + "]"
	default:
		return n.Fact + " " + n.Operator + " " + n.Values[0].Literal()
	}
}

// Parts takes a condition apart. The error is a *LoadError with every mistake of
// the text.
func (s *Schema[F]) Parts(when string) ([]Part, error) {
	return newCompiler(s.core).parts("condition", when)
}

// Schema returns the schema that the book was compiled with.
func (b *Book[F, E]) Schema() *Schema[F] { return &Schema[F]{core: b.schema} }

// Reads lists the facts that conditions of the book read, by name. What no
// condition reads makes no difference to a match.
func (b *Book[F, E]) Reads() []string {
	seen := map[*field]bool{}
	var names []string
	for _, r := range b.rules {
		for _, f := range r.when.reads {
			if !seen[f] {
				seen[f] = true
				names = append(names, f.name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Heard reports whether a [Listener] hears of the decisions of the book.
func (b *Book[F, E]) Heard() bool { return len(b.schema.listeners) > 0 }

// Parts takes the condition of a rule apart. The error is ErrUnknownRule.
func (b *Book[F, E]) Parts(id string) ([]Part, error) {
	r := b.byID[id]
	if r == nil {
		return nil, fmt.Errorf("%w: %s", ErrUnknownRule, id)
	}
	return newCompiler(b.schema).parts(id, r.rule.When)
}

func (c *compiler) parts(rule, text string) ([]Part, error) {
	pieces, faults := c.check(text)
	if len(faults) > 0 {
		out := &LoadError{}
		for _, f := range faults {
			p := placeInText(text, f.at.From)
			out.Errors = append(out.Errors, &RuleError{
				Source: rule, Part: partWhen, Line: p.Line, Column: p.Column, Text: p.Text, Message: f.message, Expected: f.expected,
			})
		}
		return nil, out
	}
	parts := make([]Part, len(pieces))
	for i, p := range pieces {
		parts[i] = Part{Text: p.text, Tree: nodeOf(p.term)}
		for _, f := range p.term.facts(nil) {
			parts[i].Facts = append(parts[i].Facts, f.name)
		}
	}
	return parts, nil
}

// nodeOf shows a checked term.
func nodeOf(t *term) Node {
	switch t.op {
	case opAnd, opOr:
		op := OpAnd
		if t.op == opOr {
			op = OpOr
		}
		return Node{Op: op, Args: []Node{nodeOf(t.args[0]), nodeOf(t.args[1])}}
	case opNot:
		return Node{Op: OpNot, Args: []Node{nodeOf(t.args[0])}}
	case opConst:
		holds, _ := t.value.(bool)
		return Node{Op: OpConstant, Holds: holds}
	default:
	}
	if p, ok := predicateOf(t); ok && p.test != testFacts {
		return p.node()
	}
	out := Node{Op: OpOpaque, Text: t.String()}
	if t.op == opApply && t.apply.symbol != "" && t.apply.comparison {
		out.Operator, out.Left, out.Right = t.apply.symbol, t.args[0].grouped(), t.args[1].grouped()
	}
	return out
}

// node shows a predicate that is not negated.
func (p *predicate) node() Node {
	n := Node{Op: OpTest, Fact: p.field.name, Type: p.field.kind.String(), Optional: p.field.optional}
	switch p.test {
	case testTrue:
		n.Operator = "true"
	case testMissing:
		n.Operator = "missing"
	case testHolds:
		n.Operator, n.Values = "has", []Value{valueOf(p.value)}
		if p.compare == compareNotIn {
			n.Operator = "has not"
		}
	case testListed:
		n.Operator = p.compare.symbol()
		if l, ok := p.value.(*list); ok {
			n.Values = l.values()
		}
	default:
		n.Operator, n.Values = p.compare.symbol(), []Value{valueOf(p.value)}
	}
	return n
}

// PartResult is what one part of a condition says about facts.
type PartResult struct {
	Text string
	// Holds is whether the part is true, and Err why it cannot be evaluated.
	Holds bool
	Err   error
	// Saw are the facts that it reads.
	Saw []Seen
}

// Evaluate asks every part of a rule's condition, also those after one that is
// false, and reports whether the rule is in force at the decision date. It is
// what coverage is measured with; to decide, use Match. The errors are
// ErrUnknownRule, ErrNoFacts and that of ctx.
func (b *Book[F, E]) Evaluate(ctx context.Context, id string, facts *F, at time.Time) (parts []PartResult, inForce bool, err error) {
	r := b.byID[id]
	switch {
	case r == nil:
		return nil, false, fmt.Errorf("%w: %s", ErrUnknownRule, id)
	case facts == nil:
		return nil, false, ErrNoFacts
	case ctx.Err() != nil:
		return nil, false, context.Cause(ctx)
	}
	run := run[F]{pool: b.pool}
	defer run.end()
	for i := range r.when.parts {
		p := &r.when.parts[i]
		v, cause := run.part(r.when, p, facts)
		one := PartResult{Text: p.text, Holds: v == yes, Saw: saw(p.facts, baseOf(facts))}
		if v == unknown {
			one.Err = cause
		}
		last := len(parts) - 1
		if i == 0 || p.offset != r.when.parts[i-1].offset {
			parts = append(parts, one)
			continue
		}
		// An interval is two comparisons, written as one part: false settles it.
		switch {
		case v == no:
			parts[last].Holds, parts[last].Err = false, nil
		case v == unknown && parts[last].Holds:
			parts[last].Holds, parts[last].Err = false, cause
		}
	}
	return parts, r.rule.inForce(at), nil
}
