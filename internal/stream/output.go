// Package stream moves the bytes of an interchange: Window is the part of one that a
// reader holds, Output what a writer has not handed on yet.
package stream

import (
	"fmt"
	"io"
)

const (
	// firstBlock holds a short document, such as an acknowledgement, whole.
	firstBlock = 1 << 10
	// fullBlock is what is handed on at a time.
	fullBlock = 64 << 10
	// spare is kept free behind what is composed: most segments fit.
	spare = 256
)

// Output collects segments and hands them on in blocks. A segment is composed
// where it is to stand; until it is complete it can be dropped.
type Output struct {
	to       io.Writer
	buf      []byte
	complete int   // bytes of buf that are complete segments
	err      error // of to, kept: what comes behind a gap is of no use
}

// NewOutput returns one that hands on to a writer.
func NewOutput(to io.Writer) Output { return Output{to: to} }

// Begin returns what is kept, for a segment to be appended. What an earlier
// one left incomplete is dropped.
func (o *Output) Begin() []byte {
	if size := cap(o.buf); size < o.complete+spare {
		grown := make([]byte, o.complete, max(firstBlock, 2*size))
		copy(grown, o.buf)
		o.buf = grown
	}
	return o.buf[:o.complete]
}

// End takes what Begin returned, with a complete segment appended.
func (o *Output) End(buf []byte) error {
	if o.err != nil {
		return o.err
	}
	o.buf, o.complete = buf, len(buf)
	if o.complete+spare > fullBlock {
		return o.Flush()
	}
	return nil
}

// Flush hands on every complete segment.
func (o *Output) Flush() error {
	if o.err != nil || o.complete == 0 {
		return o.err
	}
	n, err := o.to.Write(o.buf[:o.complete])
	if err == nil && n < o.complete {
		err = io.ErrShortWrite
	}
	if err != nil {
		o.err = fmt.Errorf("writing: %w", err)
	}
	o.complete = 0
	return o.err
}
