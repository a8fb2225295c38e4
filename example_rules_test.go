package o2c_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/rules"
	"github.com/o2ckit/o2c/rules/analysis"
	"github.com/o2ckit/o2c/rules/ruledoc"
	"github.com/o2ckit/o2c/rules/rulestest"
)

// The code of docs/guides/rules.md; a test holds the guide to it.

type Line struct {
	Tier     string
	Category string
	Quantity quantity.Quantity
	Net      money.Amount
	Customer struct {
		Country string
		Score   *int // nil: never rated
	}
}

type Discount struct {
	Percent money.Rate
}

const discountRules = `
book: { title: Discounts, kind: discounts }
rules:
  - id: gold-tools
    name: Gold customers buy tools cheaper
    when: tier == "GOLD" && category == "tools"
    then: { percent: 5% }
  - id: bulk
    when: quantity >= 100
    then: { percent: 2% }
    priority: 10
    from: 2026-01-01
    to: 2027-01-01
    note: Agreed with sales for 2026.
`

const discountTable = `# group: discounts
# hit: first
# domain tier: GOLD, SILVER
# domain quantity: [1..)
id,tier,quantity,then.percent
gold-large,GOLD,>= 100,7%
gold,GOLD,[10..100),5%
silver,SILVER,>= 10,2%
`

func discountBook() (*rules.Schema[Line], *rules.Book[Line, Discount], error) {
	schema, err := rules.NewSchema[Line](rules.Config{})
	if err != nil {
		return nil, nil, err
	}
	book, err := rules.Load(schema, rules.YAML[Discount]("discounts.yaml", []byte(discountRules)))
	return schema, book, err
}

func june() time.Time { return time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC) }

func Example_rulesMatch() {
	err := func() error {
		schema, err := rules.NewSchema[Line](rules.Config{})
		if err != nil {
			return err
		}
		book, err := rules.Load(schema, rules.YAML[Discount]("discounts.yaml", []byte(discountRules)))
		if err != nil {
			return err
		}
		line := Line{Tier: "GOLD", Category: "tools", Quantity: quantity.MustParse("120 EA")}
		matched, err := book.Match(context.Background(), &line, june(), nil)
		if err != nil {
			return err
		}
		for _, rule := range matched {
			fmt.Println(rule.ID, rule.Then.Percent.Percent())
		}
		return nil
	}()
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// bulk 2%
	// gold-tools 5%
}

func Example_rulesTable() {
	err := func() error {
		schema, err := rules.NewSchema[Line](rules.Config{})
		if err != nil {
			return err
		}
		table, err := rules.Load(schema, rules.CSV[Discount]("discounts.csv", []byte(discountTable)))
		if err != nil {
			return err
		}
		line := Line{Tier: "GOLD", Quantity: quantity.MustParse("120 EA")}
		decision, err := table.Group("discounts").Decide(context.Background(), &line, june())
		if err != nil {
			return err
		}
		if discount, ok := decision.Then(); ok {
			fmt.Println(decision.Rules[0].ID, discount.Percent.Percent())
		}
		return nil
	}()
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// gold-large 7%
}

func Example_rulesWhy() {
	_, book, err := discountBook()
	if err != nil {
		fmt.Println(err)
		return
	}
	err = func() error {
		line := Line{Tier: "SILVER", Category: "tools", Quantity: quantity.MustParse("120 EA")}
		_, why, err := book.Explain(context.Background(), &line, june(), rules.Full)
		if err != nil {
			return err
		}
		for _, reason := range why.Rules {
			fmt.Println(reason)
		}
		reason, err := book.WhyNot(context.Background(), "bulk", &line, june().AddDate(1, 0, 0))
		if err != nil {
			return err
		}
		fmt.Println(reason)
		return nil
	}()
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// bulk: matched: quantity >= 100 [quantity: 120 EA]
	// gold-tools (Gold customers buy tools cheaper): not met: tier == "GOLD" [tier: "SILVER"]
	// bulk: no longer in force, ended 2027-01-01T00:00:00Z
}

