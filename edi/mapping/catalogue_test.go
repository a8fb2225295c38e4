package mapping_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

const priceList = `832
BCT*PC*CAT-9*3******Brushes*00
REF*CT*C-1
DTM*007*20260401
CUR*SE*USD
N1*SE*Brush Works*92*V88
LIN*1*VN*BR-10*UP*614141999996
DTM*007*20260501
PID*F****Brush, round
PO4*12*1*EA
CTP**CAT*2.5*1*EA
CTP*DI*CAT*2.4*144*EA
DTM*036*20261231
CTP**RES*495*1*EA****HP
LIN*2*VN*BR-20
G53*002
CTT*2`

func TestCatalogue(t *testing.T) {
	c, found := mapping.ReadCatalogue(set(t, priceList), mapping.Options{})
	assert.Empty(t, found, "%v", found)
	assert.Equal(t, []any{"PC", "CAT-9", "3", "Brushes", money.USD, "2026-04-01", false},
		[]any{c.Purpose, c.Number, c.Version, c.Description, c.Currency, c.Effective.String(), c.Changes})
	require.Len(t, c.Items, 2)
	assert.Equal(t, mapping.CatalogueItem{ID: "1", Description: "Brush, round", Effective: calendar.MustDate("2026-05-01"), Pack: 12, Size: each(1),
		Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: "BR-10"}, {Scheme: order.SchemeGTIN, Value: "614141999996"}},
		Prices: []mapping.CataloguePrice{
			{Kind: "CAT", Price: usd("2.5"), Unit: quantity.Each},
			{Kind: "CAT", Class: "DI", Price: usd("2.4"), Unit: quantity.Each, From: each(144), Until: calendar.MustDate("2026-12-31")},
			{Basis: mapping.RetailPrice, Kind: "RES", Price: usd("495"), Unit: quantity.Each, Per: 100},
		}}, c.Items[0])
	assert.True(t, c.Items[1].Withdrawn)

	// the day of a price that cannot be read is not that of the one before
	c, found = mapping.ReadCatalogue(set(t, strings.Replace(priceList, "CTP*DI*CAT*2.4*", "DTM*007*20260601\nCTP*DI*CAT*cheap*", 1)), mapping.Options{})
	assert.True(t, found.Blocks())
	require.Len(t, c.Items[0].Prices, 2)
	assert.Equal(t, []any{calendar.MustDate("2026-06-01"), calendar.Date{}}, []any{c.Items[0].Prices[0].Effective, c.Items[0].Prices[0].Until})
}

// TestPriceOn: of the prices of an item one holds on a day for a quantity.
func TestPriceOn(t *testing.T) {
	day := calendar.MustDate
	l := mapping.CatalogueItem{Effective: day("2026-04-01"), Prices: []mapping.CataloguePrice{
		{Basis: mapping.NetPrice, Price: usd("3.00")},
		{Basis: mapping.NetPrice, Price: usd("2.50"), From: each(100)},
		{Basis: mapping.NetPrice, Price: usd("2.00"), Effective: day("2026-05-01"), Until: day("2026-05-31"), To: each(500)},
		{Basis: mapping.NetPrice, Class: "DI", Price: usd("1.00"), Effective: day("2026-04-01"), Until: day("2026-12-31")},
		{Basis: mapping.GrossPrice, Price: usd("4.00")},
	}}
	for _, c := range []struct {
		day   string
		count int64
		want  string
	}{
		{"2026-04-01", 1, "3.00"}, {"2026-04-01", 99, "3.00"}, {"2026-04-01", 100, "2.50"}, {"2026-05-01", 1, "2.00"}, {"2026-05-31", 500, "2.00"},
		{"2026-05-31", 501, "2.50"}, {"2026-06-01", 1, "3.00"},
	} {
		p, ok := l.PriceOn(mapping.NetPrice, day(c.day), each(c.count))
		require.True(t, ok)
		assert.Equal(t, usd(c.want), p.Price, "%s %d", c.day, c.count)
	}
	_, ok := l.PriceOn(mapping.NetPrice, day("2026-03-31"), each(1))
	assert.False(t, ok, "the line does not hold yet")
	_, ok = l.PriceOn(mapping.RetailPrice, day("2026-04-01"), each(1))
	assert.False(t, ok)
	p, ok := l.PriceOn(mapping.NetPrice, day("2026-04-01"), quantity.New(1000, quantity.Kilogram))
	assert.True(t, ok)
	assert.Equal(t, usd("3.00"), p.Price, "the scale is in another unit")

	c, _ := mapping.ReadCatalogue(set(t, priceList), mapping.Options{})
	items := c.Find(order.ItemIdentifier{Scheme: order.SchemeVendor, Value: "BR-10"})
	require.Len(t, items, 1)
	p, ok = items[0].PriceOn(mapping.RetailPrice, day("2026-05-01"), each(1))
	assert.True(t, ok)
	assert.Equal(t, usd("495"), p.Price)
	assert.Empty(t, c.Find(order.ItemIdentifier{Scheme: order.SchemeBuyer, Value: "BR-10"}))
}

