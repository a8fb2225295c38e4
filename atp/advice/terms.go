package advice

import "github.com/o2ckit/o2c/atp"

// Terms say what of a quantity is shown to a channel. Quantities are in base units, 0 to atp.MaxQuantity. The zero Terms
// show all.
//
// The terms apply in this order: the buffer is kept back, what is then below the minimum is shown as nothing, the rest is
// cut to the cap and rounded down to packs.
type Terms struct {
	// Fixed and Percent are the buffer; where both are stated the greater holds. Percent is of the quantity, 0 to 100, and
	// rounded up.
	Fixed   int64 `json:"fixed,omitempty"`
	Percent int   `json:"percent,omitempty"`
	// Minimum is the least quantity that is shown: below it the channel sees none, so that the last ones are not sold
	// twice.
	Minimum int64 `json:"minimum,omitempty"`
	// Cap is the most that is shown. 0: no limit.
	Cap int64 `json:"cap,omitempty"`
	// Pack is the multiple in which the channel sells. 0 and 1: single units.
	Pack int64 `json:"pack,omitempty"`
}

// Show returns what the channel sees of a quantity; nothing of one below 0. Of atp.Unlimited it sees the cap, and
// atp.MaxQuantity, which means without limit, where there is none.
func (t Terms) Show(quantity int64) int64 {
	if quantity == atp.Unlimited {
		if t.Cap == 0 {
			return atp.MaxQuantity
		}
		return t.packs(t.Cap)
	}
	n := max(quantity, 0)
	percent := int64(t.Percent)
	n -= max(t.Fixed, n/100*percent+(n%100*percent+99)/100)
	if n <= 0 || n < t.Minimum {
		return 0
	}
	if t.Cap > 0 {
		n = min(n, t.Cap)
	}
	return t.packs(min(n, atp.MaxQuantity))
}

func (t Terms) packs(n int64) int64 { return n - n%max(t.Pack, 1) }

// check returns the field that cannot be used.
func (t Terms) check() (field, reason string) {
	for _, q := range []struct {
		field string
		n     int64
	}{{"Fixed", t.Fixed}, {"Minimum", t.Minimum}, {"Cap", t.Cap}, {"Pack", t.Pack}} {
		if q.n < 0 || q.n > atp.MaxQuantity {
			return q.field, "is not from 0 to MaxQuantity"
		}
	}
	if t.Percent < 0 || t.Percent > 100 {
		return "Percent", "is not from 0 to 100"
	}
	return "", ""
}
