package trade_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/internal/trade"
	"github.com/o2ckit/o2c/kernel/finding"
)

// TestBound: no more findings than the bound, no longer message, and the worst of the
// others is told.
func TestBound(t *testing.T) {
	var b trade.Bound
	var found finding.List
	b.LeftOut(&found, "more")
	assert.Empty(t, found)
	b.Add(&found, finding.Finding{Message: strings.Repeat("ä", trade.LongestMessage)})
	assert.LessOrEqual(t, len(found[0].Message), trade.LongestMessage+3)
	for range trade.MostFindings {
		b.Add(&found, finding.Finding{Severity: finding.Warning})
	}
	b.Add(&found, finding.Finding{Severity: finding.Block})
	b.Add(&found, finding.Finding{Severity: finding.Info})
	require.Len(t, found, trade.MostFindings)
	b.LeftOut(&found, "more")
	last := found[len(found)-1]
	assert.Equal(t, []any{"more", finding.Block, "there are 3 more findings, which are left out"}, []any{last.Code, last.Severity, last.Message})
	assert.True(t, b.Once("a"))
	assert.False(t, b.Once("a"))
	assert.True(t, b.Once("b"))
}
