package mapping_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk/steps"
	"github.com/o2ckit/o2c/order/invoice"
	"github.com/o2ckit/o2c/pricing"
)

// sale is what is priced, ordered, shipped and billed.
type sale struct {
	currency money.Currency
	// prices are of one piece each of lines 1, 2, ..., counts how many.
	prices []string
	counts []int64
	per    int64
	steps  []pricing.Step
	rules  []pricing.Rule
	// document is where the result is rounded.
	document pricing.DocumentRounding
	// parts are how many pieces of each line ship at a time; none: all at once.
	parts int64
}

// bills takes the sale all the way to its invoices.
func (s sale) bills(t *testing.T) []invoice.Invoice {
	t.Helper()
	schema := pricing.Schema{
		Name: "figures", Document: s.document, Access: []pricing.Access{{Name: "item", Fields: []pricing.Field{pricing.FieldItem}}},
		Steps: append([]pricing.Step{{Name: "list", Kind: pricing.StepPrice}}, s.steps...),
	}
	var records []pricing.Record
	req := pricing.Request{Currency: s.currency, At: time.Date(2026, 3, 27, 12, 0, 0, 0, time.UTC)}
	received := order.Received{ID: "SO-1", Submission: "k", Document: order.Document{PurchaseOrder: "PO-1", Terms: terms.MustPayment("net 30")}}
	identified, promised, shipped := order.Identified{Customer: "C1"}, order.Promised{}, []order.ShippedLine{}
	for i, p := range s.prices {
		id, item, n := fmt.Sprint(i+1), fmt.Sprint("I", i+1), int64(1)
		if s.counts != nil {
			n = s.counts[i]
		}
		records = append(records, pricing.Record{ID: "R-" + id, Key: pricing.Key{Item: item}, Price: money.MustParse(p + " " + s.currency.Code()),
			Per: s.per, Unit: quantity.Each})
		req.Lines = append(req.Lines, pricing.Line{ID: id, Item: item, Quantity: each(n)})
		received.Document.Lines = append(received.Document.Lines, order.Request{ID: id, Item: item, Quantity: each(n)})
		identified.Lines = append(identified.Lines, order.IdentifiedLine{Line: id, Item: item, Base: each(n)})
		promised.Lines = append(promised.Lines, order.PromisedLine{Line: id, Schedules: []order.Schedule{{ID: "1", Quantity: each(n)}}})
		shipped = append(shipped, order.ShippedLine{Line: id, Schedule: "1", Quantity: each(n)})
	}
	book, err := pricing.NewBook(records...)
	require.NoError(t, err)
	rules, err := pricing.NewRuleBook("figures", s.rules...)
	require.NoError(t, err)
	engine, err := pricing.New(pricing.Config{Schema: schema, Prices: book, Rules: rules, Zone: time.UTC})
	require.NoError(t, err)
	result, err := engine.Price(t.Context(), req)
	require.NoError(t, err)
	require.Empty(t, result.Findings)

	o := build(t, received, identified, steps.Priced(&result), promised, order.Accepted{})
	var bills []invoice.Invoice
	for left, n := shipped[0].Quantity.Coefficient(), 1; left > 0; n++ {
		some := shipped
		if s.parts > 0 {
			some = []order.ShippedLine{{Line: "1", Schedule: "1", Quantity: each(s.parts)}}
			left -= s.parts
		} else {
			left = 0
		}
		require.NoError(t, o.Apply(order.Shipped{Shipment: fmt.Sprint("SH-", n), Lines: some}))
		portions, err := invoice.Unbilled(o)
		require.NoError(t, err)
		inv, err := invoice.Make(invoice.Request{Order: o, Number: invoice.Series{Name: "s"}.Number(int64(n)), Lines: portions,
			Date: calendar.MustDate("2026-04-01"), Taxes: invoice.Untaxed})
		require.NoError(t, err)
		require.NoError(t, o.Apply(inv.Invoiced(time.Time{})))
		bills = append(bills, inv)
	}
	return bills
}

// throughX12 writes an invoice as an 810 and reads it: the value of the lines at
// their prices, then charge by charge, as line, amount and rate, and the total.
func throughX12(t *testing.T, inv *invoice.Invoice) string {
	t.Helper()
	segments, err := mapping.WriteInvoice(inv, mapping.Options{})
	require.NoError(t, err)
	read := rapidSet(t, "810", segments)
	charges, found := mapping.ReadCharges(read, mapping.Options{})
	require.Empty(t, found)
	var out []string
	for _, l := range charges.Lines {
		for _, c := range l.Charges {
			out = append(out, l.Line+" "+told(c))
		}
	}
	for _, c := range charges.Order {
		out = append(out, "order "+told(c))
	}
	if inv.Currency == money.USD {
		require.Equal(t, inv.Totals.Payable.Number(), addUp(t, read.Body()), "it ties for who receives it")
	}
	return strings.Join(append(out, "total "+inv.Totals.Payable.Number()), ", ")
}

