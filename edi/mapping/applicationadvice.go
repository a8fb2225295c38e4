package mapping

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order"
)

// ApplicationAdvice is what a partner's application made of sets that it received: a
// functional acknowledgement (997) says whether a set could be read, this one whether
// what it says was accepted.
type ApplicationAdvice struct {
	Source order.Source `json:"source,omitzero"`
	// Number is that of the advice, by who sends it.
	Number string        `json:"number"`
	Date   calendar.Date `json:"date"`
	// Of is the number of a set that the advice as a whole is about; for most it is
	// empty, and each result says so.
	Of      string              `json:"of,omitempty"`
	Parties []order.Party       `json:"parties,omitempty"`
	Results []ApplicationResult `json:"results"`
}

// ApplicationResult is what was made of one set, or of a part of it.
type ApplicationResult struct {
	Level   ResultLevel   `json:"level"`
	Outcome ResultOutcome `json:"outcome"`
	// Reference names what was sent, such as the number of an invoice (IV) or of a
	// purchase order (PO).
	Reference order.Reference `json:"reference"`
	// Sender and Receiver, GroupDate, Group and Set are those of the envelope of what was
	// sent: GS02 and GS03, GS04, GS06 and ST02. SetID is ST01, such as 810, and Version
	// GS08. Whatever was not told is empty.
	Sender     string            `json:"sender,omitempty"`
	Receiver   string            `json:"receiver,omitempty"`
	GroupDate  calendar.Date     `json:"group_date,omitzero"`
	Group      string            `json:"group,omitempty"`
	Set        string            `json:"set,omitempty"`
	SetID      string            `json:"set_id,omitempty"`
	Version    string            `json:"version,omitempty"`
	References []order.Reference `json:"references,omitempty"`
	// Errors are what is wrong with it.
	Errors []ApplicationError `json:"errors,omitempty"`
}

// ResultLevel says what a result is of.
type ResultLevel string

// The levels.
const (
	BatchLevel ResultLevel = "batch"
	GroupLevel ResultLevel = "group"
	SetLevel   ResultLevel = "set"
	ItemLevel  ResultLevel = "item"
)

// ResultOutcome says what was made of it.
type ResultOutcome string

// The outcomes.
const (
	ResultAccepted   ResultOutcome = "accepted"
	ResultChanged    ResultOutcome = "accepted-with-change"
	ResultWithErrors ResultOutcome = "accepted-with-errors"
	ResultPartly     ResultOutcome = "partly-accepted"
	ResultRejected   ResultOutcome = "rejected"
)

// Refused tells whether what was sent, or a part of it, was not accepted, so that it has
// to be sent anew.
func (r *ApplicationResult) Refused() bool {
	return r.Outcome == ResultRejected || r.Outcome == ResultPartly
}

// levelCodes and outcomeCodes make X12 element 110: TR is a set that was rejected.
func levelCodes() map[ResultLevel]string {
	return map[ResultLevel]string{BatchLevel: "B", GroupLevel: "G", SetLevel: "T", ItemLevel: "I"}
}

func outcomeCodes() map[ResultOutcome]string {
	return map[ResultOutcome]string{ResultAccepted: "A", ResultChanged: "C", ResultWithErrors: "E", ResultPartly: "P", ResultRejected: "R"}
}

// ApplicationError is one thing that a partner's application found wrong.
type ApplicationError struct {
	// Code is of X12 element 647, such as 024 for other unlisted reasons; or of a list of
	// the Agency (X12 element 559), if there is one.
	Code    string `json:"code"`
	Agency  string `json:"agency,omitempty"`
	Message string `json:"message,omitempty"`
	// Segment, Position and Element are where it is: the identifier, the place in the
	// set, whose ST is 1, and the element; 0 or empty where it is not told.
	Segment  string `json:"segment,omitempty"`
	Position int    `json:"position,omitempty"`
	Element  int    `json:"element,omitempty"`
	// Value is what was sent, Better what it was changed into or should be.
	Value  string   `json:"value,omitempty"`
	Better string   `json:"better,omitempty"`
	Notes  []string `json:"notes,omitempty"`
}

// String says it on one line: "IT104 of segment 8: unit price is not that of the order".
func (e ApplicationError) String() string {
	place := e.Segment
	if e.Element > 0 {
		place += fmt.Sprintf("%02d", e.Element)
	}
	if e.Position > 0 {
		place = strings.TrimSpace(place + " of segment " + strconv.Itoa(e.Position))
	}
	text := e.Message
	if text == "" {
		text = strings.Join(e.Notes, " ")
	}
	if text == "" {
		text = "error " + e.Code
	}
	if place != "" {
		text = place + ": " + text
	}
	return text
}

// mutuallyDefined is the code of an error that only its words tell (X12 element 647).
const mutuallyDefined = "ZZZ"

