package credit

import (
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
)

// Exposure is what an account and all below it owe or may come to owe, in the account's currency. Each part is converted
// from the currencies of its documents with one rounding to the minor unit, halves up.
type Exposure struct {
	Account     string       `json:"account"`
	Receivables money.Amount `json:"receivables"`
	Deliveries  money.Amount `json:"deliveries"` // delivered and not invoiced
	Orders      money.Amount `json:"orders"`     // not delivered, within the horizon
	Special     money.Amount `json:"special"`
	Deposits    money.Amount `json:"deposits"`  // lessens the total
	Unapplied   money.Amount `json:"unapplied"` // lessens the total
	Cover       money.Amount `json:"cover"`     // what of the insurance counts; lessens the total
	// Total is receivables + deliveries + orders + special - deposits - unapplied - cover. It may be negative.
	Total money.Amount `json:"total"`

	BeyondHorizon money.Amount `json:"beyond_horizon"` // orders that ship later; not in the total

	// Limit is the amount that may be used: the account's own limit times its tolerance, rounded down to the minor unit.
	// Nil: the account has no limit of its own.
	Limit      *money.Amount `json:"limit,omitempty"`
	Comparison Comparison    `json:"comparison"`
	// Available is the limit less the total, below 0 when it is overdrawn.
	Available *money.Amount `json:"available,omitempty"`
	Ageing    Ageing        `json:"ageing"`
}

// Exposure returns the figures of an account. The errors are *UnknownAccountError and *RateError.
func (l *Ledger) Exposure(now time.Time, id string) (Exposure, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	a, err := l.account(id)
	if err != nil {
		return Exposure{}, err
	}
	m, err := l.measure(a, moment{now, l.today(now)}, nil)
	if err != nil {
		return Exposure{}, err
	}
	x := Exposure{
		Account: id, Receivables: m.parts[Receivables], Deliveries: m.parts[Deliveries], Orders: m.parts[Orders],
		Special: m.parts[Special], Deposits: m.parts[Deposits], Unapplied: m.parts[Unapplied], Cover: m.cover,
		Total: m.total, BeyondHorizon: m.beyond, Comparison: m.comparison, Ageing: m.ageing,
	}
	if m.limited {
		x.Limit, x.Available = copied(&m.limit), copied(&m.available)
	}
	return x, nil
}

// moment is an instant with its day.
type moment struct {
	at    time.Time
	today calendar.Date
}

// measured are the figures of an account, in its currency.
type measured struct {
	parts      [parts]money.Amount // Orders within the horizon only
	beyond     money.Amount
	cover      money.Amount
	total      money.Amount // without the order in question
	needed     money.Amount // what the order in question adds
	stood      money.Amount // what it added before
	after      money.Amount // total + needed
	limited    bool
	limit      money.Amount
	comparison Comparison
	available  money.Amount // limit - total
	ageing     Ageing
}

// question is an order whose exposure is asked for. Its open value before is taken out of the exposure.
type question struct {
	currency      money.Currency
	before, after []Planned
}

// measure works out the figures of an account.
func (l *Ledger) measure(a *account, now moment, q *question) (measured, error) {
	currency := a.set.Account.Currency
	m := measured{beyond: money.Zero(currency), needed: money.Zero(currency), stood: money.Zero(currency)}
	for p := range m.parts {
		m.parts[p] = money.Zero(currency)
	}
	horizon, dynamic := a.horizon(now.today)
	met := false
	for i := range a.balances {
		b := &a.balances[i]
		orders, beyond := b.parts[Orders], money.Zero(b.currency)
		var err error
		if dynamic {
			if beyond, err = b.beyond(horizon); err != nil {
				return m, err
			}
			if orders, err = orders.Sub(beyond); err != nil {
				return m, err
			}
		}
		if q != nil && b.currency == q.currency {
			met = true
			if orders, beyond, err = l.ask(&m, a, now, q, orders, beyond); err != nil {
				return m, err
			}
		}
		if err := l.gather(&m, a, now, b, orders, beyond); err != nil {
			return m, err
		}
	}
	if q != nil && !met {
		none := money.Zero(q.currency)
		if _, _, err := l.ask(&m, a, now, q, none, none); err != nil {
			return m, err
		}
	}
	return m, l.conclude(&m, a, now)
}

// horizon gives the last day that counts, and whether there is one.
func (a *account) horizon(today calendar.Date) (calendar.Date, bool) {
	if h := a.set.Account.HorizonDays; h != nil {
		return today.AddDays(*h), true
	}
	return calendar.Date{}, false
}

// ask takes the order in question out of the orders in its currency, and works out what it adds and what it added.
func (l *Ledger) ask(
	m *measured, a *account, now moment, q *question, orders, beyond money.Amount,
) (without, later money.Amount, err error) {
	before, beforeLater, err := a.counted(now.today, q.currency, q.before)
	if err != nil {
		return orders, beyond, err
	}
	after, _, err := a.counted(now.today, q.currency, q.after)
	if err != nil {
		return orders, beyond, err
	}
	if without, err = orders.Sub(before); err != nil {
		return orders, beyond, err
	}
	if later, err = beyond.Sub(beforeLater); err != nil {
		return orders, beyond, err
	}
	if m.stood, err = l.difference(a, now, without, before); err != nil {
		return orders, beyond, err
	}
	m.needed, err = l.difference(a, now, without, after)
	return without, later, err
}

