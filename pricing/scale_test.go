package pricing_test

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

// scaleWorld is a random scale and request, with what an oracle needs in plain
// numbers.
type scaleWorld struct {
	graduated, to, forPrice bool
	by                      pricing.Measure
	over                    pricing.ScaleScope
	bounds, gives           []decimal.Decimal // gives: prices, or rates
	lines                   []scaleLine
}

type scaleLine struct {
	item, category string
	pieces, weight decimal.Decimal // in pieces, in grams
	price          decimal.Decimal // its list price, where the scale is a discount's
	inMix          bool
	cases          bool // ordered in cases of 12
	ordered        int64
}

func drawScaleWorld(r *rapid.T) *scaleWorld {
	w := &scaleWorld{
		graduated: rapid.Bool().Draw(r, "graduated"), to: rapid.Bool().Draw(r, "to"), forPrice: rapid.Bool().Draw(r, "price"),
		over: rapid.SampledFrom([]pricing.ScaleScope{"", pricing.OverItem, pricing.OverCategory, pricing.OverMix}).Draw(r, "over"),
	}
	measures := []pricing.Measure{"", pricing.ByWeight, pricing.ByValue}
	if w.forPrice {
		measures = measures[:2]
	}
	w.by = rapid.SampledFrom(measures).Draw(r, "by")
	bound := int64(0)
	for range rapid.IntRange(1, 4).Draw(r, "rows") {
		bound += rapid.Int64Range(1, 300).Draw(r, "bound")
		w.bounds = append(w.bounds, decimal.NewFromInt(bound))
		w.gives = append(w.gives, decimal.New(rapid.Int64Range(0, 9999).Draw(r, "gives"), -3))
	}
	for range rapid.IntRange(1, 5).Draw(r, "lines") {
		l := scaleLine{
			item: rapid.SampledFrom([]string{"A", "B", "C"}).Draw(r, "item"), cases: rapid.Bool().Draw(r, "cases"),
			ordered: rapid.Int64Range(1, 150).Draw(r, "ordered"), weight: decimal.NewFromInt(rapid.Int64Range(1, 500_000).Draw(r, "grams")),
		}
		l.category = map[string]string{"A": "X", "B": "X", "C": "Y"}[l.item]
		l.inMix = l.item != "B"
		l.price = decimal.NewFromInt(map[string]int64{"A": 3, "B": 5, "C": 7}[l.item])
		l.pieces = decimal.NewFromInt(l.ordered)
		if l.cases {
			l.pieces = l.pieces.Mul(decimal.NewFromInt(12))
		}
		w.lines = append(w.lines, l)
	}
	return w
}

// record is the scale of an item; items that are not in the mix have one that is in
// a mix of its own.
func (w *scaleWorld) record(t require.TestingT, item string) pricing.Record {
	s := &pricing.Scale{Kind: pricing.AllUnits, Bound: pricing.BoundFrom, By: w.by, Over: w.over}
	if w.graduated {
		s.Kind = pricing.Graduated
	}
	if w.to {
		s.Bound = pricing.BoundTo
	}
	if w.over == pricing.OverMix {
		s.Mix = "M"
		if item == "B" {
			s.Mix = "other"
		}
	}
	r := pricing.Record{ID: "S-" + item, Key: pricing.Key{Item: item}, Unit: quantity.Each, Scale: s}
	for i, bound := range w.bounds {
		var row pricing.ScaleRow
		var err error
		switch w.by {
		case pricing.ByWeight:
			row.Quantity, err = quantity.FromDecimal(bound, quantity.Kilogram)
		case pricing.ByValue:
			row.Value, err = money.FromDecimal(bound, money.USD)
		default:
			row.Quantity, err = quantity.FromDecimal(bound, quantity.Each)
		}
		require.NoError(t, err)
		if w.forPrice {
			row.Price, err = money.FromDecimal(w.gives[i], money.USD)
		} else {
			row.Rate, err = money.RateFromDecimal(w.gives[i].Shift(-1))
		}
		require.NoError(t, err)
		s.Rows = append(s.Rows, row)
	}
	if !w.forPrice {
		r.Step, r.Kind = "d", pricing.Percent
		if w.by != "" {
			r.Unit = 0
		}
	}
	return r
}

