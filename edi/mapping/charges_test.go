package mapping_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/invoice"
)

// sample charges, one of each form.
func samples() map[string]order.Charge {
	return map[string]order.Charge{
		"percent of the price": {Step: "season", Kind: "discount", Label: "Season, 5% off", Base: usd("150.00"), Rate: money.MustRate("5%"),
			Amount: usd("-7.50"), Source: "SEASON-26"},
		"percent of what is left": {Step: "loyal", Kind: "discount", Base: usd("142.50"), Rate: money.MustRate("2.5%"), Amount: usd("-3.56")},
		"amount per unit":         {Step: "promo", Kind: "discount", Label: "30 cents off each", Base: usd("0.30"), Quantity: each(60), Amount: usd("-18.00")},
		"amount per ten cases":    {Step: "promo", Kind: "discount", Base: usd("1.25"), Quantity: quantity.New(5, quantity.Case), Per: 10, Amount: usd("-0.63")},
		"amount":                  {Step: "coupon", Kind: "discount", Label: "Coupon WELCOME", Amount: usd("-10.00"), Source: "WELCOME"},
		"by hand": {Step: "by hand", Kind: "override", Base: usd("150.00"), Rate: money.MustRate("-1%"), Amount: usd("1.50"),
			Actor: "ann", Reason: "late", Detail: "internal", Account: "4711"},
		"surcharge":      {Step: "small order", Kind: "surcharge", Amount: usd("4.00")},
		"freight":        {Step: "freight", Kind: "charge", Label: "Ground", Amount: usd("18.75"), Source: "ground"},
		"theirs":         {Step: "their price", Kind: "customer-price", Amount: usd("-0.10")},
		"three of seven": {Step: "deal", Kind: "discount", Base: usd("1.00"), Quantity: each(3), Per: 7, Amount: usd("-0.43")},
		"a long rate":    {Step: "deal", Kind: "discount", Base: usd("150.00"), Rate: money.MustRate("3.3333333%"), Amount: usd("-5.00")},
	}
}

// A SAC is what was billed, as it is written.
func TestChargesAsSAC(t *testing.T) {
	want := map[string]string{
		"percent of the price":    "SAC*A*C310***750*6*5**DO*150**02*SEASON-26**Season, 5% off",
		"percent of what is left": "SAC*A*C310***356*7*2.5**DO*142.5**02***loyal",
		"amount per unit":         "SAC*A*C310***1800***.3*EA*60**02***30 cents off each",
		"amount per ten cases":    "SAC*A*C310***63***.125*CA*5**02***promo",
		"amount":                  "SAC*A*C310***1000*******02*WELCOME**Coupon WELCOME",
		"by hand":                 "SAC*C*F050***150*6*1**DO*150**06***by hand",
		"surcharge":               "SAC*C*H550***400*******06***small order",
		"freight":                 "SAC*C*D240***1875*******06*ground**Ground",
		"theirs":                  "SAC*A*C310***10*******02***their price",
		"three of seven":          "SAC*A*C310***43*******02***deal",
		"a long rate":             "SAC*A*C310***500****DO*150**02***deal",
	}
	for name, c := range samples() {
		t.Run(name, func(t *testing.T) {
			segments, err := mapping.WriteInvoice(invoiceOf(c), mapping.Options{})
			require.NoError(t, err)
			var got []string
			for _, s := range segments {
				if s.Is("SAC") {
					got = append(got, s.String())
				}
			}
			assert.Equal(t, []string{want[name]}, got)
		})
	}
}

