package pricing_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

// pricing.md: A 100% discount leaves 0.00, never 0.01, nor less than nothing,
// however the document is rounded.
func TestWholeOrderOffWhereOnlyTheTotalIsRounded(t *testing.T) {
	for _, mode := range []money.Rounding{money.HalfUp, money.HalfEven, money.HalfDown, money.Up, money.Down} {
		for _, prices := range [][]string{{"0.01"}, {"0.016"}, {"0.005"}, {"0.015", "0.005"}, {"0.004", "0.004", "0.004", "0.01"}, {"7.777", "0.003", "0.333"}} {
			s := setup{schema: schemaOf(discountStep("line", pricing.BaseRunning), orderStep("order"))}
			s.schema.Document, s.schema.Rounding = pricing.RoundTotal, mode
			s.rules = []pricing.Rule{always("line", percent("0.1%")), always("order", percent("100%"))}
			r := request()
			for n, p := range prices {
				item := string(rune('A' + n))
				s.records = append(s.records, listPrice(item, p+" USD"))
				r.Lines = append(r.Lines, line(item, 1))
			}
			got := price(t, s.engine(t), request(r.Lines...))
			assert.Equal(t, "0.00", got.Total.Number(), "%v %v", mode, prices)
			assert.Empty(t, got.Findings, "%v %v", mode, prices)
			for _, l := range got.Lines {
				assert.Equal(t, "0.00", l.Total.Number(), "%v %v", mode, prices)
			}
		}
	}
}

// An amount takes no more than the lines come to, and not a whole unit of each of
// many lines that come to less than one.
func TestAmountOffManySmallLines(t *testing.T) {
	s := setup{schema: schemaOf(orderStep("order")), records: []pricing.Record{listPrice("A", "0.004 USD")}}
	s.schema.Document = pricing.RoundTotal
	s.rules = []pricing.Rule{always("order", off("1.00 USD"))}
	r := request()
	for range 100 {
		r.Lines = append(r.Lines, line("A", 1))
	}
	got := price(t, s.engine(t), request(r.Lines...))
	assert.Equal(t, "-0.40", got.Entries[0].Amount.Number())
	assert.Equal(t, "0.00", got.Total.Number())
	require.Len(t, got.Findings, 1)
	assert.Equal(t, "pricing.unplaced", got.Findings[0].Code)
}

// What a rule takes off several lines is bounded in all, where lines have
// fractions of a unit too.
func TestMaximumWhereOnlyTheTotalIsRounded(t *testing.T) {
	s := setup{schema: schemaOf(orderStep("order")), records: []pricing.Record{listPrice("A", "0.009 USD")}}
	s.schema.Document = pricing.RoundTotal
	d := pricing.Discount{Kind: pricing.FixedPrice, Amount: usd("0.00"), Maximum: usd("0.02")}
	s.rules = []pricing.Rule{always("order", d)}
	got := price(t, s.engine(t), request(line("A", 1), line("A", 1), line("A", 1)))
	assert.Equal(t, "-0.02", got.Entries[0].Amount.Number())
	assert.Equal(t, "0.01", got.Total.Number())
}

// A set costs its price, and not what its lines lose when each is cut to whole
// units.
func TestSetPriceWhereOnlyTheTotalIsRounded(t *testing.T) {
	s := setup{schema: schemaOf(orderStep("order")), records: []pricing.Record{listPrice("A", "0.999 USD")}}
	s.schema.Document = pricing.RoundTotal
	s.rules = []pricing.Rule{always("order", pricing.Discount{Kind: pricing.MixAndMatch, Buy: of(3), Amount: usd("1.00")})}
	got := price(t, s.engine(t), request(line("A", 1), line("A", 1), line("A", 1)))
	assert.Equal(t, "1.00", got.Total.Number())
	s.records = []pricing.Record{listPrice("A", "1.004 USD")}
	got = price(t, s.engine(t), request(line("A", 1), line("A", 1), line("A", 1)))
	assert.Equal(t, "1.00", got.Total.Number())
}

