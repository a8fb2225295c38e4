package money_test

import (
	"testing"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/stretchr/testify/assert"
)

// What pricing does for each line must not allocate.
func TestAllocs(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	e := newExtension()
	x, y, finer := money.MustParse("12.34 USD"), money.MustParse("0.99 USD"), money.MustParse("0.00125 USD")
	var failed error
	keep := func(err error) {
		if err != nil {
			failed = err
		}
	}
	for name, do := range map[string]func(){
		"Extend": func() {
			_, err := money.Extend(e.price, e.quantity, 1, 2, money.HalfUp, e.keep[0], e.keep[1], e.keep[2])
			keep(err)
		},
		"Calculator": func() {
			calc := money.NewCalculator(e.price, 6, money.HalfUp)
			calc.Times(e.quantity, 1).Less(e.keep[0]).Mul(e.keep[1]).Quo(e.keep[2]).Add(x).Sub(finer).Round(2)
			_, err := calc.Amount()
			keep(err)
		},
		"Add":        func() { _, err := x.Add(y); keep(err) },
		"Add finer":  func() { _, err := x.Add(finer); keep(err) },
		"Sub":        func() { _, err := x.Sub(y); keep(err) },
		"Cmp":        func() { _, err := x.Cmp(y); keep(err) },
		"Cmp finer":  func() { _, err := x.Cmp(finer); keep(err) },
		"Sum":        func() { _, err := money.Sum(x, y, finer); keep(err) },
		"MulRound":   func() { _, err := x.MulRound(e.keep[0], 2, money.HalfUp); keep(err) },
		"QuoRound":   func() { _, err := x.QuoRound(e.keep[0], 2, money.HalfUp); keep(err) },
		"RoundMinor": func() { _, err := finer.RoundMinor(money.HalfUp); keep(err) },
		"Parse":      func() { _, err := money.Parse("12.50 USD"); keep(err) },
	} {
		assert.Zero(t, testing.AllocsPerRun(100, do), name)
	}
	assert.NoError(t, failed)
}