// An ALC group is what was billed, as it is written.
func TestChargesAsALC(t *testing.T) {
	want := map[string]string{
		"percent of the price":    "ALC+A+SEASON-26+2++DI:::Season, 5% off PCD+1:5 MOA+204:7.5 MOA+25:150",
		"percent of what is left": "ALC+A++2++DI:::loyal PCD+1:2.5 MOA+204:3.56 MOA+25:142.5",
		"amount per unit":         "ALC+A++2++DI:::30 cents off each QTY+1:60:EA MOA+204:18 RTE+1:0.3::EA",
		"amount per ten cases":    "ALC+A++2++DI:::promo QTY+1:5:CS MOA+204:0.63 RTE+1:1.25:10:CS",
		"amount":                  "ALC+A+WELCOME+2++DI:::Coupon WELCOME MOA+204:10",
		"by hand":                 "ALC+C++6++ADR:::by hand PCD+2:1 MOA+23:1.5 MOA+25:150",
		"surcharge":               "ALC+C++6++ADR:::small order MOA+23:4",
		"freight":                 "ALC+C+ground+6++FC:::Ground MOA+23:18.75",
		"theirs":                  "ALC+A++2++DI:::their price MOA+204:0.1",
		"three of seven":          "ALC+A++2++DI:::deal QTY+1:3:EA MOA+204:0.43 RTE+1:1:7:EA",
		"a long rate":             "ALC+A++2++DI:::deal PCD+1:3.3333333 MOA+204:5 MOA+25:150",
	}
	for name, c := range samples() {
		t.Run(name, func(t *testing.T) {
			group, err := mapping.AllowanceGroup(c, mapping.Options{})
			require.NoError(t, err)
			var got []string
			for _, s := range group {
				got = append(got, s.String())
			}
			assert.Equal(t, want[name], strings.Join(got, " "))
		})
	}
	group, err := mapping.AllowanceGroup(order.Charge{Amount: usd("0.00")}, mapping.Options{})
	require.NoError(t, err)
	assert.Empty(t, group)
}

// invoiceOf bills one line of 60 at 2.50 with charges.
func invoiceOf(charges ...order.Charge) *invoice.Invoice {
	net, currency := usd("150.00"), money.USD
	l := invoice.Line{Line: "1", Item: "A", Quantity: each(60), Ordered: each(60), UnitPrice: usd("2.50"),
		Charges: []order.Charge{{Step: "list", Kind: "price", Base: usd("2.50"), Quantity: each(60), Amount: net, Source: "R1"}}}
	for _, c := range charges {
		sum, err := net.Add(c.Amount)
		if err != nil {
			panic(err)
		}
		net = sum
		l.Charges = append(l.Charges, c)
	}
	l.Net = net
	none := money.Zero(currency)
	return &invoice.Invoice{Number: "1", Date: calendar.MustDate("2026-04-01"), Currency: currency, Lines: []invoice.Line{l},
		Totals: invoice.Totals{Lines: net, Net: net, Allowances: none, Charges: none, Tax: none, Payable: net}}
}

// What is agreed goes before the table, by step and then by kind; it reads back.
func TestAgreedChargeCodes(t *testing.T) {
	agreed := mapping.Options{Charges: map[string]mapping.ChargeCode{
		"coupon":   {Code: "F800", Service: "AA", Reason: "41", Settlement: "1", Handling: "04"},
		"discount": {Code: "I170"},
		"charge":   {Code: "G821"},
	}, DecimalMark: ","}
	coupon := order.Charge{Step: "coupon", Kind: "discount", Amount: usd("-10.50"), Label: "Coupon"}
	segments, err := mapping.WriteInvoice(invoiceOf(coupon, order.Charge{Step: "other", Kind: "discount", Amount: usd("-1.00")},
		order.Charge{Step: "freight", Kind: "charge", Amount: usd("3.00")}), agreed)
	require.NoError(t, err)
	text := lines(segments)
	assert.Contains(t, text, "SAC*A*F800***1050*******04***Coupon\n")
	assert.Contains(t, text, "SAC*A*I170***100*")
	assert.Contains(t, text, "SAC*C*G821***300*", "the kind was agreed, which goes before our own table")
	read, found := mapping.ReadCharges(set(t, "810\n"+text), agreed)
	require.Empty(t, found)
	require.Len(t, read.Lines, 1)
	assert.Equal(t, []string{"coupon discount", "discount discount", "charge charge"}, stepsOf(read.Lines[0].Charges))

	group, err := mapping.AllowanceGroup(coupon, agreed)
	require.NoError(t, err)
	assert.Equal(t, "ALC+A+:41+1++AA:::Coupon", group[0].String())
	assert.Equal(t, "MOA+204:10,5", group[1].String())
	back, found := mapping.AllowanceGroups(group, money.USD, agreed)
	require.Empty(t, found)
	assert.Equal(t, []string{"coupon discount"}, stepsOf(back))
	assert.Equal(t, coupon, back[0])

	var field *mapping.FieldError
	_, err = mapping.AllowanceGroup(coupon, mapping.Options{DecimalMark: ";"})
	require.ErrorAs(t, err, &field)
	_, err = mapping.AllowanceGroup(coupon, mapping.Options{Charges: map[string]mapping.ChargeCode{"coupon": {Service: "LONG"}}})
	require.ErrorAs(t, err, &field)
	assert.Equal(t, []any{"INVOIC", "ALC", 5, "LONG"}, []any{field.Set, field.Segment, field.Element, field.Value})
	_, err = mapping.WriteInvoice(invoiceOf(coupon), mapping.Options{Charges: map[string]mapping.ChargeCode{"coupon": {Code: "F8"}}})
	require.ErrorAs(t, err, &field)
	assert.Equal(t, []any{"SAC", 2, "F8"}, []any{field.Segment, field.Element, field.Value})
}

