package pricing_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

// pricing.md, decisions: percent and amount must both hold; a customer's price
// below ours within tolerance: accept theirs; a higher one: accept ours and say
// so (PRI-4).
func TestCustomerPrice(t *testing.T) {
	units, err := quantity.NewConversions(quantity.Each, quantity.Conversion{Unit: quantity.Case, Of: 12})
	require.NoError(t, err)

	// Ours is 120 x 10.00 less 5% = 1,140.00; 2% of it are 22.80, and 20.00 is
	// the bound by amount.
	for name, c := range map[string]struct {
		stated  *pricing.Price
		outcome pricing.Outcome
		reason  pricing.CheckReason
		total   string
		found   finding.Severity
	}{
		"none stated":          {nil, "", "", "1140.00", none},
		"the same":             {&pricing.Price{Amount: usd("9.50")}, pricing.AcceptOurs, pricing.PricesAgree, "1140.00", none},
		"the same in cases":    {&pricing.Price{Amount: usd("114"), Unit: quantity.Case}, pricing.AcceptOurs, pricing.PricesAgree, "1140.00", none},
		"the same per hundred": {&pricing.Price{Amount: usd("950"), Per: 100}, pricing.AcceptOurs, pricing.PricesAgree, "1140.00", none},
		"the same once rounded": {&pricing.Price{Amount: usd("9.50003")}, pricing.AcceptOurs, pricing.PricesAgree,
			"1140.00", none},
		"lower, within both":      {&pricing.Price{Amount: usd("9.40")}, pricing.AcceptTheirs, pricing.WithinTolerance, "1128.00", none},
		"lower, at the amount":    {&pricing.Price{Amount: usd("1120"), Per: 120}, pricing.AcceptTheirs, pricing.WithinTolerance, "1120.00", none},
		"lower, beyond the cents": {&pricing.Price{Amount: usd("1119.99"), Per: 120}, pricing.Hold, pricing.BelowTolerance, "1140.00", finding.Block},
		"lower, beyond both":      {&pricing.Price{Amount: usd("5")}, pricing.Hold, pricing.BelowTolerance, "1140.00", finding.Block},
		"free":                    {&pricing.Price{Amount: usd("0")}, pricing.Hold, pricing.BelowTolerance, "1140.00", finding.Block},
		"higher":                  {&pricing.Price{Amount: usd("9.60")}, pricing.AcceptOurs, pricing.StatedHigher, "1140.00", finding.Info},
		"in another currency": {&pricing.Price{Amount: money.MustParse("9.50 EUR")}, pricing.Hold, pricing.StatedCurrency,
			"1140.00", finding.Block},
		"per a negative number": {&pricing.Price{Amount: usd("9.50"), Per: -1}, pricing.Hold, pricing.StatedUnit,
			"1140.00", finding.Block},
		"in another unit": {&pricing.Price{Amount: usd("9.50"), Unit: quantity.Kilogram}, pricing.Hold, pricing.StatedUnit,
			"1140.00", finding.Block},
	} {
		t.Run(name, func(t *testing.T) {
			e := setup{
				schema: schemaOf(discountStep("d", pricing.BaseRunning), pricing.Step{
					Name: "check", Kind: pricing.StepCustomerPrice,
					Tolerance: pricing.Tolerance{Percent: money.MustRate("2%"), Amounts: []money.Amount{money.MustParse("1 EUR"), usd("20.00")}},
				}),
				records: []pricing.Record{listPrice("A", "10 USD")}, rules: []pricing.Rule{always("d", percent("5%"))},
			}.engine(t)
			l := line("A", 120)
			l.Units, l.Stated = units, c.stated
			for _, trace := range []pricing.Trace{pricing.TraceOff, pricing.TraceFull} {
				r := request(l)
				r.Trace = trace
				got := price(t, e, r)
				assert.Equal(t, c.outcome, got.Lines[0].Check.Outcome)
				assert.Equal(t, c.reason, got.Lines[0].Check.Reason)
				assert.Equal(t, usd(c.total), got.Total)
				if c.found == none {
					assert.Empty(t, got.Findings)
				} else if assert.Len(t, got.Findings, 1) {
					assert.Equal(t, c.found, got.Findings[0].Severity)
					assert.Equal(t, "lines[0].stated", got.Findings[0].Path)
				}
			}
		})
	}
}

