package pricing

import (
	"fmt"
	"math"

	"github.com/o2ckit/o2c/internal/exact"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// checkRecords reports every fault that a record can have by itself.
func checkRecords(records []Record, found *faults) {
	if len(records) > math.MaxInt32 {
		found.add("records", "there are %d of them; a book holds %d", len(records), math.MaxInt32)
		return
	}
	seen := make(map[string]int, len(records))
	mass := quantity.Mass()
	for i := range records {
		r := &records[i]
		if r.ID == "" {
			found.add(recordPath(r, i), "it has no id")
		} else if first, twice := seen[r.ID]; twice {
			found.add(recordPath(r, i), "records[%d] and records[%d] both have the id", first, i)
		}
		seen[r.ID] = i
		check := recordCheck{Record: r, place: i, mass: mass, found: found}
		check.all()
	}
}

func recordPath(r *Record, place int) string {
	if r.ID == "" {
		return fmt.Sprintf("records[%d]", place)
	}
	return "record " + r.ID
}

// recordCheck looks for the faults of one record. It makes the text of the path
// only where there is one.
type recordCheck struct {
	*Record
	place int
	mass  *quantity.Conversions
	found *faults
}

func (r *recordCheck) refuse(format string, args ...any) {
	r.found.add(recordPath(r.Record, r.place), format, args...)
}

func (r *recordCheck) all() {
	fields := r.Key.fields()
	if !fields.forLine() {
		r.refuse("its key has neither item nor category nor item hierarchy")
	}
	if fields.len() > maxParts {
		r.refuse("its key combines %d fields; %d is the most", fields.len(), maxParts)
	}
	if r.Per < 0 {
		r.refuse("a price cannot be per %d", r.Per)
	}
	if !r.To.IsZero() && !r.From.Before(r.To) {
		r.refuse("it is valid from %s to %s, which is no day", r.From, r.To)
	}
	if r.textSize() > maxTexts {
		r.refuse("its texts have %d bytes; %d is the most", r.textSize(), maxTexts)
	}
	switch r.Discounts {
	case DiscountsByKey:
	case DiscountsAllowed, DiscountsRefused:
		if r.Step != "" {
			r.refuse("discounts belongs to a price")
		}
	default:
		r.refuse("%q is no discount policy", r.Discounts)
	}
	if !r.checkKind() {
		return
	}
	if r.Scale == nil {
		r.checkValue("", r.Price, r.Rate)
		return
	}
	if r.Price.Currency() != 0 {
		r.refuse("it has a price beside its scale")
	}
	if !r.Rate.IsZero() {
		r.refuse("it has a rate beside its scale")
	}
	r.checkScale()
}

// maxTexts bounds the id, the step and the key of a record together.
const maxTexts = 4096

func (r *Record) textSize() int {
	size := len(r.ID) + len(r.Step)
	for _, v := range r.Key.values() {
		size += len(v)
	}
	return size
}

// checkKind reports kind, unit and per that do not go together. It is false where
// the kind is none, so that nothing can be said of the rest.
func (r *recordCheck) checkKind() bool {
	perUnit := false
	switch {
	case r.Step == "":
		perUnit = true
		if r.Kind != "" {
			r.refuse("the kind %s belongs to a record that names a step", r.Kind)
		}
	case r.Kind == AmountPerUnit:
		perUnit = true
	case r.Kind != Percent && r.Kind != AmountOff:
		r.refuse("%q is no kind of record for a step; percent, amount-per-unit or amount", r.Kind)
		return false
	}
	counts := r.Scale != nil && (r.Scale.By == "" || r.Scale.By == ByQuantity)
	switch {
	case (perUnit || counts) && !r.Unit.IsValid():
		r.refuse("it has no unit")
	case !perUnit && !counts && r.Unit != 0:
		r.refuse("a %s needs no unit", r.Kind)
	}
	if !perUnit && r.Per != 0 {
		r.refuse("a %s is not per a number of units", r.Kind)
	}
	return true
}

// checkValue reports what is wrong with a price or rate, of a row where one is
// named.
func (r *recordCheck) checkValue(row string, price money.Amount, rate money.Rate) {
	if r.Kind == Percent {
		switch {
		case price.Currency() != 0:
			r.refuse("%sa percent record has no price", row)
		case rate.Sign() < 0:
			r.refuse("%sits rate %s is negative", row, rate)
		}
		return
	}
	switch {
	case !rate.IsZero():
		r.refuse("%sthe rate belongs to a percent record", row)
	case price.Currency() == 0:
		r.refuse("%sit has no price", row)
	case price.Sign() < 0:
		r.refuse("%sits price %s is negative", row, price)
	}
}

func (r *recordCheck) checkScale() {
	s := r.Scale
	if s.Kind != AllUnits && s.Kind != Graduated {
		r.refuse("%q is no kind of scale; all-units or graduated", s.Kind)
	}
	if s.Kind == Graduated && r.Kind == AmountOff {
		r.refuse("an amount for the line cannot be graduated")
	}
	if s.Bound != BoundFrom && s.Bound != BoundTo {
		r.refuse("%q is no bound of a scale; from or to", s.Bound)
	}
	switch s.By {
	case "", ByQuantity, ByWeight:
	case ByValue:
		if r.Step == "" {
			r.refuse("a price cannot go by value: the value is what it makes")
		}
	default:
		r.refuse("%q is nothing that a scale measures; quantity, weight or value", s.By)
	}
	switch s.Over {
	case "", OverLine, OverItem, OverCategory, OverMix:
	default:
		r.refuse("%q is no scope of a scale; line, item, category or mix", s.Over)
	}
	if (s.Over == OverMix) != (s.Mix != "") {
		r.refuse("the scope mix and the name of a mix group belong together")
	}
	if len(s.Rows) == 0 {
		r.refuse("its scale has no rows")
	}
	for i := range s.Rows {
		r.checkRow(i)
	}
}

func (r *recordCheck) checkRow(i int) {
	s, row := r.Scale, &r.Scale.Rows[i]
	place := fmt.Sprintf("rows[%d]: ", i)
	r.checkValue(place, row.Price, row.Rate)
	if c := row.currency(); c != 0 && c != r.currency() || row.Value.Currency() != 0 && row.Value.Currency() != r.currency() {
		r.refuse("%sit is not in the currency of the scale, %s", place, r.currency())
	}
	bound, text := s.bound(row)
	if !r.boundFits(place, row) {
		return
	}
	if bound.Sign() < 0 || s.Bound == BoundTo && bound.Sign() == 0 {
		r.refuse("%sa row cannot stand at %s", place, text)
	}
	if i > 0 {
		if before, was := s.bound(&s.Rows[i-1]); before.Cmp(bound) >= 0 {
			r.refuse("%s%s does not rise above %s", place, text, was)
		}
	}
}

// boundFits reports a bound that is not of the scale's measure.
func (r *recordCheck) boundFits(place string, row *ScaleRow) bool {
	unit := row.Quantity.Unit()
	switch {
	case r.Scale.By == ByValue:
		if unit != 0 || !row.Quantity.IsZero() {
			r.refuse("%sa scale by value has no quantities", place)
			return false
		}
		return true
	case row.Value.Currency() != 0:
		r.refuse("%sa value is no bound of a scale by quantity or weight", place)
	case unit == 0 && row.Quantity.IsZero():
		return true
	case r.Scale.By == ByWeight && !r.mass.Has(unit):
		r.refuse("%s%s is no weight", place, row.Quantity)
	case unit != r.scaleUnit():
		r.refuse("%s%s is not in %s", place, row.Quantity, r.scaleUnit())
	default:
		return true
	}
	return false
}

// bound returns the bound of a row as a number and for a person.
func (s *Scale) bound(row *ScaleRow) (bound exact.Dec, text string) {
	if s.By == ByValue {
		return exact.Dec{Coef: row.Value.Coefficient(), Scale: uint8(row.Value.Scale())}, row.Value.String()
	}
	return exact.Dec{Coef: row.Quantity.Coefficient(), Scale: uint8(row.Quantity.Scale())}, row.Quantity.String()
}

// scaleUnit is the unit of the bounds of the record's scale; none by value.
func (r *Record) scaleUnit() quantity.Unit {
	switch r.Scale.By {
	case ByValue:
		return 0
	case ByWeight:
		for i := range r.Scale.Rows {
			if unit := r.Scale.Rows[i].Quantity.Unit(); unit != 0 {
				return unit
			}
		}
		return quantity.Kilogram
	default:
		return r.Unit
	}
}

// currency is that of the record's prices, or of the values that its scale goes
// by; rates have none.
func (r *Record) currency() money.Currency {
	if r.Scale == nil {
		return r.Price.Currency()
	}
	for i := range r.Scale.Rows {
		if c := r.Scale.Rows[i].currency(); c != 0 {
			return c
		}
	}
	return 0
}

// currency is that of the row's price, or else of its value.
func (r *ScaleRow) currency() money.Currency {
	if c := r.Price.Currency(); c != 0 {
		return c
	}
	return r.Value.Currency()
}

// shape is that of the record's key.
func (r *Record) shape() shape {
	s := shape{step: r.Step, fields: r.Key.fields()}
	if r.Step == "" {
		s.currency = r.currency()
	}
	return s
}

// keyHash is the hash under which the record is found.
func (r *Record) keyHash(s *shape) uint64 {
	hash := s.hash()
	for _, value := range r.Key.values() {
		if value != "" {
			hash = hashPart(hash, hashText(value))
		}
	}
	return hash
}
