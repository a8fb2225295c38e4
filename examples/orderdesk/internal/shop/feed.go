package shop

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/o2ckit/o2c/edi/gateway"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/intake"
)

// Take takes a file of interchanges, X12 or EDIFACT: makes orders of purchase orders,
// carries out changes, matches acknowledgements, and answers. What was taken before is
// known and done only as far as it was not finished.
func (s *Shop) Take(ctx context.Context, name string, file io.Reader) (gateway.Taken, error) {
	taken, err := s.gateway.Receive(ctx, name, file)
	for _, u := range taken.Unanswered {
		s.books.problem("", "answer "+name, u)
	}
	return taken, err
}

// Process does with a document that was kept what is done with one that arrives: for an
// error desk.
func (s *Shop) Process(ctx context.Context, e intake.Entry, interchange []byte) (intake.Outcome, error) {
	return s.gateway.Process(ctx, e, interchange)
}

// handle says what becomes of a document that is accepted.
func (s *Shop) handle(ctx context.Context, a gateway.Arrival) (intake.Outcome, error) {
	agreed := a.Profile.Mapping()
	switch a.Entry.Kind {
	case "850":
		docs, found := mapping.ReadStoreOrders(a.Set, agreed)
		return s.orders(ctx, a, docs, a.Profile.X12.Tolerate.Tolerated(found))
	case "ORDERS":
		doc, found := message.ReadPurchaseOrder(a.Message, agreed)
		return s.orders(ctx, a, []order.Document{doc}, a.Profile.EDIFACT.Tolerate.Tolerated(found))
	case "860":
		change, found := mapping.ReadPurchaseOrderChange(a.Set, agreed)
		return s.change(ctx, a, change, a.Profile.X12.Tolerate.Tolerated(found))
	case "ORDCHG":
		change, found := message.ReadPurchaseOrderChange(a.Message, agreed)
		return s.change(ctx, a, change, a.Profile.EDIFACT.Tolerate.Tolerated(found))
	}
	return intake.Outcome{Result: intake.PassedOver}, nil
}

// orders makes orders of a purchase order: one, or one for each store.
func (s *Shop) orders(ctx context.Context, a gateway.Arrival, docs []order.Document, found finding.List) (intake.Outcome, error) {
	outcome := intake.Outcome{Result: intake.Exception, Findings: append(a.Findings, found...)}
	if outcome.Findings.Blocks() {
		return outcome, nil
	}
	outcome.Result = intake.Ordered
	for _, doc := range docs {
		if err := s.order(ctx, a, doc, &outcome); err != nil {
			return outcome, err
		}
	}
	return outcome, nil
}

// order makes an order of a document. The outcome names the first one, or the one that is
// an exception.
func (s *Shop) order(ctx context.Context, a gateway.Arrival, doc order.Document, outcome *intake.Outcome) error {
	doc.Source.Document, doc.Source.Partner = a.Entry.ID, a.Entry.Partner
	doc.Customer = a.Profile.Account
	if s.config.Learn {
		if err := s.learn(ctx, a, &doc); err != nil {
			outcome.Result = intake.Exception
			outcome.Findings.Block("learn", "", err.Error(), "")
			return nil
		}
	}
	if r := s.repeated(a, doc); r.Identical {
		outcome.Result, outcome.Order = intake.PassedOver, r.Order
		outcome.Findings.Info("edi.order.resent", "", "the purchase order was sent before and is "+string(r.Order), "")
		return nil
	}
	key := "intake/" + a.Entry.ID
	if before := a.Entry.Outcome.Order; before != "" {
		key += "/after/" + string(before)
	}
	if doc.Store.Value != "" {
		key += "/store/" + doc.Store.Value
	}
	r, err := s.Desk.Submit(ctx, desk.Submission{Key: key, Document: doc, Actor: printable(a.Entry.Partner)})
	if err != nil {
		return err
	}
	if e, is := r.Order.Exception(); is {
		outcome.Result, outcome.Order = intake.Exception, r.Order.ID
		outcome.Findings = append(outcome.Findings, e.Findings...)
		return nil
	}
	if outcome.Order == "" {
		outcome.Order = r.Order.ID
	}
	return s.Answer(ctx, r.Order.ID)
}

// repeated finds the order that a document asks for again, if it came from another one:
// of a document that is processed once more the order is its own.
func (s *Shop) repeated(a gateway.Arrival, doc order.Document) desk.Repeat {
	if !a.Profile.Duplicates.Has(partner.ScopeDocument) {
		return desk.Repeat{}
	}
	r := s.Desk.Repeated(doc.Customer, doc)
	if o, err := s.Desk.Order(r.Order); err != nil || o.Document.Source.Document == a.Entry.ID {
		return desk.Repeat{}
	}
	return r
}

// change carries out a change of a purchase order, and answers it.
func (s *Shop) change(ctx context.Context, a gateway.Arrival, change mapping.OrderChange, found finding.List) (intake.Outcome, error) {
	outcome := intake.Outcome{Result: intake.Exception, Findings: append(a.Findings, found...)}
	if outcome.Findings.Blocks() {
		return outcome, nil
	}
	number := change.Document.PurchaseOrder
	live := s.Desk.PurchaseOrders(a.Profile.Account, number, change.Document.Release)
	if len(live) != 1 {
		outcome.Findings.Block("edi.change.order", "", fmt.Sprintf("there are %d live orders of purchase order %q", len(live), number),
			"find the order that is meant, and change it there")
		return outcome, nil
	}
	outcome.Order = live[0]
	answer, err := s.changes.Apply(ctx, live[0], change)
	if action := (*desk.ActionError)(nil); errors.As(err, &action) {
		outcome.Findings.Block("edi.change.refused", "", err.Error(), "look at the order")
		return outcome, nil
	}
	if err != nil {
		return outcome, err
	}
	outcome.Result = intake.PassedOver
	return outcome, s.answerChange(ctx, a, answer, live[0])
}

// curable tells whether learning could make an order of an exception: all that
// stood against it was that somebody or something was not known.
func (s *Shop) curable(e intake.Entry) bool {
	if !s.config.Learn || e.Outcome.Result != intake.Exception {
		return false
	}
	for _, f := range e.Outcome.Findings {
		switch f.Code {
		case "gateway.partner", "order.customer.unknown", "order.line.item-unknown":
		default:
			if f.Severity == finding.Block {
				return false
			}
		}
	}
	return true
}

func senderKey(qualifier, id string) string { return qualifier + ":" + id }

func (s *Shop) partner(sender string) (partner.Profile, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.partners[sender]
	return p, ok
}

func (s *Shop) partnerOf(o *order.Order) (partner.Profile, bool) {
	return s.partner(o.Document.Source.Partner)
}
