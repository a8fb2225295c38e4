package pricing_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

// market is a schema with freight, discounts and surcharges of both scopes, in
// groups and without, whose promotions are of every kind.
type market struct {
	setup
	request pricing.Request
	minor   func(int64) money.Amount
}

// caseOf10 are the units of an item in cases of 10 pieces.
func caseOf10(t require.TestingT) *quantity.Conversions {
	units, err := quantity.NewConversions(quantity.Each, quantity.Conversion{Unit: quantity.Case, Of: 10})
	require.NoError(t, err)
	return units
}

func drawMarket(r *rapid.T, stacking pricing.Stacking) *market {
	m := &market{}
	currency := rapid.SampledFrom([]money.Currency{money.USD, money.JPY, money.KWD}).Draw(r, "currency")
	m.minor = func(n int64) money.Amount { return money.FromMinor(n, currency) }
	m.schema = schemaOf(
		discountStep("line", pricing.BaseRunning),
		pricing.Step{Name: "sub", Kind: pricing.StepSubtotal},
		pricing.Step{Name: "freight", Kind: pricing.StepCharge, Scope: pricing.ScopeOrder},
		orderStep("promo"), orderStep("last"),
		pricing.Step{Name: "extra", Kind: pricing.StepSurcharge, Base: pricing.BaseRunning, Scope: pricing.ScopeOrder},
	)
	promo := &m.schema.Steps[4]
	promo.Base = rapid.SampledFrom([]pricing.Base{pricing.BaseRunning, pricing.BaseList, pricing.BaseSubtotal("sub")}).Draw(r, "base")
	promo.Stacking = stacking
	m.schema.Steps[1].Exact = rapid.Bool().Draw(r, "exact")
	m.schema.Document = rapid.SampledFrom([]pricing.DocumentRounding{pricing.RoundLines, pricing.RoundTotal}).Draw(r, "document")
	m.schema.Rounding = rapid.SampledFrom([]money.Rounding{money.HalfUp, money.HalfEven, money.HalfDown, money.Up, money.Down}).Draw(r, "mode")
	m.schema.Groups = []pricing.StackingGroup{
		{Name: "x", Stacking: pricing.StackFirst, Scope: pricing.ScopeOrder},
		{Name: "y", Stacking: rapid.SampledFrom([]pricing.Stacking{pricing.Stack, pricing.StackFirst, pricing.StackBest, pricing.StackExclusive}).Draw(r, "y")},
		{Name: "z", NotWith: []string{"y"}, Scope: rapid.SampledFrom([]pricing.Scope{pricing.ScopeLine, pricing.ScopeOrder}).Draw(r, "z")},
	}
	m.request = request()
	m.request.Currency = currency
	for _, item := range []string{"A", "B", "C", "D"} {
		rec := listPrice(item, m.minor(rapid.Int64Range(0, 2000).Draw(r, "price")).String())
		rec.Per = rapid.SampledFrom([]int64{1, 1, 7, 1000}).Draw(r, "per")
		m.records = append(m.records, rec)
	}
	units := caseOf10(r)
	for n := range rapid.IntRange(1, 5).Draw(r, "lines") {
		l := pricing.Line{ID: fmt.Sprint(n + 1), Item: rapid.SampledFrom([]string{"A", "B", "C", "D"}).Draw(r, "item")}
		l.Quantity = ea(rapid.Int64Range(1, 25).Draw(r, "quantity"))
		switch rapid.IntRange(0, 3).Draw(r, "unit") {
		case 0:
			l.Units, l.Quantity = units, quantity.New(rapid.Int64Range(1, 3).Draw(r, "cases"), quantity.Case)
		case 1:
			l.Units = units
		}
		m.request.Lines = append(m.request.Lines, l)
	}
	if rapid.Bool().Draw(r, "freight") {
		m.request.Charges = []pricing.Charge{{Step: "freight", Amount: m.minor(rapid.Int64Range(0, 900).Draw(r, "freight amount"))}}
	}
	m.request.Coupons = []string{"C"}
	for n := range rapid.IntRange(0, 2).Draw(r, "line rules") {
		m.drawRule(r, n, "line")
	}
	for n := range rapid.IntRange(1, 5).Draw(r, "promo rules") {
		m.drawRule(r, n, "promo")
	}
	for n := range rapid.IntRange(0, 1).Draw(r, "last rules") {
		m.drawRule(r, n, "last")
	}
	for n := range rapid.IntRange(0, 1).Draw(r, "extra rules") {
		m.drawRule(r, n, "extra")
	}
	return m
}

