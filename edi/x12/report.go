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

// MarshalJSON writes the report as `orderdesk edi check` prints it: file, ok,
// interchanges with their sets, and errors at each level. The faults of a
// functional group stand with its interchange.
func (r *Report) MarshalJSON() ([]byte, error) {
	out := jsonReport{File: r.File, OK: r.OK(), Interchanges: []jsonInterchange{}, Errors: present(r.Faults)}
	for _, ic := range r.Interchanges {
		out.Interchanges = append(out.Interchanges, ic.report())
	}
	return json.Marshal(out)
}

// MarshalJSON writes the interchange as it stands in a report.
func (ic *Interchange) MarshalJSON() ([]byte, error) { return json.Marshal(ic.report()) }

type jsonReport struct {
	File         string            `json:"file"`
	OK           bool              `json:"ok"`
	Interchanges []jsonInterchange `json:"interchanges"`
	Errors       []Fault           `json:"errors"`
}

type jsonInterchange struct {
	Standard string    `json:"standard"`
	Version  string    `json:"version"`
	Sender   string    `json:"sender"`
	Receiver string    `json:"receiver"`
	Control  string    `json:"control"`
	Status   Status    `json:"status"`
	Offset   int64     `json:"offset"`
	Errors   []Fault   `json:"errors"`
	Sets     []jsonSet `json:"sets"`
}

type jsonSet struct {
	Set     string  `json:"set"`
	Control string  `json:"control"`
	Group   string  `json:"group"`
	Version string  `json:"version"`
	Status  Status  `json:"status"`
	Offset  int64   `json:"offset"`
	Errors  []Fault `json:"errors"`
}

func (ic *Interchange) report() jsonInterchange {
	out := jsonInterchange{Standard: "X12", Version: ic.Version, Sender: ic.Sender, Receiver: ic.Receiver,
		Control: ic.Control, Status: ic.Status(), Offset: ic.Offset, Errors: present(ic.Faults), Sets: []jsonSet{}}
	for _, g := range ic.Groups {
		out.Errors = append(out.Errors, g.Faults...)
		for _, s := range g.Sets {
			out.Sets = append(out.Sets, jsonSet{Set: s.ID, Control: s.Control, Group: g.Control, Version: g.Version,
				Status: s.Status(), Offset: s.Offset, Errors: present(s.Faults)})
		}
	}
	return out
}

// present copies faults into a list that is [] rather than null when empty.
func present(faults []Fault) []Fault { return append([]Fault{}, faults...) }
