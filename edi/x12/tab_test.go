package x12_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/x12"
)

// TestTabWithinText: a tab in front of capitals is a character that may not stand there,
// not the end of the segment; in front of a usual segment a terminator is missing.
func TestTabWithinText(t *testing.T) {
	for text, codes := range map[string][]string{
		"N1*ST*NORTH\tOP*92*7~": {x12.CodeInvalidCharacter},
		"N1*ST*NORTH\nOP*92*7~": {x12.CodeSegmentUnterminated, x12.CodeSetCount},
		"N1*ST*NORTH\tN3*92*7~": {x12.CodeSegmentUnterminated, x12.CodeSetCount},
	} {
		report, err := x12.Check(strings.NewReader(interchangeOf("004010", "PO", "ST*850*0001", text[:len(text)-1], "SE*3*0001")), x12.Options{})
		require.NoError(t, err)
		require.Len(t, report.Sets(), 1)
		var found []string
		for _, f := range report.Sets()[0].Faults {
			found = append(found, f.Code)
		}
		assert.Equal(t, codes, found, "%q", text)
	}
}
