package partner

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/schema"
	"github.com/o2ckit/o2c/edi/x12"
)

// Send puts a document into an interchange of its own and keeps it. The same
// key again gives what was sent then, whatever the document is now.
//
// The partner's guide is followed: its codes are put in the place of ours and its
// additions are made; then the interchange is held to the release with the guide. What
// breaks it is a [*SchemaError], what cannot be written an error that names the element.
// Neither takes a number.
//
// An error of the journal that leaves the outcome open is settled here, unless
// ctx has ended; sending the document again settles it then.
func (o *Outbox) Send(ctx context.Context, p Profile, d Document) (Sent, error) {
	if err := d.check(&p); err != nil {
		return Sent{}, err
	}
	return o.send(ctx, p, d.sent(), true, func(c *compiled, s *Sent) ([]byte, error) { return c.write(&d, s) })
}

// write makes the interchange of a document under the numbers of s.
func (c *compiled) write(d *Document, s *Sent) ([]byte, error) {
	if s.Standard == schema.EDIFACT {
		return c.writeEDIFACT(d, s)
	}
	var raw bytes.Buffer
	w, err := x12.NewWriter(&raw, c.X12.writerConfig())
	if err != nil {
		return nil, err
	}
	group, err := c.X12.group(d.Set, s.Group, s.At)
	if err != nil {
		return nil, err
	}
	segments, err := c.x12.dressX12(d)
	if err != nil {
		return nil, err
	}
	s.Groups = 1
	err = errors.Join(
		w.BeginInterchange(c.X12.header(s.Interchange, s.At)), w.BeginGroup(group), w.BeginSet(d.Set, fmt.Sprintf("%04d", s.SetControl), ""),
		w.Write(segments...), w.EndSet(), w.EndGroup(), w.EndInterchange(),
	)
	return raw.Bytes(), err
}

func (c *compiled) writeEDIFACT(d *Document, s *Sent) ([]byte, error) {
	var raw bytes.Buffer
	w, err := edifact.NewWriter(&raw, c.EDIFACT.writerConfig())
	if err != nil {
		return nil, err
	}
	if err := w.BeginInterchange(c.EDIFACT.header(s.Set, s.Interchange, s.At)); err != nil {
		return nil, err
	}
	for i, m := range d.Messages {
		segments, err := c.edifact.dressEDIFACT(m, d.References)
		if err != nil {
			return nil, err
		}
		if err := errors.Join(w.BeginMessage(c.EDIFACT.message(m.Type, follow(s.SetControl, i))), w.Write(segments...), w.EndMessage()); err != nil {
			return nil, err
		}
	}
	err = w.EndInterchange()
	return raw.Bytes(), err
}

// hold holds what is to be sent to the release with the partner's guide.
func (c *compiled) hold(s *Sent) error {
	var faults []fault.Fault
	if s.Standard == schema.EDIFACT {
		report, err := edifact.Check(bytes.NewReader(s.Raw), edifact.Options{MaxSegmentBytes: MaxBytes, MaxSegments: MaxBytes, MaxMessages: MaxBytes,
			Checker: c.edifact.edifactChecker(false)})
		if err != nil {
			return err
		}
		faults = append(faults, report.Faults...)
		for _, ic := range report.Interchanges {
			faults = append(faults, ic.Faults...)
		}
		for _, m := range report.Messages() {
			faults = append(faults, m.Faults...)
		}
	} else {
		report, err := x12.Check(bytes.NewReader(s.Raw), x12.Options{MaxSegmentBytes: MaxBytes, MaxSegments: MaxBytes,
			Checker: c.x12.x12Checker(false)})
		if err != nil {
			return err
		}
		faults = append(faults, report.Faults...)
		for _, ic := range report.Interchanges {
			faults = append(faults, ic.Faults...)
		}
		for _, set := range report.Sets() {
			faults = append(faults, set.Faults...)
		}
	}
	if faults = failures(faults); len(faults) > 0 {
		return &SchemaError{Partner: c.Name, Key: s.Key, Set: s.Set, Faults: faults}
	}
	return nil
}

