package shop

import (
	"github.com/o2ckit/o2c/kernel/item"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

// SampleMaster is the master data of the made-up distributor Meridian Supply
// and its four customers.
func SampleMaster() (*Master, error) {
	return NewMaster(sampleParties(), sampleAccounts(), sampleItems(), samplePrices())
}

func sampleParties() []party.Party {
	us := func(line, city, region, zip string) party.Address {
		return party.Address{Lines: []string{line}, City: city, Region: region, PostalCode: zip, Country: party.UnitedStates}
	}
	return []party.Party{
		{ID: "P-BIGBOX", Name: "Bigbox Stores", Address: us("1 Commerce Way", "Columbus", "OH", "43215"),
			Identifiers: []party.Identifier{{Scheme: party.DUNS, Value: "123456789"}}},
		{ID: "P-GROCER", Name: "Green Valley Grocers", Address: us("88 Orchard Road", "Fresno", "CA", "93706"),
			Identifiers: []party.Identifier{{Scheme: party.GLN, Value: "0614141000449"}}},
		{ID: "P-AUTO", Name: "Autoline Parts", Identifiers: []party.Identifier{{Scheme: party.AssignedByBuyer, Value: "AL-7"}},
			Address: party.Address{Lines: []string{"4000 Foundry Street"}, City: "Windsor", Region: "ON", PostalCode: "N8Y 1A1", Country: party.Canada}},
		{ID: "P-HARBOUR", Name: "Harbour Hardware", Address: us("12 Quay Street", "Portland", "ME", "04101")},
	}
}

func sampleAccounts() []party.Account {
	return []party.Account{
		{ID: "C-100", Party: "P-BIGBOX", Currency: money.USD, PaymentTerms: "2/10 net 30", Class: "gold"},
		{ID: "C-200", Party: "P-GROCER", Currency: money.USD, PaymentTerms: "net 30"},
		{ID: "C-300", Party: "P-AUTO", Currency: money.USD, PaymentTerms: "net 30"},
		{ID: "C-400", Party: "P-HARBOUR", Currency: money.USD, PaymentTerms: "net 15",
			Shipping: party.Shipping{Delivery: party.DeliverShipComplete}},
	}
}

func sampleItems() []item.Item {
	trade := func(id, description string, perCase int64, grams string, more func(*item.Item)) item.Item {
		it := item.Item{ID: id, Description: description, Units: units(perCase), Lifecycle: item.Lifecycle{Status: item.Active},
			Packaging: []item.Packaging{{Unit: quantity.Each, Gross: quantity.MustParse(grams + " GR")}}}
		if more != nil {
			more(&it)
		}
		return it
	}
	return []item.Item{
		trade("HAM-16", "Claw hammer 16 oz", 12, "750", func(it *item.Item) {
			it.CustomerParts = []item.CustomerPart{{Customer: "C-100", Number: "BB-1001"}}
		}),
		trade("NAIL-8D", "Nails 8d", 0, "5", nil),
		trade("DRILL-18V", "Cordless drill 18 V", 4, "1800", nil),
		trade("GLOVE-L", "Work gloves, large", 60, "90", nil),
		trade("TAPE-5M", "Tape measure 5 m", 24, "210", func(it *item.Item) {
			it.GTINs = []item.UnitGTIN{{Unit: quantity.Each, GTIN: "0614141000050"}, {Unit: quantity.Case, GTIN: "614141000036"}}
		}),
		trade("BATT-AA", "Batteries AA, pack of 8", 48, "190", func(it *item.Item) {
			it.GTINs = []item.UnitGTIN{{Unit: quantity.Case, GTIN: "00614141000043"}}
		}),
		trade("SAW-20", "Hand saw 20 in", 10, "600", func(it *item.Item) { it.Lifecycle.Status = item.Discontinued }),
	}
}

func samplePrices() []pricing.Record {
	list := func(id, price string, per int64) pricing.Record {
		return pricing.Record{ID: "LIST-" + id, Key: pricing.Key{Item: id}, Price: money.MustParse(price + " USD"), Per: per, Unit: quantity.Each}
	}
	return []pricing.Record{
		list("HAM-16", "11.50", 1), list("NAIL-8D", "4.60", 100), list("DRILL-18V", "92.00", 1),
		{ID: "LIST-GLOVE-L", Key: pricing.Key{Item: "GLOVE-L"}, Unit: quantity.Each, Scale: &pricing.Scale{
			Kind: pricing.AllUnits, Bound: pricing.BoundFrom, Rows: []pricing.ScaleRow{
				{Quantity: quantity.New(1, quantity.Each), Price: money.MustParse("3.90 USD")},
				{Quantity: quantity.New(240, quantity.Each), Price: money.MustParse("3.40 USD")},
			}}},
		list("TAPE-5M", "6.25", 1), list("BATT-AA", "4.15", 1), list("SAW-20", "15.00", 1),
		{ID: "K-BIGBOX-HAM", Key: pricing.Key{Account: "C-100", Item: "HAM-16"}, Price: money.MustParse("11.10 USD"), Unit: quantity.Each},
	}
}

// SampleCredit is the credit limit of each account.
func SampleCredit() map[string]money.Amount {
	return map[string]money.Amount{
		"C-100": money.MustParse("250000.00 USD"), "C-200": money.MustParse("60000.00 USD"),
		"C-300": money.MustParse("2500.00 USD"), "C-400": money.MustParse("10000.00 USD"),
	}
}

// OnHand is stock in base units at the opening, and on its way.
type OnHand struct {
	Item string
	// Site is where it is. Empty: the first warehouse.
	Site     string
	Quantity int64
	// Coming is what a purchase order will bring, after Days days. 0: nothing.
	Coming int64
	Days   int
}

// SampleStock is what the shop begins with.
func SampleStock() []OnHand {
	return []OnHand{
		{Item: "HAM-16", Quantity: 400},
		{Item: "NAIL-8D", Quantity: 20000},
		{Item: "DRILL-18V", Quantity: 30, Coming: 80, Days: 6},
		{Item: "GLOVE-L", Quantity: 1500},
		{Item: "TAPE-5M", Quantity: 700},
		{Item: "BATT-AA", Quantity: 2400, Coming: 480, Days: 3},
		{Item: "SAW-20", Quantity: 4},
		{Item: "DRILL-18V", Site: west, Quantity: 10},
	}
}
