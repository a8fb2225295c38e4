package rules

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/o2ckit/o2c/internal/exact"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// literal reads a constant of the column's kind.
func (p *cellParser) literal(raw string, quoted bool, at int) (literal, bool) {
	var text, message string
	var value any
	expected := "write " + p.example()
	switch p.kind {
	case kindString, kindStrings:
		if text, value, message = textLiteral(raw, quoted); !quoted && raw != "" {
			expected = "put it in quotes, or separate values by commas"
		}
	default:
		text, value, message = valueLiteral(p.kind, raw)
	}
	if message != "" {
		p.refuse(at, message, expected)
		return literal{}, false
	}
	return literal{text: text, value: value, at: at}, true
}

// example is how a value of the column is written.
func (p *cellParser) example() string { return cellExample(p.kind) }

func (p *cellParser) intervalExample() string {
	e := cellExample(p.kind)
	return "[" + e + ".." + e + "]"
}

func cellExample(k kind) string {
	switch k {
	case kindAmount:
		return "10.00 USD"
	case kindQuantity:
		return "10 or 10 EA"
	case kindRate:
		return "5%"
	case kindDate:
		return "2026-01-31"
	case kindTime:
		return "2026-01-31T08:00:00Z"
	case kindString, kindStrings:
		return `"GOLD"`
	default:
		return k.example()
	}
}

// textLiteral reads a text in quotes, or a bare word.
func textLiteral(raw string, quoted bool) (text string, value any, message string) {
	if quoted {
		s, err := strconv.Unquote(raw)
		if err != nil || !utf8.ValidString(s) { // \xff is half a character
			return "", nil, "the text in quotes cannot be read"
		}
		return quoteText(s), s, ""
	}
	if raw == "" {
		return "", nil, "a value is missing"
	}
	for _, r := range raw {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_-./", r) {
			return "", nil, raw + " is not one word of letters, digits and _ - . /"
		}
	}
	if message := misleading(raw); message != "" {
		return "", nil, message
	}
	return quoteText(raw), raw, ""
}

// misleading tells what speaks against a bare word as a text: whoever writes it
// is likely to mean what it says elsewhere.
func misleading(raw string) string {
	switch {
	case raw == "-":
		return "- is any value only alone in its cell"
	case raw == "missing" || raw == "present":
		return raw + " is a test by itself, not a value"
	case raw == "nil" || raw == "null":
		return raw + " is no value; a fact that is not there is missing"
	case strings.Contains(raw, ".."):
		return "an interval stands between brackets"
	default:
		return ""
	}
}

// quoteText writes a text as a condition does.
func quoteText(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// valueLiteral reads a constant that is not a text.
func valueLiteral(k kind, raw string) (text string, value any, message string) {
	var err error
	switch k {
	case kindBool:
		if raw != "true" && raw != "false" {
			return "", nil, raw + " is not true or false"
		}
		return raw, raw == "true", ""
	case kindInt:
		n, err := strconv.ParseInt(raw, 10, 64)
		if err != nil || !plainNumber(raw) {
			return "", nil, fmt.Sprintf("%q is not a whole number", raw)
		}
		return raw, n, ""
	case kindAmount:
		if plainNumber(raw) {
			return "", nil, "an amount has a currency, a bare number has none"
		}
		value, err = money.Parse(raw)
		text = `money("` + raw + `")`
	case kindQuantity:
		if d, bad := exact.Parse(raw); bad == nil && plainNumber(raw) {
			return raw, d, ""
		}
		value, err = quantity.Parse(raw)
		text = `qty("` + raw + `")`
	case kindRate:
		if plainNumber(raw) && !strings.Contains(raw, ".") && raw != "0" && raw != "1" {
			return "", nil, fmt.Sprintf("%s is %s00%% as a rate", raw, raw)
		}
		value, err = money.ParseRate(raw)
		text = `rate("` + raw + `")`
	case kindDate:
		value, err = calendar.ParseDate(raw)
		return `date("` + raw + `")`, value, errorText(err)
	case kindTime:
		value, err = time.Parse(time.RFC3339Nano, raw)
		return `time("` + raw + `")`, value, errorText(err)
	default:
		return "", nil, fmt.Sprintf("a cell cannot hold %s", article(k))
	}
	if number, _, _ := strings.Cut(strings.TrimSuffix(raw, "%"), " "); err == nil && !plainNumber(number) {
		return "", nil, fmt.Sprintf("%s is not a plain number", number)
	}
	return text, value, errorText(err)
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// plainNumber reports whether a number is digits, without a sign but minus and
// without leading zeros: those are the rest of a number that separators of
// thousands have torn apart.
func plainNumber(text string) bool {
	whole, fraction, pointed := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	return digits(whole) && (whole == "0" || whole[0] != '0') && (!pointed || digits(fraction))
}

func digits(text string) bool {
	for _, r := range text {
		if r < '0' || r > '9' {
			return false
		}
	}
	return text != ""
}
