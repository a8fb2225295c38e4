package message_test

import (
	"strings"
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
	"github.com/o2ckit/o2c/order"
)

// refused is our answer to an order that says nothing of a currency and has a wrong
// quantity.
func refused(t testing.TB) message.ApplicationAnswer {
	m := parse(t, "ORDERS", "BGM+220+PO-1001+9\nDTM+137:20260326:102\nNAD+BY+5412345000013::9\nLIN+1++4000862141404:EN\nQTY+21:x:EA\nPRI+AAA:2.5\nUNS+S")
	doc, found := message.ReadPurchaseOrder(m, mapping.Options{})
	return message.Refusal(m, "A-7", calendar.MustDate("2026-03-27"), order.Reference{Qualifier: "ON", Value: doc.PurchaseOrder}, found)
}

func TestRefusal(t *testing.T) {
	a := refused(t)
	assert.Equal(t, []any{message.MessageRejected, "M1", gln("5412345000013"), gln("4012345500004")}, []any{a.Verdict, a.Message, a.Sender.Identifiers, a.Recipient.Identifiers})
	require.NotEmpty(t, a.Errors)
	segments, err := message.WriteApplicationAnswer(a, "D96A", mapping.Options{})
	require.NoError(t, err)
	back, found := message.ReadApplicationAnswer(conforms(t, "APERAK", segments), mapping.Options{})
	assert.Empty(t, found)
	back.Source = order.Source{}
	assert.Equal(t, a, back)
	assert.True(t, strings.HasPrefix(lines(segments), "BGM++A-7+27\nDTM+137:20260327:102\nRFF+ACW:M1\nRFF+ON:PO-1001\nNAD+MS+5412345000013::9\nNAD+MR+4012345500004::9\nERC+"), lines(segments))
	assert.Contains(t, lines(segments), "ERC+ERROR:ZZZ\nFTX+AAO+++message.orders.quantity at segments[6].QTY.1.2")

	taken := message.Refusal(&edifact.Message{}, "A-8", calendar.Date{}, order.Reference{}, finding.List{{Code: "x", Severity: finding.Warning, Message: "doubtful"}, {Code: "y", Message: "by the way"}})
	assert.Equal(t, []any{message.MessageAccepted, []message.ApplicationError{{Code: "WARNING", List: "ZZZ", Text: "x: doubtful"}}}, []any{taken.Verdict, taken.Errors})
}

func TestNamesOfApplicationAnswers(t *testing.T) {
	for _, c := range []struct {
		verdict   message.ApplicationVerdict
		directory string
		eancom    bool
		want      string
	}{
		{message.MessageRejected, "D96A", false, "BGM++1+27"}, {message.MessageAccepted, "D96A", false, "BGM++1+6"}, {"", "D96A", false, "BGM++1+9"},
		{message.MessageRejected, "D01B", false, "BGM+313+1+27"}, {message.MessageAccepted, "D01B", false, "BGM+312+1+6"},
		{message.MessageRejected, "D96A", true, "BGM+12E::9+1+27"},
	} {
		segments, err := message.WriteApplicationAnswer(message.ApplicationAnswer{Number: "1", Verdict: c.verdict, Message: "M1"}, c.directory, mapping.Options{EANCOM: c.eancom})
		require.NoError(t, err)
		assert.Equal(t, c.want, segments[0].String())
		back, _ := message.ReadApplicationAnswer(conformsTo(t, "APERAK", c.directory[1:], segments), mapping.Options{})
		assert.Equal(t, c.verdict, back.Verdict)
	}
}

func TestReadApplicationAnswer(t *testing.T) {
	got, found := message.ReadApplicationAnswer(parse(t, "APERAK", `BGM+23+AN-3+9+RE
DTM+137:20260402:102
FTX+AAI+++see below
RFF+ACW:17
RFF+AAK:SH-1001
NAD+FR+5412345000013::9
NAD+TO+4012345500004::9
ERC+12
FTX+AAO+++the order is not known:to us
RFF+ON:PO-1001
ERC+7:ZZZ`), mapping.Options{})
	assert.Empty(t, found)
	got.Source = order.Source{}
	assert.Equal(t, message.ApplicationAnswer{
		Number: "AN-3", Date: calendar.MustDate("2026-04-02"), Verdict: message.MessageRejected, Message: "17",
		References: []order.Reference{{Qualifier: "AAK", Value: "SH-1001"}}, Notes: []string{"see below"},
		Sender: order.Party{Identifiers: gln("5412345000013")}, Recipient: order.Party{Identifiers: gln("4012345500004")},
		Errors: []message.ApplicationError{{Code: "12", Text: "the order is not known to us", Reference: order.Reference{Qualifier: "ON", Value: "PO-1001"}}, {Code: "7", List: "ZZZ"}},
	}, got)
}

