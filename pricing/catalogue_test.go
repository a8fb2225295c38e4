package pricing_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

// A catalogue says for every day what the engine says: a book made of it prices the
// same, and what it leaves out has no price.
func TestCatalogueIsWhatIsPriced(t *testing.T) {
	first := date("2026-03-20")
	rapid.Check(t, func(r *rapid.T) {
		s := setup{schema: schemaOf(), zone: time.FixedZone("", 2*3600)}
		s.schema.Access = []pricing.Access{
			{Fields: []pricing.Field{pricing.FieldAccount, pricing.FieldItem}},
			{Fields: []pricing.Field{pricing.FieldPriceList, pricing.FieldItem}},
			{Fields: []pricing.Field{pricing.FieldItem}},
		}
		for _, item := range []string{"A", "B"} {
			for n, key := range []pricing.Key{{Account: "C", Item: item}, {PriceList: "P", Item: item}, {Item: item}} {
				from := first.AddDays(rapid.IntRange(-3, 8).Draw(r, "from"))
				for part := range rapid.IntRange(0, 3).Draw(r, "records") {
					to := from.AddDays(rapid.IntRange(1, 6).Draw(r, "days"))
					s.records = append(s.records, pricing.Record{
						ID: fmt.Sprint(item, n, part), Key: key, Price: money.FromMinor(int64(len(s.records)+1), money.USD),
						Unit: quantity.Each, From: from, To: to,
					})
					from = to.AddDays(rapid.IntRange(0, 2).Draw(r, "gap"))
				}
			}
		}
		e := s.engine(t)
		customer := pricing.Customer{Account: "C", PriceLists: []string{"P"}}
		list, err := e.Catalogue(t.Context(), pricing.CatalogueRequest{
			Customer: customer, Currency: money.USD, From: first, To: first.AddDays(14),
			Items: []pricing.CatalogueItem{{Item: "A", Unit: quantity.Each}, {Item: "B", Unit: quantity.Each}},
		})
		require.NoError(t, err)
		own := s
		own.records, own.schema.Access = list, s.schema.Access[:1]
		theirs := own.engine(t)
		for day := range 14 {
			req := request(line("A", 1), line("B", 1))
			req.Customer, req.At = customer, first.AddDays(day).In(s.zone).Add(13*time.Hour)
			assert.Equal(r, totals(price(t, e, req)), totals(price(t, theirs, req)), "day %d", day)
		}
	})
}

func TestCatalogueKeepsWhatARecordSays(t *testing.T) {
	s := setup{schema: schemaOf(), records: []pricing.Record{
		{
			ID: "K", Key: pricing.Key{Contract: "K1", Item: "A"}, Unit: quantity.Each, From: date("2026-04-01"),
			Scale: &pricing.Scale{Kind: pricing.AllUnits, Bound: pricing.BoundFrom, Rows: []pricing.ScaleRow{
				{Quantity: ea(10), Price: usd("1.00")}, {Quantity: ea(100), Price: usd("0.90")},
			}},
		},
		{ID: "L", Key: pricing.Key{Item: "A"}, Price: usd("120.00"), Per: 100, Unit: quantity.Each},
	}}
	s.schema.Access = []pricing.Access{{Fields: []pricing.Field{pricing.FieldContract, pricing.FieldItem}}, {Fields: []pricing.Field{pricing.FieldItem}}}
	list, err := s.engine(t).Catalogue(t.Context(), pricing.CatalogueRequest{
		Customer: pricing.Customer{Account: "C", Contracts: []string{"K1"}}, Currency: money.USD,
		From: date("2026-03-30"), To: date("2026-04-03"), Items: []pricing.CatalogueItem{{Item: "A", Unit: quantity.Each}},
	})
	require.NoError(t, err)
	key := pricing.Key{Account: "C", Item: "A"}
	assert.Equal(t, []pricing.Record{
		{ID: "L", Key: key, Price: usd("120.00"), Per: 100, Unit: quantity.Each, Discounts: pricing.DiscountsAllowed,
			From: date("2026-03-30"), To: date("2026-04-01")},
		{ID: "K", Key: key, Per: list[1].Per, Unit: quantity.Each, Discounts: pricing.DiscountsRefused, Scale: s.records[0].Scale,
			From: date("2026-04-01"), To: date("2026-04-03")},
	}, list)
}

func TestCatalogueRequestsThatAreRefused(t *testing.T) {
	e := setup{schema: schemaOf(), records: []pricing.Record{listPrice("A", "1.00 USD")}}.engine(t)
	_, err := e.Catalogue(t.Context(), pricing.CatalogueRequest{
		From: date("2026-03-30"), To: date("2036-04-30"), Currency: money.USD,
		Items: []pricing.CatalogueItem{{Item: "A", Unit: quantity.Each}, {Item: "A"}},
	})
	var refused *pricing.RequestError
	require.ErrorAs(t, err, &refused)
	for _, want := range []string{"customer.account", "to: 3684 days", "items[1]: items[0] is A too", "items[1]: it has no unit"} {
		assert.ErrorContains(t, err, want)
	}
	_, err = e.Catalogue(t.Context(), pricing.CatalogueRequest{Customer: pricing.Customer{Account: "C"}, Currency: money.USD})
	assert.ErrorContains(t, err, "is no time")
}
