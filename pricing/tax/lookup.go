package tax

import (
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
)

// lookup finds the levies of one request.
type lookup struct {
	table *Table
	r     *Request
	known map[string][]Levy // by category
	found finding.List
	// untaxed is what freight bears that is not taxed.
	untaxed []Levy
}

// parts returns the parts of every line with their levies.
func (l *lookup) parts() ([][]Part, error) {
	parts, block := make([][]Part, len(l.r.Lines)), make([]Part, len(l.r.Lines))
	freight := l.freightRule()
	for i := range l.r.Lines {
		line := &l.r.Lines[i]
		if line.kind() == Freight && freight.Policy != FreightTaxed {
			continue
		}
		block[i] = l.own(i)
		parts[i] = block[i : i+1 : i+1]
	}
	for i := range l.r.Lines {
		if parts[i] != nil {
			continue
		}
		if levies, whole := l.carried(i, freight, parts); whole {
			block[i] = Part{Amount: l.r.Lines[i].Amount, Levies: levies}
			parts[i] = block[i : i+1 : i+1]
			continue
		}
		var err error
		if parts[i], err = l.asGoods(i, parts); err != nil {
			return nil, fmt.Errorf("tax: line %s: %w", l.r.Lines[i].ID, err)
		}
	}
	return parts, nil
}

// own taxes the line by its own category.
func (l *lookup) own(i int) Part {
	line := &l.r.Lines[i]
	levies := l.levies(line.Category)
	if len(levies) == 0 {
		l.found.Block(CodeMissing, linePath(i),
			fmt.Sprintf("line %s: no tax rate is known for category %q in %s on %s", line.ID, line.Category, l.r.ShipTo, l.r.Date),
			"add the rate, or a relief where no tax is due")
	}
	return Part{Amount: line.Amount, Levies: levies}
}

// carried returns the levies of carriage that bears the same ones as a whole: none,
// or those of the line that it belongs to.
func (l *lookup) carried(i int, rule FreightRule, parts [][]Part) (levies []Levy, whole bool) {
	if rule.Policy == FreightUntaxed {
		if l.untaxed == nil {
			l.untaxed = []Levy{{
				Name: "freight", Jurisdiction: l.r.ShipTo.jurisdiction(), Code: OutOfScope, Reason: rule.Reason,
			}}
		}
		return l.untaxed, true
	}
	of := l.r.Lines[i].Of
	if of == "" {
		return nil, false
	}
	n := i - 1 // most often it stands just before
	if n < 0 || l.r.Lines[n].ID != of {
		n = slices.IndexFunc(l.r.Lines, func(o Line) bool { return o.ID == of })
	}
	return parts[n][0].Levies, true // goods have one part
}

// asGoods splits carriage over the goods of the request by their amounts, those
// that bear the same levies together.
func (l *lookup) asGoods(i int, parts [][]Part) ([]Part, error) {
	var split []Part
	var weights []money.Amount
	for n := range l.r.Lines {
		if l.r.Lines[n].kind() != Goods || l.r.Lines[n].Amount.Sign() <= 0 {
			continue
		}
		goods := parts[n][0]
		at := slices.IndexFunc(split, func(p Part) bool { return slices.Equal(p.Levies, goods.Levies) })
		if at < 0 {
			at = len(split)
			split = append(split, Part{Levies: goods.Levies})
			weights = append(weights, money.Zero(l.r.Currency))
		}
		var err error
		if weights[at], err = weights[at].Add(goods.Amount); err != nil {
			return nil, err
		}
	}
	if len(split) == 0 {
		return []Part{l.own(i)}, nil
	}
	amounts, err := money.Apportion(l.r.Lines[i].Amount, weights)
	if err != nil {
		return nil, err
	}
	for n := range split {
		split[n].Amount = amounts[n]
	}
	return split, nil
}

// freightRule returns the rule of the narrowest place that covers the ship-to.
func (l *lookup) freightRule() FreightRule {
	best, narrowest := FreightRule{Policy: FreightTaxed}, -1
	for _, rule := range l.table.config.Freight {
		if rule.Place.Covers(l.r.ShipTo) && rule.Place.narrowness() > narrowest {
			best, narrowest = rule, rule.Place.narrowness()
		}
	}
	return best
}

