package pricing

import (
	"fmt"
	"math"

	"github.com/o2ckit/o2c/kernel/money"
)

// checkRecords reports every fault that a record can have by itself.
func checkRecords(records []Record, found *faults) {
	if len(records) > math.MaxInt32 {
		found.add("records", "there are %d of them; a book holds %d", len(records), math.MaxInt32)
		return
	}
	seen := make(map[string]int, len(records))
	for i := range records {
		r := &records[i]
		path := "record " + r.ID
		if r.ID == "" {
			path = fmt.Sprintf("records[%d]", i)
			found.add(path, "it has no id")
		} else if first, twice := seen[r.ID]; twice {
			found.add(path, "records[%d] and records[%d] both have the id", first, i)
		}
		seen[r.ID] = i
		r.check(path, found)
	}
}

func (r *Record) check(path string, found *faults) {
	fields := r.Key.fields()
	if !fields.forLine() {
		found.add(path, "its key has neither item nor category")
	}
	if fields.len() > maxParts {
		found.add(path, "its key combines %d fields; %d is the most", fields.len(), maxParts)
	}
	if !r.Unit.IsValid() {
		found.add(path, "it has no unit")
	}
	if r.Per < 0 {
		found.add(path, "a price cannot be per %d", r.Per)
	}
	if !r.To.IsZero() && !r.From.Before(r.To) {
		found.add(path, "it is valid from %s to %s, which is no day", r.From, r.To)
	}
	switch r.Discounts {
	case DiscountsByKey, DiscountsAllowed, DiscountsRefused:
	default:
		found.add(path, "%q is no discount policy", r.Discounts)
	}
	switch {
	case r.Scale == nil && r.Price.Currency() == 0:
		found.add(path, "it has no price")
	case r.Scale == nil && r.Price.Sign() < 0:
		found.add(path, "its price %s is negative", r.Price)
	case r.Scale != nil && r.Price.Currency() != 0:
		found.add(path, "it has a price beside its scale")
	case r.Scale != nil:
		r.Scale.check(path, r, found)
	}
}

func (s *Scale) check(path string, r *Record, found *faults) {
	if s.Kind != AllUnits && s.Kind != Graduated {
		found.add(path, "%q is no kind of scale; all-units or graduated", s.Kind)
	}
	if s.Bound != BoundFrom && s.Bound != BoundTo {
		found.add(path, "%q is no bound of a scale; from or to", s.Bound)
	}
	switch s.Over {
	case "", OverLine, OverItem, OverCategory:
	default:
		found.add(path, "%q is no scope of a scale; line, item or category", s.Over)
	}
	if s.Kind == Graduated && s.Over != "" && s.Over != OverLine {
		found.add(path, "a graduated scale is entered with the line's quantity")
	}
	if len(s.Rows) == 0 {
		found.add(path, "its scale has no rows")
	}
	for i, row := range s.Rows {
		at := fmt.Sprintf("%s: rows[%d]", path, i)
		if row.Quantity.Unit() != r.Unit {
			found.add(at, "%s is not in %s", row.Quantity, r.Unit)
			continue
		}
		if row.Quantity.Sign() < 0 || s.Bound == BoundTo && row.Quantity.Sign() == 0 {
			found.add(at, "a row cannot stand at %s", row.Quantity)
		}
		if c := row.Price.Currency(); c == 0 || c != s.Rows[0].Price.Currency() {
			found.add(at, "its price %s is not in the currency of the scale", row.Price)
		}
		if row.Price.Sign() < 0 {
			found.add(at, "its price %s is negative", row.Price)
		}
		if i == 0 {
			continue
		}
		if order, err := s.Rows[i-1].Quantity.Cmp(row.Quantity); err == nil && order >= 0 {
			found.add(at, "%s does not rise above %s", row.Quantity, s.Rows[i-1].Quantity)
		}
	}
}

// currency is that of the record's prices.
func (r *Record) currency() money.Currency {
	if r.Scale != nil && len(r.Scale.Rows) > 0 {
		return r.Scale.Rows[0].Price.Currency()
	}
	return r.Price.Currency()
}

// open tells whether discount rules apply on top of the record's price.
func (r *Record) open() bool {
	if r.Discounts == DiscountsByKey {
		return r.Key.Contract == ""
	}
	return r.Discounts == DiscountsAllowed
}

// describe appends what the record decides, for the hash of a book.
func (r *Record) describe(dst []byte) []byte {
	dst = fmt.Appendf(dst, "%q %q %s %d %s %s %s %t\n",
		r.ID, r.Key.values(), r.Price, max(r.Per, 1), r.Unit, r.From, r.To, r.open())
	if r.Scale == nil {
		return dst
	}
	dst = fmt.Appendf(dst, " %s %s %s\n", r.Scale.Kind, r.Scale.Bound, r.Scale.Over)
	for _, row := range r.Scale.Rows {
		dst = fmt.Appendf(dst, "  %s %s\n", row.Quantity, row.Price)
	}
	return dst
}
