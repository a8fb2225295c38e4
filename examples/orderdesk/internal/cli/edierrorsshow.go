package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/o2ckit/o2c/edi/errordesk"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order/intake"
)

type errorsShow struct {
	Raw bool   `help:"Print the document alone, as an interchange that can be corrected."`
	ID  string `arg:"" help:"The document, or the beginning of its id."`
}

// problemJSON is a finding with its place.
type problemJSON struct {
	finding.Finding
	Segment   string `json:"segment,omitempty"`
	SegmentNo int    `json:"segment_no,omitempty"`
	Element   int    `json:"element,omitempty"`
	Text      string `json:"text,omitempty"`
	Value     string `json:"value,omitempty"`
}

// segmentChange is a segment that a correction changed.
type segmentChange struct {
	Kind     errordesk.ChangeKind `json:"kind"`
	Before   int                  `json:"before,omitempty"`
	After    int                  `json:"after,omitempty"`
	Was      string               `json:"was,omitempty"`
	Is       string               `json:"is,omitempty"`
	Elements []int                `json:"elements,omitempty"`
}

func changesOf(list []errordesk.Change) []segmentChange {
	out := []segmentChange{}
	for _, c := range list {
		out = append(out, segmentChange(c))
	}
	return out
}

// Run shows a document.
func (c *errorsShow) Run(r *run) error {
	return r.errorDesk(toRead, func(desk *errordesk.Desk, in *intake.Inbox) error {
		id, err := find(in, c.ID)
		if err != nil {
			return err
		}
		d, err := desk.Show(r.ctx, id)
		if err != nil {
			return err
		}
		switch {
		case c.Raw:
			_, err = r.out.Write(d.Interchange)
			return err
		case r.json:
			out := struct {
				caseJSON
				Problems    []problemJSON   `json:"problems"`
				Tries       []string        `json:"tries"`
				Changes     []segmentChange `json:"changes"`
				Interchange []byte          `json:"interchange"`
			}{caseJSON: caseOf(d.Case), Problems: []problemJSON{}, Changes: changesOf(d.Changes), Interchange: d.Interchange}
			for _, p := range d.Problems {
				out.Problems = append(out.Problems, problemJSON(p))
			}
			for _, e := range d.Tries {
				out.Tries = append(out.Tries, e.ID)
			}
			return r.encode(out)
		}
		_, err = fmt.Fprint(r.out, detailText(d))
		return err
	})
}

// detailText puts a document for a person.
func detailText(d errordesk.Detail) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s %s of %s, %s\nreceived %s as %s, %d bytes\n", d.ID, d.Kind, d.Control, d.Partner, d.State(),
		d.Received.Format(time.RFC3339), d.Name, d.Size)
	if d.AssignedTo != "" {
		fmt.Fprintf(&b, "assigned to %s by %s: %s\n", d.AssignedTo, d.Assignment.Actor, d.Assignment.Text)
	}
	if !d.Closed.At.IsZero() {
		fmt.Fprintf(&b, "closed by %s: %s\n", d.Closed.Actor, d.Closed.Text)
	}
	for _, p := range d.Problems {
		fmt.Fprintf(&b, "\n%s %s\n", p.Severity, p.Code)
		if p.SegmentNo > 0 {
			place := fmt.Sprintf("segment %d, %s", p.SegmentNo, p.Segment)
			if p.Element > 0 {
				place += fmt.Sprintf("%02d", p.Element)
			}
			fmt.Fprintf(&b, "  at    %s\n", place)
		} else if p.Path != "" {
			fmt.Fprintf(&b, "  at    %s\n", p.Path)
		}
		if p.Text != "" {
			fmt.Fprintf(&b, "  found %s\n", p.Text)
		}
		fmt.Fprintf(&b, "  means %s\n", p.Message)
		if p.Fix != "" {
			fmt.Fprintf(&b, "  next  %s\n", p.Fix)
		}
	}
	if len(d.Tries) > 1 {
		b.WriteString("\ntries:\n")
		for _, e := range d.Tries {
			fmt.Fprintf(&b, "  %s %s", e.ID, e.State())
			if e.CorrectedBy != "" {
				fmt.Fprintf(&b, " by %s: %s", e.Correction.Actor, e.Correction.Text)
			}
			b.WriteByte('\n')
		}
	}
	b.WriteString(changesText(d.Changes))
	fmt.Fprintf(&b, "\nto correct it: errors show --raw %s > file, then errors correct %s file\n", d.ID[:12], d.ID[:12])
	return b.String()
}

func changesText(list []errordesk.Change) string {
	if len(list) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("\nchanged:\n")
	for _, c := range list {
		if c.Was != "" {
			fmt.Fprintf(&b, "  - %s\n", c.Was)
		}
		if c.Is != "" {
			fmt.Fprintf(&b, "  + %s\n", c.Is)
		}
	}
	return b.String()
}
