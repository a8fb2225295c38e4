package edifact

import (
	"errors"
	"io"
)

// Handler is told what [Walk] finds. Functions that are nil are not called; an
// error that one returns ends the walk.
type Handler struct {
	// Message is called at the end of each message, rejected ones included.
	// The verdict of its group and interchange is not known yet: what must not
	// be undone waits for Interchange.
	Message func(*Message) error
	// Group is called at the end of each functional group.
	Group func(*Group) error
	// Interchange is called at the end of each interchange.
	Interchange func(*Interchange) error
	// Fault is called for each fault that stands outside any interchange.
	Fault func(Fault) error
}

// Walk reads a stream of interchanges, checks their envelopes, and hands over
// each message, group and interchange when it ends. What is wrong is told by the
// faults of the level at which it stands; the levels beside it go on. Memory
// is bounded by the options, whatever the size of the stream.
//
// The error is that of the source or of a handler, or a [*SeparatorError] of the
// options.
func Walk(source io.Reader, options Options, handler Handler) error {
	w := newWalker(source, options, handler)
	w.materialise = handler.Message != nil
	return w.run()
}

// Check reads a stream of interchanges and reports what is wrong with their
// envelopes and, by Options.Checker, with their messages. The segments are not
// kept: memory grows with the number of messages only.
//
// The error is that of the source, or a [*SeparatorError] of the options; the report then holds what was read before.
func Check(source io.Reader, options Options) (*Report, error) {
	return collect(source, options, false)
}

// Read does what [Check] does and keeps the segments of the messages. Use [Walk]
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

// walker follows the envelope: at most one interchange, group and message are open.
type walker struct {
	reader      *Reader
	opt         Options
	handler     Handler
	materialise bool // keep the segments of messages
	keep        bool // keep groups and messages in their parents
	kept        int  // messages, of the stream
	policy      Policy
	checker     Checker

	ic  *Interchange
	g   *Group
	m   *Message
	rec recorder

	outside int   // faults outside any interchange
	err     error // of a handler
}

func newWalker(source io.Reader, options Options, handler Handler) *walker {
	options = options.withDefaults()
	reader := NewReader(source, options)
	reader.framed = true
	return &walker{reader: reader, opt: options, handler: handler, policy: options.Policy, checker: options.Checker}
}

func (w *walker) run() error {
	if w.reader.failed != nil {
		return w.reader.failed
	}
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
		case w.m != nil:
			w.addMessage(f)
		case w.g != nil:
			w.addGroup(f)
		case w.ic != nil && f.Code != CodeNotEDIFACT && f.Code != CodeHeaderSeparators:
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
	if w.m != nil && t.inMessage > 1 && !t.Is("UNT") {
		w.content(t, faults)
		return
	}
	switch string(t.ID()) {
	case "UNB":
		w.openInterchange(t, faults)
	case "UNZ":
		w.closeInterchange(t, faults)
	case "UNG":
		w.openGroup(t, faults)
	case "UNE":
		w.closeGroup(t, faults)
	case "UNH":
		w.openMessage(t, faults)
	case "UNT":
		w.closeMessage(t, faults)
	default:
		w.stray(t, faults)
	}
}

// content takes a segment of the open message.
func (w *walker) content(t *Token, faults []Fault) {
	w.m.count++
	for _, f := range faults {
		w.addMessage(f)
	}
	if w.m.count == w.opt.MaxSegments+1 {
		f := tokenFault(t, CodeLimitSegments, "", 0, "the message has more segments than are allowed", "send it in parts")
		w.addMessage(f)
	}
	w.record(t)
	if w.checker != nil {
		for _, f := range w.checker.CheckSegment(w.m, t) {
			w.addMessage(f)
		}
	}
}

// record keeps the segment, and its bytes for finding a missing terminator.
func (w *walker) record(t *Token) {
	if w.m.count > w.opt.MaxSegments {
		w.rec.drop()
		return
	}
	if !w.materialise {
		w.rec.add(t, min(w.opt.MaxMessageBytes, suspectBytes))
		return
	}
	if w.rec.add(t, w.opt.MaxMessageBytes) {
		return
	}
	w.addMessage(Fault{Code: CodeLimitMessage, Severity: Failure, Segment: "UNH", SegmentNo: 1, Offset: w.m.Offset,
		Message: "the message is longer than is allowed and was not kept", Fix: "send it in parts; raise MaxMessageBytes"})
}

// stray takes a segment that stands outside a message.
func (w *walker) stray(t *Token, faults []Fault) {
	add := w.addInterchange
	if w.g != nil {
		add = w.addGroup
	}
	w.each(faults, add)
	switch string(t.ID()) {
	case "USA", "USC", "USD", "USH", "USR", "UST", "USU", "UNO", "UNP": // security and packages
	default:
		add(tokenFault(t, CodeInterchangeContent, "33", 0,
			"outside of messages nothing may stand but the envelope", "put the segment between a UNH and its UNT"))
	}
}

// end closes what is open at the end of the stream, or where it is broken off.
func (w *walker) end() {
	if w.ic == nil {
		return
	}
	w.missingUNT(w.reader.in.Offset())
	w.missingUNE(w.reader.in.Offset())
	broken := false
	for _, f := range w.ic.Faults {
		broken = broken || f.Code == CodeTruncated || f.Code == CodeLimitSegment
	}
	if !broken {
		w.missingUNZ(w.reader.in.Offset())
		return
	}
	w.finishInterchange()
}

func (w *walker) addMessage(f Fault)     { w.m.Faults = w.add(w.m.Faults, f) }
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
