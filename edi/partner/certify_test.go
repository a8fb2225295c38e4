package partner_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/money"
)

// order850 is a sample of bigbox.
func order850(control, body string) *fstest.MapFile {
	number := strings.NewReplacer("000000101", control, "*7*X*", "*"+control+"*X*", "GE*1*7~", "GE*1*"+control+"~")
	return &fstest.MapFile{Data: []byte(number.Replace(received("123456789", "T", body)))}
}

func ExampleCertify() {
	p := bigbox()
	p.X12.Usage, p.Options.Currency = "T", money.USD
	p.X12.Guide.Require = []partner.Requirement{{Set: "850", Has: "REF.1=DP,2", Meaning: "the department"}}
	const order = "BEG*00*SA*1**20260330~REF*DP*041~N1*ST**92*0045~PO1*1*1*EA*1**VN*A~CTT*1~"
	samples := fstest.MapFS{
		"1-good.x12":    order850("000000001", order),
		"2-change.x12":  order850("000000002", strings.Replace(order, "BEG*00", "BEG*04", 1)),
		"3-without.x12": order850("000000003", strings.Replace(order, "REF*DP*041~", "", 1)),
	}
	report, err := partner.Certify(p, samples, clock())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(report)
	// Output:
	// bigbox: not certified
	//   1-good.x12: passes
	//     interchange 000000001, received: accepted
	//       850 0001, 004010: passes
	//       our 997 is valid
	//   2-change.x12: FAILS
	//     interchange 000000002, received: accepted
	//       850 0001, 004010: FAILS
	//         error: segments[2].BEG.1: BEG01 04 changes or cancels an order [mapping.850.purpose]
	//           fix: send changes as an 860, or handle it by hand
	//       our 997 is valid
	//   3-without.x12: FAILS
	//     interchange 000000003, received: rejected
	//       850 0001, 004010: FAILS
	//         error at offset 240, segment 6 REF: the partner asks for the department (REF.1=DP,2) in the set, and it is missing before this segment [partner.required]
	//           expected: REF.1=DP,2
	//           fix: add the segment
	//       our 997 is valid
	// 3 files, 3 interchanges, 3 sets: 1 passed, 2 failed; 2 errors, 0 warnings
}

// certified runs a certification and returns the codes of all that is wrong.
func certified(t *testing.T, p partner.Profile, samples fstest.MapFS) (*partner.Certification, []string) {
	t.Helper()
	c, err := partner.Certify(p, samples, clock())
	require.NoError(t, err)
	codes := []string{}
	add := func(faults []fault.Fault) {
		for _, f := range faults {
			if f.Severity == fault.Failure {
				codes = append(codes, f.Code)
			}
		}
	}
	for _, file := range c.Files {
		add(file.Faults)
		for _, ic := range file.Interchanges {
			add(ic.Faults)
			for _, s := range ic.Sets {
				add(s.Faults)
				for _, f := range s.Findings {
					if f.Severity.String() == "block" {
						codes = append(codes, f.Code)
					}
				}
			}
			if ic.Answer != nil {
				add(ic.Answer.Faults)
			}
		}
	}
	return c, codes
}

func TestCertify(t *testing.T) {
	good := order850("000000001", purchase)
	test := bigbox()
	test.X12.Usage = "T"
	sent, err := outbox(t, journal.NewMemory()).Send(t.Context(), test, document("855"))
	require.NoError(t, err)
	change := func(f *fstest.MapFile, old, replacement string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(strings.Replace(string(f.Data), old, replacement, 1))}
	}
	for _, c := range []struct {
		name    string
		change  func(*partner.Profile)
		samples fstest.MapFS
		codes   []string
	}{
		{"both directions", nil, fstest.MapFS{"a.x12": good, "b.x12": {Data: sent.Raw}}, []string{}},
		{"nothing", nil, fstest.MapFS{}, []string{}},
		{"hidden files are no samples", nil, fstest.MapFS{".keep": {}, "a": good}, []string{}},
		{"no EDI", nil, fstest.MapFS{"notes.txt": {Data: []byte("hello")}}, []string{partner.CodeNotEDI}},
		{"another standard", nil, fstest.MapFS{"a.edi": {Data: []byte("UNB+UNOA:2+A+B+260330:0815+1'UNZ+0+1'")}}, []string{partner.CodeNotAgreed}},
		{"another sender", nil, fstest.MapFS{"a": change(good, "*01*123456789 ", "*01*123456780 ")}, []string{partner.CodeSender}},
		{"another receiver", nil, fstest.MapFS{"a": change(good, "*ZZ*MERIDIAN ", "*ZZ*MERIDIEN ")}, []string{partner.CodeReceiver}},
		{"another receiver of ours", nil, fstest.MapFS{"a": change(&fstest.MapFile{Data: sent.Raw}, "*01*123456789 ", "*01*123456780 ")}, []string{partner.CodeReceiver}},
		{"a count", nil, fstest.MapFS{"a": change(good, "SE*6*", "SE*7*")}, []string{"x12.se.count"}},
		{"what is sent breaks the guide", func(p *partner.Profile) {
			p.X12.Guide.Require = []partner.Requirement{{Set: "855", Has: "REF.1=DP"}}
		}, fstest.MapFS{"a": {Data: sent.Raw}}, []string{partner.CodeRequired}},
		{"a number twice", nil, fstest.MapFS{"a": good, "b/c": good}, []string{partner.CodeRepeated}},
		{"a number twice, of no account", func(p *partner.Profile) { p.Duplicates.Scopes = []partner.Scope{partner.ScopeDocument} },
			fstest.MapFS{"a": good, "b": good}, []string{}},
		{"a number twice, accepted", func(p *partner.Profile) { p.Duplicates.Accept = true }, fstest.MapFS{"a": good, "b": good}, []string{}},
		{"group and set twice", func(p *partner.Profile) { p.Duplicates.Scopes = []partner.Scope{partner.ScopeGroup, partner.ScopeSet} },
			fstest.MapFS{"a": good, "b": order850("000000001", purchase)}, []string{partner.CodeRepeated, partner.CodeRepeated}},
		{"what cannot be an order", nil, fstest.MapFS{"a": order850("000000001", strings.Replace(purchase, "BEG*00", "BEG*01", 1))},
			[]string{"mapping.850.purpose"}},
		{"which is tolerated", func(p *partner.Profile) { p.X12.Tolerate.Warnings = []string{"mapping.850.purpose"} },
			fstest.MapFS{"a": order850("000000001", strings.Replace(purchase, "BEG*00", "BEG*01", 1))}, []string{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := bigbox()
			if c.change != nil {
				c.change(&p)
			}
			got, codes := certified(t, p, c.samples)
			assert.Equal(t, c.codes, codes)
			assert.Equal(t, len(c.codes) == 0 && len(c.samples) > 0, got.OK)
			assert.Len(t, c.codes, got.Count.Errors)
			assert.Equal(t, got.Count.Sets, got.Count.Passed+got.Count.Failed)
		})
	}
	_, err = partner.Certify(partner.Profile{}, fstest.MapFS{}, clock())
	var invalid *partner.InvalidError
	require.ErrorAs(t, err, &invalid)
}

