package quantity_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/quantity"
)

func BenchmarkAdd(b *testing.B) {
	x, y := quantity.New(960, quantity.Each), quantity.New(12, quantity.Each)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := x.Add(y); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkConvert(b *testing.B) {
	c := packed(b)
	for name, row := range map[string]struct {
		from string
		to   quantity.Unit
	}{
		"case-to-base":   {"3 CA", quantity.Each},
		"pallet-to-case": {"3 PL", quantity.Case},
		"base-to-case":   {"30 EA", quantity.Case},
	} {
		q := quantity.MustParse(row.from)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Convert(q, row.to); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkBaseCount(b *testing.B) {
	c, q := packed(b), quantity.New(3, quantity.Pallet)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.BaseCount(q); err != nil {
			b.Fatal(err)
		}
	}
}

func TestAllocations(t *testing.T) {
	c, pounds := packed(t), quantity.Mass()
	x, y, w := quantity.MustParse("36.5 EA"), quantity.MustParse("1.25 EA"), quantity.MustParse("12.5 LB")
	var buf [64]byte
	for name, run := range map[string]func() error{
		"add":          func() error { _, err := x.Add(y); return err },
		"compare":      func() error { _, err := x.Cmp(y); return err },
		"multiply":     func() error { _, err := x.MulInt(7); return err },
		"convert":      func() error { _, err := c.Convert(quantity.New(30, quantity.Each), quantity.Pallet); return err },
		"convert mass": func() error { _, err := pounds.Convert(w, quantity.Kilogram); return err },
		"round":        func() error { _, err := c.ConvertRound(x, quantity.Case, 3, quantity.HalfUp); return err },
		"count":        func() error { _, err := c.BaseCount(quantity.New(3, quantity.Pallet)); return err },
		"thousandths":  func() error { _, err := pounds.BaseThousandths(quantity.New(100_000, quantity.Gram)); return err },
		"parse":        func() error { _, err := quantity.Parse("12.50 CA"); return err },
		"write":        func() error { _, err := x.AppendText(buf[:0]); return err },
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, run())
			require.Zero(t, testing.AllocsPerRun(100, func() {
				if err := run(); err != nil {
					t.Error(err)
				}
			}))
		})
	}
}
