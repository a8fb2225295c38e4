package message_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/invoice"
)

func eur(text string) money.Amount { return money.MustParse(text + " EUR") }

func each(n int64) quantity.Quantity { return quantity.New(n, quantity.Each) }

func build(t require.TestingT, events ...any) *order.Order {
	var o order.Order
	for _, e := range events {
		require.NoError(t, o.Apply(e))
	}
	return &o
}

// shipped is an order of which all has left: 60 x 2.50 less 7.50, and 10 x 5.20; an
// allowance of 10.00 on the order, freight of 18.75.
func shipped(t testing.TB) *order.Order {
	t.Helper()
	return build(t,
		order.Received{ID: "SO-00000001", Submission: "k", Document: order.Document{
			PurchaseOrder: "PO-1001", Release: "7", Date: calendar.MustDate("2026-03-26"), Currency: money.EUR,
			References: []order.Reference{{Qualifier: "CT", Value: "C-12"}},
			Parties: []order.Party{
				{Role: party.SoldTo, Name: "Nordmarkt AG", Identifiers: append(gln("5412345000013"), party.Identifier{Scheme: message.VATNumber, Value: "DE987654321"})},
				{Role: party.ShipTo, Identifiers: gln("5412345000020")},
			},
			Lines: []order.Request{
				{ID: "1", Quantity: each(60), Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeGTIN, Value: "4000862141404"}}, Description: "Brush, round"},
				{ID: "2", Quantity: each(10), Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeBuyer, Value: "4711"}}},
			},
		}},
		order.Identified{Lines: []order.IdentifiedLine{{Line: "1", Item: "BR-10", Base: each(60)}, {Line: "2", Item: "BR-20", Base: each(10)}}},
		order.Priced{
			Lines: []order.PricedLine{
				{Line: "1", UnitPrice: eur("2.50"), Net: eur("135.17"), Charges: []order.Charge{
					{Step: "price", Kind: "price", Amount: eur("150.00")},
					{Step: "customer discount", Kind: "discount", Label: "Customer discount", Rate: money.MustRate("-5%"), Base: eur("150.00"), Amount: eur("-7.50")},
					{Step: "order discount", Kind: "discount", Label: "Opening order", Amount: eur("-7.33"), Spread: true},
				}},
				{Line: "2", UnitPrice: eur("520"), Per: 100, Net: eur("49.33"), Charges: []order.Charge{
					{Step: "price", Kind: "price", Amount: eur("52.00")},
					{Step: "order discount", Kind: "discount", Label: "Opening order", Amount: eur("-2.67"), Spread: true},
				}},
			},
			Charges: []order.Charge{
				{Step: "order discount", Kind: "discount", Label: "Opening order", Amount: eur("-10.00"), Spread: true},
				{Step: "freight", Kind: "freight", Amount: eur("18.75")},
			},
		},
		order.Promised{Lines: []order.PromisedLine{{Line: "1", Schedules: []order.Schedule{{ID: "1", Quantity: each(60)}}}, {Line: "2", Schedules: []order.Schedule{{ID: "1", Quantity: each(10)}}}}},
		order.Accepted{},
		order.Shipped{Shipment: "SH-1", At: time.Date(2026, 4, 1, 15, 0, 0, 0, time.UTC), Lines: []order.ShippedLine{
			{Line: "1", Schedule: "1", Quantity: each(60)}, {Line: "2", Schedule: "1", Quantity: each(10)}}},
	)
}

// billed is the invoice of edi.md: freight is not taxed, tax is 8%, 2% for early payment.
func billed(t testing.TB) *invoice.Invoice {
	t.Helper()
	o := shipped(t)
	portions, err := invoice.Unbilled(o)
	require.NoError(t, err)
	inv, err := invoice.Make(invoice.Request{
		Order: o, Number: invoice.Series{Name: "sales", Prefix: "INV-", Width: 6}.Number(1), Lines: portions,
		Date: calendar.MustDate("2026-04-01"), Shipments: []string{"SH-1"}, ShipDate: calendar.MustDate("2026-04-01"), DeliveryDate: calendar.MustDate("2026-04-03"),
		Terms: terms.MustPayment("2/10 net 30"), Charges: invoice.OnFirst,
		Parties: []order.Party{{Role: party.Seller, Name: "Weber Bürsten GmbH", Identifiers: append(gln("4012345500004"), party.Identifier{Scheme: message.VATNumber, Value: "DE123456789"})}},
		Taxes: func(what invoice.Taxable) ([]invoice.Taxed, error) {
			if what.Charge == "freight" {
				return nil, nil
			}
			return []invoice.Taxed{{Tax: invoice.Tax{Category: "S", Rate: money.MustRate("8%")}}}, nil
		},
	})
	require.NoError(t, err)
	return &inv
}

