package edisample

import (
	"io"
	"runtime"
)

// Repeat gives a text again and again, so many bytes in all.
func Repeat(text string, size int64) io.Reader {
	return io.LimitReader(&endless{text: text}, size)
}

type endless struct {
	text string
	at   int
}

func (e *endless) Read(p []byte) (n int, err error) {
	for n < len(p) {
		c := copy(p[n:], e.text[e.at:])
		n, e.at = n+c, (e.at+c)%len(e.text)
	}
	return n, nil
}

// Heap watches the memory that is in use while something is read through it.
type Heap struct {
	source io.Reader
	every  int64 // bytes between two looks
	before uint64
	most   uint64
	read   int64
	next   int64
}

// NewHeap watches the memory of what reads the source. It looks every so many bytes;
// a look collects garbage first.
func NewHeap(source io.Reader, every int64) *Heap {
	h := &Heap{source: source, every: every}
	h.before = inUse()
	return h
}

// Read reads the source.
func (h *Heap) Read(p []byte) (int, error) {
	if h.read >= h.next {
		h.most = max(h.most, inUse())
		h.next = h.read + h.every
	}
	n, err := h.source.Read(p)
	h.read += int64(n)
	return n, err
}

// Most returns the most memory that was in use beyond that at the beginning, in bytes.
func (h *Heap) Most() int64 { return max(0, int64(h.most)-int64(h.before)) }

// inUse is what is in use, without what has yet to be collected.
func inUse() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}
