package pricing_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/rules"
)

// What is known to have gone wrong elsewhere is tested here by its name:
//
//	a discount's apportionment loses a cent     TestApportionmentFigures, TestApportionmentLosesNoCent
//	a percentage on tax                         TestNoDiscountOnTax
//	buy-get depends on the order of lines       TestSetsDoNotDependOnLines
//	promotions toggle when priced again         TestPricingAgainChangesNothing, TestAddingAndTakingAwayAgain
//	a pack price is rounded to a unit price     TestPackPriceIsNotRoundedOnTheWay
//	validity in another time zone               TestPriceDateInItsZone
//	an explicit zero discount loses             TestStepRecords: explicit zero discount
//	7,000 rules are slow                        TestSevenThousandRules
//	a quantity is exploded into units           TestQuantitiesAreNotExploded

// Every way to spread every amount up to 1.00 over lines of awkward values comes to
// the amount, and no line loses more than it has.
func TestApportionmentLosesNoCent(t *testing.T) {
	for _, currency := range []string{"USD", "JPY", "KWD"} {
		amount := func(minor int64) money.Amount {
			c := money.MustParse("1 " + currency).Currency()
			return money.FromMinor(minor, c)
		}
		s := setup{schema: schemaOf(orderStep("off"))}
		r := request()
		r.Currency = amount(1).Currency()
		for i, minor := range []int64{1, 3, 3333, 3334, 7, 0, 99, 1} {
			item := fmt.Sprint("I", i)
			s.records = append(s.records, listPrice(item, amount(minor).String()))
			l := line(item, 1)
			l.ID = fmt.Sprint(i + 1)
			r.Lines = append(r.Lines, l)
		}
		for off := range int64(101) {
			s.rules = []pricing.Rule{always("off", pricing.Discount{Kind: pricing.AmountOff, Amount: amount(off)})}
			got := price(t, s.engine(t), r) // the parts add up: it checks
			assert.Equal(t, amount(6778-off), got.Total)
			for _, l := range got.Lines {
				assert.GreaterOrEqual(t, l.Total.Sign(), 0)
			}
		}
	}
}

// A line is added, taken away and added again: each cart has its own price, and
// what it was before leaves no trace.
func TestAddingAndTakingAwayAgain(t *testing.T) {
	s := setup{
		schema:  schemaOf(orderStep("promo")),
		records: []pricing.Record{listPrice("A", "10.00 USD"), listPrice("B", "4.00 USD")},
		rules: []pricing.Rule{always("promo", pricing.Discount{
			Kind: pricing.BuyGet, Buy: of(1), Get: of(1, "B"), Rate: money.MustRate("100%"), Limit: 1,
		})},
	}
	e := s.engine(t)
	for range 5 {
		assert.Equal(t, "10.00", price(t, e, request(line("A", 1))).Total.Number())
		assert.Equal(t, "10.00", price(t, e, request(line("A", 1), line("B", 1))).Total.Number())
		assert.Equal(t, "14.00", price(t, e, request(line("A", 1), line("B", 2))).Total.Number())
	}
}

// Of 7,000 rules the few that could match are asked, whatever the others are.
func TestSevenThousandRules(t *testing.T) {
	var list []pricing.Rule
	for i := range 7000 {
		list = append(list, pricing.Rule{
			ID: fmt.Sprintf("r%04d", i), Group: "promo", Then: percent("10%"),
			When: fmt.Sprintf(`item == "I%04d" and customer.group == "GOLD" and quantity >= %d`, i, i%10),
		})
	}
	book, err := pricing.NewRuleBook("many", list...)
	require.NoError(t, err)
	facts := pricing.Facts{Item: "I0042", Quantity: ea(5), Customer: pricing.CustomerFacts{Group: "GOLD"}}
	matched, why, err := book.Explain(t.Context(), &facts, priceDate(), rules.Full)
	require.NoError(t, err)
	require.Len(t, matched, 1)
	assert.Equal(t, "r0042", matched[0].ID)
	assert.LessOrEqual(t, len(why.Rules), 3, "so many were asked")

	if raceEnabled {
		return
	}
	s := setup{schema: schemaOf(discountStep("promo", pricing.BaseRunning)), records: []pricing.Record{listPrice("I0042", "10.00 USD")}}
	allocs := func(rules []pricing.Rule) float64 {
		s.rules = rules
		e := s.engine(t)
		r := request(line("I0042", 5))
		r.Customer.Group = "GOLD"
		require.Equal(t, "45.00", price(t, e, r).Total.Number())
		return testing.AllocsPerRun(50, func() {
			if _, err := e.Price(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		})
	}
	assert.InDelta(t, allocs(list[42:43]), allocs(list), 0)
}
