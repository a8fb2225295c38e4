package credit

import "time"

// document identifies what was posted. Kinds of documents have their keys each for themselves.
type document struct {
	kind kind
	key  string
}

type kind uint8

const (
	delivery kind = iota
	cancellation
	invoice
	payment
	other
)

// posting is a document that has taken effect, for ever: its key is used up.
type posting struct {
	event   any
	at      time.Time
	changes []change
	undo    func() bool // takes back all but the changes of exposure; false: it can no longer
}

// record keeps a document.
func (l *Ledger) record(d document, p *posting) { l.documents[d] = p }

// undo takes a document back.
func (l *Ledger) undo(op string, d document, at time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.documents[d]
	if p == nil || !p.at.Equal(at) {
		return &StateError{Op: op, Key: d.key, Reason: "does not stand as the event says"}
	}
	if err := move(reversed(p.changes)); err != nil {
		return err
	}
	if !p.undo() {
		_ = move(p.changes) // back to amounts that were there
		return &StateError{Op: op, Key: d.key, Reason: "has been followed by more"}
	}
	delete(l.documents, d)
	return nil
}

func conflict(op, key string) error {
	return &KeyConflictError{Op: op, Key: key, Reason: "was used before with another content"}
}
