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

// guardedEngine sells item 4711 at 10.00 and holds whatever a person or a
// discount takes off against a margin of 20%.
func guardedEngine(outcome pricing.MarginOutcome, authority *pricing.AuthorityBook) (*pricing.Engine, error) {
	prices, err := pricing.NewBook(pricing.Record{
		ID: "LIST-4711", Key: pricing.Key{Item: "4711"}, Price: money.MustParse("10.00 USD"), Unit: quantity.Each,
	})
	if err != nil {
		return nil, err
	}
	return pricing.New(pricing.Config{
		Schema: pricing.Schema{
			Access: []pricing.Access{{Fields: []pricing.Field{pricing.FieldItem}}},
			Steps: []pricing.Step{
				{Name: "list", Kind: pricing.StepPrice},
				{Name: "manual", Kind: pricing.StepOverride, Base: pricing.BaseList},
				{Name: "floor", Kind: pricing.StepMargin, Margin: pricing.MarginPolicy{Floor: money.MustRate("20%"), Outcome: outcome}},
			},
		},
		Prices: prices, Authority: authority, Zone: time.UTC,
	})
}

// guardedRequest asks for 12 pieces that cost 7.00 each, with 15% off.
func guardedRequest() pricing.Request {
	return pricing.Request{
		Currency: money.USD, At: time.Date(2026, time.March, 27, 12, 0, 0, 0, time.UTC),
		Lines: []pricing.Line{{
			ID: "1", Item: "4711", Quantity: quantity.New(12, quantity.Each),
			Cost: &pricing.Price{Amount: money.MustParse("7.00 USD")},
			Overrides: []pricing.Override{{
				Step: "manual", Kind: pricing.TakePercent, Rate: money.MustRate("15%"), Actor: "r.ep", Reason: "first order",
			}},
		}},
		Roles: map[string][]string{"r.ep": {"rep"}, "m.anager": {"manager"}},
	}
}

// Hold lines to a margin floor: what is below it is raised to it, by the least
// amount that reaches it.
func ExampleMarginPolicy() {
	engine, err := guardedEngine(pricing.Clamp, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := engine.Price(context.Background(), guardedRequest())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(result.Text())
	margin, _ := result.Lines[0].Margin.Share()
	fmt.Println("margin", margin.Percent())

	// Output:
	// line 1: 12 EA of 4711
	//   list    12 EA x 10.00   120.00  120.00  LIST-4711, item
	//   manual  15% of 120.00   -18.00  102.00  by r.ep, first order
	//   floor   20% over 84.00    3.00  105.00  margin 17.647%, cost 84.00
	//
	// net 105.00 USD, total 105.00 USD
	// info pricing.margin.clamped at lines[0]: the net of 102.00 USD (margin 17.647%, cost 84.00) is 3.00 USD short of the floor of 20% of step floor and has been raised by that
	// margin 20%
}

// Let a person approve what is below the floor: the result says which approvals
// are wanted.
func ExampleApproval() {
	engine, err := guardedEngine(pricing.RequireApproval, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	request := guardedRequest()
	result, err := engine.Price(context.Background(), request)
	if err != nil {
		fmt.Println(err)
		return
	}
	wanted := result.Wanted[0]
	fmt.Println(result.Findings.Blocks(), wanted.Step, wanted.Short)

	request.Lines[0].Approvals = []pricing.Approval{{
		Step: wanted.Step, UpTo: wanted.Short, Actor: "m.anager", Reason: "a new market",
		At: time.Date(2026, time.March, 27, 13, 0, 0, 0, time.UTC),
	}}
	result, err = engine.Price(context.Background(), request)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Findings.Blocks(), result.Total)

	// Output:
	// true floor 3.00 USD
	// false 102.00 USD
}

// Say in a file who may take how much off, and who approves what is beyond.
func ExampleNewAuthoritySchema() {
	const matrix = `
rules:
  - id: rep
    when: '"rep" in roles'
    then: { share: 10%, amounts: [500.00 USD], approver: manager }
  - id: manager
    when: '"manager" in roles'
    then: { share: 25%, margin: 10%, approver: director }
`
	schema, err := pricing.NewAuthoritySchema(rules.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	authority, err := rules.Load(schema, rules.YAML[pricing.Authority]("authority.yaml", []byte(matrix)))
	if err != nil {
		fmt.Println(err)
		return
	}
	engine, err := guardedEngine(pricing.Reject, authority)
	if err != nil {
		fmt.Println(err)
		return
	}
	request := guardedRequest()
	request.Lines[0].Cost = &pricing.Price{Amount: money.MustParse("5.00 USD")}
	result, err := engine.Price(context.Background(), request)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Total, result.Findings)

	request.Lines[0].Overrides[0].Approval = &pricing.Approval{
		Actor: "m.anager", Reason: "large customer", At: time.Date(2026, time.March, 27, 13, 0, 0, 0, time.UTC),
	}
	result, err = engine.Price(context.Background(), request)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Total, result.Lines[0].Entries[1].Approval.Actor)

	// Output:
	// 120.00 USD block pricing.authority at lines[0].overrides[0]: r.ep takes 18.00 USD off 120.00 USD; the authority of r.ep by rule rep ends at 10% and 500.00 USD; manager may approve it (ask for approval, or take less off)
	// 102.00 USD m.anager
}
