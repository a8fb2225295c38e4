package steps

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/pricing"
)

// Pricer prices; [pricing.Engine] is one, and [pricing.Live], whose rules can be
// replaced at any time, another.
type Pricer interface {
	Price(ctx context.Context, r pricing.Request) (pricing.Result, error)
}

// PriceConfig configures [Price].
type PriceConfig struct {
	Engine    Pricer
	Customers Customers
	Items     Items
	// Category gives the price category of an item. Nil: items have none.
	Category func(item string) string
	// Date says which date the lines are priced by. Empty means [PriceByOrder].
	Date PriceDate
	// Owner is who deals with price holds.
	Owner string
	// Taxation is for schemas with a tax step. Nil: none. The order books nets in
	// any case.
	Taxation *Taxation
	// Complete adds to the request what the order does not say: costs, freight,
	// overrides, the roles of persons, approvals. Nil: nothing is added. It must not
	// call the desk.
	Complete func(ctx context.Context, o *order.Order, r *pricing.Request) error
	// Budgets keep coupons and promotion budgets from being spent twice: what the
	// order uses is reserved, and what is exhausted is priced without. Nil: nobody
	// counts. [AcceptConfig.Budgets] makes it firm.
	Budgets Budgets
	// BudgetHold is how long they are kept for an order that is not accepted yet.
	// By default 48 hours.
	BudgetHold time.Duration
}

// Price is the step that prices the order by its price date, compares the
// customer's prices with ours, and books the waterfall. A deviation that the
// schema does not tolerate, a line without a price, and whatever else pricing
// finds to block, holds the order (PRI-1 to PRI-5).
//
// Who releases the hold has approved what the order was held for: when the order
// is priced again, a margin is approved up to what it lacked, and a customer's
// price is settled at ours ([pricing.Approval]).
func Price(c PriceConfig) desk.Step {
	check := func() error {
		if err := c.Date.check(); err != nil {
			return err
		}
		if c.Taxation != nil {
			if err := c.Taxation.check(); err != nil {
				return err
			}
		}
		return lacking("price", part{"Engine", c.Engine != nil}, part{"Customers", c.Customers != nil}, part{"Items", c.Items != nil})
	}
	return desk.Step{Name: "price", Check: check, Run: func(ctx context.Context, w *desk.Work) error {
		req, err := c.request(ctx, w)
		if err != nil {
			return err
		}
		addReleased(w.Order(), w.Step(), &req)
		if c.Complete != nil {
			if err := c.Complete(ctx, w.Order(), &req); err != nil {
				return err
			}
		}
		res, err := c.priceWithin(ctx, w, req)
		if err != nil {
			return err
		}
		event := Priced(&res)
		if event.Given, err = c.given(ctx, w.Order(), &res); err != nil {
			return err
		}
		if err := w.Record(event); err != nil {
			return err
		}
		return c.decide(w, &res)
	}}
}

func (c PriceConfig) request(ctx context.Context, w *desk.Work) (pricing.Request, error) {
	o := w.Order()
	account, err := c.Customers.Account(ctx, o.Customer)
	if err != nil {
		return pricing.Request{}, err
	}
	above, err := c.Customers.AccountAncestors(ctx, o.Customer)
	if err != nil {
		return pricing.Request{}, err
	}
	req := pricing.Request{
		Customer: customerProfile(account, above),
		Currency: currencyOf(o, account),
		At:       w.Now(),
		Trace:    pricing.TraceFull,
	}
	if !o.Document.Date.IsZero() {
		req.At = o.Document.Date.In(c.zone())
	}
	if c.Taxation != nil {
		if req.Tax, err = c.Taxation.Supply(ctx, o, account); err != nil {
			return pricing.Request{}, err
		}
	}
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Rejection != nil || l.Free != nil {
			continue
		}
		it, err := c.Items.Item(ctx, l.Item)
		if err != nil {
			return pricing.Request{}, err
		}
		line := pricing.Line{ID: l.ID, Item: l.Item, Quantity: l.Quantity, Units: it.Units}
		if on := c.Date.of(o, l); !on.IsZero() {
			line.At = on.In(c.zone())
		}
		if c.Category != nil {
			line.Category = c.Category(l.Item)
		}
		if c.Taxation != nil {
			line.TaxCategory = c.Taxation.category(l.Item)
		}
		if l.Price != nil {
			line.Stated = &pricing.Price{Amount: *l.Price, Per: l.PricePer, Unit: l.Quantity.Unit()}
		}
		req.Lines = append(req.Lines, line)
	}
	return req, nil
}

