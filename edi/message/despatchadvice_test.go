package message_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/shipping"
)

var sentAt = time.Date(2026, 4, 1, 14, 15, 0, 0, time.UTC)

func gln(number string) []party.Identifier {
	return []party.Identifier{{Scheme: party.GLN, Value: number}}
}

// packed is a shipment of two orders: 30 pieces in cartons of 12, 2 cases of 6 in a
// carton, the remainders together.
func packed(t testing.TB) *shipping.Shipment {
	t.Helper()
	numbers, err := shipping.NewLog(shipping.LogConfig{Prefix: "4012345"})
	require.NoError(t, err)
	s, err := shipping.Plan(shipping.Request{
		ID:      "SH-1001",
		From:    shipping.Party{Name: "Weber Bürsten GmbH", Identifiers: gln("4012345500004")},
		To:      shipping.Party{Name: "Nordmarkt 45", Identifiers: gln("5412345000013"), Address: party.Address{Lines: []string{"Hafenstr. 7"}, City: "Hamburg", PostalCode: "20457", Country: "DE"}},
		Carrier: "DHLX", Service: "Ground", Routing: "dock 4, slot 7:30", FreightTerms: "FOB origin, freight prepaid",
		ShipDate: calendar.MustDate("2026-04-01"), DeliveryDate: calendar.MustDate("2026-04-03"),
		Lines: []shipping.Line{
			{Order: "SO-1", Line: "1", PurchaseOrder: "PO-1001", Item: "BR-10", Description: "Brush, round", CustomerPart: "4711", GTIN: "4000862141404",
				Quantity: quantity.New(30, quantity.Each), Base: quantity.New(30, quantity.Each), PerCarton: quantity.New(12, quantity.Each),
				UnitWeight: quantity.MustParse("0.25 KG")},
			{Order: "SO-2", Line: "10", PurchaseOrder: "PO-1002", Item: "BR-20",
				Quantity: quantity.New(3, quantity.Case), Base: quantity.New(18, quantity.Each), PerCarton: quantity.New(12, quantity.Each),
				UnitWeight: quantity.MustParse("0.5 KG")},
		},
	}, shipping.Packing{Numbers: numbers})
	require.NoError(t, err)
	return &s
}

func TestDespatchAdvice(t *testing.T) {
	segments, err := message.WriteDespatchAdvice(packed(t), sentAt, mapping.Options{})
	require.NoError(t, err)
	conforms(t, "DESADV", segments)
	assert.Equal(t, `BGM+351+SH-1001+9
DTM+137:202604011415:203
DTM+11:20260401:102
DTM+17:20260403:102
MEA+PD+AAC+KGM:16.5
NAD+DP+5412345000013::9++Nordmarkt 45+Hafenstr. 7+Hamburg++20457+DE
NAD+SF+4012345500004::9++Weber Bürsten GmbH
TOD+++:::FOB origin, freight prepaid
TDT+20++:Ground++DHLX::182
CPS+1
FTX+TRA+++dock 4, slot 7:30
PAC+4++CT
CPS+2+1
PAC+1++CT
MEA+PD+AAL+KGM:3
PCI+30
GIN+BJ+040123450000000009
LIN+1++4000862141404:EN
PIA+1+4711:IN+BR-10:SA
IMD+F++:::Brush, round
QTY+12:12:EA
RFF+ON:PO-1001:1
RFF+VN:SO-1
CPS+3+1
PAC+1++CT
MEA+PD+AAL+KGM:3
PCI+30
GIN+BJ+040123450000000016
LIN+2++4000862141404:EN
PIA+1+4711:IN+BR-10:SA
IMD+F++:::Brush, round
QTY+12:12:EA
RFF+ON:PO-1001:1
RFF+VN:SO-1
CPS+4+1
PAC+1++CT
MEA+PD+AAL+KGM:6
PCI+30
GIN+BJ+040123450000000023
LIN+3
PIA+5+BR-20:SA
QTY+12:2:CS
RFF+ON:PO-1002:10
RFF+VN:SO-2
CPS+5+1
PAC+1++CT
MEA+PD+AAL+KGM:4.5
PCI+30
GIN+BJ+040123450000000030
LIN+4++4000862141404:EN
PIA+1+4711:IN+BR-10:SA
IMD+F++:::Brush, round
QTY+12:6:EA
RFF+ON:PO-1001:1
RFF+VN:SO-1
LIN+5
PIA+5+BR-20:SA
QTY+12:1:CS
RFF+ON:PO-1002:10
RFF+VN:SO-2
CNT+2:5`, lines(segments))
}

