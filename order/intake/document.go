package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order"
)

// Document is something that arrived. Of the texts that name it the first 512 bytes are
// kept, of a longer one with three dots at the end.
type Document struct {
	// Channel is the way it came: x12, edifact, json, csv, manual. Required.
	Channel string
	// Kind is what it is in the channel's words, such as 850.
	Kind string
	// Partner is the sender as the channel knows it.
	Partner string
	// Control is the sender's own number of the message.
	Control string
	// Name is where it was found, such as a file name, for people.
	Name string
	// Envelope is what stood around the document and is needed to read it again,
	// such as the ISA and GS of a set. [MaxEnvelope] at most.
	Envelope []byte
	// Raw is the document as it came. Required, [MaxBytes] at most.
	Raw []byte
}

const (
	// MaxBytes bounds a document: 64 MiB.
	MaxBytes = 64 << 20
	// MaxEnvelope bounds an envelope: 64 KiB.
	MaxEnvelope = 64 << 10
)

// id is made of everything that tells two documents apart, so that the same
// document is the same wherever and whenever it is received. The name is not
// part of it: a file that comes again under another name is the same. What
// corrects another document is a document of its own, even with content that
// was received before.
func (d Document) id(corrects string) string {
	h := sha256.New()
	for _, part := range []string{d.Channel, d.Kind, d.Partner, d.Control} {
		_, _ = fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	if corrects != "" {
		_, _ = fmt.Fprintf(h, "corrects %s, envelope %d:%s", corrects, len(d.Envelope), d.Envelope)
	}
	_, _ = h.Write(d.Raw)
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// printable puts texts as JSON will have them, and shortens what is too long to be kept.
func (d Document) printable() Document {
	for _, text := range []*string{&d.Channel, &d.Kind, &d.Partner, &d.Control, &d.Name} {
		*text = shortened(valid(*text), maxText)
	}
	return d
}

// Result is what became of a document.
type Result string

// The results.
const (
	// Unsettled: nothing yet.
	Unsettled Result = ""
	// Ordered: it is an order.
	Ordered Result = "order"
	// Exception: it could not become an order; a person has to look at it.
	Exception Result = "exception"
	// PassedOver: it is not a purchase order and was left to others.
	PassedOver Result = "passed-over"
)

// Outcome says what became of a document.
type Outcome struct {
	Result Result
	// Order is the order that it became, or the unresolved order that the
	// desk keeps of an exception. May be empty.
	Order order.ID
	// Findings say why, for an exception. A thousand of them are kept; the finding
	// intake.more counts those that are left out.
	Findings finding.List
}

// Entry is a document as the inbox lists it; the raw form is read with [Inbox.Raw].
type Entry struct {
	ID      string
	Channel string
	Kind    string
	Partner string
	Control string
	Name    string
	// Size is that of the raw form, Kept how much of it is kept. Less is a
	// receipt that ended half-way.
	Size     int
	Kept     int
	Received time.Time
	Outcome  Outcome
	// Settled is when the outcome was recorded; zero: not yet.
	Settled time.Time

	// Corrects is the document that this one takes the place of. Empty: it came
	// from outside.
	Corrects string
	// CorrectedBy is the document that took the place of this one, Correction who
	// corrected it, when and why. Empty: none did.
	CorrectedBy string
	Correction  Note
	// AssignedTo is the person who is to look at it, Assignment who said so. Empty: nobody.
	AssignedTo string
	Assignment Note
	// Closed says who decided that nothing will be made of it, when and why. Zero: nobody.
	Closed Note
}

// Note is what a person did with a document: who, when, and why.
type Note struct {
	At    time.Time
	Actor string
	Text  string
}

// State is where a document stands for those who look after it.
type State string

// The states.
const (
	// Incomplete: the receipt ended half-way; receiving it again completes it.
	Incomplete State = "incomplete"
	// Waiting: it was not settled yet.
	Waiting State = "waiting"
	// ToDo: it is an exception, and a person has to look at it.
	ToDo State = "to do"
	// Corrected: another document took its place.
	Corrected State = "corrected"
	// Closed: nothing will be made of it.
	Closed State = "closed"
	// Done: it is an order, or was left to others.
	Done State = "done"
)

// State tells where the document stands.
func (e Entry) State() State {
	switch {
	case e.CorrectedBy != "":
		return Corrected
	case !e.Closed.At.IsZero():
		return Closed
	case e.Kept < e.Size:
		return Incomplete
	case e.Outcome.Result == Unsettled:
		return Waiting
	case e.Outcome.Result == Exception:
		return ToDo
	}
	return Done
}

func (e Entry) complete() bool { return e.Kept == e.Size }

// Tally counts the documents of an inbox. Received is always the sum of the
// others. A correction counts as a document, and what it corrects stays among the
// exceptions.
type Tally struct {
	Received, Ordered, Exceptions, PassedOver, Open int
}

// String puts the tally on one line.
func (t Tally) String() string {
	return fmt.Sprintf("received %d, orders %d, exceptions %d, passed over %d, open %d",
		t.Received, t.Ordered, t.Exceptions, t.PassedOver, t.Open)
}
