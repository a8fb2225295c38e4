package steps

import (
	"context"
	"errors"
	"fmt"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/item"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/rules"
)

// ValidateConfig configures [Validate].
type ValidateConfig struct {
	Customers Customers
	Items     Items
	// RejectLines refuses a line whose item is not known or cannot be ordered,
	// and lets the others go on. By default such an order is an exception,
	// for a person to look at.
	RejectLines bool
	// MaxLines is how many lines an order may have; one with more is an
	// exception. By default [MaxLines].
	MaxLines int
	// AllowRepeats lets a purchase order number through that the customer has
	// used before. By default that is an exception (CAP-4).
	AllowRepeats bool
	// Rules are the host's own checks, beside those that the step has. Nil: none.
	// The book can be replaced at any time, see [CheckValidationBook].
	Rules *rules.Live[ValidationFacts, ValidationEffect]
	// Category gives the category of an item, for rules. Nil: items have none.
	Category func(item string) string
}

// MaxLines is how many lines an order may have unless [ValidateConfig] says
// otherwise. What a step records of an order goes into one append of a journal,
// which carries a mebibyte; prices, shipments and invoices take from half a
// kilobyte to two a line.
const MaxLines = 500

// Validate is the step that finds out who orders what: it checks the document
// on its own, finds the customer and the items, converts quantities to base
// units, and looks for the same purchase order. What blocks makes the document
// an exception; warnings are recorded and the order goes on (CAP-2, CAP-3,
// CAP-4). What the host's rules find lands with the rest, and the decision
// names their book.
func Validate(c ValidateConfig) desk.Step {
	if c.MaxLines <= 0 {
		c.MaxLines = MaxLines
	}
	check := func() error {
		if c.Rules != nil {
			if err := CheckValidationBook(c.Rules.Book()); err != nil {
				return err
			}
		}
		return lacking("validate", part{"Customers", c.Customers != nil}, part{"Items", c.Items != nil})
	}
	return desk.Step{Name: "validate", Check: check, Run: func(ctx context.Context, w *desk.Work) error {
		v := validation{ValidateConfig: c, work: w}
		return v.run(ctx)
	}}
}

type validation struct {
	ValidateConfig
	work    *desk.Work
	found   finding.List
	refused []order.LineRejected
	account party.Account
	lines   []LineFacts // with Rules, of the document's lines
	ruled   RuleAccount
}

func (v *validation) run(ctx context.Context) error {
	doc := &v.work.Order().Document
	v.found = doc.Validate()
	if n := len(doc.Lines); n > v.MaxLines {
		v.found.Block("order.lines.too-many", "lines", fmt.Sprintf("the document has %d lines, more than %d", n, v.MaxLines),
			"split it into several orders")
		return v.work.Except(v.found)
	}
	account, err := v.customer(ctx, doc)
	if err != nil {
		return err
	}
	v.account = account
	if account.ID != "" && currencyOf(v.work.Order(), account) == 0 {
		v.found.Block("order.currency.missing", "currency", "neither the document nor the account states a currency",
			"give the account a currency, or ask the customer for it")
	}
	known := order.Identified{Customer: account.ID}
	for i := range doc.Lines {
		line, err := v.line(ctx, account, i, &doc.Lines[i])
		if err != nil {
			return err
		}
		known.Lines = append(known.Lines, line)
	}
	if err := v.work.Record(known); err != nil {
		return err
	}
	if !v.AllowRepeats && account.ID != "" {
		for _, other := range v.work.SamePurchaseOrder() {
			v.found.Block("order.purchase-order.repeated", "purchase_order",
				fmt.Sprintf("purchase order %s of customer %s is order %s already", doc.PurchaseOrder, account.ID, other),
				"ask the customer whether it is meant to be a second order, which needs a number of its own")
		}
	}
	if v.Rules != nil {
		if err := v.askRules(ctx); err != nil {
			return err
		}
	}
	return v.conclude()
}

// conclude records what the findings amount to.
func (v *validation) conclude() error {
	d := order.Decision{Outcome: order.Passed, Findings: v.found, Book: v.ruled.Book}
	if v.ruled.Book != "" {
		var err error
		if d.Explanation, err = v.ruled.explanation(); err != nil {
			return err
		}
	}
	if v.found.Blocks() {
		v.work.Stop()
		d.Outcome = order.Unresolved
		return errors.Join(v.work.Record(order.Excepted{Step: v.work.Step(), Findings: v.found}), v.work.Decide(d))
	}
	if err := v.reject(); err != nil {
		return err
	}
	if len(v.refused) == len(v.work.Order().Lines) {
		v.work.Stop()
		none := order.Rejection{Code: "order.lines.refused", Reason: "no line can be delivered"}
		d.Outcome, d.Summary = order.Refused, none.Reason
		return errors.Join(v.work.Record(order.Rejected{Rejection: none}), v.work.Decide(d))
	}
	if len(v.refused) > 0 {
		d.Outcome, d.Summary = order.Changed, fmt.Sprintf("%d of %d lines refused", len(v.refused), len(v.work.Order().Lines))
	}
	return v.work.Decide(d)
}

func (v *validation) reject() error {
	for _, r := range v.refused {
		if err := v.work.Record(r); err != nil {
			return err
		}
	}
	return nil
}

