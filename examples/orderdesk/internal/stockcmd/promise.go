package stockcmd

import (
	"context"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/sourcing"
	"github.com/o2ckit/o2c/atp/substitution"
)

// Promised is what the demands and the order of a file can get.
type Promised struct {
	// Promises answer the demands, in their order, unless one of them takes substitutes;
	// then Answers do.
	Promises []atp.Promise         `json:"promises,omitempty"`
	Answers  []substitution.Answer `json:"answers,omitempty"`
	// Order says which sites ship the order.
	Order *sourcing.Answer `json:"order,omitempty"`

	demands []atp.Demand
	sourced sourcing.Order
}

// Full reports whether everything is promised that was asked for.
func (p *Promised) Full() bool {
	var unfilled int64
	for i := range p.Promises {
		unfilled += p.Promises[i].Unfilled
	}
	for i := range p.Answers {
		unfilled += p.Answers[i].Unfilled
	}
	if p.Order != nil {
		for i := range p.Order.Lines {
			unfilled += p.Order.Lines[i].Unfilled
		}
	}
	return unfilled == 0
}

// Promise answers the demands and the order of the file, with explanations if they are
// wanted. The order is answered as if there were no demands. What the file is to blame for
// is a *[jsonfile.Error].
func (f *File) Promise(ctx context.Context, explain bool) (Promised, error) {
	var p Promised
	if len(f.wire.Demands) == 0 && f.wire.Order == nil {
		return p, f.missing("demands")
	}
	var err error
	if len(f.wire.Demands) > 0 {
		if err = f.promiseDemands(ctx, &p, explain); err != nil {
			return p, err
		}
	}
	if f.wire.Order != nil {
		p.Order, p.sourced, err = f.source(ctx, explain)
	}
	return p, err
}

func (f *File) promiseDemands(ctx context.Context, p *Promised, explain bool) error {
	substituted := false
	for i := range f.wire.Demands {
		d := &f.wire.Demands[i]
		p.demands = append(p.demands, f.demand(at("demands", i), d, explain))
		substituted = substituted || d.Substitutes != nil
	}
	if substituted && f.wire.ShipComplete {
		f.fault("ship_complete", "substitutes are found line by line")
	}
	if len(f.faults) > 0 {
		return f.broken()
	}
	if substituted {
		return f.substitute(ctx, p)
	}
	together := atp.LineByLine
	if f.wire.ShipComplete {
		together = atp.ShipComplete
	}
	var err error
	if p.Promises, err = f.Stock.PromiseAll(f.Now, p.demands, together); err != nil {
		return f.refused("", err)
	}
	return nil
}

// demand makes a demand.
func (f *File) demand(path string, d *demand, explain bool) atp.Demand {
	ref := f.refOf(path, d.Item, d.Site)
	return atp.Demand{
		ID: d.ID, Ref: ref, Quantity: d.Quantity, Wanted: d.Wanted, Lane: f.lane(path, d.Lane, ref.Site()),
		Partial: atp.Partial{AtMost: int(d.Partial.AtMost), Minimum: d.Partial.Minimum}, Quotas: f.quotaUses(path, d.Quotas, ref.Site()),
		Replaces: f.replaced(path, d.Replaces), Scope: d.Scope, SafetyStock: d.SafetyStock, MinLife: d.MinLife,
		SingleLot: d.SingleLot, Lot: d.Lot, Pack: d.Pack, Kit: f.kit(path, d, ref.Site()), Stocked: d.Stocked, Placed: d.Placed,
		Explain: explain,
	}
}

// kit looks the components of a kit up, at its site.
func (f *File) kit(path string, d *demand, site string) []atp.Component {
	if site == "" { // it was refused
		return nil
	}
	var kit []atp.Component
	for i, c := range d.Kit {
		kit = append(kit, atp.Component{Ref: f.refOf(at(path+".kit", i), c.Item, site), Per: c.Per})
	}
	return kit
}

func (f *File) replaced(path, key string) string {
	if key != "" && !f.keys[key] {
		f.fault(path+".replaces", "there is no reservation %q", key)
	}
	return key
}

