package partner

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/o2ckit/o2c/edi/ack"
	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/schema"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/finding"
)

// mostVerdicts bounds what is recorded of one acknowledgement.
const mostVerdicts = 100

// Verdict is what an acknowledgement says of a document that was sent.
type Verdict struct {
	// Key is that of the document; empty when nothing that was sent has the number.
	Key string `json:"key,omitempty"`
	// Named is what the acknowledgement names, for a person: group IN 12.
	Named string `json:"named"`
	// Receipt tells that it speaks of the envelope alone, as a TA1 does: a verdict on
	// the content is still to come, unless this one rejects.
	Receipt bool `json:"receipt,omitempty"`
	// Application tells that it is of the program that the document was for (824,
	// APERAK): what is well formed may still not be taken.
	Application bool `json:"application,omitempty"`
	// Status is the verdict. An interchange of several messages is accepted in part
	// when some of them are.
	Status fault.Status `json:"status"`
	// Faults are what the partner found wrong.
	Faults []fault.Fault `json:"faults,omitempty"`
	// Repeats tells that the same was said before, Contradicts that something else
	// was. The last verdict counts.
	Repeats     bool `json:"repeats,omitempty"`
	Contradicts bool `json:"contradicts,omitempty"`
}

// Acknowledged is an acknowledgement that a partner sent.
type Acknowledged struct {
	Partner string
	// Key is the caller's name of it.
	Key string
	// Standard, Kind and Control are those of [ack.Answer].
	Standard, Kind, Control string
	At                      time.Time
	// Verdicts are what it says, one for each document.
	Verdicts []Verdict
	// Known tells that it was recorded before. Acknowledge alone fills it in.
	Known bool

	position journal.Position
}

// Findings tell what a person should look at:
//
//	partner.answer.rejected     blocks: the partner refuses a document, or part of it
//	partner.answer.unmatched    blocks: nothing that was sent has the number
//	partner.answer.contradicts  warns: the partner said something else before
//	partner.answer.repeated     tells: the partner said the same before
//	partner.answer.noted        warns: the document is accepted with errors
func (a *Acknowledged) Findings() finding.List {
	var found finding.List
	for _, v := range a.Verdicts {
		what := fmt.Sprintf("the %s %s of %s says of %s", a.Kind, a.Control, a.Partner, v.Named)
		if v.Key == "" {
			found.Block("partner.answer.unmatched", "", what+fmt.Sprintf(" that it is %s; nothing of the kind was sent", v.Status),
				"ask the partner what it received; look whether another system sends under the same identifiers")
			continue
		}
		switch {
		case v.Contradicts:
			found.Warn("partner.answer.contradicts", v.Key, what+fmt.Sprintf(" that it is %s, and said otherwise before", v.Status), "ask the partner which holds")
		case v.Repeats:
			found.Info("partner.answer.repeated", v.Key, what+fmt.Sprintf(" once more that it is %s", v.Status), "")
		}
		switch v.Status {
		case fault.Rejected, fault.PartiallyAccepted:
			found.Block("partner.answer.rejected", v.Key, what+fmt.Sprintf(" that it is %s: %s", v.Status, inWords(v.Faults)), "correct the document and send it under a new key")
		case fault.AcceptedWithErrors:
			found.Warn("partner.answer.noted", v.Key, what+" that it has errors: "+inWords(v.Faults), "correct where the document comes from")
		default:
		}
	}
	return found
}

// inWords puts the first faults into a sentence.
func inWords(faults []fault.Fault) string {
	const most = 3
	text := "no reason is given"
	for i, f := range faults[:min(most, len(faults))] {
		if i == 0 {
			text = ""
		} else {
			text += "; "
		}
		if f.SegmentNo > 0 {
			text += fmt.Sprintf("segment %d ", f.SegmentNo)
		}
		text += f.Segment
		if f.Element > 0 {
			text += fmt.Sprintf("%02d", f.Element)
		}
		text += ": " + f.Message
	}
	if len(faults) > most {
		text += fmt.Sprintf("; and %d more", len(faults)-most)
	}
	return text
}

