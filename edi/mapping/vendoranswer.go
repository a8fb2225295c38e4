package mapping

import (
	"fmt"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
)

// VendorAnswer is what a vendor says of a purchase order of ours, or of a change of
// it (X12 855 and 865, EDIFACT ORDRSP).
type VendorAnswer struct {
	Source order.Source `json:"source"`
	// PurchaseOrder is our number of the order, Release that of the release.
	PurchaseOrder string `json:"purchase_order"`
	Release       string `json:"release,omitempty"`
	// Change is our number of the change that is answered; empty: the order itself
	// is, or the vendor does not repeat it.
	Change string `json:"change,omitempty"`
	// VendorOrder is the vendor's number of the order.
	VendorOrder string `json:"vendor_order,omitempty"`
	// Verdict is what becomes of the order as a whole, Code the vendor's code for it
	// (X12 element 587, EDIFACT element 4343).
	Verdict VendorVerdict `json:"verdict"`
	Code    string        `json:"code,omitempty"`
	// Date is the day of the answer, OrderDate that of the order.
	Date      calendar.Date `json:"date,omitzero"`
	OrderDate calendar.Date `json:"order_date,omitzero"`
	// Ship and Deliver are the days that the vendor names for the order as a whole.
	Ship    calendar.Date `json:"ship,omitzero"`
	Deliver calendar.Date `json:"deliver,omitzero"`
	// Currency is that of every amount. Zero: neither stated nor agreed.
	Currency   money.Currency    `json:"currency,omitzero"`
	Parties    []order.Party     `json:"parties,omitempty"`
	References []order.Reference `json:"references,omitempty"`
	Terms      terms.Payment     `json:"terms,omitzero"`
	// Notes are free texts for people.
	Notes []string `json:"notes,omitempty"`
	// Charges are those of the order as a whole; an allowance is below zero.
	Charges []order.Charge `json:"charges,omitempty"`
	// Lines are those that the vendor speaks of. An answer to the order as a whole
	// has none.
	Lines []AnsweredLine `json:"lines,omitempty"`
}

// AnsweredLine is what a vendor says of a line.
type AnsweredLine struct {
	// Request is the line as the vendor repeats it: our number of it, the item, how
	// much was ordered, at which price. What the vendor does not repeat is empty.
	order.Request
	// Change is what was asked for of the line, where a change of the order is
	// answered; empty: the order itself is.
	Change ChangeKind `json:"change,omitempty"`
	// Parts say what becomes of it. Their quantities add up to that of the line, or
	// there is one that has none and speaks of all. No part: the vendor repeats the
	// line and says no more of it.
	Parts   []AnsweredPart `json:"parts,omitempty"`
	Charges []order.Charge `json:"charges,omitempty"`
	Notes   []string       `json:"notes,omitempty"`
}

// AnsweredPart is a quantity of a line with one fate.
type AnsweredPart struct {
	// Status is what becomes of it, Code the vendor's code for it (X12 element 668,
	// EDIFACT element 1229).
	Status PartStatus `json:"status"`
	Code   string     `json:"code,omitempty"`
	// Quantity is zero, without unit, where the part is all of the line.
	Quantity quantity.Quantity `json:"quantity,omitzero"`
	// Ship and Deliver are when it leaves and arrives.
	Ship    calendar.Date `json:"ship,omitzero"`
	Deliver calendar.Date `json:"deliver,omitzero"`
	// Price is the vendor's for PricePer units where it is another than was ordered
	// at; nil: none is stated.
	Price *money.Amount `json:"price,omitempty"`
	// PricePer is how many units the price is for; 0 means 1.
	PricePer int64 `json:"price_per,omitempty"`
	// Substitute names the item that comes instead; none: the one that was ordered.
	Substitute []order.ItemIdentifier `json:"substitute,omitempty"`
	// Reason is why, in the vendor's words.
	Reason string `json:"reason,omitempty"`
}

// VendorVerdict is what a vendor says of an order as a whole.
type VendorVerdict string

