package pricing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

// everyAccess goes from the most specific key to the item alone.
func everyAccess() pricing.Schema {
	s := schemaOf(discountStep("d", pricing.BaseRunning))
	s.Access = []pricing.Access{
		{Fields: []pricing.Field{pricing.FieldContract, pricing.FieldItem}},
		{Fields: []pricing.Field{pricing.FieldAccount, pricing.FieldItem}},
		{Fields: []pricing.Field{pricing.FieldGroup, pricing.FieldPriceList, pricing.FieldItem}},
		{Fields: []pricing.Field{pricing.FieldHierarchy, pricing.FieldItem}},
		{Fields: []pricing.Field{pricing.FieldItem, pricing.FieldPriceList}},
		{Fields: []pricing.Field{pricing.FieldAccount, pricing.FieldCategory}},
		{Fields: []pricing.Field{pricing.FieldItem}},
	}
	return s
}

func keyed(id string, k pricing.Key, price string) pricing.Record {
	return pricing.Record{ID: id, Key: k, Price: money.MustParse(price), Unit: quantity.Each}
}

// pricing.md: most specific first, first hit wins, explicit 0 is a hit; the
// record used is named in the result.
func TestAccessSequence(t *testing.T) {
	customer := pricing.Customer{
		Account: "100", Group: "GOLD", Hierarchy: []string{"DALLAS", "TEXAS"},
		Contracts: []string{"K-7", "K-1"}, PriceLists: []string{"SPRING", "RETAIL"},
	}
	records := map[string]pricing.Record{
		"contract 1":      keyed("contract 1", pricing.Key{Contract: "K-1", Item: "A"}, "1 USD"),
		"contract 7":      keyed("contract 7", pricing.Key{Contract: "K-7", Item: "A"}, "7 USD"),
		"other contract":  keyed("other contract", pricing.Key{Contract: "K-9", Item: "A"}, "9 USD"),
		"account":         keyed("account", pricing.Key{Account: "100", Item: "A"}, "100 USD"),
		"account, zero":   keyed("account, zero", pricing.Key{Account: "100", Item: "A"}, "0 USD"),
		"group and list":  keyed("group and list", pricing.Key{Group: "GOLD", PriceList: "RETAIL", Item: "A"}, "50 USD"),
		"near node":       keyed("near node", pricing.Key{Hierarchy: "DALLAS", Item: "A"}, "20 USD"),
		"far node":        keyed("far node", pricing.Key{Hierarchy: "TEXAS", Item: "A"}, "21 USD"),
		"list":            keyed("list", pricing.Key{PriceList: "RETAIL", Item: "A"}, "30 USD"),
		"first list":      keyed("first list", pricing.Key{PriceList: "SPRING", Item: "A"}, "31 USD"),
		"category":        keyed("category", pricing.Key{Account: "100", Category: "TOOLS"}, "40 USD"),
		"item":            keyed("item", pricing.Key{Item: "A"}, "60 USD"),
		"other item":      keyed("other item", pricing.Key{Item: "B"}, "61 USD"),
		"account, in EUR": keyed("account, in EUR", pricing.Key{Account: "100", Item: "A"}, "62 EUR"),
		// The same word in another field is another key.
		"list called 100": keyed("list called 100", pricing.Key{PriceList: "100", Item: "A"}, "63 USD"),
	}
	for name, c := range map[string]struct {
		have []string
		want string
	}{
		"the customer's first contract":     {[]string{"contract 1", "contract 7", "account", "item"}, "contract 7"},
		"a contract of somebody else":       {[]string{"other contract", "item"}, "item"},
		"contract before account":           {[]string{"account", "contract 1"}, "contract 1"},
		"account before group":              {[]string{"group and list", "account"}, "account"},
		"a price of 0 is a hit":             {[]string{"account, zero", "item"}, "account, zero"},
		"three fields":                      {[]string{"group and list", "near node"}, "group and list"},
		"the nearest node":                  {[]string{"far node", "near node", "list"}, "near node"},
		"a node further up":                 {[]string{"far node", "list"}, "far node"},
		"the customer's first list":         {[]string{"list", "first list"}, "first list"},
		"list before category":              {[]string{"category", "list"}, "list"},
		"category before item":              {[]string{"category", "item"}, "category"},
		"another currency is another price": {[]string{"account, in EUR", "item"}, "item"},
		"a word in another field":           {[]string{"list called 100", "item"}, "item"},
		"nothing":                           {[]string{"other item", "other contract"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := setup{schema: everyAccess()}
			for _, r := range c.have {
				s.records = append(s.records, records[r])
			}
			r := request(pricing.Line{Item: "A", Category: "TOOLS", Quantity: ea(1)})
			r.Customer = customer
			got := price(t, s.engine(t), r)
			assert.Equal(t, c.want, got.Lines[0].Record)
			if c.want == "" {
				assert.False(t, got.Lines[0].Priced)
				require.Len(t, got.Findings, 1)
				assert.Equal(t, "pricing.price-missing", got.Findings[0].Code)
				assert.Equal(t, "lines[0]", got.Findings[0].Path)
				return
			}
			assert.Equal(t, records[c.want].Price, got.Total)
			assert.Empty(t, got.Findings)
		})
	}
}

