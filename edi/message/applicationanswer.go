package message

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/schema"
	"github.com/o2ckit/o2c/internal/trade"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
)

// ApplicationAnswer is what the application that a message was for says of it (APERAK):
// that it took it, or why not. A CONTRL says only whether the message is well formed.
type ApplicationAnswer struct {
	Source order.Source `json:"source"`
	// Number is that of the answer itself.
	Number string        `json:"number"`
	Date   calendar.Date `json:"date,omitzero"`
	// Verdict is what becomes of the message; empty: the answer does not say.
	Verdict ApplicationVerdict `json:"verdict,omitempty"`
	// Message is the reference of the message that is answered (element 0062), in the
	// words of its sender. References are the numbers of its document, such as ON, that
	// of the order.
	Message    string            `json:"message,omitempty"`
	References []order.Reference `json:"references,omitempty"`
	// Sender and Recipient are those of the answer.
	Sender    order.Party        `json:"sender,omitzero"`
	Recipient order.Party        `json:"recipient,omitzero"`
	Errors    []ApplicationError `json:"errors,omitempty"`
	Notes     []string           `json:"notes,omitempty"`
}

// ApplicationVerdict is what becomes of a message.
type ApplicationVerdict string

// The verdicts.
const (
	MessageAccepted ApplicationVerdict = "accepted"
	MessageRejected ApplicationVerdict = "rejected"
)

// ApplicationError is one thing that is wrong with a message.
type ApplicationError struct {
	// Code is the partner's, of up to eight characters (element 9321). List and Agency
	// say of which list it is (elements 1131 and 3055); both may be empty.
	Code   string `json:"code"`
	List   string `json:"list,omitempty"`
	Agency string `json:"agency,omitempty"`
	// Text says it for a person.
	Text string `json:"text,omitempty"`
	// Reference is what of the document it is about, such as LI and a line's number.
	// Zero: the document as a whole, or it is not said.
	Reference order.Reference `json:"reference,omitzero"`
}

// The codes of errors that [Refusal] makes of findings.
const (
	errorCode   = "ERROR"
	warningCode = "WARNING"
	ownList     = "ZZZ" // element 1131: the code is agreed between the partners
)

// Refusal gives the answer that a message is not accepted for what was found in it: an
// error for each finding that blocks or warns, with its code, place and words. Where none
// blocks the message is accepted, and the errors say what about it is doubtful. The
// sender is whom the message was for. document is the number of what was read of it,
// such as ON and the purchase order; zero: none could be read.
func Refusal(m *edifact.Message, number string, date calendar.Date, document order.Reference, found finding.List) ApplicationAnswer {
	a := ApplicationAnswer{Number: number, Date: date, Verdict: MessageAccepted, Message: m.Control}
	if document.Value != "" {
		a.References = []order.Reference{document}
	}
	if ic := m.Interchange; ic != nil {
		a.Sender, a.Recipient = partyOfEnvelope(ic.Recipient), partyOfEnvelope(ic.Sender)
	}
	for _, f := range found {
		e := ApplicationError{Code: errorCode, List: ownList, Text: wordsOf(f)}
		switch f.Severity {
		case finding.Block:
			a.Verdict = MessageRejected
		case finding.Warning:
			e.Code = warningCode
		case finding.Info:
			continue
		}
		a.Errors = append(a.Errors, e)
	}
	return a
}

// wordsOf are code, place, message and fix of a finding.
func wordsOf(f finding.Finding) string {
	words := f.Code
	if f.Path != "" {
		words += " at " + f.Path
	}
	words += ": " + f.Message
	if f.Fix != "" {
		words += " (" + f.Fix + ")"
	}
	return words
}

// partyOfEnvelope is a party of UNB as one of a document.
func partyOfEnvelope(p edifact.Party) order.Party {
	id := party.Identifier{Value: p.ID, Scheme: party.MutuallyDefined}
	switch p.Qualifier {
	case "14":
		id.Scheme = party.GLN
	case "1":
		id.Scheme = party.DUNS
	}
	if p.ID == "" {
		return order.Party{}
	}
	return order.Party{Identifiers: []party.Identifier{id}}
}

const mostErrors = 999 // of D.96A

// WriteApplicationAnswer makes an application error and acknowledgement message, APERAK,
// for the directory in which the partner gets messages, such as D96A: the segments
// between UNH and UNT. (D.96A has no name for the document, D.01B has 312 and 313, and
// EANCOM ([mapping.Options]) 12E.) BGM is a confirmation (6) of what is accepted, and not
// accepted (27) else. Each error is ERC with its words in FTX, which are cut at 350
// characters. What is written reads back by [ReadApplicationAnswer]. Of more than 999 errors,
// and for what else would break the message, it is a [*mapping.FieldError].
func WriteApplicationAnswer(a ApplicationAnswer, directory string, agreed mapping.Options) ([]edifact.Segment, error) {
	release, _, err := schema.Nearest(schema.EDIFACT, directory)
	if err != nil {
		return nil, err
	}
	c := compose("APERAK", &agreed)
	function := original
	switch a.Verdict {
	case MessageAccepted:
		function = "6"
	case MessageRejected:
		function = "27"
	}
	name := none()
	switch {
	case agreed.EANCOM:
		name = of("12E", "", "9")
	case release.Version() == "D96A":
	case a.Verdict == MessageRejected:
		name = of("313")
	default:
		name = of("312")
	}
	c.bgm(name, a.Number, function, "")
	c.date("137", a.Date)
	for _, n := range a.Notes {
		c.text("AAI", n)
	}
	if a.Message != "" {
		c.refer("ACW", a.Message)
	}
	for _, r := range a.References {
		c.refer(r.Qualifier, r.Value)
	}
	if len(a.References) > 8 {
		c.fail("RFF", whole(), a.References[8].Value, "there are nine references at most, that of the message among them")
	}
	for _, p := range []struct {
		qualifier string
		party     order.Party
	}{{"MS", a.Sender}, {"MR", a.Recipient}} {
		c.exchanging(p.qualifier, p.party)
	}
	if len(a.Errors) > mostErrors {
		c.fail("ERC", whole(), "", fmt.Sprintf("there are %d errors, %d at most are told", len(a.Errors), mostErrors))
	}
	for i := range a.Errors {
		e := &a.Errors[i]
		c.add("ERC", of(e.Code, e.List, e.Agency))
		c.oneText("AAO", e.Text)
		if e.Reference.Value != "" {
			c.refer(e.Reference.Qualifier, e.Reference.Value)
		}
	}
	return c.result()
}

// exchanging writes a party with one number, such as who exchanged a message: the group
// has no place for more.
func (c *composer) exchanging(qualifier string, p order.Party) {
	for i, id := range p.Identifiers {
		if _, ok := agencyOf(id.Scheme); ok {
			p.Identifiers = p.Identifiers[i : i+1]
			break
		}
	}
	if p.Name != "" || len(p.Identifiers) > 0 {
		c.nad(qualifier, p)
	}
}

// oneText writes a single FTX, and cuts what does not fit.
func (c *composer) oneText(subject, words string) {
	if words = strings.TrimSpace(words); words == "" {
		return
	}
	const lines, longest, dots = 5, 70, "..."
	parts := make([]string, lines)
	for i := range parts {
		parts[i], words = trade.Cut(words, longest)
	}
	if words != "" {
		last, _ := trade.Cut(parts[lines-1], longest-len(dots))
		parts[lines-1] = last + dots
	}
	c.add("FTX", of(subject), none(), none(), parts)
}
