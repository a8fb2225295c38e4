package shipping

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/o2ckit/o2c/kernel/quantity"
)

// MaxCartons is the largest number of cartons in a shipment. So many still fit
// one event of the journal.
const MaxCartons = 5000

// Numbers gives out carton numbers, each once. [Log] does; a host that keeps
// its numbers elsewhere brings its own.
type Numbers interface {
	// Next returns a code that was never given out. It need not be the next:
	// gaps do no harm.
	Next() (SSCC, error)
}

// Packing says how to pack.
type Packing struct {
	// Numbers numbers the cartons. Required.
	Numbers Numbers
	// NoMix gives every line cartons of its own.
	NoMix bool
}

// Plan packs the lines of the request: as many full cartons of each line as it
// fills, in the order of the lines, and then the remainders, each into the
// first carton that has room for it. Room is counted in parts of a full carton:
// 6 of 12 and 5 of 10 fill a carton together. The same request is always packed
// in the same way.
//
// A request with findings that block, or with more than [MaxCartons], is an
// [*InvalidError]; then no carton number was used. Warnings are those of
// [Request.Validate]. An error of Packing.Numbers comes back as it is.
func Plan(r Request, p Packing) (Shipment, error) {
	found := r.Validate()
	if p.Numbers == nil {
		found.Block("shipping.numbers.missing", "", "nothing numbers the cartons", "give Packing.Numbers, such as a Log")
	}
	if found.Blocks() {
		return Shipment{}, &InvalidError{Shipment: r.ID, Findings: found}
	}
	packed, err := pack(r.Lines, p.NoMix)
	if err != nil {
		return Shipment{}, err
	}
	if packed == nil {
		found.Block("shipping.cartons", "lines", fmt.Sprintf("the shipment takes more than %d cartons", MaxCartons),
			"divide it into several shipments")
		return Shipment{}, &InvalidError{Shipment: r.ID, Findings: found}
	}
	r.Lines = slices.Clone(r.Lines)
	s := Shipment{Request: r, Cartons: packed}
	if err := s.weigh(); err != nil {
		return Shipment{}, err
	}
	for i := range s.Cartons {
		s.Cartons[i].Number = i + 1
		if s.Cartons[i].SSCC, err = p.Numbers.Next(); err != nil {
			return Shipment{}, err
		}
	}
	return s, s.Check()
}

// remainder is what is left of a line after its full cartons.
type remainder struct {
	content Content
	// share is the part of a carton that it fills; nil: not known.
	share *big.Rat
	noMix bool
}

// pack puts the lines into cartons without numbers; nil: too many.
func pack(lines []Line, noMix bool) ([]Carton, error) {
	var cartons []Carton
	var rests []remainder
	for i := range lines {
		l := &lines[i]
		full, rest, err := l.fill()
		if err != nil {
			return nil, err
		}
		if full > int64(MaxCartons-len(cartons)) {
			return nil, nil
		}
		for range full {
			cartons = append(cartons, Carton{Contents: []Content{{Line: i, Quantity: l.PerCarton}}})
		}
		if rest.IsZero() {
			continue
		}
		r := remainder{content: Content{Line: i, Quantity: rest}, noMix: noMix || l.NoMix}
		if !l.PerCarton.IsZero() {
			r.share = new(big.Rat).Quo(rest.Decimal().Rat(), l.PerCarton.Decimal().Rat())
		}
		rests = append(rests, r)
	}
	mixed, ok := mix(rests, MaxCartons-len(cartons))
	if !ok {
		return nil, nil
	}
	return append(cartons, mixed...), nil
}

// fill returns how many full cartons the line makes, and what is left. A line
// of unknown carton size is left as a whole.
func (l *Line) fill() (full int64, rest quantity.Quantity, err error) {
	if l.PerCarton.IsZero() {
		return 0, l.Base, nil
	}
	whole, left := l.Base.Decimal().QuoRem(l.PerCarton.Decimal(), 0)
	if !whole.BigInt().IsInt64() {
		return MaxCartons + 1, quantity.Quantity{}, nil
	}
	rest, err = quantity.FromDecimal(left, l.Base.Unit())
	return whole.IntPart(), rest, err
}

// mix puts each remainder into the first carton with room, or a new one. It is
// false when that takes more than so many cartons.
func mix(rests []remainder, most int) ([]Carton, bool) {
	var cartons []Carton
	var room []*big.Rat // of each carton; nil: closed to others
	for _, r := range rests {
		if len(cartons) > most {
			return nil, false
		}
		if r.noMix || r.share == nil {
			cartons, room = append(cartons, Carton{Contents: []Content{r.content}}), append(room, nil)
			continue
		}
		at := -1
		for i := range room {
			if room[i] != nil && r.share.Cmp(room[i]) <= 0 {
				at = i
				break
			}
		}
		if at < 0 {
			at = len(cartons)
			cartons, room = append(cartons, Carton{}), append(room, big.NewRat(1, 1))
		}
		cartons[at].Contents = append(cartons[at].Contents, r.content)
		room[at].Sub(room[at], r.share)
	}
	return cartons, len(cartons) <= most
}
