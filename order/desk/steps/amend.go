package steps

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
)

var (
	// ErrNothingToGiveUp is returned where a change leaves all as it is: what it asks
	// to give up has left or is picked, or the order is refused.
	ErrNothingToGiveUp = errors.New("steps: nothing of it can be given up")
	// ErrDocumentReused is returned for a document that stands for another change of
	// the order.
	ErrDocumentReused = errors.New("steps: the document was used for another change")
)

// Reducer brings down what is reserved; [atp.Stock] does.
type Reducer interface {
	Ref(item, site string) (atp.Ref, error)
	Reservation(now time.Time, key string) (atp.ReservationState, error)
	Decrease(now time.Time, d atp.Decrease) (atp.Decreased, error)
	UndoDecrease(e atp.Decreased) error
}

// CancellationLedger gives credit back; [credit.Ledger] does.
type CancellationLedger interface {
	Cancel(now time.Time, r credit.Cancellation) (credit.Cancelled, error)
	UndoCancel(e credit.Cancelled) error
	Deliver(now time.Time, d credit.Delivery) (credit.Delivered, error)
	UndoDeliver(e credit.Delivered) error
}

// Amender decreases and cancels lines of orders, accepted or not (ORD-2 in part).
// What has left stays, and so does what is picked until the warehouse has put it
// back: pick and put back inside an action of the desk ([desk.Desk.Act]), not beside it
// by Record, so that the journal has both in their order. The latest promises are given
// up first, what is backordered before all. The price stays what it was: what is left of
// a line is worth its share.
type Amender struct {
	Stock Reducer
	Items Items
	// Credit is given back what is not delivered any more. Nil: credit is not followed.
	Credit CancellationLedger
	// Customers names the order's credit account. Required with Credit.
	Customers Customers
	// Budgets get back what an order had of them once nothing is left of it. Nil:
	// nobody counts.
	Budgets Budgets
	// Backorders lets the order follow the runs first that it has not; see
	// [Backorders.Follow]. Nil: there are no runs.
	Backorders *Backorders
}

// Amendment says of a change what is kept of it.
type Amendment struct {
	// Document names the change among those of the order: the same document again is
	// the same change. Required.
	Document string
	// Actor is on whose behalf it is done. By default the desk's own.
	Actor string
	// Reason is why. Required.
	Reason string
}

// AmendedLine is what became of a line, in base units.
type AmendedLine struct {
	Line string            `json:"line"`
	Was  quantity.Quantity `json:"was"`
	// To is what was asked for, Became what the line is since: To, or what had to stay.
	To     quantity.Quantity `json:"to"`
	Became quantity.Quantity `json:"became"`
	// Shipped is what had left, Picked what kept the line above To beside.
	Shipped quantity.Quantity `json:"shipped,omitzero"`
	Picked  quantity.Quantity `json:"picked,omitzero"`
	// Whole tells that the line stays above To because another item ships for it, of
	// which only whole numbers can be given up.
	Whole bool `json:"whole,omitempty"`
}

// String says it in words: "line 1: 100 EA became 50 EA, 30 EA have left, 20 EA are picked".
func (l AmendedLine) String() string {
	text := fmt.Sprintf("line %s: %s became %s", l.Line, l.Was, l.Became)
	if l.Became != l.To {
		if !l.Shipped.IsZero() {
			text += fmt.Sprintf(", %s have left", l.Shipped)
		}
		if !l.Picked.IsZero() {
			text += fmt.Sprintf(", %s are picked", l.Picked)
		}
		if l.Whole {
			text += ", another item ships for it in whole numbers"
		}
	}
	return text
}

// AmendAccount is the explanation of a change's decision.
type AmendAccount struct {
	Document string        `json:"document"`
	Lines    []AmendedLine `json:"lines"`
}

// AmendError says which line or which field of a change cannot be used.
type AmendError struct {
	Line   string // empty: the change as a whole
	Reason string
}

// Error names the line and the reason.
func (e *AmendError) Error() string {
	if e.Line == "" {
		return "steps: amend: " + e.Reason
	}
	return fmt.Sprintf("steps: amend: line %s: %s", e.Line, e.Reason)
}

// Decrease brings a line down to a quantity, what has left included, in any unit of
// its item; to nothing is to cancel it. One that must stay above that becomes what
// has left and is picked. The result says what the line became.
//
// The same document again gives the first answer. The errors are *AmendError,
// [ErrNothingToGiveUp], [ErrDocumentReused], and those of the stock, of credit and
// of [desk.Desk.Act]; after them nothing has changed. After desk.ErrUnsettled it may
// be called again.
func (a *Amender) Decrease(
	ctx context.Context, d *desk.Desk, id order.ID, line string, to quantity.Quantity, n Amendment,
) (AmendedLine, error) {
	lines, err := a.act(ctx, d, id, "decrease", n, func(*order.Order) []asked { return []asked{{line, to}} })
	if err != nil {
		return AmendedLine{}, err
	}
	return lines[0], nil
}

