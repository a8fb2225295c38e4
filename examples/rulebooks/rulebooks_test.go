package rulebooks_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/examples/rulebooks"
	"github.com/o2ckit/o2c/order/desk/steps"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/rules"
	"github.com/o2ckit/o2c/rules/rulestest"
)

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
	report := rulestest.Check(t, book, name+".scenarios.*")
	for _, gap := range report.Coverage.Missing {
		t.Errorf("no scenario shows it: %s", gap)
	}
	scenarios := scenariosOf[F, E](t, schema, name)
	mutation, err := rulestest.MutateBook(t.Context(), book, scenarios, rulestest.MutationConfig{})
	require.NoError(t, err)
	t.Log(mutation)
	assert.GreaterOrEqual(t, mutation.Score.Permille(), 900)
	return book
}

// scenariosOf reads the scenarios of a book.
func scenariosOf[F, E any](t *testing.T, schema *rules.Schema[F], name string) []rulestest.Scenario[F, E] {
	t.Helper()
	files, err := filepath.Glob(name + ".scenarios.*")
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
		list, err := read(schema, file, text)
		require.NoError(t, err)
		out = append(out, list...)
	}
	return out
}
