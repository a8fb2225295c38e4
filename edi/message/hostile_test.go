package message_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
)

// A message of one kind of segment, over and over, takes time in proportion to its
// length: what takes seconds here took minutes if each segment looked at all others.
func TestHostileOrders(t *testing.T) {
	const many = 20_000
	for name, c := range map[string]struct{ before, repeated string }{
		"contacts":     {"NAD+BY+1::92", "COM+0123456789:TE"},
		"numbers":      {"NAD+BY+1::92", "RFF+VA:1"},
		"parties":      {"", "NAD+BY+1::92"},
		"roles":        {"", "NAD+MF+1::92"},
		"descriptions": {"LIN+1++1:SA", "IMD+F++:::words"},
		"item numbers": {"LIN+1++1:SA", "PIA+1+1:GS"},
		"terms":        {"", "PAT+20++5:3:WD:1"},
		"allowances":   {"", "ALC+A"},
		"an allowance": {"ALC+A", "PCD+1:x"},
		"texts":        {"", "FTX+AAI+++x"},
		"text of line": {"LIN+1++1:SA", "FTX+ACD+++x"},
		"references":   {"", "RFF+ON:x"},
		"lines":        {"", "LIN"},
		"same lines":   {"", "LIN+1+1"},
		"sub-lines":    {"LIN+1", "LIN+2++:+1:1"},
		"schedules":    {"LIN+1++1:SA\nQTY+21:1\nSCC+1", "QTY+83:1\nDTM+2:20260401:102"},
		"places":       {"LIN+1++1:SA\nQTY+21:1", "LOC+7+1::9\nQTY+11:1"},
		"prices":       {"LIN+1++1:SA\nQTY+21:1", "PRI+AAA:1"},
		"dates":        {"", "DTM+2:20260401:102"},
		"totals":       {"UNS+S", "CNT+2:1"},
		"currencies":   {"", "CUX+2:EUR"},
	} {
		t.Run(name, func(t *testing.T) {
			body := "BGM+220+PO-1+9\n" + strings.TrimSpace(c.before+"\n"+strings.Repeat(c.repeated+"\n", many))
			for id, read := range map[string]func(){
				"ORDERS": func() { message.ReadPurchaseOrder(parse(t, "ORDERS", body), mapping.Options{}) },
				"ORDCHG": func() { message.ReadPurchaseOrderChange(parse(t, "ORDCHG", body), mapping.Options{}) },
				"ORDRSP": func() { message.ReadOrderResponse(parse(t, "ORDRSP", body), mapping.Options{}) },
			} {
				begun := time.Now()
				read()
				assert.Less(t, time.Since(begun), 20*time.Second, id)
			}
		})
	}
}
