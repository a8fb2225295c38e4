package cli_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const twoGroups = "ISA*00*          *00*          *01*123456789      *ZZ*MERIDIAN       *260327*1105*U*00401*000000041*0*P*>~" +
	"GS*PO*123456789*MERIDIAN*20260327*1105*41*X*004010~ST*850*0001~BEG*00*SA*A-1**20260327~PO1*1*12*EA*2.50**VN*BR-10~CTT*1~SE*5*0001~GE*1*41~" +
	"GS*PO*123456789*MERIDIAN*20260327*1105*42*X*004010~ST*850*0001~BEG*00*SA*A-2**20260327~PO1*1*12*EA*2.50**VN*BR-10~CTT*1~SE*5*0001~GE*1*42~" +
	"IEA*2*000000041~"

// TestAckNumbers: no number of a group is given twice, and 1 follows the highest.
func TestAckNumbers(t *testing.T) {
	dir := t.TempDir()
	args := []string{"edi", "ack"}
	for _, name := range []string{"a.x12", "b.x12"} {
		file := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(file, []byte(strings.ReplaceAll(twoGroups, "000000041", "00000004"+map[string]string{"a.x12": "1", "b.x12": "2"}[name])), 0o600))
		args = append(args, file)
	}
	groups := regexp.MustCompile(`(?m)^GE\*1\*(\d+)~`)
	for first, want := range map[string][]string{"7": {"7", "8", "9", "10"}, "999999999": {"1", "2", "3", "4"}, "999999998": {"999999998", "999999999", "1", "2"}} {
		_, out, errs := orderdesk(t, append(args, "--control", first)...)
		var got []string
		for _, m := range groups.FindAllStringSubmatch(out, -1) {
			got = append(got, m[1])
		}
		assert.Equal(t, want, got, "%s %s", first, errs)
	}
	status, _, errs := orderdesk(t, append(args, "--control", "1000000000")...)
	assert.Equal(t, 2, status)
	assert.Contains(t, errs, "no control number")
}
