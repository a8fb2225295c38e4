package pricing_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

// recordStep is a discount step that takes its rates from records.
func recordStep(name string, kind pricing.StepKind) pricing.Step {
	return pricing.Step{Name: name, Kind: kind, Base: pricing.BaseRunning, Access: []pricing.Access{
		{Fields: []pricing.Field{pricing.FieldAccount, pricing.FieldItem}},
		{Fields: []pricing.Field{pricing.FieldItemHierarchy}},
		{Fields: []pricing.Field{pricing.FieldItem}},
	}}
}

func rateRecord(id string, k pricing.Key, rate string) pricing.Record {
	return pricing.Record{ID: id, Step: "d", Key: k, Kind: pricing.Percent, Rate: money.MustRate(rate)}
}

func amountRecord(id string, k pricing.Key, amount string) pricing.Record {
	return pricing.Record{ID: id, Step: "d", Key: k, Kind: pricing.AmountOff, Price: money.MustParse(amount)}
}

// pricing.md: most specific first, first hit wins, an explicit discount of 0 is a hit.
func TestStepRecords(t *testing.T) {
	general := rateRecord("general", pricing.Key{Item: "A"}, "10%")
	node := rateRecord("node", pricing.Key{ItemHierarchy: "TOOLS"}, "20%")
	nearer := rateRecord("nearer node", pricing.Key{ItemHierarchy: "HAMMERS"}, "25%")
	own := rateRecord("own", pricing.Key{Account: "100", Item: "A"}, "30%")
	zero := rateRecord("zero", pricing.Key{Account: "100", Item: "A"}, "0%")
	nothing := amountRecord("nothing", pricing.Key{Account: "100", Item: "A"}, "0 USD")
	perLine := amountRecord("per line", pricing.Key{Account: "100", Item: "A"}, "12.34 USD")
	euro := amountRecord("euro", pricing.Key{Account: "100", Item: "A"}, "1 EUR")
	perUnit := pricing.Record{ID: "per unit", Step: "d", Key: pricing.Key{Account: "100", Item: "A"}, Kind: pricing.AmountPerUnit,
		Price: usd("10"), Per: 12, Unit: quantity.Each}
	expired := own
	expired.ID, expired.To = "expired", date("2026-03-27")
	someone := rateRecord("someone else's", pricing.Key{Account: "200", Item: "A"}, "50%")
	for name, c := range map[string]struct {
		records []pricing.Record
		source  string
		off     string
	}{
		"the customer's own":               {[]pricing.Record{general, node, own}, "own", "-30.00"},
		"explicit zero discount":           {[]pricing.Record{general, node, zero}, "zero", "0.00"},
		"explicit zero amount":             {[]pricing.Record{general, node, nothing}, "nothing", "0.00"},
		"a node above the item":            {[]pricing.Record{general, node}, "node", "-20.00"},
		"the nearest node":                 {[]pricing.Record{general, node, nearer}, "nearer node", "-25.00"},
		"the item":                         {[]pricing.Record{general, someone}, "general", "-10.00"},
		"an amount for the line":           {[]pricing.Record{general, perLine}, "per line", "-12.34"},
		"an amount per dozen, not rounded": {[]pricing.Record{general, perUnit}, "per unit", "-8.33"},
		"an amount in another currency":    {[]pricing.Record{general, euro}, "general", "-10.00"},
		"one that has ended":               {[]pricing.Record{general, expired}, "general", "-10.00"},
		"nobody's":                         {[]pricing.Record{someone}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			for _, kind := range []pricing.StepKind{pricing.StepDiscount, pricing.StepSurcharge} {
				s := setup{schema: schemaOf(recordStep("d", kind)), records: append(c.records, listPrice("A", "10 USD"))}
				r := request(pricing.Line{Item: "A", ItemHierarchy: []string{"HAMMERS", "TOOLS"}, Quantity: ea(10)})
				r.Customer.Account = "100"
				got := price(t, s.engine(t), r).Lines[0]
				if c.source == "" {
					assert.Len(t, got.Entries, 1)
					continue
				}
				require.Len(t, got.Entries, 2)
				e := got.Entries[1]
				assert.Equal(t, c.source, e.Source)
				want := usd(c.off)
				if kind == pricing.StepSurcharge {
					want = want.Neg()
				}
				assert.Equal(t, want, e.Amount)
			}
		})
	}
}

