package journal

import (
	"context"
	"fmt"
)

// Fault says what is wrong with a chain.
type Fault string

// The faults that [Verify] finds.
const (
	// FaultGap is an event that is missing, or not in its place.
	FaultGap Fault = "gap"
	// FaultAltered is an event that is not what was appended.
	FaultAltered Fault = "altered"
	// FaultCut is a journal that ends before its head or its checkpoint.
	FaultCut Fault = "cut"
	// FaultHead is a head that is not the one of the events.
	FaultHead Fault = "head"
	// FaultCheckpoint is a whole chain that is not the one of the checkpoint.
	FaultCheckpoint Fault = "checkpoint"
)

// ChainError says where a journal is not what was written.
type ChainError struct {
	Fault    Fault
	Position Position // the first position that is wrong
	Want     Hash     // recomputed from the events, or of the checkpoint
	Got      Hash     // found
}

// Error implements error.
func (e *ChainError) Error() string {
	switch e.Fault {
	case FaultGap:
		return fmt.Sprintf("journal: event %d is missing or out of place", e.Position)
	case FaultAltered:
		return fmt.Sprintf("journal: event %d was altered: its chain hash is %s, recomputed %s", e.Position, e.Got, e.Want)
	case FaultCut:
		return fmt.Sprintf("journal: events from %d on were cut off", e.Position)
	case FaultHead:
		return fmt.Sprintf("journal: head at %d has hash %s, recomputed %s", e.Position, e.Got, e.Want)
	default:
		return fmt.Sprintf("journal: event %d has hash %s, the checkpoint says %s", e.Position, e.Got, e.Want)
	}
}

// Verify reads the whole journal, recomputes the chain and returns the head
// that it reached: the checkpoint to keep for the next time. It fails with a
// *ChainError when a byte of an event was altered, or an event is missing or
// out of place; when the journal knows its head ([Header]) and the events do
// not lead to it; and when they do not lead through checkpoint.
//
// A journal that is a [StreamChecker] is asked last whether reading by stream
// leads to all the events.
//
// The zero checkpoint checks the journal against itself alone: that cannot
// show that the last events were cut off and the head set back. A checkpoint
// from outside does.
func Verify(ctx context.Context, j Journal, checkpoint Head) (Head, error) {
	marks := []mark{{Head: checkpoint, fault: FaultCheckpoint}}
	if h, ok := j.(Header); ok {
		// The head is read first: events that are appended meanwhile lie behind it.
		head, err := h.Head(ctx)
		if err != nil {
			return Head{}, err
		}
		marks = append(marks, mark{Head: head, fault: FaultHead})
	}
	chain := NewChain(Head{})
	if err := passMarks(marks, chain.Head()); err != nil {
		return chain.Head(), err
	}
	for e, err := range j.Read(ctx, All, 0) {
		if err != nil {
			return chain.Head(), err
		}
		before := chain.Head()
		if e.Position != before.Position+1 {
			return before, &ChainError{Fault: FaultGap, Position: before.Position + 1, Got: e.Hash}
		}
		want := chain.Link(e.Stream, Draft{Type: e.Type, Version: e.Version, At: e.At, Actor: e.Actor, Data: e.Data})
		if e.Hash != want.Hash {
			return before, &ChainError{Fault: FaultAltered, Position: e.Position, Want: want.Hash, Got: e.Hash}
		}
		if err := passMarks(marks, chain.Head()); err != nil {
			return before, err
		}
	}
	end := chain.Head()
	for _, m := range marks {
		if m.Position > end.Position {
			return end, &ChainError{Fault: FaultCut, Position: end.Position + 1, Want: m.Hash, Got: end.Hash}
		}
	}
	if c, ok := j.(StreamChecker); ok {
		return end, c.CheckStreams(ctx)
	}
	return end, nil
}

// StreamChecker is implemented by journals that keep, besides the events, what
// leads from a stream to them: an index, which the chain does not cover.
// CheckStreams fails when reading a stream would miss one of its events.
type StreamChecker interface {
	CheckStreams(ctx context.Context) error
}

// mark is a head that the chain has to pass through.
type mark struct {
	Head
	fault Fault
}

func passMarks(marks []mark, at Head) error {
	for _, m := range marks {
		if m.Position != at.Position || m.Hash == at.Hash {
			continue
		}
		if m.fault == FaultHead {
			return &ChainError{Fault: FaultHead, Position: at.Position, Want: at.Hash, Got: m.Hash}
		}
		return &ChainError{Fault: m.fault, Position: at.Position, Want: m.Hash, Got: at.Hash}
	}
	return nil
}
