package x12

import (
	"errors"
	"io"

	"github.com/o2ckit/o2c/edi/fault"
)

// Handler is told what [Walk] finds. Functions that are nil are not called; an
// error that one returns ends the walk.
type Handler struct {
	// Set is called at the end of each transaction set, rejected ones included.
	// The verdict of its group and interchange is not known yet: what must not
	// be undone waits for Interchange.
	Set func(*Set) error
	// Group is called at the end of each functional group.
	Group func(*Group) error
	// Interchange is called at the end of each interchange.
	Interchange func(*Interchange) error
	// Fault is called for each fault that stands outside any interchange.
	Fault func(Fault) error
}

// Walk reads a stream of interchanges, checks their envelopes, and hands over
// each set, group and interchange when it ends. What is wrong is told by the
// faults of the level at which it stands; the levels beside it go on. Memory
// is bounded by the options, whatever the size of the stream.
//
// The error is that of the source or of a handler.
func Walk(source io.Reader, options Options, handler Handler) error {
	w := newWalker(source, options, handler)
	w.materialise = handler.Set != nil
	return w.run()
}

// Check reads a stream of interchanges and reports what is wrong with their
// envelopes and, by Options.Checker, with their sets. The segments are not
// kept: memory grows with the number of sets only.
//
// The error is that of the source; the report then holds what was read before.
func Check(source io.Reader, options Options) (*Report, error) {
	return collect(source, options, false)
}

// Read does what [Check] does and keeps the segments of the sets. Use [Walk]
// when a stream may be larger than memory.
func Read(source io.Reader, options Options) (*Report, error) {
	return collect(source, options, true)
}

func collect(source io.Reader, options Options, materialise bool) (*Report, error) {
	report := &Report{}
	w := newWalker(source, options, Handler{
		Interchange: func(ic *Interchange) error {
			report.Interchanges = append(report.Interchanges, ic)
			return nil
		},
		Fault: func(f Fault) error {
			report.Faults = append(report.Faults, f)
			return nil
		},
	})
	w.materialise, w.keep = materialise, true
	err := w.run()
	return report, err
}

// walker follows the envelope: at most one interchange, group and set are open.
type walker struct {
	reader      *Reader
	opt         Options
	handler     Handler
	materialise bool // keep the segments of sets
	keep        bool // keep groups and sets in their parents
	kept        int  // sets, of the stream
	policy      Policy
	checker     Checker

	ic  *Interchange
	g   *Group
	s   *Set
	rec recorder

	outside int   // faults outside any interchange
	err     error // of a handler
}

func newWalker(source io.Reader, options Options, handler Handler) *walker {
	options = options.withDefaults()
	if options.Agreed != nil {
		options.Lenient = false // as long as nothing was agreed
	}
	return &walker{reader: NewReader(source, options), opt: options, handler: handler, policy: options.Policy, checker: options.Checker}
}

func (w *walker) run() error {
	for w.err == nil {
		err := w.reader.scan()
		if err != nil {
			w.end()
			if errors.Is(err, io.EOF) {
				return w.err
			}
			return err
		}
		if w.reader.held {
			w.token(&w.reader.tok, w.reader.faults)
		} else {
			w.report(w.reader.faults)
		}
	}
	return w.err
}

// report files faults that come without a segment.
func (w *walker) report(faults []Fault) {
	for _, f := range faults {
		switch {
		case f.Code == CodeTruncated || f.Code == CodeLimitSegment:
			w.reportInterchange(f)
		case w.s != nil:
			w.addSet(f)
		case w.g != nil:
			w.addGroup(f)
		case w.ic != nil && f.Code != CodeNotX12 && f.Code != CodeHeaderMalformed && f.Code != CodeHeaderTruncated:
			w.addInterchange(f)
		default:
			w.addOutside(f)
		}
	}
}

// reportInterchange files a fault after which the interchange cannot go on,
// and ends it.
func (w *walker) reportInterchange(f Fault) {
	if w.ic == nil {
		w.addOutside(f)
		return
	}
	w.rec.drop() // it would not be the sender's bytes
	w.addInterchange(f)
	if !w.reader.inside {
		w.end()
	}
}

// token takes a segment, and the faults that the reader found in it.
func (w *walker) token(t *Token, faults []Fault) {
	if w.s != nil && t.inSet > 1 && !t.Is("SE") {
		w.content(t, faults)
		return
	}
	switch string(t.ID()) {
	case "ISA":
		w.openInterchange(t, faults)
	case "IEA":
		w.closeInterchange(t, faults)
	case "GS":
		w.openGroup(t, faults)
	case "GE":
		w.closeGroup(t, faults)
	case "ST":
		w.openSet(t, faults)
	case "SE":
		w.closeSet(t, faults)
	default:
		w.stray(t, faults)
	}
}

