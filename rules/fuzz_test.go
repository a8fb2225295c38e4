package rules_test

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/o2ckit/o2c/rules"
)

// FuzzCompile hands any text to Compile as a condition. Whatever it is, it is a
// located error or a rule that can be matched and explained, and never a panic.
func FuzzCompile(f *testing.F) {
	for _, seed := range []string{
		`tier == "GOLD" && net >= money("10.00 USD")`, `1 < lines < 5`, `customer.score ?? 1 == 1`, `not (rush or !rush)`,
		`quantity in [1, 2.5, 10.00] and requested in [date("2026-03-27")]`, `"web" not in tags`, `lines in 1..3`,
		`(rush ? net : -net) * 0.05 > money("1 USD")`, `placed < time("2026-01-01T00:00:00Z") // c`, `/* c */ true`,
		"((((", `any(tags, {# == "web"})`, `tier matches "^G"`, `lower(tier) | upper() == "GOLD"`, `if rush { true } else { false }`,
		`let x = 1; x`, "`raw`", `b"x"`, `lines % 0 == 1`, `abs(-lines) > 0x10`, `carrier?.days not in 1..2`, `'\u{1F600}' == tier`,
		`currency(net) == "USD" and unit(quantity) != "CA" and weekday(requested) in ["friday"]`, `$env`, `#`, `a.b.c[1:2]`,
	} {
		f.Add(seed)
	}
	s, err := rules.NewSchema[order](rules.Config{OnError: rules.SkipAndReport, Functions: []rules.Function{
		{Name: "count", Call: func(list []string) int { return len(list) }},
	}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, when string) {
		b, err := rules.Compile(s, "fuzz", []rules.Rule[int]{{ID: "r", When: when}})
		if err != nil {
			checkLocated(t, err, when)
			return
		}
		facts := sample()
		matched, err := b.Match(context.Background(), &facts, time.Time{}, nil)
		var skipped *rules.SkippedError
		if err != nil && !errors.As(err, &skipped) {
			t.Fatalf("%q: %v", when, err)
		}
		reason, err := b.WhyNot(context.Background(), "r", &facts, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case len(matched) == 1 && reason.Outcome != rules.Matched,
			skipped != nil && reason.Outcome != rules.Failed,
			len(matched) == 0 && skipped == nil && reason.Outcome != rules.Unmet:
			t.Fatalf("%q: %d matched, explained as %s", when, len(matched), reason)
		}
		if reason.Condition == "" {
			t.Fatalf("%q: the explanation shows no condition", when)
		}
	})
}

// checkLocated holds that every error of a load has a place that exists.
func checkLocated(t *testing.T, err error, text string) {
	t.Helper()
	var load *rules.LoadError
	if !errors.As(err, &load) || len(load.Errors) == 0 {
		t.Fatalf("%q: %v", text, err)
	}
	lines := strings.Split(text, "\n")
	for _, e := range load.Errors {
		if e.Message == "" || e.Source == "" {
			t.Fatalf("%q: an error says nothing: %+v", text, e)
		}
		if e.Line == 0 {
			continue
		}
		if e.Line > len(lines) || e.Column < 1 {
			t.Fatalf("%q: no such place: %+v", text, e)
		}
		if e.Column > utf8.RuneCountInString(lines[e.Line-1])+2 {
			t.Fatalf("%q: column beyond the line: %+v", text, e)
		}
	}
}

