package partner

import (
	"errors"
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/schema"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/order"
)

// errNoReference says that an order lacks what an addition copies.
var errNoReference = errors.New("the order has no such reference")

// checkTemplate tells what is wrong with the text of an addition.
func checkTemplate(standard, text string) error {
	separator := "*"
	if standard == schema.EDIFACT {
		separator = "+"
	}
	tag, rest, _ := strings.Cut(text, separator)
	switch {
	case !isTag(tag):
		return fmt.Errorf("%q does not begin with a segment and %s", text, separator)
	case strings.Trim(rest, separator) == "":
		return fmt.Errorf("%q has no elements", text)
	case strings.ContainsAny(text, "\r\n~"), standard == schema.X12 && strings.Contains(text, "^"):
		return fmt.Errorf("%q is not one segment", text)
	case standard == schema.EDIFACT:
		_, err := parseEDIFACT(text)
		return err
	}
	return nil
}

// fillX12 makes the segment of an addition.
func fillX12(text string, refs []order.Reference) (x12.Segment, error) {
	parts := strings.Split(text, "*")
	for i, element := range parts[1:] {
		components := strings.Split(element, ">")
		for c := range components {
			var err error
			if components[c], err = fill(components[c], refs); err != nil {
				return x12.Segment{}, err
			}
		}
		parts[i+1] = x12.Composite(components...)
	}
	return x12.NewSegment(parts[0], parts[1:]...), nil
}

// fillEDIFACT makes the segment of an addition.
func fillEDIFACT(text string, refs []order.Reference) (edifact.Segment, error) {
	given, err := parseEDIFACT(text)
	if err != nil {
		return edifact.Segment{}, err
	}
	elements := make([]edifact.Element, given.Len())
	for i := range elements {
		components := given.Components(i + 1)
		for c := range components {
			if components[c], err = fill(components[c], refs); err != nil {
				return edifact.Segment{}, err
			}
		}
		elements[i] = edifact.Composite(components...)
	}
	return edifact.NewSegment(given.ID(), elements...), nil
}

// parseEDIFACT reads a segment that is written with the standard separators.
func parseEDIFACT(text string) (edifact.Segment, error) {
	r := edifact.NewReader(strings.NewReader(text+"'"), edifact.Options{})
	token, err := r.Next()
	if err != nil {
		return edifact.Segment{}, fmt.Errorf("%q is no segment: %w", text, err)
	}
	segment := token.Segment()
	if _, err := r.Next(); err == nil {
		return edifact.Segment{}, fmt.Errorf("%q is not one segment", text)
	}
	return segment, nil
}

// fill puts a reference in the place of {qualifier}.
func fill(value string, refs []order.Reference) (string, error) {
	if len(value) < 3 || value[0] != '{' || value[len(value)-1] != '}' {
		return value, nil
	}
	qualifier := value[1 : len(value)-1]
	for _, r := range refs {
		if r.Qualifier == qualifier && r.Value != "" {
			return r.Value, nil
		}
	}
	return "", fmt.Errorf("%w: %s", errNoReference, qualifier)
}
