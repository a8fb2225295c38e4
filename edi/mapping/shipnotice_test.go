package mapping_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/shipping"
)

// packed is a shipment of two orders; the pieces of SO-2 were ordered in cases
// of 12.
func packed(t testing.TB) *shipping.Shipment {
	t.Helper()
	numbers, err := shipping.NewLog(shipping.LogConfig{Prefix: "0614141"})
	require.NoError(t, err)
	s, err := shipping.Plan(shipping.Request{
		ID: "SH-1001", Carrier: "UPSN", Service: "GROUND",
		From: shipping.Party{Name: "Main warehouse", Address: party.Address{Lines: []string{"1 Dock Road"}, City: "Newark", Region: "NJ", PostalCode: "07114", Country: "US"}},
		To: shipping.Party{Name: "Store 45", Identifiers: []party.Identifier{{Scheme: party.AssignedByBuyer, Value: "0045"}},
			Address: party.Address{Lines: []string{"20 W 34th St"}, City: "New York", Region: "NY", PostalCode: "10118", Country: "US"}},
		ShipDate: calendar.MustDate("2026-04-01"), DeliveryDate: calendar.MustDate("2026-04-03"),
		Lines: []shipping.Line{
			{Order: "SO-1", Line: "1", PurchaseOrder: "PO-1001", Item: "BR-10", Description: "Brush, round", GTIN: "012345670015", CustomerPart: "4711",
				Quantity: each(30), Base: each(30), PerCarton: each(24), UnitWeight: quantity.MustParse("0.25 KG"), NoMix: true},
			{Order: "SO-2", Line: "7", PurchaseOrder: "PO-1002", Item: "BR-20", Quantity: quantity.New(2, quantity.Case), Base: each(24),
				PerCarton: each(18), UnitWeight: quantity.MustParse("0.5 KG"), NoMix: true},
		},
	}, shipping.Packing{Numbers: numbers})
	require.NoError(t, err)
	return &s
}

var sentAt = time.Date(2026, 4, 1, 14, 15, 0, 0, time.UTC)

func TestShipNotice(t *testing.T) {
	s := packed(t)
	segments, err := mapping.WriteShipNotice(s, sentAt, mapping.Options{})
	require.NoError(t, err)
	assert.Equal(t, `BSN*00*SH-1001*20260401*1415*0001
HL*1**S
TD1*CTN*4****G*19.5*KG
TD5*B*2*UPSN**GROUND
DTM*011*20260401
DTM*017*20260403
N1*ST*Store 45*92*0045
N3*20 W 34th St
N4*New York*NY*10118*US
N1*SF*Main warehouse
N3*1 Dock Road
N4*Newark*NJ*07114*US
HL*2*1*O
PRF*PO-1001
REF*VN*SO-1
HL*3*2*P
MAN*GM*`+string(s.Cartons[0].SSCC)+`
HL*4*3*I
LIN*1*UP*012345670015*BP*4711*VN*BR-10
SN1*1*24*EA
PID*F****Brush, round
HL*5*2*P
MAN*GM*`+string(s.Cartons[2].SSCC)+`
HL*6*5*I
LIN*1*UP*012345670015*BP*4711*VN*BR-10
SN1*1*6*EA
PID*F****Brush, round
HL*7*1*O
PRF*PO-1002
REF*VN*SO-2
HL*8*7*P
MAN*GM*`+string(s.Cartons[1].SSCC)+`
HL*9*8*I
LIN*7*VN*BR-20
SN1*7*1.5*CA
HL*10*7*P
MAN*GM*`+string(s.Cartons[3].SSCC)+`
HL*11*10*I
LIN*7*VN*BR-20
SN1*7*.5*CA
CTT*11`, lines(segments))
}

// edi.md, decisions: the 856's MAN SSCC equals the label's.
func TestShipNoticeNumbersAreTheLabels(t *testing.T) {
	s := packed(t)
	segments, err := mapping.WriteShipNotice(s, sentAt, mapping.Options{})
	require.NoError(t, err)
	var noticed []string
	for _, seg := range segments {
		if seg.Is("MAN") {
			noticed = append(noticed, seg.Value(2))
		}
	}
	var labelled []string
	for _, l := range s.Labels() {
		labelled = append(labelled, string(l.SSCC))
	}
	assert.ElementsMatch(t, labelled, noticed)
}

func TestShipNoticeConforms(t *testing.T) {
	s := packed(t)
	s.Carrier, s.Routing = "Harbour Haulage", "R-77"
	segments, err := mapping.WriteShipNotice(s, sentAt, mapping.Options{})
	require.NoError(t, err)
	conforms(t, "856", segments)
	assert.Contains(t, lines(segments), "TD5*B****Harbour Haulage GROUND")
}

// A carton with goods of two orders stands below both.
func TestShipNoticeOfAMixedCarton(t *testing.T) {
	s := packed(t)
	s.Cartons = []shipping.Carton{{Number: 1, SSCC: s.Cartons[0].SSCC,
		Contents: []shipping.Content{{Line: 0, Quantity: each(30)}, {Line: 1, Quantity: each(24)}}}}
	segments, err := mapping.WriteShipNotice(s, sentAt, mapping.Options{})
	require.NoError(t, err)
	assert.Equal(t, 2, strings.Count(lines(segments), "MAN*GM*"+string(s.Cartons[0].SSCC)))
	assert.Contains(t, lines(segments), "SN1*7*2*CA")
}

func TestShipNoticeInTheBaseUnit(t *testing.T) {
	s := packed(t)
	s.Cartons[1].Contents[0].Quantity, s.Cartons[3].Contents[0].Quantity = each(20), each(4) // no numbers of cases of 12
	segments, err := mapping.WriteShipNotice(s, sentAt, mapping.Options{})
	require.NoError(t, err)
	assert.Contains(t, lines(segments), "SN1*7*20*EA")
	assert.Contains(t, lines(segments), "SN1*7*4*EA")
}

func TestShipNoticeThatCannotBeWritten(t *testing.T) {
	s := packed(t)
	s.Cartons = s.Cartons[:1]
	_, err := mapping.WriteShipNotice(s, sentAt, mapping.Options{})
	var packing *shipping.PackingError
	require.ErrorAs(t, err, &packing)

	s = packed(t)
	s.Lines[0].PurchaseOrder = ""
	_, err = mapping.WriteShipNotice(s, sentAt, mapping.Options{})
	var field *mapping.FieldError
	require.ErrorAs(t, err, &field)
	assert.Equal(t, []any{"856", "PRF", 1}, []any{field.Set, field.Segment, field.Element})
}
