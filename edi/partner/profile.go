package partner

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/finding"
)

// Profile is what was agreed with a trading partner about X12. It is data: the
// host reads it from wherever it keeps it, under the names of the tags.
type Profile struct {
	// Name is unique among partners; control numbers are counted under it.
	Name string `json:"name" yaml:"name"`
	// Account is our number of the customer that the partner is.
	Account string `json:"account,omitempty" yaml:"account,omitempty"`

	// Qualifier and ID are the partner's in the ISA (elements 05 and 06, or 07
	// and 08), GroupID its code in the GS. GroupID falls back to ID.
	Qualifier string `json:"qualifier" yaml:"qualifier"`
	ID        string `json:"id" yaml:"id"`
	GroupID   string `json:"group_id,omitempty" yaml:"group_id,omitempty"`
	// OurQualifier, OurID and OurGroupID are ours with this partner.
	OurQualifier string `json:"our_qualifier" yaml:"our_qualifier"`
	OurID        string `json:"our_id" yaml:"our_id"`
	OurGroupID   string `json:"our_group_id,omitempty" yaml:"our_group_id,omitempty"`

	// Version is the version that is written: GS08, such as 004010; ISA12
	// follows from it.
	Version string `json:"version" yaml:"version"`
	// Delimiters to write with. Zero: [x12.StandardDelimiters]. As data:
	// {"element":"*","component":"<","segment":"0x1C"}.
	Delimiters x12.Delimiters `json:"delimiters,omitzero" yaml:"delimiters,omitempty"`
	// LineBreak is put behind each segment: nothing, "\n" or "\r\n".
	LineBreak string `json:"line_break,omitempty" yaml:"line_break,omitempty"`
	// Charset bounds the characters that the partner takes: extended, basic or
	// any. Extended is the default.
	Charset x12.Charset `json:"charset,omitempty" yaml:"charset,omitempty"`
	// Usage is P for production, T for test. Empty: P.
	Usage string `json:"usage,omitempty" yaml:"usage,omitempty"`
	// RequestTA1 asks the partner for a TA1 (ISA14).
	RequestTA1 bool `json:"request_ta1,omitempty" yaml:"request_ta1,omitempty"`
	// SuppressAck sends no 997 for what the partner sends.
	SuppressAck bool `json:"suppress_ack,omitempty" yaml:"suppress_ack,omitempty"`

	// First are the control numbers to begin with, where another system gave
	// out those before. Zero ones: 1.
	First Numbers `json:"first,omitzero" yaml:"first,omitempty"`

	// Options say how documents are read and written.
	Options mapping.Options `json:"options,omitzero" yaml:"options,omitempty"`
}

// Numbers are control numbers: of interchanges (ISA13), groups (GS06) and sets
// (ST02), each from 1 to 999,999,999.
type Numbers struct {
	Interchange int64 `json:"interchange,omitempty" yaml:"interchange,omitempty"`
	Group       int64 `json:"group,omitempty" yaml:"group,omitempty"`
	Set         int64 `json:"set,omitempty" yaml:"set,omitempty"`
}

// orFirst gives the numbers to begin with.
func (n Numbers) orFirst() Numbers {
	return Numbers{Interchange: max(n.Interchange, 1), Group: max(n.Group, 1), Set: max(n.Set, 1)}
}

