package partner_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/edi/schema"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order"
)

// notice is an 856 with a carton in each of two levels.
func notice(key string, sscc ...string) partner.Document {
	d := partner.Document{Key: key, Set: "856", References: []order.Reference{{Qualifier: "DP", Value: "041"}}, Segments: []x12.Segment{
		x12.NewSegment("BSN", "00", "SH-1", "20260330", "0915", "0001"),
		x12.NewSegment("HL", "1", "", "S"), x12.NewSegment("N1", "ST", "", "92", "0045"),
		x12.NewSegment("HL", "2", "1", "O"), x12.NewSegment("PRF", "4711"),
	}}
	for i, code := range sscc {
		d.Segments = append(d.Segments, x12.NewSegment("HL", fmt.Sprint(2*i+3), "2", "P"))
		if code != "" {
			d.Segments = append(d.Segments, x12.NewSegment("MAN", "GM", code))
		}
		d.Segments = append(d.Segments, x12.NewSegment("HL", fmt.Sprint(2*i+4), fmt.Sprint(2*i+3), "I"),
			x12.NewSegment("LIN", "1", "VN", "HAM-16"), x12.NewSegment("SN1", "", "12", "EA"))
	}
	return d
}

// strict is a partner that asks for more than the standard does.
func strict() partner.Profile {
	p := bigbox()
	one := 1
	p.X12.Guide = partner.Guide{
		Schema: []schema.Change{
			{Set: "856", Path: "HL/TD1", Max: &one}, {Set: "855", Path: "BAK.4", Use: schema.Required}, {Set: "855", Path: "BAK.2", Codes: []string{"AC", "AD", "RJ"}},
		},
		Require: []partner.Requirement{
			{Set: "856", Has: "REF.1=DP,2", Meaning: "the department"},
			{Set: "856", Has: "MAN.1=GM,2", Each: "HL.3=P", Meaning: "the SSCC of the carton"},
		},
		Add: []partner.Addition{
			{Set: "856", After: "PRF", Segment: "REF*DP*{DP}"},
			{Set: "856", After: "PRF", Segment: "REF*CT*{CT}", Optional: true},
			{Set: "856", After: "SN1", Every: true, Segment: "PID*S**VI*FL"},
		},
		Codes: []partner.Translation{{Set: "856", At: "SN1.3", Codes: map[string]string{"EA": "UN"}}, {At: "N1.4,1=ST", Codes: map[string]string{"0045": "DC-45"}}},
	}
	return p
}

// edi.md behaviour 11: writing follows the partner profile.
func TestGuideIsFollowed(t *testing.T) {
	o := outbox(t, journal.NewMemory())
	sent, err := o.Send(t.Context(), strict(), notice("856/1", "00106141410000000014", "00106141410000000021"))
	require.NoError(t, err)
	text := string(sent.Raw)
	assert.Contains(t, text, "HL*2*1*O~\nPRF*4711~\nREF*DP*041~")
	assert.Equal(t, 2, strings.Count(text, "LIN*1*VN*HAM-16~\nSN1**12*UN~\nPID*S**VI*FL~"))
	assert.Contains(t, text, "N1*ST**92*DC-45~")
	assert.NotContains(t, text, "REF*CT")

	with := notice("856/2")
	with.References = append(with.References, order.Reference{Qualifier: "CT", Value: "C-88"})
	with.Segments = append(with.Segments, x12.NewSegment("HL", "3", "2", "I"), x12.NewSegment("LIN", "1", "VN", "A"), x12.NewSegment("SN1", "", "1", "CA"))
	sent, err = o.Send(t.Context(), strict(), with)
	require.NoError(t, err)
	assert.Contains(t, string(sent.Raw), "REF*DP*041~\nREF*CT*C-88~\n", "in the order of the guide")
}

