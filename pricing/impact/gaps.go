package impact

import (
	"cmp"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

// Gap are days between two price records of one key, currency and unit on which
// neither holds.
type Gap struct {
	Key      pricing.Key    `json:"key"`
	Currency money.Currency `json:"currency"`
	Unit     quantity.Unit  `json:"unit"`
	// From is the first day without a price, To the first that has one again.
	From calendar.Date `json:"from"`
	To   calendar.Date `json:"to"`
	// Ends is the record that ends before the gap, Begins the one after it.
	Ends   string `json:"ends"`
	Begins string `json:"begins"`
	// Filled are the records that hold on the days of the gap for everybody whom
	// the key is for: those of the key in another unit, and those of a wider key,
	// such as the item alone for an account and an item. A price in another unit is
	// of use to items that have both units. Empty: they do not hold on all of the
	// days, so that orders can be left without a price.
	Filled []string `json:"filled,omitempty"`
}

// Gaps finds the gaps in the prices of a book, in the order of the currencies, the
// keys and the days. What comes before the first record of a key and after its last is
// no gap; nor are days without a record of a step, for they only cost a discount.
func Gaps(book *pricing.Book) []Gap {
	byKey := index(book)
	var gaps []Gap
	for at, records := range byKey {
		if at.step != "" {
			continue
		}
		for _, run := range byUnit(records) {
			last := run[0]
			for _, r := range run[1:] {
				if last.To.Before(r.From) { // no two of them hold on one day
					gaps = append(gaps, Gap{
						Key: at.key, Currency: at.currency, Unit: r.Unit, From: last.To, To: r.From, Ends: last.ID, Begins: r.ID,
						Filled: fill(byKey, at, last.To, r.From),
					})
				}
				last = r
			}
		}
	}
	slices.SortFunc(gaps, func(a, b Gap) int {
		return cmp.Or(
			compareCurrencies(a.Currency, b.Currency), strings.Compare(a.Key.String(), b.Key.String()), cmp.Compare(a.Unit, b.Unit),
			a.From.Compare(b.From), strings.Compare(a.Ends, b.Ends),
		)
	})
	return gaps
}

// fill returns the records of the key and of wider ones that hold on all of the days,
// nil where they do not.
func fill(byKey map[keyAt][]*pricing.Record, at keyAt, from, to calendar.Date) []string {
	var all []*pricing.Record
	for _, fields := range subsets(at.key) {
		all = append(all, byKey[keyAt{"", restrict(at.key, fields), at.currency}]...)
	}
	return cover(all, from, to)
}

// Shadow is a record that no request can find.
type Shadow struct {
	Record string `json:"record"`
	// By are the records that are found before it, on each of its days.
	By []string `json:"by"`
}

// Shadowed finds the records of a book, those of steps too, that an earlier access
// keeps from ever being found: it has a part of the fields, so that everybody whom the
// record is for has that wider key too, and its records hold in the same currency
// whenever the record does. Their unit does not matter: where the item does not have
// it, the search ends all the same. The access sequences are those of the schema and
// of its steps. Shadows are in the order of the records' ids.
func Shadowed(book *pricing.Book, schema *pricing.Schema) []Shadow {
	sequences := map[string][]pricing.Access{"": schema.Access}
	for i := range schema.Steps {
		sequences[schema.Steps[i].Name] = schema.Steps[i].Access
	}
	byKey := index(book)
	var out []Shadow
	for at, records := range byKey {
		for _, r := range records {
			if by := shadow(byKey, at, r, sequences[at.step]); by != nil {
				out = append(out, Shadow{Record: r.ID, By: by})
			}
		}
	}
	slices.SortFunc(out, func(a, b Shadow) int { return strings.Compare(a.Record, b.Record) })
	return out
}

// shadow returns the records of one earlier access that are found before the record
// on each of its days, nil where no access has them.
func shadow(byKey map[keyAt][]*pricing.Record, at keyAt, r *pricing.Record, sequence []pricing.Access) []string {
	own := fieldsOf(at.key)
	for _, a := range sequence {
		fields := slices.Sorted(slices.Values(a.Fields))
		if slices.Equal(fields, own) {
			return nil
		}
		if slices.ContainsFunc(fields, func(f pricing.Field) bool { return !slices.Contains(own, f) }) {
			continue
		}
		wider := keyAt{at.step, restrict(at.key, fields), at.currency}
		all := byKey[wider]
		if wider.currency != 0 { // a rate of a step holds in every currency
			wider.currency = 0
			all = slices.Concat(all, byKey[wider])
		}
		if by := cover(all, r.From, r.To); by != nil {
			return by
		}
	}
	return nil
}

// cover returns the records that together hold on each day from the first on until
// the last, which is not one of them; nil where some day is left. No date: no bound.
func cover(records []*pricing.Record, from, to calendar.Date) []string {
	list := slices.SortedFunc(slices.Values(records), func(a, b *pricing.Record) int {
		return cmp.Or(a.From.Compare(b.From), strings.Compare(a.ID, b.ID)) // no date is before every date
	})
	var by []string
	for _, r := range list {
		if !r.To.IsZero() && !from.Before(r.To) {
			continue // it has ended by then
		}
		if from.Before(r.From) {
			return nil
		}
		by = append(by, r.ID)
		if r.To.IsZero() || !to.IsZero() && !r.To.Before(to) {
			return by
		}
		from = r.To
	}
	return nil
}

// keyAt is what records are found by.
type keyAt struct {
	step     string
	key      pricing.Key
	currency money.Currency // none: in each
}

func index(book *pricing.Book) map[keyAt][]*pricing.Record {
	byKey := make(map[keyAt][]*pricing.Record, book.Len())
	for r := range book.All() {
		at := keyAt{r.Step, r.Key, currencyOf(&r)}
		byKey[at] = append(byKey[at], &r)
	}
	return byKey
}

// currencyOf is the currency of the record's prices, or of the values that its scale
// goes by; rates have none.
func currencyOf(r *pricing.Record) money.Currency {
	if r.Scale == nil {
		return r.Price.Currency()
	}
	for i := range r.Scale.Rows {
		row := &r.Scale.Rows[i]
		for _, a := range []money.Amount{row.Price, row.Value} {
			if a.Currency() != 0 {
				return a.Currency()
			}
		}
	}
	return 0
}

// byUnit cuts records into those of one unit, each in the order of its days.
func byUnit(records []*pricing.Record) [][]*pricing.Record {
	list := slices.SortedFunc(slices.Values(records), func(a, b *pricing.Record) int {
		return cmp.Or(cmp.Compare(a.Unit, b.Unit), a.From.Compare(b.From), strings.Compare(a.ID, b.ID))
	})
	var out [][]*pricing.Record
	start := 0
	for i := range list {
		if i+1 == len(list) || list[i+1].Unit != list[i].Unit {
			out = append(out, list[start:i+1])
			start = i + 1
		}
	}
	return out
}
