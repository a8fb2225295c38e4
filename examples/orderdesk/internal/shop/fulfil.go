package shop

import (
	"context"
	"errors"

	"github.com/o2ckit/o2c/atp"
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
