package rules

import (
	"errors"

	"github.com/expr-lang/expr/file"
)

// fault is a mistake within the text of one condition, before the place of that
// text in its source is known.
type fault struct {
	at       file.Location // in runes of the condition
	message  string
	expected string
}

func faultAt(at file.Location, message, expected string) *fault {
	return &fault{at: at, message: message, expected: expected}
}

// syntaxFault turns an error of the lexer or the parser into a fault.
func syntaxFault(err error) *fault {
	var located *file.Error
	if errors.As(err, &located) {
		return faultAt(located.Location, located.Message, "")
	}
	return faultAt(file.Location{}, err.Error(), "")
}
