package gateway

import (
	"cmp"
	"strings"

	"github.com/o2ckit/o2c/edi/ack"
	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/finding"
)

// adviceX12 reads an application advice (824) as an answer to the sets that it names.
func adviceX12(set *x12.Set, o mapping.Options) (ack.Answer, finding.List) {
	advice, found := mapping.ReadApplicationAdvice(set, o)
	a := ack.Answer{Standard: ack.X12, Kind: set.ID, Control: set.Interchange().Control + "/" + set.Group.Control + "/" + set.Control}
	for i := range advice.Results {
		r := &advice.Results[i]
		d := ack.Document{Kind: r.SetID, Reference: strings.TrimSpace(r.Reference.Qualifier + " " + r.Reference.Value),
			Level: ack.Level{Control: r.Set, Status: statusOf(r.Outcome)}}
		for _, e := range r.Errors {
			d.Faults = append(d.Faults, fault.Fault{Code: ack.CodeDocument, Standard: fault.Note{Element: "TED01", Code: e.Code}, Severity: fault.Failure,
				Segment: e.Segment, SegmentNo: e.Position, Element: e.Element, Value: fault.Shortened(e.Value), Expected: e.Better,
				Message: cmp.Or(e.Message, strings.Join(e.Notes, " "), "the partner gives no words for it"),
				Fix:     "correct the document where it comes from, and send it again"})
		}
		a.Documents = append(a.Documents, d)
	}
	return a, found
}

func statusOf(o mapping.ResultOutcome) fault.Status {
	switch o {
	case mapping.ResultAccepted:
		return fault.Accepted
	case mapping.ResultChanged, mapping.ResultWithErrors:
		return fault.AcceptedWithErrors
	case mapping.ResultPartly:
		return fault.PartiallyAccepted
	case mapping.ResultRejected:
	}
	return fault.Rejected // what nobody accepted is not accepted
}

// adviceEDIFACT reads an APERAK as an answer to the message that it names.
func adviceEDIFACT(m *edifact.Message, o mapping.Options) (ack.Answer, finding.List) {
	advice, found := message.ReadApplicationAnswer(m, o)
	d := ack.Document{Level: ack.Level{Control: advice.Message}}
	if len(advice.References) > 0 {
		d.Reference = strings.TrimSpace(advice.References[0].Qualifier + " " + advice.References[0].Value)
	}
	switch {
	case advice.Verdict == message.MessageRejected, advice.Verdict == "" && len(advice.Errors) > 0:
		d.Status = fault.Rejected
	case len(advice.Errors) > 0:
		d.Status = fault.AcceptedWithErrors
	}
	for _, e := range advice.Errors {
		d.Faults = append(d.Faults, fault.Fault{Code: ack.CodeDocument, Standard: fault.Note{Element: "9321", Code: e.Code}, Severity: fault.Failure,
			Message: cmp.Or(e.Text, "the partner gives no words for it"), Value: fault.Shortened(e.Reference.Value),
			Fix: "correct the document where it comes from, and send it again"})
	}
	return ack.Answer{Standard: ack.EDIFACT, Kind: m.ID, Control: m.Interchange.Control + "/" + m.Control, Documents: []ack.Document{d}}, found
}
