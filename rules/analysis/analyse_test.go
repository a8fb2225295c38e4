package analysis_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/rules"
	"github.com/o2ckit/o2c/rules/analysis"
)

type rule = rules.Rule[int]

func compile(t testing.TB, list ...rule) *rules.Book[small, int] {
	t.Helper()
	schema, err := rules.NewSchema[small](rules.Config{})
	require.NoError(t, err)
	book, err := rules.Compile(schema, "test", list)
	require.NoError(t, err)
	return book
}

// found are the findings of a kind, without their texts.
func found(t testing.TB, book *rules.Book[small, int], c analysis.Config, kind analysis.Kind) []string {
	t.Helper()
	report, err := analysis.Analyse(book, c)
	require.NoError(t, err)
	out := []string{}
	for _, f := range report.Of(kind) {
		line := strings.Join(f.Rules, " ")
		if f.Certainty == analysis.Unknown {
			line += "?"
		}
		for _, w := range f.Witness {
			line += fmt.Sprintf(" %s=%s", w.Name, w.Value)
		}
		out = append(out, strings.TrimSpace(line))
	}
	return out
}

func TestUnreachable(t *testing.T) {
	tests := []struct {
		when string
		want bool
	}{
		{`n > 5 && n < 3`, true},
		{`n > 1 && n < 2`, true},
		{`n > 1 && n < 3`, false},
		{`kind == "a" && kind == "b"`, true},
		{`kind != "a" && kind in ["a"]`, true},
		{`kind > "a" && kind < "a\x00"`, true},
		{`kind > "a" && kind < "b"`, false},
		{`size == nil && size > 1`, true},
		{`size != nil && size > 1`, false},
		{`size > 200`, true}, // it is an int8
		{`size > 126`, false},
		{`due > date("2026-01-01") && due < date("2026-01-02")`, true},
		{`due > date("2026-01-01") && due < date("2026-01-03")`, false},
		{`net > money("1 USD") && net < money("1.01 USD")`, false},
		{`net > money("1 USD") && net > money("1 EUR")`, true},
		{`qty > 1 && qty < 2`, false},
		{`qty > 2 && qty < qty("2 EA")`, true},
		{`qty > 2 && qty < qty("2 CA") && qty < 3`, true},
		{`rate > 0.05 && rate < 0.050001`, false},
		{`rush && !rush`, true},
		{`hot && !hot`, true},
		{`!hot && hot == nil`, false},
		{`"x" in tags && "x" not in tags`, true},
		{`"x" in tags && "y" not in tags`, false},
		{`box.marks == nil && "x" not in box.marks`, true},
		{`(n == 1 || n == 2) && n > 2`, true},
		{`!(n < 3 || n > 3) && n != 3`, true},
		{`n * 2 > 4 && n < 1`, false},         // opaque
		{`n * 2 > 4 && n < 1 && n > 1`, true}, // the rest is enough
		{`false`, true},
	}
	for _, tt := range tests {
		t.Run(tt.when, func(t *testing.T) {
			got := found(t, compile(t, rule{ID: "r", When: tt.when}), analysis.Config{}, analysis.Unreachable)
			require.Equal(t, tt.want, len(got) == 1, "%v", got)
		})
	}
}

func TestTwoRules(t *testing.T) {
	tests := []struct {
		name, first, second string
		want                string
	}{
		{"equal", `n == 1`, `n in [1, 2]`, "a b n=1"},
		{"apart", `n == 1`, `n == 2`, ""},
		{"other facts", `kind == "a"`, `n > 1`, `a b kind="a" n=2`},
		{"touching ends", `net >= money("1 USD")`, `net <= money("1 USD")`, "a b net=1.00 USD"},
		{"two currencies", `net >= money("1 USD")`, `net >= money("1 EUR")`, ""},
		{"between numbers", `rate > 0.05`, `rate < 0.0500001`, "a b rate=0.05000001"},
		{"opaque, and the example does", `lower(kind) == "a" && kind == "A"`, `kind == "A"`, `a b kind="A"`},
		{"opaque, and it does not", `n * 2 > 100`, `kind == "a"`, "a b?"},
		{"opaque, but apart", `n * 2 > 100 && kind == "b"`, `kind == "a"`, ""},
		{"lists", `"x" in tags`, `"y" in tags`, `a b tags=["x", "y"]`},
		{"missing", `size == nil`, `!(size > 3)`, "a b size=missing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			book := compile(t, rule{ID: "a", When: tt.first}, rule{ID: "b", When: tt.second})
			require.Equal(t, tt.want, strings.Join(found(t, book, analysis.Config{}, analysis.Overlap), "; "))
		})
	}
}

