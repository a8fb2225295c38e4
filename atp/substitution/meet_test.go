package substitution_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/substitution"
)

func lots(t *testing.T, s *atp.Stock, item string, supply ...[3]int64) {
	ref, _, err := s.Define(noon(0), atp.Definition{Item: item, Site: "S1"})
	require.NoError(t, err)
	for i, x := range supply {
		_, err = s.AddSupply(noon(0), atp.Supply{
			Ref: ref, Document: string(rune('a' + i)), Type: atp.PurchaseOrder, Due: day(int(x[0])), Quantity: x[1], Expires: day(int(x[2])),
		})
		require.NoError(t, err)
	}
}

// 10 are good until day 2, 10 more come on day 5: never 20 at once. The substitute has 20 on day 7.
func TestDaysDoNotAddUpWhereGoodsExpire(t *testing.T) {
	s := newStock(t)
	lots(t, s, "old", [3]int64{0, 10, 2}, [3]int64{5, 10, 30})
	has(t, s, "new", 7, 20)
	c := catalog(t, substitution.Relation{From: "old", To: "new"})
	for _, most := range []int{1, 2} {
		for _, wanted := range []int{0, 3} {
			a := promise(t, c, s, substitution.Demand{
				Request: substitution.Request{Item: "old", Quantity: 20}, Site: "S1", Wanted: day(wanted), AtMost: most,
			})
			require.Equal(t, int64(20), a.Confirmed, "at most %d, wanted on day %d: %v", most, wanted, got(a))
		}
	}
}

// One delivery is on one day, and the substitute that has all of it sooner is not passed over.
func TestOneDeliveryIsOnOneDay(t *testing.T) {
	for _, last := range []int64{7, 9} {
		s := newStock(t)
		lots(t, s, "old", [3]int64{0, 10, 2}, [3]int64{5, 10, 30}, [3]int64{last, 10, 30})
		has(t, s, "new", 7, 20)
		c := catalog(t, substitution.Relation{From: "old", To: "new"})
		for _, mix := range []substitution.Mix{substitution.Mixed, substitution.OneItem} {
			a := promise(t, c, s, substitution.Demand{
				Request: substitution.Request{Item: "old", Quantity: 20}, Site: "S1", Wanted: day(0), AtMost: 1, Mix: mix,
			})
			require.Equal(t, int64(20), a.Confirmed)
			for _, p := range a.Parts {
				for _, d := range p.Promise.Deliveries {
					require.Equal(t, day(7), d.Deliver, "%v", got(a))
				}
			}
		}
	}
}
