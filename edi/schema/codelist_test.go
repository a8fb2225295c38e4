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

// TestGuideInError: a 999 says with I5 that a guide, not the standard, found the segment.
func TestGuideInError(t *testing.T) {
	set := setOf(t, schema.X12, "005010", "999")
	for code, wrong := range map[string]bool{"5": false, "I5": false, "I6": false, "I7": true} {
		found := check(set, "ST*999*0001 AK1*PO*1*005010 AK2*850*0001 IK5*R*"+code+" AK9*R*1*1*0 SE*6*0001")
		assert.Equal(t, wrong, len(found) > 0, "%s: %v", code, found)
	}
}