// A contract price that admits no discounts admits no records of discount steps
// either; surcharges apply.
func TestStepRecordsAndClosedPrices(t *testing.T) {
	contract := keyed("K", pricing.Key{Contract: "K", Item: "A"}, "100 USD")
	schema := schemaOf(recordStep("d", pricing.StepDiscount), recordStep("up", pricing.StepSurcharge))
	schema.Access = everyAccess().Access
	up := rateRecord("up", pricing.Key{Item: "A"}, "5%")
	up.Step = "up"
	s := setup{schema: schema, records: []pricing.Record{contract, rateRecord("d", pricing.Key{Item: "A"}, "10%"), up}}
	r := request(line("A", 1))
	r.Customer.Contracts = []string{"K"}
	r.Trace = pricing.TraceFull
	got := price(t, s.engine(t), r)
	assert.Equal(t, usd("105"), got.Total)
	assert.Equal(t, pricing.WhyClosed, got.Lines[0].Entries[1].Why)
	assert.Equal(t, "K", got.Lines[0].Entries[1].Detail)
	s.records[0].Discounts = pricing.DiscountsAllowed
	assert.Equal(t, usd("94.50"), price(t, s.engine(t), r).Total)
}

// The trace says which accesses found nothing, and why.
func TestStepRecordsTrace(t *testing.T) {
	ended := rateRecord("ended", pricing.Key{Account: "100", Item: "A"}, "30%")
	ended.To = date("2020-01-01")
	s := setup{schema: schemaOf(recordStep("d", pricing.StepDiscount)), records: []pricing.Record{
		listPrice("A", "10 USD"), ended, rateRecord("general", pricing.Key{Item: "A"}, "10%"),
	}}
	r := request(line("A", 1), line("B", 1))
	r.Customer.Account, r.Trace = "100", pricing.TraceFull
	var got []string
	for _, e := range price(t, s.engine(t), r).Lines[0].Entries[1:] {
		got = append(got, e.Detail+": "+string(e.Why)+e.Source)
	}
	assert.Equal(t, []string{"account+item: not-valid", "item-hierarchy: no-record", "item: general"}, got)
}

func TestStepRecordsThatAreRefused(t *testing.T) {
	ok := rateRecord("R", pricing.Key{Item: "A"}, "10%")
	for name, c := range map[string]struct {
		change func(*pricing.Record)
		want   string
	}{
		"no kind":             {func(r *pricing.Record) { r.Kind = "" }, "no kind of record for a step"},
		"a kind of rules":     {func(r *pricing.Record) { r.Kind = "gift" }, "no kind of record for a step"},
		"a rate with a price": {func(r *pricing.Record) { r.Price = usd("1") }, "a percent record has no price"},
		"a negative rate":     {func(r *pricing.Record) { r.Rate = money.MustRate("-1%") }, "its rate -0.01 is negative"},
		"a unit":              {func(r *pricing.Record) { r.Unit = quantity.Each }, "a percent needs no unit"},
		"per":                 {func(r *pricing.Record) { r.Per = 5 }, "not per a number of units"},
		"discounts":           {func(r *pricing.Record) { r.Discounts = pricing.DiscountsAllowed }, "discounts belongs to a price"},
		"an amount without price": {func(r *pricing.Record) { r.Kind, r.Rate = pricing.AmountOff, money.Rate{} },
			"it has no price"},
		"an amount with a rate":      {func(r *pricing.Record) { r.Kind, r.Price = pricing.AmountOff, usd("1") }, "belongs to a percent record"},
		"an amount per unit without": {func(r *pricing.Record) { r.Kind, r.Price, r.Rate = pricing.AmountPerUnit, usd("1"), money.Rate{} }, "it has no unit"},
		"a price with a rate":        {func(r *pricing.Record) { r.Step, r.Kind, r.Unit, r.Price = "", "", quantity.Each, usd("1") }, "belongs to a percent record"},
		"a price with a kind": {func(r *pricing.Record) {
			r.Step, r.Unit, r.Rate, r.Price = "", quantity.Each, money.Rate{}, usd("1")
			r.Kind = pricing.AmountOff
		}, "belongs to a record that names a step"},
	} {
		t.Run(name, func(t *testing.T) {
			record := ok
			c.change(&record)
			_, err := pricing.NewBook(record)
			var load *pricing.LoadError
			require.ErrorAs(t, err, &load)
			assert.Len(t, load.Faults, 1, "%v", err)
			assert.ErrorContains(t, err, c.want)
		})
	}
	t.Run("steps that do not fit", func(t *testing.T) {
		for name, c := range map[string]struct {
			change func(*pricing.Step)
			want   string
		}{
			"no such step":       {func(s *pricing.Step) { s.Name = "other" }, "records of step d: the schema has no step of the name of record R"},
			"no such access":     {func(s *pricing.Step) { s.Access = s.Access[:2] }, "no access has the fields item of record R"},
			"a step of rules":    {func(s *pricing.Step) { s.Access = nil }, "no access has the fields item of record R"},
			"of order scope":     {func(s *pricing.Step) { s.Scope = pricing.ScopeOrder }, "steps[1].access: records are for steps of line scope"},
			"stacking":           {func(s *pricing.Step) { s.Stacking = pricing.StackBest }, "a step with records has no rules to stack"},
			"an unknown field":   {func(s *pricing.Step) { s.Access[1].Fields = []pricing.Field{"colour"} }, `steps[1].access[1]: "colour" is no field`},
			"an access twice":    {func(s *pricing.Step) { s.Access[1] = s.Access[0] }, "steps[1].access[1]: steps[1].access[0] has the same fields"},
			"a subtotal":         {func(s *pricing.Step) { s.Kind, s.Base = pricing.StepSubtotal, "" }, "a subtotal step has no records"},
			"two price accesses": {func(s *pricing.Step) { s.Kind, s.Base = pricing.StepPrice, "" }, "the access sequence of prices is the schema's"},
		} {
			t.Run(name, func(t *testing.T) {
				st := recordStep("d", pricing.StepDiscount)
				c.change(&st)
				config := setup{schema: schemaOf(st), records: []pricing.Record{ok}}.config(t)
				_, err := pricing.New(config)
				assert.ErrorContains(t, err, c.want)
			})
		}
		s := setup{schema: schemaOf(recordStep("d", pricing.StepDiscount)), rules: []pricing.Rule{always("d", percent("1%"))}}
		_, err := pricing.New(s.config(t))
		assert.ErrorContains(t, err, "the step takes what it gives from records and has no rules")
	})
}

