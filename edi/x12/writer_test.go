package x12_test

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/internal/edisample"
)

func sampleHeader(version string) x12.Header {
	return x12.Header{SenderQualifier: "01", Sender: "987654321", ReceiverQualifier: "14", Receiver: "123456789",
		Date: "260401", Time: "1415", Version: version, Control: "7", Usage: "P"}
}

func sampleGroup() x12.GroupHeader {
	return x12.GroupHeader{FunctionalID: "IN", Sender: "987654321", Receiver: "123456789",
		Date: "20260401", Time: "1415", Control: "12", Version: "004010"}
}

// writeInvoice writes an interchange with one set of the segments.
func writeInvoice(config x12.WriterConfig, version string, segments ...x12.Segment) (string, error) {
	var out bytes.Buffer
	w, err := x12.NewWriter(&out, config)
	if err != nil {
		return "", err
	}
	for _, step := range []func() error{
		func() error { return w.BeginInterchange(sampleHeader(version)) },
		func() error { return w.BeginGroup(sampleGroup()) },
		func() error { return w.BeginSet("810", "0001", "") },
		func() error { return w.Write(segments...) },
		w.EndSet, w.EndGroup, w.EndInterchange,
	} {
		if err := step(); err != nil {
			return out.String(), err
		}
	}
	return out.String(), nil
}

func written(t *testing.T, config x12.WriterConfig, version string, segments ...x12.Segment) string {
	t.Helper()
	text, err := writeInvoice(config, version, segments...)
	require.NoError(t, err)
	return text
}

func TestWriterCountsAndFillsTheEnvelope(t *testing.T) {
	got := written(t, x12.WriterConfig{LineBreak: "\r\n"}, "00401",
		x12.NewSegment("BIG", "20260401", "INV-1", "", "NF-20417", "", "", ""), x12.NewSegment("TDS", "21801"))
	want := "ISA*00*          *00*          *01*987654321      *14*123456789      *260401*1415*U*00401*000000007*0*P*>~\r\n" +
		"GS*IN*987654321*123456789*20260401*1415*12*X*004010~\r\n" +
		"ST*810*0001~\r\nBIG*20260401*INV-1**NF-20417~\r\nTDS*21801~\r\nSE*4*0001~\r\n" +
		"GE*1*12~\r\nIEA*1*000000007~\r\n"
	assert.Equal(t, want, got)
	assert.True(t, check(t, got, x12.Options{}).OK())
}

func TestWriterUsesTheDelimitersOfChoice(t *testing.T) {
	segment := x12.NewSegment("REF", "CN", x12.Repeat(x12.Composite("A", "", "B", ""), "C"))
	got := written(t, x12.WriterConfig{Delimiters: x12.Delimiters{Element: '|', Component: ':', Repetition: '!', Segment: '\n'}}, "00501", segment)
	assert.Contains(t, got, "|260401|1415|!|00501|000000007|0|P|:\n")
	assert.Contains(t, got, "\nREF|CN|A::B!C\n")
	set := check(t, got, x12.Options{}).Sets()[0]
	assert.Equal(t, []string{"A", "", "B"}, set.Segments[1].Components(2))
	again := written(t, x12.WriterConfig{}, "00501", set.Body()...)
	assert.Contains(t, again, "~REF*CN*A>>B^C~", "separators are translated from those it was read with")
}

// X12 has no escape: data that contains a delimiter is an error.
func TestDataThatCannotBeWritten(t *testing.T) {
	for name, c := range map[string]struct {
		config  x12.WriterConfig
		version string
		value   string
		reason  string
	}{
		"element separator":      {value: "A*B", reason: "'*' is the element separator"},
		"terminator":             {value: "A~", reason: "'~' is the segment terminator"},
		"component separator":    {value: ">A", reason: "'>' is the component separator"},
		"repetition separator":   {version: "00501", value: "A^B", reason: "'^' is the repetition separator"},
		"line break":             {value: "A\nB", reason: `'\n' is not in the agreed character set`},
		"beyond ASCII":           {value: "Küche", reason: "is not in the agreed character set"},
		"lower case in basic":    {config: x12.WriterConfig{Charset: x12.BasicCharset}, value: "Ab", reason: "'b' is not in the agreed character set"},
		"repeats before 00402":   {value: x12.Repeat("A", "B"), reason: "repeat from version 00402"},
		"separator of a segment": {value: "\x1D", reason: "is not in the agreed character set"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.version == "" {
				c.version = "00401"
			}
			_, err := writeInvoice(c.config, c.version, x12.NewSegment("BIG", "20260401"), x12.NewSegment("NTE", "", c.value))
			var failed *x12.WriteError
			require.ErrorAs(t, err, &failed)
			assert.Equal(t, []any{"NTE", 3, 2, c.value}, []any{failed.Segment, failed.SegmentNo, failed.Element, failed.Value})
			assert.Contains(t, failed.Reason, c.reason)
		})
	}
	assert.Contains(t, written(t, x12.WriterConfig{Charset: x12.AnyCharset}, "00401", x12.NewSegment("NTE", "", "Küche")), "NTE**Küche~")
	assert.Contains(t, written(t, x12.WriterConfig{}, "00401", x12.NewSegment("NTE", "", "A^B")), "NTE**A^B~", "before 00402 it is data")
}

