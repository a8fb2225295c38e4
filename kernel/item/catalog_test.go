package item_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/item"
	"github.com/o2ckit/o2c/kernel/quantity"
)

func TestCatalogFinds(t *testing.T) {
	c, err := item.NewCatalog(sound(t), item.Item{ID: "B", Units: units(t, quantity.Each)})
	require.NoError(t, err)
	assert.Equal(t, 2, c.Len())

	got, unit, err := c.ByGTIN(t.Context(), "04006381333931") // as a GTIN-14
	require.NoError(t, err)
	assert.Equal(t, "PAINT-5", got.ID)
	assert.Equal(t, quantity.Each, unit)
	_, unit, err = c.ByGTIN(t.Context(), "14006381333938")
	require.NoError(t, err)
	assert.Equal(t, quantity.Case, unit)
	got, err = c.Item(t.Context(), "B")
	require.NoError(t, err)
	assert.Equal(t, "B", got.ID)

	var missing *item.NotFoundError
	_, err = c.Item(t.Context(), "C")
	require.ErrorAs(t, err, &missing)
	assert.Equal(t, item.NotFoundError{Kind: "id", Key: "C"}, *missing)
	_, _, err = c.ByGTIN(t.Context(), "96385074")
	require.ErrorAs(t, err, &missing)
	assert.Equal(t, item.NotFoundError{Kind: "GTIN", Key: "96385074"}, *missing)
	_, err = c.ByCustomerPart(t.Context(), "C-101", "RED5")
	require.ErrorAs(t, err, &missing)
	assert.Equal(t, item.NotFoundError{Kind: "customer part", Key: "RED5", Customer: "C-101"}, *missing)
	_, err = c.Successors(t.Context(), "C", calendar.Date{})
	require.ErrorAs(t, err, &missing)
}

func TestCatalogIsOfItsOwn(t *testing.T) {
	items := []item.Item{{ID: "A", Units: units(t, quantity.Each)}}
	c, err := item.NewCatalog(items...)
	require.NoError(t, err)
	items[0].ID = "B"
	got, err := c.Item(t.Context(), "A")
	require.NoError(t, err)
	assert.Equal(t, "A", got.ID)
}

func TestCatalogRefusesDuplicates(t *testing.T) {
	a := sound(t)
	b := item.Item{ID: "B", GTINs: a.GTINs[:1], CustomerParts: a.CustomerParts}
	_, err := item.NewCatalog(a, b, item.Item{ID: "B"})
	var duplicate *item.DuplicateError
	require.ErrorAs(t, err, &duplicate)
	joined, ok := err.(interface{ Unwrap() []error })
	require.True(t, ok)
	var got []item.DuplicateError
	for _, err := range joined.Unwrap() {
		require.ErrorAs(t, err, &duplicate)
		got = append(got, *duplicate)
	}
	assert.Equal(t, []item.DuplicateError{
		{Kind: "GTIN", Key: "4006381333931", First: "PAINT-5", Second: "B"},
		{Kind: "customer part", Key: "RED5", Customer: "C-100", First: "PAINT-5", Second: "B"},
		{Kind: "id", Key: "B", First: "B", Second: "B"},
	}, got)
}

func superseded(id, by string) item.Item {
	return item.Item{ID: id, SupersededBy: item.Supersession{By: by}}
}

func TestSuccessors(t *testing.T) {
	c, err := item.NewCatalog(
		superseded("A", "B"), superseded("B", "C"), superseded("C", ""),
		superseded("X", "Y"), superseded("Y", "Z"), superseded("Z", "Y"),
		superseded("S", "S"), superseded("N", "nowhere"),
	)
	require.NoError(t, err)
	chain, err := c.Successors(t.Context(), "A", calendar.Date{})
	require.NoError(t, err)
	assert.Equal(t, []string{"B", "C"}, chain)
	chain, err = c.Successors(t.Context(), "C", calendar.Date{})
	require.NoError(t, err)
	assert.Empty(t, chain)

	var cycle *item.CycleError
	_, err = c.Successors(t.Context(), "X", calendar.Date{})
	require.ErrorAs(t, err, &cycle)
	assert.Equal(t, []string{"Y", "Z"}, cycle.IDs, "the way into the circle is not part of it")
	_, err = c.Successors(t.Context(), "S", calendar.Date{})
	require.ErrorAs(t, err, &cycle)
	assert.Equal(t, []string{"S"}, cycle.IDs)
	var missing *item.NotFoundError
	_, err = c.Successors(t.Context(), "N", calendar.Date{})
	require.ErrorAs(t, err, &missing)
	assert.Equal(t, "nowhere", missing.Key)
}

func TestAudit(t *testing.T) {
	each := units(t, quantity.Each)
	kit := func(id string, parts ...string) item.Item {
		it := item.Item{ID: id, Units: each}
		for _, part := range parts {
			it.Components = append(it.Components, item.Component{Item: part, Quantity: quantity.New(1, quantity.Each)})
		}
		return it
	}
	old := item.Item{ID: "OLD", Units: each, SupersededBy: item.Supersession{By: "NEW"}}
	lost := item.Item{ID: "LOST", Units: each, SupersededBy: item.Supersession{By: "GONE"}}
	renewed := item.Item{ID: "NEW", Units: each, SupersededBy: item.Supersession{By: "OLD"}}
	odd := kit("ODD", "PART")
	odd.Components[0].Quantity = quantity.New(1, quantity.Case)
	c, err := item.NewCatalog(
		kit("SET", "PART", "PART-2"), // 0: sound but for the part that nobody knows
		kit("PART"),
		kit("DOLL", "INNER"), kit("INNER", "CORE", "PART"), kit("CORE", "DOLL"), // 2 to 4: a circle
		kit("BOX", "DOLL"),      // 5: holds the circle but is not in it
		old, renewed, lost, odd, // 6 to 9
		item.Item{ID: "BARE"},
	)
	require.NoError(t, err)
	got := map[string]string{}
	for _, f := range c.Audit() {
		got[f.Path] = f.Code
	}
	assert.Equal(t, map[string]string{
		"items[0].components[1].item":     "item.component.unknown-item",
		"items[2].components":             "item.component.circle",
		"items[3].components":             "item.component.circle",
		"items[4].components":             "item.component.circle",
		"items[6].superseded_by.by":       "item.supersession.circle",
		"items[7].superseded_by.by":       "item.supersession.circle",
		"items[8].superseded_by.by":       "item.supersession.unknown-item",
		"items[9].components[0].quantity": "item.component.unknown-unit",
		"items[10].units":                 "item.units.missing",
	}, got)
}
