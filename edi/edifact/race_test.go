//go:build race

package edifact_test

// raceDetector allocates for itself.
const raceDetector = true
