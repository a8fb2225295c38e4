package partner

import (
	"fmt"
	"sync"

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

	begun bool    // something was sent
	used  Numbers // the last ones
	last  journal.Position
	byKey map[string]*entry
}

// entry is a document that was sent, and how much of it is kept.
type entry struct {
	Sent
	sha256 string
	have   int
}

func (e *entry) complete() bool { return e.have == e.Size }

// next are the numbers of the next interchange.
func (l *ledger) next(first Numbers) Numbers {
	if !l.begun {
		return first.orFirst()
	}
	n := Numbers{Interchange: follow(l.used.Interchange, 1), Group: follow(l.used.Group, 1), Set: follow(l.used.Set, 1)}
	if l.used.Set == 0 { // only acknowledgements so far
		n.Set = first.orFirst().Set
	}
	if l.used.Group == 0 {
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
	}
	return nil
}

func (l *ledger) sent(e journal.Event, v *SentEvent) error {
	if l.byKey[v.Key] != nil {
		return fmt.Errorf("%s was sent to %s before", v.Key, v.Partner)
	}
	if l.begun && v.Interchange != follow(l.used.Interchange, 1) {
		return fmt.Errorf("interchange %d (%s) does not follow %d of %s", v.Interchange, v.Key, l.used.Interchange, v.Partner)
	}
	l.begun, l.used.Interchange = true, v.Interchange
	if v.Groups > 0 {
		l.used.Group = follow(v.Group, v.Groups-1)
	}
	if v.SetControl > 0 {
		l.used.Set = v.SetControl
	}
	l.byKey[v.Key] = &entry{sha256: v.SHA256, have: len(v.Data), Sent: Sent{
		Partner: v.Partner, Key: v.Key, Set: v.Set, Order: v.Order, Interchange: v.Interchange, Group: v.Group, Groups: v.Groups,
		SetControl: v.SetControl, At: e.At, Size: v.size(), position: e.Position,
	}}
	return nil
}
