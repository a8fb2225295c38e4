//go:build !race

package impact_test

const raceEnabled = false