// customer finds the customer: by the account that intake found, else by the
// identifiers of the sold-to, else of the bill-to and the ship-to.
func (v *validation) customer(ctx context.Context, doc *order.Document) (party.Account, error) {
	if doc.Customer != "" {
		a, err := v.Customers.Account(ctx, doc.Customer)
		return v.foundAccount(a, "customer", err)
	}
	for _, role := range []party.Role{party.SoldTo, party.BillTo, party.ShipTo} {
		p, named := doc.Party(role)
		if !named {
			continue
		}
		for _, id := range p.Identifiers {
			a, err := v.Customers.AccountByIdentifier(ctx, id)
			if notFound := (*party.NotFoundError)(nil); errors.As(err, &notFound) {
				continue
			}
			return v.foundAccount(a, "parties", err)
		}
	}
	v.found.Block("order.customer.unknown", "parties", "none of the parties is a customer of ours",
		"open an account, or add the identifiers of the parties to the one that is meant")
	return party.Account{}, nil
}

// foundAccount makes findings of what only a person can mend, and leaves other
// errors as they are.
func (v *validation) foundAccount(a party.Account, path string, err error) (party.Account, error) {
	var notFound *party.NotFoundError
	var ambiguous *party.AmbiguousError
	switch {
	case errors.As(err, &notFound):
		v.found.Block("order.customer.unknown", path, err.Error(), "open an account, or correct the number")
		return party.Account{}, nil
	case errors.As(err, &ambiguous):
		v.found.Block("order.customer.ambiguous", path, err.Error(), "name the account that is meant")
		return party.Account{}, nil
	case err != nil:
		return party.Account{}, err
	}
	for _, b := range a.BlocksOn(party.BlockOrder, calendar.DateOf(v.work.Now())) {
		v.found.Block("order.customer.blocked", path, fmt.Sprintf("customer %s may not order: %s", a.ID, b.Reason),
			"lift the block, or refuse the order")
	}
	return a, nil
}

// line finds the item of a line and counts it in base units.
func (v *validation) line(ctx context.Context, a party.Account, i int, r *order.Request) (order.IdentifiedLine, error) {
	known := order.IdentifiedLine{Line: r.ID, Item: r.Item}
	it, ok, err := v.item(ctx, a.ID, r)
	if err != nil {
		return known, err
	}
	var found finding.List
	if !ok {
		if r.Item != "" || len(r.Identifiers) > 0 { // a line that names none has its finding already
			found.Block("order.line.item-unknown", "item", fmt.Sprintf("no item of ours is %s", named(r)),
				"correct the number, or add the item to the catalogue")
		}
	} else {
		known.Item = it.ID
		found = append(it.CheckQuantity(r.Quantity), it.Lifecycle.CheckOrder(calendar.DateOf(v.work.Now()))...)
		if !found.Blocks() {
			if known.Base, err = baseOf(&it, r.Quantity); err != nil {
				found.Block("order.line.quantity", "quantity", err.Error(), "order a quantity that the item can be counted in")
			}
		}
	}
	if v.Rules != nil {
		v.lines = append(v.lines, v.lineFacts(r, &it, ok, known))
	}
	if v.RejectLines && found.Blocks() {
		v.refused = append(v.refused, order.LineRejected{Line: r.ID, Rejection: order.Rejection{
			Code: worst(found).Code, Reason: worst(found).Message,
		}})
		for i := range found {
			found[i].Severity = min(found[i].Severity, finding.Warning)
		}
	}
	v.found.Within(fmt.Sprintf("lines[%d]", i), found)
	return known, nil
}

// item finds the item that a line names; ok is false if none of its numbers
// is known.
func (v *validation) item(ctx context.Context, customer string, r *order.Request) (it item.Item, ok bool, err error) {
	if r.Item != "" {
		it, err = v.Items.Item(ctx, r.Item)
		return foundItem(it, err)
	}
	for _, id := range r.Identifiers {
		switch id.Scheme {
		case order.SchemeGTIN:
			g, bad := item.ParseGTIN(id.Value)
			if bad != nil {
				continue
			}
			it, _, err = v.Items.ByGTIN(ctx, g)
		case order.SchemeBuyer:
			it, err = v.Items.ByCustomerPart(ctx, customer, id.Value)
		case order.SchemeVendor:
			it, err = v.Items.Item(ctx, id.Value)
		default:
			continue
		}
		if it, ok, err = foundItem(it, err); ok || err != nil {
			return it, ok, err
		}
	}
	return item.Item{}, false, nil
}

func foundItem(it item.Item, err error) (item.Item, bool, error) {
	if notFound := (*item.NotFoundError)(nil); errors.As(err, &notFound) {
		return item.Item{}, false, nil
	}
	return it, err == nil, err
}

// named lists the numbers by which a line names its item.
func named(r *order.Request) string {
	if r.Item != "" {
		return r.Item
	}
	text := ""
	for i, id := range r.Identifiers {
		if i > 0 {
			text += " or "
		}
		text += id.Scheme + " " + id.Value
	}
	return text
}

func worst(l finding.List) finding.Finding {
	for _, f := range l {
		if f.Severity == l.Worst() {
			return f
		}
	}
	return finding.Finding{}
}
