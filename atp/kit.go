package atp

import (
	"fmt"
	"iter"
	"slices"
)

// MaxComponents bounds the components of a kit.
const MaxComponents = 200

// Component is a part of a kit.
type Component struct {
	// Ref is the item at the kit's site. Required; not the kit itself.
	Ref Ref
	// Per is how many base units of it one base unit of the kit takes, 1 to MaxQuantity. Where the item is given twice, the
	// kit takes both.
	Per int64
}

// checkKit refuses a kit that cannot be put together; field names a field of the demand.
func (s *Stock) checkKit(op string, field func(name string) string, d Demand) error {
	fail := func(name, reason string) error { return &RequestError{Op: op, Field: field(name), Reason: reason} }
	switch {
	case len(d.Kit) == 0:
		return nil
	case len(d.Kit) > MaxComponents:
		return fail("Kit", "has more than MaxComponents")
	case d.SingleLot:
		return fail("SingleLot", "is not for kits")
	case d.Lot != "":
		return fail("Lot", "is not for kits")
	}
	for i, c := range d.Kit {
		in := func(name string) string { return fmt.Sprintf("Kit[%d].%s", i, name) }
		at, err := s.position(op, field(in("Ref")), c.Ref)
		if err != nil {
			return err
		}
		if err := checkQuantity(op, field(in("Per")), c.Per); err != nil {
			return err
		}
		switch {
		case at == d.Ref.p:
			return fail(in("Ref"), "is the kit itself")
		case at.site != d.Ref.p.site:
			return fail(in("Ref"), "is not at the kit's site")
		}
	}
	for _, c := range d.components() {
		if c.Per > MaxQuantity/d.Quantity {
			return fail("Kit", fmt.Sprintf("takes more than MaxQuantity of %q", c.Ref.p.item))
		}
	}
	return nil
}

// components gives the components of a kit, each item once with all that the kit takes of it, in the order of positions.
func (d Demand) components() []Component {
	if len(d.Kit) == 0 {
		return nil
	}
	kit := slices.Clone(d.Kit)
	slices.SortFunc(kit, func(a, b Component) int { return a.Ref.p.compare(b.Ref.p) })
	merged := kit[:1]
	for _, c := range kit[1:] {
		if last := &merged[len(merged)-1]; last.Ref == c.Ref {
			last.Per += c.Per
		} else {
			merged = append(merged, c)
		}
	}
	return merged
}

// items gives the items that the demand may take, each once: its own and, of a kit, the components, in the order of
// positions.
func (d Demand) items() iter.Seq[*position] {
	return func(yield func(*position) bool) {
		if (len(d.Kit) == 0 || d.Stocked) && !yield(d.Ref.p) {
			return
		}
		for _, c := range d.components() {
			if !yield(c.Ref.p) {
				return
			}
		}
	}
}

// byLot reports whether any of the items that the demand may take has lots.
func (d Demand) byLot() bool {
	for at := range d.items() {
		if at.byLot() {
			return true
		}
	}
	return false
}