// Cancel gives up lines of an order, as far as they have not left and are not
// picked, with the goods that were given for them; without lines, all of the order.
// The results are in the order of its lines. The errors are those of Decrease.
func (a *Amender) Cancel(ctx context.Context, d *desk.Desk, id order.ID, n Amendment, lines ...string) ([]AmendedLine, error) {
	return a.act(ctx, d, id, "cancel", n, func(o *order.Order) []asked {
		var all []asked
		for i := range o.Lines {
			l := &o.Lines[i]
			if l.Rejection == nil && len(lines) == 0 || slices.Contains(lines, l.ID) || l.Free != nil && slices.Contains(lines, l.Free.For) {
				all = append(all, asked{line: l.ID})
			}
		}
		for _, line := range lines {
			if o.Line(line) == nil {
				all = append(all, asked{line: line})
			}
		}
		return all
	})
}

// asked is the quantity that a line is to come down to.
type asked struct {
	line string
	to   quantity.Quantity
}

// act does a change as an action of the desk.
func (a *Amender) act(
	ctx context.Context, d *desk.Desk, id order.ID, name string, n Amendment, ask func(*order.Order) []asked,
) ([]AmendedLine, error) {
	err := lacking(name, part{"Stock", a.Stock != nil}, part{"Items", a.Items != nil},
		part{"Customers", a.Credit == nil || a.Customers != nil})
	switch {
	case err != nil:
		return nil, err
	case n.Document == "":
		return nil, &AmendError{Reason: "the change has no document"}
	case n.Reason == "":
		return nil, &AmendError{Reason: "the change has no reason"}
	}
	am := amending{Amender: a, note: n}
	_, err = d.Act(ctx, id, desk.Action{Name: name, Actor: n.Actor, Run: func(ctx context.Context, w *desk.Work) error {
		am.work, am.lines = w, nil
		return am.run(ctx, ask(w.Order()))
	}})
	if errors.Is(err, errAmended) {
		err = nil
	}
	if err != nil {
		return nil, err
	}
	return am.lines, nil
}

// errAmended ends an action that was done before.
var errAmended = errors.New("steps: the change was made before")

// amending is one change.
type amending struct {
	*Amender
	note  Amendment
	work  *desk.Work
	lines []AmendedLine
	given int // what was asked of the stock, for its documents
}

func (a *amending) run(ctx context.Context, list []asked) error {
	o := a.work.Order()
	if done, err := a.before(ctx, list); done || err != nil {
		return cmp.Or(err, errAmended)
	}
	if s := o.Status(); s == order.StatusException || s == order.StatusRejected {
		return fmt.Errorf("%w: the order is %s", ErrNothingToGiveUp, s)
	}
	if err := a.Backorders.catchUp(ctx, a.work); err != nil {
		return err
	}
	total := o.Total()
	delivered, err := deliveredValue(o)
	if err != nil {
		return err
	}
	changed := false
	for _, l := range list {
		line, err := a.line(ctx, l)
		if err != nil {
			return err
		}
		a.lines = append(a.lines, line)
		changed = changed || line.Became != line.Was
	}
	if !changed {
		return ErrNothingToGiveUp
	}
	if err := a.settle(ctx, total, delivered); err != nil {
		return err
	}
	if a.Budgets != nil && o.Status() == order.StatusRejected {
		if err := releaseBudgets(a.work, a.Budgets, a.note.Reason); err != nil {
			return err
		}
	}
	return a.decide()
}

// before finds the change among those that were made.
func (a *amending) before(ctx context.Context, list []asked) (done bool, err error) {
	for _, d := range a.work.Order().Decisions {
		if d.Step != "decrease" && d.Step != "cancel" {
			continue
		}
		var account AmendAccount
		if json.Unmarshal(d.Explanation, &account) != nil || account.Document != a.note.Document {
			continue
		}
		if d.Step != a.work.Step() {
			return false, ErrDocumentReused
		}
		for _, l := range list {
			if i := slices.IndexFunc(account.Lines, func(m AmendedLine) bool { return m.Line == l.line }); i < 0 {
				return false, ErrDocumentReused
			} else if _, to, err := a.target(ctx, l); err != nil || to != account.Lines[i].To {
				return false, cmp.Or(err, ErrDocumentReused)
			}
		}
		a.lines = account.Lines
		return true, nil
	}
	return false, nil
}

// target is the quantity asked for in base units.
func (a *amending) target(ctx context.Context, l asked) (*order.Line, quantity.Quantity, error) {
	none := func(reason string) (*order.Line, quantity.Quantity, error) {
		return nil, quantity.Quantity{}, &AmendError{Line: l.line, Reason: reason}
	}
	line := a.work.Order().Line(l.line)
	if line == nil {
		return none("the order has no such line")
	}
	it, err := a.Items.Item(ctx, line.Item)
	if err != nil {
		return nil, quantity.Quantity{}, err
	}
	if l.to.IsZero() {
		return line, quantity.New(0, it.Unit()), nil
	}
	to, err := baseOf(&it, l.to)
	if err != nil {
		return none(err.Error())
	}
	if to.Sign() < 0 {
		return none("it cannot come down to less than nothing")
	}
	return line, to, nil
}
