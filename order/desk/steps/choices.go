package steps

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/backorder"
	"github.com/o2ckit/o2c/atp/sourcing"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order"
)

// Choices lists what the customer of a line can be offered. Others are the items that
// may ship for it; nil: there are none. [StockChoices] asks package backorder.
type Choices func(now time.Time, l backorder.Line, others backorder.Alternatives) ([]backorder.Choice, error)

// StockChoices lets a stock say what can be offered; see backorder.Choices.
func StockChoices(stock *atp.Stock) Choices {
	return func(now time.Time, l backorder.Line, others backorder.Alternatives) ([]backorder.Choice, error) {
		return backorder.Choices(now, stock, l, others)
	}
}

// LineChoices is what the customer of a line that falls short can be offered, at one
// site, of what is still to come of the line's item from there.
type LineChoices struct {
	// Line is its id.
	Line    string             `json:"line"`
	Choices []backorder.Choice `json:"choices"`
}

// choose adds what the customers of lines that fall short can be offered.
func (p *promising) choose(o *offer) error {
	if p.Choices == nil {
		return nil
	}
	for i := range p.open {
		l := &p.open[i]
		if !o.lines[i].fallsShort(wanted(p.work.Order(), l.line)) {
			continue
		}
		asked, err := p.choosing(l, o, i)
		if err != nil {
			return err
		}
		if asked.Ref.IsZero() || asked.Quantity <= 0 {
			continue
		}
		var others backorder.Alternatives
		if o.asked != nil {
			others = substitutesOf{p.Stock, &o.asked.Lines[i]}
		}
		choices, err := p.Choices(p.work.Now(), asked, others)
		if err != nil {
			return err
		}
		o.why.Choices = append(o.why.Choices, LineChoices{Line: l.line.ID, Choices: choices})
		o.found = append(o.found, finding.Finding{
			Code: "promise.short", Severity: finding.Warning, Path: p.path(l),
			Message: fmt.Sprintf("of line %s, not all can be had as it is wanted; the customer can %s", l.line.ID, inWords(choices, l)),
			Fix:     "ask the customer",
		})
	}
	return nil
}

// fallsShort tells that a line does not get all that it wants when it wants it.
func (o *offered) fallsShort(wanted calendar.Date) bool {
	return o.unfilled > 0 || !wanted.IsZero() &&
		slices.ContainsFunc(o.parts, func(p offeredPart) bool { return p.Deliver.After(wanted) })
}

// choosing asks for what a line gets and misses of its item at its site, and counts as
// free what is reserved for it. Where another line of the order has the item from there,
// too, that cannot be told apart, and what is missing alone is asked for.
func (p *promising) choosing(l *openLine, o *offer, i int) (backorder.Line, error) {
	asked := backorder.Line{
		ID: l.line.ID, Key: ownReservation(p.work.Order(), l.line), Quantity: o.lines[i].unfilled, SafetyStock: o.lines[i].safety,
		Ordered: placed(p.work.Order()),
	}
	ref, err := p.Stock.Ref(l.line.Item, l.site)
	if isUnstocked(err) {
		return asked, nil
	}
	if err != nil {
		return asked, err
	}
	asked.Ref = ref
	if !p.shared(o, i, ref) {
		asked.Key = p.key(o.lines[i].safety)
		for _, part := range o.lines[i].parts {
			if part.site == l.site && part.substitute == nil {
				asked.Quantity += part.quantity
			}
		}
	}
	asked.Pack = packOf(&l.item, l.line, asked.Quantity)
	asked.Wanted = wanted(p.work.Order(), l.line)
	if lane := p.laneFrom(l.site, o.asked); lane != nil && !asked.Wanted.IsZero() {
		times, err := lane.Backward(ref.Calendar(), asked.Wanted)
		if err != nil {
			return asked, err
		}
		asked.Wanted = times.Start
	}
	return asked, nil
}

// shared tells that what is reserved of an item at a site is not for one line alone.
func (p *promising) shared(o *offer, i int, ref atp.Ref) bool {
	for other := range o.lines {
		if other != i && slices.ContainsFunc(o.lines[other].takes, func(t atp.Line) bool { return t.Ref == ref }) {
			return true
		}
	}
	return false
}

// laneFrom leads from a site to the customer.
func (p *promising) laneFrom(site string, asked *sourcing.Order) *atp.Lane {
	if asked == nil {
		if p.Lane == nil {
			return nil
		}
		return p.Lane(p.work.Order(), site)
	}
	for _, r := range asked.Routes {
		if r.Site == site {
			return r.Lane
		}
	}
	return nil
}

// substitutesOf offers the items that may ship for a line, from its site.
type substitutesOf struct {
	stock Promiser
	line  *sourcing.OrderLine
}

// Alternatives lists them, the first choice first.
func (s substitutesOf) Alternatives(l backorder.Line) ([]backorder.Alternative, error) {
	var list []backorder.Alternative
	for i := range s.line.Alternatives {
		a := &s.line.Alternatives[i]
		if a.Item == s.line.Item {
			continue
		}
		ref, err := s.stock.Ref(a.Item, l.Ref.Site())
		if unknown := (*atp.UnknownItemError)(nil); errors.As(err, &unknown) {
			continue
		} else if err != nil {
			return nil, err
		}
		ratio := order.Substitute{Item: a.Item, Numerator: a.Numerator, Denominator: a.Denominator}
		n, whole := ratio.Count(l.Quantity)
		if whole && n > 0 && n <= atp.MaxQuantity && n%a.Pack == 0 {
			list = append(list, backorder.Alternative{Ref: ref, Quantity: n, Pack: a.Pack})
		}
	}
	return list, nil
}

// inWords says what the choices are: "wait: 36 on 2026-04-13; split: ...; cancel".
func inWords(choices []backorder.Choice, l *openLine) string {
	all := make([]string, 0, len(choices))
	for _, c := range choices {
		text := string(c.Offer)
		if c.Offer == backorder.Cancel {
			all = append(all, text)
			continue
		}
		if c.Ref.Item() != l.line.Item {
			text += " by " + c.Ref.Item()
		}
		parts := make([]string, 0, len(c.Deliveries))
		for _, d := range c.Deliveries {
			parts = append(parts, fmt.Sprintf("%d from %s", d.Quantity, d.Date))
		}
		text += ": " + strings.Join(parts, ", ")
		if c.Unfilled > 0 {
			text += fmt.Sprintf(", %d open", c.Unfilled)
		}
		all = append(all, text)
	}
	return strings.Join(all, "; ")
}
