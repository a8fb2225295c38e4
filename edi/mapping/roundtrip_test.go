package mapping_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/x12"
)

// What is written passes the check of what is received, is acknowledged
// without fault, and reads back the same.
func TestWrittenSetsReadBack(t *testing.T) {
	groups := map[string]string{"855": "PR", "856": "SH", "810": "IN"}
	for set, make := range map[string]func() ([]x12.Segment, error){
		"855": func() ([]x12.Segment, error) { return mapping.WriteAcknowledgement(answered(t), mapping.Options{}) },
		"856": func() ([]x12.Segment, error) { return mapping.WriteShipNotice(packed(t), sentAt, mapping.Options{}) },
		"810": func() ([]x12.Segment, error) { return mapping.WriteInvoice(billed(t), mapping.Options{}) },
	} {
		t.Run(set, func(t *testing.T) {
			segments, err := make()
			require.NoError(t, err)
			var out bytes.Buffer
			w, err := x12.NewWriter(&out, x12.WriterConfig{LineBreak: "\r\n"})
			require.NoError(t, err)
			require.NoError(t, errors.Join(
				w.BeginInterchange(x12.Header{SenderQualifier: "14", Sender: "987654321", ReceiverQualifier: "01", Receiver: "123456789",
					Date: "260401", Time: "1415", Version: "00401", Control: "1", Usage: "T"}),
				w.BeginGroup(x12.GroupHeader{FunctionalID: groups[set], Sender: "987654321", Receiver: "123456789", Date: "20260401", Time: "1415",
					Control: "1", Version: "004010"}),
				w.BeginSet(set, "0001", ""), w.Write(segments...), w.EndSet(), w.EndGroup(), w.EndInterchange()))

			report, err := x12.Read(&out, x12.Options{})
			require.NoError(t, err)
			require.True(t, report.OK())
			assert.Equal(t, lines(segments), lines(report.Sets()[0].Body()))
			ack, ok := x12.FunctionalAck(report.Interchanges[0].Groups[0])
			require.True(t, ok)
			assert.True(t, strings.HasSuffix(lines(ack), "AK9*A*1*1*1"), lines(ack))
			conforms(t, "997", ack)
		})
	}
}

// What is written for the version that a partner speaks conforms to it.
func TestWrittenSetsConformToTheirVersion(t *testing.T) {
	for _, version := range []string{"", "005010"} {
		agreed := mapping.Options{Version: version}
		answer := answeredChange(t)
		answer.Remarks = []string{"the ship date of the order stays 2026-04-01"}
		for set, make := range map[string]func() ([]x12.Segment, error){
			"855": func() ([]x12.Segment, error) { return mapping.WriteAcknowledgement(answered(t), agreed) },
			"865": func() ([]x12.Segment, error) { return mapping.WriteChangeAcknowledgement(answer, answered(t), agreed) },
			"856": func() ([]x12.Segment, error) { return mapping.WriteShipNotice(packed(t), sentAt, agreed) },
			"810": func() ([]x12.Segment, error) { return mapping.WriteInvoice(billed(t), agreed) },
		} {
			segments, err := make()
			require.NoError(t, err)
			sound(t, set, version, segments)
		}
	}
}
