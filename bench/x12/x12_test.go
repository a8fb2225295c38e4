package x12_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/o2ckit/o2c/edi/x12"
)

// size is that of the interchange that is read.
const size = 8 << 20

// purchaseOrders is an interchange of 850s, at least so many bytes long.
func purchaseOrders(size int) []byte {
	var b bytes.Buffer
	b.WriteString("ISA*00*          *00*          *01*123456789      *14*987654321      *260327*1030*U*00401*000000042*0*P*>~" +
		"GS*PO*123456789*987654321*20260327*1030*42*X*004010~")
	sets := 0
	for ; b.Len() < size; sets++ {
		segments := 1
		add := func(format string, args ...any) {
			fmt.Fprintf(&b, format+"~", args...)
			segments++
		}
		add("ST*850*%04d", sets+1)
		add("BEG*00*SA*PO-%07d**20260327", sets)
		add("REF*DP*0%d", sets%90+10)
		add("DTM*002*20260410")
		add("N1*ST*Northfield Distribution Centre*92*0%03d", sets%400)
		add("N3*4100 Industrial Parkway*Building C")
		add("N4*Northfield*MN*55057*US")
		lines := 3 + sets%17
		for i := range lines {
			add("PO1*%d*%d*EA*%d.%02d**UP*01234567%04d*VN*SKU-%05d*IN*%08d", i+1, 12*(i+1), i+3, i*7%100, i, i*31, i*9173)
			add("PID*F****Bracket, galvanised steel, %d mm", 10+i)
		}
		add("CTT*%d", lines)
		add("SE*%d*%04d", segments, sets+1)
	}
	fmt.Fprintf(&b, "GE*%d*42~IEA*1*000000042~", sets)
	return b.Bytes()
}

// contender reads the interchange and counts its segments.
type contender struct {
	name string
	read func(data []byte) (segments int, err error)
}

func contenders() []contender {
	return []contender{
		{"o2c, segments and elements", readAll}, {"o2c, sets with all checks", checkAll},
		{"bytes.Split at the terminator", splitSegments}, {"bytes.Split at both separators", splitElements},
	}
}

func BenchmarkRead(b *testing.B) {
	data := purchaseOrders(size)
	for _, c := range contenders() {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.read(data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestAnswersAgree(t *testing.T) {
	data := purchaseOrders(1 << 16)
	want := bytes.Count(data, []byte("~"))
	for _, c := range contenders() {
		if got, err := c.read(data); err != nil || got != want {
			t.Errorf("%s: %d segments, want %d, %v", c.name, got, want, err)
		}
	}
}

func readAll(data []byte) (segments int, err error) {
	r := x12.NewReader(bytes.NewReader(data), x12.Options{})
	for {
		_, err := r.Next()
		if errors.Is(err, io.EOF) {
			return segments, nil
		}
		if err != nil {
			return 0, err
		}
		segments++
	}
}

// checkAll also holds control numbers and counts against each other, and hands
// over one set at a time.
func checkAll(data []byte) (segments int, err error) {
	err = x12.Walk(bytes.NewReader(data), x12.Options{}, x12.Handler{
		Set: func(s *x12.Set) error {
			segments += len(s.Segments)
			if s.Status() != x12.Accepted {
				return fmt.Errorf("set %s is not accepted", s.Control)
			}
			return nil
		},
		Group:       func(*x12.Group) error { segments += 2; return nil }, // GS and GE
		Interchange: func(*x12.Interchange) error { segments += 2; return nil },
	})
	return segments, err
}

func splitSegments(data []byte) (int, error) {
	return len(bytes.Split(data, []byte("~"))) - 1, nil // nothing follows the last terminator
}

func splitElements(data []byte) (int, error) {
	segments := bytes.Split(data, []byte("~"))
	for _, s := range segments[:len(segments)-1] {
		if len(bytes.Split(s, []byte("*"))) == 0 {
			return 0, errors.New("no elements")
		}
	}
	return len(segments) - 1, nil
}
