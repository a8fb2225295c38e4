package steps_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk/steps"
	"github.com/o2ckit/o2c/order/invoice"
	"github.com/o2ckit/o2c/pricing"
)

// pricing.md, afterwards: what is priced, ordered, billed in parts and returned in
// parts is one waterfall. Every step of a part of an invoice is what pricing says of
// that part; what comes back is what was billed; and everything together comes to
// the order, step by step. Parts of order discounts and freight that was spread are
// among the steps.
func TestOneWaterfallFromPriceToReturn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		price := func(name string) int64 { return rapid.Int64Range(0, 99_999).Draw(t, name) }
		rate, err := money.RateFromDecimal(decimal.New(rapid.Int64Range(0, 4_999).Draw(t, "rate"), -4))
		require.NoError(t, err)
		engine := everyStep(t, money.USD, price, rate)
		whole := rapid.Int64Range(1, 60).Draw(t, "ordered")
		result, err := engine.Price(t.Context(), pricing.Request{Currency: money.USD, At: monday,
			Lines: []pricing.Line{
				{ID: "1", Item: "B", Quantity: pieces(whole), Overrides: []pricing.Override{
					{Step: "by hand", Kind: pricing.TakePercent, Rate: rate, Actor: "ann", Reason: "late last time"}}},
				{ID: "2", Item: "A", Quantity: pieces(1)},
			},
			Charges: []pricing.Charge{{Step: "freight", Amount: money.FromMinor(price("freight"), money.USD)}},
		})
		require.NoError(t, err)
		l := &result.Lines[0]
		if l.Total.Sign() < 0 {
			t.Skip("a line that owes the customer is not billed")
		}
		o := orderOf(t, &result)

		billed, returned := map[string]decimal.Decimal{}, map[string]decimal.Decimal{}
		for from, n := int64(0), int64(1); from < whole; n++ {
			to := rapid.Int64Range(from+1, whole).Draw(t, "shipped up to")
			inv := billPart(t, o, n, to-from)
			parts, err := l.Portion(pieces(from), pieces(to))
			require.NoError(t, err)
			requireSteps(t, parts, inv.Lines[0].Charges)
			sum(t, billed, &inv.Lines[0])
			for back := int64(0); back < to-from; {
				next := rapid.Int64Range(back+1, to-from).Draw(t, "returned up to")
				part, err := inv.Reversal("1", pieces(back), pieces(next))
				require.NoError(t, err)
				sum(t, returned, &part)
				back = next
			}
			from = to
		}
		ordered := map[string]decimal.Decimal{}
		sum(t, ordered, &invoice.Line{Charges: o.Line("1").Charges, Net: o.Line("1").Net})
		for _, all := range []map[string]decimal.Decimal{billed, returned} {
			for k, a := range all {
				require.True(t, a.Equal(ordered[k]), "%s: %s of %s", k, a, ordered[k])
			}
			for k, a := range ordered {
				require.True(t, a.Equal(all[k]), "%s: %s of %s", k, all[k], a)
			}
		}
	})
}

// orderOf is the order of a priced result, promised.
func orderOf(t *rapid.T, result *pricing.Result) *order.Order {
	received := order.Received{ID: "SO-1", Submission: "k", Document: order.Document{PurchaseOrder: "1"}}
	identified, promised := order.Identified{Customer: "C1"}, order.Promised{}
	for i := range result.Lines {
		l := &result.Lines[i]
		received.Document.Lines = append(received.Document.Lines, order.Request{ID: l.ID, Item: l.Item, Quantity: l.Quantity})
		identified.Lines = append(identified.Lines, order.IdentifiedLine{Line: l.ID, Item: l.Item, Base: l.Quantity})
		promised.Lines = append(promised.Lines, order.PromisedLine{Line: l.ID, Schedules: []order.Schedule{{ID: "1", Quantity: l.Quantity}}})
	}
	var o order.Order
	for _, e := range []any{received, identified, steps.Priced(result), promised, order.Accepted{}} {
		require.NoError(t, o.Apply(e))
	}
	return &o
}

// billPart ships and bills some of the first line.
func billPart(t *rapid.T, o *order.Order, n, count int64) invoice.Invoice {
	require.NoError(t, o.Apply(order.Shipped{Shipment: fmt.Sprint("SH-", n), Lines: []order.ShippedLine{{Line: "1", Schedule: "1", Quantity: pieces(count)}}}))
	portions, err := invoice.Unbilled(o)
	require.NoError(t, err)
	inv, err := invoice.Make(invoice.Request{Order: o, Number: invoice.Series{Name: "s"}.Number(n), Lines: portions,
		Date: calendar.MustDate("2026-04-01"), Terms: terms.MustPayment("net 30"),
		Taxes: invoice.TaxAll(invoice.Tax{Category: "S", Rate: money.MustRate("7.25%")})})
	require.NoError(t, err)
	require.NoError(t, o.Apply(inv.Invoiced(time.Time{})))
	return inv
}

// requireSteps holds the steps of a part, its roundings aside, against those billed.
func requireSteps(t *rapid.T, parts []pricing.Entry, billed []order.Charge) {
	var want, got []string
	for _, e := range parts {
		if e.Kind != pricing.StepRounding {
			want = append(want, e.Step+" "+e.Source+" "+e.Amount.Number())
		}
	}
	for _, c := range billed {
		if c.Kind != string(pricing.StepRounding) {
			got = append(got, c.Step+" "+c.Source+" "+c.Amount.Number())
		}
	}
	require.Equal(t, want, got)
}

// sum adds the amounts of a line up by what they are. What rounds one part and
// another comes to what rounds the line.
func sum(t *rapid.T, all map[string]decimal.Decimal, l *invoice.Line) {
	add := func(k string, a money.Amount) { all[k] = all[k].Add(a.Decimal()) }
	own := decimal.Zero
	for _, c := range l.Charges {
		own = own.Add(c.Amount.Decimal())
		if c.Kind == string(pricing.StepRounding) {
			add("rounding", c.Amount)
		} else {
			add(c.Step+" "+c.Source, c.Amount)
		}
	}
	require.True(t, own.Equal(l.Net.Decimal()), "%s of %s", own, l.Net)
	add("net", l.Net)
}
