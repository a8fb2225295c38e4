package partner

import (
	"cmp"
	"fmt"
	"strconv"
	"sync"

	"github.com/o2ckit/o2c/edi/schema"
	"github.com/o2ckit/o2c/journal"
)

// lastControl is the highest control number; 1 follows it.
const lastControl = 999_999_999

// follow is the nth control number after one.
func follow(control int64, n int) int64 { return (control+int64(n)-1)%lastControl + 1 }

// ledger is what an outbox knows of one partner: a fold over its stream.
type ledger struct {
	// sending is held by who sends to the partner, from numbering to the
	// journal's answer. Everything else is guarded by Outbox.mu.
	sending sync.Mutex

	x12, edifact sequence
	last         journal.Position
	byKey        map[string]*entry
	byNumber     map[number]*entry
	answered     map[string]*Acknowledged // by key
}

func newLedger() *ledger {
	return &ledger{byKey: make(map[string]*entry), byNumber: make(map[number]*entry), answered: make(map[string]*Acknowledged)}
}

// number is a control number of a kind, under which the last that had it is found.
type number struct {
	standard string
	kind     kind
	control  int64
}

type kind uint8

const (
	byInterchange kind = iota
	byGroup
	bySet
)

// find returns what was sent under a control number, nil if nothing was.
func (l *ledger) find(standard string, k kind, control string) *entry {
	n, err := strconv.ParseInt(control, 10, 64)
	if err != nil {
		return nil
	}
	return l.byNumber[number{standard, k, n}]
}

// sequence are the numbers of one standard.
type sequence struct {
	begun bool    // something was sent
	used  Numbers // the last ones
}

func (l *ledger) of(standard string) *sequence {
	if standard == schema.EDIFACT {
		return &l.edifact
	}
	return &l.x12
}

// entry is a document that was sent, and how much of it is kept.
type entry struct {
	Sent
	sha256   string
	have     int
	verdicts []Verdict // of the partner, in order
}

func (e *entry) complete() bool { return e.have == e.Size }

// next are the numbers of the next interchange.
func (l *ledger) next(standard string, first Numbers) Numbers {
	q := l.of(standard)
	if !q.begun {
		return first.orFirst()
	}
	n := Numbers{Interchange: follow(q.used.Interchange, 1), Group: follow(q.used.Group, 1), Set: follow(q.used.Set, 1)}
	if q.used.Set == 0 { // only acknowledgements so far
		n.Set = first.orFirst().Set
	}
	if q.used.Group == 0 {
		n.Group = first.orFirst().Group
	}
	return n
}

func (l *ledger) apply(e journal.Event, event any) error {
	switch v := event.(type) {
	case SentEvent:
		return l.sent(e, &v)
	case KeptEvent:
		s := l.byKey[v.Key]
		if s == nil || s.have != v.Offset {
			return fmt.Errorf("bytes from %d on of %s do not follow what is kept", v.Offset, v.Key)
		}
		s.have += len(v.Data)
	case AnsweredEvent:
		return l.answer(e, &v)
	}
	return nil
}

func (l *ledger) answer(e journal.Event, v *AnsweredEvent) error {
	if l.answered[v.Key] != nil {
		return fmt.Errorf("the acknowledgement %s of %s was recorded before", v.Key, v.Partner)
	}
	a := v.acknowledged(e.At, e.Position)
	l.answered[v.Key] = &a
	for _, verdict := range v.Verdicts {
		if s := l.byKey[verdict.Key]; s != nil {
			s.verdicts = append(s.verdicts, verdict)
		}
	}
	return nil
}

func (l *ledger) sent(e journal.Event, v *SentEvent) error {
	if l.byKey[v.Key] != nil {
		return fmt.Errorf("%s was sent to %s before", v.Key, v.Partner)
	}
	q := l.of(v.Standard)
	if q.begun && v.Interchange != follow(q.used.Interchange, 1) {
		return fmt.Errorf("interchange %d (%s) does not follow %d of %s", v.Interchange, v.Key, q.used.Interchange, v.Partner)
	}
	q.begun, q.used.Interchange = true, v.Interchange
	if v.Groups > 0 {
		q.used.Group = follow(v.Group, v.Groups-1)
	}
	if v.SetControl > 0 {
		q.used.Set = follow(v.SetControl, max(v.Messages, 1)-1)
	}
	s := &entry{sha256: v.SHA256, have: len(v.Data), Sent: Sent{
		Partner: v.Partner, Key: v.Key, Standard: cmp.Or(v.Standard, schema.X12), Set: v.Set, Order: v.Order,
		Interchange: v.Interchange, Group: v.Group, Groups: v.Groups, SetControl: v.SetControl, Messages: v.Messages,
		At: e.At, Size: v.size(), position: e.Position,
	}}
	l.byKey[v.Key] = s
	l.byNumber[number{s.Standard, byInterchange, s.Interchange}] = s
	for i := range s.Groups {
		l.byNumber[number{s.Standard, byGroup, follow(s.Group, i)}] = s
	}
	if s.SetControl > 0 {
		for i := range max(s.Messages, 1) {
			l.byNumber[number{s.Standard, bySet, follow(s.SetControl, i)}] = s
		}
	}
	return nil
}
