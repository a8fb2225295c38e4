package money_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// The properties compare money with shopspring/decimal, whose numbers have no
// bounds: a result is right when it is shopspring's, and ErrRange is right when
// shopspring's does not fit an Amount.

// cases returns the number of random cases for a property that gets a share, in
// percent, of all of them.
func cases(t *testing.T, percent int) int {
	t.Helper()
	total := propertyCases
	if text := os.Getenv("O2C_PROPERTY_CASES"); text != "" {
		var err error
		total, err = strconv.Atoi(text)
		require.NoError(t, err, "O2C_PROPERTY_CASES")
	}
	return max(total*percent/100, 1)
}

// source draws values that lie near the edges more often than chance would.
type source struct{ *rand.Rand }

func newSource(seed uint64) source { return source{rand.New(rand.NewPCG(20260327, seed))} }

// coefficient draws from all sizes alike, and half the time from an edge: of 64
// bits, of a power of ten, of a tie, of zero.
func (s source) coefficient() int64 {
	n := int64(s.Uint64() >> (1 + s.UintN(63)))
	switch s.UintN(8) {
	case 0:
		n = math.MaxInt64 - n%16
	case 1:
		n = pow10(s.UintN(19)) + n%3 - 1
	case 2:
		n = 5 * pow10(s.UintN(18))
	case 3:
		n = (n%1000)*10 + 5
	case 4:
		n %= 3
	}
	if s.UintN(2) == 0 {
		return -n
	}
	return n
}

func pow10(n uint) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

func (s source) number() decimal.Decimal {
	scale := int32(s.UintN(money.MaxScale + 1))
	if s.UintN(2) == 0 {
		scale = int32(s.UintN(5))
	}
	return decimal.New(s.coefficient(), -scale)
}

func (s source) currency() money.Currency {
	return [...]money.Currency{money.USD, money.JPY, money.KWD, money.CLF}[s.UintN(4)]
}

// amount draws until a number fits the currency: the minor digits may be too many.
func (s source) amount(c money.Currency) money.Amount {
	for {
		if a, err := money.FromDecimal(s.number(), c); err == nil {
			return a
		}
	}
}

func (s source) rate() money.Rate {
	r, err := money.RateFromDecimal(s.number())
	if err != nil {
		panic(err)
	}
	return r
}

// share draws a rate as discounts have it: 0 to 1 with a few digits.
func (s source) share() money.Rate {
	r, err := money.RateFromDecimal(decimal.New(int64(s.UintN(1001)), -3))
	if err != nil {
		panic(err)
	}
	return r
}

func (s source) quantity() quantity.Quantity {
	n := s.number()
	if s.UintN(2) == 0 {
		n = decimal.New(int64(s.UintN(100_000)), -int32(s.UintN(4)))
	}
	q, err := quantity.FromDecimal(n, quantity.Each)
	if err != nil {
		panic(err)
	}
	return q
}

func (s source) mode() money.Rounding { return money.Rounding(s.UintN(5)) }
func (s source) places() int          { return int(s.UintN(money.MaxScale + 1)) }

// fits is the definition of what an Amount can hold: the fewest digits, but not
// fewer than the currency's, give a coefficient of 63 bits.
func fits(v decimal.Decimal, c money.Currency) (scale int32, ok bool) {
	for scale = int32(c.Digits()); scale <= money.MaxScale; scale++ {
		if n := v.Shift(scale); n.IsInteger() {
			return scale, n.Abs().BigInt().IsInt64()
		}
	}
	return 0, false
}

// same requires the result that shopspring has, in canonical form, or ErrRange.
func same(t *testing.T, want decimal.Decimal, c money.Currency, got money.Amount, err error, what ...any) {
	t.Helper()
	scale, ok := fits(want, c)
	if !ok {
		if !errors.Is(err, money.ErrRange) || got != (money.Amount{}) {
			require.Failf(t, "no ErrRange", "%v does not fit, got %v, %v of %v", want, got, err, what)
		}
		return
	}
	if err != nil || got.Currency() != c || got.Scale() != int(scale) || !got.Decimal().Equal(want) {
		require.Failf(t, "not shopspring's", "want %v at %d, got %v at %d, %v of %v", want, scale, got, got.Scale(), err, what)
	}
}

