package errordesk

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order/intake"
)

// Case is a document that a person has to look at, as a list shows it.
type Case struct {
	intake.Entry
	// Age is how long ago it was received.
	Age time.Duration
	// Codes are the codes of the findings that stand against it, each once.
	Codes []string
}

// Filter says which cases are wanted. The zero value gives all that are to do.
type Filter struct {
	// Partner, Kind (the set or message) and AssignedTo are compared as they are;
	// empty: any.
	Partner    string
	Kind       string
	AssignedTo string
	// Unassigned wants cases that nobody is to look at.
	Unassigned bool
	// Code is that of a finding, or a beginning of it before a dot, such as x12.
	Code string
	// OlderThan wants cases that were received longer ago. 0: any.
	OlderThan time.Duration
	// States are those wanted. None: [intake.ToDo].
	States []intake.State
}

func (f Filter) wants(c *Case) bool {
	states := f.States
	if len(states) == 0 {
		states = []intake.State{intake.ToDo}
	}
	switch {
	case !slices.Contains(states, c.State()),
		f.Partner != "" && f.Partner != c.Partner,
		f.Kind != "" && f.Kind != c.Kind,
		f.AssignedTo != "" && f.AssignedTo != c.AssignedTo,
		f.Unassigned && c.AssignedTo != "",
		f.OlderThan > 0 && c.Age <= f.OlderThan:
		return false
	case f.Code == "":
		return true
	}
	return slices.ContainsFunc(c.Codes, func(code string) bool { return code == f.Code || strings.HasPrefix(code, f.Code+".") })
}

// List gives the cases that a filter wants, the oldest first.
func (d *Desk) List(f Filter) []Case {
	now := d.config.Clock()
	var list []Case
	for e := range d.config.Inbox.Entries() {
		c := caseOf(e, now)
		if f.wants(&c) {
			list = append(list, c)
		}
	}
	return list
}

func caseOf(e intake.Entry, now time.Time) Case {
	c := Case{Entry: e, Age: now.Sub(e.Received)}
	for _, f := range e.Outcome.Findings {
		if f.Severity == finding.Block && !slices.Contains(c.Codes, f.Code) {
			c.Codes = append(c.Codes, f.Code)
		}
	}
	return c
}

// Problem is a finding with the place in the document that it speaks of.
type Problem struct {
	finding.Finding
	// Segment is the identifier of the segment, SegmentNo counts it from 1 in its set
	// or message, Element counts from 1; empty and 0: the finding names none.
	Segment   string
	SegmentNo int
	Element   int
	// Text is the segment as it stands, Value the element.
	Text  string
	Value string
}

// Detail is all that is known of a document.
type Detail struct {
	Case
	// Problems are the findings with their places.
	Problems []Problem
	// Document is the document as it came.
	Document intake.Document
	// Interchange is the document as it can be read, and corrected, by itself.
	Interchange []byte
	// Tries are the first try and its corrections, in order; the document is one of
	// them.
	Tries []intake.Entry
	// Changes are the segments that it changed of the one that it corrects.
	Changes []Change
}

// Show tells all of a document, or returns [intake.ErrNoDocument].
func (d *Desk) Show(ctx context.Context, id string) (Detail, error) {
	e, err := d.config.Inbox.Entry(id)
	if err != nil {
		return Detail{}, err
	}
	t := Detail{Case: caseOf(e, d.config.Clock())}
	if t.Document, err = d.config.Inbox.Document(ctx, id); err != nil {
		return Detail{}, err
	}
	if t.Interchange, err = Interchange(t.Document); err != nil {
		return Detail{}, err
	}
	if t.Tries, err = d.tries(e); err != nil {
		return Detail{}, err
	}
	if e.Corrects != "" {
		first, err := d.config.Inbox.Document(ctx, e.Corrects)
		if err != nil {
			return Detail{}, err
		}
		t.Changes = Diff(first, t.Document)
	}
	segments := segmentsOf(t.Document)
	for _, f := range e.Outcome.Findings {
		t.Problems = append(t.Problems, problem(f, segments))
	}
	return t, nil
}

// tries follows the links to the first try, and from there to the last correction.
func (d *Desk) tries(e intake.Entry) ([]intake.Entry, error) {
	var err error
	for e.Corrects != "" {
		if e, err = d.config.Inbox.Entry(e.Corrects); err != nil {
			return nil, err
		}
	}
	list := []intake.Entry{e}
	for e.CorrectedBy != "" {
		if e, err = d.config.Inbox.Entry(e.CorrectedBy); err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

// problem finds the segment that a finding speaks of by its path, which is that of
// fault.Fault.Finding: segments[12].PO1.2.
func problem(f finding.Finding, segments []segment) Problem {
	p := Problem{Finding: f}
	rest, found := strings.CutPrefix(f.Path, "segments[")
	if !found {
		return p
	}
	number, rest, found := strings.Cut(rest, "].")
	if _, err := fmt.Sscanf(number, "%d", &p.SegmentNo); err != nil || !found {
		p.SegmentNo = 0
		return p
	}
	name, element, _ := strings.Cut(rest, ".")
	p.Segment = name
	if _, err := fmt.Sscanf(element, "%d", &p.Element); err != nil {
		p.Element = 0
	}
	if p.SegmentNo < 1 || p.SegmentNo > len(segments) {
		return p
	}
	if s := segments[p.SegmentNo-1]; s.id == name { // else the finding speaks of an envelope
		p.Text = s.text
		if p.Element > 0 && p.Element <= len(s.values) {
			p.Value = s.values[p.Element-1]
		}
	}
	return p
}
