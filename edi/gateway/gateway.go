package gateway

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/edi/duplicate"
	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order/intake"
)

// Config is what a gateway is made of.
type Config struct {
	// Partners are those who send. Required.
	Partners *partner.Directory
	// Inbox keeps what arrives. Required.
	Inbox *intake.Inbox
	// Outbox keeps what is answered. Required.
	Outbox *partner.Outbox
	// Duplicates remembers control numbers, by Profile.Duplicates of the sender. A number
	// that was used for something else is refused, and what was sent again under other
	// numbers is passed over. Nil: none are remembered. With it an interchange is read as
	// a whole before anything is made of it.
	Duplicates *duplicate.Register
	// Handle says what becomes of a document that is accepted and no acknowledgement.
	// Required.
	//
	// A.Entry.ID names the document: what is done twice for one ID must be done once,
	// since a process may die before the outcome is kept. An error ends the stream and
	// leaves the document unsettled, for another try; a document that cannot be used is
	// an outcome, no error. An outcome without a result is [intake.PassedOver].
	Handle func(ctx context.Context, a Arrival) (intake.Outcome, error)
	// Stranger gives the profile of a sender whom Partners do not have, where there is
	// one, for handing over its documents and answering them. It is not asked for those of
	// acknowledgements: nothing was sent to a stranger. Nil: a document of such a sender is
	// an exception, and nobody is answered.
	Stranger func(a Arrival) (partner.Profile, bool)
	// Retry tells whether an exception is handed over once more when the very same
	// document arrives again. Nil: it stays as it is.
	Retry func(e intake.Entry) bool
	// MaxInterchange bounds the sets or messages of one interchange together, in bytes:
	// they wait for its end, which may reject them all. A longer one is rejected as a whole
	// and none of it is handed over. 0 or less: 64 MiB.
	MaxInterchange int64
	// X12 and EDIFACT bound what is read, and say how senders are read whom nobody
	// knows. Their Agreed is not used.
	X12     x12.Options
	EDIFACT edifact.Options
}

// Arrival is a document that came in: a set of X12 or a message of EDIFACT.
type Arrival struct {
	// Entry is how the inbox keeps it.
	Entry intake.Entry
	// Profile is that of the sender.
	Profile partner.Profile
	// Set is a set of X12, and Message a message of EDIFACT, with our codes in the place
	// of the partner's; the other one is nil.
	Set     *x12.Set
	Message *edifact.Message
	// Findings are what was found in it without rejecting it.
	Findings finding.List
}

// CodeTooLong means that an interchange is longer than [Config].MaxInterchange.
const CodeTooLong = "gateway.limit.interchange"

// CodeKind means that a document is called as none of its standard is: sets of X12 have
// three characters, messages of EDIFACT letters. So Handle can go by the kind alone: an 850
// always is a set, ORDERS a message.
const CodeKind = "gateway.kind"

// foreign tells whether the document is called as none of its standard is.
func (a *Arrival) foreign() bool {
	if a.Set != nil {
		return len(a.Set.ID) != 3
	}
	return a.Message != nil && (len(a.Message.ID) == 3 || strings.ContainsAny(a.Message.ID, "0123456789"))
}

// Gateway takes what partners send. It is safe for many goroutines.
type Gateway struct{ config Config }

// New makes a gateway. The error is a [*ConfigError].
func New(c Config) (*Gateway, error) {
	for _, f := range []struct {
		name    string
		missing bool
	}{
		{"Partners", c.Partners == nil}, {"Inbox", c.Inbox == nil}, {"Outbox", c.Outbox == nil}, {"Handle", c.Handle == nil},
	} {
		if f.missing {
			return nil, &ConfigError{Field: f.name}
		}
	}
	if c.MaxInterchange <= 0 {
		c.MaxInterchange = intake.MaxBytes
	}
	return &Gateway{config: c}, nil
}

