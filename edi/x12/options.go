package x12

// Options bound what a reader takes and say how a check judges. The zero value
// is strict with the limits named below; a limit of 0 or less means its
// default.
type Options struct {
	// Lenient accepts an ISA of the wrong length with a warning when its
	// elements can be found by counting separators. Otherwise such an
	// interchange is read in the same way, but rejected.
	Lenient bool
	// MaxSegmentBytes is the longest segment, and the longest run of white
	// space between two. Default 1 MiB. It bounds the reader's memory.
	MaxSegmentBytes int
	// MaxElements is the largest number of elements of a segment. Default 1,000.
	MaxElements int
	// MaxSegments is the largest number of segments of a set. Default 1,000,000.
	MaxSegments int
	// MaxSetBytes is the longest set that is kept for a [Handler] or by [Read].
	// A longer one is rejected, counted and passed over. Default 8 MiB.
	MaxSetBytes int
	// MaxSets is the largest number of sets that [Check] and [Read] keep of a
	// stream. Further ones are checked and counted, and their groups judged by
	// them, but they are not listed; a warning says so. [Walk] keeps none.
	// Default 50,000.
	MaxSets int
	// MaxFaults is the largest number of faults kept for each set, group and
	// interchange, and for what stands outside. Default 100.
	MaxFaults int
	// RejectDuplicates makes a failure of a set's control number that was used
	// before in its group, and of a group's in its interchange. Otherwise it is
	// a warning: X12 forbids it, but many senders number by habit. Numbers of
	// earlier streams are the caller's to remember.
	RejectDuplicates bool
	// MaxControls is how many control numbers of a group's sets, and of an
	// interchange's groups, are remembered to find one that is used twice.
	// Default 100,000.
	MaxControls int
	// Policy says which faults reject a set. The default is that all do.
	Policy Policy
	// Checker looks into the content of the sets. nil: only the envelope is checked.
	Checker Checker
	// Agreed, unless nil, is asked once for each interchange, when its ISA has been
	// read; what it returns holds for the interchange in place of Lenient, Policy and
	// Checker. [Reader] does not ask it.
	Agreed func(Header) Agreement
}

// Agreement is what was agreed with the sender of an interchange.
type Agreement struct {
	// Lenient, Policy and Checker are those of [Options].
	Lenient bool
	Policy  Policy
	Checker Checker
	// Faults are what is wrong with the ISA by the agreement. The place is found by
	// their Element.
	Faults []Fault
}

// Policy says which failures within a set cost its acceptance. Those of the
// envelope (ST, SE, their count and control number) always do.
type Policy uint8

const (
	// RejectErrors rejects a set for any failure.
	RejectErrors Policy = iota
	// NoteErrors accepts a set whose only failures stand in its segments, as
	// accepted with errors (AK501 E).
	NoteErrors
)

// Checker looks into the content of sets, typically by a schema. It is called
// for each segment of a set in order, ST and SE included, and returns what is
// wrong; the set's identification, its group and its interchange are known,
// its segments are not. What can only be said at the end, such as a missing
// segment, is returned with the SE. The token is valid during the call only.
// A Checker that keeps state between calls serves one reader at a time.
type Checker interface {
	CheckSegment(set *Set, t *Token) []Fault
}

func (o Options) withDefaults() Options {
	limit := func(value *int, standard int) {
		if *value <= 0 {
			*value = standard
		}
	}
	limit(&o.MaxSegmentBytes, 1<<20)
	o.MaxSegmentBytes = min(o.MaxSegmentBytes, 1<<30) // token positions are 32 bits
	limit(&o.MaxElements, 1_000)
	limit(&o.MaxSegments, 1_000_000)
	limit(&o.MaxSetBytes, 8<<20)
	o.MaxSetBytes = min(o.MaxSetBytes, 1<<30)
	limit(&o.MaxSets, 50_000)
	limit(&o.MaxFaults, 100)
	limit(&o.MaxControls, 100_000)
	return o
}
