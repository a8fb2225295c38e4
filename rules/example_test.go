package rules_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/rules"
)

// Line is what the host knows when it looks for discounts.
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

// Discount is what the host's rules decide.
type Discount struct {
	Percent money.Rate
}

func Example() {
	schema, err := rules.NewSchema[Line](rules.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	book, err := rules.Compile(schema, "discounts", []rules.Rule[Discount]{
		{ID: "gold-tools", When: `tier == "GOLD" && category == "tools"`, Then: Discount{money.MustRate("5%")}},
		{ID: "bulk", When: `quantity >= 100`, Then: Discount{money.MustRate("2%")}, Priority: 10},
		{ID: "large", When: `net >= money("5000.00 USD")`, Then: Discount{money.MustRate("1%")}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	line := Line{Tier: "GOLD", Category: "tools", Quantity: quantity.New(120, quantity.Each), Net: money.MustParse("840.00 USD")}
	at := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	matched, err := book.Match(context.Background(), &line, at, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, rule := range matched {
		fmt.Println(rule.ID, rule.Then.Percent)
	}
	// Output:
	// bulk 0.02
	// gold-tools 0.05
}

func ExampleBook_Explain() {
	schema, _ := rules.NewSchema[Line](rules.Config{})
	book, _ := rules.Compile(schema, "discounts", []rules.Rule[Discount]{
		{ID: "gold", Name: "Gold customers", When: `tier == "GOLD" && customer.country in ["US", "CA"]`},
		{ID: "rated", When: `customer.score >= 700`},
		{ID: "silver", When: `tier == "SILVER" && quantity >= 10`},
		{ID: "summer", When: `category == "garden"`, From: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)},
	})
	line := Line{Tier: "GOLD", Category: "garden", Quantity: quantity.New(12, quantity.Each)}
	line.Customer.Country = "CA"
	at := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	_, why, err := book.Explain(context.Background(), &line, at, rules.Full)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, reason := range why.Rules {
		fmt.Println(reason)
	}
	// Output:
	// gold (Gold customers): matched: tier == "GOLD" && customer.country in ["US", "CA"] [tier: "GOLD", customer.country: "CA"]
	// rated: not met: customer.score >= 700 [customer.score: missing]
	// silver: not met: tier == "SILVER" [tier: "GOLD"]
	// summer: not yet in force, begins 2026-07-01T00:00:00Z
}

func ExampleBook_WhyNot() {
	schema, _ := rules.NewSchema[Line](rules.Config{})
	book, _ := rules.Compile(schema, "discounts", []rules.Rule[Discount]{
		{ID: "bulk", When: `tier == "GOLD" and quantity >= 100`},
	})
	line := Line{Tier: "GOLD", Quantity: quantity.New(99, quantity.Each)}
	reason, err := book.WhyNot(context.Background(), "bulk", &line, time.Time{})
	fmt.Println(reason, err)
	// Output:
	// bulk: not met: quantity >= 100 [quantity: 99 EA] <nil>
}

func ExampleYAML() {
	schema, _ := rules.NewSchema[Line](rules.Config{})
	_, err := rules.Load(schema, rules.YAML[Discount]("discounts.yaml", []byte(`
rules:
  - id: gold
    when: teir == "GOLD" && quantity >= 10
    then: { percent: 5% }
  - id: large
    when: |-
      category == "tools"
      && net >= 5000
    then: { percnt: 1% }
`)))
	fmt.Println(err)
	// Output:
	// rules: 3 errors, nothing loaded
	// discounts.yaml:4:11: rule gold: when: there is no fact teir; did you mean tier?
	//         when: teir == "GOLD" && quantity >= 10
	//               ^
	// discounts.yaml:9:17: rule large: when: an amount has a currency, a bare number has none; write money("5000 USD") in the right currency
	//           && net >= 5000
	//                     ^
	// discounts.yaml:10:13: rule large: then: the effect has no field percnt; did you mean percent?
	//         then: { percnt: 1% }
	//                 ^
}

func ExampleLive() {
	schema, _ := rules.NewSchema[Line](rules.Config{})
	load := func(text string) (*rules.Book[Line, Discount], error) {
		return rules.Load(schema, rules.YAML[Discount]("discounts.yaml", []byte(text)))
	}
	book, _ := load(`rules: [{id: gold, when: tier == "GOLD", then: {percent: 5%}}]`)
	live := rules.NewLive(book)

	// A change that does not load leaves the running book in place.
	if _, err := load(`rules: [{id: gold, when: tier = "GOLD", then: {percent: 9%}}]`); err != nil {
		fmt.Println("kept:", live.Book().Rule("gold").Then.Percent)
	}
	if book, err := load(`rules: [{id: gold, when: tier == "GOLD", then: {percent: 6%}}, {id: bulk, when: quantity >= 100, then: {percent: 2%}}]`); err == nil {
		fmt.Println(live.Replace(book))
	}
	fmt.Println("now:", live.Book().Rule("gold").Then.Percent)
	// Output:
	// kept: 0.05
	// 1 added (bulk), 1 changed (gold)
	// now: 0.06
}

// notes is a source of the host's own: a line for each rule, id: condition.
type notes string

func (n notes) Load(rules.Reading) rules.Loaded[string] {
	var out rules.Loaded[string]
	for i, line := range strings.Split(string(n), "\n") {
		id, when, _ := strings.Cut(line, ": ")
		out.Rules = append(out.Rules, rules.Located[string]{
			Rule:   rules.Rule[string]{ID: id, When: when, Then: id},
			Source: "notes.txt",
			Origin: note{line: i + 1, text: line, when: len(id) + 2},
		})
	}
	return out
}

// note finds the places of one line.
type note struct {
	line, when int
	text       string
}

func (n note) Place(part string, offset int) rules.Place {
	column := 1
	if part == "when" {
		column += n.when + offset
	}
	return rules.Place{Line: n.line, Column: column, Text: n.text}
}

func ExampleSource() {
	schema, _ := rules.NewSchema[Line](rules.Config{})
	_, err := rules.Load[Line, string](schema, notes("gold: tier == \"GOLD\"\nbulk: qantity >= 100"))
	fmt.Println(err)
	// Output:
	// rules: 1 error, nothing loaded
	// notes.txt:2:7: rule bulk: when: there is no fact qantity; did you mean quantity?
	//     bulk: qantity >= 100
	//           ^
}

func ExampleFunction() {
	schema, err := rules.NewSchema[Line](rules.Config{Functions: []rules.Function{{
		Name:    "inEU",
		Version: "2020-02",
		Cost:    2,
		Call:    func(country string) bool { return country == "DE" || country == "FR" },
	}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	book, err := rules.Compile(schema, "export", []rules.Rule[string]{
		{ID: "declare", When: `not inEU(customer.country) and net > money("1000.00 EUR")`, Then: "export declaration"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	line := Line{Net: money.MustParse("1250.00 EUR")}
	line.Customer.Country = "CH"
	matched, err := book.Match(context.Background(), &line, time.Time{}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(matched[0].Then)
	// Output:
	// export declaration
}

func ExampleCSV() {
	schema, _ := rules.NewSchema[Line](rules.Config{})
	book, err := rules.Load(schema, rules.CSV[Discount]("discounts.csv", []byte(`# group: discounts
# title: Discounts of the line
# hit: first
id,tier,quantity,net,then.percent
gold-bulk,GOLD,>= 100,-,7%
gold,"GOLD, PLATINUM",[10..100),-,5%
large,-,-,>= 5000.00 USD,2%
`)))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, rule := range book.Rules() {
		fmt.Printf("%s: %s\n", rule.ID, rule.When)
	}
	_, err = rules.Load(schema, rules.CSV[Discount]("discounts.csv", []byte(`# group: discounts
tier,quantity,then.percent
GOLD,"1,000",7%
`)))
	fmt.Println(err)
	// Output:
	// gold-bulk: tier == "GOLD" and quantity >= 100
	// gold: tier in ["GOLD", "PLATINUM"] and quantity >= 10 and quantity < 100
	// large: net >= money("5000.00 USD")
	// rules: 1 error, nothing loaded
	// discounts.csv:3:8: rule discounts/1: quantity: a comma between two digits can mean a list or one number; write 1, 5 for a list, 1.5 or 1500 for a number
	//     GOLD,"1,000",7%
	//            ^
}

func ExampleBook_Decide() {
	schema, _ := rules.NewSchema[Line](rules.Config{})
	book, err := rules.Load(schema, rules.CSV[string]("screening.csv", []byte(`# group: screening
# hit: priority
# outputs then: DECLINE, REVIEW, APPROVE
tier,net,then
-,-,APPROVE
-,>= 1000.00 USD,REVIEW
BLOCKED,-,DECLINE
`)))
	if err != nil {
		fmt.Println(err)
		return
	}
	line := Line{Tier: "GOLD", Net: money.MustParse("1200.00 USD")}
	decision, err := book.Decide(context.Background(), &line, time.Time{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(decision.Effects, "by", decision.Rules[0].ID, "over", decision.Also[0].ID)
	// Output:
	// [REVIEW] by screening/2 over screening/1
}

func ExampleBook_Decide_sum() {
	schema, _ := rules.NewSchema[Line](rules.Config{})
	book, err := rules.Load(schema,
		rules.Groups[money.Amount]("code", rules.Group{Name: "fees", Policy: rules.CollectSum}),
		rules.Values("code", []rules.Rule[money.Amount]{
			{ID: "handling", Group: "fees", When: `true`, Then: money.MustParse("4.95 USD")},
			{ID: "small", Group: "fees", When: `net < money("50.00 USD")`, Then: money.MustParse("2.50 USD")},
			{ID: "abroad", Group: "fees", When: `customer.country != "US"`, Then: money.MustParse("19.00 USD")},
		}))
	if err != nil {
		fmt.Println(err)
		return
	}
	line := Line{Net: money.MustParse("20.00 USD")}
	line.Customer.Country = "US"
	decision, err := book.Decide(context.Background(), &line, time.Time{})
	fmt.Println(decision.Effects, len(decision.Rules), err)
	// Output:
	// [7.45 USD] 2 <nil>
}

func ExampleHeader() {
	header, err := rules.Header([]byte(`
book: {title: Spring discounts, kind: pricing}
rules:
  - {id: gold, when: tier == "GOLD", then: {percent: 5%}}
`))
	fmt.Println(header.Title, header.Kind, err)
	// Output:
	// Spring discounts pricing <nil>
}

// trail is a listener that keeps what was decided.
type trail struct{ lines []string }

func (t *trail) Decided(_ context.Context, d rules.Decided) {
	line, _ := d.Facts.(*Line)
	t.lines = append(t.lines, fmt.Sprintf("%s at %s: %v", line.Tier, d.At.Format(time.DateOnly), d.Rules))
}

func ExampleListener() {
	var heard trail
	schema, _ := rules.NewSchema[Line](rules.Config{Listeners: []rules.Listener{&heard}})
	book, _ := rules.Compile(schema, "discounts", []rules.Rule[Discount]{
		{ID: "gold", When: `tier == "GOLD"`}, {ID: "bulk", When: `quantity >= 100`},
	})
	at := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	for _, tier := range []string{"GOLD", "SILVER"} {
		line := Line{Tier: tier, Quantity: quantity.New(120, quantity.Each)}
		if _, err := book.Match(context.Background(), &line, at, nil); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(strings.Join(heard.lines, "\n"))
	// Output:
	// GOLD at 2026-06-01: [bulk gold]
	// SILVER at 2026-06-01: [bulk]
}
