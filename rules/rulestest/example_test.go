package rulestest_test

import (
	"context"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/rules"
	"github.com/o2ckit/o2c/rules/rulestest"
)

// Line is what the host knows when it looks for discounts.
type Line struct {
	Tier     string
	Quantity quantity.Quantity
	Net      money.Amount
}

// Discount is what the host's rules decide.
type Discount struct {
	Percent money.Rate
}

func lineRules(gold string) []rules.Rule[Discount] {
	return []rules.Rule[Discount]{
		{ID: "bulk", When: `quantity >= 100`, Then: Discount{money.MustRate("2%")}, Priority: 10},
		{ID: "gold", When: `tier == "GOLD"`, Then: Discount{money.MustRate(gold)}},
	}
}

const lineScenarios = `
at: 2026-06-01
scenarios:
  - id: gold
    facts: { tier: GOLD, quantity: 12 EA }
    expect: { rules: [gold], effects: [{ percent: 5% }] }
  - id: gold in bulk
    base: gold
    facts: { quantity: 120 EA }
    expect: { rules: [bulk, gold] }
  - id: nothing
    facts: { tier: SILVER, quantity: 99 EA }
    expect: { none: true }
`

func ExampleRun() {
	schema, _ := rules.NewSchema[Line](rules.Config{})
	book, _ := rules.Compile(schema, "discounts", lineRules("4%"))
	scenarios, err := rulestest.Read[Line, Discount](schema, "discounts.yaml", []byte(lineScenarios))
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := rulestest.Run(context.Background(), book, scenarios)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, result := range report.Results {
		fmt.Println(result.ID, result.Passed)
		for _, failure := range result.Failures {
			fmt.Println(" ", failure.Message)
		}
	}
	fmt.Println("conditions:", report.Coverage.Conditions)
	// Output:
	// gold false
	//   effect 1, of rule gold: Percent: want "0.05", got "0.04"
	// gold in bulk true
	// nothing true
	// conditions: 4 of 4 (100.0%)
}

func ExampleReadCSV() {
	schema, _ := rules.NewSchema[Line](rules.Config{})
	_, err := rulestest.ReadCSV[Line, Discount](schema, "discounts.csv", []byte(
		`id,tier,quantity,expect.rules
small,GOLD,12 EA,gold
large,GOLD,many,"bulk, gold"
`))
	fmt.Println(err)
	// Output:
	// rules: 1 error, nothing loaded
	// discounts.csv:3:12: scenario large: facts.quantity: fact quantity: "many" is not a quantity, such as 10 EA: quantity: "many": not a decimal number such as 12 or 1.25
	//     large,GOLD,many,"bulk, gold"
	//                ^
}

// The scenarios pass and cover every condition both ways, and still nobody would
// notice if bulk began at 101 or at 120.
func ExampleMutate() {
	schema, _ := rules.NewSchema[Line](rules.Config{})
	scenarios, _ := rulestest.Read[Line, Discount](schema, "discounts.yaml", []byte(lineScenarios))
	report, err := rulestest.Mutate(context.Background(), schema, lineRules("5%"), scenarios, rulestest.MutationConfig{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Score)
	for _, survivor := range report.Survivors {
		fmt.Println(survivor)
	}
	// Output:
	// 8 of 10 (80.0%)
	// bulk: operator-flipped: quantity >= 100 -> quantity > 100
	// bulk: bound-shifted: quantity >= 100 -> quantity >= 101
}

func ExampleReplay() {
	schema, _ := rules.NewSchema[Line](rules.Config{})
	old, _ := rules.Compile(schema, "discounts", lineRules("5%"))
	better, _ := rules.Compile(schema, "discounts", lineRules("6%"))
	at := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	past := []rulestest.Decision[Line]{
		{ID: "order 1", At: at, Book: old.Hash(), Facts: Line{Tier: "GOLD", Net: money.MustParse("840.00 USD")}},
		{ID: "order 2", At: at, Book: old.Hash(), Facts: Line{Tier: "SILVER", Net: money.MustParse("1200.00 USD")}},
		{ID: "order 3", At: at, Book: old.Hash(), Facts: Line{Tier: "GOLD", Net: money.MustParse("10.00 EUR")}},
	}
	report, err := rulestest.Replay(context.Background(), old, better, rulestest.Decisions(past), rulestest.ReplayConfig[Line, Discount]{
		// What the line costs: less the largest discount.
		Value: func(line *Line, matched []*rules.Rule[Discount]) (money.Amount, error) {
			var best money.Rate
			for _, r := range matched {
				if r.Then.Percent.Cmp(best) > 0 {
					best = r.Then.Percent
				}
			}
			rest, err := best.OneMinus()
			if err != nil {
				return money.Amount{}, err
			}
			return line.Net.Mul(rest)
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Changed, "of", report.Decisions, "changed, moved", report.Moved)
	for _, d := range report.ChangedList {
		fmt.Println(d)
	}
	// Output:
	// 2 of 3 changed, moved [-0.10 EUR -8.40 USD]
	// order 1: gold -> gold, another effect of gold, moved -8.40 USD
	// order 3: gold -> gold, another effect of gold, moved -0.10 EUR
}

func ExampleShadow() {
	schema, _ := rules.NewSchema[Line](rules.Config{})
	book, _ := rules.Compile(schema, "discounts", lineRules("5%"))
	candidate, _ := rules.Compile(schema, "discounts", append(lineRules("5%"),
		rules.Rule[Discount]{ID: "large", When: `net >= money("1000.00 USD")`, Then: Discount{money.MustRate("1%")}}))
	live := rules.NewLive(book)
	shadow, err := rulestest.NewShadow(live, candidate, rulestest.ShadowConfig[Line, Discount]{})
	if err != nil {
		fmt.Println(err)
		return
	}
	at := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	for _, net := range []string{"840.00 USD", "1200.00 USD", "50.00 EUR"} {
		line := Line{Tier: "GOLD", Net: money.MustParse(net)}
		matched, err := shadow.Match(context.Background(), &line, at, nil) // the answer of the live book
		fmt.Println(len(matched), err)
	}
	report := shadow.Report()
	fmt.Println(report.Equal, "equal,", report.Different, "different")
	for _, r := range report.Rules {
		fmt.Println(r.Rule, "added", r.Added, "failed", r.Failed)
	}
	fmt.Println(shadow.Promote())
	// Output:
	// 1 <nil>
	// 1 <nil>
	// 1 <nil>
	// 1 equal, 2 different
	// large added 1 failed 1
	// 1 added (large)
}
