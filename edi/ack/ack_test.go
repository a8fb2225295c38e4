package ack_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/ack"
	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/finding"
)

const isa = "ISA*00*          *00*          *01*123456789      *ZZ*MERIDIAN       *260330*0915*U*00401*000000101*0*P*>~"

// functional puts segments into a 997 or 999 of a partner.
func functional(t testing.TB, set, version string, body ...string) *x12.Set {
	t.Helper()
	text := isa + "GS*FA*123456789*MERIDIAN*20260330*0915*77*X*" + version + "~ST*" + set + "*0001~" +
		strings.Join(body, "~") + fmt.Sprintf("~SE*%d*0001~GE*1*77~IEA*1*000000101~", len(body)+2)
	report, err := x12.Read(strings.NewReader(text), x12.Options{})
	require.NoError(t, err)
	require.Len(t, report.Sets(), 1)
	return report.Sets()[0]
}

func codes(found finding.List) []string {
	var list []string
	for _, f := range found {
		list = append(list, f.Code)
	}
	return list
}

func ExampleReadSet() {
	text := isa + "GS*FA*123456789*MERIDIAN*20260330*0915*77*X*004010~ST*997*0001~AK1*IN*12~AK2*810*0007~" +
		"AK3*IT1*9*IT1*8~AK4*7*235*7*XX~AK5*R*5~AK2*810*0008~AK5*A~AK9*P*2*2*1~SE*9*0001~GE*1*77~IEA*1*000000101~"
	report, err := x12.Read(strings.NewReader(text), x12.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	answer, found := ack.ReadSet(report.Sets()[0])
	fmt.Println(answer.Status(), len(found))
	for _, group := range answer.Groups {
		for _, d := range group.Documents {
			fmt.Println(d.Kind, d.Control, d.Status)
			for _, f := range d.Faults {
				fmt.Printf("  segment %d %s%02d: %s, found %q\n", f.SegmentNo, f.Segment, f.Element, f.Message, f.Value)
			}
		}
	}
	// Output:
	// rejected 0
	// 810 0007 rejected
	//   segment 9 IT107: the code is not one that the partner takes (AK403 7), found "XX"
	// 810 0008 accepted
}

func ExampleReadMessage() {
	text := "UNB+UNOC:3+4012345000009:14+4098765000001:14+260330:0915+77'UNH+1+CONTRL:D:3:UN'" +
		"UCI+12+4098765000001:14+4012345000009:14+7'UCM+7+INVOIC:D:96A:UN:EAN008+4'UCS+9'UCD+39+3:1'UNT+5+1'UNZ+1+77'"
	report, err := edifact.Read(strings.NewReader(text), edifact.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	answer, found := ack.ReadMessage(report.Messages()[0])
	fmt.Println(answer.Interchange.Control, answer.Interchange.Status, len(found))
	for _, d := range answer.Documents {
		fmt.Println(d.Kind, d.Control, d.Status)
		for _, f := range d.Faults {
			fmt.Printf("  segment %d element %d-%d: %s\n", f.SegmentNo, f.Element, f.Component, f.Message)
		}
	}
	// Output:
	// 12 partially_accepted 0
	// INVOIC 7 rejected
	//   segment 9 element 2-1: the value is too long (0085 39)
}

func TestGroupVerdictHoldsForSetsThatAreNotNamed(t *testing.T) {
	for verdict, want := range map[string]fault.Status{
		"A": fault.Accepted, "E": fault.AcceptedWithErrors, "P": fault.Accepted, "R": fault.Rejected, "M": fault.Rejected, "X": fault.Rejected,
	} {
		a, found := ack.ReadSet(functional(t, "997", "004010", "AK1*IN*12", "AK2*810*0007", "AK5*R*1", "AK9*"+verdict+"*2*2*1"))
		require.Empty(t, found, verdict)
		g := a.Groups[0]
		assert.Equal(t, want, g.Of("8").Status, verdict)
		assert.Equal(t, fault.Rejected, g.Of("7").Status, "a number without its zeros is the same")
		assert.Equal(t, []int{2, 2, 1}, []int{g.Included, g.Received, g.Accepted})
	}
}

func TestImplementationAck(t *testing.T) {
	a, found := ack.ReadSet(functional(t, "999", "005010X231A1", "AK1*HC*12*005010X222A1", "AK2*837*0007*005010X222A1",
		"IK3*NM1*8*2010*8", "CTX*SITUATIONAL TRIGGER*NM1*8", "IK4*9>2>1*67*I12*12-34", "IK3*N3*9**I8", "CTX*N301", "IK5*R*I5*19", "AK9*R*1*1*0*2"))
	require.Empty(t, found)
	assert.Equal(t, "000000101/77/0001", a.Control)
	d := a.Groups[0].Documents[0]
	require.Len(t, d.Faults, 3)
	assert.Equal(t, fault.Fault{Code: ack.CodeElement, Standard: fault.Note{Element: "IK403", Code: "I12"}, Severity: fault.Failure,
		Segment: "NM1", SegmentNo: 8, Loop: "2010", Element: 9, Component: 2, Repetition: 1, Reference: "67", Value: "12-34",
		Message: "the value does not have the form that the implementation guide asks for (IK403 I12)", Fix: d.Faults[0].Fix}, d.Faults[0])
	assert.Equal(t, "N301", d.Faults[1].Expected)
	assert.Equal(t, ack.CodeSegment, d.Faults[1].Code)
	assert.Equal(t, "the implementation reference is wrong (IK502 19)", d.Faults[2].Message)
	assert.Equal(t, "the version of the group is not taken (AK905 2)", a.Groups[0].Faults[0].Message)
}

func TestTA1(t *testing.T) {
	for text, want := range map[string]struct {
		status fault.Status
		faults int
		found  []string
	}{
		"TA1*000000007*260330*0915*A*000": {status: fault.Accepted},
		"TA1*000000007*260330*0915*E*014": {status: fault.AcceptedWithErrors, faults: 1},
		"TA1*000000007*260330*0915*R*025": {status: fault.Rejected, faults: 1},
		"TA1*000000007*260330*0915*Q*000": {status: fault.Rejected, found: []string{"ack.verdict"}},
		"TA1**260330*0915*A*000":          {status: fault.Accepted, found: []string{"ack.missing"}},
	} {
		report, err := x12.Read(strings.NewReader(isa+text+"~IEA*0*000000101~"), x12.Options{})
		require.NoError(t, err)
		ic := report.Interchanges[0]
		require.Len(t, ic.Acknowledgements, 1)
		a, found := ack.ReadTA1(ic, ic.Acknowledgements[0])
		assert.Equal(t, want.status, a.Status(), text)
		assert.Len(t, a.Interchange.Faults, want.faults, text)
		assert.Equal(t, want.found, codes(found), text)
	}
}

func TestWhatIsNoSoundAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		body []string
		want []string
	}{
		"no group":            {[]string{"AK9*A*1*1*1"}, []string{"ack.order", "ack.missing"}},
		"nothing for element": {[]string{"AK1*IN*1", "AK2*810*0001", "AK4*1**1", "AK5*A", "AK9*A*1*1*1"}, []string{"ack.order"}},
		"set without verdict": {[]string{"AK1*IN*1", "AK2*810*0001", "AK9*A*1*1*1"}, []string{"ack.missing"}},
		"group without":       {[]string{"AK1*IN*1"}, []string{"ack.missing"}},
		"empty verdicts":      {[]string{"AK1*IN*1", "AK2*810*0001", "AK5*", "AK9**x*1*1"}, []string{"ack.verdict", "ack.verdict", "ack.number"}},
		"no control numbers":  {[]string{"AK1*IN", "AK2*810", "AK5*A", "AK9*A*1*1*1"}, []string{"ack.missing", "ack.missing"}},
	} {
		a, found := ack.ReadSet(functional(t, "997", "004010", c.body...))
		assert.Equal(t, c.want, codes(found), name)
		if name == "set without verdict" || name == "group without" || name == "empty verdicts" {
			assert.Equal(t, fault.Rejected, a.Status(), "%s: what nobody accepted is not accepted", name)
		}
	}
	_, found := ack.ReadSet(functional(t, "850", "004010", "BEG*00*SA*1**20260330"))
	assert.Equal(t, []string{"ack.set"}, codes(found))
}