// edi.md, decisions: the 810 ties; so does the INVOIC: tax 14.76, in all 218.01, of
// 184.50 2% is 3.69. The price of line 2 is per 100.
func TestInvoice(t *testing.T) {
	segments, err := message.WriteInvoice(billed(t), mapping.Options{})
	require.NoError(t, err)
	conforms(t, "INVOIC", segments)
	assert.Equal(t, `BGM+380+INV-000001+9
DTM+137:20260401:102
DTM+11:20260401:102
DTM+35:20260403:102
RFF+ON:PO-1001
DTM+171:20260326:102
RFF+RE:7
RFF+VN:SO-00000001
RFF+DQ:SH-1
RFF+CT:C-12
NAD+BY+5412345000013::9++Nordmarkt AG
RFF+VA:DE987654321
NAD+DP+5412345000020::9
NAD+SU+4012345500004::9++Weber Bürsten GmbH
RFF+VA:DE123456789
CUX+2:EUR:4
PAT+1++5:3:D:30
DTM+13:20260501:102
PAT+22++5:3:D:10
DTM+12:20260411:102
PCD+12:2
ALC+A++2++DI:::Opening order
MOA+204:10
ALC+C++6++FC:::freight
MOA+23:18.75
LIN+1++4000862141404:EN
PIA+1+BR-10:SA
IMD+F++:::Brush, round
QTY+47:60:EA
MOA+203:142.5
MOA+66:150
PRI+AAB:2.5
RFF+ON:PO-1001:1
TAX+7+VAT+++:::8+S
MOA+124:10.81
ALC+A++2++DI:::Customer discount
PCD+1:5
MOA+204:7.5
MOA+25:150
LIN+2
PIA+5+4711:IN+BR-20:SA
QTY+47:10:EA
MOA+203:52
PRI+AAA:520:::100:EA
RFF+ON:PO-1001:2
TAX+7+VAT+++:::8+S
MOA+124:3.95
UNS+S
CNT+2:2
MOA+77:218.01
MOA+79:194.5
MOA+86:218.01
MOA+9:218.01
MOA+131:8.75
MOA+176:14.76
MOA+129:184.5
MOA+52:3.69
TAX+7+VAT+++:::8+S
MOA+124:14.76
MOA+125:184.5`, lines(segments))
}

func TestInvoiceReadsBack(t *testing.T) {
	inv := billed(t)
	segments, err := message.WriteInvoice(inv, mapping.Options{})
	require.NoError(t, err)
	got, found := message.ReadInvoice(conforms(t, "INVOIC", segments), mapping.Options{})
	assert.Empty(t, found)
	got.Source = order.Source{}
	price1, price2 := eur("2.5"), eur("520")
	number := func(scheme, value string) order.ItemIdentifier {
		return order.ItemIdentifier{Scheme: scheme, Value: value}
	}
	assert.Equal(t, mapping.VendorInvoice{
		Number: "INV-000001", Kind: mapping.Billed, Code: "380", Date: inv.Date, PurchaseOrder: "PO-1001", PurchaseOrderDate: inv.PurchaseOrderDate,
		Release: "7", VendorOrder: "SO-00000001", Shipments: []string{"SH-1"}, Currency: money.EUR, Parties: inv.Parties,
		References: []order.Reference{{Qualifier: "CT", Value: "C-12"}}, ShipDate: inv.ShipDate, DeliveryDate: inv.DeliveryDate,
		Terms: terms.MustPayment("2/10 net 30"), Due: calendar.MustDate("2026-05-01"),
		Lines: []mapping.VendorInvoiceLine{
			{ID: "1", PurchaseOrder: "PO-1001", Line: "1", Identifiers: []order.ItemIdentifier{number(order.SchemeGTIN, "4000862141404"), number(order.SchemeVendor, "BR-10")},
				Description: "Brush, round", Quantity: each(60), Price: &price1, Value: eur("150.00"), Charges: []order.Charge{
					{Step: "discount", Kind: "discount", Label: "Customer discount", Base: eur("150.00"), Rate: money.MustRate("5%"), Amount: eur("-7.50")}}},
			{ID: "2", PurchaseOrder: "PO-1001", Line: "2", Identifiers: []order.ItemIdentifier{number(order.SchemeBuyer, "4711"), number(order.SchemeVendor, "BR-20")},
				Quantity: each(10), Price: &price2, PricePer: 100, Value: eur("52.00")},
		},
		Charges: []order.Charge{{Step: "discount", Kind: "discount", Label: "Opening order", Amount: eur("-10.00")}, {Step: "freight", Kind: "freight", Label: "freight", Amount: eur("18.75")}},
		Taxes:   []mapping.VendorTax{{Type: "VAT", Rate: money.MustRate("8%"), Base: eur("184.50"), Amount: eur("14.76"), Category: "S"}},
		Totals:  mapping.VendorTotals{Payable: eur("218.01"), Lines: eur("194.50"), Tax: eur("14.76"), DiscountBase: eur("184.50"), Discount: eur("3.69")},
	}, got)
}

