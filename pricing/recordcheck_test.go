package pricing_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

func TestRecordsThatAreRefused(t *testing.T) {
	scale := func(s pricing.Scale) func(*pricing.Record) {
		return func(r *pricing.Record) { r.Price, r.Scale = money.Amount{}, &s }
	}
	rows := scaleRows(quantity.Each, [2]int64{1, 10}, [2]int64{10, 9})
	for name, c := range map[string]struct {
		change func(*pricing.Record)
		want   string
	}{
		"no id":               {func(r *pricing.Record) { r.ID = "" }, "records[0]: it has no id"},
		"no item or category": {func(r *pricing.Record) { r.Key = pricing.Key{Account: "1"} }, "neither item nor category"},
		"a key of five fields": {func(r *pricing.Record) {
			r.Key = pricing.Key{Account: "1", Contract: "1", Group: "1", PriceList: "1", Item: "1"}
		}, "combines 5 fields; 4 is the most"},
		"no unit":               {func(r *pricing.Record) { r.Unit = 0 }, "it has no unit"},
		"per a negative number": {func(r *pricing.Record) { r.Per = -1 }, "cannot be per -1"},
		"no price":              {func(r *pricing.Record) { r.Price = money.Amount{} }, "it has no price"},
		"a negative price":      {func(r *pricing.Record) { r.Price = usd("-1") }, "-1.00 USD is negative"},
		"valid on no day":       {func(r *pricing.Record) { r.From, r.To = date("2026-01-02"), date("2026-01-02") }, "which is no day"},
		"discounts unknown":     {func(r *pricing.Record) { r.Discounts = "some" }, `"some" is no discount policy`},
		"price and scale": {func(r *pricing.Record) {
			r.Scale = &pricing.Scale{Kind: pricing.AllUnits, Bound: pricing.BoundFrom, Rows: rows}
		}, "a price beside its scale"},
		"scale without rows":  {scale(pricing.Scale{Kind: pricing.AllUnits, Bound: pricing.BoundFrom}), "no rows"},
		"scale without kind":  {scale(pricing.Scale{Bound: pricing.BoundFrom, Rows: rows}), `"" is no kind of scale`},
		"scale without bound": {scale(pricing.Scale{Kind: pricing.AllUnits, Rows: rows}), `"" is no bound of a scale`},
		"scale over nothing":  {scale(pricing.Scale{Kind: pricing.AllUnits, Bound: pricing.BoundTo, Rows: rows, Over: "all"}), "no scope of a scale"},
		"rows that do not rise": {scale(pricing.Scale{Kind: pricing.AllUnits, Bound: pricing.BoundTo,
			Rows: scaleRows(quantity.Each, [2]int64{10, 10}, [2]int64{10, 9})}), "rows[1]: 10 EA does not rise above 10 EA"},
		"a row in another unit": {scale(pricing.Scale{Kind: pricing.AllUnits, Bound: pricing.BoundTo,
			Rows: scaleRows(quantity.Case, [2]int64{10, 10})}), "10 CA is not in EA"},
		"a row in another currency": {scale(pricing.Scale{Kind: pricing.AllUnits, Bound: pricing.BoundTo,
			Rows: append(slices.Clone(rows), pricing.ScaleRow{Quantity: ea(20), Price: money.MustParse("1 EUR")})}), "not in the currency"},
		"a negative row price": {scale(pricing.Scale{Kind: pricing.AllUnits, Bound: pricing.BoundTo,
			Rows: scaleRows(quantity.Each, [2]int64{10, -10})}), "negative"},
		"a to row at nothing": {scale(pricing.Scale{Kind: pricing.AllUnits, Bound: pricing.BoundTo,
			Rows: scaleRows(quantity.Each, [2]int64{0, 10})}), "cannot stand at 0 EA"},
	} {
		t.Run(name, func(t *testing.T) {
			record := listPrice("A", "1 USD")
			c.change(&record)
			_, err := pricing.NewBook(record)
			var load *pricing.LoadError
			require.ErrorAs(t, err, &load)
			assert.Len(t, load.Faults, 1)
			assert.ErrorContains(t, err, c.want)
		})
	}
	t.Run("all faults at once", func(t *testing.T) {
		one, two := listPrice("A", "1 USD"), listPrice("A", "1 USD")
		two.Unit, two.Per = 0, -1
		_, err := pricing.NewBook(one, two)
		var load *pricing.LoadError
		require.ErrorAs(t, err, &load)
		assert.Len(t, load.Faults, 3, "the id, the unit and the number: %v", err)
	})
}

