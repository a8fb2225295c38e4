package steps

import (
	"context"
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
)

// facts state what the order has come to.
func (c DecideConfig) facts(ctx context.Context, w *desk.Work, account party.Account) (HoldFacts, error) {
	o := w.Order()
	doc := &o.Document
	f := HoldFacts{ShipTo: shipToFacts(doc), Order: OrderFacts{
		ID: string(o.ID), PurchaseOrder: doc.PurchaseOrder, Type: typeOf(doc), Channel: doc.Source.Channel, Partner: doc.Source.Partner,
		Today: calendar.DateOf(w.Now()), Holds: openKinds(o), Findings: foundCodes(o, w.Step()),
		RequestedShip: doc.RequestedShip, RequestedDelivery: doc.RequestedDelivery, CancelAfter: doc.CancelAfter,
	}}
	if total := o.Total(); total.Currency() != 0 {
		f.Order.Total, f.Order.Currency = &total, code(total.Currency())
	}
	for i := range o.Lines {
		f.Order.addLine(&o.Lines[i])
	}
	f.Order.DaysToShip = daysTo(f.Order.Today, f.Order.FirstShip)
	f.Order.DaysLate = daysTo(f.Order.RequestedDelivery, f.Order.LastDelivery)
	var err error
	if f.Customer, err = customerFacts(ctx, c.Customers, account); err != nil || c.FirstOrder == nil {
		return f, err
	}
	first, err := c.FirstOrder(ctx, o)
	f.Order.FirstOrder = &first
	return f, err
}

// addLine counts a line in.
func (f *OrderFacts) addLine(l *order.Line) {
	if l.Rejection != nil {
		f.Rejected++
		return
	}
	f.Lines++
	if !slices.Contains(f.Items, l.Item) {
		f.Items = append(f.Items, l.Item)
	}
	open := false
	for _, s := range l.Schedules {
		if s.Backordered() {
			open = true
			continue
		}
		if f.FirstShip.IsZero() || s.Ship.Before(f.FirstShip) {
			f.FirstShip = s.Ship
		}
		if s.Ship.After(f.LastShip) {
			f.LastShip = s.Ship
		}
		if s.Deliver.After(f.LastDelivery) {
			f.LastDelivery = s.Deliver
		}
	}
	if open {
		f.Backordered++
	}
	if d := deviationOf(l); d != nil && (f.PriceDeviation == nil || d.Cmp(*f.PriceDeviation) > 0) {
		f.PriceDeviation = d
	}
}

// deviationOf is the share of our price by which the customer's is lower, cut to
// six places; nil where there is none to compare.
func deviationOf(l *order.Line) *money.Rate {
	stated, ours := statedValue(&l.Request), l.Net
	for _, charge := range l.Charges {
		if charge.Spread {
			less, err := ours.Sub(charge.Amount)
			if err != nil {
				return nil
			}
			ours = less
		}
	}
	if stated == nil || ours.Sign() <= 0 {
		return nil
	}
	lower, err := ours.Sub(*stated)
	if err != nil {
		return nil
	}
	const places = 6
	whole, _ := lower.Decimal().Shift(places).QuoRem(ours.Decimal(), 0)
	share, err := money.RateFromDecimal(whole.Shift(-places))
	if err != nil {
		return nil
	}
	return &share
}

// openKinds are the kinds of the open holds, each once, in order.
func openKinds(o *order.Order) []string {
	var kinds []string
	for _, h := range o.OpenHolds() {
		kinds = append(kinds, string(h.Kind))
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

// foundCodes are the codes of what the other steps found when they decided last,
// each once, in order.
func foundCodes(o *order.Order, own string) []string {
	var codes []string
	seen := map[string]bool{own: true}
	for _, d := range slices.Backward(o.Decisions) {
		if seen[d.Step] {
			continue
		}
		seen[d.Step] = true
		for _, f := range d.Findings {
			codes = append(codes, f.Code)
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}