// Taken is what became of a stream.
type Taken struct {
	// Name is what it is called, such as that of a file.
	Name string
	// Interchanges counts those that were found.
	Interchanges int
	// Documents are the sets and messages that were found, in order.
	Documents []Document
	// Faults stand outside any set or message that could be blamed for them: between
	// interchanges, and in the envelopes of those that are rejected. The first thousand
	// are told.
	Faults []fault.Fault
	// Answers are the interchanges that answer it.
	Answers []partner.Sent
	// Unanswered say why an interchange could not be answered: what was to be written
	// breaks the partner's guide, or its identifiers cannot be written.
	Unanswered []error

	// lost are the failures of what was passed over and is in none of the documents.
	lost []fault.Fault
}

// Document is what became of a set or message.
type Document struct {
	// Entry is how the inbox keeps it, with its outcome.
	Entry intake.Entry
	// Known tells that it arrived before, Retried that it was an exception and was handed
	// over once more; see [Config].Retry.
	Known, Retried bool
	// Acknowledged is what it says of what was sent; nil: it is no acknowledgement.
	Acknowledged *partner.Acknowledged
}

// Receive takes a stream of interchanges in bounded memory. The name is for people. What
// cannot be read at all is kept as a document of kind file, up to its first mebibyte, and
// so is a stream of which a part was passed over that is in none of its documents: what
// stood outside of any set, or was broken off or too long to be kept.
//
// An error is that of the source, of the journal or of Handle, and leaves the rest of the
// stream for another try: take it again from its beginning.
func (g *Gateway) Receive(ctx context.Context, name string, source io.Reader) (Taken, error) {
	head := &headReader{source: source}
	taken, err := g.take(ctx, name, head)
	if err == nil && (len(taken.Documents) == 0 && len(taken.Faults) > 0 || len(taken.lost) > 0) {
		s := stream{Gateway: g, taken: taken}
		err = s.keepFile(ctx, head)
		taken = s.taken
	}
	return taken, err
}

// take takes a stream, and keeps nothing of one without documents.
func (g *Gateway) take(ctx context.Context, name string, source io.Reader) (Taken, error) {
	s := stream{Gateway: g, taken: Taken{Name: name}}
	in := bufio.NewReader(source)
	if IsEDIFACT(in) {
		err := s.edifact(ctx, in)
		return s.taken, err
	}
	err := s.x12(ctx, in)
	return s.taken, err
}

// IsEDIFACT looks at the beginning of a stream and tells whether it is EDIFACT, without
// taking it. Where neither standard begins there, such as behind the lines of a mail, it
// is what begins first in what the reader's buffer holds.
func IsEDIFACT(in *bufio.Reader) bool {
	const far = 512 // of white space and a byte order mark before the first segment
	for n := 3; n <= far; n++ {
		start, err := in.Peek(n)
		text := bytes.TrimLeft(bytes.TrimPrefix(start, []byte("\xef\xbb\xbf")), " \t\r\n")
		if len(text) >= 3 || err != nil {
			if slices.ContainsFunc([]string{"UNA", "UNB", "UNG", "UNH"}, func(tag string) bool { return bytes.HasPrefix(text, []byte(tag)) }) {
				return true
			}
			return !bytes.HasPrefix(text, []byte("ISA")) && edifactFirst(in)
		}
	}
	return edifactFirst(in)
}

// edifactFirst tells whether an interchange of EDIFACT begins in the buffer before one of
// X12 does: UNB, a separator and the UNO of a character set.
func edifactFirst(in *bufio.Reader) bool {
	text, _ := in.Peek(in.Size())
	if isa := bytes.Index(text, []byte("ISA*")); isa >= 0 {
		text = text[:isa]
	}
	for {
		_, behind, found := bytes.Cut(text, []byte("UNB"))
		switch {
		case !found || len(behind) < 4:
			return false
		case string(behind[1:4]) == "UNO":
			return true
		}
		text = behind
	}
}

// stream takes one stream.
type stream struct {
	*Gateway
	taken Taken
	// sent is the profile of who sent the interchange at hand, once a document of it was
	// taken.
	sent *partner.Profile
	// held is how many bytes of documents wait for the end of their interchange.
	held int64
}

