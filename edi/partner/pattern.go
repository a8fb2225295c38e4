package partner

import (
	"fmt"
	"strconv"
	"strings"
)

// Pattern describes a segment by what it holds: REF, REF.1=DP, or REF.1=DP,2 for a REF
// whose first element is DP and whose second is not empty. Components follow their
// element: RFF.1.1=ON,1.2. Values hold no comma.
type Pattern string

// pattern is a Pattern that was read.
type pattern struct {
	segment    string
	conditions []condition
}

// condition is what an element or component has to hold; anything if want is empty.
type condition struct {
	element, component int // component 0: the first
	want               string
}

// valued is a segment of either standard, read or made.
type valued interface {
	ID() string
	Component(element, component int) string
}

// read takes the pattern apart.
func (p Pattern) read() (pattern, error) {
	var out pattern
	head, rest, conditional := strings.Cut(string(p), ".")
	out.segment = head
	if !isTag(head) {
		return out, fmt.Errorf("%q does not begin with a segment such as REF", string(p))
	}
	if !conditional {
		return out, nil
	}
	for _, text := range strings.Split(rest, ",") {
		place, want, _ := strings.Cut(text, "=")
		c := condition{want: want}
		element, component, deep := strings.Cut(place, ".")
		var err, inner error
		c.element, err = strconv.Atoi(element)
		if deep {
			c.component, inner = strconv.Atoi(component)
		}
		if err != nil || inner != nil || c.element < 1 || c.component < 0 || deep && c.component < 1 {
			return out, fmt.Errorf("%q: %q is no element; expected a number such as 1 or 1.2, and = with what it holds", string(p), place)
		}
		out.conditions = append(out.conditions, c)
	}
	return out, nil
}

// isTag tells whether a text is a segment identifier.
func isTag(text string) bool {
	return len(text) >= 2 && len(text) <= 3 && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == "" && text[0] >= 'A'
}

// matches tells whether a segment is as described.
func (p pattern) matches(s valued) bool {
	if s.ID() != p.segment {
		return false
	}
	for _, c := range p.conditions {
		if !c.holds(s) {
			return false
		}
	}
	return true
}

func (c condition) holds(s valued) bool {
	value := s.Component(c.element, max(c.component, 1))
	return value != "" && (c.want == "" || value == c.want)
}
