package rules_test

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// discount is an effect with most of what a YAML effect can hold.
type discount struct {
	Percent money.Rate    `yaml:"percent"`
	Amount  *money.Amount `yaml:"amount"`
	Per     string        `yaml:"per"`
	Reasons []string      `yaml:"reasons"`
	Steps   []step        `yaml:"steps"`
	Wait    time.Duration `yaml:"wait"`
	Limits  map[string]int
	Stop    bool
}

type step struct {
	Above int64      `json:"above"`
	Rate  money.Rate `json:"rate"`
}

func (d discount) Validate() error {
	var errs []error
	if d.Percent.Sign() < 0 {
		errs = append(errs, errors.New("a discount is not negative"))
	}
	if d.Wait < 0 {
		errs = append(errs, errors.New("a wait is not negative"))
	}
	return errors.Join(errs...)
}

func loadYAML(t testing.TB, c rules.Config, text string) (*rules.Book[order, discount], error) {
	t.Helper()
	return rules.Load(schema(t, c), rules.YAML[discount]("rules.yaml", []byte(text)))
}

func TestYAMLTenMistakes(t *testing.T) {
	text, err := os.ReadFile("testdata/ten-mistakes.yaml")
	require.NoError(t, err)
	b, err := rules.Load(schema(t, rules.Config{}), rules.YAML[discount]("ten-mistakes.yaml", text))
	require.Nil(t, b, "nothing is loaded")
	var load *rules.LoadError
	require.ErrorAs(t, err, &load)
	require.GreaterOrEqual(t, len(load.Errors), 10)
	lines := strings.Split(string(text), "\n")
	for _, e := range load.Errors {
		require.Positive(t, e.Line, e.Message)
		require.Positive(t, e.Column, e.Message)
		require.Equal(t, lines[e.Line-1], e.Text)
	}
	golden(t, "ten-mistakes.golden", err.Error()+"\n")
	for range 5 { // the order is stable
		_, again := rules.Load(schema(t, rules.Config{}), rules.YAML[discount]("ten-mistakes.yaml", text))
		require.Equal(t, err.Error(), again.Error())
	}
}

func TestYAMLRule(t *testing.T) {
	b, err := loadYAML(t, rules.Config{}, `
rules:
  - id: full
    name: Everything
    group: line
    when: tier == "GOLD"
    then:
      percent: 0.050
      amount: 1.50 USD
      per: 007
      reasons: [a, "b c"]
      steps: [{above: 10, rate: 1%}, {above: 20, rate: 2%}]
      wait: 36h
      limits: {US: 5}
      stop: true
    priority: -3
    from: 2026-01-01
    to: 2026-07-01T06:00:00Z
    tags: [x, y]
    version: 3
    note: |
      Two
      lines.
`)
	require.NoError(t, err)
	amount := money.MustParse("1.50 USD")
	require.Equal(t, &rules.Rule[discount]{
		ID: "full", Name: "Everything", Group: "line", When: `tier == "GOLD"`, Priority: -3,
		Then: discount{
			Percent: money.MustRate("5%"), Amount: &amount, Per: "007", Reasons: []string{"a", "b c"},
			Steps:  []step{{Above: 10, Rate: money.MustRate("0.01")}, {Above: 20, Rate: money.MustRate("0.02")}},
			Wait:   36 * time.Hour,
			Limits: map[string]int{"US": 5}, Stop: true,
		},
		From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 7, 1, 6, 0, 0, 0, time.UTC),
		Tags: []string{"x", "y"}, Version: "3", Note: "Two\nlines.\n",
	}, b.Rule("full"))
}

func TestYAMLReadsJSON(t *testing.T) {
	b, err := loadYAML(t, rules.Config{}, `{"rules": [{"id": "a", "when": "lines > 1", "then": {"percent": "5%"}}]}`)
	require.NoError(t, err)
	require.Equal(t, 1, b.Len())
}

func TestYAMLDatesAreInTheLocation(t *testing.T) {
	toronto, err := time.LoadLocation("America/Toronto")
	require.NoError(t, err)
	b, err := loadYAML(t, rules.Config{Location: toronto}, "rules: [{id: a, when: rush, then: {percent: 5%}, from: 2026-07-01}]")
	require.NoError(t, err)
	facts := sample()
	first := time.Date(2026, 7, 1, 4, 0, 0, 0, time.UTC) // midnight in Toronto
	for at, want := range map[time.Time]int{first.Add(-time.Nanosecond): 0, first: 1} {
		matched, err := b.Match(context.Background(), &facts, at, nil)
		require.NoError(t, err)
		require.Len(t, matched, want, at.String())
	}
}

