package rebate

import (
	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/internal/exact"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Turnover is what was billed: the net value, and where quantities are counted, the number of units.
type Turnover struct {
	Value    money.Amount      `json:"value,omitzero"`
	Quantity quantity.Quantity `json:"quantity,omitzero"`
}

// Earning is what a turnover earns.
type Earning struct {
	// Amount is never below 0.
	Amount money.Amount `json:"amount"`
	// Tier counts the tiers that are reached from 1; 0: none is.
	Tier int `json:"tier,omitempty"`
}

// Earned tells what a period's turnover earns, rounded once. The error is money.ErrRange.
func (a *Agreement) Earned(t Turnover) (Earning, error) {
	tier := a.reached(a.measure(t))
	amount, err := a.worth(t, tier)
	return Earning{Amount: amount, Tier: tier}, err
}

// Accrual tells what is set aside for a period's turnover so far: what it earns, or with a forecast that is higher, its
// share of what the forecast would earn. The tier is the one that is accrued for. The error is money.ErrRange.
func (a *Agreement) Accrual(t Turnover) (Earning, error) {
	so, expected := a.measure(t), a.measure(a.Forecast)
	if expected.Sign() <= 0 || so.Cmp(expected) >= 0 {
		return a.Earned(t)
	}
	tier := a.reached(expected)
	if a.Reach == Retroactive {
		amount, err := a.worth(t, tier)
		return Earning{Amount: amount, Tier: tier}, err
	}
	share := a.beyond(expected).Mul(so)
	amount, err := a.round(share, expected.Mul(decimal.NewFromInt(a.Tiers[0].per())))
	return Earning{Amount: amount, Tier: tier}, err
}

// worth is what a turnover earns once a tier is reached.
func (a *Agreement) worth(t Turnover, tier int) (money.Amount, error) {
	if tier == 0 {
		return money.Zero(a.Currency), nil
	}
	reached := &a.Tiers[tier-1]
	if a.Reach == Beyond {
		return a.round(a.beyond(a.measure(t)), decimal.NewFromInt(reached.per()))
	}
	if reached.byAmount() {
		return a.round(t.Quantity.Decimal().Mul(reached.Amount.Decimal()), decimal.NewFromInt(reached.per()))
	}
	return a.round(t.Value.Decimal().Mul(reached.Rate.Decimal()), decimal.NewFromInt(1))
}

// beyond adds up, exactly, what each stretch of a measure up to a point is worth, times the units that tiers are for.
func (a *Agreement) beyond(upTo decimal.Decimal) decimal.Decimal {
	sum := decimal.Zero
	for i := range a.Tiers {
		from, end := a.measure(a.Tiers[i].threshold()), upTo
		if i+1 < len(a.Tiers) {
			end = decimal.Min(end, a.measure(a.Tiers[i+1].threshold()))
		}
		if end.Cmp(from) <= 0 {
			break
		}
		sum = sum.Add(end.Sub(from).Mul(a.Tiers[i].grant()))
	}
	return sum
}

// round divides, rounds to the minor unit, and lets nothing fall below 0.
func (a *Agreement) round(n, div decimal.Decimal) (money.Amount, error) {
	if n.Sign() <= 0 {
		return money.Zero(a.Currency), nil
	}
	d, ok := exact.QuoDecimal(n, div, uint8(a.Currency.Digits()), a.Rounding)
	if !ok {
		return money.Amount{}, money.ErrRange
	}
	return money.FromDecimal(d.Decimal(), a.Currency)
}

// reached counts the tiers whose threshold is not above a measure.
func (a *Agreement) reached(measure decimal.Decimal) int {
	n := 0
	for n < len(a.Tiers) && a.measure(a.Tiers[n].threshold()).Cmp(measure) <= 0 {
		n++
	}
	return n
}

// measure is what of a turnover is compared with thresholds.
func (a *Agreement) measure(t Turnover) decimal.Decimal {
	if a.Basis == Quantity {
		return t.Quantity.Decimal()
	}
	return t.Value.Decimal()
}

func (t Tier) threshold() Turnover { return Turnover{t.Value, t.Quantity} }

func (t Tier) byAmount() bool { return t.Amount.Currency() != 0 }

func (t Tier) grant() decimal.Decimal {
	if t.byAmount() {
		return t.Amount.Decimal()
	}
	return t.Rate.Decimal()
}

// per is the number of units that an amount is for.
func (t Tier) per() int64 { return max(t.Per, 1) }

// plus adds exactly.
func (t Turnover) plus(u Turnover) (Turnover, error) {
	value, err := t.Value.Add(u.Value)
	if err != nil {
		return Turnover{}, err
	}
	count, err := t.Quantity.Add(u.Quantity)
	return Turnover{value, count}, err
}

func (t Turnover) neg() Turnover { return Turnover{t.Value.Neg(), t.Quantity.Neg()} }
