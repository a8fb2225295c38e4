package pricecmd_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/jsonfile"
	"github.com/o2ckit/o2c/examples/orderdesk/internal/pricecmd"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

func samples(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("../../samples/price/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

// TestBarsJoin holds that in every picture each step begins where the one before
// ended, and that the last one ends at the total; of the order and of each line.
func TestBarsJoin(t *testing.T) {
	for _, name := range samples(t) {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		file, err := pricecmd.Read(name, data)
		require.NoError(t, err)
		if !file.HasConfig {
			continue
		}
		engine, err := file.Engine()
		require.NoError(t, err)
		result, err := engine.Price(t.Context(), file.Request)
		require.NoError(t, err)
		pictures := []pricing.Result{result}
		for i := range result.Lines {
			line, ok, err := pricecmd.OfLine(&result, &file.Config.Schema, result.Lines[i].ID)
			require.NoError(t, err)
			require.True(t, ok)
			pictures = append(pictures, line)
		}
		for i := range pictures {
			bars, err := pricecmd.Bars(&pictures[i], &file.Config.Schema)
			require.NoError(t, err)
			require.Greater(t, len(bars), 1)
			for n := 1; n < len(bars); n++ {
				if bars[n].Sum {
					assert.Equal(t, bars[n-1].To, bars[n].Amount, "%s: %s", name, bars[n].Label)
				} else {
					assert.Equal(t, bars[n-1].To, bars[n].From, "%s: %s", name, bars[n].Label)
				}
			}
			assert.Equal(t, pictures[i].Total, bars[len(bars)-1].To)
		}
	}
}

func TestPictureOfNothing(t *testing.T) {
	_, err := pricecmd.Picture{Title: "empty"}.SVG()
	assert.Error(t, err)
}

// TestPictureEdges draws what is hard to draw: amounts of nothing, below the ground, and
// tiny ones.
func TestPictureEdges(t *testing.T) {
	amount := money.MustParse
	for _, bars := range [][]pricecmd.Bar{
		{{Label: "nothing", Amount: amount("0 USD"), From: amount("0 USD"), To: amount("0 USD"), Sum: true}},
		{{Label: "below", Amount: amount("-5 USD"), From: amount("0 USD"), To: amount("-5 USD")}},
		{{Label: "tiny", Amount: amount("0.0001 USD"), From: amount("0 USD"), To: amount("0.0001 USD"), Sum: true}},
		{{Label: "huge", Amount: amount("9000000000000000 USD"), From: amount("0 USD"), To: amount("9000000000000000 USD"), Sum: true}},
	} {
		svg, err := pricecmd.Picture{Title: "edge", Currency: money.USD, Bars: bars}.SVG()
		require.NoError(t, err)
		assert.NotContains(t, string(svg), "NaN")
		assert.NotContains(t, string(svg), "Inf")
	}
}

func TestChange(t *testing.T) {
	records := []pricing.Record{
		{ID: "1", Key: pricing.Key{Item: "85123A"}, Price: money.MustParse("2.55 GBP"), Unit: quantity.Each},
		{ID: "2", Key: pricing.Key{Item: "22423"}, Unit: quantity.Each, Scale: &pricing.Scale{Rows: []pricing.ScaleRow{
			{Price: money.MustParse("1.714 GBP")}, {Price: money.MustParse("1.00 GBP")},
		}}},
		{ID: "3", Key: pricing.Key{Category: "85"}, Price: money.MustParse("3.00 GBP"), Unit: quantity.Each},
		{ID: "4", Step: "customer", Key: pricing.Key{Item: "85123A"}, Kind: pricing.AmountOff, Price: money.MustParse("1.00 GBP")},
		{ID: "5", Step: "season", Key: pricing.Key{Item: "85123A"}, Kind: pricing.Percent, Rate: money.MustRate("5%")},
	}
	change := func(text string) ([]pricing.Record, int) {
		c, err := pricecmd.ParseChange(text)
		require.NoError(t, err)
		assert.Equal(t, text, c.String())
		out, touched, err := c.Apply(records)
		require.NoError(t, err)
		return out, touched
	}
	out, touched := change("85=+5%")
	assert.Equal(t, 1, touched)
	assert.Equal(t, "2.68 GBP", out[0].Price.String(), "2.6775")
	assert.Equal(t, records[1:], out[1:])
	out, touched = change("-2%")
	assert.Equal(t, 2, touched, "a category is no item, and a discount no price")
	assert.Equal(t, "2.50 GBP", out[0].Price.String(), "2.499")
	assert.Equal(t, "1.68 GBP", out[1].Scale.Rows[0].Price.String(), "1.67972 to three places")
	assert.Equal(t, "1.714 GBP", records[1].Scale.Rows[0].Price.String(), "the records before stay as they are")
}

// FuzzRead reads anything: what is refused is refused as a file's fault.
func FuzzRead(f *testing.F) {
	for _, name := range samples(f) {
		data, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Add([]byte(`{"schema": {}, "rules": [{"id": 1}], "prices": null, "request": []}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := pricecmd.Read("f.json", data)
		if err == nil && file.HasConfig {
			_, err = file.Engine()
		}
		if bad := (*jsonfile.Error)(nil); err != nil && (!errors.As(err, &bad) || len(bad.Faults) == 0) {
			t.Fatalf("%T: %v", err, err)
		}
	})
}
