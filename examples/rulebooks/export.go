package rulebooks

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
)

// ExportSchema returns what conditions of export rules may say. The errors are
// those of rules.NewSchema.
func ExportSchema(c rules.Config) (*rules.Schema[ExportFacts], error) {
	return rules.NewSchema[ExportFacts](c)
}

// ExportFacts are what export rules decide on: one line of a shipment that
// leaves the country, with what is known of where it goes and of who gets it.
type ExportFacts struct {
	Destination DestinationFacts
	Item        ExportItemFacts
	Consignee   ConsigneeFacts
	// EndUse is what the customer declares to use the goods for, such as resale,
	// military or nuclear; empty: it has not said.
	EndUse  string
	Licence LicenceFacts
	// Mode is how the goods go: air, ocean, road or rail.
	Mode      string
	Dangerous DangerousFacts
}

// DestinationFacts are where the goods are used in the end, which is not always
// where they are shipped to.
type DestinationFacts struct {
	// Country is the ISO 3166-1 alpha-2 code; Region the second part of the ISO
	// 3166-2 code, such as 43 of UA-43. Region may be empty.
	Country string
	Region  string
	// Group is the host's group of the country, such as DestinationGroup makes;
	// empty: it has none.
	Group string
}

// ExportItemFacts are what the goods of the line are.
type ExportItemFacts struct {
	ID string `rule:"id"`
	// ECCN is the export control classification number, EAR99 for goods that are
	// on no list; empty: nobody has classified the item.
	ECCN string `rule:"eccn"`
	// Value is what all goods of the shipment under one Schedule B number are
	// worth, in USD, at the price of the sale.
	Value money.Amount
}

// ConsigneeFacts are what a screening of the parties against lists of denied and
// restricted parties came to.
type ConsigneeFacts struct {
	// Screened tells that it has run on all parties of the shipment.
	Screened bool
	// List is where a match that a person has confirmed stands: DPL (denied
	// persons), SDN (specially designated nationals), EL (entities) or UVL
	// (unverified); empty: none is confirmed.
	List string
	// Score is how near the nearest name was that nobody has judged yet, 0 to
	// 100%; missing: nothing came near.
	Score *money.Rate
}

// LicenceFacts are of the licence that the line is to be shipped under.
type LicenceFacts struct {
	// Number is empty where none was asked for.
	Number string
	// DaysLeft counts from the day of export to the last day of the licence; below
	// 0: it has expired. Missing without a licence.
	DaysLeft *int
	// ValueLeft is what may still be shipped under it; missing without a licence.
	ValueLeft *money.Amount
}

// DangerousFacts are of dangerous goods.
type DangerousFacts struct {
	// UN is the number with its letters, such as UN1263; empty: not dangerous.
	UN string `rule:"un"`
	// Declared tells that there is a shipper's declaration for dangerous goods.
	Declared bool
	// Passenger tells that the goods go on a passenger aircraft.
	Passenger bool
	// Charge is the state of charge of batteries; missing for anything else.
	Charge *money.Rate
}

// The groups of DestinationGroup.
const (
	GroupClose      = "CLOSE"      // the closest allies
	GroupOpen       = "OPEN"       // most countries
	GroupRestricted = "RESTRICTED" // national security or arms embargo concerns
	GroupEmbargo    = "EMBARGO"    // nothing goes there without a licence
)

// DestinationGroup sorts an ISO 3166-1 alpha-2 code into one of four groups. It
// illustrates the country groups of the Export Administration Regulations (part
// 740, supplement 1) with a few countries each; a host that ships takes all of
// the supplement and keeps it up to date. What is not two capital letters has no
// group, which is the empty text.
func DestinationGroup(country string) string {
	switch {
	case len(country) != 2 || strings.Trim(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "":
		return ""
	case slices.Contains([]string{"AU", "CA", "DE", "FR", "GB", "JP"}, country):
		return GroupClose
	case slices.Contains([]string{"CU", "IR", "KP", "SY"}, country):
		return GroupEmbargo
	case slices.Contains([]string{"BY", "CN", "RU", "VE", "VN"}, country):
		return GroupRestricted
	default:
		return GroupOpen
	}
}

// ExportAction says what an export rule does with a line.
type ExportAction uint8

const (
	// ExportClear says why the line may go.
	ExportClear ExportAction = iota + 1
	// ExportPaper asks for a paper or a filing before the goods leave.
	ExportPaper
	// ExportLicence holds the line until there is a licence for it.
	ExportLicence
	// ExportReview holds the line until a person has looked at it.
	ExportReview
	// ExportStop means that the line must not be shipped.
	ExportStop
)

// String returns clear, paper, licence, review or stop.
func (a ExportAction) String() string {
	switch a {
	case ExportClear:
		return "clear"
	case ExportPaper:
		return "paper"
	case ExportLicence:
		return "licence"
	case ExportReview:
		return "review"
	case ExportStop:
		return "stop"
	}
	return fmt.Sprintf("action(%d)", uint8(a))
}

// MarshalText writes the action as String does. A value that is none of the
// constants is an error.
func (a ExportAction) MarshalText() ([]byte, error) {
	if a < ExportClear || a > ExportStop {
		return nil, fmt.Errorf("rulebooks: %s is none", a)
	}
	return []byte(a.String()), nil
}

// UnmarshalText reads what String writes.
func (a *ExportAction) UnmarshalText(text []byte) error {
	for c := ExportClear; c <= ExportStop; c++ {
		if c.String() == string(text) {
			*a = c
			return nil
		}
	}
	return fmt.Errorf("rulebooks: %q is no action; expected clear, paper, licence, review or stop", text)
}

// ExportEffect is what an export rule does with a line that it matches. The line
// goes when no match is a licence, review or stop.
type ExportEffect struct {
	// Action is required.
	Action ExportAction `json:"action"`
	// Code names the cause for programs: lower-case letters, digits and hyphens.
	Code string `json:"code"`
	// Text says what it is about, for a person. {destination.country} and all other
	// names of facts stand for their values.
	Text string `json:"text"`
	// Source is where the rule comes from, such as 15 CFR 758.1. May be empty.
	Source string `json:"source,omitempty"`
}

// Validate returns what makes no sense in the effect, or nil.
func (e ExportEffect) Validate() error {
	var errs []error
	if e.Action < ExportClear || e.Action > ExportStop {
		errs = append(errs, errors.New("the action is missing; expected clear, paper, licence, review or stop"))
	}
	errs = append(errs, checkCode(e.Code))
	if e.Text == "" {
		errs = append(errs, errors.New("the text is missing"))
	}
	return errors.Join(append(errs, rules.CheckTexts[ExportFacts](e.Text))...)
}
