package pricing_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

func of(n int64, items ...string) *pricing.Selection {
	return &pricing.Selection{Quantity: ea(n), Items: items}
}

// promoted prices lines at 10.00, 4.00 and 1.00 (A, B, C) with one promotion in a
// step of order scope.
func promoted(t *testing.T, d pricing.Discount, lines ...pricing.Line) pricing.Result {
	t.Helper()
	s := setup{
		schema:  schemaOf(orderStep("promo")),
		records: []pricing.Record{listPrice("A", "10.00 USD"), listPrice("B", "4.00 USD"), listPrice("C", "1.00 USD")},
		rules:   []pricing.Rule{always("promo", d)},
	}
	r := request(lines...)
	r.Trace = pricing.TraceFull
	return price(t, s.engine(t), r)
}

func TestSets(t *testing.T) {
	free := money.MustRate("100%")
	for name, c := range map[string]struct {
		discount pricing.Discount
		lines    []pricing.Line
		want     []string
		times    string
	}{
		"three for two, the cheapest free": {
			threeForTwo(), []pricing.Line{line("A", 2), line("B", 1)}, []string{"20.00", "0.00"}, "1 set",
		},
		"two sets reward the two cheapest units of all": {
			threeForTwo(), []pricing.Line{line("A", 3), line("B", 3)}, []string{"30.00", "4.00"}, "2 sets",
		},
		"the cheapest of each set": {
			pricing.Discount{Kind: pricing.BuyGet, Buy: of(2), Get: of(1), Rate: free, Pick: pricing.PickCheapestOfEach},
			[]pricing.Line{line("A", 3), line("B", 3)},
			[]string{"20.00", "8.00"}, "2 sets",
		},
		"the dearest": {
			pricing.Discount{Kind: pricing.BuyGet, Buy: of(2), Get: of(1), Rate: free, Pick: pricing.PickDearest},
			[]pricing.Line{line("A", 3), line("B", 3)},
			[]string{"10.00", "12.00"}, "2 sets",
		},
		"half of another item": {
			pricing.Discount{Kind: pricing.BuyGet, Buy: of(2), Get: of(1, "C"), Rate: money.MustRate("50%")},
			[]pricing.Line{line("A", 5), line("C", 9)},
			[]string{"50.00", "7.00"}, "4 sets", // C itself may be bought: of 14 pieces 4 are rewarded and 8 are bought
		},
		"an amount off the other item": {
			pricing.Discount{Kind: pricing.BuyGet, Buy: of(3), Get: of(2, "C"), Amount: usd("0.40")},
			[]pricing.Line{line("A", 3), line("C", 2)},
			[]string{"30.00", "1.20"}, "1 set",
		},
		"no more off than a unit costs": {
			pricing.Discount{Kind: pricing.BuyGet, Buy: of(3), Get: of(2, "C"), Amount: usd("3.00")},
			[]pricing.Line{line("A", 3), line("C", 2)},
			[]string{"30.00", "0.00"}, "1 set",
		},
		"a last set that is rewarded in part": {
			pricing.Discount{Kind: pricing.BuyGet, Buy: of(2), Get: of(2), Rate: free},
			[]pricing.Line{line("B", 7)},
			[]string{"16.00"}, "2 sets", // 2 + 2 and 2 + 1
		},
		"at most once": {
			pricing.Discount{Kind: pricing.BuyGet, Buy: of(2), Get: of(1), Rate: free, Limit: 1},
			[]pricing.Line{line("A", 3), line("B", 3)},
			[]string{"30.00", "8.00"}, "1 set",
		},
		"of one item": {
			pricing.Discount{Kind: pricing.BuyGet, Buy: of(1), Get: of(1), Rate: free, Same: true},
			[]pricing.Line{line("A", 1), line("B", 2), line("C", 3), line("A", 1)},
			[]string{"0.00", "4.00", "2.00", "10.00"}, "3 sets",
		},
		"a bundle at its price": {
			pricing.Discount{Kind: pricing.Bundle, Parts: []pricing.Selection{*of(1, "A"), *of(2, "B")}, Amount: usd("15.00")},
			[]pricing.Line{line("A", 2), line("B", 5)},
			[]string{"16.67", "17.33"}, "2 sets", // 36.00 for 30.00: 6.00 over 20.00 and 16.00
		},
		"a bundle at a share": {
			pricing.Discount{Kind: pricing.Bundle, Parts: []pricing.Selection{*of(1, "A"), *of(1, "B")}, Rate: money.MustRate("25%")},
			[]pricing.Line{line("A", 1), line("B", 3)},
			[]string{"7.50", "11.00"}, "1 set",
		},
		"a bundle that would cost more": {
			pricing.Discount{Kind: pricing.Bundle, Parts: []pricing.Selection{*of(1, "B"), *of(1, "C")}, Amount: usd("6.00")},
			[]pricing.Line{line("B", 1), line("C", 1)},
			[]string{"4.00", "1.00"}, "",
		},
		"any three at a price, as long as that is less": {
			pricing.Discount{Kind: pricing.MixAndMatch, Buy: of(3), Amount: usd("10.00")},
			[]pricing.Line{line("A", 2), line("B", 1), line("C", 3)},
			[]string{"8.33", "1.67", "3.00"}, "1 set", // 24.00 for 10.00; three C would cost more
		},
		"any two at a share": {
			pricing.Discount{Kind: pricing.MixAndMatch, Buy: of(2), Rate: money.MustRate("10%")},
			[]pricing.Line{line("A", 1), line("B", 2)},
			[]string{"9.00", "7.60"}, "1 set",
		},
		"capped": {
			pricing.Discount{Kind: pricing.BuyGet, Buy: of(2), Get: of(1), Rate: free, Maximum: usd("3.00")},
			[]pricing.Line{line("A", 2), line("B", 1)},
			[]string{"20.00", "1.00"}, "1 set",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := promoted(t, c.discount, c.lines...)
			assert.Equal(t, c.want, totals(got))
			times := ""
			for _, e := range got.Entries {
				if e.Why == "" {
					times = e.Detail
				}
			}
			assert.Equal(t, c.times, times)
		})
	}
}

