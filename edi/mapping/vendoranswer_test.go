package mapping_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
)

// worked is the 855 of the specification: 60 of 100 come at once, 25 later, 15 not;
// the second line costs more.
const worked = `855
BAK*00*AC*PO-1001*20260326*7***V-77*20260327
CUR*SE*USD
REF*DP*012
DTM*068*20260402
N1*SE*Brush Works*92*881
PO1*1*100*EA*2.5**VN*BR-10*UP*012345670015
PID*F****Brush, round
ACK*IA*60*EA*068*20260401
DTM*067*20260403
ACK*IB*25*EA
ACK*IR*15*EA**************************99
PO1*2*10*EA*5**VN*BR-20
CTP**NET*5.2
ACK*IP*10*EA*067*20260403
CTT*2`

// edi.md: the quantities of a line's ACK segments add up to PO102. PO1 100: IA 60, IB
// 25, IR 15; line 2 IP 5.00 to 5.20; BAK02 is AC.
func TestFigureAcknowledgementRead(t *testing.T) {
	a, found := mapping.ReadAcknowledgement(set(t, worked), mapping.Options{})
	assert.Empty(t, found)
	assert.Equal(t, mapping.OrderWithChanges, a.Verdict)
	assert.Equal(t, []string{"AC", "PO-1001", "7", "V-77"}, []string{a.Code, a.PurchaseOrder, a.Release, a.VendorOrder})
	assert.Equal(t, calendar.MustDate("2026-03-27"), a.Date)
	assert.Equal(t, calendar.MustDate("2026-03-26"), a.OrderDate)
	assert.Equal(t, calendar.MustDate("2026-04-02"), a.Ship)
	assert.Equal(t, []order.Reference{{Qualifier: "DP", Value: "012"}}, a.References)
	assert.Equal(t, []order.Party{{Role: party.Seller, Name: "Brush Works", Identifiers: []party.Identifier{{Scheme: "92", Value: "881"}}}}, a.Parties)
	require.Len(t, a.Lines, 2)

	first := a.Lines[0]
	assert.Equal(t, order.Request{ID: "1", Quantity: each(100), Price: price("2.50"), Description: "Brush, round", Identifiers: []order.ItemIdentifier{
		{Scheme: order.SchemeVendor, Value: "BR-10"}, {Scheme: order.SchemeGTIN, Value: "012345670015"}}}, first.Request)
	assert.Equal(t, []mapping.AnsweredPart{
		{Status: mapping.PartAccepted, Code: "IA", Quantity: each(60), Ship: calendar.MustDate("2026-04-01"), Deliver: calendar.MustDate("2026-04-03")},
		{Status: mapping.PartBackordered, Code: "IB", Quantity: each(25)},
		{Status: mapping.PartRejected, Code: "IR", Quantity: each(15), Reason: "code 99"},
	}, first.Parts)
	confirmed, err := first.Confirmed()
	require.NoError(t, err)
	assert.Equal(t, each(85), confirmed)
	assert.Equal(t, []mapping.AnsweredPart{{Status: mapping.PartRepriced, Code: "IP", Quantity: each(10), Deliver: calendar.MustDate("2026-04-03"), Price: price("5.20")}},
		a.Lines[1].Parts)
}

// The same, from the desk of a vendor: of 100 there are 60 promised and 25 to come, and
// for the rest there is no schedule; line 2 costs 5.20 where 5.00 was expected.
func TestFigureAcknowledgementWritten(t *testing.T) {
	o := answered(t)
	o.Lines[0].Schedules[1].Quantity = each(25)
	segments, err := mapping.WriteAcknowledgement(o, mapping.Options{})
	require.NoError(t, err)
	text := lines(segments)
	assert.Contains(t, text, "BAK*00*AC*PO-1001*20260326*")
	assert.Contains(t, text, "\nACK*IA*60*EA*068*20260401\nDTM*067*20260403\nACK*IB*25*EA\nACK*IR*15*EA\n")
	assert.Contains(t, text, "\nPO1*2*10*EA*5**VN*BR-20\nCTP**NET*5.2\nACK*IP*10*EA*")
	sound(t, "855", "", segments)
	sound(t, "855", "005010", segments)

	a, found := mapping.ReadAcknowledgement(rapidSet(t, "855", segments), mapping.Options{})
	assert.Empty(t, found)
	assert.Equal(t, mapping.OrderWithChanges, a.Verdict)
	assert.Equal(t, []mapping.PartStatus{mapping.PartAccepted, mapping.PartBackordered, mapping.PartRejected}, statuses(a.Lines[0]))
	assert.Equal(t, price("5.20"), a.Lines[1].Parts[0].Price)
}

