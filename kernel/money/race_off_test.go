//go:build !race

package money_test

// propertyCases is the number of random cases that all properties share; the
// environment variable O2C_PROPERTY_CASES overrides it.
const (
	propertyCases = 2_000_000
	raceEnabled   = false
)
