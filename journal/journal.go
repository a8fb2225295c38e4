package journal

import (
	"context"
	"iter"
	"time"
)

// All stands for every stream: [Journal.Read] of All gives the whole journal in
// the order of positions.
const All = ""

// Position is the place of an event in its journal: from 1, without gaps, in
// commit order. Position 0 stands before the first event; as an expectation
// it says that a stream has no event yet.
type Position uint64

// Journal is an append-only log of events in named streams. All methods may
// be called from many goroutines.
type Journal interface {
	// Append writes all events of b at consecutive positions, or nothing.
	//
	// It fails with a *BatchError or *LimitError when b is not well formed,
	// with a *ConflictError when a stream is not where b expects it, with
	// ErrKeyReused when b.Key is bound to another payload, and with ErrClosed.
	// When ctx ends, or the store fails, while the outcome is open, it fails
	// with ErrOutcomeUnknown: the caller appends the same batch with the same
	// Key again to learn it. Every other error means that nothing was written
	// and that the Key is not bound.
	Append(ctx context.Context, b Batch) (Commit, error)

	// Read gives the events of one stream, or of [All], that come after a
	// position, in order. It ends at the head: every event that was committed
	// before the iteration began is given, and an endless stream of new ones
	// does not hold it up. An error, that of ctx too, comes as the last pair.
	// Nothing is held open between two events. Each iteration over the
	// sequence reads anew.
	Read(ctx context.Context, stream string, after Position) iter.Seq2[Event, error]

	// Follow is Read of [All] that waits at the head for further events, until
	// the caller breaks off, ctx ends (its error comes as the last pair), the
	// journal is closed (ErrClosed) or the store fails. A follower that
	// starts again after the last position that it has handled sees each event
	// at least once. Nothing is held open while it waits.
	Follow(ctx context.Context, after Position) iter.Seq2[Event, error]
}

// Batch is what one append writes, all or nothing: at most [MaxRecords]
// records and [MaxBytes] of data.
type Batch struct {
	// Key makes the append idempotent; empty for none. It is kept for ever:
	// the same payload again gives the first [Commit] again, even when its
	// expectations would now fail; another payload gives ErrKeyReused. A
	// failed append does not bind its key. What counts as the payload,
	// [Batch.Fingerprint] says. At most [MaxName] bytes.
	Key string

	// Writes are applied in order. A stream may stand in one of them only.
	Writes []Write
}

// Write is the part of a batch that concerns one stream.
type Write struct {
	// Stream is the name, as "order/1001": 1 to [MaxName] bytes of UTF-8
	// without control characters.
	Stream string

	// Expect is the stream's last Position: 0 for a stream without events.
	// When the stream is elsewhere, the whole batch fails with a
	// *ConflictError.
	Expect Position

	// Events are appended to the stream. A Write without events is a check
	// alone: it fences the rest of the batch and leaves no trace.
	Events []Draft
}

// Draft is an event that has no position yet.
type Draft struct {
	// Type names what happened, "<package>.<past tense>" as "order.placed":
	// 1 to [MaxName] bytes of UTF-8 without control characters.
	Type string

	// Version is the version of the type's payload, from 1 to [MaxVersion].
	Version int

	// At is when it happened, by the host's clock. The journal keeps the
	// instant in nanoseconds and gives it back in UTC; it must lie within the
	// years 1678 to 2261.
	At time.Time

	// Actor is who did it: the host's user, partner or process; may be empty.
	// At most [MaxName] bytes of UTF-8 without control characters.
	Actor string

	// Data is the payload. The journal does not look into it.
	Data []byte
}

// Event is a draft in its place.
type Event struct {
	Position Position
	Stream   string
	Type     string
	Version  int
	At       time.Time // in UTC
	Actor    string
	Data     []byte // not to be modified
	Hash     Hash   // of the chain up to and with this event
}

// Commit tells where the events of a batch stand: at First to Last, in the
// order of the batch. Both are 0 for a batch that only checks.
type Commit struct {
	First, Last Position
}

// Positions returns, for each write of the batch that gave this commit, the
// position that its stream now has: what the next write to the stream
// expects.
func (c Commit) Positions(b Batch) []Position {
	at := make([]Position, len(b.Writes))
	next := c.First
	for i, w := range b.Writes {
		at[i] = w.Expect
		if len(w.Events) > 0 {
			next += Position(len(w.Events))
			at[i] = next - 1
		}
	}
	return at
}
