package impact

import (
	"cmp"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing"
)

// report makes the report of a whole tally.
func (t *tally) report() (Report, error) {
	r := Report{
		Orders: t.orders, Lines: t.lines, Moved: t.moved,
		Lost: t.lost.report(), Gained: t.gained.report(), Blocked: t.blocked.report(), Freed: t.freed.report(),
		Failures: Failures{Orders: t.failures.count, List: t.failures.list},
	}
	for _, part := range []struct {
		of cells
		to *[]Group
	}{{t.totals, &r.Totals}, {t.customers, &r.Customers}, {t.items, &r.Items}, {t.steps, &r.Steps}, {t.sources, &r.Sources}} {
		var err error
		if *part.to, err = groups(part.of); err != nil {
			return Report{}, err
		}
	}
	for i := range r.Totals {
		r.Totals[i].Key = r.Totals[i].Currency.Code()
	}
	places := t.order.places()
	slices.SortStableFunc(r.Steps, func(a, b Group) int {
		return cmp.Or(compareCurrencies(a.Currency, b.Currency), cmp.Compare(places[a.Key], places[b.Key]))
	})
	for _, c := range sortedCurrencies(t.movers) {
		r.Movers = append(r.Movers, t.movers[c].list...)
	}
	for i := range r.Totals {
		leakage, err := t.leakage(&r.Totals[i], r.Steps)
		if err != nil {
			return Report{}, err
		}
		r.Leakage = append(r.Leakage, leakage)
	}
	return r, nil
}

// groups sorts sums.
func groups(of cells) ([]Group, error) {
	out := make([]Group, 0, len(of))
	for k, c := range of {
		zero := money.Zero(k.currency)
		g := Group{Key: k.key, Step: k.step, Currency: k.currency, CountBefore: c.count[before], CountAfter: c.count[after]}
		var errs [3]error
		g.Before, errs[0] = zero.Add(c.amount[before])
		g.After, errs[1] = zero.Add(c.amount[after])
		g.By, errs[2] = g.After.Sub(g.Before)
		if err := cmp.Or(errs[0], errs[1], errs[2]); err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b Group) int {
		if a.Currency != b.Currency {
			return compareCurrencies(a.Currency, b.Currency)
		}
		return cmp.Or(compareMoved(a.By, b.By), strings.Compare(a.Key, b.Key), strings.Compare(a.Step, b.Step))
	})
	return out, nil
}

func compareCurrencies(a, b money.Currency) int { return strings.Compare(a.Code(), b.Code()) }

// leakage makes the waterfalls of a currency of its steps, which are in their order.
func (t *tally) leakage(total *Group, steps []Group) (Leakage, error) {
	l := Leakage{Currency: total.Currency}
	for side, w := range []*Waterfall{&l.Before, &l.After} {
		zero := money.Zero(total.Currency)
		w.List, w.Off, w.Pocket = zero, zero, total.Before
		if side == after {
			w.Pocket = total.After
		}
		for i := range steps {
			if err := w.addStep(side, &steps[i], t.order.info[steps[i].Key], total.Currency); err != nil {
				return Leakage{}, err
			}
		}
		for i := range w.Steps {
			w.Steps[i].OfList = share(w.Steps[i].Amount, w.List)
		}
		w.OffShare = share(w.Off, w.List)
		if err := t.addMargin(side, w, total.Currency); err != nil {
			return Leakage{}, err
		}
	}
	return l, nil
}

// addStep adds what a step did on the side, be it nothing.
func (w *Waterfall) addStep(side int, g *Group, info stepInfo, currency money.Currency) error {
	amount, count := g.Before, g.CountBefore
	if side == after {
		amount, count = g.After, g.CountAfter
	}
	if g.Currency != currency {
		return nil
	}
	var err error
	if info.kind == pricing.StepPrice {
		w.List, err = w.List.Add(amount)
		w.Lines += count
		return err
	}
	w.Steps = append(w.Steps, Share{Step: g.Key, Label: info.label, Kind: info.kind, Entries: count, Amount: amount})
	if amount.Sign() < 0 {
		w.Off, err = w.Off.Add(amount)
	}
	return err
}

// addMargin works out the margin of the lines whose cost is known.
func (t *tally) addMargin(side int, w *Waterfall, currency money.Currency) error {
	cost, known := t.costs[groupKey{currency: currency}]
	if !known {
		return nil
	}
	pocket := t.costed[groupKey{currency: currency}].amount[side]
	var err error
	w.Costed, w.Cost = cost.count[side], cost.amount[side]
	if w.Margin, err = pocket.Sub(w.Cost); err != nil {
		return err
	}
	w.MarginShare = share(w.Margin, pocket)
	return nil
}

// share is a part of a whole, rounded to four digits; 0 where the whole is not above
// zero.
func share(part, whole money.Amount) money.Rate {
	rate, _ := pricing.Moved{Before: whole, By: part}.Share()
	return rate
}
