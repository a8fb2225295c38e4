package steps

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/item"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/shipping"
)

var (
	// ErrNothingToShip is returned when no promise of the order is due.
	ErrNothingToShip = errors.New("steps: nothing of the order is due to ship")
	// ErrNotReleased is returned for an order that is not good for fulfilment:
	// nothing ships on hold.
	ErrNotReleased = errors.New("steps: the order is not released for fulfilment")
)

// Consumer takes reserved goods from stock; [atp.Stock] does.
type Consumer interface {
	Consume(now time.Time, p atp.Posting) (atp.Consumed, error)
	UndoConsume(e atp.Consumed) error
	Ref(item, site string) (atp.Ref, error)
}

// ShipmentLog plans and remembers shipments; [shipping.Log] does.
type ShipmentLog interface {
	shipping.Numbers
	Record(event any) error
	Undo(event any) error
}

// DeliveryLedger follows the value of an order that ships; [credit.Ledger] does.
type DeliveryLedger interface {
	MayShip(now time.Time, order string) error
	Deliver(now time.Time, d credit.Delivery) (credit.Delivered, error)
	UndoDeliver(e credit.Delivered) error
}

// Shipper ships what was promised (SHP-1, ORD-1).
type Shipper struct {
	Stock Consumer
	Items Items
	Log   ShipmentLog
	// Credit is asked whether the order may ship, and told the value of what
	// left. Nil: credit is not followed.
	Credit DeliveryLedger
	// Customers names the order's credit account. Required with Credit.
	Customers Customers
	// From is where a site ships from.
	From func(site string) shipping.Party
	// To is where an order ships to. Nil: the ship-to of its document, else
	// the sold-to.
	To func(o *order.Order) shipping.Party
	// PerCarton is how many base units of an item fill a carton. Nil: what a
	// case holds, where the item has cases.
	PerCarton func(it *item.Item) quantity.Quantity
	// Backorders lets the order follow the runs first that it has not, so that nothing
	// ships that a run has given to others; see [Backorders.Follow]. Nil: there are no runs.
	Backorders *Backorders
}

// Ship ships every promise of the order that is due by a day, from one site,
// in one shipment: packed, taken from stock, and recorded as one append. It
// returns [ErrNothingToShip], [ErrNotReleased], a *shipping.InvalidError, and
// what the stock and the desk say. After desk.ErrUnsettled it may be called
// again: what had left then is in the order's shipments and does not leave twice.
func (s *Shipper) Ship(ctx context.Context, d *desk.Desk, id order.ID, site string, due calendar.Date) (shipping.Shipment, error) {
	err := lacking("ship", part{"Stock", s.Stock != nil}, part{"Items", s.Items != nil}, part{"Log", s.Log != nil},
		part{"From", s.From != nil}, part{"Customers", s.Credit == nil || s.Customers != nil})
	if err != nil {
		return shipping.Shipment{}, err
	}
	var shipment shipping.Shipment
	_, err = d.Act(ctx, id, desk.Action{Name: "ship", Run: func(ctx context.Context, w *desk.Work) (err error) {
		shipment, err = s.ship(ctx, w, site, due)
		return err
	}})
	return shipment, err
}

func (s *Shipper) ship(ctx context.Context, w *desk.Work, site string, due calendar.Date) (shipping.Shipment, error) {
	o := w.Order()
	if o.Status() != order.StatusOpen {
		return shipping.Shipment{}, fmt.Errorf("%w: it is %s", ErrNotReleased, o.Status())
	}
	if s.Credit != nil {
		if err := s.Credit.MayShip(w.Now(), string(o.ID)); err != nil {
			return shipping.Shipment{}, err
		}
	}
	if err := s.Backorders.catchUp(ctx, w); err != nil {
		return shipping.Shipment{}, err
	}
	req, event, err := s.request(ctx, o, site, calendar.DateOf(w.Now()), due)
	if err != nil {
		return shipping.Shipment{}, err
	}
	shipment, err := shipping.Plan(req, shipping.Packing{Numbers: s.Log})
	if err != nil {
		return shipping.Shipment{}, err
	}
	event.At = w.Now()
	if err := s.consume(ctx, w, o, &event, site); err != nil {
		return shipping.Shipment{}, err
	}
	if err := s.remember(w, shipping.Planned{Shipment: shipment}, shipping.Shipped{Shipment: shipment.ID, At: w.Now()}); err != nil {
		return shipping.Shipment{}, err
	}
	before, err := deliveredValue(o)
	if err != nil {
		return shipping.Shipment{}, err
	}
	if err := w.Record(event); err != nil {
		return shipping.Shipment{}, err
	}
	return shipment, s.deliver(ctx, w, event.Shipment, before)
}

