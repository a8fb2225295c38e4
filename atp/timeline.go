package atp

import (
	"math"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// blockSize is how many days a block holds before it is split. Up to one block the timeline is a sorted slice; beyond
// it an index of sums and minima stands over the blocks, so that an answer costs a scan of two blocks and a walk down
// the index. The size was chosen by BenchmarkATP: smaller blocks make the index walk dominate, larger ones the scan.
const blockSize = 64

// timeline holds the dated supply and demand of one item at one site: for each day with any, how much comes in and
// how much is claimed. Opening stock is not part of it; the caller adds it as the opening balance.
//
// The balance of a day is opening + all in - all out up to and with that day. The methods below answer the two
// questions that promising needs, the least balance of a stretch of days and the last day of a stretch whose balance is
// below a quantity, in O(log n).
type timeline struct {
	blocks []block
	index  []total // a complete binary tree over the blocks, root at 1; nil while there is one block
	leaves int     // a power of two, >= len(blocks)
}

// bucket is one day.
type bucket struct {
	day     calendar.Date
	in, out int64
}

// block is a run of days in order, with its sums.
type block struct {
	days []bucket
	sum  total
}

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

func (b *block) resum() {
	sum := emptyTotal()
	var net int64
	for i := range b.days {
		d := &b.days[i]
		sum.in += d.in
		sum.out += d.out
		net += d.in - d.out
		sum.low = min(sum.low, net)
	}
	b.sum = sum
}

// find gives the place of the first day in the block that is not before day.
func (b *block) find(day calendar.Date) int {
	lo, hi := 0, len(b.days)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if b.days[mid].day.Before(day) {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// block gives the number of the last block that begins on or before day; 0 when none does.
func (t *timeline) block(day calendar.Date) int {
	lo, hi := 0, len(t.blocks)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if t.blocks[mid].days[0].day.After(day) {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return max(lo-1, 0)
}

// add changes a day by amounts that may be negative. A day that comes to nothing is kept, so that taking a claim away
// for the length of a question moves no memory; prune drops it.
func (t *timeline) add(day calendar.Date, in, out int64) {
	if len(t.blocks) == 0 {
		t.blocks = []block{{days: []bucket{{day: day, in: in, out: out}}}}
		t.blocks[0].resum()
		return
	}
	n := t.block(day)
	b := &t.blocks[n]
	i := b.find(day)
	if i < len(b.days) && b.days[i].day == day {
		b.days[i].in += in
		b.days[i].out += out
		b.resum()
		t.refresh(n)
		return
	}
	b.days = append(b.days, bucket{})
	copy(b.days[i+1:], b.days[i:])
	b.days[i] = bucket{day: day, in: in, out: out}
	if len(b.days) > blockSize {
		t.split(n)
		return
	}
	b.resum()
	t.refresh(n)
}

// prune drops a day on which nothing is left.
func (t *timeline) prune(day calendar.Date) {
	if len(t.blocks) == 0 {
		return
	}
	n := t.block(day)
	b := &t.blocks[n]
	i := b.find(day)
	if i == len(b.days) || b.days[i] != (bucket{day: day}) {
		return
	}
	b.days = append(b.days[:i], b.days[i+1:]...)
	if len(b.days) == 0 {
		t.blocks = append(t.blocks[:n], t.blocks[n+1:]...)
		t.rebuild()
		return
	}
	b.resum()
	t.refresh(n)
}

// split halves a full block. Days are mostly added at the end, so the later half gets room to grow.
func (t *timeline) split(n int) {
	half := len(t.blocks[n].days) / 2
	late := make([]bucket, len(t.blocks[n].days)-half, blockSize+1)
	copy(late, t.blocks[n].days[half:])
	t.blocks[n].days = t.blocks[n].days[:half]
	t.blocks = append(t.blocks, block{})
	copy(t.blocks[n+2:], t.blocks[n+1:])
	t.blocks[n+1] = block{days: late}
	t.blocks[n].resum()
	t.blocks[n+1].resum()
	t.rebuild()
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

// before sums up the days before day.
func (t *timeline) before(day calendar.Date) (in, out int64) {
	if len(t.blocks) == 0 {
		return 0, 0
	}
	n := t.block(day)
	in, out = t.beforeBlock(n)
	for i := range t.blocks[n].days {
		d := &t.blocks[n].days[i]
		if !d.day.Before(day) {
			break
		}
		in += d.in
		out += d.out
	}
	return in, out
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

// least is the lowest balance on any day from first to last, where opening is the balance before all days.
func (t *timeline) least(first, last calendar.Date, opening int64) int64 {
	if len(t.blocks) == 0 {
		return opening
	}
	n := t.block(first)
	in, out := t.beforeBlock(n)
	balance := opening + in - out
	days := t.blocks[n].days
	i := 0
	for ; i < len(days) && !days[i].day.After(first); i++ {
		balance += days[i].in - days[i].out
	}
	least := balance // of the first day itself
	for ; i < len(days); i++ {
		if days[i].day.After(last) {
			return least
		}
		balance += days[i].in - days[i].out
		least = min(least, balance)
	}
	if n+1 == len(t.blocks) {
		return least
	}
	end := t.block(last) // its days may lie partly after last, those of the blocks before do not
	if end > n+1 {
		sum := t.between(n+1, end)
		least = min(least, balance+sum.low)
		balance += sum.net()
	}
	if end > n {
		for _, d := range t.blocks[end].days {
			if d.day.After(last) {
				break
			}
			balance += d.in - d.out
			least = min(least, balance)
		}
	}
	return least
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

// settled gives the first day from first to last on which, and on every later day up to last, the balance is at least
// quantity. It is no date when the balance on the last day is below.
func (t *timeline) settled(first, last calendar.Date, opening, quantity int64) calendar.Date {
	below := t.lastBelow(first, last, opening, quantity)
	if below.IsZero() {
		if t.least(first, first, opening) >= quantity {
			return first
		}
		below = first
	}
	if day := t.next(below); !day.After(last) {
		return day
	}
	return calendar.Date{}
}

// lastBelow finds the last day after first and not after last whose balance is below quantity; no date when there is
// none.
func (t *timeline) lastBelow(first, last calendar.Date, opening, quantity int64) calendar.Date {
	if len(t.blocks) == 0 {
		return calendar.Date{}
	}
	n, end := t.block(first), t.block(last)
	if day := t.scanBelow(end, first, last, opening, quantity); !day.IsZero() || end == n {
		return day
	}
	if at := t.blockBelow(n+1, end, opening, quantity); at >= 0 {
		return t.scanBelow(at, first, last, opening, quantity)
	}
	return t.scanBelow(n, first, last, opening, quantity)
}

// scanBelow is lastBelow within one block.
func (t *timeline) scanBelow(n int, first, last calendar.Date, opening, quantity int64) (below calendar.Date) {
	in, out := t.beforeBlock(n)
	balance := opening + in - out
	days := t.blocks[n].days
	for i := range days {
		if days[i].day.After(last) {
			break
		}
		balance += days[i].in - days[i].out
		if balance < quantity && days[i].day.After(first) {
			below = days[i].day
		}
	}
	return below
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

// next gives the first day after day on which anything happens; no date when there is none.
func (t *timeline) next(day calendar.Date) calendar.Date {
	if len(t.blocks) == 0 {
		return calendar.Date{}
	}
	n := t.block(day)
	b := &t.blocks[n]
	i := b.find(day)
	if i < len(b.days) && b.days[i].day == day {
		i++
	}
	if i < len(b.days) {
		return b.days[i].day
	}
	if n+1 < len(t.blocks) {
		return t.blocks[n+1].days[0].day
	}
	return calendar.Date{}
}
