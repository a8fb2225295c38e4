package edifact

// Options bound what a reader takes and say how a check judges. The zero value is the
// standard with the limits named below; a limit of 0 or less means its default.
type Options struct {
	// Separators hold until a UNA says otherwise. Zero: [Standard].
	Separators Separators
	// Charset is how values are read where a partner does not mean what the UNB says.
	Charset Charset
	// MaxSegmentBytes is the longest segment, and the longest run of white space
	// between two. Default 1 MiB. It bounds the reader's memory.
	MaxSegmentBytes int
	// MaxElements is the largest number of elements of a segment. Default 1,000.
	MaxElements int
	// MaxSegments is the largest number of segments of a message. Default 1,000,000.
	MaxSegments int
	// MaxMessageBytes is the longest message that is kept for a [Handler] or by [Read].
	// A longer one is rejected, counted and passed over. Default 8 MiB.
	MaxMessageBytes int
	// MaxMessages is the largest number of messages that [Check] and [Read] keep of a
	// stream. Further ones are checked and counted, but not listed; a warning says so.
	// [Walk] keeps none. Default 50,000.
	MaxMessages int
	// MaxFaults is the largest number of faults kept for each message, group and
	// interchange, and for what stands outside. Default 100.
	MaxFaults int
	// RejectDuplicates makes a failure of a message reference that was used before in
	// its interchange, and of a group's. Otherwise it is a warning. References of
	// earlier streams are the caller's to remember.
	RejectDuplicates bool
	// MaxControls is how many references of an interchange are remembered to find one
	// that is used twice. Default 100,000.
	MaxControls int
	// Policy says which faults reject a message. The default is that all do.
	Policy Policy
	// Checker looks into the content of the messages. nil: only the envelope is checked.
	Checker Checker
	// Agreed, unless nil, is asked once for each interchange, when its UNB has been
	// read; what it returns holds for the interchange in place of Charset, Policy and
	// Checker. [Reader] does not ask it.
	Agreed func(Header) Agreement
}

// Agreement is what was agreed with the sender of an interchange.
type Agreement struct {
	// Charset, Policy and Checker are those of [Options].
	Charset Charset
	Policy  Policy
	Checker Checker
	// Faults are what is wrong with the UNB by the agreement. The place is found by
	// their Element; Component says which part is meant.
	Faults []Fault
}

// Policy says which failures within a message cost its acceptance. Those of the
// envelope (UNH, UNT, their count and reference) always do.
type Policy uint8

const (
	// RejectErrors rejects a message for any failure.
	RejectErrors Policy = iota
	// NoteErrors accepts a message whose only failures stand in its segments, as
	// accepted with errors: the CONTRL acknowledges it and tells them.
	NoteErrors
)

// Checker looks into the content of messages, typically by a schema. It is called for
// each segment of a message in order, UNH and UNT included, and returns what is wrong;
// the message's identification, its group and its interchange are known, its segments
// are not. What can only be said at the end, such as a missing segment, is returned
// with the UNT. The token is valid during the call only. A Checker that keeps state
// between calls serves one reader at a time.
type Checker interface {
	CheckSegment(m *Message, t *Token) []Fault
}

func (o Options) withDefaults() Options {
	limit := func(value *int, standard int) {
		if *value <= 0 {
			*value = standard
		}
	}
	if o.Separators == (Separators{}) {
		o.Separators = Standard()
	}
	limit(&o.MaxSegmentBytes, 1<<20)
	o.MaxSegmentBytes = min(o.MaxSegmentBytes, 1<<30) // token positions are 32 bits
	limit(&o.MaxElements, 1_000)
	limit(&o.MaxSegments, 1_000_000)
	limit(&o.MaxMessageBytes, 8<<20)
	o.MaxMessageBytes = min(o.MaxMessageBytes, 1<<30)
	limit(&o.MaxMessages, 50_000)
	limit(&o.MaxFaults, 100)
	limit(&o.MaxControls, 100_000)
	return o
}
