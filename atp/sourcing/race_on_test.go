//go:build race

package sourcing_test

const raceEnabled = true