// simple is an invoice of one line without charges.
func simple(a money.Amount) *invoice.Invoice {
	none := money.Zero(a.Currency())
	return &invoice.Invoice{Number: "1", Date: calendar.MustDate("2026-04-01"), Currency: a.Currency(), PurchaseOrder: "PO-1",
		Lines:  []invoice.Line{{Line: "1", Item: "A", Quantity: each(1), Ordered: each(1), UnitPrice: a.Abs(), Net: a}},
		Totals: invoice.Totals{Lines: a, Net: a, Allowances: none, Charges: none, Tax: none, Payable: a}}
}

// Amounts are decimal numbers in the digits of their currency; there are no implied
// decimals as in an 810.
func TestInvoiceInOtherCurrencies(t *testing.T) {
	for text, want := range map[string]string{"1000 JPY": "MOA+77:1000\n", "1.234 KWD": "MOA+77:1.234\n", "0.10 USD": "MOA+77:0.1\n"} {
		segments, err := message.WriteInvoice(simple(money.MustParse(text)), mapping.Options{})
		require.NoError(t, err)
		assert.Contains(t, lines(segments), want)
		conforms(t, "INVOIC", segments)
	}
	segments, err := message.WriteInvoice(simple(eur("1.50")), mapping.Options{DecimalMark: ","})
	require.NoError(t, err)
	assert.Contains(t, lines(segments), "MOA+77:1,5\n")
	_, err = message.WriteInvoice(simple(money.MustParse("1.235 EUR")), mapping.Options{})
	var field *mapping.FieldError
	require.ErrorAs(t, err, &field)
	assert.Equal(t, "MOA", field.Segment)
}

func TestInvoiceErrors(t *testing.T) {
	for name, c := range map[string]struct {
		spoil   func(*invoice.Invoice)
		segment string
		reason  string
	}{
		"it does not tie":   {func(inv *invoice.Invoice) { inv.Taxes = nil }, "MOA", "add up to 203.25 EUR"},
		"no number":         {func(inv *invoice.Invoice) { inv.Number = "" }, "BGM", "mandatory"},
		"no date":           {func(inv *invoice.Invoice) { inv.Date = calendar.Date{} }, "DTM", "mandatory"},
		"a long number":     {func(inv *invoice.Invoice) { inv.Number = strings.Repeat("9", 36) }, "BGM", "36 characters"},
		"no quantity":       {func(inv *invoice.Invoice) { inv.Lines[0].Quantity, inv.Lines[0].Ordered = each(0), each(0) }, "LIN", "no quantity"},
		"many charges":      {func(inv *invoice.Invoice) { inv.Lines[0].Charges = manyCharges(inv.Lines[0].Charges) }, "ALC", "15"},
		"a long party name": {func(inv *invoice.Invoice) { inv.Parties[0].Name = strings.Repeat("Nordmarkt ", 20) }, "NAD", "five lines"},
	} {
		t.Run(name, func(t *testing.T) {
			inv := billed(t)
			c.spoil(inv)
			_, err := message.WriteInvoice(inv, mapping.Options{})
			var field *mapping.FieldError
			require.ErrorAs(t, err, &field)
			assert.Equal(t, []any{"INVOIC", c.segment}, []any{field.Set, field.Segment})
			assert.Contains(t, field.Reason, c.reason)
		})
	}
}

// manyCharges adds charges that come to nothing.
func manyCharges(all []order.Charge) []order.Charge {
	for i := range 16 {
		all = append(all, order.Charge{Step: fmt.Sprint("s", i), Kind: "surcharge", Amount: money.FromMinor(int64(1-i%2*2), money.EUR)})
	}
	return all
}

