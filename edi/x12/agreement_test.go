package x12_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/x12"
)

// critic has something against every BEG.
type critic struct{}

func (critic) CheckSegment(_ *x12.Set, t *x12.Token) []x12.Fault {
	if !t.Is("BEG") {
		return nil
	}
	f := t.Segment().Fault("test.beg", 1, "no", "")
	f.Standard = fault.Note{Element: "AK403", Code: "7"}
	return []x12.Fault{f}
}

// What was agreed holds for the interchanges of one sender, those beside it in the
// stream go by their own.
func TestAgreedWithTheSender(t *testing.T) {
	from := func(sender, control string) string {
		return "ISA*00*          *00*          *ZZ*" + sender + "*ZZ*US             *260330*0815*U*00401*" + control + "*0*P*>~" +
			"GS*PO*A*US*20260330*0815*1*X*004010~ST*850*0001~BEG*00~SE*3*0001~GE*1*1~IEA*1*" + control + "~"
	}
	stream := from("STRICT         ", "000000001") + from("EASY", "000000002") + from("NOTED          ", "000000003") + from("WRONG          ", "000000004")
	asked := 0
	report, err := x12.Check(strings.NewReader(stream), x12.Options{Lenient: true, Agreed: func(h x12.Header) x12.Agreement {
		asked++
		switch h.Sender {
		case "STRICT":
			return x12.Agreement{Checker: critic{}}
		case "EASY":
			return x12.Agreement{Lenient: true}
		case "NOTED":
			return x12.Agreement{Checker: critic{}, Policy: x12.NoteErrors}
		default:
			return x12.Agreement{Faults: []x12.Fault{{Code: "test.receiver", Standard: fault.Note{Element: "TA105", Code: "008"},
				Severity: x12.Failure, Element: 8, Message: "that is not us", Expected: "THEM"}}}
		}
	}})
	require.NoError(t, err)
	assert.Equal(t, 4, asked)
	var got []x12.Status
	for _, set := range report.Sets() {
		got = append(got, set.Status())
	}
	assert.Equal(t, []x12.Status{x12.Rejected, x12.Accepted, x12.AcceptedWithErrors, x12.Rejected}, got)
	assert.Equal(t, x12.Warning, report.Interchanges[1].Faults[0].Severity)
	f := report.Interchanges[3].Faults[0]
	assert.Equal(t, "US             ", f.Value)
	assert.Equal(t, "US             ", stream[f.Offset:f.Offset+15])
	assert.Equal(t, "TA1*000000004*260330*0815*R*008", x12.InterchangeAck(report.Interchanges[3]).String())

	report, err = x12.Check(strings.NewReader(from("EASY", "000000002")), x12.Options{Lenient: true, Agreed: func(x12.Header) x12.Agreement {
		return x12.Agreement{}
	}})
	require.NoError(t, err)
	assert.Equal(t, x12.Rejected, report.Interchanges[0].Status(), "the agreement takes the place of the options")
}
