package steps

import (
	"context"
	"fmt"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/item"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// maxLineFindings is how many lines a rule has a finding of its own for. What it
// finds on more is told in one, so that the decision on an order of many lines
// still fits into an append.
const maxLineFindings = 25

// asking is what the rules of one book find in one document.
type asking struct {
	*validation
	book  *ValidationBook
	facts ValidationFacts
	lines map[string]int // on how many a rule matched or failed
}

// askRules asks the host's rules, those of the document before those of each
// line. A book that cannot be used is an error, so that the order waits for one
// that can.
func (v *validation) askRules(ctx context.Context) error {
	a := asking{validation: v, book: v.Rules.Book(), lines: make(map[string]int)}
	for _, group := range a.book.Groups() {
		if group != OrderGroup && group != LineGroup {
			return CheckValidationBook(a.book)
		}
	}
	v.ruled.Book = a.book.Hash()
	var err error
	if a.facts, err = v.facts(ctx); err != nil {
		return err
	}
	if err := a.ask(ctx, OrderGroup, -1); err != nil {
		return err
	}
	for i := range v.lines {
		a.facts.Line = &v.lines[i]
		if err := a.ask(ctx, LineGroup, i); err != nil {
			return err
		}
	}
	a.tellTheRest()
	return nil
}

// ask asks the rules of a group about a line, or the document for -1.
func (a *asking) ask(ctx context.Context, group string, line int) error {
	matched, failed, err := match(ctx, a.book.Group(group), &a.facts, a.work.Now())
	if err != nil {
		return err
	}
	for _, e := range failed {
		if a.lines[e.Rule]++; a.lines[e.Rule] <= maxLineFindings {
			a.add(line, failure(e))
		}
	}
	for _, r := range matched {
		if err := a.fired(ctx, r, line); err != nil {
			return err
		}
	}
	return nil
}

// fired does what a rule that matched says.
func (a *asking) fired(ctx context.Context, r *ValidationRule, line int) error {
	then := &r.Then
	found, err := render(a.book, &a.facts, finding.Finding{
		Code: ruleCode + then.Code, Severity: then.Action.severity(), Path: then.Path, Message: then.Text, Fix: then.Fix,
	})
	if err != nil {
		return err
	}
	fired := FiredRule{Action: then.Action.String(), Code: found.Code}
	if line >= 0 {
		fired.Line = a.facts.Line.ID
	}
	if then.Action == ValidationRejectLine {
		if line < 0 {
			return CheckValidationBook(a.book)
		}
		a.refuse(fired.Line, order.Rejection{Code: found.Code, Reason: found.Message})
	}
	if a.lines[r.ID]++; a.lines[r.ID] > maxLineFindings {
		return nil
	}
	a.add(line, found)
	if fired.Reason, err = a.book.WhyNot(ctx, r.ID, &a.facts, a.work.Now()); err != nil {
		return err
	}
	a.ruled.Fired = append(a.ruled.Fired, fired)
	return nil
}

func (a *asking) add(line int, f finding.Finding) {
	if line < 0 {
		a.found = append(a.found, f)
		return
	}
	a.found.Within(fmt.Sprintf("lines[%d]", line), finding.List{f})
}

// tellTheRest adds a finding for what each rule found on more lines than it has
// findings for.
func (a *asking) tellTheRest() {
	for _, r := range a.book.Group(LineGroup).Rules() {
		if more := a.lines[r.ID] - maxLineFindings; more > 0 {
			a.found = append(a.found, finding.Finding{
				Code: ruleCode + r.Then.Code, Severity: r.Then.Action.severity(), Path: "lines",
				Message: fmt.Sprintf("rule %s has as much to say of %d further lines", r.ID, more),
			})
		}
	}
}

// refuse refuses a line, once.
func (v *validation) refuse(line string, why order.Rejection) {
	for _, r := range v.refused {
		if r.Line == line {
			return
		}
	}
	v.refused = append(v.refused, order.LineRejected{Line: line, Rejection: why})
}

// facts are those of the document.
func (v *validation) facts(ctx context.Context) (ValidationFacts, error) {
	doc := &v.work.Order().Document
	today := calendar.DateOf(v.work.Now())
	f := ValidationFacts{ShipTo: shipToFacts(doc), Order: DocumentFacts{
		PurchaseOrder: doc.PurchaseOrder, Release: doc.Release, Type: typeOf(doc), Channel: doc.Source.Channel,
		Partner: doc.Source.Partner, Currency: code(currencyOf(v.work.Order(), v.account)), Today: today, Date: doc.Date,
		RequestedShip: doc.RequestedShip, RequestedDelivery: doc.RequestedDelivery, CancelAfter: doc.CancelAfter,
		DaysUntilRequested: daysTo(today, firstDate(doc.RequestedDelivery, doc.RequestedShip)), Lines: len(doc.Lines),
		Stated: statedTotal(doc.Lines), Freight: doc.Freight.String(), Incoterm: doc.Incoterm.String(),
		Repeats: len(v.work.SamePurchaseOrder()),
	}}
	if !doc.Terms.IsZero() {
		f.Order.Terms = doc.Terms.String()
	}
	var err error
	f.Customer, err = customerFacts(ctx, v.Customers, v.account)
	return f, err
}

// statedTotal is what the lines come to at the customer's prices, nil unless each
// has one and all are in one currency.
func statedTotal(lines []order.Request) *money.Amount {
	var sum *money.Amount
	for i := range lines {
		value := statedValue(&lines[i])
		if value == nil {
			return nil
		}
		if sum == nil {
			sum = value
			continue
		}
		next, err := sum.Add(*value)
		if err != nil {
			return nil
		}
		sum = &next
	}
	return sum
}

// lineFacts are those of a line. known has the base quantity where there is one.
func (v *validation) lineFacts(r *order.Request, it *item.Item, found bool, known order.IdentifiedLine) LineFacts {
	doc := &v.work.Order().Document
	f := LineFacts{
		ID: r.ID, Item: known.Item, Known: found, Description: r.Description, Quantity: r.Quantity,
		Price: r.Price, Per: max(r.PricePer, 1), Stated: statedValue(r),
		RequestedShip:     firstDate(r.RequestedShip, doc.RequestedShip),
		RequestedDelivery: firstDate(r.RequestedDelivery, doc.RequestedDelivery),
	}
	if r.Quantity.Unit() != 0 {
		f.Unit = r.Quantity.Unit().String()
	}
	if known.Base != (quantity.Quantity{}) {
		f.Base = &known.Base
	}
	if found {
		f.Status, f.Hazardous = it.Lifecycle.Status.String(), it.Hazard != nil
		if v.Category != nil {
			f.Category = v.Category(it.ID)
		}
	}
	f.DaysUntilRequested = daysTo(calendar.DateOf(v.work.Now()), firstDate(f.RequestedDelivery, f.RequestedShip))
	return f
}