func TestOtherKinds(t *testing.T) {
	tiers := pricing.Discount{Kind: pricing.Tiered, Tiers: []pricing.Tier{
		{From: usd("50.00"), Rate: money.MustRate("5%")}, {From: usd("100.00"), Amount: usd("12.00")},
	}}
	byQuantity := pricing.Discount{Kind: pricing.Tiered, Tiers: []pricing.Tier{
		{Quantity: ea(5), Rate: money.MustRate("5%")}, {Quantity: ea(10), Rate: money.MustRate("10%")},
	}}
	for name, c := range map[string]struct {
		discount pricing.Discount
		lines    []pricing.Line
		want     []string
		why      pricing.Why
	}{
		"below the first tier":           {tiers, []pricing.Line{line("A", 4), line("C", 9)}, []string{"40.00", "9.00"}, pricing.WhyBelowMinimum},
		"exactly at a tier":              {tiers, []pricing.Line{line("A", 5)}, []string{"47.50"}, ""},
		"one unit short of the next":     {tiers, []pricing.Line{line("A", 9), line("C", 9)}, []string{"85.50", "8.55"}, ""},
		"exactly at the next":            {tiers, []pricing.Line{line("A", 10)}, []string{"88.00"}, ""},
		"by quantity, one short":         {byQuantity, []pricing.Line{line("A", 1), line("C", 3)}, []string{"10.00", "3.00"}, pricing.WhyBelowMinimum},
		"by quantity":                    {byQuantity, []pricing.Line{line("A", 1), line("C", 4)}, []string{"9.50", "3.80"}, ""},
		"a price for each, where lower":  {pricing.Discount{Kind: pricing.FixedPrice, Amount: usd("3.00")}, []pricing.Line{line("A", 2), line("C", 2)}, []string{"6.00", "2.00"}, ""},
		"a price that is never lower":    {pricing.Discount{Kind: pricing.FixedPrice, Amount: usd("10.00")}, []pricing.Line{line("A", 2)}, []string{"20.00"}, pricing.WhyNotLower},
		"a price of nothing":             {pricing.Discount{Kind: pricing.FixedPrice, Amount: usd("0.00")}, []pricing.Line{line("A", 2)}, []string{"0.00"}, ""},
		"an amount off each unit":        {pricing.Discount{Kind: pricing.AmountPerUnit, Amount: usd("0.25")}, []pricing.Line{line("A", 2), line("C", 4)}, []string{"19.50", "3.00"}, ""},
		"no more than the maximum":       {pricing.Discount{Kind: pricing.Percent, Rate: money.MustRate("50%"), Maximum: usd("7.00")}, []pricing.Line{line("A", 2), line("B", 2)}, []string{"15.00", "6.00"}, ""},
		"too few":                        {pricing.Discount{Kind: pricing.Percent, Rate: money.MustRate("50%"), MinimumQuantity: ea(3)}, []pricing.Line{line("A", 2)}, []string{"20.00"}, pricing.WhyBelowMinimum},
		"enough together":                {pricing.Discount{Kind: pricing.Percent, Rate: money.MustRate("50%"), MinimumQuantity: ea(3)}, []pricing.Line{line("A", 2), line("A", 1)}, []string{"10.00", "5.00"}, ""},
		"in another currency":            {pricing.Discount{Kind: pricing.Percent, Rate: money.MustRate("50%"), Maximum: money.MustParse("3.00 EUR")}, []pricing.Line{line("A", 2)}, []string{"20.00"}, pricing.WhyOtherCurrency},
		"a coupon that is not presented": {pricing.Discount{Kind: pricing.Percent, Rate: money.MustRate("50%"), Coupon: "X"}, []pricing.Line{line("A", 2)}, []string{"20.00"}, pricing.WhyNoCoupon},
	} {
		t.Run(name, func(t *testing.T) {
			got := promoted(t, c.discount, c.lines...)
			assert.Equal(t, c.want, totals(got))
			require.NotEmpty(t, got.Entries)
			assert.Equal(t, c.why, got.Entries[0].Why)
		})
	}
}

