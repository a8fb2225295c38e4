package mapping

import (
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
)

// Remittance is what a payer tells of a payment: how much, and what it is for. All
// amounts have one currency.
type Remittance struct {
	Source order.Source `json:"source,omitzero"`
	// Trace is the number by which the payment and the remittance find each other: that
	// of the transfer, or of the check. Originator is who gave it, where that is told.
	Trace      string `json:"trace"`
	Originator string `json:"originator,omitempty"`
	// Handling is the code of what is to be done (X12 element 305): C the payment comes
	// with the remittance, I remittance alone, D payment alone, P announced only.
	Handling string `json:"handling"`
	// Method is how it is paid (X12 element 591): ACH, CHK for a check, FWT and BOP for
	// wire transfers, NON for no payment.
	Method string `json:"method"`
	// Format is that of the payment at the bank (X12 element 812), such as CTX.
	Format string `json:"format,omitempty"`
	// Debit says that the payer is to be credited: the money is taken from the payee.
	Debit bool `json:"debit,omitempty"`
	// Amount is what is paid, 0 or more.
	Amount money.Amount `json:"amount"`
	// Date is the day on which it takes effect.
	Date       calendar.Date     `json:"date,omitzero"`
	Payer      order.Party       `json:"payer,omitzero"`
	Payee      order.Party       `json:"payee,omitzero"`
	From       BankAccount       `json:"from,omitzero"`
	To         BankAccount       `json:"to,omitzero"`
	References []order.Reference `json:"references,omitempty"`
	Notes      []string          `json:"notes,omitempty"`
	Items      []RemittedItem    `json:"items,omitempty"`
	// Adjustments are those that are not of one of the items.
	Adjustments []RemittanceAdjustment `json:"adjustments,omitempty"`
}

// BankAccount is an account at a bank, in the codes of X12.
type BankAccount struct {
	// BankScheme says what Bank is (X12 element 506): 01 an ABA transit number, 02 a
	// SWIFT code.
	BankScheme string `json:"bank_scheme,omitempty"`
	Bank       string `json:"bank,omitempty"`
	// Kind is that of the account (X12 element 569): DA demand deposit, SG savings.
	Kind    string `json:"kind,omitempty"`
	Account string `json:"account,omitempty"`
}

// RemittedItem is what is paid of an open item. Below zero it is taken off the payment.
type RemittedItem struct {
	// Reference names the item: IV an invoice of the payee's, CM a credit memo, and
	// other qualifiers of X12 element 128.
	Reference order.Reference `json:"reference"`
	// Action is the code of how it is paid (X12 element 482): PI in full, PP in part, PO
	// on account.
	Action string `json:"action,omitempty"`
	// Entity is the part of the payer that it is about, such as a store.
	Entity order.Party   `json:"entity,omitzero"`
	Date   calendar.Date `json:"date,omitzero"` // of the invoice
	// Paid is what of the payment goes to it: Invoiced less Discount, and with the
	// adjustments where Invoiced is told.
	Paid money.Amount `json:"paid"`
	// Invoiced is the item's amount as the payer has it, Discount what is taken off for
	// early payment. Zero amounts without currency: not told.
	Invoiced money.Amount `json:"invoiced,omitzero"`
	Discount money.Amount `json:"discount,omitzero"`
	// Adjustments are part of Paid: what lessens it is below zero.
	Adjustments []RemittanceAdjustment `json:"adjustments,omitempty"`
	References  []order.Reference      `json:"references,omitempty"`
	Notes       []string               `json:"notes,omitempty"`
}

// RemittanceAdjustment is why more or less is paid. What lessens the payment is below
// zero.
type RemittanceAdjustment struct {
	Amount money.Amount `json:"amount"`
	// Reason is the code of why (X12 element 426): 01 a pricing error, 04 damaged, 59
	// not received, and others.
	Reason string `json:"reason"`
	// Reference names what it is about, such as the payer's debit memo (DB) or our
	// credit memo (CM).
	Reference  order.Reference   `json:"reference,omitzero"`
	Entity     order.Party       `json:"entity,omitzero"`
	Date       calendar.Date     `json:"date,omitzero"`
	References []order.Reference `json:"references,omitempty"`
	Notes      []string          `json:"notes,omitempty"`
}

// Total adds up what the items and the other adjustments come to. It is Amount in a
// remittance that ties. The error is money.ErrRange, or a *money.CurrencyError for
// amounts in another currency.
func (r *Remittance) Total() (money.Amount, error) {
	sum := money.Zero(r.Amount.Currency())
	for i := range r.Items {
		var err error
		if sum, err = sum.Add(r.Items[i].Paid); err != nil {
			return sum, err
		}
	}
	adjusted, err := adjustments(r.Amount.Currency(), r.Adjustments)
	if err != nil {
		return sum, err
	}
	return sum.Add(adjusted)
}

// adjustments adds up adjustments.
func adjustments(c money.Currency, list []RemittanceAdjustment) (money.Amount, error) {
	sum := money.Zero(c)
	for i := range list {
		var err error
		if sum, err = sum.Add(list[i].Amount); err != nil {
			return sum, err
		}
	}
	return sum, nil
}

// Due is what an item comes to by its amount, discount and adjustments; false: its amount
// is not told, or cannot be added up.
func (i *RemittedItem) Due() (money.Amount, bool) {
	c := i.Invoiced.Currency()
	if c == 0 {
		return money.Amount{}, false
	}
	due, err := adjustments(c, i.Adjustments)
	if err == nil {
		due, err = due.Add(i.Invoiced)
	}
	if err == nil && i.Discount.Currency() != 0 {
		due, err = due.Sub(i.Discount)
	}
	return due, err == nil
}
