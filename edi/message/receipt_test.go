package message_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/shipping"
)

// differences puts in words what does not agree with the shipment of packed: 30 EA of
// PO-1001, and 3 cases of 6 of PO-1002.
func differences(t testing.TB, advices ...message.ReceivingAdvice) []string {
	words := []string{}
	for _, d := range message.ReconcileReceipt(packed(t), advices...) {
		words = append(words, d.String())
	}
	return words
}

func ofLine(purchaseOrder, line, received, accepted string) message.ReceivedLine {
	return message.ReceivedLine{PurchaseOrder: purchaseOrder, OrderLine: line, Received: qty(received), Accepted: qty(accepted)}
}

func TestReconcileReceipt(t *testing.T) {
	advice := func(lines ...message.ReceivedLine) message.ReceivingAdvice {
		return message.ReceivingAdvice{Number: "WE-5", Lines: lines}
	}
	byItem := func(scheme, value, received string) message.ReceivedLine {
		return message.ReceivedLine{Identifiers: []order.ItemIdentifier{{Scheme: scheme, Value: value}}, Received: qty(received), Accepted: qty(received)}
	}
	rest := ofLine("PO-1002", "10", "3 CA", "3 CA")
	for name, c := range map[string]struct {
		advices []message.ReceivingAdvice
		want    []string
	}{
		"all of it":                {[]message.ReceivingAdvice{advice(ofLine("PO-1001", "1", "30 EA", "30 EA"), rest)}, []string{}},
		"by its pieces":            {[]message.ReceivingAdvice{advice(ofLine("PO-1001", "1", "30 EA", "30 EA"), ofLine("PO-1002", "10", "18 EA", "18 EA"))}, []string{}},
		"in pieces":                {[]message.ReceivingAdvice{advice(ofLine("PO-1001", "1", "30 PC", "30 PC"), rest)}, []string{}},
		"in parts":                 {[]message.ReceivingAdvice{advice(ofLine("PO-1001", "1", "12 EA", "12 EA"), ofLine("PO-1001", "1", "18 EA", "18 EA"), rest)}, []string{}},
		"short and damaged":        {[]message.ReceivingAdvice{advice(ofLine("PO-1001", "1", "29 EA", "27 EA"), rest)}, []string{"order SO-1 line 1: short, 29 EA of 30 EA arrived", "order SO-1 line 1: 2 EA of 30 EA were not accepted"}},
		"over":                     {[]message.ReceivingAdvice{advice(ofLine("PO-1001", "1", "31 EA", "31 EA"), rest)}, []string{"order SO-1 line 1: over, 31 EA of 30 EA arrived"}},
		"nothing":                  {nil, []string{"order SO-1 line 1: short, 0 EA of 30 EA arrived", "order SO-2 line 10: short, 0 EA of 18 EA arrived"}},
		"by the item":              {[]message.ReceivingAdvice{advice(byItem(order.SchemeGTIN, "4000862141404", "30 EA"), byItem(order.SchemeVendor, "BR-20", "3 CA"))}, []string{}},
		"by the customer's number": {[]message.ReceivingAdvice{advice(byItem(order.SchemeBuyer, "4711", "30 EA"), rest)}, []string{}},
		"what was never shipped":   {[]message.ReceivingAdvice{advice(ofLine("PO-1001", "1", "30 EA", "30 EA"), rest, byItem(order.SchemeGTIN, "5412345111115", "4 EA"))}, []string{"item 5412345111115: 4 EA arrived that were never shipped (advice WE-5)"}},
		"of another order":         {[]message.ReceivingAdvice{advice(ofLine("PO-1001", "1", "30 EA", "30 EA"), rest, ofLine("PO-9", "1", "4 EA", "4 EA"))}, []string{"item : 4 EA arrived that were never shipped (advice WE-5)"}},
		"in another unit":          {[]message.ReceivingAdvice{advice(ofLine("PO-1001", "1", "30 KG", "30 KG"), rest)}, []string{"order SO-1 line 1: 30 KG cannot be compared with 30 EA", "order SO-1 line 1: short, 0 EA of 30 EA arrived"}},
		"told twice": {[]message.ReceivingAdvice{advice(ofLine("PO-1001", "1", "30 EA", "30 EA"), rest), advice(ofLine("PO-1001", "1", "30 EA", "30 EA"))},
			[]string{"advice WE-5 was received before and is not counted again"}},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, differences(t, c.advices...)) })
	}
}

func TestCartonsOfAReceipt(t *testing.T) {
	s := packed(t)
	var a message.ReceivingAdvice
	for i, box := range s.Cartons {
		for _, in := range box.Contents {
			l := s.Lines[in.Line]
			if i != 1 {
				a.Lines = append(a.Lines, message.ReceivedLine{PurchaseOrder: l.PurchaseOrder, OrderLine: l.Line, Carton: string(box.SSCC), Received: in.Quantity, Accepted: in.Quantity})
			}
		}
	}
	assert.Equal(t, []string{"order SO-1 line 1: short, 18 EA of 30 EA arrived", "carton 040123450000000016 did not arrive"}, differences(t, a))
	for i := range a.Lines {
		a.Lines[i].Carton = "040123450000000993"
	}
	assert.Equal(t, []string{"order SO-1 line 1: short, 18 EA of 30 EA arrived"}, differences(t, a), "the customer names pallets of its own")
}

// Where an item is in several lines, what arrived fills them in their order: nothing is
// counted twice, and nothing lost.
func TestReceiptsFillLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := shipping.Shipment{Request: shipping.Request{ID: "SH-1"}}
		var sum, got int64
		for i := range rapid.IntRange(1, 5).Draw(t, "lines") {
			n := rapid.Int64Range(1, 50).Draw(t, "shipped")
			sum += n
			s.Lines = append(s.Lines, shipping.Line{Order: "SO", Line: string(rune('1' + i)), Item: "A", Quantity: each(n), Base: each(n)})
		}
		var a message.ReceivingAdvice
		for range rapid.IntRange(0, 6).Draw(t, "told") {
			n := rapid.Int64Range(0, 60).Draw(t, "received")
			got += n
			a.Lines = append(a.Lines, message.ReceivedLine{Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: "A"}}, Received: each(n), Accepted: each(n)})
		}
		difference := quantity.New(got-sum, quantity.Each)
		told := each(0)
		overs := 0
		for _, d := range message.ReconcileReceipt(&s, a) {
			by, err := d.Received.Sub(d.Shipped)
			assert.NoError(t, err)
			told, _ = told.Add(by)
			if d.Kind == message.ReceivedOver {
				overs++
				assert.Equal(t, s.Lines[len(s.Lines)-1].Line, d.Line, "what is beyond the lines is over at the last")
			}
		}
		assert.Equal(t, difference, told)
		assert.Equal(t, got > sum, overs == 1)
	})
}