// pricing.md: a contract price ends the search; promotions apply to it only where
// the contract says so.
func TestContractPricesAndDiscounts(t *testing.T) {
	for name, c := range map[string]struct {
		key    pricing.Key
		policy pricing.DiscountPolicy
		want   string
	}{
		"a list price":                        {pricing.Key{Item: "A"}, "", "90.00"},
		"a list price that is net":            {pricing.Key{Item: "A"}, pricing.DiscountsRefused, "100.00"},
		"a contract price":                    {pricing.Key{Contract: "K", Item: "A"}, "", "100.00"},
		"a contract that allows for discount": {pricing.Key{Contract: "K", Item: "A"}, pricing.DiscountsAllowed, "90.00"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, scope := range []pricing.Scope{pricing.ScopeLine, pricing.ScopeOrder} {
				record := keyed("R", c.key, "100 USD")
				record.Discounts = c.policy
				s := setup{schema: everyAccess(), records: []pricing.Record{record}, rules: []pricing.Rule{always("d", percent("10%"))}}
				s.schema.Steps[1].Scope = scope
				r := request(line("A", 1))
				r.Customer.Contracts = []string{"K"}
				r.Trace = pricing.TraceFull
				got := price(t, s.engine(t), r)
				assert.Equal(t, usd(c.want), got.Total, scope)
				if c.want == "100.00" {
					entries := got.Lines[0].Entries
					assert.Equal(t, pricing.WhyClosed, entries[len(entries)-1].Why)
					assert.Equal(t, "R", entries[len(entries)-1].Detail, "the record that closed the line")
				}
			}
		})
	}
}

// pricing.md: validity is half open, in a stated time zone.
func TestValidity(t *testing.T) {
	chicago, err := time.LoadLocation("America/Chicago")
	require.NoError(t, err)
	older, newer := listPrice("A", "10 USD"), listPrice("A", "11 USD")
	older.To, newer.From = date("2026-04-01"), date("2026-04-01")
	for name, c := range map[string]struct {
		at   time.Time
		zone *time.Location
		want string
	}{
		"the day before":                   {time.Date(2026, 3, 31, 23, 59, 59, 0, time.UTC), time.UTC, "10.00"},
		"the day":                          {time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), time.UTC, "11.00"},
		"midnight in UTC, evening there":   {time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), chicago, "10.00"},
		"an instant before midnight there": {time.Date(2026, 4, 1, 4, 59, 59, 0, time.UTC), chicago, "10.00"},
		"midnight there":                   {time.Date(2026, 4, 1, 5, 0, 0, 0, time.UTC), chicago, "11.00"},
		"the location of the time itself":  {time.Date(2026, 4, 1, 0, 30, 0, 0, time.FixedZone("", 7200)), time.UTC, "10.00"},
	} {
		t.Run(name, func(t *testing.T) {
			r := request(line("A", 1))
			r.At = c.at
			e := setup{schema: schemaOf(), records: []pricing.Record{older, newer}, zone: c.zone}.engine(t)
			assert.Equal(t, usd(c.want), price(t, e, r).Total)
		})
	}
	t.Run("a record that no longer holds lets the next access in", func(t *testing.T) {
		account := keyed("account", pricing.Key{Account: "100", Item: "A"}, "5 USD")
		account.To = date("2026-03-01")
		e := setup{schema: everyAccess(), records: []pricing.Record{account, keyed("item", pricing.Key{Item: "A"}, "60 USD")}}.engine(t)
		r := request(line("A", 1))
		r.Customer.Account, r.Trace = "100", pricing.TraceFull
		got := price(t, e, r)
		assert.Equal(t, "item", got.Lines[0].Record)
		assert.Equal(t, pricing.WhyNotValid, got.Lines[0].Entries[1].Why)
		assert.Equal(t, "account+item", got.Lines[0].Entries[1].Detail)
	})
}

