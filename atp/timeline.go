package atp

import "github.com/o2ckit/o2c/kernel/calendar"

// blockSize is how many days a block holds before it is split. Up to one block the timeline is a sorted slice; beyond
// it an index of sums and minima stands over the blocks, so that an answer costs a scan of two blocks and a walk down
// the index. The size was chosen by BenchmarkATP: smaller blocks make the index walk dominate, larger ones the scan.
const blockSize = 32

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

	// The memory of the first block and its first days. Most items never need more, and what an operation touches then
	// lies together. So a timeline stays where it is.
	first [1]block
	few   [2]bucket
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
		t.blocks = append(t.first[:0], block{days: append(t.few[:0], bucket{day: day, in: in, out: out})})
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
	end := t.upTo(last)
	if end > n+1 {
		sum := t.between(n+1, end)
		least = min(least, balance+sum.low)
		balance += sum.net()
	}
	if end > n && end < len(t.blocks) { // its days lie partly after last
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

// upTo gives the number of the first block that may have days after last; the number of blocks when none has.
func (t *timeline) upTo(last calendar.Date) int {
	days := t.blocks[len(t.blocks)-1].days
	if !days[len(days)-1].day.After(last) {
		return len(t.blocks)
	}
	return t.block(last)
}

// settled gives the first day from first to last on which, and on every later day up to last, the balance is at least
// quantity. It is no date when the balance on the last day is below.
func (t *timeline) settled(first, last calendar.Date, opening, quantity int64) calendar.Date {
	if len(t.blocks) == 0 {
		if opening >= quantity {
			return first
		}
		return calendar.Date{}
	}
	var next calendar.Date
	if n, i := t.lastBelow(first, last, opening, quantity); i >= 0 {
		next = t.after(n, i)
	} else if t.least(first, first, opening) >= quantity {
		return first
	} else {
		next = t.next(first)
	}
	if next.After(last) {
		return calendar.Date{}
	}
	return next
}

// lastBelow finds the last day after first and not after last whose balance is below quantity: its block and its place
// there, which is -1 when there is none.
func (t *timeline) lastBelow(first, last calendar.Date, opening, quantity int64) (n, i int) {
	n, end := t.block(first), t.upTo(last)
	at := -1
	switch {
	case t.index == nil:
	case end == len(t.blocks):
		at = t.descend(1, opening, quantity)
	default:
		if i := t.scanBelow(end, first, last, opening, quantity); i >= 0 || end == n {
			return end, i
		}
		at = t.blockBelow(n+1, end, opening, quantity)
	}
	if at > n {
		return at, t.scanBelow(at, first, last, opening, quantity)
	}
	return n, t.scanBelow(n, first, last, opening, quantity)
}

// scanBelow is lastBelow within one block.
func (t *timeline) scanBelow(n int, first, last calendar.Date, opening, quantity int64) int {
	in, out := t.beforeBlock(n)
	balance := opening + in - out
	below := -1
	days := t.blocks[n].days
	for i := range days {
		if days[i].day.After(last) {
			break
		}
		balance += days[i].in - days[i].out
		if balance < quantity && days[i].day.After(first) {
			below = i
		}
	}
	return below
}

// next gives the first day after day on which anything happens; no date when there is none.
func (t *timeline) next(day calendar.Date) calendar.Date {
	if len(t.blocks) == 0 {
		return calendar.Date{}
	}
	n := t.block(day)
	b := &t.blocks[n]
	i := b.find(day)
	if i == len(b.days) || b.days[i].day != day {
		i--
	}
	return t.after(n, i)
}

// after gives the day that follows the i-th of a block; no date when there is none.
func (t *timeline) after(n, i int) calendar.Date {
	switch {
	case i+1 < len(t.blocks[n].days):
		return t.blocks[n].days[i+1].day
	case n+1 < len(t.blocks):
		return t.blocks[n+1].days[0].day
	}
	return calendar.Date{}
}
