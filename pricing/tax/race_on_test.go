//go:build race

package tax_test

const raceEnabled = true
