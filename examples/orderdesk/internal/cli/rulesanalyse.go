package cli

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/rulecmd"
	"github.com/o2ckit/o2c/rules/analysis"
)

type rulesAnalyse struct {
	ruleBooks
	At     dateFlag `placeholder:"DATE" help:"Also find rules that are out of force at this date, and look for gaps at it alone."`
	All    bool     `help:"List overlaps too."`
	Strict bool     `help:"Exit with 1 also for what could not be decided."`
}

// findingJSON is a finding as --json prints it.
type findingJSON struct {
	Book string `json:"book"`
	analysis.Finding
	Places []rulecmd.Place `json:"places,omitempty"`
}

// analysisJSON ends what --json prints of a book.
type analysisJSON struct {
	rulecmd.Summary
	// Findings counts by kind, those that are not listed too.
	Findings   map[string]int `json:"findings"`
	Incomplete []string       `json:"incomplete,omitempty"`
}

// Run analyses books; exit code 1 when one has a conflict, a rule that is shadowed
// or unreachable, or a gap.
func (c *rulesAnalyse) Run(r *run) error {
	books, err := c.load(r, c.Paths...)
	if err != nil {
		return err
	}
	found := make([]rulecmd.Analysis, len(books))
	bar := progress(r.err, len(books), "books")
	for i, b := range books {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		if found[i], err = b.Analyse(c.At.Time); err != nil {
			return fmt.Errorf("%s: %w", b.name(), err)
		}
		bar.add()
	}
	bar.close()
	for i, b := range books {
		if err := c.report(r, b, found[i]); err != nil {
			return err
		}
	}
	return nil
}

func (c *rulesAnalyse) report(r *run, b loadedBook, found rulecmd.Analysis) error {
	out := analysisJSON{Summary: b.Summary(), Findings: make(map[string]int), Incomplete: found.Report.Incomplete}
	hidden := 0
	for i, f := range found.Report.Findings {
		out.Findings[f.Kind.String()]++
		if rulecmd.Substantial(f.Kind) && (f.Certainty == analysis.Certain || c.Strict) {
			r.found()
		}
		if f.Kind == analysis.Overlap && !c.All {
			hidden++
			continue
		}
		text := f.String()
		if len(found.Places[i]) > 0 {
			text = found.Places[i][0].String() + ": " + text
		}
		if len(f.Rules) > 1 && len(found.Places[i]) > 1 { // the mistake may be the other rule's
			text += " (with " + found.Places[i][1].String()
			if more := len(found.Places[i]) - 2; more > 0 {
				text += fmt.Sprintf(" and %d more", more)
			}
			text += ")"
		}
		if err := r.print(findingJSON{b.Name, f, found.Places[i]}, text); err != nil {
			return err
		}
	}
	for _, l := range found.Report.LeftOut {
		out.Findings[l.Kind.String()] += l.Count
		if l.Kind == analysis.Overlap && !c.All {
			hidden += l.Count
		}
	}
	if c.Strict && len(out.Incomplete) > 0 {
		r.found()
	}
	return r.print(out, c.summary(b, found, hidden))
}

// summary ends the findings of a book for a person.
func (c *rulesAnalyse) summary(b loadedBook, found rulecmd.Analysis, hidden int) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s: %s", b.name(), count(len(found.Report.Findings)-min(hidden, len(found.Report.Of(analysis.Overlap))), "finding"))
	if hidden > 0 {
		fmt.Fprintf(&text, "; %s, which --all lists", count(hidden, "overlap"))
	}
	for _, l := range found.Report.LeftOut {
		if l.Kind != analysis.Overlap || c.All {
			fmt.Fprintf(&text, "\n  %s: %d more", l.Kind, l.Count)
		}
	}
	for _, one := range found.Report.Incomplete {
		fmt.Fprintf(&text, "\n  incomplete: %s", one)
	}
	return text.String()
}
