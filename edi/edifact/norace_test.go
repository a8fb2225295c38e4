//go:build !race

package edifact_test

const raceDetector = false
