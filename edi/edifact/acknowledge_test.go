package edifact_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/schema"
)

func withSchema(policy edifact.Policy) edifact.Options {
	return edifact.Options{Policy: policy, Checker: edifact.NewSchemaChecker(edifact.SchemaConfig{})}
}

const order = "UNH+1+ORDERS:D:96A:UN'BGM+220+A?+1+9'DTM+137:20260327:102'NAD+BY+4012345500004::9'" +
	"LIN+1++4000862141404:EN'QTY+21:12'UNS+S'UNT+8+1'"

func TestSchemaChecker(t *testing.T) {
	check := func(was, is string) []edifact.Fault {
		text := unb + strings.Replace(order, was, is, 1) + "UNZ+1+7'"
		r, err := edifact.Check(strings.NewReader(text), withSchema(edifact.RejectErrors))
		require.NoError(t, err)
		return r.Messages()[0].Faults
	}
	assert.Empty(t, check("", ""), "a released separator is no separator")

	found := check("QTY+21:12'", "QTY+21:twelve'")
	require.Len(t, found, 1)
	f := found[0]
	assert.Equal(t, []any{schema.CodeElementType, "0085:37", edifact.Failure, "QTY", 6, 1, 2, "twelve"},
		[]any{f.Code, f.Standard.String(), f.Severity, f.Segment, f.SegmentNo, f.Element, f.Component, f.Value})
	text := unb + strings.Replace(order, "QTY+21:12'", "QTY+21:twelve'", 1)
	assert.True(t, strings.HasPrefix(text[f.Offset:], "twelve") || strings.HasPrefix(text[f.Offset:], "21:twelve"), "%s", text[f.Offset:])

	found = check("UNS+S'UNT+8", "UNT+7")
	require.NotEmpty(t, found)
	assert.Equal(t, []any{schema.CodeSegmentMissing, "0085:13", "UNS"}, []any{found[0].Code, found[0].Standard.String(), found[0].Segment})

	found = check("ORDERS:D:96A", "ORDERS:D:97A")
	require.NotEmpty(t, found)
	assert.Equal(t, []any{edifact.CodeSchemaVersion, edifact.Warning}, []any{found[0].Code, found[0].Severity})
	found = check("ORDERS:D:96A", "NOSUCH:D:96A")
	require.Len(t, found, 1)
	assert.Equal(t, []any{edifact.CodeSchemaMessage, edifact.Warning}, []any{found[0].Code, found[0].Severity})

	coded := strings.NewReplacer("BGM+220", "BGM+50E", "96A:UN'", "96A:UN:EAN008'")
	found = check(order, coded.Replace(order))
	require.Len(t, found, 1, "a guide has codes of its own")
	assert.Equal(t, []any{schema.CodeElementCode, edifact.Warning, "50E"}, []any{found[0].Code, found[0].Severity, found[0].Value})
	found = check("BGM+220", "BGM+50E")
	require.Len(t, found, 1)
	assert.Equal(t, edifact.Failure, found[0].Severity)

	release, err := schema.Embedded(schema.EDIFACT, "D96A")
	require.NoError(t, err)
	overlay, err := schema.ParseOverlay([]byte("overlay a partner's own\nat ORDERS */FTX required\n"))
	require.NoError(t, err)
	strict, err := release.With(overlay)
	require.NoError(t, err)
	checker := edifact.NewSchemaChecker(edifact.SchemaConfig{Choose: func(m *edifact.Message) *schema.Release {
		assert.Equal(t, "ORDERS", m.ID)
		return strict
	}})
	r, err := edifact.Check(strings.NewReader(unb+order+"UNZ+1+7'"), edifact.Options{Checker: checker})
	require.NoError(t, err)
	assert.False(t, r.OK())
}