// TestYAMLCaret places a mistake in every style that YAML has for a scalar. The
// caret must stand under the name that is wrong.
func TestYAMLCaret(t *testing.T) {
	tests := []struct{ name, when string }{
		{"plain", "when: rush && wrong == 1"},
		{"plain, folded", "when: rush &&\n      wrong == 1"},
		{"single quotes", "when: 'tier == ''it'' && wrong == 1'"},
		{"double quotes", `when: "tier == \"GOLD\" && wrong == 1"`},
		{"double quotes, escape", `when: "tier == \"\u00c4rger\" && wrong == 1"`},
		{"literal", "when: |\n      tier == \"a b\"\n      && wrong == 1"},
		{"literal, deeper", "when: |-\n      rush &&\n        (wrong == 1 ||\n        rush)"},
		{"folded", "when: >\n      rush\n      && wrong == 1\n      && rush"},
		{"letters beyond ASCII", `when: tier == "Ärger 漢字" && wrong == 1`},
		{"flow", `when: "rush && wrong == 1"`},
		{"tabs", "when: |\n      rush &&\t\twrong == 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := loadYAML(t, rules.Config{}, "rules:\n  - id: a\n    "+tt.when+"\n    then: {percent: 5%}\n")
			var load *rules.LoadError
			require.ErrorAs(t, err, &load)
			require.Len(t, load.Errors, 1, err.Error())
			e := load.Errors[0]
			require.Equal(t, "there is no fact wrong", e.Message)
			rest := string([]rune(e.Text)[e.Column-1:])
			require.True(t, strings.HasPrefix(rest, "wrong"), err.Error())
		})
	}
}

func TestYAMLRefuses(t *testing.T) {
	rule := func(extra string) string {
		return "rules:\n  - id: a\n    when: rush\n    then: {percent: 5%}\n    " + extra + "\n"
	}
	tests := []struct {
		name, text, want string
		line             int
	}{
		{"empty", "", "the source has no rules", 0},
		{"comment only", "# nothing\n", "the source has no rules", 0},
		{"not a list", "rules: 5", "rules is not a list", 1},
		{"a text", "hello", "this is not a list of rules", 1},
		{"unknown top key", "rule: []", "there is no key rule here", 1},
		{"rule is a text", "rules: [a]", "a rule is a mapping", 1},
		{"unknown key", rule("prioritty: 1"), "there is no key prioritty here", 5},
		{"key twice", rule("when: true"), "the key when stands twice", 5},
		{"priority", rule("priority: high"), "priority is not a whole number", 5},
		{"priority, fraction", rule("priority: 1.5"), "priority is not a whole number", 5},
		{"priority, overflow", rule("priority: 99999999999999999999"), "priority is not a whole number", 5},
		{"tags", rule("tags: a"), "tags is not a list", 5},
		{"tag", rule("tags: [[a]]"), "this is not a text", 5},
		{"name", rule("name: [a]"), "name is not a text", 5},
		{"from", rule("from: [2026-01-01]"), "from is not a date", 5},
		{"ends before it begins", rule("from: 2026-02-01\n    to: 2026-02-01"), "the rule ends before it begins", 6},
		{"anchor", rule("name: &x y"), "anchors, aliases, tags, merges and directives are not admitted", 5},
		{"key behind a question mark", rule("then: {limits: {? a : 1}}"), "keys behind ? are not admitted", 5},
		{"alias", rule("name: *x"), "anchors, aliases, tags, merges and directives are not admitted", 5},
		{"tag of YAML", rule("name: !!binary aaaa"), "anchors, aliases, tags, merges and directives are not admitted", 5},
		{"nesting", "rules: " + strings.Repeat("[", 100_000), "nested deeper than 64", 1},
		{"nesting of dashes", strings.Repeat("- ", 100_000), "nested deeper than 64", 1},
		{"many keys", strings.Repeat("a:\n", 100_000), "a mapping has more than 1000 keys", 1001},
		{"many keys below", strings.Repeat("a:\n ", 100_000), "a mapping has more than 1000 keys", 1002},
		{"many keys in braces", "{" + strings.Repeat("a: b,", 100_000), "a mapping has more than 1000 keys", 1},
		{"invalid effect", "rules: [{id: a, when: rush, then: {percent: -5%}}]", "a discount is not negative", 1},
		{"effect field twice", "rules: [{id: a, when: rush, then: {percent: 5%, percent: 6%}}]", "the field percent stands twice", 1},
		{"effect null", "rules: [{id: a, when: rush, then: {percent: }}]", "the value is missing", 1},
		{"effect list", "rules: [{id: a, when: rush, then: {reasons: a}}]", "this is not a list", 1},
		{"effect of another type", "rules: [{id: a, when: rush, then: 5}]", "this is not a mapping", 1},
		{"effect bool", "rules: [{id: a, when: rush, then: {stop: yes}}]", `"yes" does not fit`, 1},
		{"effect nested", "rules: [{id: a, when: rush, then: {steps: [{above: 1}, {abov: 1}]}}]", "the effect has no field abov", 1},
		{"effect int overflow", "rules: [{id: a, when: rush, then: {steps: [{above: 9223372036854775808}]}}]", `"9223372036854775808" does not fit`, 1},
		{"effect span", "rules: [{id: a, when: rush, then: {wait: 5}}]", `"5" does not fit`, 1},
		{"not UTF-8", "rules: \xff", "the source is not UTF-8", 0},
		{"broken YAML", "rules:\n  - id: [a\n", "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, err := loadYAML(t, rules.Config{}, tt.text)
			require.Nil(t, b)
			var load *rules.LoadError
			require.ErrorAs(t, err, &load)
			require.Len(t, load.Errors, 1, err.Error())
			require.Contains(t, load.Errors[0].Message, tt.want)
			if tt.line > 0 {
				require.Equal(t, tt.line, load.Errors[0].Line, err.Error())
			}
		})
	}
}

