package message_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
)

var answeredOn = calendar.MustDate("2026-03-28")

func inEuro(text string) *money.Amount {
	a := money.MustParse(text + " EUR")
	return &a
}

func gtin(number string) []order.ItemIdentifier {
	return []order.ItemIdentifier{{Scheme: order.SchemeGTIN, Value: number}}
}

// answered is the order of edi.md: 100 of line 1, of which 60 come, 25 are backordered
// and 15 are not delivered; and line 2, at 5.20 where the customer expects 5.00.
func answered(t testing.TB) *order.Order {
	t.Helper()
	ship, deliver := calendar.MustDate("2026-04-01"), calendar.MustDate("2026-04-03")
	var o order.Order
	for _, e := range []any{
		order.Received{ID: "SO-1", Submission: "k", At: time.Date(2026, 3, 27, 9, 0, 0, 0, time.UTC), Document: order.Document{
			PurchaseOrder: "PO-1001", Date: calendar.MustDate("2026-03-26"), Currency: money.EUR, RequestedDelivery: deliver,
			Parties: []order.Party{{Role: party.SoldTo, Name: "Brasserie du Parc", Identifiers: []party.Identifier{{Scheme: party.GLN, Value: "5412345000013"}}}},
			Lines: []order.Request{
				{ID: "10", Quantity: qty("100 EA"), Price: inEuro("2.50"), Identifiers: gtin("4000862141404"), Description: "Bracket"},
				{ID: "20", Quantity: qty("10 EA"), Price: inEuro("5.00"), Identifiers: gtin("4000862141411")},
			},
		}},
		order.Identified{Customer: "C-1", Lines: []order.IdentifiedLine{{Line: "10", Item: "BR-10", Base: qty("100 EA")}, {Line: "20", Item: "BR-20", Base: qty("10 EA")}}},
		order.Priced{Lines: []order.PricedLine{{Line: "10", UnitPrice: *inEuro("2.50"), Net: *inEuro("250.00")}, {Line: "20", UnitPrice: *inEuro("5.20"), Net: *inEuro("52.00")}}},
		order.Promised{Lines: []order.PromisedLine{
			{Line: "10", Schedules: []order.Schedule{{ID: "1", Quantity: qty("60 EA"), Ship: ship, Deliver: deliver}, {ID: "2", Quantity: qty("40 EA")}}},
			{Line: "20", Schedules: []order.Schedule{{ID: "1", Quantity: qty("10 EA"), Ship: ship, Deliver: deliver}}},
		}},
		order.Accepted{At: time.Date(2026, 3, 27, 9, 0, 1, 0, time.UTC)},
		order.LineDecreased{Line: "10", By: qty("15 EA"), Rejection: order.Rejection{Code: "discontinued", Reason: "it is made no more"},
			Schedules: []order.Schedule{{ID: "1", Quantity: qty("60 EA"), Ship: ship, Deliver: deliver}, {ID: "2", Quantity: qty("25 EA")}}},
	} {
		require.NoError(t, o.Apply(e))
	}
	return &o
}

// edi.md, decisions: line 1 of 100, 60 accepted, 25 backordered, 15 rejected; line 2 at
// another price.
func TestOrderResponse(t *testing.T) {
	answer, err := mapping.AnswerTo(answered(t))
	require.NoError(t, err)
	answer.Date = answeredOn
	segments, err := message.WriteOrderResponse(answer, mapping.Options{})
	require.NoError(t, err)
	assert.Equal(t, `BGM+231+SO-1+4+AC
DTM+137:20260328:102
RFF+ON:PO-1001
DTM+171:20260326:102
RFF+VN:SO-1
NAD+BY+5412345000013::9++Brasserie du Parc
CUX+2:EUR:9
LIN+10+3+4000862141404:EN
IMD+F++:::Bracket
QTY+21:100:EA
QTY+113:60:EA
QTY+83:25:EA
DTM+2:20260403:102
DTM+79:20260401:102
DTM+69:20260403:102
PRI+AAA:2.5
LIN+20+3+4000862141411:EN
QTY+21:10:EA
QTY+113:10:EA
DTM+2:20260403:102
DTM+79:20260401:102
DTM+69:20260403:102
PRI+AAA:5.2::CUP
PRI+AAA:5::EUP
UNS+S
CNT+2:2`, lines(segments))
	back, found := message.ReadOrderResponse(conforms(t, "ORDRSP", segments), mapping.Options{})
	assert.Empty(t, found)
	assert.Equal(t, forgotten(answer, back), back)
}

