package edifact_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
)

func TestSegmentWith(t *testing.T) {
	made := edifact.NewSegment("ABC", edifact.Repeat(edifact.Composite("A", "B"), edifact.Simple("C")), edifact.Simple("1"))
	for want, got := range map[string]edifact.Segment{
		"ABC+X:B*C+1":    made.With(1, 1, "X"),
		"ABC+A:X*C+1":    made.With(1, 2, "X"),
		"ABC+A:B::X*C+1": made.With(1, 4, "X"),
		"ABC+A:B*C+2":    made.With(2, 1, "2"),
		"ABC+A:B*C+1++X": made.With(4, 1, "X"),
		"ABC+A:B*C+1":    made.With(0, 1, "X"),
	} {
		assert.Equal(t, want, got.String())
	}
	assert.True(t, edifact.Segment{}.With(1, 1, "X").IsZero())
	segments, err := edifact.ReadAll(strings.NewReader("RFF+ON:47?:11'RFF+ON:1'"), edifact.Options{})
	require.NoError(t, err)
	changed := segments[1].With(1, 2, "a+b")
	assert.Equal(t, "a+b", changed.Component(1, 2))
	assert.Equal(t, segments[1].Offset(), changed.Offset())
	assert.Equal(t, "47:11", segments[0].With(1, 1, "VA").Component(1, 2))
}
