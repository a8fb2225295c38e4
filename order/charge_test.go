package order_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// fullyPriced has every field of a charge, a statistic, and a price in another
// unit than the ordered one.
func fullyPriced() order.Priced {
	return order.Priced{
		Lines: []order.PricedLine{{
			Line: "1", UnitPrice: usd("1.20"), Per: 10, PriceUnit: quantity.Kilogram, Net: usd("10.80"),
			Charges: []order.Charge{
				{Step: "list", Kind: "price", Label: "List price", Base: usd("1.20"), Quantity: quantity.New(100, quantity.Kilogram), Per: 10,
					Amount: usd("12.00"), Source: "R1", Detail: "price-list+item", Account: "4000"},
				{Step: "by hand", Kind: "override", Base: usd("12.00"), Rate: money.MustRate("10%"), Amount: usd("-1.20"),
					Actor: "ann", Reason: "late last time"},
			},
			Statistics: []order.Charge{{Step: "cost", Kind: "surcharge", Base: usd("0.70"), Quantity: quantity.New(10, quantity.Each), Amount: usd("7.00")}},
		}},
		Charges:    []order.Charge{{Step: "freight", Kind: "charge", Amount: usd("3.00"), Source: "ground", Spread: true}},
		Statistics: []order.Charge{{Step: "bonus", Kind: "discount", Base: usd("10.80"), Rate: money.MustRate("2%"), Amount: usd("-0.22"), Spread: true}},
		Given: []order.GivenLine{{
			Line: "F1", Item: "CAP", Quantity: quantity.New(1, quantity.Case), Base: quantity.New(12, quantity.Each),
			Free: order.Free{Rule: "caps", For: "1"},
		}},
	}
}

// What a charge holds is in people's journals: the fields that it did not have at
// first, in the form in which they are written now. The file of the first form,
// without them, is among the golden events.
func TestGoldenCharge(t *testing.T) {
	file := filepath.Join("testdata", "priced-full.json")
	draft, err := order.Events().Encode(fullyPriced())
	require.NoError(t, err)
	if *update {
		var pretty bytes.Buffer
		require.NoError(t, json.Indent(&pretty, draft.Data, "", "  "))
		require.NoError(t, os.WriteFile(file, append(pretty.Bytes(), '\n'), 0o600))
	}
	golden, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.JSONEq(t, string(golden), string(draft.Data))
	back, known, err := order.Events().Decode(journal.Event{Type: draft.Type, Version: draft.Version, Data: golden})
	require.NoError(t, err)
	require.True(t, known)
	assert.Equal(t, fullyPriced(), back)
}

// Statistics are kept and add to nothing; pricing anew replaces them; a clone
// does not share them.
func TestStatisticsStandApart(t *testing.T) {
	o := build(t, received(), identified())
	full := fullyPriced()
	full.Lines = append(full.Lines, order.PricedLine{Line: "2", UnitPrice: usd("1.00"), Net: usd("5.00")})
	require.NoError(t, o.Apply(full))
	assert.Equal(t, usd("15.80"), o.Total(), "10.80 and 5.00; freight is spread")
	assert.Equal(t, full.Statistics, o.Statistics)
	assert.Equal(t, full.Lines[0].Statistics, o.Lines[0].Statistics)
	assert.Equal(t, quantity.Kilogram, o.Lines[0].PriceUnit)

	c := o.Clone()
	c.Statistics[0].Label, c.Lines[0].Statistics[0].Label = "changed", "changed"
	assert.Empty(t, o.Statistics[0].Label+o.Lines[0].Statistics[0].Label)

	require.NoError(t, o.Apply(priced()))
	assert.Empty(t, o.Statistics)
	assert.Empty(t, o.Lines[0].Statistics)
	assert.Zero(t, o.Lines[0].PriceUnit)
}
