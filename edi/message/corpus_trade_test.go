package message_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
)

// Every despatch advice by others is read; what one tells of packages is in order, and its
// receipt is written so that it reads back.
func TestDespatchAdvicesByOthers(t *testing.T) {
	byOthers(t, "DESADV", func(m *edifact.Message) finding.List {
		got, found := message.ReadDespatchAdvice(m, mapping.Options{})
		for i, p := range got.Packages {
			assert.Equal(t, i+1, p.Number)
			assert.Less(t, p.Within, p.Number, "each stands behind the one that it is in")
		}
		a := message.ReceivingAdviceOf(&got, "1", calendar.MustDate("2026-04-03"))
		if segments, err := message.WriteReceivingAdvice(a, mapping.Options{}); err == nil && len(a.Lines) > 0 {
			back, _ := message.ReadReceivingAdvice(&edifact.Message{MessageHeader: edifact.MessageHeader{ID: "RECADV"}, Segments: enclosed(segments)}, mapping.Options{})
			assert.Len(t, back.Lines, len(a.Lines))
		}
		return found
	})
}

// Every invoice by others is read; one about which nothing is said ties.
func TestInvoicesByOthers(t *testing.T) {
	tie := 0
	byOthers(t, "INVOIC", func(m *edifact.Message) finding.List {
		got, found := message.ReadInvoice(m, mapping.Options{})
		if len(serious(found)) == 0 {
			tie++
			sum, err := got.Sum()
			assert.NoError(t, err)
			assert.Equal(t, got.Totals.Payable, sum)
		}
		return found
	})
	t.Logf("%d invoices tie without a warning", tie)
}

// Most invoices by others are in marks, which no list of currencies has any more. Taken
// for euros they are read to the end: those whose envelope is sound tie.
func TestInvoicesByOthersInEuros(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testdata(t), "corpus", "*INVOIC*.edifact"))
	require.NoError(t, err)
	sound, tie := 0, 0
	for _, name := range files {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		report, err := edifact.Read(bytes.NewReader(bytes.ReplaceAll(data, []byte(":DEM:"), []byte(":EUR:"))), edifact.Options{})
		require.NoError(t, err)
		for _, m := range report.Messages() {
			got, found := message.ReadInvoice(m, mapping.Options{Currency: money.EUR})
			if m.ID != "INVOIC" || m.Status() == edifact.Rejected || found.Blocks() {
				continue
			}
			sound++
			sum, err := got.Sum()
			require.NoError(t, err)
			if sum == got.Totals.Payable {
				tie++
			} else {
				t.Logf("%s: %s and not %s: %v", filepath.Base(name), got.Totals.Payable, sum, found)
			}
		}
	}
	t.Logf("%d of %d invoices tie", tie, sound)
	assert.Equal(t, sound, tie)
	assert.Greater(t, sound, 30)
}

func TestOtherMessagesByOthers(t *testing.T) {
	for id, read := range map[string]func(m *edifact.Message) finding.List{
		"INVRPT": func(m *edifact.Message) finding.List {
			_, found := message.ReadInventoryReport(m, mapping.Options{})
			return found
		},
		"RECADV": func(m *edifact.Message) finding.List {
			got, found := message.ReadReceivingAdvice(m, mapping.Options{})
			if !found.Blocks() {
				segments, err := message.WriteReceivingAdvice(got, mapping.Options{})
				assert.NoError(t, err)
				back, _ := message.ReadReceivingAdvice(&edifact.Message{MessageHeader: m.MessageHeader, Segments: enclosed(segments)}, mapping.Options{})
				back.Source = got.Source
				for i := range back.Lines { // they are counted anew
					back.Lines[i].ID = got.Lines[i].ID
				}
				assert.Equal(t, got, back)
			}
			return found
		},
		"APERAK": func(m *edifact.Message) finding.List {
			got, found := message.ReadApplicationAnswer(m, mapping.Options{})
			if segments, err := message.WriteApplicationAnswer(got, "D96A", mapping.Options{}); err == nil {
				back, _ := message.ReadApplicationAnswer(&edifact.Message{MessageHeader: m.MessageHeader, Segments: enclosed(segments)}, mapping.Options{})
				back.Source = order.Source{}
				got.Source = order.Source{}
				assert.Equal(t, got, back)
			}
			return found
		},
		"PRICAT": func(m *edifact.Message) finding.List {
			got, found := message.ReadPriceCatalogue(m, mapping.Options{Currency: money.EUR})
			prices := 0
			for _, l := range got.Items {
				prices += len(l.Prices)
			}
			assert.Positive(t, prices)
			return found
		},
	} {
		t.Run(id, func(t *testing.T) { byOthers(t, id, read) })
	}
}
