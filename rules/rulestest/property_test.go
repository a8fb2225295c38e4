package rulestest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/rules"
	"github.com/o2ckit/o2c/rules/rulestest"
)

// anyCondition draws a condition that never fails.
func anyCondition(t *rapid.T) string {
	part := rapid.SampledFrom([]string{
		`tier == "GOLD"`, `tier != "A"`, `tier in ["GOLD", "A"]`, `lines > 2`, `lines <= 3`, `lines in 1..3`, `rush`, `!rush`,
		`net >= money("2.00 USD")`, `limit < money("2.00 USD")`, `limit == nil`, `quantity > 2`, `margin >= 2%`, `"a" in tags`, `"a" not in tags`,
		`customer.score > 1`, `customer.score not in [1, 2]`, `requested <= date("2026-01-02")`, `requested != nil`, `lines + rank > 3`, `lower(tier) == "gold"`,
		`(rush || lines > 2)`, `not (lines < 2 and rush)`, `true`, `customer.score != 2`, `!(customer.score > 1)`, `!(customer.score == 2)`,
	})
	parts := rapid.SliceOfN(part, 1, 4).Draw(t, "parts")
	text := parts[0]
	for _, p := range parts[1:] {
		text += rapid.SampledFrom([]string{" && ", " and ", " || "}).Draw(t, "join") + p
	}
	return strings.ReplaceAll(text, "2%", "0.02")
}

func anyFacts(t *rapid.T) facts {
	small := rapid.IntRange(0, 4)
	f := facts{
		Tier:  rapid.SampledFrom([]string{"GOLD", "A", "", "gold", ` "x", `, "missing", "nil", "~", "1", "a\nb", "Ä: #"}).Draw(t, "tier"),
		Lines: small.Draw(t, "lines"), Rank: int8(small.Draw(t, "rank")), Rush: rapid.Bool().Draw(t, "rush"),
		Net:      money.FromMinor(int64(small.Draw(t, "net"))*100, money.USD),
		Quantity: quantity.New(int64(small.Draw(t, "quantity")), quantity.Each),
		Tags:     rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b, c", "", `"`}), 0, 3).Draw(t, "tags"),
		Customer: customer{Country: rapid.StringN(0, 5, 20).Draw(t, "country")},
	}
	f.Margin, _ = money.ParseRate(fmt.Sprintf("%d%%", small.Draw(t, "margin")))
	if rapid.Bool().Draw(t, "limited") {
		limit := money.FromMinor(int64(small.Draw(t, "limit"))*100, money.USD)
		f.Limit = &limit
	}
	if rapid.Bool().Draw(t, "rated") {
		score := small.Draw(t, "score")
		f.Customer.Score = &score
	}
	if rapid.Bool().Draw(t, "dated") {
		d, _ := calendar.ParseDate("2026-01-01")
		f.Requested = d.AddDays(small.Draw(t, "requested"))
	}
	return f
}

// anyRules draws a small book, some of it in groups and of limited validity.
func anyRules(t *rapid.T) []rules.Rule[effect] {
	n := rapid.IntRange(1, 5).Draw(t, "rules")
	out := make([]rules.Rule[effect], n)
	for i := range out {
		out[i] = rules.Rule[effect]{
			ID: fmt.Sprintf("r%d", i), When: anyCondition(t), Priority: rapid.IntRange(0, 2).Draw(t, "priority"),
			Group: rapid.SampledFrom([]string{"", "g"}).Draw(t, "group"),
			Then:  percent(fmt.Sprintf("%d%%", rapid.IntRange(1, 3).Draw(t, "percent"))),
		}
		if rapid.Bool().Draw(t, "begins") {
			out[i].From = day("2026-06-02")
		}
	}
	return out
}

// TestWrittenScenariosPass writes scenarios of what a book answers, as a file,
// reads them, and runs them: all pass, and they fail under a book that answers
// otherwise (RUL-6).
func TestWrittenScenariosPass(t *testing.T) {
	s := schema(t, rules.Config{})
	rapid.Check(t, func(t *rapid.T) {
		book, err := rules.Compile(s, "rules", anyRules(t))
		if err != nil {
			t.Fatal(err)
		}
		var file strings.Builder
		file.WriteString("scenarios:\n")
		n := rapid.IntRange(1, 4).Draw(t, "scenarios")
		want := make([]facts, n)
		for i := range n {
			want[i] = anyFacts(t)
			at := rapid.SampledFrom([]string{"2026-06-01", "2026-06-02"}).Draw(t, "at")
			matched, err := book.Match(context.Background(), &want[i], day(at), nil)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&file, "  - id: s%d\n    at: %s\n    facts:\n", i, at)
			for _, fact := range s.Facts() {
				v, err := s.Get(&want[i], fact.Name)
				if err != nil {
					t.Fatal(err)
				}
				if v.IsMissing() && fact.Name == "placed" {
					continue
				}
				fmt.Fprintf(&file, "      %s: %s\n", fact.Name, yamlOf(v))
			}
			if len(matched) == 0 {
				file.WriteString("    expect: { none: true }\n")
				continue
			}
			var ids, effects []string
			for _, r := range matched {
				ids = append(ids, r.ID)
				effects = append(effects, "{percent: "+r.Then.Percent.Percent()+"}")
			}
			fmt.Fprintf(&file, "    expect: { rules: [%s], effects: [%s] }\n", strings.Join(ids, ", "), strings.Join(effects, ", "))
		}
		scenarios, err := rulestest.Read[facts, effect](s, "written.yaml", []byte(file.String()))
		if err != nil {
			t.Fatal(file.String(), err)
		}
		report, err := rulestest.Run(context.Background(), book, scenarios)
		if err != nil {
			t.Fatal(err)
		}
		if report.Passed != n {
			t.Fatal(file.String(), report)
		}
		for i, c := range report.Coverage.ByRule {
			if r := book.Rules()[i]; r.ID != c.Rule {
				t.Fatalf("%s where %s is", c.Rule, r.ID)
			}
			fired := 0
			for _, result := range report.Results {
				for _, id := range result.Matched {
					if id == c.Rule {
						fired++
					}
				}
			}
			if fired != c.Fired {
				t.Fatalf("%s fired %d times, not %d", c.Rule, fired, c.Fired)
			}
		}
		// Another order, or one rule less, must fail where a rule matched.
		empty, _ := rules.Compile(s, "none", []rules.Rule[effect]{{ID: "x", When: "false"}})
		report, err = rulestest.Run(context.Background(), empty, scenarios)
		if err != nil {
			t.Fatal(err)
		}
		for i := range scenarios {
			if report.Results[i].Passed != scenarios[i].Expect.None {
				t.Fatal(report)
			}
		}
	})
}

// yamlOf writes a fact for a scenario file.
func yamlOf(v rules.Value) string {
	if v.IsMissing() {
		return "null"
	}
	if s, ok := v.Text(); ok {
		return quoted(s)
	}
	if list, ok := v.Texts(); ok {
		parts := make([]string, len(list))
		for i, s := range list {
			parts[i] = quoted(s)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return v.String()
}

// quoted is a text between double quotes as YAML has it, all that is not a
// letter or digit of ASCII escaped.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		if r < 0x80 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9') {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\U%08X`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
