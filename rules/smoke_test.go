package rules_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/rules"
)

type smokeFacts struct {
	Tier     string
	Category string
	Net      money.Amount
	Discount money.Rate
	Quantity quantity.Quantity
	Ordered  calendar.Date
	Lines    int
	Tags     []string
	Customer struct {
		Country string
		Blocked bool
		Score   *int
	}
}

func TestSmoke(t *testing.T) {
	s, err := rules.NewSchema[smokeFacts](rules.Config{})
	if err != nil {
		t.Fatal(err)
	}
	when := []string{
		`tier == "GOLD" && net >= money("10.00 USD")`,
		`(lines * 2 > 5 or customer.score == nil) and not customer.blocked`,
		`1 < lines < 5 && discount == 0.05`,
		`quantity >= 10 && ordered in [date("2026-01-01")]`,
		`net * 0.5 > money("1 USD") && "a" in tags && lines in 1..4`,
		`customer.score > 3 or (customer.score ?? 9) > 8`,
	}
	var rs []rules.Rule[int]
	for i, w := range when {
		rs = append(rs, rules.Rule[int]{ID: fmt.Sprint("r", i), When: w, Then: i})
	}
	b, err := rules.Compile(s, "smoke", rs)
	if err != nil {
		t.Fatal(err)
	}
	f := smokeFacts{Tier: "GOLD", Net: money.MustParse("10 USD"), Discount: money.MustRate("5%"), Lines: 4,
		Quantity: quantity.MustParse("10 EA"), Ordered: calendar.MustDate("2026-01-01"), Tags: []string{"a"}}
	out, err := b.Match(context.Background(), &f, time.Time{}, nil)
	fmt.Println(len(out), err)
	for _, r := range out {
		fmt.Println(r.ID)
	}
	for i, w := range []string{`net > 10`, `teir == "x" && lines > "3"`, `net > money("1x USD")`, `((((`, `any(tags, # == "a")`, `discount > 0.1e5`, `lines / 2 > 1`, `tags[0] == "a"`} {
		rs[0].When = w
		_, err = rules.Compile(s, "smoke", rs[:1])
		fmt.Println(i, err)
	}
}
