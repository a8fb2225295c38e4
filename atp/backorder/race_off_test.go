//go:build !race

package backorder_test

const raceEnabled = false
