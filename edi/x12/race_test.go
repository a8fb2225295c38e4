//go:build race

package x12_test

// The race detector makes the hostile streams slow and allocates itself.
const (
	raceEnabled = true
	hostileSize = 4 * megabyte
)
