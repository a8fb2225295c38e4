package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/rulecmd"
	"github.com/o2ckit/o2c/rules/rulestest"
)

type rulesTest struct {
	ruleBooks
	Scenarios   []string `placeholder:"FILE" help:"Scenarios of the one book, in place of those beside it; may be repeated."`
	Mutate      bool     `help:"Put small mistakes into the rules and tell which of them no scenario finds."`
	MaxMutants  int      `placeholder:"N" help:"Try at most N mistakes, evenly chosen. By default all."`
	MinCoverage int      `placeholder:"N" help:"Exit with 1 when less than N percent of the rules, or of the conditions, are covered."`
}

// Validate checks the bounds of numbers.
func (c *rulesTest) Validate() error {
	switch {
	case c.MinCoverage < 0 || c.MinCoverage > 100:
		return fmt.Errorf("--min-coverage %d is not from 0 to 100", c.MinCoverage)
	case c.MaxMutants < 0:
		return fmt.Errorf("--max-mutants %d is negative", c.MaxMutants)
	}
	return c.ruleBooks.Validate()
}

// testJSON is a tested book as --json prints it.
type testJSON struct {
	rulecmd.Summary
	Scenarios []string                  `json:"scenarios"` // their files
	Covered   bool                      `json:"covered"`   // as much as --min-coverage asks for
	Report    *rulestest.Report         `json:"report,omitempty"`
	Mutation  *rulestest.MutationReport `json:"mutation,omitempty"`
}

// Run tests books; exit code 1 when a scenario fails, when too little is covered
// and when there was no scenario at all.
func (c *rulesTest) Run(r *run) error {
	books, err := c.load(r, c.Paths...)
	if err != nil {
		return err
	}
	if len(c.Scenarios) > 0 {
		if len(books) > 1 {
			return usageError{errors.New("--scenarios takes one book; name its file")}
		}
		for i := range books {
			if books[i].Scenarios, err = rulecmd.ReadFiles(c.Scenarios); err != nil {
				return err
			}
		}
	}
	tested := false
	for _, b := range books {
		if len(b.Scenarios) > 0 {
			tested = true
		}
		if err := c.test(r, b); err != nil {
			return err
		}
	}
	if !tested && len(books) > 0 {
		r.found()
		_, _ = fmt.Fprintln(r.err, "orderdesk: there were no scenarios, so nothing was tested")
	}
	return nil
}

func (c *rulesTest) test(r *run, b loadedBook) error {
	out := testJSON{Summary: b.Summary(), Scenarios: []string{}}
	for _, f := range b.Scenarios {
		out.Scenarios = append(out.Scenarios, f.Path)
	}
	if len(b.Scenarios) > 0 {
		var shown *bar
		tried := func(_, total int) {
			if shown == nil {
				shown = progress(r.err, total, "mistakes")
			}
			shown.add()
		}
		tested, err := b.Test(r.ctx, b.Scenarios, rulecmd.Testing{Mutate: c.Mutate, MaxMutants: c.MaxMutants, Progress: tried})
		if shown != nil {
			shown.close()
		}
		if err != nil {
			return r.refused(err)
		}
		out.Report, out.Mutation = tested.Report, tested.Mutation
	}
	out.Covered = c.covers(out.Report)
	if !out.Covered || out.Report != nil && out.Report.Failed > 0 {
		r.found()
	}
	return r.print(out, c.text(b, out))
}

// covers reports whether enough is covered; of a book without scenarios nothing is.
func (c *rulesTest) covers(report *rulestest.Report) bool {
	enough := func(s rulestest.Share) bool { return s.Covered*100 >= c.MinCoverage*s.Of }
	if report == nil {
		return c.MinCoverage == 0
	}
	return enough(report.Coverage.Rules) && enough(report.Coverage.Conditions)
}

func (c *rulesTest) text(b loadedBook, out testJSON) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s: ", b.name())
	if out.Report == nil {
		text.WriteString("no scenarios\n")
	} else {
		text.WriteString(out.Report.String())
	}
	switch {
	case out.Mutation != nil:
		text.WriteString(out.Mutation.String())
	case c.Mutate && out.Report != nil:
		text.WriteString("no mistakes were tried: scenarios fail on the rules as they are\n")
	}
	if !out.Covered {
		fmt.Fprintf(&text, "the coverage is below the %d%% that --min-coverage asks for\n", c.MinCoverage)
	}
	return text.String()
}