// measureOf is what the line counts by itself.
func (w *scaleWorld) measureOf(l scaleLine) decimal.Decimal {
	switch w.by {
	case pricing.ByWeight:
		return l.weight.Shift(-3)
	case pricing.ByValue:
		return l.pieces.Mul(l.price)
	}
	return l.pieces
}

// together tells whether two lines are of one group.
func (w *scaleWorld) together(a, b scaleLine) bool {
	switch w.over {
	case pricing.OverItem:
		return a.item == b.item
	case pricing.OverCategory:
		return a.category == b.category
	case pricing.OverMix:
		return a.inMix == b.inMix
	}
	return false
}

// average walks along the extent from bound to bound; ok is false where the table
// says nothing. It knows rows by their stretches [low, high) or (low, high].
func (w *scaleWorld) average(extent decimal.Decimal) (num, den decimal.Decimal, ok bool) {
	type stretch struct{ low, high, gives decimal.Decimal }
	var stretches []stretch
	far := decimal.NewFromInt(1_000_000_000)
	for i, bound := range w.bounds {
		s := stretch{bound, far, w.gives[i]}
		if w.to {
			s.low, s.high = decimal.Zero, bound
			if i > 0 {
				s.low = w.bounds[i-1]
			}
		} else if i+1 < len(w.bounds) {
			s.high = w.bounds[i+1]
		}
		stretches = append(stretches, s)
	}
	within := func(s stretch) bool {
		if w.to {
			return extent.GreaterThan(s.low) && extent.LessThanOrEqual(s.high)
		}
		return extent.GreaterThanOrEqual(s.low) && extent.LessThan(s.high)
	}
	if !w.graduated {
		for _, s := range stretches {
			if within(s) {
				return s.gives, decimal.NewFromInt(1), true
			}
		}
		return num, den, false
	}
	if w.to && extent.GreaterThan(w.bounds[len(w.bounds)-1]) {
		return num, den, false
	}
	if !w.to && extent.LessThan(w.bounds[0]) && !w.forPrice {
		return num, den, false
	}
	if !w.to && w.forPrice {
		stretches[0].low = decimal.Zero
	}
	for _, s := range stretches {
		part := decimal.Min(extent, s.high).Sub(s.low)
		if part.IsPositive() {
			num = num.Add(part.Mul(s.gives))
		}
	}
	return num, extent, true
}

// Every kind of scale, by every measure, over every scope, is what its stretches
// say; whatever the order of the lines and the units that they are ordered in.
func TestScalesProperty(t *testing.T) {
	inPieces, err := quantity.NewConversions(quantity.Each, quantity.Conversion{Unit: quantity.Case, Of: 12})
	require.NoError(t, err)
	inCases, err := quantity.NewConversions(quantity.Case, quantity.Conversion{Unit: quantity.Each, Of: 1, Per: 12})
	require.NoError(t, err)
	rapid.Check(t, func(r *rapid.T) {
		w := drawScaleWorld(r)
		// Counted in cases most lines are no decimal number.
		units := rapid.SampledFrom([]*quantity.Conversions{inPieces, inCases}).Draw(r, "units")
		s := setup{schema: schemaOf(recordStep("d", pricing.StepDiscount))}
		for item, list := range map[string]string{"A": "3 USD", "B": "5 USD", "C": "7 USD"} {
			s.records = append(s.records, w.record(r, item))
			if !w.forPrice {
				s.records = append(s.records, listPrice(item, list))
			}
		}
		q := request()
		for i, l := range w.lines {
			line := pricing.Line{ID: fmt.Sprint(i + 1), Item: l.item, Category: l.category, Quantity: ea(l.ordered), Units: units}
			if l.cases {
				line.Quantity = quantity.New(l.ordered, quantity.Case)
			}
			line.Weight, err = quantity.FromDecimal(l.weight, quantity.Gram)
			require.NoError(r, err)
			q.Lines = append(q.Lines, line)
		}
		e := s.engine(t)
		got, err := e.Price(t.Context(), q)
		require.NoError(r, err)
		for i, l := range w.lines {
			extent := w.measureOf(l)
			for j, other := range w.lines {
				if i != j && w.together(l, other) {
					extent = extent.Add(w.measureOf(other))
				}
			}
			num, den, ok := w.average(extent)
			var want decimal.Decimal
			switch {
			case w.forPrice && ok:
				want = l.pieces.Mul(num).DivRound(den, 20).Round(2)
			case w.forPrice:
				require.False(r, got.Lines[i].Priced, "line %d", i)
				continue
			default:
				list := l.pieces.Mul(l.price)
				want = list
				if ok {
					want = list.Sub(list.Mul(num.Shift(-1)).DivRound(den, 20).Round(2))
				}
			}
			require.True(r, want.Equal(got.Lines[i].Total.Decimal()), "line %d of %+v at %s: want %s, got %s", i, w, extent, want, got.Lines[i].Total)
		}
		// The other way round it is the same.
		for i, j := 0, len(q.Lines)-1; i < j; i, j = i+1, j-1 {
			q.Lines[i], q.Lines[j] = q.Lines[j], q.Lines[i]
		}
		turned, err := e.Price(t.Context(), q)
		require.NoError(r, err)
		require.Equal(r, got.Total, turned.Total)
	})
}