func customerProfile(a party.Account, above []party.Account) pricing.Customer {
	p := pricing.Customer{Account: a.ID, Group: a.Class}
	for _, up := range above {
		p.Hierarchy = append(p.Hierarchy, up.ID)
	}
	return p
}

func currencyOf(o *order.Order, a party.Account) money.Currency {
	if o.Document.Currency != 0 {
		return o.Document.Currency
	}
	return a.Currency
}

// Priced says in the order's words what pricing worked out, for the step and for
// a host that prices anew outside it. Nothing is lost that a document, a return
// or an auditor needs: every entry that counts is a charge, in its place, and
// every statistical one stands apart among the statistics, where nothing adds it
// up. Entries that did not apply are left to the trace.
func Priced(r *pricing.Result) order.Priced {
	p := order.Priced{}
	p.Charges, p.Statistics = charges(r, r.Entries, true)
	for i := range r.Lines {
		l := &r.Lines[i]
		price := l.UnitPrice()
		priced := order.PricedLine{Line: l.ID, UnitPrice: price.Amount, Per: price.Per, Net: netOfLine(l)}
		if price.Unit != l.Quantity.Unit() {
			priced.PriceUnit = price.Unit
		}
		priced.Charges, priced.Statistics = charges(r, l.Entries, false)
		priced.Charges = append(priced.Charges, taxTakenOut(l)...)
		p.Lines = append(p.Lines, priced)
	}
	return p
}

// charges books the entries that applied. What is of the order's scope is spread
// over the lines by pricing.
func charges(r *pricing.Result, entries []pricing.Entry, ofOrder bool) (booked, statistics []order.Charge) {
	for i := range entries {
		e := &entries[i]
		if e.Why != "" {
			continue
		}
		c := order.Charge{
			Step: e.Step, Kind: string(e.Kind), Label: e.Label, Base: e.Base, Rate: e.Rate, Quantity: e.Quantity, Per: e.Per,
			Amount: e.Amount, Source: e.Source, Detail: e.Detail, Actor: e.Actor, Reason: e.Reason,
			Spread: ofOrder || e.FromOrder, Account: e.Account,
		}
		for _, w := range r.Waived {
			if w.Step == e.Step && w.Source == e.Source {
				c.Of = w.Charge
			}
		}
		if e.Conversion != nil { // the base is in another currency than the order: it is for reading
			text := fmt.Sprintf("%s, %s x %s per %d, %s", c.Detail, e.Quantity, e.Base, max(e.Per, 1), e.Conversion)
			c.Detail = strings.TrimPrefix(text, ", ")
			c.Base, c.Quantity, c.Per = money.Amount{}, quantity.Quantity{}, 0
		}
		if e.Counts() {
			booked = append(booked, c)
		} else {
			statistics = append(statistics, c)
		}
	}
	return booked, statistics
}

// decide records the outcome, and holds the order where a person has to look.
func (c PriceConfig) decide(w *desk.Work, r *pricing.Result) error {
	why, err := explain(r)
	if err != nil {
		return err
	}
	d := order.Decision{Outcome: order.Passed, Summary: fmt.Sprintf("total %s", r.Total), Findings: r.Findings, Book: r.Engine, Explanation: why}
	if f := deviation(r); len(f) > 0 {
		d.Findings = append(d.Findings, f...)
	}
	if d.Findings.Blocks() {
		d.Outcome = order.Held
		first := worst(d.Findings)
		if err := w.Hold(order.Hold{Kind: order.PriceHold, Code: first.Code, Reason: first.Message, Owner: c.Owner}); err != nil {
			return err
		}
	}
	return w.Decide(d)
}

// deviation finds the lines whose stated price is not accepted, unless pricing
// said so itself.
func deviation(r *pricing.Result) finding.List {
	var found finding.List
	if r.Findings.Blocks() {
		return nil
	}
	for i := range r.Lines {
		l := &r.Lines[i]
		if l.Check.Outcome == pricing.Hold {
			found.Block("pricing.deviation", fmt.Sprintf("lines[%d].price", i),
				fmt.Sprintf("the customer expects %s, we charge %s (%s)", l.Check.Stated, l.Check.Ours, l.Check.Reason),
				"agree on a price with the customer")
		}
	}
	return found
}
