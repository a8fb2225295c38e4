package mapping_test

import (
	"fmt"
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
