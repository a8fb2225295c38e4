package amend

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/desk/steps"
)

// Amender decreases and cancels lines; [steps.Amender] does.
type Amender interface {
	Decrease(ctx context.Context, d *desk.Desk, id order.ID, line string, to quantity.Quantity, n steps.Amendment) (steps.AmendedLine, error)
	Cancel(ctx context.Context, d *desk.Desk, id order.ID, n steps.Amendment, lines ...string) ([]steps.AmendedLine, error)
}

// Config is what changes are carried out with.
type Config struct {
	// Desk has the orders. Required.
	Desk *desk.Desk
	// Amender is required.
	Amender Amender
	// Clock tells the day of an answer, in its zone, such as time.Now. Required.
	Clock func() time.Time
	// Actor is on whose behalf orders are changed. By default the desk's own.
	Actor string
}

// ConfigError says which setting of a Config is missing.
type ConfigError struct{ Field string }

// Error names the setting.
func (e *ConfigError) Error() string { return "amend: " + e.Field + " is missing" }

// Changes carries out changes. It is safe for many goroutines.
type Changes struct{ config Config }

// New checks the configuration. The error is a *ConfigError.
func New(c Config) (*Changes, error) {
	switch {
	case c.Desk == nil:
		return nil, &ConfigError{"Desk"}
	case c.Amender == nil:
		return nil, &ConfigError{"Amender"}
	case c.Clock == nil:
		return nil, &ConfigError{"Clock"}
	}
	return &Changes{c}, nil
}

// ErrOtherOrder is returned for a change of another purchase order or release than
// that of the order, or of another store.
var ErrOtherOrder = errors.New("amend: the change is of another purchase order")

// Apply carries out a change of an order, line by line, and answers each. A line
// that is to be less becomes as little as it still can: what has left and what is
// picked stays. More goods, other items, prices and days are refused, and so is
// what the change states for the order as a whole: days, terms, parties and texts that
// are not those of the order. A change that asks for what
// holds anyway is made.
//
// The same change again, such as one that was sent twice, changes nothing and is
// answered anew: what was made keeps its answer, what was refused is looked at
// again. After an error some lines may be changed; the same change again goes on.
// The errors are ErrOtherOrder and those of the desk and the Amender that are no
// answer to a customer.
func (c *Changes) Apply(ctx context.Context, id order.ID, change mapping.OrderChange) (mapping.ChangeAnswer, error) {
	o, err := c.config.Desk.Order(id)
	if err != nil {
		return mapping.ChangeAnswer{}, err
	}
	store := change.Document.Store
	if !store.IsZero() && o.Document.Store != store {
		return mapping.ChangeAnswer{}, fmt.Errorf("%w: of store %s, not %s", ErrOtherOrder, store, o.Document.Store)
	}
	if o.Document.PurchaseOrder != change.Document.PurchaseOrder || o.Document.Release != change.Document.Release {
		return mapping.ChangeAnswer{}, fmt.Errorf("%w: %s %q, not %s %q", ErrOtherOrder,
			change.Document.PurchaseOrder, change.Document.Release, o.Document.PurchaseOrder, o.Document.Release)
	}
	answer := mapping.ChangeAnswer{Change: change, Date: calendar.DateOf(c.config.Clock()), Remarks: unchanged(o, &change.Document)}
	if change.Cancel {
		err = c.cancel(ctx, id, &answer)
		return answer, err
	}
	key, before := change.Key(), amended(o)
	for i := range change.Lines {
		said, err := c.line(ctx, id, document(key, i), before, &change.Lines[i])
		if err != nil {
			return mapping.ChangeAnswer{}, err
		}
		answer.Lines = append(answer.Lines, said)
	}
	return answer, nil
}