// throughEDIFACT writes the charges of the lines as ALC groups and reads them.
func throughEDIFACT(t *testing.T, inv *invoice.Invoice) string {
	t.Helper()
	var out bytes.Buffer
	w, err := edifact.NewWriter(&out, edifact.WriterConfig{UNA: true, LineBreak: "\n"})
	require.NoError(t, err)
	for _, l := range inv.Lines {
		require.NoError(t, w.Write(edifact.NewSegment("LIN", edifact.Simple(l.Line))))
		for _, c := range l.Charges[1:] { // all but the price
			group, err := mapping.AllowanceGroup(c, mapping.Options{})
			require.NoError(t, err)
			require.NoError(t, w.Write(group...))
		}
	}
	segments, err := edifact.ReadAll(&out, edifact.Options{})
	require.NoError(t, err)
	var all []string
	line, from := "", 0
	flush := func(to int) {
		charges, found := mapping.AllowanceGroups(segments[from:to], inv.Currency, mapping.Options{})
		require.Empty(t, found)
		for _, c := range charges {
			all = append(all, line+" "+told(c))
		}
	}
	for i, s := range segments {
		if s.Is("LIN") {
			flush(i)
			line, from = s.Value(1), i
		}
	}
	flush(len(segments))
	return strings.Join(all, ", ")
}

func told(c order.Charge) string {
	if c.Rate.IsZero() {
		return c.Amount.Number()
	}
	return c.Amount.Number() + " " + c.Rate.Percent()
}

func ruleOf(step string, d pricing.Discount) pricing.Rule {
	return pricing.Rule{ID: step + "-rule", Group: step, When: "true", Then: d}
}

