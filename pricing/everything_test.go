package pricing_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/pricing/tax"
)

// everything is a random schema of all kinds of steps, with what they work on.
type everything struct {
	setup
	floor    string // of the margin steps
	ofLines  bool   // there is a margin step of line scope
	ofOrder  bool   // and one of order scope
	policy   tax.FreightPolicy
	request  pricing.Request
	currency money.Currency
}

func drawEverything(r *rapid.T) *everything {
	w := &everything{
		floor:   rapid.SampledFrom([]string{"0%", "10%", "33%", "-20%"}).Draw(r, "floor"),
		ofLines: rapid.Bool().Draw(r, "margin of lines"), ofOrder: rapid.Bool().Draw(r, "margin of the order"),
		policy:   rapid.SampledFrom([]tax.FreightPolicy{tax.FreightAsGoods, tax.FreightTaxed, tax.FreightUntaxed}).Draw(r, "freight policy"),
		currency: rapid.SampledFrom([]money.Currency{money.EUR, money.JPY, money.KWD}).Draw(r, "currency"),
	}
	w.drawSchema(r)
	for n := range rapid.IntRange(0, 2).Draw(r, "line rules") {
		w.drawRule(r, "goods", n, w.lineDiscounts(r))
	}
	for n := range rapid.IntRange(0, 3).Draw(r, "order rules") {
		w.drawRule(r, "order", n, append(w.lineDiscounts(r), w.orderDiscounts(r)...))
	}
	if rapid.Bool().Draw(r, "rebate") {
		w.rules = append(w.rules, always("rebate", percent("3%")))
	}
	if rapid.Bool().Draw(r, "free freight") {
		w.rules = append(w.rules, always("free", freeFreight(rapid.SampledFrom([]string{"100%", "50%"}).Draw(r, "share of freight"))))
	}
	for _, item := range []string{"A", "B", "C"} {
		w.records = append(w.records, listPrice(item, w.amount(r, 2000, "price").String()))
	}
	w.drawRequest(r)
	return w
}

func (w *everything) amount(r *rapid.T, most int64, name string) money.Amount {
	return money.FromMinor(rapid.Int64Range(0, most).Draw(r, name), w.currency)
}

func (w *everything) drawSchema(r *rapid.T) {
	goods, order, vat := discountStep("goods", pricing.BaseRunning), orderStep("order"), taxStep()
	goods.Exact = rapid.Bool().Draw(r, "exact")
	order.Stacking = rapid.SampledFrom([]pricing.Stacking{pricing.Stack, pricing.StackBest, pricing.StackFirst, pricing.StackBestCombination}).Draw(r, "stacking")
	vat.TaxRounding = rapid.SampledFrom([]tax.Rounding{tax.ByDocument, tax.ByLine}).Draw(r, "tax rounding")
	steps := []pricing.Step{
		goods,
		{Name: "desk", Kind: pricing.StepOverride, Base: pricing.BaseRunning},
		{Name: "stated", Kind: pricing.StepCustomerPrice, Tolerance: pricing.Tolerance{Percent: money.MustRate("5%")}},
		order, accrualStep("rebate"),
	}
	if w.ofLines {
		steps = append(steps, floorStep("line floor", pricing.ScopeLine, w.floor, pricing.Clamp))
	}
	if w.ofOrder {
		steps = append(steps, floorStep("order floor", pricing.ScopeOrder, w.floor, pricing.Clamp))
	}
	freight := freightStep(rapid.SampledFrom([]tax.Kind{"", tax.Freight, tax.Fee}).Draw(r, "freight is"))
	w.schema = schemaOf(append(steps, freight, orderStep("free"), vat)...)
	w.schema.Document = rapid.SampledFrom([]pricing.DocumentRounding{pricing.RoundLines, pricing.RoundTotal}).Draw(r, "document")
	w.schema.Prices = rapid.SampledFrom([]pricing.PriceBasis{pricing.NetPrices, pricing.GrossPrices}).Draw(r, "basis")
	w.schema.Rounding = money.Rounding(rapid.IntRange(0, 4).Draw(r, "mode"))
}

func (w *everything) drawRule(r *rapid.T, step string, n int, among []pricing.Discount) {
	w.rules = append(w.rules, pricing.Rule{
		ID: fmt.Sprint(step, n), Group: step, When: rapid.SampledFrom([]string{"true", `item == "A"`}).Draw(r, "when"),
		Then: rapid.SampledFrom(among).Draw(r, "discount"),
	})
}

func drawShare(r *rapid.T) money.Rate {
	return money.MustRate(rapid.SampledFrom([]string{"7%", "33%", "100%"}).Draw(r, "share"))
}

func (w *everything) lineDiscounts(r *rapid.T) []pricing.Discount {
	share := drawShare(r)
	return []pricing.Discount{
		{Kind: pricing.Percent, Rate: share},
		{Kind: pricing.Percent, Rate: share, Units: quantity.New(3, quantity.Each)},
		{Kind: pricing.AmountOff, Amount: w.amount(r, 3000, "off")},
		{Kind: pricing.AmountPerUnit, Amount: w.amount(r, 100, "off each")},
		{Kind: pricing.FixedPrice, Amount: w.amount(r, 300, "fixed price")},
		{Kind: pricing.FreeGoods, Goods: &pricing.Goods{Every: ea(3), Free: ea(1), Policy: pricing.PerFullStep, Inclusive: true}},
		{Kind: pricing.FreeGoods, Goods: &pricing.Goods{Every: ea(3), Free: ea(1), Policy: pricing.PerFullStep, Item: "A"}},
	}
}

