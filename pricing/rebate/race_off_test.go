//go:build !race

package rebate_test

const raceEnabled = false
