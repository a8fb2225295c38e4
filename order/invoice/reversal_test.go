package invoice_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/invoice"
)

// pricing.md, afterwards: returns reverse what the invoice stored. Three pieces
// of 50.00 of an order with 10.00 off, spread as 3.34, 3.33 and 3.33, come back
// with the parts that they were billed with; a line of three pieces with 10.00 off
// gives 3.33, 3.34 and 3.33, in whatever steps it comes back.
func TestReversalTakesWhatWasStored(t *testing.T) {
	o := newOrder(t, []order.PricedLine{line("1", 1, "50.00", "-3.34"), line("2", 1, "50.00", "-3.33"), line("3", 3, "150.00", "-10.00")})
	for i := range o.Lines {
		o.Lines[i].Charges[1].Spread = true
		ship(t, o, o.Lines[i].ID, o.Lines[i].Base.Coefficient())
	}
	inv := stored(t, bill(t, request(t, o)))

	back, err := inv.Reversal("1", each(0), each(1))
	require.NoError(t, err)
	assert.Equal(t, inv.Lines[0], back, "all of a line is the line")

	var parts []string
	for n := range int64(3) {
		part, err := inv.Reversal("3", each(n), each(n+1))
		require.NoError(t, err)
		require.Len(t, part.Charges, 2)
		assert.True(t, part.Charges[1].Spread)
		assert.Equal(t, each(1), part.Quantity)
		assert.Equal(t, each(1), part.Ordered)
		parts = append(parts, part.Charges[1].Amount.Number()+" "+part.Net.Number()+" "+part.Taxes[0].Amount.Number())
	}
	assert.Equal(t, []string{"-3.33 46.67 3.27", "-3.34 46.66 3.26", "-3.33 46.67 3.27"}, parts, "net 140.00, tax 9.80")
	two, err := inv.Reversal("3", each(0), each(2))
	require.NoError(t, err)
	assert.Equal(t, []any{usd("-6.67"), usd("93.33"), usd("6.53")}, []any{two.Charges[1].Amount, two.Net, two.Taxes[0].Amount})
}

// What cannot be credited says so.
func TestReversalOfWhatWasNotBilled(t *testing.T) {
	o := newOrder(t, []order.PricedLine{line("1", 3, "10.00", "-1.00")}, freight("12.00"))
	ship(t, o, "1", 2)
	inv := bill(t, request(t, o))
	var refused *invoice.ReversalError
	for name, c := range map[string]struct {
		line     string
		from, to int64
		says     string
	}{
		"another line":       {"9", 0, 1, `invoice: INV-000001 line "9" cannot be credited: the invoice has no such line`},
		"more than billed":   {"1", 0, 3, `invoice: INV-000001 line "1" cannot be credited: of 2 EA that were billed there is no part from 0 EA to 3 EA`},
		"backward":           {"1", 2, 1, "from 2 EA to 1 EA"},
		"less than nothing":  {"1", -1, 1, "from -1 EA to 1 EA"},
		"nothing is nothing": {"1", 1, 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := inv.Reversal(c.line, each(c.from), each(c.to))
			if c.says == "" {
				require.NoError(t, err)
				assert.True(t, got.Net.IsZero() && got.Quantity.IsZero())
				return
			}
			require.ErrorAs(t, err, &refused)
			assert.Contains(t, err.Error(), c.says)
		})
	}
	var mismatch *quantity.MismatchError
	_, err := inv.Reversal("1", quantity.New(0, quantity.Case), each(1))
	require.ErrorAs(t, err, &mismatch)
	_, err = inv.Reversal("1", quantity.New(0, quantity.Case), quantity.New(1, quantity.Case))
	require.ErrorAs(t, err, &mismatch)

	tampered := stored(t, inv)
	tampered.Lines[0].Charges[0].Amount = usd("99.00")
	_, err = tampered.Reversal("1", each(0), each(1))
	require.ErrorAs(t, err, &refused)
	assert.Contains(t, err.Error(), "its charges add up to")

	c := &inv.Charges[0]
	for _, amounts := range [][2]string{{"0.00", "99.00"}, {"2.00", "1.00"}, {"-1.00", "1.00"}} {
		_, err := c.Reversal(usd(amounts[0]), usd(amounts[1]))
		require.ErrorAs(t, err, &refused, "%v", amounts)
		assert.Contains(t, err.Error(), `charge "freight" cannot be credited`)
	}
	var other *money.CurrencyError
	_, err = c.Reversal(money.Zero(money.JPY), usd("1.00"))
	require.ErrorAs(t, err, &other)
	_, err = c.Reversal(money.Zero(money.JPY), money.Zero(money.JPY))
	require.ErrorAs(t, err, &other)
}

