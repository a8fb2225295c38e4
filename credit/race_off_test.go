//go:build !race

package credit_test

const raceDetector = false