// unchanged says what a change states for the order as a whole and does not hold.
func unchanged(o *order.Order, asked *order.Document) []string {
	var said []string
	for _, d := range []struct {
		what      string
		asked, is calendar.Date
	}{
		{"ship date", asked.RequestedShip, o.Document.RequestedShip},
		{"delivery date", asked.RequestedDelivery, o.Document.RequestedDelivery},
		{"cancel date", asked.CancelAfter, o.Document.CancelAfter},
	} {
		if !d.asked.IsZero() && d.asked != d.is {
			said = append(said, fmt.Sprintf("the %s of the order stays %s", d.what, or(d.is.String(), "as it was")))
		}
	}
	for _, term := range []struct {
		what    string
		another bool
	}{
		{"terms of payment", !asked.Terms.IsZero() && !asked.Terms.Equal(o.Document.Terms)},
		{"freight terms", asked.Freight != (terms.Freight{}) && asked.Freight != o.Document.Freight},
		{"delivery terms", asked.Incoterm != 0 && (asked.Incoterm != o.Document.Incoterm || asked.IncotermPlace != o.Document.IncotermPlace)},
	} {
		if term.another {
			said = append(said, fmt.Sprintf("the %s of the order stay as they were", term.what))
		}
	}
	for _, p := range asked.Parties {
		if is, named := o.Document.Party(p.Role); !named || anotherParty(&p, &is) {
			said = append(said, fmt.Sprintf("the %s of the order stays as it was", p.Role))
		}
	}
	for _, text := range asked.Instructions {
		if !slices.Contains(o.Document.Instructions, text) {
			said = append(said, "the order does not take up the text: "+text)
		}
	}
	return said
}

// anotherParty tells whether a party that is asked for is another one than that of the
// order, by its number or where it has none by its name, or is at another address.
func anotherParty(asked, is *order.Party) bool {
	switch {
	case !asked.Address.IsZero() && !asked.Address.Equal(is.Address):
		return true
	case len(asked.Identifiers) > 0:
		return !slices.Contains(is.Identifiers, asked.Identifiers[0])
	}
	return asked.Name != "" && asked.Name != is.Name
}

func or(text, none string) string {
	if text == "" {
		return none
	}
	return text
}

// cancel gives up the order as a whole. The lines that the change lists are answered
// by what is left of them.
func (c *Changes) cancel(ctx context.Context, id order.ID, answer *mapping.ChangeAnswer) error {
	_, err := c.config.Amender.Cancel(ctx, c.config.Desk, id, c.note(answer.Change.Key()))
	none := errors.Is(err, steps.ErrNothingToGiveUp)
	if err != nil && !none {
		return err
	}
	o, err := c.config.Desk.Order(id)
	if err != nil {
		return err
	}
	for i := range answer.Change.Lines {
		said := stands(o, answer.Change.Lines[i].ID)
		switch {
		case none && said.Quantity.Sign() > 0:
			said = refused(said, stays)
		case said.Quantity.Unit() == 0:
			said = refused(said, "the order has no such line")
		case said.Quantity.Sign() > 0:
			said = mapping.LineAnswer{Outcome: mapping.ChangePartly, Quantity: said.Quantity, Shipped: said.Shipped, Reason: stays}
		}
		answer.Lines = append(answer.Lines, said)
	}
	for i := range o.Lines {
		line := o.Lines[i].ID
		if left := stands(o, line).Quantity; left.Sign() > 0 {
			answer.Remarks = append(answer.Remarks, fmt.Sprintf("line %s: %s stay: %s", line, left, stays))
			answer.Refused = none
		}
	}
	return nil
}

// stays is why a line does not become less.
const stays = "what has left or is picked cannot be given up"

func (c *Changes) note(key string) steps.Amendment {
	return steps.Amendment{Document: key, Actor: c.config.Actor, Reason: "the customer changed the purchase order"}
}

// stands is the line as it is, as the answer to a change that is made; without unit:
// there is none.
func stands(o *order.Order, line string) mapping.LineAnswer {
	said := mapping.LineAnswer{Outcome: mapping.ChangeMade}
	l := o.Line(line)
	if l == nil {
		return said
	}
	said.Quantity, said.Shipped = l.Deliverable(), l.Shipped()
	if l.Rejection != nil || o.Status() == order.StatusRejected {
		said.Quantity = quantity.New(0, l.Base.Unit())
	}
	return said
}

func refused(said mapping.LineAnswer, reason string) mapping.LineAnswer {
	said.Outcome, said.Reason = mapping.ChangeRefused, reason
	return said
}

