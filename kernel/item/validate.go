package item

import (
	"errors"
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Validate says all that is wrong with an item's master data, with paths into it (gtins[1].gtin). What needs other items
// to be known, such as a successor that does not exist, is found by [Catalog.Audit]. The codes are
//
//	item.id.missing                       blocks: no id
//	item.units.missing                    blocks: no units
//	item.unit.unknown                     blocks: a unit that the item does not have
//	item.catch-weight.base-unit           blocks: catch weight, and the base unit is no weight
//	item.pack.uncountable                 blocks: a multiple or minimum that is no count of the base unit
//	item.pack.not-positive                blocks: a multiple or minimum that is not above 0
//	item.packaging.twice                  blocks: a unit that is described twice
//	item.packaging.unit                   blocks: a weight or length in a unit that is none
//	item.packaging.not-positive           blocks: a weight or length that is not above 0
//	item.packaging.net-above-gross        blocks: net is more than gross
//	item.packaging.dimensions-incomplete  warns: not all of length, width and height
//	item.gtin.invalid                     blocks: wrong length, characters or check digit
//	item.gtin.twice                       blocks: one number for two units
//	item.customer-part.incomplete         blocks: no customer or no number
//	item.customer-part.twice              warns: the same number of the same customer again
//	item.lifecycle.status                 blocks: no status
//	item.lifecycle.dates                  blocks: the last order is before the item is available
//	item.lifecycle.open-phase-out         warns: neither a last-order date nor a successor
//	item.supersession.itself              blocks: the item supersedes itself
//	item.supersession.missing             blocks: no successor is named
//	item.lead-time.negative               blocks: below 0
//	item.component.missing                blocks: no item is named
//	item.component.itself                 blocks: the kit is a part of itself
//	item.component.twice                  blocks: the same item again
//	item.component.quantity               blocks: not above 0, or without a unit
//	item.component.share                  blocks: below 0
//	item.component.no-share               info: others have a share in the price of the kit, this one has none
//	item.control.expiry-without-lot       blocks: expiry is recorded and lots are not
//	item.control.negative                 blocks: a number of days below 0
//	item.control.shelf-life-unused        warns: a shelf life, and expiry is not recorded
//	item.control.never-fresh              blocks: more remaining days than a new lot keeps
//	item.hazard.un                        blocks: not four digits
//	item.hazard.class                     blocks: no class
//	item.hazard.division                  warns: the class has divisions and none is named
//	item.hazard.packing-group             blocks: no packing group; warns: one that the class does not have, or none that it usually has
//	item.hs.invalid                       blocks: no HS code, or not digits only
//	item.hs.short                         warns: no subheading
//	item.eccn.invalid                     blocks: no ECCN, or not written as usual
//	item.origin.invalid                   blocks: no country of ISO 3166-1
func (i *Item) Validate() finding.List {
	var found finding.List
	if i.ID == "" {
		found.Block("item.id.missing", "id", "the item has no id", "give it its stock keeping unit")
	}
	i.validateUnits(&found)
	i.validatePack(&found)
	i.validatePackaging(&found)
	i.validateIdentifiers(&found)
	i.validateLifecycle(&found)
	i.validateComponents(&found)
	i.validateControl(&found)
	if i.Hazard != nil {
		found.Within("hazard", i.Hazard.validate())
	}
	i.validateTrade(&found)
	return found
}

func (i *Item) validateUnits(found *finding.List) {
	if i.Units == nil {
		found.Block("item.units.missing", "units", "the item has no units", "name at least its base unit")
		return
	}
	if i.SalesUnit != 0 && !i.Units.Has(i.SalesUnit) {
		i.unknownUnit(found, "sales_unit", i.SalesUnit)
	}
	if base := i.Units.Base(); i.CatchWeight && !quantity.Mass().Has(base) {
		found.Block("item.catch-weight.base-unit", "units",
			fmt.Sprintf("an item of catch weight is counted in a weight, not in %s", base), "make a weight such as KG or LB the base unit")
	}
}

// unknownUnit is the finding for a unit that the item does not have.
func (i *Item) unknownUnit(found *finding.List, path string, u quantity.Unit) {
	if i.Units == nil {
		return // one finding for the units is enough
	}
	found.Block("item.unit.unknown", path, fmt.Sprintf("the item has no unit %q", u.String()),
		"use one of "+unitList(i.Units.Units())+", or add the unit to the item")
}

func (i *Item) validatePack(found *finding.List) {
	for _, p := range []struct {
		path string
		q    quantity.Quantity
	}{{"pack.multiple", i.Pack.Multiple}, {"pack.minimum", i.Pack.Minimum}} {
		if p.q == (quantity.Quantity{}) || i.Units == nil {
			continue
		}
		_, err := i.Count(p.q)
		var unit *quantity.UnitError
		switch {
		case errors.As(err, &unit):
			i.unknownUnit(found, p.path, unit.Unit)
		case err != nil:
			found.Block("item.pack.uncountable", p.path, fmt.Sprintf("%s cannot be counted in %s", p.q, i.Units.Base()), "")
		case p.q.Sign() <= 0:
			found.Block("item.pack.not-positive", p.path, fmt.Sprintf("%s is not more than 0", p.q), "leave it out where there is no rule")
		}
	}
}

func (i *Item) validatePackaging(found *finding.List) {
	mass, length := quantity.Mass(), quantity.Length()
	for n, p := range i.Packaging {
		var part finding.List
		switch {
		case !i.Units.Has(p.Unit):
			i.unknownUnit(&part, "unit", p.Unit)
		case slices.ContainsFunc(i.Packaging[:n], func(q Packaging) bool { return q.Unit == p.Unit }):
			part.Block("item.packaging.twice", "unit", fmt.Sprintf("%s is described twice", p.Unit), "")
		}
		measure(&part, mass, "gross", "weight", p.Gross)
		measure(&part, mass, "net", "weight", p.Net)
		measure(&part, length, "length", "length", p.Length)
		measure(&part, length, "width", "length", p.Width)
		measure(&part, length, "height", "length", p.Height)
		if !part.Blocks() && !p.Gross.IsZero() && heavier(mass, p.Net, p.Gross) {
			part.Block("item.packaging.net-above-gross", "net", fmt.Sprintf("net %s is more than gross %s", p.Net, p.Gross), "")
		}
		if missing := zeros(p.Length, p.Width, p.Height); missing == 1 || missing == 2 {
			part.Warn("item.packaging.dimensions-incomplete", "", "not all of length, width and height are given", "give all three or none")
		}
		found.Within(fmt.Sprintf("packaging[%d]", n), part)
	}
}

// measure checks one weight or length.
func measure(found *finding.List, table *quantity.Conversions, path, kind string, q quantity.Quantity) {
	switch {
	case q == (quantity.Quantity{}):
	case !table.Has(q.Unit()):
		found.Block("item.packaging.unit", path, fmt.Sprintf("%s is no %s", q, kind), "use one of "+unitList(table.Units()))
	case q.Sign() <= 0:
		found.Block("item.packaging.not-positive", path, fmt.Sprintf("%s is not more than 0", q), "leave it out where it is not known")
	}
}

// heavier compares two weights in any units, to a millionth of the base unit: master data is no finer.
func heavier(mass *quantity.Conversions, a, b quantity.Quantity) bool {
	const places = 6
	x, errX := mass.ConvertRound(a, mass.Base(), places, quantity.HalfUp)
	y, errY := mass.ConvertRound(b, mass.Base(), places, quantity.HalfUp)
	if errX != nil || errY != nil {
		return false
	}
	order, err := x.Cmp(y)
	return err == nil && order > 0
}

func zeros(quantities ...quantity.Quantity) int {
	n := 0
	for _, q := range quantities {
		if q.IsZero() {
			n++
		}
	}
	return n
}

func (i *Item) validateIdentifiers(found *finding.List) {
	for n, g := range i.GTINs {
		path := fmt.Sprintf("gtins[%d]", n)
		if !i.Units.Has(g.Unit) {
			i.unknownUnit(found, path+".unit", g.Unit)
		}
		if _, err := ParseGTIN(string(g.GTIN)); err != nil {
			found.Block("item.gtin.invalid", path+".gtin", reason(err), "read the number again from the pack")
		}
		if slices.ContainsFunc(i.GTINs[:n], func(h UnitGTIN) bool { return h.GTIN.Key() == g.GTIN.Key() }) {
			found.Block("item.gtin.twice", path+".gtin", fmt.Sprintf("GTIN %s stands twice", g.GTIN), "each unit has a GTIN of its own")
		}
	}
	for n, p := range i.CustomerParts {
		path := fmt.Sprintf("customer_parts[%d]", n)
		switch {
		case p.Customer == "" || p.Number == "":
			found.Block("item.customer-part.incomplete", path, "a customer's number needs both customer and number", "")
		case slices.ContainsFunc(i.CustomerParts[:n], func(q CustomerPart) bool { return q == p }):
			found.Warn("item.customer-part.twice", path, fmt.Sprintf("number %s of customer %s stands twice", p.Number, p.Customer), "")
		}
	}
}

func (i *Item) validateLifecycle(found *finding.List) {
	l, s := i.Lifecycle, i.SupersededBy
	if !l.Status.IsValid() {
		found.Block("item.lifecycle.status", "lifecycle.status", fmt.Sprintf("%s is no status", l.Status), "")
	}
	if !l.AvailableFrom.IsZero() && !l.LastOrder.IsZero() && l.LastOrder.Before(l.AvailableFrom) {
		found.Block("item.lifecycle.dates", "lifecycle.last_order",
			fmt.Sprintf("the last order on %s is before the item is available on %s", l.LastOrder, l.AvailableFrom), "")
	}
	if l.Status == PhaseOut && l.LastOrder.IsZero() && s.By == "" {
		found.Warn("item.lifecycle.open-phase-out", "lifecycle", "the item is being phased out without a last-order date or a successor", "")
	}
	switch {
	case s.By == i.ID && s.By != "":
		found.Block("item.supersession.itself", "superseded_by.by", "the item supersedes itself", "name its successor")
	case s.By == "" && s != (Supersession{}):
		found.Block("item.supersession.missing", "superseded_by.by", "the supersession names no item", "name the successor")
	}
	if i.LeadTimeDays < 0 {
		found.Block("item.lead-time.negative", "lead_time_days", "the lead time is negative", "")
	}
}

func (i *Item) validateComponents(found *finding.List) {
	shares := false
	for n, c := range i.Components {
		path := fmt.Sprintf("components[%d]", n)
		shares = shares || c.Share > 0
		switch {
		case c.Item == "":
			found.Block("item.component.missing", path+".item", "the component names no item", "")
		case c.Item == i.ID:
			found.Block("item.component.itself", path+".item", "the kit is a part of itself", "")
		case slices.ContainsFunc(i.Components[:n], func(d Component) bool { return d.Item == c.Item }):
			found.Block("item.component.twice", path+".item", fmt.Sprintf("component %s stands twice", c.Item), "add the quantities up")
		}
		if c.Quantity.Sign() <= 0 || c.Quantity.Unit() == 0 {
			found.Block("item.component.quantity", path+".quantity", fmt.Sprintf("%s is no quantity of a component", c.Quantity), "")
		}
		if c.Share < 0 {
			found.Block("item.component.share", path+".share", "the share is negative", "")
		}
	}
	for n, c := range i.Components {
		if shares && c.Share == 0 {
			found.Info("item.component.no-share", fmt.Sprintf("components[%d].share", n),
				fmt.Sprintf("component %s has no share in the price of the kit", c.Item), "")
		}
	}
}

func (i *Item) validateControl(found *finding.List) {
	c := i.Control
	if c.Expiry && !c.Lot {
		found.Block("item.control.expiry-without-lot", "control.expiry", "a date of expiry belongs to a lot, and lots are not recorded", "record lots too")
	}
	if c.ShelfLifeDays < 0 || c.MinimumRemainingDays < 0 {
		found.Block("item.control.negative", "control", "a number of days is negative", "")
	}
	if !c.Expiry && (c.ShelfLifeDays != 0 || c.MinimumRemainingDays != 0) {
		found.Warn("item.control.shelf-life-unused", "control", "a shelf life is given, but expiry is not recorded", "record expiry or leave the days out")
	}
	if c.ShelfLifeDays > 0 && c.MinimumRemainingDays > c.ShelfLifeDays {
		found.Block("item.control.never-fresh", "control.minimum_remaining_days", "more remaining days are asked than a new lot keeps", "")
	}
}

func (h *Hazard) validate() finding.List {
	var found finding.List
	if len(h.UN) != 4 || !allDigits(h.UN) {
		found.Block("item.hazard.un", "un", fmt.Sprintf("%q is no UN number", h.UN), "give its four digits, without UN in front")
	}
	for n, c := range append([]HazardClass{h.Class}, h.Subsidiary...) {
		path := "class"
		if n > 0 {
			path = fmt.Sprintf("subsidiary[%d]", n-1)
		}
		if _, err := ParseHazardClass(string(c)); err != nil {
			found.Block("item.hazard.class", path, reason(err), "")
		} else if !c.Exact() {
			found.Warn("item.hazard.division", path, fmt.Sprintf("class %s has divisions and none is named", c), "name the division, such as "+string(c)+".1")
		}
	}
	group, class := h.PackingGroup, h.Class.Number()
	switch {
	case group > PackingGroupIII:
		found.Block("item.hazard.packing-group", "packing_group", fmt.Sprintf("%s is no packing group", group), "")
	case group != 0 && (class == 1 || class == 2 || class == 7):
		found.Warn("item.hazard.packing-group", "packing_group", fmt.Sprintf("goods of class %s have no packing group", h.Class), "leave it out")
	case group == 0 && (class == 3 || class == 8):
		found.Warn("item.hazard.packing-group", "packing_group", fmt.Sprintf("goods of class %s usually have a packing group", h.Class), "")
	}
	return found
}

func (i *Item) validateTrade(found *finding.List) {
	if i.HS != "" {
		switch code, err := ParseHS(string(i.HS)); {
		case err != nil:
			found.Block("item.hs.invalid", "hs", reason(err), "")
		case code != i.HS:
			found.Block("item.hs.invalid", "hs", fmt.Sprintf("%q is not digits only", i.HS), "write "+string(code))
		case code.Subheading() == "":
			found.Warn("item.hs.short", "hs", fmt.Sprintf("HS code %s has no subheading", code), "customs asks for at least six digits")
		}
	}
	if i.ECCN != "" {
		switch code, err := ParseECCN(string(i.ECCN)); {
		case err != nil:
			found.Block("item.eccn.invalid", "eccn", reason(err), "")
		case code != i.ECCN:
			found.Block("item.eccn.invalid", "eccn", fmt.Sprintf("%q is not written as usual", i.ECCN), "write "+string(code))
		}
	}
	if i.Origin != "" && !isCountry(i.Origin) {
		found.Block("item.origin.invalid", "origin", fmt.Sprintf("%q is no country code", i.Origin), "use two capital letters of ISO 3166, such as DE")
	}
}

// reason is an error's text as a finding's message, without the package's name.
func reason(err error) string {
	const prefix = "item: "
	text := err.Error()
	if len(text) > len(prefix) && text[:len(prefix)] == prefix {
		return text[len(prefix):]
	}
	return text
}
