package gateway

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/edi/ack"
	"github.com/o2ckit/o2c/edi/duplicate"
	"github.com/o2ckit/o2c/edi/errordesk"
	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order/intake"
)

// document is what the two standards have in common.
type document struct {
	arrival Arrival
	// keep is what the inbox keeps of it.
	keep func() (intake.Document, error)
	// faults are its own; envelope those of its group and interchange.
	faults, envelope []fault.Fault
	rejected         bool
	// known tells whether there is a profile of the sender.
	known bool
	// ours puts our codes in the place of the partner's.
	ours func(a *Arrival)
	// resent is where it came first, if it was sent again under other numbers.
	resent duplicate.Seen
	// answer reads an acknowledgement; nil: it is none.
	answer func() (ack.Answer, finding.List)
}

// decision says what becomes of a document that is kept.
type decision func(context.Context, intake.Entry) (intake.Outcome, *partner.Acknowledged, error)

// document keeps a document, decides what becomes of it, and settles it.
func (s *stream) document(ctx context.Context, d document) error {
	err := s.settle(ctx, d, func(ctx context.Context, e intake.Entry) (intake.Outcome, *partner.Acknowledged, error) {
		return s.decide(ctx, &d, e)
	})
	if d.known {
		s.sent = &d.arrival.Profile
	}
	return err
}

// settle keeps a document and settles it as was decided, unless it was settled before.
func (s *stream) settle(ctx context.Context, d document, decide decision) error {
	doc, err := d.keep()
	if errors.Is(err, errordesk.ErrNotKept) {
		doc = intake.Document{Channel: doc.Channel, Kind: doc.Kind, Partner: doc.Partner, Control: doc.Control,
			Raw: fmt.Appendf(nil, "the document was not kept: %s\n", d.faults)}
		s.taken.lost = tell(s.taken.lost, slices.Concat(d.faults, d.envelope)...)
	} else if err != nil {
		return err
	}
	doc.Name = s.taken.Name
	receipt, err := s.config.Inbox.Receive(ctx, doc)
	if err != nil {
		return err
	}
	e, err := s.config.Inbox.Entry(receipt.ID)
	if err != nil {
		return err
	}
	took := Document{Entry: e, Known: receipt.Known}
	if state := e.State(); state == intake.Waiting || state == intake.ToDo && s.config.Retry != nil && s.config.Retry(e) {
		took.Retried = state == intake.ToDo
		var outcome intake.Outcome
		if outcome, took.Acknowledged, err = decide(ctx, e); err != nil {
			return err
		}
		if err := s.config.Inbox.Settle(ctx, e.ID, outcome); err != nil {
			return err
		}
		if took.Entry, err = s.config.Inbox.Entry(e.ID); err != nil {
			return err
		}
	}
	s.taken.Documents = append(s.taken.Documents, took)
	return nil
}

// decide finds out what becomes of a document.
func (g *Gateway) decide(ctx context.Context, d *document, e intake.Entry) (intake.Outcome, *partner.Acknowledged, error) {
	found := findings(d.faults)
	exception := func() intake.Outcome { return intake.Outcome{Result: intake.Exception, Findings: found} }
	if d.rejected {
		found = append(found, findings(d.envelope)...)
		if !found.Blocks() {
			found.Block("gateway.envelope", "", "the group or interchange of the document is rejected", "ask the partner to send it anew")
		}
		return exception(), nil, nil
	}
	if d.resent.ID != "" {
		found.Info("gateway.resent", "", fmt.Sprintf("it was received on %s before, in %s", d.resent.At.Format(time.DateOnly), d.resent.ID), "")
		return intake.Outcome{Result: intake.PassedOver, Findings: found}, nil, nil
	}
	a := d.arrival
	a.Entry, a.Findings = e, found
	if !d.known && d.answer == nil && g.config.Stranger != nil {
		a.Profile, d.known = g.config.Stranger(a)
		d.arrival.Profile = a.Profile
	}
	if !d.known {
		found.Block("gateway.partner", "", fmt.Sprintf("no partner sends as %s", e.Partner), "add a profile of the partner, then process the document again")
		return exception(), nil, nil
	}
	if d.answer != nil {
		return g.acknowledged(ctx, d, a)
	}
	if a.foreign() {
		found.Block(CodeKind, "", fmt.Sprintf("%q is the name of no document of the standard it came in", fault.Shortened(a.Entry.Kind)), "ask the partner what it means")
		return exception(), nil, nil
	}
	if d.ours != nil {
		d.ours(&a)
	}
	outcome, err := g.config.Handle(ctx, a)
	if outcome.Result == intake.Unsettled {
		outcome.Result = intake.PassedOver
	}
	return outcome, nil, err
}

// acknowledged records what an acknowledgement says of what was sent. One that a person
// should look at, since the partner refuses something, is an exception.
func (g *Gateway) acknowledged(ctx context.Context, d *document, a Arrival) (intake.Outcome, *partner.Acknowledged, error) {
	answer, found := d.answer()
	found = append(a.Findings, found...)
	if found.Blocks() {
		return intake.Outcome{Result: intake.Exception, Findings: found}, nil, nil
	}
	said, err := g.config.Outbox.Acknowledge(ctx, a.Profile.Name, a.Entry.ID, answer)
	if err != nil {
		return intake.Outcome{}, nil, err
	}
	found = append(found, said.Findings()...)
	outcome := intake.Outcome{Result: intake.PassedOver, Findings: found}
	if found.Blocks() {
		outcome.Result = intake.Exception
	}
	return outcome, &said, nil
}
