package x12_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/internal/edisample"
)

func BenchmarkReadX12(b *testing.B) {
	data := edisample.X12(50 << 20)
	source := bytes.NewReader(data)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		source.Reset(data)
		r := x12.NewReader(source, x12.Options{})
		elements := 0
		for {
			token, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			elements += token.Len()
		}
		require.NotZero(b, elements)
	}
}

// BenchmarkValidate850: envelope and schema, all that a check can say.
func BenchmarkValidate850(b *testing.B) {
	data := edisample.X12(50 << 20)
	source := bytes.NewReader(data)
	options := x12.Options{Checker: x12.NewSchemaChecker(x12.SchemaConfig{})}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		source.Reset(data)
		report, err := x12.Check(source, options)
		require.NoError(b, err)
		require.True(b, report.OK(), "the orders keep to the schema")
	}
}

// BenchmarkCheck: the envelope checks on top of reading.
func BenchmarkCheck(b *testing.B) {
	data := edisample.X12(50 << 20)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if err := x12.Walk(bytes.NewReader(data), x12.Options{}, x12.Handler{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkWalk: with each set kept and handed over.
func BenchmarkWalk(b *testing.B) {
	data := edisample.X12(50 << 20)
	handler := x12.Handler{Set: func(set *x12.Set) error {
		if len(set.Segments) == 0 {
			return errors.New("no segments")
		}
		return nil
	}}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if err := x12.Walk(bytes.NewReader(data), x12.Options{}, handler); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkWrite: segments that exist, with envelopes and checks.
func BenchmarkWrite(b *testing.B) {
	data := edisample.X12(5 << 20)
	report, err := x12.Read(bytes.NewReader(data), x12.Options{})
	require.NoError(b, err)
	ic := report.Interchanges[0]
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		w, err := x12.NewWriter(io.Discard, x12.WriterConfig{LineBreak: "\r\n"})
		require.NoError(b, err)
		require.NoError(b, w.BeginInterchange(ic.Header))
		require.NoError(b, w.BeginGroup(ic.Groups[0].GroupHeader))
		for _, s := range ic.Groups[0].Sets {
			err := errors.Join(w.BeginSet(s.ID, s.Control, ""), w.Write(s.Body()...), w.EndSet())
			if err != nil {
				b.Fatal(err)
			}
		}
		require.NoError(b, w.EndGroup())
		require.NoError(b, w.EndInterchange())
	}
}

// BenchmarkWriteMade: segments made anew, as a mapping does.
func BenchmarkWriteMade(b *testing.B) {
	w, err := x12.NewWriter(io.Discard, x12.WriterConfig{})
	require.NoError(b, err)
	require.NoError(b, w.BeginInterchange(sampleHeader("00401")))
	require.NoError(b, w.BeginGroup(sampleGroup()))
	require.NoError(b, w.BeginSet("810", "0001", ""))
	line := []string{"1", "60", "EA", "2.5", "", "UP", "012345670017", "VN", "BR-10"}
	b.SetBytes(int64(len("IT1*1*60*EA*2.5**UP*012345670017*VN*BR-10~")))
	b.ReportAllocs()
	for b.Loop() {
		if err := w.Write(x12.NewSegment("IT1", line...)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkWriteSmallInterchange: a writer for each interchange of one short
// set, as a desk sends its answers.
func BenchmarkWriteSmallInterchange(b *testing.B) {
	set := []x12.Segment{
		x12.NewSegment("BIG", "20260401", "INV-1", "", "NF-20417"), x12.NewSegment("N1", "ST", "Northfield", "92", "0001"),
		x12.NewSegment("IT1", "1", "60", "EA", "2.5", "", "UP", "012345670017"), x12.NewSegment("TDS", "15000"), x12.NewSegment("CTT", "1"),
	}
	b.ReportAllocs()
	for b.Loop() {
		w, err := x12.NewWriter(io.Discard, x12.WriterConfig{LineBreak: "\n"})
		if err != nil {
			b.Fatal(err)
		}
		err = errors.Join(w.BeginInterchange(sampleHeader("00401")), w.BeginGroup(sampleGroup()), w.BeginSet("810", "0001", ""),
			w.Write(set...), w.EndSet(), w.EndGroup(), w.EndInterchange())
		if err != nil {
			b.Fatal(err)
		}
	}
}
