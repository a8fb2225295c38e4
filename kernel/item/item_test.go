package item_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/item"
	"github.com/o2ckit/o2c/kernel/quantity"
)

func units(t testing.TB, base quantity.Unit, table ...quantity.Conversion) *quantity.Conversions {
	t.Helper()
	c, err := quantity.NewConversions(base, table...)
	require.NoError(t, err)
	return c
}

// sound is an item with every field filled in and nothing wrong.
func sound(t testing.TB) item.Item {
	return item.Item{
		ID: "PAINT-5", Description: "Enamel paint, red, 5 l",
		Units:     units(t, quantity.Each, quantity.Conversion{Unit: quantity.Case, Of: 4}, quantity.Conversion{Unit: quantity.Pallet, Of: 24, In: quantity.Case}),
		SalesUnit: quantity.Case,
		Pack:      item.Pack{Multiple: quantity.New(1, quantity.Case), Minimum: quantity.New(2, quantity.Case)},
		Packaging: []item.Packaging{
			{
				Unit: quantity.Each, Gross: quantity.MustParse("6.2 KG"), Net: quantity.MustParse("5.75 KG"),
				Length: quantity.MustParse("18 CM"), Width: quantity.MustParse("18 CM"), Height: quantity.MustParse("210 MM"), Upright: true,
			},
			{Unit: quantity.Case, Gross: quantity.MustParse("56 LB"), Net: quantity.MustParse("23 KG")},
		},
		GTINs:         []item.UnitGTIN{{Unit: quantity.Each, GTIN: "4006381333931"}, {Unit: quantity.Case, GTIN: "14006381333938"}},
		CustomerParts: []item.CustomerPart{{Customer: "C-100", Number: "RED5"}},
		Lifecycle:     item.Lifecycle{Status: item.PhaseOut, AvailableFrom: calendar.MustDate("2020-01-01"), LastOrder: calendar.MustDate("2026-12-31")},
		SupersededBy:  item.Supersession{By: "PAINT-6", From: calendar.MustDate("2027-01-01"), UseUpFirst: true},
		LeadTimeDays:  21,
		Components:    []item.Component{{Item: "CAN-5", Quantity: quantity.New(1, quantity.Each), Share: 1}, {Item: "PAINT-BULK", Quantity: quantity.MustParse("5 LT"), Share: 9}},
		Control:       item.Control{Lot: true, Expiry: true, ShelfLifeDays: 720, MinimumRemainingDays: 90},
		Hazard:        &item.Hazard{UN: "1263", ShippingName: "PAINT", Class: "3", PackingGroup: item.PackingGroupIII, LimitedQuantity: true},
		HS:            "320890", ECCN: item.EAR99, Origin: "DE",
	}
}

func TestSoundItem(t *testing.T) {
	it := sound(t)
	assert.Empty(t, it.Validate())
	assert.True(t, it.IsKit())
	assert.Equal(t, quantity.Case, it.Unit())
	it.SalesUnit = 0
	assert.Equal(t, quantity.Each, it.Unit())
	p, ok := it.PackagingOf(quantity.Case)
	assert.True(t, ok)
	assert.Equal(t, quantity.MustParse("56 LB"), p.Gross)
	_, ok = it.PackagingOf(quantity.Pallet)
	assert.False(t, ok)
	g, ok := it.GTIN(quantity.Case)
	assert.True(t, ok)
	assert.Equal(t, item.GTIN("14006381333938"), g)
	_, ok = it.GTIN(quantity.Pallet)
	assert.False(t, ok)
	number, ok := it.CustomerPart("C-100")
	assert.True(t, ok)
	assert.Equal(t, "RED5", number)
	_, ok = it.CustomerPart("C-101")
	assert.False(t, ok)
}

func TestJSON(t *testing.T) {
	in := sound(t)
	data, err := json.Marshal(in)
	require.NoError(t, err)
	var out item.Item
	require.NoError(t, json.Unmarshal(data, &out))
	assert.Empty(t, cmp.Diff(in, out, cmpopts.EquateComparable(calendar.Date{})))

	data, err = json.Marshal(item.Item{ID: "A", Units: units(t, quantity.Each)})
	require.NoError(t, err)
	assert.JSONEq(t, `{"id":"A","units":{"base":"EA"}}`, string(data))
	for _, text := range []string{`{"lifecycle":{"status":"gone"}}`, `{"hazard":{"packing_group":"IV"}}`, `{"units":{"base":"ea"}}`} {
		assert.Error(t, json.Unmarshal([]byte(text), &out), text)
	}
	_, err = json.Marshal(item.Status(9))
	assert.Error(t, err)
	_, err = json.Marshal(item.PackingGroup(9))
	assert.Error(t, err)
}

