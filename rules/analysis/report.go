package analysis

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Report is what an analysis found.
type Report struct {
	// Book is the hash of the book.
	Book string `json:"book"`
	// Findings are sorted by kind, group and rules.
	Findings []Finding `json:"findings"`
	// LeftOut counts the findings beyond Config.MaxFindings, by kind. Their
	// certainty was not looked into.
	LeftOut []LeftOut `json:"left_out,omitempty"`
	// Incomplete names, in sentences, what a cap of Config kept from being asked.
	Incomplete []string `json:"incomplete,omitempty"`
}

// LeftOut counts the findings of a kind that a report leaves out.
type LeftOut struct {
	Kind  Kind `json:"kind"`
	Count int  `json:"count"`
}

// Of returns the findings of one kind.
func (r *Report) Of(kind Kind) []Finding {
	var out []Finding
	for _, f := range r.Findings {
		if f.Kind == kind {
			out = append(out, f)
		}
	}
	return out
}

// String prints a finding on each line.
func (r *Report) String() string {
	var b strings.Builder
	for _, f := range r.Findings {
		b.WriteString(f.String() + "\n")
	}
	for _, l := range r.LeftOut {
		fmt.Fprintf(&b, "%s: %d more\n", l.Kind, l.Count)
	}
	for _, text := range r.Incomplete {
		b.WriteString("incomplete: " + text + "\n")
	}
	if b.Len() == 0 {
		return "nothing was found\n"
	}
	return b.String()
}

// collector gathers findings up to the cap of each kind.
type collector struct {
	max        int
	findings   []Finding
	count      [lastKind + 1]int
	incomplete []string
}

// full counts a finding of the kind and reports whether it is one too many.
func (c *collector) full(kind Kind) bool {
	c.count[kind]++
	return c.count[kind] > c.max
}

func (c *collector) report(hash string) *Report {
	r := &Report{Book: hash, Findings: c.findings, Incomplete: c.incomplete}
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Group, b.Group), slices.Compare(a.Rules, b.Rules))
	})
	for kind := Overlap; kind <= lastKind; kind++ {
		if n := c.count[kind] - c.max; n > 0 {
			r.LeftOut = append(r.LeftOut, LeftOut{Kind: kind, Count: n})
		}
	}
	return r
}
