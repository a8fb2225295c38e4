package mapping

import (
	"strings"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/invoice"
)

// Adjustment is a credit or debit memo: ours to a customer, or a customer's to us, by
// which it takes a deduction. Amounts are at or above zero; the kind says which way
// they go.
type Adjustment struct {
	Source order.Source `json:"source,omitzero"`
	// Number is that of the memo, by who sends it.
	Number string         `json:"number"`
	Date   calendar.Date  `json:"date"`
	Kind   AdjustmentKind `json:"kind"`
	// Handling is the code of what is to be done (X12 element 305): L it is applied on
	// account, as if empty when it is written; O it is deducted from the next remittance,
	// A from the invoice, T it is asked for, H it is told only.
	Handling string `json:"handling,omitempty"`
	// Amount is what it comes to: lines and charges.
	Amount money.Amount `json:"amount"`
	// Invoice is the number of the invoice that it is about.
	Invoice           string            `json:"invoice,omitempty"`
	InvoiceDate       calendar.Date     `json:"invoice_date,omitzero"`
	SalesOrder        string            `json:"sales_order,omitempty"` // the seller's number
	PurchaseOrder     string            `json:"purchase_order,omitempty"`
	PurchaseOrderDate calendar.Date     `json:"purchase_order_date,omitzero"`
	References        []order.Reference `json:"references,omitempty"`
	Parties           []order.Party     `json:"parties,omitempty"`
	// Charges are what goes the same way as the memo that is of no line, such as freight
	// and tax; what goes the other way is below zero.
	Charges []order.Charge   `json:"charges,omitempty"`
	Lines   []AdjustmentLine `json:"lines,omitempty"`
}

// AdjustmentKind says which way an adjustment goes, by who sends it: a seller that
// credits owes the customer, a customer that debits deducts from what it owes.
type AdjustmentKind string

// The kinds of adjustments.
const (
	CreditMemo AdjustmentKind = "credit"
	DebitMemo  AdjustmentKind = "debit"
)

// AdjustmentLine is one reason of an adjustment, for most about one item.
type AdjustmentLine struct {
	// ID is a number of the line within the memo, such as that of the invoice's line.
	ID string `json:"id,omitempty"`
	// Reason is the code of why (X12 element 426): 01 a pricing error, 04 damaged, 06 a
	// quantity that is contested, 11 returned damaged, 72 an authorised return, ...
	Reason string `json:"reason"`
	// Kind is that of the memo, but for a line that goes the other way.
	Kind   AdjustmentKind `json:"kind"`
	Amount money.Amount   `json:"amount"`
	// Identifiers name the item; none: the line is about none.
	Identifiers []order.ItemIdentifier `json:"identifiers,omitempty"`
	// Quantity is what is credited or debited of it, Price what one unit was billed at:
	// X12 has no quantity without a price. Difference is by how much the price of a unit
	// is corrected.
	Quantity   quantity.Quantity `json:"quantity,omitzero"`
	Price      *money.Amount     `json:"price,omitempty"`
	Difference *money.Amount     `json:"difference,omitempty"`
	References []order.Reference `json:"references,omitempty"`
}

// Receivable is by how much what the customer owes changes: a seller's credit and a
// customer's debit lessen it.
func (a *Adjustment) Receivable(sentByCustomer bool) money.Amount {
	if (a.Kind == DebitMemo) == sentByCustomer {
		return a.Amount.Neg()
	}
	return a.Amount
}

// Total adds up lines and charges. It is Amount in a memo that ties. The errors are
// those of money.Amount.Add.
func (a *Adjustment) Total() (money.Amount, error) {
	sum := money.Zero(a.Amount.Currency())
	var err error
	for i := range a.Lines {
		amount := a.Lines[i].Amount
		if a.Lines[i].Kind != a.Kind {
			amount = amount.Neg()
		}
		if sum, err = sum.Add(amount); err != nil {
			return sum, err
		}
	}
	for i := range a.Charges {
		if sum, err = sum.Add(a.Charges[i].Amount); err != nil {
			return sum, err
		}
	}
	return sum, nil
}