// A credit is a credit note with the amounts above zero, whichever signs its
// quantities and prices have.
func TestCreditNote(t *testing.T) {
	for name, back := range map[string]func(*invoice.Line){
		"quantities below zero": func(l *invoice.Line) { l.Quantity, l.Ordered = l.Quantity.Neg(), l.Ordered.Neg() },
		"prices below zero":     func(l *invoice.Line) { l.UnitPrice = l.UnitPrice.Neg() },
		"amounts alone":         func(*invoice.Line) {},
	} {
		t.Run(name, func(t *testing.T) {
			inv := tellReversed(billed(t))
			inv.Number = "G-1"
			inv.References = []order.Reference{{Qualifier: "IV", Value: "INV-000001"}}
			for i := range inv.Lines {
				back(&inv.Lines[i])
			}
			segments, err := message.WriteInvoice(inv, mapping.Options{})
			require.NoError(t, err)
			text := lines(segments)
			assert.Contains(t, text, "BGM+381+G-1+9\n")
			assert.Contains(t, text, "\nQTY+47:60:EA\nMOA+203:142.5\nMOA+66:150\nPRI+AAB:2.5\n")
			assert.Contains(t, text, "\nMOA+77:218.01\n")
			got, found := message.ReadInvoice(conforms(t, "INVOIC", segments), mapping.Options{})
			assert.Empty(t, found)
			assert.Equal(t, []any{mapping.Credited, "INV-000001", eur("-218.01")}, []any{got.Kind, got.Original, got.Owed()})
		})
	}
}

// tellReversed gives an invoice with amounts of the other sign, as a credit has them.
func tellReversed(inv *invoice.Invoice) *invoice.Invoice {
	for i := range inv.Lines {
		l := &inv.Lines[i]
		l.Net = l.Net.Neg()
		for n := range l.Charges {
			l.Charges[n].Amount = l.Charges[n].Amount.Neg()
		}
		for n := range l.Taxes {
			l.Taxes[n].Amount = l.Taxes[n].Amount.Neg()
		}
	}
	for i := range inv.Charges {
		inv.Charges[i].Amount = inv.Charges[i].Amount.Neg()
	}
	for i := range inv.Taxes {
		inv.Taxes[i].Base, inv.Taxes[i].Amount = inv.Taxes[i].Base.Neg(), inv.Taxes[i].Amount.Neg()
	}
	for _, a := range []*money.Amount{&inv.Totals.Lines, &inv.Totals.Net, &inv.Totals.Tax, &inv.Totals.Payable} {
		*a = a.Neg()
	}
	for i := range inv.Due {
		inv.Due[i].Amount = inv.Due[i].Amount.Neg()
	}
	return inv
}

func TestTermsOfInvoices(t *testing.T) {
	for text, want := range map[string]string{
		"net 30":          "PAT+1++5:3:D:30\nDTM+13:20260501:102\nLIN",
		"net 30 EOM":      "PAT+1++5:6:D:30\nDTM+13:20260530:102\nLIN",
		"3/8 2/14 net 30": "PAT+1++5:3:D:30\nDTM+13:20260501:102\nPAT+22++5:3:D:8\nDTM+12:20260409:102\nPCD+12:3\nPAT+22++5:3:D:14\nDTM+12:20260415:102\nPCD+12:2\nLIN",
	} {
		payment, err := terms.ParsePayment(text)
		if !assert.NoError(t, err, text) {
			continue
		}
		inv := simple(eur("100.00"))
		inv.Terms = payment
		due, err := payment.Schedule(inv.Totals.Payable, terms.Dates{Invoice: inv.Date})
		require.NoError(t, err)
		for _, d := range due {
			one := invoice.Due{Amount: d.Amount, Date: d.Due}
			for _, e := range d.Early {
				one.Discounts = append(one.Discounts, invoice.Discount{Until: e.Until, Rate: e.Rate, Amount: e.Discount})
			}
			inv.Due = append(inv.Due, one)
		}
		segments, err := message.WriteInvoice(inv, mapping.Options{})
		require.NoError(t, err)
		assert.Contains(t, lines(segments), want)
		got, found := message.ReadInvoice(conforms(t, "INVOIC", segments), mapping.Options{})
		assert.Empty(t, found, text)
		assert.Equal(t, []any{payment, due[0].Due}, []any{got.Terms, got.Due})
	}
}

