package partner

import (
	"cmp"
	"strings"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/x12"
)

// Profile is what was agreed with a trading partner. It is data: [Decode] reads it
// from YAML, under the names of the tags. A partner speaks X12, EDIFACT or both.
type Profile struct {
	// Name is unique among partners; control numbers are counted under it.
	Name string `json:"name" yaml:"name"`
	// Account is our number of the customer that the partner is.
	Account string `json:"account,omitempty" yaml:"account,omitempty"`
	// X12 is what was agreed about X12, nil when none is exchanged.
	X12 *X12 `json:"x12,omitempty" yaml:"x12,omitempty"`
	// EDIFACT is what was agreed about EDIFACT, nil when none is exchanged.
	EDIFACT *EDIFACT `json:"edifact,omitempty" yaml:"edifact,omitempty"`
	// Duplicates say what counts as the same sent twice.
	Duplicates Duplicates `json:"duplicates,omitzero" yaml:"duplicates,omitempty"`
	// Options say how documents are read and written, codes among it; see [Profile.Mapping].
	Options mapping.Options `json:"options,omitzero" yaml:"options,omitempty"`
}

// Mapping returns the options of the profile for packages edi/mapping and edi/message.
// What they do not say follows from the sections: the version of X12, the decimal mark
// of the separators, and that messages with an association of GS1 such as EAN008 are
// EANCOM.
func (p Profile) Mapping() mapping.Options {
	o := p.Options
	if p.X12 != nil {
		o.Version = cmp.Or(o.Version, p.X12.Version)
	}
	if p.EDIFACT != nil {
		if mark := p.EDIFACT.Separators.Decimal; o.DecimalMark == "" && mark != 0 {
			o.DecimalMark = string([]byte{mark})
		}
		o.EANCOM = o.EANCOM || strings.HasPrefix(p.EDIFACT.Association, "EAN")
	}
	return o
}

// X12 is what was agreed with a partner about X12.
type X12 struct {
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
	// Usage is P for production, T for test. Empty: P. An interchange that comes
	// with another usage is refused.
	Usage string `json:"usage,omitempty" yaml:"usage,omitempty"`
	// RequestTA1 asks the partner for a TA1 (ISA14).
	RequestTA1 bool `json:"request_ta1,omitempty" yaml:"request_ta1,omitempty"`
	// First are the control numbers to begin with, where another system gave
	// out those before. Zero ones: 1.
	First Numbers `json:"first,omitzero" yaml:"first,omitempty"`

	// Acknowledge says how what is exchanged is acknowledged: by default with a 997.
	Acknowledge Acknowledgement `json:"acknowledge,omitzero" yaml:"acknowledge,omitempty"`
	// Guide is what the partner asks for beside the standard.
	Guide Guide `json:"guide,omitzero" yaml:"guide,omitempty"`
	// Tolerate is what the partner may do against standard and guide.
	Tolerate Tolerance `json:"tolerate,omitzero" yaml:"tolerate,omitempty"`
}

// EDIFACT is what was agreed with a partner about EDIFACT.
type EDIFACT struct {
	// ID, Qualifier and Routing are the partner's in the UNB (S002 or S003), such
	// as a GLN with qualifier 14.
	ID        string `json:"id" yaml:"id"`
	Qualifier string `json:"qualifier,omitempty" yaml:"qualifier,omitempty"`
	Routing   string `json:"routing,omitempty" yaml:"routing,omitempty"`
	// OurID, OurQualifier and OurRouting are ours with this partner.
	OurID        string `json:"our_id" yaml:"our_id"`
	OurQualifier string `json:"our_qualifier,omitempty" yaml:"our_qualifier,omitempty"`
	OurRouting   string `json:"our_routing,omitempty" yaml:"our_routing,omitempty"`

	// SyntaxID names the character set that is written, UNOA to UNOF, UNOW or UNOY.
	// Empty: UNOC.
	SyntaxID string `json:"syntax_id,omitempty" yaml:"syntax_id,omitempty"`
	// SyntaxVersion is 1 to 4. Empty: 3.
	SyntaxVersion string `json:"syntax_version,omitempty" yaml:"syntax_version,omitempty"`
	// UNA writes a service string advice; separators that are not those of the
	// standard need one.
	UNA bool `json:"una,omitempty" yaml:"una,omitempty"`
	// Separators to write with. Zero: [edifact.Standard]. As data they are a service
	// string advice: "UNA:+,? '".
	Separators edifact.Separators `json:"separators,omitzero" yaml:"separators,omitempty"`
	// LineBreak is put behind each segment: nothing, "\n" or "\r\n".
	LineBreak string `json:"line_break,omitempty" yaml:"line_break,omitempty"`
	// Charset is how values are read when the partner does not mean what its UNB says.
	Charset edifact.Charset `json:"charset,omitempty" yaml:"charset,omitempty"`
	// Directory is the version of the messages that are written, such as D96A.
	Directory string `json:"directory" yaml:"directory"`
	// Association is the association assigned code of the messages that are written
	// (0057), such as EAN008.
	Association string `json:"association,omitempty" yaml:"association,omitempty"`
	// Application is the application reference of the UNB (0026). Empty: the message
	// type.
	Application string `json:"application,omitempty" yaml:"application,omitempty"`
	// Agreement is the communications agreement of the UNB (0032), such as EANCOM.
	Agreement string `json:"agreement,omitempty" yaml:"agreement,omitempty"`
	// Test says that what is exchanged is no production data (0035). An interchange
	// that comes otherwise is refused.
	Test bool `json:"test,omitempty" yaml:"test,omitempty"`
	// RequestCONTRL asks the partner for a CONTRL (0031).
	RequestCONTRL bool `json:"request_contrl,omitempty" yaml:"request_contrl,omitempty"`
	// First are the control references to begin with. Zero ones: 1. Group is not
	// used: messages stand in no groups.
	First Numbers `json:"first,omitzero" yaml:"first,omitempty"`

	// Acknowledge says how what is exchanged is acknowledged: by default with a CONTRL.
	Acknowledge Acknowledgement `json:"acknowledge,omitzero" yaml:"acknowledge,omitempty"`
	// Guide is what the partner asks for beside the standard.
	Guide Guide `json:"guide,omitzero" yaml:"guide,omitempty"`
	// Tolerate is what the partner may do against standard and guide.
	Tolerate Tolerance `json:"tolerate,omitzero" yaml:"tolerate,omitempty"`
}

// Numbers are control numbers: of interchanges (ISA13, UNB 0020), groups (GS06) and
// sets or messages (ST02, UNH 0062), each from 1 to 999,999,999.
type Numbers struct {
	Interchange int64 `json:"interchange,omitempty" yaml:"interchange,omitempty"`
	Group       int64 `json:"group,omitempty" yaml:"group,omitempty"`
	Set         int64 `json:"set,omitempty" yaml:"set,omitempty"`
}

// orFirst gives the numbers to begin with.
func (n Numbers) orFirst() Numbers {
	return Numbers{Interchange: max(n.Interchange, 1), Group: max(n.Group, 1), Set: max(n.Set, 1)}
}

// clone copies the sections, so that a change of one profile is none of the other.
func (p Profile) clone() Profile {
	if p.X12 != nil {
		section := *p.X12
		p.X12 = &section
	}
	if p.EDIFACT != nil {
		section := *p.EDIFACT
		p.EDIFACT = &section
	}
	return p
}
