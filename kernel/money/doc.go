// Package money holds exact amounts of money.
//
// Price a line: 48 pieces at 10.50 USD, less 5% and 2%, rounded once.
//
//	price := money.MustParse("10.50 USD")
//	net, err := money.Extend(price, quantity.New(48, quantity.Each), 1, 2, money.HalfUp,
//		money.MustRate("0.95"), money.MustRate("0.98"))
//	// 469.22 USD
//
// Spread an order discount over the lines so that it sums to the cent:
//
//	parts, err := money.Apportion(money.MustParse("10.00 USD"), lineTotals)
//
// An [Amount] is 16 bytes: a 64-bit coefficient with a canonical scale and the
// currency. == is equality, an Amount can be a map key, and the zero Amount is a
// neutral zero. A [Rate] is a factor without a unit, such as 5%.
//
// Nothing is rounded unless a call says to how many places and by which
// [Rounding], and nothing wraps or goes through binary floating point: a result
// that does not fit is [ErrRange], two currencies in one sum are a
// [*CurrencyError]. Intermediates are exact in 128 bits; what needs more goes
// through shopspring/decimal, with the same result.
//
// For one line use [Extend]; for a chain of steps, each rounded, a [Calculator];
// for dated currency conversion an [Exchange].
//
// Amounts, rates and currencies are text ("12.50 USD", "0.05", "USD"), JSON
// ("12.50 USD") and database/sql values.
package money