// What lines come to together may be a number of units where what each comes to is no
// decimal one; and a unit that the item does not have can be added to itself.
func TestScaleOverPartsOfUnits(t *testing.T) {
	conversions := func(base quantity.Unit, of quantity.Conversion) *quantity.Conversions {
		units, err := quantity.NewConversions(base, of)
		require.NoError(t, err)
		return units
	}
	rows := func(unit quantity.Unit) []pricing.ScaleRow {
		return []pricing.ScaleRow{
			{Quantity: quantity.New(0, unit), Price: usd("10")}, {Quantity: quantity.New(1, unit), Price: usd("9")},
		}
	}
	for _, c := range []struct {
		name   string
		by     pricing.Measure
		unit   quantity.Unit // of the rows
		record quantity.Unit
		units  *quantity.Conversions
		counts []int64
		want   []string
	}{
		{"a case", pricing.ByQuantity, quantity.Case, quantity.Case, conversions(quantity.Case, quantity.Conversion{Unit: quantity.Each, Of: 1, Per: 12}), []int64{5, 7}, []string{"3.75", "5.25"}},
		{"less", pricing.ByQuantity, quantity.Case, quantity.Case, conversions(quantity.Case, quantity.Conversion{Unit: quantity.Each, Of: 1, Per: 12}), []int64{5, 6}, []string{"4.17", "5.00"}},
		{"a kilogram of thirds", pricing.ByWeight, quantity.Kilogram, quantity.Each, conversions(quantity.Each, quantity.Conversion{Unit: quantity.Kilogram, Of: 3}), []int64{1, 2}, []string{"9.00", "18.00"}},
		{"less than one", pricing.ByWeight, quantity.Kilogram, quantity.Each, conversions(quantity.Each, quantity.Conversion{Unit: quantity.Kilogram, Of: 3}), []int64{1, 1}, []string{"10.00", "10.00"}},
		{"a third alone", pricing.ByWeight, quantity.Kilogram, quantity.Each, conversions(quantity.Each, quantity.Conversion{Unit: quantity.Kilogram, Of: 3}), []int64{1}, []string{"10.00"}},
		{"a unit that is not in the table", pricing.ByQuantity, quantity.Each, quantity.Each, conversions(quantity.Kilogram, quantity.Conversion{Unit: quantity.Case, Of: 1}), []int64{1, 2}, []string{"9.00", "18.00"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := setup{schema: schemaOf(), records: []pricing.Record{{
				ID: "S", Key: pricing.Key{Item: "A"}, Unit: c.record,
				Scale: &pricing.Scale{Kind: pricing.AllUnits, Bound: pricing.BoundFrom, By: c.by, Over: pricing.OverItem, Rows: rows(c.unit)},
			}}}.engine(t)
			var lines []pricing.Line
			for _, n := range c.counts {
				l := line("A", n)
				l.Units = c.units
				lines = append(lines, l)
			}
			got := price(t, e, request(lines...))
			assert.Empty(t, got.Findings)
			assert.Equal(t, c.want, totals(got))
		})
	}
}

