package substitution_test

import (
	"context"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/substitution"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/rules"
)

// An old pump has a successor; the old ones are used up first. A cheaper make does as well, but not for everybody.
func exampleCatalog() (*substitution.Catalog, error) {
	book, err := substitution.NewRuleBook("substitution", substitution.Rule{
		ID: "ORIGINAL-ONLY", When: `customer.class == "OEM" && kind == "substitute"`,
		Then: substitution.Consent{Refuse: true, Reason: "{customer.account} takes original parts only"},
	})
	if err != nil {
		return nil, err
	}
	return substitution.New(substitution.Config{Rules: rules.NewLive(book), Relations: []substitution.Relation{
		{From: "P-100", To: "P-200", Reason: "model year 2026"},
		{From: "P-100", To: "ACME-1", Kind: substitution.Substitute, Reason: "fits the same flange"},
	}})
}

// What may be delivered for an item, and why something else may not.
func ExampleCatalog_Options() {
	catalog, err := exampleCatalog()
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	options, err := catalog.Options(context.Background(), now, substitution.Request{
		Item: "P-100", Quantity: 12, Account: "C-1", Class: "OEM",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range options.Candidates {
		fmt.Printf("%s %q\n", c.Item, c.Reason)
	}
	for _, r := range options.Refused {
		fmt.Println("not", r.Item+":", r.Rules[0].Text)
	}
	// Output:
	// P-100 ""
	// P-200 "model year 2026"
	// not ACME-1: C-1 takes original parts only
}

// A demand gets what is left of the old pump, and the new one for the rest.
func ExampleCatalog_Promise() {
	catalog, err := exampleCatalog()
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	site, err := calendar.New(calendar.Config{Name: "Berlin", Zone: "Europe/Berlin"})
	if err != nil {
		fmt.Println(err)
		return
	}
	stock, err := atp.New(atp.Config{Sites: []atp.Site{{ID: "BER", Calendar: site}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for item, quantity := range map[string]int64{"P-100": 5, "P-200": 40} {
		ref, _, err := stock.Define(now, atp.Definition{Item: item, Site: "BER"})
		if err != nil {
			fmt.Println(err)
			return
		}
		if _, err := stock.Count(now, atp.Count{Ref: ref, Quantity: quantity}); err != nil {
			fmt.Println(err)
			return
		}
	}
	answer, err := catalog.Promise(context.Background(), now, stock, substitution.Demand{
		Request: substitution.Request{Item: "P-100", Quantity: 12, Account: "C-1"}, Site: "BER",
		Wanted: calendar.MustDate("2026-03-04"), Lane: &atp.Lane{Transit: 1},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range answer.Parts {
		fmt.Println(p.For, "of", p.Item, "on", p.Promise.Deliveries[0].Deliver)
	}
	held, err := stock.Reserve(now, atp.Request{Key: "order 4711/1", Hold: 15 * time.Minute, Lines: answer.Lines()})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(held.Lines), "lines are held")
	// Output:
	// 5 of P-100 on 2026-03-04
	// 7 of P-200 on 2026-03-04
	// 2 lines are held
}
