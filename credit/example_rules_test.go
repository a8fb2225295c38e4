package credit_test

import (
	"context"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
)

// Decide by rules of one's own, kept in a file.
func ExampleNewRuleSchema() {
	const text = `
rules:
  - id: LIMIT
    when: short != nil
    then: { action: hold, code: limit-exceeded, text: "short by {short}" }
  - id: NEW
    when: newCustomer and order.amount > money("1000.00 USD")
    then: { action: hold, code: first-order, text: "the first order is more than 1,000.00 USD", fix: "ask for a deposit" }
`
	schema, err := credit.NewRuleSchema(rules.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	book, err := rules.Load(schema, rules.YAML[credit.Effect]("credit.yaml", []byte(text)))
	if err != nil {
		fmt.Println(err) // every mistake, with its line and a caret
		return
	}
	ledger, err := credit.New(credit.Config{Rules: rules.NewLive(book)})
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	if _, err = ledger.SetAccount(now, credit.Setting{
		Account: credit.Account{ID: "ACME", Currency: money.USD}, Actor: "ann", Reason: "new customer",
	}); err != nil {
		fmt.Println(err)
		return
	}
	decision, err := ledger.Check(context.Background(), now, credit.Request{
		Order: "SO-1", Account: "ACME", Amount: money.MustParse("1500.00 USD"),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(decision.Outcome)
	for _, f := range decision.Findings() {
		fmt.Println(f)
	}
	// Output:
	// held
	// block credit.first-order: the first order is more than 1,000.00 USD (ask for a deposit)
}