// Of the records of one key the one in the ordered unit goes first, then the one
// in the base unit.
func TestUnitsOfOneKey(t *testing.T) {
	units, err := quantity.NewConversions(quantity.Each,
		quantity.Conversion{Unit: quantity.Case, Of: 12}, quantity.Conversion{Unit: quantity.Pallet, Of: 480})
	require.NoError(t, err)
	each, box := listPrice("A", "1 USD"), listPrice("A", "10 USD")
	box.Unit = quantity.Case
	kilo := listPrice("A", "3 USD")
	kilo.Unit = quantity.Kilogram
	ordered := func(n int64, u quantity.Unit) pricing.Request {
		return request(pricing.Line{Item: "A", Quantity: quantity.New(n, u), Units: units})
	}
	both := setup{schema: schemaOf(), records: []pricing.Record{each, box, kilo}}.engine(t)
	assert.Equal(t, usd("10.00"), price(t, both, ordered(1, quantity.Case)).Total)
	assert.Equal(t, usd("12.00"), price(t, both, ordered(12, quantity.Each)).Total)
	assert.Equal(t, usd("480.00"), price(t, both, ordered(1, quantity.Pallet)).Total)
	cases := setup{schema: schemaOf(), records: []pricing.Record{box, kilo}}.engine(t)
	assert.Equal(t, usd("400.00"), price(t, cases, ordered(1, quantity.Pallet)).Total)

	// The price of a unit that cannot be bridged is not passed over for a more
	// general one.
	special := keyed("special", pricing.Key{Account: "100", Item: "A"}, "3 USD")
	special.Unit = quantity.Kilogram
	s := setup{schema: everyAccess(), records: []pricing.Record{special, keyed("item", pricing.Key{Item: "A"}, "60 USD")}}
	r := ordered(1, quantity.Each)
	r.Customer.Account = "100"
	got := price(t, s.engine(t), r)
	assert.False(t, got.Lines[0].Priced)
	assert.Len(t, got.Findings.With("pricing.price-unit"), 1)
}

// Lines without a category are not of one category.
func TestScaleOverNoCategory(t *testing.T) {
	record := pricing.Record{ID: "S", Key: pricing.Key{Item: "A"}, Unit: quantity.Each, Scale: &pricing.Scale{
		Kind: pricing.AllUnits, Bound: pricing.BoundFrom, Over: pricing.OverCategory,
		Rows: scaleRows(quantity.Each, [2]int64{1, 10}, [2]int64{100, 9}),
	}}
	e := setup{schema: schemaOf(), records: []pricing.Record{record}}.engine(t)
	assert.Equal(t, []string{"600.00", "600.00"}, totals(price(t, e, request(line("A", 60), line("A", 60)))))
}

// A scale over the item counts all its lines, in whatever units they are.
func TestScaleOverItem(t *testing.T) {
	units, err := quantity.NewConversions(quantity.Each, quantity.Conversion{Unit: quantity.Case, Of: 12})
	require.NoError(t, err)
	record := pricing.Record{ID: "S", Key: pricing.Key{Item: "A"}, Unit: quantity.Each, Scale: &pricing.Scale{
		Kind: pricing.AllUnits, Bound: pricing.BoundFrom, Over: pricing.OverItem,
		Rows: scaleRows(quantity.Each, [2]int64{1, 10}, [2]int64{100, 9}),
	}}
	e := setup{schema: schemaOf(), records: []pricing.Record{record}}.engine(t)
	got := price(t, e, request(
		pricing.Line{Item: "A", Quantity: quantity.New(8, quantity.Case), Units: units},
		pricing.Line{Item: "A", Quantity: ea(4), Units: units},
	))
	assert.Equal(t, []string{"864.00", "36.00"}, totals(got), "96 and 4 are 100")
	got = price(t, e, request(
		pricing.Line{Item: "A", Quantity: quantity.New(8, quantity.Case), Units: units},
		pricing.Line{Item: "A", Quantity: ea(3), Units: units},
	))
	assert.Equal(t, []string{"960.00", "30.00"}, totals(got), "the engine does not remember the request before")
}
