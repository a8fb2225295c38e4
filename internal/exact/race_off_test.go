//go:build !race

package exact_test

const propertyCases = 200_000