func TestTaxesOfInvoices(t *testing.T) {
	for name, c := range map[string]struct {
		tax  invoice.Tax
		want string
	}{
		"standard":          {invoice.Tax{Category: "S", Rate: money.MustRate("19%")}, "TAX+7+VAT+++:::19+S"},
		"zero":              {invoice.Tax{Category: "Z"}, "TAX+7+VAT+++:::0+Z"},
		"reverse charge":    {invoice.Tax{Category: "AE", Reason: "Reverse charge"}, "TAX+7+VAT+++:::0+B"},
		"in the community":  {invoice.Tax{Category: "K", Reason: "Article 138"}, "TAX+7+VAT+++:::0+E"},
		"of a state":        {invoice.Tax{Category: "S", Rate: money.MustRate("4%"), Jurisdiction: "US-NY"}, "TAX+7+STT:::US-NY+++:::4+S"},
		"of a county there": {invoice.Tax{Category: "S", Rate: money.MustRate("4.5%"), Jurisdiction: "US-NY", Name: "county"}, "TAX+7+LOC:::US-NY county+++:::4.5+S"},
	} {
		t.Run(name, func(t *testing.T) {
			inv := simple(eur("100.00"))
			amount, err := eur("100.00").MulRound(c.tax.Rate, 2, money.HalfUp)
			require.NoError(t, err)
			inv.Lines[0].Taxes = []invoice.Taxed{{Tax: c.tax, Amount: amount}}
			inv.Taxes = []invoice.TaxTotal{{Tax: c.tax, Base: eur("100.00"), Amount: amount}}
			inv.Totals.Tax = amount
			inv.Totals.Payable, _ = inv.Totals.Payable.Add(amount)
			segments, err := message.WriteInvoice(inv, mapping.Options{})
			require.NoError(t, err)
			assert.Equal(t, 2, strings.Count(lines(segments), c.want+"\n"), "at the line and in the summary")
			assert.Contains(t, lines(segments), "\nMOA+125:100\nMOA+176:", "all is taxed, so that the net is what is")
			got, found := message.ReadInvoice(conforms(t, "INVOIC", segments), mapping.Options{})
			assert.Empty(t, found)
			require.Len(t, got.Taxes, 1)
			assert.Equal(t, []any{c.tax.Rate, amount, eur("100.00")}, []any{got.Taxes[0].Rate, got.Taxes[0].Amount, got.Taxes[0].Base})
			if c.tax.Reason != "" {
				assert.Equal(t, []string{c.tax.Reason}, got.Notes)
			}
		})
	}
}

// Whatever was billed of what, the message ties for who receives it, and is read without
// a word.
func TestInvoicesTie(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		per := rapid.SampledFrom([]int64{1, 7, 12}).Draw(t, "per case")
		cases := rapid.Int64Range(1, 40).Draw(t, "cases")
		price := money.FromMinor(rapid.Int64Range(0, 99_999).Draw(t, "price"), money.EUR)
		priceFor := rapid.SampledFrom([]int64{0, 100, 1_000}).Draw(t, "price for")
		value, err := money.Extend(price, quantity.New(cases, quantity.Case), max(priceFor, 1), 2, money.HalfUp)
		require.NoError(t, err)
		charges := []order.Charge{{Step: "price", Kind: "price", Amount: value}}
		net := value
		for _, kind := range []string{"discount", "surcharge"} {
			rate := money.MustRate(rapid.SampledFrom([]string{"0", "-1.5%", "-10%", "3.333%"}).Draw(t, kind))
			a, err := value.MulRound(rate, rapid.IntRange(2, 4).Draw(t, "places"), money.HalfUp)
			require.NoError(t, err)
			net, _ = net.Add(a)
			charges = append(charges, order.Charge{Step: kind, Kind: kind, Amount: a, Rate: rate, Base: value, Spread: rapid.Bool().Draw(t, "spread")})
		}
		o := build(t,
			order.Received{ID: "SO-1", Submission: "k", Document: order.Document{PurchaseOrder: "1", Lines: []order.Request{{ID: "1", Quantity: quantity.New(cases, quantity.Case)}}}},
			order.Identified{Lines: []order.IdentifiedLine{{Line: "1", Item: "A", Base: each(cases * per)}}},
			order.Priced{Lines: []order.PricedLine{{Line: "1", UnitPrice: price, Per: priceFor, Net: net, Charges: charges}},
				Charges: []order.Charge{{Step: "freight", Kind: "freight", Amount: eur("7.77")}}},
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
			segments, err := message.WriteInvoice(&inv, mapping.Options{})
			require.NoError(t, err)
			got, found := message.ReadInvoice(conforms(t, "INVOIC", segments), mapping.Options{})
			require.Empty(t, found)
			sum, err := got.Sum()
			require.NoError(t, err)
			require.Equal(t, []money.Amount{inv.Totals.Payable, inv.Totals.Payable, inv.Totals.Tax}, []money.Amount{sum, got.Totals.Payable, got.Totals.Tax})
		}
	})
}
