package mapping_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/invoice"
)

// drawCharge is a charge that is billed, with whatever explains it.
func drawCharge(t *rapid.T, currency money.Currency) order.Charge {
	words := rapid.StringMatching(`[A-Z][a-z]{1,8}( [a-z0-9]{1,9}){0,3}`)
	c := order.Charge{
		Step: "discount", Kind: "discount", Label: words.Draw(t, "label"),
		Source: rapid.StringMatching(`[A-Z0-9-]{0,30}`).Draw(t, "source"),
		Amount: money.FromMinor(-rapid.Int64Range(1, 99_999_999).Draw(t, "amount"), currency),
	}
	if rapid.Bool().Draw(t, "charge") {
		c.Step = rapid.SampledFrom([]string{"freight", "surcharge"}).Draw(t, "step")
		c.Kind, c.Amount = c.Step, c.Amount.Neg()
	}
	base := money.FromMinor(rapid.Int64Range(1, 9_999_999).Draw(t, "base"), currency)
	switch rapid.IntRange(0, 2).Draw(t, "form") {
	case 1:
		rate, err := money.ParseRate(fmt.Sprintf("%d.%03d%%", rapid.IntRange(1, 100).Draw(t, "percent"), rapid.IntRange(0, 999).Draw(t, "thousandths")))
		require.NoError(t, err)
		c.Base, c.Rate = base, rate
	case 2:
		unit := rapid.SampledFrom([]quantity.Unit{quantity.Each, quantity.Case, quantity.Kilogram, quantity.Dozen, quantity.Sheet, quantity.Can, quantity.Metre}).Draw(t, "unit")
		c.Base, c.Quantity = base, quantity.FromThousandths(rapid.Int64Range(1, 9_999_999).Draw(t, "count"), unit)
		if per := rapid.SampledFrom([]int64{1, 1, 10, 12, 100}).Draw(t, "per"); per > 1 {
			c.Per = per
		}
	}
	return c
}

// Whatever charges a line and an order have, they read back equal out of an 810.
func TestChargesRoundTripX12(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		inv := invoiceOf()
		l := &inv.Lines[0] // at a price that no charge of the test exceeds
		l.UnitPrice, l.Net, l.Charges[0].Amount = usd("1000000.00"), usd("60000000.00"), usd("60000000.00")
		var want []order.Charge
		for range rapid.IntRange(0, 4).Draw(t, "charges") {
			c := drawCharge(t, money.USD)
			want, l.Charges = append(want, perOne(c)), append(l.Charges, c)
			l.Net, _ = l.Net.Add(c.Amount)
		}
		whole := drawCharge(t, money.USD)
		inv.Charges = []invoice.Charge{{Charge: whole}}
		inv.Totals.Lines = l.Net
		inv.Totals.Payable, _ = l.Net.Add(whole.Amount)
		segments, err := mapping.WriteInvoice(inv, mapping.Options{})
		require.NoError(t, err)
		read, found := mapping.ReadCharges(rapidSet(t, "810", segments), mapping.Options{})
		require.Empty(t, found)
		if len(want) == 0 {
			require.Empty(t, read.Lines)
		} else {
			require.Equal(t, []mapping.LineCharges{{Line: "1", Charges: want}}, read.Lines)
		}
		require.Equal(t, []order.Charge{perOne(whole)}, read.Order)
	})
}

// perOne is a charge as a SAC can say it: an amount per unit is for one unit, and
// where nine digits do not say it, nothing is said of it.
func perOne(c order.Charge) order.Charge {
	if c.Quantity.IsZero() {
		return c
	}
	per := decimal.NewFromInt(max(c.Per, 1))
	rate := c.Base.Decimal().DivRound(per, 12)
	written := strings.TrimPrefix(strings.Replace(rate.String(), "0.", ".", 1), ".")
	if !strings.HasPrefix(rate.String(), "0.") {
		written = rate.String()
	}
	c.Per = 0
	if !rate.Mul(per).Equal(c.Base.Decimal()) || len(strings.Replace(written, ".", "", 1)) > 9 {
		c.Base, c.Quantity = money.Amount{}, quantity.Quantity{}
		return c
	}
	base, err := money.FromDecimal(rate, c.Base.Currency())
	if err != nil {
		panic(err)
	}
	c.Base = base
	return c
}

// Whatever charges there are, they read back equal out of ALC groups, in any
// currency, through the syntax, with a point or a comma.
func TestChargesRoundTripEDIFACT(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		currency := rapid.SampledFrom([]money.Currency{money.USD, money.JPY, money.KWD}).Draw(t, "currency")
		agreed := mapping.Options{DecimalMark: rapid.SampledFrom([]string{"", ".", ","}).Draw(t, "mark")}
		var want []order.Charge
		segments := []edifact.Segment{edifact.NewSegment("LIN", edifact.Simple("1"))}
		for range rapid.IntRange(0, 4).Draw(t, "charges") {
			c := drawCharge(t, currency)
			group, err := mapping.AllowanceGroup(c, agreed)
			require.NoError(t, err)
			segments = append(segments, group...)
			segments = append(segments, edifact.NewSegment("TAX", edifact.Simple("7")), edifact.NewSegment("MOA", edifact.Composite("124", "9.99")))
			if c.Step == "surcharge" { // ADR says no more than that it is a charge
				c.Step, c.Kind = "ADR", "charge"
			}
			want = append(want, c)
		}
		segments = append(segments, edifact.NewSegment("UNS", edifact.Simple("S")))
		var out bytes.Buffer
		w, err := edifact.NewWriter(&out, edifact.WriterConfig{})
		require.NoError(t, err)
		require.NoError(t, w.Write(segments...))
		read, err := edifact.ReadAll(&out, edifact.Options{})
		require.NoError(t, err)
		got, found := mapping.AllowanceGroups(read, currency, agreed)
		require.Empty(t, found)
		require.Equal(t, want, got)
	})
}

// rapidSet writes and reads a set.
func rapidSet(t require.TestingT, id string, segments []x12.Segment) *x12.Set {
	var out bytes.Buffer
	w, err := x12.NewWriter(&out, x12.WriterConfig{})
	require.NoError(t, err)
	for _, err := range []error{
		w.BeginInterchange(x12.Header{SenderQualifier: "14", Sender: "987654321", ReceiverQualifier: "01", Receiver: "123456789",
			Date: "260401", Time: "1415", Version: "00401", Control: "1", Usage: "T"}),
		w.BeginGroup(x12.GroupHeader{FunctionalID: "IN", Sender: "987654321", Receiver: "123456789", Date: "20260401", Time: "1415", Control: "1", Version: "004010"}),
		w.BeginSet(id, "0001", ""), w.Write(segments...), w.EndSet(), w.EndGroup(), w.EndInterchange(),
	} {
		require.NoError(t, err)
	}
	report, err := x12.Read(&out, x12.Options{})
	require.NoError(t, err)
	require.True(t, report.OK())
	return report.Sets()[0]
}
