// Package tell works out how documents of the library are told to a trading
// partner, whatever the standard: quantities in the unit that was ordered, and an
// invoice as lines at prices that come to what is billed.
package tell
