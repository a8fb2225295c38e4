package rulestest_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/rules"
	"github.com/o2ckit/o2c/rules/rulestest"
)

func TestReadSetsFacts(t *testing.T) {
	toronto, err := time.LoadLocation("America/Toronto")
	require.NoError(t, err)
	limit, score := money.MustParse("7.00 EUR"), 700
	base := facts{Tier: "GOLD", Lines: 3, Limit: &limit, Customer: customer{Country: "US", Score: &score}}
	with := func(change func(*facts)) facts {
		f := base
		change(&f)
		return f
	}
	tests := []struct {
		name, facts string
		want        facts
	}{
		{"defaults alone", `{}`, base},
		{"dotted", `{customer.country: CA}`, with(func(f *facts) { f.Customer.Country = "CA" })},
		{"nested", `{customer: {country: CA, score: 1}}`, with(func(f *facts) { one := 1; f.Customer = customer{"CA", &one} })},
		{"missing", `{customer.score: null, limit: missing}`, with(func(f *facts) { f.Customer.Score, f.Limit = nil, nil })},
		{"missing in quotes is a text", `{tier: "missing"}`, with(func(f *facts) { f.Tier = "missing" })},
		{"quotes within a text", `{tier: '"A"'}`, with(func(f *facts) { f.Tier = `"A"` })},
		{"spaces around a text", `{tier: " A "}`, with(func(f *facts) { f.Tier = " A " })},
		{"a number as a text", `{tier: 007}`, with(func(f *facts) { f.Tier = "007" })},
		{"list", `{tags: [a, "b, c"]}`, with(func(f *facts) { f.Tags = []string{"a", "b, c"} })},
		{"list in a text", `{tags: 'a, b'}`, with(func(f *facts) { f.Tags = []string{"a", "b"} })},
		{"every type", `{rank: -3, rush: true, net: 10 USD, quantity: 12 CA, margin: 5%, requested: 2026-01-31, placed: 2026-01-31T08:00:00Z}`,
			with(func(f *facts) {
				f.Rank, f.Rush, f.Net, f.Quantity = -3, true, money.MustParse("10 USD"), quantity.MustParse("12 CA")
				f.Margin, f.Placed = money.MustRate("5%"), time.Date(2026, 1, 31, 8, 0, 0, 0, time.UTC)
				f.Requested, _ = calendar.ParseDate("2026-01-31")
			})},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out := read(t, schema(t, rules.Config{Location: toronto}), `
at: 2026-06-01
defaults: {tier: GOLD, lines: 3, limit: 7 EUR, customer: {country: US, score: 700}}
scenarios:
  - {id: a, facts: `+tt.facts+`, expect: {none: true}}
`)
			require.Len(t, out, 1)
			require.Equal(t, tt.want, out[0].Facts)
			require.True(t, time.Date(2026, 6, 1, 4, 0, 0, 0, time.UTC).Equal(out[0].At), "midnight in Toronto")
			require.Equal(t, "test.yaml:5", out[0].Place)
		})
	}
}

func TestReadBase(t *testing.T) {
	out := read(t, schema(t, rules.Config{}), `
at: 2026-01-01
scenarios:
  - {id: a, note: n, group: line, at: 2026-02-02, facts: {tier: GOLD, lines: 3}, expect: {rules: [x]}}
  - {id: b, base: a, facts: {lines: 4}, expect: {none: true}}
  - {id: c, base: b, group: order, at: 2026-03-03, facts: {tier: "B"}, expect: {none: true}}
  - {id: d, expect: {none: true}}
`)
	type row struct {
		group, at, tier string
		lines           int
	}
	var got []row
	for _, s := range out {
		got = append(got, row{s.Group, s.At.Format(time.DateOnly), s.Facts.Tier, s.Facts.Lines})
	}
	require.Equal(t, []row{{"line", "2026-02-02", "GOLD", 3}, {"line", "2026-02-02", "GOLD", 4}, {"order", "2026-03-03", "B", 4}, {"", "2026-01-01", "", 0}}, got)
	require.Equal(t, "n", out[0].Note)
	require.Empty(t, out[1].Note)
	require.Empty(t, out[1].Expect.Rules, "an expectation is not taken over")
}

