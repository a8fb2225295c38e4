package mapping_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/invoice"
)

// What we bill as a vendor is read as a buyer: edi.md, 810 ties. 60 x 2.50 + 10 x
// 5.20, line allowance 7.50, header allowance 10.00, freight 18.75 untaxed, tax 8%,
// terms 2%: 218.01, 184.50, 214.32, 3.69.
func TestInvoiceReadsBack(t *testing.T) {
	inv := billed(t)
	segments, err := mapping.WriteInvoice(inv, mapping.Options{})
	require.NoError(t, err)
	v, found := mapping.ReadInvoice(rapidSet(t, "810", segments), mapping.Options{})
	assert.Empty(t, found)
	assert.Equal(t, mapping.Billed, v.Kind)
	assert.Equal(t, []string{inv.Number, inv.PurchaseOrder, inv.Release, string(inv.Order)}, []string{v.Number, v.PurchaseOrder, v.Release, v.VendorOrder})
	assert.Equal(t, []calendar.Date{inv.Date, inv.PurchaseOrderDate, inv.ShipDate, calendar.MustDate("2026-05-01")}, []calendar.Date{v.Date, v.PurchaseOrderDate, v.ShipDate, v.Due})
	assert.Equal(t, inv.Shipments, v.Shipments)
	assert.Equal(t, inv.Parties, v.Parties)
	assert.Equal(t, inv.References, v.References)
	assert.Equal(t, terms.MustPayment("2/10 net 30"), v.Terms)
	assert.Equal(t, mapping.VendorTotals{Payable: usd("218.01"), DiscountBase: usd("184.50"), Discounted: usd("214.32"), Discount: usd("3.69")}, v.Totals)
	assert.Equal(t, []mapping.VendorTax{{Type: "TX", Rate: money.MustRate("8%"), Amount: usd("14.76"), Jurisdiction: "US-NY"}}, v.Taxes)
	require.Len(t, v.Lines, 2)
	assert.Equal(t, mapping.VendorInvoiceLine{ID: "1", Quantity: each(60), Price: price("2.50"), Value: usd("150.00"), Description: "Brush, round",
		Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: "BR-10"}},
		Charges:     []order.Charge{{Step: "discount", Kind: "discount", Label: "Customer discount", Amount: usd("-7.50")}}}, v.Lines[0])
	require.Len(t, v.Charges, 2)
	assert.Equal(t, []money.Amount{usd("-10.00"), usd("18.75")}, []money.Amount{v.Charges[0].Amount, v.Charges[1].Amount})
	sum, err := v.Sum()
	require.NoError(t, err)
	assert.Equal(t, usd("218.01"), sum)
}

// edi.md: a credit goes as 812, or as 810 with BIG07 = CR, by profile.
func TestCreditAsInvoice(t *testing.T) {
	inv := billed(t)
	inv.References = append(inv.References, order.Reference{Qualifier: "IV", Value: "INV-000000"})
	inv.Number = "CR-1"
	negated(inv)
	_, err := mapping.WriteInvoice(inv, mapping.Options{})
	var field *mapping.FieldError
	require.ErrorAs(t, err, &field)
	assert.Contains(t, field.Reason, "812")

	segments, err := mapping.WriteInvoice(inv, mapping.Options{CreditAsInvoice: true})
	require.NoError(t, err)
	conforms(t, "810", segments)
	text := lines(segments)
	assert.Contains(t, text, "BIG*20260401*CR-1*20260326*PO-1001*7**CR\n")
	assert.Contains(t, text, "\nIT1*1*60*EA*2.5*")
	assert.Contains(t, text, "\nSAC*A*C310***750*")
	assert.Contains(t, text, "\nTDS*21801*18450*21432*369\nTXI*TX*14.76*")

	v, found := mapping.ReadInvoice(rapidSet(t, "810", segments), mapping.Options{})
	assert.Empty(t, found)
	assert.Equal(t, mapping.Credited, v.Kind)
	assert.Equal(t, "INV-000000", v.Original)
	assert.Equal(t, usd("-218.01"), v.Owed())
}

