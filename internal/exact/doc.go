// Package exact is the decimal number that money and quantity are made of: a
// 64-bit coefficient with a scale, exact 128-bit intermediates, and one stated
// rounding where a result has to be cut.
//
// A [Dec] is a plain value. Add, Sub and Mul are exact or say that the result
// does not fit; they never wrap and never round. A [Product] multiplies several
// Decs in 128 bits and is divided and rounded once, by [Product.Quo]. What does
// not fit 128 bits goes through shopspring/decimal ([QuoDecimal]) with the same
// result.
package exact