// Acknowledge records what a partner says of what was sent to it, and tells which
// documents it is about. The partner is the name of its profile. The key is the
// caller's name of the acknowledgement, such as the id under which an inbox keeps it:
// the same key again changes nothing and gives the same verdicts.
//
// A document is found by the control numbers: of the interchange for TA1 and CONTRL,
// of the group, and its kind, for 997 and 999, of the set or message for application
// advices. What is found for nothing is recorded, too.
func (o *Outbox) Acknowledge(ctx context.Context, partner, key string, a ack.Answer) (Acknowledged, error) {
	if partner == "" || key == "" {
		return Acknowledged{}, &DocumentError{"Key", "an acknowledgement needs a partner and a key"}
	}
	var got Acknowledged
	err := o.settle(ctx, partner, func(l *ledger) error {
		o.mu.Lock()
		known, last := l.answered[key], l.last
		e := AnsweredEvent{Partner: partner, Key: key, Standard: a.Standard, Kind: within(a.Kind), Control: within(a.Control)}
		if known == nil {
			e.Verdicts = l.verdicts(&a)
		}
		o.mu.Unlock()
		if known != nil {
			got = *known
			got.Known = true
			return nil
		}
		at := o.config.Clock().Round(0)
		err := o.append(ctx, last, Sent{Partner: partner, At: at}, e)
		got = e.acknowledged(at, 0)
		return err
	})
	return got, err
}

// Acknowledgements gives all that partners sent, in the order of the journal.
func (o *Outbox) Acknowledgements() iter.Seq[Acknowledged] {
	o.mu.Lock()
	defer o.mu.Unlock()
	var all []Acknowledged
	for _, l := range o.partners {
		for _, a := range l.answered {
			all = append(all, *a)
		}
	}
	slices.SortFunc(all, func(a, b Acknowledged) int { return cmp.Compare(a.position, b.position) })
	return slices.Values(all)
}

// Answers returns what a partner said of a document, in the order in which it did.
// A document that was not sent is [ErrNotSent].
func (o *Outbox) Answers(partner, key string) ([]Verdict, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	e := o.ledger(partner).byKey[key]
	if e == nil {
		return nil, fmt.Errorf("%w: %s to %s", ErrNotSent, key, partner)
	}
	return slices.Clone(e.verdicts), nil
}

// verdicts finds the documents that an answer speaks of. o.mu is held.
func (l *ledger) verdicts(a *ack.Answer) []Verdict {
	m := matcher{ledger: l, standard: a.Standard}
	switch {
	case a.Standard == schema.EDIFACT && a.Interchange != nil:
		m.interchange(a)
	case a.Interchange != nil:
		m.add(l.find(a.Standard, byInterchange, a.Interchange.Control), "interchange "+a.Interchange.Control, *a.Interchange, ofEnvelope)
	}
	if a.Standard != schema.EDIFACT {
		for i := range a.Groups {
			m.group(&a.Groups[i])
		}
	}
	if a.Standard != schema.EDIFACT || a.Interchange == nil {
		for i := range a.Documents { // of an application advice, which speaks of sets alone
			m.document(&a.Documents[i])
		}
	}
	return m.found
}

// document takes what an application says of a set or message.
func (m *matcher) document(d *ack.Document) {
	e := m.ledger.find(m.standard, bySet, d.Control)
	if e != nil && d.Kind != "" && e.Set != d.Kind {
		e = nil
	}
	named := "set"
	if m.standard == schema.EDIFACT {
		named = "message"
	}
	for _, word := range []string{d.Kind, d.Control, d.Reference} {
		if word != "" {
			named += " " + word
		}
	}
	m.add(e, named, d.Level, ofApplication)
}

// sphere is what a verdict is of. Verdicts of one document repeat or contradict each
// other within a sphere.
type sphere uint8

const (
	ofContent sphere = iota
	ofEnvelope
	ofApplication
)

func (v *Verdict) sphere() sphere {
	switch {
	case v.Receipt:
		return ofEnvelope
	case v.Application:
		return ofApplication
	}
	return ofContent
}

// matcher collects verdicts.
type matcher struct {
	ledger   *ledger
	standard string
	found    []Verdict
	size     int // of the faults of them, as JSON
}

