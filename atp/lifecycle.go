package atp

import (
	"github.com/o2ckit/o2c/internal/named"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// LimitReason says what kind of thing keeps a demand from being met.
type LimitReason uint8

const (
	// LimitSupply is supply that is not there, or promised to others, or held back by quotas.
	LimitSupply LimitReason = iota
	// LimitNotYetAvailable is a day before Policy.AvailableFrom.
	LimitNotYetAvailable
	// LimitLastOrderPassed is a demand that was placed after Policy.LastOrder. It gets nothing.
	LimitLastOrderPassed
	// LimitPhaseOut is an item that is being phased out: without Policy.PhaseOut, more could be had from the replenishment
	// lead time on.
	LimitPhaseOut
)

func limitReasonNames() named.Set {
	return named.Set{In: "atp", What: "reason of a limit", Names: "supply not-yet-available last-order-passed phase-out"}
}

// String returns the name that explanations carry, such as last-order-passed.
func (r LimitReason) String() string { return limitReasonNames().Name(uint8(r)) }

// MarshalText writes the reason as String does. A value that is none of the constants is an error.
func (r LimitReason) MarshalText() ([]byte, error) { return limitReasonNames().Marshal(uint8(r)) }

// UnmarshalText reads what String returns.
func (r *LimitReason) UnmarshalText(text []byte) error {
	return limitReasonNames().Unmarshal(text, (*uint8)(r))
}

// checkLifecycle refuses dates of the life of an item that cannot be.
func (p Policy) checkLifecycle() (field, reason string) {
	if !p.LastOrder.IsZero() && p.LastOrder.Before(p.AvailableFrom) {
		return "Policy.LastOrder", "is before AvailableFrom"
	}
	return "", ""
}

// phasedOut reports whether nothing more is bought or made.
func (v *view) phasedOut() bool {
	from := v.p.policy.PhaseOut
	return !from.IsZero() && !v.today.Before(from)
}

// ordered reports whether a demand that was placed on a day was placed in time. No date: on the day on which the
// reservation was made that it replaces, or today.
func (v *view) ordered(placed calendar.Date) bool {
	if placed.IsZero() {
		placed = v.placed
	}
	last := v.p.policy.LastOrder
	return last.IsZero() || !placed.After(last)
}

// usable is the day from which a supply can be used that is there, or counts, from another.
func (v *view) usable(from calendar.Date) calendar.Date {
	if from = v.from(from); from.Before(v.p.policy.AvailableFrom) {
		return v.p.policy.AvailableFrom
	}
	return from
}

// launch holds all supply back until the item is available.
func (v *view) launch(scope Scope) {
	p := v.p
	from := v.launched()
	if from.IsZero() {
		return
	}
	var held int64
	for t, n := range p.onHand {
		if scope.Has(SupplyType(t)) {
			held += n
		}
	}
	v.opening -= held
	if p.more != nil {
		for _, r := range p.more.receipts {
			day := r.expected()
			n := r.counted()
			if n == 0 || !scope.Has(r.kind) || !day.Before(from) || v.ignores(day) {
				continue
			}
			v.apply(day, -n, 0)
			held += n
		}
	}
	v.apply(from, held, 0)
}

// ignores reports whether a receipt that counts from a day is too long past due.
func (v *view) ignores(day calendar.Date) bool {
	f := v.p.policy.PastDueReceipts
	return f.Ignore && day.Before(v.today.AddDays(-f.Days))
}

// reason says why a demand is not met on a day or, where some of it is unfilled, at all.
func (v *view) reason(placed, day calendar.Date, unfilled bool) LimitReason {
	policy := v.p.policy
	switch {
	case !v.ordered(placed):
		return LimitLastOrderPassed
	case day.Before(policy.AvailableFrom):
		return LimitNotYetAvailable
	case policy.Horizon == Infinite && v.phasedOut():
		if limit := v.today.AddDays(policy.Replenishment); !limit.IsZero() && (unfilled || !day.Before(limit)) {
			return LimitPhaseOut
		}
	}
	return LimitSupply
}

// launched is the day from which the item is available, where that is after today; else no date.
func (v *view) launched() calendar.Date {
	if from := v.p.policy.AvailableFrom; v.today.Before(from) {
		return from
	}
	return calendar.Date{}
}

// launch shows the day from which the item is available: before it, nothing that is there can be had.
func (o *Outlook) launch(v *view, now int64) {
	if o.AvailableFrom = v.launched(); o.AvailableFrom.IsZero() {
		return
	}
	o.day(o.AvailableFrom)
	look := v.p.look(v.s, now, "", 0, false)
	defer look.close()
	for i := range o.Days {
		o.Days[i].ATP = look.atp(o.Days[i].Date)
	}
}