// A document that would break the partner's schema is an error before it is sent, which
// names the field, and takes no number.
func TestWhatBreaksTheGuideIsNotSent(t *testing.T) {
	o := outbox(t, journal.NewMemory())
	answer := func(code, number string) partner.Document {
		return partner.Document{Key: "855", Set: "855", Segments: []x12.Segment{x12.NewSegment("BAK", "00", code, number, "20260330"), x12.NewSegment("CTT", "0")}}
	}
	missing := answer("AC", "4711")
	missing.Segments[0] = x12.NewSegment("BAK", "00", "AC", "4711")
	unknown := notice("856", "00106141410000000014")
	unknown.References = nil
	nowhere := notice("856")
	for _, c := range []struct {
		name     string
		document partner.Document
		want     string
	}{
		{"a code that the partner does not take", answer("AT", "4711"), `855 of 855 breaks the schema of bigbox: segment 2, BAK02: the value is not among the codes (found "AT")`},
		{"what the standard does not take", answer("AC", strings.Repeat("9", 23)), "segment 2, BAK03: the value is too long"},
		{"an element that the partner wants", missing, "segment 2, BAK04: "},
		{"a carton without its SSCC", notice("856", "00106141410000000014", ""), "segment 15, MAN: the partner asks for the SSCC of the carton (MAN.1=GM,2) in the loop HL.3=P"},
		{"a reference that the order lacks", unknown, "the guide adds REF*DP*{DP} to the 856: the order has no such reference: DP"},
		{"nothing behind which an addition could stand", nowhere, "the guide adds PID*S**VI*FL to the 856: there is no SN1 behind which it could stand"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := o.Send(t.Context(), strict(), c.document)
			require.ErrorContains(t, err, c.want)
		})
	}
	var broken *partner.SchemaError
	_, err := o.Send(t.Context(), strict(), answer("AT", "4711"))
	require.ErrorAs(t, err, &broken)
	assert.Equal(t, "BAK", broken.Faults[0].Segment)
	assert.Equal(t, 2, broken.Faults[0].Element)
	assert.Equal(t, schema.CodeElementCode, broken.Faults[0].Code)
	var addition *partner.AdditionError
	_, err = o.Send(t.Context(), strict(), unknown)
	require.ErrorAs(t, err, &addition)

	sent, err := o.Send(t.Context(), strict(), answer("AC", "4711"))
	require.NoError(t, err)
	assert.EqualValues(t, 1, sent.Interchange, "what was not sent took no number")
}

func TestGuideOfEDIFACT(t *testing.T) {
	p := carmaker()
	p.EDIFACT.Guide = partner.Guide{
		Schema:  []schema.Change{{Set: "ORDRSP", Path: "BGM.1.1", Codes: []string{"231"}}},
		Require: []partner.Requirement{{Set: "ORDRSP", Has: "RFF.1.1=ON,1.2"}},
		Add:     []partner.Addition{{Set: "ORDRSP", After: "DTM", Segment: "RFF+ON:{ON}"}, {Set: "ORDRSP", After: "DTM", Segment: "RFF+VA:DE?+1"}},
		Codes:   []partner.Translation{{At: "BGM.1", Codes: map[string]string{"230": "231"}}},
	}
	d := response("a", 1)
	d.References = []order.Reference{{Qualifier: "ON", Value: "47:11"}}
	d.Messages[0].Segments[0] = edifact.NewSegment("BGM", edifact.Simple("230"), edifact.Simple("R-1"), edifact.Simple("29"))
	o := outbox(t, journal.NewMemory())
	sent, err := o.Send(t.Context(), p, d)
	require.NoError(t, err)
	assert.Contains(t, string(sent.Raw), "BGM+231+R-1+29'\nDTM+137:20260330:102'\nRFF+ON:47?:11'\nRFF+VA:DE?+1'\n")

	p.EDIFACT.Guide.Add = nil
	_, err = o.Send(t.Context(), p, response("b", 1))
	require.ErrorContains(t, err, "segment 5, RFF: the partner asks for RFF.1.1=ON,1.2 in the set")
	p.EDIFACT.Guide.Require, p.EDIFACT.Guide.Codes = nil, nil
	d.Key = "c"
	_, err = o.Send(t.Context(), p, d)
	require.ErrorContains(t, err, `ORDRSP of c breaks the schema of carmaker: segment 2, BGM01-1: the value is not among the codes (found "230")`)
}

// received is an interchange as bigbox sends it.
func received(sender, usage, body string) string {
	segments := strings.Count(body, "~") + 2
	return "ISA*00*          *00*          *01*" + sender + "      *ZZ*MERIDIAN       *260330*0815*U*00401*000000101*0*" + usage + "*>~" +
		"GS*PO*123456789*MERIDIANGS*20260330*0815*7*X*004010~ST*850*0001~" + body + fmt.Sprintf("SE*%d*0001~GE*1*7~IEA*1*000000101~", segments)
}

