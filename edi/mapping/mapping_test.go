package mapping_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/finding"
)

// interchange puts the envelope around the segments of sets, each given one a
// line; the first line of each is its identifier.
func interchange(t testing.TB, sets ...string) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("ISA*00*          *00*          *01*123456789      *14*987654321      *260327*1105*U*00401*000000042*0*P*>~\n")
	b.WriteString("GS*PO*123456789*987654321*20260327*1105*42*X*004010~\n")
	for i, set := range sets {
		id, body, _ := strings.Cut(strings.TrimSpace(set), "\n")
		lines := strings.Split(strings.TrimSpace(body), "\n")
		fmt.Fprintf(&b, "ST*%s*%04d~\n", strings.TrimSpace(id), i+1)
		for _, l := range lines {
			b.WriteString(strings.TrimSpace(l) + "~\n")
		}
		fmt.Fprintf(&b, "SE*%d*%04d~\n", len(lines)+2, i+1)
	}
	fmt.Fprintf(&b, "GE*%d*42~\nIEA*1*000000042~\n", len(sets))
	return b.String()
}

// set reads one set.
func set(t testing.TB, text string) *x12.Set {
	t.Helper()
	report, err := x12.Read(strings.NewReader(interchange(t, text)), x12.Options{})
	require.NoError(t, err)
	require.True(t, report.OK(), "%v", report)
	return report.Sets()[0]
}

// codes are the codes of the findings of a severity, without the prefix.
func codes(found finding.List, severity finding.Severity) []string {
	list := []string{}
	for _, f := range found {
		if f.Severity == severity {
			list = append(list, strings.TrimPrefix(f.Code, "mapping.850."))
		}
	}
	return list
}
