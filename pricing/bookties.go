package pricing

import (
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// findTies reports every record of one key that begins before another with which
// it ties has ended: the one that ends last. The items have one hash.
func (k *shardKeeper) findTies(items []stored) {
	for len(items) > 1 {
		end := 1
		first := items[0].texts()
		fields, currency, _, _, _ := items[0].head()
		for end < len(items) {
			texts := items[end].texts()
			otherFields, otherCurrency, _, _, _ := items[end].head()
			// Prices in two currencies have two keys, which can have one hash.
			if otherFields != fields || first.compareKey(&texts) != 0 || first.step == "" && otherCurrency != currency {
				break
			}
			end++
		}
		k.tiesOfKey(items[:end])
		items = items[end:]
	}
}

// holder is the record that ends last among those seen of a currency and unit.
type holder struct {
	*stored
	to calendar.Date
}

// tiesOfKey finds the ties among the records of one key.
func (k *shardKeeper) tiesOfKey(items []stored) {
	if len(items) < 2 {
		return
	}
	byDay := slices.Clone(items)
	slices.SortStableFunc(byDay, func(a, b stored) int {
		_, _, _, fromA, _ := a.head()
		_, _, _, fromB, _ := b.head()
		return fromA.Compare(fromB)
	})
	var last []holder
	for i := range byDay {
		item := &byDay[i]
		_, currency, unit, from, to := item.head()
		own := -1
		for n, h := range last {
			_, otherCurrency, otherUnit, _, _ := h.head()
			if currency == otherCurrency && unit == otherUnit {
				own = n
			}
			apart := currency != otherCurrency && currency != 0 && otherCurrency != 0 ||
				unit != otherUnit && unit != 0 && otherUnit != 0
			if !apart && (h.to.IsZero() || from.Before(h.to)) {
				k.tie(h.stored, item, from)
			}
		}
		switch {
		case own < 0:
			last = append(last, holder{item, to})
		case !last[own].to.IsZero() && (to.IsZero() || last[own].to.Before(to)):
			last[own] = holder{item, to}
		}
	}
}

func (k *shardKeeper) tie(first, second *stored, on calendar.Date) {
	r := second.from
	if r == nil {
		kept := second.in.record(int(second.at))
		r = &kept
	}
	*k.found = append(*k.found, &TieError{
		First: first.id(), Second: second.id(), On: on, Key: r.keyText(),
	})
}
