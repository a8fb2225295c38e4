package advice_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/advice"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// Goods that expire are not told beyond their last day, however many days there is room for (ATP-1).
func TestGoodsThatExpire(t *testing.T) {
	site, err := calendar.New(calendar.Config{Location: time.UTC})
	require.NoError(t, err)
	s, err := atp.New(atp.Config{Sites: []atp.Site{{ID: "S1", Calendar: site}}})
	require.NoError(t, err)
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	today := calendar.DateOf(now)
	ref, _, err := s.Define(now, atp.Definition{Item: "A", Site: "S1"})
	require.NoError(t, err)
	_, err = s.Count(now, atp.Count{Ref: ref, Quantity: 100, Lot: "L1", Expires: today.AddDays(9)})
	require.NoError(t, err)
	_, err = s.AddSupply(now, atp.Supply{Ref: ref, Document: "PO", Type: atp.PurchaseOrder, Due: today.AddDays(20), Quantity: 50})
	require.NoError(t, err)
	for _, most := range []int{0, 1} {
		f, err := advice.New(advice.Config{
			Channel: "shop", Source: s, Ahead: 60, Steps: most, Items: []advice.Item{{ID: "A", Sites: []string{"S1"}}},
		})
		require.NoError(t, err)
		a, _, err := f.Draft(now, advice.Full)
		require.NoError(t, err)
		require.Equal(t, int64(100), a.Lines[0].Quantity)
		for n := range 60 {
			can, err := s.ATP(now, atp.Query{Ref: ref, Date: today.AddDays(n)})
			require.NoError(t, err)
			told := a.Lines[0].On(today.AddDays(n))
			require.LessOrEqual(t, told, can, "day %d of at most %d", n, most)
			if most == 0 {
				require.Equal(t, can, told, "day %d", n)
			}
		}
	}
}
