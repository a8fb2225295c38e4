package pricing_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

// typicalSchema has eight steps: what a wholesaler would begin with.
func typicalSchema() pricing.Schema {
	return pricing.Schema{
		Name: "typical",
		Access: []pricing.Access{
			{Fields: []pricing.Field{pricing.FieldContract, pricing.FieldItem}},
			{Fields: []pricing.Field{pricing.FieldAccount, pricing.FieldItem}},
			{Fields: []pricing.Field{pricing.FieldGroup, pricing.FieldItem}},
			{Fields: []pricing.Field{pricing.FieldPriceList, pricing.FieldItem}},
		},
		Steps: []pricing.Step{
			{Name: "price", Kind: pricing.StepPrice},
			{Name: "manual", Kind: pricing.StepOverride, Base: pricing.BaseList},
			{Name: "customer", Kind: pricing.StepDiscount, Base: pricing.BaseList},
			{Name: "promotion", Kind: pricing.StepDiscount, Base: pricing.BaseRunning, Stacking: pricing.StackBest},
			{Name: "net", Kind: pricing.StepSubtotal},
			{Name: "handling", Kind: pricing.StepSurcharge, Base: pricing.BaseSubtotal("net")},
			{Name: "order", Kind: pricing.StepDiscount, Base: pricing.BaseRunning, Scope: pricing.ScopeOrder},
			{Name: "freight", Kind: pricing.StepCharge, Scope: pricing.ScopeOrder},
		},
	}
}

// typical is an engine with so many price records and selective promotions: each
// for one item and group, a quantity and a time.
func typical(tb testing.TB, records, promotions int) *pricing.Engine {
	s := setup{schema: typicalSchema()}
	for i := range records {
		item := fmt.Sprintf("I%06d", i%(records/2+1))
		key := pricing.Key{PriceList: "RETAIL", Item: item}
		if i > records/2 {
			key = pricing.Key{Account: fmt.Sprintf("C%03d", i%100), Item: item}
		}
		s.records = append(s.records, pricing.Record{
			ID: fmt.Sprintf("P%06d", i), Key: key, Price: money.FromMinor(int64(1000+i%977), money.USD), Unit: quantity.Each,
		})
	}
	s.rules = []pricing.Rule{
		{ID: "gold", Group: "customer", When: `customer.group == "GOLD"`, Then: percent("5%")},
		{ID: "handling", Group: "handling", When: `customer.group == "GOLD"`, Then: percent("1.5%")},
		{ID: "spend", Group: "order", When: `customer.group == "GOLD"`, Then: percent("2%")},
	}
	for i := range promotions {
		s.rules = append(s.rules, pricing.Rule{
			ID: fmt.Sprintf("promo-%05d", i), Group: "promotion",
			When: fmt.Sprintf(`item == "I%06d" and customer.group == "GOLD" and quantity >= qty("%d EA")`, i, 1+i%5),
			Then: percent("10%"),
			From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC),
		})
	}
	return s.engine(tb)
}

func typicalRequest(lines int, trace pricing.Trace) pricing.Request {
	r := request()
	r.Customer = pricing.Customer{
		Account: "C042", Group: "GOLD", Hierarchy: []string{"WEST"}, PriceLists: []string{"RETAIL"},
	}
	r.Trace = trace
	r.Charges = []pricing.Charge{{Step: "freight", Amount: usd("25.00")}}
	for i := range lines {
		r.Lines = append(r.Lines, pricing.Line{
			ID: fmt.Sprint(i + 1), Item: fmt.Sprintf("I%06d", i), Quantity: ea(int64(5 + i%7)),
		})
	}
	return r
}