// Reply answers an interchange of X12 that the partner sent: a TA1 where one is due,
// and for each of its groups a 997 or, where it was agreed, a 999, unless the profile
// says that none is sent. An interchange of acknowledgements alone is [ErrNothing]. The
// key is the caller's name of what was received.
func (o *Outbox) Reply(ctx context.Context, p Profile, key string, ic *x12.Interchange) (Sent, error) {
	if p.X12 == nil {
		return Sent{}, &DocumentError{"Segments", "no X12 is agreed with " + p.Name}
	}
	return o.send(ctx, p, Sent{Key: key, Standard: schema.X12, Set: answerSet(p.X12, ic)}, false, func(c *compiled, s *Sent) ([]byte, error) {
		s.SetControl = 0
		if s.Group+int64(len(ic.Groups)) > lastControl {
			s.Group = 1 // its groups count on from one number
		}
		raw, groups, err := c.replyX12(ic, s.Interchange, s.Group, s.At)
		if err == nil && raw == nil {
			err = ErrNothing
		}
		s.Groups = groups
		return raw, err
	})
}

// answerSet is what answers the groups of an interchange.
func answerSet(s *X12, ic *x12.Interchange) string {
	if s.Acknowledge.Send == Answer999 && slices.ContainsFunc(ic.Groups, func(g *x12.Group) bool { return g.Version >= "005010" }) {
		return "999"
	}
	return "997"
}

// replyX12 writes the answer to an interchange; nil when there is none.
func (c *compiled) replyX12(ic *x12.Interchange, control, group int64, at time.Time) (raw []byte, groups int, err error) {
	send := c.X12.Acknowledge.Send
	if send == AnswerNone && fault.Worst(ic.Faults) != fault.Failure { // of one that is refused x12.Reply answers the envelope alone
		only := *ic
		only.Groups = nil
		ic = &only
	}
	var out bytes.Buffer
	w, err := x12.NewWriter(&out, c.X12.writerConfig())
	if err != nil {
		return nil, 0, err
	}
	groups, written, err := x12.Reply(w, ic, x12.ReplyConfig{
		Control: strconv.FormatInt(control, 10), GroupControl: int(group), At: at, Implementation: send == Answer999,
	})
	if err != nil || !written {
		return nil, groups, err
	}
	return out.Bytes(), groups, nil
}

// contrl is what answers an interchange of EDIFACT.
const contrl = "CONTRL"

// ReplyEDIFACT answers an interchange of EDIFACT that the partner sent with a CONTRL,
// as the profile says. One of CONTRL alone, and one that is not to be answered, is
// [ErrNothing]. The key is the caller's name of what was received.
func (o *Outbox) ReplyEDIFACT(ctx context.Context, p Profile, key string, ic *edifact.Interchange) (Sent, error) {
	if p.EDIFACT == nil {
		return Sent{}, &DocumentError{"Messages", "no EDIFACT is agreed with " + p.Name}
	}
	if !p.EDIFACT.answers(ic) {
		return Sent{}, ErrNothing
	}
	return o.send(ctx, p, Sent{Key: key, Standard: schema.EDIFACT, Set: contrl, Messages: 1}, false, func(c *compiled, s *Sent) ([]byte, error) {
		s.SetControl = 0
		raw, err := c.replyEDIFACT(ic, s.Interchange, s.At)
		if err == nil && raw == nil {
			err = ErrNothing
		}
		return raw, err
	})
}

// answers tells whether an interchange is answered at all.
func (s *EDIFACT) answers(ic *edifact.Interchange) bool {
	switch s.Acknowledge.Send {
	case AnswerNone:
		return false
	case AnswerRequested:
		return ic.AckRequested || ic.Status() != edifact.Accepted
	default:
		return true
	}
}

// replyEDIFACT writes the answer to an interchange; nil when there is none.
func (c *compiled) replyEDIFACT(ic *edifact.Interchange, control int64, at time.Time) ([]byte, error) {
	var raw bytes.Buffer
	w, err := edifact.NewWriter(&raw, c.EDIFACT.writerConfig())
	if err != nil {
		return nil, err
	}
	written, err := edifact.Reply(w, ic, edifact.ReplyConfig{Control: strconv.FormatInt(control, 10), At: at})
	if err != nil || !written {
		return nil, err
	}
	return raw.Bytes(), nil
}