// A unit is used once: what one promotion takes is not there for the next, in the
// same step or in a later one, and what is taken keeps its own price.
func TestUnitsAreUsedOnce(t *testing.T) {
	s := setup{
		schema:  schemaOf(orderStep("first"), orderStep("second")),
		records: []pricing.Record{listPrice("A", "10.00 USD")},
		rules: []pricing.Rule{
			{ID: "bogo", Group: "first", When: "true", Priority: 2, Then: pricing.Discount{
				Kind: pricing.BuyGet, Buy: of(1), Get: of(1), Rate: money.MustRate("100%"), Limit: 1,
			}},
			{ID: "bogo50", Group: "first", When: "true", Priority: 1, Then: pricing.Discount{
				Kind: pricing.BuyGet, Buy: of(1), Get: of(1), Rate: money.MustRate("50%"), Limit: 1,
			}},
			{ID: "any2", Group: "second", When: "true", Then: pricing.Discount{
				Kind: pricing.MixAndMatch, Buy: of(2), Amount: usd("12.00"),
			}},
		},
	}
	e := s.engine(t)
	for units, want := range map[int64]string{
		2: "10.00", // 1 free
		3: "20.00",
		4: "25.00", // and 1 at half
		5: "35.00",
		6: "37.00", // and 2 for 12.00
		7: "47.00",
		8: "49.00",
	} {
		got := price(t, e, request(line("A", units)))
		assert.Equal(t, want, got.Total.Number(), "%d units", units)
	}
	split := price(t, e, request(line("A", 3), line("A", 3)))
	assert.Equal(t, "37.00", split.Total.Number(), "how units are split over lines does not matter")
}

// A discount on the whole line lowers what taken and untaken units come to alike.
func TestDiscountBetweenSets(t *testing.T) {
	s := setup{
		schema:  schemaOf(orderStep("first"), discountStep("half", pricing.BaseRunning), orderStep("second")),
		records: []pricing.Record{listPrice("A", "10.00 USD")},
		rules: []pricing.Rule{
			always("first", pricing.Discount{Kind: pricing.BuyGet, Buy: of(1), Get: of(1), Rate: money.MustRate("100%"), Limit: 1}),
			always("half", percent("50%")),
			always("second", pricing.Discount{Kind: pricing.BuyGet, Buy: of(1), Get: of(1), Rate: money.MustRate("100%"), Limit: 1}),
		},
	}
	got := price(t, s.engine(t), request(line("A", 4)))
	// 40.00, one free: 30.00; halved: 15.00, of which the two taken units have
	// 5.00 and the two others 5.00 each.
	assert.Equal(t, "10.00", got.Total.Number())
}

