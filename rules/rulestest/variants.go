package rulestest

import (
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/o2ckit/o2c/rules"
)

// variant is a tree with one change in it.
type variant struct {
	kind          Mutation
	before, after string // what was changed
	node          rules.Node
	negation      bool // the whole tree is negated
}

// variants makes every change of a tree.
func variants(n rules.Node) []variant {
	switch n.Op {
	case rules.OpConstant:
		return nil
	case rules.OpNot:
		out := []variant{change(n, OperatorFlipped, n.Args[0])}
		for _, v := range variants(n.Args[0]) {
			if !v.negation { // a negation negated is the change above
				v.node = rules.Node{Op: rules.OpNot, Args: []rules.Node{v.node}}
				out = append(out, v)
			}
		}
		return out
	case rules.OpAnd, rules.OpOr:
		swapped := n
		swapped.Op = rules.OpAnd
		if n.Op == rules.OpAnd {
			swapped.Op = rules.OpOr
		}
		out := []variant{change(n, AndOrSwapped, swapped)}
		for i, arg := range n.Args {
			for _, v := range variants(arg) {
				whole := n
				whole.Args = slices.Clone(n.Args)
				whole.Args[i] = v.node
				out = append(out, variant{kind: v.kind, before: v.before, after: v.after, node: whole})
			}
		}
		return out
	case rules.OpTest:
		return testVariants(n)
	default:
		return []variant{flipOpaque(n)}
	}
}

func change(n rules.Node, kind Mutation, to rules.Node) variant {
	return variant{kind: kind, before: n.String(), after: to.String(), node: to}
}

// text is a tree of which only the text is known.
func text(condition string) rules.Node { return rules.Node{Op: rules.OpOpaque, Text: condition} }

func negate(n rules.Node) variant {
	v := change(n, OperatorFlipped, rules.Node{Op: rules.OpNot, Args: []rules.Node{n}})
	v.negation = true
	return v
}

// flipped is the operator that is put for another, "" for none.
func flipped(operator string) string {
	for _, pair := range [][2]string{{"==", "!="}, {"<", "<="}, {">", ">="}, {"in", "not in"}, {"has", "has not"}} {
		switch operator {
		case pair[0]:
			return pair[1]
		case pair[1]:
			return pair[0]
		}
	}
	return ""
}

func flipOpaque(n rules.Node) variant {
	other := flipped(n.Operator)
	if other == "" || n.Left == "" {
		return negate(n)
	}
	return change(n, OperatorFlipped, text(n.Left+" "+other+" "+n.Right))
}

// testVariants makes the changes of a comparison with constants.
func testVariants(n rules.Node) []variant {
	switch n.Operator {
	case "true":
		return []variant{negate(n)}
	case "missing":
		v := change(n, OperatorFlipped, text(n.Fact+" != nil"))
		v.negation = true
		return []variant{v}
	}
	other := n
	other.Operator = flipped(n.Operator)
	flip := change(n, OperatorFlipped, other)
	// Of a missing fact a comparison is false either way, so that to flip it is to
	// negate it only when the fact cannot be missing; and < is not negated by <=.
	flip.negation = !n.Optional && !strings.ContainsAny(n.Operator, "<>")
	out := []variant{flip}
	if len(n.Values) > 1 {
		for i := range n.Values {
			fewer := n
			fewer.Values = slices.Delete(slices.Clone(n.Values), i, i+1)
			out = append(out, change(n, ElementDropped, fewer))
		}
		return out
	}
	if len(n.Values) == 0 {
		return out
	}
	if s, ok := n.Values[0].Text(); ok {
		return append(out, change(n, ConstantReplaced, text(constant(n, strconv.Quote(s+"?")))))
	}
	for _, delta := range []int64{-1, 1} {
		if literal, ok := shifted(n.Values[0], delta); ok {
			out = append(out, change(n, BoundShifted, text(constant(n, literal))))
		}
	}
	return out
}

// constant writes a test with another constant.
func constant(n rules.Node, literal string) string {
	switch n.Operator {
	case "has":
		return literal + " in " + n.Fact
	case "has not":
		return literal + " not in " + n.Fact
	case "in", "not in":
		return n.Fact + " " + n.Operator + " [" + literal + "]"
	default:
		return n.Fact + " " + n.Operator + " " + literal
	}
}

