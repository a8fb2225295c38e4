package message_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

const receiptHead = "BGM+632+WE-5+9\nDTM+137:20260404:102\nDTM+50:20260403:102\nRFF+AAK:SH-1001\nNAD+BY+5412345000013::9\nNAD+SU+4012345500004::9\n"

func TestReadReceivingAdvice(t *testing.T) {
	got, found := message.ReadReceivingAdvice(parse(t, "RECADV", receiptHead+`CPS+1
PAC+1
PCI+33E
GIN+BJ+040123450000000009
LIN+1++4000862141404:EN
PIA+1+4711:IN
IMD+F++:::Brush, round
QTY+12:12:EA
QTY+48:12:EA
QTY+194:10:EA
QVR+-2:195+AF+:::two are broken
DTM+36:20270501:102
RFF+ON:PO-1001:1
RFF+BT:L-7
CNT+2:1`), mapping.Options{})
	assert.Empty(t, serious(found))
	assert.Equal(t, []any{"WE-5", "SH-1001", calendar.MustDate("2026-04-04"), calendar.MustDate("2026-04-03"), 2},
		[]any{got.Number, got.Shipment, got.Date, got.Received, len(got.Parties)})
	assert.Equal(t, []message.ReceivedLine{{
		ID: "1", Description: "Brush, round", PurchaseOrder: "PO-1001", OrderLine: "1", Carton: "040123450000000009", Lot: "L-7", Expires: calendar.MustDate("2027-05-01"),
		Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeGTIN, Value: "4000862141404"}, {Scheme: order.SchemeBuyer, Value: "4711"}},
		Advised:     each(12), Received: each(12), Accepted: each(10),
		Variances: []message.Variance{{Kind: message.ToBeReturned, Quantity: each(-2), Discrepancy: "AF", Text: "two are broken"}},
	}}, got.Lines)
}

// However an advice says it, what arrived and what of it is kept is found.
func TestQuantitiesOfReceivingAdvices(t *testing.T) {
	for name, c := range map[string]struct {
		line               string
		received, accepted string
		kinds              []message.VarianceKind
	}{
		"received":                         {"QTY+48:12:EA", "12 EA", "12 EA", nil},
		"delivered":                        {"QTY+46:12:EA", "12 EA", "12 EA", nil},
		"accepted alone":                   {"QTY+194:12:EA", "12 EA", "12 EA", nil},
		"received, some damaged":           {"QTY+48:12:EA\nQVR+-3:124", "12 EA", "9 EA", []message.VarianceKind{message.Damaged}},
		"received, some refused":           {"QTY+48:12:EA\nQTY+196:3:EA", "12 EA", "9 EA", []message.VarianceKind{message.ToBeDestroyed}},
		"accepted, and refused":            {"QTY+194:9:EA\nQVR+-3:195", "12 EA", "9 EA", []message.VarianceKind{message.ToBeReturned}},
		"advised, some missing":            {"QTY+12:12:EA\nQVR+-3:12+CP", "9 EA", "9 EA", []message.VarianceKind{message.FromAdvised}},
		"advised, and more":                {"QTY+12:12:EA\nQVR+3+AC", "15 EA", "15 EA", []message.VarianceKind{message.FromAdvised}},
		"all of it too late":               {"QTY+12:12:EA\nQVR+-12:46+AG", "12 EA", "0 EA", []message.VarianceKind{message.Refused}},
		"nothing told but what comes back": {"QTY+195:4:EA", "4 EA", "0 EA", []message.VarianceKind{message.ToBeReturned}},
		"in kilograms":                     {"QTY+48:12.5:KGM\nQVR+-2.5:124", "12.5 KG", "10 KG", []message.VarianceKind{message.Damaged}},
		"told twice: it adds up":           {"QTY+48:12:EA\nQTY+48:3:EA", "15 EA", "15 EA", nil},
		"less than was ordered":            {"QTY+48:12:EA\nQVR+-3:21+BP", "12 EA", "12 EA", []message.VarianceKind{message.FromOrdered}},
	} {
		t.Run(name, func(t *testing.T) {
			got, found := message.ReadReceivingAdvice(parse(t, "RECADV", receiptHead+"CPS+1\nLIN+1++4000862141404:EN\n"+c.line), mapping.Options{})
			assert.Empty(t, serious(found))
			require.Len(t, got.Lines, 1)
			var kinds []message.VarianceKind
			for _, v := range got.Lines[0].Variances {
				kinds = append(kinds, v.Kind)
			}
			assert.Equal(t, []any{qty(c.received), qty(c.accepted), c.kinds}, []any{got.Lines[0].Received, got.Lines[0].Accepted, kinds})
		})
	}
}

