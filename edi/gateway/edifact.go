package gateway

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/o2ckit/o2c/edi/ack"
	"github.com/o2ckit/o2c/edi/duplicate"
	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/errordesk"
	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order/intake"
)

// edifact takes a stream of EDIFACT.
func (s *stream) edifact(ctx context.Context, in io.Reader) error {
	var messages []*edifact.Message
	answer := newAnswers()
	take := func(resent map[int]duplicate.Seen) error {
		for i, m := range messages {
			d := s.messageOf(m)
			d.resent = resent[i]
			if err := s.document(ctx, d); err != nil {
				return err
			}
			answer.add(s.last())
			m.Segments = nil // they are kept; the answer does not need them
		}
		messages = nil
		return nil
	}
	return edifact.Walk(in, s.config.Partners.EDIFACTOptions(s.config.EDIFACT), edifact.Handler{
		Message: func(m *edifact.Message) error {
			if n := len(m.Segments); !s.hold(m.Offset, n, func() int64 { return m.Segments[n-1].Offset() }) {
				messages, m.Interchange.Messages = nil, nil
				return nil
			}
			messages = append(messages, m)
			m.Interchange.Messages = append(m.Interchange.Messages, m) // the answer tells of each
			if m.Group != nil {
				m.Group.Messages = append(m.Group.Messages, m)
			}
			return nil
		},
		Group: func(g *edifact.Group) error {
			g.Interchange.Groups = append(g.Interchange.Groups, g)
			return nil
		},
		Interchange: func(ic *edifact.Interchange) error {
			s.taken.Interchanges++
			received := ic.Received()
			if s.tooLong() {
				received = 0 // none of it is kept
				for _, g := range ic.Groups {
					g.Messages = nil
				}
				ic.Faults = append(ic.Faults, s.limit(fault.Note{Element: "0085", Code: "18"}, "UNB", ic.Offset))
			}
			p, known := s.party(ic)
			verdict, err := s.admitEDIFACT(ctx, p, known, ic)
			if err != nil {
				return err
			}
			s.envelope(ic.Faults, received, edifact.CodeInterchangeContent)
			for _, g := range ic.Groups {
				s.inGroup(g.Faults, g.Received(), edifact.CodeInterchangeContent)
			}
			if err := take(verdict.Sets); err != nil {
				return err
			}
			answered := answer.key(ic.Control, &verdict, "EDIFACT", ic.Control, ic.Date, ic.Time, fmt.Sprint(len(ic.Groups)))
			if p, known = s.answersTo(p, known); !known {
				return nil // nobody to answer
			}
			sent, err := s.config.Outbox.ReplyEDIFACT(ctx, p, answered, ic)
			return s.answered(sent, err)
		},
		Fault: s.outside,
	})
}

// messageOf is a message as a document.
func (g *Gateway) messageOf(m *edifact.Message) document {
	envelope := m.Interchange.Faults
	if m.Group != nil {
		envelope = slices.Concat(m.Group.Faults, envelope)
	}
	own := *m // stays whole where the stream lets go of the segments
	d := document{
		arrival: Arrival{Message: &own}, keep: func() (intake.Document, error) { return errordesk.FromMessage(m) }, faults: m.Faults,
		envelope: envelope, rejected: m.Status() == edifact.Rejected,
	}
	d.arrival.Profile, d.known = g.party(m.Interchange)
	switch {
	case ack.IsAnswer(m.ID):
		d.answer = func() (ack.Answer, finding.List) { return ack.ReadMessage(m) }
	case m.ID == "APERAK":
		d.answer = func() (ack.Answer, finding.List) { return adviceEDIFACT(m, d.arrival.Profile.Mapping()) }
	}
	d.ours = func(a *Arrival) {
		if a.Profile.EDIFACT != nil {
			a.Message = a.Profile.EDIFACT.Ours(&own)
		}
	}
	return d
}

// party is who sent an interchange.
func (g *Gateway) party(ic *edifact.Interchange) (p partner.Profile, known bool) {
	p, err := g.config.Partners.ByParty(ic.Sender)
	return p, err == nil
}

// oneMessage finds the one message of an interchange.
func (g *Gateway) oneMessage(interchange []byte) (document, error) {
	report, err := edifact.Read(bytes.NewReader(interchange), g.config.Partners.EDIFACTOptions(g.config.EDIFACT))
	if err != nil {
		return document{}, err
	}
	if messages := report.Messages(); len(messages) == 1 {
		return g.messageOf(messages[0]), nil
	}
	return document{}, fmt.Errorf("%w: %s", ErrNotOne, report.Faults)
}