// Every finding that Validate can make, by what must be changed in a sound item to get it.
func TestValidate(t *testing.T) {
	for name, c := range map[string]struct {
		change   func(*item.Item)
		code     string
		severity finding.Severity
		path     string
	}{
		"no id":                       {func(i *item.Item) { i.ID = "" }, "item.id.missing", finding.Block, "id"},
		"sales unit unknown":          {func(i *item.Item) { i.SalesUnit = quantity.Box }, "item.unit.unknown", finding.Block, "sales_unit"},
		"catch weight of pieces":      {func(i *item.Item) { i.CatchWeight = true }, "item.catch-weight.base-unit", finding.Block, "units"},
		"multiple of unknown unit":    {func(i *item.Item) { i.Pack.Multiple = quantity.New(1, quantity.Box) }, "item.unit.unknown", finding.Block, "pack.multiple"},
		"multiple of nothing":         {func(i *item.Item) { i.Pack.Multiple = quantity.New(-1, quantity.Case) }, "item.pack.not-positive", finding.Block, "pack.multiple"},
		"minimum of a part":           {func(i *item.Item) { i.Pack.Minimum = quantity.MustParse("0.1 CA") }, "item.pack.uncountable", finding.Block, "pack.minimum"},
		"packaging of unknown unit":   {func(i *item.Item) { i.Packaging[1].Unit = quantity.Box }, "item.unit.unknown", finding.Block, "packaging[1].unit"},
		"packaging twice":             {func(i *item.Item) { i.Packaging[1].Unit = quantity.Each }, "item.packaging.twice", finding.Block, "packaging[1].unit"},
		"weight in metres":            {func(i *item.Item) { i.Packaging[0].Net = quantity.MustParse("5 MR") }, "item.packaging.unit", finding.Block, "packaging[0].net"},
		"length in kilograms":         {func(i *item.Item) { i.Packaging[0].Width = quantity.MustParse("5 KG") }, "item.packaging.unit", finding.Block, "packaging[0].width"},
		"no weight":                   {func(i *item.Item) { i.Packaging[0].Gross = quantity.MustParse("0 KG") }, "item.packaging.not-positive", finding.Block, "packaging[0].gross"},
		"net above gross":             {func(i *item.Item) { i.Packaging[1].Net = quantity.MustParse("26 KG") }, "item.packaging.net-above-gross", finding.Block, "packaging[1].net"},
		"two dimensions":              {func(i *item.Item) { i.Packaging[0].Height = quantity.Quantity{} }, "item.packaging.dimensions-incomplete", finding.Warning, "packaging[0]"},
		"GTIN of unknown unit":        {func(i *item.Item) { i.GTINs[0].Unit = quantity.Box }, "item.unit.unknown", finding.Block, "gtins[0].unit"},
		"GTIN misread":                {func(i *item.Item) { i.GTINs[0].GTIN = "4006381333932" }, "item.gtin.invalid", finding.Block, "gtins[0].gtin"},
		"GTIN twice":                  {func(i *item.Item) { i.GTINs[1].GTIN = "04006381333931" }, "item.gtin.twice", finding.Block, "gtins[1].gtin"},
		"customer part without owner": {func(i *item.Item) { i.CustomerParts[0].Customer = "" }, "item.customer-part.incomplete", finding.Block, "customer_parts[0]"},
		"customer part twice":         {func(i *item.Item) { i.CustomerParts = append(i.CustomerParts, i.CustomerParts[0]) }, "item.customer-part.twice", finding.Warning, "customer_parts[1]"},
		"status unknown":              {func(i *item.Item) { i.Lifecycle.Status = 9 }, "item.lifecycle.status", finding.Block, "lifecycle.status"},
		"dates crossed":               {func(i *item.Item) { i.Lifecycle.LastOrder = calendar.MustDate("2019-12-31") }, "item.lifecycle.dates", finding.Block, "lifecycle.last_order"},
		"phase-out without end":       {func(i *item.Item) { i.Lifecycle.LastOrder = calendar.Date{}; i.SupersededBy = item.Supersession{} }, "item.lifecycle.open-phase-out", finding.Warning, "lifecycle"},
		"supersedes itself":           {func(i *item.Item) { i.SupersededBy.By = i.ID }, "item.supersession.itself", finding.Block, "superseded_by.by"},
		"superseded by none":          {func(i *item.Item) { i.SupersededBy.By = "" }, "item.supersession.missing", finding.Block, "superseded_by.by"},
		"lead time below zero":        {func(i *item.Item) { i.LeadTimeDays = -1 }, "item.lead-time.negative", finding.Block, "lead_time_days"},
		"component of nothing":        {func(i *item.Item) { i.Components[0].Item = "" }, "item.component.missing", finding.Block, "components[0].item"},
		"component of itself":         {func(i *item.Item) { i.Components[0].Item = i.ID }, "item.component.itself", finding.Block, "components[0].item"},
		"component twice":             {func(i *item.Item) { i.Components[1].Item = i.Components[0].Item }, "item.component.twice", finding.Block, "components[1].item"},
		"component without quantity":  {func(i *item.Item) { i.Components[1].Quantity = quantity.Quantity{} }, "item.component.quantity", finding.Block, "components[1].quantity"},
		"component without unit":      {func(i *item.Item) { i.Components[1].Quantity = quantity.New(1, 0) }, "item.component.quantity", finding.Block, "components[1].quantity"},
		"share below zero":            {func(i *item.Item) { i.Components[1].Share = -1 }, "item.component.share", finding.Block, "components[1].share"},
		"one without share":           {func(i *item.Item) { i.Components[1].Share = 0 }, "item.component.no-share", finding.Info, "components[1].share"},
		"expiry without lot":          {func(i *item.Item) { i.Control.Lot = false }, "item.control.expiry-without-lot", finding.Block, "control.expiry"},
		"days below zero":             {func(i *item.Item) { i.Control.ShelfLifeDays = -1 }, "item.control.negative", finding.Block, "control"},
		"shelf life unused":           {func(i *item.Item) { i.Control.Expiry = false }, "item.control.shelf-life-unused", finding.Warning, "control"},
		"never fresh":                 {func(i *item.Item) { i.Control.MinimumRemainingDays = 721 }, "item.control.never-fresh", finding.Block, "control.minimum_remaining_days"},
		"UN number":                   {func(i *item.Item) { i.Hazard.UN = "UN1263" }, "item.hazard.un", finding.Block, "hazard.un"},
		"class":                       {func(i *item.Item) { i.Hazard.Class = "3.1" }, "item.hazard.class", finding.Block, "hazard.class"},
		"subsidiary class":            {func(i *item.Item) { i.Hazard.Subsidiary = []item.HazardClass{"6.1", "10"} }, "item.hazard.class", finding.Block, "hazard.subsidiary[1]"},
		"division missing":            {func(i *item.Item) { i.Hazard.Class = "6" }, "item.hazard.division", finding.Warning, "hazard.class"},
		"packing group unknown":       {func(i *item.Item) { i.Hazard.PackingGroup = 4 }, "item.hazard.packing-group", finding.Block, "hazard.packing_group"},
		"packing group of gas":        {func(i *item.Item) { i.Hazard.Class = "2.1" }, "item.hazard.packing-group", finding.Warning, "hazard.packing_group"},
		"packing group missing":       {func(i *item.Item) { i.Hazard.PackingGroup = 0 }, "item.hazard.packing-group", finding.Warning, "hazard.packing_group"},
		"HS of three digits":          {func(i *item.Item) { i.HS = "320" }, "item.hs.invalid", finding.Block, "hs"},
		"HS with dots":                {func(i *item.Item) { i.HS = "3208.90" }, "item.hs.invalid", finding.Block, "hs"},
		"HS heading":                  {func(i *item.Item) { i.HS = "3208" }, "item.hs.short", finding.Warning, "hs"},
		"ECCN":                        {func(i *item.Item) { i.ECCN = "EAR98" }, "item.eccn.invalid", finding.Block, "eccn"},
		"ECCN in small letters":       {func(i *item.Item) { i.ECCN = "5a002.a" }, "item.eccn.invalid", finding.Block, "eccn"},
		"origin":                      {func(i *item.Item) { i.Origin = "DEU" }, "item.origin.invalid", finding.Block, "origin"},
	} {
		t.Run(name, func(t *testing.T) {
			it := sound(t)
			c.change(&it)
			found := it.Validate()
			require.Len(t, found, 1, "%s", found)
			assert.Equal(t, c.code, found[0].Code)
			assert.Equal(t, c.severity, found[0].Severity)
			assert.Equal(t, c.path, found[0].Path)
			assert.NotEmpty(t, found[0].Message)
			assert.NotContains(t, found[0].Message, "item: ")
		})
	}
	empty := item.Item{SalesUnit: quantity.Box, GTINs: []item.UnitGTIN{{Unit: quantity.Each, GTIN: "4006381333931"}}}
	assert.Equal(t, []string{"item.id.missing", "item.units.missing"}, codes(empty.Validate()), "one finding for the units, not one for each use")
}

