package partner

import (
	"cmp"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/x12"
)

const (
	// CodeSender means that nobody in the directory sends as the interchange says: a
	// warning. It is read by the standard and the options alone.
	CodeSender = "partner.sender"
	// CodeReceiver means that an interchange is for somebody else than we are with its
	// sender (TA105 007 or 008, 0085 7).
	CodeReceiver = "partner.receiver"
	// CodeUsage means that a test came where production was agreed, or the other way
	// round (TA105 020, 0085 25).
	CodeUsage = "partner.usage"
)

// X12Options returns options by which a stream of X12 is read: what was agreed with the
// sender of each interchange holds for it, so that one stream may bring those of several
// partners. Limits are those of base, and so is everything for senders whom nobody
// knows. Options serve one reader at a time.
func (d *Directory) X12Options(base x12.Options) x12.Options {
	checkers := make(map[int]*x12Checker)
	options := base
	options.Agreed = func(h x12.Header) x12.Agreement {
		i, known := d.isa[[2]string{h.SenderQualifier, h.Sender}]
		if !known {
			return x12.Agreement{Lenient: base.Lenient, Policy: base.Policy, Checker: base.Checker, Faults: []x12.Fault{{
				Code: CodeSender, Severity: x12.Warning, Standard: fault.Note{Element: "TA105", Code: "006"}, Element: 6,
				Message: "no partner sends as " + h.SenderQualifier + ":" + h.Sender, Fix: "add a profile of the partner"}}}
		}
		p := d.partners[i]
		if checkers[i] == nil {
			c := p.x12.x12Checker(true)
			s := p.X12
			c.parties = &[2]string{cmp.Or(s.GroupID, s.ID), cmp.Or(s.OurGroupID, s.OurID)}
			checkers[i] = c
		}
		checkers[i].group = nil
		agreed := x12.Agreement{Lenient: base.Lenient || p.x12.tolerate.Header, Checker: checkers[i], Faults: p.x12HeaderFaults(h)}
		if p.X12.Acknowledge.AcceptErrors {
			agreed.Policy = x12.NoteErrors
		}
		return agreed
	}
	return options
}

// x12HeaderFaults compares an ISA that came with what was agreed.
func (c *compiled) x12HeaderFaults(h x12.Header) []x12.Fault {
	return c.x12Compare(h, c.X12.OurQualifier, c.X12.OurID)
}

// x12Compare compares receiver and usage of an ISA with what they should be.
func (c *compiled) x12Compare(h x12.Header, qualifier, id string) []x12.Fault {
	var faults []x12.Fault
	compare := func(got, want string, element int, code, note, message, fix string) {
		if got == want {
			return
		}
		f := x12.Fault{Code: code, Standard: fault.Note{Element: "TA105", Code: note}, Severity: x12.Failure, Element: element,
			Message: message, Expected: want, Fix: fix}
		c.x12.settle(&f, heldTo{exact: true}, true)
		faults = append(faults, f)
	}
	to := "send it to " + qualifier + ":" + id
	compare(h.ReceiverQualifier, qualifier, 7, CodeReceiver, "007", "the receiver's qualifier is not the one agreed", to)
	compare(h.Receiver, id, 8, CodeReceiver, "008", "the receiver is not the one agreed", to)
	compare(h.Usage, c.X12.usage(), 15, CodeUsage, "020", "the interchange is not of the usage that was agreed", usageFix)
	return faults
}

const usageFix = "send test data and production data as such, and change the profile when tests are over"

// EDIFACTOptions returns options by which a stream of EDIFACT is read, as X12Options
// does for X12.
func (d *Directory) EDIFACTOptions(base edifact.Options) edifact.Options {
	checkers := make(map[int]*edifactChecker)
	options := base
	options.Agreed = func(h edifact.Header) edifact.Agreement {
		i, known := d.unb[[2]string{h.Sender.Qualifier, h.Sender.ID}]
		if !known {
			return edifact.Agreement{Charset: base.Charset, Policy: base.Policy, Checker: base.Checker, Faults: []edifact.Fault{{
				Code: CodeSender, Severity: edifact.Warning, Standard: fault.Note{Element: "0085", Code: "23"}, Element: 2, Component: 1,
				Message: "no partner sends as " + h.Sender.ID, Fix: "add a profile of the partner"}}}
		}
		p := d.partners[i]
		if checkers[i] == nil {
			checkers[i] = p.edifact.edifactChecker(true)
		}
		agreed := edifact.Agreement{Charset: cmp.Or(p.EDIFACT.Charset, base.Charset), Checker: checkers[i], Faults: p.edifactHeaderFaults(h)}
		if p.EDIFACT.Acknowledge.AcceptErrors {
			agreed.Policy = edifact.NoteErrors
		}
		return agreed
	}
	return options
}

// edifactHeaderFaults compares a UNB that came with what was agreed.
func (c *compiled) edifactHeaderFaults(h edifact.Header) []edifact.Fault {
	return c.edifactCompare(h, c.EDIFACT.us())
}

// edifactCompare compares recipient and test indicator of a UNB with what they should be.
func (c *compiled) edifactCompare(h edifact.Header, to edifact.Party) []edifact.Fault {
	var faults []edifact.Fault
	add := func(f edifact.Fault, note string) {
		f.Standard, f.Severity = fault.Note{Element: "0085", Code: note}, edifact.Failure
		c.edifact.settle(&f, heldTo{exact: true}, true)
		faults = append(faults, f)
	}
	switch fix := "send it to " + to.ID + ", qualifier " + to.Qualifier; {
	case h.Recipient.ID != to.ID:
		add(edifact.Fault{Code: CodeReceiver, Element: 3, Component: 1, Message: "the recipient is not the one agreed", Expected: to.ID, Fix: fix}, "7")
	case h.Recipient.Qualifier != to.Qualifier:
		add(edifact.Fault{Code: CodeReceiver, Element: 3, Component: 2, Message: "the recipient's qualifier is not the one agreed",
			Expected: to.Qualifier, Fix: fix}, "7")
	}
	if test := c.EDIFACT.Test; h.Test != test {
		agreed := "production data"
		if test {
			agreed = "test data"
		}
		add(edifact.Fault{Code: CodeUsage, Element: 11, Message: "the test indicator is not what was agreed", Expected: agreed, Fix: usageFix}, "25")
	}
	return faults
}
