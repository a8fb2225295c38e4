package intake

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"strings"

	"github.com/o2ckit/o2c/journal"
)

// ErrUnchanged is returned for a correction that says what the document says
// already.
var ErrUnchanged = errors.New("intake: the correction changes nothing")

// StateError says that something cannot be done with a document as it stands.
type StateError struct {
	// ID is the document, State where it stands.
	ID    string
	State State
	// By is the correction that took its place; empty if there is none.
	By string
	// Want says what it should be.
	Want string
}

// Error names the document, where it stands and what it should be.
func (e *StateError) Error() string {
	text := fmt.Sprintf("intake: %s is %s, not %s", e.ID, e.State, e.Want)
	if e.By != "" {
		text += ": see " + e.By
	}
	return text
}

// Correction is what a person made of a document that could not be used.
type Correction struct {
	// Raw is the document as it should have come. Required.
	Raw []byte
	// Envelope is the envelope as it should have come; nil: that of the document.
	Envelope []byte
	// Kind, Partner and Control are as they should have come; empty: as they did.
	Kind    string
	Partner string
	Control string
	// Actor is who corrected it, Reason why. Required.
	Actor  string
	Reason string
}

// Correct keeps a correction as a document of its own and links the two, both
// ways: the first try says which document took its place, and that one which
// document it corrects. The correction is to be processed and settled like any
// document, and may be corrected in turn. The same correction again gives the
// same receipt.
//
// The link is written with the last bytes of the correction: after a crash the
// first try either is as it was or has its correction, whole, among
// [Inbox.Open].
//
// Only an exception that nothing took the place of and that is not closed can
// be corrected; anything else is a [*StateError].
func (in *Inbox) Correct(ctx context.Context, id string, c Correction) (Receipt, error) {
	first, err := in.Document(ctx, id)
	if err != nil {
		return Receipt{}, err
	}
	if len(c.Raw) > MaxBytes {
		return Receipt{}, fmt.Errorf("%w: %d bytes, %d are allowed", ErrTooLarge, len(c.Raw), MaxBytes)
	}
	if len(c.Raw) == 0 || c.Actor == "" || strings.TrimSpace(c.Reason) == "" {
		return Receipt{}, &DocumentError{"Raw, Actor, Reason", "a correction needs content, a person and a reason"}
	}
	if len(c.Envelope) > MaxEnvelope {
		return Receipt{}, &DocumentError{"Envelope", fmt.Sprintf("it has %d bytes, %d are allowed", len(c.Envelope), MaxEnvelope)}
	}
	if c.Envelope == nil {
		c.Envelope = first.Envelope
	}
	if bytes.Equal(c.Raw, first.Raw) && bytes.Equal(c.Envelope, first.Envelope) {
		return Receipt{}, fmt.Errorf("%w: %s", ErrUnchanged, id)
	}
	next := first
	next.Raw, next.Envelope = c.Raw, c.Envelope
	next.Kind, next.Partner, next.Control = cmp.Or(c.Kind, next.Kind), cmp.Or(c.Partner, next.Partner), cmp.Or(c.Control, next.Control)
	next = next.printable()
	nextID := next.id(id)
	c.Actor, c.Reason = valid(c.Actor), valid(c.Reason)
	defer in.lock(id, nextID)()
	return again(func() (Receipt, error) { return in.correct(ctx, id, nextID, next, c) })
}

