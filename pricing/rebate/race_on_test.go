//go:build race

package rebate_test

const raceEnabled = true
