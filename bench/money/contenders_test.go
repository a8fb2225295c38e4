package money_test

import (
	"fmt"
	"testing"

	"github.com/cockroachdb/apd/v3"
	govalues "github.com/govalues/decimal"
	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

type amounts struct {
	prices []money.Amount
	counts []quantity.Quantity
	keep   [3]money.Rate
}

func inAmounts(tb testing.TB, all []line) amounts {
	var a amounts
	for _, l := range all {
		price, err := money.FromDecimal(decimal.New(l.price, -4), money.USD)
		check(tb, err)
		a.prices = append(a.prices, price)
		a.counts = append(a.counts, quantity.New(l.count, quantity.Each))
	}
	for i, k := range kept() {
		rate, err := money.RateFromDecimal(decimal.New(k, -3))
		check(tb, err)
		a.keep[i] = rate
	}
	return a
}

func extend(tb testing.TB, all []line) (func(int), func() string) {
	a := inAmounts(tb, all)
	var got money.Amount
	return func(i int) {
		var err error
		got, err = money.Extend(a.prices[i], a.counts[i], 1, 2, money.HalfUp, a.keep[0], a.keep[1], a.keep[2])
		check(tb, err)
	}, func() string { return got.Number() }
}

func calculator(tb testing.TB, all []line) (func(int), func() string) {
	a := inAmounts(tb, all)
	var got money.Amount
	return func(i int) {
		calc := money.NewCalculator(a.prices[i], 12, money.HalfUp)
		calc.Times(a.counts[i], 1).Mul(a.keep[0]).Mul(a.keep[1]).Mul(a.keep[2]).Round(2)
		var err error
		got, err = calc.Amount()
		check(tb, err)
	}, func() string { return got.Number() }
}

// byHand is what is fastest: plain integers, digits fixed in the code, no
// currency, and nobody looks for an overflow.
func byHand(_ testing.TB, all []line) (func(int), func() string) {
	keep := kept()
	var got int64
	return func(i int) {
		const unit = 100_000_000_000 // hundredths of a cent, three times thousandths
		got = (all[i].price*all[i].count*keep[0]*keep[1]*keep[2] + unit/2) / unit
	}, func() string { return fmt.Sprintf("%d.%02d", got/100, got%100) }
}

func useShopspring(_ testing.TB, all []line) (func(int), func() string) {
	var prices, counts, keep []decimal.Decimal
	for _, l := range all {
		prices, counts = append(prices, decimal.New(l.price, -4)), append(counts, decimal.NewFromInt(l.count))
	}
	for _, k := range kept() {
		keep = append(keep, decimal.New(k, -3))
	}
	var got decimal.Decimal
	return func(i int) {
		got = prices[i].Mul(counts[i]).Mul(keep[0]).Mul(keep[1]).Mul(keep[2]).Round(2)
	}, func() string { return got.StringFixed(2) }
}

func useGovalues(tb testing.TB, all []line) (func(int), func() string) {
	number := func(n int64, scale int) govalues.Decimal {
		d, err := govalues.New(n, scale)
		check(tb, err)
		return d
	}
	var prices, counts, keep []govalues.Decimal
	for _, l := range all {
		prices, counts = append(prices, number(l.price, 4)), append(counts, number(l.count, 0))
	}
	for _, k := range kept() {
		keep = append(keep, number(k, 3))
	}
	var got govalues.Decimal
	return func(i int) {
		d, err := prices[i].Mul(counts[i])
		check(tb, err)
		for _, k := range keep {
			d, err = d.Mul(k)
			check(tb, err)
		}
		got = d.Round(2)
	}, func() string { return got.String() }
}

func useAPD(tb testing.TB, all []line) (func(int), func() string) {
	var prices, counts, keep []*apd.Decimal
	for _, l := range all {
		prices, counts = append(prices, apd.New(l.price, -4)), append(counts, apd.New(l.count, 0))
	}
	for _, k := range kept() {
		keep = append(keep, apd.New(k, -3))
	}
	exact := apd.BaseContext.WithPrecision(38)
	exact.Rounding = apd.RoundHalfUp
	var got apd.Decimal
	return func(i int) {
		_, err := exact.Mul(&got, prices[i], counts[i])
		check(tb, err)
		for _, k := range keep {
			_, err = exact.Mul(&got, &got, k)
			check(tb, err)
		}
		_, err = exact.Quantize(&got, &got, -2)
		check(tb, err)
	}, func() string { return got.Text('f') }
}

func check(tb testing.TB, err error) {
	if err != nil {
		tb.Fatal(err)
	}
}
