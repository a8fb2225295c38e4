package mapping_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/invoice"
)

// billed is the invoice of edi.md: 60 x 2.50 + 10 x 5.20, a line allowance of
// 7.50, an allowance of 10.00 on the order, freight of 18.75 that is not
// taxed, tax of 8%, 2% for early payment.
func billed(t testing.TB) *invoice.Invoice {
	t.Helper()
	o := answered(t)
	o.Lines[0].Quantity, o.Lines[0].Base = each(60), each(60)
	o.Lines[0].Schedules = o.Lines[0].Schedules[:1]
	at := time.Date(2026, 4, 1, 15, 0, 0, 0, time.UTC)
	for _, e := range []any{
		order.Priced{
			Lines: []order.PricedLine{
				{Line: "1", UnitPrice: usd("2.50"), Net: usd("135.17"), Charges: []order.Charge{
					{Step: "price", Kind: "price", Amount: usd("150.00")},
					{Step: "customer discount", Kind: "discount", Label: "Customer discount", Amount: usd("-7.50")},
					{Step: "order discount", Kind: "discount", Label: "Opening order", Amount: usd("-7.33"), Spread: true},
				}},
				{Line: "2", UnitPrice: usd("5.20"), Net: usd("49.33"), Charges: []order.Charge{
					{Step: "price", Kind: "price", Amount: usd("52.00")},
					{Step: "order discount", Kind: "discount", Label: "Opening order", Amount: usd("-2.67"), Spread: true},
				}},
			},
			Charges: []order.Charge{
				{Step: "order discount", Kind: "discount", Label: "Opening order", Amount: usd("-10.00"), Spread: true},
				{Step: "freight", Kind: "freight", Amount: usd("18.75")},
			},
		},
		order.Shipped{Shipment: "SH-1", At: at, Lines: []order.ShippedLine{
			{Line: "1", Schedule: "1", Quantity: each(60)}, {Line: "2", Schedule: "1", Quantity: each(10)}}},
	} {
		require.NoError(t, o.Apply(e))
	}
	portions, err := invoice.Unbilled(o)
	require.NoError(t, err)
	inv, err := invoice.Make(invoice.Request{
		Order: o, Number: invoice.Series{Name: "sales", Prefix: "INV-", Width: 6}.Number(1), Lines: portions,
		Date: calendar.MustDate("2026-04-01"), Shipments: []string{"SH-1"}, ShipDate: calendar.MustDate("2026-04-01"),
		Terms: terms.MustPayment("2/10 net 30"), Charges: invoice.OnFirst,
		Taxes: func(what invoice.Taxable) ([]invoice.Taxed, error) {
			if what.Charge == "freight" {
				return nil, nil
			}
			return []invoice.Taxed{{Tax: invoice.Tax{Category: "S", Rate: money.MustRate("8%"), Jurisdiction: "US-NY"}}}, nil
		},
	})
	require.NoError(t, err)
	return &inv
}

// edi.md, decisions: 810 ties: TXI02 14.76; TDS 21801, 18450, 21432, 369.
func TestInvoice(t *testing.T) {
	segments, err := mapping.WriteInvoice(billed(t), mapping.Options{})
	require.NoError(t, err)
	assert.Equal(t, `BIG*20260401*INV-000001*20260326*PO-1001*7
CUR*SE*USD
REF*VN*SO-00000001
REF*SI*SH-1
REF*DP*012
N1*BY*Northwind Stores*1*123456789
N1*ST*Northwind 45*92*0045
N3*20 W 34th St
N4*New York*NY*10118*US
ITD*01*3*2*20260411*10*20260501*30*369
DTM*011*20260401
IT1*1*60*EA*2.5**VN*BR-10
PID*F****Brush, round
SAC*A*C310***750*******02***Customer discount
IT1*2*10*EA*5.2**VN*BR-20
TDS*21801*18450*21432*369
TXI*TX*14.76*8*VD*US-NY
SAC*A*C310***1000*******02***Opening order
SAC*C*D240***1875*******06***freight
CTT*2`, lines(segments))
}