func TestApplicationAnswerFindings(t *testing.T) {
	for body, want := range map[string][]string{
		"BGM+23+1+27\nRFF+ACW:17":              {},
		"BGM+23+1+9\nRFF+ACW:17":               {},
		"BGM+23+1+9\nRFF+ACW:17\nERC+12":       {"verdict-missing"},
		"BGM+23+1+27":                          {"reference-missing"},
		"DTM+137:20260402:102":                 {"bgm-missing"},
		"BGM+23+1+27\nBGM+23+1\nRFF+ACW:17":    {"bgm-repeated"},
		"BGM+23+1+27\nDTM+137:x:102\nRFF+ON:1": {"date"},
	} {
		_, found := message.ReadApplicationAnswer(parse(t, "APERAK", body), mapping.Options{})
		assert.Equal(t, want, serious(found), body)
	}
	_, found := message.ReadApplicationAnswer(&edifact.Message{MessageHeader: edifact.MessageHeader{ID: "DESADV"}}, mapping.Options{})
	assert.Equal(t, []string{"wrong-message"}, codes(found, finding.Block))
}

func TestWriteApplicationAnswerErrors(t *testing.T) {
	long := strings.Repeat("seventeen letters ", 40)
	segments, err := message.WriteApplicationAnswer(message.ApplicationAnswer{Number: "1", Message: "M1", Errors: []message.ApplicationError{{Code: "1", Text: long}},
		Sender: order.Party{Name: "We", Identifiers: []party.Identifier{{Scheme: message.VATNumber, Value: "DE1"}, {Scheme: party.AssignedBySeller, Value: "C-1"}}}}, "D96A", mapping.Options{})
	require.NoError(t, err)
	conforms(t, "APERAK", segments)
	assert.Contains(t, lines(segments), "NAD+MS+C-1::91++We\n")
	assert.True(t, strings.HasSuffix(lines(segments), "..."))
	for segment, a := range map[string]message.ApplicationAnswer{
		"BGM": {}, "ERC": {Number: "1", Errors: []message.ApplicationError{{Code: "TOO LONG A CODE"}}}, "RFF": {Number: "1", References: make([]order.Reference, 9)},
	} {
		_, err := message.WriteApplicationAnswer(a, "D96A", mapping.Options{})
		var field *mapping.FieldError
		require.ErrorAs(t, err, &field)
		assert.Equal(t, []any{"APERAK", segment}, []any{field.Set, field.Segment})
	}
	_, err = message.WriteApplicationAnswer(message.ApplicationAnswer{Number: "1", Errors: make([]message.ApplicationError, 1000)}, "D96A", mapping.Options{})
	assert.Error(t, err)
}

func TestApplicationAnswersReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.StringMatching(`[a-z]{1,12}( [a-z?'+:]{1,12}){0,20}`)
		a := message.ApplicationAnswer{Number: "A-1", Date: calendar.MustDate("2026-03-27"), Message: rapid.StringMatching(`[A-Z0-9]{1,14}`).Draw(t, "message"),
			Verdict: rapid.SampledFrom([]message.ApplicationVerdict{message.MessageAccepted, message.MessageRejected}).Draw(t, "verdict"),
			Sender:  order.Party{Identifiers: gln("4012345500004")}}
		for range rapid.IntRange(0, 5).Draw(t, "errors") {
			e := message.ApplicationError{Code: rapid.StringMatching(`[A-Z0-9]{1,8}`).Draw(t, "code"), Text: words.Draw(t, "text")}
			if rapid.Bool().Draw(t, "of a line") {
				e.Reference = order.Reference{Qualifier: "LI", Value: "7"}
			}
			a.Errors = append(a.Errors, e)
		}
		directory := rapid.SampledFrom([]string{"D96A", "D01B"}).Draw(t, "directory")
		segments, err := message.WriteApplicationAnswer(a, directory, mapping.Options{})
		require.NoError(t, err)
		back, found := message.ReadApplicationAnswer(conformsTo(t, "APERAK", directory[1:], segments), mapping.Options{})
		require.Empty(t, found)
		back.Source = order.Source{}
		require.Equal(t, a, back)
	})
}
