package x12_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/x12"
)

func lines(segments []x12.Segment) []string {
	var out []string
	for _, s := range segments {
		out = append(out, strings.TrimRight(s.String(), "*"))
	}
	return out
}

// edi.md 7: an acknowledgement echoes the inbound version and identifiers.
func TestFunctionalAck(t *testing.T) {
	second := strings.ReplaceAll(order, "0001~", "0002~")
	two := standardISA + gs + order + second + "GE*2*42~" + iea
	release5 := strings.NewReplacer("*U*00401", "*^*00501", "004010", "005010", "ST*850*0001~", "ST*850*0001*NF01~").Replace(sound)
	for name, c := range map[string]struct {
		in      string
		options x12.Options
		want    []string
	}{
		"accepted":           {in: sound, want: []string{"AK1*PO*42", "AK2*850*0001", "AK5*A", "AK9*A*1*1*1"}},
		"version 005010":     {in: release5, want: []string{"AK1*PO*42*005010", "AK2*850*0001*NF01", "AK5*A", "AK9*A*1*1*1"}},
		"one set rejected":   {in: strings.Replace(two, "SE*5*0002", "SE*7*0003", 1), want: []string{"AK1*PO*42", "AK2*850*0001", "AK5*A", "AK2*850*0002", "AK5*R*4*3", "AK9*P*2*2*1"}},
		"all rejected":       {in: strings.ReplaceAll(sound, "SE*5", "SE*6"), want: []string{"AK1*PO*42", "AK2*850*0001", "AK5*R*4", "AK9*R*1*1*0"}},
		"group count":        {in: strings.Replace(two, "GE*2", "GE*3", 1), want: []string{"AK1*PO*42", "AK2*850*0001", "AK5*R", "AK2*850*0002", "AK5*R", "AK9*R*3*2*0*5"}},
		"group control":      {in: strings.Replace(sound, "GE*1*42", "GE*1*41", 1), want: []string{"AK1*PO*42", "AK2*850*0001", "AK5*R", "AK9*R*1*1*0*4"}},
		"group trailer lost": {in: strings.Replace(sound, ge, "", 1), want: []string{"AK1*PO*42", "AK2*850*0001", "AK5*R", "AK9*R*1*1*0*3"}},
		"segments noted": {in: strings.NewReplacer("4711", "47\x0111", "CTT", "ctt").Replace(sound), options: x12.Options{Policy: x12.NoteErrors},
			want: []string{"AK1*PO*42", "AK2*850*0001", "AK3*BEG*2**8", "AK4*3**6", "AK5*E*5", "AK9*E*1*1*1"}},
		"segments rejected": {in: strings.Replace(sound, "4711", "47\x0111", 1), want: []string{"AK1*PO*42", "AK2*850*0001", "AK3*BEG*2**8", "AK4*3**6", "AK5*R*5", "AK9*R*1*1*0"}},
		"checked by schema": {in: sound, options: x12.Options{Checker: &currency{}},
			want: []string{"AK1*PO*42", "AK2*850*0001", "AK3*CUR*3**3", "AK5*R*5", "AK9*R*1*1*0"}},
	} {
		t.Run(name, func(t *testing.T) {
			g := check(t, c.in, c.options).Interchanges[0].Groups[0]
			segments, ok := x12.FunctionalAck(g)
			require.True(t, ok)
			assert.Equal(t, c.want, lines(segments))
		})
	}
}

// edi.md 7: a 997 is never acknowledged.
func TestAcknowledgementsAreNotAcknowledged(t *testing.T) {
	in := standardISA + strings.Replace(gs, "GS*PO", "GS*FA", 1) + "ST*997*0001~AK1*IN*7~AK9*A*1*1*1~SE*4*0001~" + ge + iea
	ic := check(t, in, x12.Options{}).Interchanges[0]
	_, ok := x12.FunctionalAck(ic.Groups[0])
	assert.False(t, ok)
	var out bytes.Buffer
	w, err := x12.NewWriter(&out, x12.WriterConfig{})
	require.NoError(t, err)
	groups, replied, err := x12.Reply(w, ic, x12.ReplyConfig{Control: "1", GroupControl: 1})
	require.NoError(t, err)
	assert.False(t, replied)
	assert.Zero(t, groups)
	assert.Empty(t, out.String())
}

