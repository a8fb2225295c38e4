package edifact_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/fault"
)

// critic has something against every BGM.
type critic struct{}

func (critic) CheckSegment(m *edifact.Message, t *edifact.Token) []edifact.Fault {
	if !t.Is("BGM") {
		return nil
	}
	return []edifact.Fault{{Code: "test.bgm", Severity: edifact.Failure, Segment: "BGM", SegmentNo: t.NumberInMessage(), Standard: fault.Note{Element: "0085", Code: "12"}}}
}

// What was agreed holds for the interchanges of one sender, those beside it in the
// stream go by their own.
func TestAgreedWithTheSender(t *testing.T) {
	from := func(sender string) string {
		return "UNB+UNOA:2+" + sender + "+US+260330:0815+1'UNH+1+ORDERS:D:96A:UN'BGM+220+\xD6'UNT+3+1'UNZ+1+1'"
	}
	stream := from("LATIN") + from("NOTED") + from("WRONG") + from("PLAIN")
	report, err := edifact.Read(strings.NewReader(stream), edifact.Options{Agreed: func(h edifact.Header) edifact.Agreement {
		switch h.Sender.ID {
		case "LATIN":
			return edifact.Agreement{Charset: edifact.Latin2}
		case "NOTED":
			return edifact.Agreement{Charset: edifact.Cyrillic, Checker: critic{}, Policy: edifact.NoteErrors}
		case "WRONG":
			return edifact.Agreement{Faults: []edifact.Fault{{Code: "test.recipient", Standard: fault.Note{Element: "0085", Code: "7"},
				Severity: edifact.Failure, Element: 3, Component: 1, Message: "that is not us"}}}
		default:
			return edifact.Agreement{Checker: critic{}}
		}
	}})
	require.NoError(t, err)
	var got []edifact.Status
	var values []string
	for _, m := range report.Messages() {
		got = append(got, m.Status())
		values = append(values, m.Segments[1].Value(2))
	}
	assert.Equal(t, []edifact.Status{edifact.Accepted, edifact.AcceptedWithErrors, edifact.Rejected, edifact.Rejected}, got)
	assert.Equal(t, []string{"Ö", "ж", "Ö", "Ö"}, values)
	f := report.Interchanges[2].Faults[0]
	assert.Equal(t, "US", stream[f.Offset:f.Offset+2])
	segments, ok := edifact.Acknowledge(report.Interchanges[2])
	require.True(t, ok)
	assert.Equal(t, "UCI+1+WRONG+US+4+7+UNB+4:1", segments[0].String())
}
