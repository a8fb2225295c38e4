package gateway

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/o2ckit/o2c/edi/ack"
	"github.com/o2ckit/o2c/edi/duplicate"
	"github.com/o2ckit/o2c/edi/errordesk"
	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order/intake"
)

// x12 takes a stream of X12.
func (s *stream) x12(ctx context.Context, in io.Reader) error {
	var sets []*x12.Set
	answer := newAnswers()
	take := func(resent map[int]duplicate.Seen) error {
		for i, set := range sets {
			d := s.setOf(set)
			d.resent = resent[i]
			if err := s.document(ctx, d); err != nil {
				return err
			}
			answer.add(s.last())
			set.Segments = nil // they are kept; the answer does not need them
		}
		sets = nil
		return nil
	}
	return x12.Walk(in, s.config.Partners.X12Options(s.config.X12), x12.Handler{
		Set: func(set *x12.Set) error {
			if n := len(set.Segments); !s.hold(set.Offset, n, func() int64 { return set.Segments[n-1].Offset() }) {
				sets, set.Group.Sets = nil, nil
				return nil
			}
			sets = append(sets, set)
			set.Group.Sets = append(set.Group.Sets, set) // the answer tells of each
			return nil
		},
		Group: func(g *x12.Group) error {
			g.Interchange.Groups = append(g.Interchange.Groups, g)
			return nil
		},
		Interchange: func(ic *x12.Interchange) error {
			s.taken.Interchanges++
			received := ic.Received() + len(ic.Acknowledgements)
			if s.tooLong() {
				received = 0 // none of it is kept
				for _, g := range ic.Groups {
					g.Sets = nil
				}
				ic.Faults = append(ic.Faults, s.limit(fault.Note{Element: "TA105", Code: "024"}, "ISA", ic.Offset))
			}
			p, known := s.sender(ic)
			verdict, err := s.admitX12(ctx, p, known, ic)
			if err != nil {
				return err
			}
			s.envelope(ic.Faults, received, x12.CodeInterchangeContent)
			for _, g := range ic.Groups {
				s.inGroup(g.Faults, g.Received(), x12.CodeGroupContent)
			}
			for i := range ic.Acknowledgements {
				if err := s.document(ctx, s.receiptOf(ic, i)); err != nil {
					return err
				}
				answer.add(s.last())
			}
			if err := take(verdict.Sets); err != nil {
				return err
			}
			answered := answer.key(ic.Control, &verdict, "X12", ic.Control, ic.Date, ic.Time, fmt.Sprint(len(ic.Groups)))
			if p, known = s.answersTo(p, known); !known {
				return nil // nobody to answer
			}
			sent, err := s.config.Outbox.Reply(ctx, p, answered, ic)
			return s.answered(sent, err)
		},
		Fault: s.outside,
	})
}

// setOf is a set as a document.
func (g *Gateway) setOf(set *x12.Set) document {
	ic := set.Interchange()
	own := *set // stays whole where the stream lets go of the segments
	d := document{
		arrival: Arrival{Set: &own}, keep: func() (intake.Document, error) { return errordesk.FromSet(set) }, faults: set.Faults,
		envelope: slices.Concat(set.Group.Faults, ic.Faults), rejected: set.Status() == x12.Rejected,
	}
	d.arrival.Profile, d.known = g.sender(ic)
	switch {
	case ack.IsAnswer(set.ID):
		d.answer = func() (ack.Answer, finding.List) { return ack.ReadSet(set) }
	case set.ID == "824":
		d.answer = func() (ack.Answer, finding.List) { return adviceX12(set, d.arrival.Profile.Mapping()) }
	}
	d.ours = func(a *Arrival) {
		if a.Profile.X12 != nil {
			a.Set = a.Profile.X12.Ours(&own)
		}
	}
	return d
}

// receiptOf is the nth TA1 of an interchange as a document.
func (g *Gateway) receiptOf(ic *x12.Interchange, n int) document {
	ta1 := ic.Acknowledgements[n]
	d := document{
		keep: func() (intake.Document, error) {
			return intake.Document{Channel: errordesk.ChannelX12, Kind: "TA1", Partner: ic.SenderQualifier + ":" + ic.Sender,
				Control: fmt.Sprintf("%s/%d", ic.Control, n+1), Raw: []byte(ta1.String())}, nil
		},
		envelope: ic.Faults, rejected: ic.Status() == x12.Rejected,
		answer: func() (ack.Answer, finding.List) { return ack.ReadTA1(ic, ta1) },
	}
	d.arrival.Profile, d.known = g.sender(ic)
	return d
}

// sender is who sent an interchange.
func (g *Gateway) sender(ic *x12.Interchange) (p partner.Profile, known bool) {
	p, err := g.config.Partners.BySender(ic.SenderQualifier, ic.Sender)
	return p, err == nil
}

// answered notes how an interchange was answered.
func (s *stream) answered(sent partner.Sent, err error) error {
	switch {
	case err == nil:
		s.taken.Answers = append(s.taken.Answers, sent)
	case errors.Is(err, partner.ErrNothing):
	case unwritable(err):
		s.taken.Unanswered = append(s.taken.Unanswered, err)
	default:
		return err
	}
	return nil
}

func (s *stream) outside(f fault.Fault) error {
	s.taken.Faults = tell(s.taken.Faults, f)
	if f.Severity == fault.Failure {
		s.taken.lost = tell(s.taken.lost, f)
	}
	return nil
}

// last is the document that was taken last.
func (s *stream) last() string {
	return s.taken.Documents[len(s.taken.Documents)-1].Entry.ID
}

// oneSet finds the one set of an interchange.
func (g *Gateway) oneSet(interchange []byte) (document, error) {
	report, err := x12.Read(bytes.NewReader(interchange), g.config.Partners.X12Options(g.config.X12))
	if err != nil {
		return document{}, err
	}
	if sets := report.Sets(); len(sets) == 1 {
		return g.setOf(sets[0]), nil
	}
	return document{}, fmt.Errorf("%w: %s", ErrNotOne, report.Faults)
}