// add keeps a verdict on a document, nil when there is none.
func (m *matcher) add(e *entry, named string, level ack.Level, of sphere) {
	v := Verdict{Named: within(named), Receipt: of == ofEnvelope, Application: of == ofApplication, Status: level.Status}
	if len(m.found) < mostVerdicts {
		v.Faults = m.fit(level.Faults)
	}
	if e != nil {
		v.Key = e.Key
		for _, before := range slices.Backward(e.verdicts) {
			rejects := before.Receipt && before.Status == fault.Rejected && of == ofContent
			if before.sphere() != of && !rejects {
				continue
			}
			v.Repeats, v.Contradicts = before.Status == v.Status, before.Status != v.Status
			break
		}
	}
	switch n := len(m.found); {
	case n < mostVerdicts:
		m.found = append(m.found, v)
	case n == mostVerdicts:
		m.found = append(m.found, Verdict{Named: "more than is recorded of one acknowledgement", Status: fault.Rejected})
	}
}

// mostFaultBytes bounds the faults that are recorded of one acknowledgement, as JSON.
const mostFaultBytes = 512 << 10

// fit returns as many faults as fit in the event, with texts that do.
func (m *matcher) fit(faults []fault.Fault) []fault.Fault {
	var kept []fault.Fault
	for i, f := range faults[:min(len(faults), ack.MaxFaults+1)] {
		for _, text := range []*string{&f.Standard.Code, &f.Segment, &f.Loop, &f.Reference, &f.Value, &f.Message, &f.Expected, &f.Fix} {
			*text = within(*text)
		}
		line, err := json.Marshal(f)
		if m.size += len(line); err != nil || m.size > mostFaultBytes {
			return append(kept, fault.Fault{Code: ack.CodeMore, Severity: fault.Failure,
				Message: fmt.Sprintf("%d more faults are left out", len(faults)-i), Fix: "mend what is told first; the whole answer is in its raw form"})
		}
		kept = append(kept, f)
	}
	return kept
}

// within shortens a text of a partner's to what is recorded.
func within(text string) string {
	const most = 1_000
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most-3], "\uFFFD") + "..."
}

// group takes what a 997 or 999 says of a group.
func (m *matcher) group(g *ack.Group) {
	named := "group " + g.Kind + " " + g.Control
	e := m.ledger.find(m.standard, byGroup, g.Control)
	if e != nil && !sameKind(e.Set, g.Kind) {
		e = nil
	}
	if e == nil || e.SetControl == 0 { // what is not ours, and acknowledgements
		m.add(e, named, g.Level, ofContent)
		return
	}
	ours := strconv.FormatInt(e.SetControl, 10)
	m.add(e, named, g.Of(ours), ofContent)
	for _, d := range g.Documents {
		if !ack.SameControl(d.Control, ours) {
			m.add(nil, named+", set "+d.Kind+" "+d.Control, d.Level, ofContent)
		}
	}
}

// sameKind tells whether a set goes in groups of a kind.
func sameKind(set, kind string) bool {
	id, known := functionalID(set)
	return known && id == kind
}

// interchange takes what a CONTRL says of an interchange and its messages.
func (m *matcher) interchange(a *ack.Answer) {
	named := "interchange " + a.Interchange.Control
	e := m.ledger.find(m.standard, byInterchange, a.Interchange.Control)
	level := ack.Level{Status: a.Interchange.Status, Faults: slices.Clone(a.Interchange.Faults)}
	documents := slices.Clone(a.Documents)
	for _, g := range a.Groups {
		level.Faults = append(level.Faults, g.Faults...)
		documents = append(documents, g.Documents...)
	}
	var foreign []ack.Document
	rejected := 0
	for _, d := range documents {
		if e == nil || !e.has(d.Control) || d.Kind != "" && d.Kind != e.Set {
			foreign = append(foreign, d)
			continue
		}
		level.Faults = append(level.Faults, d.Faults...)
		switch {
		case d.Status == fault.Rejected:
			rejected++
		case level.Status == fault.Accepted:
			level.Status = d.Status
		}
	}
	if e != nil && rejected > 0 && rejected >= e.Messages {
		level.Status = fault.Rejected
	}
	of := ofContent
	if a.Received {
		of = ofEnvelope
	}
	m.add(e, named, level, of)
	if e == nil {
		return
	}
	for _, d := range foreign {
		m.add(nil, named+", message "+d.Kind+" "+d.Control, d.Level, of)
	}
}

// has tells whether a message stands in the interchange.
func (e *entry) has(control string) bool {
	n, err := strconv.ParseInt(control, 10, 64)
	if err != nil {
		return false
	}
	for i := range e.Messages {
		if follow(e.SetControl, i) == n {
			return true
		}
	}
	return false
}
