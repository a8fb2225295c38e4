package terms

import (
	"fmt"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
)

// usualPresentation is the number of days after shipment within which UCP 600 (article 14 c) wants the documents.
const usualPresentation = 21

// Credit are the dates of a letter of credit that shipping has to keep.
type Credit struct {
	// Number is the issuing bank's number.
	Number string `json:"number"`
	// LatestShipment is the last day for the transport document; no date where only the expiry counts.
	LatestShipment calendar.Date `json:"latest_shipment,omitzero"`
	// Expiry is the last day to present documents.
	Expiry calendar.Date `json:"expiry"`
	// PresentationDays is how many days after shipment documents must be presented; 0 stands for the 21 of UCP 600.
	PresentationDays int `json:"presentation_days,omitempty"`
}

// PresentBy returns the last day to present documents for goods that were shipped on a day: the days for presentation,
// but not beyond the expiry. ErrRange where a date is missing or beyond the calendar.
func (c Credit) PresentBy(shipped calendar.Date) (calendar.Date, error) {
	days := c.PresentationDays
	if days == 0 {
		days = usualPresentation
	}
	by := shipped.AddDays(days)
	switch {
	case by.IsZero() || c.Expiry.IsZero():
		return calendar.Date{}, ErrRange
	case by.After(c.Expiry):
		return c.Expiry, nil
	}
	return by, nil
}

// CheckShipment says what stands against shipping on a day under the credit: no expiry, a shipment too late, or after
// the expiry itself. All findings block; their codes are
//
//	terms.credit.no-expiry      no date of expiry
//	terms.credit.expired        after the expiry
//	terms.credit.late-shipment  after the latest day of shipment
//	terms.credit.presentation   the days for presentation are below 0
func (c Credit) CheckShipment(on calendar.Date) finding.List {
	var found finding.List
	switch {
	case c.Expiry.IsZero():
		found.Block("terms.credit.no-expiry", "expiry", fmt.Sprintf("letter of credit %s has no date of expiry", c.Number), "ask the bank for it")
	case on.After(c.Expiry):
		found.Block("terms.credit.expired", "expiry", fmt.Sprintf("letter of credit %s expired on %s", c.Number, c.Expiry), "have it extended before shipping")
	case !c.LatestShipment.IsZero() && on.After(c.LatestShipment):
		found.Block("terms.credit.late-shipment", "latest_shipment",
			fmt.Sprintf("letter of credit %s allows shipment until %s", c.Number, c.LatestShipment), "have it amended before shipping")
	}
	if c.PresentationDays < 0 {
		found.Block("terms.credit.presentation", "presentation_days", "the days for presentation are negative", "leave them out for the usual 21")
	}
	return found
}