func (m *market) drawRule(r *rapid.T, n int, step string) {
	rule := pricing.Rule{ID: fmt.Sprintf("%s%d", step, n), Group: step, Priority: rapid.IntRange(0, 2).Draw(r, "priority")}
	rule.When = rapid.SampledFrom([]string{
		"true", `item == "A"`, `item == "B"`, `item in ["B", "C"]`, `item in ["C", "D"]`,
	}).Draw(r, "when")
	rate := money.MustRate(rapid.SampledFrom([]string{"0.1%", "5%", "10%", "33%", "100%"}).Draw(r, "rate"))
	amount := m.minor(rapid.Int64Range(1, 900).Draw(r, "amount"))
	goods := pricing.Goods{
		Every: ea(rapid.Int64Range(2, 9).Draw(r, "every")), Free: ea(rapid.Int64Range(1, 2).Draw(r, "free")),
		Policy:    rapid.SampledFrom([]pricing.GoodsPolicy{pricing.ProRata, pricing.PerFullStep, pricing.ExactMultipleOnly}).Draw(r, "policy"),
		Inclusive: rapid.Bool().Draw(r, "inclusive"),
	}
	if !goods.Inclusive {
		goods.Item = "GIFT"
	}
	pick := rapid.SampledFrom([]pricing.Pick{"", pricing.PickDearest}).Draw(r, "pick")
	same, limit := rapid.Bool().Draw(r, "same"), rapid.Int64Range(0, 2).Draw(r, "limit")
	bound := ea(rapid.Int64Range(1, 12).Draw(r, "units"))
	list := []pricing.Discount{
		{Kind: pricing.Percent, Rate: rate},
		{Kind: pricing.AmountOff, Amount: amount},
		{Kind: pricing.AmountPerUnit, Amount: m.minor(7)},
		{Kind: pricing.Percent, Rate: rate, Units: bound},
		{Kind: pricing.AmountPerUnit, Amount: amount, Units: bound},
		{Kind: pricing.Tiered, Tiers: []pricing.Tier{{From: m.minor(200), Rate: rate}, {From: m.minor(2000), Amount: amount}}},
		{Kind: pricing.Tiered, Tiers: []pricing.Tier{{Quantity: ea(5), Amount: amount}}},
	}
	if step != "extra" {
		list = append(list,
			pricing.Discount{Kind: pricing.FixedPrice, Amount: amount},
			pricing.Discount{Kind: pricing.FixedPrice, Amount: amount, Units: bound},
			pricing.Discount{Kind: pricing.FreeGoods, Goods: &goods},
		)
	}
	if step == "promo" || step == "last" {
		list = append(list,
			pricing.Discount{Kind: pricing.BuyGet, Buy: of(2), Get: of(1), Rate: rate, Same: same, Limit: limit, Pick: pick},
			pricing.Discount{Kind: pricing.BuyGet, Buy: of(1), Get: of(1, "A"), Rate: rate, Limit: limit, Pick: pick},
			pricing.Discount{Kind: pricing.BuyGet, Buy: of(1), Get: of(2), Amount: amount, Pick: pricing.PickCheapestOfEach, Same: same, Limit: limit},
			pricing.Discount{Kind: pricing.MixAndMatch, Buy: of(3), Amount: amount, Same: same, Limit: limit},
			pricing.Discount{Kind: pricing.Bundle, Parts: []pricing.Selection{*of(1, "B"), *of(1, "C")}, Rate: rate, Limit: limit},
			pricing.Discount{Kind: pricing.Bundle, Parts: []pricing.Selection{*of(1, "B"), *of(2)}, Amount: amount},
			pricing.Discount{Kind: pricing.FreeCharge, Charge: "freight", Rate: rate},
		)
	}
	rule.Then = rapid.SampledFrom(list).Draw(r, "effect")
	if rapid.Bool().Draw(r, "has minimum") {
		rule.Then.Minimum = m.minor(rapid.Int64Range(0, 8000).Draw(r, "minimum"))
	}
	if rapid.Bool().Draw(r, "has maximum") {
		rule.Then.Maximum = m.minor(rapid.Int64Range(1, 500).Draw(r, "maximum"))
	}
	if rapid.Bool().Draw(r, "has coupon") {
		rule.Then.Coupon = "C"
	}
	rule.Then.Stack = rapid.SampledFrom([]string{"", "", "x", "y", "z"}).Draw(r, "group")
	m.rules = append(m.rules, rule)
}

