package x12

import "github.com/o2ckit/o2c/edi/fault"

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

// Status is the verdict on a set, a group or an interchange.
type Status = fault.Status

// The verdicts; see package edi/fault.
const (
	Accepted           = fault.Accepted
	AcceptedWithErrors = fault.AcceptedWithErrors
	PartiallyAccepted  = fault.PartiallyAccepted
	Rejected           = fault.Rejected
)

// letter is the verdict in AK501 and AK901.
func letter(s Status) string {
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
	tally    fault.Tally
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
	tally    fault.Tally
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
	if fault.Worst(s.Group.Faults) == Failure || fault.Worst(s.Interchange().Faults) == Failure {
		return Rejected
	}
	return s.Verdict()
}

// Received returns the number of sets that were found in the group.
func (g *Group) Received() int { return g.tally.Received }

// AcceptedSets returns the number of sets of the group that are not rejected.
func (g *Group) AcceptedSets() int {
	if fault.Worst(g.Faults) == Failure || fault.Worst(g.Interchange.Faults) == Failure {
		return 0
	}
	return g.tally.Received - g.tally.Rejected
}

// Status is the verdict on the group: Rejected if its own envelope or that of
// the interchange is at fault or none of its sets is accepted,
// PartiallyAccepted if some are not. It is final once the interchange has been
// read.
func (g *Group) Status() Status {
	if fault.Worst(g.Interchange.Faults) == Failure {
		return Rejected
	}
	return g.tally.Status(g.Faults)
}

// Status is the verdict on the interchange: Rejected if its own envelope is at
// fault or none of its sets is accepted, PartiallyAccepted if some are not. An
// interchange without sets, such as one that carries a TA1, is judged by its
// envelope.
func (ic *Interchange) Status() Status {
	status := ic.tally.Status(ic.Faults)
	if status == AcceptedWithErrors {
		return Accepted // an interchange knows no such verdict; its sets tell
	}
	return status
}

// Received returns the number of sets that were found in the interchange.
func (ic *Interchange) Received() int { return ic.tally.Received }