func TestValidity(t *testing.T) {
	book := compile(t,
		rule{ID: "old", When: "true", To: day(10)}, rule{ID: "new", When: "true", From: day(10)},
		rule{ID: "mid", When: "true", From: day(5), To: day(10)})
	require.Equal(t, []string{"mid old"}, found(t, book, analysis.Config{}, analysis.Overlap))
	require.Empty(t, found(t, book, analysis.Config{}, analysis.Expired))
	require.Equal(t, []string{"mid", "old"}, found(t, book, analysis.Config{At: day(10)}, analysis.Expired))
	require.Equal(t, []string{"new"}, found(t, book, analysis.Config{At: day(9)}, analysis.NotYetValid))
	report, err := analysis.Analyse(book, analysis.Config{})
	require.NoError(t, err)
	require.Equal(t, day(5), report.Of(analysis.Overlap)[0].At)
}

// TestTables takes policies and domains from the tables themselves.
func TestTables(t *testing.T) {
	load := func(hit string, rows ...string) *rules.Book[small, int] {
		schema, err := rules.NewSchema[small](rules.Config{})
		require.NoError(t, err)
		text := "# group: g\n# hit: " + hit + "\n# domain n: [1..9]\n# domain kind: a, b\nid,n,kind,then\n" + strings.Join(rows, "\n") + "\n"
		if hit == "priority" {
			text = "# outputs then: 3, 2, 1\n" + text
		}
		book, err := rules.Load(schema, rules.CSV[int]("t.csv", []byte(text)))
		require.NoError(t, err)
		return book
	}
	book := load("unique", "x,< 5,-,1", "y,>= 5,a,2", "z,[5..8],b,3")
	require.Empty(t, found(t, book, analysis.Config{}, analysis.Conflict))
	require.Equal(t, []string{`kind="b" n=9`}, found(t, book, analysis.Config{}, analysis.Gap))
	book = load("unique", "x,< 6,-,1", "y,>= 5,a,1", "z,>= 6,b,3")
	require.Equal(t, []string{`x y kind="a" n=5`}, found(t, book, analysis.Config{}, analysis.Conflict))
	book = load("first", "x,> 2,-,1", "y,> 3,a,2", "z,-,-,3")
	require.Equal(t, []string{"y x"}, found(t, book, analysis.Config{}, analysis.Shadowed))
	book = load("priority", "x,> 2,-,1", "y,> 1,-,3", "z,-,-,2")
	require.Equal(t, []string{"x y"}, found(t, book, analysis.Config{}, analysis.Shadowed), "the output 3 comes before 1")
	require.Empty(t, found(t, book, analysis.Config{Groups: map[string]analysis.Group{"g": {}}}, analysis.Shadowed), "the caller's word replaces the book's")
}

func TestGap(t *testing.T) {
	tests := []struct {
		name, domain string
		rules        []string
		want         string
	}{
		{"full", `n in 1..9`, []string{`n < 5`, `n >= 5`}, ""},
		{"a number", `n in 1..9`, []string{`n < 5`, `n > 5`}, "n=5"},
		{"integers are discrete", `n in 1..9`, []string{`n < 5`, `n > 4`}, ""},
		{"strings are open", `true`, []string{`kind == "a"`, `kind == "b"`}, `kind="other"`},
		{"a closed list", `kind in ["a", "b"]`, []string{`kind == "a"`, `kind == "b"`}, ""},
		{"bools are closed", `true`, []string{`rush`, `!rush`}, ""},
		{"missing", `true`, []string{`size < 3`, `size >= 3`}, "size=missing"},
		{"a fact of the domain alone", `n > 3`, []string{`kind == "a"`}, `kind="other" n=4`},
		{"opaque", `true`, []string{`n + 1 > 2`, `n < 3`}, "r0?"},
		{"opaque, but not there", `true`, []string{`n + 1 > 2 && n > 5`, `n < 3`}, "n=3; r0?"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var list []rule
			for i, when := range tt.rules {
				list = append(list, rule{ID: fmt.Sprintf("r%d", i), When: when})
			}
			c := analysis.Config{Groups: map[string]analysis.Group{"": {Domain: tt.domain}}}
			require.Equal(t, tt.want, strings.Join(found(t, compile(t, list...), c, analysis.Gap), "; "))
		})
	}
	year := compile(t, rule{ID: "a", When: "true", From: day(1), To: day(10)}, rule{ID: "b", When: "true", From: day(12), To: day(20)})
	c := analysis.Config{Groups: map[string]analysis.Group{"": {Domain: "true"}}}
	report, err := analysis.Analyse(year, c)
	require.NoError(t, err)
	require.Len(t, report.Of(analysis.Gap), 1)
	require.Equal(t, day(10), report.Of(analysis.Gap)[0].At)
	c.At = day(15)
	require.Empty(t, found(t, year, c, analysis.Gap))
	c.At = day(11)
	require.Len(t, found(t, year, c, analysis.Gap), 1)
}

func TestUnindexable(t *testing.T) {
	tests := []struct {
		when string
		want string
	}{
		{`kind == "a"`, ""}, {`n in 1..3`, ""}, {`net > money("1 USD") && n * 2 > 3`, ""}, {`"x" in tags`, ""}, {`!rush`, ""},
		{`kind != "a"`, "excludes values"}, {`kind < "b"`, "a bound of a string"}, {`n == 1 || n == 3`, "an or"},
		{`n * 2 > 3`, "not a comparison of a fact with constants"}, {`size == nil`, "asks whether it is missing"},
		{`!hot`, "a not"}, {`true`, "a constant"}, {`"x" not in tags`, "excludes values"},
	}
	for _, tt := range tests {
		t.Run(tt.when, func(t *testing.T) {
			report, err := analysis.Analyse(compile(t, rule{ID: "r", When: tt.when}), analysis.Config{})
			require.NoError(t, err)
			list := report.Of(analysis.Unindexable)
			if tt.want == "" {
				require.Empty(t, list)
				return
			}
			require.Len(t, list, 1)
			require.Contains(t, list[0].Text, tt.want)
		})
	}
}

// TestDependentFacts holds that a witness which cannot be made is not claimed:
// the days of a carrier are missing only together with its name.
func TestDependentFacts(t *testing.T) {
	type facts struct {
		Carrier *struct {
			Name string
			Days int
		}
	}
	schema, err := rules.NewSchema[facts](rules.Config{})
	require.NoError(t, err)
	book, err := rules.Compile(schema, "test", []rules.Rule[int]{
		{ID: "a", When: `carrier.days == nil`}, {ID: "b", When: `carrier.name == "x"`}})
	require.NoError(t, err)
	report, err := analysis.Analyse(book, analysis.Config{})
	require.NoError(t, err)
	require.Len(t, report.Of(analysis.Overlap), 1)
	require.Equal(t, analysis.Unknown, report.Of(analysis.Overlap)[0].Certainty)
}

func TestCaps(t *testing.T) {
	var list []rule
	for i := range 10 {
		list = append(list, rule{ID: fmt.Sprintf("r%d", i), When: fmt.Sprintf("n != %d && size != %d", i, i)})
	}
	book := compile(t, list...)
	report, err := analysis.Analyse(book, analysis.Config{MaxFindings: 4})
	require.NoError(t, err)
	require.Len(t, report.Of(analysis.Overlap), 4)
	require.Contains(t, report.LeftOut, analysis.LeftOut{Kind: analysis.Overlap, Count: 41})
	require.Contains(t, report.String(), "overlap: 41 more\n")

	report, err = analysis.Analyse(book, analysis.Config{MaxPairs: 5})
	require.NoError(t, err)
	require.Len(t, report.Of(analysis.Overlap), 5)
	require.Len(t, report.Incomplete, 1)

	c := analysis.Config{MaxRegions: 1, Groups: map[string]analysis.Group{"": {Policy: rules.First, Domain: "n > 100 && size > 0 || n < 2"}}}
	require.Contains(t, found(t, book, c, analysis.Gap), "?")
	c.Groups[""] = analysis.Group{Policy: rules.First}
	require.Contains(t, found(t, compile(t, rule{ID: "a", When: "n == 5 && kind == \"a\" && rush"}, rule{ID: "b", When: "n > 3 && kind != \"b\""}), c, analysis.Shadowed), "b?")

	c = analysis.Config{MaxTerms: 2}
	book = compile(t, rule{ID: "a", When: `(n == 1 || kind == "a") && (n == 2 || rush) && n == 3`}, rule{ID: "b", When: "n == 4"})
	require.Empty(t, found(t, book, c, analysis.Overlap), "what is beyond the cap is left out, the rest still tells them apart")
}