// pricing.md: the worked figures of apportionment, discounts and rounding stand in
// the documents that a partner gets, and read back.
func TestFiguresInDocuments(t *testing.T) {
	orderStep := pricing.Step{Name: "order", Kind: pricing.StepDiscount, Base: pricing.BaseRunning, Scope: pricing.ScopeOrder}
	lineStep := func(name string, base pricing.Base) pricing.Step {
		return pricing.Step{Name: name, Kind: pricing.StepDiscount, Base: base}
	}
	exact := func(s pricing.Step) pricing.Step { s.Exact = true; return s }
	roundNet := func(s pricing.Step) pricing.Step { s.RoundNet = true; return s }
	percent := func(text string) pricing.Discount {
		return pricing.Discount{Kind: pricing.Percent, Rate: money.MustRate(text)}
	}
	off := func(text string) pricing.Discount {
		return pricing.Discount{Kind: pricing.AmountOff, Amount: money.MustParse(text)}
	}
	tens := []string{"10.60", "20.60", "30.60", "40.60"}
	for name, c := range map[string]struct {
		sale
		x12, edifact string
	}{
		"apportionment: 10.00 over 3 x 50.00": {
			sale{prices: []string{"50", "50", "50"}, steps: []pricing.Step{orderStep}, rules: []pricing.Rule{ruleOf("order", off("10.00 USD"))}},
			"order -10.00, total 140.00", "1 -3.34, 2 -3.33, 3 -3.33",
		},
		"apportionment: 10.00 over 3 x 100.00, never 9.98": {
			sale{prices: []string{"100", "100", "100"}, steps: []pricing.Step{orderStep}, rules: []pricing.Rule{ruleOf("order", off("10.00 USD"))}},
			"order -10.00, total 290.00", "1 -3.34, 2 -3.33, 3 -3.33",
		},
		"apportionment: 100% leaves 0.00, never 0.01": {
			sale{prices: []string{"0.01", "33.33", "9.99"}, steps: []pricing.Step{orderStep}, rules: []pricing.Rule{ruleOf("order", percent("100%"))}},
			"order -43.33 100%, total 0.00", "1 -0.01 100%, 2 -33.33 100%, 3 -9.99 100%",
		},
		"apportionment: yen": {
			sale{currency: money.JPY, prices: []string{"50", "50", "50"}, steps: []pricing.Step{orderStep}, rules: []pricing.Rule{ruleOf("order", off("10 JPY"))}},
			"order -10, total 140", "1 -4, 2 -3, 3 -3",
		},
		"apportionment: dinars": {
			sale{currency: money.KWD, prices: []string{"5.000", "5.000", "5.000"}, steps: []pricing.Step{orderStep}, rules: []pricing.Rule{ruleOf("order", off("1.000 KWD"))}},
			"order -1.000, total 14.000", "1 -0.334, 2 -0.333, 3 -0.333",
		},
		"discounts: 100 with 20% and 10%, initial 70.00": {
			sale{prices: []string{"100"}, steps: []pricing.Step{lineStep("first", pricing.BaseList), lineStep("second", pricing.BaseList)},
				rules: []pricing.Rule{ruleOf("first", percent("20%")), ruleOf("second", percent("10%"))}},
			"1 -20.00 20%, 1 -10.00 10%, total 70.00", "1 -20.00 20%, 1 -10.00 10%",
		},
		"discounts: 100 with 20% and 10%, running 72.00": {
			sale{prices: []string{"100"}, steps: []pricing.Step{lineStep("first", pricing.BaseRunning), lineStep("second", pricing.BaseRunning)},
				rules: []pricing.Rule{ruleOf("first", percent("20%")), ruleOf("second", percent("10%"))}},
			"1 -20.00 20%, 1 -8.00 10%, total 72.00", "1 -20.00 20%, 1 -8.00 10%",
		},
		"rounding: round-lines, 1.04 off": {
			sale{prices: tens, steps: []pricing.Step{lineStep("d", pricing.BaseRunning)}, rules: []pricing.Rule{ruleOf("d", percent("1%"))}},
			"1 -0.11 1%, 2 -0.21 1%, 3 -0.31 1%, 4 -0.41 1%, total 101.36", "1 -0.11 1%, 2 -0.21 1%, 3 -0.31 1%, 4 -0.41 1%",
		},
		"rounding: 1% of the order, 1.02 off": {
			sale{prices: tens, steps: []pricing.Step{orderStep}, rules: []pricing.Rule{ruleOf("order", percent("1%"))}},
			"order -1.02 1%, total 101.38", "1 -0.11 1%, 2 -0.21 1%, 3 -0.30 1%, 4 -0.40 1%",
		},
		"rounding: 1.08 less 5% less 5%, by step 0.98": {
			sale{prices: []string{"1.08"}, steps: []pricing.Step{lineStep("a", pricing.BaseRunning), lineStep("b", pricing.BaseRunning)},
				rules: []pricing.Rule{ruleOf("a", percent("5%")), ruleOf("b", percent("5%"))}},
			"1 -0.05 5%, 1 -0.05 5%, total 0.98", "1 -0.05 5%, 1 -0.05 5%",
		},
		"rounding: 1.08 less 5% less 5%, exact 0.97": {
			sale{prices: []string{"1.08"}, steps: []pricing.Step{exact(lineStep("a", pricing.BaseRunning)), exact(lineStep("b", pricing.BaseRunning))},
				rules: []pricing.Rule{ruleOf("a", percent("5%")), ruleOf("b", percent("5%"))}},
			"1 -0.05 5%, 1 -0.05 5%, 1 -0.01, total 0.97", "1 -0.054 5%, 1 -0.0513 5%, 1 -0.0047",
		},
		"decisions: 10.50 less 15% is 1.58 off": {
			sale{prices: []string{"10.50"}, steps: []pricing.Step{lineStep("d", pricing.BaseRunning)}, rules: []pricing.Rule{ruleOf("d", percent("15%"))}},
			"1 -1.58 15%, total 8.92", "1 -1.58 15%",
		},
		"decisions: 10.50 less 15%, the net rounded, 8.93": {
			sale{prices: []string{"10.50"}, steps: []pricing.Step{roundNet(lineStep("d", pricing.BaseRunning))}, rules: []pricing.Rule{ruleOf("d", percent("15%"))}},
			"1 -1.57 15%, total 8.93", "1 -1.57 15%",
		},
		"decisions: 25.00 off 540 and 390, 905.00": {
			sale{prices: []string{"540", "390"}, steps: []pricing.Step{orderStep}, rules: []pricing.Rule{ruleOf("order", off("25.00 USD"))}},
			"order -25.00, total 905.00", "1 -14.52, 2 -10.48",
		},
		"base price: 100.00 per 100,000 at 99,830 is 99.83": {
			sale{prices: []string{"100.00"}, counts: []int64{99_830}, per: 100_000}, "total 99.83", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if c.currency == 0 {
				c.currency = money.USD
			}
			bills := c.bills(t)
			require.Len(t, bills, 1)
			assert.Equal(t, c.x12, throughX12(t, &bills[0]))
			assert.Equal(t, c.edifact, throughEDIFACT(t, &bills[0]))
		})
	}
}

// pricing.md: partial invoices cumulate each waterfall amount. 3 at 3.33 less 1.00,
// one at a time.
func TestPartialInvoicesInDocuments(t *testing.T) {
	s := sale{currency: money.USD, prices: []string{"3.33"}, counts: []int64{3}, parts: 1,
		steps: []pricing.Step{{Name: "d", Kind: pricing.StepDiscount, Base: pricing.BaseRunning}},
		rules: []pricing.Rule{ruleOf("d", pricing.Discount{Kind: pricing.AmountOff, Amount: usd("1.00")})}}
	var x, e []string
	for _, inv := range s.bills(t) {
		x, e = append(x, throughX12(t, &inv)), append(e, throughEDIFACT(t, &inv))
	}
	assert.Equal(t, []string{"1 -0.33, total 3.00", "1 -0.34, total 2.99", "1 -0.33, total 3.00"}, x)
	assert.Equal(t, []string{"1 -0.33", "1 -0.34", "1 -0.33"}, e)
}
