package credit

import (
	"math"
	"math/bits"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
)

// Facts are what rules decide on. A book is asked once for the account of the order (level 0) and once for each account
// above it, each with the facts of that account and all below it. Conditions use the names in lower camel case:
// exposureAfter, order.amount.
//
// All amounts but order.amount are in the account's currency. Facts behind a pointer, and zero dates, can be missing; a
// comparison with a missing fact is false.
type Facts struct {
	Order OrderFacts

	Account      string
	Level        int // 0: the order's own account, 1: its parent, ...
	Currency     string
	Class        string
	Terms        string
	Blocked      bool
	Watch        bool
	Note         string
	DunningLevel int
	// NewCustomer: nothing was ever invoiced to the account itself.
	NewCustomer bool
	// LastPaymentDays is how many days ago the account itself paid last; missing: never.
	LastPaymentDays *int

	Receivables, Deliveries, Orders, Special, Deposits, Unapplied money.Amount
	// Cover is what of the insurance counts, CoverUntil its last day; CoverExpired: that day has passed.
	Cover        money.Amount
	CoverUntil   calendar.Date
	CoverExpired bool

	// Exposure is without the order, Needed what the order adds within the horizon, ExposureAfter both.
	Exposure, Needed, ExposureAfter money.Amount

	// Limit is what may be used of the account's own limit, tolerance included. Missing: it has none.
	Limit *money.Amount
	// Comparison is ">" when only an exposure above the limit is too high, ">=" when one that reaches it is.
	Comparison string
	// Available is the limit less the exposure without the order.
	Available *money.Amount
	// Short is by how much the exposure with the order is above the limit; missing when it is not.
	Short *money.Amount
	// Utilisation is exposureAfter as a share of the limit, cut to six places; missing without a limit above 0.
	Utilisation *money.Rate
	// LimitUntil is the last day of the limit; LimitExpired: that day has passed.
	LimitUntil   calendar.Date
	LimitExpired bool

	// Overdue is what is past due, the others what of it is so by more than so many days. Credit memos are not in it.
	Overdue, OverdueOver30, OverdueOver60, OverdueOver90 money.Amount
	// OverdueShare is overdue as a share of receivables, cut to six places; missing when nothing is receivable.
	OverdueShare *money.Rate
	// OldestDays is how many days the oldest item is past due; missing when nothing is.
	OldestDays *int
}

// OrderFacts are the facts of the order.
type OrderFacts struct {
	ID     string `rule:"id"`
	Amount money.Amount
	Terms  string
	// FirstShip is the earliest planned day; missing when there is no plan.
	FirstShip calendar.Date
}

// facts are Facts with room for what they point to.
type facts struct {
	Facts
	limit, available, short     money.Amount
	utilisation, overdueShare   money.Rate
	lastPaymentDays, oldestDays int
}

// fill states the facts of an account. The order's are there already.
func (f *facts) fill(a *account, level int, now moment, m *measured) error {
	set := &a.set.Account
	f.Facts = Facts{
		Order: f.Order, Account: a.id, Level: level, Currency: set.Currency.Code(), Class: set.Class, Terms: set.Terms,
		Blocked: set.Blocked, Watch: set.Watch, Note: set.Note, DunningLevel: set.DunningLevel, NewCustomer: a.invoices == 0 && !a.known,
		Receivables: m.parts[Receivables], Deliveries: m.parts[Deliveries], Orders: m.parts[Orders],
		Special: m.parts[Special], Deposits: m.parts[Deposits], Unapplied: m.parts[Unapplied], Cover: m.cover,
		Exposure: m.total, Needed: m.needed, ExposureAfter: m.after, Comparison: m.comparison.String(),
		Overdue: m.ageing.Overdue, OverdueOver30: m.ageing.Over30, OverdueOver60: m.ageing.Over60,
		OverdueOver90: m.ageing.Over90,
	}
	if set.Cover != nil && !set.Cover.ValidUntil.IsZero() {
		f.CoverUntil = set.Cover.ValidUntil
		f.CoverExpired = now.today.After(f.CoverUntil)
	}
	if n := len(a.paid); n > 0 {
		f.lastPaymentDays = now.today.Sub(a.paid[n-1])
		f.LastPaymentDays = &f.lastPaymentDays
	}
	if m.ageing.OldestDays > 0 {
		f.oldestDays = m.ageing.OldestDays
		f.OldestDays = &f.oldestDays
	}
	var ok bool
	if f.overdueShare, ok = share(f.Overdue, f.Receivables); ok {
		f.OverdueShare = &f.overdueShare
	}
	if !m.limited {
		return nil
	}
	return f.fillLimit(set.Limit, now, m)
}

func (f *facts) fillLimit(limit *Limit, now moment, m *measured) error {
	f.limit, f.available = m.limit, m.available
	f.Limit, f.Available = &f.limit, &f.available
	over, err := m.after.Sub(m.limit)
	if err != nil {
		return err
	}
	if over.Sign() > 0 {
		f.short = over
		f.Short = &f.short
	}
	var ok bool
	if f.utilisation, ok = share(m.after, m.limit); ok {
		f.Utilisation = &f.utilisation
	}
	if !limit.ValidUntil.IsZero() {
		f.LimitUntil = limit.ValidUntil
		f.LimitExpired = now.today.After(limit.ValidUntil)
	}
	return nil
}

// share is a / b, what is beyond six places cut off, and whether there is one: b has to be above 0.
func share(a, b money.Amount) (money.Rate, bool) {
	if b.Sign() <= 0 {
		return money.Rate{}, false
	}
	if a.Scale() != b.Scale() {
		return shareOfDecimals(a, b)
	}
	hi, lo := bits.Mul64(uint64(a.Abs().Coefficient()), 1_000_000)
	divisor := uint64(b.Coefficient())
	if hi >= divisor {
		return shareOfDecimals(a, b)
	}
	millionths, _ := bits.Div64(hi, lo, divisor)
	if millionths > math.MaxInt64 {
		return money.Rate{}, false
	}
	r := money.RateFromInt(int64(millionths))
	if a.Sign() < 0 {
		r = r.Neg()
	}
	millionth, err := money.ParseRate("0.000001")
	if err != nil {
		return money.Rate{}, false
	}
	r, err = r.Mul(millionth)
	return r, err == nil
}

// shareOfDecimals is share for amounts that 128 bits do not suffice for.
func shareOfDecimals(a, b money.Amount) (money.Rate, bool) {
	const places = 6
	whole, _ := a.Decimal().Shift(places).QuoRem(b.Decimal(), 0)
	r, err := money.RateFromDecimal(whole.Shift(-places))
	return r, err == nil
}
