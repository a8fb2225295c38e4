package message_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// ordered reads an order with one line.
func ordered(t *testing.T, o mapping.Options, header, line string) (order.Document, finding.List) {
	t.Helper()
	if header != "" {
		header = "\n" + header
	}
	return message.ReadPurchaseOrder(parse(t, "ORDERS", "BGM+220+PO-1+9\nDTM+137:20260327:102"+header+"\nNAD+BY+5412345000013::9\nCUX+2:EUR:9\nLIN+1++4000862141404:EN\n"+line+"\nUNS+S\nCNT+2:1"), o)
}

// edi.md 9: PRI with a basis divides by 100 and by 1,000.
func TestPriceBasis(t *testing.T) {
	for _, c := range []struct {
		pri      string
		per      int64
		net      string // of 1,200 pieces
		finding  string
		noAmount bool
	}{
		{"PRI+AAA:14.58", 0, "17496.00 EUR", "", false},
		{"PRI+AAA:14.58:CT::1:PCE", 0, "17496.00 EUR", "", false},
		{"PRI+AAA:14.58:::100:PCE", 100, "174.96 EUR", "", false},
		{"PRI+AAA:14.58:::100", 100, "174.96 EUR", "", false},
		{"PRI+AAA:14,58:::1000:PCE", 1000, "17.50 EUR", "", false},
		{"PRI+INV:2:::12:PCE", 12, "200.00 EUR", "", false},
		{"PRI+AAA:14.58:::1:KGM", 0, "", "price-basis", true},
		{"PRI+AAA:14.58:::0:PCE", 0, "", "price-basis", true},
		{"PRI+AAA:14.58:::0.5:PCE", 0, "", "price-basis", true},
		{"PRI+AAA:14.58:::1:QQQ", 0, "", "price-basis", true},
		{"PRI+AAE:14.58", 0, "", "price-kind", true},
		{"PRI+AAA:14.58::SRP", 0, "", "price-kind", true},
		{"PRI+X:14.58", 0, "", "price-kind", true},
	} {
		t.Run(c.pri, func(t *testing.T) {
			doc, found := ordered(t, mapping.Options{}, "", "QTY+21:1200:PCE\n"+c.pri)
			require.False(t, found.Blocks(), "%v", found)
			require.Len(t, doc.Lines, 1)
			l := doc.Lines[0]
			if c.noAmount {
				assert.Nil(t, l.Price)
				assert.Equal(t, []string{c.finding}, codes(found, finding.Warning))
				return
			}
			require.NotNil(t, l.Price)
			assert.Equal(t, c.per, l.PricePer)
			net, err := money.Extend(*l.Price, l.Quantity, max(l.PricePer, 1), 2, money.HalfUp)
			require.NoError(t, err)
			assert.Equal(t, c.net, net.String())
		})
	}
}

// TestPriceOfAPiece: a quantity without a unit is of single goods, and so is a price per
// piece.
func TestPriceOfAPiece(t *testing.T) {
	doc, found := ordered(t, mapping.Options{}, "", "QTY+21:1200\nPRI+AAA:14.58:::100:PCE")
	assert.Empty(t, codes(found, finding.Warning))
	require.NotNil(t, doc.Lines[0].Price)
	assert.Equal(t, int64(100), doc.Lines[0].PricePer)
}

// edi.md 10: `??` is a question mark, `?'` no end of the segment, whatever the reader.
func TestReleaseCharacter(t *testing.T) {
	doc, found := ordered(t, mapping.Options{}, "FTX+AAI+++Why??:a?+b and 5?'", "IMD+F++:::Size 3?:4??\nQTY+21:1:PCE")
	assert.Empty(t, found)
	assert.Equal(t, []string{"Why? a+b and 5'"}, doc.Instructions)
	assert.Equal(t, "Size 3:4?", doc.Lines[0].Description)
	segments, err := message.WritePurchaseOrder(doc, mapping.Options{})
	require.NoError(t, err)
	back, _ := message.ReadPurchaseOrder(conforms(t, "ORDERS", segments), mapping.Options{})
	assert.Equal(t, doc.Instructions, back.Instructions)
	assert.Equal(t, doc.Lines, back.Lines)
}

// edi.md 10: the character set of the UNB, and what was agreed instead of it.
func TestCharacterSets(t *testing.T) {
	body := "BGM+220+PO-1+9\nDTM+137:20260327:102\nNAD+BY+5412345000013::9++%s\nLIN+1++4000862141404:EN\nQTY+21:1"
	for _, c := range []struct {
		syntax, bytes string
		charset       edifact.Charset
		name          string
	}{
		{"UNOC", "Stra\xdfe", edifact.ByUNB, "Straße"},
		{"UNOY", "Straße", edifact.ByUNB, "Straße"},
		{"UNOE", "\xb4\xde\xdc", edifact.ByUNB, "Дом"},
		{"UNOF", "\xcf\xe4\xfc\xf2", edifact.ByUNB, "Οδός"},
		{"UNOA", "Stra\xdfe", edifact.Latin1, "Straße"},
	} {
		text := strings.Replace(interchange("ORDERS", "96A", fmt.Sprintf(body, c.bytes)), "UNOC", c.syntax, 1)
		report, err := edifact.Read(strings.NewReader(text), edifact.Options{Charset: c.charset})
		require.NoError(t, err)
		doc, _ := message.ReadPurchaseOrder(report.Messages()[0], mapping.Options{})
		assert.Equal(t, c.name, doc.Parties[0].Name, c.syntax)
	}
}

