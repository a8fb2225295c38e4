package mapping_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/internal/edisample"
	"github.com/o2ckit/o2c/order"
)

// BenchmarkMap850: 50 MB of interchanges from their bytes to orders, in the shapes of
// five trades; envelopes are checked, the content is not held to a schema.
func BenchmarkMap850(b *testing.B) {
	text := edisample.X12(50 << 20)
	source := bytes.NewReader(text)
	orders := x12.Handler{Set: func(set *x12.Set) error {
		_, found := mapping.ReadPurchaseOrder(set, mapping.Options{})
		if found.Blocks() {
			return fmt.Errorf("set %s: %v", set.Control, found)
		}
		return nil
	}}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		source.Reset(text)
		if err := x12.Walk(source, x12.Options{}, orders); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMap850Sets makes orders of sets that were read.
func BenchmarkMap850Sets(b *testing.B) {
	text := edisample.X12(2 << 20)
	report, err := x12.Read(bytes.NewReader(text), x12.Options{})
	if err != nil || !report.OK() {
		b.Fatal(err, report)
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		for _, set := range report.Sets() {
			if _, found := mapping.ReadPurchaseOrder(set, mapping.Options{}); found.Blocks() {
				b.Fatal(found)
			}
		}
	}
}

// BenchmarkWrite810 makes and writes 50 MB of invoices of 40 lines, most of them with
// three item numbers and a description.
func BenchmarkWrite810(b *testing.B) {
	inv := billed(b)
	line := inv.Lines[1]
	line.Charges, line.Net = nil, usd("52.00")
	line.Description = "Bracket, galvanised steel, 40 mm"
	line.Identifiers = []order.ItemIdentifier{
		{Scheme: order.SchemeGTIN, Value: "012345670015"}, {Scheme: order.SchemeBuyer, Value: "00009173"}, {Scheme: order.SchemeVendor, Value: "SKU-00031"},
	}
	for n := len(inv.Lines); n < 40; n++ {
		line.Line = fmt.Sprint(n + 1)
		inv.Lines = append(inv.Lines, line)
		inv.Totals.Lines, _ = inv.Totals.Lines.Add(line.Net)
		inv.Totals.Payable, _ = inv.Totals.Payable.Add(line.Net)
	}
	out := &counter{}
	w := openGroup(b, out)
	write := func() {
		segments, err := mapping.WriteInvoice(inv, mapping.Options{})
		if err == nil {
			err = errors.Join(w.BeginSet("810", "0001", ""), w.Write(segments...), w.EndSet(), w.Flush())
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	const size = 50 << 20
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for out.bytes = 0; out.bytes < size; {
			write()
		}
	}
}

// counter counts what is written.
type counter struct{ bytes int }

func (c *counter) Write(p []byte) (int, error) {
	c.bytes += len(p)
	return len(p), nil
}

// openGroup writes the headers of an interchange and a group.
func openGroup(b *testing.B, out io.Writer) *x12.Writer {
	w, err := x12.NewWriter(out, x12.WriterConfig{LineBreak: "\n"})
	if err == nil {
		err = errors.Join(
			w.BeginInterchange(x12.Header{SenderQualifier: "14", Sender: "987654321", ReceiverQualifier: "01", Receiver: "123456789",
				Date: "260401", Time: "1415", Version: "00401", Control: "1", Usage: "T"}),
			w.BeginGroup(x12.GroupHeader{FunctionalID: "IN", Sender: "987654321", Receiver: "123456789", Date: "20260401", Time: "1415",
				Control: "1", Version: "004010"}))
	}
	if err != nil {
		b.Fatal(err)
	}
	return w
}
