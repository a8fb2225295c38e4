package atp_test

import (
	"context"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/rules"
)

// exampleQuota makes a quota with a week for each quantity.
func exampleQuota(stock *atp.Stock, now time.Time, d atp.QuotaDefinition, opens calendar.Date, quantities ...int64) (atp.Ref, error) {
	quota, _, err := stock.DefineQuota(now, d)
	if err != nil {
		return atp.Ref{}, err
	}
	setting := atp.QuotaSetting{Quota: quota, Document: "plan 2026/10"}
	for i, quantity := range quantities {
		monday := calendar.DateOf(now).AddDays(7 * i)
		setting.Periods = append(setting.Periods, atp.QuotaPeriod{
			From: monday, To: monday.AddDays(6), Quantity: quantity, Opens: opens,
		})
	}
	_, err = stock.SetQuota(now, setting)
	return quota, err
}

// Let a class of customers have 8 pieces a week: what does not fit into the week is delivered in the next.
func ExampleStock_SetQuota() {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	stock, ref, err := exampleStock(now)
	if err != nil {
		fmt.Println(err)
		return
	}
	quota, err := exampleQuota(stock, now, atp.QuotaDefinition{ID: "pump/retail", Site: ref.Site(), Later: 1}, calendar.Date{}, 8, 8)
	if err != nil {
		fmt.Println(err)
		return
	}
	promise, err := stock.Promise(now, atp.Demand{
		Ref: ref, Quantity: 12, Wanted: calendar.DateOf(now), Partial: atp.Partial{AtMost: 2}, Quotas: []atp.QuotaUse{{Quota: quota}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range promise.Deliveries {
		fmt.Println(d.Quantity, "on", d.Start, d.Quotas)
	}
	_, err = stock.Reserve(now, atp.Request{Key: "SO-1/1", Hold: time.Hour, Lines: promise.Lines()}) // goods and quota, or neither
	if err != nil {
		fmt.Println(err)
		return
	}
	usage, err := stock.QuotaUsage(now, quota)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range usage.Periods {
		fmt.Println("week from", p.From, "held", p.Held, "free", p.Free)
	}
	// Output:
	// 8 on 2026-03-02 [8 of pump/retail in 2026-03-02 to 2026-03-08]
	// 4 on 2026-03-09 [4 of pump/retail in 2026-03-09 to 2026-03-15]
	// week from 2026-03-02 held 8 free 0
	// week from 2026-03-09 held 4 free 4
}

// Keep 6 of 10 pieces back for VIPs until Thursday; what they have not taken by then is for all.
func ExampleQuotaPeriod() {
	monday := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	thursday := monday.AddDate(0, 0, 3)
	stock, ref, err := exampleStock(monday)
	if err != nil {
		fmt.Println(err)
		return
	}
	site := ref.Site()
	if _, err := exampleQuota(stock, monday, atp.QuotaDefinition{ID: "pump/VIP", Site: site}, calendar.DateOf(thursday), 6); err != nil {
		fmt.Println(err)
		return
	}
	all, err := exampleQuota(stock, monday, atp.QuotaDefinition{ID: "pump/all", Site: site, Fallback: []string{"pump/VIP"}}, calendar.Date{}, 4)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, now := range []time.Time{monday, thursday} {
		promise, err := stock.Promise(now, atp.Demand{
			Ref: ref, Quantity: 10, Partial: atp.Partial{AtMost: atp.AnyNumber}, Quotas: []atp.QuotaUse{{Quota: all}},
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(now.Weekday(), promise.Confirmed)
	}
	// Output:
	// Monday 4
	// Thursday 10
}

// Let rules say which quota a claim draws on, by the class of the customer.
func ExampleRanking_quota() {
	const text = `
rules:
  - id: ALLOCATED
    when: item == "pump"
    then: { quota: "{item}/{customer.class}", reason: "pumps are allocated by class: {customer.class}" }
`
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	stock, ref, err := exampleStock(now)
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := exampleQuota(stock, now, atp.QuotaDefinition{ID: "pump/retail", Site: ref.Site()}, calendar.Date{}, 3); err != nil {
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
		fmt.Println(err)
		return
	}
	claim := func(id, class string) atp.Candidate {
		return atp.Candidate{
			Claim:   atp.Claim{Demand: atp.Demand{ID: id, Ref: ref, Quantity: 2, Partial: atp.Partial{AtMost: atp.AnyNumber}}},
			Profile: atp.Profile{Class: class},
		}
	}
	ranks, err := atp.Rank(context.Background(), now, rules.NewLive(book), []atp.Candidate{
		claim("SO-1/1", "retail"), claim("SO-2/1", "retail"), claim("SO-3/1", "export"),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range ranks.Excluded {
		fmt.Println(r.ID, "has no quota", r.Reasons[0].Quota)
	}
	promises, err := stock.Allocate(now, ranks.Claims())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range promises {
		fmt.Println(p.ID, p.Confirmed, p.Deliveries[0].Quotas)
	}
	// Output:
	// SO-3/1 has no quota pump/export
	// SO-1/1 2 [2 of pump/retail in 2026-03-02 to 2026-03-08]
	// SO-2/1 1 [1 of pump/retail in 2026-03-02 to 2026-03-08]
}

// Divide what is there among ranked claims and see why each gets what it gets.
func ExampleStock_Divide() {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	stock, ref, err := exampleStock(now)
	if err != nil {
		fmt.Println(err)
		return
	}
	claim := func(id string, quantity, guaranteed int64) atp.Ranked {
		return atp.Ranked{ID: id, Guaranteed: guaranteed, Claim: atp.Claim{Demand: atp.Demand{ID: id, Ref: ref, Quantity: quantity}}}
	}
	ranks := atp.Ranks{Served: []atp.Ranked{claim("SO-1/1", 6, 4), claim("SO-2/1", 12, 0), claim("SO-3/1", 5, 0)}} // of Rank
	division, err := stock.Divide(now, atp.Query{Ref: ref, Date: calendar.DateOf(now)}, 1, ranks)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range division.Portions {
		fmt.Println(p.ID, "gets", p.Quantity, "of", p.Wanted, "as minimum", p.Guaranteed, "in proportion", p.Proportion, "by remainder", p.Remainder)
	}
	for _, l := range division.LostTo("SO-3/1") {
		fmt.Println("SO-3/1 lost", l.Quantity, "to", l.ID, "by", l.Kind)
	}
	// Output:
	// SO-1/1 gets 5 of 6 as minimum 4 in proportion 0 by remainder 1
	// SO-2/1 gets 4 of 12 as minimum 0 in proportion 3 by remainder 1
	// SO-3/1 gets 1 of 5 as minimum 0 in proportion 1 by remainder 0
	// SO-3/1 lost 4 to SO-1/1 by minimum
	// SO-3/1 lost 1 to SO-1/1 by remainder
	// SO-3/1 lost 3 to SO-2/1 by share
	// SO-3/1 lost 1 to SO-2/1 by remainder
}
