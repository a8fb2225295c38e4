package rulebooks_test

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/examples/rulebooks"
	"github.com/o2ckit/o2c/order/desk/steps"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/rules"
	"github.com/o2ckit/o2c/rules/analysis"
	"github.com/o2ckit/o2c/rules/ruledoc"
	"github.com/o2ckit/o2c/rules/rulestest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// leastScore is what the scenarios of a book have to find of the small mistakes
// that can be made in it, in thousandths.
const leastScore = 900

func TestPricing(t *testing.T) {
	judge[pricing.Facts, pricing.Discount](t, "pricing", pricing.NewRuleSchema)
}

func TestPromotion(t *testing.T) {
	judge[pricing.Facts, pricing.Discount](t, "promotion", pricing.NewRuleSchema)
}

func TestValidation(t *testing.T) {
	book := judge[steps.ValidationFacts, steps.ValidationEffect](t, "validation", steps.NewValidationSchema)
	require.NoError(t, steps.CheckValidationBook(book))
}

func TestCredit(t *testing.T) { judge[credit.Facts, credit.Effect](t, "credit", credit.NewRuleSchema) }

func TestAllocation(t *testing.T) { judge[atp.Facts, atp.Ranking](t, "allocation", atp.NewRuleSchema) }

func TestHolds(t *testing.T) {
	judge[steps.HoldFacts, steps.HoldEffect](t, "holds", steps.NewHoldSchema)
}

func TestExport(t *testing.T) {
	judge[rulebooks.ExportFacts, rulebooks.ExportEffect](t, "export", rulebooks.ExportSchema)
}

func TestReturns(t *testing.T) {
	judge[rulebooks.ReturnFacts, rulebooks.ReturnEffect](t, "returns", rulebooks.ReturnsSchema)
}

// judge holds a book against all that this package promises of it.
func judge[F, E any](t *testing.T, name string, newSchema func(rules.Config) (*rules.Schema[F], error)) *rules.Book[F, E] {
	t.Helper()
	schema, err := newSchema(rules.Config{})
	require.NoError(t, err)
	book, err := rulebooks.Load[F, E](schema, name)
	require.NoError(t, err)
	header := book.Header()
	assert.Equal(t, []string{name, name}, []string{header.Name, header.Kind})
	for _, r := range book.Rules() {
		assert.NotEmpty(t, r.Group, "rule %s stands in no group", r.ID)
	}
	report := rulestest.Check(t, book, name+".scenarios.*")
	for _, gap := range report.Coverage.Missing {
		t.Errorf("no scenario shows it: %s", gap)
	}
	judgeScenarios(t, book, name)
	judgeRules(t, book, name)
	document, err := ruledoc.New(book, ruledoc.Config{Coverage: coverageOf(&report.Coverage)})
	require.NoError(t, err)
	var page bytes.Buffer
	require.NoError(t, ruledoc.Markdown(&page, document))
	golden(t, name+".md", page.String())
	return book
}

// judgeScenarios puts mistakes into the book and keeps those that nobody finds.
func judgeScenarios[F, E any](t *testing.T, book *rules.Book[F, E], name string) {
	t.Helper()
	report, err := rulestest.MutateBook(t.Context(), book, scenariosOf(t, book, name), rulestest.MutationConfig{})
	require.NoError(t, err)
	assert.Equal(t, report.Possible, report.Tried)
	assert.GreaterOrEqual(t, report.Score.Permille(), leastScore, "mistakes that no scenario finds:\n%s", report)
	lines := []string{"found: " + report.Score.String()}
	for _, m := range report.Survivors {
		lines = append(lines, m.String())
	}
	golden(t, filepath.Join("testdata", name+".survivors.golden"), strings.Join(lines, "\n")+"\n")
}

