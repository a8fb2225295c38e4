package shipping

import (
	"fmt"

	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Validate returns what is wrong with the request. The codes are
//
//	shipping.id.missing             blocks: the shipment has no number
//	shipping.address.missing        blocks: nothing says where the goods go, or leave; warns when an identifier does
//	shipping.address                warns: what the address's own rules say against it
//	shipping.date.order             blocks: delivered before it ships
//	shipping.lines.missing          blocks: nothing ships
//	shipping.line.reference         blocks: no order, line or item, or a line that is listed twice
//	shipping.line.quantity          blocks: a quantity that is not above zero, or without a unit
//	shipping.line.carton-size       warns: not known; blocks: negative, or in another unit than the line's base
//	shipping.line.weight            blocks: negative, or not in a unit of mass
func (r *Request) Validate() finding.List {
	var found finding.List
	if r.ID == "" {
		found.Block("shipping.id.missing", "id", "the shipment has no number", "number the shipment")
	}
	found.Within("from", r.From.validate("leave"))
	found.Within("to", r.To.validate("go"))
	if !r.DeliveryDate.IsZero() && !r.ShipDate.IsZero() && r.DeliveryDate.Before(r.ShipDate) {
		found.Block("shipping.date.order", "delivery_date",
			fmt.Sprintf("delivery on %s is before departure on %s", r.DeliveryDate, r.ShipDate), "correct one of the dates")
	}
	if len(r.Lines) == 0 {
		found.Block("shipping.lines.missing", "lines", "the shipment has no lines", "give what shall ship")
	}
	type reference struct{ order, line, schedule string }
	seen := make(map[reference]int, len(r.Lines))
	for i := range r.Lines {
		l := &r.Lines[i]
		path := fmt.Sprintf("lines[%d]", i)
		found.Within(path, l.validate())
		ref := reference{l.Order, l.Line, l.Schedule}
		if first, twice := seen[ref]; twice {
			found.Block("shipping.line.reference", path,
				fmt.Sprintf("order %q line %q schedule %q is lines[%d] too", l.Order, l.Line, l.Schedule, first),
				"put the quantities together in one line")
			continue
		}
		seen[ref] = i
	}
	return found
}

func (p *Party) validate(verb string) finding.List {
	var found finding.List
	if p.Address.IsZero() {
		message := "no address says where the goods " + verb
		const fix = "give street, city, postal code and country"
		if p.ID == "" && len(p.Identifiers) == 0 {
			found.Block("shipping.address.missing", "address", message, fix)
		} else {
			found.Warn("shipping.address.missing", "address", message, fix)
		}
		return found
	}
	for _, f := range p.Address.Validate() {
		found.Warn("shipping.address", join("address", f.Path), f.Message, f.Fix)
	}
	return found
}

func join(path, rest string) string {
	if rest == "" {
		return path
	}
	return path + "." + rest
}

func (l *Line) validate() finding.List {
	var found finding.List
	missing := func(path, what string) {
		found.Block("shipping.line.reference", path, "the line names no "+what, "name the "+what)
	}
	if l.Order == "" {
		missing("order", "order")
	}
	if l.Line == "" {
		missing("line", "order line")
	}
	if l.Item == "" {
		missing("item", "item")
	}
	found = append(found, positive("quantity", l.Quantity)...)
	found = append(found, positive("base", l.Base)...)
	found = append(found, l.validateCarton()...)
	if l.UnitWeight.Sign() < 0 || l.UnitWeight.Sign() > 0 && !quantity.Mass().Has(l.UnitWeight.Unit()) {
		found.Block("shipping.line.weight", "unit_weight", fmt.Sprintf("%s is no weight", l.UnitWeight),
			"give a weight above zero, such as 0.35 KG, or none")
	}
	return found
}

func positive(path string, q quantity.Quantity) finding.List {
	var found finding.List
	switch {
	case q.Sign() <= 0:
		found.Block("shipping.line.quantity", path, fmt.Sprintf("%s cannot ship", q), "ship more than zero, or leave the line out")
	case q.Unit() == 0:
		found.Block("shipping.line.quantity", path, "the quantity has no unit", "state the unit of measure")
	}
	return found
}

func (l *Line) validateCarton() finding.List {
	var found finding.List
	switch {
	case l.PerCarton.IsZero():
		found.Warn("shipping.line.carton-size", "per_carton", "how many fill a carton is not known",
			"give the item a carton size; the line gets one carton of its own, which has to be looked at")
	case l.PerCarton.Sign() < 0:
		found.Block("shipping.line.carton-size", "per_carton", fmt.Sprintf("%s cannot fill a carton", l.PerCarton),
			"give a size above zero, or none")
	case l.PerCarton.Unit() != l.Base.Unit():
		found.Block("shipping.line.carton-size", "per_carton",
			fmt.Sprintf("the carton counts in %s, the line in %s", l.PerCarton.Unit(), l.Base.Unit()),
			"give the carton size in the base unit")
	}
	return found
}

// InvalidError says why a shipment cannot be planned.
type InvalidError struct {
	Shipment ID
	// Findings are all that was found, warnings too.
	Findings finding.List
}

// Error lists the findings.
func (e *InvalidError) Error() string {
	return fmt.Sprintf("shipping: shipment %q cannot be planned:\n%s", e.Shipment, e.Findings)
}