// round is shopspring's own rounding; half down it does not have.
func round(v decimal.Decimal, places int, mode money.Rounding) decimal.Decimal {
	p := int32(places)
	switch mode {
	case money.HalfUp:
		return v.Round(p)
	case money.HalfEven:
		return v.RoundBank(p)
	case money.Up:
		return v.RoundUp(p)
	case money.Down:
		return v.RoundDown(p)
	default:
		if down := v.RoundDown(p); v.Sub(down).Abs().LessThanOrEqual(decimal.New(5, -p-1)) {
			return down
		}
		return v.RoundUp(p)
	}
}

// quo is n / div rounded: the two neighbours of the quotient, told apart by
// multiplying back.
func quo(n, div decimal.Decimal, places int, mode money.Rounding) decimal.Decimal {
	if div.Equal(decimal.New(1, 0)) {
		return round(n, places, mode)
	}
	step := decimal.New(int64(n.Sign()*div.Sign()), -int32(places))
	near, rem := n.QuoRem(div, int32(places))
	if rem.IsZero() {
		return near
	}
	far := near.Add(step)
	toNear := n.Sub(near.Mul(div)).Abs()
	toFar := n.Sub(far.Mul(div)).Abs()
	switch order := toNear.Cmp(toFar); {
	case mode == money.Down, mode <= money.HalfDown && order < 0:
		return near
	case mode == money.Up, mode <= money.HalfDown && order > 0:
		return far
	case mode == money.HalfDown:
		return near
	case mode == money.HalfEven && near.Shift(int32(places)).BigInt().Bit(0) == 0:
		return near
	default:
		return far
	}
}

func TestPropertySums(t *testing.T) {
	s := newSource(1)
	for range cases(t, 25) {
		c := s.currency()
		a, b := s.amount(c), s.amount(c)
		x, y := a.Decimal(), b.Decimal()
		sum, err := a.Add(b)
		same(t, x.Add(y), c, sum, err, a, "+", b)
		difference, err := a.Sub(b)
		same(t, x.Sub(y), c, difference, err, a, "-", b)
		same(t, x.Neg(), c, a.Neg(), nil, "-", a)
		same(t, x.Abs(), c, a.Abs(), nil, "abs", a)
		order, err := a.Cmp(b)
		if err != nil || order != x.Cmp(y) || a.Sign() != x.Sign() || (a == b) != x.Equal(y) {
			require.Failf(t, "order", "%v cmp %v: %d, %v", a, b, order, err)
		}
		third := s.amount(c)
		all, err := money.Sum(a, b, money.Amount{}, third, b.Neg())
		same(t, x.Add(third.Decimal()), c, all, err, "sum of", a, b, third, "less", b)
	}
}

func TestPropertyProducts(t *testing.T) {
	s := newSource(2)
	for range cases(t, 25) {
		c := s.currency()
		a, r, n, places, mode := s.amount(c), s.rate(), s.coefficient(), s.places(), s.mode()
		x, y := a.Decimal(), r.Decimal()
		product, err := a.Mul(r)
		same(t, x.Mul(y), c, product, err, a, "x", r)
		multiple, err := a.MulInt(n)
		same(t, x.Mul(decimal.New(n, 0)), c, multiple, err, a, "x", n)
		rounded, err := a.MulRound(r, places, mode)
		same(t, round(x.Mul(y), places, mode), c, rounded, err, a, "x", r, "to", places, mode)
		short, err := a.Round(places, mode)
		same(t, round(x, places, mode), c, short, err, a, "to", places, mode)
		quotient, err := a.QuoRound(r, places, mode)
		if r.IsZero() {
			require.ErrorIs(t, err, money.ErrDivision)
			continue
		}
		same(t, quo(x, y, places, mode), c, quotient, err, a, "/", r, "to", places, mode)
	}
}