// A hostile answer costs no more than a bounded list.
func TestAnswersAreBounded(t *testing.T) {
	body := []string{"AK1*IN*1", "AK2*810*0001"}
	for range 5_000 {
		body = append(body, "AK3*IT1*1**1")
	}
	body = append(body, "AK5*R*5", "AK9*R*1*1*0")
	for range 5_000 {
		body = append(body, "AK4*1**7")
	}
	a, found := ack.ReadSet(functional(t, "997", "004010", body...))
	require.Len(t, a.Groups[0].Documents[0].Faults, ack.MaxFaults+1)
	assert.Equal(t, ack.CodeMore, a.Groups[0].Documents[0].Faults[ack.MaxFaults].Code)
	assert.Len(t, found, 101)
}

const damagedOrders = "GS*PO*MERIDIAN*123456789*20260330*0915*12*X*%s~" +
	"ST*850*0001~BEG*00*SA*4711**20269930~PO1*1*10*EA*2.50**UP*012345678905~ZZZ*1~CTT*1~SE*6*0001~" +
	"ST*850*0002~BEG*00*SA*4712**20260330~PO1*1*10*EA*2.50**UP*012345678905~CTT*1~SE*5*0002~GE*2*12~IEA*1*000000101~"

// What this library answers is read back as what it found.
func TestOwnAnswersReadBack(t *testing.T) {
	for _, version := range []string{"004010", "005010"} {
		sent := strings.Replace(isa, "U*00401", map[string]string{"004010": "U*00401", "005010": "^*00501"}[version], 1) + fmt.Sprintf(damagedOrders, version)
		report, err := x12.Read(strings.NewReader(sent), x12.Options{Checker: x12.NewSchemaChecker(x12.SchemaConfig{})})
		require.NoError(t, err)
		for _, implementation := range []bool{false, true} {
			var out bytes.Buffer
			w, err := x12.NewWriter(&out, x12.WriterConfig{})
			require.NoError(t, err)
			_, _, err = x12.Reply(w, report.Interchanges[0], x12.ReplyConfig{Control: "5", GroupControl: 6, At: time.Now(), Implementation: implementation})
			require.NoError(t, err)
			back, err := x12.Read(&out, x12.Options{})
			require.NoError(t, err)
			a, found := ack.ReadSet(back.Sets()[0])
			require.Empty(t, found)
			require.Len(t, a.Groups, 1)
			g := a.Groups[0]
			assert.Equal(t, "12", g.Control)
			assert.Equal(t, fault.PartiallyAccepted, g.Status)
			assert.Equal(t, []int{2, 2, 1}, []int{g.Included, g.Received, g.Accepted})
			for i, set := range report.Sets() {
				d := g.Documents[i]
				assert.Equal(t, []string{set.ID, set.Control}, []string{d.Kind, d.Control})
				assert.Equal(t, set.Status(), d.Status)
				var places, told [][3]any
				for _, f := range set.Faults {
					places = append(places, [3]any{f.Segment, f.SegmentNo, f.Element})
				}
				for _, f := range d.Faults {
					told = append(told, [3]any{f.Segment, f.SegmentNo, f.Element})
				}
				assert.ElementsMatch(t, places, told)
			}
		}
	}
}

