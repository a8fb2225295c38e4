package rules_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
)

func loadJSON(t testing.TB, text string) (*rules.Book[order, discount], error) {
	t.Helper()
	return rules.Load(schema(t, rules.Config{}), rules.JSON[discount]("rules.json", []byte(text)))
}

func TestJSONRule(t *testing.T) {
	b, err := loadJSON(t, `{
  "book": {"kind": "pricing"},
  "groups": [{"name": "line", "policy": "unique"}],
  "rules": [
    {"id": "full", "name": "\u00c4rger \ud83d\ude00 a\/b \t", "group": "line", "when": "tier == \"GOLD\"", "priority": -3,
     "then": {"percent": 0.050, "amount": "1.50 USD", "per": "007", "reasons": ["a", ""], "steps": [{"above": 10, "rate": 1}], "limits": {"US": 5}, "stop": true},
     "from": "2026-01-01", "tags": ["x"], "version": 3.10, "note": null}
  ]
}`)
	require.NoError(t, err)
	amount := money.MustParse("1.50 USD")
	require.Equal(t, &rules.Rule[discount]{
		ID: "full", Name: "Ärger 😀 a/b \t", Group: "line", When: `tier == "GOLD"`, Priority: -3,
		Then: discount{
			Percent: money.MustRate("5%"), Amount: &amount, Per: "007", Reasons: []string{"a", ""},
			Steps: []step{{Above: 10, Rate: money.MustRate("1")}}, Limits: map[string]int{"US": 5}, Stop: true,
		},
		From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Tags: []string{"x"}, Version: "3.10",
	}, b.Rule("full"))
	require.Equal(t, "pricing", b.Header().Kind)
	facts := sample()
	d, err := b.Decide(context.Background(), &facts, time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	require.Equal(t, rules.Unique, d.Policy)
	require.True(t, d.Hit())
}

func TestJSONBareList(t *testing.T) {
	b, err := loadJSON(t, " \r\n[{\"id\": \"a\", \"when\": \"rush\", \"then\": {}}]\n")
	require.NoError(t, err)
	require.Equal(t, 1, b.Len())
}

// TestJSONReplacementCharacter reads the character that stands for half of
// another where the text has it in its own right.
func TestJSONReplacementCharacter(t *testing.T) {
	b, err := loadJSON(t, `[{"id": "a", "when": "rush", "then": {"per": "\uFFFD�\ud83d\ude00"}}]`)
	require.NoError(t, err)
	require.Equal(t, "\ufffd\ufffd😀", b.Rule("a").Then.Per)
}

func TestJSONErrors(t *testing.T) {
	rule := func(when string) string {
		return `[{"id": "a", "when": "` + when + `", "then": {}}]`
	}
	tests := []struct {
		name string
		text string
		want string // the first line of each error
	}{
		{"nothing", "", "rules.json:1:1: this is not JSON: unexpected end of JSON input"},
		{"null", "null", "rules.json: the source has no rules"},
		{"number", "1", "rules.json:1:1: this is not a list of rules"},
		{"unclosed", "[\n {", "rules.json:2:3: this is not JSON: unexpected end of JSON input"},
		{"comma at the end", "[\n 1,]", "rules.json:2:4: this is not JSON: invalid character ']' looking for beginning of value"},
		{"YAML", "rules: []", "rules.json:1:1: this is not JSON"},
		{"single quotes", `{"ä": 'x'}`, "rules.json:1:7: this is not JSON"},
		{"comment", "[] // x", "rules.json:1:4: this is not JSON"},
		{"two values", "[]\n[]", "rules.json:2:1: this is not JSON"},
		{"byte order mark", "\ufeff[]", "rules.json:1:1: this is not JSON"},
		{"escape", `["\x41"]`, "rules.json:1:4: this is not JSON"},
		{"half a character", `[{"id": "a", "when": "rush", "then": {"per": "A\ud800"}}]`, `rules.json:1:46: the text has half a character`},
		{"half a character in a key", `[{"id": "a", "when": "rush", "then": {"limits": {"\udC00\ufffd": 1}}}]`, `rules.json:1:50: the text has half a character`},
		{"leading zero", `[01]`, "rules.json:1:3: this is not JSON"},
		{"control character", "[\"\t\"]", "rules.json:1:3: this is not JSON"},
		{"key twice", `{"rules": [], "rules": []}`, "rules.json:1:15: the key rules stands twice"},
		{"key twice, deep", "{\"rules\": [{\"id\": \"a\", \"when\": \"rush\",\n \"then\": {\"limits\": {\"ä\": 1, \"\\u00e4\": 2}}}]}", "rules.json:2:30: the key ä stands twice"},
		{"deep", strings.Repeat("[", 100) + strings.Repeat("]", 100), "rules.json:1:66: nested deeper than 64"},
		{"unknown key", `{"rule": []}`, "rules.json:1:2: there is no key rule here; did you mean rules?"},
		{"unknown effect", `[{"id": "a", "when": "rush", "then": {"pre": 1}}]`, "rules.json:1:39: rule a: then: the effect has no field pre; did you mean per?"},
		{"exponent", `[{"id": "a", "when": "rush", "then": {"percent": 1e-2}}]`, "rules.json:1:50: rule a: then: money: not a number"},
		{"string for a bool", `[{"id": "a", "when": "rush", "then": {"stop": "true"}}]`, `rules.json:1:47: rule a: then: "true" does not fit`},
		{"condition", rule("rush and teir"), "rules.json:1:32: rule a: when: there is no fact teir"},
		{"condition behind escapes", rule(`tier == \"\u0041\/\ud83d\ude00\" and teir`), "rules.json:1:60: rule a: when: there is no fact teir"},
		{"condition behind surrogate pairs", rule(`\"` + strings.Repeat(`\ud83d\ude00`, 8) + `\"!=teir`), "rules.json:1:125: rule a: when: there is no fact teir"},
		{"condition of two lines", rule(`rush\nand teir`), "rules.json:1:33: rule a: when: there is no fact teir"},
		{"no list", `{"tables": {}}`, "rules.json:1:12: tables: tables is not a list"},
		{"cell", `{"tables": [{"group": "g", "when": ["tier"], "then": ["per"], "rows": [{"when": ["A, \"\ud83d\ude00\", b c"], "then": ["x"]}]}]}`, "rules.json:1:104: rule g/1: tier: b c is not one word"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := loadJSON(t, tt.text)
			var load *rules.LoadError
			require.ErrorAs(t, err, &load)
			require.Len(t, load.Errors, 1, err.Error())
			require.True(t, strings.HasPrefix(load.Errors[0].Error(), tt.want), "%s\nwant %s", err, tt.want)
		})
	}
	_, err := loadJSON(t, "[\"\xff\"]")
	require.ErrorContains(t, err, "the source is not UTF-8")
}

// TestJSONLongKeys reads what a YAML reader would refuse or slow down on.
func TestJSONLongKeys(t *testing.T) {
	var limits []string
	for i := range 3000 {
		limits = append(limits, fmt.Sprintf("%q: %d", strings.Repeat("k", 1100)+fmt.Sprint(i), i))
	}
	b, err := loadJSON(t, `[{"id": "a", "when": "rush",	"then": {"limits": {`+strings.Join(limits, ",\n\t")+`}}}]`)
	require.NoError(t, err)
	require.Len(t, b.Rule("a").Then.Limits, 3000)
}
