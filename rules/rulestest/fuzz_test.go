package rulestest_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/rules"
	"github.com/o2ckit/o2c/rules/rulestest"
)

// readers are the two forms of a scenario file.
func readers() []func(*rules.Schema[facts], string, []byte) ([]rulestest.Scenario[facts, effect], error) {
	return []func(*rules.Schema[facts], string, []byte) ([]rulestest.Scenario[facts, effect], error){
		rulestest.Read[facts, effect], rulestest.ReadCSV[facts, effect],
	}
}

// FuzzRead holds that no text stops the reader but with located mistakes, and
// that what it accepts can be run.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"mistakes.yaml", "mistakes.csv", "discounts.yaml", "discounts.csv"} {
		text, err := os.ReadFile("testdata/" + name)
		require.NoError(f, err)
		f.Add(string(text))
	}
	f.Add("scenarios: [{id: a, base: a, expect: {effects: [{terms: {days: 1}, labels: [x]}]}}]")
	f.Add("id,facts.id,expect.effects\n\"a\nb\",c,\"[{percent: 5%}]\n---\n[x]\"\n")
	book := compile(f, rules.Config{}, discounts()...)
	f.Fuzz(func(t *testing.T, text string) {
		for _, read := range readers() {
			scenarios, err := read(book.Schema(), "fuzz", []byte(text))
			if err == nil {
				require.NotEmpty(t, scenarios)
				report, err := rulestest.Run(context.Background(), book, scenarios)
				require.NoError(t, err)
				require.NotEmpty(t, report.String())
				continue
			}
			require.Empty(t, scenarios)
			var load *rules.LoadError
			require.True(t, errors.As(err, &load))
			lines := strings.Split(text, "\n")
			for _, e := range load.Errors {
				if e.Line > 0 {
					require.Equal(t, strings.TrimRight(lines[e.Line-1], "\r"), e.Text)
				}
			}
		}
	})
}