func TestReceivingAdviceFindings(t *testing.T) {
	for body, want := range map[string][]string{
		receiptHead + "CPS+1\nLIN+1++4000862141404:EN":                             {"quantity-missing"},
		receiptHead + "CPS+1\nLIN+1\nQTY+48:1":                                     {"item-missing"},
		receiptHead + "CPS+1\nLIN+1++4000862141404:EN\nQTY+48:1:EA\nQTY+194:1:KGM": {"quantity-mixed"},
		receiptHead + "CPS+1\nLIN+1++4000862141404:EN\nQTY+48:1:EA\nQTY+48:1:KGM":  {"quantity-mixed"},
		receiptHead + "CPS+1\nLIN+1++4000862141404:EN\nQTY+48:x":                   {"quantity"},
		receiptHead + "CPS+1\nLIN+1++4000862141404:EN\nQTY+48:1:EA\nQVR+x:124":     {"quantity"},
		receiptHead + "CPS+1\nLIN+1++4000862141404:EN\nQTY+48:1:EA\nQVR+-2:124":    {"refused-too-much"},
		receiptHead + "CPS+1\nLIN+1++4000862141404:EN\nQTY+48:1:EA\nCNT+2:2":       {"line-count"},
		receiptHead + receiptHead:                                                  {"bgm-repeated"},
		"DTM+137:20260404:102":                                                     {"bgm-missing"},
		"BGM+632\nDTM+137:20260404:102":                                            {"number-missing"},
		receiptHead + "CPS+1\nGIN+BJ+123\nLIN+1++4000862141404:EN\nQTY+48:1:EA":    {"sscc"},
	} {
		_, found := message.ReadReceivingAdvice(parse(t, "RECADV", body), mapping.Options{})
		assert.Equal(t, want, serious(found), body)
	}
	_, found := message.ReadReceivingAdvice(&edifact.Message{MessageHeader: edifact.MessageHeader{ID: "DESADV"}}, mapping.Options{})
	assert.Equal(t, []string{"wrong-message"}, codes(found, finding.Block))
}

// What a vendor announced is told back as received; what differs is changed before.
func TestReceivingAdviceOf(t *testing.T) {
	segments, err := message.WriteDespatchAdvice(packed(t), sentAt, mapping.Options{})
	require.NoError(t, err)
	shipment, _ := message.ReadDespatchAdvice(conforms(t, "DESADV", segments), mapping.Options{})
	a := message.ReceivingAdviceOf(&shipment, "WE-5", calendar.MustDate("2026-04-03"))
	a.Lines[1].Received, a.Lines[1].Accepted = each(11), each(9)
	a.Lines[1].Variances = []message.Variance{
		{Kind: message.FromAdvised, Quantity: each(-1), Discrepancy: "CP"}, {Kind: message.Damaged, Quantity: each(-2), Reason: "DME"}}
	segments, err = message.WriteReceivingAdvice(a, mapping.Options{EANCOM: true})
	require.NoError(t, err)
	assert.Contains(t, lines(segments), `CPS+2
PAC+1
PCI+33E
GIN+BJ+040123450000000016
LIN+2++4000862141404:EN
PIA+1+4711:IN+BR-10:SA
IMD+F++:::Brush, round
QTY+12:12:EA
QTY+48:11:EA
QTY+194:9:EA
QVR+-1:12+CP
QVR+-2:124++DME::9
RFF+ON:PO-1001:1
`)
	segments, err = message.WriteReceivingAdvice(a, mapping.Options{})
	require.NoError(t, err)
	back, found := message.ReadReceivingAdvice(conforms(t, "RECADV", segments), mapping.Options{})
	assert.Empty(t, serious(found))
	back.Source = order.Source{}
	assert.Equal(t, a, back)
}

