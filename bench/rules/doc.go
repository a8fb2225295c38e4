// Package rules compares finding the rules that apply to an order line: two
// equalities, a least quantity and a validity each, of which 1 to 5 match.
package rules
