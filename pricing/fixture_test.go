package pricing_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

func usd(number string) money.Amount { return money.MustParse(number + " USD") }

func ea(n int64) quantity.Quantity { return quantity.New(n, quantity.Each) }

func percent(text string) pricing.Discount {
	return pricing.Discount{Kind: pricing.Percent, Rate: money.MustRate(text)}
}

func off(amount string) pricing.Discount {
	return pricing.Discount{Kind: pricing.AmountOff, Amount: money.MustParse(amount)}
}

// threeForTwo makes the cheapest of each three units free.
func threeForTwo() pricing.Discount {
	return pricing.Discount{
		Kind: pricing.BuyGet, Buy: &pricing.Selection{Quantity: ea(2)}, Get: &pricing.Selection{Quantity: ea(1)},
		Rate: money.MustRate("100%"),
	}
}

func listPrice(item, price string) pricing.Record {
	return pricing.Record{
		ID: "LIST-" + item + "-" + price, Key: pricing.Key{Item: item},
		Price: money.MustParse(price), Unit: quantity.Each,
	}
}

// setup is what a test prices with; engine fills in what it leaves out.
type setup struct {
	schema  pricing.Schema
	records []pricing.Record
	rules   []pricing.Rule
	zone    *time.Location
}

func schemaOf(steps ...pricing.Step) pricing.Schema {
	return pricing.Schema{
		Name:   "test",
		Access: []pricing.Access{{Fields: []pricing.Field{pricing.FieldItem}}},
		Steps:  append([]pricing.Step{{Name: "list", Kind: pricing.StepPrice}}, steps...),
	}
}

func discountStep(name string, base pricing.Base) pricing.Step {
	return pricing.Step{Name: name, Kind: pricing.StepDiscount, Base: base}
}

func orderStep(name string) pricing.Step {
	return pricing.Step{Name: name, Kind: pricing.StepDiscount, Base: pricing.BaseRunning, Scope: pricing.ScopeOrder}
}

// always is a rule of the step that holds for every line.
func always(step string, d pricing.Discount) pricing.Rule {
	return pricing.Rule{ID: step + "-rule", Group: step, When: "true", Then: d}
}

func (s setup) config(t testing.TB) pricing.Config {
	t.Helper()
	prices, err := pricing.NewBook(s.records...)
	require.NoError(t, err)
	rules, err := pricing.NewRuleBook("test", s.rules...)
	require.NoError(t, err)
	if s.zone == nil {
		s.zone = time.UTC
	}
	return pricing.Config{Schema: s.schema, Prices: prices, Rules: rules, Zone: s.zone}
}

func (s setup) engine(t testing.TB) *pricing.Engine {
	t.Helper()
	engine, err := pricing.New(s.config(t))
	require.NoError(t, err)
	return engine
}

func priceDate() time.Time { return time.Date(2026, time.March, 27, 12, 0, 0, 0, time.UTC) }

// request asks for the items with their quantities in pieces, as lines 1, 2, ...
func request(lines ...pricing.Line) pricing.Request {
	for i := range lines {
		if lines[i].ID == "" {
			lines[i].ID = fmt.Sprint(i + 1)
		}
	}
	return pricing.Request{Currency: money.USD, At: priceDate(), Lines: lines}
}

func line(item string, n int64) pricing.Line { return pricing.Line{Item: item, Quantity: ea(n)} }

// price prices the request and checks what must hold of every result.
func price(t testing.TB, e *pricing.Engine, r pricing.Request) pricing.Result {
	t.Helper()
	got, err := e.Price(t.Context(), r)
	require.NoError(t, err)
	addsUp(t, got)
	return got
}

// tester is a test or one run of a property.
type tester interface {
	require.TestingT
	Helper()
}

// addsUp checks that the parts of a result are the whole.
func addsUp(t tester, r pricing.Result) {
	t.Helper()
	zero := money.Zero(r.Currency)
	net, total := zero, zero
	parts := map[string]money.Amount{} // of order entries, by step and source
	for i := range r.Lines {
		l := &r.Lines[i]
		lineNet, lineTotal := zero, zero
		for n := range l.Entries {
			e := &l.Entries[n]
			assert.Equal(t, lineTotal, e.Before, "line %s, %s: before", l.ID, e.Step)
			if e.Counts() {
				lineTotal = plus(t, lineTotal, e.Amount)
				if !e.FromOrder {
					lineNet = plus(t, lineNet, e.Amount)
				}
			}
			if e.FromOrder && e.Why == "" {
				k := e.Step + "\x00" + e.Source + "\x00" + e.Actor
				parts[k] = plus(t, parts[k], e.Amount)
			}
			assert.Equal(t, lineTotal, e.After, "line %s, %s: after", l.ID, e.Step)
		}
		assert.Equal(t, lineNet, l.Net, "line %s: net", l.ID)
		assert.Equal(t, lineTotal, l.Total, "line %s: total", l.ID)
		assert.LessOrEqual(t, l.Total.Scale(), r.Currency.Digits(), "line %s: whole minor units", l.ID)
		net, total = plus(t, net, l.Net), plus(t, total, l.Total)
	}
	assert.Equal(t, net, r.Net)
	assert.Equal(t, total, r.Total)
	whole := map[string]money.Amount{}
	for _, e := range r.Entries {
		if e.Why == "" {
			k := e.Step + "\x00" + e.Source + "\x00" + e.Actor
			whole[k] = plus(t, whole[k], e.Amount)
		}
	}
	for k, amount := range whole {
		assert.Equal(t, amount, plus(t, zero, parts[k]), "the parts of %q", k)
	}
	assert.LessOrEqual(t, len(parts), len(whole))
}

func plus(t tester, a, b money.Amount) money.Amount {
	t.Helper()
	sum, err := a.Add(b)
	require.NoError(t, err)
	return sum
}

// amounts are the entries of a line that count, as step and amount.
func amounts(l pricing.LineResult) []string {
	var out []string
	for i := range l.Entries {
		if l.Entries[i].Counts() {
			out = append(out, l.Entries[i].Step+" "+l.Entries[i].Amount.Number())
		}
	}
	return out
}

// totals are the totals of the lines.
func totals(r pricing.Result) []string {
	var out []string
	for i := range r.Lines {
		out = append(out, r.Lines[i].Total.Number())
	}
	return out
}

func date(text string) calendar.Date { return calendar.MustDate(text) }