// Freight that a discount of everything has made free cannot be made free again.
func TestFreeChargeOfFreeOrder(t *testing.T) {
	charge := pricing.Step{Name: "freight", Kind: pricing.StepCharge, Scope: pricing.ScopeOrder}
	for name, step := range map[string]pricing.Step{"stacked": orderStep("promo"), "combined": combinationStep("promo")} {
		t.Run(name, func(t *testing.T) {
			s := setup{schema: schemaOf(charge, step), records: []pricing.Record{listPrice("A", "10.00 USD")}}
			s.rules = []pricing.Rule{
				{ID: "all", Group: "promo", When: "true", Priority: 1, Then: percent("100%")},
				{ID: "free", Group: "promo", When: "true", Then: pricing.Discount{Kind: pricing.FreeCharge, Charge: "freight", Rate: money.MustRate("100%")}},
			}
			r := request(line("A", 1), line("A", 2))
			r.Charges = []pricing.Charge{{Step: "freight", Amount: usd("5.00")}}
			got := price(t, s.engine(t), r)
			assert.Equal(t, []string{"0.00", "0.00"}, totals(got))
			assert.Empty(t, got.Findings)
		})
	}
}

// The best rule is the one that takes the most, not the one that would if there
// were enough to take it from.
func TestBestCountsWhatIsTaken(t *testing.T) {
	step := orderStep("promo")
	step.Stacking = pricing.StackBest
	s := setup{schema: schemaOf(step), records: []pricing.Record{listPrice("A", "10.00 USD"), listPrice("B", "100.00 USD")}}
	s.rules = []pricing.Rule{
		{ID: "large", Group: "promo", When: `item == "A"`, Then: off("100.00 USD")},
		{ID: "better", Group: "promo", When: `item == "B"`, Then: percent("20%")},
	}
	got := price(t, s.engine(t), request(line("A", 1), line("B", 1)))
	assert.Equal(t, []string{"10.00", "80.00"}, totals(got))
	assert.Empty(t, got.Findings)
}

// A maximum finer than the minor unit bounds what is taken to whole units.
func TestFineMaximum(t *testing.T) {
	for name, step := range map[string]pricing.Step{"line": discountStep("promo", pricing.BaseRunning), "order": orderStep("promo")} {
		t.Run(name, func(t *testing.T) {
			d := percent("50%")
			d.Maximum = usd("5.005")
			s := setup{schema: schemaOf(step), records: []pricing.Record{listPrice("A", "10.00 USD")}, rules: []pricing.Rule{always("promo", d)}}
			got := price(t, s.engine(t), request(line("A", 2)))
			assert.Equal(t, []string{"list 20.00", "promo -5.00"}, amounts(got.Lines[0]))
		})
	}
}

// A surcharge on some units is not bounded by what they cost, and what it adds
// stays with them: the other units are worth what they were.
func TestSurchargeOnUnits(t *testing.T) {
	for name, scope := range map[string]pricing.Scope{"line": pricing.ScopeLine, "order": pricing.ScopeOrder} {
		t.Run(name, func(t *testing.T) {
			extra := pricing.Step{Name: "extra", Kind: pricing.StepSurcharge, Base: pricing.BaseRunning, Scope: scope}
			s := setup{schema: schemaOf(extra, orderStep("promo")), records: []pricing.Record{listPrice("C", "1.00 USD")}}
			s.rules = []pricing.Rule{
				always("extra", pricing.Discount{Kind: pricing.AmountPerUnit, Amount: usd("5.00"), Units: ea(4)}),
				always("promo", pricing.Discount{Kind: pricing.BuyGet, Buy: of(2), Get: of(1), Rate: money.MustRate("100%")}),
			}
			got := price(t, s.engine(t), request(line("C", 10)))
			assert.Equal(t, []string{"list 10.00", "extra 20.00", "promo -2.00"}, amounts(got.Lines[0]))
		})
	}
}

// The price of some units leaves those alone that cost no more, whichever it
// picks.
func TestPriceOfUnitsThatCostLess(t *testing.T) {
	d := pricing.Discount{Kind: pricing.FixedPrice, Amount: usd("3.00"), Units: ea(2)}
	got := promoted(t, d, line("A", 1), line("B", 3), line("C", 5))
	assert.Equal(t, []string{"10.00", "10.00", "5.00"}, totals(got)) // two of B at 3.00
}

