package relay

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/edi/ack"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/examples/transport"
)

const deliveredPrefix = "relay/delivered/"

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
		err := g.deliverOne(ctx, r, s, key)
		if errors.Is(err, partner.ErrIncomplete) {
			continue // whoever was writing it died; sending the document again completes it
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s %s to %s: %w", s.Set, s.Key, s.Partner, err))
			failed[s.Partner] = !transport.Rejected(err) // the next ones would go the same way
			continue
		}
		r.delivered[key] = true
		sent++
	}
	return sent, errors.Join(errs...)
}

func (g *Relay) deliverOne(ctx context.Context, r *route, s partner.Sent, key string) error {
	full, err := g.Outbox.Raw(ctx, s.Partner, s.Key)
	if err != nil {
		return err
	}
	err = r.Sink.Deliver(ctx, transport.Message{
		ID: s.Partner + "/" + s.Key, Name: fileName(s), ContentType: contentType(s), Data: full.Raw,
	})
	if err != nil {
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
