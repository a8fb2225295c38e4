package rules_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/rules"
)

// verdict is an effect with a number of every kind.
type verdict struct {
	Decision string            `json:"decision,omitempty"`
	Level    string            `json:"level,omitempty"`
	Points   int8              `json:"points,omitempty"`
	Fee      *fee              `json:"fee,omitempty"`
	Rate     money.Rate        `json:"rate"`
	Held     quantity.Quantity `json:"held"`
	Counts   map[string]uint16 `json:"counts,omitempty"`
}

type fee struct {
	Amount *money.Amount `json:"amount"`
}

func usd(text string) *fee {
	a := money.MustParse(text)
	return &fee{Amount: &a}
}

// decide loads a table whose column lines selects the rows, and decides for the
// sample, which has 4 lines.
func decide(t *testing.T, text string) (rules.Decision[verdict], error) {
	t.Helper()
	b, err := rules.Load(schema(t, rules.Config{}), rules.CSV[verdict]("table.csv", []byte(text)))
	require.NoError(t, err)
	facts := sample()
	d, err := b.Decide(context.Background(), &facts, time.Time{})
	require.Equal(t, b.Hash(), d.Book)
	return d, err
}

// TestHitPolicies holds the meanings of DMN 1.3, 8.2.11, and of rules.md (RUL-1).
func TestHitPolicies(t *testing.T) {
	tests := []struct {
		name    string
		table   string
		rules   []string
		also    []string
		effects []verdict
		err     string
	}{
		{
			"collect: all, in order", "# hit: collect\nid,lines,priority,then.decision\nb,4,,B\na,4,,A\nc,4,1,C\nd,5,,D",
			[]string{"c", "a", "b"}, nil, []verdict{{Decision: "C"}, {Decision: "A"}, {Decision: "B"}}, "",
		},
		{"collect: none", "# hit: collect\nid,lines,then.decision\nb,5,B", nil, nil, nil, ""},
		{"unique: one", "# hit: unique\nid,lines,then.decision\nb,4,B\na,5,A", []string{"b"}, nil, []verdict{{Decision: "B"}}, ""},
		{"unique: none", "# hit: unique\nid,lines,then.decision\nb,5,B\na,6,A", nil, nil, nil, ""},
		{
			"unique: two, though equal", "# hit: unique\nid,lines,then.decision\nb,4,B\na,>3,B", nil, []string{"a", "b"}, nil,
			`rules: group "g": hit policy unique: 2 rules match where one may: a, b`,
		},
		{
			"any: equal effects", "# hit: any\nid,lines,then.decision,then.rate\nb,4,B,5%\na,>3,B,0.05\nx,9,X,1%", []string{"a"}, []string{"b"},
			[]verdict{{Decision: "B", Rate: money.MustRate("5%")}}, "",
		},
		{
			"any: other effects", "# hit: any\nid,lines,then.decision,then.rate\nb,4,B,5%\na,>3,B,6%", nil, []string{"a", "b"}, nil,
			`rules: group "g": hit policy any: the effects of the matches differ: a, b`,
		},
		{
			"first: the order of rows", "# hit: first\nid,lines,then.decision\nz,5,Z\ny,4,Y\na,4,A\nb,4,B", []string{"y"}, []string{"a", "b"},
			[]verdict{{Decision: "Y"}}, "",
		},
		{
			"by-priority: the number, then the id", "# hit: by-priority\nid,lines,priority,then.decision\na,4,1,A\nc,4,2,C\nb,4,2,B\nd,5,9,D", []string{"b"}, []string{"c", "a"},
			[]verdict{{Decision: "B"}}, "",
		},
		{
			"priority: the declared order of outputs", "# hit: priority\n# outputs decision: DECLINE, REVIEW, APPROVE\nid,lines,then.decision,then.points\n" +
				"a,4,APPROVE,1\nb,4,REVIEW,2\nc,4,REVIEW,3\nd,5,DECLINE,4", []string{"b"}, []string{"c", "a"}, []verdict{{Decision: "REVIEW", Points: 2}}, "",
		},
		{
			"priority: from left to right", "# hit: priority\n# outputs level: HIGH, LOW\n# outputs decision: DECLINE, APPROVE\nid,lines,then.decision,then.level\n" +
				"a,4,APPROVE,HIGH\nb,4,DECLINE,LOW\nc,4,APPROVE,LOW\nd,5,DECLINE,HIGH", []string{"b"}, []string{"a", "c"}, []verdict{{Decision: "DECLINE", Level: "LOW"}}, "",
		},
		{
			"priority: values that are not texts", "# hit: priority\n# outputs fee.amount: 5.00 USD, 10 USD\nid,lines,then.fee.amount\na,4,10.00 USD\nb,4,5 USD", []string{"b"}, []string{"a"},
			[]verdict{{Fee: usd("5 USD")}}, "",
		},
		{"sum of ints", "# hit: collect-sum\nid,lines,then.points\na,4,100\nb,>1,-3\nc,5,1", []string{"a", "b"}, nil, []verdict{{Points: 97}}, ""},
		{"sum of none", "# hit: collect-sum\nid,lines,then.points\nc,5,1", nil, nil, nil, ""},
		{
			"sum beyond the type", "# hit: collect-sum\nid,lines,then.points\na,4,100\nb,>1,28", nil, []string{"a", "b"}, nil,
			`rules: group "g": hit policy collect-sum: integer overflow: 128 does not fit int8: a, b`,
		},
		{"sum of amounts", "# hit: collect-sum\nid,lines,then.fee.amount\na,4,0.10 USD\nb,>1,0.20 USD\nc,4,0.001 USD", []string{"a", "b", "c"}, nil, []verdict{{Fee: usd("0.301 USD")}}, ""},
		{"sum of rates", "# hit: collect-sum\nid,lines,then.rate\na,4,10%\nb,>1,0.2", []string{"a", "b"}, nil, []verdict{{Rate: money.MustRate("0.3")}}, ""},
		{"sum of quantities", "# hit: collect-sum\nid,lines,then.held\na,4,1.5 KG\nb,>1,2 KG", []string{"a", "b"}, nil, []verdict{{Held: quantity.MustParse("3.5 KG")}}, ""},
		{"sum in a map", "# hit: collect-sum\nid,lines,then.counts.US\na,4,65000\nb,>1,535", []string{"a", "b"}, nil, []verdict{{Counts: map[string]uint16{"US": 65535}}}, ""},
		{
			"sum of one of several outputs", "# hit: collect-sum\n# outputs points:\nid,lines,then.points,then.decision\na,4,1,A\nb,>1,2,B", []string{"a", "b"}, nil,
			[]verdict{{Points: 3}}, "",
		},
		{"min", "# hit: collect-min\nid,lines,then.fee.amount\na,4,2 USD\nb,>1,1.0 USD\nc,4,1 USD\nd,5,0 USD", []string{"b", "c"}, []string{"a"}, []verdict{{Fee: usd("1 USD")}}, ""},
		{"max", "# hit: collect-max\nid,lines,then.rate\na,4,2%\nb,>1,0.02\nc,4,1%\nd,5,9%", []string{"a", "b"}, []string{"c"}, []verdict{{Rate: money.MustRate("2%")}}, ""},
		{"max of negatives", "# hit: collect-max\nid,lines,then.points\na,4,-5\nb,>1,-128", []string{"a"}, []string{"b"}, []verdict{{Points: -5}}, ""},
		{"min of quantities", "# hit: collect-min\nid,lines,then.held\na,4,1.5 KG\nb,>1,-2 KG", []string{"b"}, []string{"a"}, []verdict{{Held: quantity.MustParse("-2 KG")}}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := decide(t, "# group: g\n"+tt.table)
			if tt.err == "" {
				require.NoError(t, err)
			} else {
				require.EqualError(t, err, tt.err)
				var broken *rules.HitPolicyError
				require.ErrorAs(t, err, &broken)
				require.Equal(t, tt.also, broken.Rules)
			}
			require.Equal(t, "g", d.Group)
			require.Equal(t, tt.effects, d.Effects)
			require.Equal(t, append([]string{}, tt.rules...), ids(d.Rules))
			require.Equal(t, append([]string{}, tt.also...), ids(d.Also))
			then, hit := d.Then()
			require.Equal(t, len(tt.effects) > 0, hit)
			require.Equal(t, hit, d.Hit())
			if hit {
				require.Equal(t, tt.effects[0], then)
			}
		})
	}
}

func TestDecideOnTwoCurrencies(t *testing.T) {
	for _, policy := range []string{"collect-sum", "collect-min", "collect-max"} {
		_, err := decide(t, "# group: g\n# hit: "+policy+"\nid,lines,then.fee.amount\na,4,1 USD\nb,4,1 EUR")
		var currencies *money.CurrencyError
		require.ErrorAs(t, err, &currencies)
		var broken *rules.HitPolicyError
		require.ErrorAs(t, err, &broken)
		require.Equal(t, []string{"a", "b"}, broken.Rules)

		_, err = decide(t, "# group: g\n# hit: "+policy+"\nid,lines,then.held\na,4,1 KG\nb,4,1 LB")
		var units *quantity.MismatchError
		require.ErrorAs(t, err, &units)
	}
}

func TestDecideOnNumbersThatOverflow(t *testing.T) {
	b, err := rules.Load(schema(t, rules.Config{}),
		rules.Groups[int64]("code", rules.Group{Name: "", Policy: rules.CollectSum}),
		rules.Values("code", []rules.Rule[int64]{{ID: "a", When: "true", Then: math.MaxInt64}, {ID: "b", When: "rush", Then: 1}}))
	require.NoError(t, err)
	facts := sample()
	_, err = b.Decide(context.Background(), &facts, time.Time{})
	require.ErrorContains(t, err, "integer overflow")
	facts.Rush = false
	d, err := b.Decide(context.Background(), &facts, time.Time{})
	require.NoError(t, err)
	require.Equal(t, []int64{math.MaxInt64}, d.Effects)
}

func TestDecideOnGroups(t *testing.T) {
	b, err := rules.Load(schema(t, rules.Config{}),
		rules.Groups[string]("code", rules.Group{Name: "x", Policy: rules.ByPriority}, rules.Group{Name: "none", Policy: rules.Unique}),
		rules.Values("code", []rules.Rule[string]{
			{ID: "a", Group: "x", When: "rush", Then: "A"}, {ID: "b", Group: "x", When: "rush", Then: "B", Priority: 1}, {ID: "c", When: "rush"},
		}))
	require.NoError(t, err)
	facts := sample()
	_, err = b.Decide(context.Background(), &facts, time.Time{})
	require.ErrorIs(t, err, rules.ErrSeveralGroups)
	d, err := b.Group("x").Decide(context.Background(), &facts, time.Time{})
	require.NoError(t, err)
	require.Equal(t, []string{"B"}, d.Effects)
	d, err = b.Group("").Decide(context.Background(), &facts, time.Time{})
	require.NoError(t, err)
	require.Equal(t, rules.Collect, d.Policy)
	d, err = b.Group("none").Decide(context.Background(), &facts, time.Time{})
	require.NoError(t, err)
	require.Equal(t, rules.Decision[string]{Group: "none", Policy: rules.Unique, Book: b.Hash()}, d)
	_, err = b.Group("x").Decide(context.Background(), nil, time.Time{})
	require.ErrorIs(t, err, rules.ErrNoFacts)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = b.Group("x").Decide(ctx, &facts, time.Time{})
	require.ErrorIs(t, err, context.Canceled)

	d, err = rules.NewLive[order, string](nil).Book().Decide(context.Background(), &facts, time.Time{})
	require.NoError(t, err)
	require.False(t, d.Hit())
}

// TestDecideSkips holds that under SkipAndReport the decision says which rules
// had no part in it.
func TestDecideSkips(t *testing.T) {
	rs := []rules.Rule[string]{{ID: "a", When: `net > money("1 EUR")`, Then: "A"}, {ID: "b", When: "rush", Then: "B"}, {ID: "c", When: "lines == 4", Then: "C"}}
	s := schema(t, rules.Config{OnError: rules.SkipAndReport})
	facts := sample()
	b, err := rules.Load(s, rules.Values("code", rs))
	require.NoError(t, err)
	d, err := b.Decide(context.Background(), &facts, time.Time{})
	var skipped *rules.SkippedError
	require.ErrorAs(t, err, &skipped)
	require.Equal(t, []string{"B", "C"}, d.Effects)

	b, err = rules.Load(s, rules.Values("code", rs), rules.Groups[string]("code", rules.Group{Policy: rules.Unique}))
	require.NoError(t, err)
	d, err = b.Decide(context.Background(), &facts, time.Time{})
	require.ErrorAs(t, err, &skipped)
	var broken *rules.HitPolicyError
	require.ErrorAs(t, err, &broken)
	require.Equal(t, []string{"b", "c"}, ids(d.Also))

	b, err = rules.Load(schema(t, rules.Config{}), rules.Values("code", rs))
	require.NoError(t, err)
	d, err = b.Decide(context.Background(), &facts, time.Time{})
	var failed *rules.EvalError
	require.ErrorAs(t, err, &failed)
	require.False(t, d.Hit())
}

func TestHitPolicyText(t *testing.T) {
	for i, name := range []string{"collect", "unique", "any", "first", "by-priority", "priority", "collect-sum", "collect-min", "collect-max"} {
		p := rules.HitPolicy(i)
		text, err := p.MarshalText()
		require.NoError(t, err)
		require.Equal(t, name, string(text))
		var back rules.HitPolicy
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, p, back)
	}
	_, err := rules.HitPolicy(9).MarshalText()
	require.EqualError(t, err, "rules: HitPolicy(9) is not a hit policy")
	var p rules.HitPolicy
	require.ErrorContains(t, p.UnmarshalText([]byte("Unique")), `"Unique" is not a hit policy; want one of collect, unique`)
}

func TestGroupInfo(t *testing.T) {
	text := `
book: {name: spring, title: Spring discounts, note: For the US., kind: pricing}
groups:
  - {name: line, title: Line, note: Of a line., policy: by-priority}
  - {name: fees, policy: collect-sum, outputs: {then.amount: [], per: [a, b]}}
rules:
  - {id: a, group: line, when: rush, then: {percent: 5%}}
`
	b, err := loadYAML(t, rules.Config{}, strings.Replace(text, ", per: [a, b]", "", 1))
	require.NoError(t, err)
	g, ok := b.GroupInfo("line")
	require.True(t, ok)
	require.Equal(t, rules.Group{Name: "line", Title: "Line", Note: "Of a line.", Policy: rules.ByPriority}, g)
	g, ok = b.GroupInfo("fees")
	require.True(t, ok)
	require.Equal(t, rules.Group{Name: "fees", Policy: rules.CollectSum, Outputs: []rules.Output{{Path: "amount"}}}, g)
	g, ok = b.GroupInfo("other")
	require.False(t, ok)
	require.Equal(t, rules.Group{Name: "other"}, g)
	want := rules.BookHeader{Name: "spring", Title: "Spring discounts", Note: "For the US.", Kind: "pricing"}
	require.Equal(t, want, b.Header())
	peeked, err := rules.Header([]byte(text))
	require.NoError(t, err)
	require.Equal(t, want, peeked)

	_, err = loadYAML(t, rules.Config{}, text)
	require.ErrorContains(t, err, "rules.yaml:5:48: group fees: outputs: collect-sum makes one value, and there are several outputs")

	// Groups are part of the hash, and the header is not.
	hash := func(from, to string) string {
		b, err := loadYAML(t, rules.Config{}, strings.NewReplacer(", per: [a, b]", "", from, to).Replace(text))
		require.NoError(t, err)
		return b.Hash()
	}
	require.Equal(t, b.Hash(), hash("title: Spring", "title: Summer"))
	require.NotEqual(t, b.Hash(), hash("title: Line", "title: Lines"))
	require.NotEqual(t, b.Hash(), hash("by-priority", "unique"))
	require.NotEqual(t, b.Hash(), hash("then.amount", "then.percent"))
}