// byLine are the totals of the lines in the order of their ids.
func byLine(r pricing.Result) []string {
	lines := slices.Clone(r.Lines)
	slices.SortFunc(lines, func(a, b pricing.LineResult) int { return cmp.Compare(a.ID, b.ID) })
	var out []string
	for _, l := range lines {
		out = append(out, l.ID+" "+l.Total.Number())
	}
	return out
}

// TestPromotionsKeepTheirPlace: whatever promotions meet, parts are the whole,
// nothing falls below zero, and neither the order of the lines nor the trace nor
// what was priced before changes an amount, the goods or the usage.
func TestPromotionsKeepTheirPlace(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		stacking := rapid.SampledFrom([]pricing.Stacking{
			pricing.Stack, pricing.StackBest, pricing.StackFirst, pricing.StackExclusive, pricing.StackBestCombination,
		}).Draw(r, "stacking")
		m := drawMarket(r, stacking)
		engine := m.engine(t)
		got, err := engine.Price(t.Context(), m.request)
		require.NoError(r, err)
		addsUp(r, got)
		for _, l := range got.Lines {
			assert.False(r, l.Total.Sign() < 0, "line %s comes to %s", l.ID, l.Total)
		}
		for _, f := range got.Findings {
			assert.NotEqual(r, "pricing.negative", f.Code, "%s\n%s", f.Message, got.Text())
		}
		for name, other := range map[string]func(*pricing.Request){
			"traced":   func(q *pricing.Request) { q.Trace = pricing.TraceFull },
			"again":    func(*pricing.Request) {},
			"shuffled": func(q *pricing.Request) { q.Lines = rapid.Permutation(q.Lines).Draw(r, "order") },
		} {
			req := m.request
			other(&req)
			same, err := engine.Price(t.Context(), req)
			require.NoError(r, err)
			addsUp(r, same)
			assert.Equal(r, byLine(got), byLine(same), name)
			assert.ElementsMatch(r, got.Goods, same.Goods, name)
			assert.ElementsMatch(r, got.Usage, same.Usage, name)
		}
	})
}

// TestBestCombinationOfEveryKind: no subset of the rules, stacked, leaves the
// customer less to pay.
func TestBestCombinationOfEveryKind(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		m := drawMarket(r, pricing.StackBestCombination)
		m.schema.Steps = m.schema.Steps[:5]
		if m.schema.Groups[1].Stacking == pricing.StackBest { // that brings the turn of its best rule forward
			m.schema.Groups[1].Stacking = pricing.StackFirst
		}
		m.rules = slices.DeleteFunc(m.rules, func(rule pricing.Rule) bool { return rule.Group == "last" || rule.Group == "extra" })
		got := price(t, m.engine(t), m.request)
		stacked := m.setup
		stacked.schema.Steps = slices.Clone(m.schema.Steps)
		stacked.schema.Steps[4].Stacking = pricing.Stack
		var always, promos []pricing.Rule
		for _, rule := range m.rules {
			if rule.Group == "promo" {
				promos = append(promos, rule)
			} else {
				always = append(always, rule)
			}
		}
		least := got.Total
		subsets(len(promos), func(set uint) {
			some := stacked
			some.rules = slices.Clone(always)
			for n := range promos {
				if set>>n&1 != 0 {
					some.rules = append(some.rules, promos[n])
				}
			}
			total := price(t, some.engine(t), m.request).Total
			if order, err := total.Cmp(least); err == nil && order < 0 {
				least = total
			}
		})
		assert.Equal(r, least, got.Total)
	})
}

