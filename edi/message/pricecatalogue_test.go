package message_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

const catalogueHead = "BGM+9+PC-26+9\nDTM+137:20260301:102\nDTM+194:20260401:102\nDTM+206:20261231:102\nNAD+SU+4012345500004::9\nCUX+2:EUR:8\n"

func TestReadPriceCatalogue(t *testing.T) {
	got, found := message.ReadPriceCatalogue(parse(t, "PRICAT", catalogueHead+`PGI+2+BRU
LIN+1+3+4000862141404:EN
PIA+1+BR-10:SA
IMD+F++:::Brush, round
QTY+53:12:PCE
QTY+59:6:PCE
DTM+273:2026040120260630:718
TAX+7+VAT+++:::19+S
PRI+AAA:250:CA::100:PCE
RNG+4+PCE:100:999
PRI+AAA:2.4:CA:PRP
DTM+194:20260501:102
DTM+206:20260531:102
PRI+AAE:4.99::SRP
PRI+AAF:5.2
LIN+2+2+4000862141411:EN`), mapping.Options{})
	assert.Empty(t, serious(found))
	day := calendar.MustDate
	got.Source = order.Source{}
	got.Parties = nil
	gtin := func(n string) order.ItemIdentifier { return order.ItemIdentifier{Scheme: order.SchemeGTIN, Value: n} }
	assert.Equal(t, mapping.Catalogue{
		Number: "PC-26", Date: day("2026-03-01"), Effective: day("2026-04-01"), Until: day("2026-12-31"), Currency: money.EUR,
		Items: []mapping.CatalogueItem{
			{ID: "1", Action: mapping.CatalogueChanged, Identifiers: []order.ItemIdentifier{gtin("4000862141404"), {Scheme: order.SchemeVendor, Value: "BR-10"}},
				Description: "Brush, round", Group: "BRU", Minimum: qty("12 PC"), Contents: qty("6 PC"), Effective: day("2026-04-01"), Until: day("2026-06-30"), TaxRate: money.MustRate("19%"),
				Prices: []mapping.CataloguePrice{
					{Basis: mapping.NetPrice, Price: eur("250"), Per: 100, Unit: quantity.Piece, From: qty("100 PC"), To: qty("999 PC")},
					{Basis: mapping.NetPrice, Kind: "PRP", Price: eur("2.4"), Effective: day("2026-05-01"), Until: day("2026-05-31")},
					{Basis: mapping.RetailPrice, Kind: "SRP", Price: eur("4.99")},
					{Basis: mapping.InformationPrice, Price: eur("5.2")},
				}},
			{ID: "2", Withdrawn: true, Identifiers: []order.ItemIdentifier{gtin("4000862141411")}, Group: "BRU"},
		},
	}, got)
	assert.Len(t, got.Find(gtin("4000862141411")), 1)
	assert.Empty(t, got.Find(gtin("4000862141428")))
}

func TestPriceCatalogueFindings(t *testing.T) {
	const line = "LIN+1++4000862141404:EN\n"
	for body, want := range map[string][]string{
		catalogueHead + line + "PRI+AAA:2.5":                                      {},
		"DTM+137:20260301:102":                                                    {"bgm-missing"},
		catalogueHead + catalogueHead[:len("BGM+9+PC-26+9\n")]:                    {"bgm-repeated"},
		catalogueHead + "LIN+1\nPRI+AAA:2.5":                                      {"item-missing"},
		"BGM+9+PC-26+9\nDTM+137:20260301:102\n" + line + "PRI+AAA:2.5":            {"currency-missing"},
		"BGM+9+PC-26+9\nDTM+137:20260301:102\n" + line + "CUX+2:USD\nPRI+AAA:2.5": {},
		catalogueHead + line + "PRI+AAA:x":                                        {"price"},
		catalogueHead + line + "PRI+AAA:2.5:::0.5":                                {"price-basis"},
		catalogueHead + line + "PRI+AAA:2.5:::1:%%%":                              {"unit"},
		catalogueHead + line + "PRI+XXX:2.5":                                      {"price-kind"},
		catalogueHead + line + "PRI+AAA:2.5\nRNG+4+PCE:x":                         {"range"},
		catalogueHead + line + "QTY+53:x":                                         {"quantity"},
		catalogueHead + line + "PRI+AAB:2.5\nALC+A\nPCD+1:10":                     {"charge"},
		catalogueHead + line + "TAX+7+VAT+++:::x":                                 {"tax-rate"},
		catalogueHead + "PGI+2\nPRI+AAA:2.5\n" + line:                             {"group-price"},
		catalogueHead + "LIN+1+99+4000862141404:EN":                               {"action"},
		"BGM+9+PC-26+1\nDTM+137:20260301:102":                                     {"function"},
		"BGM+9+PC-26+99\nDTM+137:20260301:102":                                    {"function"},
	} {
		_, found := message.ReadPriceCatalogue(parse(t, "PRICAT", body), mapping.Options{})
		assert.Equal(t, want, serious(found), body)
	}
	got, found := message.ReadPriceCatalogue(parse(t, "PRICAT", "BGM+9+PC-26+4\nDTM+137:20260301:102\nPAT+1\nDTM+13:20260301:102\nTOD+3\nLOC+1+HAM\nCUX+2:EUR:8\nPGI+2\n"+line+"PAC+6\nMEA+PD+AAD+KGM:2\nPRI+AAA:2.5"), mapping.Options{})
	assert.Empty(t, serious(found))
	assert.True(t, got.Changes)
	assert.Equal(t, eur("2.5"), got.Items[0].Prices[0].Price)
	_, found = message.ReadPriceCatalogue(&edifact.Message{MessageHeader: edifact.MessageHeader{ID: "DESADV"}}, mapping.Options{})
	assert.Equal(t, []string{"wrong-message"}, codes(found, finding.Block))
}
