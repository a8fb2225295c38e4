package x12_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/x12"
)

func TestFaultIsTheSameAfterJSON(t *testing.T) {
	for name, f := range map[string]x12.Fault{
		"full": {Code: "schema.element.code", Standard: x12.Note{Element: "AK403", Code: "7"}, Severity: x12.Failure, Segment: "PO1",
			SegmentNo: 12, Element: 3, Component: 1, Repetition: 2, Reference: "355", Offset: 512, Value: "EX", Message: "no such unit", Fix: "use EA"},
		"without a code of the standard": {Code: "x12.empty", Severity: x12.Warning, Message: "nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := json.Marshal(f)
			require.NoError(t, err)
			var back x12.Fault
			require.NoError(t, json.Unmarshal(text, &back))
			assert.Equal(t, f, back)
		})
	}
	var f x12.Fault
	require.Error(t, json.Unmarshal([]byte(`{"severity":"fatal"}`), &f))
	require.Error(t, json.Unmarshal([]byte(`{"standard":"AK502"}`), &f))
	_, err := json.Marshal(x12.Fault{Severity: 9})
	require.Error(t, err)
}

func TestFaultOfASegment(t *testing.T) {
	set := check(t, sound, x12.Options{}).Sets()[0]
	line := set.Segments[2]
	f := line.Fault("map.unit", 3, "the unit is not known", "")
	assert.Equal(t, "error at offset 204, segment 3 PO103: the unit is not known (found \"EA\") [map.unit]", f.String())
	assert.Equal(t, []int{5, 3}, []int{line.Number(), line.NumberInSet()})
	assert.Equal(t, line.Offset()+int64(len("PO1*1*10*EA*2.50**UP*012345670017")), line.ElementOffset(99))
	assert.Equal(t, line.Offset(), line.ElementOffset(0))
	component := x12.Fault{Code: "c", Segment: "SLN", SegmentNo: 4, Element: 5, Component: 2, Message: "m"}
	assert.Equal(t, "warning at offset 0, segment 4 SLN05-2: m [c]", component.String())
}

func TestInterchangeAsJSON(t *testing.T) {
	ic := check(t, sound, x12.Options{}).Interchanges[0]
	text, err := json.Marshal(ic)
	require.NoError(t, err)
	assert.JSONEq(t, `{"standard":"X12","version":"00401","sender":"123456789","receiver":"987654321","control":"000000042",
		"status":"accepted","offset":0,"errors":[],"sets":[{"set":"850","control":"0001","group":"42","version":"004010",
		"status":"accepted","offset":158,"errors":[]}]}`, string(text))
	assert.Equal(t, 1, ic.Received())
	assert.Equal(t, 1, ic.Groups[0].Received())
	assert.Equal(t, 1, ic.Groups[0].AcceptedSets())
}

// position is a checker that is not content with a component.
type position struct{}

func (position) CheckSegment(_ *x12.Set, t *x12.Token) []x12.Fault {
	if !t.Is("PO1") {
		return nil
	}
	return []x12.Fault{{Code: "test", Standard: x12.Note{Element: "AK403", Code: "7"}, Severity: x12.Failure, Segment: "PO1",
		SegmentNo: t.NumberInSet(), Element: 3, Component: 1, Repetition: 2, Reference: "355", Value: "EA"}, {Code: "test",
		Standard: x12.Note{Element: "AK403", Code: "5"}, Severity: x12.Failure, Segment: "PO1",
		SegmentNo: t.NumberInSet(), Element: 7, Reference: "234", Value: "A*B"}}
}

func TestElementsAreNamedInTheAck(t *testing.T) {
	ic := check(t, sound, x12.Options{Checker: position{}}).Interchanges[0]
	segments, _ := x12.FunctionalAck(ic.Groups[0])
	assert.Equal(t, []string{"AK1*PO*42", "AK2*850*0001", "AK3*PO1*3**8", "AK4*3>1>2*355*7*EA", "AK4*7*234*5", "AK5*R*5", "AK9*R*1*1*0"}, lines(segments))
}

func TestReplyThatCannotBeWritten(t *testing.T) {
	for name, c := range map[string]struct {
		change [2]string
		config x12.ReplyConfig
		want   string
	}{
		"control number":   {[2]string{}, x12.ReplyConfig{Control: "A", GroupControl: 1}, "ISA13"},
		"group number":     {[2]string{}, x12.ReplyConfig{Control: "1", GroupControl: 1_000_000_000}, "GS06"},
		"delimiter in id":  {[2]string{"*42*X", "*42*^"}, x12.ReplyConfig{Control: "1", GroupControl: 1}, "GS07"},
		"no sender of it":  {[2]string{"GS*PO*123456789*", "GS*PO**"}, x12.ReplyConfig{Control: "1", GroupControl: 1}, "GS03"},
		"delimiter in set": {[2]string{"*0001~", "*00^1~"}, x12.ReplyConfig{Control: "1", GroupControl: 1}, "AK202"},
	} {
		t.Run(name, func(t *testing.T) {
			in := sound
			if c.change[0] != "" {
				in = strings.ReplaceAll(sound, c.change[0], c.change[1])
			}
			ic := check(t, in, x12.Options{}).Interchanges[0]
			d := x12.Delimiters{Element: '*', Component: '^', Segment: '~'}
			w, err := x12.NewWriter(&bytes.Buffer{}, x12.WriterConfig{Delimiters: d})
			require.NoError(t, err)
			_, written, err := x12.Reply(w, ic, c.config)
			require.ErrorContains(t, err, c.want)
			assert.False(t, written)
		})
	}
}

func TestStreamsOfAnotherKindAreNamed(t *testing.T) {
	for in, want := range map[string]string{
		"UNA:+.? '":        "this is EDIFACT, not X12",
		"\xFF\xFEI\x00":    "this looks like UTF-16 text",
		"From: a@b.c\r\n":  "an interchange begins with ISA; this is passed over",
		"{\"order\": 4711": "an interchange begins with ISA; this is passed over",
	} {
		report := check(t, in, x12.Options{})
		require.Len(t, report.Faults, 1)
		assert.Equal(t, want, report.Faults[0].Message)
	}
}
