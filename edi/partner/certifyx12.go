package partner

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/o2ckit/o2c/edi/ack"
	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/finding"
)

// direction says who sends an interchange of X12.
func (s *X12) direction(h x12.Header) Direction {
	switch {
	case h.SenderQualifier == s.Qualifier && h.Sender == s.ID:
		return Received
	case h.SenderQualifier == s.OurQualifier && h.Sender == s.OurID:
		return Written
	}
	return Foreign
}

// x12Options read what either of the two sends.
func (r *certifying) x12Options() x12.Options {
	received, sent := r.x12.x12Checker(true), r.x12.x12Checker(false)
	s := r.X12
	ours, theirs := cmp.Or(s.OurGroupID, s.OurID), cmp.Or(s.GroupID, s.ID)
	received.parties, sent.parties = &[2]string{theirs, ours}, &[2]string{ours, theirs}
	return x12.Options{Agreed: func(h x12.Header) x12.Agreement {
		switch s.direction(h) {
		case Received:
			agreed := x12.Agreement{Lenient: s.Tolerate.Header, Checker: received, Faults: r.x12HeaderFaults(h)}
			if s.Acknowledge.AcceptErrors {
				agreed.Policy = x12.NoteErrors
			}
			return agreed
		case Written:
			return x12.Agreement{Checker: sent, Faults: r.x12Compare(h, s.Qualifier, s.ID)}
		default:
			return x12.Agreement{Checker: x12.NewSchemaChecker(x12.SchemaConfig{}), Faults: []x12.Fault{{Code: CodeSender, Severity: x12.Failure,
				Standard: fault.Note{Element: "TA105", Code: "006"}, Element: 6, Message: "the sender is neither the partner nor we",
				Expected: s.Qualifier + ":" + s.ID, Fix: "correct the profile, or take a sample of this partner"}}}
		}
	}}
}

func (r *certifying) readX12(text []byte, out *CertifiedFile) error {
	report, err := x12.Read(bytes.NewReader(text), r.x12Options())
	if err != nil {
		return err
	}
	out.Faults = append(out.Faults, report.Faults...)
	for _, ic := range report.Interchanges {
		out.Interchanges = append(out.Interchanges, r.x12Interchange(ic))
	}
	return nil
}

func (r *certifying) x12Interchange(ic *x12.Interchange) CertifiedInterchange {
	direction := r.X12.direction(ic.Header)
	out := CertifiedInterchange{Control: ic.Control, Direction: direction, Status: ic.Status(),
		Faults: fault.List(ic.Faults), Sets: []CertifiedSet{}}
	again := func(into *[]fault.Fault, scope Scope, segment string, element int, offset int64, key ...string) {
		f := fault.Fault{Segment: segment, SegmentNo: 1, Element: element, Offset: offset}
		if segment == "GS" {
			f.SegmentNo = 0
		}
		if f, twice := r.repeated(scope, f, append([]string{string(direction)}, key...)...); twice {
			*into = append(*into, f)
		}
	}
	again(&out.Faults, ScopeInterchange, "ISA", 13, ic.Offset, ic.Control)
	for _, g := range ic.Groups {
		out.Faults = append(out.Faults, g.Faults...)
		again(&out.Faults, ScopeGroup, "GS", 6, g.Offset, g.FunctionalID, g.Control)
		for _, set := range g.Sets {
			r.sampled[set.ID] = true
			s := CertifiedSet{Set: set.ID, Control: set.Control, Version: set.Version(), Status: set.Status(),
				Faults: fault.List(set.Faults), Findings: finding.List{}}
			again(&s.Faults, ScopeSet, "ST", 2, set.Offset, set.ID, set.Control)
			if set.Status() != x12.Rejected {
				found, known := readX12Document(r.X12.Ours(set), r.Mapping())
				s.Mapped = known
				s.Findings = append(s.Findings, r.X12.Tolerate.Tolerated(found)...)
			}
			out.Sets = append(out.Sets, s)
		}
	}
	if direction == Received {
		out.Answer = r.answerX12(ic)
	}
	out.finish()
	return out
}

// readX12Document reads a set into the document that the library has for it.
func readX12Document(set *x12.Set, o mapping.Options) (found finding.List, known bool) {
	switch set.ID {
	case "180":
		if answersReturn(set) {
			_, found = mapping.ReadReturnAnswer(set, o)
		} else {
			_, found = mapping.ReadReturnRequest(set, o)
		}
	case "204":
		_, found = mapping.ReadLoadTender(set, o)
	case "210":
		_, found = mapping.ReadFreightBill(set, o)
	case "214":
		_, found = mapping.ReadCarrierStatus(set, o)
	case "810":
		_, found = mapping.ReadInvoice(set, o)
	case "812":
		_, found = mapping.ReadAdjustment(set, o)
	case "820":
		_, found = mapping.ReadRemittance(set, o)
	case "824":
		_, found = mapping.ReadApplicationAdvice(set, o)
	case "832":
		_, found = mapping.ReadCatalogue(set, o)
	case "846":
		_, found = mapping.ReadInventoryAdvice(set, o)
	case "850":
		_, found = mapping.ReadPurchaseOrder(set, o)
	case "855":
		_, found = mapping.ReadAcknowledgement(set, o)
	case "856":
		_, found = mapping.ReadShipNotice(set, o)
	case "860":
		_, found = mapping.ReadPurchaseOrderChange(set, o)
	case "865":
		_, found = mapping.ReadChangeAcknowledgement(set, o)
	case "875":
		_, found = mapping.ReadGroceryPurchaseOrder(set, o)
	case "880":
		_, found = mapping.ReadGroceryInvoice(set, o)
	case "940":
		_, found = mapping.ReadShippingOrder(set, o)
	case "943":
		_, found = mapping.ReadStockTransfer(set, o)
	case "944":
		_, found = mapping.ReadStockReceipt(set, o)
	case "945":
		_, found = mapping.ReadShippingAdvice(set, o)
	case "997", "999":
		_, found = ack.ReadSet(set)
	default:
		return nil, false
	}
	return found, true
}

// answersReturn tells whether a 180 answers a request: BGN01 is 11.
func answersReturn(set *x12.Set) bool {
	return slices.ContainsFunc(set.Segments, func(s x12.Segment) bool { return s.Is("BGN") && s.Value(1) == "11" })
}

// answerX12 writes what we would answer, and holds it to the standard.
func (r *certifying) answerX12(ic *x12.Interchange) *CertifiedAnswer {
	out := &CertifiedAnswer{Set: "TA1", Faults: []fault.Fault{}}
	raw, groups, err := r.replyX12(ic, 1, 1, r.at)
	switch {
	case err == nil && raw == nil:
		return nil
	case err != nil:
		out.Faults = append(out.Faults, unwritten(err))
		return out
	}
	if groups > 0 {
		out.Set = answerSet(r.X12, ic)
	}
	out.Text = string(raw)
	report, err := x12.Read(bytes.NewReader(raw), x12.Options{Checker: x12.NewSchemaChecker(x12.SchemaConfig{})})
	if err != nil {
		out.Faults = append(out.Faults, unwritten(err))
		return out
	}
	out.Faults = append(out.Faults, report.Faults...)
	for _, read := range report.Interchanges {
		out.Faults = append(out.Faults, read.Faults...)
	}
	for _, set := range report.Sets() {
		out.Faults = append(out.Faults, set.Faults...)
	}
	out.Faults = failures(out.Faults) // how the standard's own sets are known here is no matter of the partner's
	out.OK = report.OK() && len(report.Sets()) == groups
	return out
}
