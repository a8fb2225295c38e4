package x12

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

// OK tells whether every set and interchange is accepted and nothing is wrong
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

// Sets returns the sets of all interchanges in order.
func (r *Report) Sets() []*Set {
	var sets []*Set
	for _, ic := range r.Interchanges {
		for _, g := range ic.Groups {
			sets = append(sets, g.Sets...)
		}
	}
	return sets
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
	out := fault.InterchangeReport{Standard: "X12", Version: ic.Version, Sender: ic.Sender, Receiver: ic.Receiver,
		Control: ic.Control, Status: ic.Status(), Offset: ic.Offset, Errors: fault.List(ic.Faults), Sets: []fault.SetReport{}}
	for _, g := range ic.Groups {
		out.Errors = append(out.Errors, g.Faults...)
		for _, s := range g.Sets {
			out.Sets = append(out.Sets, fault.SetReport{Set: s.ID, Control: s.Control, Group: g.Control, Version: g.Version,
				Status: s.Status(), Offset: s.Offset, Errors: fault.List(s.Faults)})
		}
	}
	return out
}
