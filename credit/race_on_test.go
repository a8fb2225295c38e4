//go:build race

package credit_test

const raceDetector = true
