package rules

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
)

// maxFigure bounds what one fact puts into a text, in bytes: facts can come from
// a customer's document.
const maxFigure = 500

// TextError says what is wrong with a text that has the names of facts in it.
type TextError struct {
	// Text is the whole text.
	Text string
	// Fact is the name in braces that is no fact. Empty: a brace is not closed,
	// or has nothing in it.
	Fact string
	// Hint says what may be meant. May be empty.
	Hint string
}

// Error names the fact, or the text.
func (e *TextError) Error() string {
	if e.Fact == "" {
		return fmt.Sprintf("the text %q has { without a name and }", e.Text)
	}
	if e.Hint != "" {
		return fmt.Sprintf("{%s} is not the name of a fact; %s", e.Fact, e.Hint)
	}
	return fmt.Sprintf("{%s} is not the name of a fact", e.Fact)
}

// Render puts figures in place of the names of facts in a text for a person:
// "short by {short}" becomes "short by 5,000.00 USD". Names are those of
// conditions, {order.amount}. Amounts have their thousands set apart, rates are
// percentages, lists have commas; what is missing is a dash. Texts and lists are
// cut after 500 bytes. The errors are *[TextError], and ErrNoFacts when there
// is a name to replace and facts is nil.
func (s *Schema[F]) Render(text string, facts *F) (string, error) {
	return renderText(s.core.fields, text, facts)
}

// Render is [Schema.Render] with the facts that the book was compiled for.
func (b *Book[F, E]) Render(text string, facts *F) (string, error) {
	return renderText(b.schema.fields, text, facts)
}

// CheckTexts returns what keeps texts from being rendered with facts of type F:
// the first *[TextError], or the *[SchemaError] of a type that cannot serve as
// facts. It is for the Validate of an effect that has a text (see [Validator]).
func CheckTexts[F any](texts ...string) error {
	var fields map[string]*field
	for _, text := range texts {
		if !strings.Contains(text, "{") {
			continue
		}
		if fields == nil { // reading a struct costs more than most texts need
			b := schemaBuilder{schema: schema{fields: map[string]*field{}, groups: map[string]bool{}}}
			root := reflect.TypeFor[F]()
			if root.Kind() != reflect.Struct {
				b.refuse("%s is not a struct", root)
			} else {
				b.addStruct(root, "", nil, 0, nil, []reflect.Type{root})
			}
			if len(b.faults) > 0 {
				return &SchemaError{Type: root.String(), Faults: b.faults}
			}
			fields = b.fields
		}
		if err := eachPart(text, fields, func(string, *field) error { return nil }); err != nil {
			return err
		}
	}
	return nil
}

func renderText[F any](fields map[string]*field, text string, facts *F) (string, error) {
	if !strings.Contains(text, "{") {
		return text, nil
	}
	var out strings.Builder
	err := eachPart(text, fields, func(literal string, f *field) error {
		out.WriteString(literal)
		if f == nil {
			return nil
		}
		if facts == nil {
			return ErrNoFacts
		}
		out.WriteString(figure(f.value(baseOf(facts))))
		return nil
	})
	if err != nil {
		return "", err
	}
	return out.String(), nil
}

// eachPart takes a text apart: what is written as it stands, and the fact behind
// it, nil after the last.
func eachPart(text string, fields map[string]*field, each func(literal string, f *field) error) error {
	for rest := text; ; {
		literal, after, open := strings.Cut(rest, "{")
		if !open {
			return each(literal, nil)
		}
		name, next, closed := strings.Cut(after, "}")
		if !closed {
			return &TextError{Text: text}
		}
		f := fields[name]
		if f == nil {
			return &TextError{Text: text, Fact: name, Hint: didYouMean(name, sortedKeys(fields))}
		}
		if err := each(literal, f); err != nil {
			return err
		}
		rest = next
	}
}

// figure writes a fact for a person, where [write] writes it as a condition does.
func figure(v any) string {
	switch v := v.(type) {
	case nil:
		return "-"
	case string:
		return cut(v)
	case []string:
		if len(v) == 0 {
			return "-"
		}
		return cut(strings.Join(v, ", "))
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case money.Amount:
		return thousands(v)
	case money.Rate:
		return v.Percent()
	case calendar.Date:
		return v.String()
	case time.Time:
		return v.Format(time.RFC3339)
	default:
		return fmt.Sprint(v)
	}
}

// cut keeps the beginning of a long text, whole characters of it.
func cut(s string) string {
	if len(s) <= maxFigure {
		return s
	}
	end := maxFigure
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "..."
}

// thousands prints an amount with thousands set apart: 5,000.00 USD.
func thousands(a money.Amount) string {
	sign, number := "", a.Number()
	if strings.HasPrefix(number, "-") {
		sign, number = "-", number[1:]
	}
	whole, fraction, broken := strings.Cut(number, ".")
	var b strings.Builder
	b.WriteString(sign)
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	if broken {
		b.WriteByte('.')
		b.WriteString(fraction)
	}
	if c := a.Currency(); c != 0 {
		b.WriteByte(' ')
		b.WriteString(c.Code())
	}
	return b.String()
}