// deliver tells credit the value of what left.
func (s *Shipper) deliver(ctx context.Context, w *desk.Work, shipment string, before money.Amount) error {
	if s.Credit == nil {
		return nil
	}
	account, err := s.Customers.Account(ctx, w.Order().Customer)
	if err != nil {
		return err
	}
	after, err := deliveredValue(w.Order())
	if err != nil {
		return err
	}
	value, err := after.Sub(before)
	if err != nil {
		return err
	}
	e, err := s.Credit.Deliver(w.Now(), credit.Delivery{
		Document: shipment, Order: string(w.Order().ID), Account: account.CreditKey(), Amount: value,
	})
	if err != nil {
		return err
	}
	if e.Replayed {
		return nil
	}
	w.OnRefused(func() error { return s.Credit.UndoDeliver(e) })
	return w.Record(e)
}

// deliveredValue is the value of all that has left: the shares of the lines,
// and once everything has left, the order's total with its own charges.
func deliveredValue(o *order.Order) (money.Amount, error) {
	if o.Fulfilment() == order.FullyShipped {
		return o.Total(), nil
	}
	return valueOf(o, (*order.Line).Shipped)
}

// remember lets the log know, and takes it back if the run is not kept.
func (s *Shipper) remember(w *desk.Work, events ...any) error {
	for _, e := range events {
		if err := s.Log.Record(e); err != nil {
			return err
		}
		w.OnRefused(func() error { return s.Log.Undo(e) })
		if err := w.Record(e); err != nil {
			return err
		}
	}
	return nil
}

// request lists what is due, and the event that it will have shipped by.
func (s *Shipper) request(ctx context.Context, o *order.Order, site string, today, due calendar.Date) (shipping.Request, order.Shipped, error) {
	id := shipping.ID(fmt.Sprintf("SH-%s-%d", o.ID, len(o.Shipments)+1))
	req := shipping.Request{
		ID: id, From: s.From(site), To: s.to(o), ShipDate: today, FreightTerms: freightText(o),
	}
	event := order.Shipped{Shipment: string(id)}
	for i := range o.Lines {
		l := &o.Lines[i]
		for _, sch := range l.Schedules {
			if l.Rejection != nil || sch.Site != site || sch.Backordered() || sch.Ship.After(due) || sch.Shipped == sch.Quantity {
				continue
			}
			left, err := sch.Quantity.Sub(sch.Shipped)
			if err != nil {
				return req, event, err
			}
			line, err := s.line(ctx, o, l, sch, left)
			if err != nil {
				return req, event, err
			}
			req.Lines = append(req.Lines, line)
			event.Lines = append(event.Lines, order.ShippedLine{Line: l.ID, Schedule: sch.ID, Quantity: left})
			if sch.Deliver.After(req.DeliveryDate) {
				req.DeliveryDate = sch.Deliver
			}
		}
	}
	if len(req.Lines) == 0 {
		return req, event, ErrNothingToShip
	}
	if req.DeliveryDate.Before(today) { // late: when it arrives is not known
		req.DeliveryDate = calendar.Date{}
	}
	return req, event, nil
}