func TestInvoiceConforms(t *testing.T) {
	inv := billed(t)
	inv.Parties[1].Address.Region = "JAL"
	inv.Parties[0].Name = strings.Repeat("A long name of a company ", 4)
	inv.Lines[1].Description = strings.Repeat("A long description of an item ", 6)
	segments, err := mapping.WriteInvoice(inv, mapping.Options{})
	require.NoError(t, err)
	conforms(t, "810", segments)

	half := money.MustRate("50%")
	inv.Terms = terms.Payment{Instalments: []terms.Instalment{{Share: half, Due: terms.Due{Days: 30}}, {Share: half, Due: terms.Due{Days: 60}}}}
	inv.Due = []invoice.Due{{Amount: usd("109.01"), Date: calendar.MustDate("2026-05-01")}, {Amount: usd("109.00"), Date: calendar.MustDate("2026-05-31")}}
	segments, err = mapping.WriteInvoice(inv, mapping.Options{})
	require.NoError(t, err)
	conforms(t, "810", segments)
	assert.Contains(t, lines(segments), "ITD*04*3****20260501*30**20260501*10901")
	assert.Contains(t, lines(segments), "\nTDS*21801\n")
}

// edi.md: N2 is literal: JPY 1,000 is 100000; KWD 1.234 does not fit and is an error.
func TestInvoiceInOtherCurrencies(t *testing.T) {
	of := func(a money.Amount) *invoice.Invoice {
		none := money.Zero(a.Currency())
		return &invoice.Invoice{Number: "1", Date: calendar.MustDate("2026-04-01"), Currency: a.Currency(),
			Lines:  []invoice.Line{{Line: "1", Item: "A", Quantity: each(1), Ordered: each(1), UnitPrice: a, Net: a}},
			Totals: invoice.Totals{Lines: a, Net: a, Allowances: none, Charges: none, Tax: none, Payable: a}}
	}
	segments, err := mapping.WriteInvoice(of(money.MustParse("1000 JPY")), mapping.Options{})
	require.NoError(t, err)
	assert.Contains(t, lines(segments), "IT1*1*1*EA*1000*")
	assert.Contains(t, lines(segments), "TDS*100000\n")

	_, err = mapping.WriteInvoice(of(money.MustParse("1.234 KWD")), mapping.Options{})
	var field *mapping.FieldError
	require.ErrorAs(t, err, &field)
	assert.Equal(t, []any{"TDS", 1, "1.234"}, []any{field.Segment, field.Element, field.Value})
	_, err = mapping.WriteInvoice(of(money.MustParse("1.230 KWD")), mapping.Options{})
	assert.NoError(t, err)

	_, err = mapping.WriteInvoice(of(money.MustParse("-1 USD")), mapping.Options{})
	require.ErrorAs(t, err, &field)
	assert.Equal(t, "BIG", field.Segment, "a credit")
}

func TestInvoiceThatDoesNotTie(t *testing.T) {
	inv := billed(t)
	inv.Taxes = nil
	_, err := mapping.WriteInvoice(inv, mapping.Options{})
	var field *mapping.FieldError
	require.ErrorAs(t, err, &field)
	assert.Equal(t, "TDS", field.Segment)
	assert.Contains(t, field.Reason, "203.25 USD")
}

