package rules

import (
	"errors"
	"strings"

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
		return faultAt(located.Location, located.Message, syntaxHint(located.Message))
	}
	return faultAt(file.Location{}, err.Error(), "")
}

// syntaxHint is what whoever comes from a spreadsheet or from SQL should write;
// "" where the parser's message has to do.
func syntaxHint(message string) string {
	for _, one := range []struct{ of, hint string }{
		{`Operator("=")`, "write == for equal, >= and <= for bounds"},
		{`Operator(">")`, "write != for unequal, >= for at least"},
		{`Operator("&")`, "write and"},
		{`Identifier("AND")`, "write and"},
		{`Identifier("OR")`, "write or"},
		{`Identifier("IN")`, "write in"},
		{`Identifier("is")`, "write =="},
		{`Identifier("IS")`, "write =="},
		{"unexpected token EOF", "something is missing at the end, such as a closing bracket"},
		{"U+201C", `write straight quotes, "..."`},
		{"U+201D", `write straight quotes, "..."`},
		{"U+201E", `write straight quotes, "..."`},
		{"U+2018", `write straight quotes, "..."`},
		{"U+2019", `write straight quotes, "..."`},
	} {
		if strings.Contains(message, one.of) {
			return one.hint
		}
	}
	return ""
}
