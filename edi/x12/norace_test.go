//go:build !race

package x12_test

const (
	raceEnabled = false
	hostileSize = 16 * megabyte
)
