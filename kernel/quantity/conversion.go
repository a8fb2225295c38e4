package quantity

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/o2ckit/o2c/internal/exact"
)

// maxUnits bounds a table. Items have a handful of units; the bound keeps a hostile table from costing time.
const maxUnits = 64

// Conversion is one row of an item's table of units: Per of Unit are Of of In. A case of twelve is
// {Unit: Case, Of: 12}; three pieces that weigh two kilograms together are {Unit: Piece, Of: 2, Per: 3, In: Kilogram}.
type Conversion struct {
	// Unit is the unit that the row defines.
	Unit Unit `json:"unit"`
	// Of is how many of In they are; above 0.
	Of int64 `json:"of"`
	// Per is how many of Unit are meant; above 0, and 0 stands for 1.
	Per int64 `json:"per,omitempty"`
	// In is the unit that Of counts: another unit of the table, or zero for its base.
	In Unit `json:"in,omitzero"`
}

// Conversions is an item's table of units: a base unit, in which stock is counted, and the units that are worth a fixed
// number of it. It never changes after [NewConversions] and is safe for many goroutines. A nil *Conversions has no units.
type Conversions struct {
	factors []factor // the base first, then as the table has them
}

// factor says that per of a unit are of of the base, in lowest terms.
type factor struct {
	unit    Unit
	of, per int64
}

