package schema_test

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/schema"
)

// TestHostileSegments: a million elements, repetitions, components or release
// characters are one finding, or few, and would not end in time if any of it took
// the square.
func TestHostileSegments(t *testing.T) {
	const many = 1_000_000
	for name, c := range map[string]struct {
		segment string
		with    schema.Syntax
		want    string
	}{
		"elements":            {"A*x" + strings.Repeat("*y", many), syntax, "2 A04 element.surplus"},
		"repetitions":         {"A*x" + strings.Repeat("^y", many), syntax, "2 A01 element.repeated"},
		"allowed repetitions": {"C*x*y" + strings.Repeat("^y", many), syntax, ""},
		"components":          {"A*x" + strings.Repeat(">y", many), syntax, "2 A01-2 component.surplus"},
		"a long value":        {"A*" + strings.Repeat("y", many), syntax, "2 A01 element.long"},
		"release characters":  {"A*" + strings.Repeat("?", many), schema.Syntax{Component: '>', Release: '?'}, "2 A01 element.long"},
		"released dividers":   {"A*" + strings.Repeat("?>", many), schema.Syntax{Component: '>', Release: '?'}, "2 A01 element.long"},
	} {
		t.Run(name, func(t *testing.T) {
			v := schema.NewValidator(schema.Options{})
			v.Begin(smallSet(t), c.with)
			require.Empty(t, v.Segment(newSegment("ST")))
			found := brief(v.Segment(newSegment(c.segment)))
			if c.want != "" {
				require.NotEmpty(t, found)
				assert.Contains(t, found, c.want)
			}
			assert.LessOrEqual(t, len(found), 4)
		})
	}
}

// TestHostileSets: many segments without any order are findings up to the limit and
// cost no more than their number; memory stays.
func TestHostileSets(t *testing.T) {
	draw := rand.New(rand.NewPCG(1, 2))
	set := setOf(t, schema.X12, "004010", "850")
	var segments []schema.SegmentReader
	for _, id := range set.Release().SegmentIDs() {
		segments = append(segments, newSegment(id))
	}
	v := schema.NewValidator(schema.Options{MaxFindings: 1 << 30})
	v.Begin(set, syntax)
	for range 100_000 {
		for _, f := range v.Segment(segments[draw.IntN(len(segments))]) {
			require.NotEmpty(t, f.Code)
		}
	}
	// the same segment again and again is told once, and then allocates nothing
	v.Begin(set, syntax)
	again := &segment{elements: bytes.Split([]byte("BEG*00*SA*PO-1**20260101"), []byte("*"))}
	for range 4 {
		v.Segment(again)
	}
	assert.Zero(t, testing.AllocsPerRun(1000, func() { v.Segment(again) }))
}

func BenchmarkEmbedded(b *testing.B) {
	text := readFactsText(b)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		_, err := schema.Parse(text)
		require.NoError(b, err)
	}
}
