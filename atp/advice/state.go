package advice

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// ErrNotEmpty reports a Restore into a feed that has told something.
var ErrNotEmpty = errors.New("advice: feed is not empty")

// EventError reports an advice that Apply cannot take in.
type EventError struct {
	Event  any // as given to Apply
	Reason string
}

// Error implements error.
func (e *EventError) Error() string { return fmt.Sprintf("advice: event %T %s", e.Event, e.Reason) }

// ConflictError reports another advice under a number that was used: of two drafts made side by side one was told, and
// the other must be drafted anew.
type ConflictError struct {
	Channel string
	Number  uint64
}

// Error implements error.
func (e *ConflictError) Error() string {
	return fmt.Sprintf("advice: channel %q was told something else as number %d", e.Channel, e.Number)
}

// Apply takes in an advice that was told, or is going to be: an Advice as Draft gives it or as the codec of Events decodes
// it. Advices of a channel come in the order of their numbers; one that was taken in before changes nothing. The errors
// are *ConflictError for a draft that came too late, and *EventError.
func (f *Feed) Apply(event any) error {
	a, ok := event.(Advice)
	if !ok {
		return &EventError{event, "is not of this package"}
	}
	if reason := a.damage(); reason != "" {
		return &EventError{event, reason}
	}
	digest, err := a.digest()
	if err != nil {
		return &EventError{event, err.Error()}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case a.Channel != f.channel:
		return &EventError{event, "is of another channel"}
	case a.Number > f.number+1:
		return &EventError{event, fmt.Sprintf("is number %d, and number %d is missing", a.Number, f.number+1)}
	case a.Number == f.number && digest != f.digest:
		return &ConflictError{f.channel, a.Number}
	case a.Number <= f.number:
		return nil
	case a.Kind == Changes && f.number == 0:
		return &EventError{event, "has changes of what was never told"}
	}
	f.number, f.digest = a.Number, digest
	if a.Kind == Full {
		clear(f.told)
	}
	for _, l := range a.Lines {
		if l.Withdrawn {
			delete(f.told, l.place())
			continue
		}
		l.Later = slices.Clone(l.Later)
		f.told[l.place()] = l
	}
	return nil
}

// damage says what cannot be in an advice.
func (a Advice) damage() string {
	if a.Number == 0 || a.Kind > Changes || a.At.IsZero() {
		return "is damaged"
	}
	for i, l := range a.Lines {
		if l.Item == "" || l.Quantity < 0 || i > 0 && a.Lines[i-1].place().compare(l.place()) >= 0 {
			return fmt.Sprintf("has a damaged line %d", i+1)
		}
	}
	return ""
}

// digest tells advices apart.
func (a Advice) digest() (string, error) {
	a.At = a.At.UTC()
	text, err := json.Marshal(a)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// State is what a feed remembers, as plain data.
type State struct {
	Channel string `json:"channel"`
	Number  uint64 `json:"number"`           // of the last advice; 0: none yet
	Digest  string `json:"digest,omitempty"` // of the last advice
	Lines   []Line `json:"lines,omitempty"`  // as the channel has them, by item and site
}

// State returns what the feed remembers.
func (f *Feed) State() State {
	f.mu.Lock()
	defer f.mu.Unlock()
	st := State{Channel: f.channel, Number: f.number, Digest: f.digest}
	for _, l := range f.told {
		l.Later = slices.Clone(l.Later)
		st.Lines = append(st.Lines, l)
	}
	slices.SortFunc(st.Lines, func(a, b Line) int { return a.place().compare(b.place()) })
	return st
}

// Restore gives a new feed the memory of an earlier one of the same channel, whose items and terms may have been others.
// The errors are ErrNotEmpty, and *EventError for a state of another channel.
func (f *Feed) Restore(st State) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.number > 0 {
		return ErrNotEmpty
	}
	if st.Channel != f.channel {
		return &EventError{st, "is of another channel"}
	}
	f.number, f.digest = st.Number, st.Digest
	for _, l := range st.Lines {
		l.Later = slices.Clone(l.Later)
		f.told[l.place()] = l
	}
	return nil
}