func TestGroupErrors(t *testing.T) {
	tests := []struct {
		name string
		text string
		want string
	}{
		{"twice", "groups: [{name: a, policy: any}, {name: b}, {name: a, policy: unique}]", "rules.yaml:1:52: group a: name: the group is declared twice, and not the same; the first is in rules.yaml:1"},
		{"policy", "groups: [{name: a, policy: uniq}]", "rules.yaml:1:28: policy: uniq is not a hit policy; did you mean unique?"},
		{"no name", "groups: [{title: a}]", "rules.yaml:1:11: name: the group has no name"},
		{"no mapping", "groups: [a]", "rules.yaml:1:10: groups: a group is a mapping"},
		{"no list", "groups: {a: b}", "rules.yaml:1:9: groups: groups is not a list"},
		{"key", "groups: [{name: a, polcy: any}]", "rules.yaml:1:20: there is no key polcy here; did you mean policy?"},
		{"outputs", "groups: [{name: a, outputs: [x]}]", "rules.yaml:1:29: outputs: outputs is not a mapping"},
		{"value", "groups: [{name: a, outputs: {per: [[x]]}}]", "rules.yaml:1:36: outputs: this is not a value"},
		{"book", "book: x\nrules: [{id: a, when: rush, then: {}}]", "rules.yaml:1:7: book: book is not a mapping"},
		{"book key", "book: {kin: x}\nrules: [{id: a, when: rush, then: {}}]", "rules.yaml:1:8: there is no key kin here; did you mean kind?"},
		{
			"first without a table", "groups: [{name: a, policy: first}]\nrules: [{id: r, group: a, when: rush, then: {}}]",
			"rules.yaml:2:24: rule r: group: the hit policy first takes the rows of a table, and the rule is none; use by-priority",
		},
		{
			"priority number", "groups: [{name: a, policy: priority, outputs: {per: [x]}}]\nrules: [{id: r, group: a, when: rush, then: {per: x}, priority: 1}]",
			"rules.yaml:2:65: rule r: priority: the hit policy priority leaves no say to a priority; leave it out, or use by-priority",
		},
		{
			"first of two tables",
			"groups: [{name: a, policy: first}]\ntables:\n- {group: a, when: [tier], then: [per], rows: [{id: x, when: [A], then: [a]}]}\n- {group: a, when: [tier], then: [per], rows: [{id: y, when: [A], then: [a]}]}",
			"rules.yaml:1:28: group a: policy: the group has 2 tables, and first takes the order of the rows of one",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := loadYAML(t, rules.Config{}, tt.text)
			var load *rules.LoadError
			require.ErrorAs(t, err, &load)
			require.Len(t, load.Errors, 1, err.Error())
			require.True(t, strings.HasPrefix(load.Errors[0].Error(), tt.want), "%s\nwant %s", err, tt.want)
		})
	}
	s := schema(t, rules.Config{})
	_, err := rules.Load(s, rules.Groups[string]("a.go", rules.Group{Name: "g", Policy: rules.Any}), rules.Groups[string]("b.go", rules.Group{Name: "g"}))
	require.ErrorContains(t, err, "b.go: group g: name: the group is declared twice, and not the same; the first is in a.go")
	_, err = rules.Load(s, rules.Groups[string]("a.go", rules.Group{Name: "g", Policy: 77}))
	require.ErrorContains(t, err, "a.go: group g: policy: HitPolicy(77) is not a hit policy")
	_, err = rules.Load(s, rules.Groups[string]("a.go", rules.Group{Name: "g", Policy: rules.CollectMax}))
	require.ErrorContains(t, err, "a.go: group g: outputs: collect-max needs a number, and the effect is string")
	_, err = rules.Load(s, rules.Groups[string]("a.go", rules.Group{Name: "g"}), rules.Groups[string]("a.go", rules.Group{Name: "g"}))
	require.NoError(t, err, "the same declaration may stand twice")
	outputs := func(values ...string) rules.Source[string] {
		return rules.Groups[string]("a.go", rules.Group{Name: "g", Outputs: []rules.Output{{Values: values}}})
	}
	_, err = rules.Load(s, outputs("a", "b"), outputs("a", "b"))
	require.NoError(t, err)
	_, err = rules.Load(s, outputs("a", "b"), outputs("b", "a"))
	require.ErrorContains(t, err, "declared twice, and not the same")
	_, err = rules.Load(s, rules.YAML[string]("a.yaml", []byte("book: {kind: a}")), rules.YAML[string]("b.yaml", []byte("book: {kind: b}")))
	require.ErrorContains(t, err, "b.yaml:1:7: book: the book is named again, and not the same; the first is in a.yaml")
}

func TestHeaderErrors(t *testing.T) {
	for text, want := range map[string]string{
		"book: x":             "book:1:7: book: book is not a mapping",
		"a: [":                "book:",
		"book: {kind: [a]}":   "book:1:14: kind: kind is not a text",
		`{"book": {"kin":1}}`: `book:1:11: there is no key kin here`,
	} {
		_, err := rules.Header([]byte(text))
		var load *rules.LoadError
		require.True(t, errors.As(err, &load), text)
		require.ErrorContains(t, err, want)
	}
	h, err := rules.Header([]byte(`{"book": {"kind": "pricing\/x"}, "rules": [{"wrong": 1}]}`))
	require.NoError(t, err)
	require.Equal(t, "pricing/x", h.Kind)
	h, err = rules.Header([]byte("- id: a"))
	require.NoError(t, err)
	require.Zero(t, h)
}
