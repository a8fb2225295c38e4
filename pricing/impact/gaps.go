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

// Gaps finds the gaps in price records that can make a [pricing.Book], in the order of
// the currencies, the keys and the days. What comes before the first record of a key
// and after its last is no gap.
func Gaps(records []pricing.Record) []Gap {
	byKey := index(records)
	var gaps []Gap
	for _, at := range sortedKeys(byKey) {
		for _, run := range byUnit(byKey[at]) {
			last := run[0]
			for _, r := range run[1:] {
				if !last.To.IsZero() && last.To.Before(r.From) {
					gaps = append(gaps, Gap{
						Key: at.key, Currency: at.currency, Unit: r.Unit, From: last.To, To: r.From, Ends: last.ID, Begins: r.ID,
						Filled: fill(byKey, at, last.To, r.From),
					})
				}
				if !last.To.IsZero() && (r.To.IsZero() || last.To.Before(r.To)) {
					last = r
				}
			}
		}
	}
	return gaps
}

// fill returns the records of the key and of wider ones that hold on all of the days,
// nil where they do not.
func fill(byKey map[keyAt][]*pricing.Record, at keyAt, from, to calendar.Date) []string {
	var all []*pricing.Record
	for _, fields := range subsets(at.key) {
		all = append(all, byKey[keyAt{restrict(at.key, fields), at.currency}]...)
	}
	return cover(all, from, to)
}

// Shadow is a price record that no request can find.
type Shadow struct {
	Record string `json:"record"`
	// By are the records that are found before it, on each of its days.
	By []string `json:"by"`
}

// Shadowed finds the price records that an earlier access keeps from ever being found:
// it has a part of the fields, so that everybody whom the record is for has that
// wider key too, and its records hold in the same unit and currency whenever the
// record does. The access sequence is the schema's. Shadows are in the order of the
// records.
func Shadowed(records []pricing.Record, access []pricing.Access) []Shadow {
	byKey := index(records)
	var out []Shadow
	for i := range records {
		r := &records[i]
		own := fieldsOf(r.Key)
		for _, a := range access {
			fields := slices.Sorted(slices.Values(a.Fields))
			if slices.Equal(fields, own) {
				break
			}
			if slices.ContainsFunc(fields, func(f pricing.Field) bool { return !slices.Contains(own, f) }) {
				continue
			}
			var same []*pricing.Record
			for _, o := range byKey[keyAt{restrict(r.Key, fields), currencyOf(r)}] {
				if o.Unit == r.Unit {
					same = append(same, o)
				}
			}
			if by := cover(same, r.From, r.To); by != nil {
				out = append(out, Shadow{Record: r.ID, By: by})
				break
			}
		}
	}
	return out
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
	key      pricing.Key
	currency money.Currency
}

func index(records []pricing.Record) map[keyAt][]*pricing.Record {
	byKey := make(map[keyAt][]*pricing.Record, len(records))
	for i := range records {
		at := keyAt{records[i].Key, currencyOf(&records[i])}
		byKey[at] = append(byKey[at], &records[i])
	}
	return byKey
}

// currencyOf is the currency of the record's prices.
func currencyOf(r *pricing.Record) money.Currency {
	if r.Scale != nil && len(r.Scale.Rows) > 0 {
		return r.Scale.Rows[0].Price.Currency()
	}
	return r.Price.Currency()
}

func sortedKeys(byKey map[keyAt][]*pricing.Record) []keyAt {
	keys := make([]keyAt, 0, len(byKey))
	for at := range byKey {
		keys = append(keys, at)
	}
	slices.SortFunc(keys, func(a, b keyAt) int {
		return cmp.Or(compareCurrencies(a.currency, b.currency), strings.Compare(a.key.String(), b.key.String()))
	})
	return keys
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