// stored is the invoice as it comes back from the journal.
func stored(t require.TestingT, inv invoice.Invoice) invoice.Invoice {
	data, err := json.Marshal(inv)
	require.NoError(t, err)
	var back invoice.Invoice
	require.NoError(t, json.Unmarshal(data, &back))
	return back
}

// However an order is billed in parts and comes back in parts, what is credited is
// what was billed: by line, by step of the waterfall, by tax, by statistic, by
// charge of the order; and each line's parts add up in themselves. At every point
// what was credited of an amount is its exact share, rounded once. The oracle
// counts in shopspring/decimal.
func TestReturnsAddUpToWhatWasBilled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := newOrder(t, drawWaterfalls(t), drawCharges(t)...)
		for open(o) {
			shipSome(t, o)
			r := request(t, o)
			r.Taxes = invoice.TaxAll(
				invoice.Tax{Category: "S", Rate: money.MustRate("7.25%"), Jurisdiction: "US-NY", Name: "state"},
				invoice.Tax{Category: "S", Rate: money.MustRate("1.375%"), Jurisdiction: "US-NY", Name: "county"})
			if len(r.Lines) == 0 {
				continue
			}
			inv := stored(t, bill(t, r))
			for i := range inv.Lines {
				returnAll(t, &inv, &inv.Lines[i])
			}
			for i := range inv.Charges {
				returnCharge(t, &inv.Charges[i])
			}
		}
	})
}

// drawWaterfalls are lines with parts of order discounts, finer amounts and
// statistics.
func drawWaterfalls(t *rapid.T) []order.PricedLine {
	lines := drawLines(t)
	for i := range lines {
		l := &lines[i]
		for n := range l.Charges {
			l.Charges[n].Spread = n > 0 && rapid.Bool().Draw(t, "spread")
		}
		fine := decimal.New(rapid.Int64Range(-99, 99).Draw(t, "fine"), -4)
		finer, err := money.FromDecimal(fine, money.USD)
		require.NoError(t, err)
		l.Charges = append(l.Charges, order.Charge{Step: "exact", Kind: "surcharge", Amount: finer},
			order.Charge{Step: "rounding", Kind: "rounding", Amount: finer.Neg()})
		l.Statistics = []order.Charge{{Step: "cost", Kind: "surcharge", Amount: usd(cents(rapid.Int64Range(0, 99_999).Draw(t, "cost")))}}
	}
	return lines
}

// returnAll takes a line back in parts.
func returnAll(t *rapid.T, inv *invoice.Invoice, l *invoice.Line) {
	whole, _ := l.Quantity.Int64()
	credited := make(map[string]decimal.Decimal)
	billed := amountsOf(l)
	for from := int64(0); from < whole; {
		to := rapid.Int64Range(from, whole).Draw(t, "to")
		part, err := inv.Reversal(l.Line, each(from), each(to))
		require.NoError(t, err)
		sum := decimal.Zero
		for _, c := range part.Charges {
			sum = sum.Add(c.Amount.Decimal())
		}
		require.True(t, sum.Equal(part.Net.Decimal()), "%s of %s", sum, part.Net)
		for k, a := range amountsOf(&part) {
			credited[k] = credited[k].Add(a)
		}
		for k, a := range billed {
			if k != "charge invoice rounding" {
				exact := a.Mul(decimal.NewFromInt(to)).DivRound(decimal.NewFromInt(whole), 20)
				require.True(t, credited[k].Equal(exact.Round(max(2, -a.Exponent()))), "%s: %s for %s", k, credited[k], exact)
			}
		}
		from = to
	}
	for k, a := range credited {
		require.True(t, a.Equal(billed[k]), "%s: %s of %s", k, a, billed[k])
	}
}

// amountsOf are all amounts of a line, by what they are.
func amountsOf(l *invoice.Line) map[string]decimal.Decimal {
	all := map[string]decimal.Decimal{"net": l.Net.Decimal()}
	for _, c := range l.Charges {
		all["charge "+c.Step] = c.Amount.Decimal()
	}
	for _, c := range l.Statistics {
		all["statistic "+c.Step] = c.Amount.Decimal()
	}
	for _, x := range l.Taxes {
		all["tax "+x.Name] = x.Amount.Decimal()
	}
	return all
}

