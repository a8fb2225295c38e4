package rulestest

import (
	"fmt"
	"strings"
)

// maxLines bounds the lists in the text of a report; the report has them all.
const maxLines = 100

// String prints the report for a person: what failed and why, then what was not
// covered.
func (r *Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d passed, %d failed, book %.12s\n", r.Passed, r.Failed, r.Book)
	shown := 0
	for i := range r.Results {
		if r.Results[i].Passed {
			continue
		}
		if shown == maxLines {
			fmt.Fprintf(&b, "and %d more\n", r.Failed-shown)
			break
		}
		shown++
		b.WriteString(r.Results[i].String())
	}
	b.WriteString(r.Coverage.String())
	return b.String()
}

// String prints the result for a person: a line, and of a failure what was
// expected, what came and why.
func (r *Result) String() string {
	var b strings.Builder
	if r.Passed {
		fmt.Fprintf(&b, "passed %s\n", r.ID)
		return b.String()
	}
	fmt.Fprintf(&b, "FAILED %s", r.ID)
	if r.Place != "" {
		fmt.Fprintf(&b, " (%s)", r.Place)
	}
	if r.Note != "" {
		fmt.Fprintf(&b, " %s", r.Note)
	}
	fmt.Fprintf(&b, "\n  expected %s\n  matched %s\n", list(r.Expected), list(r.Matched))
	for _, f := range r.Failures {
		fmt.Fprintf(&b, "  - %s\n", f.Message)
		if f.Why != nil {
			fmt.Fprintf(&b, "    %s\n", f.Why)
		}
	}
	return b.String()
}

// String prints the coverage for a person: the shares, then what is missing.
func (c *Coverage) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "rules fired: %s\nconditions seen true and false: %s\n", c.Rules, c.Conditions)
	for i, gap := range c.Missing {
		if i == maxLines {
			fmt.Fprintf(&b, "  and %d more\n", len(c.Missing)-i)
			break
		}
		fmt.Fprintf(&b, "  %s\n", gap)
	}
	return b.String()
}
