package tell

import "github.com/o2ckit/o2c/kernel/quantity"

// InOrdered converts quantities in a base unit by the ratio in which an
// ordered quantity stands to its own base. All or none are converted, so that
// they still add up.
func InOrdered(ordered, base quantity.Quantity, parts []quantity.Quantity) []quantity.Quantity {
	if base.IsZero() || ordered.Unit() == base.Unit() && ordered == base {
		return parts
	}
	converted := make([]quantity.Quantity, len(parts))
	for i, p := range parts {
		const places = 6
		value := p.Decimal().Mul(ordered.Decimal())
		n := value.DivRound(base.Decimal(), places)
		q, err := quantity.FromDecimal(n, ordered.Unit())
		if err != nil || p.Unit() != base.Unit() || !n.Mul(base.Decimal()).Equal(value) {
			return parts
		}
		converted[i] = q
	}
	return converted
}