// pricing.md: "for every 100 ordered, 3 free", order 280.
func TestFreeGoods(t *testing.T) {
	for policy, want := range map[pricing.GoodsPolicy]int64{
		pricing.ProRata: 8, pricing.PerFullStep: 6, pricing.ExactMultipleOnly: 0,
	} {
		for _, scope := range []pricing.Scope{pricing.ScopeLine, pricing.ScopeOrder} {
			for _, inclusive := range []bool{true, false} {
				t.Run(fmt.Sprint(policy, scope, inclusive), func(t *testing.T) {
					step := discountStep("goods", pricing.BaseRunning)
					step.Scope = scope
					d := pricing.Discount{Kind: pricing.FreeGoods, Goods: &pricing.Goods{
						Every: ea(100), Free: ea(3), Policy: policy, Inclusive: inclusive,
					}}
					if !inclusive {
						d.Goods.Item = "GIFT"
					}
					s := setup{schema: schemaOf(step), records: []pricing.Record{listPrice("A", "2.00 USD")}, rules: []pricing.Rule{always("goods", d)}}
					got := price(t, s.engine(t), request(line("A", 280)))
					total := "560.00"
					if inclusive {
						off, err := usd("2.00").MulInt(want)
						require.NoError(t, err)
						left, err := usd("560.00").Sub(off)
						require.NoError(t, err)
						total = left.Number()
					}
					assert.Equal(t, total, got.Total.Number())
					if want == 0 {
						assert.Empty(t, got.Goods)
						return
					}
					good := pricing.FreeGood{Rule: "goods-rule", Line: "1", Item: "A", Quantity: ea(want), Inclusive: inclusive}
					if !inclusive {
						good.Item = "GIFT"
					}
					if !inclusive && scope == pricing.ScopeOrder {
						good.Line = ""
					}
					assert.Equal(t, []pricing.FreeGood{good}, got.Goods)
				})
			}
		}
	}
}

func TestFreeGoodsRoundingAndUnits(t *testing.T) {
	packed, err := quantity.NewConversions(quantity.Each, quantity.Conversion{Unit: quantity.Case, Of: 12, Per: 1})
	require.NoError(t, err)
	goods := func(mode money.Rounding) pricing.Discount {
		return pricing.Discount{Kind: pricing.FreeGoods, Goods: &pricing.Goods{
			Every: ea(100), Free: ea(3), Policy: pricing.ProRata, Rounding: mode, Inclusive: true,
		}}
	}
	for mode, want := range map[money.Rounding]string{money.HalfUp: "272.00", money.Up: "271.00", money.Down: "272.00"} {
		s := setup{
			schema:  schemaOf(discountStep("goods", pricing.BaseRunning)),
			records: []pricing.Record{listPrice("A", "1.00 USD")}, rules: []pricing.Rule{always("goods", goods(mode))},
		}
		assert.Equal(t, want, price(t, s.engine(t), request(line("A", 280))).Total.Number(), mode.String())
	}
	s := setup{
		schema:  schemaOf(discountStep("goods", pricing.BaseRunning)),
		records: []pricing.Record{listPrice("A", "1.00 USD")}, rules: []pricing.Rule{always("goods", goods(money.HalfUp))},
	}
	got := price(t, s.engine(t), request(pricing.Line{Item: "A", Quantity: quantity.New(20, quantity.Case), Units: packed}))
	assert.Equal(t, "233.00", got.Total.Number(), "240 pieces earn 7.2, which is 7")
}

