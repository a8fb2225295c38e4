package stockcmd

import (
	"context"
	"fmt"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/sourcing"
)

// source decides which sites ship the order of the file.
func (f *File) source(ctx context.Context, explain bool) (*sourcing.Answer, sourcing.Order, error) {
	rules := booked[sourcing.Facts, sourcing.Preference](f, "sourcing_rules", f.wire.SourcingRules, sourcing.NewRuleSchema)
	order := f.order(explain)
	if len(f.faults) > 0 {
		return nil, order, f.broken()
	}
	network, err := sourcing.New(sourcing.Config{Stock: f.Stock, Nodes: f.nodes(), Rules: rules})
	if err != nil {
		f.refuse("", err)
		return nil, order, f.broken()
	}
	answer, err := network.Source(ctx, f.Now, order)
	if err != nil {
		return nil, order, f.refused("order", err)
	}
	return &answer, order, nil
}

func (f *File) nodes() []sourcing.Node {
	nodes := make([]sourcing.Node, 0, len(f.wire.Sites))
	for i := range f.wire.Sites {
		s := &f.wire.Sites[i]
		nodes = append(nodes, sourcing.Node{
			Site: s.ID, Calendar: f.sites[s.ID], Kind: s.Kind, Rank: s.Rank, MaxLines: s.MaxLines, Accounts: s.Accounts,
			Zone: s.Region, Country: s.Country, Tags: s.Tags,
		})
	}
	return nodes
}

// order makes the order of the file.
func (f *File) order(explain bool) sourcing.Order {
	o := f.wire.Order
	made := sourcing.Order{
		ID: o.ID, Account: o.Account, Class: o.Class, CustomerTags: o.CustomerTags, Type: o.Type, Channel: o.Channel, Value: o.Value,
		Wanted: o.Wanted, MaxShipments: o.MaxShipments, Replaces: f.replaced("order", o.Replaces), Explain: explain,
	}
	if o.ShipComplete {
		made.Together = atp.ShipComplete
	}
	if o.LeaveOpen {
		made.Late = sourcing.LeaveOpen
	}
	for i := range o.Lines {
		l := &o.Lines[i]
		line := sourcing.OrderLine{
			ID: l.ID, Item: l.Item, Quantity: l.Quantity, Wanted: l.Wanted, Whole: l.Whole, Pack: l.Pack, Minimum: l.Minimum,
			Partial: atp.Partial{AtMost: int(l.Partial.AtMost), Minimum: l.Partial.Minimum}, DropShip: l.DropShip, Weight: l.Weight,
			Category: l.Category, Tags: l.Tags, Superseded: l.Superseded,
		}
		if len(l.Alternatives) == 0 {
			f.knownSomewhere(fmt.Sprintf("order.lines[%d].item", i), l.Item)
		}
		for _, a := range l.Alternatives {
			line.Alternatives = append(line.Alternatives, sourcing.Alternative(a))
		}
		made.Lines = append(made.Lines, line)
	}
	for i, r := range o.Routes {
		path := fmt.Sprintf("order.routes[%d]", i)
		site := f.siteOf(path, r.Site)
		made.Routes = append(made.Routes, sourcing.Route{
			Site: site, Lane: f.lane(path, r.Lane, site), Cost: r.Cost, UnitCost: r.UnitCost, WeightCost: r.WeightCost,
			Distance: r.Distance, Load: r.Load,
		})
	}
	if len(o.Routes) == 0 {
		for i := range f.wire.Sites {
			made.Routes = append(made.Routes, sourcing.Route{Site: f.wire.Sites[i].ID})
		}
	}
	return made
}

// knownSomewhere refuses an item that the file has at no site.
func (f *File) knownSomewhere(path, item string) {
	for i := range f.wire.Items {
		if f.wire.Items[i].Item == item {
			return
		}
	}
	f.fault(path, "no site has an item %q", item)
}