// What is left out of a stated price is said, not shown as nothing.
func TestStatedPriceInWords(t *testing.T) {
	e := setup{
		schema:  schemaOf(pricing.Step{Name: "check", Kind: pricing.StepCustomerPrice}),
		records: []pricing.Record{listPrice("A", "10 USD")},
	}.engine(t)
	for want, stated := range map[string]pricing.Price{
		"price 9.50 EUR per 1 EA cannot":   {Amount: money.MustParse("9.50 EUR")},
		"price 9.50 EUR per 100 CA cannot": {Amount: money.MustParse("9.50 EUR"), Per: 100, Unit: quantity.Case},
	} {
		l := line("A", 1)
		l.Stated = &stated
		got := price(t, e, request(l))
		require.Len(t, got.Findings, 1)
		assert.Contains(t, got.Findings[0].Message, want)
	}
}

func TestTolerances(t *testing.T) {
	for name, c := range map[string]struct {
		schema   pricing.Tolerance
		customer *pricing.Tolerance
		stated   string // ours is 100.00
		want     pricing.Outcome
	}{
		"none at all":               {pricing.Tolerance{}, nil, "99.99", pricing.Hold},
		"percent alone, at it":      {pricing.Tolerance{Percent: money.MustRate("2%")}, nil, "98.00", pricing.AcceptTheirs},
		"percent alone, beyond it":  {pricing.Tolerance{Percent: money.MustRate("2%")}, nil, "97.99", pricing.Hold},
		"a percentage of fractions": {pricing.Tolerance{Percent: money.MustRate("0.019999")}, nil, "98.00", pricing.Hold},
		"amount alone is none": {pricing.Tolerance{Amounts: []money.Amount{usd("5")}}, nil, "99.99",
			pricing.Hold}, // both must hold, and no percentage is none
		"percent holds, amount does not": {pricing.Tolerance{Percent: money.MustRate("2%"), Amounts: []money.Amount{usd("1")}}, nil, "98.99", pricing.Hold},
		"amount holds, percent does not": {pricing.Tolerance{Percent: money.MustRate("1%"), Amounts: []money.Amount{usd("2")}}, nil, "98.99", pricing.Hold},
		"an amount in another currency": {pricing.Tolerance{Percent: money.MustRate("2%"), Amounts: []money.Amount{money.MustParse("2 EUR")}}, nil,
			"99.99", pricing.Hold},
		"the customer's own": {pricing.Tolerance{}, &pricing.Tolerance{Percent: money.MustRate("5%")}, "95.00", pricing.AcceptTheirs},
		"the customer has none": {pricing.Tolerance{Percent: money.MustRate("5%")}, &pricing.Tolerance{}, "99.99",
			pricing.Hold},
	} {
		t.Run(name, func(t *testing.T) {
			e := setup{
				schema:  schemaOf(pricing.Step{Name: "check", Kind: pricing.StepCustomerPrice, Tolerance: c.schema}),
				records: []pricing.Record{listPrice("A", "100 USD")},
			}.engine(t)
			l := line("A", 1)
			l.Stated = &pricing.Price{Amount: usd(c.stated)}
			r := request(l)
			r.Customer.Tolerance = c.customer
			assert.Equal(t, c.want, price(t, e, r).Lines[0].Check.Outcome)
		})
	}
	t.Run("nothing to compare with", func(t *testing.T) {
		e := setup{schema: schemaOf(pricing.Step{Name: "check", Kind: pricing.StepCustomerPrice})}.engine(t)
		l := line("A", 1)
		l.Stated = &pricing.Price{Amount: usd("1")}
		got := price(t, e, request(l))
		assert.Equal(t, pricing.PriceCheck{Outcome: pricing.Hold, Reason: pricing.OurPriceIsMissing}, got.Lines[0].Check)
		assert.Len(t, got.Findings, 1, "the missing price is one finding")
	})
}
