//go:build race

package exact_test

const propertyCases = 10_000
