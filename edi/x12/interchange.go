package x12

// Header is what an ISA says, read or to be written. Values are without the
// blanks that fill them.
type Header struct {
	// AuthorizationQualifier is ISA01; empty is written as 00 (no information).
	AuthorizationQualifier string
	// Authorization is ISA02.
	Authorization string
	// SecurityQualifier is ISA03; empty is written as 00 (no information).
	SecurityQualifier string
	// Security is ISA04.
	Security string
	// SenderQualifier is ISA05: 01 DUNS, 12 telephone, 14 DUNS with suffix, ZZ mutually defined.
	SenderQualifier string
	// Sender is ISA06, up to 15 characters.
	Sender string
	// ReceiverQualifier is ISA07.
	ReceiverQualifier string
	// Receiver is ISA08, up to 15 characters.
	Receiver string
	// Date is ISA09, YYMMDD.
	Date string
	// Time is ISA10, HHMM.
	Time string
	// Version is ISA12, five digits such as 00401.
	Version string
	// Control is ISA13, up to nine digits; zeros are put in front when written.
	Control string
	// AckRequested is ISA14: a TA1 is wanted.
	AckRequested bool
	// Usage is ISA15: P production, T test, I information.
	Usage string
}

// GroupHeader is what a GS says, read or to be written.
type GroupHeader struct {
	// FunctionalID is GS01: PO for an 850, IN for an 810, SH for an 856, FA for a 997.
	FunctionalID string
	// Sender is GS02.
	Sender string
	// Receiver is GS03.
	Receiver string
	// Date is GS04, CCYYMMDD (YYMMDD before 00401).
	Date string
	// Time is GS05, HHMM with optional seconds.
	Time string
	// Control is GS06, up to nine digits.
	Control string
	// Agency is GS07; empty is written as X (X12).
	Agency string
	// Version is GS08, such as 004010 or 005010X230.
	Version string
}

// Status is the verdict on a set or an interchange.
type Status uint8

const (
	// Accepted means that nothing stands against it.
	Accepted Status = iota
	// AcceptedWithErrors means that it goes on, and the sender is told what is wrong.
	AcceptedWithErrors
	// PartiallyAccepted means that some of its sets are rejected. Groups and interchanges only.
	PartiallyAccepted
	// Rejected means that it is not processed.
	Rejected
)

// String returns the verdict in the words of the JSON report.
func (s Status) String() string {
	return [...]string{"accepted", "accepted_with_errors", "partially_accepted", "rejected"}[min(s, Rejected)]
}

// MarshalText writes the verdict as String does.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// letter is the verdict in AK501 and AK901.
func (s Status) letter() string {
	return [...]string{"A", "E", "P", "R"}[min(s, Rejected)]
}

// Interchange is what stands between an ISA and its IEA.
type Interchange struct {
	Header
	// Delimiters are those of the ISA.
	Delimiters Delimiters
	// Offset is where the ISA begins in the stream.
	Offset int64
	// Groups are the functional groups; [Walk] leaves it empty.
	Groups []*Group
	// Acknowledgements are the TA1 segments that were received in it.
	Acknowledgements []Segment
	// Faults are those of the envelope itself: ISA, IEA, and what stands
	// between the groups.
	Faults []Fault

	groups   int
	controls map[string]struct{}
	tally
}

// Group is what stands between a GS and its GE.
type Group struct {
	GroupHeader
	// Interchange is where the group stands.
	Interchange *Interchange
	// Offset is where the GS begins in the stream.
	Offset int64
	// Sets are the transaction sets; [Walk] leaves it empty.
	Sets []*Set
	// Faults are those of the group itself: GS, GE, and what stands between
	// the sets.
	Faults []Fault

	included string // GE01
	controls map[string]struct{}
	tally
}

