package message_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
)

// Messages that go on and on are read in time that grows with their length: the fourfold
// takes far less than the sixteenfold that everything with a loop in a loop would.
func TestHostileTradeMessages(t *testing.T) {
	const head, line = "BGM+351+X+9'CUX+2:EUR'", "CPS+1'PAC+1'LIN+1++4000862141404:EN'QTY+12:50000:EA'QTY+47:1:EA'QTY+145:1:EA'QTY+48:1:EA'QTY+21:1:EA'"
	readers := map[string]func(m *edifact.Message){
		"DESADV": func(m *edifact.Message) { message.ReadDespatchAdvice(m, mapping.Options{}) },
		"INVOIC": func(m *edifact.Message) { message.ReadInvoice(m, mapping.Options{}) },
		"INVRPT": func(m *edifact.Message) { message.ReadInventoryReport(m, mapping.Options{}) },
		"RECADV": func(m *edifact.Message) { message.ReadReceivingAdvice(m, mapping.Options{}) },
		"APERAK": func(m *edifact.Message) { message.ReadApplicationAnswer(m, mapping.Options{}) },
		"PRICAT": func(m *edifact.Message) { message.ReadPriceCatalogue(m, mapping.Options{}) },
	}
	for name, body := range map[string]func(i int) string{
		"packages in packages":  func(i int) string { return fmt.Sprintf("CPS+%d+%d'PAC+1'", i+2, i+1) },
		"packages turned round": func(i int) string { return fmt.Sprintf("CPS+%d+%d'PAC+1'", i+2, i+3) },
		"packages and lines": func(i int) string {
			return "PAC+1'GIN+BJ+040123450000000009+040123450000000016'LIN+1++4000862141404:EN'QTY+12:1:EA'"
		},
		"packages of a line": func(i int) string { return "PCI+33E'QTY+11:1'GIN+BJ+040123450000000009'DTM+36:20260101:102'" },
		"places":             func(i int) string { return fmt.Sprintf("LOC+18+%d::92'QTY+145:1:EA'LOC+7+%d::92'QTY+11:1'", i, i) },
		"descriptions":       func(int) string { return "IMD+F++:::words'" },
		"terms":              func(int) string { return "PAT+22++5:3:D:10'" },
		"contacts":           func(int) string { return "NAD+BY+1::92'CTA+IC+:x'COM+1:TE'COM+2:TE'" },
		"errors":             func(int) string { return "ERC+1'FTX+AAO+++words'FTX+AAO+++words'RFF+LI:1'RFF+LI:2'" },
		"charges":            func(int) string { return "ALC+A'PCD+1:10'MOA+204:1'TAX+7'MOA+124:1'" },
		"quantities":         func(i int) string { return fmt.Sprintf("QTY+99:%d:EA'DTM+44:%d:102'", i, 20260101+i%28) },
	} {
		for _, start := range []string{head, head + line} {
			const n = 1_000
			short, long := repeated(t, start, body, n), repeated(t, start, body, 4*n)
			for id, read := range readers {
				took := func(segments []edifact.Segment) time.Duration {
					begun := time.Now()
					read(&edifact.Message{MessageHeader: edifact.MessageHeader{ID: id}, Segments: segments})
					return time.Since(begun)
				}
				limit := func() time.Duration { return 10*took(short) + 20*time.Millisecond }
				linear := took(long) < limit()
				for try := 0; try < 50 && !linear; try++ { // the machine may have been busy
					linear = took(long) < limit()
				}
				assert.True(t, linear, "%s of %s", name, id)
			}
		}
	}
}

// repeated are the segments of a message that repeats something.
func repeated(t *testing.T, start string, body func(int) string, n int) []edifact.Segment {
	t.Helper()
	var b strings.Builder
	b.WriteString(start)
	for i := range n {
		b.WriteString(body(i))
	}
	segments, err := edifact.ReadAll(strings.NewReader(b.String()), edifact.Options{})
	require.NoError(t, err)
	return enclosed(segments)
}
