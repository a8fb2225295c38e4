//go:build !race

package tax_test

const raceEnabled = false