func TestCatalogueFindings(t *testing.T) {
	for _, c := range []struct {
		name, old, new, code string
		severity             finding.Severity
	}{
		{"no beginning", "BCT*PC*CAT-9*3******Brushes*00\n", "", "bct-missing", finding.Block},
		{"two beginnings", "REF*CT*C-1", "BCT*PC", "bct-repeated", finding.Block},
		{"no items", priceList[strings.Index(priceList, "LIN*1"):], "CTT*0", "lin-missing", finding.Block},
		{"no item", "LIN*2*VN*BR-20", "LIN*2", "item-missing", finding.Block},
		{"no such currency", "CUR*SE*USD", "CUR*SE*XXQ", "currency", finding.Block},
		{"no currency", "CUR*SE*USD\n", "", "price-currency", finding.Warning},
		{"no number", "CAT*2.5*", "CAT*dear*", "price", finding.Block},
		{"no price", "CAT*2.5*", "CAT**", "price-missing", finding.Warning},
		{"no such unit", "2.5*1*EA", "2.5*1*E-A", "unit", finding.Warning},
		{"a line too few", "CTT*2", "CTT*3", "line-count", finding.Warning},
		{"another purpose", "Brushes*00", "Brushes*ZZ", "purpose", finding.Warning},
		{"a condition of all", "CUR*SE", "CTP*DI***1*EA*DIS*.67\nCUR*SE", "condition", finding.Warning},
	} {
		require.Contains(t, priceList, c.old, c.name)
		_, found := mapping.ReadCatalogue(set(t, strings.Replace(priceList, c.old, c.new, 1)), mapping.Options{})
		told := found.With("mapping.832." + c.code)
		require.NotEmpty(t, told, "%s: %v", c.name, found)
		assert.Equal(t, c.severity, told[0].Severity, c.name)
	}
	c, _ := mapping.ReadCatalogue(set(t, strings.Replace(priceList, "Brushes*00", "Brushes*04", 1)), mapping.Options{})
	assert.True(t, c.Changes)
	_, found := mapping.ReadCatalogue(set(t, plain), mapping.Options{})
	assert.NotEmpty(t, found.With("mapping.832.wrong-set"))
}

func TestCataloguesByOthers(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testdata(t), "corpus", "832*.x12"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		for _, set := range readFile(t, name) {
			c, found := mapping.ReadCatalogue(set, mapping.Options{Currency: money.USD})
			assert.False(t, found.Blocks(), "%s: %v", name, found)
			require.NotEmpty(t, c.Items, name)
			assert.NotEmpty(t, c.Items[0].Prices, name)
		}
	}
}

// A vendor sends its prices.
func ExampleReadCatalogue() {
	catalogue, found := mapping.ReadCatalogue(set(new(testing.T), priceList), mapping.Options{})
	if found.Blocks() {
		fmt.Println(found)
		return
	}
	for _, p := range catalogue.Items[0].Prices {
		fmt.Println(p.Kind, p.Price, max(p.Per, 1), p.Unit)
	}
	// Output:
	// CAT 2.50 USD 1 EA
	// CAT 2.40 USD 1 EA
	// RES 495.00 USD 100 EA
}