// edi.md 10: dates by format code.
func TestDatesByFormat(t *testing.T) {
	for _, c := range []struct{ value, format, day, last string }{
		{"270326", "2", "2026-03-27", ""}, {"032726", "3", "2026-03-27", ""}, {"27032026", "4", "2026-03-27", ""}, {"270320261105", "5", "2026-03-27", ""},
		{"260327", "101", "2026-03-27", ""}, {"20260327", "102", "2026-03-27", ""}, {"26135", "103", "2026-03-27", ""}, {"26086", "105", "2026-03-27", ""},
		{"2603271105", "201", "2026-03-27", ""}, {"260327110559", "202", "2026-03-27", ""}, {"202603271105", "203", "2026-03-27", ""},
		{"20260327110559", "204", "2026-03-27", ""}, {"202603272400", "203", "2026-03-27", ""}, {"202603271105+0100", "205", "2026-03-27", ""}, {"202603271105CET", "303", "2026-03-27", ""}, {"20260327110500EST", "304", "2026-03-27", ""},
		{"2026", "602", "2026-01-01", "2026-12-31"}, {"20262", "604", "2026-07-01", "2026-12-31"}, {"20262", "608", "2026-04-01", "2026-06-30"},
		{"2603", "609", "2026-03-01", "2026-03-31"}, {"202602", "610", "2026-02-01", "2026-02-28"}, {"2653", "615", "2026-12-28", "2027-01-03"},
		{"202601", "616", "2025-12-29", "2026-01-04"}, {"202613-202614", "716", "2026-03-23", "2026-04-05"}, {"202603-202604", "710", "2026-03-01", "2026-04-30"},
		{"260327-260331", "717", "2026-03-27", "2026-03-31"}, {"20260327-20260331", "718", "2026-03-27", "2026-03-31"}, {"2026032720260331", "718", "2026-03-27", "2026-03-31"},
		{"202603271105202603311200", "719", "2026-03-27", "2026-03-31"}, {"990101", "101", "1999-01-01", ""}, {"700101", "101", "1970-01-01", ""}, {"690101", "101", "2069-01-01", ""},
		{"20260327", "", "2026-03-27", ""}, {"260327", "", "2026-03-27", ""},
		{"20260230", "102", "", ""}, {"2026-03-27", "102", "", ""}, {"202654", "616", "", ""}, {"202653", "616", "2026-12-28", "2027-01-03"}, {"202553", "616", "", ""}, {"20260331-20260327", "718", "", ""},
		{"26366", "105", "", ""}, {"202613", "610", "", ""}, {"202603272500", "203", "", ""}, {"20265", "608", "", ""}, {"26138", "103", "", ""}, {"20260327", "804", "", ""}, {"2026032", "102", "", ""}, {"2026032", "", "", ""},
	} {
		dtm := strings.TrimSuffix("DTM+%s:"+c.value+":"+c.format, ":")
		doc, found := ordered(t, mapping.Options{}, fmt.Sprintf(dtm, "2"), "QTY+21:1:PCE")
		if c.day == "" {
			assert.Equal(t, []string{"date"}, codes(found, finding.Warning), dtm)
			assert.True(t, doc.RequestedDelivery.IsZero(), dtm)
			continue
		}
		assert.Empty(t, codes(found, finding.Warning), dtm)
		assert.Equal(t, calendar.MustDate(c.day), doc.RequestedDelivery, dtm)
		if c.last != "" {
			doc, found = ordered(t, mapping.Options{}, fmt.Sprintf(dtm, "61"), "QTY+21:1:PCE") // of a period the last day
			assert.Equal(t, calendar.MustDate(c.last), doc.CancelAfter, dtm)
			assert.Equal(t, []string{"date-window"}, codes(found, finding.Info), dtm)
		}
	}
	doc, _ := ordered(t, mapping.Options{FirstYear: 1900}, "DTM+2:690101:101", "QTY+21:1:PCE")
	assert.Equal(t, calendar.MustDate("1969-01-01"), doc.RequestedDelivery)
}

// edi.md 9 and 11: units and item numbers as they were agreed with the partner, both ways.
func TestAgreedCodes(t *testing.T) {
	agreed := mapping.Options{
		Units:       map[string]quantity.Unit{"": quantity.Case, "CT": quantity.Case, "XPK": quantity.Bundle},
		ItemSchemes: map[string]string{"SRV": order.SchemeGTIN, "ZZZ": order.SchemeVendor},
		DecimalMark: ",",
	}
	doc, found := ordered(t, agreed, "", "PIA+1+BR-10:ZZZ\nQTY+21:1.5")
	assert.Empty(t, found)
	assert.Equal(t, qty("1.5 CA"), doc.Lines[0].Quantity)
	segments, err := message.WritePurchaseOrder(doc, agreed)
	require.NoError(t, err)
	assert.Contains(t, lines(segments), "LIN+1++4000862141404:SRV\nPIA+1+BR-10:ZZZ\nQTY+21:1,5\n")
	back, _ := message.ReadPurchaseOrder(parse(t, "ORDERS", lines(segments)), agreed)
	assert.Equal(t, doc.Lines, back.Lines)
}
