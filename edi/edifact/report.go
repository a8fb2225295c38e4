package edifact

import (
	"encoding/json"

	"github.com/o2ckit/o2c/edi/fault"
)

// Report is what [Check] and [Read] found in a stream.
type Report struct {
	// File names the source; the caller sets it.
	File string
	// Interchanges are those of the stream, in order.
	Interchanges []*Interchange
	// Faults are those that stand outside any interchange.
	Faults []Fault
}

// OK tells whether every message and interchange is accepted and nothing is wrong
// outside them.
func (r *Report) OK() bool {
	if fault.Worst(r.Faults) == Failure {
		return false
	}
	for _, ic := range r.Interchanges {
		if ic.Status() != Accepted {
			return false
		}
	}
	return true
}

// Messages returns the messages of all interchanges in order.
func (r *Report) Messages() []*Message {
	var messages []*Message
	for _, ic := range r.Interchanges {
		messages = append(messages, ic.Messages...)
	}
	return messages
}

// MarshalJSON writes the report as a [fault.Report].
func (r *Report) MarshalJSON() ([]byte, error) {
	out := fault.Report{File: r.File, OK: r.OK(), Interchanges: []fault.InterchangeReport{}, Errors: fault.List(r.Faults)}
	for _, ic := range r.Interchanges {
		out.Interchanges = append(out.Interchanges, ic.report())
	}
	return json.Marshal(out)
}

// MarshalJSON writes the interchange as it stands in a report.
func (ic *Interchange) MarshalJSON() ([]byte, error) { return json.Marshal(ic.report()) }

func (ic *Interchange) report() fault.InterchangeReport {
	out := fault.InterchangeReport{Standard: "EDIFACT", Version: ic.SyntaxID + ":" + ic.SyntaxVersion, Sender: ic.Sender.ID,
		Receiver: ic.Recipient.ID, Control: ic.Control, Test: ic.Test, Status: ic.Status(), Offset: ic.Offset,
		Errors: fault.List(ic.Faults), Sets: []fault.SetReport{}}
	for _, g := range ic.Groups {
		out.Errors = append(out.Errors, g.Faults...)
	}
	for _, m := range ic.Messages {
		group := ""
		if m.Group != nil {
			group = m.Group.Control
		}
		out.Sets = append(out.Sets, fault.SetReport{Set: m.ID, Control: m.Control, Group: group, Version: m.Directory(),
			Status: m.Status(), Offset: m.Offset, Errors: fault.List(m.Faults)})
	}
	return out
}
