package pricing_test

import (
	"context"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/rules"
)

// Change discounts while pricing goes on. A book that does not fit is refused,
// and the running one stays.
func ExampleLive() {
	schema, err := pricing.NewRuleSchema(rules.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	load := func(text string) (*pricing.RuleBook, error) {
		return rules.Load(schema, rules.YAML[pricing.Discount]("deals.yaml", []byte(text)))
	}
	spring, err := load(`rules: [{id: SPRING, group: deals, when: quantity >= 10, then: {kind: percent, rate: 5%}}]`)
	if err != nil {
		fmt.Println(err)
		return
	}
	prices, err := pricing.NewBook(pricing.Record{
		ID: "LIST-4711", Key: pricing.Key{Item: "4711"}, Price: money.MustParse("10.00 USD"), Unit: quantity.Each,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	live, err := pricing.NewLive(pricing.Config{
		Schema: pricing.Schema{
			Access: []pricing.Access{{Fields: []pricing.Field{pricing.FieldItem}}},
			Steps: []pricing.Step{
				{Name: "list", Kind: pricing.StepPrice},
				{Name: "deals", Kind: pricing.StepDiscount, Base: pricing.BaseRunning},
			},
		},
		Prices: prices, Rules: spring, Zone: time.UTC,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	total := func() {
		result, err := live.Price(context.Background(), pricing.Request{
			Currency: money.USD, At: time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC),
			Lines: []pricing.Line{{ID: "1", Item: "4711", Quantity: quantity.New(12, quantity.Each)}},
		})
		fmt.Println(result.Total, err)
	}
	total()
	for _, text := range []string{
		`rules: [{id: SUMMER, group: sales, when: quantity >= 10, then: {kind: percent, rate: 20%}}]`,
		`rules: [{id: SUMMER, group: deals, when: quantity >= 10, then: {kind: percent, rate: 10%}}]`,
	} {
		book, err := load(text)
		if err != nil {
			fmt.Println(err)
			return
		}
		if diff, err := live.ReplaceRules(book); err != nil {
			fmt.Println(err)
		} else {
			fmt.Println(diff)
		}
		total()
	}
	// Output:
	// 114.00 USD <nil>
	// pricing: 1 fault
	//   rules of group "sales": the schema has no step of the name
	// 114.00 USD <nil>
	// 1 added (SUMMER), 1 removed (SPRING)
	// 108.00 USD <nil>
}