// pricing.md: thresholds and scale aggregation count live lines and are evaluated
// anew: L1 60 and L2 45 reach the row of 100, and with 6 of L2 cancelled no longer.
func TestGroupScaleIsEvaluatedAnew(t *testing.T) {
	scaled := func(item string) pricing.Record {
		return pricing.Record{ID: "S-" + item, Key: pricing.Key{Item: item}, Unit: quantity.Each, Scale: &pricing.Scale{
			Kind: pricing.AllUnits, Bound: pricing.BoundFrom, Over: pricing.OverMix, Mix: "M",
			Rows: scaleRows(quantity.Each, [2]int64{1, 10}, [2]int64{100, 9}),
		}}
	}
	s := setup{schema: schemaOf(discountStep("d", pricing.BaseRunning), orderStep("o")), records: []pricing.Record{scaled("A"), scaled("B")}}
	spend := pricing.Rule{ID: "spend", Group: "o", When: "true", Then: pricing.Discount{
		Kind: pricing.AmountOff, Amount: usd("25"), Minimum: usd("900"),
	}}
	s.rules = []pricing.Rule{{ID: "ten", Group: "d", When: `item == "A"`, Then: percent("10%")}, spend}
	e := s.engine(t)
	got := price(t, e, request(line("A", 60), line("B", 45)))
	assert.Equal(t, usd("891.00"), got.Total)
	got = price(t, e, request(line("A", 60), line("B", 39)))
	assert.Equal(t, usd("930.00"), got.Net)
	assert.Equal(t, []string{"525.48", "379.52"}, totals(got), "less 14.52 and 10.48")
	assert.Equal(t, usd("905.00"), got.Total)
}

func TestScaleByWeight(t *testing.T) {
	kg := func(text string) quantity.Quantity { return quantity.MustParse(text) }
	record := pricing.Record{ID: "W", Key: pricing.Key{Item: "A"}, Unit: quantity.Each, Scale: &pricing.Scale{
		Kind: pricing.AllUnits, Bound: pricing.BoundFrom, By: pricing.ByWeight,
		Rows: []pricing.ScaleRow{{Price: usd("10")}, {Quantity: kg("5 LB"), Price: usd("9")}},
	}}
	units, err := quantity.NewConversions(quantity.Each, quantity.Conversion{Unit: quantity.Kilogram, Per: 2, Of: 1})
	require.NoError(t, err)
	require.NotNil(t, units)
	e := setup{schema: schemaOf(), records: []pricing.Record{record}}.engine(t)
	for name, c := range map[string]struct {
		line pricing.Line
		want string
	}{
		"the weight as stated":          {pricing.Line{Item: "A", Quantity: ea(1), Weight: kg("2.2679618 KG")}, "10.00"},
		"at the bound, in other units":  {pricing.Line{Item: "A", Quantity: ea(1), Weight: kg("2.26796185 KG")}, "9.00"},
		"in ounces":                     {pricing.Line{Item: "A", Quantity: ea(1), Weight: kg("80 OZ")}, "9.00"},
		"by the item's table of units":  {pricing.Line{Item: "A", Quantity: ea(1), Units: units}, "10.00"},
		"by the item's table, two ones": {pricing.Line{Item: "A", Quantity: ea(2), Units: units}, "18.00"},
		"not known":                     {pricing.Line{Item: "A", Quantity: ea(1)}, ""},
		"no weight":                     {pricing.Line{Item: "A", Quantity: ea(1), Weight: ea(5)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := price(t, e, request(c.line))
			if c.want == "" {
				assert.False(t, got.Lines[0].Priced)
				assert.Len(t, got.Findings.With("pricing.weight-missing"), 1)
				assert.True(t, got.Findings.Blocks())
				return
			}
			assert.Equal(t, usd(c.want), got.Total)
		})
	}
	t.Run("a discount by an unknown weight", func(t *testing.T) {
		record := pricing.Record{ID: "W", Step: "d", Kind: pricing.Percent, Key: pricing.Key{Item: "A"}, Scale: &pricing.Scale{
			Kind: pricing.AllUnits, Bound: pricing.BoundFrom, By: pricing.ByWeight,
			Rows: []pricing.ScaleRow{{Quantity: kg("5 KG"), Rate: money.MustRate("9%")}},
		}}
		e := setup{schema: schemaOf(recordStep("d", pricing.StepDiscount)), records: []pricing.Record{record, listPrice("A", "1 USD")}}.engine(t)
		got := price(t, e, request(line("A", 1)))
		assert.Equal(t, usd("1"), got.Total)
		assert.Len(t, got.Findings.With("pricing.weight-missing"), 1)
		assert.False(t, got.Findings.Blocks())
	})
}

