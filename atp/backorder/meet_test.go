package backorder_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/backorder"
)

// Expedite: order B (ship complete, Redistribute) is only partly confirmed; plenty of stock.
func TestExpediteShipComplete(t *testing.T) {
	s := newStock(t)
	a := stocked(t, s, "A", "S1", 100)
	confirmed(t, s, "b1", a, supply{0, 5})
	confirmed(t, s, "b2", a, supply{1, 10})
	lines := []backorder.Line{
		{ID: "X", Key: "x", Ref: a, Quantity: 10, Wanted: day(3)},
		{ID: "B1", Key: "b1", Ref: a, Quantity: 10, Wanted: day(0), ShipComplete: "B"},
		{ID: "B2", Key: "b2", Ref: a, Quantity: 10, Wanted: day(1), ShipComplete: "B"},
	}
	p, err := backorder.Expedite(noon(0), s, lines, "X", day(0))
	require.NoError(t, err)
	require.True(t, p.Feasible())
	require.Len(t, p.Diff(), 1)
}

// Expedite on item A; item B is broken already.
func TestExpediteOtherItem(t *testing.T) {
	for _, st := range []backorder.Strategy{backorder.Gain, backorder.Redistribute} {
		t.Run(st.String(), func(t *testing.T) {
			s := newStock(t)
			a := stocked(t, s, "A", "S1", 100)
			b := stocked(t, s, "B", "S1", 5)
			confirmed(t, s, "g", b, supply{0, 10})
			lines := []backorder.Line{
				{ID: "X", Key: "x", Ref: a, Quantity: 10, Wanted: day(3)},
				{ID: "G", Key: "g", Ref: b, Quantity: 10, Wanted: day(0), Strategy: st},
			}
			p, err := backorder.Expedite(noon(0), s, lines, "X", day(0))
			require.NoError(t, err)
			_, err = json.Marshal(p.Exceptions)
			if err != nil {
				t.Errorf("json: %v", err)
			}
			require.True(t, p.Feasible())
			require.Len(t, p.Diff(), 1)
		})
	}
}

// A strategy that is none is refused.
func TestStrategyThatIsNone(t *testing.T) {
	s := newStock(t)
	a := stocked(t, s, "A", "S1", 100)
	_, err := backorder.Compute(noon(0), s, []backorder.Line{{ID: "X", Key: "x", Ref: a, Quantity: 10, Strategy: backorder.Strategy(5)}}, backorder.Options{})
	require.Error(t, err)
}

// A run over lines that see an item differently can be committed.
func TestLinesThatSeeAnItemDifferently(t *testing.T) {
	s := newStock(t)
	ref, _, err := s.Define(noon(0), atp.Definition{Item: "A", Site: "S1", SafetyStock: 3})
	require.NoError(t, err)
	_, err = s.Count(noon(0), atp.Count{Ref: ref, Quantity: 10})
	require.NoError(t, err)
	confirmedAs(t, s, "v", ref, true, supply{6, 6})
	lines := []backorder.Line{
		{ID: "V", Key: "v", Ref: ref, Quantity: 6, Wanted: day(6), SafetyStock: true, Strategy: backorder.Lose},
		{ID: "X", Key: "x", Ref: ref, Quantity: 3, Wanted: day(3)},
	}
	p, err := backorder.Compute(noon(0), s, lines, backorder.Options{})
	require.NoError(t, err)
	_, err = p.Commit(noon(0), s, backorder.Note{Key: "run"})
	require.NoError(t, err)
}
