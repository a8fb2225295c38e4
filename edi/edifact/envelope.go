package edifact

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/o2ckit/o2c/edi/fault"
)

func (w *walker) openInterchange(t *Token, faults []Fault) {
	if w.ic != nil {
		w.missingUNT(t.offset)
		w.missingUNE(t.offset)
		w.missingUNZ(t.offset)
	}
	w.ic = &Interchange{Separators: t.sep, Offset: t.offset, Header: Header{
		SyntaxID: t.Value(1, 1), SyntaxVersion: t.Value(1, 2), Sender: party(t, 2), Recipient: party(t, 3),
		Date: t.Value(4, 1), Time: t.Value(4, 2), Control: t.Value(5, 1),
		Password: t.Value(6, 1), PasswordQualifier: t.Value(6, 2), Application: t.Value(7, 1), Priority: t.Value(8, 1),
		AckRequested: t.Value(9, 1) == "1", Agreement: t.Value(10, 1), Test: t.Value(11, 1) != "" && t.Value(11, 1) != "0",
	}}
	agreed := w.agree()
	w.each(faults, w.addInterchange)
	w.checkHeader(t)
	for _, f := range agreed.Faults {
		at := tokenFault(t, f.Code, f.Standard.Code, f.Element, f.Message, f.Fix)
		at.Severity, at.Component, at.Expected = f.Severity, f.Component, f.Expected
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
	w.reader.opt.Charset = agreed.Charset
	w.reader.setCharset(w.ic.SyntaxID)
	return agreed
}

func party(t *Token, i int) Party {
	return Party{ID: t.Value(i, 1), Qualifier: t.Value(i, 2), Routing: t.Value(i, 3)}
}

// checkHeader looks at the values of the UNB that an interchange cannot do without
// (failures) and at those that it can (warnings).
func (w *walker) checkHeader(t *Token) {
	h := w.ic.Header
	check := func(ok bool, severity Severity, code, standard string, element, component int, message, fix string) {
		if !ok {
			f := tokenFault(t, code, standard, element, message, fix)
			f.Severity, f.Component = severity, component
			w.addInterchange(f)
		}
	}
	check(len(h.SyntaxVersion) == 1 && h.SyntaxVersion >= "1" && h.SyntaxVersion <= "4", Failure, CodeHeaderSyntax, "2", 1, 2,
		"the syntax version is 1 to 4", "send the version behind the syntax identifier, such as UNOC:3")
	_, known := charsetOf(h.SyntaxID)
	check(known || w.reader.opt.Charset != ByUNB, Warning, CodeHeaderCharset, "46", 1, 1,
		"the character set is not known: values are taken as UTF-8 or ISO 8859-1", "use one of UNOA to UNOF, UNOW, UNOY")
	check(h.Sender.ID != "", Failure, CodeHeaderParty, "13", 2, 1, "the sender is missing", "say who sends")
	check(h.Recipient.ID != "", Failure, CodeHeaderParty, "13", 3, 1, "the recipient is missing", "say who receives")
	check(validDate(h.Date, h.Time), Warning, CodeHeaderDate, "12", 4, 0,
		"the date and time of preparation are none of the form YYMMDD:HHMM", "send the date and time of the interchange")
	check(h.Control != "", Failure, CodeHeaderControl, "13", 5, 1, "the interchange control reference is missing", "number the interchanges")
	check(len([]rune(h.Control)) <= maxReference, Failure, CodeHeaderControl, "39", 5, 1,
		"the interchange control reference has up to 14 characters", "shorten it")
}

// maxReference is the longest control reference (0020, 0048, 0062).
const maxReference = 14

func validDate(date, clock string) bool {
	digits := func(text string, lengths ...int) bool {
		for _, n := range lengths {
			if len(text) == n && number(text) {
				return true
			}
		}
		return false
	}
	if !digits(date, 6, 8) || !digits(clock, 4) {
		return false
	}
	month, day := date[len(date)-4:len(date)-2], date[len(date)-2:]
	return month >= "01" && month <= "12" && day >= "01" && day <= "31" && clock[:2] <= "23" && clock[2:] <= "59"
}

func (w *walker) closeInterchange(t *Token, faults []Fault) {
	w.missingUNT(t.offset)
	w.missingUNE(t.offset)
	if w.ic == nil {
		return // the reader gives a UNZ within an interchange only
	}
	w.each(faults, w.addInterchange)
	what, counted := "messages", w.ic.ungrouped
	if w.ic.groups > 0 {
		what, counted = "functional groups", w.ic.groups
		if w.ic.ungrouped > 0 {
			w.addInterchange(tokenFault(t, CodeInterchangeMixed, "30", 0,
				"messages stand beside functional groups", "put all messages into groups, or none"))
			counted += w.ic.ungrouped
		}
	}
	w.trailer(t, w.addInterchange, trailer{CodeInterchangeCount, CodeInterchangeControl, what, counted, "UNB05", w.ic.Control})
	w.finishInterchange()
}

// trailer is what a UNT, UNE or UNZ has to say.
type trailer struct {
	countCode, controlCode string
	what                   string // is counted
	counted                int
	of, control            string // where the reference stands, and the reference
}

// trailer compares a trailer with what was found, and tells whether the count is right
// and what was declared.
func (w *walker) trailer(t *Token, add func(Fault), want trailer) (declared int, ok bool) {
	declared, err := strconv.Atoi(strings.TrimSpace(t.Value(1, 1)))
	if ok = err == nil && declared == want.counted; !ok {
		standard := "29"
		if len(t.Element(1)) == 0 {
			standard = "13"
		}
		f := tokenFault(t, want.countCode, standard, 1, fmt.Sprintf("%d %s were counted", want.counted, want.what),
			"count again, and look for a missing terminator or a lost segment")
		f.Expected = strconv.Itoa(want.counted)
		add(f)
	}
	if strings.TrimSpace(t.Value(2, 1)) != strings.TrimSpace(want.control) {
		f := tokenFault(t, want.controlCode, "28", 2, fmt.Sprintf("the reference is not that of the header, %s %q",
			want.of, fault.Shortened(want.control)), "repeat the header's reference in the trailer")
		f.Expected = fault.Shortened(want.control)
		add(f)
	}
	return declared, ok
}

func (w *walker) missingUNZ(offset int64) {
	if !w.ic.implied {
		w.addInterchange(missing("UNZ", CodeInterchangeTrailerMissing, 0, offset, "interchange"))
	}
	w.finishInterchange()
}

// missing is the fault of a level that ends without its trailer.
func missing(tag, code string, no int, offset int64, what string) Fault {
	return Fault{Code: code, Standard: note("13"), Severity: Failure, Segment: tag, SegmentNo: no, Offset: offset,
		Message: "the " + what + " ends here without " + tag, Fix: "send the whole " + what + " again"}
}

func (w *walker) finishInterchange() {
	ic := w.ic
	w.ic, ic.controls = nil, nil
	if w.opt.Agreed != nil { // what was agreed with its sender holds no longer
		w.reader.opt.Charset = w.opt.Charset
		w.reader.setCharset("")
	}
	if w.handler.Interchange != nil && w.err == nil {
		w.err = w.handler.Interchange(ic)
	}
}

func (w *walker) openGroup(t *Token, faults []Fault) {
	w.missingUNT(t.offset)
	w.missingUNE(t.offset)
	w.g = &Group{Interchange: w.ic, Offset: t.offset, GroupHeader: GroupHeader{
		MessageType: t.Value(1, 1), Sender: party(t, 2), Recipient: party(t, 3), Date: t.Value(4, 1), Time: t.Value(4, 2),
		Control: t.Value(5, 1), Agency: t.Value(6, 1), Version: t.Value(7, 1), Release: t.Value(7, 2), Association: t.Value(7, 3)}}
	w.ic.groups++
	if w.keep {
		w.ic.Groups = append(w.ic.Groups, w.g)
	}
	w.each(faults, w.addGroup)
	if w.g.Control == "" {
		w.addGroup(tokenFault(t, CodeGroupControl, "13", 5, "the group reference is missing", "number the groups"))
	} else if !w.unique("UNG", w.g.Control) {
		w.addGroup(w.duplicate(tokenFault(t, CodeGroupDuplicate, "26", 5,
			"the group reference was used before in this interchange", "number the groups one by one")))
	}
}

func (w *walker) closeGroup(t *Token, faults []Fault) {
	w.missingUNT(t.offset)
	if w.g == nil {
		w.each(faults, w.addInterchange)
		w.addInterchange(tokenFault(t, CodeGroupTrailerUnexpected, "33", 0, "this UNE closes no group", "begin the group with UNG"))
		return
	}
	w.each(faults, w.addGroup)
	w.trailer(t, w.addGroup, trailer{CodeGroupCount, CodeGroupTrailerControl, "messages", w.g.tally.Received, "UNG05", w.g.Control})
	w.finishGroup()
}

func (w *walker) missingUNE(offset int64) {
	if w.g == nil {
		return
	}
	w.addGroup(missing("UNE", CodeGroupTrailerMissing, 0, offset, "group"))
	w.finishGroup()
}

func (w *walker) finishGroup() {
	g := w.g
	w.g = nil
	if fault.Worst(g.Faults) == Failure {
		w.ic.tally.RejectAccepted(g.tally)
	}
	if w.handler.Group != nil && w.err == nil {
		w.err = w.handler.Group(g)
	}
}

func (w *walker) openMessage(t *Token, faults []Fault) {
	w.missingUNT(t.offset)
	if w.ic == nil {
		w.ic = &Interchange{Separators: t.sep, Offset: t.offset, implied: true}
		w.addInterchange(warning(tokenFault(t, CodeHeaderMissing, "13", 0, "the message stands in no interchange", "begin with UNB")))
	}
	w.m = &Message{Interchange: w.ic, Group: w.g, Offset: t.offset, policy: w.policy, MessageHeader: MessageHeader{
		Control: t.Value(1, 1), ID: t.Value(2, 1), Version: t.Value(2, 2), Release: t.Value(2, 3), Agency: t.Value(2, 4),
		Association: t.Value(2, 5), AccessReference: t.Value(3, 1)}}
	if w.g == nil {
		w.ic.ungrouped++
	}
	w.rec.reset(w.materialise && w.kept < w.opt.MaxMessages)
	if w.keep {
		w.keepMessage(t)
	}
	w.content(t, faults)
	if w.m.ID == "" || w.m.Version == "" || w.m.Release == "" {
		f := tokenFault(t, CodeMessageType, "13", 2,
			"the message identifier names type, version and release", "name them, such as ORDERS:D:96A:UN")
		if w.m.ID != "" {
			f = warning(f)
		}
		w.addMessage(f)
	} else if w.m.Agency == "UN" && !namesDirectory(w.m.Version) {
		f := tokenFault(t, CodeMessageType, "12", 2, "the version is none that a directory has", "name the directory, such as D:96A")
		f.Component, f.Value, f.Expected = 2, fault.Shortened(w.m.Version), "D, S or a number"
		w.addMessage(f)
	}
	switch {
	case w.m.Control == "":
		w.addMessage(tokenFault(t, CodeMessageControl, "13", 1, "the message reference is missing", "number the messages"))
	case len([]rune(w.m.Control)) > maxReference:
		w.addMessage(tokenFault(t, CodeMessageControl, "39", 1, "the message reference has up to 14 characters", "shorten it"))
	case !w.unique("UNH", w.m.Control):
		w.addMessage(w.duplicate(tokenFault(t, CodeMessageDuplicate, "26", 1,
			"the message reference was used before in this interchange", "number the messages one by one")))
	}
}

// namesDirectory tells whether 0052 can be the version of a message of the United
// Nations: D for a draft, S for a standard, or the number of an early one.
func namesDirectory(version string) bool {
	return version == "D" || version == "S" || strings.ContainsAny(version, "0123456789")
}

// keepMessage lists the message, unless too many are listed already, which is told
// once.
func (w *walker) keepMessage(t *Token) {
	switch w.kept++; {
	case w.kept <= w.opt.MaxMessages:
		w.ic.Messages = append(w.ic.Messages, w.m)
		if w.g != nil {
			w.g.Messages = append(w.g.Messages, w.m)
		}
	case w.kept == w.opt.MaxMessages+1:
		w.addInterchange(warning(tokenFault(t, CodeLimitMessages, "", 0,
			"the messages from here on are checked and counted, but not listed",
			"read the stream message by message, or raise MaxMessages")))
	}
}

func (w *walker) closeMessage(t *Token, faults []Fault) {
	if w.m == nil {
		add := w.addInterchange
		if w.g != nil {
			add = w.addGroup
		}
		w.each(faults, add)
		add(tokenFault(t, CodeMessageTrailerUnexpected, "33", 0, "this UNT closes no message", "begin the message with UNH"))
		return
	}
	w.content(t, faults)
	declared, ok := w.trailer(t, w.addMessage, trailer{CodeMessageCount, CodeMessageTrailerControl,
		"segments (UNH and UNT included)", w.m.count, "UNH01", w.m.Control})
	if !ok && declared > w.m.count {
		w.suspect(declared - w.m.count)
	}
	w.finishMessage()
}

func (w *walker) missingUNT(offset int64) {
	if w.m == nil {
		return
	}
	w.addMessage(missing("UNT", CodeMessageTrailerMissing, w.m.count+1, offset, "message"))
	w.suspect(1)
	w.finishMessage()
}

func (w *walker) finishMessage() {
	m := w.m
	w.m = nil
	if w.materialise {
		m.raw, m.Segments = w.rec.take()
	}
	if m.ID != contrl {
		m.Interchange.acknowledge++
	}
	verdict := m.Verdict()
	m.Interchange.tally.Add(verdict)
	if m.Group != nil {
		m.Group.tally.Add(verdict)
	}
	if w.handler.Message != nil && w.err == nil {
		w.err = w.handler.Message(m)
	}
}

// contrl is the message that acknowledges, and is not acknowledged itself.
const contrl = "CONTRL"

// duplicate gives the fault of a reference used twice its severity.
func (w *walker) duplicate(f Fault) Fault {
	if !w.opt.RejectDuplicates {
		f.Severity = Warning
	}
	return f
}

// unique remembers a reference of a kind and tells whether it is new in its
// interchange, or in its group, as far back as the options say.
func (w *walker) unique(kind, control string) bool {
	key := kind + control
	if w.g != nil && kind == "UNH" {
		key = kind + w.g.Control + "+" + control
	}
	if w.ic.controls == nil {
		w.ic.controls = make(map[string]struct{})
	}
	if _, again := w.ic.controls[key]; again {
		return false
	}
	if len(w.ic.controls) < w.opt.MaxControls {
		w.ic.controls[key] = struct{}{}
	}
	return true
}