// AdjustmentOf makes the memo of a credit, an invoice whose amounts are below zero, or of
// a debit, whose amounts are above. Of is the number of the invoice that it corrects, and
// reason the code of why (X12 element 426). Each line is one of its lines; charges and
// taxes are charges.
func AdjustmentOf(inv *invoice.Invoice, of, reason string) Adjustment {
	a := Adjustment{
		Number: inv.Number, Date: inv.Date, Kind: DebitMemo, Amount: inv.Totals.Payable, Invoice: of, SalesOrder: string(inv.Order),
		PurchaseOrder: inv.PurchaseOrder, PurchaseOrderDate: inv.PurchaseOrderDate, References: inv.References, Parties: inv.Parties,
	}
	same := func(m money.Amount) money.Amount { return m }
	if a.Amount.Sign() < 0 {
		a.Kind = CreditMemo
		same = money.Amount.Neg
	}
	a.Amount = same(a.Amount)
	other := map[AdjustmentKind]AdjustmentKind{CreditMemo: DebitMemo, DebitMemo: CreditMemo}[a.Kind]
	for i := range inv.Lines {
		l := &inv.Lines[i]
		amount := same(l.Net)
		if amount.IsZero() {
			continue
		}
		line := AdjustmentLine{ID: l.Line, Reason: reason, Kind: a.Kind, Amount: amount.Abs(), Identifiers: withOurs(l.Identifiers, l.Item)}
		if amount.Sign() < 0 {
			line.Kind = other
		}
		line.Quantity, line.Price = billedAt(l)
		a.Lines = append(a.Lines, line)
	}
	for i := range inv.Charges {
		c := inv.Charges[i].Charge
		c.Amount = same(c.Amount)
		a.Charges = append(a.Charges, c)
	}
	for _, t := range inv.Taxes {
		if !t.Amount.IsZero() {
			a.Charges = append(a.Charges, order.Charge{Step: taxStep, Kind: chargeKind, Label: strings.TrimSpace("tax " + t.Rate.Percent()), Amount: same(t.Amount)})
		}
	}
	return a
}

// billedAt is how much of a line is credited and at what price of a unit; none where no
// decimal number says it.
func billedAt(l *invoice.Line) (quantity.Quantity, *money.Amount) {
	q := l.Ordered
	if q.IsZero() {
		q = l.Quantity
	}
	if q.IsZero() || l.UnitPrice.Currency() == 0 || l.PriceUnit != 0 && l.PriceUnit != q.Unit() {
		return quantity.Quantity{}, nil
	}
	const places = 6
	price, err := l.UnitPrice.QuoRound(money.RateFromInt(max(l.Per, 1)), places, money.HalfUp)
	if err != nil {
		return quantity.Quantity{}, nil
	}
	return q.Abs(), &price
}

// WriteAdjustment makes a credit or debit memo (X12 812): the segments between ST and SE.
// Lines and charges have to come to its amount. Each line is a CDD loop; BCD04, CDD04 and
// SAC05 have two implied decimals whatever the currency.
//
// What would break the set is a [*FieldError]: a memo without a party, and one about
// neither an invoice nor a purchase order nor a reference, among it.
func WriteAdjustment(a Adjustment, agreed Options) ([]x12.Segment, error) {
	w := adjuster{composer: composer{set: "812", agreed: &agreed}, currency: a.Amount.Currency()}
	w.memo(&a)
	w.begin("CUR")
	w.put("SE")
	w.need(w.currency.Code(), 3)
	for _, r := range a.References {
		w.nine(r)
	}
	for i := range a.Charges {
		w.sac(&a.Charges[i], a.Charges[i].Amount, money.Amount{})
		w.mine(a.Charges[i].Amount)
		if i == mostSAC {
			w.fail(a.Charges[i].Step, "there are 25 charges at most")
		}
	}
	parties := 0
	for _, p := range a.Parties {
		if code := roleCode(p.Role); code != "" {
			w.party(code, p.Name, p.Identifiers, p.Address)
			parties++
		}
	}
	if parties == 0 {
		w.begin("N1")
		w.fail("", "a memo names a party at least")
	}
	for i := range a.Lines {
		w.line(&a.Lines[i])
	}
	return w.result()
}