// A line that the best rule of a group leaves alone can have the next best one.
func TestBestOfGroupGoesByLine(t *testing.T) {
	s := setup{schema: schemaOf(orderStep("promo")), records: []pricing.Record{listPrice("A", "100.00 USD"), listPrice("B", "100.00 USD"), listPrice("C", "100.00 USD")}}
	s.schema.Groups = []pricing.StackingGroup{{Name: "g", Stacking: pricing.StackBest}}
	rule := func(id, when, rate string) pricing.Rule {
		d := percent(rate)
		d.Stack = "g"
		return pricing.Rule{ID: id, Group: "promo", When: when, Then: d}
	}
	s.rules = []pricing.Rule{rule("a", `item in ["A", "B"]`, "10%"), rule("b", `item in ["B", "C"]`, "20%")}
	got := price(t, s.engine(t), request(line("A", 1), line("B", 1), line("C", 1)))
	assert.Equal(t, []string{"90.00", "80.00", "80.00"}, totals(got))
	s.schema.Groups[0].Scope = pricing.ScopeOrder
	got = price(t, s.engine(t), request(line("A", 1), line("B", 1), line("C", 1)))
	assert.Equal(t, []string{"100.00", "80.00", "80.00"}, totals(got))
}

// A rule of a group that lets one apply to the order applies to all its lines,
// in whatever order they come.
func TestOneRuleOfAnOrderOnSeveralLines(t *testing.T) {
	s := setup{schema: schemaOf(discountStep("promo", pricing.BaseRunning)), records: []pricing.Record{listPrice("A", "100.00 USD"), listPrice("B", "100.00 USD")}}
	s.schema.Groups = []pricing.StackingGroup{{Name: "g", Stacking: pricing.StackFirst, Scope: pricing.ScopeOrder}}
	a, b := percent("10%"), percent("20%")
	a.Stack, b.Stack = "g", "g"
	s.rules = []pricing.Rule{{ID: "a", Group: "promo", When: `item == "A"`, Then: a}, {ID: "b", Group: "promo", When: `item == "B"`, Then: b}}
	one, two, three := line("A", 1), line("B", 1), line("A", 1)
	one.ID, two.ID, three.ID = "1", "2", "3"
	got := price(t, s.engine(t), request(one, two, three))
	assert.Equal(t, []string{"90.00", "100.00", "90.00"}, totals(got))
	got = price(t, s.engine(t), request(two, three, one))
	assert.Equal(t, []string{"100.00", "90.00", "90.00"}, totals(got))
}

// Goods on top that several lines earn take their place in a group on all of
// them.
func TestGoodsOfSeveralLinesStandAlone(t *testing.T) {
	s := setup{schema: schemaOf(orderStep("goods"), discountStep("later", pricing.BaseRunning)), records: []pricing.Record{listPrice("A", "10.00 USD")}}
	s.schema.Groups = []pricing.StackingGroup{{Name: "alone", Stacking: pricing.StackExclusive}}
	goods := pricing.Discount{
		Kind: pricing.FreeGoods, Stack: "alone",
		Goods: &pricing.Goods{Every: ea(2), Free: ea(1), Policy: pricing.PerFullStep, Item: "GIFT"},
	}
	s.rules = []pricing.Rule{always("goods", goods), always("later", percent("10%"))}
	got := price(t, s.engine(t), request(line("A", 1), line("A", 1)))
	require.Len(t, got.Goods, 1)
	assert.Equal(t, []string{"10.00", "10.00"}, totals(got))
}

// With a limit the items that a set of one item is made of first can be taken by
// another rule; then others can make it up, which may be worth more.
func TestCombinationWithLimitedSetsOfOneItem(t *testing.T) {
	same := pricing.Discount{Kind: pricing.BuyGet, Buy: of(1), Get: of(1), Rate: money.MustRate("100%"), Same: true, Limit: 1}
	s := setup{schema: schemaOf(combinationStep("promo")), records: []pricing.Record{listPrice("A", "1.00 USD"), listPrice("B", "100.00 USD")}}
	mix := pricing.Discount{Kind: pricing.MixAndMatch, Buy: of(2), Amount: usd("1.90")}
	s.rules = []pricing.Rule{
		{ID: "same", Group: "promo", When: "true", Then: same},
		{ID: "mix", Group: "promo", When: `item == "A"`, Priority: 1, Then: mix},
		{ID: "other", Group: "promo", When: `item == "A"`, Priority: 2, Then: off("0.50 USD")},
	}
	s.rules[1].Then.Stack, s.rules[2].Then.Stack = "one", "one"
	s.schema.Groups = []pricing.StackingGroup{{Name: "one", Stacking: pricing.StackFirst, Scope: pricing.ScopeOrder}}
	got := price(t, s.engine(t), request(line("A", 2), line("B", 2)))
	assert.Equal(t, "101.90", got.Total.Number())
}

