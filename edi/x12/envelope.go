package x12

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/o2ckit/o2c/edi/fault"
)

func (w *walker) openInterchange(t *Token, faults []Fault) {
	if w.ic != nil {
		w.missingSE(t.offset)
		w.missingGE(t.offset)
		w.missingIEA(t.offset)
	}
	w.ic = &Interchange{Delimiters: t.delims, Offset: t.offset, Header: Header{
		AuthorizationQualifier: trimmed(t, 1), Authorization: trimmed(t, 2),
		SecurityQualifier: trimmed(t, 3), Security: trimmed(t, 4),
		SenderQualifier: trimmed(t, 5), Sender: trimmed(t, 6),
		ReceiverQualifier: trimmed(t, 7), Receiver: trimmed(t, 8),
		Date: trimmed(t, 9), Time: trimmed(t, 10), Version: trimmed(t, 12), Control: trimmed(t, 13),
		AckRequested: trimmed(t, 14) == "1", Usage: trimmed(t, 15),
	}}
	agreed := w.agree()
	for _, f := range faults {
		if f.Code == CodeHeaderLength && agreed.Lenient {
			f.Severity = Warning
		}
		w.addInterchange(f)
	}
	w.checkHeader(t)
	for _, f := range agreed.Faults {
		at := tokenFault(t, f.Code, f.Standard, f.Element, f.Message, f.Fix)
		at.Severity, at.Expected = f.Severity, f.Expected
		w.addInterchange(at)
	}
}

// agree asks what was agreed with the sender of the interchange that begins.
func (w *walker) agree() Agreement {
	if w.opt.Agreed == nil {
		return Agreement{}
	}
	agreed := w.opt.Agreed(w.ic.Header)
	w.policy, w.checker = agreed.Policy, agreed.Checker
	return agreed
}

// checkHeader looks at the values of the ISA that an interchange cannot do
// without (failures) and at those that it can (warnings).
func (w *walker) checkHeader(t *Token) {
	h := w.ic.Header
	check := func(ok bool, severity Severity, code, note string, element int, message, fix string) {
		if !ok {
			f := tokenFault(t, code, standard("TA105", note), element, message, fix)
			f.Severity = severity
			w.addInterchange(f)
		}
	}
	check(len(h.Version) == 5 && allDigits(h.Version), Failure, CodeHeaderVersion, "017", 12,
		"the interchange version is five digits", "send the version, such as 00401")
	check(len(h.Control) <= 9 && allDigits(h.Control), Failure, CodeHeaderControl, "018", 13,
		"the interchange control number is a number of nine digits", "number the interchanges one by one")
	_, err := ParseDate(h.Date, 2000)
	check(err == nil && len(h.Date) == 6, Warning, CodeHeaderDate, "014", 9, "the interchange date is no date YYMMDD", "send the date of the interchange")
	_, err = ParseTime(h.Time)
	check(err == nil && len(h.Time) == 4, Warning, CodeHeaderTime, "015", 10, "the interchange time is no time HHMM", "send the time of the interchange")
	check(h.Usage == "P" || h.Usage == "T" || h.Usage == "I", Warning, CodeHeaderUsage, "020", 15,
		"the usage indicator is none of P, T, I", "say whether this is production or test data")
}

func (w *walker) closeInterchange(t *Token, faults []Fault) {
	w.missingSE(t.offset)
	w.missingGE(t.offset)
	if w.ic == nil {
		return // the reader gives an IEA within an interchange only
	}
	w.each(faults, w.addInterchange)
	if f, wrong := countFault(t, CodeInterchangeCount, standard("TA105", "021"), "functional groups", w.ic.groups); wrong {
		w.addInterchange(f)
	}
	if !sameNumber(trimmed(t, 2), w.ic.Control) {
		w.addInterchange(controlFault(t, CodeInterchangeControl, standard("TA105", "001"), "ISA13", w.ic.Control))
	}
	w.finishInterchange()
}

func (w *walker) missingIEA(offset int64) {
	w.addInterchange(Fault{Code: CodeInterchangeTrailerMissing, Standard: standard("TA105", "022"), Severity: Failure,
		Segment: "IEA", Offset: offset, Message: "the interchange ends here without IEA", Fix: "send the whole interchange again"})
	w.finishInterchange()
}

