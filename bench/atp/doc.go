// Package atp compares the two questions of promising, how much can be had on a
// day and when a quantity can be had, for an item with so many open receipts
// and reservations.
package atp