func price(number string) *money.Amount {
	p := money.MustParse(number + " USD")
	return &p
}

// What we write as a vendor is read as a buyer.
func TestAcknowledgementReadsBack(t *testing.T) {
	o := answered(t)
	segments, err := mapping.WriteAcknowledgement(o, mapping.Options{})
	require.NoError(t, err)
	a, found := mapping.ReadAcknowledgement(rapidSet(t, "855", segments), mapping.Options{})
	assert.Empty(t, found)
	assert.Equal(t, mapping.OrderWithChanges, a.Verdict)
	assert.Equal(t, string(o.ID), a.VendorOrder)
	assert.Equal(t, o.Document.References, a.References)
	assert.Equal(t, o.Document.Parties, a.Parties)
	require.Len(t, a.Lines, len(o.Lines))
	for i := range o.Lines {
		assert.Equal(t, o.Document.Lines[i].Price, a.Lines[i].Price)
		assert.Equal(t, o.Document.Lines[i].Quantity, a.Lines[i].Quantity)
	}
	assert.Equal(t, []mapping.PartStatus{mapping.PartAccepted, mapping.PartBackordered}, statuses(a.Lines[0]))
	assert.Equal(t, price("5.20"), a.Lines[1].Parts[0].Price)
}

func statuses(l mapping.AnsweredLine) (list []mapping.PartStatus) {
	for _, p := range l.Parts {
		list = append(list, p.Status)
	}
	return list
}

// The answer to a change is read with what was asked for and what became of it.
func TestChangeAcknowledgementReadsBack(t *testing.T) {
	segments, err := mapping.WriteChangeAcknowledgement(answeredChange(t), answered(t), mapping.Options{})
	require.NoError(t, err)
	a, found := mapping.ReadChangeAcknowledgement(rapidSet(t, "865", segments), mapping.Options{Currency: money.USD})
	assert.Empty(t, found)
	assert.Equal(t, []string{"PO-1001", "7", "3", "SO-00000001"}, []string{a.PurchaseOrder, a.Release, a.Change, a.VendorOrder})
	assert.Equal(t, mapping.OrderWithChanges, a.Verdict)
	require.Len(t, a.Lines, 2)
	assert.Equal(t, mapping.DecreaseLine, a.Lines[0].Change)
	assert.Equal(t, each(60), a.Lines[0].Quantity)
	assert.Equal(t, mapping.PartQuantityChanged, a.Lines[0].Parts[0].Status)
	assert.Equal(t, each(70), a.Lines[0].Parts[0].Quantity)
	assert.NotEmpty(t, a.Lines[0].Parts[0].Reason)
	assert.Equal(t, mapping.PartRejected, a.Lines[1].Parts[0].Status)
}

