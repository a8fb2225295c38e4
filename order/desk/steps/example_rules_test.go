package steps_test

import (
	"context"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/item"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/desk/steps"
	"github.com/o2ckit/o2c/rules"
)

// ruleDesk is a desk with a customer and an item, and the steps given.
func ruleDesk(steps func(*party.Directory, *item.Catalog) []desk.Step) *desk.Desk {
	directory := must(party.NewDirectory([]party.Party{{ID: "P1", Name: "Harbour Hardware"}},
		[]party.Account{{ID: "C1", Party: "P1", Currency: money.USD, Class: "retail"}}))
	catalog := must(item.NewCatalog(item.Item{
		ID: "HAMMER", Units: must(quantity.NewConversions(quantity.Each, quantity.Conversion{Unit: quantity.Case, Of: 12})),
	}))
	return must(desk.Open(context.Background(), desk.Config{
		Journal: journal.NewMemory(), Steps: steps(directory, catalog),
		Clock: func() time.Time { return time.Date(2026, 3, 30, 9, 0, 0, 0, time.UTC) },
	}))
}

// Check documents by rules of one's own, kept in a file.
func ExampleNewValidationSchema() {
	const text = `
rules:
  - id: SHORT-NOTICE
    group: order
    when: order.daysUntilRequested < 2 and order.type != "rush"
    then:
      action: warning
      code: short-notice
      path: requested_delivery
      text: "wanted on {order.requestedDelivery}, in {order.daysUntilRequested} days"
      fix: offer a rush order
  - id: FULL-CASES
    group: line
    when: line.unit == "EA" and line.base >= 12
    then: { action: info, code: full-cases, path: quantity, text: "{line.quantity} of {line.item} could be cases of 12" }
  - id: BULK
    group: line
    when: customer.class == "retail" and line.base > 1000
    then: { action: reject-line, code: bulk, text: "{line.base} are more than a retail customer may order" }
`
	schema := must(steps.NewValidationSchema(rules.Config{}))
	book, err := rules.Load(schema, rules.YAML[steps.ValidationEffect]("validation.yaml", []byte(text)))
	if err == nil {
		err = steps.CheckValidationBook(book)
	}
	if err != nil {
		fmt.Println(err) // every mistake, with its line and a caret
		return
	}
	d := ruleDesk(func(customers *party.Directory, items *item.Catalog) []desk.Step {
		return []desk.Step{steps.Validate(steps.ValidateConfig{Customers: customers, Items: items, Rules: rules.NewLive(book)})}
	})
	result := must(d.Submit(context.Background(), desk.Submission{Key: "1", Document: order.Document{
		PurchaseOrder: "4711", Customer: "C1", RequestedDelivery: calendar.MustDate("2026-03-31"),
		Lines: []order.Request{
			{ID: "1", Item: "HAMMER", Quantity: quantity.New(24, quantity.Each)},
			{ID: "2", Item: "HAMMER", Quantity: quantity.New(100, quantity.Case)},
		},
	}}))
	decision, _ := result.Order.LastDecision("validate")
	fmt.Println(decision.Outcome, decision.Summary)
	fmt.Println(decision.Findings)
	// Output:
	// changed 1 of 2 lines refused
	// warning order.rule.short-notice at requested_delivery: wanted on 2026-03-31, in 1 days (offer a rush order)
	// info order.rule.full-cases at lines[0].quantity: 24 EA of HAMMER could be cases of 12
	// warning order.rule.bulk at lines[1]: 1200 EA are more than a retail customer may order
}

// Hold orders by rules of one's own, and change the rules while the desk works.
func ExampleNewHoldSchema() {
	schema := must(steps.NewHoldSchema(rules.Config{}))
	load := func(text string) (*steps.HoldBook, error) {
		return rules.Load(schema, rules.YAML[steps.HoldEffect]("holds.yaml", []byte(text)))
	}
	book, err := load(`
rules:
  - id: NO-SHIP-TO
    when: shipTo.country == ""
    then:
      action: hold
      kind: address
      code: no-ship-to
      owner: customer service
      text: "order {order.purchaseOrder} of {customer.account} names no ship-to"
      fix: ask the customer where to deliver
`)
	if err != nil {
		fmt.Println(err) // every mistake, with its line and a caret
		return
	}
	live := rules.NewLive(book)
	d := ruleDesk(func(customers *party.Directory, items *item.Catalog) []desk.Step {
		return []desk.Step{
			steps.Validate(steps.ValidateConfig{Customers: customers, Items: items}),
			steps.Decide(steps.DecideConfig{Rules: live, Customers: customers}),
			steps.Accept(steps.AcceptConfig{}),
		}
	})
	submit := func(number string) order.ID {
		result := must(d.Submit(context.Background(), desk.Submission{Key: number, Document: order.Document{
			PurchaseOrder: number, Customer: "C1", Lines: []order.Request{{ID: "1", Item: "HAMMER", Quantity: quantity.New(1, quantity.Case)}},
		}}))
		fmt.Println(result.Order.ID, result.Order.Status())
		for _, hold := range result.Order.OpenHolds() {
			fmt.Printf("%s, for %s: %s\n", hold.Kind, hold.Owner, hold.Reason)
		}
		return result.Order.ID
	}
	id := submit("4711")
	result := must(d.Release(context.Background(), id, "H1", "ann", "to the usual place"))
	fmt.Println(result.Order.ID, result.Order.Status()) // and the rule does not hold it again

	if book, err = load(`
rules:
  - id: NO-SHIP-TO
    when: shipTo.county == ""
    then: { action: warn, code: no-ship-to, text: ask }
`); err != nil {
		fmt.Println(err)
	}
	live.Replace(book) // which is none: the running book stays
	submit("4712")
	// Output:
	// SO-00000001 on-hold
	// address, for customer service: order 4711 of C1 names no ship-to
	// SO-00000001 open
	// rules: 1 error, nothing loaded
	// holds.yaml:4:18: rule NO-SHIP-TO: when: there is no fact shipTo.county; did you mean shipTo.country?
	//         when: shipTo.county == ""
	//                      ^
	// SO-00000002 on-hold
	// address, for customer service: order 4712 of C1 names no ship-to
}