// returnCharge takes a charge of the order back in parts.
func returnCharge(t *rapid.T, c *invoice.Charge) {
	whole, ok := c.Amount.Abs().Minor()
	require.True(t, ok)
	amount, taxes := decimal.Zero, make([]decimal.Decimal, len(c.Taxes))
	for from := int64(0); from < whole; {
		to := rapid.Int64Range(from, whole).Draw(t, "to")
		part, err := c.Reversal(money.FromMinor(from, money.USD), money.FromMinor(to, money.USD))
		require.NoError(t, err)
		amount = amount.Add(part.Amount.Decimal())
		for i := range part.Taxes {
			taxes[i] = taxes[i].Add(part.Taxes[i].Amount.Decimal())
		}
		from = to
	}
	require.True(t, amount.Equal(c.Amount.Decimal()), "%s of %s", amount, c.Amount)
	for i := range taxes {
		require.True(t, taxes[i].Equal(c.Taxes[i].Amount.Decimal()))
	}
}

// An allowance on the order comes back with its sign.
func TestReversalOfAnAllowance(t *testing.T) {
	c := invoice.Charge{
		Charge: order.Charge{Step: "allowance", Kind: "discount", Amount: usd("-10.00")},
		Taxes:  []invoice.Taxed{{Tax: invoice.Tax{Category: "S", Rate: money.MustRate("7%")}, Amount: usd("-0.70")}},
	}
	var got []string
	for n := range int64(3) {
		part, err := c.Reversal(money.FromMinor(n*333, money.USD), money.FromMinor((n+1)*333+n/2, money.USD))
		require.NoError(t, err)
		got = append(got, part.Amount.Number()+" "+part.Taxes[0].Amount.Number())
	}
	assert.Equal(t, []string{"-3.33 -0.23", "-3.33 -0.24", "-3.34 -0.23"}, got)
	assert.Equal(t, usd("-0.70"), c.Taxes[0].Amount, "the invoice is as it was")
}

// Base and quantity of a charge are this invoice's shares; the price of a unit and
// the rate are not.
func TestBaseAndQuantityAreShares(t *testing.T) {
	priced := line("1", 8, "40.00", "-4.00", "-0.80")
	priced.Charges[0].Base, priced.Charges[0].Quantity = usd("5.00"), each(8)
	priced.Charges[1].Base, priced.Charges[1].Rate = usd("40.00"), money.MustRate("10%")
	priced.Charges[2].Base, priced.Charges[2].Quantity, priced.Charges[2].Per = usd("0.30"), quantity.New(1, quantity.Case), 3
	o := newOrder(t, []order.PricedLine{priced})
	ship(t, o, "1", 3)
	inv := bill(t, request(t, o))
	charges := inv.Lines[0].Charges
	assert.Equal(t, []any{usd("5.00"), each(3)}, []any{charges[0].Base, charges[0].Quantity})
	assert.Equal(t, []any{usd("15.00"), money.MustRate("10%")}, []any{charges[1].Base, charges[1].Rate})
	assert.Equal(t, []any{usd("0.30"), "0.375 CA", int64(3)}, []any{charges[2].Base, fmt.Sprint(charges[2].Quantity), charges[2].Per})

	priced = line("1", 7, "7.00")
	priced.Charges[0].Base, priced.Charges[0].Quantity = usd("7.00"), quantity.New(1, quantity.Case)
	o = newOrder(t, []order.PricedLine{priced})
	ship(t, o, "1", 3)
	inv = bill(t, request(t, o))
	assert.Zero(t, inv.Lines[0].Charges[0].Quantity, "no decimal number says 3/7 of a case")
}

func ExampleInvoice_Reversal() {
	o := partlyShipped() // 70 pieces at 1.45 less 10.00, of which 23 have left
	r := request(panics{}, o)
	inv := bill(panics{}, r)
	for _, part := range [][2]int64{{0, 10}, {10, 23}} {
		back, err := inv.Reversal("1", each(part[0]), each(part[1]))
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s: %s of %s, tax %s\n", back.Quantity, back.Net, inv.Lines[0].Net, back.Taxes[0].Amount)
	}
	// Output:
	// 10 EA: 13.07 USD of 30.06 USD, tax 0.92 USD
	// 13 EA: 16.99 USD of 30.06 USD, tax 1.19 USD
}
