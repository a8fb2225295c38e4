package message

import (
	"fmt"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order"
)

// ReadApplicationAnswer reads what a partner's application says of a message that it was
// sent, APERAK of any directory. What becomes of the message follows from the function of
// the answer (element 1225), else from its response type (4343), else from its name; where
// none of them says it, that is a warning as soon as there are errors.
func ReadApplicationAnswer(m *edifact.Message, o mapping.Options) (ApplicationAnswer, finding.List) {
	r := answerReader{reader: reader{message: "APERAK", document: "answer", agreed: &o}}
	r.out.Source = source(m)
	if !r.is(m, "an answer of an application") {
		return r.out, r.found
	}
	for c := m.Cursor(); c.More(); {
		r.segment(c.Next(), c)
	}
	switch {
	case !r.begun:
		r.add(finding.Block, "bgm-missing", edifact.Segment{}, whole(), "the message has no BGM, which numbers the answer", "ask the partner to send it anew")
	case r.out.Message == "" && len(r.out.References) == 0:
		r.add(finding.Block, "reference-missing", edifact.Segment{}, whole(), "the answer does not say which message it is about (RFF)", "ask the partner which message is meant")
	case r.out.Verdict == "" && len(r.out.Errors) > 0:
		r.add(finding.Warning, "verdict-missing", edifact.Segment{}, whole(), "the answer tells errors and does not say whether the message was taken", "agree with the partner on what its errors mean")
	}
	r.leftOut()
	return r.out, r.found
}

// answerReader reads one APERAK.
type answerReader struct {
	reader
	out   ApplicationAnswer
	begun bool
}

// open is the error that is open; nil: none is.
func (r *answerReader) open() *ApplicationError {
	if len(r.out.Errors) == 0 {
		return nil
	}
	return &r.out.Errors[len(r.out.Errors)-1]
}

func (r *answerReader) segment(s edifact.Segment, c *edifact.Cursor) {
	e := r.open()
	switch s.ID() {
	case "BGM":
		r.beginning(s)
	case "DTM":
		if text(s, 1, 1) == "137" && e == nil {
			r.out.Date = r.day(s)
		} else {
			r.info("date-not-mapped", s, spot{1, 1}, fmt.Sprintf("date %s has no place in the answer", s))
		}
	case "RFF":
		r.refers(e, s, c)
	case "NAD":
		r.takes(s, c)
	case "ERC":
		r.out.Errors = append(r.out.Errors, ApplicationError{Code: text(s, 1, 1), List: text(s, 1, 2), Agency: text(s, 1, 3)})
	case "FTX":
		switch words := freeText(s); {
		case words == "":
			r.homeless("answer", s)
		case e == nil:
			r.out.Notes = append(r.out.Notes, words)
		case e.Text == "":
			e.Text = words
		case len(e.Text) < longestMessage:
			e.Text += " " + words
		default:
			r.homeless("error", s)
		}
	default:
		r.homeless("answer", s)
	}
}

func (r *answerReader) beginning(s edifact.Segment) {
	if r.begun {
		r.block("bgm-repeated", s, whole(), "the message has a second BGM", "ask the partner to send each answer in a message of its own")
		return
	}
	r.begun = true
	r.out.Number = text(s, 2, 1)
	r.out.Verdict = applicationVerdict(text(s, 3, 1), text(s, 4, 1), text(s, 1, 1))
}

// applicationVerdict is what function, response type and name of an answer (elements 1225, 4343
// and 1001) say of the message; empty: nothing.
func applicationVerdict(function, response, document string) ApplicationVerdict {
	switch function {
	case "27", "10":
		return MessageRejected
	case "6", "28", "29", "30", "34", "44", "45":
		return MessageAccepted
	}
	switch response {
	case "RE":
		return MessageRejected
	case "AC", "AD", "AP", "CA":
		return MessageAccepted
	}
	switch document {
	case "313":
		return MessageRejected
	case "312":
		return MessageAccepted
	}
	return ""
}

// refers reads RFF of the answer or of an error.
func (r *answerReader) refers(e *ApplicationError, s edifact.Segment, c *edifact.Cursor) {
	ref, ok := r.reference(s, c)
	switch {
	case !ok:
	case e != nil && e.Reference == (order.Reference{}):
		e.Reference = ref
	case e != nil && len(e.Text) < longestMessage:
		e.Text += fmt.Sprintf(" (%s %s)", ref.Qualifier, ref.Value)
	case e != nil:
		r.homeless("error", s)
	default:
		r.keep(ref)
	}
}

// keep keeps a number of the message that is answered, or of its document.
func (r *answerReader) keep(ref order.Reference) {
	if ref.Qualifier == "ACW" && r.out.Message == "" {
		r.out.Message = ref.Value
	} else {
		r.out.References = append(r.out.References, ref)
	}
}

func (r *answerReader) takes(s edifact.Segment, c *edifact.Cursor) {
	p, refs, notes := r.party(s, c)
	r.out.Notes = append(r.out.Notes, notes...)
	for _, ref := range refs {
		r.keep(ref)
	}
	p.Role = ""
	switch text(s, 1, 1) {
	case "MS", "FR":
		r.out.Sender = p
	case "MR", "TO":
		r.out.Recipient = p
	default:
		r.info("party-not-mapped", s, element(1), fmt.Sprintf("party %s (%s) has no place in the answer", text(s, 1, 1), name(p)))
	}
}