// line carries out and answers the change of a line. before are those that were made
// before.
func (c *Changes) line(
	ctx context.Context, id order.ID, document string, before map[lineOf]steps.AmendedLine, l *mapping.LineChange,
) (mapping.LineAnswer, error) {
	o, err := c.config.Desk.Order(id)
	if err != nil {
		return mapping.LineAnswer{}, err
	}
	said := stands(o, l.ID)
	line := o.Line(l.ID)
	switch {
	case l.Kind == mapping.AddLine:
		return refused(said, "an order takes no further lines; send another order for them"), nil
	case line == nil:
		return refused(said, "the order has no such line"), nil
	case l.Kind == mapping.ReplaceItem:
		return refused(said, "the item of a line cannot be replaced; delete the line and send another order"), nil
	case l.Kind == mapping.OtherChange:
		return refused(said, "this kind of change is not made"), nil
	}
	if done, ok := before[lineOf{document, l.ID}]; ok { // a difference would come to another quantity now
		return besides(o, line, l, answered(done), true), nil
	}
	said, made, err := c.bring(ctx, o, document, l, said)
	if err != nil {
		return mapping.LineAnswer{}, err
	}
	return besides(o, line, l, said, made), nil
}

// document names the change of a line.
func document(key string, i int) string { return fmt.Sprintf("%s/%d", key, i+1) }

// bring brings a line down to what the change asks for, if it is about the quantity.
// made tells whether that made it less.
func (c *Changes) bring(
	ctx context.Context, o *order.Order, document string, l *mapping.LineChange, said mapping.LineAnswer,
) (answer mapping.LineAnswer, made bool, err error) {
	total, asked, err := l.Total(o.Line(l.ID))
	switch {
	case err != nil:
		return refused(said, err.Error()), false, nil
	case !asked || total == said.Quantity:
		return said, false, nil
	}
	done, err := c.config.Amender.Decrease(ctx, c.config.Desk, o.ID, l.ID, total, c.note(document))
	var amend *steps.AmendError
	switch {
	case err == nil:
		return answered(done), true, nil
	case errors.As(err, &amend):
		return refused(said, amend.Reason), false, nil
	case !errors.Is(err, steps.ErrNothingToGiveUp):
		return said, false, err
	case total.IsZero() && said.Quantity.IsZero():
		return said, false, nil
	}
	return refused(said, stays), false, nil
}

// answered is the answer for what became of a line.
func answered(l steps.AmendedLine) mapping.LineAnswer {
	said := mapping.LineAnswer{Outcome: mapping.ChangeMade, Quantity: l.Became, Shipped: l.Shipped}
	if l.Became != l.To {
		said.Outcome, said.Reason = mapping.ChangePartly, l.String()
	}
	return said
}

// lineOf names a change of a line.
type lineOf struct{ document, line string }

// amended are the changes of an order that were made, and what each made of its line.
func amended(o *order.Order) map[lineOf]steps.AmendedLine {
	made := make(map[lineOf]steps.AmendedLine)
	for _, d := range o.Decisions {
		var account steps.AmendAccount
		if d.Step != "decrease" || json.Unmarshal(d.Explanation, &account) != nil {
			continue
		}
		for _, l := range account.Lines {
			made[lineOf{account.Document, l.Line}] = l
		}
	}
	return made
}

// besides answers what a change asks for beside the quantity: prices and days stay.
// made tells whether the line became less.
func besides(o *order.Order, line *order.Line, l *mapping.LineChange, said mapping.LineAnswer, made bool) mapping.LineAnswer {
	var stay []string
	if l.Price != nil && (line.Price == nil || *l.Price != *line.Price || max(l.PricePer, 1) != max(line.PricePer, 1)) {
		stay = append(stay, "the price stays as it was")
	}
	other := func(asked, line, document calendar.Date) bool {
		if line.IsZero() {
			line = document
		}
		return !asked.IsZero() && asked != line
	}
	if other(l.RequestedShip, line.RequestedShip, o.Document.RequestedShip) ||
		other(l.RequestedDelivery, line.RequestedDelivery, o.Document.RequestedDelivery) {
		stay = append(stay, "the days stay as they were")
	}
	for _, text := range stay {
		if said.Reason != "" {
			text = said.Reason + "; " + text
		}
		said.Reason = text
	}
	switch {
	case len(stay) == 0 || said.Outcome == mapping.ChangeRefused:
	case made:
		said.Outcome = mapping.ChangePartly
	default:
		said.Outcome = mapping.ChangeRefused
	}
	return said
}
