package trade_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/o2ckit/o2c/internal/trade"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

func TestByStore(t *testing.T) {
	store := func(number string) party.Identifier {
		return party.Identifier{Scheme: party.AssignedByBuyer, Value: number}
	}
	each := func(n int64) quantity.Quantity { return quantity.New(n, quantity.Each) }
	day := calendar.MustDate
	centre := order.Party{Role: party.ShipTo, Identifiers: []party.Identifier{store("DC")}}
	doc := order.Document{PurchaseOrder: "P", Parties: []order.Party{centre}, Lines: []order.Request{
		{ID: "1", Quantity: each(10), RequestedDelivery: day("2026-04-10")}, {ID: "2", Quantity: each(5)}, {ID: "3", Quantity: each(1)}}}
	parts := [][]trade.StorePart{
		{{Store: store("7"), Quantity: each(4), Deliver: day("2026-04-12")}, {Store: store("8"), Quantity: each(3)}, {Store: store("7"), Quantity: each(3), Deliver: day("2026-04-11")}},
		{{Store: store("8"), Quantity: each(5)}},
	}
	docs, whole := trade.ByStore(&doc, parts, false)
	assert.Equal(t, doc.Lines[2:], whole)
	assert.Equal(t, []order.Document{
		{PurchaseOrder: "P", Store: store("7"), Parties: []order.Party{centre, {Role: party.MarkFor, Identifiers: []party.Identifier{store("7")}}},
			Lines: []order.Request{{ID: "1", Quantity: each(7), RequestedDelivery: day("2026-04-11")}}},
		{PurchaseOrder: "P", Store: store("8"), Parties: []order.Party{centre, {Role: party.MarkFor, Identifiers: []party.Identifier{store("8")}}},
			Lines: []order.Request{{ID: "1", Quantity: each(3), RequestedDelivery: day("2026-04-10")}, {ID: "2", Quantity: each(5)}}},
	}, docs)
	assert.Equal(t, each(10), doc.Lines[0].Quantity, "the document stays as it was")

	docs, _ = trade.ByStore(&doc, parts, true)
	assert.Equal(t, []order.Party{{Role: party.ShipTo, Identifiers: []party.Identifier{store("7")}}}, docs[0].Parties)
	doc.Parties = nil
	docs, _ = trade.ByStore(&doc, parts, false)
	assert.Equal(t, []order.Party{{Role: party.ShipTo, Identifiers: []party.Identifier{store("7")}}}, docs[0].Parties)
	docs, whole = trade.ByStore(&doc, nil, false)
	assert.Empty(t, docs)
	assert.Equal(t, doc.Lines, whole)
}

// Two lines of one number are two lines, and a store that gets nothing of a line is
// not sent it.
func TestByStoreKeepsEveryLine(t *testing.T) {
	store := func(number string, n int64) trade.StorePart {
		return trade.StorePart{Store: party.Identifier{Scheme: party.AssignedByBuyer, Value: number}, Quantity: quantity.New(n, quantity.Each)}
	}
	lines := []order.Request{{ID: "1", Item: "A", Quantity: quantity.New(10, quantity.Each)}, {ID: "1", Item: "B", Quantity: quantity.New(5, quantity.Each)}}
	docs, whole := trade.ByStore(&order.Document{Lines: lines}, [][]trade.StorePart{{store("7", 10), store("8", 0)}, {store("7", 5)}}, false)
	assert.Empty(t, whole)
	assert.Len(t, docs, 1)
	assert.Equal(t, lines, docs[0].Lines)
	docs, whole = trade.ByStore(&order.Document{Lines: lines[:1]}, [][]trade.StorePart{{store("8", 0)}}, false)
	assert.Empty(t, docs)
	assert.Equal(t, lines[:1], whole, "nobody gets it: it is not lost")
}
