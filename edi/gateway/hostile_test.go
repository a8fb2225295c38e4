package gateway_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/errordesk"
	"github.com/o2ckit/o2c/journal"
)

// TestReceiveKeepsWhatIsLong: whatever a partner makes long fits in the journal; a document
// that did not would be tried for ever.
func TestReceiveKeepsWhatIsLong(t *testing.T) {
	long := strings.Repeat("9", 800_000)
	valid := isa("PO", "41", po("0001", "A-1"))
	cases := map[string]string{
		"set control":     strings.Replace(valid, "ST*850*0001~", "ST*850*"+long+"~", 1),
		"set identifier":  strings.Replace(valid, "ST*850*0001~", "ST*"+long+"*0001~", 1),
		"group control":   strings.Replace(valid, "X*004010~", "X*004010"+long+"~", 1),
		"group control 6": strings.Replace(valid, "*1105*41*X*", "*1105*"+long+"*X*", 1),
		"envelope":        strings.Replace(valid, "GS*PO*123456789*", "GS*PO*"+strings.Repeat("9", 70_000)+"*", 1),
		"edifact control": strings.Replace(orders, "UNH+1+", "UNH+"+long+"+", 1),
		"edifact sender":  strings.Replace(orders, "UNB+UNOC:3+4012345500004", "UNB+UNOC:3+"+long, 1),
		"edifact kind":    strings.Replace(orders, "ORDERS:", long+":", 1),
		"edifact ic":      strings.Replace(orders, "1105+7'", "1105+"+long+"'", 1),
		"no documents":    strings.Repeat(strings.Replace(isa("PO", "41"), "IEA*1*", "IEA*7*", 1), 9000),
		"garbage":         strings.Repeat("ISA*00*~\n", 30000),
	}
	for name, text := range cases {
		t.Run(name, func(t *testing.T) {
			h := open(t, journal.NewMemory(), nil)
			taken, err := h.Receive(t.Context(), "in.edi", strings.NewReader(text))
			require.NoError(t, err)
			require.NotEmpty(t, taken.Documents)
			for _, d := range taken.Documents {

				_, err := h.inbox.Raw(t.Context(), d.Entry.ID)
				assert.NoError(t, err)
			}
		})
	}
}

// TestShowManyRepetitions: the error desk shows an element of very many repetitions in time
// proportional to its length.
func TestShowManyRepetitions(t *testing.T) {
	h := open(t, journal.NewMemory(), nil)
	taken := h.receive(t, strings.NewReplacer("UNB+UNOC:3", "UNA:+.?*'UNB+UNOC:4", "DTM+137:20260327:102", "DTM+137"+strings.Repeat("*1", 300_000)).Replace(orders))
	desk, err := errordesk.New(errordesk.Config{Inbox: h.inbox, Clock: clock, Process: h.Process})
	require.NoError(t, err)
	shown, err := desk.Show(t.Context(), taken.Documents[0].Entry.ID)
	require.NoError(t, err)
	require.NotEmpty(t, shown.Problems)
	assert.Less(t, len(shown.Problems[0].Value), 1_000)
}
