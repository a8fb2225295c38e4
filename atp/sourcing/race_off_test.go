//go:build !race

package sourcing_test

const raceEnabled = false
