package mapping

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// storePart is how much of a line is for one store.
type storePart struct {
	store    []party.Identifier
	quantity quantity.Quantity
	segment  x12.Segment
	element  int
}

// storeParts reads SDQ, up to ten stores with their quantities, in the unit of the
// line.
func (r *reader) storeParts(s x12.Segment, unit quantity.Unit) []storePart {
	if u, err := r.agreed.unitOf(s.Value(1)); s.Value(1) != "" && (err != nil || u != unit) {
		r.warn("store-unit", s, 1, fmt.Sprintf("the stores' quantities are in %s, the line's in %s", s.Value(1), unit),
			"ask the partner how the line is split")
	}
	var parts []storePart
	for i := 3; i <= min(s.Len(), 22); i += 2 {
		number := strings.TrimSpace(s.Value(i))
		if number == "" && s.Value(i+1) == "" {
			continue
		}
		if number == "" {
			r.block("store-missing", s, i, s.Value(i+1)+" are for a store without a number", "ask the partner how the line is split")
			continue
		}
		n, err := x12.ParseReal(s.Value(i + 1))
		var q quantity.Quantity
		if err == nil {
			q, err = quantity.ParseNumber(n, unit)
		}
		if err != nil {
			r.block("store-quantity", s, i+1, fmt.Sprintf("%q is no number", s.Value(i+1)), "ask the partner how the line is split")
			continue
		}
		id := party.Identifier{Scheme: party.Scheme(s.Value(2)), Value: number}.Normalize()
		parts = append(parts, storePart{store: []party.Identifier{id}, quantity: q, segment: s, element: i})
	}
	return parts
}
