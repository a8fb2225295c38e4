package message_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
)

// full is an order that uses what an order has a place for.
const full = `
	BGM+224+PO-1001+9+AC
	DTM+137:202603271105:203
	DTM+64:20260401:102
	DTM+2:20260402:102
	DTM+61:20260410:102
	FTX+DEL+3++Ring twice:at the side door
	RFF+CT:C-77
	RFF+RE:R-5
	NAD+BY+5412345000013::9++Brasserie du Parc:S.A.+Rue Haute 5:Cour arriere+Bruxelles++1000+BE
	RFF+VA:BE0123456789
	RFF+IT:10077
	CTA+OC+:Odile
	COM+003225550100:TE
	NAD+SU+4012345500004::9
	NAD+DP+0045::92
	CUX+2:EUR:9
	PAT+1++5:3:D:30
	PAT+22++5:3:D:10
	PCD+12:2
	TDT+20++30++:::Fast Freight
	TOD+6+PP+CIP
	LOC+1+:::Brussels
	LIN+10++4000862141404:EN
	PIA+1+BR-10:SA+77-1:IN
	IMD+F++:::Bracket, steel,:galvanised
	QTY+21:60:PCE
	DTM+2:20260403:102
	FTX+PRD+++Wrap in paper
	PRI+AAA:2.50
	LIN+20++4000862141411:EN
	QTY+21:1200:PCE
	PRI+AAA:14.58:::100:PCE
	UNS+S
	CNT+2:2
	CNT+1:1260`

func TestPurchaseOrder(t *testing.T) {
	doc, found := message.ReadPurchaseOrder(parse(t, "ORDERS", full), mapping.Options{})
	assert.Equal(t, []string{}, codes(found, finding.Block))
	assert.Equal(t, []string{}, codes(found, finding.Warning))
	assert.Equal(t, []string{"acknowledgement", "date-window"}, codes(found, finding.Info))
	price, hundred := money.MustParse("2.50 EUR"), money.MustParse("14.58 EUR")
	assert.Equal(t, order.Document{
		PurchaseOrder: "PO-1001", Release: "R-5", Type: order.Rush,
		Source: order.Source{Channel: "edifact", Partner: "14:4012345500004", Control: "42/M1"},
		Date:   calendar.MustDate("2026-03-27"), RequestedDelivery: calendar.MustDate("2026-04-02"), CancelAfter: calendar.MustDate("2026-04-10"),
		Currency: money.EUR,
		Parties: []order.Party{
			{Role: party.SoldTo, Name: "Brasserie du Parc S.A.", Identifiers: []party.Identifier{
				{Scheme: party.GLN, Value: "5412345000013"}, {Scheme: message.VATNumber, Value: "BE0123456789"}, {Scheme: party.AssignedBySeller, Value: "10077"}},
				Address: party.Address{Lines: []string{"Rue Haute 5", "Cour arriere"}, City: "Bruxelles", PostalCode: "1000", Country: "BE"}},
			{Role: party.Seller, Identifiers: []party.Identifier{{Scheme: party.GLN, Value: "4012345500004"}}},
			{Role: party.ShipTo, Identifiers: []party.Identifier{{Scheme: party.AssignedByBuyer, Value: "0045"}}},
		},
		Terms: terms.MustPayment("2/10 net 30"), Freight: terms.Freight{Payment: terms.Prepaid}, Incoterm: terms.CIP, IncotermPlace: "Brussels",
		Instructions: []string{"Ring twice at the side door", "contact OC Odile, TE 003225550100 (BY)", "routing: Fast Freight", "line 10: Wrap in paper"},
		References:   []order.Reference{{Qualifier: "CT", Value: "C-77"}},
		Lines: []order.Request{
			{ID: "10", Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeGTIN, Value: "4000862141404"}, {Scheme: order.SchemeVendor, Value: "BR-10"}, {Scheme: order.SchemeBuyer, Value: "77-1"}},
				Description: "Bracket, steel, galvanised", Quantity: qty("60 PC"), Price: &price, RequestedDelivery: calendar.MustDate("2026-04-03")},
			{ID: "20", Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeGTIN, Value: "4000862141411"}}, Quantity: qty("1200 PC"), Price: &hundred, PricePer: 100},
		},
	}, doc)
	assert.Empty(t, doc.Validate())
}

// What is read is written as a message that says the same.
func TestPurchaseOrderWritten(t *testing.T) {
	doc, _ := message.ReadPurchaseOrder(parse(t, "ORDERS", full), mapping.Options{})
	segments, err := message.WritePurchaseOrder(doc, mapping.Options{})
	require.NoError(t, err)
	back, found := message.ReadPurchaseOrder(conforms(t, "ORDERS", segments), mapping.Options{})
	assert.Empty(t, found)
	doc.Source = back.Source
	assert.Equal(t, doc, back)
}

// edi.md, decisions: a line that is split by store becomes an order for each store.
func TestStoreOrders(t *testing.T) {
	const split = `BGM+220+PO-1+9
		DTM+137:20260327:102
		NAD+BY+5412345000013::9
		NAD+DP+4012345500004::9
		CUX+2:EUR:9
		LIN+1++4000862141404:EN
		QTY+21:48:PCE
		PRI+AAA:2.50
		LOC+7+3312345502000::9
		QTY+11:24
		DTM+2:20260915:102
		LOC+7+3312345501003::9
		QTY+11:24
		DTM+2:20260913:102
		LIN+2++4000862141411:EN
		QTY+21:5:PCE
		LOC+7+3312345501003::9
		QTY+11:5
		LIN+3++4000862141411:EN
		QTY+21:1:PCE`
	docs, found := message.ReadStoreOrders(parse(t, "ORDERS", split), mapping.Options{})
	assert.Equal(t, []string{"stores-none"}, codes(found, finding.Warning))
	assert.False(t, found.Blocks())
	require.Len(t, docs, 3)
	var told []string
	for _, d := range docs {
		marked, _ := d.Party(party.MarkFor)
		to, _ := d.Party(party.ShipTo)
		assert.Equal(t, "4012345500004", to.Identifiers[0].Value)
		assert.Equal(t, d.Store.IsZero(), len(marked.Identifiers) == 0)
		for _, l := range d.Lines {
			told = append(told, strings.TrimSpace(d.Store.Value+" line "+l.ID+" "+l.Quantity.String()+" "+l.RequestedDelivery.String()))
		}
	}
	assert.Equal(t, []string{"3312345502000 line 1 24 PC 2026-09-15", "3312345501003 line 1 24 PC 2026-09-13", "3312345501003 line 2 5 PC", "line 3 1 PC"}, told)

	docs, _ = message.ReadStoreOrders(parse(t, "ORDERS", split), mapping.Options{ShipToStores: true})
	to, _ := docs[0].Party(party.ShipTo)
	assert.Equal(t, []party.Identifier{{Scheme: party.GLN, Value: "3312345502000"}}, to.Identifiers)

	docs, _ = message.ReadStoreOrders(parse(t, "ORDERS", full), mapping.Options{})
	doc, _ := message.ReadPurchaseOrder(parse(t, "ORDERS", full), mapping.Options{})
	assert.Equal(t, []order.Document{doc}, docs)

	_, found = message.ReadStoreOrders(parse(t, "ORDERS", "BGM+220+PO-1+9\nLIN+1++4000862141404:EN\nQTY+21:48\nLOC+7+1::92\nQTY+11:24\nLOC+7+::92\nQTY+11:23"), mapping.Options{})
	assert.Equal(t, []string{"stores-sum", "store-missing"}, codes(found, finding.Block))
}
