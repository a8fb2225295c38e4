package impact

import (
	"cmp"
	"maps"
	"slices"

	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
)

// firsts keeps what comes first in the stream, and counts all. Numbers are added in
// rising order.
type firsts[T any] struct {
	keep, count int
	list        []T
	numbers     []int
}

func (f *firsts[T]) add(number int, v T) {
	f.count++
	if len(f.list) < f.keep {
		f.list, f.numbers = append(f.list, v), append(f.numbers, number)
	}
}

// merge leaves the first of both.
func (f *firsts[T]) merge(o *firsts[T]) {
	merged := firsts[T]{keep: f.keep, count: f.count + o.count}
	for a, b := 0, 0; len(merged.list) < f.keep && (a < len(f.list) || b < len(o.list)); {
		if b == len(o.list) || a < len(f.list) && f.numbers[a] <= o.numbers[b] {
			merged.list, merged.numbers = append(merged.list, f.list[a]), append(merged.numbers, f.numbers[a])
			a++
		} else {
			merged.list, merged.numbers = append(merged.list, o.list[b]), append(merged.numbers, o.numbers[b])
			b++
		}
	}
	*f = merged
}

// movers keeps the orders of one currency that moved most.
type movers struct {
	keep int
	list []Mover // in their order
}

func (m *movers) add(one Mover) {
	if len(m.list) == m.keep && compareMovers(m.list[m.keep-1], one) < 0 {
		return
	}
	at, _ := slices.BinarySearchFunc(m.list, one, compareMovers)
	m.list = slices.Insert(m.list, at, one)
	if len(m.list) > m.keep {
		m.list = m.list[:m.keep]
	}
}

// compareMovers puts the one that moved more first.
func compareMovers(a, b Mover) int {
	return cmp.Or(compareMoved(a.By, b.By), cmp.Compare(a.Number, b.Number))
}

// compareMoved puts the greater of two amounts of one currency first, whatever
// their signs.
func compareMoved(a, b money.Amount) int {
	order, _ := b.Abs().Cmp(a.Abs()) // one currency: they compare
	return order
}

// prices collects lines that have a price on one side only.
type prices struct {
	totals map[money.Currency]money.Amount
	items  map[string]int
	lines  firsts[LineRef]
}

func newPrices(keep int) prices {
	return prices{
		totals: make(map[money.Currency]money.Amount), items: make(map[string]int), lines: firsts[LineRef]{keep: keep},
	}
}

func (p *prices) add(l LineRef) error {
	sum, err := p.totals[l.Total.Currency()].Add(l.Total)
	if err != nil {
		return err
	}
	p.totals[l.Total.Currency()] = sum
	p.items[l.Item]++
	p.lines.add(l.Number, l)
	return nil
}

func (p *prices) merge(o *prices) error {
	for c, amount := range o.totals {
		sum, err := p.totals[c].Add(amount)
		if err != nil {
			return err
		}
		p.totals[c] = sum
	}
	for item, n := range o.items {
		p.items[item] += n
	}
	p.lines.merge(&o.lines)
	return nil
}

func (p *prices) report() Prices {
	out := Prices{Lines: p.lines.count, List: p.lines.list, Items: counts(p.items)}
	for _, c := range sortedCurrencies(p.totals) {
		out.Totals = append(out.Totals, p.totals[c])
	}
	return out
}

// blocking collects findings that block on one side only.
type blocking struct {
	orders, wholly int
	codes          map[string]int
	list           firsts[Block]
}

func newBlocking(keep int) blocking {
	return blocking{codes: make(map[string]int), list: firsts[Block]{keep: keep}}
}

func (b *blocking) add(j *job, found finding.List, wholly bool) {
	if len(found) == 0 {
		return
	}
	b.orders++
	if wholly {
		b.wholly++
	}
	for _, f := range found {
		b.codes[f.Code]++
		b.list.add(j.number, Block{
			Number: j.number, Order: j.order.ID, Customer: j.order.Request.Customer.Account,
			Code: f.Code, Path: f.Path, Message: f.Message,
		})
	}
}

func (b *blocking) merge(o *blocking) {
	b.orders += o.orders
	b.wholly += o.wholly
	for code, n := range o.codes {
		b.codes[code] += n
	}
	b.list.merge(&o.list)
}

func (b *blocking) report() Blocking {
	return Blocking{Orders: b.orders, Wholly: b.wholly, Codes: counts(b.codes), List: b.list.list}
}

// counts puts the most frequent first.
func counts(of map[string]int) []Count {
	var out []Count
	for key, n := range of {
		out = append(out, Count{key, n})
	}
	slices.SortFunc(out, func(a, b Count) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Key, b.Key)) })
	return out
}

func sortedCurrencies[V any](of map[money.Currency]V) []money.Currency {
	return slices.SortedFunc(maps.Keys(of), func(a, b money.Currency) int { return cmp.Compare(a.Code(), b.Code()) })
}