// The CONTRL of an interchange tells each level what it has to know.
func TestAcknowledge(t *testing.T) {
	const parties = "+4012345500004:14+5412345000013:14:R1"
	second := strings.NewReplacer("UNH+1", "UNH+2", "UNT+8+1", "UNT+8+2").Replace(order)
	for name, c := range map[string]struct {
		text   string
		policy edifact.Policy
		want   []string
	}{
		"all is well": {order + second + "UNZ+2+7'", 0, []string{"UCI+7" + parties + "+7", "UCM+1+ORDERS:D:96A:UN+7", "UCM+2+ORDERS:D:96A:UN+7"}},
		"a value":     {strings.Replace(order, "21:12", "21:twelve", 1) + second + "UNZ+2+7'", 0, []string{"UCI+7" + parties + "+7", "UCM+1+ORDERS:D:96A:UN+4", "UCS+6", "UCD+37+2:2", "UCM+2+ORDERS:D:96A:UN+7"}},
		"a value, noted": {strings.Replace(order, "21:12", "21:twelve", 1) + "UNZ+1+7'", edifact.NoteErrors,
			[]string{"UCI+7" + parties + "+7", "UCM+1+ORDERS:D:96A:UN+7", "UCS+6", "UCD+37+2:2"}},
		"a segment missing": {strings.Replace(order, "UNS+S'UNT+8", "UNT+7", 1) + "UNZ+1+7'", 0, []string{"UCI+7" + parties + "+7", "UCM+1+ORDERS:D:96A:UN+4", "UCS+7+13"}},
		"a count":           {strings.Replace(order, "UNT+8", "UNT+9", 1) + "UNZ+1+7'", 0, []string{"UCI+7" + parties + "+7", "UCM+1+ORDERS:D:96A:UN+4+29+UNT+2"}},
		"the interchange":   {order + "UNZ+2+7'", 0, []string{"UCI+7" + parties + "+4+29+UNZ+2"}},
		"a group":           {"UNG+ORDERS+A+B+260327:1105+G+UN+D:96A'" + order + "UNE+2+G'UNZ+1+7'", 0, []string{"UCI+7" + parties + "+7", "UCF+G+A+B+4+29+UNE+2"}},
		"a group that is well": {"UNG+ORDERS+A+B+260327:1105+G+UN+D:96A'" + order + "UNE+1+G'UNZ+1+7'", 0,
			[]string{"UCI+7" + parties + "+7", "UCF+G+A+B+7", "UCM+1+ORDERS:D:96A:UN+7"}},
		"no messages":  {"UNZ+0+7'", 0, []string{"UCI+7" + parties + "+7"}},
		"a CONTRL":     {"UNH+1+CONTRL:D:3:UN'UCI+1+A+B+8'UNT+3+1'UNZ+1+7'", 0, nil},
		"a bad CONTRL": {"UNH+1+CONTRL:D:3:UN'UCI+1+A+B+8'UNT+4+1'UNZ+1+7'", 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := edifact.Check(strings.NewReader(unb+c.text), withSchema(c.policy))
			require.NoError(t, err)
			segments, ok := edifact.Acknowledge(r.Interchanges[0])
			assert.Equal(t, c.want != nil, ok)
			assert.Equal(t, c.want, texts(segments), "%v", allFaults(r))

			var out bytes.Buffer
			w, err := edifact.NewWriter(&out, edifact.WriterConfig{UNA: true})
			require.NoError(t, err)
			written, err := edifact.Reply(w, r.Interchanges[0], edifact.ReplyConfig{Control: "99", At: time.Date(2026, 3, 27, 11, 30, 0, 0, time.UTC)})
			require.NoError(t, err)
			require.Equal(t, ok, written)
			if !written {
				assert.Empty(t, out.String())
				return
			}
			assert.True(t, strings.HasPrefix(out.String(), "UNA:+.? 'UNB+UNOC:3+5412345000013:14:R1+4012345500004:14+260327:1130+99+++++EANCOM+1'UNH+1+CONTRL:D:3:UN'UCI+"), out.String())
			answer, err := edifact.Read(bytes.NewReader(out.Bytes()), withSchema(0))
			require.NoError(t, err)
			assert.True(t, answer.OK(), "%v", allFaults(answer))
			_, ok = edifact.Acknowledge(answer.Interchanges[0])
			assert.False(t, ok, "a CONTRL is never acknowledged")
		})
	}
}