func (w *walker) finishInterchange() {
	ic := w.ic
	w.ic, ic.controls = nil, nil
	if w.handler.Interchange != nil && w.err == nil {
		w.err = w.handler.Interchange(ic)
	}
}

func (w *walker) openGroup(t *Token, faults []Fault) {
	w.missingSE(t.offset)
	w.missingGE(t.offset)
	w.startGroup(&Group{Interchange: w.ic, Offset: t.offset, GroupHeader: GroupHeader{
		FunctionalID: trimmed(t, 1), Sender: trimmed(t, 2), Receiver: trimmed(t, 3), Date: trimmed(t, 4),
		Time: trimmed(t, 5), Control: trimmed(t, 6), Agency: trimmed(t, 7), Version: trimmed(t, 8)}})
	w.each(faults, w.addGroup)
	control := w.g.Control
	if len(control) > 9 || !allDigits(control) {
		w.addGroup(tokenFault(t, CodeGroupControl, standard("AK905", "6"), 6,
			"the group control number is a number of up to nine digits", "number the groups one by one"))
	}
	if !w.unique(&w.ic.controls, control) {
		w.addGroup(w.duplicate(tokenFault(t, CodeGroupDuplicate, standard("AK905", "19"), 6,
			"the group control number was used before in this interchange", "number the groups one by one")))
	}
}

func (w *walker) startGroup(g *Group) {
	w.g = g
	w.ic.groups++
	if w.keep {
		w.ic.Groups = append(w.ic.Groups, g)
	}
}

func (w *walker) closeGroup(t *Token, faults []Fault) {
	w.missingSE(t.offset)
	if w.g == nil {
		w.each(faults, w.addInterchange)
		w.addInterchange(tokenFault(t, CodeGroupTrailerUnexpected, standard("TA105", "024"), 0,
			"this GE closes no group", "begin the group with GS"))
		return
	}
	w.each(faults, w.addGroup)
	w.g.included = trimmed(t, 1)
	if f, wrong := countFault(t, CodeGroupCount, standard("AK905", "5"), "transaction sets", w.g.tally.Received); wrong {
		w.addGroup(f)
	}
	if !sameNumber(trimmed(t, 2), w.g.Control) {
		w.addGroup(controlFault(t, CodeGroupTrailerControl, standard("AK905", "4"), "GS06", w.g.Control))
	}
	w.finishGroup()
}

func (w *walker) missingGE(offset int64) {
	if w.g == nil {
		return
	}
	w.addGroup(Fault{Code: CodeGroupTrailerMissing, Standard: standard("AK905", "3"), Severity: Failure,
		Segment: "GE", Offset: offset, Message: "the group ends here without GE", Fix: "send the whole group again"})
	w.finishGroup()
}

func (w *walker) finishGroup() {
	g := w.g
	w.g, g.controls = nil, nil
	if fault.Worst(g.Faults) == Failure {
		w.ic.tally.RejectAccepted(g.tally)
	}
	if w.handler.Group != nil && w.err == nil {
		w.err = w.handler.Group(g)
	}
}

func (w *walker) openSet(t *Token, faults []Fault) {
	w.missingSE(t.offset)
	if w.g == nil {
		w.startGroup(&Group{Interchange: w.ic, Offset: t.offset})
		w.addGroup(tokenFault(t, CodeGroupHeaderMissing, standard("TA105", "024"), 0,
			"the transaction set stands outside a group", "put GS in front of the sets"))
	}
	w.s = &Set{ID: trimmed(t, 1), Control: trimmed(t, 2), ImplementationRef: trimmed(t, 3),
		Group: w.g, Offset: t.offset, policy: w.policy}
	w.rec.reset(w.materialise && w.kept < w.opt.MaxSets)
	if w.keep {
		w.keepSet(t)
	}
	w.content(t, faults)
	if len(w.s.ID) != 3 || !allDigits(w.s.ID) {
		w.addSet(tokenFault(t, CodeSetIdentifier, standard("AK502", "6"), 1,
			"the transaction set identifier is three digits", "name the set, such as 850"))
	}
	if w.s.Control == "" || len(w.s.Control) > 9 {
		w.addSet(tokenFault(t, CodeSetControl, standard("AK502", "7"), 2,
			"the set control number has up to nine characters", "number the sets of a group one by one"))
	} else if !w.unique(&w.g.controls, w.s.Control) {
		w.addSet(w.duplicate(tokenFault(t, CodeSetDuplicate, standard("AK502", "23"), 2,
			"the set control number was used before in this group", "number the sets of a group one by one")))
	}
}

