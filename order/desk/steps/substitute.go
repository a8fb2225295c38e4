package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/sourcing"
	"github.com/o2ckit/o2c/atp/substitution"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/item"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
)

// Substitutes finds the items that may take the place of another;
// [substitution.Catalog] does.
type Substitutes interface {
	Options(ctx context.Context, now time.Time, r substitution.Request) (substitution.Options, error)
}

// substitutes says which items may ship for a line, and in which order. One that is in
// no catalog of items is a finding, and does not ship.
func (p *promising) substitutes(
	ctx context.Context, asked *sourcing.Order, l *openLine, line *sourcing.OrderLine, account party.Account, o *offer,
) error {
	options, err := p.Sourcing.Substitutes.Options(ctx, p.work.Now(), substitution.Request{
		ID: line.ID, Item: line.Item, Quantity: line.Quantity, Account: asked.Account, Class: asked.Class, Order: asked.ID,
		Type: asked.Type, Channel: asked.Channel, Value: asked.Value,
	})
	if err != nil {
		return err
	}
	if len(options.Candidates) > 1 || len(options.Refused) > 0 {
		o.why.Substitutes = append(o.why.Substitutes, SubstituteOptions{Line: line.ID, Options: options})
	}
	line.Superseded = !slices.ContainsFunc(options.Candidates, func(c substitution.Candidate) bool { return c.Item == line.Item })
	if account.Shipping.NoSubstitutes {
		return nil
	}
	for i := range options.Candidates {
		c := &options.Candidates[i]
		if c.Item == line.Item {
			line.Alternatives = append(line.Alternatives, sourcing.Alternative{Item: c.Item})
			continue
		}
		_, err := p.Items.Item(ctx, c.Item)
		if unknown := (*item.NotFoundError)(nil); errors.As(err, &unknown) {
			o.found.Warn("promise.substitute.unknown", p.path(l)+".item", fmt.Sprintf("%s may ship for %s and is no item", c.Item, line.Item),
				"make the item known, or end the relation")
			continue
		} else if err != nil {
			return err
		}
		a := sourcing.Alternative{Item: c.Item, Numerator: max(c.Numerator, 1), Denominator: max(c.Denominator, 1), Reason: reasonOf(c)}
		if pack, ok := unitsOf(&a, l.packs); ok {
			a.Pack = pack
			line.Alternatives = append(line.Alternatives, a)
		}
	}
	return nil
}

// path is where a line stands in the order.
func (p *promising) path(l *openLine) string {
	at := slices.IndexFunc(p.work.Order().Lines, func(other order.Line) bool { return other.ID == l.line.ID })
	return fmt.Sprintf("lines[%d]", at)
}

// unitsOf is the least of an alternative that stands for whole ordered units; false where
// it is more than can be promised.
func unitsOf(c *sourcing.Alternative, packs int64) (int64, bool) {
	a, b := packs, c.Denominator
	for b != 0 {
		a, b = b, a%b
	}
	times := packs / a
	if times > atp.MaxQuantity/c.Numerator {
		return 0, false
	}
	return times * c.Numerator, true
}

// reasonOf says why a candidate may ship.
func reasonOf(c *substitution.Candidate) string {
	reason := c.Reason
	for _, r := range c.Rules {
		reason = cmp.Or(reason, r.Text)
	}
	return reason
}

// substituteOf says what ships instead of the item of a line; nil: the item itself.
func substituteOf(l *sourcing.OrderLine, ships string) *order.Substitute {
	if ships == l.Item {
		return nil
	}
	at := slices.IndexFunc(l.Alternatives, func(a sourcing.Alternative) bool { return a.Item == ships })
	a := &l.Alternatives[at]
	return &order.Substitute{Item: a.Item, Numerator: a.Numerator, Denominator: a.Denominator, Reason: a.Reason}
}

// substituted tells that another item ships.
func substituted(path string, l *openLine, part *offeredPart) finding.Finding {
	return finding.Finding{
		Code: "promise.substitute", Severity: finding.Info, Path: path + ".item",
		Message: strings.TrimSuffix(fmt.Sprintf("%s ships for %s of %s: %s", part.substitute.Item, l.item.Quantity(part.quantity),
			l.line.Item, part.substitute.Reason), ": "),
		Fix: "tell the customer",
	}
}