func TestOwnControlReadsBack(t *testing.T) {
	sent := "UNB+UNOC:3+4098765000001:14+4012345000009:14+260330:0915+12'" +
		"UNH+1+ORDERS:D:96A:UN'BGM+220+4711+99'DTM+137:20260330:102'ZZZ+1'UNS+S'UNT+6+1'" +
		"UNH+2+ORDERS:D:96A:UN'BGM+220+4712+9'DTM+137:20260330:102'UNS+S'UNT+5+2'UNZ+2+12'"
	report, err := edifact.Read(strings.NewReader(sent), edifact.Options{Checker: edifact.NewSchemaChecker(edifact.SchemaConfig{})})
	require.NoError(t, err)
	var out bytes.Buffer
	w, err := edifact.NewWriter(&out, edifact.WriterConfig{})
	require.NoError(t, err)
	_, err = edifact.Reply(w, report.Interchanges[0], edifact.ReplyConfig{Control: "5", At: time.Now()})
	require.NoError(t, err)
	back, err := edifact.Read(&out, edifact.Options{})
	require.NoError(t, err)
	a, found := ack.ReadMessage(back.Messages()[0])
	require.Empty(t, found)
	for i, m := range report.Messages() {
		assert.Equal(t, m.Status(), a.Documents[i].Status)
		assert.Equal(t, m.Control, a.Documents[i].Control)
		require.Len(t, a.Documents[i].Faults, len(m.Faults))
		for j, f := range m.Faults {
			got := a.Documents[i].Faults[j]
			assert.Equal(t, []any{f.SegmentNo, f.Element, f.Component, f.Standard.Code}, []any{got.SegmentNo, got.Element, got.Component, got.Standard.Code})
		}
	}
	assert.NotEmpty(t, a.Documents[0].Faults)
}