func stepsOf(charges []order.Charge) []string {
	var all []string
	for _, c := range charges {
		all = append(all, c.Step+" "+c.Kind)
	}
	return all
}

// A set has room for 25 charges of a line.
func TestTooManyCharges(t *testing.T) {
	many := make([]order.Charge, 26)
	for i := range many {
		many[i] = order.Charge{Step: fmt.Sprint("deal ", i), Kind: "discount", Amount: usd("-0.10")}
	}
	_, err := mapping.WriteInvoice(invoiceOf(many[:25]...), mapping.Options{})
	require.NoError(t, err)
	_, err = mapping.WriteInvoice(invoiceOf(many...), mapping.Options{})
	var field *mapping.FieldError
	require.ErrorAs(t, err, &field)
	assert.Equal(t, "SAC", field.Segment)
}

// What partners write that we do not.
func TestChargesByOthers(t *testing.T) {
	read, found := mapping.ReadCharges(set(t, `810
BIG*20260401*1
CUR*SE*EUR
IT1*7*10*EA*10
SAC*A*C310****6*10**M4*100
SAC*C*ZZZZ*******.5
SAC*A*C310***-250
SAC*N*C310***0
IT1*8*1*EA*1
TDS*1
SAC*C*H999***1500****KG*x
SAC*C*D240***1500*6*1.5.5
SAC*C*D240***1.5`), mapping.Options{})
	eur := func(s string) money.Amount { return money.MustParse(s + " EUR") }
	assert.Equal(t, mapping.SetCharges{
		Lines: []mapping.LineCharges{{Line: "7", Charges: []order.Charge{
			{Step: "discount", Kind: "discount", Base: eur("100"), Rate: money.MustRate("10%"), Amount: eur("-10.00")},
			{Step: "discount", Kind: "discount", Amount: eur("2.50")},
		}}},
		Order: []order.Charge{
			{Step: "H999", Kind: "charge", Amount: eur("15.00")},
			{Step: "freight", Kind: "freight", Amount: eur("15.00")},
		},
	}, read)
	assert.Equal(t, []string{"no-amount", "amount"}, chargeCodes(found, finding.Block))
	assert.Equal(t, []string{"number", "number"}, chargeCodes(found, finding.Warning))
	assert.Equal(t, []string{"not-charged"}, chargeCodes(found, finding.Info))
	assert.Equal(t, "segments[6].SAC.5", found.With("mapping.charge.no-amount")[0].Path)

	_, found = mapping.ReadCharges(set(t, "850\nBEG*00*SA*1**20260401\nPO1*1*1*EA*1\nSAC*C*D240***100"), mapping.Options{})
	assert.Equal(t, []string{"currency"}, chargeCodes(found, finding.Block))
	read, found = mapping.ReadCharges(set(t, "850\nBEG*00*SA*1**20260401\nSAC*C*D240***100\nPO1*1*1*EA*1"), mapping.Options{Currency: money.USD})
	assert.Empty(t, found)
	assert.Equal(t, []string{"freight freight"}, stepsOf(read.Order))
}

