package shop

import (
	"context"
	"errors"

	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/examples/orderdesk/partners"
)

// SamplePartners are those that send the sample interchanges, each in a style of its
// own, and a warehouse.
func SamplePartners() ([]partner.Profile, error) {
	directory, err := partner.Load(partners.Files)
	if err != nil {
		return nil, err
	}
	return directory.Profiles(), nil
}

// reply acknowledges an interchange to its sender, once. What was received
// names the reply: a control number that a sender uses twice does not hide the
// second interchange.
func (s *Shop) reply(ctx context.Context, ic *x12.Interchange, received string) error {
	p, known := s.partner(senderKey(ic.SenderQualifier, ic.Sender))
	if !known {
		return nil
	}
	_, err := s.Outbox.Reply(ctx, p, "997/"+ic.Control+"/"+received, ic)
	if errors.Is(err, partner.ErrNothing) {
		return nil
	}
	if err != nil && unwritable(err) {
		s.books.problem("", "answer interchange "+ic.Control, err)
		return nil
	}
	return err
}
