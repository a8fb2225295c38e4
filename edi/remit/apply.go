package remit

import (
	"fmt"

	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
)

// Target says where a payment goes.
type Target struct {
	// Document is the key of the payment in the ledger, the same whenever the same
	// payment is applied, such as the trace number. Required.
	Document string
	// Account is the credit account of the payer. Required.
	Account string
	// Item is the document of ours that a reference means. Nil: the number as it is told.
	Item func(reference order.Reference) string
}

// Application is what becomes of a payment.
type Application struct {
	// Payment is for credit.Ledger.Pay.
	Payment credit.Payment `json:"payment"`
	// Differences are in the order of the remittance, then what is about the payment as
	// a whole. None: all is paid as it is open.
	Differences []Difference `json:"differences,omitempty"`
}

// Error says why a remittance cannot be applied.
type Error struct {
	Field  string
	Reason string
}

// Error names the field and the reason.
func (e *Error) Error() string { return fmt.Sprintf("remit: %s %s", e.Field, e.Reason) }

// Apply applies a remittance to the open items of an account: those that are open now,
// in any currency. An item that is told several times is paid by all of them together.
//
// Never more is applied than is open of an item, nor in all than was paid. Where
// deductions that are no credit memo of ours leave less than the items are told to be
// paid, those that are told last stay open by it.
//
// The error is an *Error for a target or a remittance without what a payment needs, and
// for money that is taken from us; money.ErrRange for amounts that cannot be added up,
// and a *money.CurrencyError for those in another currency than the payment.
func Apply(r mapping.Remittance, to Target, items []credit.OpenItem) (Application, error) {
	wrong := func(field, reason string) (Application, error) {
		return Application{}, &Error{Field: field, Reason: reason}
	}
	switch {
	case to.Document == "":
		return wrong("Document", "is empty")
	case to.Account == "":
		return wrong("Account", "is empty")
	case !r.Amount.Currency().IsValid():
		return wrong("Amount", "has no currency")
	case r.Amount.Sign() < 0:
		return wrong("Amount", "is below 0")
	case r.Debit:
		return wrong("Debit", "is set: the money is taken from us")
	case r.Date.IsZero():
		return wrong("Date", "is missing")
	}
	a := applier{currency: r.Amount.Currency(), open: make(map[string]money.Amount, len(items)), at: make(map[string]int)}
	for _, i := range items {
		if i.Open.Currency() == a.currency {
			a.open[i.Document] = i.Open
		}
	}
	item := to.Item
	if item == nil {
		item = func(reference order.Reference) string { return reference.Value }
	}
	if err := a.gather(&r, item); err != nil {
		return Application{}, err
	}
	if err := a.apply(item); err != nil {
		return Application{}, err
	}
	if err := a.claims(&r, item); err != nil {
		return Application{}, err
	}
	if err := a.fund(&r); err != nil {
		return Application{}, err
	}
	p := credit.Payment{Document: to.Document, Account: to.Account, Amount: r.Amount, Date: r.Date}
	for _, x := range a.applied {
		if !x.Amount.IsZero() {
			p.Applied = append(p.Applied, x)
		}
	}
	return Application{Payment: p, Differences: a.found}, nil
}

// payment is all that is told of an item.
type payment struct {
	item      string
	reference order.Reference
	paid      money.Amount
	invoiced  money.Amount // zero without currency: not told
	discount  money.Amount
	reasons   []mapping.RemittanceAdjustment
	inPart    bool
}

// applier applies one remittance.
type applier struct {
	currency money.Currency
	open     map[string]money.Amount // of items, less what is applied
	at       map[string]int          // places in told
	told     []payment
	applied  []credit.Applied
	used     map[string]int // places in applied
	found    []Difference
}

// gather adds up what is told of each item.
func (a *applier) gather(r *mapping.Remittance, item func(order.Reference) string) error {
	zero := money.Zero(a.currency)
	for n := range r.Items {
		i := &r.Items[n]
		name := item(i.Reference)
		at, known := a.at[name]
		if !known || name == "" {
			at = len(a.told)
			a.at[name] = at
			a.told = append(a.told, payment{item: name, reference: i.Reference, paid: zero, discount: zero})
		}
		p := &a.told[at]
		var err error
		if p.paid, err = p.paid.Add(i.Paid); err != nil {
			return err
		}
		if i.Discount.Currency() != 0 {
			if p.discount, err = p.discount.Add(i.Discount); err != nil {
				return err
			}
		}
		if i.Invoiced.Currency() != 0 {
			p.invoiced = i.Invoiced
		}
		p.reasons = append(p.reasons, i.Adjustments...)
		p.inPart = p.inPart || i.Action == "PP"
	}
	return nil
}

// tell notes a difference, unless it is about nothing.
func (a *applier) tell(d Difference) {
	if !d.Amount.IsZero() {
		a.found = append(a.found, d)
	}
}

// apply pays the items.
func (a *applier) apply(item func(order.Reference) string) error {
	a.used = make(map[string]int, len(a.told))
	for n := range a.told {
		p := &a.told[n]
		open, known := a.open[p.item]
		if !known || open.Sign()*p.paid.Sign() < 0 {
			a.tell(Difference{Kind: Unknown, Reference: p.reference, Amount: p.paid})
			continue
		}
		pay := p.paid
		if c, err := pay.Abs().Cmp(open.Abs()); err != nil {
			return err
		} else if c > 0 {
			pay = open
		}
		rest, err := p.paid.Sub(pay)
		if err != nil {
			return err
		}
		if p.invoiced.Currency() != 0 && p.invoiced != open {
			a.tell(Difference{Kind: OtherAmount, Item: p.item, Reference: p.reference, Amount: open, Stated: p.invoiced})
		}
		a.tell(Difference{Kind: Overpaid, Item: p.item, Reference: p.reference, Amount: rest})
		if err := a.pay(p.item, pay); err != nil {
			return err
		}
		if open.Sign() > 0 {
			if err := a.offset(p, item); err != nil {
				return err
			}
			a.explain(p)
		}
	}
	return nil
}

// offset uses up credit memos of ours that are taken off an item: they pay it as far as
// it is open, and are no deduction that far.
func (a *applier) offset(p *payment, item func(order.Reference) string) error {
	for n := range p.reasons {
		x := &p.reasons[n]
		memo := item(x.Reference)
		if x.Amount.Sign() >= 0 || a.open[memo].Sign() >= 0 {
			continue
		}
		use, err := least(x.Amount.Neg(), a.open[memo].Neg(), a.open[p.item])
		if err != nil || use.Sign() <= 0 {
			return err
		}
		if err := a.pay(memo, use.Neg()); err != nil {
			return err
		}
		if err := a.pay(p.item, use); err != nil {
			return err
		}
		x.Amount, _ = x.Amount.Add(use) // use is a part of it
	}
	return nil
}

// least is the least of some amounts.
func least(first money.Amount, others ...money.Amount) (money.Amount, error) {
	for _, other := range others {
		c, err := first.Cmp(other)
		if err != nil {
			return first, err
		}
		if c > 0 {
			first = other
		}
	}
	return first, nil
}

// pay applies an amount to an item.
func (a *applier) pay(item string, amount money.Amount) error {
	left, err := a.open[item].Sub(amount)
	if err != nil {
		return err
	}
	a.open[item] = left
	at, known := a.used[item]
	if !known {
		a.used[item] = len(a.applied)
		a.applied = append(a.applied, credit.Applied{Item: item, Amount: amount})
		return nil
	}
	a.applied[at].Amount, err = a.applied[at].Amount.Add(amount)
	return err
}

// explain tells why a part of an item stays open.
func (a *applier) explain(p *payment) {
	left := a.open[p.item]
	part := func(kind Kind, amount money.Amount, x mapping.RemittanceAdjustment) {
		if c, err := amount.Cmp(left); err != nil || c > 0 {
			amount = left
		}
		left, _ = left.Sub(amount) // not more than is left
		a.tell(Difference{Kind: kind, Item: p.item, Reference: p.reference, Amount: amount, Reason: x.Reason, Notes: x.Notes})
	}
	if p.discount.Sign() > 0 {
		part(DiscountTaken, p.discount, mapping.RemittanceAdjustment{})
	}
	for _, x := range p.reasons {
		if x.Amount.Sign() < 0 {
			part(Deducted, x.Amount.Neg(), x)
		}
	}
	kind := Short
	if p.inPart {
		kind = PaidInPart
	}
	part(kind, left, mapping.RemittanceAdjustment{})
}

// claims looks at adjustments that are of no item: one that names a credit memo of ours
// uses it up.
func (a *applier) claims(r *mapping.Remittance, item func(order.Reference) string) error {
	for n := range r.Adjustments {
		x := &r.Adjustments[n]
		d := Difference{Kind: Added, Reference: x.Reference, Amount: x.Amount, Reason: x.Reason, Notes: x.Notes}
		if x.Amount.Sign() > 0 {
			a.tell(d)
			continue
		}
		d.Kind = Claimed
		if name := item(x.Reference); a.open[name].Sign() < 0 {
			use := x.Amount
			if c, err := use.Cmp(a.open[name]); err != nil {
				return err
			} else if c < 0 {
				use = a.open[name]
			}
			if err := a.pay(name, use); err != nil {
				return err
			}
			d.Item = name
			d.Amount, _ = x.Amount.Sub(use) // use is a part of it
		}
		a.tell(d)
	}
	return nil
}

// fund sees to it that not more is applied than was paid, and tells what of the payment
// is not told what for.
func (a *applier) fund(r *mapping.Remittance) error {
	total, err := r.Total()
	if err != nil {
		return err
	}
	untold, err := r.Amount.Sub(total)
	if err != nil {
		return err
	}
	sum := money.Zero(a.currency)
	for _, x := range a.applied {
		if sum, err = sum.Add(x.Amount); err != nil {
			return err
		}
	}
	over, err := sum.Sub(r.Amount)
	if err != nil {
		return err
	}
	for n := len(a.applied) - 1; n >= 0 && over.Sign() > 0; n-- {
		x := &a.applied[n]
		if x.Amount.Sign() <= 0 {
			continue
		}
		less := over
		if c, err := less.Cmp(x.Amount); err != nil {
			return err
		} else if c > 0 {
			less = x.Amount
		}
		x.Amount, _ = x.Amount.Sub(less) // not more than it is
		over, _ = over.Sub(less)
		a.tell(Difference{Kind: Unfunded, Item: x.Item, Amount: less})
	}
	a.tell(Difference{Kind: Untold, Amount: untold})
	return nil
}
