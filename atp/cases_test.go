package atp_test

import "testing"

// cases bounds how many random cases a test tries: a tenth under the race detector, which one goroutine tells nothing, and
// with -short.
func cases(n int) uint64 {
	if raceEnabled || testing.Short() {
		n /= 10
	}
	return uint64(n)
}