// negated turns the amounts of an invoice below zero, as those of a credit are.
func negated(inv *invoice.Invoice) {
	for i := range inv.Lines {
		l := &inv.Lines[i]
		l.Net = l.Net.Neg()
		for n := range l.Charges {
			l.Charges[n].Amount = l.Charges[n].Amount.Neg()
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
}

// How vendors bill, and what of it counts.
func TestInvoiceRead(t *testing.T) {
	const head = "BIG*20260401*I-1**P\nCUR*SE*USD\n"
	for name, c := range map[string]struct {
		body, sum, code string
		severity        finding.Severity
	}{
		"price per hundred":            {head + "IT1*1*250*EA*12.34*HP*VN*X\nTDS*3085", "30.85 USD", "", 0},
		"half a cent":                  {head + "IT1*1*3*EA*.335**VN*X\nTDS*101", "1.01 USD", "", 0},
		"tax on a charge":              {head + "IT1*1*1*EA*10**VN*X\nSAC*C*D240***500\nTXI*ST*.4*8\nTDS*1540", "15.40 USD", "", 0},
		"tax of a base":                {head + "IT1*1*1*EA*10**VN*X\nTDS*1080\nTXI*ST**8*****10", "10.80 USD", "", 0},
		"tax that is included":         {head + "IT1*1*1*EA*10**VN*X\nTDS*1000\nTXI*ST*.74*8****I", "10.00 USD", "tax-included", finding.Info},
		"tax that is told only":        {head + "IT1*1*1*EA*10**VN*X\nTDS*1000\nTXI*ST*.74*8****O", "10.00 USD", "tax-included", finding.Info},
		"taxes told twice":             {head + "IT1*1*1*EA*10**VN*X\nTXI*ST*.8*8\nTDS*1080\nTXI*ST*.8*8", "10.80 USD", "taxes-repeated", finding.Info},
		"an order of the line":         {head + "IT1*1*1*EA*10**VN*X*PO*P-2*PL*7\nTDS*1000", "10.00 USD", "", 0},
		"free goods":                   {head + "IT1*1*1*EA*10*NC*VN*X\nTDS*0", "0.00 USD", "price-free", finding.Info},
		"parts of a line":              {head + "IT1*1*1*EA*10**VN*X\nSLN*1**I*2*EA*4\nSAC*A*C310***100\nTDS*1000", "10.00 USD", "not-mapped", finding.Warning},
		"it does not tie":              {head + "IT1*1*1*EA*10**VN*X\nTDS*1001", "10.00 USD", "tie", finding.Warning},
		"no discounted total":          {head + "IT1*1*1*EA*10**VN*X\nTDS*1000*1000*990*20", "10.00 USD", "discount-tie", finding.Warning},
		"no price":                     {head + "IT1*1*1*EA***VN*X\nTDS*1000", "0.00 USD", "price-missing", finding.Warning},
		"no quantity":                  {head + "IT1*1**EA*10**VN*X\nTDS*1000", "0.00 USD", "quantity-missing", finding.Block},
		"no number":                    {"BIG*20260401\nCUR*SE*USD\nTDS*0", "0.00 USD", "number-missing", finding.Block},
		"no BIG":                       {"CUR*SE*USD\nTDS*0", "0.00 USD", "big-missing", finding.Block},
		"two BIG":                      {head + head + "TDS*0", "0.00 USD", "big-repeated", finding.Block},
		"no TDS":                       {head + "IT1*1*1*EA*10**VN*X", "10.00 USD", "tds-missing", finding.Block},
		"two TDS":                      {head + "IT1*1*1*EA*10**VN*X\nTDS*1000\nTDS*1000", "10.00 USD", "tds-repeated", finding.Block},
		"no total":                     {head + "TDS", "0.00 USD", "payable-missing", finding.Block},
		"a total that is none":         {head + "TDS*1.5", "0.00 USD", "amount", finding.Block},
		"no currency":                  {"BIG*20260401*I-1**P\nIT1*1*1*EA*10**VN*X\nTDS*1000", "", "currency-missing", finding.Block},
		"not to be paid":               {"BIG*20260401*I-1**P****22\nCUR*SE*USD\nTDS*0", "0.00 USD", "purpose", finding.Block},
		"it replaces another":          {"BIG*20260401*I-1**P****05\nCUR*SE*USD\nTDS*0", "0.00 USD", "purpose", finding.Block},
		"a charge without an amount":   {head + "IT1*1*1*EA*10**VN*X\nTDS*1000\nSAC*C*D240", "10.00 USD", "no-amount", finding.Block},
		"a percentage that is none":    {head + "IT1*1*1*EA*10**VN*X\nTDS*1000\nTXI*ST*0*x", "10.00 USD", "number", finding.Warning},
		"a tax without an amount":      {head + "IT1*1*1*EA*10**VN*X\nTDS*1000\nTXI*ST**8", "10.00 USD", "tax-amount", finding.Info},
		"a line in another currency":   {head + "IT1*1*1*EA*10**VN*X\nCUR*SE*EUR\nTDS*1000", "10.00 USD", "line-currency", finding.Block},
		"a value beyond all amounts":   {head + "IT1*1*9999999999*EA*9999999999**VN*X\nTDS*0", "0.00 USD", "value", finding.Block},
		"a wrong number of lines":      {head + "IT1*1*1*EA*10**VN*X\nTDS*1000\nCTT*2", "10.00 USD", "line-count", finding.Warning},
		"terms of a day of the month":  {head + "ITD*01*3*****30******15\nIT1*1*1*EA*10**VN*X\nTDS*1000", "10.00 USD", "terms-partly", finding.Info},
		"several terms":                {head + "ITD*01*3*****30\nITD*01*3*****60\nIT1*1*1*EA*10**VN*X\nTDS*1000", "10.00 USD", "terms-several", finding.Warning},
		"a place that nobody asks for": {head + "FOB*PP\nIT1*1*1*EA*10**VN*X\nTDS*1000", "10.00 USD", "not-mapped", finding.Info},
	} {
		t.Run(name, func(t *testing.T) {
			v, found := mapping.ReadInvoice(set(t, "810\n"+c.body), mapping.Options{})
			if sum, err := v.Sum(); c.sum != "" {
				require.NoError(t, err)
				assert.Equal(t, c.sum, sum.String())
			} else {
				assert.Error(t, err)
			}
			if c.code == "" {
				assert.Empty(t, found)
				return
			}
			var of finding.List
			for _, prefix := range []string{"mapping.810.", "mapping.charge.", "mapping.invoice."} {
				of = append(of, found.With(prefix+c.code)...)
			}
			require.Len(t, of, 1, "%v", found)
			assert.Equal(t, c.severity, of[0].Severity)
		})
	}
	v, _ := mapping.ReadInvoice(set(t, "810\n"+head+"IT1*1*1*EA*10**VN*X*PO*P-2*PL*7\nIT1*2*1*EA*10**VN*X\nREF*PO*P-3\nREF*LI*8\nTDS*2000"), mapping.Options{})
	assert.Equal(t, []string{"P-2", "7", "P-3", "8"}, []string{v.Lines[0].PurchaseOrder, v.Lines[0].Line, v.Lines[1].PurchaseOrder, v.Lines[1].Line})
}

// The kinds of BIG07; an ordinary invoice is a debit invoice (DI).
func TestInvoiceKinds(t *testing.T) {
	for code, want := range map[string]mapping.VendorBill{"": mapping.Billed, "DI": mapping.Billed, "PR": mapping.Billed, "CR": mapping.Credited, "CN": mapping.Credited, "DR": mapping.Debited} {
		v, _ := mapping.ReadInvoice(set(t, "810\nBIG*20260401*1*****"+code+"***0\nCUR*SE*USD\nTDS*100"), mapping.Options{})
		assert.Equal(t, want, v.Kind, code)
		assert.Equal(t, "0", v.Original)
	}
}