func codes(found finding.List) []string {
	var list []string
	for _, f := range found {
		list = append(list, f.Code)
	}
	return list
}

func TestCheckQuantity(t *testing.T) {
	it := sound(t) // cases of 4, at least 2 of them
	cheese := item.Item{ID: "GOUDA", CatchWeight: true, Units: units(t, quantity.Kilogram, quantity.Conversion{Unit: quantity.Piece, Of: 9, Per: 2})}
	free := item.Item{ID: "BOLT", Units: units(t, quantity.Each, quantity.Conversion{Unit: quantity.Case, Of: 3})}
	for name, c := range map[string]struct {
		item  item.Item
		q     string
		codes []string
		fix   string
	}{
		"two cases":            {it, "2 CA", nil, ""},
		"as pieces":            {it, "12 EA", nil, ""},
		"a pallet":             {it, "1 PL", nil, ""},
		"half a pallet":        {it, "0.5 PL", nil, ""},
		"broken case":          {it, "10 EA", []string{"item.quantity.pack-multiple"}, "order 12 EA"},
		"too few":              {it, "1 CA", []string{"item.quantity.below-minimum"}, "order 2 CA"},
		"too few and broken":   {it, "3 EA", []string{"item.quantity.below-minimum", "item.quantity.pack-multiple"}, "order 8 EA"},
		"part of a piece":      {it, "2.1 CA", []string{"item.quantity.fraction"}, "order 3 CA"},
		"none":                 {it, "0 CA", []string{"item.quantity.not-positive"}, "order more than 0"},
		"less than none":       {it, "-2 CA", []string{"item.quantity.not-positive"}, "order more than 0"},
		"other unit":           {it, "2 BX", []string{"item.quantity.unknown-unit"}, "use one of EA, CA, PL"},
		"too many to count":    {it, "9223372036854775807 PL", []string{"item.quantity.range"}, ""},
		"free":                 {free, "1 EA", nil, ""},
		"third of a case":      {free, "0.3333 CA", []string{"item.quantity.fraction"}, "order 1 EA"},
		"weight":               {cheese, "4.385 KG", nil, ""},
		"pieces on average":    {cheese, "2 PC", nil, ""},
		"finer than the scale": {cheese, "4.3855 KG", []string{"item.quantity.fraction"}, "order 4.386 KG"},
	} {
		t.Run(name, func(t *testing.T) {
			found := c.item.CheckQuantity(quantity.MustParse(c.q))
			assert.Equal(t, c.codes, codes(found))
			for _, f := range found {
				assert.Equal(t, c.fix, f.Fix)
				assert.Equal(t, finding.Block, f.Severity)
			}
		})
	}
	found := (&item.Item{ID: "X"}).CheckQuantity(quantity.New(1, quantity.Each))
	assert.Equal(t, []string{"item.quantity.unknown-unit"}, codes(found), "an item without units has none to order in")
}

