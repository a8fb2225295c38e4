package atp_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
)

// lotted makes an item with that many open events: a fifth of them lots, a fifth receipts, the rest claims that need
// goods that last some days.
func lotted(t testing.TB, events int) (*atp.Stock, atp.Ref) {
	s := newStock(t)
	ref := stocked(t, s, "milk", 0)
	for i := range events {
		switch on := 1 + i*7919%events; i % 5 {
		case 0:
			stockLot(t, s, ref, fmt.Sprint("L", i), 20, on+5)
		case 1:
			expected(t, s, ref, on, 20, on+30)
		default:
			require.NoError(t, s.Apply(atp.Reserved{
				Key: fmt.Sprint(i), At: noon(0), Expires: noon(1), Lines: []atp.ReservedLine{
					{Item: "milk", Site: "S1", Date: day(on / 2), Quantity: 8, GoodThrough: day(on/2 + i%9)},
				},
			}))
		}
	}
	return s, ref
}

func BenchmarkLots(b *testing.B) {
	for _, events := range []int{20, 200, 2000} {
		s, ref := lotted(b, events)
		ask := func(name string, f func(i int) error) {
			b.Run(fmt.Sprintf("%s/events=%d", name, events), func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					if err := f(i); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		ask("ATP", func(i int) error {
			_, err := s.ATP(noon(0), atp.Query{Ref: ref, Date: day(i * 31 % events), MinLife: 3})
			return err
		})
		ask("Earliest", func(i int) error {
			_, _, err := s.Earliest(noon(0), atp.Query{Ref: ref, MinLife: 3}, int64(1+i%30))
			return err
		})
		ask("Promise", func(i int) error {
			_, err := s.Promise(noon(0), atp.Demand{Ref: ref, MinLife: 3, Quantity: int64(1 + i%30), Partial: atp.Partial{AtMost: 3}})
			return err
		})
	}
}
