package atp

import "math"

// total sums up a run of days: what comes in, what goes out, and the least net sum of any of its non-empty prefixes
// (none: the largest integer), from which the least balance follows.
type total struct {
	in, out, low int64
}

func emptyTotal() total { return total{low: math.MaxInt64} }

func (a total) net() int64 { return a.in - a.out }

// then is the total of run a followed by run b.
func (a total) then(b total) total {
	low := a.low
	if b.low != math.MaxInt64 {
		low = min(low, a.net()+b.low)
	}
	return total{in: a.in + b.in, out: a.out + b.out, low: low}
}

// rebuild makes the index anew; the number of blocks has changed.
func (t *timeline) rebuild() {
	if len(t.blocks) <= 1 {
		t.index, t.leaves = nil, 0
		return
	}
	leaves := 2
	for leaves < len(t.blocks) {
		leaves *= 2
	}
	if leaves != t.leaves {
		t.index, t.leaves = make([]total, 2*leaves), leaves
	}
	for i := range leaves {
		if i < len(t.blocks) {
			t.index[leaves+i] = t.blocks[i].sum
		} else {
			t.index[leaves+i] = emptyTotal()
		}
	}
	for i := leaves - 1; i >= 1; i-- {
		t.index[i] = t.index[2*i].then(t.index[2*i+1])
	}
}

// refresh carries the changed sums of a block to the root.
func (t *timeline) refresh(n int) {
	if t.index == nil {
		return
	}
	i := t.leaves + n
	t.index[i] = t.blocks[n].sum
	for i /= 2; i >= 1; i /= 2 {
		t.index[i] = t.index[2*i].then(t.index[2*i+1])
	}
}

// beforeBlock sums up the blocks before the n-th.
func (t *timeline) beforeBlock(n int) (in, out int64) {
	if t.index == nil {
		return 0, 0
	}
	for i := t.leaves + n; i > 1; i /= 2 {
		if i%2 == 1 {
			in += t.index[i-1].in
			out += t.index[i-1].out
		}
	}
	return in, out
}

// total sums up all days.
func (t *timeline) total() total {
	switch {
	case t.index != nil:
		return t.index[1]
	case len(t.blocks) == 1:
		return t.blocks[0].sum
	}
	return emptyTotal()
}

// between is the total of the blocks from i up to, not with, j.
func (t *timeline) between(i, j int) total {
	left, right := emptyTotal(), emptyTotal()
	for l, r := t.leaves+i, t.leaves+j; l < r; l, r = l/2, r/2 {
		if l%2 == 1 {
			left = left.then(t.index[l])
			l++
		}
		if r%2 == 1 {
			r--
			right = t.index[r].then(right)
		}
	}
	return left.then(right)
}

// blockBelow finds the last block from i up to, not with, j on one of whose days the balance is below quantity; -1 when
// there is none.
func (t *timeline) blockBelow(i, j int, opening, quantity int64) int {
	// The right ends of the range, from the right: nodes of growing size, then of shrinking size.
	l, r := t.leaves+i, t.leaves+j
	var left [64]int // nodes of the left edge, from left to right
	lefts := 0
	for ; l < r; l, r = l/2, r/2 {
		if l%2 == 1 {
			left[lefts] = l
			lefts++
			l++
		}
		if r%2 == 1 {
			r--
			if leaf := t.descend(r, opening, quantity); leaf >= 0 {
				return leaf
			}
		}
	}
	for lefts--; lefts >= 0; lefts-- {
		if leaf := t.descend(left[lefts], opening, quantity); leaf >= 0 {
			return leaf
		}
	}
	return -1
}

// descend finds the last block under a node of the index on one of whose days the balance is below quantity; -1 when
// there is none.
func (t *timeline) descend(node int, opening, quantity int64) int {
	balance := opening
	for i := node; i > 1; i /= 2 {
		if i%2 == 1 {
			balance += t.index[i-1].net()
		}
	}
	below := func(n int, balance int64) bool {
		low := t.index[n].low
		return low != math.MaxInt64 && balance+low < quantity
	}
	if !below(node, balance) {
		return -1
	}
	for node < t.leaves {
		after := balance + t.index[2*node].net()
		if below(2*node+1, after) {
			node, balance = 2*node+1, after
		} else {
			node *= 2
		}
	}
	return node - t.leaves
}