// counted splits a value into what ships within the account's horizon and what ships later.
func (a *account) counted(today calendar.Date, c money.Currency, value []Planned) (within, later money.Amount, err error) {
	horizon, dynamic := a.horizon(today)
	within, later = money.Zero(c), money.Zero(c)
	for _, p := range value {
		sum := &within
		if dynamic && p.Ship.After(horizon) {
			sum = &later
		}
		if *sum, err = sum.Add(p.Amount); err != nil {
			return within, later, err
		}
	}
	return within, later, nil
}

// difference is what an amount adds to another one in the account's currency. Both sums are rounded as a whole, so that
// it is exactly what the exposure grows by.
func (l *Ledger) difference(a *account, now moment, base, more money.Amount) (money.Amount, error) {
	if base.Currency() == a.set.Account.Currency {
		return more, nil
	}
	sum, err := base.Add(more)
	if err != nil {
		return money.Amount{}, err
	}
	low, err := l.convert(a, now, base)
	if err != nil {
		return money.Amount{}, err
	}
	high, err := l.convert(a, now, sum)
	if err != nil {
		return money.Amount{}, err
	}
	return high.Sub(low)
}

// gather adds the parts of a balance.
func (l *Ledger) gather(m *measured, a *account, now moment, b *balance, orders, beyond money.Amount) error {
	add := func(sum *money.Amount, amount money.Amount) error {
		if amount.IsZero() {
			return nil
		}
		converted, err := l.convert(a, now, amount)
		if err != nil {
			return err
		}
		*sum, err = sum.Add(converted)
		return err
	}
	for p := range m.parts {
		amount := b.parts[p]
		if Part(p) == Orders {
			amount = orders
		}
		if err := add(&m.parts[p], amount); err != nil {
			return err
		}
	}
	return add(&m.beyond, beyond)
}

// convert brings an amount to the account's currency.
func (l *Ledger) convert(a *account, now moment, amount money.Amount) (money.Amount, error) {
	to := a.set.Account.Currency
	if amount.Currency() == to {
		return amount, nil
	}
	if amount.IsZero() {
		return money.Zero(to), nil
	}
	converted, _, err := l.exchange.Convert(amount, to, now.at, to.Digits(), money.HalfUp)
	if err != nil {
		return money.Amount{}, &RateError{Account: a.id, From: amount.Currency(), To: to, At: instant(now.at), Err: err}
	}
	return converted, nil
}

// conclude adds everything up and compares it with the limit.
func (l *Ledger) conclude(m *measured, a *account, now moment) error {
	cover, err := l.cover(a, now)
	if err != nil {
		return err
	}
	m.cover = cover
	m.total, err = money.Sum(m.parts[Receivables], m.parts[Deliveries], m.parts[Orders], m.parts[Special],
		m.parts[Deposits].Neg(), m.parts[Unapplied].Neg(), cover.Neg())
	if err != nil {
		return err
	}
	if m.after, err = m.total.Add(m.needed); err != nil {
		return err
	}
	if m.ageing, err = l.age(a, now); err != nil {
		return err
	}
	limit := a.set.Account.Limit
	if limit == nil {
		return nil
	}
	m.limited, m.comparison, m.limit = true, limit.Comparison, limit.Amount
	if !limit.Tolerance.IsZero() {
		places := a.set.Account.Currency.Digits()
		if m.limit, err = limit.Amount.MulRound(limit.Tolerance, places, money.Down); err != nil {
			return err
		}
	}
	m.available, err = m.limit.Sub(m.total)
	return err
}

// cover is what of the insurance of the account and all below it counts: each account's, and what is insured below it,
// up to the account's receivables and deliveries.
func (l *Ledger) cover(a *account, now moment) (money.Amount, error) {
	sum := money.Zero(a.set.Account.Currency)
	if a.covered == 0 {
		return sum, nil
	}
	if c := a.set.Account.Cover; c != nil && (c.ValidUntil.IsZero() || !now.today.After(c.ValidUntil)) {
		sum = c.Amount
	}
	for _, below := range a.children {
		if below.covered == 0 {
			continue
		}
		part, err := l.cover(below, now)
		if err != nil {
			return sum, err
		}
		if part, err = l.convert(a, now, part); err != nil {
			return sum, err
		}
		if sum, err = sum.Add(part); err != nil {
			return sum, err
		}
	}
	insurable := money.Zero(a.set.Account.Currency)
	for i := range a.balances {
		for _, p := range [...]Part{Receivables, Deliveries} {
			amount, err := l.convert(a, now, a.balances[i].parts[p])
			if err != nil {
				return sum, err
			}
			if insurable, err = insurable.Add(amount); err != nil {
				return sum, err
			}
		}
	}
	if insurable.Sign() < 0 {
		return money.Zero(a.set.Account.Currency), nil
	}
	if above, err := sum.Cmp(insurable); err != nil || above > 0 {
		return insurable, err
	}
	return sum, nil
}