func TestControlOfGroupsAndReceipts(t *testing.T) {
	read := func(body string) (ack.Answer, finding.List) {
		report, err := edifact.Read(strings.NewReader("UNB+UNOC:3+A+B+260330:0915+77'UNH+1+CONTRL:D:3:UN'"+body+
			fmt.Sprintf("UNT+%d+1'UNZ+1+77'", strings.Count(body, "'")+2)), edifact.Options{})
		require.NoError(t, err)
		return ack.ReadMessage(report.Messages()[0])
	}
	a, found := read("UCI+12+B+A+8'")
	assert.Empty(t, found)
	assert.True(t, a.Received)
	assert.Equal(t, fault.Accepted, a.Status())

	a, found = read("UCI+12+B+A+7'UCF+3+B+A+7'UCM+1+ORDERS:D:96A:UN+7'UCM+2+ORDERS:D:96A:UN+4+26+UNH+2'UCS+3+35'UCF+4+B+A+4+29+UNE+2'")
	assert.Empty(t, found)
	assert.Equal(t, fault.PartiallyAccepted, a.Interchange.Status)
	require.Len(t, a.Groups, 2)
	assert.Equal(t, fault.PartiallyAccepted, a.Groups[0].Status)
	assert.Equal(t, fault.Rejected, a.Groups[1].Status)
	assert.Equal(t, "ORDERS", a.Groups[0].Kind)
	assert.Equal(t, fault.Accepted, a.Groups[0].Of("9").Status)
	assert.Equal(t, fault.Rejected, a.Groups[0].Of("2").Status)
	second := a.Groups[0].Documents[1].Faults
	require.Len(t, second, 2)
	assert.Equal(t, "it was received before (0085 26)", second[0].Message)
	assert.Equal(t, []any{"UNH", 1}, []any{second[0].Segment, second[0].Element})
	assert.Equal(t, 3, second[1].SegmentNo)

	a, found = read("UCI+12+B+A+4+26'")
	assert.Empty(t, found)
	assert.Equal(t, fault.Rejected, a.Status())
	_, found = read("UCM+1+ORDERS:D:96A:UN+9'UCD+12+1'")
	assert.Equal(t, []string{"ack.verdict", "ack.order", "ack.missing"}, codes(found))
}