// A coupon is not used up where there was nothing to take off.
func TestCouponThatTakesNothing(t *testing.T) {
	d := off("5.00 USD")
	d.Coupon = "C"
	s := setup{schema: schemaOf(discountStep("line", pricing.BaseRunning), orderStep("promo")), records: []pricing.Record{listPrice("A", "10.00 USD")}}
	s.rules = []pricing.Rule{always("line", percent("100%")), always("promo", d)}
	r := request(line("A", 1))
	r.Coupons = []string{"C"}
	got := price(t, s.engine(t), r)
	assert.Empty(t, got.Usage)
}

// Units of a bound are counted in the item's own, whatever is ordered.
func TestBoundedUnitsOfCases(t *testing.T) {
	l := pricing.Line{Item: "C", Quantity: quantity.New(2, quantity.Case), Units: caseOf10(t)}
	d := pricing.Discount{Kind: pricing.AmountPerUnit, Amount: usd("2.00"), Unit: quantity.Case, Units: ea(5)}
	got := promoted(t, d, l)
	assert.Equal(t, []string{"19.00"}, totals(got)) // half a case
}

// An amount for each unit is for the ordered one where it states none: pieces of a
// cheap line can then come to more than those of a dear one that is ordered by the
// case, and the combination finds that.
func TestCombinationWithUnitsOfTwoSizes(t *testing.T) {
	s := setup{schema: schemaOf(combinationStep("promo")), records: []pricing.Record{listPrice("A", "10.00 USD"), listPrice("B", "4.00 USD")}}
	s.schema.Groups = []pricing.StackingGroup{{Name: "one", Stacking: pricing.StackFirst, Scope: pricing.ScopeOrder}}
	five := off("5.00 USD")
	five.Stack = "one"
	each := pricing.Discount{Kind: pricing.AmountPerUnit, Amount: usd("2.00"), Units: ea(4), Stack: "one"}
	s.rules = []pricing.Rule{{ID: "five", Group: "promo", When: "true", Priority: 1, Then: five}, {ID: "each", Group: "promo", When: "true", Then: each}}
	got := price(t, s.engine(t), request(pricing.Line{Item: "A", Quantity: quantity.New(1, quantity.Case), Units: caseOf10(t)}, line("B", 4)))
	assert.Equal(t, []string{"100.00", "8.00"}, totals(got))
}

// Tiers in another currency than the request do not apply, whichever is reached.
func TestTiersInAnotherCurrency(t *testing.T) {
	d := pricing.Discount{Kind: pricing.Tiered, Tiers: []pricing.Tier{
		{Quantity: ea(1), Rate: money.MustRate("10%")}, {Quantity: ea(5), Amount: money.MustParse("50.00 EUR")},
	}}
	got := promoted(t, d, line("A", 10))
	assert.Equal(t, []string{"100.00"}, totals(got))
	assert.Equal(t, pricing.WhyOtherCurrency, got.Entries[0].Why)
}

// Two currencies in one discount are found when it is compiled.
func TestDiscountOfTwoCurrencies(t *testing.T) {
	eur := money.MustParse("5.00 EUR")
	for want, d := range map[string]pricing.Discount{
		"the minimum is in EUR":     {Kind: pricing.AmountOff, Amount: usd("1.00"), Minimum: eur},
		"the maximum is in EUR":     {Kind: pricing.Percent, Minimum: usd("1.00"), Maximum: eur},
		"tiers[0].amount is in EUR": {Kind: pricing.Tiered, Tiers: []pricing.Tier{{From: usd("1.00"), Amount: eur}}},
	} {
		_, err := pricing.NewRuleBook("test", always("promo", d))
		assert.ErrorContains(t, err, want)
	}
}
