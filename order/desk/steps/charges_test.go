package steps_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk/steps"
	"github.com/o2ckit/o2c/pricing"
)

func pieces(n int64) quantity.Quantity { return quantity.New(n, quantity.Each) }

// everyStep prices with every kind of step that leaves entries, at both scopes,
// statistical ones among them.
func everyStep(t require.TestingT, currency money.Currency, price func(name string) int64, rate money.Rate) *pricing.Engine {
	minor := func(name string) money.Amount { return money.FromMinor(price(name), currency) }
	book, err := pricing.NewBook(
		pricing.Record{ID: "L-A", Key: pricing.Key{Item: "A"}, Price: minor("A"), Per: 7, Unit: quantity.Each},
		pricing.Record{ID: "L-B", Key: pricing.Key{Item: "B"}, Price: minor("B"), Unit: quantity.Each})
	require.NoError(t, err)
	rule := func(group string, d pricing.Discount) pricing.Rule {
		return pricing.Rule{ID: group + "-rule", Group: group, When: "true", Then: d}
	}
	percent := pricing.Discount{Kind: pricing.Percent, Rate: rate}
	rules, err := pricing.NewRuleBook("test",
		rule("off", percent), rule("round off", percent),
		rule("each", pricing.Discount{Kind: pricing.AmountPerUnit, Amount: minor("each"), Per: 12}),
		rule("cost", pricing.Discount{Kind: pricing.AmountPerUnit, Amount: minor("cost")}),
		rule("order", pricing.Discount{Kind: pricing.AmountOff, Amount: minor("order")}),
		rule("bonus", percent))
	require.NoError(t, err)
	engine, err := pricing.New(pricing.Config{
		Schema: pricing.Schema{
			Name: "all", AllowNegative: true,
			Access: []pricing.Access{{Name: "item", Fields: []pricing.Field{pricing.FieldItem}}},
			Steps: []pricing.Step{
				{Name: "list", Label: "List price", Kind: pricing.StepPrice, Account: "4000"},
				{Name: "off", Label: "Season", Kind: pricing.StepDiscount, Base: pricing.BaseList, Account: "4010"},
				{Name: "round off", Kind: pricing.StepDiscount, Base: pricing.BaseRunning, Exact: true},
				{Name: "each", Kind: pricing.StepSurcharge, Base: pricing.BaseRunning},
				{Name: "by hand", Kind: pricing.StepOverride, Base: pricing.BaseRunning},
				{Name: "packing", Kind: pricing.StepCharge},
				{Name: "cost", Kind: pricing.StepSurcharge, Base: pricing.BaseRunning, Statistical: true},
				{Name: "order", Kind: pricing.StepDiscount, Base: pricing.BaseRunning, Scope: pricing.ScopeOrder},
				{Name: "bonus", Kind: pricing.StepDiscount, Base: pricing.BaseRunning, Scope: pricing.ScopeOrder, Statistical: true},
				{Name: "freight", Kind: pricing.StepCharge, Scope: pricing.ScopeOrder},
			},
		},
		Prices: book, Rules: rules, Zone: time.UTC,
	})
	require.NoError(t, err)
	return engine
}

// Every entry that counts is a charge of the order in its place, with all that
// the entry says; every statistical one is among the statistics; and the order
// comes to what pricing said. What an entry says is compared field by field as
// JSON, so that a new field of an entry cannot be forgotten.
func TestNothingIsLostOnTheWayToTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		currency := rapid.SampledFrom([]money.Currency{money.USD, money.JPY, money.KWD}).Draw(t, "currency")
		price := func(name string) int64 { return rapid.Int64Range(0, 99_999).Draw(t, name) }
		rate, err := money.RateFromDecimal(decimal.New(rapid.Int64Range(0, 9_999).Draw(t, "rate"), -5))
		require.NoError(t, err)
		engine := everyStep(t, currency, price, rate)

		req := pricing.Request{Currency: currency, At: monday, Trace: rapid.SampledFrom([]pricing.Trace{pricing.TraceOff, pricing.TraceFull}).Draw(t, "trace")}
		received, identified := order.Received{ID: "SO-1"}, order.Identified{Customer: "C1"}
		for i := range rapid.IntRange(1, 5).Draw(t, "lines") {
			l := pricing.Line{
				ID: fmt.Sprint(i + 1), Item: rapid.SampledFrom([]string{"A", "B"}).Draw(t, "item"),
				Quantity:  pieces(rapid.Int64Range(1, 500).Draw(t, "quantity")),
				Overrides: []pricing.Override{{Step: "by hand", Kind: pricing.TakePercent, Rate: rate, Actor: "ann", Reason: "late last time"}},
			}
			if rapid.Bool().Draw(t, "packed") {
				l.Charges = []pricing.Charge{{Step: "packing", Amount: money.FromMinor(price("packing"), currency), Source: "gift box"}}
			}
			req.Lines = append(req.Lines, l)
			received.Document.Lines = append(received.Document.Lines, order.Request{ID: l.ID, Item: l.Item, Quantity: l.Quantity})
			identified.Lines = append(identified.Lines, order.IdentifiedLine{Line: l.ID, Item: l.Item, Base: l.Quantity})
		}
		req.Charges = []pricing.Charge{{Step: "freight", Amount: money.FromMinor(price("freight"), currency), Source: "ground"}}
		result, err := engine.Price(t.Context(), req)
		require.NoError(t, err)

		var o order.Order
		for _, e := range []any{received, identified, steps.Priced(&result)} {
			require.NoError(t, o.Apply(e))
		}
		require.Equal(t, result.Total, o.Total())
		carried(t, true, result.Entries, o.Charges, o.Statistics)
		for i := range result.Lines {
			l := o.Line(result.Lines[i].ID)
			require.Equal(t, result.Lines[i].Total, l.Net)
			sum := decimal.Zero
			for _, c := range l.Charges {
				sum = sum.Add(c.Amount.Decimal())
			}
			require.True(t, sum.Equal(l.Net.Decimal()), "%s of %s", sum, l.Net)
			carried(t, false, result.Lines[i].Entries, l.Charges, l.Statistics)
		}
	})
}

