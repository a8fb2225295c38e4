package message_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/shipping"
)

// A buyer holds an invoice to the order that it sent and to the shipment that it got, all of
// them through EDIFACT: three-way match.
func TestInvoiceAgainstOrderAndShipment(t *testing.T) {
	doc := shipped(t).Document
	price1, price2 := eur("2.50"), eur("520")
	doc.Lines[0].Price = &price1
	doc.Lines[1].Price, doc.Lines[1].PricePer = &price2, 100
	segments, err := message.WritePurchaseOrder(doc, mapping.Options{})
	require.NoError(t, err)
	ordered, found := message.ReadPurchaseOrder(conforms(t, "ORDERS", segments), mapping.Options{})
	require.False(t, found.Blocks())

	despatched := func(count int64) mapping.VendorShipment {
		numbers, err := shipping.NewLog(shipping.LogConfig{Prefix: "4012345"})
		require.NoError(t, err)
		end := func(n string) shipping.Party { return shipping.Party{Identifiers: gln(n)} }
		s, err := shipping.Plan(shipping.Request{ID: "SH-1", From: end("4012345500004"), To: end("5412345000020"), Lines: []shipping.Line{
			{Order: "SO-00000001", Line: "1", PurchaseOrder: "PO-1001", Item: "BR-10", GTIN: "4000862141404", Quantity: each(count), Base: each(count), PerCarton: each(24)},
			{Order: "SO-00000001", Line: "2", PurchaseOrder: "PO-1001", Item: "BR-20", CustomerPart: "4711", Quantity: each(10), Base: each(10), PerCarton: each(24)},
		}}, shipping.Packing{Numbers: numbers})
		require.NoError(t, err)
		segments, err := message.WriteDespatchAdvice(&s, sentAt, mapping.Options{})
		require.NoError(t, err)
		got, found := message.ReadDespatchAdvice(conforms(t, "DESADV", segments), mapping.Options{})
		require.Empty(t, found)
		return got
	}
	segments, err = message.WriteInvoice(billed(t), mapping.Options{})
	require.NoError(t, err)
	bill, found := message.ReadInvoice(conforms(t, "INVOIC", segments), mapping.Options{})
	require.Empty(t, found)

	differences := func(count int64) []string {
		var words []string
		for _, d := range bill.Match(mapping.MatchAgainst{Orders: []order.Document{ordered}, Received: []mapping.VendorShipment{despatched(count)}}) {
			words = append(words, d.String())
		}
		return words
	}
	assert.Len(t, differences(60), 1, "nobody ordered the freight")
	assert.Contains(t, differences(60)[0], "freight")
	assert.Len(t, differences(55), 2)
	assert.Contains(t, differences(55)[1], "60 EA")
}
