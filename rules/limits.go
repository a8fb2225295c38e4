package rules

import (
	"errors"
	"fmt"

	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser/lexer"
)

// Limits bound what rule text may cost the host. Zero means the default; a
// value above the ceiling is an error of NewSchema.
type Limits struct {
	// ConditionBytes bounds one condition: 8 KiB, at most 64 KiB.
	ConditionBytes int
	// Depth bounds nested parentheses, brackets, calls, prefix operators and
	// conditionals in a condition: 32, at most 256. It is asked before the parser
	// runs, which would otherwise overflow the stack.
	Depth int
	// Nodes bounds the syntax tree of a condition: 1,000, at most 10,000.
	Nodes int
	// ListItems bounds a list literal: 500, at most 10,000.
	ListItems int
	// SourceBytes bounds a source that is a file: 8 MiB, at most 64 MiB.
	SourceBytes int
	// Rules bounds a book: 200,000, at most 2,000,000.
	Rules int
	// Memory bounds the elements that one evaluation of a condition may make:
	// 10,000, at most 1,000,000. Conditions cannot build strings or lists, so
	// only functions and the virtual machine itself spend it.
	Memory int
}

// withDefaults fills in the defaults and checks the ceilings.
func (l Limits) withDefaults() (Limits, error) {
	var errs []error
	set := func(name string, v *int, standard, ceiling int) {
		switch {
		case *v == 0:
			*v = standard
		case *v < 0 || *v > ceiling:
			errs = append(errs, fmt.Errorf("rules: limit %s is %d; want 1 to %d", name, *v, ceiling))
		}
	}
	set("ConditionBytes", &l.ConditionBytes, 8<<10, 64<<10)
	set("Depth", &l.Depth, 32, 256)
	set("Nodes", &l.Nodes, 1_000, 10_000)
	set("ListItems", &l.ListItems, 500, 10_000)
	set("SourceBytes", &l.SourceBytes, 8<<20, 64<<20)
	set("Rules", &l.Rules, 200_000, 2_000_000)
	set("Memory", &l.Memory, 10_000, 1_000_000)
	return l, errors.Join(errs...)
}

// guard tokenises a condition and refuses one that is too long or too deep. It
// uses the parser's own lexer, which does not recurse, so that what it counts is
// what the parser would see.
func guard(text string, l Limits) ([]lexer.Token, *fault) {
	if len(text) > l.ConditionBytes {
		return nil, faultAt(file.Location{}, fmt.Sprintf("the condition has %d bytes; the limit is %d", len(text), l.ConditionBytes), "split the rule, or move a long list into a function")
	}
	tokens, err := lexer.Lex(file.NewSource(text))
	if err != nil {
		return nil, syntaxFault(err)
	}
	// The parser recurses once for an opening bracket, for each prefix operator
	// in a run, and for each conditional, declaration and right-associative
	// operator until the end of the condition.
	var brackets, prefixes, others int
	operand := false // whether the token before this one ends an operand
	for _, t := range tokens {
		if t.Kind == lexer.Operator && !operand && isPrefix(t.Value) {
			prefixes++
		} else {
			prefixes = 0
		}
		switch {
		case t.Kind == lexer.Bracket && isOpening(t.Value):
			brackets++
			operand = false
		case t.Kind == lexer.Bracket:
			brackets--
			operand = true
		case t.Kind == lexer.Operator:
			operand = false
			if recurses(t.Value) {
				others++
			}
		default:
			operand = true
		}
		if brackets+prefixes+others > l.Depth {
			return nil, faultAt(t.Location, fmt.Sprintf("the condition is nested deeper than %d", l.Depth), "split the rule")
		}
	}
	return tokens, nil
}

func isOpening(s string) bool { return s == "(" || s == "[" || s == "{" }

func isPrefix(s string) bool { return s == "!" || s == "not" || s == "-" || s == "+" }

func recurses(s string) bool {
	switch s {
	case "?", "??", "**", "^", "if", "else", "let", ";":
		return true
	}
	return false
}
