//go:build !race

package substitution_test

const raceEnabled = false
