package budget

// holds are the reservations that lapse, the first to lapse at the front: a binary heap that knows the place of each of
// its members, so that one can be taken out.
type holds []*reservation

func (h *holds) push(r *reservation) {
	*h = append(*h, r)
	r.place = len(*h)
	h.up(r.place)
}

// remove takes a reservation out; it need not be in.
func (h *holds) remove(r *reservation) {
	at := r.place
	if at == 0 {
		return
	}
	last := len(*h)
	h.swap(at, last)
	(*h)[last-1] = nil
	*h = (*h)[:last-1]
	r.place = 0
	if at < last {
		h.down(at)
		h.up(at)
	}
}

// lapsed calls f for every member that has lapsed at an instant. It looks at no more than twice as many.
func (h *holds) lapsed(now int64, f func(*reservation)) {
	var visit func(place int)
	visit = func(place int) {
		if place > len(*h) || (*h)[place-1].stands.expires > now {
			return
		}
		f((*h)[place-1])
		visit(2 * place)
		visit(2*place + 1)
	}
	visit(1)
}

func (h *holds) less(a, b int) bool { return (*h)[a-1].stands.expires < (*h)[b-1].stands.expires }

func (h *holds) swap(a, b int) {
	all := *h
	all[a-1], all[b-1] = all[b-1], all[a-1]
	all[a-1].place, all[b-1].place = a, b
}

func (h *holds) up(at int) {
	for at > 1 && h.less(at, at/2) {
		h.swap(at, at/2)
		at /= 2
	}
}

func (h *holds) down(at int) {
	for {
		first := at
		for _, child := range []int{2 * at, 2*at + 1} {
			if child <= len(*h) && h.less(child, first) {
				first = child
			}
		}
		if first == at {
			return
		}
		h.swap(at, first)
		at = first
	}
}