func TestReadMistakes(t *testing.T) {
	for _, tt := range []struct {
		file string
		read func(*rules.Schema[facts], string, []byte) ([]rulestest.Scenario[facts, effect], error)
	}{
		{"mistakes.yaml", rulestest.Read[facts, effect]},
		{"mistakes.csv", rulestest.ReadCSV[facts, effect]},
	} {
		t.Run(tt.file, func(t *testing.T) {
			text, err := os.ReadFile("testdata/" + tt.file)
			require.NoError(t, err)
			out, err := tt.read(schema(t, rules.Config{}), tt.file, text)
			require.Nil(t, out)
			var load *rules.LoadError
			require.ErrorAs(t, err, &load)
			lines := strings.Split(string(text), "\n")
			for _, e := range load.Errors {
				require.Positive(t, e.Line, e.Message)
				require.Equal(t, lines[e.Line-1], e.Text)
			}
			golden(t, tt.file+".golden", err.Error()+"\n")
		})
	}
}

func TestReadRefuses(t *testing.T) {
	small := schema(t, rules.Config{Limits: rules.Limits{SourceBytes: 200}})
	tests := []struct{ name, text, want string }{
		{"nothing", "", "the file has no scenarios"},
		{"not a mapping", "hello", "this is not a list of scenarios"},
		{"scenarios is a text", "scenarios: x", "this is not a list"},
		{"alias", "scenarios: [&a {id: x, expect: {none: true}}, *a]", "anchors, aliases, tags, merges and directives are not admitted"},
		{"not YAML", "scenarios: [", "test.yaml:1:"},
		{"not UTF-8", "\xff", "not UTF-8"},
		{"too large", strings.Repeat("#", 201), "has 201 bytes; the limit is 200"},
		{"too deep", strings.Repeat("[", 100), "nested deeper than 64"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := rulestest.Read[facts, effect](small, "test.yaml", []byte(tt.text))
			var load *rules.LoadError
			require.ErrorAs(t, err, &load)
			require.ErrorContains(t, err, tt.want)
		})
	}
	for _, tt := range []struct{ name, text, want string }{
		{"nothing", "", "the table has no scenarios"},
		{"no rows", "id,expect.rules\n", "the table has no scenarios"},
		{"no id", "tier,expect.rules\nGOLD,gold\n", "the table has no column id"},
		{"unknown column", "id,teir\na,b\n", "test.yaml:1:4: there is no column and no fact \"teir\"; did you mean tier?"},
		{"twice", "id,tier,facts.tier\na,b,c\n", "the column facts.tier stands twice"},
		{"very many columns", "id" + strings.Repeat(",x", 60) + "\n", "the table has 61 columns; there are"},
		{"quotes", "id,tier\na,\"b\n", "test.yaml:2:"},
		{"too large", strings.Repeat("#", 201), "has 201 bytes; the limit is 200"},
		{"not UTF-8", "\xff", "not UTF-8"},
	} {
		t.Run("CSV "+tt.name, func(t *testing.T) {
			_, err := rulestest.ReadCSV[facts, effect](small, "test.yaml", []byte(tt.text))
			var load *rules.LoadError
			require.ErrorAs(t, err, &load)
			require.ErrorContains(t, err, tt.want)
		})
	}
	_, err := rulestest.Read[facts, effect](nil, "", nil)
	require.ErrorIs(t, err, rules.ErrNoSchema)
	_, err = rulestest.ReadCSV[facts, effect](nil, "", nil)
	require.ErrorIs(t, err, rules.ErrNoSchema)
}

