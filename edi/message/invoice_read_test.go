package message_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
)

const invoiceHead = "BGM+380+R-77+9\nDTM+137:20260401:102\nRFF+ON:PO-9\nNAD+SU+4012345500004::9\nCUX+2:EUR:4\n"

func readInvoice(t testing.TB, body string) (mapping.VendorInvoice, finding.List) {
	t.Helper()
	return message.ReadInvoice(parse(t, "INVOIC", body), mapping.Options{})
}

// serious are the codes of findings that warn or block.
func serious(found finding.List) []string {
	return append(codes(found, finding.Block), codes(found, finding.Warning)...)
}

// A charge that is told by its percentage alone is taken of the line's value, or of the
// lines; freight is taxed at a rate of its own; a weight is billed.
func TestReadInvoice(t *testing.T) {
	got, found := readInvoice(t, invoiceHead+`PAT+3
DTM+13:20260430:102
ALC+A++2++DI
PCD+1:2
ALC+C++6++FC
MOA+23:120
TAX+7+VAT+++:::7+S
MOA+124:8.40
LIN+1++4000862141404:EN
QTY+47:40
MOA+203:2160
PRI+AAB:60:CA
TAX+7+VAT+++:::19+S
MOA+124:402.19
ALC+A
PCD+1:10
LIN+2++5412345111115:EN
QTY+46:5
QTY+47:12.65:KGM
MOA+203:2530
PRI+AAA:200:CA::1:KGM
UNS+S
CNT+2:2
MOA+77:5590.28
MOA+79:4690
MOA+125:4716.20
MOA+176:874.08
MOA+131:26.20
TAX+7+VAT+++:::19+S
MOA+124:865.68
MOA+125:4596.20
TAX+7+VAT+++:::7+S
MOA+124:8.40
MOA+125:120
ALC+C++++FC
MOA+131:120`)
	assert.Empty(t, serious(found))
	assert.Equal(t, calendar.MustDate("2026-04-30"), got.Due)
	require.Len(t, got.Lines, 2)
	assert.Equal(t, []any{eur("2400.00"), eur("-240.00"), money.MustRate("10%")}, []any{got.Lines[0].Value, got.Lines[0].Charges[0].Amount, got.Lines[0].Charges[0].Rate})
	assert.Equal(t, []any{qty("12.65 KG"), eur("2530")}, []any{got.Lines[1].Quantity, got.Lines[1].Value})
	require.Len(t, got.Charges, 2)
	assert.Equal(t, []money.Amount{eur("-93.80"), eur("120")}, []money.Amount{got.Charges[0].Amount, got.Charges[1].Amount})
	assert.Len(t, got.Taxes, 2)
	assert.Equal(t, eur("5590.28"), got.Totals.Payable)
	assert.Empty(t, got.Lines[0].Taxes, "they are among those of the summary")
}

func TestKindsOfInvoices(t *testing.T) {
	for code, want := range map[string]mapping.VendorBill{"380": mapping.Billed, "381": mapping.Credited, "383": mapping.Debited, "385": mapping.Billed, "261": mapping.Credited} {
		got, found := readInvoice(t, "BGM+"+code+invoiceHead[len("BGM+380"):]+"RFF+IV:R-1\nLIN+1++4000862141404:EN\nQTY+47:1\nMOA+203:5\nUNS+S\nMOA+77:5")
		assert.Empty(t, serious(found), code)
		assert.Equal(t, want, got.Kind)
		if want == mapping.Billed {
			assert.Empty(t, got.Original)
		} else {
			assert.Equal(t, "R-1", got.Original)
		}
	}
}