// What is written reads back: every carton with the number of its label, and what is in
// it.
func TestDespatchAdviceReadsBack(t *testing.T) {
	s := packed(t)
	segments, err := message.WriteDespatchAdvice(s, sentAt, mapping.Options{})
	require.NoError(t, err)
	got, found := message.ReadDespatchAdvice(conforms(t, "DESADV", segments), mapping.Options{})
	assert.Empty(t, found)
	sameShipment(t, s, got)
	assert.Equal(t, []any{"SH-1001", "DHLX", "Ground", qty("16.5 KG"), int64(4)}, []any{got.Shipment, got.Carrier, got.Routing, got.Net, got.Loaded})
	assert.Equal(t, []any{s.ShipDate, s.ShipDate, s.DeliveryDate}, []any{got.Date, got.Ship, got.Deliver})
	assert.Equal(t, []string{"terms of delivery: FOB origin, freight prepaid", "dock 4, slot 7:30"}, got.Notes)
	require.Len(t, got.Parties, 2)
	assert.Equal(t, order.Party{Role: party.ShipTo, Name: s.To.Name, Identifiers: s.To.Identifiers, Address: s.To.Address}, got.Parties[0])
	assert.Equal(t, order.Party{Role: party.ShipFrom, Name: s.From.Name, Identifiers: s.From.Identifiers}, got.Parties[1])
	assert.Equal(t, mapping.VendorPackage{Number: 3, Kind: mapping.Carton, Type: "CT", SSCC: "040123450000000023", Net: qty("6 KG")}, got.Packages[2])
}

// sameShipment asserts that what was read says of every carton what is in it.
func sameShipment(t require.TestingT, s *shipping.Shipment, got mapping.VendorShipment) {
	type place struct{ sscc, order, line, item string }
	want, have := make(map[place]string), make(map[place]string)
	for _, box := range s.Cartons {
		for _, in := range box.Contents {
			l := s.Lines[in.Line]
			want[place{string(box.SSCC), l.PurchaseOrder, l.Line, l.Item}] = in.Quantity.Decimal().Mul(l.Quantity.Decimal()).DivRound(l.Base.Decimal(), 6).String()
		}
	}
	for _, item := range got.Items {
		require.Len(t, item.Packages, 1)
		n := item.Shipped.Decimal()
		for _, l := range s.Lines { // in the base unit where cartons are no exact numbers of the ordered one
			if l.PurchaseOrder == item.PurchaseOrder && l.Line == item.Line && item.Shipped.Unit() != l.Quantity.Unit() {
				require.Equal(t, l.Base.Unit(), item.Shipped.Unit())
				n = n.Mul(l.Quantity.Decimal()).DivRound(l.Base.Decimal(), 6)
			}
		}
		have[place{got.Packages[item.Packages[0]-1].SSCC, item.PurchaseOrder, item.Line, item.Identifiers[len(item.Identifiers)-1].Value}] = n.String()
	}
	require.Equal(t, want, have)
}

func TestDespatchAdvicesReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		numbers, err := shipping.NewLog(shipping.LogConfig{Prefix: "4012345", First: rapid.Int64Range(0, 9_000).Draw(t, "first")})
		require.NoError(t, err)
		r := shipping.Request{ID: "SH-1", From: shipping.Party{Name: "We", Identifiers: gln("4012345500004")}, To: shipping.Party{Name: "They", Identifiers: gln("5412345000013")}}
		for i := range rapid.IntRange(1, 8).Draw(t, "lines") {
			per := rapid.SampledFrom([]int64{1, 6, 7, 12}).Draw(t, "per case")
			n := rapid.Int64Range(1, 40).Draw(t, "cases")
			l := shipping.Line{Order: rapid.SampledFrom([]string{"SO-1", "SO-2"}).Draw(t, "order"), Line: strconv.Itoa(i + 1), Item: "I-" + strconv.Itoa(i),
				Description:  rapid.StringMatching(`([A-Za-z]{1,9} ){0,12}`).Draw(t, "description"),
				CustomerPart: rapid.SampledFrom([]string{"", "47-11"}).Draw(t, "part"), GTIN: rapid.SampledFrom([]string{"", "4000862141404", "012345670015"}).Draw(t, "gtin"),
				Quantity: quantity.New(n, quantity.Case), Base: quantity.New(n*per, quantity.Each),
				PerCarton: quantity.New(rapid.Int64Range(1, 50).Draw(t, "per carton"), quantity.Each), NoMix: rapid.Bool().Draw(t, "no mix")}
			l.PurchaseOrder = "PO" + l.Order
			r.Lines = append(r.Lines, l)
		}
		s, err := shipping.Plan(r, shipping.Packing{Numbers: numbers})
		require.NoError(t, err)
		segments, err := message.WriteDespatchAdvice(&s, sentAt, mapping.Options{})
		require.NoError(t, err)
		got, found := message.ReadDespatchAdvice(conforms(t, "DESADV", segments), mapping.Options{})
		require.Empty(t, found)
		sameShipment(t, &s, got)
	})
}

// enclosed puts UNH and UNT around segments.
func enclosed(segments []edifact.Segment) []edifact.Segment {
	all := append([]edifact.Segment{edifact.NewSegment("UNH")}, segments...)
	return append(all, edifact.NewSegment("UNT"))
}

// Goods of several stores that go to one place name the store that they are for.
func TestDespatchAdviceByStore(t *testing.T) {
	s := packed(t)
	s.Lines[0].MarkFor = shipping.Party{Identifiers: []party.Identifier{{Scheme: party.AssignedByBuyer, Value: "0045"}}}
	s.Lines[1].MarkFor = shipping.Party{Name: "Nordmarkt Altona", Identifiers: append([]party.Identifier{{Scheme: message.VATNumber, Value: "DE1"}}, gln("5412345000020")...),
		Address: party.Address{Lines: []string{"Hafenstr. 9"}, City: "Hamburg", Country: "DE"}}
	segments, err := message.WriteDespatchAdvice(s, sentAt, mapping.Options{})
	require.NoError(t, err)
	assert.Contains(t, lines(segments), "RFF+VN:SO-1\nLOC+7+0045::92\n")
	assert.Contains(t, lines(segments), "RFF+VN:SO-2\nLOC+7+5412345000020::9:Nordmarkt Altona\nNAD+UC+5412345000020::9++Nordmarkt Altona+Hafenstr. 9+Hamburg+++DE\n")
	got, found := message.ReadDespatchAdvice(conforms(t, "DESADV", segments), mapping.Options{})
	assert.Empty(t, found)
	sameShipment(t, s, got)
	stores := map[string]order.Party{"PO-1001": {Role: party.MarkFor, Identifiers: s.Lines[0].MarkFor.Identifiers},
		"PO-1002": {Role: party.MarkFor, Name: "Nordmarkt Altona", Identifiers: gln("5412345000020"), Address: s.Lines[1].MarkFor.Address}}
	for _, item := range got.Items {
		assert.Equal(t, stores[item.PurchaseOrder], item.Store)
	}
}

func TestDespatchAdviceErrors(t *testing.T) {
	s := packed(t)
	s.ID = shipping.ID(strings.Repeat("S", 36))
	_, err := message.WriteDespatchAdvice(s, sentAt, mapping.Options{})
	var field *mapping.FieldError
	require.ErrorAs(t, err, &field)
	assert.Equal(t, []any{"DESADV", "BGM", 2}, []any{field.Set, field.Segment, field.Element})

	s = packed(t)
	s.Cartons = s.Cartons[1:]
	_, err = message.WriteDespatchAdvice(s, sentAt, mapping.Options{})
	var packing *shipping.PackingError
	require.ErrorAs(t, err, &packing)

	s = packed(t)
	s.Lines[1].Line = "2026-000010"
	segments, err := message.WriteDespatchAdvice(s, sentAt, mapping.Options{EANCOM: true})
	require.NoError(t, err)
	assert.Contains(t, lines(segments), "PCI+33E\nGIN+BJ+040123450000000009")
	assert.Contains(t, lines(segments), "RFF+ON:PO-1002\nRFF+LI:2026-000010\nRFF+VN:SO-2")
}