// Set is a transaction set, from ST to SE.
type Set struct {
	// ID is ST01, such as 850.
	ID string
	// Control is ST02.
	Control string
	// ImplementationRef is ST03, the implementation convention (from 00501 on).
	ImplementationRef string
	// Group is where the set stands.
	Group *Group
	// Offset is where the ST begins in the stream.
	Offset int64
	// Segments are those from ST to SE. They are kept by [Read] and for
	// [Handler.Set], not by [Check], and not when the set exceeds a limit.
	Segments []Segment
	// Faults are what is wrong with the set and its segments.
	Faults []Fault

	raw    string
	policy Policy
	count  int
}

// Version returns the version and release of the set's group (GS08), such as
// 004010.
func (s *Set) Version() string { return s.Group.Version }

// Interchange returns where the set stands.
func (s *Set) Interchange() *Interchange { return s.Group.Interchange }

// Raw returns the bytes of the set as they were received, from ST to the
// terminator of SE; nil when its segments were not kept.
func (s *Set) Raw() []byte {
	if s.raw == "" {
		return nil
	}
	return []byte(s.raw)
}

// Count returns the number of segments received, ST and SE included.
func (s *Set) Count() int { return s.count }

// Verdict judges the set by itself. The group and the interchange, whose
// trailers come later, may still be rejected; see [Set.Status].
func (s *Set) Verdict() Status {
	verdict := Accepted
	for i := range s.Faults {
		f := &s.Faults[i]
		if f.Severity != Failure {
			continue
		}
		if s.policy == RejectErrors || f.Standard.Element == "AK502" || f.Standard == (Note{}) {
			return Rejected
		}
		verdict = AcceptedWithErrors
	}
	return verdict
}

// Status is the verdict on the set as things stand: that of the set itself,
// and Rejected as soon as its group or its interchange is. It is final once
// the interchange has been read.
func (s *Set) Status() Status {
	if worst(s.Group.Faults) == Failure || worst(s.Interchange().Faults) == Failure {
		return Rejected
	}
	return s.Verdict()
}

// Received returns the number of sets that were found in the group.
func (g *Group) Received() int { return g.received }

// AcceptedSets returns the number of sets of the group that are not rejected.
func (g *Group) AcceptedSets() int {
	if worst(g.Faults) == Failure || worst(g.Interchange.Faults) == Failure {
		return 0
	}
	return g.received - g.rejected
}

// Status is the verdict on the group: Rejected if its own envelope or that of
// the interchange is at fault or none of its sets is accepted,
// PartiallyAccepted if some are not. It is final once the interchange has been
// read.
func (g *Group) Status() Status {
	if worst(g.Interchange.Faults) == Failure {
		return Rejected
	}
	return g.status(g.Faults)
}

// Status is the verdict on the interchange: Rejected if its own envelope is at
// fault or none of its sets is accepted, PartiallyAccepted if some are not. An
// interchange without sets, such as one that carries a TA1, is judged by its
// envelope.
func (ic *Interchange) Status() Status {
	status := ic.status(ic.Faults)
	if status == AcceptedWithErrors {
		return Accepted // an interchange knows no such verdict; its sets tell
	}
	return status
}

// Received returns the number of sets that were found in the interchange.
func (ic *Interchange) Received() int { return ic.received }

// tally counts the sets of a level by their verdict.
type tally struct{ received, rejected, noted int }

func (t *tally) add(verdict Status) {
	t.received++
	switch verdict {
	case Rejected:
		t.rejected++
	case AcceptedWithErrors:
		t.noted++
	default:
	}
}

// rejectAccepted counts the sets of a part that is rejected as a whole.
func (t *tally) rejectAccepted(part tally) { t.rejected += part.received - part.rejected }

func (t *tally) status(faults []Fault) Status {
	switch {
	case worst(faults) == Failure, t.received > 0 && t.rejected == t.received:
		return Rejected
	case t.rejected > 0:
		return PartiallyAccepted
	case t.noted > 0:
		return AcceptedWithErrors
	}
	return Accepted
}
