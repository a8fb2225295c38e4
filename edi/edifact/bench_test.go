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
	"github.com/o2ckit/o2c/internal/edisample"
)

func benchmark(b *testing.B, do func(source io.Reader) error) {
	b.Helper()
	data := edisample.EDIFACT(50 << 20)
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