func (w *everything) orderDiscounts(r *rapid.T) []pricing.Discount {
	return []pricing.Discount{
		{Kind: pricing.BuyGet, Buy: of(2), Get: of(1), Rate: drawShare(r)},
		{Kind: pricing.AmountOff, Amount: w.amount(r, 3000, "off gross"), Gross: true},
		{Kind: pricing.MixAndMatch, Buy: of(3), Amount: w.amount(r, 900, "mix")},
	}
}

func (w *everything) drawRequest(r *rapid.T) {
	var lines []pricing.Line
	for range rapid.IntRange(0, 4).Draw(r, "lines") {
		l := line(rapid.SampledFrom([]string{"A", "B", "C"}).Draw(r, "item"), rapid.Int64Range(1, 9).Draw(r, "quantity"))
		l.TaxCategory = rapid.SampledFrom([]string{"", "books"}).Draw(r, "category")
		if rapid.Bool().Draw(r, "costs") {
			l.Cost = &pricing.Price{Amount: w.amount(r, 1500, "cost"), Per: rapid.Int64Range(0, 3).Draw(r, "cost per")}
		}
		switch rapid.IntRange(0, 5).Draw(r, "decided") {
		case 0:
			l.Overrides = []pricing.Override{{Step: "desk", Kind: pricing.TakePercent, Rate: money.MustRate("10%"), Actor: "kim", Reason: "goodwill"}}
		case 1:
			l.Overrides = []pricing.Override{{Step: "desk", Kind: pricing.SetPrice, Price: pricing.Price{Amount: w.amount(r, 900, "set")}, Actor: "kim", Reason: "agreed"}}
		case 2:
			l.Stated = &pricing.Price{Amount: w.amount(r, 1500, "stated")}
		}
		lines = append(lines, l)
	}
	w.request = inGermany(lines...)
	w.request.Currency = w.currency
	w.request.Trace = rapid.SampledFrom([]pricing.Trace{pricing.TraceOff, pricing.TraceFull}).Draw(r, "trace")
	if rapid.Bool().Draw(r, "has freight") {
		w.request.Charges = []pricing.Charge{{Step: "freight", Amount: w.amount(r, 1500, "freight")}}
	}
}

// Whatever stands together in a schema: the parts are the whole, tax adds up, nothing
// is below zero, floors hold, and neither the order of the lines nor the trace
// matters.
func TestEverythingTogether(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := drawEverything(r)
		e := w.taxing(t, vatTable(t, w.policy, vatRate("DE-19", "", "19%"), vatRate("DE-7", "books", "7%")))
		price := func(req pricing.Request) pricing.Result {
			got, err := e.Price(t.Context(), req)
			require.NoError(r, err)
			return got
		}
		got := price(w.request)
		addsUp(t, got)
		taxAddsUp(t, got, w.schema.Prices)
		if t.Failed() {
			r.Fatal(got.Text())
		}
		assert.Empty(r, got.Findings.With("pricing.negative"))
		w.floorsHold(r, &got)

		turned := w.request
		turned.Lines = slices.Clone(turned.Lines)
		slices.Reverse(turned.Lines)
		other := price(turned)
		slices.Reverse(other.Lines)
		require.Equal(r, asJSON(r, got.Lines), asJSON(r, other.Lines))

		traced := w.request
		traced.Trace = map[pricing.Trace]pricing.Trace{pricing.TraceOff: pricing.TraceFull, pricing.TraceFull: pricing.TraceOff}[traced.Trace]
		other = price(traced)
		require.Equal(r, totals(got), totals(other))
		require.Equal(r, got.Findings, other.Findings)
	})
}

// floorsHold checks net x (1 - floor) >= cost + accruals of each margin that a step
// has looked at, and that a line that has nothing after that is its margin's net.
func (w *everything) floorsHold(r *rapid.T, got *pricing.Result) {
	rest, err := money.MustRate(w.floor).OneMinus()
	require.NoError(r, err)
	holds := func(m *pricing.Margin) {
		if m == nil {
			return
		}
		need := m.Cost.Decimal().Add(m.Accrued.Decimal())
		assert.False(r, m.Net.Decimal().Mul(rest.Decimal()).LessThan(need), "net %s, cost and accruals %s", m.Net, need)
		assert.True(r, m.Profit.Decimal().Equal(m.Net.Decimal().Sub(need)))
	}
	if w.ofOrder {
		holds(got.Margin)
	}
	for i := range got.Lines {
		l := &got.Lines[i]
		if w.ofLines {
			holds(l.Margin)
		}
		if l.Margin != nil && len(w.request.Charges) == 0 {
			assert.False(r, l.Total.Decimal().LessThan(l.Margin.Net.Decimal()), "what is charged is what was looked at, or a cent more of the total's rounding")
		}
	}
}

func asJSON(r *rapid.T, v any) string {
	text, err := json.Marshal(v)
	require.NoError(r, err)
	return string(text)
}
