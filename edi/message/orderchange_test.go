package message_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
)

// changed asks for less of a line, another price of a second, gives up a third and
// wants a fourth.
const changed = `
	BGM+230+CH-3+4
	DTM+137:20260328:102
	DTM+2:20260410:102
	RFF+ON:PO-1001
	DTM+171:20260326:102
	NAD+BY+5412345000013::9
	CUX+2:EUR:9
	LIN+10+3+4000862141404:EN
	QTY+21:60:EA
	LIN+20+3
	PRI+AAA:5.20
	LIN+30+2
	LIN+40+1+4000862141411:EN
	QTY+21:5:EA
	LIN+50+4
	UNS+S
	CNT+2:5`

func TestPurchaseOrderChange(t *testing.T) {
	change, found := message.ReadPurchaseOrderChange(parse(t, "ORDCHG", changed), mapping.Options{})
	assert.Empty(t, found)
	assert.Equal(t, "PO-1001", change.Document.PurchaseOrder)
	assert.Equal(t, calendar.MustDate("2026-03-26"), change.Document.Date)
	assert.Equal(t, calendar.MustDate("2026-04-10"), change.Document.RequestedDelivery)
	assert.Equal(t, "CH-3", change.Sequence)
	assert.Equal(t, calendar.MustDate("2026-03-28"), change.Date)
	assert.Empty(t, change.Document.Lines)
	assert.Equal(t, []mapping.LineChange{
		{Request: order.Request{ID: "10", Identifiers: gtin("4000862141404"), Quantity: qty("60 EA")}, Kind: mapping.ChangeValues, Code: "3"},
		{Request: order.Request{ID: "20", Price: inEuro("5.20")}, Kind: mapping.ChangeValues, Code: "3"},
		{Request: order.Request{ID: "30"}, Kind: mapping.DeleteLine, Code: "2"},
		{Request: order.Request{ID: "40", Identifiers: gtin("4000862141411"), Quantity: qty("5 EA")}, Kind: mapping.AddLine, Code: "1"},
		{Request: order.Request{ID: "50"}, Kind: mapping.KeepLine, Code: "4"},
	}, change.Lines)
}

// edi.md, decisions: a quantity is the new total, or by agreement the difference.
func TestChangeIsTotalOrDifference(t *testing.T) {
	line := order.Line{Request: order.Request{ID: "10", Quantity: qty("100 EA")}, Base: qty("100 EA")}
	for _, c := range []struct {
		difference bool
		quantity   string
		total      string
	}{{false, "60", "60 EA"}, {true, "-40", "60 EA"}, {true, "20", "120 EA"}} {
		agreed := mapping.Options{ChangeIsDifference: c.difference}
		change, found := message.ReadPurchaseOrderChange(parse(t, "ORDCHG", "BGM+230+1+4\nDTM+137:20260328:102\nRFF+ON:P\nLIN+10+3\nQTY+21:"+c.quantity+":EA\nUNS+S"), agreed)
		require.Empty(t, found)
		total, ok, err := change.Lines[0].Total(&line)
		require.NoError(t, err)
		assert.True(t, ok)
		assert.Equal(t, qty(c.total), total)
		segments, err := message.WritePurchaseOrderChange(change, agreed)
		require.NoError(t, err)
		back, _ := message.ReadPurchaseOrderChange(conforms(t, "ORDCHG", segments), agreed)
		assert.Equal(t, change.Lines, back.Lines)
	}
}

func TestPurchaseOrderChangeWritten(t *testing.T) {
	change, _ := message.ReadPurchaseOrderChange(parse(t, "ORDCHG", changed), mapping.Options{})
	segments, err := message.WritePurchaseOrderChange(change, mapping.Options{})
	require.NoError(t, err)
	back, found := message.ReadPurchaseOrderChange(conforms(t, "ORDCHG", segments), mapping.Options{})
	assert.Empty(t, found)
	change.Document.Source = back.Document.Source
	assert.Equal(t, change, back)
	assert.Equal(t, change.Key(), back.Key())

	change.Cancel, change.Lines = true, nil
	segments, err = message.WritePurchaseOrderChange(change, mapping.Options{})
	require.NoError(t, err)
	back, found = message.ReadPurchaseOrderChange(conforms(t, "ORDCHG", segments), mapping.Options{})
	assert.Empty(t, found)
	assert.True(t, back.Cancel)
}

