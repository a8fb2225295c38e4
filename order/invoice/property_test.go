package invoice_test

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/invoice"
)

// However an order ships, its invoices add up to it: by line, by step of the
// waterfall, and by charge; and each invoice adds up in itself. The oracle
// counts in shopspring/decimal.
func TestInvoicesAddUpToTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := newOrder(t, drawLines(t), drawCharges(t)...)
		policy := rapid.SampledFrom([]invoice.ChargePolicy{invoice.OnFirst, invoice.ProRata, invoice.OnLast}).Draw(t, "policy")
		rate := decimal.New(rapid.Int64Range(0, 25_000).Draw(t, "rate"), -5)
		tax, err := money.RateFromDecimal(rate)
		require.NoError(t, err)

		nets, steps := make(map[string]decimal.Decimal), make(map[string]decimal.Decimal)
		charges := decimal.Zero
		for open(o) {
			shipSome(t, o)
			r := request(t, o)
			r.Charges, r.Taxes = policy, invoice.TaxAll(invoice.Tax{Category: "S", Rate: tax})
			if len(r.Lines) == 0 {
				continue
			}
			inv := bill(t, r)
			checkSums(t, inv, rate)
			for _, l := range inv.Lines {
				require.GreaterOrEqual(t, l.Net.Sign(), 0)
				nets[l.Line] = nets[l.Line].Add(l.Net.Decimal())
				for _, c := range l.Charges {
					steps[l.Line+c.Step] = steps[l.Line+c.Step].Add(c.Amount.Decimal())
				}
				checkShare(t, o.Line(l.Line), o, nets[l.Line])
			}
			for _, c := range inv.Charges {
				charges = charges.Add(c.Amount.Decimal())
			}
		}
		for _, l := range o.Lines {
			require.True(t, nets[l.ID].Equal(l.Net.Decimal()), "line %s: %s of %s", l.ID, nets[l.ID], l.Net)
			require.True(t, steps[l.ID+"invoice rounding"].IsZero())
			for _, c := range l.Charges {
				require.True(t, steps[l.ID+c.Step].Equal(c.Amount.Decimal()))
			}
		}
		want := decimal.Zero
		for _, c := range o.Charges {
			want = want.Add(c.Amount.Decimal())
		}
		require.True(t, charges.Equal(want), "%s of %s", charges, want)
		require.Equal(t, order.FullyBilled, o.Billing())
	})
}

func drawLines(t *rapid.T) []order.PricedLine {
	var lines []order.PricedLine
	for i := range rapid.IntRange(1, 4).Draw(t, "lines") {
		price := rapid.Int64Range(0, 1_000_000).Draw(t, "price")
		steps := []string{cents(price)}
		for range rapid.IntRange(0, 3).Draw(t, "discounts") {
			off := rapid.Int64Range(0, price/4).Draw(t, "off")
			steps = append(steps, cents(-off))
		}
		lines = append(lines, line(fmt.Sprint(i), rapid.Int64Range(1, 60).Draw(t, "n"), steps...))
	}
	return lines
}

func drawCharges(t *rapid.T) []order.Charge {
	var charges []order.Charge
	for range rapid.IntRange(0, 2).Draw(t, "charges") {
		charges = append(charges, freight(cents(rapid.Int64Range(0, 9_999).Draw(t, "freight"))))
	}
	return charges
}

func cents(n int64) string { return decimal.New(n, -2).StringFixed(2) }

func open(o *order.Order) bool { return o.Billing() != order.FullyBilled }

// shipSome lets a part of some lines leave.
func shipSome(t *rapid.T, o *order.Order) {
	for i := range o.Lines {
		rest, err := o.Lines[i].Base.Sub(o.Lines[i].Shipped())
		require.NoError(t, err)
		most, _ := rest.Int64()
		if n := rapid.Int64Range(0, most).Draw(t, "ship"); n > 0 {
			ship(t, o, o.Lines[i].ID, n)
		}
	}
}

// checkShare holds what was billed of a line against the exact share of its
// net: it is that, rounded once.
func checkShare(t *rapid.T, l *order.Line, o *order.Order, billed decimal.Decimal) {
	exact := l.Net.Decimal().Mul(o.Billed(l.ID).Decimal()).DivRound(l.Base.Decimal(), 20)
	require.True(t, billed.Equal(exact.Round(2)), "%s for %s", billed, exact)
}

// checkSums adds the invoice up again.
func checkSums(t *rapid.T, inv invoice.Invoice, rate decimal.Decimal) {
	lines, charges, taxes := decimal.Zero, decimal.Zero, decimal.Zero
	cent := decimal.New(1, -2)
	taxed := func(net decimal.Decimal, of []invoice.Taxed) {
		require.Len(t, of, 1)
		taxes = taxes.Add(of[0].Amount.Decimal())
		require.True(t, of[0].Amount.Decimal().Sub(net.Mul(rate)).Abs().LessThan(cent), "tax %s of %s", of[0].Amount, net)
	}
	for _, l := range inv.Lines {
		sum := decimal.Zero
		for _, c := range l.Charges {
			sum = sum.Add(c.Amount.Decimal())
		}
		require.True(t, sum.Equal(l.Net.Decimal()))
		lines = lines.Add(sum)
		taxed(sum, l.Taxes)
	}
	for _, c := range inv.Charges {
		charges = charges.Add(c.Amount.Decimal())
		taxed(c.Amount.Decimal(), c.Taxes)
	}
	net := lines.Add(charges)
	require.True(t, inv.Totals.Lines.Decimal().Equal(lines))
	require.True(t, inv.Totals.Net.Decimal().Equal(net))
	require.True(t, inv.Totals.Tax.Decimal().Equal(net.Mul(rate).Round(2)), "EN 16931 BR-CO-17")
	require.True(t, inv.Totals.Tax.Decimal().Equal(taxes))
	require.True(t, inv.Totals.Payable.Decimal().Equal(net.Add(taxes)))
	due := decimal.Zero
	for _, d := range inv.Due {
		due = due.Add(d.Amount.Decimal())
	}
	require.True(t, due.Equal(net.Add(taxes)))
}

// Allowances make nets below zero in a category; its parts still add up.
func TestTaxOfMixedSigns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := newOrder(t, []order.PricedLine{line("1", 1, "500.00"), line("2", 1, cents(rapid.Int64Range(0, 9_999).Draw(t, "net")))})
		for range rapid.IntRange(0, 4).Draw(t, "charges") {
			o.Charges = append(o.Charges, freight(cents(rapid.Int64Range(-9_999, 9_999).Draw(t, "charge"))))
		}
		ship(t, o, "1", 1)
		ship(t, o, "2", 1)
		rate := decimal.New(rapid.Int64Range(0, 30_000).Draw(t, "rate"), -5)
		tax, err := money.RateFromDecimal(rate)
		require.NoError(t, err)
		r := request(t, o)
		r.Charges, r.Taxes = invoice.OnFirst, invoice.TaxAll(invoice.Tax{Category: "S", Rate: tax})
		inv := bill(t, r)
		checkSums(t, inv, rate)
		positive, negative := inv.Totals.Charges.Decimal(), inv.Totals.Allowances.Decimal()
		require.True(t, inv.Totals.Lines.Decimal().Sub(negative).Add(positive).Equal(inv.Totals.Net.Decimal()))
	})
}
