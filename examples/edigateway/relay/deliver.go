package relay

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/o2ckit/o2c/edi/ack"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/examples/transport"
	"github.com/o2ckit/o2c/examples/transport/as2"
)

const deliveredPrefix = "relay/delivered/"

// held is a document that the way refuses. It is tried again after a while: a
// person may have mended what was wrong.
type held struct {
	attempts int
	next     time.Time
	err      error
}

// deliver sends what the outbox holds for a route's partners and was not
// delivered, in order.
func (g *Relay) deliver(ctx context.Context, r *route) (int, error) {
	sent := 0
	var errs []error
	failed := make(map[string]bool)
	for s := range g.Outbox.Sent() {
		key := deliveredPrefix + s.Partner + "/" + s.Key
		if r.delivered[key] || !r.has(s.Partner) || failed[s.Partner] {
			continue
		}
		if err := ctx.Err(); err != nil {
			return sent, errors.Join(append(errs, err)...)
		}
		if h := r.held[key]; h != nil && g.config.Clock().Before(h.next) {
			errs = append(errs, h.err)
			continue
		}
		err := g.deliverOne(ctx, r, s, key)
		switch {
		case errors.Is(err, partner.ErrIncomplete):
			continue // whoever was writing it died; sending the document again completes it
		case err == nil:
			r.delivered[key] = true
			delete(r.held, key)
			sent++
			continue
		}
		err = fmt.Errorf("%s %s to %s: %w", s.Set, s.Key, s.Partner, err)
		errs = append(errs, err)
		if !transport.Rejected(err) {
			failed[s.Partner] = true // the next ones would go the same way
			continue
		}
		r.hold(key, err, g.config.Clock())
	}
	errs = append(errs, g.sendAgain(ctx, r))
	return sent, errors.Join(errs...)
}

func (r *route) hold(key string, err error, now time.Time) {
	h := r.held[key]
	if h == nil {
		h = &held{}
		r.held[key] = h
	}
	h.attempts++
	h.err, h.next = err, now.Add(transport.Backoff{First: time.Minute, Most: time.Hour}.Delay(h.attempts))
}

// receiptWithin is how soon an asynchronous receipt of AS2 should come; after
// that the message is sent again, under its Message-ID, up to a day long.
const receiptWithin = time.Hour

// sendAgain sends messages anew whose asynchronous receipt does not come.
func (g *Relay) sendAgain(ctx context.Context, r *route) error {
	sender, is := r.Sink.(*as2.Sender)
	now := g.config.Clock()
	if !is || r.AS2 == nil || r.AS2.Receipt != as2.Asynchronous || now.Before(r.again) {
		return nil
	}
	r.again = now.Add(receiptWithin)
	ids, err := sender.Overdue(ctx, now.Add(-receiptWithin))
	if err != nil || len(ids) == 0 {
		return err
	}
	overdue := make(map[string]bool, len(ids))
	for _, id := range ids {
		overdue[id] = true
	}
	var errs []error
	for s := range g.Outbox.Sent() {
		id := messageID(s)
		if !overdue[id] || s.At.Before(now.AddDate(0, 0, -1)) {
			continue
		}
		g.config.Log.Warn("no receipt", "route", r.Name, "document", id)
		full, err := g.Outbox.Raw(ctx, s.Partner, s.Key)
		if err == nil {
			err = sender.Deliver(ctx, envelope(full))
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func messageID(s partner.Sent) string { return s.Partner + "/" + s.Key }

// envelope is a document as the transports take it.
func envelope(s partner.Sent) transport.Message {
	return transport.Message{ID: messageID(s), Name: fileName(s), ContentType: contentType(s), Data: s.Raw}
}

// deliverOne sends a document, unless another process on the journal did.
func (g *Relay) deliverOne(ctx context.Context, r *route, s partner.Sent, key string) error {
	if _, err := g.ledger.Get(ctx, key); !errors.Is(err, transport.ErrNotKept) {
		return err
	}
	full, err := g.Outbox.Raw(ctx, s.Partner, s.Key)
	if err != nil {
		return err
	}
	if err := r.Sink.Deliver(ctx, envelope(full)); err != nil {
		return err
	}
	_, _, err = g.ledger.Keep(context.WithoutCancel(ctx), key, []byte(r.Name))
	return err
}

// fileName names the interchange: its control number is given once.
func fileName(s partner.Sent) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, s.Partner)
	return fmt.Sprintf("%s-%s-%09d.edi", name[:min(len(name), 100)], s.Set, s.Interchange)
}

func contentType(s partner.Sent) string {
	if s.Standard == ack.EDIFACT {
		return "application/edifact"
	}
	return "application/edi-x12"
}
