package journal

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Hash is a link of the chain: the SHA-256 of the link before and the
// canonical encoding of the event. Before the first event it is zero.
type Hash [sha256.Size]byte

// String returns 64 lower-case hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText is String.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (h *Hash) UnmarshalText(text []byte) error {
	if hex.DecodedLen(len(text)) != len(h) || len(text)%2 != 0 {
		return fmt.Errorf("journal: hash has %d digits, not %d", len(text), hex.EncodedLen(len(h)))
	}
	if _, err := hex.Decode(h[:], text); err != nil {
		return fmt.Errorf("journal: hash: %w", err)
	}
	return nil
}

// Head is where a journal ends: the position of its last event and the hash
// of the chain up to it. A head that is kept outside of the journal, printed
// or sent to an auditor, is a checkpoint for [Verify].
type Head struct {
	Position Position
	Hash     Hash
}

// Header is implemented by journals that know their head without reading all
// events, as [Memory] and package sqljournal do.
type Header interface {
	Head(ctx context.Context) (Head, error)
}

// String returns position and hash, as "42:9f86d0…"; ParseHead reads it.
func (h Head) String() string { return fmt.Sprintf("%d:%s", h.Position, h.Hash) }

// ParseHead reads what Head.String writes.
func ParseHead(s string) (Head, error) {
	number, digits, ok := strings.Cut(s, ":")
	if !ok {
		return Head{}, fmt.Errorf("journal: head %q is not <position>:<hash>", s)
	}
	position, err := strconv.ParseUint(number, 10, 63)
	if err != nil {
		return Head{}, fmt.Errorf("journal: head %q: %w", s, err)
	}
	head := Head{Position: Position(position)}
	if err := head.Hash.UnmarshalText([]byte(digits)); err != nil {
		return Head{}, err
	}
	return head, nil
}

// AppendCanonical appends the bytes that the chain is computed over, in this
// order, integers big-endian:
//
//	position   8 bytes
//	stream     4 bytes of length, then its bytes
//	type       4 bytes of length, then its bytes
//	version    8 bytes
//	at         8 bytes, nanoseconds since 1970-01-01 UTC, two's complement
//	actor      4 bytes of length, then its bytes
//	data       4 bytes of length, then its bytes
//
// Two different events never have the same encoding.
func (e Event) AppendCanonical(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint64(dst, uint64(e.Position))
	dst = appendText(dst, e.Stream)
	dst = appendText(dst, e.Type)
	dst = binary.BigEndian.AppendUint64(dst, uint64(e.Version))
	dst = binary.BigEndian.AppendUint64(dst, uint64(e.At.UnixNano()))
	dst = appendText(dst, e.Actor)
	return appendText(dst, e.Data)
}

// Chain puts events in their places: it numbers them and links their hashes.
// Stores write with it, and Verify recomputes with it. It is not safe for
// several goroutines.
type Chain struct {
	head Head
	buf  []byte
}

// NewChain returns a chain that goes on after head.
func NewChain(head Head) *Chain { return &Chain{head: head} }

// Head returns where the chain is.
func (c *Chain) Head() Head { return c.head }

// Link returns the draft as the next event of the chain and moves the head to
// it. Data is not copied.
func (c *Chain) Link(stream string, d Draft) Event {
	e := Event{
		Position: c.head.Position + 1,
		Stream:   stream,
		Type:     d.Type,
		Version:  d.Version,
		At:       time.Unix(0, d.At.UnixNano()).UTC(),
		Actor:    d.Actor,
		Data:     d.Data,
	}
	c.buf = append(c.buf[:0], c.head.Hash[:]...)
	c.buf = e.AppendCanonical(c.buf)
	e.Hash = sha256.Sum256(c.buf)
	c.head = Head{Position: e.Position, Hash: e.Hash}
	return e
}
