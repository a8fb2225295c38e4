package shipping_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/shipping"
)

func TestPackingList(t *testing.T) {
	s := plan(t, newLog(t), "SH-1", "SO-1").Shipment
	list, err := s.PackingList()
	require.NoError(t, err)
	assert.Equal(t, s.ID, list.Shipment)
	assert.Equal(t, []string{"PO-77"}, list.PurchaseOrders)
	require.Len(t, list.Cartons, len(s.Cartons))
	require.Len(t, list.Totals, len(s.Lines))
	for i, total := range list.Totals {
		assert.Equal(t, s.Lines[i].Base, total.Quantity)
		assert.Equal(t, s.Lines[i].Line, total.Line)
	}
	data, err := json.Marshal(list)
	require.NoError(t, err)
	assert.JSONEq(t, string(goldenFile(t, "packinglist.json", data)), string(data))
	assert.Equal(t, string(goldenFile(t, "packinglist.txt", []byte(list.Text()))), list.Text())
}

// What a customer wrote into a description does not break the paper.
func TestPackingListIsOneLineALine(t *testing.T) {
	l := line("1", 2, 12)
	l.Description = "Mug\r\n\tTotal in 0 cartons"
	r := request(l)
	r.To = shipping.Party{ID: "C9"}
	r.To.Identifiers = nil
	s, err := shipping.Plan(r, shipping.Packing{Numbers: newLog(t)})
	require.NoError(t, err)
	list, err := s.PackingList()
	require.NoError(t, err)
	assert.Contains(t, list.Text(), "Mug   Total in 0 cartons")
	assert.Contains(t, list.Text(), "To              C9\n")
	assert.Contains(t, list.Text(), "Total in 1 carton\n")
}

func TestLabels(t *testing.T) {
	one, two := line("1", 15, 12), line("2", 5, 10)
	two.PurchaseOrder = "PO-78"
	s, err := shipping.Plan(request(one, two), shipping.Packing{Numbers: newLog(t)})
	require.NoError(t, err)
	labels := s.Labels()
	require.Len(t, labels, 2)
	assert.Equal(t, []string{"PO-77"}, labels[0].PurchaseOrders)
	assert.Equal(t, []string{"PO-77", "PO-78"}, labels[1].PurchaseOrders)
	assert.Equal(t, 2, labels[1].Number)
	assert.Equal(t, 2, labels[1].Of)
	assert.Equal(t, s.Cartons[1].SSCC, labels[1].SSCC)
	assert.Equal(t, "(00)"+string(s.Cartons[1].SSCC), labels[1].HumanReadable)
	assert.Equal(t, "00"+string(s.Cartons[1].SSCC), labels[1].ElementString)
	assert.Equal(t, "Store 45", labels[0].To.Name)
}