// ResultOf says what was made of a set that was received, by what was found in it: it is
// rejected if anything blocks, and accepted with errors if anything is to be looked at.
// What is only worth knowing is not told. The reference is what the set is about, in the
// sender's words, such as PO and the number of a purchase order.
func ResultOf(set *x12.Set, reference order.Reference, found finding.List) ApplicationResult {
	r := ApplicationResult{Level: SetLevel, Outcome: ResultAccepted, Reference: reference, Set: set.Control, SetID: set.ID}
	if g := set.Group; g != nil {
		r.Sender, r.Receiver, r.Group, r.Version = g.Sender, g.Receiver, g.Control, g.Version
	}
	for _, f := range found {
		switch f.Severity {
		case finding.Info:
			continue
		case finding.Block:
			r.Outcome = ResultRejected
		default:
			if r.Outcome == ResultAccepted {
				r.Outcome = ResultWithErrors
			}
		}
		e := ApplicationError{Code: mutuallyDefined, Message: f.Message}
		e.Position, e.Segment, e.Element = placeOf(f.Path)
		if f.Fix != "" {
			e.Notes = []string{f.Fix}
		}
		r.Errors = append(r.Errors, e)
	}
	return r
}

// placeOf takes a path such as segments[12].PO1.2 apart.
func placeOf(path string) (position int, segment string, element int) {
	rest, ok := strings.CutPrefix(path, "segments[")
	if !ok {
		return 0, "", 0
	}
	number, rest, ok := strings.Cut(rest, "].")
	if n, err := strconv.Atoi(number); ok && err == nil {
		position = n
	}
	segment, rest, _ = strings.Cut(rest, ".")
	if n, err := strconv.Atoi(rest); err == nil {
		element = n
	}
	return position, segment, element
}

// WriteApplicationAdvice makes an application advice (X12 824): the segments between ST
// and SE. Each result is an OTI loop. An error is TED, with what is longer than sixty
// characters of its message, and its notes, in NTE; one of an agency's list is LM and LQ.
//
// What would break the set is a [*FieldError].
func WriteApplicationAdvice(a ApplicationAdvice, agreed Options) ([]x12.Segment, error) {
	w := advisor{composer{set: "824", agreed: &agreed}}
	w.begin("BGN")
	w.put("00")
	w.need(a.Number, 30)
	w.day(a.Date)
	if a.Date.IsZero() {
		w.fail("", "it is mandatory")
	}
	w.put("", "")
	w.text(a.Of, 30)
	if len(a.Results) == 0 {
		w.fail(a.Number, "nothing is advised")
	}
	for _, p := range a.Parties {
		if code := roleCode(p.Role); code != "" {
			w.party(code, p.Name, p.Identifiers, p.Address)
		}
	}
	for i := range a.Results {
		w.advised(&a.Results[i])
	}
	return w.result()
}

// advisor makes one 824.
type advisor struct{ composer }

// advised writes an OTI loop.
func (w *advisor) advised(r *ApplicationResult) {
	w.begin("OTI")
	level, outcome := levelCodes()[r.Level], outcomeCodes()[r.Outcome]
	w.put(level + outcome)
	if level == "" || outcome == "" {
		w.fail(string(r.Level)+" "+string(r.Outcome), "a result has a level and an outcome")
	}
	w.need(r.Reference.Qualifier, 3)
	w.need(r.Reference.Value, 30)
	w.text(r.Sender, 15)
	w.text(r.Receiver, 15)
	w.day(r.GroupDate)
	w.put("")
	w.text(r.Group, 9)
	w.text(r.Set, 9)
	if r.Set != "" && r.Group == "" {
		w.fail(r.Set, "a set is told with its group")
	}
	w.text(r.SetID, 3)
	w.text(r.Version, 12)
	for _, ref := range r.References {
		w.refer(ref.Qualifier, ref.Value)
	}
	for i := range r.Errors {
		if r.Errors[i].Agency == "" {
			w.wrong(&r.Errors[i])
		}
	}
	for i := range r.Errors {
		if r.Errors[i].Agency != "" {
			w.listed(&r.Errors[i])
		}
	}
}

// wrong writes a TED loop.
func (w *advisor) wrong(e *ApplicationError) {
	w.begin("TED")
	w.need(e.Code, 3)
	message, rest := cut(e.Message, 60)
	w.text(message, 60)
	w.text(e.Segment, 3)
	for _, n := range []int{e.Position, e.Element} {
		if n > 0 {
			w.number(strconv.Itoa(n), 6)
		} else {
			w.put("")
		}
	}
	w.put("")
	w.text(e.Value, 99)
	w.text(e.Better, 99)
	for _, text := range append([]string{rest}, e.Notes...) {
		for part, more := cut(text, 80); part != ""; part, more = cut(more, 80) {
			w.begin("NTE")
			w.put("ADD")
			w.need(part, 80)
		}
	}
}

// listed writes LM and LQ.
func (w *advisor) listed(e *ApplicationError) {
	w.begin("LM")
	w.need(e.Agency, 2)
	w.begin("LQ")
	w.put("ZZ") // agreed upon
	w.need(e.Code, 30)
	text := strings.TrimSpace(e.Message + " " + strings.Join(e.Notes, " "))
	for part, more := cut(text, 80); part != ""; part, more = cut(more, 80) {
		w.begin("RED")
		w.need(part, 80)
		w.put("", e.Agency, "", "ZZ", e.Code) // once more, as RED asks for
	}
}
