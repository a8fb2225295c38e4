package edifact_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/o2ckit/o2c/edi/edifact"
)

// orders is an interchange of ORDERS messages of several lengths, at least so many
// bytes long.
func orders(size int) []byte {
	var b bytes.Buffer
	b.WriteString("UNA:+.? 'UNB+UNOC:3+4012345500004:14+5412345000013:14+260327:1105+42'\r\n")
	messages := 0
	for ; b.Len() < size; messages++ {
		segments := 1
		add := func(format string, args ...any) {
			fmt.Fprintf(&b, format+"'\r\n", args...)
			segments++
		}
		add("UNH+%d+ORDERS:D:96A:UN:EAN008", messages+1)
		add("BGM+220+PO-%07d+9", messages)
		add("DTM+137:20260327:102")
		add("NAD+BY+4012345500004::9")
		add("NAD+DP+4012345%06d::9++Northfield Distribution Centre+Industrial Parkway 4100+Northfield++55057+US", messages%400)
		add("CUX+2:EUR:9")
		lines := 3 + messages%17
		for i := range lines {
			add("LIN+%d++40008621%05d:EN", i+1, i*31)
			add("IMD+F++:::Bracket, galvanised steel, it?'s %d mm", 10+i)
			add("QTY+21:%d", 12*(i+1))
			add("PRI+AAA:%d.%02d", i+3, i*7%100)
		}
		add("UNS+S")
		add("CNT+2:%d", lines)
		fmt.Fprintf(&b, "UNT+%d+%d'\r\n", segments, messages+1)
	}
	fmt.Fprintf(&b, "UNZ+%d+42'\r\n", messages)
	return b.Bytes()
}

func benchmark(b *testing.B, do func(source io.Reader) error) {
	b.Helper()
	data := orders(50 << 20)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if err := do(bytes.NewReader(data)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReadEDIFACT reads the segments of 50 MB of ORDERS.
func BenchmarkReadEDIFACT(b *testing.B) {
	benchmark(b, func(source io.Reader) error {
		r := edifact.NewReader(source, edifact.Options{})
		for {
			_, err := r.Next()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
		}
	})
}

// BenchmarkCheckEDIFACT checks their envelopes too.
func BenchmarkCheckEDIFACT(b *testing.B) {
	benchmark(b, func(source io.Reader) error {
		return edifact.Walk(source, edifact.Options{}, edifact.Handler{Interchange: func(ic *edifact.Interchange) error {
			if ic.Status() != edifact.Accepted {
				return fmt.Errorf("%v", ic.Faults)
			}
			return nil
		}})
	})
}

// BenchmarkWalkEDIFACT keeps the segments of one message at a time.
func BenchmarkWalkEDIFACT(b *testing.B) {
	benchmark(b, func(source io.Reader) error {
		return edifact.Walk(source, edifact.Options{}, edifact.Handler{Message: func(*edifact.Message) error { return nil }})
	})
}

// A token takes nothing, however many there are; a copy of one its text and the ends
// of its elements.
func TestAllocsRead(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector allocates")
	}
	const segments = 10_000
	for _, text := range []string{"UNS+S'", "ALC+A+SEASON-26:41+2+1+DI:91:9:Season:and more'", "FTX+AAI+++it?'s here'"} {
		all := strings.Repeat(text, segments)
		source := strings.NewReader(all)
		for _, c := range []struct {
			each float64
			do   func(*edifact.Token)
		}{
			{0, func(t *edifact.Token) { _ = t.Component(1, 1) }},
			{2, func(t *edifact.Token) { _ = t.Segment() }},
		} {
			got := testing.AllocsPerRun(5, func() {
				source.Reset(all)
				r := edifact.NewReader(source, edifact.Options{})
				for range segments {
					token, err := r.Next()
					if err != nil {
						t.Fatal(err)
					}
					c.do(token)
				}
			})
			const reader = 10 // its buffers, once
			assert.LessOrEqual(t, got, segments*c.each+reader, text)
		}
	}
}
