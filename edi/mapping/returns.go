package mapping

import (
	"fmt"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// ReturnRequest is what a customer wants to give back, or says that it is giving back.
type ReturnRequest struct {
	Source order.Source `json:"source,omitzero"`
	// Number is the customer's.
	Number string            `json:"number"`
	Date   calendar.Date     `json:"date"`
	Kind   ReturnRequestKind `json:"kind"`
	// Authorization is our number of the return (RMA), where the customer has one.
	Authorization string `json:"authorization,omitempty"`
	PurchaseOrder string `json:"purchase_order,omitempty"`
	Invoice       string `json:"invoice,omitempty"`
	// Shipped is the day on which the goods left, for a notification.
	Shipped calendar.Date `json:"shipped,omitzero"`
	// Disposition and Reason are those of lines that have none of their own.
	Disposition Disposition       `json:"disposition,omitempty"`
	Reason      ReturnReason      `json:"reason,omitempty"`
	References  []order.Reference `json:"references,omitempty"`
	Parties     []order.Party     `json:"parties,omitempty"`
	Notes       []string          `json:"notes,omitempty"`
	Lines       []ReturnLine      `json:"lines"`
}

// ReturnRequestKind says what a customer wants.
type ReturnRequestKind string

// The kinds of requests.
const (
	// AskReturn asks whether goods may be returned.
	AskReturn ReturnRequestKind = "request"
	// NotifyReturn says that they are on their way, with or without an authorisation.
	NotifyReturn ReturnRequestKind = "notification"
)

// ReturnLine is an item that a customer wants to give back.
type ReturnLine struct {
	// ID is the customer's number of the line, or where it gives none its place.
	ID          string                 `json:"id"`
	Identifiers []order.ItemIdentifier `json:"identifiers"`
	Description string                 `json:"description,omitempty"`
	Quantity    quantity.Quantity      `json:"quantity"`
	// Price is what a unit was bought at. Nil: the customer does not say.
	Price *money.Amount `json:"price,omitempty"`
	// Disposition is what the customer wants done, Reason why.
	Disposition Disposition  `json:"disposition,omitempty"`
	Reason      ReturnReason `json:"reason,omitempty"`
	// Used says whether the goods were used; nil: it is not said.
	Used *bool `json:"used,omitempty"`
	// Authorization, PurchaseOrder and Invoice are those of the line; empty: those of
	// the request.
	Authorization string            `json:"authorization,omitempty"`
	PurchaseOrder string            `json:"purchase_order,omitempty"`
	Invoice       string            `json:"invoice,omitempty"`
	References    []order.Reference `json:"references,omitempty"` // serial numbers and lots among them
	Notes         []string          `json:"notes,omitempty"`
}

// Disposition is what is to be done with goods that a customer does not want (X12
// element 1292).
type Disposition string

// The dispositions.
const (
	ConsumerReturn      Disposition = "CR" // a consumer sends them to the vendor
	Dispose             Disposition = "DI"
	KeepWithAllowance   Disposition = "KA"
	KeepAndRepair       Disposition = "KR"
	WarrantyService     Disposition = "MW" // of the manufacturer
	PartlyAuthorized    Disposition = "PA"
	ReturnAuthorized    Disposition = "RA" // with an authorisation number
	ReturnDenied        Disposition = "RD"
	FactoryRepair       Disposition = "RF"
	ReturnWithoutNumber Disposition = "RN"
	ReturnPending       Disposition = "RP"
	ShipToThirdParty    Disposition = "RT"
	GiveToCharity       Disposition = "SC"
	ThirdPartyDisposal  Disposition = "SD"
)

// known tells whether a disposition is one of X12 element 1292.
func (d Disposition) known() bool {
	switch d {
	case ConsumerReturn, Dispose, KeepWithAllowance, KeepAndRepair, WarrantyService, PartlyAuthorized, ReturnAuthorized, ReturnDenied,
		FactoryRepair, ReturnWithoutNumber, ReturnPending, ShipToThirdParty, GiveToCharity, ThirdPartyDisposal:
		return true
	}
	return false
}

// Grants tells whether the customer gets what it is about: its goods back to us or
// elsewhere, an allowance, a repair. A return that is denied or pending is not granted.
func (d Disposition) Grants() bool { return d.known() && d != ReturnDenied && d != ReturnPending }

// ReturnReason is why a customer wants to give goods back (X12 element 1293), such as DA
// for damaged goods. Others than the constants are kept as they are.
type ReturnReason string

// Reasons that are asked for often.
const (
	ReasonDamaged    ReturnReason = "DA"
	ReasonInTransit  ReturnReason = "DT" // damaged on the way
	ReasonDefective  ReturnReason = "DM"
	ReasonByConsumer ReturnReason = "DR" // defective, brought back by a consumer
	ReasonWrongGoods ReturnReason = "WG" // or not ordered
	ReasonOrderError ReturnReason = "CO" // the customer's
	ReasonExcess     ReturnReason = "EI"
	ReasonRecall     ReturnReason = "RE"
	ReasonShortDated ReturnReason = "SD"
	ReasonAsExpected ReturnReason = "NA" // not as expected
)

// ReturnAnswer is what becomes of a [ReturnRequest].
type ReturnAnswer struct {
	Source order.Source `json:"source,omitzero"`
	// Number is that of the answer, Request the customer's of the request.
	Number  string        `json:"number"`
	Request string        `json:"request,omitempty"`
	Date    calendar.Date `json:"date"`
	// Authorization is the number that the goods have to come with (RMA), good until
	// the day Expires. Empty: nothing comes back.
	Authorization string            `json:"authorization,omitempty"`
	Expires       calendar.Date     `json:"expires,omitzero"`
	PurchaseOrder string            `json:"purchase_order,omitempty"`
	Invoice       string            `json:"invoice,omitempty"`
	References    []order.Reference `json:"references,omitempty"`
	// Parties name where the goods go, the ship-to, among others.
	Parties []order.Party `json:"parties,omitempty"`
	// Charges are what the customer pays for the return, such as a restocking fee.
	Charges []order.Charge     `json:"charges,omitempty"`
	Notes   []string           `json:"notes,omitempty"`
	Lines   []ReturnAnswerLine `json:"lines"`
}

// ReturnAnswerLine is what becomes of a line, or of a part of it: a line of which a part
// is refused has two of them.
type ReturnAnswerLine struct {
	ID          string                 `json:"id"` // that of the request
	Identifiers []order.ItemIdentifier `json:"identifiers"`
	Description string                 `json:"description,omitempty"`
	Quantity    quantity.Quantity      `json:"quantity"`
	Disposition Disposition            `json:"disposition"`
	// Reason is why it is not as the customer asked (X12 element 1294): NR no record of
	// the sale, RT too late, QD another quantity, and others. It may be empty.
	Reason string `json:"reason,omitempty"`
	// Authorization is that of the line, where it has one of its own.
	Authorization string   `json:"authorization,omitempty"`
	Notes         []string `json:"notes,omitempty"`
}

// Authorize answers a request by granting all of it under an authorisation number, each
// line as it was asked for and else as a return. Whoever decides changes the lines.
func (r *ReturnRequest) Authorize(number, authorization string, date calendar.Date) ReturnAnswer {
	a := ReturnAnswer{
		Number: number, Request: r.Number, Date: date, Authorization: authorization, PurchaseOrder: r.PurchaseOrder, Invoice: r.Invoice,
	}
	for i := range r.Lines {
		l := &r.Lines[i]
		d := l.Disposition
		if d == "" {
			d = r.Disposition
		}
		if !d.Grants() || d == ReturnWithoutNumber || d == ConsumerReturn || d == PartlyAuthorized {
			d = ReturnAuthorized
		}
		a.Lines = append(a.Lines, ReturnAnswerLine{
			ID: l.ID, Identifiers: l.Identifiers, Description: l.Description, Quantity: l.Quantity, Disposition: d,
		})
	}
	return a
}

// Deny refuses a line that is not answered otherwise, with a reason of X12 element 1294.
// It tells whether the answer has such a line.
func (a *ReturnAnswer) Deny(line, reason string) bool {
	denied := false
	for i := range a.Lines {
		if l := &a.Lines[i]; l.ID == line {
			l.Disposition, l.Reason, l.Authorization = ReturnDenied, reason, ""
			denied = true
		}
	}
	return denied
}

// Check says what is wrong with an answer to a request: lines that are not answered or
// were not asked for, quantities that do not come to what was asked for, goods that are
// to come back without an authorisation number.
func (a *ReturnAnswer) Check(r *ReturnRequest) finding.List {
	var found finding.List
	t := newTally(len(r.Lines))
	for i := range r.Lines {
		t.expect(r.Lines[i].ID, nil)
	}
	for i := range a.Lines {
		l := &a.Lines[i]
		path := fmt.Sprintf("lines[%d]", i)
		at := t.find(l.ID, nil)
		switch {
		case at < 0:
			found.Block("mapping.return.never-asked", path, fmt.Sprintf("line %s was not asked for", l.ID), "answer the lines of the request")
		case !t.add(at, l.Quantity):
			found.Block("mapping.return.unit", path, fmt.Sprintf("line %s is answered in several units", l.ID), "answer it in one unit")
		}
		if !l.Disposition.known() {
			found.Block("mapping.return.disposition", path, fmt.Sprintf("%q is no disposition", l.Disposition), "say what is to be done with the goods")
		}
		if l.Disposition == ReturnAuthorized && l.Authorization == "" && a.Authorization == "" {
			found.Block("mapping.return.authorization", path, fmt.Sprintf("line %s is to come back without an authorisation number", l.ID), "give the return a number")
		}
	}
	for i := range r.Lines {
		l := &r.Lines[i]
		switch got, c, alike := t.compare(i, l.Quantity); {
		case t.sums[i].Unit() == 0:
			found.Block("mapping.return.unanswered", "", fmt.Sprintf("line %s is not answered", l.ID), "grant or deny it")
		case !alike || c != 0:
			found.Block("mapping.return.quantity", "", fmt.Sprintf("line %s: %s are answered, %s were asked for", l.ID, got, l.Quantity), "answer all of it, in parts if need be")
		}
	}
	return found
}
