package atp

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
)

// Share is a demand that takes part in a fair share.
type Share struct {
	ID      string // settles ties, bytewise; unique
	Open    int64  // what is wanted, 0 to MaxQuantity
	Minimum int64  // what is guaranteed, 0 to MaxQuantity; rounded up to packs, at most what is wanted
}

// FairShare divides supply that does not suffice. First each demand gets its guaranteed minimum, in the order given
// where supply falls short of the minima. The rest goes in proportion to what is still open, rounded down; what
// rounding leaves goes, a pack at a time, to the largest remainders, ties by id. Only whole packs are given, and each
// demand is rounded down to packs first; a pack of 0 or 1 means single units. Parts are in the order of the shares; left
// is what nobody gets.
//
// There are at most a million shares. The error is a *RequestError for quantities out of range, for more shares than that,
// and for ids that are not unique.
func FairShare(supply, pack int64, shares []Share) (parts []int64, left int64, err error) {
	divided, left, err := divide(supply, pack, shares)
	if err != nil {
		return nil, 0, err
	}
	parts = make([]int64, len(shares))
	for i, d := range divided {
		parts[i] = d.guaranteed + d.proportion + d.remainder
	}
	return parts, left, nil
}

// divided is what a share gets, and by which part of the rule, in base units.
type divided struct {
	guaranteed, proportion int64
	remainder              int64 // a pack or nothing
	rest                   bool  // rounding down took something away
}

// divide is FairShare with the reasons.
func divide(supply, pack int64, shares []Share) (parts []divided, left int64, err error) {
	if err := checkShares(supply, pack, shares); err != nil {
		return nil, 0, err
	}
	pack = max(pack, 1)
	packs := supply / pack
	parts = make([]divided, len(shares))
	open := make([]int64, len(shares))
	for i, s := range shares {
		wanted := s.Open / pack
		n := min((s.Minimum+pack-1)/pack, wanted, packs)
		packs -= n
		parts[i].guaranteed = n * pack
		open[i] = wanted - n
	}
	floors, more, rest := proportional(packs, open, shares)
	for i, n := range floors {
		parts[i].proportion, parts[i].rest = n*pack, rest[i]
		packs -= n
		if more[i] {
			parts[i].remainder = pack
			packs--
		}
	}
	return parts, packs*pack + supply%pack, nil
}

func checkShares(supply, pack int64, shares []Share) error {
	fail := func(field, reason string) error { return &RequestError{Op: "fair share", Field: field, Reason: reason} }
	switch {
	case supply < 0 || supply > MaxQuantity:
		return fail("supply", "is not from 0 to MaxQuantity")
	case pack < 0 || pack > MaxQuantity:
		return fail("pack", "is not from 0 to MaxQuantity")
	case len(shares) > 1_000_000:
		return fail("shares", "are more than a million")
	}
	seen := make(map[string]bool, len(shares))
	for i, s := range shares {
		switch {
		case s.Open < 0 || s.Open > MaxQuantity:
			return fail(fmt.Sprintf("shares[%d].Open", i), "is not from 0 to MaxQuantity")
		case s.Minimum < 0 || s.Minimum > MaxQuantity:
			return fail(fmt.Sprintf("shares[%d].Minimum", i), "is not from 0 to MaxQuantity")
		case seen[s.ID]:
			return fail(fmt.Sprintf("shares[%d].ID", i), "is given twice")
		}
		seen[s.ID] = true
	}
	return nil
}

// proportional gives each its part of n by what it has open, rounded down, and says which get one more, by largest
// remainder, and which have a remainder at all.
func proportional(n int64, open []int64, shares []Share) (parts []int64, more, rest []bool) {
	more, rest = make([]bool, len(open)), make([]bool, len(open))
	var total int64 // a million times MaxQuantity fits
	for _, o := range open {
		total += o
	}
	if n >= total {
		return open, more, rest
	}
	parts = make([]int64, len(open))
	remainder := make([]uint64, len(open))
	order := make([]int, len(open))
	left := n
	for i, o := range open {
		order[i] = i
		hi, lo := bits.Mul64(uint64(n), uint64(o))
		part, r := bits.Div64(hi, lo, uint64(total)) // n < total, so the quotient is below o
		parts[i], remainder[i], rest[i] = int64(part), r, r > 0
		left -= parts[i]
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(remainder[b], remainder[a]), cmp.Compare(shares[a].ID, shares[b].ID))
	})
	for _, i := range order[:left] {
		more[i] = true
	}
	return parts, more, rest
}