// Validate returns what is wrong with the profile:
//
//	partner.name         blocks: missing, or longer than a stream name may be
//	partner.identifier   blocks: an ISA identifier or qualifier that is missing or too long
//	partner.version      blocks: not six digits, with an industry suffix or not
//	partner.delimiters   blocks: they cannot be used together, or one that the version needs is missing
//	partner.line-break   blocks: no line break
//	partner.charset      blocks: no character set
//	partner.usage        blocks: neither P nor T
//	partner.first        blocks: a control number out of range
func (p Profile) Validate() finding.List {
	var found finding.List
	if p.Name == "" || len(p.Name) > 200 {
		found.Block("partner.name", "name", fmt.Sprintf("%q is no name of a partner", p.Name), "name it with 1 to 200 bytes")
	}
	for _, f := range []struct {
		path, value string
		most        int
	}{
		{"qualifier", p.Qualifier, 2}, {"id", p.ID, 15}, {"our_qualifier", p.OurQualifier, 2}, {"our_id", p.OurID, 15},
	} {
		if f.value == "" || len(f.value) > f.most {
			found.Block("partner.identifier", f.path, fmt.Sprintf("%q does not fit the ISA", f.value),
				fmt.Sprintf("state 1 to %d characters", f.most))
		}
	}
	if !validVersion(p.Version) {
		found.Block("partner.version", "version", fmt.Sprintf("%q is no version", p.Version), "state six digits, such as 004010")
	}
	if err := p.checkDelimiters(); err != nil {
		found.Block("partner.delimiters", "delimiters", err.Error(), "choose others, or leave them out")
	}
	if p.LineBreak != "" && p.LineBreak != "\n" && p.LineBreak != "\r\n" {
		found.Block("partner.line-break", "line_break", fmt.Sprintf("%q is no line break", p.LineBreak), "state a line feed, with a carriage return or not")
	}
	if err := p.Charset.Validate(); err != nil {
		found.Block("partner.charset", "charset", err.Error(), "state extended, basic or any, or leave it out")
	}
	if p.Usage != "" && p.Usage != "P" && p.Usage != "T" {
		found.Block("partner.usage", "usage", fmt.Sprintf("%q is no usage", p.Usage), "state P for production or T for test")
	}
	for _, n := range []int64{p.First.Interchange, p.First.Group, p.First.Set} {
		if n < 0 || n > lastControl {
			found.Block("partner.first", "first", fmt.Sprintf("%d is no control number", n), "state 1 to 999999999, or leave it out")
		}
	}
	return found
}

// checkDelimiters tells what a writer would refuse.
func (p Profile) checkDelimiters() error {
	d := p.Delimiters
	if d == (x12.Delimiters{}) {
		return nil
	}
	if err := d.Validate(); err != nil {
		return err
	}
	if d.Component == 0 {
		return fmt.Errorf("%w: ISA16 needs a component delimiter", x12.ErrDelimiters)
	}
	if d.Repetition == 0 && p.Version >= "00402" {
		return fmt.Errorf("%w: version %s needs a repetition delimiter", x12.ErrDelimiters, p.Version)
	}
	return nil
}

func validVersion(v string) bool {
	if len(v) < 6 || len(v) > 12 {
		return false
	}
	return strings.Trim(v[:6], "0123456789") == ""
}

// header is the ISA of the partner's next interchange.
func (p Profile) header(control int64, at time.Time) x12.Header {
	h := x12.Header{
		SenderQualifier: p.OurQualifier, Sender: p.OurID, ReceiverQualifier: p.Qualifier, Receiver: p.ID,
		Date: at.Format("060102"), Time: at.Format("1504"), Version: p.Version[:5],
		Control: strconv.FormatInt(control, 10), AckRequested: p.RequestTA1, Usage: p.Usage,
	}
	if h.Usage == "" {
		h.Usage = "P"
	}
	return h
}

// group is the GS of a set.
func (p Profile) group(set string, control int64, at time.Time) (x12.GroupHeader, error) {
	id, known := functionalID(set)
	if !known {
		return x12.GroupHeader{}, fmt.Errorf("partner: set %q belongs to no functional group that is known here", set)
	}
	date := "20060102"
	if p.Version < "004010" {
		date = "060102"
	}
	g := x12.GroupHeader{
		FunctionalID: id, Sender: p.OurGroupID, Receiver: p.GroupID, Date: at.Format(date), Time: at.Format("1504"),
		Control: strconv.FormatInt(control, 10), Version: p.Version,
	}
	if g.Sender == "" {
		g.Sender = p.OurID
	}
	if g.Receiver == "" {
		g.Receiver = p.ID
	}
	return g, nil
}

// functionalID is GS01 for a set (X12 element 479).
func functionalID(set string) (id string, known bool) {
	switch set {
	case "180":
		return "AN", true
	case "810":
		return "IN", true
	case "812":
		return "CD", true
	case "820":
		return "RA", true
	case "832":
		return "SC", true
	case "846":
		return "IB", true
	case "850":
		return "PO", true
	case "855":
		return "PR", true
	case "856":
		return "SH", true
	case "860":
		return "PC", true
	case "865":
		return "CA", true
	case "940":
		return "OW", true
	case "943":
		return "AR", true
	case "944":
		return "RE", true
	case "945":
		return "SW", true
	case "997":
		return "FA", true
	}
	return "", false
}