// correct does what is left to do of a correction.
func (in *Inbox) correct(ctx context.Context, id, nextID string, next Document, c Correction) (Receipt, error) {
	if err := in.refresh(ctx, id); err != nil {
		return Receipt{}, err
	}
	first, s := in.known(id), in.known(nextID)
	if first.CorrectedBy == nextID {
		err := in.refresh(ctx, nextID)
		return Receipt{ID: nextID, Known: true, Outcome: in.known(nextID).Outcome}, err
	}
	if state := first.State(); state != ToDo {
		return Receipt{}, &StateError{ID: id, State: state, By: first.CorrectedBy, Want: string(ToDo)}
	}
	write := part{id: nextID}
	from := 0
	if s == nil {
		sum := sha256.Sum256(next.Raw)
		write.events = append(write.events, received{
			ID: nextID, Channel: next.Channel, Kind: next.Kind, Partner: next.Partner, Control: next.Control, Name: next.Name,
			Envelope: next.Envelope, Corrects: id, Size: len(next.Raw), SHA256: hex.EncodeToString(sum[:]),
		})
	} else {
		write.expect, from = s.last, s.Kept
	}
	for {
		end := min(from+chunk, len(next.Raw))
		if from < end {
			write.events = append(write.events, kept{ID: nextID, Offset: from, Data: next.Raw[from:end]})
		}
		if end == len(next.Raw) {
			break
		}
		if err := in.appendAll(ctx, c.Actor, write); err != nil {
			return Receipt{}, err
		}
		write, from = part{id: nextID, expect: in.known(nextID).last}, end
	}
	link := part{id: id, expect: first.last, events: []any{corrected{ID: id, By: nextID, Reason: c.Reason}}}
	parts := []part{write, link}
	if len(write.events) == 0 {
		parts = parts[1:]
	}
	return Receipt{ID: nextID}, in.appendAll(ctx, c.Actor, parts...)
}

// Assign gives an exception to a person, or with an empty name to nobody.
func (in *Inbox) Assign(ctx context.Context, id, to, note, actor string) error {
	return in.handle(ctx, id, actor, ToDo, func(s *stored) any {
		if s.AssignedTo == valid(to) && s.Assignment.Text == valid(note) {
			return nil
		}
		return assigned{ID: id, To: valid(to), Note: valid(note)}
	})
}

// Close says that nothing will be made of an exception, and why: the partner
// sent it anew, it was a test, it was typed in by hand. The document stays.
func (in *Inbox) Close(ctx context.Context, id, reason, actor string) error {
	if strings.TrimSpace(reason) == "" {
		return &DocumentError{"Reason", "a document is closed for a reason"}
	}
	return in.handle(ctx, id, actor, ToDo, func(*stored) any { return closed{ID: id, Reason: valid(reason)} })
}

// Reopen takes back that an exception was closed.
func (in *Inbox) Reopen(ctx context.Context, id, reason, actor string) error {
	return in.handle(ctx, id, actor, Closed, func(*stored) any { return reopened{ID: id, Reason: valid(reason)} })
}

// handle records what a person does with a document that stands at a state. A nil
// event says that there is nothing to do.
func (in *Inbox) handle(ctx context.Context, id, actor string, want State, event func(*stored) any) error {
	if actor == "" {
		return &DocumentError{"Actor", "a person does it"}
	}
	defer in.lock(id)()
	_, err := again(func() (struct{}, error) {
		if err := in.refresh(ctx, id); err != nil {
			return struct{}{}, err
		}
		s := in.known(id)
		if state := s.State(); state != want {
			return struct{}{}, &StateError{ID: id, State: state, By: s.CorrectedBy, Want: string(want)}
		}
		e := event(s)
		if e == nil {
			return struct{}{}, nil
		}
		return struct{}{}, in.appendAll(ctx, valid(actor), part{id, s.last, []any{e}})
	})
	return err
}

// refresh lets happen what other processes did with a document.
func (in *Inbox) refresh(ctx context.Context, id string) error {
	last := journal.Position(0)
	if s := in.known(id); s != nil {
		last = s.last
	}
	if _, err := in.catchUp(ctx, id, last); err != nil {
		return err
	}
	if in.known(id) == nil {
		return fmt.Errorf("%w: %q", ErrNoDocument, id)
	}
	return nil
}

// lock lets one goroutine append to the streams of documents.
func (in *Inbox) lock(ids ...string) (unlock func()) {
	var wanted [len(in.locks)]bool
	for _, id := range ids {
		h := fnv.New32a()
		_, _ = h.Write([]byte(id))
		wanted[h.Sum32()%uint32(len(in.locks))] = true
	}
	for i, w := range wanted { // always in the same order
		if w {
			in.locks[i].Lock()
		}
	}
	return func() {
		for i, w := range wanted {
			if w {
				in.locks[i].Unlock()
			}
		}
	}
}

// valid makes of a text what JSON will make of it.
func valid(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }
