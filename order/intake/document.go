package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order"
)

// Document is something that arrived.
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
	// Raw is the document as it came. Required, [MaxBytes] at most.
	Raw []byte
}

// MaxBytes bounds a document: 64 MiB.
const MaxBytes = 64 << 20

// id is made of everything that tells two documents apart, so that the same
// document is the same wherever and whenever it is received. The name is not
// part of it: a file that comes again under another name is the same.
func (d Document) id() string {
	h := sha256.New()
	for _, part := range []string{d.Channel, d.Kind, d.Partner, d.Control} {
		_, _ = fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	_, _ = h.Write(d.Raw)
	return hex.EncodeToString(h.Sum(nil)[:12])
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
	// Findings say why, for an exception.
	Findings finding.List
}

// Entry is a document as the inbox lists it; the raw form is read with [Inbox.Raw].
type Entry struct {
	ID       string
	Channel  string
	Kind     string
	Partner  string
	Control  string
	Name     string
	Size     int
	Received time.Time
	Outcome  Outcome
	// Settled is when the outcome was recorded; zero: not yet.
	Settled time.Time
}

// Tally counts the documents of an inbox. Received is always the sum of the
// others.
type Tally struct {
	Received, Ordered, Exceptions, PassedOver, Open int
}

// String puts the tally on one line.
func (t Tally) String() string {
	return fmt.Sprintf("received %d, orders %d, exceptions %d, passed over %d, open %d",
		t.Received, t.Ordered, t.Exceptions, t.PassedOver, t.Open)
}