// FuzzYAML hands any text to the YAML source.
func FuzzYAML(f *testing.F) {
	mistakes, err := os.ReadFile("testdata/ten-mistakes.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(mistakes))
	for _, seed := range []string{
		"rules:\n  - id: a\n    when: rush\n    then: {percent: 5%}\n", `{"rules": [{"id": "a", "when": "rush", "then": {"percent": "5%"}}]}`,
		"- id: a\n  when: |\n    rush\n    and wrong\n  then:\n    steps:\n      - above: 1\n", "rules: &a [*a]", "---\n- {}\n---\n- []\n", "? a\n: b",
		"rules:\n- when: \"a\\u00e4 \\\n   b\"", "rules: [[[[", "%YAML 1.2\n---\n", "rules: !!str x", "rules:\n\t- a", "a: b: c",
	} {
		f.Add(seed)
	}
	s, err := rules.NewSchema[order](rules.Config{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		b, err := rules.Load(s, rules.YAML[discount]("fuzz.yaml", []byte(text)))
		if err != nil {
			checkLocated(t, err, text)
			return
		}
		facts := sample()
		if _, err := b.Match(context.Background(), &facts, time.Time{}, nil); err != nil {
			var failed *rules.EvalError
			if !errors.As(err, &failed) {
				t.Fatal(err)
			}
		}
	})
}

// FuzzCSV hands any text to the CSV source. Whatever it is, it is a located error
// or a table whose rules can be decided on.
func FuzzCSV(f *testing.F) {
	mistakes, err := os.ReadFile("testdata/ten-mistakes.csv")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(mistakes))
	const heads = "# group: g\ntier,lines,(tags),limit,when,then.percent\n"
	for _, seed := range []string{
		heads + "GOLD,>= 1,web,missing,rush,5%\n", heads + "\"\"\"A\"\",not(B)\",[1..2),\"not(a,b)\",<5 USD,,1%\n", "\ufeff#group:g\r\n#hit:first\r\ntier;then\r\nA;{}\r\n",
		"# group: g\n# hit: priority\n# outputs per: a, b\ntier,then.per\nA,b\n", "# group: g\n# hit: collect-sum\nlines * 2,then.percent\n(1..2),5%\n(..),\n",
		"# group: g\n# domain tier: A,\"B\"\n\"tier\",\"then.steps\"\nA,\"[{above: 1}]\"\n", "\"", "#\n#:\n,\n", "a\"b,c\n", "# group: g\nplaced,requested,net,discount,rush,then.stop\n<2026-01-01T00:00:00Z,2026-01-01,[1 USD..2 USD],5%,true,true",
	} {
		f.Add(seed)
	}
	s, err := rules.NewSchema[order](rules.Config{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		b, err := rules.Load(s, rules.CSV[discount]("fuzz.csv", []byte(text)))
		if err != nil {
			checkLocated(t, err, strings.TrimPrefix(text, "\ufeff"))
			return
		}
		checkDecides(t, b)
		rows := 0
		for _, table := range b.Tables() {
			rows += len(table.Rows)
			for _, row := range table.Rows {
				if b.Rule(row.ID) == nil || len(row.Conditions) != len(table.Conditions) || len(row.Effects) != len(table.Effects) {
					t.Fatalf("%q: a row without its rule or its cells: %+v", text, row)
				}
			}
		}
		if rows != b.Len() {
			t.Fatalf("%q: %d rows, %d rules", text, rows, b.Len())
		}
	})
}

// checkDecides holds that every group of a book can be decided on: by its policy
// or with one of the errors that Decide names.
func checkDecides(t *testing.T, b *rules.Book[order, discount]) {
	t.Helper()
	facts := sample()
	for _, group := range b.Groups() {
		_, err := b.Group(group).Decide(context.Background(), &facts, time.Time{})
		var failed *rules.EvalError
		var broken *rules.HitPolicyError
		if err != nil && !errors.As(err, &failed) && !errors.As(err, &broken) {
			t.Fatal(err)
		}
	}
}

// FuzzJSON hands any text to the JSON source. What it admits is JSON.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{
		`{"rules": [{"id": "a", "when": "rush", "then": {"percent": "5%"}}]}`, `[{"id": "a", "when": "tier == \"\ud83d\ude00\" and x", "then": {}}]`,
		`{"groups": [{"name": "g", "policy": "any", "outputs": {"per": ["a"]}}], "book": {"kind": "x"}}`, `[[[[`, `{"a": 1, "a": 2}`, `"\ud800"`, ` 1e5 `,
		`{"tables": [{"group": "g", "hit": "first", "domains": {"tier": ["A"]}, "when": ["tier", "lines"], "then": ["per"], "rows": [{"when": [["A", "not(B)"], 1], "then": ["x"]}]}]}`,
		`{"tables": [{"group": "g", "when": [{}], "then": [[]], "rows": [{"when": null, "then": [[1]]}, 3]}]}`,
	} {
		f.Add(seed)
	}
	s, err := rules.NewSchema[order](rules.Config{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		b, err := rules.Load(s, rules.JSON[discount]("fuzz.json", []byte(text)))
		if err != nil {
			checkLocated(t, err, text)
			return
		}
		if !json.Valid([]byte(text)) {
			t.Fatalf("%q is not JSON and was loaded", text)
		}
		checkDecides(t, b)
	})
}

// FuzzEvaluate makes a book and facts of the seed and holds the index to what
// the rules say one by one.
func FuzzEvaluate(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(seed, uint16(1)<<seed)
	}
	s, err := rules.NewSchema[indexed](rules.Config{OnError: rules.SkipAndReport})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, seed uint64, n uint16) {
		random := shape{Rand: rand.New(rand.NewPCG(seed, 11)), wide: seed%2 == 0}
		b, err := rules.Compile(s, "generated", random.rules(1+int(n%500)))
		if err != nil {
			t.Fatal(err)
		}
		for range 4 {
			facts, at := random.facts(), random.instant()
			got, err := b.Match(context.Background(), facts, at, nil)
			var skipped *rules.SkippedError
			if err != nil && !errors.As(err, &skipped) {
				t.Fatal(err)
			}
			matched := map[string]bool{}
			for _, r := range got {
				matched[r.ID] = true
			}
			for _, r := range b.Rules() {
				why, err := b.WhyNot(context.Background(), r.ID, facts, at)
				if err != nil || (why.Outcome == rules.Matched) != matched[r.ID] {
					t.Fatalf("matched %t, but %s, %v", matched[r.ID], why, err)
				}
			}
		}
	})
}