// carried holds entries against what was made of them.
func carried(t require.TestingT, ofOrder bool, entries []pricing.Entry, charges, statistics []order.Charge) {
	for i := range entries {
		e := &entries[i]
		var c order.Charge
		switch {
		case e.Why != "":
			continue
		case e.Statistical:
			require.NotEmpty(t, statistics, "the entry %s", e.Step)
			c, statistics = statistics[0], statistics[1:]
		default:
			require.NotEmpty(t, charges, "the entry %s", e.Step)
			c, charges = charges[0], charges[1:]
		}
		want, got := fields(t, e), fields(t, c)
		// The sums up to the step follow from the charges; what is statistical
		// stands apart; and a charge of the order says that it was spread.
		for _, told := range []string{"before", "after", "statistical", "from_order"} {
			delete(want, told)
		}
		delete(got, "spread")
		require.Equal(t, want, got)
		require.Equal(t, ofOrder || e.FromOrder, c.Spread, "the entry %s", e.Step)
	}
	require.Empty(t, charges)
	require.Empty(t, statistics)
}

func fields(t require.TestingT, v any) map[string]any {
	data, err := json.Marshal(v)
	require.NoError(t, err)
	var m map[string]any
	require.NoError(t, json.Unmarshal(data, &m))
	return m
}

// The price of a record may be for another unit than the one that was ordered;
// the order then says for which.
func TestPriceUnitOfTheOrder(t *testing.T) {
	engine := everyStep(t, money.USD, func(string) int64 { return 700 }, money.MustRate("0"))
	units, err := quantity.NewConversions(quantity.Each, quantity.Conversion{Unit: quantity.Case, Of: 12})
	require.NoError(t, err)
	result, err := engine.Price(t.Context(), pricing.Request{Currency: money.USD, At: monday, Lines: []pricing.Line{
		{ID: "1", Item: "B", Quantity: quantity.New(2, quantity.Case), Units: units},
		{ID: "2", Item: "B", Quantity: pieces(2), Units: units},
	}})
	require.NoError(t, err)
	p := steps.Priced(&result)
	assert.Equal(t, quantity.Each, p.Lines[0].PriceUnit)
	assert.Equal(t, pieces(24), p.Lines[0].Charges[0].Quantity, "what the price was multiplied by")
	assert.Equal(t, usd("7.00"), p.Lines[0].Charges[0].Base)
	assert.Zero(t, p.Lines[1].PriceUnit)
}

// A price in another currency: what stands in the order is in the order's currency
// and multiplies out, and how it was converted can be read.
func TestConvertedPriceOfTheOrder(t *testing.T) {
	book, err := pricing.NewBook(pricing.Record{ID: "EU", Key: pricing.Key{Item: "B"}, Price: money.MustParse("10.00 EUR"), Unit: quantity.Each})
	require.NoError(t, err)
	rates, err := money.NewExchange([]money.ExchangeRate{{From: money.EUR, To: money.USD, Rate: money.MustRate("1.0855")}})
	require.NoError(t, err)
	engine, err := pricing.New(pricing.Config{
		Schema: pricing.Schema{
			Access:     []pricing.Access{{Fields: []pricing.Field{pricing.FieldItem}}},
			Currencies: []money.Currency{money.EUR}, Steps: []pricing.Step{{Name: "list", Kind: pricing.StepPrice}},
		},
		Prices: book, Exchange: rates, Zone: time.UTC,
	})
	require.NoError(t, err)
	result, err := engine.Price(t.Context(), pricing.Request{Currency: money.USD, At: monday, Lines: []pricing.Line{
		{ID: "1", Item: "B", Quantity: pieces(3)}, {ID: "2", Item: "B", Quantity: quantity.MustParse("2.5 EA")},
	}})
	require.NoError(t, err)
	p := steps.Priced(&result)
	for i, want := range []string{"32.57", "27.14"} {
		l := p.Lines[i]
		assert.Equal(t, usd(want), l.Net)
		assert.Equal(t, money.USD, l.UnitPrice.Currency())
		value, err := money.Extend(l.UnitPrice, result.Lines[i].Quantity, l.Per, 2, money.HalfUp)
		require.NoError(t, err)
		assert.Equal(t, l.Net, value)
		assert.Zero(t, l.Charges[0].Base)
		assert.Contains(t, l.Charges[0].Detail, "x 10.00 EUR per 1, EUR x 1.0855 is USD")
	}
}
