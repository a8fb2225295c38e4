package pricing

// waterfalls is where the entries of a request are booked: in the memory that the
// result takes, at the place where they will stand. Each line has room for as many
// as those of the request before had; a line that needs more gets it from the
// spare.
type waterfalls struct {
	order []Entry // of the order; those of a line are in its state
	spare []Entry

	expect      int // entries of a line
	expectOrder int // and of the order
}

// begin makes room for the order and the lines.
func (w *waterfalls) begin(lines []lineState) {
	block := make([]Entry, w.expectOrder+w.expect*len(lines))
	w.order, block = block[:0:w.expectOrder], block[w.expectOrder:]
	for i := range lines {
		lines[i].entries, block = block[:0:w.expect], block[w.expect:]
	}
}

// wider returns the entries with room for more.
func (w *waterfalls) wider(run []Entry, lines int) []Entry {
	size := max(2*cap(run), 4)
	if len(w.spare) < size {
		w.spare = make([]Entry, size*(1+lines/16))
	}
	next := w.spare[:len(run):size]
	w.spare = w.spare[size:]
	copy(next, run)
	return next
}

// end learns how much room a request of the kind needs: that of the line with the
// most entries, unless it would stand empty in too many of the others.
func (w *waterfalls) end(lines []lineState) {
	w.expectOrder = len(w.order)
	if len(lines) == 0 {
		return
	}
	most, sum := 0, 0
	for i := range lines {
		n := len(lines[i].entries)
		most, sum = max(most, n), sum+n
	}
	w.expect = most
	if most*len(lines) > sum+sum/4 {
		w.expect = (sum + len(lines) - 1) / len(lines)
	}
}

// clear forgets the entries, which are the result's.
func (w *waterfalls) clear() { w.order, w.spare = nil, nil }

// add adds an entry for the line; -1: for the order.
func (c *calculation) add(e *Entry, i int) {
	run := &c.booked.order
	if i >= 0 {
		run = &c.lines[i].entries
	}
	if len(*run) == cap(*run) {
		*run = c.booked.wider(*run, len(c.lines))
	}
	*run = append(*run, *e)
}
