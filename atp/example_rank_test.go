package atp_test

import (
	"context"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/rules"
)

// Let rules, kept in a file, say who comes first, and see of every claim why.
func ExampleRank() {
	const text = `
rules:
  - id: VIP
    when: customer.class == "VIP"
    then: { add: 100, reason: "{customer.account} is a key account" }
  - id: WAITING
    when: age >= 7
    then: { add: 50, reason: "waits for {age} days" }
  - id: FAR-AHEAD
    when: daysUntilWanted > 60
    then: { exclude: true, reason: "wanted in {daysUntilWanted} days, not before {wanted}" }
`
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	stock, ref, err := exampleStock(now)
	if err != nil {
		fmt.Println(err)
		return
	}
	schema, err := atp.NewRuleSchema(rules.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	book, err := rules.Load(schema, rules.YAML[atp.Ranking]("allocation.yaml", []byte(text)))
	if err != nil {
		fmt.Println(err) // every mistake, with its line and a caret
		return
	}
	day := calendar.DateOf(now)
	claim := func(id, account, class string, quantity int64, wanted, ordered int) atp.Candidate {
		return atp.Candidate{
			Claim: atp.Claim{Ordered: day.AddDays(-ordered), Demand: atp.Demand{
				ID: id, Ref: ref, Quantity: quantity, Wanted: day.AddDays(wanted), Partial: atp.Partial{AtMost: atp.AnyNumber},
			}},
			Profile: atp.Profile{Account: account, Class: class},
		}
	}
	ranks, err := atp.Rank(context.Background(), now, rules.NewLive(book), []atp.Candidate{
		claim("SO-1/1", "C-1", "retail", 8, 0, 1), claim("SO-2/1", "C-2", "retail", 8, 0, 9),
		claim("SO-3/1", "C-3", "VIP", 8, 0, 0), claim("SO-4/1", "C-4", "VIP", 8, 90, 0),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, list := range [][]atp.Ranked{ranks.Served, ranks.Excluded} {
		for _, r := range list {
			fmt.Print(r.ID, " ", r.Priority)
			for _, reason := range r.Reasons {
				fmt.Print(" ", reason.Rule, ": ", reason.Text, ";")
			}
			fmt.Println()
		}
	}
	promises, err := stock.Allocate(now, ranks.Claims())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range promises {
		fmt.Println(p.ID, p.Deliveries[0].Quantity, p.Deliveries[0].Start)
	}
	// Output:
	// SO-3/1 100 VIP: C-3 is a key account;
	// SO-2/1 50 WAITING: waits for 9 days;
	// SO-1/1 0
	// SO-4/1 100 FAR-AHEAD: wanted in 90 days, not before 2026-05-31; VIP: C-4 is a key account;
	// SO-3/1 8 2026-03-02
	// SO-2/1 2 2026-03-02
	// SO-1/1 8 2026-03-06
}
