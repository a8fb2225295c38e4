package rules

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrUnknownRule is returned when a book has no rule of the asked id.
var ErrUnknownRule = errors.New("rules: the book has no such rule")

// ErrNoFacts is returned by a match without facts.
var ErrNoFacts = errors.New("rules: no facts")

// ErrNoSchema is returned by a load without a schema.
var ErrNoSchema = errors.New("rules: no schema")

// LoadError holds every mistake of a load, in the order of the sources, then
// line, column and message. A load with a mistake loads nothing.
type LoadError struct {
	Errors []*RuleError
}

// maxShown bounds the mistakes in the text of a LoadError; Errors has them all.
const maxShown = 100

// Error shows the mistakes with their places and a caret under each, the first
// 100 of them when there are more.
func (e *LoadError) Error() string {
	var b strings.Builder
	switch len(e.Errors) {
	case 1:
		b.WriteString("rules: 1 error, nothing loaded")
	default:
		fmt.Fprintf(&b, "rules: %d errors, nothing loaded", len(e.Errors))
	}
	for i, r := range e.Errors {
		if i == maxShown {
			fmt.Fprintf(&b, "\nand %d more", len(e.Errors)-i)
			break
		}
		b.WriteString("\n")
		b.WriteString(r.Error())
	}
	return b.String()
}

// Unwrap gives errors.Is and errors.As access to each mistake.
func (e *LoadError) Unwrap() []error {
	errs := make([]error, len(e.Errors))
	for i, r := range e.Errors {
		errs[i] = r
	}
	return errs
}

// RuleError is one mistake in the text of a rule.
type RuleError struct {
	Source string // the name of the source as given to the load
	Rule   string // the rule's id, or "#3" for the third rule when it has none; empty for the source itself
	Group  string // the group or the table at fault, when it is no one rule
	Part   string // when, then, id, from ..., in a table the head of the column; empty when the mistake is in no one part
	// Line and Column count from 1, the column in characters. In a source that is
	// a file they are those of the file, in rules given as Go values those of the
	// condition's text; both are 0 when there is no text to point at.
	Line, Column int
	Message      string // what was found
	Expected     string // what was expected, or how to mend it; may be empty
	Text         string // the line that Line counts, for the caret

	order int // of the source among those of the load
}

// Error shows the mistake on one line, followed by the text with a caret.
func (e *RuleError) Error() string {
	var b strings.Builder
	b.WriteString(e.Source)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", e.Line, e.Column)
	}
	if e.Rule != "" {
		fmt.Fprintf(&b, ": rule %s", e.Rule)
	} else if e.Group != "" {
		fmt.Fprintf(&b, ": group %s", e.Group)
	}
	if e.Part != "" {
		fmt.Fprintf(&b, ": %s", e.Part)
	}
	fmt.Fprintf(&b, ": %s", e.Message)
	if e.Expected != "" {
		fmt.Fprintf(&b, "; %s", e.Expected)
	}
	if e.Text != "" {
		writeCaret(&b, e.Text, e.Column)
	}
	return b.String()
}

// maxCaretLine bounds the text shown around a caret, in characters.
const maxCaretLine = 100

// writeCaret writes the line and a caret under the column; of a long line only
// the part around the column.
func writeCaret(b *strings.Builder, line string, column int) {
	runes := []rune(strings.ReplaceAll(strings.TrimRight(line, "\r\n"), "\t", " "))
	at := min(max(column-1, 0), len(runes))
	from := 0
	if at > maxCaretLine*3/4 {
		from = at - maxCaretLine/2
	}
	to := min(from+maxCaretLine, len(runes))
	fmt.Fprintf(b, "\n    %s\n    %s^", string(runes[from:to]), strings.Repeat(" ", at-from))
}

// sortErrors puts mistakes into the documented order.
func sortErrors(errs []*RuleError) {
	slices.SortStableFunc(errs, func(a, b *RuleError) int {
		return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column), cmp.Compare(a.Message, b.Message))
	})
}

// EvalError tells that a rule could not be evaluated for the facts given.
type EvalError struct {
	Rule      string // the rule's id
	Condition string // the part of the condition that failed
	Err       error
}

// Error names the rule and the part of its condition that failed.
func (e *EvalError) Error() string {
	return fmt.Sprintf("rules: rule %s: %s: %v", e.Rule, e.Condition, e.Err)
}

// Unwrap returns the cause.
func (e *EvalError) Unwrap() error { return e.Err }

// SkippedError accompanies the matches under SkipAndReport: the rules that
// failed and were left out, in the order of the book.
type SkippedError struct {
	Errors []*EvalError
}

// Error lists the rules left out.
func (e *SkippedError) Error() string {
	parts := make([]string, len(e.Errors))
	for i, one := range e.Errors {
		parts[i] = one.Error()
	}
	return fmt.Sprintf("rules: %d rules skipped: %s", len(parts), strings.Join(parts, "; "))
}

// Unwrap gives errors.Is and errors.As access to each failure.
func (e *SkippedError) Unwrap() []error {
	errs := make([]error, len(e.Errors))
	for i, one := range e.Errors {
		errs[i] = one
	}
	return errs
}
