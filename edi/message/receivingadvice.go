package message

import (
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// ReceivingAdvice is what a customer says of goods that have arrived.
type ReceivingAdvice struct {
	Source order.Source `json:"source"`
	// Number is the customer's number of the advice.
	Number string `json:"number"`
	// Cancel takes back what was told under the number, Replace puts this in its
	// place.
	Cancel  bool          `json:"cancel,omitempty"`
	Replace bool          `json:"replace,omitempty"`
	Date    calendar.Date `json:"date,omitzero"`
	// Received is the day on which the goods arrived.
	Received calendar.Date `json:"received,omitzero"`
	// Shipment is the vendor's number of the shipment, that of its despatch advice or
	// delivery note, and PurchaseOrder the customer's of the order. Both may stand at
	// the lines instead.
	Shipment      string            `json:"shipment,omitempty"`
	PurchaseOrder string            `json:"purchase_order,omitempty"`
	References    []order.Reference `json:"references,omitempty"`
	Parties       []order.Party     `json:"parties,omitempty"`
	Lines         []ReceivedLine    `json:"lines"`
}

// ReceivedLine is what arrived of an item, of one line of an order or in one carton
// as far as the customer says so.
type ReceivedLine struct {
	// ID counts the lines of the advice.
	ID          string                 `json:"id,omitempty"`
	Identifiers []order.ItemIdentifier `json:"identifiers,omitempty"`
	Description string                 `json:"description,omitempty"`
	// PurchaseOrder and OrderLine are the customer's numbers of the order and of its
	// line, Shipment the vendor's of the shipment. Empty: those of the advice.
	PurchaseOrder string `json:"purchase_order,omitempty"`
	OrderLine     string `json:"order_line,omitempty"`
	Shipment      string `json:"shipment,omitempty"`
	// Carton is the SSCC of the carton or pallet that it came in.
	Carton string `json:"carton,omitempty"`
	// Advised is what the despatch advice said. No unit: it is not told.
	Advised quantity.Quantity `json:"advised,omitzero"`
	// Received is what arrived, Accepted what of it the customer keeps.
	Received quantity.Quantity `json:"received"`
	Accepted quantity.Quantity `json:"accepted"`
	// Variances explain what was refused, is missing or was not expected.
	Variances  []Variance        `json:"variances,omitempty"`
	Lot        string            `json:"lot,omitempty"`
	Expires    calendar.Date     `json:"expires,omitzero"`
	References []order.Reference `json:"references,omitempty"`
}

// Variance is one way in which what arrived is not as it should be.
type Variance struct {
	Kind VarianceKind `json:"kind"`
	// Quantity is how much it concerns; below zero: so much less than expected or
	// not accepted.
	Quantity quantity.Quantity `json:"quantity"`
	// Discrepancy and Reason are the codes of the message (data elements 4221 and
	// 4295), Text what it says beside them. All may be empty.
	Discrepancy string `json:"discrepancy,omitempty"`
	Reason      string `json:"reason,omitempty"`
	Text        string `json:"text,omitempty"`
}

// VarianceKind says what a variance is about.
type VarianceKind string

// The kinds of variances.
const (
	// ToBeReturned and ToBeDestroyed were received and are refused.
	ToBeReturned  VarianceKind = "to-be-returned"
	ToBeDestroyed VarianceKind = "to-be-destroyed"
	Damaged       VarianceKind = "damaged"
	// Refused was received and is not accepted; what becomes of it is not said.
	Refused VarianceKind = "refused"
	// FromAdvised and FromOrdered are differences from what the despatch advice said,
	// and from what was ordered.
	FromAdvised VarianceKind = "from-advised"
	FromOrdered VarianceKind = "from-ordered"
	// OtherVariance is any other; its codes say what it is.
	OtherVariance VarianceKind = "other"
)

// refuses tells whether a variance takes goods out of what was accepted.
func (k VarianceKind) refuses() bool {
	return k == ToBeReturned || k == ToBeDestroyed || k == Damaged || k == Refused
}