// Ways of vendors to say the same in other segments.
func TestAcknowledgementVariants(t *testing.T) {
	head := "855\nBAK*00*AC*P*20260326\nCUR*SE*USD\nPO1*1*100*EA*5**VN*X\n"
	deliver := func(n int64, day string) mapping.AnsweredPart {
		return mapping.AnsweredPart{Status: mapping.PartAccepted, Code: "IA", Quantity: each(n), Deliver: calendar.MustDate(day)}
	}
	for name, c := range map[string]struct {
		body  string
		parts []mapping.AnsweredPart
		codes []string
	}{
		"schedules divide the one part": {"ACK*IA*100*EA\nSCH*60*EA***067*20260401\nSCH*40*EA***067*20260408",
			[]mapping.AnsweredPart{deliver(60, "2026-04-01"), deliver(40, "2026-04-08")}, []string{}},
		"schedules alone": {"SCH*100*EA***067*20260401",
			[]mapping.AnsweredPart{{Status: mapping.PartAccepted, Quantity: each(100), Deliver: calendar.MustDate("2026-04-01")}}, []string{}},
		"schedules of another quantity": {"ACK*IA*100*EA\nSCH*60*EA***067*20260401",
			[]mapping.AnsweredPart{{Status: mapping.PartAccepted, Code: "IA", Quantity: each(100)}}, []string{"mapping.855.schedules"}},
		"a day of the line": {"DTM*067*20260401\nACK*IA*100*EA", []mapping.AnsweredPart{deliver(100, "2026-04-01")}, []string{}},
		"no quantity":       {"ACK*IA", []mapping.AnsweredPart{{Status: mapping.PartAccepted, Code: "IA"}}, []string{}},
		"no unit":           {"ACK*IA*100", []mapping.AnsweredPart{{Status: mapping.PartAccepted, Code: "IA", Quantity: each(100)}}, []string{}},
		"the new price in PO104": {"ACK*IP*100*EA",
			[]mapping.AnsweredPart{{Status: mapping.PartRepriced, Code: "IP", Quantity: each(100), Price: price("5.00")}}, []string{}},
		"another price without a word": {"CTP**UCP*5.2\nACK*IA*100*EA",
			[]mapping.AnsweredPart{{Status: mapping.PartAccepted, Code: "IA", Quantity: each(100), Price: price("5.20")}}, []string{}},
		"the same price per hundred": {"CTP**UCP*500******HP\nACK*IA*100*EA",
			[]mapping.AnsweredPart{{Status: mapping.PartAccepted, Code: "IA", Quantity: each(100)}}, []string{}},
		"a retail price": {"CTP**RTL*9\nACK*IA*100*EA", []mapping.AnsweredPart{{Status: mapping.PartAccepted, Code: "IA", Quantity: each(100)}}, []string{}},
		"a price for another unit": {"CTP**NET*60**CA\nACK*IA*100*EA",
			[]mapping.AnsweredPart{{Status: mapping.PartAccepted, Code: "IA", Quantity: each(100)}}, []string{"mapping.855.price-unit"}},
		"a substitute": {"ACK*IS*100*EA****VN*Y", []mapping.AnsweredPart{{Status: mapping.PartSubstituted, Code: "IS", Quantity: each(100),
			Substitute: []order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: "Y"}}}}, []string{}},
		"an unknown status":     {"ACK*QQ*100*EA", []mapping.AnsweredPart{{Code: "QQ", Quantity: each(100)}}, []string{"mapping.855.status"}},
		"a part is missing":     {"ACK*IA*60*EA", []mapping.AnsweredPart{{Status: mapping.PartAccepted, Code: "IA", Quantity: each(60)}}, []string{"mapping.answer.parts-sum"}},
		"parts of a component":  {"ACK*IA*100*EA\nSLN*1**I*2*EA\nACK*IR*2*EA", []mapping.AnsweredPart{{Status: mapping.PartAccepted, Code: "IA", Quantity: each(100)}}, []string{"mapping.855.not-mapped"}},
		"less than none":        {"ACK*IA*-5*EA", []mapping.AnsweredPart{{Status: mapping.PartAccepted, Code: "IA"}}, []string{}},
		"a line in euro blocks": {"CUR*SE*EUR\nACK*IA*100*EA", []mapping.AnsweredPart{{Status: mapping.PartAccepted, Code: "IA", Quantity: each(100)}}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			a, found := mapping.ReadAcknowledgement(set(t, head+c.body+"\nCTT*1"), mapping.Options{})
			require.Len(t, a.Lines, 1)
			assert.Equal(t, c.parts, a.Lines[0].Parts)
			warned := []string{}
			for _, f := range found {
				if f.Severity == finding.Warning {
					warned = append(warned, f.Code)
				}
			}
			assert.Equal(t, c.codes, warned)
		})
	}
}

// What is said of the whole has to hold for the lines.
func TestAcknowledgementVerdict(t *testing.T) {
	for code, want := range map[string]mapping.VendorVerdict{"AD": mapping.OrderAccepted, "AK": mapping.OrderAccepted, "AC": mapping.OrderWithChanges,
		"AH": mapping.OrderOnHold, "NA": mapping.OrderReceived, "RJ": mapping.OrderRejected, "??": ""} {
		a, found := mapping.ReadAcknowledgement(set(t, "855\nBAK*00*"+code+"*P*20260326\nPO1*1*1*EA***VN*X\nACK*IR*1*EA"), mapping.Options{})
		assert.Equal(t, want, a.Verdict, code)
		assert.Equal(t, want == mapping.OrderAccepted, len(found.With("mapping.855.verdict-lines")) == 1, code)
		assert.Equal(t, want == "", len(found.With("mapping.855.verdict")) == 1, code)
	}
	for code, status := range map[string]string{"RD": "IA", "AH": "IB"} {
		_, found := mapping.ReadAcknowledgement(set(t, "855\nBAK*00*"+code+"*P*20260326\nPO1*1*1*EA***VN*X\nACK*"+status+"*1*EA"), mapping.Options{})
		assert.Len(t, found.With("mapping.855.verdict-lines"), 1, "%s is said of the whole, %s of the line", code, status)
	}
	_, found := mapping.ReadAcknowledgement(set(t, "855\nPO1*1"), mapping.Options{})
	assert.True(t, found.With("mapping.855.begin-missing").Blocks())
	_, found = mapping.ReadAcknowledgement(set(t, "855\nBAK*00*AD**20260326\nBAK*00*AD*P*20260326\nPO1"), mapping.Options{})
	for _, code := range []string{"purchase-order-missing", "begin-repeated", "line-missing"} {
		assert.True(t, found.With("mapping.855."+code).Blocks(), code)
	}
	_, found = mapping.ReadAcknowledgement(set(t, "850\nBEG*00*SA*P**20260326"), mapping.Options{})
	assert.True(t, found.With("mapping.855.wrong-set").Blocks())
}

