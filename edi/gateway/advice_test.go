package gateway_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/journal"
)

// What the application of a partner says finds what was sent, beside what its translator
// said: the one does not contradict the other.
func TestApplicationAdvices(t *testing.T) {
	h := open(t, journal.NewMemory(), nil)
	list, err := partner.Decode([]byte(profiles))
	require.NoError(t, err)
	_, err = h.outbox.Send(t.Context(), list[0], partner.Document{Key: "855/1", Set: "855", Segments: []x12.Segment{
		x12.NewSegment("BAK", "00", "AD", "4711", "20260327"), x12.NewSegment("CTT", "0")}})
	require.NoError(t, err)
	_, err = h.outbox.Send(t.Context(), list[1], partner.Document{Key: "ORDRSP/1", Messages: []partner.Message{{Type: "ORDRSP", Segments: []edifact.Segment{
		edifact.NewSegment("BGM", edifact.Simple("231"), edifact.Simple("R-1"), edifact.Simple("29")),
		edifact.NewSegment("DTM", edifact.Composite("137", "20260327", "102")),
		edifact.NewSegment("UNS", edifact.Simple("S"))}}}})
	require.NoError(t, err)

	h.receive(t, isa("FA", "7", set("997", "0001", "AK1*PR*1", "AK2*855*0001", "AK5*A", "AK9*A*1*1*1")))
	advice := set("824", "0001", "BGN*11*A-1*20260327", "OTI*TR*PO*4711**MERIDIAN*20260327*1200*1*0001*855*004010", "TED*024*the price is wrong")
	taken := h.receive(t, isa("AG", "8", advice))
	require.Len(t, taken.Documents, 1)
	said := taken.Documents[0].Acknowledged
	require.NotNil(t, said, "%s", brief(taken))
	require.Len(t, said.Verdicts, 1)
	v := said.Verdicts[0]
	assert.Equal(t, []any{"855/1", fault.Rejected, true, false}, []any{v.Key, v.Status, v.Application, v.Contradicts})
	require.Len(t, v.Faults, 1)
	assert.Equal(t, "the price is wrong", v.Faults[0].Message)
	assert.Contains(t, strings.Join(brief(taken), ""), "exception")

	aperak := "UNB+UNOC:3+4012345500004:14+5412345000013:14+260327:1105+9'UNH+1+APERAK:D:96A:UN'BGM++X-1+27'DTM+137:20260327:102'" +
		"RFF+ACW:1'ERC+12:ZZZ'FTX+AAO+++no such order'UNT+7+1'UNZ+1+9'"
	taken = h.receive(t, aperak)
	said = taken.Documents[0].Acknowledged
	require.NotNil(t, said, "%s", brief(taken))
	v = said.Verdicts[0]
	assert.Equal(t, []any{"ORDRSP/1", fault.Rejected, true}, []any{v.Key, v.Status, v.Application})
	assert.Equal(t, "no such order", v.Faults[0].Message)
}
