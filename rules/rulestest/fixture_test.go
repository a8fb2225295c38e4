package rulestest_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/rules"
	"github.com/o2ckit/o2c/rules/rulestest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden holds a report against a file. Hashes of books are left out: they
// change with the language of conditions.
func golden(t *testing.T, name, got string) {
	t.Helper()
	got = regexp.MustCompile(`\b[0-9a-f]{12}([0-9a-f]{52})?\b`).ReplaceAllString(got, "HASH")
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	out, err := json.MarshalIndent(v, "", "  ")
	require.NoError(t, err)
	return string(out) + "\n"
}

// facts has a fact of every type.
type facts struct {
	Tier      string
	Lines     int
	Rank      int8
	Rush      bool
	Net       money.Amount
	Limit     *money.Amount
	Quantity  quantity.Quantity
	Margin    money.Rate
	Requested calendar.Date
	Placed    time.Time
	Tags      []string
	Customer  customer
	ID        string
}

type customer struct {
	Country string
	Score   *int
}

type effect struct {
	Percent money.Rate    `yaml:"percent"`
	Amount  *money.Amount `yaml:"amount,omitempty" json:"amount,omitempty"`
	Terms   struct {
		Days int
		Text string
	}
	Labels []string
}

func quantityHundred() quantity.Quantity { return quantity.New(100, quantity.Each) }

func percent(text string) effect { return effect{Percent: money.MustRate(text)} }

func schema(t testing.TB, c rules.Config) *rules.Schema[facts] {
	t.Helper()
	s, err := rules.NewSchema[facts](c)
	require.NoError(t, err)
	return s
}

func compile(t testing.TB, c rules.Config, rs ...rules.Rule[effect]) *rules.Book[facts, effect] {
	t.Helper()
	b, err := rules.Compile(schema(t, c), "test", rs)
	require.NoError(t, err)
	return b
}

func day(text string) time.Time {
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return d
}

// discounts is a book with a group, priorities, validity and a rule that can
// fail.
func discounts() []rules.Rule[effect] {
	return []rules.Rule[effect]{
		{ID: "gold", Group: "line", When: `tier == "GOLD" && lines in 2..5`, Then: percent("5%"), Priority: 10},
		{ID: "bulk", Group: "line", When: `quantity >= 100`, Then: percent("2%")},
		{ID: "summer", Group: "line", When: `"garden" in tags`, Then: percent("1%"), From: day("2026-07-01"), To: day("2026-09-01")},
		{ID: "large", Group: "order", When: `net > money("1000.00 USD") or rush`, Then: percent("3%")},
	}
}

func read(t testing.TB, s *rules.Schema[facts], text string) []rulestest.Scenario[facts, effect] {
	t.Helper()
	out, err := rulestest.Read[facts, effect](s, "test.yaml", []byte(text))
	require.NoError(t, err)
	return out
}