// TestReadCSVIsReadYAML reads the same scenarios in both forms.
func TestReadCSVIsReadYAML(t *testing.T) {
	s := schema(t, rules.Config{})
	table, err := rulestest.ReadCSV[facts, effect](s, "t.csv", []byte("\ufeff"+`id,note,group,at,tier,customer.score,limit,tags,facts.id,expect.rules,expect.includes,expect.excludes,expect.effects,expect.none,expect.error
a,Agreed,line,2026-06-01,GOLD,700,missing,"a, b",x-1,"gold, bulk",gold,summer,"[{percent: 5%}, {percent: 2%}]",,
# a comment
b,,,,,,5 USD,,,,,,,true,
c,,,2026-06-01T08:00:00Z,,,,,,,,,,,overflow
`))
	require.NoError(t, err)
	file := read(t, s, `
scenarios:
  - id: a
    note: Agreed
    group: line
    at: 2026-06-01
    facts: {tier: GOLD, customer.score: 700, limit: null, tags: [a, b], id: x-1}
    expect: {rules: [gold, bulk], includes: [gold], excludes: [summer], effects: [{percent: 5%}, {percent: 2%}]}
  - {id: b, facts: {limit: 5 USD}, expect: {none: true}}
  - {id: c, at: 2026-06-01T08:00:00Z, expect: {error: overflow}}
`)
	require.Len(t, table, 3)
	book := compile(t, rules.Config{}, discounts()...)
	for i := range file {
		require.Equal(t, file[i].Facts, table[i].Facts)
		for j := range file[i].Expect.Effects {
			require.Equal(t, file[i].Expect.Effects[j].String(), table[i].Expect.Effects[j].String())
		}
		file[i].Place = table[i].Place
	}
	a, err := rulestest.Run(context.Background(), book, file)
	require.NoError(t, err)
	b, err := rulestest.Run(context.Background(), book, table)
	require.NoError(t, err)
	require.Equal(t, a, b)
	require.Equal(t, []string{"t.csv:2", "t.csv:4", "t.csv:5"}, []string{table[0].Place, table[1].Place, table[2].Place}, "lines count the comment")
}

// TestReadCSVOfSpreadsheets reads one table as different programs write it, and
// places a mistake in each.
func TestReadCSVOfSpreadsheets(t *testing.T) {
	s := schema(t, rules.Config{})
	const text = "# gold; what else\nid,tier,expect.includes,expect.effects\na,GOLD,\"gold, bulk\",[{percent: 5%}]\n"
	want, err := rulestest.ReadCSV[facts, effect](s, "t.csv", []byte(text))
	require.NoError(t, err)
	for name, text := range map[string]string{
		"byte order mark":  "\ufeff" + text,
		"Windows":          strings.ReplaceAll(text, "\n", "\r\n"),
		"semicolons":       "# gold, what else;;;\nid;tier;expect.includes;expect.effects\na;GOLD;gold, bulk;[{percent: 5%}]\n",
		"comment in quote": "\"# gold, bulk\",,,\nid,tier,expect.includes,expect.effects\na,GOLD,\"gold, bulk\",[{percent: 5%}]\n",
		"empty rows":       text + ",,,\n , ,,\n",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := rulestest.ReadCSV[facts, effect](s, "t.csv", []byte(text))
			require.NoError(t, err)
			require.Len(t, got, 1)
			require.Equal(t, want[0].Expect.Includes, got[0].Expect.Includes)
			require.Equal(t, want[0].Facts, got[0].Facts)
			require.Equal(t, "t.csv:3", got[0].Place)

			_, err = rulestest.ReadCSV[facts, effect](s, "t.csv", []byte(strings.Replace(text, "tier", "teir", 1)))
			require.ErrorContains(t, err, "t.csv:2:4: there is no column and no fact \"teir\"; did you mean tier?")
		})
	}
	_, err = rulestest.ReadCSV[facts, effect](s, "t.csv", []byte("\ufeffid,teir\n"))
	require.ErrorContains(t, err, "t.csv:1:4: there is no column")
}
