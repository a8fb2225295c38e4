//go:build race

package money_test

const (
	propertyCases = 40_000
	raceEnabled   = true
)
