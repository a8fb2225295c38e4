package money

import (
	"fmt"
	"math"
	"slices"

	"github.com/o2ckit/o2c/internal/exact"
)

// ApportionError reports a weight or a cap that nothing can be spread by.
type ApportionError struct {
	What   string // "weight" or "cap"
	Index  int
	Amount Amount
	Err    error // a *CurrencyError, ErrRange, or nil for a negative amount
}

// Error implements error.
func (e *ApportionError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("money: %s %d is %s: %v", e.What, e.Index, e.Amount, e.Err)
	}
	return fmt.Sprintf("money: %s %d is negative: %s", e.What, e.Index, e.Amount)
}

// Unwrap returns Err.
func (e *ApportionError) Unwrap() error { return e.Err }

// Apportion spreads total over the weights in minor units by largest remainder:
// each part is total x weight / sum of weights rounded down, and the units left
// over go to the largest remainders, ties to the lower index. The parts sum to
// total exactly; a negative total has negative parts; a zero weight gets zero.
//
//	10.00 over 50.00, 50.00, 50.00 is 3.34, 3.33, 3.33
//
// Weights are zero or positive and in the currency of total, or else an
// *ApportionError. A total with a fraction of a minor unit is ErrPrecision; a
// total that is not zero over weights that all are is ErrNoWeight.
func Apportion(total Amount, weights []Amount) ([]Amount, error) {
	parts, unplaced, err := ApportionAt(total, total.currency.Digits(), weights, nil)
	if err == nil && !unplaced.IsZero() {
		return nil, ErrNoWeight
	}
	return parts, err
}

// ApportionCapped is Apportion with a cap for each part: no part is larger in
// size than its cap, and what a capped part cannot take is spread again over the
// others by weight. What no part can take is returned as unplaced, so that parts
// and unplaced sum to total. There are as many caps as weights, zero or positive;
// a fraction of a minor unit in a cap is not used.
func ApportionCapped(total Amount, weights, caps []Amount) (parts []Amount, unplaced Amount, err error) {
	return ApportionAt(total, total.currency.Digits(), weights, capsOrNone(caps))
}

// ApportionAt is ApportionCapped in units of places decimal places (0 to
// MaxScale) instead of the minor unit. Nil caps are no caps.
func ApportionAt(total Amount, places int, weights, caps []Amount) (parts []Amount, unplaced Amount, err error) {
	units, err := unitsOf(total, places)
	if err != nil {
		return nil, Amount{}, err
	}
	lines, err := newLines(total, places, weights, caps)
	if err != nil {
		return nil, Amount{}, err
	}
	left := lines.spread(units)
	if parts, err = lines.amounts(total, places); err != nil {
		return nil, Amount{}, err
	}
	unplaced, err = amountOf(left, total, places)
	return parts, unplaced, err
}

// capsOrNone tells no caps for any line from caps that are not given.
func capsOrNone(caps []Amount) []Amount {
	if caps == nil {
		return []Amount{}
	}
	return caps
}

// lines is the state of one apportionment.
type lines struct {
	weights weights
	caps    []uint64 // in units; nil without caps
	parts   []uint64 // in units
	active  []int    // the lines that still take a share
}

func newLines(total Amount, places int, weighted, caps []Amount) (*lines, error) {
	if caps != nil && len(caps) != len(weighted) {
		return nil, ErrCaps
	}
	l := &lines{parts: make([]uint64, len(weighted)), active: make([]int, 0, len(weighted))}
	for i, w := range weighted {
		if err := checkShare("weight", i, w, total); err != nil {
			return nil, err
		}
		if !w.IsZero() {
			l.active = append(l.active, i)
		}
	}
	l.weights = newWeights(weighted)
	if caps == nil {
		return l, nil
	}
	l.caps = make([]uint64, len(caps))
	for i, c := range caps {
		if err := checkShare("cap", i, c, total); err != nil {
			return nil, err
		}
		l.caps[i] = wholeUnits(c, uint8(places))
	}
	return l, nil
}

// spread gives the units to the lines and returns what none of them can take. A
// line whose exact share is above its cap is given the cap and leaves; that only
// raises the other shares, so the order in which lines leave does not matter.
// Once no exact share is above its cap, none rounded up to a unit is.
func (l *lines) spread(units uint64) uint64 {
	for units > 0 && len(l.active) > 0 {
		l.weights.share(units, l.active, l.parts)
		taken, capped := l.settle()
		if !capped {
			l.roundUp(units)
			return 0
		}
		units -= taken
	}
	return units
}

// settle gives each active line whose exact share is above its cap that cap and
// takes it out. It returns the units taken and whether there was such a line.
func (l *lines) settle() (taken uint64, capped bool) {
	if l.caps == nil {
		return 0, false
	}
	kept := l.active[:0]
	for _, i := range l.active {
		if l.parts[i] < l.caps[i] || l.parts[i] == l.caps[i] && !l.weights.hasRemainder(i) {
			kept = append(kept, i)
			continue
		}
		l.parts[i] = l.caps[i]
		taken += l.caps[i]
		capped = true
	}
	l.active = kept
	return taken, capped
}

// roundUp gives the units that rounding down has left to the largest remainders.
func (l *lines) roundUp(units uint64) {
	for _, i := range l.active {
		units -= l.parts[i]
	}
	slices.SortStableFunc(l.active, func(i, j int) int { return l.weights.compareRemainders(j, i) })
	for _, i := range l.active[:units] {
		l.parts[i]++
	}
}

func (l *lines) amounts(total Amount, places int) ([]Amount, error) {
	amounts := make([]Amount, len(l.parts))
	for i, units := range l.parts {
		var err error
		if amounts[i], err = amountOf(units, total, places); err != nil {
			return nil, err
		}
	}
	return amounts, nil
}

// checkShare checks a weight or a cap against the total.
func checkShare(what string, index int, a, total Amount) error {
	_, err := commonCurrency(total, a)
	if err == nil && !a.inRange() {
		err = ErrRange
	}
	if err != nil || a.Sign() < 0 {
		return &ApportionError{What: what, Index: index, Amount: a, Err: err}
	}
	return nil
}

// unitsOf returns the size of total in units of places decimal places.
func unitsOf(total Amount, places int) (uint64, error) {
	if err := checkRounding(places, Down); err != nil {
		return 0, err
	}
	if !total.inRange() {
		return 0, ErrRange
	}
	d := total.Abs().dec().Reduce(uint8(places))
	if int(d.Scale) > places {
		return 0, fmt.Errorf("%w: %s at %d places", ErrPrecision, total, places)
	}
	d, ok := d.Rescale(uint8(places), Down)
	if !ok {
		return 0, ErrRange
	}
	return uint64(d.Coef), nil
}

// wholeUnits returns a cap in whole units. One beyond 63 bits caps nothing.
func wholeUnits(limit Amount, places uint8) uint64 {
	d, ok := limit.dec().Rescale(places, Down)
	if !ok {
		return math.MaxInt64
	}
	return uint64(d.Coef)
}

// amountOf returns units of places decimal places as an amount like total.
func amountOf(units uint64, total Amount, places int) (Amount, error) {
	d := exact.Dec{Coef: int64(units), Scale: uint8(places)}
	if total.Sign() < 0 {
		d = d.Neg()
	}
	return canonical(d, total.currency)
}
