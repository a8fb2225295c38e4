package party

import (
	"strings"

	"github.com/o2ckit/o2c/internal/gs1"
	"github.com/o2ckit/o2c/kernel/finding"
)

// Scheme names who issues an identifier. Its value is the qualifier of X12 element 66, so that an N1 segment's third
// element is a Scheme as it stands. EDIFACT says the same with data element 3055, the responsible agency; the package
// edi/mapping translates between the two.
type Scheme string

// The schemes whose form is known here. Any other value of X12 element 66 is a Scheme too, and is taken as it comes.
const (
	// DUNS is the nine-digit number of Dun & Bradstreet. EDIFACT 3055: 16.
	DUNS Scheme = "1"
	// SCAC is the Standard Carrier Alpha Code, two to four letters, issued by the NMFTA. EDIFACT 3055: 182.
	SCAC Scheme = "2"
	// DUNSPlus4 is a DUNS number with a suffix of four characters that its owner assigns to sites.
	DUNSPlus4 Scheme = "9"
	// AssignedBySeller is a number that we give: our customer number. EDIFACT 3055: 91.
	AssignedBySeller Scheme = "91"
	// AssignedByBuyer is a number that the customer gives, such as its store number; it is unique within that customer
	// only. EDIFACT 3055: 92.
	AssignedByBuyer Scheme = "92"
	// TaxNumber is the federal taxpayer's identification number, in the United States nine digits.
	TaxNumber Scheme = "FI"
	// GLN is the Global Location Number of GS1: thirteen digits, the last of which checks the rest. EDIFACT 3055: 9.
	GLN Scheme = "UL"
	// MutuallyDefined is whatever both sides have agreed upon. EDIFACT 3055: ZZZ.
	MutuallyDefined Scheme = "ZZ"
)

// String gives the scheme's usual name, or the qualifier itself where none is known here.
func (s Scheme) String() string {
	switch s {
	case DUNS:
		return "DUNS"
	case SCAC:
		return "SCAC"
	case DUNSPlus4:
		return "DUNS+4"
	case AssignedBySeller:
		return "assigned by seller"
	case AssignedByBuyer:
		return "assigned by buyer"
	case TaxNumber:
		return "tax number"
	case GLN:
		return "GLN"
	case MutuallyDefined:
		return "mutually defined"
	}
	return string(s)
}

// Identifier is a number or code by which somebody knows a party. It can be a map key; compare normalised ones.
type Identifier struct {
	Scheme Scheme `json:"scheme"`
	Value  string `json:"value"`
}

// String gives "GLN 4012345500004".
func (id Identifier) String() string { return id.Scheme.String() + " " + id.Value }

// IsZero reports whether there is no identifier.
func (id Identifier) IsZero() bool { return id == Identifier{} }

// Normalize gives the identifier as it is compared: without space around it, and where the scheme's form is known,
// without the hyphens, points and spaces that people put in between, in upper case. It repairs nothing else.
func (id Identifier) Normalize() Identifier {
	id.Scheme = Scheme(strings.ToUpper(strings.TrimSpace(string(id.Scheme))))
	id.Value = strings.TrimSpace(id.Value)
	switch id.Scheme {
	case DUNS, DUNSPlus4, GLN, TaxNumber, SCAC:
		id.Value = strings.ToUpper(without(id.Value, " -."))
	default: // no form is known: the value is the issuer's own
	}
	return id
}

// Validate checks the form of a normalised identifier. The findings block; their codes are
//
//	party.identifier.scheme       no scheme, or one of more than two characters (X12 element 66)
//	party.identifier.missing      no value
//	party.identifier.too-long     more than 80 characters (X12 element 67)
//	party.identifier.format       not the digits or letters that the scheme demands
//	party.identifier.check-digit  a GLN whose last digit does not fit the rest
func (id Identifier) Validate() finding.List {
	var found finding.List
	if id.Scheme == "" || len(id.Scheme) > 2 {
		found.Block("party.identifier.scheme", "scheme", "the scheme of an identifier is a code of one or two characters",
			"give the X12 qualifier (element 66), such as 1 for DUNS, UL for GLN, 92 for a number that the buyer assigns")
	}
	if id.Value == "" {
		found.Block("party.identifier.missing", "value", "the identifier has no value", "give the number, or leave the identifier out")
		return found
	}
	if len(id.Value) > 80 {
		found.Block("party.identifier.too-long", "value", "an identifier has at most 80 characters", "look whether several fields ran together")
	}
	if form := id.Scheme.form(id.Value); form != "" {
		found.Block("party.identifier.format", "value", quote(id.Value)+" is no "+id.Scheme.String()+": "+form,
			"compare the number with its owner's")
	} else if id.Scheme == GLN && !gs1.Valid(id.Value) {
		found.Block("party.identifier.check-digit", "value", quote(id.Value)+" is no GLN: its check digit does not fit",
			"look for a digit that was mistyped or two that were swapped")
	}
	return found
}

// form says what the scheme demands where the value does not comply.
func (s Scheme) form(value string) string {
	switch s {
	case DUNS:
		if len(value) != 9 || !isDigits(value) {
			return "it has nine digits"
		}
	case DUNSPlus4:
		if len(value) != 13 || !isDigits(value[:9]) || !isUpperAlnum(value[9:]) {
			return "it has nine digits and four letters or digits"
		}
	case GLN:
		if len(value) != 13 || !isDigits(value) {
			return "it has thirteen digits"
		}
	case SCAC:
		if len(value) < 2 || len(value) > 4 || !isLetters(value) {
			return "it has two to four letters"
		}
	default: // nothing is demanded
	}
	return ""
}
