package pricing_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

// The figures of this file are those of pricing.md.

func scaleRows(unit quantity.Unit, rows ...[2]int64) []pricing.ScaleRow {
	var out []pricing.ScaleRow
	for _, r := range rows {
		out = append(out, pricing.ScaleRow{Quantity: quantity.New(r[0], unit), Price: money.FromMinor(r[1]*100, money.USD)})
	}
	return out
}

// pricing.md, base price: rows 5:10, 20:12, 100:15, 1000:20.
func TestScaleFigures(t *testing.T) {
	for name, c := range map[string]struct {
		kind     pricing.ScaleKind
		bound    pricing.Bound
		quantity int64
		want     string // empty: no price
	}{
		"from, all units: 140 x 15":              {pricing.AllUnits, pricing.BoundFrom, 140, "2100.00"},
		"to, all units: 140 x 20":                {pricing.AllUnits, pricing.BoundTo, 140, "2800.00"},
		"to, graduated: 50 + 180 + 1,200 + 800":  {pricing.Graduated, pricing.BoundTo, 140, "2230.00"},
		"from, graduated: 19 x 10 first":         {pricing.Graduated, pricing.BoundFrom, 20, "200.00"},
		"from, graduated: continuous at a bound": {pricing.Graduated, pricing.BoundFrom, 21, "212.00"},
		"from, graduated below the first row":    {pricing.Graduated, pricing.BoundFrom, 3, "30.00"},
		"from, at the bound":                     {pricing.AllUnits, pricing.BoundFrom, 20, "240.00"},
		"from, below the bound":                  {pricing.AllUnits, pricing.BoundFrom, 19, "190.00"},
		"from, below the first row is a finding": {pricing.AllUnits, pricing.BoundFrom, 4, ""},
		"to includes its bound":                  {pricing.AllUnits, pricing.BoundTo, 20, "240.00"},
		"to, beyond the bound":                   {pricing.AllUnits, pricing.BoundTo, 21, "315.00"},
		"to, the last bound":                     {pricing.AllUnits, pricing.BoundTo, 1000, "20000.00"},
		"to, above the last row is a finding":    {pricing.AllUnits, pricing.BoundTo, 1001, ""},
		"to, graduated above the last row":       {pricing.Graduated, pricing.BoundTo, 1001, ""},
	} {
		t.Run(name, func(t *testing.T) {
			record := pricing.Record{ID: "S", Key: pricing.Key{Item: "A"}, Unit: quantity.Each, Scale: &pricing.Scale{
				Kind: c.kind, Bound: c.bound,
				Rows: scaleRows(quantity.Each, [2]int64{5, 10}, [2]int64{20, 12}, [2]int64{100, 15}, [2]int64{1000, 20}),
			}}
			e := setup{schema: schemaOf(), records: []pricing.Record{record}}.engine(t)
			got := price(t, e, request(line("A", c.quantity)))
			if c.want == "" {
				assert.False(t, got.Lines[0].Priced)
				assert.Len(t, got.Findings.With("pricing.outside-scale"), 1)
				assert.True(t, got.Findings.Blocks(), "never a price of zero")
				return
			}
			assert.Equal(t, usd(c.want), got.Total)
			assert.Empty(t, got.Findings)
		})
	}
}

// pricing.md, base price: 100.00 per 100,000 at quantity 99,830 is 99.83.
func TestPricePerNumberOfUnits(t *testing.T) {
	record := listPrice("A", "100.00 USD")
	record.Per = 100_000
	e := setup{schema: schemaOf(), records: []pricing.Record{record}}.engine(t)
	got := price(t, e, request(line("A", 99_830)))
	assert.Equal(t, usd("99.83"), got.Total)
	assert.Equal(t, int64(100_000), got.Lines[0].Price.Per)
}

