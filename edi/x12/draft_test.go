package x12_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/o2ckit/o2c/edi/x12"
)

// TestDraft: what is drafted are the segments that NewSegment makes.
func TestDraft(t *testing.T) {
	var d x12.Draft
	assert.Empty(t, d.Segments())
	assert.Zero(t, d.Elements())
	d.Grow(2)
	made := [][]string{
		{"BIG", "20260401", "INV-1", "", "PO-1"}, {"CTT"}, {"REF", x12.Repeat("A", x12.Composite("B", "C")), ""}, {"N1", "", "", "92", "Zürich"},
	}
	var want []x12.Segment
	for i, m := range made {
		d.Begin(m[0])
		for e, value := range m[1:] {
			assert.Equal(t, e, d.Elements())
			d.Put(value)
		}
		want = append(want, x12.NewSegment(m[0], m[1:]...))
		assert.Equal(t, i+1, d.Len())
		assert.Equal(t, want, d.Segments())
	}
	before := d.Segments()
	d.Begin("SE")
	d.Put("5", "0001")
	assert.Equal(t, want, before, "what was given out stays")
}