// A record of the nearest node whose unit the item does not have ends the search: the
// node above it is not for this item.
func TestNearestNodeInAnotherUnit(t *testing.T) {
	near := keyed("near", pricing.Key{ItemHierarchy: "HAMMERS"}, "1 USD")
	near.Unit = quantity.Kilogram
	s := setup{schema: schemaOf(), records: []pricing.Record{near, keyed("far", pricing.Key{ItemHierarchy: "TOOLS"}, "2 USD")}}
	s.schema.Access = []pricing.Access{{Fields: []pricing.Field{pricing.FieldItemHierarchy}}}
	e := s.engine(t)
	for want, nodes := range map[string][]string{
		"pricing.price-unit": {"HAMMERS", "TOOLS"}, "": {"TOOLS", "HAMMERS"}, "pricing.price-missing": {"", "NAILS"},
	} {
		l := line("A", 1)
		l.ItemHierarchy = nodes
		got := price(t, e, request(l))
		if want == "" {
			assert.Equal(t, "far", got.Lines[0].Record)
			continue
		}
		assert.Len(t, got.Findings.With(want), 1, "%v", nodes)
	}
}

// Records take no more than is left of a line, as rules do; and they cannot stand
// after the step that holds the margin.
func TestRecordsOfAStepAndWhatIsLeft(t *testing.T) {
	off := discountStep("off", pricing.BaseRunning)
	off.Access = []pricing.Access{{Fields: []pricing.Field{pricing.FieldItem}}}
	s := setup{
		schema: schemaOf(off),
		records: []pricing.Record{
			listPrice("A", "10.00 USD"),
			{ID: "20 off", Step: "off", Kind: pricing.AmountOff, Key: pricing.Key{Item: "A"}, Price: usd("20.00")},
		},
	}
	got := price(t, s.engine(t), request(line("A", 1)))
	assert.Equal(t, "0.00", got.Total.Number())
	assert.Empty(t, got.Findings)
	s.schema.Steps = []pricing.Step{s.schema.Steps[0], {
		Name: "margin", Kind: pricing.StepMargin, Margin: pricing.MarginPolicy{Floor: money.MustRate("10%"), Outcome: pricing.Reject},
	}, off}
	_, err := pricing.New(s.config(t))
	assert.ErrorContains(t, err, "steps[2]: its records can lower the margin after step margin")
}
