package money

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/internal/exact"
)

// ExchangeRate says that one unit of From is Rate units of To, within
// [ValidFrom, ValidTo).
type ExchangeRate struct {
	From      Currency  `json:"from"`
	To        Currency  `json:"to"`
	Rate      Rate      `json:"rate"`                // above zero
	ValidFrom time.Time `json:"valid_from,omitzero"` // the zero time: always
	ValidTo   time.Time `json:"valid_to,omitzero"`   // the zero time: until the next ValidFrom of the pair, or for ever
	Inverse   bool      `json:"inverse,omitempty"`   // the rate also converts To into From, by division
	Source    string    `json:"source,omitempty"`    // who says so: for the record, not read here
}

// MissingRateError reports that no rate is stated for a conversion at a time.
type MissingRateError struct {
	From, To Currency
	At       time.Time
}

// Error implements error.
func (e *MissingRateError) Error() string {
	return fmt.Sprintf("money: no rate from %s to %s at %s", e.From, e.To, e.At.Format(time.RFC3339))
}

// ExchangeRateError reports a rate that NewExchange refuses.
type ExchangeRateError struct {
	Rate   ExchangeRate
	Reason string
}

// Error implements error.
func (e *ExchangeRateError) Error() string {
	return fmt.Sprintf("money: rate %s from %s to %s as of %s: %s",
		e.Rate.Rate, e.Rate.From, e.Rate.To, e.Rate.ValidFrom.Format(time.RFC3339), e.Reason)
}

// Exchange converts amounts by dated rates. It is immutable and safe for many
// goroutines.
type Exchange struct {
	pairs map[pair][]ExchangeRate // by ValidFrom, each with its ValidTo
}

type pair struct{ from, to Currency }

// NewExchange checks the rates and makes them ready for lookup. Every rate it
// refuses is an *ExchangeRateError, all of them joined: an unknown currency, a
// rate of a currency to itself, a rate not above zero, an end before the start,
// two rates of one pair at one time.
func NewExchange(rates []ExchangeRate) (*Exchange, error) {
	x := &Exchange{pairs: make(map[pair][]ExchangeRate)}
	var faults []error
	for _, r := range rates {
		if reason := r.fault(); reason != "" {
			faults = append(faults, &ExchangeRateError{Rate: r, Reason: reason})
			continue
		}
		key := pair{r.From, r.To}
		x.pairs[key] = append(x.pairs[key], r)
	}
	for _, dated := range x.pairs {
		faults = append(faults, order(dated)...)
	}
	if len(faults) > 0 {
		slices.SortStableFunc(faults, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
		return nil, errors.Join(faults...)
	}
	return x, nil
}

// Convert converts an amount at the rate that is valid at a time, with one
// rounding to places (0 to MaxScale), and returns the rate it used. A stated rate
// of the pair comes first, then a rate of the opposite pair that says Inverse;
// there is no other way from one currency to another (see ConvertVia), and no
// rate is a *MissingRateError. Between a currency and itself the rate is 1.
func (x *Exchange) Convert(a Amount, to Currency, at time.Time, places int, mode Rounding) (Amount, ExchangeRate, error) {
	rate, err := x.find(a.currency, to, at)
	if err != nil {
		return Amount{}, ExchangeRate{}, err
	}
	converted, err := convert(a, to, places, mode, rate)
	return converted, rate, err
}

// ConvertVia converts through a third currency: exactly into via, and then into
// to with one rounding for both steps. It returns the two rates it used.
func (x *Exchange) ConvertVia(a Amount, via, to Currency, at time.Time, places int, mode Rounding) (Amount, [2]ExchangeRate, error) {
	first, err := x.find(a.currency, via, at)
	if err != nil {
		return Amount{}, [2]ExchangeRate{}, err
	}
	second, err := x.find(via, to, at)
	if err != nil {
		return Amount{}, [2]ExchangeRate{}, err
	}
	converted, err := convert(a, to, places, mode, first, second)
	return converted, [2]ExchangeRate{first, second}, err
}

// Find returns the rate by which Convert would convert at a time: one of the pair, or
// one of the opposite pair, whose From is then to, to divide by. No rate is a
// *MissingRateError.
func (x *Exchange) Find(from, to Currency, at time.Time) (ExchangeRate, error) {
	return x.find(from, to, at)
}

// Rates returns all rates, ordered by pair and time, each with the end that it has
// in effect.
func (x *Exchange) Rates() []ExchangeRate {
	var all []ExchangeRate
	for _, dated := range x.pairs {
		all = append(all, dated...)
	}
	slices.SortFunc(all, func(a, b ExchangeRate) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), a.ValidFrom.Compare(b.ValidFrom))
	})
	return all
}

