// Package money compares what an order line costs: a price of four digits times
// a quantity, three discounts, one rounding to the cent, half up.
package money
