package mapping

import (
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Options say what was agreed with a partner beyond the standard. The zero
// value is the standard alone.
type Options struct {
	// Currency is that of prices where the partner states none.
	Currency money.Currency
	// Country is that of addresses where the partner states none.
	Country party.Country
	// Units translates unit codes that the partner uses in its own sense. Codes
	// that are not in it are taken as X12 element 355 has them.
	Units map[string]quantity.Unit
	// ItemSchemes translates product qualifiers (X12 element 235) that the
	// partner uses in its own sense into the schemes of order.ItemIdentifier,
	// such as SK, which may be the buyer's number or ours.
	ItemSchemes map[string]string
	// FirstYear is where the hundred years of six-digit dates begin. 0: 1970.
	FirstYear int
}

func (o Options) firstYear() int {
	if o.FirstYear == 0 {
		return 1970
	}
	return o.FirstYear
}
