package fault_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/kernel/finding"
)

func TestFault(t *testing.T) {
	f := fault.Fault{
		Code: "edifact.unt.count", Standard: fault.Note{Element: "0085", Code: "29"}, Severity: fault.Failure,
		Segment: "UNT", SegmentNo: 9, Element: 1, Component: 2, Offset: 512, Value: "8", Message: "9 segments were counted",
	}
	assert.Equal(t, `error at offset 512, segment 9 UNT01-2: 9 segments were counted (found "8") [edifact.unt.count]`, f.String())
	assert.Equal(t, finding.Finding{Code: f.Code, Severity: finding.Block, Path: "segments[9].UNT.1",
		Message: "9 segments were counted (byte 512)"}, f.Finding())

	text, err := json.Marshal(f)
	require.NoError(t, err)
	assert.Contains(t, string(text), `"standard":"0085:29","severity":"error"`)
	var back fault.Fault
	require.NoError(t, json.Unmarshal(text, &back))
	assert.Equal(t, f, back)
	assert.Error(t, json.Unmarshal([]byte(`{"severity":"grave"}`), &back))

	assert.Equal(t, fault.Warning, fault.Worst([]fault.Fault{{}, {Severity: fault.Warning}}))
	assert.Equal(t, fault.Failure, fault.Worst([]fault.Fault{{}, f}))
	assert.Equal(t, strings.Repeat("x", 37)+"...", fault.Shortened(strings.Repeat("x", 41)))
}

func TestTally(t *testing.T) {
	for want, c := range map[fault.Status]struct {
		verdicts []fault.Status
		faults   []fault.Fault
	}{
		fault.Accepted:           {verdicts: []fault.Status{fault.Accepted}, faults: []fault.Fault{{Severity: fault.Warning}}},
		fault.AcceptedWithErrors: {verdicts: []fault.Status{fault.Accepted, fault.AcceptedWithErrors}},
		fault.PartiallyAccepted:  {verdicts: []fault.Status{fault.Accepted, fault.Rejected}},
		fault.Rejected:           {verdicts: []fault.Status{fault.Rejected, fault.Rejected}},
	} {
		var tally fault.Tally
		for _, v := range c.verdicts {
			tally.Add(v)
		}
		assert.Equal(t, want, tally.Status(c.faults))
		assert.Equal(t, fault.Rejected, tally.Status([]fault.Fault{{Severity: fault.Failure}}))
	}
	part, whole := fault.Tally{Received: 3, Rejected: 1}, fault.Tally{Received: 5, Rejected: 1}
	whole.RejectAccepted(part)
	assert.Equal(t, fault.Tally{Received: 5, Rejected: 3}, whole)
}
