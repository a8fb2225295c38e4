package shop

import (
	"context"
	"errors"
	"fmt"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/desk/steps"
	"github.com/o2ckit/o2c/order/invoice"
	"github.com/o2ckit/o2c/shipping"
)

// Fulfilled is what left the house for one order.
type Fulfilled struct {
	Order     order.ID
	Shipments []shipping.Shipment // one from each site that has something due
	Invoice   invoice.Invoice
}

// Fulfil ships and bills what is due of one order by a day, and sends the ship
// notice and the invoice. Nothing due is no error: done is false. What cannot
// be shipped or billed as it is, for want of an address say, is a [Problem] and
// keeps no other order waiting.
func (s *Shop) Fulfil(ctx context.Context, id order.ID, due calendar.Date) (f Fulfilled, done bool, err error) {
	f.Order = id
	for _, from := range sites() {
		shipment, err := s.shipper.Ship(ctx, s.Desk, id, from, due)
		switch {
		case err == nil:
			f.Shipments = append(f.Shipments, shipment)
		case errors.Is(err, steps.ErrNothingToShip), errors.Is(err, steps.ErrNotReleased):
			// a shipment that was not billed when the process ended is billed now
		case refused(err):
			s.books.problem(id, "ship", err)
		default:
			return f, false, err
		}
	}
	f.Invoice, err = s.biller.Bill(ctx, s.Desk, id)
	switch {
	case errors.Is(err, steps.ErrNothingToBill):
		return f, false, s.Answer(ctx, id) // what a process that died did not get to send
	case refused(err):
		s.books.problem(id, "bill", err)
		return f, false, nil
	case err != nil:
		return f, false, err
	}
	s.books.issued(f.Invoice)
	return f, true, s.Answer(ctx, id)
}

// refused tells whether an action was refused for what the order is, and not
// because something is out of order.
func refused(err error) bool {
	var action *desk.ActionError
	return errors.As(err, &action)
}

// ReceiveDue brings in the receipts that are due by a day.
func (s *Shop) ReceiveDue(ctx context.Context, day calendar.Date) error {
	now := s.config.Clock()
	for _, it := range s.Stock.State(now).Items {
		for _, sup := range it.Supplies {
			open := sup.Ordered - sup.Received
			if open <= 0 || sup.Due.After(day) {
				continue
			}
			ref, err := s.Stock.Ref(it.Item, it.Site)
			if err != nil {
				return err
			}
			e, err := s.Stock.Receive(now, atp.Receipt{
				Ref: ref, Document: sup.Document, Posting: "GR-" + sup.Document, Status: atp.Available, Quantity: open,
			})
			if err != nil {
				return err
			}
			if err := s.Desk.Record(ctx, "stock/"+it.Site, "warehouse", e); err != nil {
				return err
			}
		}
	}
	return nil
}

// Unsent counts the ship notices and invoices that orders which came by EDI have
// coming and did not get, and for which no problem is known.
func (s *Shop) Unsent() int {
	known := make(map[order.ID]bool)
	for _, p := range s.Problems() {
		known[p.Order] = true
	}
	n := 0
	for o := range s.Desk.Orders() {
		p, ok := s.partnerOf(o)
		if !ok || known[o.ID] {
			continue
		}
		for _, sh := range o.Shipments {
			if !s.books.wasSent(p.Name, "856/"+sh.Shipment) {
				n++
			}
		}
		for _, i := range o.Invoices {
			if !s.books.wasSent(p.Name, "810/"+i.Invoice) {
				n++
			}
		}
	}
	return n
}

// Answer sends every document that an order has coming and did not get yet:
// the 855, an 856 for each shipment and an 810 for each invoice. It can be
// called at any time and as often as one likes.
func (s *Shop) Answer(ctx context.Context, id order.ID) error {
	o, err := s.Desk.Order(id)
	if err != nil {
		return err
	}
	p, ok := s.partnerOf(o)
	if !ok {
		return nil // the order did not come by EDI
	}
	send := func(set, key string, segments []x12.Segment, err error) error {
		if err == nil {
			_, err = s.Outbox.Send(ctx, p, partner.Document{
				Key: key, Set: set, Order: string(o.ID), Segments: segments, References: o.Document.References,
			})
		}
		if err != nil && unwritable(err) {
			s.books.problem(id, "send "+set, err)
			return nil
		}
		if err == nil {
			s.books.sent(p.Name, key)
		}
		return err
	}
	key := fmt.Sprintf("855/%s/%s", o.ID, ackVersion(o))
	if o.Status() != order.StatusPending && o.Status() != order.StatusException && !s.books.wasSent(p.Name, key) {
		segments, err := mapping.Acknowledgement(o, p.Mapping())
		if err := send("855", key, segments, err); err != nil {
			return err
		}
	}
	for _, e := range s.Shipping.OfOrder(string(id)) {
		key := "856/" + string(e.Shipment.ID)
		if e.Shipped == nil || s.books.wasSent(p.Name, key) {
			continue
		}
		segments, err := mapping.ShipNotice(&e.Shipment, e.Shipped.At, p.Mapping())
		if err := send("856", key, segments, err); err != nil {
			return err
		}
	}
	for _, billed := range o.Invoices {
		key := "810/" + billed.Invoice
		inv, known := s.books.invoice(billed.Invoice)
		if !known || s.books.wasSent(p.Name, key) {
			continue
		}
		segments, err := mapping.Invoice(&inv, p.Mapping())
		if err := send("810", key, segments, err); err != nil {
			return err
		}
	}
	return nil
}

// unwritable tells whether a document cannot be sent for what stands in it, or
// for how its partner is set up.
func unwritable(err error) bool {
	var field *mapping.FieldError
	var write *x12.WriteError
	var profile *partner.InvalidError
	var schema *partner.SchemaError
	var addition *partner.AdditionError
	return errors.As(err, &field) || errors.As(err, &write) || errors.As(err, &profile) ||
		errors.As(err, &schema) || errors.As(err, &addition) ||
		errors.Is(err, mapping.ErrUndecided) || errors.Is(err, partner.ErrTooLarge)
}

// ackVersion makes an order that was on hold be acknowledged anew once it is
// released.
func ackVersion(o *order.Order) string {
	if o.Status() == order.StatusOnHold {
		return "held"
	}
	return "1"
}
