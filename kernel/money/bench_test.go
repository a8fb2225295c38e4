package money_test

import (
	"testing"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/shopspring/decimal"
)

// The work that Extend, its rival and the calculator are measured by: 48 pieces
// at 12.3456, three discounts, one rounding to the cent.
type extension struct {
	price    money.Amount
	quantity quantity.Quantity
	keep     [3]money.Rate // what each discount leaves
}

func newExtension() extension {
	return extension{
		price:    money.MustParse("12.3456 USD"),
		quantity: quantity.New(48, quantity.Each),
		keep:     [3]money.Rate{money.MustRate("0.95"), money.MustRate("0.9"), money.MustRate("0.975")},
	}
}

func BenchmarkExtend(b *testing.B) {
	e := newExtension()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := money.Extend(e.price, e.quantity, 1, 2, money.HalfUp, e.keep[0], e.keep[1], e.keep[2]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkExtendShopspring(b *testing.B) {
	e := newExtension()
	price, count := e.price.Decimal(), e.quantity.Decimal()
	keep := [3]decimal.Decimal{e.keep[0].Decimal(), e.keep[1].Decimal(), e.keep[2].Decimal()}
	b.ReportAllocs()
	for b.Loop() {
		_ = price.Mul(count).Mul(keep[0]).Mul(keep[1]).Mul(keep[2]).Round(2)
	}
}

func BenchmarkCalculator(b *testing.B) {
	e := newExtension()
	b.ReportAllocs()
	for b.Loop() {
		calc := money.NewCalculator(e.price, 6, money.HalfUp)
		calc.Times(e.quantity, 1).Mul(e.keep[0]).Mul(e.keep[1]).Mul(e.keep[2]).Round(2)
		if _, err := calc.Amount(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	x, y := money.MustParse("12.34 USD"), money.MustParse("-0.99 USD")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := x.Add(y); err != nil {
			b.Fatal(err)
		}
	}
}

// An order discount over ten lines.
func BenchmarkApportion(b *testing.B) {
	total := money.MustParse("99.99 USD")
	weights := make([]money.Amount, 10)
	for i := range weights {
		weights[i] = money.FromMinor(int64(1000+137*i), money.USD)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := money.Apportion(total, weights); err != nil {
			b.Fatal(err)
		}
	}
}