func Example_rulesChange() {
	_, book, err := discountBook()
	if err != nil {
		fmt.Println(err)
		return
	}
	err = func() error {
		live := rules.NewLive(book)
		next, err := live.Book().With(rules.YAML[Discount]("change.yaml", []byte(`
rules: [{id: bulk, when: quantity >= 50, then: {percent: 3%}}]`)))
		if err != nil {
			return err // and the running book stays
		}
		fmt.Println(live.Replace(next))
		return nil
	}()
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 1 changed (bulk)
}

func Example_rulesScenarios() {
	schema, book, err := discountBook()
	if err != nil {
		fmt.Println(err)
		return
	}
	err = func() error {
		scenarios, err := rulestest.Read[Line, Discount](schema, "discounts.scenarios.yaml", []byte(`
at: 2026-06-01
defaults: { category: tools, net: 100.00 USD, customer.country: US }
scenarios:
  - { id: gold, facts: { tier: GOLD, quantity: 99 EA }, expect: { rules: [gold-tools] } }
  - { id: paint, facts: { tier: GOLD, category: paint, quantity: 99 EA }, expect: { none: true } }
  - { id: many, facts: { tier: SILVER, quantity: 100 EA }, expect: { effects: [{percent: 2%}] } }
`))
		if err != nil {
			return err
		}
		report, err := rulestest.Run(context.Background(), book, scenarios)
		if err != nil {
			return err
		}
		fmt.Println(report.Passed, "passed, conditions", report.Coverage.Conditions)
		mutation, err := rulestest.MutateBook(context.Background(), book, scenarios, rulestest.MutationConfig{})
		if err != nil {
			return err
		}
		fmt.Println("mistakes noticed", mutation.Score)
		for _, survivor := range mutation.Survivors[:2] {
			fmt.Println("not noticed:", survivor)
		}
		return nil
	}()
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 3 passed, conditions 6 of 6 (100.0%)
	// mistakes noticed 13 of 18 (72.2%)
	// not noticed: bulk: priority-lowered: priority 10 -> priority -1
	// not noticed: bulk: validity-shifted: from 2026-01-01T00:00:00Z -> from 2025-12-31T00:00:00Z
}

func Example_rulesAnalysis() {
	schema, err := rules.NewSchema[Line](rules.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = func() error {
		table, err := rules.Load(schema, rules.CSV[Discount]("discounts.csv", []byte(discountTable)))
		if err != nil {
			return err
		}
		report, err := analysis.Analyse(table, analysis.Config{})
		if err != nil {
			return err
		}
		fmt.Print(report)
		return nil
	}()
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// gap in discounts: no rule covers quantity 1 EA or between 1 EA and 10 EA, tier "GOLD" or "SILVER"; for example quantity 1 EA, tier "GOLD"
}

func Example_rulesDocument() {
	schema, err := rules.NewSchema[Line](rules.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = func() error {
		table, err := rules.Load(schema, rules.CSV[Discount]("discounts.csv", []byte(discountTable)))
		if err != nil {
			return err
		}
		document, err := ruledoc.New(table, ruledoc.Config{Title: "Discounts 2026"})
		if err != nil {
			return err
		}
		document.Hash = "..." // it is long
		return ruledoc.Markdown(os.Stdout, document)
	}()
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// # Discounts 2026
	//
	// - Rules: 3
	// - Hash: `...`
	//
	// ## Contents
	//
	// - [discounts](#group-1)
	// - [Facts](#facts)
	//
	// <a id="group-1"></a>
	//
	// ## discounts
	//
	// The first rule that matches counts.
	//
	// | Rule | tier | quantity | percent |
	// | --- | --- | --- | --- |
	// | `gold-large` | GOLD | \>= 100 | 7% |
	// | `gold` | GOLD | \[10..100) | 5% |
	// | `silver` | SILVER | \>= 10 | 2% |
	//
	// <a id="facts"></a>
	//
	// ## Facts
	//
	// | Fact | Type | Read by |
	// | --- | --- | --- |
	// | `quantity` | quantity | `gold-large`, `gold`, `silver` |
	// | `tier` | string | `gold-large`, `gold`, `silver` |
}
