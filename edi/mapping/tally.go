package mapping

import (
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// tally adds up what is told of lines, by line.
type tally struct {
	sums     []quantity.Quantity
	byID     map[string]int
	byNumber map[order.ItemIdentifier]int
}

// several stands for the place of an item number that more than one line has.
const several = -2

func newTally(lines int) *tally {
	return &tally{
		sums: make([]quantity.Quantity, 0, lines), byID: make(map[string]int, lines), byNumber: make(map[order.ItemIdentifier]int, lines),
	}
}

// expect adds a line. The first of a number counts.
func (t *tally) expect(id string, numbers []order.ItemIdentifier) {
	at := len(t.sums)
	t.sums = append(t.sums, quantity.Quantity{})
	if _, known := t.byID[id]; !known && id != "" {
		t.byID[id] = at
	}
	for _, n := range numbers {
		if before, known := t.byNumber[n]; known && before != at {
			t.byNumber[n] = several
		} else {
			t.byNumber[n] = at
		}
	}
}

// find is the place of a line by its number, or without one by an item number that
// only one line has; below 0: it has none.
func (t *tally) find(id string, numbers []order.ItemIdentifier) int {
	if id != "" {
		if at, known := t.byID[id]; known {
			return at
		}
		return -1
	}
	found := -1
	for _, n := range numbers {
		at, known := t.byNumber[n]
		switch {
		case !known:
		case at == several || found >= 0 && found != at:
			return -1
		default:
			found = at
		}
	}
	return found
}

// add counts a quantity of a line; false: it cannot be added to what was counted.
func (t *tally) add(at int, q quantity.Quantity) bool {
	if t.sums[at].Unit() == 0 {
		t.sums[at] = q
		return true
	}
	sum, err := t.sums[at].Add(q)
	if err == nil {
		t.sums[at] = sum
	}
	return err == nil
}

// compare gives what was counted of a line, and whether it is less or more than what
// is wanted.
func (t *tally) compare(at int, want quantity.Quantity) (got quantity.Quantity, c int, alike bool) {
	got = t.sums[at]
	if got.Unit() == 0 {
		got = quantity.New(0, want.Unit())
	}
	c, err := got.Cmp(want)
	return got, c, err == nil
}