// NewConversions makes a table of the base unit and the rows. A row may be given in any unit of the table, before or
// after its own row: a case of 12, a pallet of 40 cases. Every unit stands once and the base unit never; factors are
// positive; and every row must lead to the base. Each row that fails is a *[TableError]; they are returned joined.
func NewConversions(base Unit, table ...Conversion) (*Conversions, error) {
	if !base.IsValid() {
		return nil, &TableError{base, "the base unit is not a unit"}
	}
	if len(table) >= maxUnits {
		return nil, &TableError{base, fmt.Sprintf("more than %d units", maxUnits)}
	}
	var errs []error
	seen := map[Unit]bool{base: true}
	for _, row := range table {
		switch {
		case !row.Unit.IsValid():
			errs = append(errs, &TableError{row.Unit, "not a unit"})
		case row.Unit == base:
			errs = append(errs, &TableError{row.Unit, "it is the base unit and has no factor"})
		case seen[row.Unit]:
			errs = append(errs, &TableError{row.Unit, "it stands twice in the table"})
		case row.Of <= 0 || row.Per < 0:
			errs = append(errs, &TableError{row.Unit, "the factor is not positive"})
		}
		seen[row.Unit] = true
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	c := &Conversions{factors: make([]factor, 1, len(table)+1)}
	c.factors[0] = factor{base, 1, 1}
	if err := c.resolve(table); err != nil {
		return nil, err
	}
	return c, c.check()
}

// Base returns the unit in which everything is counted; zero for a nil table.
func (c *Conversions) Base() Unit {
	if c == nil {
		return 0
	}
	return c.factors[0].unit
}

// Has reports whether the table has the unit.
func (c *Conversions) Has(u Unit) bool {
	_, ok := c.find(u)
	return ok
}

// Units returns all units of the table, the base first.
func (c *Conversions) Units() []Unit {
	if c == nil {
		return nil
	}
	units := make([]Unit, len(c.factors))
	for i, f := range c.factors {
		units[i] = f.unit
	}
	return units
}

// Table returns the table without its base, every row given in the base unit and in lowest terms: a pallet of 40 cases
// of 12 reads {Unit: Pallet, Of: 480, Per: 1}.
func (c *Conversions) Table() []Conversion {
	if c == nil {
		return nil
	}
	rows := make([]Conversion, 0, len(c.factors)-1)
	for _, f := range c.factors[1:] {
		rows = append(rows, Conversion{Unit: f.unit, Of: f.of, Per: f.per})
	}
	return rows
}

// Equal reports whether two tables have the same base and the same units in the same order, worth the same.
func (c *Conversions) Equal(d *Conversions) bool {
	if c == nil || d == nil {
		return c == d
	}
	return slices.Equal(c.factors, d.factors)
}

// wireTable is a table as JSON holds it.
type wireTable struct {
	Base  Unit         `json:"base"`
	Units []Conversion `json:"units,omitempty"`
}

// MarshalJSON returns {"base":"EA","units":[{"unit":"CA","of":12}]}, with all rows in the base unit.
func (c *Conversions) MarshalJSON() ([]byte, error) {
	if c == nil {
		return []byte("null"), nil
	}
	w := wireTable{c.Base(), c.Table()}
	for i := range w.Units {
		if w.Units[i].Per == 1 {
			w.Units[i].Per = 0
		}
	}
	return json.Marshal(w)
}

// UnmarshalJSON reads what MarshalJSON gives and checks it as [NewConversions] does; rows may be given in other units
// too: {"unit":"PL","of":40,"in":"CA"}.
func (c *Conversions) UnmarshalJSON(data []byte) error {
	var w wireTable
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	d, err := NewConversions(w.Base, w.Units...)
	if err != nil {
		return err
	}
	*c = *d
	return nil
}

// find looks a unit up. Tables are short: a scan beats a map.
func (c *Conversions) find(u Unit) (factor, bool) {
	if c != nil {
		for _, f := range c.factors {
			if f.unit == u {
				return f, true
			}
		}
	}
	return factor{}, false
}

// resolve turns rows that are given in other units into factors of the base, round by round, until all are known.
func (c *Conversions) resolve(table []Conversion) error {
	c.factors = c.factors[:len(table)+1]
	done := make([]bool, len(table))
	for left := len(table); left > 0; {
		before := left
		for i, row := range table {
			if done[i] {
				continue
			}
			in := factor{of: 1, per: 1}
			if row.In != 0 {
				var ok bool
				if in, ok = c.find(row.In); !ok {
					continue
				}
			}
			of, per, ok := ratio(row.Of, max(row.Per, 1), in.of, in.per)
			if !ok {
				return &TableError{row.Unit, "the factor is out of range"}
			}
			c.factors[i+1] = factor{row.Unit, of, per}
			done[i] = true
			left--
		}
		if left == before {
			return unresolved(table, done)
		}
	}
	return nil
}

// unresolved says why rows do not lead to the base.
func unresolved(table []Conversion, done []bool) error {
	var errs []error
	for i, row := range table {
		if done[i] {
			continue
		}
		reason := fmt.Sprintf("it leads in a circle through %s", named(row.In))
		if !slices.ContainsFunc(table, func(r Conversion) bool { return r.Unit == row.In }) {
			reason = fmt.Sprintf("it is given in %s, which the table does not have", named(row.In))
		}
		errs = append(errs, &TableError{row.Unit, reason})
	}
	return errors.Join(errs...)
}

// check makes sure that the factor between any two units fits, so that no conversion has to.
func (c *Conversions) check() error {
	for i, f := range c.factors {
		for _, t := range c.factors[i+1:] {
			if _, _, ok := ratio(f.of, f.per, t.per, t.of); !ok {
				return &TableError{t.unit, fmt.Sprintf("the factor to %s is out of range", named(f.unit))}
			}
		}
	}
	return nil
}

// ratio multiplies the fractions a/b and c/d, all positive, to lowest terms. It is false beyond 63 bits.
func ratio(a, b, c, d int64) (num, den int64, ok bool) {
	g := gcd(a, b)
	a, b = a/g, b/g
	g = gcd(c, d)
	c, d = c/g, d/g
	g = gcd(a, d)
	a, d = a/g, d/g
	g = gcd(c, b)
	c, b = c/g, b/g
	if a > math.MaxInt64/c || b > math.MaxInt64/d {
		return 0, 0, false
	}
	return a * c, b * d, true
}

// gcd is the greatest common divisor of two numbers above 0; a may be 0.
func gcd(a, b int64) int64 {
	for a != 0 {
		a, b = b%a, a
	}
	return b
}

// factorOf is the exact decimal 1/den, and whether there is one that a quantity can hold.
func factorOf(den int64) (exact.Dec, bool) {
	twos, fives := 0, 0
	rest := den
	for rest%2 == 0 {
		rest /= 2
		twos++
	}
	for rest%5 == 0 {
		rest /= 5
		fives++
	}
	places := max(twos, fives)
	if rest != 1 || places > MaxScale {
		return exact.Dec{}, false
	}
	power := int64(1)
	for range places {
		power *= 10
	}
	return exact.Dec{Coef: power / den, Scale: uint8(places)}, true
}
