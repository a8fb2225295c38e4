package shop

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/gateway"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/invoice"
	"github.com/o2ckit/o2c/shipping"
)

// writer makes what goes to a partner, in its standard.
type writer interface {
	answer(o *order.Order) (partner.Document, error)
	change(answer mapping.ChangeAnswer, o *order.Order) (partner.Document, error)
	notice(sh *shipping.Shipment, at time.Time) (partner.Document, error)
	invoice(inv *invoice.Invoice) (partner.Document, error)
}

// writerFor is the one of the standard in which an order came.
func (s *Shop) writerFor(p partner.Profile, o *order.Order) writer {
	if o.Document.Source.Channel == "edifact" {
		return edifactWriter{p.Mapping(), calendar.DateOf(s.config.Clock())}
	}
	return x12Writer{p.Mapping()}
}

type x12Writer struct{ agreed mapping.Options }

func set(id string, segments []x12.Segment, err error) (partner.Document, error) {
	return partner.Document{Set: id, Segments: segments}, err
}

func (w x12Writer) answer(o *order.Order) (partner.Document, error) {
	segments, err := mapping.WriteAcknowledgement(o, w.agreed)
	return set("855", segments, err)
}

func (w x12Writer) change(answer mapping.ChangeAnswer, o *order.Order) (partner.Document, error) {
	segments, err := mapping.WriteChangeAcknowledgement(answer, o, w.agreed)
	return set("865", segments, err)
}

func (w x12Writer) notice(sh *shipping.Shipment, at time.Time) (partner.Document, error) {
	segments, err := mapping.WriteShipNotice(sh, at, w.agreed)
	return set("856", segments, err)
}

func (w x12Writer) invoice(inv *invoice.Invoice) (partner.Document, error) {
	segments, err := mapping.WriteInvoice(inv, w.agreed)
	return set("810", segments, err)
}

type edifactWriter struct {
	agreed mapping.Options
	today  calendar.Date
}

func messageOf(kind string, segments []edifact.Segment, err error) (partner.Document, error) {
	return partner.Document{Set: kind, Messages: []partner.Message{{Type: kind, Segments: segments}}}, err
}

func (w edifactWriter) answer(o *order.Order) (partner.Document, error) {
	answer, err := mapping.AnswerTo(o)
	if err != nil {
		return partner.Document{}, err
	}
	return w.response(answer)
}

func (w edifactWriter) change(answer mapping.ChangeAnswer, o *order.Order) (partner.Document, error) {
	return w.response(mapping.AnswerToChange(answer, o))
}

func (w edifactWriter) response(answer mapping.VendorAnswer) (partner.Document, error) {
	answer.Date = w.today
	segments, err := message.WriteOrderResponse(answer, w.agreed)
	return messageOf("ORDRSP", segments, err)
}

func (w edifactWriter) notice(sh *shipping.Shipment, at time.Time) (partner.Document, error) {
	segments, err := message.WriteDespatchAdvice(sh, at, w.agreed)
	return messageOf("DESADV", segments, err)
}

func (w edifactWriter) invoice(inv *invoice.Invoice) (partner.Document, error) {
	segments, err := message.WriteInvoice(inv, w.agreed)
	return messageOf("INVOIC", segments, err)
}

// Answer sends every document that an order has coming and did not get yet: the answer to
// it, a ship notice for each shipment and an invoice for each invoice. It can be called at
// any time and as often as one likes.
func (s *Shop) Answer(ctx context.Context, id order.ID) error {
	o, err := s.Desk.Order(id)
	if err != nil {
		return err
	}
	p, ok := s.partnerOf(o)
	if !ok {
		return nil // the order did not come by EDI
	}
	w := s.writerFor(p, o)
	key := fmt.Sprintf("855/%s/%s", o.ID, ackVersion(o))
	if o.Status() != order.StatusPending && o.Status() != order.StatusException && !s.books.wasSent(p.Name, key) {
		d, err := w.answer(o)
		if err := s.send(ctx, p, o, key, d, err); err != nil {
			return err
		}
	}
	for _, e := range s.Shipping.OfOrder(string(id)) {
		key := "856/" + string(e.Shipment.ID)
		if e.Shipped == nil || s.books.wasSent(p.Name, key) {
			continue
		}
		d, err := w.notice(&e.Shipment, e.Shipped.At)
		if err := s.send(ctx, p, o, key, d, err); err != nil {
			return err
		}
	}
	for _, billed := range o.Invoices {
		key := "810/" + billed.Invoice
		inv, known := s.books.invoice(billed.Invoice)
		if !known || s.books.wasSent(p.Name, key) {
			continue
		}
		d, err := w.invoice(&inv)
		if err := s.send(ctx, p, o, key, d, err); err != nil {
			return err
		}
	}
	return nil
}

// answerChange tells a partner what became of its change.
func (s *Shop) answerChange(ctx context.Context, a gateway.Arrival, answer mapping.ChangeAnswer, id order.ID) error {
	o, err := s.Desk.Order(id)
	if err != nil {
		return err
	}
	d, err := s.writerFor(a.Profile, o).change(answer, o)
	return s.send(ctx, a.Profile, o, "865/"+a.Entry.ID, d, err)
}

// send sends a document that was made. One that cannot be made or sent as it is is a
// [Problem], and keeps no other waiting.
func (s *Shop) send(ctx context.Context, p partner.Profile, o *order.Order, key string, d partner.Document, err error) error {
	if err == nil {
		d.Key, d.Order, d.References = key, string(o.ID), o.Document.References
		_, err = s.Outbox.Send(ctx, p, d)
	}
	if err != nil && unwritable(err) {
		s.books.problem(o.ID, "send "+cmp.Or(d.Set, key), err)
		return nil
	}
	if err == nil {
		s.books.sent(p.Name, key)
	}
	return err
}

// unwritable tells whether a document cannot be sent for what stands in it, or
// for how its partner is set up.
func unwritable(err error) bool {
	var field *mapping.FieldError
	var write *x12.WriteError
	var value *edifact.ValueError
	var profile *partner.InvalidError
	var schema *partner.SchemaError
	var addition *partner.AdditionError
	var document *partner.DocumentError
	return errors.As(err, &field) || errors.As(err, &write) || errors.As(err, &value) || errors.As(err, &profile) ||
		errors.As(err, &schema) || errors.As(err, &addition) || errors.As(err, &document) ||
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
