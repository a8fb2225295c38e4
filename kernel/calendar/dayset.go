package calendar

import (
	"math/bits"
	"sort"
)

// daySet is a set of day indexes from 0, with the counts that answer "how many before" and "which is the k-th" without
// walking over days.
type daySet struct {
	size  int
	words []uint64
	ranks []int32 // days in the words before this one; one more than words, so the last is the total
}

func newDaySet(size int) daySet {
	words := (size + 63) / 64
	return daySet{size: size, words: make([]uint64, words), ranks: make([]int32, words+1)}
}

func (s *daySet) add(i int)    { s.words[i/64] |= 1 << (i % 64) }
func (s *daySet) remove(i int) { s.words[i/64] &^= 1 << (i % 64) }

// count makes the ranks; it comes after the last add and remove.
func (s *daySet) count() {
	n := 0
	for i, w := range s.words {
		s.ranks[i] = int32(n)
		n += bits.OnesCount64(w)
	}
	s.ranks[len(s.words)] = int32(n)
}

func (s *daySet) has(i int) bool { return s.words[i/64]>>(i%64)&1 == 1 }

func (s *daySet) total() int { return int(s.ranks[len(s.words)]) }

// before counts the days of the set that are less than i, for i from 0 to size.
func (s *daySet) before(i int) int {
	if i >= s.size {
		return s.total()
	}
	return int(s.ranks[i/64]) + bits.OnesCount64(s.words[i/64]&(1<<(i%64)-1))
}

// at gives the k-th day of the set, for k from 0 to total-1.
func (s *daySet) at(k int) int {
	word := sort.Search(len(s.words), func(i int) bool { return int(s.ranks[i+1]) > k })
	w := s.words[word]
	for range k - int(s.ranks[word]) {
		w &= w - 1 // drop the lowest
	}
	return word*64 + bits.TrailingZeros64(w)
}