func (s *Shipper) line(ctx context.Context, o *order.Order, l *order.Line, sch order.Schedule, left quantity.Quantity) (shipping.Line, error) {
	it, count, err := s.leaving(ctx, l, &sch, left)
	if err != nil {
		return shipping.Line{}, err
	}
	base := it.Quantity(count)
	line := shipping.Line{
		Order: string(o.ID), Line: l.ID, Schedule: sch.ID, PurchaseOrder: o.Document.PurchaseOrder,
		Item: it.ID, Description: l.Description, Quantity: base, Base: base, PerCarton: s.perCarton(&it),
	}
	if p, named := o.Document.Party(party.MarkFor); named {
		line.MarkFor = shipping.Party{ID: p.ID, Name: p.Name, Identifiers: p.Identifiers, Address: p.Address}
	}
	if line.Description == "" || sch.Substitute != nil {
		line.Description = it.Description
	}
	if ordered, err := it.Units.Convert(base, l.Quantity.Unit()); err == nil && sch.Substitute == nil {
		line.Quantity = ordered
	}
	line.CustomerPart, _ = it.CustomerPart(o.Customer)
	if g, ok := it.GTIN(it.Units.Base()); ok {
		line.GTIN = string(g)
	}
	if p, ok := it.PackagingOf(it.Units.Base()); ok {
		line.UnitWeight = p.Gross
	}
	return line, nil
}

// leaving returns the item that leaves by a schedule, and how much of it, as stock
// counts it, stands for a quantity of the line's item.
func (s *Shipper) leaving(ctx context.Context, l *order.Line, sch *order.Schedule, q quantity.Quantity) (item.Item, int64, error) {
	it, err := s.Items.Item(ctx, l.Item)
	if err != nil {
		return it, 0, err
	}
	count, err := it.Count(q)
	if err != nil || sch.Substitute == nil {
		return it, count, err
	}
	instead, ok := sch.Substitute.Count(count)
	if !ok {
		return it, 0, fmt.Errorf("steps: line %s: no whole number of %s ships for %s of %s", l.ID, sch.Substitute.Item, q, l.Item)
	}
	it, err = s.Items.Item(ctx, sch.Substitute.Item)
	return it, instead, err
}

func (s *Shipper) perCarton(it *item.Item) quantity.Quantity {
	if s.PerCarton != nil {
		return s.PerCarton(it)
	}
	if it.Units.Has(quantity.Case) {
		if q, err := it.Units.Convert(quantity.New(1, quantity.Case), it.Units.Base()); err == nil {
			return q
		}
	}
	return quantity.Quantity{}
}

func (s *Shipper) to(o *order.Order) shipping.Party {
	if s.To != nil {
		return s.To(o)
	}
	for _, role := range []party.Role{party.ShipTo, party.SoldTo} {
		if p, ok := o.Document.Party(role); ok {
			return shipping.Party{ID: p.ID, Name: p.Name, Identifiers: p.Identifiers, Address: p.Address}
		}
	}
	return shipping.Party{}
}

func freightText(o *order.Order) string {
	if t := o.Document.Freight.String(); t != "" {
		return t
	}
	if o.Document.Incoterm.IsValid() {
		return o.Document.Incoterm.String() + " " + o.Document.IncotermPlace
	}
	return ""
}

// consume takes the goods from stock, one posting for each reservation.
func (s *Shipper) consume(ctx context.Context, w *desk.Work, o *order.Order, event *order.Shipped, site string) error {
	parts := make(map[string][]atp.Part)
	var keys []string
	for _, sl := range event.Lines {
		l := o.Line(sl.Line)
		sch := scheduleOf(l, sl.Schedule)
		key := sch.Reservation
		it, count, err := s.leaving(ctx, l, &sch, sl.Quantity)
		if err != nil {
			return err
		}
		ref, err := s.Stock.Ref(it.ID, site)
		if err != nil {
			return err
		}
		if parts[key] == nil {
			keys = append(keys, key)
		}
		parts[key] = append(parts[key], atp.Part{Ref: ref, Quantity: count})
	}
	for _, key := range keys {
		e, err := s.Stock.Consume(w.Now(), atp.Posting{Key: key, Document: event.Shipment, Parts: parts[key]})
		if err != nil {
			return err
		}
		if e.Replayed {
			continue
		}
		w.OnRefused(func() error { return s.Stock.UndoConsume(e) })
		if err := w.Record(e); err != nil {
			return err
		}
	}
	return nil
}

func scheduleOf(l *order.Line, schedule string) order.Schedule {
	for _, s := range l.Schedules {
		if s.ID == schedule {
			return s
		}
	}
	return order.Schedule{}
}