// TestSetsDoNotDependOnUnits: a promotion takes the same off where its units are
// quarters of a kilogram, or pieces of lines that are ordered by the case.
func TestSetsDoNotDependOnUnits(t *testing.T) {
	units := caseOf10(t)
	quarters := func(n int64) quantity.Quantity { return quantity.FromThousandths(250*n, quantity.Kilogram) }
	weighed := func(s *pricing.Selection) *pricing.Selection {
		if s == nil {
			return nil
		}
		n, _ := s.Quantity.Int64()
		return &pricing.Selection{Quantity: quarters(n), Items: s.Items}
	}
	rapid.Check(t, func(r *rapid.T) {
		rate, amount := money.MustRate(rapid.SampledFrom([]string{"15%", "100%"}).Draw(r, "rate")), usd("0.44")
		n, k := rapid.Int64Range(1, 5).Draw(r, "n"), rapid.Int64Range(1, 5).Draw(r, "k")
		limit, same := rapid.Int64Range(0, 3).Draw(r, "limit"), rapid.Bool().Draw(r, "same")
		pick := rapid.SampledFrom([]pricing.Pick{"", pricing.PickDearest}).Draw(r, "pick")
		d := rapid.SampledFrom([]pricing.Discount{
			{Kind: pricing.BuyGet, Buy: of(n), Get: of(k), Rate: rate, Limit: limit, Same: same, Pick: pick},
			{Kind: pricing.BuyGet, Buy: of(n), Get: of(k, "A", "B"), Rate: rate, Limit: limit, Pick: pick},
			{Kind: pricing.MixAndMatch, Buy: of(n), Amount: amount, Limit: limit, Same: same},
			{Kind: pricing.Bundle, Parts: []pricing.Selection{*of(n, "A"), *of(k, "B", "C")}, Amount: amount, Limit: limit},
			{Kind: pricing.Percent, Rate: rate, Units: ea(n * k), Pick: pick},
			{Kind: pricing.FixedPrice, Amount: usd("0.05"), Unit: quantity.Each, Units: ea(n * k), Pick: pick},
			{Kind: pricing.FreeGoods, Goods: &pricing.Goods{Every: ea(n + k), Free: ea(n), Policy: pricing.PerFullStep, Inclusive: true}},
		}).Draw(r, "discount")
		prices := map[string]int64{}
		for _, item := range []string{"A", "B", "C"} {
			prices[item] = rapid.Int64Range(1, 60).Draw(r, "price")
		}
		pieces, cases, weights := request(), request(), request()
		for n := range rapid.IntRange(1, 5).Draw(r, "lines") {
			item, id := rapid.SampledFrom([]string{"A", "B", "C"}).Draw(r, "item"), fmt.Sprint(n+1)
			count := rapid.Int64Range(1, 15).Draw(r, "count")
			packed := pricing.Line{ID: id, Item: item, Quantity: ea(count), Units: units}
			if rapid.Bool().Draw(r, "packed") {
				packed.Quantity, count = quantity.New(count, quantity.Case), count*10
			}
			pieces.Lines = append(pieces.Lines, pricing.Line{ID: id, Item: item, Quantity: ea(count)})
			cases.Lines = append(cases.Lines, packed)
			weights.Lines = append(weights.Lines, pricing.Line{ID: id, Item: item, Quantity: quarters(count)})
		}
		s := setup{schema: schemaOf(orderStep("promo")), rules: []pricing.Rule{always("promo", d)}}
		for item, cents := range prices {
			s.records = append(s.records, listPrice(item, money.FromMinor(cents, money.USD).String()))
		}
		want := totals(price(t, s.engine(t), pieces))
		assert.Equal(r, want, totals(price(t, s.engine(t), cases)), "cases")

		w := d
		w.Buy, w.Get, w.Parts = weighed(d.Buy), weighed(d.Get), nil
		for i := range d.Parts {
			w.Parts = append(w.Parts, *weighed(&d.Parts[i]))
		}
		if d.Units.Unit() != 0 {
			w.Units = quarters(n * k)
		}
		if d.Unit != 0 {
			w.Unit, w.Amount = quantity.Kilogram, usd("0.20")
		}
		if d.Goods != nil {
			g := *d.Goods
			g.Every, g.Free = quarters(n+k), quarters(n)
			w.Goods = &g
		}
		s = setup{schema: s.schema, rules: []pricing.Rule{always("promo", w)}}
		for item, cents := range prices {
			rec := listPrice(item, money.FromMinor(4*cents, money.USD).String())
			rec.Unit = quantity.Kilogram
			s.records = append(s.records, rec)
		}
		assert.Equal(r, want, totals(price(t, s.engine(t), weights)), "weights")
	})
}