// content takes a segment of the open set.
func (w *walker) content(t *Token, faults []Fault) {
	w.s.count++
	for _, f := range faults {
		w.addSet(f)
	}
	if w.s.count == w.opt.MaxSegments+1 {
		f := tokenFault(t, CodeLimitSegments, Note{}, 0, "the set has more segments than are allowed", "send it in parts")
		w.addSet(f)
	}
	w.record(t)
	if w.checker != nil {
		for _, f := range w.checker.CheckSegment(w.s, t) {
			w.addSet(f)
		}
	}
}

// record keeps the segment, and its bytes for finding a missing terminator.
func (w *walker) record(t *Token) {
	if w.s.count > w.opt.MaxSegments {
		w.rec.drop()
		return
	}
	if !w.materialise {
		w.rec.add(t, min(w.opt.MaxSetBytes, suspectBytes))
		return
	}
	if w.rec.add(t, w.opt.MaxSetBytes) {
		return
	}
	w.addSet(Fault{Code: CodeLimitSet, Severity: Failure, Segment: "ST", SegmentNo: 1, Offset: w.s.Offset,
		Message: "the set is longer than is allowed and was not kept", Fix: "send it in parts; raise MaxSetBytes"})
}

// stray takes a segment that stands outside a set.
func (w *walker) stray(t *Token, faults []Fault) {
	switch {
	case w.g != nil:
		w.each(faults, w.addGroup)
		switch string(t.ID()) {
		case "S3S", "S3E", "S4S", "S4E", "SVA", "TA3": // security of the group (X12.58)
		default:
			w.addGroup(tokenFault(t, CodeGroupContent, standard("AK905", "5"), 0,
				"within a group only transaction sets may stand", "put the segment between an ST and its SE"))
		}
	case w.ic != nil:
		w.each(faults, w.addInterchange)
		switch string(t.ID()) {
		case "TA1":
			if len(w.ic.Acknowledgements) < w.opt.MaxFaults {
				w.ic.Acknowledgements = append(w.ic.Acknowledgements, t.Segment())
			}
		case "ISB", "ISE", "TA3": // deferred delivery and grade of service
		default:
			w.addInterchange(tokenFault(t, CodeInterchangeContent, standard("TA105", "024"), 0,
				"between groups only TA1 may stand", "put the segment into a transaction set"))
		}
	}
}

// end closes what is open at the end of the stream, or where it is broken off.
func (w *walker) end() {
	if w.ic == nil {
		return
	}
	w.missingSE(w.reader.in.Offset())
	w.missingGE(w.reader.in.Offset())
	broken := false
	for _, f := range w.ic.Faults {
		broken = broken || f.Code == CodeTruncated || f.Code == CodeLimitSegment
	}
	if !broken {
		w.missingIEA(w.reader.in.Offset())
		return
	}
	w.finishInterchange()
}

func (w *walker) addSet(f Fault)         { w.s.Faults = w.add(w.s.Faults, f) }
func (w *walker) addGroup(f Fault)       { w.g.Faults = w.add(w.g.Faults, f) }
func (w *walker) addInterchange(f Fault) { w.ic.Faults = w.add(w.ic.Faults, f) }

func (w *walker) each(faults []Fault, add func(Fault)) {
	for _, f := range faults {
		add(f)
	}
}

// add keeps a fault unless there are too many, which is told once.
func (w *walker) add(faults []Fault, f Fault) []Fault {
	switch {
	case len(faults) < w.opt.MaxFaults:
		return append(faults, f)
	case len(faults) == w.opt.MaxFaults:
		return append(faults, tooMany(f))
	}
	return faults
}

func (w *walker) addOutside(f Fault) {
	w.outside++
	if w.outside > w.opt.MaxFaults+1 || w.handler.Fault == nil || w.err != nil {
		return
	}
	if w.outside == w.opt.MaxFaults+1 {
		f = tooMany(f)
	}
	w.err = w.handler.Fault(f)
}

func tooMany(next Fault) Fault {
	return Fault{Code: CodeLimitFaults, Severity: Failure, Segment: next.Segment, SegmentNo: next.SegmentNo,
		Offset: next.Offset, Message: "more is wrong from here on and is left out", Fix: "mend what is told first"}
}

// tokenFault is a failure at an element of a segment, 0 for the whole of it.
func tokenFault(t *Token, code string, note Note, element int, message, fix string) Fault {
	return Fault{Code: code, Standard: note, Severity: Failure, Segment: fault.Shortened(t.ID()), SegmentNo: t.no(),
		Element: element, Offset: t.ElementOffset(element), Value: fault.Shortened(t.Element(element)), Message: message, Fix: fix}
}