func TestNothingOfARefusedSegmentIsWritten(t *testing.T) {
	var out bytes.Buffer
	w, err := x12.NewWriter(&out, x12.WriterConfig{})
	require.NoError(t, err)
	require.NoError(t, w.BeginInterchange(sampleHeader("00401")))
	require.NoError(t, w.BeginGroup(sampleGroup()))
	require.NoError(t, w.BeginSet("810", "0001", ""))
	require.Error(t, w.Write(x12.NewSegment("NTE", "ok", "bad~")))
	require.Error(t, w.Write(x12.NewSegment("nte", "ok")))
	require.NoError(t, w.Write(x12.NewSegment("NTE", "", "good")))
	require.NoError(t, w.EndSet())
	require.NoError(t, w.EndGroup())
	require.NoError(t, w.EndInterchange())
	assert.Contains(t, out.String(), "ST*810*0001~NTE**good~SE*3*0001~")
}

func TestHeaderThatCannotBeWritten(t *testing.T) {
	for name, c := range map[string]struct {
		change  func(*x12.Header)
		element int
	}{
		"sender too long":    {func(h *x12.Header) { h.Sender = "1234567890123456" }, 6},
		"no receiver":        {func(h *x12.Header) { h.Receiver = "" }, 8},
		"date":               {func(h *x12.Header) { h.Date = "260230" }, 9},
		"eight digits":       {func(h *x12.Header) { h.Date = "20260401" }, 9},
		"time":               {func(h *x12.Header) { h.Time = "2460" }, 10},
		"version":            {func(h *x12.Header) { h.Version = "401" }, 12},
		"control":            {func(h *x12.Header) { h.Control = "A1" }, 13},
		"no control":         {func(h *x12.Header) { h.Control = "" }, 13},
		"usage":              {func(h *x12.Header) { h.Usage = "" }, 15},
		"delimiter in value": {func(h *x12.Header) { h.Sender = "A*B" }, 6},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			w, err := x12.NewWriter(&out, x12.WriterConfig{})
			require.NoError(t, err)
			h := sampleHeader("00401")
			c.change(&h)
			var failed *x12.WriteError
			require.ErrorAs(t, w.BeginInterchange(h), &failed)
			assert.Equal(t, c.element, failed.Element)
			require.NoError(t, w.Flush())
			assert.Empty(t, out.String())
		})
	}
}

func TestWriterRefusesWhatIsOutOfOrder(t *testing.T) {
	w, err := x12.NewWriter(&bytes.Buffer{}, x12.WriterConfig{})
	require.NoError(t, err)
	require.ErrorIs(t, w.EndInterchange(), x12.ErrOrder)
	require.ErrorIs(t, w.BeginGroup(sampleGroup()), x12.ErrOrder)
	require.ErrorIs(t, w.Write(x12.NewSegment("BIG", "20260401")), x12.ErrOrder)
	require.NoError(t, w.BeginInterchange(sampleHeader("00401")))
	require.ErrorIs(t, w.BeginSet("810", "0001", ""), x12.ErrOrder)
	require.NoError(t, w.Write(x12.NewSegment("TA1", "000000001", "260401", "1415", "A", "000")))
	require.NoError(t, w.BeginGroup(sampleGroup()))
	require.ErrorIs(t, w.Write(x12.NewSegment("TA1", "000000001", "260401", "1415", "A", "000")), x12.ErrOrder)
	require.ErrorIs(t, w.EndInterchange(), x12.ErrOrder)
	require.Error(t, w.BeginSet("81", "0001", ""))
	require.Error(t, w.BeginSet("810", "1", ""))
	require.NoError(t, w.BeginSet("810", "0001", ""))
	require.ErrorIs(t, w.Write(x12.NewSegment("SE", "2", "0001")), x12.ErrOrder)
	assert.EqualError(t, w.EndGroup(), "x12: written out of order: GE is written within a group, not within a set")
}

func TestDelimitersThatCannotBeUsed(t *testing.T) {
	for name, d := range map[string]x12.Delimiters{
		"the same":      {Element: '*', Component: '*', Segment: '~'},
		"a letter":      {Element: 'A', Component: '>', Segment: '~'},
		"a blank":       {Element: ' ', Component: '>', Segment: '~'},
		"no component":  {Element: '*', Segment: '~'},
		"no terminator": {Element: '*', Component: '>'},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := x12.NewWriter(&bytes.Buffer{}, x12.WriterConfig{Delimiters: d})
			require.ErrorIs(t, err, x12.ErrDelimiters)
		})
	}
	_, err := x12.NewWriter(&bytes.Buffer{}, x12.WriterConfig{LineBreak: "\t"})
	require.Error(t, err)
	_, err = writeInvoice(x12.WriterConfig{Delimiters: x12.Delimiters{Element: '*', Component: '>', Segment: '~'}}, "00501")
	require.ErrorIs(t, err, x12.ErrDelimiters)
}

