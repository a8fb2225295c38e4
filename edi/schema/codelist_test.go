package schema_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/schema"
)

// TestCodesOfOtherLists: a code behind which a list or an agency of its own is named is
// not held to the list of the standard, unless a partner restricts it.
func TestCodesOfOtherLists(t *testing.T) {
	bgm := func(set *schema.Set, name string) []string {
		return append([]string{}, notMissing(brief(check(set, "UNH*1*ORDERS>D>96A>UN BGM*"+name+"*1*9 DTM*137>20260327>102 UNS*S UNT*5*1")))...)
	}
	orders := setOf(t, schema.EDIFACT, "D96A", "ORDERS")
	for name, wrong := range map[string]bool{"220": false, "50E": true, "50E>>9": false, "50E>>6": true, "50E>23": false, "50E>>>words": true, "50E9>>9": true} {
		assert.Equal(t, wrong, len(bgm(orders, name)) > 0, name)
	}
	overlay, err := schema.ParseOverlay([]byte("at ORDERS BGM.1.1 codes 220"))
	require.NoError(t, err)
	release, err := orders.Release().With(overlay)
	require.NoError(t, err)
	strict, ok := release.Set("ORDERS")
	require.True(t, ok)
	assert.True(t, strings.HasSuffix(strings.Join(bgm(strict, "50E>>9"), " "), "element.code"))
	assert.Empty(t, bgm(strict, "220"))
}
