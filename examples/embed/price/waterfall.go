package main

import (
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing"
)

// waterfall is how the shop calculates: the price of the table, then deals.
func waterfall() pricing.Schema {
	return pricing.Schema{
		Name:   "web shop",
		Access: []pricing.Access{{Name: "table", Fields: []pricing.Field{pricing.FieldItem}}},
		Steps: []pricing.Step{
			{Name: "list", Label: "List price", Kind: pricing.StepPrice},
			{Name: "deals", Label: "Deals", Kind: pricing.StepDiscount, Base: pricing.BaseList},
		},
	}
}

// memberDeal is 10% off five or more of an item, for members.
func memberDeal() pricing.Rule {
	return pricing.Rule{
		ID: "MEMBER-10", Group: "deals",
		When: `customer.group == "MEMBER" and quantity >= qty("5 EA")`,
		Then: pricing.Discount{Kind: pricing.Percent, Rate: money.MustRate("10%")},
	}
}
