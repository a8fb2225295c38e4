package mapping_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/money"
)

// generated makes purchase orders in several shapes of real partners: short
// ones with a name and number a line, long ones with descriptions and dates,
// and such with addresses, references, notes and schedules.
func generated(sets int) string {
	var b strings.Builder
	b.WriteString("ISA*00*          *00*          *01*123456789      *14*987654321      *260327*1105*U*00401*000000042*0*P*>~\n" +
		"GS*PO*123456789*987654321*20260327*1105*42*X*004010~\n")
	for n := range sets {
		var s []string
		put := func(format string, args ...any) { s = append(s, fmt.Sprintf(format, args...)) }
		put("BEG*00*SA*PO-%07d**20260327", n)
		put("CUR*BY*USD")
		lines := 4
		switch n % 3 {
		case 1:
			lines = 40
			put("DTM*002*20260410")
			put("N1*BY*Northwind Stores*1*123456789")
			put("N1*ST*Northwind %d*92*%04d", n%500, n%500)
		case 2:
			lines = 12
			put("REF*DP*012")
			put("REF*IA*554433")
			put("FOB*PP*OR")
			put("ITD*01*3*2**10**30")
			put("DTM*010*20260402")
			put("DTM*001*20260430")
			put("TD5**2*UPSN**UPS GROUND")
			put("N9*L1**Note")
			put("MSG*Call the dock before you come")
			put("N1*BY*Harbour Hardware*91*C-%d", n%90)
			put("N1*ST*Harbour %d*92*%04d", n%90, n%90)
			put("N3*%d Quay Street*Building 7", n%900)
			put("N4*New York*NY*10118*US")
		default:
			put("N1*ST*Main Street*92*0045")
		}
		for i := range lines {
			put("PO1*%d*%d*EA*%d.%02d**UP*012345670015*VN*BR-%05d", i+1, 1+i%144, 1+n%90, i%100, i)
			if n%3 != 0 {
				put("PID*F****Brush number %d, round, with a wooden handle", i)
			}
			if n%3 == 2 {
				put("SCH*%d*EA***002*20260412", 1+i%144)
			}
		}
		put("CTT*%d", lines)
		fmt.Fprintf(&b, "ST*850*%09d~\n%s~\nSE*%d*%09d~\n", n+1, strings.Join(s, "~\n"), len(s)+2, n+1)
	}
	fmt.Fprintf(&b, "GE*%d*42~\nIEA*1*000000042~\n", sets)
	return b.String()
}

// BenchmarkMap850 makes documents of sets that were read.
func BenchmarkMap850(b *testing.B) {
	text := generated(300)
	report, err := x12.Read(strings.NewReader(text), x12.Options{})
	if err != nil || !report.OK() {
		b.Fatal(err, report)
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		for _, set := range report.Sets() {
			if _, found := mapping.PurchaseOrder(set, mapping.Options{Currency: money.USD}); found.Blocks() {
				b.Fatal(found)
			}
		}
	}
}

// BenchmarkRead850 reads the text, checks envelopes and makes documents.
func BenchmarkRead850(b *testing.B) {
	text := generated(300)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		err := x12.Walk(strings.NewReader(text), x12.Options{}, x12.Handler{Set: func(set *x12.Set) error {
			_, found := mapping.PurchaseOrder(set, mapping.Options{Currency: money.USD})
			if found.Blocks() {
				return fmt.Errorf("set %s: %v", set.Control, found)
			}
			return nil
		}})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkWrite810 makes and writes invoices of 40 lines.
func BenchmarkWrite810(b *testing.B) {
	inv := billed(b)
	line := inv.Lines[1]
	line.Charges, line.Net = nil, usd("52.00")
	for n := len(inv.Lines); n < 40; n++ {
		line.Line = fmt.Sprint(n + 1)
		inv.Lines = append(inv.Lines, line)
		inv.Totals.Lines, _ = inv.Totals.Lines.Add(line.Net)
		inv.Totals.Payable, _ = inv.Totals.Payable.Add(line.Net)
	}
	var out bytes.Buffer
	w := openGroup(b, &out)
	write := func() {
		segments, err := mapping.Invoice(inv, mapping.Options{})
		if err == nil {
			err = errors.Join(w.BeginSet("810", "0001", ""), w.Write(segments...), w.EndSet(), w.Flush())
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	out.Reset()
	write()
	b.SetBytes(int64(out.Len()))
	b.ReportAllocs()
	for b.Loop() {
		out.Reset()
		write()
	}
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
