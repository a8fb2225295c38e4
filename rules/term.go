package rules

import (
	"github.com/expr-lang/expr/file"
)

// op is what a term does.
type op uint8

const (
	opConst     op = iota // a constant in canonical form
	opField               // a fact
	opApply               // an operation on its arguments
	opNot                 // !a
	opAnd                 // a && b
	opOr                  // a || b
	opChoose              // a ? b : c
	opOtherwise           // a ?? b
	opIsNil               // a == nil
)

// term is a checked part of a condition. It never changes after checking, so
// that one may stand in two places.
type term struct {
	op       op
	kind     kind
	optional bool // may be missing
	args     []*term
	value    any // opConst
	field    *field
	apply    *operation
	at       file.Location
}

func constant(v any, at file.Location) *term {
	return &term{op: opConst, kind: kindOf(v), value: v, at: at}
}

func (t *term) isConst() bool { return t.op == opConst }

// facts appends the facts that the term reads, each once, in the order of
// reading.
func (t *term) facts(to []*field) []*field {
	if t.op == opField {
		for _, f := range to {
			if f == t.field {
				return to
			}
		}
		return append(to, t.field)
	}
	for _, a := range t.args {
		to = a.facts(to)
	}
	return to
}

// cost ranks terms: operations weigh one each, functions what they declare.
func (t *term) cost() int {
	sum := 1
	if t.apply != nil {
		sum += t.apply.cost
	}
	for _, a := range t.args {
		sum += a.cost()
	}
	return sum
}

// operation is an operator or function on values in canonical form. Its
// arguments are of the kinds that the checker admitted.
type operation struct {
	name string // unique for what it does
	// symbol is how a condition writes it; empty for functions.
	symbol string
	// comparison operations are false when an argument is missing, the others
	// are then missing themselves.
	comparison bool
	cost       int
	compare    comparison // for comparisons that a predicate can make without the machine
	call       func(args []any) (any, error)
}

// run calls the operation, or answers at once when an argument is missing.
func (o *operation) run(args ...any) (any, error) {
	for _, a := range args {
		if a == nil {
			if o.comparison {
				return false, nil
			}
			return nil, nil
		}
	}
	return o.call(args)
}
