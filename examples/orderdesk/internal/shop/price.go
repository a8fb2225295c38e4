package shop

import "github.com/o2ckit/o2c/pricing"

// PriceSchema is the shop's price waterfall.
func PriceSchema() pricing.Schema { return schema() }