const purchase = "BEG*00*SA*1**20260330~REF*DP*041~PO1*1*1*EA*1**VN*A~CTT*1~"

// Reading follows the profile of whoever sent the interchange.
func TestReadingFollowsTheProfile(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*partner.X12)
		text   string
		status x12.Status
		codes  []string
	}{
		{"as agreed", nil, received("123456789", "P", purchase), x12.Accepted, nil},
		{"a test where production was agreed", nil, received("123456789", "T", purchase), x12.Rejected, []string{partner.CodeUsage}},
		{"nobody knows the sender", nil, received("987654321", "T", purchase), x12.Accepted, []string{partner.CodeSender}},
		{"another receiver", func(s *partner.X12) { s.OurID = "OTHER" }, received("123456789", "P", purchase), x12.Rejected, []string{partner.CodeReceiver}},
		{"another receiver, tolerated", func(s *partner.X12) { s.OurID, s.Tolerate.Warnings = "OTHER", []string{partner.CodeReceiver} },
			received("123456789", "P", purchase), x12.Accepted, []string{partner.CodeReceiver}},
		{"another group", func(s *partner.X12) { s.OurGroupID = "OTHER" }, received("123456789", "P", purchase), x12.Accepted, []string{partner.CodeGroup}},
		{"a guide for another version", func(s *partner.X12) {
			s.Version = "005010"
			s.Guide.Require = []partner.Requirement{{Set: "850", Has: "FOB"}}
		},
			received("123456789", "P", purchase), x12.Accepted, []string{partner.CodeVersion}},
		{"what the guide asks for is missing", func(s *partner.X12) { s.Guide.Require = []partner.Requirement{{Set: "850", Has: "REF.1=IA"}} },
			received("123456789", "P", purchase), x12.Rejected, []string{partner.CodeRequired}},
		{"a code that nobody knows", nil, received("123456789", "P", strings.Replace(purchase, "SA", "Q9", 1)), x12.Rejected, []string{schema.CodeElementCode}},
		{"which the guide has", func(s *partner.X12) {
			s.Guide.Schema = []schema.Change{{Set: "850", Path: "BEG.2", Add: []string{"Q9"}}}
		},
			received("123456789", "P", strings.Replace(purchase, "SA", "Q9", 1)), x12.Accepted, nil},
		{"which is tolerated by the schema", func(s *partner.X12) { s.Tolerate.Schema = []schema.Change{{Set: "850", Path: "BEG.2", AnyCode: true}} },
			received("123456789", "P", strings.Replace(purchase, "SA", "Q9", 1)), x12.Accepted, nil},
		{"which is tolerated as a fault", func(s *partner.X12) { s.Tolerate.Warnings = []string{schema.CodeElementCode} },
			received("123456789", "P", strings.Replace(purchase, "SA", "Q9", 1)), x12.Accepted, []string{schema.CodeElementCode}},
		{"which is accepted with errors", func(s *partner.X12) { s.Acknowledge.AcceptErrors = true },
			received("123456789", "P", strings.Replace(purchase, "SA", "Q9", 1)), x12.AcceptedWithErrors, []string{schema.CodeElementCode}},
		{"a header of the wrong length", nil, strings.Replace(received("123456789", "P", purchase), "MERIDIAN       ", "MERIDIAN", 1),
			x12.Rejected, []string{x12.CodeHeaderLength}},
		{"which is tolerated", func(s *partner.X12) { s.Tolerate.Header = true },
			strings.Replace(received("123456789", "P", purchase), "MERIDIAN       ", "MERIDIAN", 1), x12.Accepted, []string{x12.CodeHeaderLength}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := bigbox()
			if c.change != nil {
				c.change(p.X12)
			}
			d, err := partner.NewDirectory(p)
			require.NoError(t, err)
			report, err := x12.Read(strings.NewReader(c.text), d.X12Options(x12.Options{}))
			require.NoError(t, err)
			require.Len(t, report.Sets(), 1)
			assert.Equal(t, c.status, report.Sets()[0].Status())
			var codes []string
			for _, f := range append(report.Interchanges[0].Faults, report.Sets()[0].Faults...) {
				codes = append(codes, f.Code)
			}
			assert.Equal(t, c.codes, codes)
		})
	}
}

