package transport

import (
	"context"
	"io"
	"time"
)

// File is something that arrived.
type File struct {
	// Key names this arrival: it is the same each time the file is handed over,
	// and another one for the next file, even one of the same name.
	Key string
	// Name is the file's name at its source, without directories.
	Name string
	// Source is the name of the source that it came through.
	Source string
	// From is the sender as far as the transport has proved who it is, such as
	// the AS2 identifier of a signed message. Empty: it cannot tell.
	From string
	// ContentType is the media type that the sender states. May be empty.
	ContentType string
	// Size in bytes; -1: not known.
	Size int64
	// Arrived is when it was taken in.
	Arrived time.Time
	// Body is the content, to be read before the handler returns.
	Body io.Reader
}

// Handler takes a file. What its error means is said in the package's doc. It
// may be called again for a file that it has taken, under the same key.
type Handler func(ctx context.Context, f File) error

// Source is where files are fetched from.
type Source interface {
	// Poll hands over every file that is ready, one after the other, and
	// returns how many were taken for good. A file that fails does not keep the
	// others waiting; the errors are joined. When ctx ends, Poll returns after
	// the file in hand.
	Poll(ctx context.Context, h Handler) (taken int, err error)
}

// Message is something to be sent.
type Message struct {
	// ID makes sending idempotent: the same message has the same ID whenever it
	// is sent, and no other message has it. Required.
	ID string
	// Name is the name of the file at the receiver. Required.
	Name string
	// ContentType is its media type, such as application/edi-x12; where it is
	// empty and the transport needs one, application/octet-stream.
	ContentType string
	// Data is the content.
	Data []byte
}

// Sink is where files are sent to.
type Sink interface {
	// Deliver returns nil when the message is with the receiver, durably as far
	// as the transport can tell. Delivering it again does no harm. An error that
	// will not go away is a [*RejectedError].
	Deliver(ctx context.Context, m Message) error
}