// The days that a vendor names, by qualifier: what happened says it better than what
// is scheduled, promised and estimated.
func TestVendorDays(t *testing.T) {
	day := func(n int) calendar.Date { return calendar.MustDate("2026-04-01").AddDays(n) }
	for field, codes := range map[string][]string{"ship": {"011", "068", "079", "369", "018"}, "deliver": {"035", "067", "069", "017", "371"}} {
		for i := range codes {
			text := "855\nBAK*00*AD*P*20260326\n"
			for n := len(codes) - 1; n >= i; n-- { // the best one comes last
				text += "DTM*" + codes[n] + "*" + day(n).Format("20060102") + "\n"
			}
			a, found := mapping.ReadAcknowledgement(set(t, text+"DTM*999*20260401"), mapping.Options{})
			got := a.Ship
			if field == "deliver" {
				got = a.Deliver
			}
			assert.Equal(t, day(i), got, "%s %s: %v", field, codes[i], found)
			assert.Len(t, found.With("mapping.855.date-not-mapped"), 1)
		}
	}
}

// What else stands in an answer has its place, or is mentioned.
func TestAcknowledgementDetails(t *testing.T) {
	a, found := mapping.ReadAcknowledgement(set(t, `855
BAK*07*AC*P*20260326
CUR*SE*USD
FOB*PP
SAC*C*D240***1875*******06***Freight
CUR*SE*USD
ITD*01*3*2**10**30
N9*L1*1
MSG*Thank you
PO1*1*100*EA*2.5**VN*X
DTM*010*20260401
DTM*002*20260405
CTP**NET*2.6
CTP**UCP*2.7
SAC*A*C310***500
PER*OC
ACK*IA*60*EA*010*20260402
DTM*011*20260402
ACK*IA*40*EA*999*20260402
DTM*067*20260406
N9*L1*2
MSG*Of this line
CTT*2`), mapping.Options{})
	assert.Equal(t, []string{"Thank you"}, a.Notes)
	assert.Equal(t, usd("18.75"), a.Charges[0].Amount)
	assert.Equal(t, "2/10 net 30", a.Terms.String())
	l := a.Lines[0]
	assert.Equal(t, []calendar.Date{calendar.MustDate("2026-04-01"), calendar.MustDate("2026-04-05")}, []calendar.Date{l.RequestedShip, l.RequestedDelivery})
	assert.Equal(t, usd("-5.00"), l.Charges[0].Amount)
	assert.Equal(t, []string{"Of this line"}, l.Notes)
	assert.Equal(t, []mapping.AnsweredPart{
		{Status: mapping.PartAccepted, Code: "IA", Quantity: each(60), Ship: calendar.MustDate("2026-04-02"), Price: price("2.60")},
		{Status: mapping.PartAccepted, Code: "IA", Quantity: each(40), Deliver: calendar.MustDate("2026-04-06"), Price: price("2.60")},
	}, l.Parts)
	codes := make(map[string]int)
	for _, f := range found {
		codes[f.Code]++
	}
	assert.Equal(t, map[string]int{"mapping.855.purpose": 1, "mapping.855.not-mapped": 3, "mapping.855.price-several": 1, "mapping.855.date-not-mapped": 1,
		"mapping.855.line-count": 1}, codes, "%v", found)
}

// A million allowances in one place are not kept.
func TestAcknowledgementBounds(t *testing.T) {
	text := "855\nBAK*00*AD*P*20260326\nCUR*SE*USD\n" + strings.Repeat("SAC*C*D240***1\n", 501)
	a, found := mapping.ReadAcknowledgement(set(t, text), mapping.Options{})
	assert.Len(t, a.Charges, 500)
	assert.Len(t, found.With("mapping.855.charges"), 1)
	_, found = mapping.ReadAcknowledgement(set(t, "855\nBAK*00*AD*P*20260326\nCUR*SE*USD\nPO1*1*1*EA***VN*X\n"+strings.Repeat("SAC*C*D240\n", 300)+strings.Repeat("ACK*QQ\n", 300)), mapping.Options{})
	assert.Len(t, found, 501)
	assert.Len(t, found.With("mapping.855.more"), 1)
}
