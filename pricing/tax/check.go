package tax

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// check reports every fault of the table.
func (c *Config) check(found *faults) {
	seen := make(map[string]int, len(c.Rates))
	for i := range c.Rates {
		r := &c.Rates[i]
		path := "rate " + r.ID
		if r.ID == "" {
			path = fmt.Sprintf("rates[%d]", i)
			found.add(path, "it has no id")
		} else if first, twice := seen[r.ID]; twice {
			found.add(path, "rates[%d] and rates[%d] both have the id", first, i)
		}
		seen[r.ID] = i
		r.check(path, found)
	}
	c.checkOverlaps(found)
	for i := range c.Reliefs {
		path := "relief " + c.Reliefs[i].ID
		if c.Reliefs[i].ID == "" {
			path = fmt.Sprintf("reliefs[%d]", i)
			found.add(path, "it has no id")
		}
		c.Reliefs[i].check(path, found)
	}
	c.checkFreight(found)
}

func (r *Rate) check(path string, found *faults) {
	if r.Name == "" {
		found.add(path, "it has no name: which tax is it")
	}
	if r.Place.Country == "" {
		found.add(path, "it has no country")
	}
	r.Place.check(path+".place", found)
	levy := Levy{Code: r.Code, Rate: r.Rate}
	if reason := levy.fault(); reason != "" {
		found.add(path, "%s", reason)
	}
	checkSpan(path, r.From, r.To, found)
}

func (p Place) check(path string, found *faults) {
	if p.Country != "" && (len(p.Country) != 2 || strings.ToUpper(p.Country) != p.Country) {
		found.add(path, "%q is no country of ISO 3166-1, which has two capitals", p.Country)
	}
	if strings.Contains(strings.TrimSuffix(p.PostalCode, "*"), "*") {
		found.add(path, "the postal code %s has a star that is not its end", p.PostalCode)
	}
}

func checkSpan(path string, from, to calendar.Date, found *faults) {
	if !to.IsZero() && !from.Before(to) {
		found.add(path, "it is valid from %s to %s, which is no day", from, to)
	}
}

// checkOverlaps names the pairs of rates that could both be used.
func (c *Config) checkOverlaps(found *faults) {
	order := make([]int, len(c.Rates))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := &c.Rates[a], &c.Rates[b]
		return cmp.Or(x.compareKey(y), x.From.Compare(y.From))
	})
	for n := 1; n < len(order); n++ {
		// The spans of one key follow each other, so any overlap shows in the
		// pair of the span that reaches furthest and the next.
		first := &c.Rates[order[n-1]]
		second := &c.Rates[order[n]]
		if first.compareKey(second) != 0 {
			continue
		}
		if first.To.IsZero() || second.From.Before(first.To) {
			found.overlap(first, second)
			if reachesFurther(first, second) {
				order[n] = order[n-1]
			}
		}
	}
}

func reachesFurther(a, b *Rate) bool {
	return a.To.IsZero() || !b.To.IsZero() && b.To.Before(a.To)
}

func (f *faults) overlap(first, second *Rate) {
	*f = append(*f, &OverlapError{
		First: first.ID, Second: second.ID, Name: first.Name, Place: first.Place, Category: first.Category, On: second.From,
	})
}

// compareKey orders rates by what only one of them may have on a day.
func (r *Rate) compareKey(o *Rate) int {
	return cmp.Or(
		strings.Compare(r.Name, o.Name),
		strings.Compare(r.Place.Country, o.Place.Country),
		strings.Compare(r.Place.Region, o.Place.Region),
		strings.Compare(r.Place.County, o.Place.County),
		strings.Compare(r.Place.Locality, o.Place.Locality),
		strings.Compare(r.Place.PostalCode, o.Place.PostalCode),
		strings.Compare(r.Category, o.Category),
	)
}

func (rel *Relief) check(path string, found *faults) {
	if rel.Name == "" {
		found.add(path, "it has no name: of which tax is nothing charged")
	}
	switch {
	case !rel.Code.IsValid():
		found.add(path, "%q is no category of UNCL 5305 that EN 16931 admits", rel.Code)
	case rel.Code.charges():
		found.add(path, "category %s is for what is charged", rel.Code)
	}
	if len(rel.From)+len(rel.To)+len(rel.NotTo)+len(rel.Categories) == 0 && !rel.Abroad && !rel.TaxID {
		found.add(path, "it asks for nothing and would free everything")
	}
	for _, places := range [][]Place{rel.From, rel.To, rel.NotTo} {
		for _, p := range places {
			p.check(path, found)
		}
	}
	checkSpan(path, rel.ValidFrom, rel.ValidTo, found)
}

func (c *Config) checkFreight(found *faults) {
	for i, rule := range c.Freight {
		path := fmt.Sprintf("freight[%d]", i)
		switch rule.Policy {
		case FreightTaxed, FreightUntaxed, FreightAsGoods:
		default:
			found.add(path, "%q is no policy; always, never or as-goods", rule.Policy)
		}
		rule.Place.check(path, found)
		for n, o := range c.Freight[:i] {
			if o.Place == rule.Place {
				found.add(path, "freight[%d] is for the same place", n)
			}
		}
	}
}