func TestWriteInterchange(t *testing.T) {
	h := edifact.Header{SyntaxID: "UNOC", SyntaxVersion: "3", Sender: edifact.Party{ID: "A", Qualifier: "ZZ"}, Recipient: edifact.Party{ID: "B"},
		Date: "260327", Time: "1105", Control: "7", Test: true}
	m := edifact.MessageHeader{Control: "1", ID: "ORDERS", Version: "D", Release: "96A", Agency: "UN", Association: "EAN008"}
	note := edifact.NewSegment("FTX", edifact.Simple("AAI"), edifact.Element{}, edifact.Element{}, edifact.Simple("it's für 5 + 5"))
	var out bytes.Buffer
	w, err := edifact.NewWriter(&out, edifact.WriterConfig{})
	require.NoError(t, err)
	require.NoError(t, w.BeginInterchange(h))
	require.NoError(t, w.BeginMessage(m))
	require.NoError(t, w.Write(note))
	require.NoError(t, w.EndMessage())
	require.NoError(t, w.EndInterchange())
	h.SyntaxVersion = "4"
	require.NoError(t, w.BeginInterchange(h))
	require.NoError(t, w.BeginGroup(edifact.GroupHeader{MessageType: "ORDERS", Control: "G", Agency: "UN"}))
	require.NoError(t, w.BeginMessage(m))
	require.NoError(t, w.Write(edifact.NewSegment("FTX", edifact.Repeat(edifact.Simple("a*"), edifact.Simple("b")))))
	require.NoError(t, w.EndMessage())
	require.NoError(t, w.EndGroup())
	require.NoError(t, w.EndInterchange())
	assert.Equal(t, "UNB+UNOC:3+A:ZZ+B+260327:1105+7++++++1'UNH+1+ORDERS:D:96A:UN:EAN008'FTX+AAI+++it?'s f\xFCr 5 ?+ 5'UNT+3+1'UNZ+1+7'"+
		"UNB+UNOC:4+A:ZZ+B+260327:1105+7++++++1'UNG+ORDERS++++G+UN'UNH+1+ORDERS:D:96A:UN:EAN008'FTX+a?**b'UNT+3+1'UNE+1+G'UNZ+1+7'", out.String())
	r := read(t, out.String())
	require.True(t, r.OK(), "%v", allFaults(r))
	assert.True(t, r.Messages()[0].Body()[0].Equal(note))

	var value *edifact.ValueError
	h.SyntaxID, h.SyntaxVersion = "UNOA", "3"
	require.NoError(t, w.BeginInterchange(h))
	assert.ErrorIs(t, w.BeginInterchange(h), edifact.ErrOrder)
	assert.ErrorIs(t, w.Write(note), edifact.ErrOrder)
	assert.ErrorIs(t, w.EndMessage(), edifact.ErrOrder)
	assert.ErrorIs(t, w.EndGroup(), edifact.ErrOrder)
	require.NoError(t, w.BeginMessage(m))
	assert.ErrorIs(t, w.Write(edifact.NewSegment("UNT")), edifact.ErrOrder)
	assert.ErrorAs(t, w.Write(note), &value, "UNOA has no small letters")
	require.NoError(t, w.EndMessage())
	require.NoError(t, w.EndInterchange())

	for name, change := range map[string]func(*edifact.Header){
		"a set that is none": func(h *edifact.Header) { h.SyntaxID = "UNOZ" }, "a version": func(h *edifact.Header) { h.SyntaxVersion = "5" },
		"no sender": func(h *edifact.Header) { h.Sender = edifact.Party{} }, "no recipient": func(h *edifact.Header) { h.Recipient.ID = "" },
		"no date": func(h *edifact.Header) { h.Date = "26" }, "a reference": func(h *edifact.Header) { h.Control = "123456789012345" },
	} {
		wrong := h
		change(&wrong)
		before := out.Len()
		assert.ErrorAs(t, w.BeginInterchange(wrong), &value, name)
		assert.Equal(t, before, out.Len())
	}
}

func ExampleReply() {
	received := "UNB+UNOC:3+BUYER+SELLER+260327:1105+7'UNH+1+ORDERS:D:96A:UN'BGM+220'UNT+4+1'UNZ+1+7'"
	report, err := edifact.Check(strings.NewReader(received), edifact.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	w, err := edifact.NewWriter(os.Stdout, edifact.WriterConfig{LineBreak: "\n"})
	if err != nil {
		fmt.Println(err)
		return
	}
	at := time.Date(2026, 3, 27, 11, 30, 0, 0, time.UTC)
	if _, err := edifact.Reply(w, report.Interchanges[0], edifact.ReplyConfig{Control: "1", At: at}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// UNB+UNOC:3+SELLER+BUYER+260327:1130+1'
	// UNH+1+CONTRL:D:3:UN'
	// UCI+7+BUYER+SELLER+7'
	// UCM+1+ORDERS:D:96A:UN+4+29+UNT+2'
	// UNT+4+1'
	// UNZ+1+1'
}