// pricing.md: two records that tie on one key and date are an error at load, with
// both named.
func TestTies(t *testing.T) {
	record := func(id, from, to string, change ...func(*pricing.Record)) pricing.Record {
		r := listPrice("A", "1 USD")
		r.ID = id
		if from != "" {
			r.From = date(from)
		}
		if to != "" {
			r.To = date(to)
		}
		for _, c := range change {
			c(&r)
		}
		return r
	}
	for name, c := range map[string]struct {
		records []pricing.Record
		want    [][2]string
	}{
		"one ends where the next begins": {[]pricing.Record{record("1", "", "2026-01-01"), record("2", "2026-01-01", "")}, nil},
		"a day in common":                {[]pricing.Record{record("1", "", "2026-01-02"), record("2", "2026-01-01", "")}, [][2]string{{"1", "2"}}},
		"both for ever":                  {[]pricing.Record{record("2", "", ""), record("1", "", "")}, [][2]string{{"1", "2"}}},
		"one within another, and a third after": {[]pricing.Record{
			record("long", "2026-01-01", "2026-12-31"), record("short", "2026-02-01", "2026-03-01"), record("late", "2026-06-01", "")},
			[][2]string{{"long", "short"}, {"long", "late"}}},
		"another unit":     {[]pricing.Record{record("1", "", ""), record("2", "", "", func(r *pricing.Record) { r.Unit = quantity.Case })}, nil},
		"another currency": {[]pricing.Record{record("1", "", ""), record("2", "", "", func(r *pricing.Record) { r.Price = money.MustParse("1 EUR") })}, nil},
		"another field": {[]pricing.Record{record("1", "", ""),
			record("2", "", "", func(r *pricing.Record) { r.Key = pricing.Key{Category: "A"} })}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			for range 2 {
				_, err := pricing.NewBook(c.records...)
				var got [][2]string
				var load *pricing.LoadError
				if errors.As(err, &load) {
					for _, fault := range load.Faults {
						var tie *pricing.TieError
						require.ErrorAs(t, fault, &tie)
						got = append(got, [2]string{tie.First, tie.Second})
					}
				}
				assert.Equal(t, c.want, got)
				slices.Reverse(c.records) // the order of loading does not matter
			}
		})
	}
	t.Run("the error names both, key and day", func(t *testing.T) {
		_, err := pricing.NewBook(record("1", "", "2026-01-02"), record("2", "2026-01-01", ""))
		assert.ErrorContains(t, err, "records 1 and 2 both hold on 2026-01-01 for item A in USD per EA")
	})
}