func TestYAMLEffectWithoutTextForm(t *testing.T) {
	type effect struct {
		Share float64
		Any   any
	}
	s := schema(t, rules.Config{})
	_, err := rules.Load(s, rules.YAML[effect]("e.yaml", []byte("rules: [{id: a, when: rush, then: {share: 0.5, any: 1}}]")))
	require.ErrorContains(t, err, "the effect has a float here, which is not exact")
	require.ErrorContains(t, err, "no kind of effect is known for interface {}")
}

func TestEveryFaultOfAnEffectIsReported(t *testing.T) {
	_, err := loadYAML(t, rules.Config{}, "rules: [{id: a, when: rush, then: {percent: -5%, wait: -1h}}]")
	var load *rules.LoadError
	require.ErrorAs(t, err, &load)
	require.Len(t, load.Errors, 2)
	require.Equal(t, "a discount is not negative", load.Errors[0].Message)
	require.Equal(t, "a wait is not negative", load.Errors[1].Message)
}

func TestLoadSeveralSources(t *testing.T) {
	s := schema(t, rules.Config{})
	b, err := rules.Load(s,
		rules.YAML[discount]("a.yaml", []byte("rules: [{id: a, when: rush, then: {percent: 5%}}]")),
		rules.Values("code", []rules.Rule[discount]{{ID: "b", When: "rush"}}),
	)
	require.NoError(t, err)
	require.Equal(t, 2, b.Len())

	_, err = rules.Load(s,
		rules.Values("code", []rules.Rule[discount]{{ID: "b", When: "rsh"}}),
		rules.YAML[discount]("a.yaml", []byte("rules:\n- {id: b, when: rush, then: {percent: 5%}}\n- {id: c, when: rash, then: {percent: 5%}}")),
	)
	var load *rules.LoadError
	require.ErrorAs(t, err, &load)
	require.Len(t, load.Errors, 3)
	require.Equal(t, "code", load.Errors[0].Source, "errors keep the order of the sources")
	require.Equal(t, "the id is used twice", load.Errors[1].Message)
	require.Equal(t, 3, load.Errors[2].Line)
}

// TestYAMLOfWindows: a byte order mark and the line ends of Windows are no part of
// what a file says, nor do they move the places of mistakes.
func TestYAMLOfWindows(t *testing.T) {
	const text = "book: {name: x, kind: y}\r\nrules:\r\n  - {id: a, when: rush, then: {percent: 5%}}\r\n"
	plain, err := loadYAML(t, rules.Config{}, strings.ReplaceAll(text, "\r", ""))
	require.NoError(t, err)
	marked, err := loadYAML(t, rules.Config{}, "\ufeff"+text)
	require.NoError(t, err)
	require.Equal(t, plain.Hash(), marked.Hash())
	h, err := rules.Header([]byte("\ufeff" + text))
	require.NoError(t, err)
	require.Equal(t, "x", h.Name)

	_, err = loadYAML(t, rules.Config{}, "\ufeff"+strings.Replace(text, "book", "bok", 1))
	var load *rules.LoadError
	require.ErrorAs(t, err, &load)
	require.Equal(t, []any{1, 1, "bok: {name: x, kind: y}"}, []any{load.Errors[0].Line, load.Errors[0].Column, load.Errors[0].Text})
}

func TestDecimalCommaIsNamed(t *testing.T) {
	for cell, want := range map[string]string{
		"8,5%":  "; write a point before decimals, and nothing between thousands\n",
		"5%, 8": "",
		"five":  "",
	} {
		_, err := rules.Load(schema(t, rules.Config{}), rules.CSV[discount]("t.csv", []byte("# group: g\ntier;then.percent\nA;"+cell+"\n")))
		require.ErrorContains(t, err, "t.csv:3:3: rule")
		if want == "" {
			require.NotContains(t, err.Error(), "point")
			continue
		}
		require.ErrorContains(t, err, want)
	}
}

func TestYAMLTabsAreNamed(t *testing.T) {
	_, err := loadYAML(t, rules.Config{}, "rules:\n\t- {id: a, when: rush, then: {percent: 5%}}\n")
	require.ErrorContains(t, err, "; indent with spaces, not tabs\n")
}