func TestNextOrderable(t *testing.T) {
	it := sound(t)
	_, err := it.NextOrderable(quantity.New(math.MaxInt64, quantity.Each))
	assert.ErrorIs(t, err, quantity.ErrRange)
	it.Pack.Multiple = quantity.New(1, quantity.Box)
	_, err = it.NextOrderable(quantity.New(1, quantity.Each))
	assert.ErrorIs(t, err, quantity.ErrRange)
	assert.Empty(t, it.CheckQuantity(quantity.New(3, quantity.Each)), "the item's own fault is for Validate to tell")
}

// What NextOrderable names is the first that passes, by trying all below it.
func TestNextOrderableIsTheLeast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, err := quantity.NewConversions(quantity.Each, quantity.Conversion{Unit: quantity.Case, Of: rapid.Int64Range(1, 12).Draw(t, "case")})
		if err != nil {
			t.Fatal(err)
		}
		it := item.Item{ID: "X", Units: c, Pack: item.Pack{
			Multiple: quantity.New(rapid.Int64Range(0, 3).Draw(t, "multiple"), quantity.Case),
			Minimum:  quantity.New(rapid.Int64Range(0, 40).Draw(t, "minimum"), quantity.Each),
		}}
		wanted := quantity.New(rapid.Int64Range(1, 60).Draw(t, "wanted"), quantity.Each)
		next, err := it.NextOrderable(wanted)
		if err != nil {
			t.Fatal(err)
		}
		for q := wanted; ; {
			if len(it.CheckQuantity(q)) == 0 {
				if q != next {
					t.Fatalf("%v is the first, not %v", q, next)
				}
				return
			}
			if q, err = q.Add(quantity.New(1, quantity.Each)); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestCount(t *testing.T) {
	cheese := item.Item{ID: "GOUDA", CatchWeight: true, Units: units(t, quantity.Kilogram)}
	n, err := cheese.Count(quantity.MustParse("4.385 KG"))
	require.NoError(t, err)
	assert.Equal(t, int64(4385), n)
	assert.Equal(t, quantity.MustParse("4.385 KG"), cheese.Quantity(n))
	it := sound(t)
	assert.Equal(t, quantity.New(7, quantity.Each), it.Quantity(7))
}

func TestLifecycle(t *testing.T) {
	day := calendar.MustDate
	for name, c := range map[string]struct {
		lifecycle item.Lifecycle
		on        calendar.Date
		want      []string
		blocks    bool
	}{
		"active":                      {item.Lifecycle{}, day("2026-03-27"), nil, false},
		"planned":                     {item.Lifecycle{Status: item.Planned}, day("2026-03-27"), []string{"item.not-yet-available"}, true},
		"planned, ordered ahead":      {item.Lifecycle{Status: item.Planned, AvailableFrom: day("2026-05-01")}, day("2026-03-27"), []string{"item.not-yet-available"}, false},
		"planned, now available":      {item.Lifecycle{Status: item.Planned, AvailableFrom: day("2026-03-27")}, day("2026-03-27"), nil, false},
		"active, not yet there":       {item.Lifecycle{AvailableFrom: day("2026-05-01")}, day("2026-03-27"), []string{"item.not-yet-available"}, false},
		"phase-out":                   {item.Lifecycle{Status: item.PhaseOut}, day("2026-03-27"), []string{"item.phase-out"}, false},
		"phase-out, last day":         {item.Lifecycle{Status: item.PhaseOut, LastOrder: day("2026-03-27")}, day("2026-03-27"), []string{"item.phase-out"}, false},
		"phase-out, too late":         {item.Lifecycle{Status: item.PhaseOut, LastOrder: day("2026-03-26")}, day("2026-03-27"), []string{"item.last-order-passed"}, true},
		"phase-out, without a day":    {item.Lifecycle{Status: item.PhaseOut, LastOrder: day("2026-03-26")}, calendar.Date{}, []string{"item.phase-out"}, false},
		"discontinued":                {item.Lifecycle{Status: item.Discontinued}, day("2026-03-27"), []string{"item.discontinued"}, true},
		"discontinued, without a day": {item.Lifecycle{Status: item.Discontinued}, calendar.Date{}, []string{"item.discontinued"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			found := c.lifecycle.CheckOrder(c.on)
			assert.Equal(t, c.want, codes(found))
			assert.Equal(t, c.blocks, found.Blocks())
		})
	}
}

func TestFreshEnough(t *testing.T) {
	day := calendar.MustDate
	c := item.Control{Lot: true, Expiry: true, MinimumRemainingDays: 30}
	assert.True(t, c.FreshEnough(day("2026-05-31"), day("2026-05-01")))
	assert.False(t, c.FreshEnough(day("2026-05-30"), day("2026-05-01")))
	assert.False(t, c.FreshEnough(calendar.Date{}, day("2026-05-01")))
	c.MinimumRemainingDays = 0
	assert.True(t, c.FreshEnough(day("2026-05-01"), day("2026-05-01")))
	assert.False(t, c.FreshEnough(day("2026-04-30"), day("2026-05-01")))
	assert.True(t, item.Control{}.FreshEnough(calendar.Date{}, day("2026-05-01")))
}