// pricing.md, base price: a pack price is not converted to a unit price, rounded
// and multiplied back.
func TestPackPriceIsNotRoundedOnTheWay(t *testing.T) {
	units, err := quantity.NewConversions(quantity.Each,
		quantity.Conversion{Unit: quantity.Case, Of: 12}, quantity.Conversion{Unit: quantity.Pallet, Of: 40, In: quantity.Case})
	require.NoError(t, err)
	record := listPrice("A", "10.00 USD")
	record.Unit = quantity.Case
	e := setup{schema: schemaOf(), records: []pricing.Record{record}}.engine(t)
	for name, c := range map[string]struct {
		ordered quantity.Quantity
		want    string
	}{
		"a case":         {quantity.New(1, quantity.Case), "10.00"},
		"twelve pieces":  {ea(12), "10.00"},
		"thirty":         {ea(30), "25.00"},
		"seventeen":      {ea(17), "14.17"}, // 17 x 10 / 12 = 14.1666...
		"a piece":        {ea(1), "0.83"},
		"120,000 pieces": {ea(120_000), "100000.00"}, // at a rounded 0.83 they would be 99,600
		"a pallet":       {quantity.New(1, quantity.Pallet), "400.00"},
	} {
		t.Run(name, func(t *testing.T) {
			got := price(t, e, request(pricing.Line{Item: "A", Quantity: c.ordered, Units: units}))
			assert.Equal(t, usd(c.want), got.Total)
		})
	}
	t.Run("a unit that the item does not have", func(t *testing.T) {
		got := price(t, e, request(pricing.Line{Item: "A", Quantity: quantity.New(1, quantity.Kilogram), Units: units}))
		assert.False(t, got.Lines[0].Priced)
		assert.Len(t, got.Findings.With("pricing.price-unit"), 1)
	})
	t.Run("graduated, in pieces of a case price", func(t *testing.T) {
		record := pricing.Record{ID: "G", Key: pricing.Key{Item: "A"}, Unit: quantity.Case, Scale: &pricing.Scale{
			Kind: pricing.Graduated, Bound: pricing.BoundTo, Rows: scaleRows(quantity.Case, [2]int64{1, 12}, [2]int64{10, 6}),
		}}
		e := setup{schema: schemaOf(), records: []pricing.Record{record}}.engine(t)
		got := price(t, e, request(pricing.Line{Item: "A", Quantity: ea(17), Units: units}))
		assert.Equal(t, usd("14.50"), got.Total, "a case at 12 and 5/12 of a case at 6")
	})
}

// pricing.md, discounts: 100 with 20% and 10%: initial 70.00, running 72.00.
func TestPercentBase(t *testing.T) {
	for base, want := range map[pricing.Base]string{
		pricing.BaseList: "70.00", pricing.BaseRunning: "72.00", pricing.BaseSubtotal("goods"): "70.00",
	} {
		t.Run(string(base), func(t *testing.T) {
			e := setup{
				schema: schemaOf(pricing.Step{Name: "goods", Kind: pricing.StepSubtotal},
					discountStep("first", base), discountStep("second", base)),
				records: []pricing.Record{listPrice("A", "100 USD")},
				rules:   []pricing.Rule{always("first", percent("20%")), always("second", percent("10%"))},
			}.engine(t)
			assert.Equal(t, usd(want), price(t, e, request(line("A", 1))).Total)
		})
		t.Run(string(base)+", stacked in one step", func(t *testing.T) {
			low := pricing.Rule{ID: "low", Group: "d", When: "true", Then: percent("10%"), Priority: 1}
			high := pricing.Rule{ID: "high", Group: "d", When: "true", Then: percent("20%"), Priority: 2}
			e := setup{
				schema:  schemaOf(pricing.Step{Name: "goods", Kind: pricing.StepSubtotal}, discountStep("d", base)),
				records: []pricing.Record{listPrice("A", "100 USD")}, rules: []pricing.Rule{low, high},
			}.engine(t)
			got := price(t, e, request(line("A", 1)))
			assert.Equal(t, usd(want), got.Total)
			assert.Equal(t, "high", got.Lines[0].Entries[1].Source, "a higher priority goes first")
		})
	}
}

