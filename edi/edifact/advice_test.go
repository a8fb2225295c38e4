package edifact_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
)

const smallOrder = "UNB+UNOA:3+A:14+B:14+260327:1130+1'UNH+1+ORDERS:D:96A:UN'BGM+220+7+9'UNT+3+1'UNZ+1+1'"

// TestAdvice: a UNA that is not as it should be does not cost what stands behind it.
func TestAdvice(t *testing.T) {
	for name, c := range map[string]struct {
		advice string
		worst  edifact.Severity
	}{
		"another decimal mark": {"UNA:+;? '", edifact.Warning},
		"no decimal mark":      {"UNA:+ ? '", edifact.Warning},
		"a character short":    {"UNA:+.?'", edifact.Failure},
		"two short":            {"UNA:+.'", edifact.Failure},
		"colliding":            {"UNA::.? '", edifact.Failure},
	} {
		t.Run(name, func(t *testing.T) {
			report, err := edifact.Check(strings.NewReader(c.advice+smallOrder), edifact.Options{})
			require.NoError(t, err)
			require.Len(t, report.Faults, 1)
			assert.Equal(t, []any{edifact.CodeSeparators, c.worst, int64(0)},
				[]any{report.Faults[0].Code, report.Faults[0].Severity, report.Faults[0].Offset})
			require.Len(t, report.Messages(), 1)
			assert.Equal(t, edifact.Accepted, report.Messages()[0].Status())
			assert.Equal(t, c.worst == edifact.Warning, report.OK())
		})
	}
}

// TestReferenceWithBlanks: blanks behind a value say nothing.
func TestReferenceWithBlanks(t *testing.T) {
	report, err := edifact.Check(strings.NewReader(strings.NewReplacer("UNT+3+1'", "UNT+3+1 '", "UNZ+1+1'", "UNZ+1+1\r\n'").Replace(smallOrder)), edifact.Options{})
	require.NoError(t, err)
	assert.True(t, report.OK(), "%v", allFaults(report))
}

// TestVersionOfNoDirectory: D and S and numbers are versions; X is none.
func TestVersionOfNoDirectory(t *testing.T) {
	for of, ok := range map[string]bool{"D:96A:UN": true, "S:93A:UN": true, "90:1:UN": true, "X:XX:UN": false, "X:XX:ZZ": true} {
		report, err := edifact.Check(strings.NewReader(strings.ReplaceAll(smallOrder, "D:96A:UN", of)), edifact.Options{})
		require.NoError(t, err)
		assert.Equal(t, ok, report.OK(), of)
		if !ok {
			f := report.Messages()[0].Faults[0]
			assert.Equal(t, []any{edifact.CodeMessageType, 2, 2, "X", "12"}, []any{f.Code, f.Element, f.Component, f.Value, f.Standard.Code})
		}
	}
}

// TestTabWithinText: a tab in front of capitals is part of the text; in front of a usual
// segment a terminator is missing.
func TestTabWithinText(t *testing.T) {
	for of, ok := range map[string]bool{"BGM+220+7\tABC+9'": true, "BGM+220+7\tDTM+9'": false, "BGM+220+7\nABC+9'": false} {
		report, err := edifact.Check(strings.NewReader(strings.ReplaceAll(smallOrder, "BGM+220+7+9'", of)), edifact.Options{})
		require.NoError(t, err)
		assert.Equal(t, ok, report.OK(), "%q", of)
	}
}