// Freight that a rule makes free is taken off where it was put.
func TestFreeFreight(t *testing.T) {
	s := setup{
		schema: schemaOf(pricing.Step{Name: "freight", Kind: pricing.StepCharge, Scope: pricing.ScopeOrder}, orderStep("free")),
		records: []pricing.Record{
			listPrice("A", "10.00 USD"), listPrice("B", "4.00 USD"),
		},
		rules: []pricing.Rule{always("free", pricing.Discount{
			Kind: pricing.FreeCharge, Charge: "freight", Rate: money.MustRate("100%"), Minimum: usd("50.00"),
		})},
	}
	r := request(line("A", 3), line("B", 2))
	r.Charges = []pricing.Charge{{Step: "freight", Amount: usd("9.99")}}
	got := price(t, s.engine(t), r)
	assert.Equal(t, "47.99", got.Total.Number(), "38.00 of goods and 9.99 are not 50.00")
	r.Lines[0].Quantity = ea(5)
	got = price(t, s.engine(t), r)
	assert.Equal(t, []string{"50.00", "8.00"}, totals(got))

	s.rules[0].Then.Rate, s.rules[0].Then.Maximum = money.MustRate("50%"), usd("4.00")
	got = price(t, s.engine(t), r)
	assert.Equal(t, "63.99", got.Total.Number(), "half, but 4.00 at most")
	s.rules[0].When = `item == "B"`
	s.rules[0].Then.Minimum = money.Amount{}
	got = price(t, s.engine(t), r)
	assert.Equal(t, "67.30", got.Total.Number(), "half of the 1.38 that fell on B")
}

// Pricing is pure: it tells what a coupon or budget would be used for, and leaves
// out what is said to be exhausted.
func TestUsage(t *testing.T) {
	s := setup{
		schema:  schemaOf(discountStep("line", pricing.BaseRunning), orderStep("order")),
		records: []pricing.Record{listPrice("A", "10.00 USD"), listPrice("B", "4.00 USD")},
		rules: []pricing.Rule{
			{ID: "spring", Group: "line", When: "true", Then: pricing.Discount{Kind: pricing.Percent, Rate: money.MustRate("10%"), Budget: "MARKETING"}},
			{ID: "welcome", Group: "order", When: "true", Then: pricing.Discount{Kind: pricing.AmountOff, Amount: usd("5.00"), Coupon: "WELCOME"}},
		},
	}
	e := s.engine(t)
	r := request(line("A", 2), line("B", 1))
	r.Coupons = []string{"WELCOME"}
	got := price(t, e, r)
	assert.Equal(t, "16.60", got.Total.Number())
	assert.Equal(t, []pricing.Usage{
		{Rule: "spring", Budget: "MARKETING", Times: 2, Amount: usd("2.40")},
		{Rule: "welcome", Coupon: "WELCOME", Times: 1, Amount: usd("5.00")},
	}, got.Usage)

	r.Exhausted = []string{"WELCOME", "MARKETING"}
	r.Trace = pricing.TraceFull
	got = price(t, e, r)
	assert.Equal(t, "24.00", got.Total.Number())
	assert.Empty(t, got.Usage)
	assert.Equal(t, pricing.WhyExhausted, got.Entries[0].Why)
}

