package mapping

import (
	"slices"
	"strconv"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
)

// WriteRemittance makes a payment order or remittance advice (X12 820): the segments
// between ST and SE, for who pays. Items and adjustments have to come to the payment.
//
// An ENT begins whenever another part of the payer is meant. Adjustments that are of no
// item are ADX in it, in front of the items; those of an item are ADX below its RMR,
// whose RMR04 has them in it.
//
// What would break the set is a [*FieldError].
func WriteRemittance(r Remittance, agreed Options) ([]x12.Segment, error) {
	w := remitter{composer: composer{set: "820", agreed: &agreed}, currency: r.Amount.Currency()}
	w.payment(&r)
	w.begin("TRN")
	w.put("1") // of this transaction
	w.need(r.Trace, 30)
	w.text(r.Originator, 10)
	w.begin("CUR")
	w.put("PR")
	w.need(w.currency.Code(), 3)
	for _, ref := range r.References {
		w.refer(ref.Qualifier, ref.Value)
	}
	if named(r.Payer) {
		w.party("PR", r.Payer.Name, r.Payer.Identifiers, r.Payer.Address)
	}
	if named(r.Payee) {
		w.party("PE", r.Payee.Name, r.Payee.Identifiers, r.Payee.Address)
	}
	for i := range r.Adjustments {
		a := &r.Adjustments[i]
		w.entity(a.Entity, i == 0)
		w.adjustment(a, false)
	}
	for i := range r.Items {
		w.entity(r.Items[i].Entity, i == 0)
		w.item(&r.Items[i])
	}
	return w.result()
}

// remitter makes one 820.
type remitter struct {
	composer
	currency money.Currency
	entities int
	last     []party.Identifier // of the ENT that is open
}

// payment writes BPR and the notes behind it.
func (w *remitter) payment(r *Remittance) {
	w.begin("BPR")
	w.need(r.Handling, 2)
	w.money(r.Amount)
	total, err := r.Total()
	switch {
	case r.Amount.Sign() < 0:
		w.fail(r.Amount.String(), "less than nothing cannot be paid")
	case err != nil:
		w.fail(r.Amount.String(), err.Error())
	case total != r.Amount && len(r.Items)+len(r.Adjustments) > 0:
		w.fail(r.Amount.String(), "items and adjustments come to "+total.String())
	}
	if r.Debit {
		w.put("D")
	} else {
		w.put("C")
	}
	w.need(r.Method, 3)
	w.text(r.Format, 10)
	w.account(r.From)
	w.put("", "")
	w.account(r.To)
	w.day(r.Date)
	for _, text := range r.Notes {
		w.note(text)
	}
}

// account adds the four elements of a bank account.
func (w *remitter) account(a BankAccount) {
	w.text(a.BankScheme, 2)
	w.text(a.Bank, 12)
	if (a.BankScheme == "") != (a.Bank == "") {
		w.fail(a.Bank, "a bank has a scheme and a number")
	}
	w.text(a.Kind, 3)
	w.text(a.Account, 35)
	if a.Kind != "" && a.Account == "" {
		w.fail(a.Account, "an account whose kind is told has a number")
	}
}

// money adds an amount of type R, in the currency of the remittance.
func (w *remitter) money(a money.Amount) {
	w.number(a.Number(), 18)
	if a.Currency() != w.currency {
		w.fail(a.String(), "the remittance is in "+w.currency.Code())
	}
}

// note writes an NTE.
func (w *remitter) note(text string) {
	for part, rest := cut(text, 80); part != ""; part, rest = cut(rest, 80) {
		w.begin("NTE")
		w.put("GEN")
		w.need(part, 80)
	}
}

// entity begins an ENT, unless it goes on with the same part of the payer and the same
// kind of loop.
func (w *remitter) entity(p order.Party, first bool) {
	if !first && slices.Equal(p.Identifiers, w.last) {
		return
	}
	w.last = p.Identifiers
	w.entities++
	w.begin("ENT")
	w.put(strconv.Itoa(w.entities))
	if len(p.Identifiers) > 0 {
		w.put("PR")
		w.need(string(p.Identifiers[0].Scheme), 2)
		w.need(p.Identifiers[0].Value, 80)
	}
}

// adjustment writes an ADX loop, within an item or not.
func (w *remitter) adjustment(a *RemittanceAdjustment, within bool) {
	w.begin("ADX")
	w.money(a.Amount)
	w.need(a.Reason, 2)
	if a.Reference != (order.Reference{}) {
		w.need(a.Reference.Qualifier, 3)
		w.need(a.Reference.Value, 30)
	}
	for _, text := range a.Notes {
		w.note(text)
	}
	if !within {
		w.date("003", a.Date)
	}
	for n, ref := range a.References {
		w.refer(ref.Qualifier, ref.Value)
		if within && n == 0 {
			w.date("003", a.Date)
		}
	}
	if within && len(a.References) == 0 && !a.Date.IsZero() {
		w.begin("DTM")
		w.put("003")
		w.fail(a.Date.String(), "the date of an item's adjustment stands at a reference")
	}
}

// item writes an RMR loop.
func (w *remitter) item(i *RemittedItem) {
	w.begin("RMR")
	w.need(i.Reference.Qualifier, 3)
	w.need(i.Reference.Value, 30)
	w.text(i.Action, 2)
	w.money(i.Paid)
	w.optional(i.Invoiced)
	w.optional(i.Discount)
	for _, text := range i.Notes {
		w.note(text)
	}
	for _, ref := range i.References {
		w.refer(ref.Qualifier, ref.Value)
	}
	w.date("003", i.Date)
	for n := range i.Adjustments {
		w.adjustment(&i.Adjustments[n], true)
	}
}

// optional adds an amount that need not be told.
func (w *remitter) optional(a money.Amount) {
	if a.Currency() == 0 {
		w.put("")
		return
	}
	w.money(a)
}