// One line, with the price book of BenchmarkPriceOrder.
func BenchmarkPriceLine(b *testing.B) {
	e := typical(b, 100_000, 1000)
	r := typicalRequest(1, pricing.TraceOff)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.Price(b.Context(), r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPriceOrder(b *testing.B) {
	for _, promotions := range []int{10, 100, 1000, 10_000} {
		e := typical(b, 100_000, promotions)
		for _, trace := range []pricing.Trace{pricing.TraceOff, pricing.TraceFull} {
			b.Run(fmt.Sprintf("lines=100/promotions=%d/records=100000/trace=%s", promotions, trace), func(b *testing.B) {
				r := typicalRequest(100, trace)
				b.ReportAllocs()
				for b.Loop() {
					if _, err := e.Price(b.Context(), r); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// allMatch is an engine whose promotions match every line.
func allMatch(tb testing.TB, promotions int, stacking pricing.Stacking) *pricing.Engine {
	s := setup{schema: schemaOf(pricing.Step{
		Name: "promotion", Kind: pricing.StepDiscount, Base: pricing.BaseRunning, Stacking: stacking,
	})}
	for i := range 100 {
		s.records = append(s.records, listPrice(fmt.Sprintf("I%06d", i), "1000.00 USD"))
	}
	for i := range promotions {
		s.rules = append(s.rules, pricing.Rule{
			ID: fmt.Sprintf("promo-%05d", i), Group: "promotion", When: `customer.group == "GOLD"`, Then: percent(fmt.Sprintf("0.%d%%", 1+i%9)),
		})
	}
	return s.engine(tb)
}

// All promotions match all lines, so that nothing can be left out: a hundred
// reductions on each of a hundred lines, or the best of a hundred.
func BenchmarkPriceAllMatch(b *testing.B) {
	for _, stacking := range []pricing.Stacking{pricing.Stack, pricing.StackBest} {
		b.Run(fmt.Sprintf("lines=100/promotions=100/stacking=%s", stacking), func(b *testing.B) {
			e, r := allMatch(b, 100, stacking), typicalRequest(100, pricing.TraceOff)
			r.Charges = nil
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Price(b.Context(), r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Sets over a hundred lines, and the best of sixteen promotions that compete.
func BenchmarkPricePromotions(b *testing.B) {
	for name, step := range map[string]pricing.Step{"sets": orderStep("promo"), "best-combination": combinationStep("promo")} {
		b.Run(name+"/lines=100/promotions=16", func(b *testing.B) {
			s := setup{schema: schemaOf(step)}
			for i := range 100 {
				s.records = append(s.records, listPrice(fmt.Sprintf("I%06d", i), fmt.Sprintf("%d.37 USD", 3+i)))
			}
			for i := range 16 {
				s.rules = append(s.rules, pricing.Rule{
					ID: fmt.Sprintf("p%02d", i), Group: "promo", When: fmt.Sprintf(`item >= "I%06d" and item < "I%06d"`, 5*i, 5*i+12),
					Then: pricing.Discount{Kind: pricing.BuyGet, Buy: of(int64(1 + i%3)), Get: of(1), Rate: money.MustRate("50%"), Limit: 2},
				})
			}
			e, r := s.engine(b), typicalRequest(100, pricing.TraceOff)
			r.Charges = nil
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Price(b.Context(), r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNewBook(b *testing.B) {
	records := make([]pricing.Record, 100_000)
	for i := range records {
		records[i] = listPrice(fmt.Sprintf("I%06d", i), "10.00 USD")
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := pricing.NewBook(records...); err != nil {
			b.Fatal(err)
		}
	}
}

// The schema of the benchmarks does what it is meant to.
func TestTypicalRequest(t *testing.T) {
	got := price(t, typical(t, 1000, 10), typicalRequest(1, pricing.TraceOff))
	require.Empty(t, got.Findings)
	assert.Equal(t, []string{
		"price 50.00", "customer -2.50", "promotion -4.75", "handling 0.64", "order -0.87", "freight 25.00",
	}, amounts(got.Lines[0]))
}

// One line of a typical schema takes three allocations: its entries, its line and
// the subtotals; a hundred lines take as many and those of two apportionments.
func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	e := typical(t, 1000, 10)
	for lines, most := range map[int]float64{1: 4, 100: 20} {
		r := typicalRequest(lines, pricing.TraceOff)
		got := testing.AllocsPerRun(100, func() {
			if _, err := e.Price(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		})
		t.Logf("%d lines: %.0f allocations", lines, got)
		assert.LessOrEqual(t, got, most, "%d lines", lines)
	}
}
