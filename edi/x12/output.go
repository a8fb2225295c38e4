package x12

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

// output collects segments and hands them on in blocks. A segment is composed
// where it is to stand; until it is complete it can be dropped.
type output struct {
	to       io.Writer
	buf      []byte
	complete int   // bytes of buf that are complete segments
	err      error // of to, kept: what comes behind a gap is of no use
}

// begin returns what is kept, for a segment to be appended. What an earlier
// one left incomplete is dropped.
func (o *output) begin() []byte {
	if size := cap(o.buf); size < o.complete+spare {
		grown := make([]byte, o.complete, max(firstBlock, 2*size))
		copy(grown, o.buf)
		o.buf = grown
	}
	return o.buf[:o.complete]
}

// end takes what begin returned, with a complete segment appended.
func (o *output) end(buf []byte) error {
	if o.err != nil {
		return o.err
	}
	o.buf, o.complete = buf, len(buf)
	if o.complete+spare > fullBlock {
		return o.flush()
	}
	return nil
}

// flush hands on every complete segment.
func (o *output) flush() error {
	if o.err != nil || o.complete == 0 {
		return o.err
	}
	n, err := o.to.Write(o.buf[:o.complete])
	if err == nil && n < o.complete {
		err = io.ErrShortWrite
	}
	if err != nil {
		o.err = fmt.Errorf("x12: writing: %w", err)
	}
	o.complete = 0
	return o.err
}
