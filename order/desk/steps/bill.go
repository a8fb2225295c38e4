package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/invoice"
)

var (
	// ErrNothingToBill is returned when everything that shipped was billed.
	ErrNothingToBill = errors.New("steps: nothing of the order is to be billed")
	// ErrBillingBlocked is returned for a customer who gets no invoices for now.
	ErrBillingBlocked = errors.New("steps: the customer is blocked for billing")
)

// BillingLedger follows the value of what is billed; [credit.Ledger] does.
type BillingLedger interface {
	Invoice(now time.Time, i credit.Invoice) (credit.Invoiced, error)
	UndoInvoice(e credit.Invoiced) error
}

// Biller bills what has shipped (BIL-1).
type Biller struct {
	Register *invoice.Register
	// Journal is that of the desk, from which the register catches up when
	// another process has issued a number.
	Journal journal.Journal
	// Series is the series of numbers that invoices are issued in.
	Series    string
	Customers Customers
	// Taxes says what is taxed with what; [invoice.Untaxed] taxes nothing. Required,
	// but where TaxesOf is given.
	Taxes invoice.TaxFunc
	// TaxesOf says it for one order, as [Taxation.For] does. It goes before Taxes.
	TaxesOf func(ctx context.Context, o *order.Order, a party.Account) (invoice.TaxFunc, error)
	// Charges says on which invoice the order's own charges stand. Empty: on
	// the first.
	Charges invoice.ChargePolicy
	// Credit is told what became a receivable. Nil: credit is not followed.
	Credit BillingLedger
	// Rebates sets aside what the invoice earns. Nil: there are no rebates.
	Rebates *Rebates
	// Terms returns the terms of payment of an account for orders that state
	// none. Nil: the account's code is read as package terms does.
	Terms func(a party.Account) (terms.Payment, error)
}

// Bill makes the invoice of everything that has shipped and was not billed, and
// records it as one append: the invoice under the next number of its series,
// what it did to the order, and the receivable. It returns [ErrNothingToBill],
// [ErrBillingBlocked], and what package invoice and the desk say. After
// desk.ErrUnsettled it may be called again: what was billed then is in the
// order's invoices and is not billed twice.
func (b *Biller) Bill(ctx context.Context, d *desk.Desk, id order.ID) (invoice.Invoice, error) {
	err := lacking("bill", part{"Register", b.Register != nil}, part{"Journal", b.Journal != nil},
		part{"Customers", b.Customers != nil}, part{"Taxes", b.Taxes != nil || b.TaxesOf != nil},
		part{"Rebates.Ledger", b.Rebates == nil || b.Rebates.Ledger != nil})
	if err != nil {
		return invoice.Invoice{}, err
	}
	stream := invoice.Stream(b.Series)
	for {
		var inv invoice.Invoice
		// One number at a time: the next is known when the one before is kept or refused.
		_, err := d.Act(ctx, id, desk.Action{Name: "bill", Beside: []string{stream}, Run: func(ctx context.Context, w *desk.Work) (err error) {
			inv, err = b.bill(ctx, w)
			return err
		}})
		var taken *journal.ConflictError
		if !errors.As(err, &taken) || taken.Stream != stream {
			return inv, err
		}
		if err := b.Register.CatchUp(ctx, b.Journal, b.Series); err != nil {
			return invoice.Invoice{}, err
		}
	}
}

func (b *Biller) bill(ctx context.Context, w *desk.Work) (invoice.Invoice, error) {
	o := w.Order()
	account, err := b.Customers.Account(ctx, o.Customer)
	if err != nil {
		return invoice.Invoice{}, err
	}
	if blocks := account.BlocksOn(party.BlockBilling, calendar.DateOf(w.Now())); len(blocks) > 0 {
		return invoice.Invoice{}, fmt.Errorf("%w: %s", ErrBillingBlocked, blocks[0].Reason)
	}
	req, expect, err := b.request(o, account, w.Now())
	if err != nil {
		return invoice.Invoice{}, err
	}
	if b.TaxesOf != nil {
		if req.Taxes, err = b.TaxesOf(ctx, o, account); err != nil {
			return invoice.Invoice{}, err
		}
	}
	inv, err := invoice.Make(req)
	if err != nil {
		return invoice.Invoice{}, err
	}
	before, err := billedValue(o)
	if err != nil {
		return invoice.Invoice{}, err
	}
	billed := inv.Invoiced(w.Now())
	billed.Shipments = inv.Shipments
	if err := w.Record(billed); err != nil {
		return invoice.Invoice{}, err
	}
	kept := b.Register.Kept(req.Number)
	if err := w.RecordBeside(invoice.Stream(b.Series), expect, kept, invoice.Issued{Invoice: inv}); err != nil {
		return invoice.Invoice{}, err
	}
	if err := b.receivable(w, account, &inv, before); err != nil {
		return invoice.Invoice{}, err
	}
	return inv, b.accrue(ctx, w, &inv)
}

