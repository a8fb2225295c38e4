package x12

import "io"

// windowSize is the buffer's first size; it grows only while one segment does
// not fit.
const windowSize = 64 << 10

// window is the part of the stream that is in memory: buf[lead:end], with
// everything before pos consumed. base is the offset of buf[0] in the stream.
type window struct {
	source         io.Reader
	buf            []byte
	lead, pos, end int
	base           int64
	err            error // of the source, kept; io.EOF at its end
}

// fill reads more of the stream behind end and tells whether anything came.
// It may move the window: indexes must be taken again, offsets from pos stay.
func (w *window) fill() bool {
	if w.err != nil {
		return false
	}
	if w.end == len(w.buf) && w.lead > 0 {
		copy(w.buf, w.buf[w.lead:w.end])
		w.base += int64(w.lead)
		w.pos -= w.lead
		w.end -= w.lead
		w.lead = 0
	}
	if w.end == len(w.buf) {
		grown := make([]byte, 2*len(w.buf))
		copy(grown, w.buf[:w.end])
		w.buf = grown
	}
	for range 100 {
		n, err := w.source.Read(w.buf[w.end:])
		w.end += n
		w.err = err
		if n > 0 {
			return true
		}
		if err != nil {
			return false
		}
	}
	w.err = io.ErrNoProgress
	return false
}

// need reads until n bytes lie in front, and tells whether they do.
func (w *window) need(n int) bool {
	for w.end-w.pos < n {
		if !w.fill() {
			return false
		}
	}
	return true
}

// failed tells whether the source ended with an error of its own.
func (w *window) failed() bool {
	return w.err != nil && w.err != io.EOF //nolint:errorlint // a reader returns io.EOF itself
}

// offset is that of pos in the stream.
func (w *window) offset() int64 { return w.base + int64(w.pos) }