func (f *File) quotaUses(path string, uses []quotaUse, site string) []atp.QuotaUse {
	var list []atp.QuotaUse
	for i, u := range uses {
		if u.Site != "" {
			site = u.Site
		}
		quota, err := f.Stock.Quota(u.Quota, site)
		if err != nil {
			f.fault(fmt.Sprintf("%s.quotas[%d].quota", path, i), "there is no quota %q at site %q", u.Quota, site)
		}
		list = append(list, atp.QuotaUse{Quota: quota, Factor: u.Factor})
	}
	return list
}

// substitute answers the demands one after the other, each by the item itself and, if it
// takes them, by substitutes. What one gets is reserved, so that those after it do not.
func (f *File) substitute(ctx context.Context, p *Promised) error {
	catalog, err := substitution.New(substitution.Config{
		Relations: f.wire.Relations,
		Rules:     booked[substitution.Facts, substitution.Consent](f, "substitution_rules", f.wire.SubstitutionRules, substitution.NewRuleSchema),
	})
	f.refuse("", err)
	alone, err := substitution.New(substitution.Config{})
	f.refuse("", err)
	f.refuseBesideSubstitutes()
	if len(f.faults) > 0 {
		return f.broken()
	}
	for i := range p.demands {
		d, from := &p.demands[i], catalog
		if f.wire.Demands[i].Substitutes == nil {
			from = alone
		}
		answer, err := from.Promise(ctx, f.Now, f.Stock, takingSubstitutes(d, f.wire.Demands[i].Substitutes))
		if err != nil {
			return f.refused(at("demands", i), err)
		}
		p.Answers = append(p.Answers, answer)
		if err := f.keep(fmt.Sprintf("demand %d", i+1), d, answer.Lines()); err != nil {
			return err
		}
	}
	return nil
}

// keep reserves what a demand gets, under a key that begins with a name.
func (f *File) keep(key string, d *atp.Demand, lines []atp.Line) error {
	if len(lines) == 0 {
		return nil
	}
	for f.keys[key] {
		key += "'"
	}
	f.keys[key] = true
	_, err := f.Stock.Reserve(f.Now, atp.Request{
		Key: key, Hold: time.Hour, Lines: lines, Scope: d.Scope, SafetyStock: d.SafetyStock, Placed: d.Placed,
	})
	if err != nil {
		return fmt.Errorf("%s: %w", f.Name, err)
	}
	return nil
}

// refuseBesideSubstitutes refuses what demands cannot ask for where substitutes are looked
// for.
func (f *File) refuseBesideSubstitutes() {
	for i := range f.wire.Demands {
		d := &f.wire.Demands[i]
		for _, one := range []struct {
			field  string
			stated bool
		}{
			{"quotas", len(d.Quotas) > 0},
			{"min_life", d.MinLife != 0},
			{"single_lot", d.SingleLot},
			{"lot", d.Lot != ""},
			{"kit", len(d.Kit) > 0},
			{"stocked", d.Stocked},
			{"partial.minimum", d.Partial.Minimum != 0},
		} {
			if one.stated {
				f.fault(join(at("demands", i), one.field), "it has no meaning in a file with substitutes")
			}
		}
	}
}

// takingSubstitutes makes a demand that takes substitutes.
func takingSubstitutes(d *atp.Demand, s *substitutes) substitution.Demand {
	made := substitution.Demand{
		Request: substitution.Request{ID: d.ID, Item: d.Ref.Item(), Quantity: d.Quantity}, Site: d.Ref.Site(), Wanted: d.Wanted,
		Placed: d.Placed, Lane: d.Lane, Replaces: d.Replaces, Scope: d.Scope, SafetyStock: d.SafetyStock, Pack: d.Pack,
		AtMost: d.Partial.AtMost,
	}
	if s == nil {
		return made
	}
	r := &made.Request
	r.Account, r.Class, r.CustomerTags, r.Order, r.Type = s.Account, s.Class, s.CustomerTags, s.Order, s.Type
	r.Channel, r.Value, r.Category, r.Tags = s.Channel, s.Value, s.Category, s.Tags
	made.Patience = s.Patience
	if s.OneItem {
		made.Mix = substitution.OneItem
	}
	return made
}
