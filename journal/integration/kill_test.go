//go:build unix

package integration_test

const childEnv = "O2C_JOURNAL_CHILD"

func runChild() int { return 0 }
