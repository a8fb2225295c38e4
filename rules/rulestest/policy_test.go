package rulestest_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
	"github.com/o2ckit/o2c/rules/rulestest"
)

// settled is a book of two rules that always match, under a hit policy.
func settled(t *testing.T, second string, policy rules.HitPolicy, outputs ...rules.Output) *rules.Book[facts, effect] {
	t.Helper()
	b, err := rules.Load(schema(t, rules.Config{OnError: rules.SkipAndReport}),
		rules.Values("rules", []rules.Rule[effect]{
			{ID: "a", Group: "g", When: `true`, Then: percent("5%")},
			{ID: "b", Group: "g", When: second, Then: percent("3%")},
		}),
		rules.Groups[effect]("groups", rules.Group{Name: "g", Policy: policy, Outputs: outputs}))
	require.NoError(t, err)
	return b
}

// TestScenarioOfASum names the rules of a sum and the one effect that they make.
func TestScenarioOfASum(t *testing.T) {
	book := settled(t, `true`, rules.CollectSum, rules.Output{Path: "percent"})
	for name, scenarios := range map[string][]rulestest.Scenario[facts, effect]{
		"yaml": read(t, book.Schema(), "- {id: sum, group: g, expect: {rules: [a, b], effects: [{percent: 8%}]}}"),
		"csv":  readCSV(t, book.Schema(), "id,group,expect.rules,expect.effects\nsum,g,\"a,b\",[{percent: 8%}]\n"),
	} {
		t.Run(name, func(t *testing.T) {
			report, err := rulestest.Run(context.Background(), book, scenarios)
			require.NoError(t, err)
			require.Equal(t, 1, report.Passed, report.Results)
		})
	}
	for _, text := range []string{
		"- {id: all, expect: {rules: [a, b], effects: [{percent: 8%}]}}", // of a book each rule has its effect
		"- {id: more, group: g, expect: {rules: [a], effects: [{percent: 8%}, {percent: 5%}]}}",
	} {
		_, err := rulestest.Read[facts, effect](book.Schema(), "test.yaml", []byte(text))
		require.ErrorContains(t, err, "contradict each other")
	}
}

func readCSV(t *testing.T, s *rules.Schema[facts], text string) []rulestest.Scenario[facts, effect] {
	t.Helper()
	out, err := rulestest.ReadCSV[facts, effect](s, "test.csv", []byte(text))
	require.NoError(t, err)
	return out
}

type gift struct{ Item string }

type voucher struct{ Item string }

type action struct{ Do any }

// TestScenarioOfAKindOfEffect reads kinds of effects as sources of rules do.
func TestScenarioOfAKindOfEffect(t *testing.T) {
	s := schema(t, rules.Config{Effects: []rules.EffectType{{Name: "gift", Of: gift{}}, {Name: "voucher", Of: voucher{}}}})
	book, err := rules.Load(s, rules.YAML[action]("r", []byte("- {id: a, when: 'true', then: {do: {gift: {item: MUG}}}}")))
	require.NoError(t, err)
	for kind, passed := range map[string]int{"gift: {item: MUG}": 1, "gift: {item: CUP}": 0, "voucher: {item: MUG}": 0} {
		scenarios, err := rulestest.Read[facts, action](s, "s", []byte("- {id: a, expect: {effects: [{do: {"+kind+"}}]}}"))
		require.NoError(t, err)
		report, err := rulestest.Run(context.Background(), book, scenarios)
		require.NoError(t, err)
		require.Equal(t, passed, report.Passed, kind)
	}
}

// TestReplayOfAnotherKind tells kinds of effects apart that look the same in JSON.
func TestReplayOfAnotherKind(t *testing.T) {
	s := schema(t, rules.Config{})
	book := func(do any) *rules.Book[facts, action] {
		b, err := rules.Compile(s, "r", []rules.Rule[action]{{ID: "a", When: `true`, Then: action{do}}})
		require.NoError(t, err)
		return b
	}
	for name, tt := range map[string]struct {
		next    any
		changed int
	}{"same": {gift{"MUG"}, 0}, "another": {voucher{"MUG"}, 1}} {
		report, err := rulestest.Replay(context.Background(), book(gift{"MUG"}), book(tt.next),
			rulestest.Decisions([]rulestest.Decision[facts]{{ID: "1"}}), rulestest.ReplayConfig[facts, action]{})
		require.NoError(t, err)
		require.Equal(t, tt.changed, report.Changed, name)
	}
}

// TestReplayOfAnotherPolicy tells apart decisions that the same rules with the
// same effects make.
func TestReplayOfAnotherPolicy(t *testing.T) {
	out := rules.Output{Path: "percent"}
	decisions := []rulestest.Decision[facts]{{ID: "1", Group: "g"}}
	for name, tt := range map[string]struct {
		old, next *rules.Book[facts, effect]
		changed   int
	}{
		"collect and sum":     {settled(t, `true`, rules.Collect), settled(t, `true`, rules.CollectSum, out), 1},
		"sum and sum":         {settled(t, `true`, rules.CollectSum, out), settled(t, `not false`, rules.CollectSum, out), 0},
		"largest and ranking": {settled(t, `true`, rules.CollectMax, out), settled(t, `true`, rules.ByPriority), 0},
	} {
		t.Run(name, func(t *testing.T) {
			report, err := rulestest.Replay(context.Background(), tt.old, tt.next, rulestest.Decisions(decisions), rulestest.ReplayConfig[facts, effect]{})
			require.NoError(t, err)
			require.Equal(t, tt.changed, report.Changed)
			require.Equal(t, 1-tt.changed, report.Unchanged)
		})
	}
}

// TestReplaySkippingWithoutValue counts a decision as skipping only when it was
// compared, as the report says.
func TestReplaySkippingWithoutValue(t *testing.T) {
	old, next := settled(t, `true`, rules.Collect), settled(t, `lines % lines == 0`, rules.Collect)
	report, err := rulestest.Replay(context.Background(), old, next,
		rulestest.Decisions([]rulestest.Decision[facts]{{ID: "1", Group: "g"}}),
		rulestest.ReplayConfig[facts, effect]{Value: func(*facts, []*rules.Rule[effect]) (money.Amount, error) {
			return money.Amount{}, errors.New("no price")
		}})
	require.NoError(t, err)
	require.Equal(t, 1, report.Failed)
	require.Zero(t, report.Skipping)
}