func TestSchemasThatAreRefused(t *testing.T) {
	ok := func() pricing.Schema { return schemaOf(discountStep("d", pricing.BaseRunning)) }
	for name, c := range map[string]struct {
		change func(*pricing.Schema)
		want   string
	}{
		"no access":        {func(s *pricing.Schema) { s.Access = nil }, "the access sequence is empty"},
		"an unknown field": {func(s *pricing.Schema) { s.Access[0].Fields = []pricing.Field{"item", "colour"} }, `"colour" is no field`},
		"a field twice":    {func(s *pricing.Schema) { s.Access[0].Fields = []pricing.Field{"item", "item"} }, "item stands twice"},
		"an access without item": {func(s *pricing.Schema) {
			s.Access = append(s.Access, pricing.Access{Fields: []pricing.Field{"account"}})
		}, "access[1]: it has neither"},
		"an access twice":          {func(s *pricing.Schema) { s.Access = append(s.Access, s.Access[0]) }, "access[1]: access[0] has the same fields"},
		"no steps":                 {func(s *pricing.Schema) { s.Steps = nil }, "there is no price step"},
		"discount before price":    {func(s *pricing.Schema) { slices.Reverse(s.Steps) }, "steps[0]: it stands before the price step"},
		"two price steps":          {func(s *pricing.Schema) { s.Steps[1] = pricing.Step{Name: "p", Kind: pricing.StepPrice} }, "one price step"},
		"a name twice":             {func(s *pricing.Schema) { s.Steps[1].Name = "list" }, "steps[0] has the name list too"},
		"the rounding's name":      {func(s *pricing.Schema) { s.Steps[1].Name = "rounding" }, "steps[1]: the name rounding is that of the document's rounding"},
		"no name":                  {func(s *pricing.Schema) { s.Steps[1].Name = "" }, "steps[1]: it has no name"},
		"no kind":                  {func(s *pricing.Schema) { s.Steps[1].Kind = "" }, `steps[1].kind: "" is no kind`},
		"a rounding step":          {func(s *pricing.Schema) { s.Steps[1].Kind = pricing.StepRounding }, "is no kind of step"},
		"no base":                  {func(s *pricing.Schema) { s.Steps[1].Base = "" }, "steps[1].base: it must state"},
		"an unknown base":          {func(s *pricing.Schema) { s.Steps[1].Base = "gross" }, `"gross" is no base`},
		"a subtotal that is not":   {func(s *pricing.Schema) { s.Steps[1].Base = pricing.BaseSubtotal("net") }, "no subtotal step before it has the name net"},
		"a base where none counts": {func(s *pricing.Schema) { s.Steps[0].Base = pricing.BaseList }, "takes no percentages"},
		"a subtotal of itself": {func(s *pricing.Schema) {
			s.Steps = append(s.Steps, pricing.Step{Name: "net", Kind: pricing.StepSubtotal})
			s.Steps[1].Base = pricing.BaseSubtotal("net") // it comes later: a circle
		}, "no subtotal step before it"},
		"a price of the order":     {func(s *pricing.Schema) { s.Steps[0].Scope = pricing.ScopeOrder }, "works on lines"},
		"an unknown scope":         {func(s *pricing.Schema) { s.Steps[1].Scope = "house" }, `"house" is no scope`},
		"an unknown stacking":      {func(s *pricing.Schema) { s.Steps[1].Stacking = "all" }, `"all" is no stacking`},
		"stacking without rules":   {func(s *pricing.Schema) { s.Steps[0].Stacking = pricing.Stack }, "has no rules to stack"},
		"a statistical price":      {func(s *pricing.Schema) { s.Steps[0].Statistical = true }, "cannot be statistical"},
		"a tolerance out of place": {func(s *pricing.Schema) { s.Steps[1].Tolerance.Percent = money.MustRate("1%") }, "only a customer-price step"},
		"an unknown document":      {func(s *pricing.Schema) { s.Document = "page" }, `"page" is no document rounding`},
		"too many digits":          {func(s *pricing.Schema) { s.Digits = 9 }, "9 is not within 0 to 8"},
		"an unknown rounding":      {func(s *pricing.Schema) { s.Rounding = 77 }, "is no rounding mode"},
	} {
		t.Run(name, func(t *testing.T) {
			config := setup{schema: ok()}.config(t)
			c.change(&config.Schema)
			_, err := pricing.New(config)
			var load *pricing.LoadError
			require.ErrorAs(t, err, &load)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func TestPartsThatDoNotFit(t *testing.T) {
	fits := setup{
		schema: schemaOf(discountStep("d", pricing.BaseRunning), orderStep("o")), records: []pricing.Record{listPrice("A", "1 USD")},
	}
	t.Run("no zone", func(t *testing.T) {
		config := fits.config(t)
		config.Zone = nil
		_, err := pricing.New(config)
		assert.ErrorContains(t, err, "zone")
	})
	t.Run("no book", func(t *testing.T) {
		config := fits.config(t)
		config.Prices = nil
		_, err := pricing.New(config)
		assert.ErrorContains(t, err, "there is no price book")
	})
	t.Run("a record that no access reaches", func(t *testing.T) {
		s := fits
		s.records = append(s.records, pricing.Record{ID: "K", Key: pricing.Key{Contract: "K", Item: "A"}, Price: usd("1"), Unit: quantity.Each})
		_, err := pricing.New(s.config(t))
		assert.ErrorContains(t, err, "no access has the fields contract+item of record K")
	})
	t.Run("rules of no step, of a price step, of lines together", func(t *testing.T) {
		s := fits
		s.rules = []pricing.Rule{
			{ID: "1", Group: "nowhere", When: "true", Then: percent("1%")},
			{ID: "2", Group: "list", When: "true", Then: percent("1%")},
			{ID: "3", Group: "d", When: "true", Then: threeForTwo()},
		}
		_, err := pricing.New(s.config(t))
		var load *pricing.LoadError
		require.ErrorAs(t, err, &load)
		assert.Len(t, load.Faults, 3, err)
	})
	t.Run("discounts that make no sense", func(t *testing.T) {
		for _, d := range []pricing.Discount{
			{}, {Kind: "gift"}, percent("-1%"), off("-1 USD"), {Kind: pricing.AmountOff},
			{Kind: pricing.Percent, Amount: usd("1")}, {Kind: pricing.AmountOff, Amount: usd("1"), Rate: money.MustRate("1%")},
			{Kind: pricing.AmountOff, Amount: usd("1"), Per: 2}, {Kind: pricing.AmountPerUnit, Amount: usd("1"), Per: -2},
			{Kind: pricing.Percent, Minimum: usd("-1")},
		} {
			_, err := pricing.NewRuleBook("test", always("d", d))
			assert.Error(t, err, "%+v", d)
		}
		_, err := pricing.NewRuleBook("test", always("d", percent("0%")))
		assert.NoError(t, err, "an explicit discount of nothing is one")
	})
	t.Run("a condition that makes no sense", func(t *testing.T) {
		_, err := pricing.NewRuleBook("test", pricing.Rule{ID: "1", Group: "d", When: `colour == "RED"`, Then: percent("1%")})
		assert.ErrorContains(t, err, "colour")
	})
}

func TestHash(t *testing.T) {
	s := setup{
		schema:  schemaOf(discountStep("d", pricing.BaseRunning)),
		records: []pricing.Record{listPrice("A", "1 USD"), listPrice("B", "1 USD")},
		rules:   []pricing.Rule{always("d", percent("1%"))},
	}
	was := s.engine(t).Hash()
	assert.Len(t, was, 64)
	slices.Reverse(s.records)
	assert.Equal(t, was, s.engine(t).Hash(), "the order of loading does not matter")

	zone := s
	zone.zone = time.FixedZone("east", 3600)
	assert.NotEqual(t, was, zone.engine(t).Hash())
	west := s
	west.zone = time.FixedZone("east", -3600)
	assert.NotEqual(t, zone.engine(t).Hash(), west.engine(t).Hash(), "a name is not a zone: Local is another one elsewhere")
	prices := s
	prices.records = []pricing.Record{listPrice("A", "1 USD"), listPrice("B", "1.01 USD")}
	assert.NotEqual(t, was, prices.engine(t).Hash())
	rules := s
	rules.rules = []pricing.Rule{always("d", percent("2%"))}
	assert.NotEqual(t, was, rules.engine(t).Hash())
	schema := s
	schema.schema = schemaOf(discountStep("d", pricing.BaseList))
	assert.NotEqual(t, was, schema.engine(t).Hash())
}

// A caller who changes what it gave to New changes nothing in the engine.
func TestTheEngineKeepsItsSchema(t *testing.T) {
	s := setup{
		schema: schemaOf(discountStep("d", pricing.BaseRunning)), records: []pricing.Record{listPrice("A", "100 USD")},
		rules: []pricing.Rule{always("d", percent("10%"))},
	}
	config := s.config(t)
	e, err := pricing.New(config)
	require.NoError(t, err)
	config.Schema.Steps[1].Statistical = true
	assert.Equal(t, usd("90.00"), price(t, e, request(line("A", 1))).Total)
}