func TestInterchangeAck(t *testing.T) {
	for name, c := range map[string]struct {
		in      string
		lenient bool
		want    string
	}{
		"accepted":           {in: sound, want: "TA1*000000042*260327*1030*A*000"},
		"a set is bad":       {in: strings.Replace(sound, "SE*5", "SE*6", 1), want: "TA1*000000042*260327*1030*A*000"},
		"count":              {in: strings.Replace(sound, "IEA*1", "IEA*2", 1), want: "TA1*000000042*260327*1030*R*021"},
		"control":            {in: strings.Replace(sound, iea, "IEA*1*000000043~", 1), want: "TA1*000000042*260327*1030*R*001"},
		"cut":                {in: strings.Replace(sound, iea, "", 1), want: "TA1*000000042*260327*1030*R*023"},
		"length":             {in: strings.Replace(sound, "987654321      ", "987654321", 1), want: "TA1*000000042*260327*1030*R*022"},
		"length, leniently":  {in: strings.Replace(sound, "987654321      ", "987654321", 1), lenient: true, want: "TA1*000000042*260327*1030*E*022"},
		"usage is a warning": {in: strings.Replace(sound, "*0*P*", "*0*Q*", 1), want: "TA1*000000042*260327*1030*E*020"},
	} {
		t.Run(name, func(t *testing.T) {
			ic := check(t, c.in, x12.Options{Lenient: c.lenient}).Interchanges[0]
			assert.Equal(t, c.want, x12.InterchangeAck(ic).String())
		})
	}
}

func TestReply(t *testing.T) {
	groups := strings.NewReplacer("*0*P*>", "*1*P*>").Replace(standardISA) + gs + order + ge +
		strings.Replace(gs, "*42*X", "*43*X", 1) + order + "GE*1*43~" +
		"GS*FA*1*2*20260327*1030*44*X*004010~ST*997*0001~AK1*IN*7~AK9*A*1*1*1~SE*4*0001~GE*1*44~IEA*3*000000042~"
	reply := func(in string) (string, int, bool) {
		var out bytes.Buffer
		w, err := x12.NewWriter(&out, x12.WriterConfig{LineBreak: "\n"})
		require.NoError(t, err)
		at := time.Date(2026, 3, 27, 11, 5, 0, 0, time.UTC)
		n, replied, err := x12.Reply(w, check(t, in, x12.Options{}).Interchanges[0], x12.ReplyConfig{Control: "900", GroupControl: 70, At: at})
		require.NoError(t, err)
		return out.String(), n, replied
	}
	text, n, replied := reply(groups)
	assert.True(t, replied)
	assert.Equal(t, 2, n)
	assert.Equal(t, `ISA*00*          *00*          *14*987654321      *01*123456789      *260327*1105*U*00401*000000900*0*P*>~
TA1*000000042*260327*1030*A*000~
GS*FA*987654321*123456789*20260327*1105*70*X*004010~
ST*997*0001~
AK1*PO*42~
AK2*850*0001~
AK5*A~
AK9*A*1*1*1~
SE*6*0001~
GE*1*70~
GS*FA*987654321*123456789*20260327*1105*71*X*004010~
ST*997*0001~
AK1*PO*43~
AK2*850*0001~
AK5*A~
AK9*A*1*1*1~
SE*6*0001~
GE*1*71~
IEA*2*000000900~
`, text)
	assert.True(t, check(t, text, x12.Options{}).OK())

	text, n, replied = reply(strings.Replace(sound, iea, "", 1))
	assert.True(t, replied, "a rejected interchange is answered though no TA1 was asked for")
	assert.Zero(t, n)
	assert.Contains(t, text, "TA1*000000042*260327*1030*R*023~\nIEA*0*000000900~\n")
}

// An interchange is answered whatever the date of its ISA holds.
func TestInterchangeAckRepeatsWhatItCan(t *testing.T) {
	ic := &x12.Interchange{Header: x12.Header{Control: "000000001", Date: "060\n7*", Time: "0815"}}
	assert.Equal(t, "TA1*000000001*0607*0815*A*000", x12.InterchangeAck(ic).String())
}