// A promotion works on runs of equal units: a quantity of a thousand million costs
// no more than one of three.
func TestQuantitiesAreNotExploded(t *testing.T) {
	s := setup{
		schema:  schemaOf(orderStep("promo")),
		records: []pricing.Record{listPrice("A", "0.03 USD"), listPrice("B", "0.01 USD")},
		rules:   []pricing.Rule{always("promo", threeForTwo())},
	}
	e := s.engine(t)
	got := price(t, e, request(line("A", 2_000_000_000), line("B", 1_000_000_000)))
	assert.Equal(t, []string{"60000000.00", "0.00"}, totals(got))
	if raceEnabled {
		return
	}
	few, many := request(line("A", 2), line("B", 1)), request(line("A", 2_000_000_000), line("B", 1_000_000_000))
	allocs := func(r pricing.Request) float64 {
		return testing.AllocsPerRun(20, func() {
			if _, err := e.Price(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		})
	}
	assert.InDelta(t, allocs(few), allocs(many), 3)
}

// Pricing what was priced before gives the same again: promotions do not toggle.
func TestPricingAgainChangesNothing(t *testing.T) {
	s := setup{
		schema: schemaOf(orderStep("promo"), orderStep("order")),
		records: []pricing.Record{
			listPrice("A", "10.00 USD"), listPrice("B", "4.00 USD"),
		},
		rules: []pricing.Rule{
			always("promo", threeForTwo()),
			{ID: "over", Group: "order", When: "true", Then: pricing.Discount{Kind: pricing.Percent, Rate: money.MustRate("10%"), Minimum: usd("50.00")}},
		},
	}
	e := s.engine(t)
	r := request(line("A", 5), line("B", 4))
	first := price(t, e, r)
	for range 10 {
		assert.Equal(t, first, price(t, e, r))
	}
}

// A discount on so many units takes them for itself: a second one finds the others.
func TestUnitLimit(t *testing.T) {
	half := pricing.Discount{Kind: pricing.Percent, Rate: money.MustRate("50%"), Units: ea(2)}
	dearest := half
	dearest.Pick = pricing.PickDearest
	lines := []pricing.Line{line("A", 1), line("B", 2)}
	assert.Equal(t, []string{"10.00", "4.00"}, totals(promoted(t, half, lines...)))
	assert.Equal(t, []string{"5.00", "6.00"}, totals(promoted(t, dearest, lines...)))
	price3 := pricing.Discount{Kind: pricing.FixedPrice, Amount: usd("3.00"), Units: ea(2), Pick: pricing.PickDearest}
	assert.Equal(t, []string{"3.00", "7.00"}, totals(promoted(t, price3, lines...)))

	s := setup{
		schema:  schemaOf(discountStep("one", pricing.BaseRunning), discountStep("two", pricing.BaseRunning)),
		records: []pricing.Record{listPrice("A", "10.00 USD")},
		rules:   []pricing.Rule{always("one", half), always("two", half)},
	}
	for units, want := range map[int64]string{1: "5.00", 2: "10.00", 3: "15.00", 4: "20.00", 5: "30.00"} {
		assert.Equal(t, want, price(t, s.engine(t), request(line("A", units))).Total.Number(), "%d units", units)
	}
}

// A charge is given away once, and a minimum for it does not count it.
func TestFreeChargeTwice(t *testing.T) {
	free := pricing.Discount{Kind: pricing.FreeCharge, Charge: "freight", Rate: money.MustRate("60%")}
	for _, stacking := range []pricing.Stacking{pricing.Stack, pricing.StackBestCombination} {
		step := orderStep("free")
		step.Stacking = stacking
		s := setup{
			schema:  schemaOf(pricing.Step{Name: "freight", Kind: pricing.StepCharge, Scope: pricing.ScopeOrder}, step),
			records: []pricing.Record{listPrice("A", "10.00 USD")},
			rules: []pricing.Rule{
				{ID: "a", Group: "free", When: "true", Then: free}, {ID: "b", Group: "free", When: "true", Then: free},
			},
		}
		r := request(line("A", 3))
		r.Charges = []pricing.Charge{{Step: "freight", Amount: usd("10.00")}}
		assert.Equal(t, "31.60", price(t, s.engine(t), r).Total.Number(), "6.00 off, then 60%% of 4.00 off")
		s.rules[0].Then.Minimum, s.rules[1].Then.Minimum = usd("30.01"), usd("30.00")
		assert.Equal(t, "34.00", price(t, s.engine(t), r).Total.Number(), "one of them asks for a cent more of goods")
	}
}

// Rules can ask for the price and for what else is ordered.
func TestFactsOfTheOrder(t *testing.T) {
	s := setup{
		schema:  schemaOf(discountStep("d", pricing.BaseRunning)),
		records: []pricing.Record{listPrice("A", "10.00 USD"), listPrice("B", "4.00 USD")},
		rules: []pricing.Rule{
			{ID: "with", Group: "d", When: `"B" in order.items and item == "A"`, Then: percent("10%")},
			{ID: "cheap", Group: "d", When: `price < money("5.00 USD")`, Then: percent("50%")},
		},
	}
	e := s.engine(t)
	assert.Equal(t, []string{"10.00"}, totals(price(t, e, request(line("A", 1)))))
	assert.Equal(t, []string{"9.00", "2.00"}, totals(price(t, e, request(line("A", 1), line("B", 1)))))
}