// edi.md 12: generated data read and written anew through the typed layer.
func TestRewriteGivesTheSameBytes(t *testing.T) {
	in := string(edisample.X12(200 << 10))
	report := check(t, in, x12.Options{})
	require.True(t, report.OK())
	ic := report.Interchanges[0]
	var out bytes.Buffer
	w, err := x12.NewWriter(&out, x12.WriterConfig{Delimiters: ic.Delimiters, LineBreak: "\r\n"})
	require.NoError(t, err)
	require.NoError(t, w.BeginInterchange(ic.Header))
	for _, g := range ic.Groups {
		require.NoError(t, w.BeginGroup(g.GroupHeader))
		for _, s := range g.Sets {
			require.NoError(t, w.BeginSet(s.ID, s.Control, s.ImplementationRef))
			require.NoError(t, w.Write(s.Body()...))
			require.NoError(t, w.EndSet())
		}
		require.NoError(t, w.EndGroup())
	}
	require.NoError(t, w.EndInterchange())
	require.True(t, in == out.String(), "the bytes differ")
}

// outlet takes what is written as it is told to.
type outlet struct {
	bytes.Buffer
	calls int
	fail  error // of every call but the first
	short bool
}

func (o *outlet) Write(p []byte) (int, error) {
	o.calls++
	if o.calls > 1 && o.fail != nil {
		return 0, o.fail
	}
	if o.short {
		p = p[:len(p)-1]
	}
	return o.Buffer.Write(p)
}

func TestWriterHandsOnBlocks(t *testing.T) {
	const lines = 1_000
	message := strings.Repeat("m", 200)
	write := func(to *outlet) error {
		w, err := x12.NewWriter(to, x12.WriterConfig{})
		require.NoError(t, err)
		require.NoError(t, w.BeginInterchange(sampleHeader("00401")))
		require.NoError(t, w.BeginGroup(sampleGroup()))
		require.NoError(t, w.BeginSet("810", "0001", ""))
		for i := range lines {
			var refused *x12.WriteError
			require.ErrorAs(t, w.Write(x12.NewSegment("MSG", message, "a*b")), &refused)
			if err := w.Write(x12.NewSegment("MSG", message, strings.Repeat("x", i))); err != nil {
				return err
			}
		}
		return errors.Join(w.EndSet(), w.EndGroup(), w.EndInterchange())
	}
	t.Run("whole", func(t *testing.T) {
		var to outlet
		require.NoError(t, write(&to))
		assert.Less(t, to.calls, to.Len()/(60<<10)+2)
		report, err := x12.Read(&to.Buffer, x12.Options{})
		require.NoError(t, err)
		require.True(t, report.OK())
		body := report.Sets()[0].Body()
		require.Len(t, body, lines)
		for i := range body {
			require.Equal(t, message, body[i].Value(1))
			require.Len(t, body[i].Value(2), i)
		}
	})
	t.Run("the output fails", func(t *testing.T) {
		full := errors.New("disk full")
		to := outlet{fail: full}
		require.ErrorIs(t, write(&to), full)
		assert.Equal(t, 2, to.calls)
	})
	t.Run("the output takes less", func(t *testing.T) {
		require.ErrorIs(t, write(&outlet{short: true}), io.ErrShortWrite)
	})
}

func TestWriterGoesNoFurtherAfterAnError(t *testing.T) {
	full := errors.New("disk full")
	to := outlet{fail: full, calls: 1}
	w, err := x12.NewWriter(&to, x12.WriterConfig{})
	require.NoError(t, err)
	require.NoError(t, w.BeginInterchange(sampleHeader("00401")))
	require.ErrorIs(t, w.Flush(), full)
	require.ErrorIs(t, w.Flush(), full)
	require.ErrorIs(t, w.BeginGroup(sampleGroup()), full)
	assert.Equal(t, 2, to.calls, "the output is not asked again")
}

// A desk makes a writer for each document that it sends.
func TestShortInterchangeTakesLittleMemory(t *testing.T) {
	const runs = 100
	segment := x12.NewSegment("BIG", "20260401", "INV-1")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range runs {
		_, err := writeInvoice(x12.WriterConfig{}, "00401", segment)
		require.NoError(t, err)
	}
	runtime.ReadMemStats(&after)
	assert.Less(t, (after.TotalAlloc-before.TotalAlloc)/runs, uint64(8<<10))
}

func TestSegmentAsText(t *testing.T) {
	s := x12.NewSegment("REF", "CN", x12.Repeat(x12.Composite("A", "B"), "C"))
	assert.Equal(t, "REF*CN*A>B^C", s.String())
	assert.Equal(t, []string{"A>B", "C"}, strings.Split(strings.ReplaceAll(s.Value(2), "\x1f", ">"), "\x1e"))
	assert.Equal(t, "B", s.Component(2, 2))
	assert.Empty(t, s.Component(2, 3))
	assert.Empty(t, s.Value(3))
	assert.Nil(t, s.Repetitions(3))
	assert.True(t, x12.Segment{}.IsZero())
	assert.Empty(t, x12.Segment{}.ID())
	assert.Empty(t, x12.Segment{}.String())
	assert.Zero(t, x12.Segment{}.Len())
}
