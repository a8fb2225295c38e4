package rules

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// maxSeen bounds how much of a text or list an explanation shows, in bytes and
// elements.
const maxSeen = 80

// write shows a value as a condition would write it.
func write(v any) string {
	switch v := v.(type) {
	case nil:
		return "missing"
	case string:
		return quote(v)
	case []string:
		parts := make([]string, 0, min(len(v), maxSeen)+1)
		for i, s := range v {
			if i == maxSeen {
				parts = append(parts, fmt.Sprintf("and %d more", len(v)-i))
				break
			}
			parts = append(parts, quote(s))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case time.Time:
		return v.Format(time.RFC3339Nano)
	default:
		return fmt.Sprint(v)
	}
}

func quote(s string) string {
	if len(s) > maxSeen {
		end := maxSeen
		for end > 0 && !utf8.RuneStart(s[end]) {
			end--
		}
		return strconv.Quote(s[:end]) + "..."
	}
	return strconv.Quote(s)
}

// String prints the explanation for a person: a line on the whole, then a line
// for each rule.
func (x Explanation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d rules matched", x.Matched, x.Total)
	if !x.At.IsZero() {
		fmt.Fprintf(&b, " at %s", x.At.Format(time.RFC3339))
	}
	fmt.Fprintf(&b, ", book %.12s\n", x.Book)
	for _, r := range x.Rules {
		b.WriteString("  ")
		b.WriteString(r.String())
		b.WriteString("\n")
	}
	for _, p := range x.PassedOver {
		fmt.Fprintf(&b, "  %s\n", p)
	}
	return b.String()
}

// String prints how many rules were passed over and why, on one line.
func (p PassedOver) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d passed over:", p.Rules)
	for i, s := range p.Facts {
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, " %s: %s", s.Fact, s.Value)
	}
	return b.String()
}

// String prints the reason on one line.
func (r Reason) String() string {
	var b strings.Builder
	b.WriteString(r.Rule)
	if r.Name != "" {
		fmt.Fprintf(&b, " (%s)", r.Name)
	}
	switch r.Outcome {
	case Matched:
		fmt.Fprintf(&b, ": matched: %s", r.Condition)
	case Unmet:
		fmt.Fprintf(&b, ": not met: %s", r.Condition)
	case NotYetInForce:
		b.WriteString(": not yet in force")
		if r.From != nil {
			fmt.Fprintf(&b, ", begins %s", r.From.Format(time.RFC3339))
		}
	case NoLongerInForce:
		b.WriteString(": no longer in force")
		if r.To != nil {
			fmt.Fprintf(&b, ", ended %s", r.To.Format(time.RFC3339))
		}
	case Failed:
		fmt.Fprintf(&b, ": failed: %s: %s", r.Condition, r.Error)
	}
	if len(r.Saw) == 0 {
		return b.String()
	}
	b.WriteString(" [")
	for i, s := range r.Saw {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s: %s", s.Fact, s.Value)
	}
	b.WriteString("]")
	return b.String()
}