// adjuster makes one 812.
type adjuster struct {
	composer
	currency money.Currency
}

// mine checks that the amount that was put last is in the currency of the memo.
func (w *adjuster) mine(a money.Amount) {
	if a.Currency() != w.currency {
		w.fail(a.String(), "the memo is in "+w.currency.Code())
	}
}

// memo writes BCD.
func (w *adjuster) memo(a *Adjustment) {
	w.begin("BCD")
	w.day(a.Date)
	if a.Date.IsZero() {
		w.fail("", "it is mandatory")
	}
	w.need(a.Number, 22)
	if a.Handling == "" {
		w.put("L")
	} else {
		w.text(a.Handling, 2)
	}
	w.cents(a.Amount, 15)
	total, err := a.Total()
	switch {
	case a.Amount.Sign() < 0:
		w.fail(a.Amount.String(), "the kind says which way it goes; the amount is not below zero")
	case err != nil:
		w.fail(a.Amount.String(), err.Error())
	case total != a.Amount:
		w.fail(a.Amount.String(), "lines and charges come to "+total.String())
	}
	w.flag(a.Kind)
	w.day(a.InvoiceDate)
	w.text(a.Invoice, 22)
	w.text(a.SalesOrder, 22)
	w.day(a.PurchaseOrderDate)
	w.text(a.PurchaseOrder, 22)
	if a.Invoice == "" && a.PurchaseOrder == "" {
		if len(a.References) == 0 {
			w.fail("", "a memo names an invoice, a purchase order or a reference")
		} else {
			w.put("00", "")
			w.need(a.References[0].Qualifier, 3)
			w.need(a.References[0].Value, 30)
		}
	}
}

// flag adds which way an amount goes.
func (w *adjuster) flag(k AdjustmentKind) {
	switch k {
	case CreditMemo:
		w.put("C")
	case DebitMemo:
		w.put("D")
	default:
		w.put("")
		w.fail(string(k), "it is neither a credit nor a debit")
	}
}

// nine writes an N9.
func (w *adjuster) nine(r order.Reference) {
	w.begin("N9")
	w.need(r.Qualifier, 3)
	w.need(r.Value, 30)
}

// line writes a CDD loop.
func (w *adjuster) line(l *AdjustmentLine) {
	w.begin("CDD")
	w.need(l.Reason, 2)
	w.flag(l.Kind)
	w.text(l.ID, 20)
	w.cents(l.Amount, 15)
	w.mine(l.Amount)
	if l.Amount.Sign() < 0 {
		w.fail(l.Amount.String(), "the kind says which way it goes; the amount is not below zero")
	}
	w.put("", "")
	if !l.Quantity.IsZero() {
		w.number(l.Quantity.Number(), 10)
		w.unit(w.agreed.unitCode(l.Quantity.Unit()))
		if l.Price == nil {
			w.fail(l.Quantity.String(), "a quantity is told with the price of a unit")
		}
	} else {
		w.put("", "")
	}
	if l.Difference != nil {
		w.number(l.Difference.Number(), 15)
		w.mine(*l.Difference)
	} else {
		w.put("")
	}
	if l.Price != nil {
		w.put("INV") // as billed
		w.number(l.Price.Number(), 17)
		w.mine(*l.Price)
	}
	if known := w.agreed.qualified(l.Identifiers); len(known) > 0 {
		w.begin("LIN")
		w.put("")
		w.numbers(known, 15)
	}
	for _, r := range l.References {
		w.nine(r)
	}
}
