package cli

import (
	"bytes"
	"fmt"
	"io"
	"strconv"

	"github.com/o2ckit/o2c/edi/x12"
)

// generated makes n purchase orders, twenty to a file, always the same ones.
func generated(n int) []input {
	const perFile = 20
	var files []input
	for from := 0; from < n; from += perFile {
		to := min(from+perFile, n)
		files = append(files, input{name: fmt.Sprintf("generated-%06d.x12", from/perFile+1), open: func() (io.ReadCloser, error) {
			var b bytes.Buffer
			err := generate(&b, from, to)
			return io.NopCloser(&b), err
		}})
	}
	return files
}

// generate writes an interchange with the purchase orders from one number to
// another.
func generate(out io.Writer, from, to int) error {
	w, err := x12.NewWriter(out, x12.WriterConfig{LineBreak: "\n"})
	if err != nil {
		return err
	}
	control := strconv.Itoa(10_000 + from)
	if err := w.BeginInterchange(x12.Header{
		SenderQualifier: "01", Sender: "123456789", ReceiverQualifier: "ZZ", Receiver: "MERIDIAN",
		Date: "260330", Time: "0815", Version: "00401", Control: control, Usage: "T",
	}); err != nil {
		return err
	}
	if err := w.BeginGroup(x12.GroupHeader{
		FunctionalID: "PO", Sender: "123456789", Receiver: "MERIDIAN", Date: "20260330", Time: "0815", Control: control, Version: "004010",
	}); err != nil {
		return err
	}
	for n := from; n < to; n++ {
		if err := w.BeginSet("850", fmt.Sprintf("%04d", n-from+1), ""); err != nil {
			return err
		}
		if err := w.Write(purchaseOrder(n)...); err != nil {
			return err
		}
		if err := w.EndSet(); err != nil {
			return err
		}
	}
	if err := w.EndGroup(); err != nil {
		return err
	}
	return w.EndInterchange()
}

// purchaseOrder is the nth generated order: one to five lines.
func purchaseOrder(n int) []x12.Segment {
	items := []string{"HAM-16", "NAIL-8D", "GLOVE-L", "TAPE-5M", "BATT-AA"}
	s := x12.NewSegment
	segments := []x12.Segment{
		s("BEG", "00", "SA", fmt.Sprintf("G%07d", n+1), "", "20260330"), s("CUR", "BY", "USD"), s("REF", "DP", "041"),
		s("N1", "BY", "Bigbox Stores", "1", "123456789"), s("N1", "ST", "Bigbox store", "92", fmt.Sprintf("%04d", n%400)),
		s("N3", "1 Commerce Way"), s("N4", "Columbus", "OH", "43215", "US"),
	}
	lines, sum := 1+n%5, 0
	for i := range lines {
		quantity := 1 + (n*7+i*3)%24
		sum += quantity
		segments = append(segments, s("PO1", strconv.Itoa(i+1), strconv.Itoa(quantity), "EA", "", "", "VN", items[(n+i)%len(items)]))
	}
	return append(segments, s("CTT", strconv.Itoa(lines), strconv.Itoa(sum)))
}
