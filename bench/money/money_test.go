package money_test

import (
	"math/big"
	"testing"
)

// line is a price in hundredths of a cent, and a count.
type line struct{ price, count int64 }

// kept is what the three discounts leave, in thousandths.
func kept() [3]int64 { return [3]int64{950, 900, 975} }

// lines are a power of two of them, none of which ends on half a cent: there
// govalues would round to even.
func lines() []line {
	all := make([]line, 256)
	for i := range all {
		all[i] = line{price: 10_003 + int64(i)*7_919, count: 1 + int64(i)*13%96}
	}
	return all
}

// contender prices the line with an index; text makes the last answer
// readable, outside of what is measured.
type contender struct {
	name string
	make func(tb testing.TB, all []line) (price func(i int), text func() string)
}

func contenders() []contender {
	return []contender{
		{"o2c, one call", extend}, {"o2c, calculator", calculator}, {"int64 by hand", byHand},
		{"govalues/decimal", useGovalues}, {"cockroachdb/apd", useAPD}, {"shopspring/decimal", useShopspring},
	}
}

func BenchmarkLine(b *testing.B) {
	all := lines()
	for _, c := range contenders() {
		b.Run(c.name, func(b *testing.B) {
			price, _ := c.make(b, all)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				price(i & 255)
			}
		})
	}
}

func TestAnswersAgree(t *testing.T) {
	all := lines()
	for _, c := range contenders() {
		t.Run(c.name, func(t *testing.T) {
			price, text := c.make(t, all)
			for i, l := range all {
				price(i)
				if got, want := text(), exactly(l); got != want {
					t.Fatalf("%+v: %s, want %s", l, got, want)
				}
			}
		})
	}
}

// exactly works the line out in big rationals, and refuses half a cent.
func exactly(l line) string {
	cents := big.NewRat(l.price*l.count, 100)
	for _, k := range kept() {
		cents.Mul(cents, big.NewRat(k, 1000))
	}
	if new(big.Rat).Mul(cents, big.NewRat(2, 1)).IsInt() && !cents.IsInt() {
		panic("half a cent")
	}
	return cents.Mul(cents, big.NewRat(1, 100)).FloatString(2)
}