// What is tolerated of a partner is not what we send it.
func TestToleranceIsForReadingOnly(t *testing.T) {
	p := bigbox()
	p.X12.Tolerate = partner.Tolerance{Schema: []schema.Change{{Set: "855", Path: "BAK.2", AnyCode: true}}, Warnings: []string{schema.CodeElementCode}}
	d := document("a")
	d.Segments[0] = x12.NewSegment("BAK", "00", "Q9", "4711", "20260330")
	_, err := outbox(t, journal.NewMemory()).Send(t.Context(), p, d)
	require.ErrorContains(t, err, "BAK02")
	found := p.X12.Tolerate.Tolerated(finding.List{{Code: schema.CodeElementCode, Severity: finding.Block}, {Code: "edi.x", Severity: finding.Block}})
	assert.Equal(t, []finding.Severity{finding.Warning, finding.Block}, []finding.Severity{found[0].Severity, found[1].Severity})
}

func TestEachLine(t *testing.T) {
	p := bigbox()
	p.X12.Guide.Require = []partner.Requirement{{Set: "850", Has: "PID.5", Each: "PO1", Meaning: "a description"}}
	d, err := partner.NewDirectory(p)
	require.NoError(t, err)
	body := "BEG*00*SA*1**20260330~PO1*1*1*EA*1**VN*A~PID*F****HAMMER~PO1*2*1*EA*1**VN*B~PO1*3*1*EA*1**VN*C~CTT*3~"
	report, err := x12.Read(strings.NewReader(received("123456789", "P", body)), d.X12Options(x12.Options{}))
	require.NoError(t, err)
	faults := report.Sets()[0].Faults
	require.Len(t, faults, 2)
	assert.Equal(t, []int{6, 7}, []int{faults[0].SegmentNo, faults[1].SegmentNo}, "before the third PO1, and before the CTT")
	assert.Contains(t, faults[0].Message, "a description (PID.5) in the loop PO1")
	ack, _ := x12.FunctionalAck(report.Interchanges[0].Groups[0])
	assert.Equal(t, "AK3*PID*6*PO1*3", ack[2].String())
}

func TestReadingEDIFACTFollowsTheProfile(t *testing.T) {
	text := func(recipient, test, code string) string {
		return "UNB+UNOA:3+4012345000009:14+" + recipient + ":14+260330:0815+77++++++" + test + "'UNH+1+ORDERS:D:96A:UN'BGM+" + code +
			"+\xD6+9'DTM+137:20260330:102'UNS+S'UNT+5+1'UNZ+1+77'"
	}
	for _, c := range []struct {
		name   string
		change func(*partner.EDIFACT)
		text   string
		status edifact.Status
		codes  []string
	}{
		{"as agreed", nil, text("4098765000003", "", "220"), edifact.Accepted, nil},
		{"a test where production was agreed", nil, text("4098765000003", "1", "220"), edifact.Rejected, []string{partner.CodeUsage}},
		{"a test as agreed", func(s *partner.EDIFACT) { s.Test = true }, text("4098765000003", "1", "220"), edifact.Accepted, nil},
		{"another recipient", nil, text("1", "", "220"), edifact.Rejected, []string{partner.CodeReceiver}},
		{"another qualifier", func(s *partner.EDIFACT) { s.OurQualifier = "1" }, text("4098765000003", "", "220"), edifact.Rejected, []string{partner.CodeReceiver}},
		{"nobody knows the sender", func(s *partner.EDIFACT) { s.ID = "1" }, text("4098765000003", "", "220"), edifact.Accepted, []string{partner.CodeSender}},
		{"what the guide asks for is missing", func(s *partner.EDIFACT) { s.Guide.Require = []partner.Requirement{{Set: "ORDERS", Has: "NAD.1=BY,2"}} },
			text("4098765000003", "", "220"), edifact.Rejected, []string{partner.CodeRequired}},
		{"a guide for another directory", func(s *partner.EDIFACT) {
			s.Directory, s.Guide.Require = "D01B", []partner.Requirement{{Set: "ORDERS", Has: "NAD"}}
		}, text("4098765000003", "", "220"), edifact.Accepted, []string{partner.CodeVersion}},
		{"a code that the guide does not have", func(s *partner.EDIFACT) {
			s.Guide.Schema = []schema.Change{{Set: "ORDERS", Path: "BGM.1.1", Codes: []string{"220"}}}
		},
			text("4098765000003", "", "221"), edifact.Rejected, []string{schema.CodeElementCode}},
		{"accepted with errors", func(s *partner.EDIFACT) {
			s.Guide.Schema, s.Acknowledge.AcceptErrors = []schema.Change{{Set: "ORDERS", Path: "BGM.1.1", Codes: []string{"220"}}}, true
		}, text("4098765000003", "", "221"), edifact.AcceptedWithErrors, []string{schema.CodeElementCode}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := carmaker()
			p.EDIFACT.Charset = edifact.Latin2
			if c.change != nil {
				c.change(p.EDIFACT)
			}
			d, err := partner.NewDirectory(p)
			require.NoError(t, err)
			report, err := edifact.Read(strings.NewReader(c.text), d.EDIFACTOptions(edifact.Options{Charset: edifact.Latin2}))
			require.NoError(t, err)
			require.Len(t, report.Messages(), 1)
			assert.Equal(t, c.status, report.Messages()[0].Status())
			var codes []string
			for _, f := range append(report.Interchanges[0].Faults, report.Messages()[0].Faults...) {
				codes = append(codes, f.Code)
			}
			assert.Equal(t, c.codes, codes)
			assert.Equal(t, "Ö", report.Messages()[0].Segments[1].Value(2))
		})
	}
}

