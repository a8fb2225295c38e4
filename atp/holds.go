package atp

// holds is a heap of the soft claims of a position, the one that expires first on top. Each line knows its place, so that
// a hold that is committed or released leaves at once.
type holds []hold

type hold struct {
	expires int64 // nanoseconds since 1970
	line    *line
}

func (h *holds) push(l *line, expires int64) {
	*h = append(*h, hold{expires, l})
	h.rise(len(*h) - 1)
}

// remove drops the hold of a line, if it has one.
func (h *holds) remove(l *line) {
	if l.held == 0 {
		return
	}
	i, last := int(l.held)-1, len(*h)-1
	l.held = 0
	moved := (*h)[last]
	(*h)[last] = hold{}
	*h = (*h)[:last]
	if i == last {
		return
	}
	(*h)[i] = moved
	h.sink(i)
	h.rise(int(moved.line.held) - 1)
}

// rise moves an entry up to its place.
func (h *holds) rise(i int) {
	s := *h
	e := s[i]
	for i > 0 {
		parent := (i - 1) / 2
		if s[parent].expires <= e.expires {
			break
		}
		h.set(i, s[parent])
		i = parent
	}
	h.set(i, e)
}

// sink moves an entry down to its place.
func (h *holds) sink(i int) {
	s := *h
	e := s[i]
	for {
		child := 2*i + 1
		if child >= len(s) {
			break
		}
		if child+1 < len(s) && s[child+1].expires < s[child].expires {
			child++
		}
		if e.expires <= s[child].expires {
			break
		}
		h.set(i, s[child])
		i = child
	}
	h.set(i, e)
}

func (h *holds) set(i int, e hold) {
	(*h)[i] = e
	e.line.held = int32(i) + 1
}

// any reports whether a hold has expired by an instant.
func (h *holds) any(instant int64) bool { return len(*h) > 0 && (*h)[0].expires <= instant }

// each calls f for the lines whose holds have expired by an instant, in no order.
func (h *holds) each(instant int64, f func(l *line)) { h.under(0, instant, f) }

func (h *holds) under(i int, instant int64, f func(l *line)) {
	if i >= len(*h) || (*h)[i].expires > instant {
		return
	}
	f((*h)[i].line)
	h.under(2*i+1, instant, f)
	h.under(2*i+2, instant, f)
}
