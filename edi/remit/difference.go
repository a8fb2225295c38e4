package remit

import (
	"fmt"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
)

// Difference is one thing in which a remittance and the open items do not agree.
type Difference struct {
	Kind Kind `json:"kind"`
	// Item is the document of ours; empty: none is meant that is known.
	Item string `json:"item,omitempty"`
	// Reference is what the payer calls it.
	Reference order.Reference `json:"reference,omitzero"`
	// Amount is what it is about. Of what stays open it is that part of the item, and of
	// what stays unapplied that part of the payment; what is taken off the payment is
	// below zero.
	Amount money.Amount `json:"amount"`
	// Stated is the amount of the item as the payer has it, for OtherAmount.
	Stated money.Amount `json:"stated,omitzero"`
	// Reason is the payer's code for it (X12 element 426).
	Reason string `json:"reason,omitempty"`
	// Notes are the payer's.
	Notes []string `json:"notes,omitempty"`
}

// Kind says how the two disagree.
type Kind string

// The kinds of differences: those of an item, of which a part stays open ...
const (
	// Short is paid less, and nothing says why.
	Short Kind = "short"
	// PaidInPart is paid less, and said to be.
	PaidInPart Kind = "in-part"
	// DiscountTaken is taken off for early payment. Whether it was earned the terms say.
	DiscountTaken Kind = "discount"
	// Deducted is taken off an item with a reason.
	Deducted Kind = "deducted"
	// Unfunded is told to be paid, but other deductions took it off the payment.
	Unfunded Kind = "unfunded"
)

// ... those of the payment, of which a part stays unapplied or was taken off ...
const (
	// Unknown is paid for, or taken off for, an item that is not open.
	Unknown Kind = "unknown"
	// Overpaid is more than what is open of an item.
	Overpaid Kind = "overpaid"
	// Added is paid for no item, such as interest.
	Added Kind = "added"
	// Claimed is taken off for no item that is open: a deduction to be looked into.
	Claimed Kind = "claimed"
	// Untold is paid, and no item says what for; below zero: items are told that the
	// payment does not come to.
	Untold Kind = "untold"
)

// ... and one that moves nothing.
const (
	// OtherAmount is an item whose amount the payer has otherwise than it is open.
	OtherAmount Kind = "other-amount"
)

// String says it in words.
func (d Difference) String() string {
	name := d.Item
	if name == "" {
		name = d.Reference.Value
	}
	reason := ""
	if d.Reason != "" {
		reason = " for reason " + d.Reason
	}
	switch d.Kind {
	case Short:
		return fmt.Sprintf("%s: %s short, without a reason", name, d.Amount)
	case PaidInPart:
		return fmt.Sprintf("%s: %s stays open, it is paid in part", name, d.Amount)
	case DiscountTaken:
		return fmt.Sprintf("%s: %s taken as discount", name, d.Amount)
	case Deducted:
		return fmt.Sprintf("%s: %s deducted%s", name, d.Amount, reason)
	case Unfunded:
		return fmt.Sprintf("%s: %s stays open, deductions took it off the payment", name, d.Amount)
	case Unknown:
		return fmt.Sprintf("%s: no such item is open, %s", name, d.Amount)
	case Overpaid:
		return fmt.Sprintf("%s: %s more than is open", name, d.Amount)
	case Added:
		return fmt.Sprintf("%s: %s added%s", name, d.Amount, reason)
	case Claimed:
		return fmt.Sprintf("%s: %s claimed%s", name, d.Amount.Abs(), reason)
	case Untold:
		return fmt.Sprintf("%s of the payment is not told what for", d.Amount)
	case OtherAmount:
		return fmt.Sprintf("%s: the payer has %s, %s is open", name, d.Stated, d.Amount)
	}
	return string(d.Kind)
}
