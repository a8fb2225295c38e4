package atp

// holds is a heap of the soft claims of a position, the one that expires first on top. A hold that was committed,
// released or taken back stays until it surfaces or until dead ones make up half of the heap.
type holds struct {
	heap []hold
	dead int
}

type hold struct {
	expires int64 // nanoseconds since 1970
	line    *line
}

func (h *holds) push(l *line, expires int64) {
	l.held = true
	h.heap = append(h.heap, hold{expires, l})
	for i := len(h.heap) - 1; i > 0; {
		parent := (i - 1) / 2
		if h.heap[parent].expires <= h.heap[i].expires {
			break
		}
		h.heap[parent], h.heap[i] = h.heap[i], h.heap[parent]
		i = parent
	}
}

// pop drops the top.
func (h *holds) pop() {
	last := len(h.heap) - 1
	h.heap[0] = h.heap[last]
	h.heap[last] = hold{}
	h.heap = h.heap[:last]
	h.sink(0)
}

func (h *holds) sink(i int) {
	for {
		first := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(h.heap); child++ {
			if h.heap[child].expires < h.heap[first].expires {
				first = child
			}
		}
		if first == i {
			return
		}
		h.heap[i], h.heap[first] = h.heap[first], h.heap[i]
		i = first
	}
}

// forget notes that a line is no longer held.
func (h *holds) forget(l *line) {
	if !l.held {
		return
	}
	l.held = false
	if h.dead++; 2*h.dead > len(h.heap) {
		live := h.heap[:0]
		for _, e := range h.heap {
			if e.line.held {
				live = append(live, e)
			}
		}
		clear(h.heap[len(live):])
		h.heap, h.dead = live, 0
		for i := len(live)/2 - 1; i >= 0; i-- {
			h.sink(i)
		}
	}
}

// any reports whether a hold has expired by now; cheap.
func (h *holds) any(now int64) bool { return len(h.heap) > 0 && h.heap[0].expires <= now }

// each calls f for the held lines that have expired by now, in no order.
func (h *holds) each(now int64, f func(l *line)) { h.under(0, now, f) }

func (h *holds) under(i int, now int64, f func(l *line)) {
	if i >= len(h.heap) || h.heap[i].expires > now {
		return
	}
	if h.heap[i].line.held {
		f(h.heap[i].line)
	}
	h.under(2*i+1, now, f)
	h.under(2*i+2, now, f)
}

// sweep drops what has expired by now and calls f for the lines that were still held.
func (h *holds) sweep(now int64, f func(l *line)) {
	for h.any(now) {
		l := h.heap[0].line
		h.pop()
		if !l.held {
			h.dead--
			continue
		}
		l.held = false
		f(l)
	}
}