// A currency behind a SAC is that of the charge, which has to be the document's.
func TestCurrencyOfACharge(t *testing.T) {
	read, found := mapping.ReadCharges(set(t, "850\nBEG*00*SA*1**20260401\nCUR*BY*USD\nSAC*C*D240***100\nCUR*BY*EUR\nSAC*C*D240***200\nPO1*1*1*EA*1\nCUR*BY*XX"), mapping.Options{})
	assert.Equal(t, []string{"currency", "currency"}, chargeCodes(found, finding.Block))
	require.Len(t, read.Order, 2)
	assert.Equal(t, usd("2.00"), read.Order[1].Amount)
}

// Many findings are bounded, and the bound is told.
func TestFindingsOfChargesAreBounded(t *testing.T) {
	_, found := mapping.ReadCharges(set(t, "810\nBIG*20260401*1\nCUR*SE*USD\n"+strings.Repeat("SAC*N*C310***0\n", 600)), mapping.Options{})
	require.Len(t, found, 501)
	assert.Equal(t, []string{"more"}, chargeCodes(found, finding.Block))
}

func chargeCodes(found finding.List, severity finding.Severity) []string {
	list := []string{}
	for _, f := range found {
		if f.Severity == severity {
			list = append(list, strings.TrimPrefix(f.Code, "mapping.charge."))
		}
	}
	return list
}

func TestAllowancesByOthers(t *testing.T) {
	segments, err := edifact.ReadAll(strings.NewReader(`UNA:+,? '
ALC+C++6++FC'MOA+23:120'TAX+7+VAT+++:::19+S'MOA+124:22,80'
LIN+1'ALC+A'PCD+1:10'
ALC+A++++DI'PCD+1:10'MOA+25:99,99'
ALC+C'QTY+1:3:KGM'RTE+2:1,5:x:KGM'
ALC+C++++XYZ:::Sorting and:packing'QTY+1:3:C62'RTE+2:1,5:2:C62'
ALC+N'MOA+8:1'
ALC+C'MOA+8:1,2,3'
ALC+C++++FC'MOA+23:7'MOA+131:120'
UNS+S'ALC+C++++FC'MOA+131:120'`), edifact.Options{})
	require.NoError(t, err)
	got, found := mapping.AllowanceGroups(segments, money.EUR, mapping.Options{})
	eur := func(s string) money.Amount { return money.MustParse(s + " EUR") }
	assert.Equal(t, []order.Charge{
		{Step: "freight", Kind: "freight", Amount: eur("120.00")},
		{Step: "discount", Kind: "discount", Rate: money.MustRate("10%"), Base: eur("99.99"), Amount: eur("-10.00")},
		{Step: "XYZ", Kind: "charge", Label: "Sorting and packing", Base: eur("1.50"), Quantity: each(3), Per: 2, Amount: eur("2.25")},
		{Step: "freight", Kind: "freight", Amount: eur("7.00")},
	}, got)
	assert.Equal(t, []string{"no-amount", "no-amount", "no-amount"}, chargeCodes(found, finding.Block))
	assert.Equal(t, []string{"per", "number"}, chargeCodes(found, finding.Warning))
	assert.Equal(t, []string{"not-charged", "total"}, chargeCodes(found, finding.Info))
	assert.Equal(t, "segments[6].ALC", found.With("mapping.charge.no-amount")[0].Path)
	_, found = mapping.AllowanceGroups(segments[:2], 0, mapping.Options{})
	assert.Equal(t, []string{"currency"}, chargeCodes(found, finding.Block))
}
