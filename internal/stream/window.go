package stream

import "io"

// windowSize is the buffer's first size; it grows only while one segment does
// not fit.
const windowSize = 64 << 10

// Window is the part of the stream that is in memory: Buf[Lead:End], with
// everything before Pos consumed. Base is the offset of Buf[0] in the stream.
type Window struct {
	source         io.Reader
	Buf            []byte
	Lead, Pos, End int
	Base           int64
	Err            error // of the source, kept; io.EOF at its end
}

// NewWindow returns an empty window of the source.
func NewWindow(source io.Reader) Window {
	return Window{source: source, Buf: make([]byte, windowSize)}
}

// Fill reads more of the stream behind End and tells whether anything came.
// It may move the window: indexes must be taken again, offsets from Pos stay.
func (w *Window) Fill() bool {
	if w.Err != nil {
		return false
	}
	if w.End == len(w.Buf) && w.Lead > 0 {
		copy(w.Buf, w.Buf[w.Lead:w.End])
		w.Base += int64(w.Lead)
		w.Pos -= w.Lead
		w.End -= w.Lead
		w.Lead = 0
	}
	if w.End == len(w.Buf) {
		grown := make([]byte, 2*len(w.Buf))
		copy(grown, w.Buf[:w.End])
		w.Buf = grown
	}
	for range 100 {
		n, err := w.source.Read(w.Buf[w.End:])
		w.End += n
		w.Err = err
		if n > 0 {
			return true
		}
		if err != nil {
			return false
		}
	}
	w.Err = io.ErrNoProgress
	return false
}

// Need reads until n bytes lie in front, and tells whether they do.
func (w *Window) Need(n int) bool {
	for w.End-w.Pos < n {
		if !w.Fill() {
			return false
		}
	}
	return true
}

// Failed tells whether the source ended with an error of its own.
func (w *Window) Failed() bool {
	return w.Err != nil && w.Err != io.EOF //nolint:errorlint // a reader returns io.EOF itself
}

// Offset is that of Pos in the stream.
func (w *Window) Offset() int64 { return w.Base + int64(w.Pos) }
