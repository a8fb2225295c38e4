package mapping

import (
	"github.com/o2ckit/o2c/edi/x12"
)

// levelKind is what a level of an 856 tells of.
type levelKind uint8

const (
	otherLevel levelKind = iota
	shipmentLevel
	orderLevel
	tareLevel
	packLevel
	itemLevel
)

// kindOf translates a hierarchical level code (X12 element 735).
func kindOf(code string) levelKind {
	switch code {
	case "S":
		return shipmentLevel
	case "O":
		return orderLevel
	case "T":
		return tareLevel
	case "P":
		return packLevel
	case "I":
		return itemLevel
	}
	return otherLevel
}

// level is one HL of an 856.
type level struct {
	kind levelKind
	context
}

// context is what a level passes on to those below it: the place, from 1, of its
// order, store, package and item; 0: there is none.
type context struct {
	order, store, pack, item int
	storeRank                int // how well the level itself names its store
}

// hierarchy finds the level that another one stands below, in a time that does not
// depend on how many there are.
type hierarchy struct {
	levels  []level
	numbers map[string]int // of levels, by HL01
	ranks   map[string]int // of codes: that of a level is below those of its parents
	last    []int          // place of the last level of a rank, from 1
}

// mostRanks bounds the codes of levels that are told apart.
const mostRanks = 32

// structureOf is the order of levels that a structure code (X12 element 1005) names.
func structureOf(code string) []string {
	switch code {
	case "0001":
		return []string{"S", "O", "T", "P", "I"}
	case "0002":
		return []string{"S", "O", "I", "T", "P"}
	case "0003":
		return []string{"S", "T", "P", "O", "I"}
	case "0004":
		return []string{"S", "O", "I"}
	}
	return nil
}

// ranksOf gives each code of a level its rank: as BSN05 has it if that names all of
// them, else in the order in which they appear.
func ranksOf(set *x12.Set) map[string]int {
	var stated []string
	appear := make(map[string]int)
	for _, s := range set.Body() {
		switch s.ID() {
		case "BSN":
			stated = structureOf(s.Value(5))
		case "HL":
			if _, seen := appear[s.Value(3)]; !seen && len(appear) < mostRanks {
				appear[s.Value(3)] = len(appear)
			}
		}
	}
	ranks := make(map[string]int, len(stated))
	for i, code := range stated {
		ranks[code] = i
	}
	for code := range appear {
		if _, named := ranks[code]; !named {
			return appear
		}
	}
	return ranks
}

// rank is that of a code.
func (h *hierarchy) rank(code string) int {
	if r, known := h.ranks[code]; known {
		return r
	}
	return mostRanks
}

// add puts a level behind the others.
func (h *hierarchy) add(number, code string, l level) {
	h.levels = append(h.levels, l)
	if h.numbers == nil {
		h.numbers, h.last = make(map[string]int), make([]int, mostRanks+1)
	}
	h.numbers[number] = len(h.levels) - 1
	h.last[h.rank(code)] = len(h.levels)
}

// above is the place of the last level of a higher kind than one of the code; below 0:
// there is none.
func (h *hierarchy) above(code string) int {
	found := 0
	for _, at := range h.last[:min(h.rank(code), len(h.last))] {
		found = max(found, at)
	}
	return found - 1
}