// keepSet lists the set in its group, unless too many are listed already, which
// is told once.
func (w *walker) keepSet(t *Token) {
	switch w.kept++; {
	case w.kept <= w.opt.MaxSets:
		w.g.Sets = append(w.g.Sets, w.s)
	case w.kept == w.opt.MaxSets+1:
		f := tokenFault(t, CodeLimitSets, Note{}, 0, "the sets from here on are checked and counted, but not listed",
			"read the stream set by set, or raise MaxSets")
		f.Severity = Warning
		w.addInterchange(f)
	}
}

func (w *walker) closeSet(t *Token, faults []Fault) {
	if w.s == nil {
		add := w.addInterchange
		if w.g != nil {
			add = w.addGroup
		}
		w.each(faults, add)
		add(tokenFault(t, CodeSetTrailerUnexpected, standard("AK905", "5"), 0, "this SE closes no transaction set", "begin the set with ST"))
		return
	}
	w.content(t, faults)
	if f, wrong := countFault(t, CodeSetCount, standard("AK502", "4"), "segments (ST and SE included)", w.s.count); wrong {
		w.addSet(f)
		if declared, err := strconv.Atoi(trimmed(t, 1)); err == nil && declared > w.s.count {
			w.suspect(declared - w.s.count)
		}
	}
	if trimmed(t, 2) != w.s.Control {
		w.addSet(controlFault(t, CodeSetTrailerControl, standard("AK502", "3"), "ST02", w.s.Control))
	}
	w.finishSet()
}

func (w *walker) missingSE(offset int64) {
	if w.s == nil {
		return
	}
	w.addSet(Fault{Code: CodeSetTrailerMissing, Standard: standard("AK502", "2"), Severity: Failure,
		Segment: "SE", SegmentNo: w.s.count + 1, Offset: offset,
		Message: "the transaction set ends here without SE", Fix: "send the whole set again"})
	w.suspect(1)
	w.finishSet()
}

func (w *walker) finishSet() {
	s := w.s
	w.s = nil
	if w.materialise {
		s.raw, s.Segments = w.rec.take()
	}
	s.Group.count(s)
	if w.handler.Set != nil && w.err == nil {
		w.err = w.handler.Set(s)
	}
}

// count counts the set in its group and interchange.
func (g *Group) count(s *Set) {
	verdict := s.Verdict()
	g.tally.Add(verdict)
	g.Interchange.tally.Add(verdict)
}

// duplicate gives the fault of a control number used twice its severity.
func (w *walker) duplicate(f Fault) Fault {
	if !w.opt.RejectDuplicates {
		f.Severity = Warning
	}
	return f
}

// unique remembers a control number and tells whether it is new, as far back
// as the options say.
func (w *walker) unique(seen *map[string]struct{}, control string) bool {
	if *seen == nil {
		*seen = make(map[string]struct{})
	}
	if _, again := (*seen)[control]; again {
		return false
	}
	if len(*seen) < w.opt.MaxControls {
		(*seen)[control] = struct{}{}
	}
	return true
}

// countFault compares the first element of a trailer with what was counted.
func countFault(t *Token, code string, note Note, what string, counted int) (Fault, bool) {
	declared, err := strconv.Atoi(trimmed(t, 1))
	if err == nil && declared == counted {
		return Fault{}, false
	}
	return tokenFault(t, code, note, 1, fmt.Sprintf("%d %s were counted", counted, what),
		"count again, and look for a missing terminator or a lost segment"), true
}

func controlFault(t *Token, code string, note Note, of, want string) Fault {
	return tokenFault(t, code, note, 2, fmt.Sprintf("the control number is not that of the header, %s %q", of, want),
		"repeat the header's control number in the trailer")
}

// sameNumber compares control numbers of type N0: leading zeros do not count.
func sameNumber(a, b string) bool {
	if allDigits(a) && allDigits(b) {
		return strings.TrimLeft(a, "0") == strings.TrimLeft(b, "0")
	}
	return a == b
}

func trimmed(t *Token, i int) string { return strings.TrimSpace(t.Value(i)) }
