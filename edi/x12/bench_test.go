package x12_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/x12"
)

// purchaseOrders generates an interchange of 850s of at least the given size:
// short and long orders, addresses, allowances, lines with several product ids.
func purchaseOrders(size int) []byte {
	var b bytes.Buffer
	b.WriteString("ISA*00*          *00*          *01*123456789      *14*987654321      *260327*1030*U*00401*000000042*0*P*>~\r\n" +
		"GS*PO*123456789*987654321*20260327*1030*42*X*004010~\r\n")
	sets := 0
	for ; b.Len() < size; sets++ {
		segments := 0
		add := func(format string, args ...any) {
			fmt.Fprintf(&b, format+"~\r\n", args...)
			segments++
		}
		add("ST*850*%04d", sets+1)
		add("BEG*00*SA*PO-%07d**20260327", sets)
		add("REF*DP*0%d", sets%90+10)
		add("REF*IA*0048213")
		add("PER*BD*Purchasing desk*TE*5550100*EM*orders@example.com")
		add("FOB*PP*OR*Origin dock 4")
		add("ITD*01*3*2**10**30*****2 percent 10 days, net 30")
		add("DTM*002*20260410")
		add("DTM*010*20260403")
		add("N1*ST*Northfield Distribution Centre*92*0%03d", sets%400)
		add("N3*4100 Industrial Parkway*Building C")
		add("N4*Northfield*MN*55057*US")
		lines := 3 + sets%17
		for i := range lines {
			add("PO1*%d*%d*EA*%d.%02d**UP*01234567%04d*VN*SKU-%05d*IN*%08d", i+1, 12*(i+1), i+3, i*7%100, i, i*31, i*9173)
			add("PID*F****Bracket, galvanised steel, %d mm", 10+i)
			if i%3 == 0 {
				add("PO4*12*1*EA**G*%d.5*LB", i+2)
				add("SAC*A*C310***%d*3*%d*****02***Quantity allowance", 500+i, i%5)
			}
		}
		add("CTT*%d", lines)
		fmt.Fprintf(&b, "SE*%d*%04d~\r\n", segments+1, sets+1)
	}
	fmt.Fprintf(&b, "GE*%d*42~\r\nIEA*1*000000042~\r\n", sets)
	return b.Bytes()
}

func BenchmarkReadX12(b *testing.B) {
	data := purchaseOrders(50 << 20)
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
	data := purchaseOrders(50 << 20)
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
	data := purchaseOrders(50 << 20)
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
	data := purchaseOrders(50 << 20)
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
	data := purchaseOrders(5 << 20)
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