// shifted writes a constant moved by the smallest step of its type; false for a
// type that has none, and at the end of its range.
func shifted(v rules.Value, delta int64) (literal string, ok bool) {
	if i, ok := v.Int(); ok {
		if delta > 0 && i == math.MaxInt64 || delta < 0 && i == math.MinInt64 {
			return "", false
		}
		return strconv.FormatInt(i+delta, 10), true
	}
	if d, ok := v.Date(); ok {
		return `date("` + d.AddDays(int(delta)).String() + `")`, true
	}
	if t, ok := v.Time(); ok {
		return `time("` + t.Add(time.Duration(delta)*time.Second).Format(time.RFC3339Nano) + `")`, true
	}
	d, unit, ok := v.Number()
	if !ok {
		return "", false
	}
	number := lastPlace(d, delta)
	switch v.Type() {
	case "amount":
		return `money("` + strings.TrimSpace(number+" "+unit) + `")`, true
	case "quantity":
		return `qty("` + strings.TrimSpace(number+" "+unit) + `")`, true
	case "rate":
		return `rate("` + number + `")`, true
	default:
		return number, true
	}
}

// lastPlace writes a decimal number with its last place moved.
func lastPlace(d interface {
	Coefficient() *big.Int
	Exponent() int32
}, delta int64) string {
	n := new(big.Int).Add(d.Coefficient(), big.NewInt(delta))
	exponent := int(d.Exponent())
	if exponent >= 0 {
		return n.String() + strings.Repeat("0", exponent)
	}
	digits := new(big.Int).Abs(n).String()
	if missing := 1 - exponent - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	point := len(digits) + exponent
	out := digits[:point] + "." + digits[point:]
	if n.Sign() < 0 {
		out = "-" + out
	}
	return out
}

// meaningOf writes parts so that conditions which mean the same by their form
// are written the same: parts in order and once, constant ones left out, bounds
// of ints and dates on the near side, negations within comparisons.
func meaningOf(parts []rules.Part) string {
	var all []string
	for _, p := range parts {
		all = conjuncts(p.Tree, all)
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), "\n")
}

func conjuncts(n rules.Node, to []string) []string {
	switch {
	case n.Op == rules.OpAnd:
		return conjuncts(n.Args[1], conjuncts(n.Args[0], to))
	case n.Op == rules.OpConstant && n.Holds:
		return to
	default:
		return append(to, meaning(n))
	}
}

func meaning(n rules.Node) string {
	switch n.Op {
	case rules.OpAnd:
		return "(" + meaning(n.Args[0]) + " && " + meaning(n.Args[1]) + ")"
	case rules.OpOr:
		return "(" + meaning(n.Args[0]) + " || " + meaning(n.Args[1]) + ")"
	case rules.OpNot:
		arg := n.Args[0]
		if negated := negatedOperator(arg.Operator); arg.Op == rules.OpTest && !arg.Optional && negated != "" {
			arg.Operator = negated
			return meaning(arg)
		}
		return "!(" + meaning(arg) + ")"
	case rules.OpTest:
		return nearSide(n)
	default:
		return n.String()
	}
}

// negatedOperator is the operator that is true when the other is false, of facts
// that cannot be missing.
func negatedOperator(operator string) string {
	switch operator {
	case "<":
		return ">="
	case "<=":
		return ">"
	case ">":
		return "<="
	case ">=":
		return "<"
	default:
		return flipped(operator)
	}
}

// nearSide writes > 4 as >= 5 and <= 4 as < 5 where there is nothing between,
// and a list of one as a comparison.
func nearSide(n rules.Node) string {
	if len(n.Values) != 1 {
		return n.String()
	}
	switch n.Operator {
	case "in", "not in":
		n.Operator = map[string]string{"in": "==", "not in": "!="}[n.Operator]
	case ">", "<=":
		if n.Type != "int" && n.Type != "date" || n.Values[0].Type() != n.Type {
			break
		}
		if literal, ok := shifted(n.Values[0], 1); ok {
			n.Operator = map[string]string{">": ">=", "<=": "<"}[n.Operator]
			return constant(n, literal)
		}
	}
	return n.String()
}
