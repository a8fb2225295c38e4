package partner

import (
	"bytes"

	"github.com/o2ckit/o2c/edi/ack"
	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/kernel/finding"
)

// direction says who sends an interchange of EDIFACT.
func (s *EDIFACT) direction(h edifact.Header) Direction {
	switch {
	case h.Sender.Qualifier == s.Qualifier && h.Sender.ID == s.ID:
		return Received
	case h.Sender.Qualifier == s.OurQualifier && h.Sender.ID == s.OurID:
		return Written
	}
	return Foreign
}

// edifactOptions read what either of the two sends.
func (r *certifying) edifactOptions() edifact.Options {
	received, sent := r.edifact.edifactChecker(true), r.edifact.edifactChecker(false)
	s := r.EDIFACT
	return edifact.Options{Agreed: func(h edifact.Header) edifact.Agreement {
		switch s.direction(h) {
		case Received:
			agreed := edifact.Agreement{Charset: s.Charset, Checker: received, Faults: r.edifactHeaderFaults(h)}
			if s.Acknowledge.AcceptErrors {
				agreed.Policy = edifact.NoteErrors
			}
			return agreed
		case Written:
			return edifact.Agreement{Checker: sent, Faults: r.edifactCompare(h, s.party())}
		default:
			return edifact.Agreement{Checker: edifact.NewSchemaChecker(edifact.SchemaConfig{}), Faults: []edifact.Fault{{Code: CodeSender,
				Severity: edifact.Failure, Standard: fault.Note{Element: "0085", Code: "23"}, Element: 2, Component: 1,
				Message: "the sender is neither the partner nor we", Expected: s.Qualifier + ":" + s.ID,
				Fix: "correct the profile, or take a sample of this partner"}}}
		}
	}}
}

func (r *certifying) readEDIFACT(text []byte, out *CertifiedFile) error {
	report, err := edifact.Read(bytes.NewReader(text), r.edifactOptions())
	if err != nil {
		return err
	}
	out.Faults = append(out.Faults, report.Faults...)
	for _, ic := range report.Interchanges {
		out.Interchanges = append(out.Interchanges, r.edifactInterchange(ic))
	}
	return nil
}

func (r *certifying) edifactInterchange(ic *edifact.Interchange) CertifiedInterchange {
	direction := r.EDIFACT.direction(ic.Header)
	out := CertifiedInterchange{Control: ic.Control, Direction: direction, Status: ic.Status(),
		Faults: fault.List(ic.Faults), Sets: []CertifiedSet{}}
	again := func(into *[]fault.Fault, scope Scope, segment string, element int, offset int64, key ...string) {
		f := fault.Fault{Segment: segment, Element: element, Offset: offset}
		if segment != "UNG" {
			f.SegmentNo = 1
		}
		if f, twice := r.repeated(scope, f, append([]string{string(direction)}, key...)...); twice {
			*into = append(*into, f)
		}
	}
	again(&out.Faults, ScopeInterchange, "UNB", 5, ic.Offset, ic.Control)
	for _, g := range ic.Groups {
		out.Faults = append(out.Faults, g.Faults...)
		again(&out.Faults, ScopeGroup, "UNG", 5, g.Offset, g.MessageType, g.Control)
	}
	for _, m := range ic.Messages {
		r.sampled[m.ID] = true
		s := CertifiedSet{Set: m.ID, Control: m.Control, Version: m.Directory(), Status: m.Status(),
			Faults: fault.List(m.Faults), Findings: finding.List{}}
		again(&s.Faults, ScopeSet, "UNH", 1, m.Offset, m.ID, m.Control)
		if m.Status() != edifact.Rejected {
			found, known := readEDIFACTDocument(r.EDIFACT.Ours(m), r.Mapping())
			s.Mapped = known
			s.Findings = append(s.Findings, r.EDIFACT.Tolerate.Tolerated(found)...)
		}
		out.Sets = append(out.Sets, s)
	}
	if direction == Received {
		out.Answer = r.answerEDIFACT(ic)
	}
	out.finish()
	return out
}

// readEDIFACTDocument reads a message into the document that the library has for it.
func readEDIFACTDocument(m *edifact.Message, o mapping.Options) (found finding.List, known bool) {
	switch m.ID {
	case "APERAK":
		_, found = message.ReadApplicationAnswer(m, o)
	case contrl:
		_, found = ack.ReadMessage(m)
	case "DESADV":
		_, found = message.ReadDespatchAdvice(m, o)
	case "INVRPT":
		_, found = message.ReadInventoryReport(m, o)
	case "PRICAT":
		_, found = message.ReadPriceCatalogue(m, o)
	case "RECADV":
		_, found = message.ReadReceivingAdvice(m, o)
	case "INVOIC":
		_, found = message.ReadInvoice(m, o)
	case "ORDCHG":
		_, found = message.ReadPurchaseOrderChange(m, o)
	case "ORDERS":
		_, found = message.ReadPurchaseOrder(m, o)
	case "ORDRSP":
		_, found = message.ReadOrderResponse(m, o)
	default:
		return nil, false
	}
	return found, true
}

// answerEDIFACT writes what we would answer, and holds it to the standard.
func (r *certifying) answerEDIFACT(ic *edifact.Interchange) *CertifiedAnswer {
	if !r.EDIFACT.answers(ic) {
		return nil
	}
	out := &CertifiedAnswer{Set: contrl, Faults: []fault.Fault{}}
	raw, err := r.replyEDIFACT(ic, 1, r.at)
	switch {
	case err == nil && raw == nil:
		return nil
	case err != nil:
		out.Faults = append(out.Faults, unwritten(err))
		return out
	}
	out.Text = string(raw)
	report, err := edifact.Read(bytes.NewReader(raw), edifact.Options{Checker: edifact.NewSchemaChecker(edifact.SchemaConfig{})})
	if err != nil {
		out.Faults = append(out.Faults, unwritten(err))
		return out
	}
	out.Faults = append(out.Faults, report.Faults...)
	for _, read := range report.Interchanges {
		out.Faults = append(out.Faults, read.Faults...)
	}
	for _, m := range report.Messages() {
		out.Faults = append(out.Faults, m.Faults...)
	}
	out.Faults = failures(out.Faults) // how the standard's own messages are known here is no matter of the partner's
	out.OK = report.OK() && len(report.Messages()) == 1
	return out
}