// Extend is one rounding of shopspring's exact product, within 128 bits and
// beyond, and wherever the result ends.
func TestPropertyExtend(t *testing.T) {
	s := newSource(3)
	var ranges, results int
	for range cases(t, 25) {
		c := s.currency()
		price, q, places, mode := s.amount(c), s.quantity(), s.places(), s.mode()
		if s.UintN(2) == 0 {
			places = c.Digits()
		}
		factors := make([]money.Rate, s.UintN(5))
		for i := range factors {
			if factors[i] = s.share(); s.UintN(4) == 0 {
				factors[i] = s.rate()
			}
		}
		per := int64(1)
		switch s.UintN(4) {
		case 0:
			per = pow10(s.UintN(19))
		case 1:
			per = max(1, s.coefficient())
		}
		n := price.Decimal().Mul(q.Decimal())
		for _, f := range factors {
			n = n.Mul(f.Decimal())
		}
		net, err := money.Extend(price, q, per, places, mode, factors...)
		same(t, quo(n, decimal.New(per, 0), places, mode), c, net, err, price, q, per, places, mode, factors)
		if err != nil {
			ranges++
		} else {
			results++
		}
	}
	require.Greater(t, results, ranges, "too few results to prove anything")
	require.Greater(t, ranges, results/100, "too few overflows to prove anything")
}

// Each step of a Calculator is one rounding of shopspring's exact step.
func TestPropertyCalculator(t *testing.T) {
	s := newSource(4)
	for range cases(t, 15) {
		c := s.currency()
		start, places, mode := s.amount(c), s.places(), s.mode()
		calc := money.NewCalculator(start, places, mode)
		want := start.Decimal()
		for range 1 + s.UintN(4) {
			want = step(s, &calc, want, c, places, mode)
			if _, ok := fits(want, c); !ok {
				break
			}
		}
		got, err := calc.Amount()
		same(t, want, c, got, err, start, places, mode)
	}
}

func step(s source, calc *money.Calculator, x decimal.Decimal, c money.Currency, places int, mode money.Rounding) decimal.Decimal {
	r, one := s.share(), decimal.New(1, 0)
	if s.UintN(3) == 0 {
		r = s.rate()
	}
	switch s.UintN(8) {
	case 0:
		a := s.amount(c)
		calc.Add(a)
		return round(x.Add(a.Decimal()), places, mode)
	case 1:
		a := s.amount(c)
		calc.Sub(a)
		return round(x.Sub(a.Decimal()), places, mode)
	case 2:
		q, per := s.quantity(), max(1, s.coefficient()%1000)
		calc.Times(q, per)
		return quo(x.Mul(q.Decimal()), decimal.New(per, 0), places, mode)
	case 3:
		calc.Less(r)
		return round(x.Sub(fitting(round(x.Mul(r.Decimal()), places, mode))), places, mode)
	case 4:
		calc.More(r)
		return round(x.Add(fitting(round(x.Mul(r.Decimal()), places, mode))), places, mode)
	case 5:
		if r.IsZero() {
			return x
		}
		calc.Quo(r)
		return quo(x, r.Decimal(), places, mode)
	case 6:
		places = int(s.UintN(uint(places + 1)))
		calc.Round(places)
		return quo(x, one, places, mode)
	default:
		calc.Mul(r)
		return round(x.Mul(r.Decimal()), places, mode)
	}
}

// fitting makes a share of the running amount that does not fit 63 bits spoil the
// whole chain, as it does in the Calculator.
func fitting(share decimal.Decimal) decimal.Decimal {
	if _, ok := fits(share, 0); !ok {
		return decimal.New(1, 40)
	}
	return share
}

func TestPropertyText(t *testing.T) {
	s := newSource(5)
	for range cases(t, 10) {
		a, r := s.amount(s.currency()), s.rate()
		back, err := money.Parse(a.String())
		if err != nil || back != a {
			require.Failf(t, "text", "%v is read as %v, %v", a, back, err)
		}
		if want := a.Decimal().StringFixed(int32(a.Scale())); a.Number() != want {
			require.Failf(t, "text", "%v is written as %s", want, a.Number())
		}
		again, err := money.FromDecimal(a.Decimal(), a.Currency())
		if err != nil || again != a {
			require.Failf(t, "decimal", "%v comes back as %v, %v", a, again, err)
		}
		rate, err := money.ParseRate(r.String())
		if err != nil || rate != r {
			require.Failf(t, "rate", "%v is read as %v, %v", r, rate, err)
		}
		percent, err := money.ParseRate(r.Percent())
		if _, ok := fits(r.Decimal().Shift(2), 0); ok && (err != nil || percent != r) {
			require.Failf(t, "rate", "%v is read as %v, %v", r.Percent(), percent, err)
		}
	}
}
