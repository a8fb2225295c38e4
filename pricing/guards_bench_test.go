package pricing_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing"
)

// guardedTypical is the typical schema with margin floors for line and order, by
// rules for each of so many categories, and authority over an override of every
// line.
func guardedTypical(tb testing.TB, lines, floors int) (*pricing.Engine, pricing.Request) {
	tb.Helper()
	schema := typicalSchema()
	last := len(schema.Steps) - 1
	freight := schema.Steps[last]
	schema.Steps = append(schema.Steps[:last], floorStep("floor", "", "5%", pricing.Clamp), floorStep("whole", pricing.ScopeOrder, "10%", pricing.Clamp), freight)
	s := setup{schema: schema}
	r := typicalRequest(lines, pricing.TraceOff)
	for i := range r.Lines {
		l := &r.Lines[i]
		s.records = append(s.records, pricing.Record{
			ID: fmt.Sprintf("P%d", i), Key: pricing.Key{PriceList: "RETAIL", Item: l.Item}, Price: usd("10.00"), Unit: l.Quantity.Unit(),
		})
		l.Category, l.Cost = fmt.Sprintf("C%d", i), cost("8.00 USD")
		l.Overrides = []pricing.Override{takes("rep", "4%")}
	}
	r.Roles = rolesOfTheHouse()
	config := s.config(tb)
	var list []pricing.FloorRule
	for i := range floors {
		list = append(list, pricing.FloorRule{
			ID: fmt.Sprintf("F%d", i), Group: "floor", When: fmt.Sprintf("category == %q", fmt.Sprintf("C%d", i)), Then: pricing.Floor{Margin: money.MustRate("12%")},
		})
	}
	var err error
	config.Floors, err = pricing.NewFloorBook("test", list...)
	require.NoError(tb, err)
	config.Authority, err = pricing.NewAuthorityBook("test", pricing.AuthorityRule{
		ID: "rep", When: `"rep" in roles`, Then: pricing.Authority{Share: money.MustRate("5%")},
	})
	require.NoError(tb, err)
	e, err := pricing.New(config)
	require.NoError(tb, err)
	return e, r
}

func BenchmarkPriceGuarded(b *testing.B) {
	for _, lines := range []int{1, 100} {
		b.Run(fmt.Sprintf("lines=%d/floors=1000", lines), func(b *testing.B) {
			e, r := guardedTypical(b, lines, 1000)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Price(b.Context(), r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Floors that hold allocate nothing. An override allocates three times: the path
// for its findings, and the margin that a rule of authority could ask about.
func TestAllocsGuarded(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	for lines, most := range map[int]float64{1: 8, 100: 330} {
		e, r := guardedTypical(t, lines, 1000)
		require.Empty(t, price(t, e, r).Findings)
		got := testing.AllocsPerRun(100, func() {
			if _, err := e.Price(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		})
		t.Logf("%d lines: %.0f allocations", lines, got)
		assert.LessOrEqual(t, got, most, "%d lines", lines)
	}
}