func (b *Biller) request(o *order.Order, account party.Account, now time.Time) (invoice.Request, journal.Position, error) {
	none := func(err error) (invoice.Request, journal.Position, error) { return invoice.Request{}, 0, err }
	lines, err := invoice.Unbilled(o)
	if err != nil {
		return none(err)
	}
	if len(lines) == 0 {
		return none(ErrNothingToBill)
	}
	number, expect, err := b.Register.Next(b.Series)
	if err != nil {
		return none(err)
	}
	pay := o.Document.Terms
	if pay.IsZero() {
		if pay, err = b.terms(account); err != nil {
			return none(err)
		}
	}
	req := invoice.Request{
		Order: o, Number: number, Lines: lines, Date: calendar.DateOf(now), Terms: pay,
		Charges: b.Charges, Taxes: b.Taxes,
	}
	if req.Charges == "" {
		req.Charges = invoice.OnFirst
	}
	shipmentsToBill(&req, o)
	return req, expect, nil
}

func (b *Biller) terms(a party.Account) (terms.Payment, error) {
	if b.Terms != nil {
		return b.Terms(a)
	}
	if a.PaymentTerms == "" {
		return terms.Net(0), nil
	}
	return terms.ParsePayment(a.PaymentTerms)
}

// shipmentsToBill fills in the shipments that no invoice bills, the day on
// which the last of them left, and the day on which it is promised to arrive.
func shipmentsToBill(req *invoice.Request, o *order.Order) {
	for _, s := range o.Shipments {
		if slices.ContainsFunc(o.Invoices, func(i order.Invoiced) bool { return slices.Contains(i.Shipments, s.Shipment) }) {
			continue
		}
		req.Shipments, req.ShipDate = append(req.Shipments, s.Shipment), calendar.DateOf(s.At)
		for _, l := range s.Lines {
			if d := promisedDelivery(o.Line(l.Line), l.Schedule); d.After(req.DeliveryDate) {
				req.DeliveryDate = d
			}
		}
	}
	if req.DeliveryDate.Before(req.ShipDate) {
		req.DeliveryDate = req.ShipDate
	}
}

func promisedDelivery(l *order.Line, schedule string) calendar.Date {
	if l == nil {
		return calendar.Date{}
	}
	for _, s := range l.Schedules {
		if s.ID == schedule {
			return s.Deliver
		}
	}
	return calendar.Date{}
}

// receivable tells credit that delivered value became a receivable.
func (b *Biller) receivable(w *desk.Work, account party.Account, inv *invoice.Invoice, before money.Amount) error {
	if b.Credit == nil {
		return nil
	}
	after, err := billedValue(w.Order())
	if err != nil {
		return err
	}
	value, err := after.Sub(before)
	if err != nil {
		return err
	}
	due := inv.Date
	for _, d := range inv.Due {
		if d.Date.After(due) {
			due = d.Date
		}
	}
	e, err := b.Credit.Invoice(w.Now(), credit.Invoice{
		Document: inv.Number, Account: account.CreditKey(), Amount: inv.Totals.Payable, Date: inv.Date, Due: due,
		Bills: []credit.Billed{{Order: string(inv.Order), Amount: value}},
	})
	if err != nil || e.Replayed {
		return err
	}
	w.OnRefused(func() error { return b.Credit.UndoInvoice(e) })
	return w.Record(e)
}

// billedValue is the value of all that was billed, as credit counts it: the
// shares of the lines, and once everything was billed, the order's total.
func billedValue(o *order.Order) (money.Amount, error) {
	if o.Billing() == order.FullyBilled {
		return o.Total(), nil
	}
	return valueOf(o, func(l *order.Line) quantity.Quantity { return o.Billed(l.ID) })
}
