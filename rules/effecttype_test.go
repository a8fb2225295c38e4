package rules_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/rules"
)

// reward is an effect that a package leaves open; gift and rebate are a host's.
type reward interface{ Describe() string }

type gift struct {
	Item     string
	Quantity quantity.Quantity
}

func (g gift) Describe() string { return fmt.Sprintf("%s of %s free", g.Quantity, g.Item) }

func (g gift) Validate() error {
	if g.Item == "" {
		return errors.New("a gift needs an item")
	}
	return nil
}

type rebate struct{ Percent money.Rate }

func (r *rebate) Describe() string { return r.Percent.Percent() + " back" }

func ExampleEffectType() {
	schema, err := rules.NewSchema[Line](rules.Config{Effects: []rules.EffectType{
		{Name: "gift", Of: gift{}}, {Name: "rebate", Of: (*rebate)(nil)},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	book, err := rules.Load(schema, rules.YAML[reward]("rewards.yaml", []byte(`
rules:
  - { id: mug, when: quantity >= 100, then: { gift: { item: MUG-1, quantity: 2 EA } } }
  - { id: loyal, when: tier == "GOLD", then: { rebate: { percent: 3% } } }
`)))
	if err != nil {
		fmt.Println(err)
		return
	}
	line := Line{Tier: "GOLD", Quantity: quantity.New(120, quantity.Each)}
	matched, err := book.Match(context.Background(), &line, time.Time{}, nil)
	for _, rule := range matched {
		fmt.Println(rule.ID, rule.Then.Describe(), err)
	}
	// Output:
	// loyal 3% back <nil>
	// mug 2 EA of MUG-1 free <nil>
}

func TestEffectTypes(t *testing.T) {
	s, err := rules.NewSchema[Line](rules.Config{Effects: []rules.EffectType{{Name: "gift", Of: gift{}}, {Name: "rebate", Of: &rebate{}}}})
	require.NoError(t, err)
	for _, tt := range []struct{ then, want string }{
		{`{gfit: {item: A}}`, "there is no kind of effect gfit here; did you mean gift?"},
		{`{gift: {item: A, quantity: 1 EA}, rebate: {percent: 1%}}`, "an effect is of one kind"},
		{`A`, "this does not name a kind of effect; write one of gift, rebate: {...}"},
		{`{}`, "this does not name a kind of effect"},
		{`{gift: {itm: A}}`, "the effect has no field itm; did you mean item?"},
		{`{gift: {quantity: 1 EA}}`, "a gift needs an item"},
		{`{rebate: {percent: five}}`, "not a number"},
	} {
		_, err := rules.Load(s, rules.YAML[reward]("x.yaml", []byte("rules: [{id: a, when: rush == 1, then: "+tt.then+"}, {id: b, when: 'true', then: "+tt.then+"}]")))
		require.ErrorContains(t, err, tt.want, tt.then)
	}
	_, err = rules.Load(s, rules.YAML[interface{ None() }]("x.yaml", []byte("rules: [{id: a, when: 'true', then: {gift: {}}}]")))
	require.ErrorContains(t, err, "no kind of effect is known for")

	type both struct{ Rewards []reward }
	load := func(list ...reward) string {
		b, err := rules.Compile(s, "x", []rules.Rule[both]{{ID: "a", When: "true", Then: both{list}}})
		require.NoError(t, err)
		return b.Hash()
	}
	type other struct{ gift }
	require.Equal(t, load(gift{Item: "A"}), load(gift{Item: "A"}))
	require.NotEqual(t, load(gift{Item: "A"}), load(other{gift{Item: "A"}}), "the same JSON, another kind")

	for _, bad := range [][]rules.EffectType{{{Name: "", Of: gift{}}}, {{Name: "a", Of: gift{}}, {Name: "a", Of: gift{}}}, {{Name: "a"}}, {{Name: "a", Of: 1}}} {
		_, err := rules.NewSchema[Line](rules.Config{Effects: bad})
		var wrong *rules.SchemaError
		require.ErrorAs(t, err, &wrong)
	}
}

// TestWholeRates holds that 5 is not taken for 500% where 5% is meant; a rate
// that was written as text, as JSON does, is what it says.
func TestWholeRates(t *testing.T) {
	s, err := rules.NewSchema[Line](rules.Config{})
	require.NoError(t, err)
	for _, source := range []rules.Source[rebate]{
		rules.YAML[rebate]("x.yaml", []byte("rules: [{id: a, when: 'true', then: {percent: 5}}]")),
		rules.JSON[rebate]("x.json", []byte(`{"rules": [{"id": "a", "when": "true", "then": {"percent": 5}}]}`)),
		rules.CSV[rebate]("x.csv", []byte("# group: g\ntier,then.percent\n-,5\n")),
	} {
		_, err := rules.Load(s, source)
		require.ErrorContains(t, err, "5 as a rate is 500%; write 5%, or 500% if that is meant")
	}
	for _, right := range []string{"5%", "0.05", "1", "0", "500%", `"5"`} {
		_, err := rules.Load(s, rules.YAML[rebate]("x.yaml", []byte("rules: [{id: a, when: 'true', then: {percent: "+right+"}}]")))
		require.NoError(t, err, right)
	}
}