// jurisdiction is the place without what only finds rates.
func (p Place) jurisdiction() string { return Place{Country: p.Country, Region: p.Region}.String() }

// levies returns what a category bears in the order in which it is worked out.
// None: nothing is known.
func (l *lookup) levies(category string) []Levy {
	levies, known := l.known[category]
	if !known {
		levies = l.find(category)
		l.known[category] = levies
	}
	return levies
}

func (l *lookup) find(category string) []Levy {
	for i := range l.table.config.Reliefs {
		if rel := &l.table.config.Reliefs[i]; rel.holds(l.r, category) {
			return []Levy{{Name: rel.Name, Jurisdiction: l.r.ShipFrom.jurisdiction(), Code: rel.Code, Reason: rel.Reason}}
		}
	}
	var chosen []*Rate
	for _, n := range l.table.byCountry[l.r.ShipTo.Country] {
		rate := &l.table.config.Rates[n]
		if rate.Category != "" && rate.Category != category || !within(l.r.Date, rate.From, rate.To) || !rate.Place.Covers(l.r.ShipTo) {
			continue
		}
		at := slices.IndexFunc(chosen, func(c *Rate) bool { return c.Name == rate.Name })
		switch {
		case at < 0:
			chosen = append(chosen, rate)
		case rate.before(chosen[at]):
			chosen = append(slices.Delete(chosen, at, at+1), rate) // in the order of rates still
		}
	}
	levies := make([]Levy, len(chosen))
	for i, rate := range chosen {
		levies[i] = l.levy(rate, category)
	}
	return levies
}

// before tells whether the rate is used in place of o, which has its name.
func (r *Rate) before(o *Rate) bool {
	if mine, other := r.Place.narrowness(), o.Place.narrowness(); mine != other {
		return mine > other
	}
	return r.Category != "" && o.Category == ""
}

// levy is the rate as the customer bears it: a certificate makes it exempt.
func (l *lookup) levy(rate *Rate, category string) Levy {
	levy := Levy{
		Name: rate.Name, Jurisdiction: rate.Jurisdiction, Code: rate.Code, Rate: rate.Rate, Compound: rate.Compound,
		Reason: rate.Reason,
	}
	for i := range l.r.Certificates {
		if c := &l.r.Certificates[i]; c.frees(rate, l.r.Date, category) {
			levy.Code, levy.Rate, levy.Compound = Exempt, money.Rate{}, false
			levy.Reason, levy.Certificate = c.Reason, c.Number
			return levy
		}
	}
	return levy
}

// frees tells whether the certificate covers the rate on the day.
func (c *Certificate) frees(rate *Rate, on calendar.Date, category string) bool {
	return rate.Code.charges() && within(on, c.From, c.To) && c.Place.Country != "" && c.Place.Covers(rate.Place) &&
		(len(c.Categories) == 0 || slices.Contains(c.Categories, category))
}

// holds tells whether the supply meets the relief.
func (rel *Relief) holds(r *Request, category string) bool {
	covers := func(of Place) func(Place) bool { return func(p Place) bool { return p.Covers(of) } }
	return within(r.Date, rel.ValidFrom, rel.ValidTo) &&
		(len(rel.From) == 0 || slices.ContainsFunc(rel.From, covers(r.ShipFrom))) &&
		(len(rel.To) == 0 || slices.ContainsFunc(rel.To, covers(r.ShipTo))) &&
		!slices.ContainsFunc(rel.NotTo, covers(r.ShipTo)) &&
		(!rel.Abroad || r.ShipFrom.Country != "" && r.ShipTo.Country != "" && r.ShipFrom.Country != r.ShipTo.Country) &&
		(!rel.TaxID || slices.ContainsFunc(r.TaxIDs, func(id ID) bool { return id.Country == r.ShipTo.Country && id.Number != "" })) &&
		(len(rel.Categories) == 0 || slices.Contains(rel.Categories, category))
}

// within reports whether the day is in [from, to).
func within(day, from, to calendar.Date) bool {
	return !day.Before(from) && (to.IsZero() || day.Before(to))
}