func TestChangeThatCannotBeWritten(t *testing.T) {
	day := calendar.MustDate("2026-03-28")
	for name, c := range map[string]struct {
		change mapping.OrderChange
		place  string
	}{
		"no number":    {mapping.OrderChange{Document: order.Document{PurchaseOrder: "P"}, Date: day}, "BGM02"},
		"no date":      {mapping.OrderChange{Document: order.Document{PurchaseOrder: "P"}, Sequence: "1"}, "DTM"},
		"no order":     {mapping.OrderChange{Sequence: "1", Date: day}, "RFF01.2"},
		"another item": {mapping.OrderChange{Document: order.Document{PurchaseOrder: "P"}, Sequence: "1", Date: day, Lines: []mapping.LineChange{{Kind: mapping.ReplaceItem}}}, "LIN02"},
		"other":        {mapping.OrderChange{Document: order.Document{PurchaseOrder: "P"}, Sequence: "1", Date: day, Lines: []mapping.LineChange{{Kind: mapping.OtherChange, Code: "TM"}}}, "LIN02"},
		"a difference": {mapping.OrderChange{Document: order.Document{PurchaseOrder: "P"}, Sequence: "1", Date: day,
			Lines: []mapping.LineChange{{Request: order.Request{ID: "1", Quantity: qty("5 EA")}, Kind: mapping.IncreaseLine, Difference: true}}}, "QTY01.2"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := message.WritePurchaseOrderChange(c.change, mapping.Options{})
			var field *mapping.FieldError
			require.ErrorAs(t, err, &field)
			assert.Contains(t, err.Error(), c.place+" of an ORDCHG")
		})
	}
}

func TestPurchaseOrderChangeFindings(t *testing.T) {
	for name, c := range map[string]struct {
		body            string
		block, warnings []string
	}{
		"nothing":      {"FTX+AAI+++x", []string{"bgm-missing", "purchase-order-missing"}, []string{"lin-missing"}},
		"confirmation": {"BGM+230+1+6\nRFF+ON:P\nLIN+1+3", []string{"purpose"}, []string{}},
		"replacement":  {"BGM+230+1+5\nRFF+ON:P\nLIN+1+3", []string{}, []string{"purpose"}},
		"no line":      {"BGM+230+1+4\nRFF+ON:P\nLIN++3", []string{"line-missing"}, []string{}},
		"added":        {"BGM+230+1+4\nRFF+ON:P\nLIN+1+1+4000862141411:EN", []string{"quantity-missing"}, []string{}},
		"below zero":   {"BGM+230+1+4\nRFF+ON:P\nLIN+1+3\nQTY+21:-5", []string{"quantity"}, []string{}},
		"other action": {"BGM+230+1+4\nRFF+ON:P\nLIN+1+16", []string{}, []string{"change"}},
		"two":          {"BGM+230+1+4\nBGM+230+1+4\nRFF+ON:P\nLIN+1+4", []string{"bgm-repeated"}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			_, found := message.ReadPurchaseOrderChange(parse(t, "ORDCHG", c.body), mapping.Options{Currency: money.EUR})
			assert.Equal(t, c.block, codes(found, finding.Block))
			assert.Equal(t, c.warnings, codes(found, finding.Warning))
		})
	}
}

// What became of a change is told, and read back.
func TestResponseToChange(t *testing.T) {
	change, _ := message.ReadPurchaseOrderChange(parse(t, "ORDCHG", changed), mapping.Options{})
	change.Lines = change.Lines[:3]
	answer := mapping.AnswerToChange(mapping.ChangeAnswer{Change: change, Date: answeredOn, Remarks: []string{"the delivery date of the order stays 2026-04-03"},
		Lines: []mapping.LineAnswer{
			{Outcome: mapping.ChangePartly, Quantity: qty("70 EA"), Shipped: qty("70 EA"), Reason: "70 EA have left"},
			{Outcome: mapping.ChangeRefused, Quantity: qty("10 EA"), Reason: "the price stays as it was"},
			{Outcome: mapping.ChangeMade, Quantity: qty("0 EA")},
		}}, answered(t))
	segments, err := message.WriteOrderResponse(answer, mapping.Options{})
	require.NoError(t, err)
	back, found := message.ReadOrderResponse(conforms(t, "ORDRSP", segments), mapping.Options{})
	assert.Empty(t, found)
	assert.Equal(t, forgotten(answer, back), back)
}