// judgeRules looks for what is wrong with a book whatever it is asked. Overlaps
// are meant to be where all matches count; the reader sees them in the golden.
func judgeRules[F, E any](t *testing.T, book *rules.Book[F, E], name string) {
	t.Helper()
	report, err := analysis.Analyse(book, analysis.Config{At: time.Date(2026, time.May, 15, 0, 0, 0, 0, time.UTC), MaxFindings: 1000})
	require.NoError(t, err)
	for _, kind := range []analysis.Kind{analysis.Conflict, analysis.Shadowed, analysis.Unreachable, analysis.Gap, analysis.Expired} {
		for _, f := range report.Of(kind) {
			t.Error(f)
		}
	}
	assert.Empty(t, report.LeftOut)
	assert.Empty(t, report.Incomplete)
	golden(t, filepath.Join("testdata", name+".findings.golden"), report.String())
}

// scenariosOf reads the scenarios of a book.
func scenariosOf[F, E any](t *testing.T, book *rules.Book[F, E], name string) []rulestest.Scenario[F, E] {
	t.Helper()
	files, err := fs.Glob(rulebooks.Files, name+".scenarios.*")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var out []rulestest.Scenario[F, E]
	for _, file := range files {
		text, err := rulebooks.Files.ReadFile(file)
		require.NoError(t, err)
		read := rulestest.Read[F, E]
		if filepath.Ext(file) == ".csv" {
			read = rulestest.ReadCSV[F, E]
		}
		list, err := read(book.Schema(), file, text)
		require.NoError(t, err)
		out = append(out, list...)
	}
	return out
}

// coverageOf tells a document how the rules fared.
func coverageOf(c *rulestest.Coverage) map[string]ruledoc.Coverage {
	out := make(map[string]ruledoc.Coverage, len(c.ByRule))
	for _, r := range c.ByRule {
		one := ruledoc.Coverage{Hits: r.Fired}
		for _, p := range r.Parts {
			one.Parts = append(one.Parts, ruledoc.PartCoverage{True: p.True, False: p.False})
		}
		out[r.Rule] = one
	}
	return out
}

// golden holds a text against a file that a reader can look at.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o600))
	}
	want, err := os.ReadFile(filepath.Clean(file))
	require.NoError(t, err)
	assert.Equal(t, string(want), got, "%s: see what changed, then run the test with -update", file)
}

// Every file belongs to a book, and every book has its files.
func TestFiles(t *testing.T) {
	names := rulebooks.Names()
	seen := map[string][]string{}
	entries, err := rulebooks.Files.ReadDir(".")
	require.NoError(t, err)
	for _, e := range entries {
		book, kind, _ := strings.Cut(e.Name(), ".")
		seen[book] = append(seen[book], kind)
		assert.Contains(t, names, book, "%s belongs to no book", e.Name())
		assert.Contains(t, []string{"yaml", "csv", "scenarios.yaml", "scenarios.csv"}, kind)
	}
	for _, name := range names {
		assert.Contains(t, seen[name], "yaml", name)
		assert.Contains(t, seen[name], "scenarios.yaml", name)
		assert.Equal(t, slices.Contains(seen[name], "csv"), slices.Contains(seen[name], "scenarios.csv"), "a table of %s comes with scenarios of its own", name)
	}
}

func TestLoadTellsWhatIsWrong(t *testing.T) {
	schema, err := rulebooks.ExportSchema(rules.Config{})
	require.NoError(t, err)
	for _, name := range []string{"", "prices", "export.scenarios.", "../export", "export.yaml"} {
		_, err := rulebooks.Load[rulebooks.ExportFacts, rulebooks.ExportEffect](schema, name)
		var unknown *rulebooks.UnknownError
		require.ErrorAs(t, err, &unknown, name)
		assert.Equal(t, name, unknown.Name)
		assert.ErrorContains(t, err, "pricing, promotion")
	}
	_, err = rulebooks.Load[rulebooks.ExportFacts, rulebooks.ExportEffect](schema, "returns")
	var load *rules.LoadError
	require.ErrorAs(t, err, &load)
	assert.ErrorContains(t, err, "returns.yaml")
}