// pricing.md, apportionment.
func TestApportionmentFigures(t *testing.T) {
	for name, c := range map[string]struct {
		currency string
		prices   []string
		discount pricing.Discount
		parts    []string
		total    string
	}{
		"10.00 over 3 x 50.00":  {"USD", []string{"50", "50", "50"}, off("10.00 USD"), []string{"-3.34", "-3.33", "-3.33"}, "140.00"},
		"10.00 over 3 x 100.00": {"USD", []string{"100", "100", "100"}, off("10.00 USD"), []string{"-3.34", "-3.33", "-3.33"}, "290.00"},
		"100% leaves 0.00":      {"USD", []string{"0.01", "33.33", "66.67"}, percent("100%"), []string{"-0.01", "-33.33", "-66.67"}, "0.00"},
		"yen":                   {"JPY", []string{"500", "500", "500"}, off("1000 JPY"), []string{"-334", "-333", "-333"}, "500"},
		"yen, 100%":             {"JPY", []string{"1", "333"}, percent("100%"), []string{"-1", "-333"}, "0"},
		"dinar":                 {"KWD", []string{"50", "50", "50"}, off("10 KWD"), []string{"-3.334", "-3.333", "-3.333"}, "140.000"},
		"dinar, 7%":             {"KWD", []string{"0.125", "0.125"}, percent("7%"), []string{"-0.009", "-0.009"}, "0.232"},
	} {
		t.Run(name, func(t *testing.T) {
			s := setup{schema: schemaOf(orderStep("order")), rules: []pricing.Rule{always("order", c.discount)}}
			var lines []pricing.Line
			for i, p := range c.prices {
				item := string(rune('A' + i))
				s.records = append(s.records, listPrice(item, p+" "+c.currency))
				lines = append(lines, line(item, 1))
			}
			r := request(lines...)
			r.Currency = money.MustParse("1 " + c.currency).Currency()
			got := price(t, s.engine(t), r)
			var parts []string
			for _, l := range got.Lines {
				parts = append(parts, l.Entries[1].Amount.Number())
				assert.True(t, l.Entries[1].FromOrder)
			}
			assert.Equal(t, c.parts, parts)
			assert.Equal(t, c.total, got.Total.Number())
		})
	}
}

// pricing.md, rounding: lines 10.60, 20.60, 30.60, 40.60 at 1% off.
func TestDocumentRounding(t *testing.T) {
	records := []pricing.Record{
		listPrice("A", "10.60 USD"), listPrice("B", "20.60 USD"), listPrice("C", "30.60 USD"), listPrice("D", "40.60 USD"),
	}
	lines := func() pricing.Request { return request(line("A", 1), line("B", 1), line("C", 1), line("D", 1)) }
	s := setup{schema: schemaOf(discountStep("d", pricing.BaseRunning)), records: records, rules: []pricing.Rule{always("d", percent("1%"))}}

	t.Run("round-lines: 0.11 + 0.21 + 0.31 + 0.41 = 1.04 off", func(t *testing.T) {
		s.schema.Document = pricing.RoundLines
		got := price(t, s.engine(t), lines())
		assert.Equal(t, []string{"10.49", "20.39", "30.29", "40.19"}, totals(got))
		assert.Equal(t, usd("101.36"), got.Total)
	})
	t.Run("round-total: 1.02 off", func(t *testing.T) {
		s.schema.Document = pricing.RoundTotal
		got := price(t, s.engine(t), lines())
		assert.Equal(t, usd("101.38"), got.Total)
		assert.Equal(t, []string{"10.50", "20.40", "30.29", "40.19"}, totals(got), "lost alike: ties to the lower id")
		assert.Equal(t, []string{"list 10.60", "d -0.106", "rounding 0.006"}, amounts(got.Lines[0]))
	})
	t.Run("a discount of the order is taken of the sum: 1.02 off", func(t *testing.T) {
		s := setup{schema: schemaOf(orderStep("o")), records: records, rules: []pricing.Rule{always("o", percent("1%"))}}
		assert.Equal(t, usd("101.38"), price(t, s.engine(t), lines()).Total)
	})
}

// pricing.md, rounding: 1.08 less 5% less 5% running: by step 0.98, exact 0.97.
func TestExactSteps(t *testing.T) {
	for exact, want := range map[bool]string{false: "0.98", true: "0.97"} {
		first, second := discountStep("first", pricing.BaseRunning), discountStep("second", pricing.BaseRunning)
		first.Exact, second.Exact = exact, exact
		e := setup{
			schema: schemaOf(first, second), records: []pricing.Record{listPrice("A", "1.08 USD")},
			rules: []pricing.Rule{always("first", percent("5%")), always("second", percent("5%"))},
		}.engine(t)
		assert.Equal(t, usd(want), price(t, e, request(line("A", 1))).Total, "exact %t", exact)
	}
}