func TestCertificationTellsWhatWeAnswer(t *testing.T) {
	c, _ := certified(t, bigbox(), fstest.MapFS{"a": order850("000000001", purchase)})
	answer := c.Files[0].Interchanges[0].Answer
	require.NotNil(t, answer)
	assert.Equal(t, "997", answer.Set)
	assert.Contains(t, answer.Text, "AK9*A*1*1*1~")
	assert.Contains(t, answer.Text, "*260330*0915*")

	quiet := bigbox()
	quiet.X12.Acknowledge.Send = partner.AnswerNone
	c, _ = certified(t, quiet, fstest.MapFS{"a": order850("000000001", purchase)})
	assert.Nil(t, c.Files[0].Interchanges[0].Answer)
	assert.True(t, c.OK)
}

func TestCertifyEDIFACT(t *testing.T) {
	orders := func(control, body string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("UNB+UNOC:3+4012345000009:14+4098765000003:14+260330:0815+" + control + "'UNH+1+ORDERS:D:96A:UN'" + body +
			fmt.Sprintf("UNT+%d+1'UNZ+1+%s'", strings.Count(body, "'")+2, control))}
	}
	const body = "BGM+220+4711+9'DTM+137:20260330:102'NAD+BY+4012345000016::9'CUX+2:EUR:9'LIN+1++4012345000023:EN'QTY+21:12'PRI+AAA:2.50'UNS+S'"
	answer := response("a", 1)
	answer.Messages[0].Segments = slices.Insert(answer.Messages[0].Segments, 2, edifact.NewSegment("RFF", edifact.Composite("ON", "4711")))
	sent, err := outbox(t, journal.NewMemory()).Send(t.Context(), carmaker(), answer)
	require.NoError(t, err)
	p := carmaker()
	p.EDIFACT.Guide.Require = []partner.Requirement{{Set: "ORDERS", Has: "NAD.1=BY,2.1"}, {Set: "DESADV", Has: "RFF"}}
	c, codes := certified(t, p, fstest.MapFS{"a.edi": orders("1", body), "b.edi": {Data: sent.Raw}})
	assert.Equal(t, []string{}, codes)
	assert.Equal(t, []string{"DESADV"}, c.Unsampled)
	assert.Equal(t, "CONTRL", c.Files[0].Interchanges[0].Answer.Set)
	assert.Equal(t, []partner.Direction{partner.Received, partner.Written}, []partner.Direction{c.Files[0].Interchanges[0].Direction, c.Files[1].Interchanges[0].Direction})
	assert.Contains(t, c.String(), "no sample of: DESADV")

	_, codes = certified(t, p, fstest.MapFS{"a": orders("1", body), "b": orders("1", strings.Replace(body, "NAD+BY+4012345000016::9'", "", 1)),
		"c": {Data: []byte(strings.ReplaceAll(string(orders("3", body).Data), "4098765000003", "4098765000001"))}})
	assert.Equal(t, []string{partner.CodeRepeated, partner.CodeRequired, partner.CodeReceiver}, codes)
}

func TestCertificationAsJSON(t *testing.T) {
	c, _ := certified(t, bigbox(), fstest.MapFS{"a": order850("000000001", purchase)})
	text, err := json.Marshal(c)
	require.NoError(t, err)
	var back partner.Certification
	require.NoError(t, json.Unmarshal(text, &back))
	assert.Equal(t, c, &back)
	assert.Contains(t, string(text), `"direction":"received","status":"accepted","ok":true`)
	assert.NotContains(t, string(text), "null")
}