// Groups whose quantities cannot be added up have none.
func TestScaleOverUnlikeUnits(t *testing.T) {
	scaled := func(item string, unit quantity.Unit) pricing.Record {
		return pricing.Record{ID: "S-" + item, Key: pricing.Key{Item: item}, Unit: unit, Scale: &pricing.Scale{
			Kind: pricing.AllUnits, Bound: pricing.BoundFrom, Over: pricing.OverMix, Mix: "M", Rows: scaleRows(unit, [2]int64{0, 1}),
		}}
	}
	e := setup{schema: schemaOf(), records: []pricing.Record{scaled("A", quantity.Each), scaled("B", quantity.Kilogram)}}.engine(t)
	got := price(t, e, request(line("A", 1), pricing.Line{Item: "B", Quantity: quantity.New(1, quantity.Kilogram)}))
	assert.Len(t, got.Findings.With("pricing.price-unit"), 2, "no other quantity would help")
}

func TestScalesThatAreRefused(t *testing.T) {
	rate := func(text string) money.Rate { return money.MustRate(text) }
	for name, c := range map[string]struct {
		record pricing.Record
		want   string
	}{
		"a price by value": {pricing.Record{Unit: quantity.Each, Scale: &pricing.Scale{By: pricing.ByValue,
			Rows: []pricing.ScaleRow{{Value: usd("1"), Price: usd("1")}}}}, "a price cannot go by value"},
		"by nothing": {pricing.Record{Unit: quantity.Each, Scale: &pricing.Scale{By: "volume",
			Rows: []pricing.ScaleRow{{Price: usd("1")}}}}, `"volume" is nothing that a scale measures`},
		"a mix without name": {pricing.Record{Unit: quantity.Each, Scale: &pricing.Scale{Over: pricing.OverMix,
			Rows: []pricing.ScaleRow{{Price: usd("1")}}}}, "the name of a mix group belong together"},
		"a name without mix": {pricing.Record{Unit: quantity.Each, Scale: &pricing.Scale{Mix: "M",
			Rows: []pricing.ScaleRow{{Price: usd("1")}}}}, "the name of a mix group belong together"},
		"a weight in pieces": {pricing.Record{Unit: quantity.Each, Scale: &pricing.Scale{By: pricing.ByWeight,
			Rows: []pricing.ScaleRow{{Quantity: ea(1), Price: usd("1")}}}}, "rows[0]: 1 EA is no weight"},
		"weights in two units": {pricing.Record{Unit: quantity.Each, Scale: &pricing.Scale{By: pricing.ByWeight,
			Rows: []pricing.ScaleRow{{Quantity: quantity.MustParse("1 KG"), Price: usd("1")}, {Quantity: quantity.MustParse("5 LB"), Price: usd("1")}}}},
			"rows[1]: 5 LB is not in KG"},
		"a quantity of values": {pricing.Record{Step: "d", Kind: pricing.Percent, Scale: &pricing.Scale{By: pricing.ByValue,
			Rows: []pricing.ScaleRow{{Quantity: ea(1), Rate: rate("1%")}}}}, "a scale by value has no quantities"},
		"a value of quantities": {pricing.Record{Unit: quantity.Each, Scale: &pricing.Scale{
			Rows: []pricing.ScaleRow{{Value: usd("1"), Price: usd("1")}}}}, "a value is no bound of a scale by quantity"},
		"values in two currencies": {pricing.Record{Step: "d", Kind: pricing.Percent, Scale: &pricing.Scale{By: pricing.ByValue,
			Rows: []pricing.ScaleRow{{Value: usd("1")}, {Value: money.MustParse("2 EUR")}}}}, "rows[1]: it is not in the currency of the scale, USD"},
		"values that do not rise": {pricing.Record{Step: "d", Kind: pricing.Percent, Scale: &pricing.Scale{By: pricing.ByValue,
			Rows: []pricing.ScaleRow{{Value: usd("2")}, {Value: usd("2.00")}}}}, "rows[1]: 2.00 USD does not rise above 2.00 USD"},
		"amounts in another currency than their values": {pricing.Record{Step: "d", Kind: pricing.AmountOff, Scale: &pricing.Scale{By: pricing.ByValue,
			Rows: []pricing.ScaleRow{{Value: money.MustParse("1 EUR"), Price: usd("1")}}}}, "rows[0]: it is not in the currency of the scale, USD"},
		"a graduated amount": {pricing.Record{Step: "d", Kind: pricing.AmountOff, Unit: quantity.Each, Scale: &pricing.Scale{Kind: pricing.Graduated,
			Rows: []pricing.ScaleRow{{Price: usd("1")}}}}, "an amount for the line cannot be graduated"},
		"a rate among prices": {pricing.Record{Unit: quantity.Each, Scale: &pricing.Scale{
			Rows: []pricing.ScaleRow{{Price: usd("1"), Rate: rate("1%")}}}}, "rows[0]: the rate belongs to a percent record"},
		"a price among rates": {pricing.Record{Step: "d", Kind: pricing.Percent, Unit: quantity.Each, Scale: &pricing.Scale{
			Rows: []pricing.ScaleRow{{Price: usd("1")}}}}, "rows[0]: a percent record has no price"},
		"a rate beside": {pricing.Record{Step: "d", Kind: pricing.Percent, Unit: quantity.Each, Rate: rate("1%"), Scale: &pricing.Scale{
			Rows: []pricing.ScaleRow{{Rate: rate("1%")}}}}, "a rate beside its scale"},
		"rates by quantity without unit": {pricing.Record{Step: "d", Kind: pricing.Percent, Scale: &pricing.Scale{
			Rows: []pricing.ScaleRow{{Rate: rate("1%")}}}}, "it has no unit"},
	} {
		t.Run(name, func(t *testing.T) {
			r := c.record
			r.ID, r.Key = "R", pricing.Key{Item: "A"}
			if r.Scale.Kind == "" {
				r.Scale.Kind = pricing.AllUnits
			}
			r.Scale.Bound = pricing.BoundFrom
			_, err := pricing.NewBook(r)
			var load *pricing.LoadError
			require.ErrorAs(t, err, &load)
			assert.Len(t, load.Faults, 1, "%v", err)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

// A group of which one line's weight is not known has no weight.
func TestScaleOverUnknownWeight(t *testing.T) {
	kg := func(n int64) quantity.Quantity { return quantity.New(n, quantity.Kilogram) }
	record := pricing.Record{ID: "W", Key: pricing.Key{Item: "A"}, Unit: quantity.Each, Scale: &pricing.Scale{
		Kind: pricing.AllUnits, Bound: pricing.BoundFrom, By: pricing.ByWeight, Over: pricing.OverItem,
		Rows: []pricing.ScaleRow{{Price: usd("10")}, {Quantity: kg(5), Price: usd("9")}},
	}}
	e := setup{schema: schemaOf(), records: []pricing.Record{record}}.engine(t)
	known, unknown := line("A", 1), line("A", 1)
	known.Weight = kg(100)
	for _, lines := range [][]pricing.Line{{known, unknown, known}, {unknown, known, known}, {known, known, unknown}} {
		got := price(t, e, request(lines...))
		assert.Len(t, got.Findings.With("pricing.weight-missing"), 3)
		assert.Equal(t, usd("0"), got.Total)
	}
	assert.Equal(t, usd("18"), price(t, e, request(known, known)).Total)
}

// What a scale by value counts is what lines came to when the step began, whichever
// of them come first in it.
func TestScaleByValueCountsBeforeTheStep(t *testing.T) {
	half := rateRecord("half", pricing.Key{Item: "A"}, "50%")
	over := func(id, item string, scope pricing.ScaleScope) pricing.Record {
		return pricing.Record{ID: id, Step: "d", Kind: pricing.Percent, Key: pricing.Key{Item: item}, Scale: &pricing.Scale{
			Kind: pricing.AllUnits, Bound: pricing.BoundFrom, By: pricing.ByValue, Over: scope,
			Rows: []pricing.ScaleRow{{Value: usd("200"), Rate: money.MustRate("10%")}},
		}}
	}
	s := setup{schema: schemaOf(recordStep("d", pricing.StepDiscount)), records: []pricing.Record{
		listPrice("A", "100 USD"), listPrice("B", "100 USD"), half, over("category", "B", pricing.OverCategory),
	}}
	e := s.engine(t)
	a, b := line("A", 1), line("B", 1)
	a.Category, b.Category = "X", "X"
	assert.Equal(t, []string{"50.00", "90.00"}, totals(price(t, e, request(a, b))))
	assert.Equal(t, []string{"90.00", "50.00"}, totals(price(t, e, request(b, a))))
}