// convert applies the rates one after the other, each in the direction that the
// currency reached so far asks for.
func convert(a Amount, to Currency, places int, mode Rounding, rates ...ExchangeRate) (Amount, error) {
	if err := checkRounding(places, mode); err != nil {
		return Amount{}, err
	}
	if !a.inRange() {
		return Amount{}, ErrRange
	}
	p, div := exact.NewProduct(a.dec()), exact.Dec{Coef: 1}
	n, m, fits := a.Decimal(), div.Decimal(), true
	reached := a.currency
	for _, r := range rates {
		if r.From == reached {
			fits = p.Mul(r.Rate.dec) && fits
			n, reached = n.Mul(r.Rate.Decimal()), r.To
			continue
		}
		product, ok := div.Mul(r.Rate.dec)
		div, fits = product, ok && fits
		m, reached = m.Mul(r.Rate.Decimal()), r.From
	}
	var d exact.Dec
	if fits {
		d, fits = p.Quo(div, uint8(places), mode)
	} else {
		d, fits = exact.QuoDecimal(n, m, uint8(places), mode)
	}
	if !fits {
		return Amount{}, ErrRange
	}
	return canonical(d, to)
}

func (x *Exchange) find(from, to Currency, at time.Time) (ExchangeRate, error) {
	if from == to && from.IsValid() {
		return ExchangeRate{From: from, To: to, Rate: RateFromInt(1)}, nil
	}
	if rate, ok := lookup(x.pairs[pair{from, to}], at); ok {
		return rate, nil
	}
	if rate, ok := lookup(x.pairs[pair{to, from}], at); ok && rate.Inverse {
		return rate, nil
	}
	return ExchangeRate{}, &MissingRateError{From: from, To: to, At: at}
}

// lookup returns the rate whose [ValidFrom, ValidTo) holds the time.
func lookup(dated []ExchangeRate, at time.Time) (ExchangeRate, bool) {
	after, found := slices.BinarySearchFunc(dated, at, func(r ExchangeRate, at time.Time) int {
		return r.ValidFrom.Compare(at)
	})
	if !found {
		after--
	}
	if after < 0 || !dated[after].ValidTo.IsZero() && !at.Before(dated[after].ValidTo) {
		return ExchangeRate{}, false
	}
	return dated[after], true
}

// fault says why a rate is wrong by itself, or nothing.
func (r ExchangeRate) fault() string {
	switch {
	case !r.From.IsValid() || !r.To.IsValid():
		return "unknown currency"
	case r.From == r.To:
		return "a currency to itself"
	case r.Rate.Sign() <= 0:
		return "not above zero"
	case !r.ValidTo.IsZero() && !r.ValidFrom.Before(r.ValidTo):
		return "ends before it begins"
	default:
		return ""
	}
}

// order sorts the rates of one pair by date, ends each open one where the next
// begins, and returns the overlaps.
func order(dated []ExchangeRate) []error {
	var faults []error
	slices.SortStableFunc(dated, func(a, b ExchangeRate) int { return a.ValidFrom.Compare(b.ValidFrom) })
	latest := 0 // the one that ends last of those before
	for i := 1; i < len(dated); i++ {
		before, r := &dated[latest], dated[i]
		switch {
		case before.ValidFrom.Equal(r.ValidFrom) || before.ValidTo.After(r.ValidFrom):
			faults = append(faults, &ExchangeRateError{Rate: r, Reason: fmt.Sprintf("overlaps the rate %s as of %s",
				before.Rate, before.ValidFrom.Format(time.RFC3339))})
			if !r.ValidTo.IsZero() && !r.ValidTo.After(before.ValidTo) {
				continue
			}
		case before.ValidTo.IsZero():
			before.ValidTo = r.ValidFrom
		}
		latest = i
	}
	return faults
}
