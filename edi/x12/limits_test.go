package x12_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/x12"
)

// sets is an interchange of n sets, of which the last is faulty.
func sets(n int) string {
	var b strings.Builder
	b.WriteString("ISA*00*          *00*          *ZZ*A              *ZZ*B              *260330*1200*U*00401*000000001*0*T*>~" +
		"GS*PO*A*B*20260330*1200*1*X*004010~")
	for i := 1; i < n; i++ {
		fmt.Fprintf(&b, "ST*850*%04d~SE*2*%04d~", i, i)
	}
	fmt.Fprintf(&b, "ST*850*%04d~SE*9*%04d~GE*%d*1~IEA*1*000000001~", n, n, n)
	return b.String()
}

func TestManySetsAreJudgedAndNotAllListed(t *testing.T) {
	for _, most := range []int{3, 9, 10, 11} {
		for name, read := range map[string]func(string) (*x12.Report, error){
			"check": func(s string) (*x12.Report, error) {
				return x12.Check(strings.NewReader(s), x12.Options{MaxSets: most})
			},
			"read": func(s string) (*x12.Report, error) {
				return x12.Read(strings.NewReader(s), x12.Options{MaxSets: most})
			},
		} {
			report, err := read(sets(10))
			require.NoError(t, err, name)
			assert.Len(t, report.Sets(), min(most, 10), name)
			ic := report.Interchanges[0]
			assert.Equal(t, x12.PartiallyAccepted, ic.Status(), "%s: the last set is at fault, listed or not", name)
			assert.Equal(t, 10, ic.Received())
			if most < 10 {
				require.Len(t, ic.Faults, 1)
				assert.Equal(t, x12.CodeLimitSets, ic.Faults[0].Code)
				assert.Equal(t, x12.Warning, ic.Faults[0].Severity)
			} else {
				assert.Empty(t, ic.Faults)
			}
		}
	}
}

// What the reader passes over beyond its limits is missing from the set, which
// is then rejected and not kept, instead of kept with a gap.
func TestASetWithAGapIsNotKept(t *testing.T) {
	whole := sets(1)
	at := strings.Index(whole, "SE*")
	gap := strings.Replace(whole[:at]+strings.Repeat("~", 5000)+whole[at:], "SE*9", "SE*2", 1)
	report, err := x12.Read(strings.NewReader(gap), x12.Options{MaxSegmentBytes: 2000})
	require.NoError(t, err)
	require.Len(t, report.Sets(), 1)
	set := report.Sets()[0]
	assert.Equal(t, x12.Rejected, set.Status())
	assert.NotEmpty(t, set.Faults)
	assert.Empty(t, set.Raw())
	assert.Empty(t, set.Segments)
}
