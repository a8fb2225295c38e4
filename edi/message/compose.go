package message

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/schema"
	"github.com/o2ckit/o2c/kernel/money"
)

// composer makes the segments of a message. Each is held to the lengths and to what is
// mandatory in D.96A, which D.01B has too; the first that does not fit is its error.
// Codes are the schema's to judge, which a partner may extend.
type composer struct {
	message string // the message that is made, such as ORDRSP
	agreed  *mapping.Options
	release *schema.Release
	numbers edifact.Separators
	out     []edifact.Segment
	refs    int // references of the header

	currency money.Currency // of all amounts; zero: it was not said
	err      error
}

// compose begins a message.
func compose(message string, agreed *mapping.Options) *composer {
	c := &composer{message: message, agreed: agreed, numbers: edifact.Standard()}
	c.release, c.err = schema.Embedded(schema.EDIFACT, "D96A")
	switch agreed.DecimalMark {
	case "", ".":
	case ",":
		c.numbers.Decimal = ','
	default:
		c.fail("UNA", spot{}, agreed.DecimalMark, "a decimal mark is a point or a comma")
	}
	return c
}

// result is all that was made, or the error that stands for it.
func (c *composer) result() ([]edifact.Segment, error) {
	if c.err != nil {
		return nil, c.err
	}
	return c.out, nil
}

// fail notes that something cannot be written, unless something was noted before.
func (c *composer) fail(tag string, where spot, value, reason string) {
	if c.err == nil {
		c.err = &mapping.FieldError{Set: c.message, Segment: tag, Element: where.element, Component: where.component, Value: value, Reason: reason}
	}
}

// of makes an element of components.
func of(components ...string) []string { return components }

// none is an element that is left empty.
func none() []string { return nil }

// add makes a segment. Space around values is left out.
func (c *composer) add(tag string, elements ...[]string) {
	made := make([]edifact.Element, 0, len(elements))
	trimmed := make([][]string, 0, len(elements))
	for _, e := range elements {
		components := make([]string, len(e))
		for i, value := range e {
			components[i] = strings.TrimSpace(value)
		}
		trimmed = append(trimmed, components)
		made = append(made, edifact.Composite(components...))
	}
	c.check(tag, trimmed)
	c.out = append(c.out, edifact.NewSegment(tag, made...))
}

// check holds the elements of a segment to the schema.
func (c *composer) check(tag string, elements [][]string) {
	if c.err != nil {
		return
	}
	segment, known := c.release.Segment(tag)
	if !known {
		c.fail(tag, whole(), "", c.release.Version()+" has no such segment")
		return
	}
	for i := range max(len(elements), len(segment.Elements)) {
		var components []string
		if i < len(elements) {
			components = elements[i]
		}
		empty := !slices.ContainsFunc(components, func(v string) bool { return v != "" })
		switch {
		case i >= len(segment.Elements):
			if !empty {
				c.fail(tag, element(i+1), components[0], "the segment has no such element")
			}
		case empty:
			if segment.Elements[i].Required {
				c.fail(tag, element(i+1), "", "it is mandatory")
			}
		default:
			c.checkElement(tag, i+1, &segment.Elements[i], components)
		}
	}
}

// checkElement holds the components of an element that is not empty to the schema.
func (c *composer) checkElement(tag string, i int, e *schema.Element, components []string) {
	fields := e.Components
	if fields == nil {
		fields = []schema.Element{*e}
	}
	for k := range max(len(components), len(fields)) {
		value, where := "", spot{i, k + 1}
		if k < len(components) {
			value = components[k]
		}
		if e.Components == nil {
			where.component = 0
		}
		switch {
		case k >= len(fields):
			if value != "" {
				c.fail(tag, where, value, "the element has no such component")
			}
		case value == "":
			if fields[k].Required {
				c.fail(tag, where, value, "it is mandatory")
			}
		case fields[k].Type == schema.Numeric && !isNumber(value):
			c.fail(tag, where, value, "it is no number")
		case length(&fields[k], value) > fields[k].Max:
			c.fail(tag, where, value, fmt.Sprintf("it has %d characters, %d at most are allowed", length(&fields[k], value), fields[k].Max))
		}
	}
}

// listed tells whether a component has a code in D.96A.
func (c *composer) listed(tag string, where spot, code string) bool {
	segment, known := c.release.Segment(tag)
	if !known || where.element > len(segment.Elements) {
		return false
	}
	e := &segment.Elements[where.element-1]
	if e.Components != nil {
		if where.component > len(e.Components) {
			return false
		}
		e = &e.Components[where.component-1]
	}
	return slices.Contains(e.Codes(), code)
}

func isNumber(value string) bool {
	_, err := edifact.Standard().ParseNumber(value)
	return err == nil
}

// length is that of a value, in characters; of a number in digits.
func length(e *schema.Element, value string) int {
	n := utf8.RuneCountInString(value)
	if e.Type == schema.Numeric {
		n -= strings.Count(value, "-") + strings.Count(value, ".") + strings.Count(value, ",")
	}
	return n
}

// number writes a number, given as the types of the kernel write it, with the decimal
// mark that was agreed.
func (c *composer) number(text string) string {
	out, err := c.numbers.FormatNumber(text)
	if err != nil && c.err == nil {
		c.err = &mapping.FieldError{Set: c.message, Value: text, Reason: err.Error()}
	}
	return out
}

// decimal writes a number.
func (c *composer) decimal(d decimal.Decimal) string { return c.number(d.String()) }