func TestInvoiceFindings(t *testing.T) {
	const line = "LIN+1++4000862141404:EN\nQTY+47:10\nMOA+203:50\nPRI+AAA:5\n"
	for name, c := range map[string]struct {
		body  string
		codes []string
	}{
		"all is well":                      {invoiceHead + line + "UNS+S\nMOA+77:50", nil},
		"the total does not tie":           {invoiceHead + line + "UNS+S\nMOA+77:51", []string{"tie"}},
		"the lines do not tie":             {invoiceHead + line + "UNS+S\nMOA+77:50\nMOA+79:60", []string{"lines-tie"}},
		"the taxes do not tie":             {invoiceHead + line + "UNS+S\nMOA+77:55\nMOA+176:6\nTAX+7+VAT+++:::10+S\nMOA+124:5", []string{"tax-tie"}},
		"price and value do not tie":       {invoiceHead + "LIN+1++4000862141404:EN\nQTY+47:10\nMOA+203:49\nPRI+AAA:5\nUNS+S\nMOA+77:49", []string{"line-tie"}},
		"a line was lost":                  {invoiceHead + line + "UNS+S\nCNT+2:2\nMOA+77:50", []string{"line-count"}},
		"taxes of the lines alone":         {invoiceHead + line + "TAX+7+VAT+++:::10+S\nMOA+124:5\nUNS+S\nMOA+77:55", nil},
		"no currency":                      {"BGM+380+R-77+9\nDTM+137:20260401:102\n" + line + "UNS+S\nMOA+77:50", []string{"currency-missing", "amount-currency", "price-currency"}},
		"a currency that is none":          {"BGM+380+R-77+9\nDTM+137:20260401:102\nCUX+2:XXQ:4\n" + line + "UNS+S\nMOA+77:50", []string{"currency", "amount-currency", "price-currency"}},
		"amounts of each tax":              {invoiceHead + line + "LIN+2++4000862141404:EN\nQTY+47:10\nMOA+203:50\nUNS+S\nMOA+77:117\nTAX+7+VAT+++:::10+S\nMOA+124:5\nMOA+79:50\nTAX+7+VAT+++:::24+H\nMOA+124:12\nMOA+79:50", nil},
		"no total":                         {invoiceHead + line + "UNS+S\nMOA+79:50", []string{"total-missing"}},
		"no quantity":                      {invoiceHead + "LIN+1++4000862141404:EN\nMOA+203:50\nUNS+S\nMOA+77:50", []string{"quantity-missing"}},
		"no value":                         {invoiceHead + "LIN+1++4000862141404:EN\nQTY+47:1\nUNS+S\nMOA+77:50", []string{"value-missing"}},
		"net, with charges to be known":    {invoiceHead + line + "ALC+A\nMOA+204:5\nUNS+S\nMOA+77:50", nil},
		"gross, with charges":              {invoiceHead + "LIN+1++4000862141404:EN\nQTY+47:10\nMOA+203:45\nPRI+AAB:5\nALC+A\nMOA+204:5\nUNS+S\nMOA+77:45", nil},
		"both prices":                      {invoiceHead + "LIN+1++4000862141404:EN\nQTY+47:10\nMOA+203:45\nPRI+AAA:4.5\nPRI+AAB:5\nALC+A\nMOA+204:5\nUNS+S\nMOA+77:45", nil},
		"a charge without amount":          {invoiceHead + "ALC+C++++FC\n" + line + "UNS+S\nMOA+77:50", []string{"charge"}},
		"another document":                 {"BGM+351" + invoiceHead[len("BGM+380"):] + line + "UNS+S\nMOA+77:50", []string{"kind"}},
		"it takes one back":                {"BGM+380+R-77+1\n" + invoiceHead[len("BGM+380+R-77+9\n"):] + line + "UNS+S\nMOA+77:50", []string{"function"}},
		"a sub-line":                       {invoiceHead + line + "LIN+2++4000862141404:EN+1:1\nQTY+47:2\nUNS+S\nCNT+2:1\nMOA+77:50", []string{"sub-line"}},
		"a price per 100":                  {invoiceHead + "LIN+1++4000862141404:EN\nQTY+47:10\nMOA+203:50\nPRI+AAA:500:::100\nUNS+S\nMOA+77:50", nil},
		"no document":                      {"DTM+137:20260401:102\nUNS+S", []string{"bgm-missing", "currency-missing"}},
		"amounts of the whole after taxes": {invoiceHead + line + "UNS+S\nTAX+7+VAT+++:::10+S\nMOA+124:5\nMOA+77:55", nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, found := readInvoice(t, c.body)
			assert.ElementsMatch(t, c.codes, serious(found), "%v", found)
		})
	}
	_, found := message.ReadInvoice(&edifact.Message{MessageHeader: edifact.MessageHeader{ID: "DESADV"}}, mapping.Options{})
	assert.Equal(t, []string{"wrong-message"}, codes(found, finding.Block))
}