func TestErrors(t *testing.T) {
	book := compile(t, rule{ID: "a", When: "true"})
	group := func(name string, g analysis.Group) analysis.Config {
		return analysis.Config{Groups: map[string]analysis.Group{name: g}}
	}
	tests := []struct {
		name   string
		config analysis.Config
		want   string
	}{
		{"unknown group", group("other", analysis.Group{}), "analysis: group other: the book has no such group"},
		{"unknown policy", group("", analysis.Group{Policy: 77}), "no such policy"},
		{"no condition", group("", analysis.Group{Domain: "nn > 3"}), "the domain is not a condition"},
		{"opaque domain", group("", analysis.Group{Domain: "n * 2 > 3"}), "not made of comparisons"},
		{"negative", analysis.Config{MaxPairs: -1}, "MaxPairs is -1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := analysis.Analyse(book, tt.config)
			var typed *analysis.ConfigError
			require.ErrorAs(t, err, &typed)
			require.ErrorContains(t, err, tt.want)
		})
	}
	_, err := analysis.Analyse[small, int](nil, analysis.Config{})
	require.Error(t, err)
}

func TestNames(t *testing.T) {
	for kind := analysis.Overlap; kind <= analysis.Unindexable; kind++ {
		var back analysis.Kind
		require.NoError(t, back.UnmarshalText([]byte(kind.String())))
		require.Equal(t, kind, back)
	}
	for policy := rules.Collect; policy <= rules.OutputPriority; policy++ {
		var back rules.HitPolicy
		require.NoError(t, back.UnmarshalText([]byte(policy.String())))
		require.Equal(t, policy, back)
	}
	var k analysis.Kind
	require.Error(t, k.UnmarshalText([]byte("gaps")))
	var p rules.HitPolicy
	require.Error(t, p.UnmarshalText([]byte("best")))
	var c analysis.Certainty
	require.NoError(t, c.UnmarshalText([]byte("unknown")))
	require.Equal(t, analysis.Unknown, c)
	require.Error(t, c.UnmarshalText([]byte("sure")))
}

func TestReportAsJSON(t *testing.T) {
	report, err := analysis.Analyse(compile(t, rule{ID: "a", When: "n > 1", From: day(5)}, rule{ID: "b", When: "n > 2"}), analysis.Config{})
	require.NoError(t, err)
	report.Book = "0123"
	text, err := json.Marshal(report)
	require.NoError(t, err)
	require.JSONEq(t, `{"book": "0123", "findings": [{"kind": "overlap", "rules": ["a", "b"], "witness": [{"name": "n", "value": "3"}],
		"at": "2026-03-05T00:00:00Z", "certainty": "certain", "text": "a and b can match the same facts"}]}`, string(text))
	var back analysis.Report
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, report.String(), back.String())
}

// TestManyRules holds that rules which an equality tells apart are not compared
// all with all: the cap is a hundredth of what that would take.
func TestManyRules(t *testing.T) {
	var list []rule
	for i := range 2000 {
		list = append(list, rule{ID: fmt.Sprintf("r%04d", i), When: fmt.Sprintf(`kind == "k%d" && n >= %d && n < %d`, i/4, i%4*10, i%4*10+10+i%2)})
	}
	c := analysis.Config{MaxPairs: 20_000, MaxFindings: 5000}
	report, err := analysis.Analyse(compile(t, list...), c)
	require.NoError(t, err)
	require.Empty(t, report.Incomplete)
	require.Len(t, report.Of(analysis.Overlap), 500) // of each four, the second reaches into the third
}