// The codes of the partner become ours where it sends them, at their places.
func TestOurs(t *testing.T) {
	p := strict()
	p.X12.Guide.Codes = []partner.Translation{{Set: "850", At: "PO1.3", Codes: map[string]string{"EA": "UN"}}}
	report, err := x12.Read(strings.NewReader(received("123456789", "P", strings.ReplaceAll(purchase, "*EA*", "*UN*"))), x12.Options{})
	require.NoError(t, err)
	set := report.Sets()[0]
	ours := p.X12.Ours(set)
	assert.Equal(t, "PO1*1*1*EA*1**VN*A", ours.Segments[3].String())
	assert.Equal(t, set.Segments[3].Offset(), ours.Segments[3].Offset())
	assert.Equal(t, "UN", set.Segments[3].Value(3), "what was read stays")
	assert.Same(t, set, bigbox().X12.Ours(set))

	read, err := edifact.Read(strings.NewReader("UNB+UNOA:3+A+B+260330:0815+1'UNH+1+ORDERS:D:96A:UN'BGM+220+47?+11+9'UNT+3+1'UNZ+1+1'"), edifact.Options{})
	require.NoError(t, err)
	e := carmaker().EDIFACT
	e.Guide.Codes = []partner.Translation{{At: "BGM.1", Codes: map[string]string{"105": "220"}}}
	message := e.Ours(read.Messages()[0])
	assert.Equal(t, "105", message.Segments[1].Value(1))
	assert.Equal(t, "47+11", message.Segments[1].Value(2))
	assert.Equal(t, read.Messages()[0].Segments[1].Offset(), message.Segments[1].Offset())
	assert.Same(t, read.Messages()[0], carmaker().EDIFACT.Ours(read.Messages()[0]))
}

// TestCodesOfThePartner: a code that the guide translates is the partner's, although the
// standard does not have it; at any other place it is none.
func TestCodesOfThePartner(t *testing.T) {
	p := bigbox()
	p.X12.Guide.Codes = []partner.Translation{{At: "PO1.3", Codes: map[string]string{"EA": "QQ"}}}
	directory, err := partner.NewDirectory(p)
	require.NoError(t, err)
	for text, ok := range map[string]bool{
		strings.ReplaceAll(purchase, "*EA*", "*QQ*"): true, strings.ReplaceAll(purchase, "*EA*", "*QX*"): false,
		strings.ReplaceAll(purchase, "*SA*", "*QQ*"): false,
	} {
		report, err := x12.Read(strings.NewReader(received("123456789", "P", text)), directory.X12Options(x12.Options{}))
		require.NoError(t, err)
		assert.Equal(t, ok, report.Sets()[0].Status() == x12.Accepted, "%s: %v", text, report.Sets()[0].Faults)
	}
}