// pricing.md, rounding: 1,000 successive reductions stay small.
func TestManyReductionsStaySmall(t *testing.T) {
	step := discountStep("d", pricing.BaseRunning)
	step.Exact = true
	s := setup{schema: schemaOf(step), records: []pricing.Record{listPrice("A", "90000000000 USD")}}
	for i := range 1000 {
		rule := always("d", percent("1.3%"))
		rule.ID, rule.Priority = rule.ID+string(rune('a'+i%26))+string(rune('a'+i/26)), i
		s.rules = append(s.rules, rule)
	}
	got := price(t, s.engine(t), request(line("A", 1)))
	for _, e := range got.Lines[0].Entries {
		assert.LessOrEqual(t, e.After.Scale(), 6, "two digits and the four of an exact step")
	}
	assert.Equal(t, 1, got.Total.Sign())
}

// pricing.md, decisions: 10.50 less 15% is 1.58 off, net 8.92; where the net is
// rounded, 8.93.
func TestPercentRoundsAmountOrNet(t *testing.T) {
	for roundNet, want := range map[bool]string{false: "8.92", true: "8.93"} {
		for _, base := range []pricing.Base{pricing.BaseList, pricing.BaseRunning} {
			step := discountStep("d", base)
			step.RoundNet = roundNet
			e := setup{
				schema: schemaOf(step), records: []pricing.Record{listPrice("A", "10.50 USD")},
				rules: []pricing.Rule{always("d", percent("15%"))},
			}.engine(t)
			assert.Equal(t, usd(want), price(t, e, request(line("A", 1))).Total, "round net %t of %s", roundNet, base)
		}
	}
}

// pricing.md, rounding: modes. 1.25 at 10% is 0.125.
func TestRoundingModes(t *testing.T) {
	for mode, want := range map[money.Rounding]string{
		money.HalfUp: "1.12", money.HalfEven: "1.13", money.HalfDown: "1.13", money.Up: "1.12", money.Down: "1.13",
	} {
		s := setup{
			schema: schemaOf(discountStep("d", pricing.BaseRunning)), records: []pricing.Record{listPrice("A", "1.25 USD")},
			rules: []pricing.Rule{always("d", percent("10%"))},
		}
		s.schema.Rounding = mode
		assert.Equal(t, usd(want), price(t, s.engine(t), request(line("A", 1))).Total, mode.String())
	}
}

// pricing.md, decisions: group scale from 1:10, 100:9; L1 60, L2 45; 10% off L1;
// 25.00 off if running >= 900.
func TestGroupScaleAndThreshold(t *testing.T) {
	scale := func(item string) pricing.Record {
		return pricing.Record{ID: "S-" + item, Key: pricing.Key{Item: item}, Unit: quantity.Each, Scale: &pricing.Scale{
			Kind: pricing.AllUnits, Bound: pricing.BoundFrom, Over: pricing.OverCategory,
			Rows: scaleRows(quantity.Each, [2]int64{1, 10}, [2]int64{100, 9}),
		}}
	}
	threshold := always("spend", off("25.00 USD"))
	threshold.Then.Minimum = usd("900")
	e := setup{
		schema:  schemaOf(discountStep("line", pricing.BaseRunning), orderStep("spend")),
		records: []pricing.Record{scale("A"), scale("B")},
		rules:   []pricing.Rule{threshold, {ID: "A-10", Group: "line", When: `item == "A"`, Then: percent("10%")}},
	}.engine(t)
	ordered := func(a, b int64) pricing.Request {
		return request(
			pricing.Line{ID: "L1", Item: "A", Category: "TOOLS", Quantity: ea(a)},
			pricing.Line{ID: "L2", Item: "B", Category: "TOOLS", Quantity: ea(b)})
	}
	got := price(t, e, ordered(60, 45))
	assert.Equal(t, usd("891.00"), got.Total, "without the 25")
	assert.Empty(t, got.Entries)

	got = price(t, e, ordered(60, 39)) // six of L2 are cancelled
	assert.Equal(t, []string{"list 600.00", "line -60.00", "spend -14.52"}, amounts(got.Lines[0]))
	assert.Equal(t, []string{"list 390.00", "spend -10.48"}, amounts(got.Lines[1]))
	assert.Equal(t, usd("905.00"), got.Total)
}