// forgotten is an answer without what an ORDRSP does not tell, and with what only the
// one that was read has.
func forgotten(a, read mapping.VendorAnswer) mapping.VendorAnswer {
	a.Source, a.Code = read.Source, read.Code
	a.Lines = slices.Clone(a.Lines)
	for i := range a.Lines {
		l := &a.Lines[i]
		l.Item = ""
		if l.Change != "" && l.Change != mapping.DeleteLine {
			l.Change = mapping.ChangeValues
		}
		l.Parts = slices.Clone(l.Parts)
		for k := range l.Parts {
			if i < len(read.Lines) && k < len(read.Lines[i].Parts) {
				l.Parts[k].Code = read.Lines[i].Parts[k].Code
			}
		}
	}
	return a
}

// What becomes of a line, in all combinations, reads back as it was answered.
func TestOrderResponsesReadBack(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 11))
	for n := range 400 {
		answer := randomAnswer(random)
		segments, err := message.WriteOrderResponse(answer, mapping.Options{})
		require.NoError(t, err)
		back, found := message.ReadOrderResponse(conforms(t, "ORDRSP", segments), mapping.Options{})
		assert.Empty(t, slices.DeleteFunc(found, func(f finding.Finding) bool { return f.Severity == finding.Info }), "%d\n%s", n, lines(segments))
		if !assert.Equal(t, forgotten(answer, back), back, "%d\n%s", n, lines(segments)) {
			return
		}
	}
}

func randomAnswer(random *rand.Rand) mapping.VendorAnswer {
	day := func() calendar.Date { return answeredOn.AddDays(random.IntN(60)) }
	a := mapping.VendorAnswer{PurchaseOrder: "PO-7", VendorOrder: "SO-9", Verdict: mapping.OrderWithChanges, Date: answeredOn, OrderDate: answeredOn.AddDays(-3), Currency: money.EUR}
	if random.IntN(2) == 0 {
		a.Release, a.Ship, a.Deliver = "3", day(), day()
		a.Notes = []string{"Call before noon", "Closed on Fridays"}
		a.References = []order.Reference{{Qualifier: "CT", Value: "C-1"}}
		a.Charges = []order.Charge{{Step: "freight", Kind: "freight", Label: "Freight", Amount: *inEuro("18.75")}}
	}
	for i := range 1 + random.IntN(4) {
		wanted := day()
		l := mapping.AnsweredLine{Request: order.Request{ID: fmt.Sprint(10 * (i + 1)), Identifiers: gtin("4000862141404"), Quantity: qty("100 EA"),
			RequestedDelivery: wanted, Price: inEuro("2.50")}}
		if random.IntN(3) == 0 {
			l.ID = fmt.Sprintf("A/%d", i)
		}
		l.Parts = randomParts(random, &l)
		a.Lines = append(a.Lines, l)
	}
	return a
}

// randomParts divides 100 pieces.
func randomParts(random *rand.Rand, l *mapping.AnsweredLine) []mapping.AnsweredPart {
	var parts []mapping.AnsweredPart
	left := int64(100)
	part := func(status mapping.PartStatus, q int64) mapping.AnsweredPart {
		left -= q
		p := mapping.AnsweredPart{Status: status, Quantity: qty(fmt.Sprintf("%d EA", q))}
		if status.Confirms() && status != mapping.PartBackordered {
			p.Ship, p.Deliver = l.RequestedDelivery.AddDays(-2), l.RequestedDelivery
		}
		return p
	}
	price := random.IntN(3) == 0
	for range random.IntN(3) {
		status := mapping.PartAccepted
		delayed := random.IntN(2) == 0
		switch {
		case delayed && price:
			status = mapping.PartChanged
		case delayed:
			status = mapping.PartRescheduled
		case price:
			status = mapping.PartRepriced
		}
		p := part(status, 10+random.Int64N(20))
		if delayed {
			p.Ship, p.Deliver = p.Ship.AddDays(3+len(parts)), p.Deliver.AddDays(3+len(parts))
		}
		parts = append(parts, p)
	}
	if random.IntN(2) == 0 {
		parts = append(parts, part(mapping.PartBackordered, 5))
	}
	if len(parts) > 0 && random.IntN(3) == 0 {
		p := part(mapping.PartSubstituted, 10)
		p.Substitute = []order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: "BR-11"}}
		parts = append(parts, p)
	}
	if price {
		for i := range parts {
			parts[i].Price = inEuro("2.60")
		}
	}
	if left > 0 {
		p := part(mapping.PartRejected, left)
		parts = append(parts, p)
	}
	return parts
}

// An answer is not held up by what the customer said beyond what there is room for.
func TestOrderResponseWithManyReferences(t *testing.T) {
	answer, err := mapping.AnswerTo(answered(t))
	require.NoError(t, err)
	answer.Date = answeredOn
	for i := range 12 {
		answer.References = append(answer.References, order.Reference{Qualifier: "CT", Value: fmt.Sprint(i)})
	}
	segments, err := message.WriteOrderResponse(answer, mapping.Options{})
	require.NoError(t, err)
	back, _ := message.ReadOrderResponse(conforms(t, "ORDRSP", segments), mapping.Options{})
	assert.Equal(t, answer.References[:8], back.References)
}

// What cannot be answered so is an error that names the place.
func TestOrderResponseThatCannotBeWritten(t *testing.T) {
	for place, spoil := range map[string]func(*mapping.VendorAnswer){
		"DTM":     func(a *mapping.VendorAnswer) { a.Date = calendar.Date{} },
		"BGM02":   func(a *mapping.VendorAnswer) { a.PurchaseOrder, a.VendorOrder = "", "" },
		"RFF01.2": func(a *mapping.VendorAnswer) { a.PurchaseOrder = "" },
		"ALC05": func(a *mapping.VendorAnswer) {
			a.Charges = []order.Charge{{Step: "LONG", Kind: "charge", Amount: *inEuro("1")}}
		},
		"QTY01.2": func(a *mapping.VendorAnswer) {
			a.Lines[0].Parts = []mapping.AnsweredPart{{Status: mapping.PartAccepted, Quantity: qty("1 EA")}, {Status: mapping.PartRescheduled, Quantity: qty("1 KG")}}
		},
	} {
		t.Run(place, func(t *testing.T) {
			answer, err := mapping.AnswerTo(answered(t))
			require.NoError(t, err)
			answer.Date = answeredOn
			spoil(&answer)
			_, err = message.WriteOrderResponse(answer, mapping.Options{Charges: map[string]mapping.ChargeCode{"LONG": {Service: "LONG"}}})
			var field *mapping.FieldError
			require.ErrorAs(t, err, &field)
			assert.Equal(t, "ORDRSP", field.Set)
			assert.Contains(t, err.Error(), "mapping: "+place)
		})
	}
}

// Orders that are on hold or rejected as a whole, and parts that are no exact number of
// the unit that was ordered.
func TestOrderResponseOfOtherKinds(t *testing.T) {
	line := order.Request{ID: "10", Identifiers: gtin("4000862141404"), Quantity: qty("5 CA")}
	for name, c := range map[string]struct {
		verdict mapping.VendorVerdict
		parts   []mapping.AnsweredPart
		warned  []string
	}{
		"received": {mapping.OrderReceived, nil, []string{}},
		"on hold":  {mapping.OrderOnHold, []mapping.AnsweredPart{{Status: mapping.PartOnHold, Quantity: qty("5 CA")}}, []string{}},
		"rejected": {mapping.OrderRejected, []mapping.AnsweredPart{{Status: mapping.PartRejected, Quantity: qty("5 CA"), Reason: "credit"}}, []string{}},
		"deleted":  {mapping.OrderWithChanges, []mapping.AnsweredPart{{Status: mapping.PartDeleted, Quantity: qty("5 CA")}}, []string{}},
		"shipped":  {mapping.OrderAccepted, []mapping.AnsweredPart{{Status: mapping.PartShipped, Quantity: qty("5 CA"), Ship: answeredOn}}, []string{}},
		"in pieces": {mapping.OrderWithChanges, []mapping.AnsweredPart{{Status: mapping.PartAccepted, Quantity: qty("59 EA")}, {Status: mapping.PartRejected, Quantity: qty("1 EA")}},
			[]string{"parts-unit"}},
	} {
		t.Run(name, func(t *testing.T) {
			answer := mapping.VendorAnswer{PurchaseOrder: "PO-1", VendorOrder: "SO-1", Verdict: c.verdict, Date: answeredOn}
			if c.parts != nil {
				answer.Lines = []mapping.AnsweredLine{{Request: line, Parts: c.parts}}
			}
			segments, err := message.WriteOrderResponse(answer, mapping.Options{})
			require.NoError(t, err)
			back, found := message.ReadOrderResponse(conforms(t, "ORDRSP", segments), mapping.Options{})
			assert.Equal(t, c.warned, codes(found, finding.Warning))
			assert.Equal(t, forgotten(answer, back), back, lines(segments))
		})
	}
}

// What is wrong with a charge stands where it is in the message, as all else.
func TestChargeOfAnAnswer(t *testing.T) {
	a, found := message.ReadOrderResponse(parse(t, "ORDRSP", "BGM+231+1+4\nRFF+ON:P\nCUX+2:EUR:9\nALC+C++6++FC\nMOA+23:x"), mapping.Options{})
	assert.Empty(t, a.Charges)
	foundAt(t, found, "number", "segments[6].MOA.1")
	a, found = message.ReadOrderResponse(parse(t, "ORDRSP", "BGM+231+1+4\nRFF+ON:P\nCUX+2:EUR:9\nALC+C++6++FC\nMOA+23:18.75\nLIN+1+5\nALC+A++2++DI\nMOA+204:1"), mapping.Options{})
	assert.Empty(t, found)
	assert.Equal(t, *inEuro("18.75"), a.Charges[0].Amount)
	assert.Equal(t, *inEuro("-1"), a.Lines[0].Charges[0].Amount)
}