// 23 of 70 at 1.45 with 10.00 off are billed by shares; 5 pieces of a case of
// 12 have no exact number of cases. Whatever was billed, the set ties.
func TestInvoiceTies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		per := rapid.SampledFrom([]int64{1, 7, 12}).Draw(t, "per case")
		cases := rapid.Int64Range(1, 40).Draw(t, "cases")
		price := money.FromMinor(rapid.Int64Range(0, 99_999).Draw(t, "price"), money.USD)
		value, err := price.MulInt(cases)
		require.NoError(t, err)
		charges := []order.Charge{{Step: "price", Kind: "price", Amount: value}}
		net := value
		for _, kind := range []string{"discount", "surcharge"} {
			rate := money.MustRate(rapid.SampledFrom([]string{"0", "-1.5%", "-10%", "3.333%"}).Draw(t, kind))
			a, err := value.MulRound(rate, rapid.IntRange(2, 4).Draw(t, "places"), money.HalfUp)
			require.NoError(t, err)
			net, _ = net.Add(a)
			charges = append(charges, order.Charge{Step: kind, Kind: kind, Amount: a, Spread: rapid.Bool().Draw(t, "spread")})
		}
		o := build(t,
			order.Received{ID: "SO-1", Submission: "k", Document: order.Document{PurchaseOrder: "1",
				Lines: []order.Request{{ID: "1", Quantity: quantity.New(cases, quantity.Case)}}}},
			order.Identified{Lines: []order.IdentifiedLine{{Line: "1", Item: "A", Base: each(cases * per)}}},
			order.Priced{Lines: []order.PricedLine{{Line: "1", UnitPrice: price, Net: net, Charges: charges}},
				Charges: []order.Charge{{Step: "freight", Kind: "freight", Amount: usd("7.77")}}},
			order.Promised{Lines: []order.PromisedLine{{Line: "1", Schedules: []order.Schedule{{ID: "1", Quantity: each(cases * per)}}}}},
			order.Accepted{})
		left := cases * per
		for n := int64(1); left > 0; n++ {
			ships := rapid.Int64Range(1, left).Draw(t, "ships")
			left -= ships
			require.NoError(t, o.Apply(order.Shipped{Shipment: fmt.Sprint("SH-", n), Lines: []order.ShippedLine{{Line: "1", Schedule: "1", Quantity: each(ships)}}}))
			portions, err := invoice.Unbilled(o)
			require.NoError(t, err)
			inv, err := invoice.Make(invoice.Request{Order: o, Number: invoice.Series{Name: "s"}.Number(n), Lines: portions,
				Date: calendar.MustDate("2026-04-01"), Terms: terms.MustPayment("2/10 net 30"), Charges: invoice.ProRata,
				Taxes: invoice.TaxAll(invoice.Tax{Category: "S", Rate: money.MustRate("8.25%")})})
			require.NoError(t, err)
			require.NoError(t, o.Apply(inv.Invoiced(time.Time{})))
			segments, err := mapping.WriteInvoice(&inv, mapping.Options{})
			require.NoError(t, err)
			assert.Equal(t, inv.Totals.Payable.Number(), addUp(t, segments))
			read, found := mapping.ReadInvoice(rapidSet(t, "810", segments), mapping.Options{})
			require.Empty(t, found)
			require.Equal(t, inv.Totals.Payable, read.Owed())
		}
	})
}

// addUp adds up an 810 as its receiver does.
func addUp(t require.TestingT, segments []x12.Segment) string {
	number := func(text string, err error) decimal.Decimal {
		require.NoError(t, err)
		return decimal.RequireFromString(text)
	}
	sum := decimal.Zero
	for _, s := range segments {
		switch s.ID() {
		case "IT1":
			per, known := map[string]int64{"": 1, "HP": 100, "TP": 1_000, "HT": 100_000}[s.Value(5)]
			require.True(t, known, "basis %s", s.Value(5))
			value := number(x12.ParseReal(s.Value(2))).Mul(number(x12.ParseReal(s.Value(4)))).Div(decimal.NewFromInt(per))
			sum = sum.Add(value.Round(2))
		case "SAC":
			a := number(x12.ParseImplied(s.Value(5), 2))
			if s.Value(1) == "A" {
				a = a.Neg()
			}
			sum = sum.Add(a)
		case "TXI":
			sum = sum.Add(number(x12.ParseReal(s.Value(2))))
		}
	}
	return sum.StringFixed(2)
}