func TestWriteReceivingAdviceErrors(t *testing.T) {
	for segment, a := range map[string]message.ReceivingAdvice{
		"BGM": {},
		"DTM": {Number: "1"},
		"NAD": {Number: "1", Date: calendar.MustDate("2026-04-03")},
		"QVR": {Number: "1", Date: calendar.MustDate("2026-04-03"), Parties: []order.Party{{Role: party.SoldTo, Name: "We"}}, Lines: []message.ReceivedLine{
			{Received: each(1), Accepted: each(1), Variances: []message.Variance{{Kind: message.Damaged, Quantity: qty("1 KG")}}}}},
	} {
		_, err := message.WriteReceivingAdvice(a, mapping.Options{})
		var field *mapping.FieldError
		require.ErrorAs(t, err, &field)
		assert.Equal(t, []any{"RECADV", segment}, []any{field.Set, field.Segment})
	}
}

func TestReceivingAdvicesReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := message.ReceivingAdvice{
			Number: "WE-1", Date: calendar.MustDate("2026-04-04"), Received: calendar.MustDate("2026-04-03"), Replace: rapid.Bool().Draw(t, "replace"),
			Shipment: rapid.SampledFrom([]string{"", "SH-1"}).Draw(t, "shipment"), PurchaseOrder: rapid.SampledFrom([]string{"", "PO-1"}).Draw(t, "order"),
			Parties: []order.Party{{Role: party.SoldTo, Name: "Nordmarkt", Identifiers: gln("5412345000013")}},
		}
		for i := range rapid.IntRange(1, 6).Draw(t, "lines") {
			unit := rapid.SampledFrom([]quantity.Unit{quantity.Each, quantity.Case, quantity.Kilogram}).Draw(t, "unit")
			received := rapid.Int64Range(0, 500).Draw(t, "received")
			refused := rapid.Int64Range(0, received).Draw(t, "refused")
			l := message.ReceivedLine{ID: fmt.Sprint(i + 1), Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: fmt.Sprint("I-", i)}},
				Received: quantity.New(received, unit), Accepted: quantity.New(received-refused, unit),
				Carton: rapid.SampledFrom([]string{"", "040123450000000009", "040123450000000016"}).Draw(t, "carton"),
				Lot:    rapid.SampledFrom([]string{"", "L-1"}).Draw(t, "lot"), Shipment: rapid.SampledFrom([]string{"", "SH-2"}).Draw(t, "of")}
			if rapid.Bool().Draw(t, "advised") {
				l.Advised = quantity.New(rapid.Int64Range(0, 500).Draw(t, "advised"), unit)
			}
			if rapid.Bool().Draw(t, "ordered") {
				l.PurchaseOrder, l.OrderLine = "PO-2", rapid.SampledFrom([]string{"1", "10", "2026-00012"}).Draw(t, "line")
			}
			if refused > 0 {
				kind := rapid.SampledFrom([]message.VarianceKind{message.ToBeReturned, message.ToBeDestroyed, message.Damaged, message.Refused}).Draw(t, "kind")
				l.Variances = append(l.Variances, message.Variance{Kind: kind, Quantity: quantity.New(-refused, unit), Reason: rapid.SampledFrom([]string{"", "AT", "DME"}).Draw(t, "reason")})
			}
			a.Lines = append(a.Lines, l)
		}
		segments, err := message.WriteReceivingAdvice(a, mapping.Options{})
		require.NoError(t, err)
		back, found := message.ReadReceivingAdvice(conforms(t, "RECADV", segments), mapping.Options{})
		require.Empty(t, serious(found))
		back.Source = order.Source{}
		require.Equal(t, a, back)
	})
}
