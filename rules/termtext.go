package rules

import (
	"fmt"
	"strconv"
	"strings"
)

// String writes the term as a condition of the same meaning.
func (t *term) String() string {
	switch t.op {
	case opConst:
		if l, ok := t.value.(*list); ok {
			literals := make([]string, 0, len(l.texts)+len(l.ints)+len(l.other))
			for _, v := range l.values() {
				literals = append(literals, v.Literal())
			}
			return "[" + join(literals) + "]"
		}
		return valueOf(t.value).Literal()
	case opField:
		return t.field.name
	case opNot:
		return "!" + t.args[0].grouped()
	case opAnd:
		return t.left() + " && " + t.args[1].grouped()
	case opOr:
		return t.left() + " || " + t.args[1].grouped()
	case opChoose:
		return t.args[0].grouped() + " ? " + t.args[1].grouped() + " : " + t.args[2].grouped()
	case opOtherwise:
		return t.args[0].grouped() + " ?? " + t.args[1].grouped()
	case opIsNil:
		return t.args[0].grouped() + " == nil"
	default:
	}
	if name, isCall := strings.CutPrefix(t.apply.name, "function "); isCall {
		args := make([]string, len(t.args))
		for i, a := range t.args {
			args[i] = a.String()
		}
		return name + "(" + join(args) + ")"
	}
	if len(t.args) == 1 {
		return t.apply.symbol + t.args[0].grouped()
	}
	return fmt.Sprintf("%s %s %s", t.args[0].grouped(), t.apply.symbol, t.args[1].grouped())
}

// left writes the first argument of and and or, as for a Node.
func (t *term) left() string {
	if t.args[0].op == t.op {
		return t.args[0].String()
	}
	return t.args[0].grouped()
}

// grouped writes the term so that it can stand beside any operator.
func (t *term) grouped() string {
	if t.op == opConst || t.op == opField || t.op == opApply && strings.HasPrefix(t.apply.name, "function ") {
		if n, ok := t.value.(int64); !ok || n >= 0 {
			return t.String()
		}
	}
	return "(" + t.String() + ")"
}

func join(list []string) string { return strings.Join(list, ", ") }

// symbol is how a condition writes the comparison.
func (c comparison) symbol() string {
	switch c {
	case compareEqual:
		return "=="
	case compareNotEqual:
		return "!="
	case compareLess:
		return "<"
	case compareLessEqual:
		return "<="
	case compareGreater:
		return ">"
	case compareGreaterEqual:
		return ">="
	case compareIn:
		return "in"
	case compareNotIn:
		return "not in"
	default:
		return strconv.Itoa(int(c))
	}
}

// values lists the elements, sorted where the list is.
func (l *list) values() []Value {
	out := make([]Value, 0, len(l.texts)+len(l.ints)+len(l.other))
	for _, s := range l.texts {
		out = append(out, valueOf(s))
	}
	for _, n := range l.ints {
		out = append(out, valueOf(n))
	}
	for _, v := range l.other {
		out = append(out, valueOf(v))
	}
	return out
}