// hold counts a document that waits for the end of its interchange; false: it is too much.
// A document that was not kept has no segments.
func (s *stream) hold(from int64, segments int, last func() int64) bool {
	const each = 64 // what a document takes beside its bytes, and its last segment
	s.held += each
	if segments > 0 {
		s.held += last() - from
	}
	return s.held <= s.config.MaxInterchange
}

// tooLong tells whether the interchange that ends was too long, and begins to count anew.
func (s *stream) tooLong() bool {
	long := s.held > s.config.MaxInterchange
	s.held = 0
	return long
}

// limit is the fault of an interchange that was too long.
func (s *stream) limit(standard fault.Note, segment string, offset int64) fault.Fault {
	return fault.Fault{Code: CodeTooLong, Standard: standard, Severity: fault.Failure, Segment: segment, SegmentNo: 1, Offset: offset,
		Message: fmt.Sprintf("its documents are longer than %d bytes together", s.config.MaxInterchange), Fix: "send it in parts, or raise the limit"}
}

// answersTo is whom the interchange at hand is answered to, and forgets it.
func (s *stream) answersTo(p partner.Profile, known bool) (partner.Profile, bool) {
	stranger := s.sent
	s.sent = nil
	if !known && stranger != nil {
		return *stranger, true
	}
	return p, known
}

// keepFile keeps the beginning of a stream of which nothing could be read, or of which
// something was passed over that is in no document.
func (s *stream) keepFile(ctx context.Context, head *headReader) error {
	raw := head.kept.Bytes()
	if len(raw) == 0 {
		return nil // an empty stream leaves nothing to keep
	}
	found := findings(s.taken.Faults)
	if len(s.taken.lost) > 0 {
		found = findings(s.taken.lost)
	}
	if head.cut {
		found.Info("gateway.cut", "", fmt.Sprintf("the first %d bytes are kept, the rest is with the sender alone", headBytes), "")
	}
	d := document{keep: func() (intake.Document, error) {
		return intake.Document{Channel: channelFile, Kind: "file", Raw: raw}, nil
	}}
	return s.settle(ctx, d, func(context.Context, intake.Entry) (intake.Outcome, *partner.Acknowledged, error) {
		return intake.Outcome{Result: intake.Exception, Findings: found}, nil, nil
	})
}

// envelope takes the faults of an interchange, in which so many documents were received.
// What stood outside of any of them has a fault of the code stray, and is in none of them.
func (s *stream) envelope(faults []fault.Fault, received int, stray string) {
	if fault.Worst(faults) != fault.Failure {
		return
	}
	s.taken.Faults = tell(s.taken.Faults, faults...)
	if received == 0 { // nothing of it is a document
		s.taken.lost = tell(s.taken.lost, faults...)
		return
	}
	s.inGroup(faults, received, stray)
}

// inGroup takes the faults of a group for what is lost of it.
func (s *stream) inGroup(faults []fault.Fault, received int, stray string) {
	for _, f := range faults {
		if f.Severity == fault.Failure && (received == 0 || f.Code == stray) {
			s.taken.lost = tell(s.taken.lost, f)
		}
	}
}

// tell keeps faults, as many as fit in a report.
func tell(list []fault.Fault, more ...fault.Fault) []fault.Fault {
	const most = 1_000
	return append(list, more[:min(len(more), most-len(list))]...)
}

// channelFile is the channel of a stream that is kept as a whole.
const channelFile = "file"

// headBytes is how much is kept of a stream of which nothing can be read.
const headBytes = 1 << 20

// headReader keeps the beginning of what is read through it.
type headReader struct {
	source io.Reader
	kept   bytes.Buffer
	cut    bool
}

func (h *headReader) Read(p []byte) (int, error) {
	n, err := h.source.Read(p)
	keep := min(n, headBytes-h.kept.Len())
	h.kept.Write(p[:keep])
	h.cut = h.cut || keep < n
	return n, err
}

func findings(faults []fault.Fault) finding.List {
	var found finding.List
	for _, f := range faults {
		found = append(found, f.Finding())
	}
	return found
}
