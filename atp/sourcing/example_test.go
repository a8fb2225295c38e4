package sourcing_test

import (
	"context"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/sourcing"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/rules"
)

// Six lines at three sites: the one with the most lines is not part of the best plan.
func ExampleSolve() {
	lines := make([]sourcing.Line, 6)
	for i := range lines {
		lines[i] = sourcing.Line{ID: fmt.Sprint(i + 1), Item: fmt.Sprint("item-", i+1), Quantity: 10}
	}
	has := func(ids ...string) (offers []sourcing.Offer) {
		for _, id := range ids {
			offers = append(offers, sourcing.Offer{Line: id, Available: 10})
		}
		return offers
	}
	plan, err := sourcing.Solve(sourcing.Problem{Lines: lines, Sites: []sourcing.Site{
		{ID: "S1", Offers: has("1", "2", "3")},
		{ID: "S2", Offers: has("4", "5", "6")},
		{ID: "S3", Offers: has("2", "3", "4", "5")},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, shipment := range plan.Shipments {
		fmt.Print(shipment.Site, ":")
		for _, part := range shipment.Parts {
			fmt.Print(" ", part.Line)
		}
		fmt.Println()
	}
	fmt.Println("nothing is better:", plan.Proven)
	// Output:
	// S1: 1 2 3
	// S2: 4 5 6
	// nothing is better: true
}

// An order is sourced by rules from a warehouse and a vendor who ships on our order, and held as one reservation.
func ExampleNetwork_Reserve() {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	stock, nodes, err := exampleNetwork(now)
	if err != nil {
		fmt.Println(err)
		return
	}
	book, err := sourcing.NewRuleBook("sourcing", sourcing.Rule{
		ID: "STORES-LAST", When: `site.kind == "store"`,
		Then: sourcing.Preference{Rank: 1, Reason: "{site.id} is a store and keeps its stock for its customers"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	network, err := sourcing.New(sourcing.Config{Stock: stock, Nodes: nodes, Rules: rules.NewLive(book)})
	if err != nil {
		fmt.Println(err)
		return
	}
	answer, held, err := network.Reserve(context.Background(), now, sourcing.Order{
		ID: "4711", Account: "C-1", Wanted: calendar.MustDate("2026-03-05"), Explain: true,
		Lines: []sourcing.OrderLine{
			{ID: "1", Item: "pump", Quantity: 8}, {ID: "2", Item: "tank", Quantity: 1, DropShip: true},
		},
		Routes: []sourcing.Route{
			{Site: "BERLIN", Lane: &atp.Lane{Processing: 1, Transit: 1}, Cost: 690},
			{Site: "ALEX", Lane: &atp.Lane{Transit: 1}, Cost: 490},
			{Site: "TANKS-INC", Lane: &atp.Lane{Processing: 1, Transit: 2}, Cost: 4900},
		},
	}, "order 4711", 15*time.Minute)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range answer.Shipments {
		for _, p := range s.Parts {
			fmt.Println(s.Site, "ships", p.Promise.Confirmed, p.Item, "for", p.Promise.Deliveries[0].Deliver)
		}
	}
	for _, p := range answer.Purchases {
		fmt.Println("order", p.Quantity, p.Item, "from", p.Site)
	}
	fmt.Println(answer.Lines[0].Sites[0])
	fmt.Println(len(held.Lines), "lines are held until", held.Expires.Format(time.TimeOnly))
	// Output:
	// BERLIN ships 8 pump for 2026-03-05
	// TANKS-INC ships 1 tank for 2026-03-05
	// order 1 tank from TANKS-INC
	// ALEX ships nothing: no-shipment, 20 available; STORES-LAST: ALEX is a store and keeps its stock for its customers
	// 2 lines are held until 09:15:00
}

// exampleNetwork has a warehouse and a store with pumps, and a vendor with tanks.
func exampleNetwork(now time.Time) (*atp.Stock, []sourcing.Node, error) {
	nodes := []sourcing.Node{
		{Site: "BERLIN"}, {Site: "ALEX", Kind: sourcing.Store}, {Site: "TANKS-INC", Kind: sourcing.Vendor, Rank: 2},
	}
	var sites []atp.Site
	for i := range nodes {
		c, err := calendar.New(calendar.Config{Name: nodes[i].Site, Zone: "Europe/Berlin", Cutoff: calendar.MustClock("15:00")})
		if err != nil {
			return nil, nil, err
		}
		nodes[i].Calendar = c
		sites = append(sites, atp.Site{ID: nodes[i].Site, Calendar: c})
	}
	stock, err := atp.New(atp.Config{Sites: sites})
	if err != nil {
		return nil, nil, err
	}
	for site, quantity := range map[string]int64{"BERLIN": 10, "ALEX": 20} {
		ref, _, err := stock.Define(now, atp.Definition{Item: "pump", Site: site})
		if err != nil {
			return nil, nil, err
		}
		if _, err := stock.Count(now, atp.Count{Ref: ref, Quantity: quantity}); err != nil {
			return nil, nil, err
		}
	}
	ref, _, err := stock.Define(now, atp.Definition{
		Item: "tank", Site: "TANKS-INC", Policy: atp.Policy{Scope: atp.ScopeOf(atp.VendorStock)},
	})
	if err != nil {
		return nil, nil, err
	}
	_, err = stock.AddSupply(now, atp.Supply{
		Ref: ref, Document: "feed", Type: atp.VendorStock, Due: calendar.MustDate("2026-03-02"), Quantity: 40,
	})
	return stock, nodes, err
}