// The verdicts. The empty one is a code that is not known.
const (
	// OrderReceived says that the order arrived, and nothing of what becomes of it.
	OrderReceived    VendorVerdict = "received"
	OrderAccepted    VendorVerdict = "accepted"
	OrderWithChanges VendorVerdict = "accepted-with-changes"
	OrderRejected    VendorVerdict = "rejected"
	OrderOnHold      VendorVerdict = "on-hold"
)

// PartStatus is what becomes of a quantity of a line.
type PartStatus string

// The statuses of a part. The empty one is a code that is not known.
const (
	PartAccepted PartStatus = "accepted"
	// PartShipped is accepted and has left, or is released to leave.
	PartShipped     PartStatus = "shipped"
	PartBackordered PartStatus = "backordered"
	PartRescheduled PartStatus = "rescheduled"
	PartRepriced    PartStatus = "repriced"
	// PartQuantityChanged is accepted with another quantity than was ordered.
	PartQuantityChanged PartStatus = "quantity-changed"
	// PartChanged is accepted with changes that the price, the dates and the quantity
	// of the part tell.
	PartChanged     PartStatus = "changed"
	PartSubstituted PartStatus = "substituted"
	PartOnHold      PartStatus = "on-hold"
	PartDeleted     PartStatus = "deleted"
	PartRejected    PartStatus = "rejected"
)

// Confirms tells whether the vendor will deliver the part, now or later.
func (s PartStatus) Confirms() bool {
	switch s {
	case PartAccepted, PartShipped, PartBackordered, PartRescheduled, PartRepriced, PartQuantityChanged, PartChanged, PartSubstituted:
		return true
	case PartOnHold, PartDeleted, PartRejected:
	}
	return false
}

// Confirmed is how much of a line the vendor will deliver; one with a part that
// speaks of all of it is confirmed wholly or not at all. The error is that of
// quantities in several units.
func (l *AnsweredLine) Confirmed() (quantity.Quantity, error) {
	sum := quantity.New(0, l.Quantity.Unit())
	for _, p := range l.Parts {
		q := p.Quantity
		if q.Unit() == 0 {
			q = l.Quantity
		}
		if !p.Status.Confirms() {
			continue
		}
		if sum.IsZero() && sum.Unit() != q.Unit() {
			sum = quantity.New(0, q.Unit())
		}
		var err error
		if sum, err = sum.Add(q); err != nil {
			return quantity.Quantity{}, err
		}
	}
	return sum, nil
}

// Validate tells which lines have parts that do not add up to what was ordered, as
// lines[0].parts. A line whose quantity the vendor changes, or does not repeat, and
// one that answers a change, need not.
func (a *VendorAnswer) Validate() finding.List {
	var found finding.List
	for i := range a.Lines {
		l := &a.Lines[i]
		path := fmt.Sprintf("lines[%d].parts", i)
		if l.Change != "" || len(l.Parts) == 0 || l.Quantity.Unit() == 0 {
			continue
		}
		sum, free, err := l.partsSum()
		switch {
		case err != nil:
			found.Warn("mapping.answer.parts-unit", path, fmt.Sprintf("the parts of line %s cannot be added up: %v", l.ID, err),
				"ask the vendor how much becomes of the line in one unit")
		case !free && sum != l.Quantity:
			found.Warn("mapping.answer.parts-sum", path, fmt.Sprintf("the parts of line %s add up to %s, %s were ordered", l.ID, sum, l.Quantity),
				"ask the vendor what becomes of the rest")
		}
	}
	return found
}

// partsSum adds up the parts. free: one of them is all of the line, or changes how
// much it is.
func (l *AnsweredLine) partsSum() (sum quantity.Quantity, free bool, err error) {
	for _, p := range l.Parts {
		if p.Quantity.Unit() == 0 || p.Status == PartQuantityChanged {
			return sum, true, nil
		}
		if sum.Unit() == 0 {
			sum = p.Quantity
		} else if sum, err = sum.Add(p.Quantity); err != nil {
			return sum, false, err
		}
	}
	if sum.Unit() != l.Quantity.Unit() {
		_, err = sum.Add(l.Quantity)
	}
	return sum, false, err
}
