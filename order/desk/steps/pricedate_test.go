package steps_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/desk/steps"
	"github.com/o2ckit/o2c/pricing"
)

// The price date is a day in the engine's zone, and a line's own where the step says
// so: hammers cost 10.00 in March and 11.00 from April on.
func TestPriceDates(t *testing.T) {
	west := time.FixedZone("west", -8*3600)
	april := calendar.MustDate("2026-04-01")
	book, err := pricing.NewBook(
		pricing.Record{ID: "MARCH", Key: pricing.Key{Item: "HAMMER"}, Price: usd("10.00"), Unit: quantity.Each, To: april},
		pricing.Record{ID: "APRIL", Key: pricing.Key{Item: "HAMMER"}, Price: usd("11.00"), Unit: quantity.Each, From: april},
	)
	require.NoError(t, err)
	engine, err := pricing.New(pricing.Config{Zone: west, Prices: book, Schema: pricing.Schema{
		Access: []pricing.Access{{Fields: []pricing.Field{pricing.FieldItem}}},
		Steps:  []pricing.Step{{Name: "list", Kind: pricing.StepPrice}},
	}})
	require.NoError(t, err)
	for name, c := range map[string]struct {
		date               steps.PriceDate
		ordered, doc, line string
		want               string
	}{
		"ordered on the last day":                {"", "2026-03-31", "", "", "10.00"},
		"ordered on the first day":               {"", "2026-04-01", "", "", "11.00"},
		"requested for the document":             {steps.PriceByRequested, "2026-03-30", "2026-04-02", "", "11.00"},
		"requested for the line":                 {steps.PriceByRequested, "2026-03-30", "2026-04-02", "2026-03-31", "10.00"},
		"not promised yet":                       {steps.PriceByPromised, "2026-03-30", "2026-04-02", "", "11.00"},
		"no shipment is requested: by the order": {steps.PriceByShipment, "2026-03-30", "2026-04-02", "", "10.00"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			d := h.open(t,
				steps.Validate(steps.ValidateConfig{Customers: h.customers, Items: h.items}),
				steps.Price(steps.PriceConfig{Engine: engine, Customers: h.customers, Items: h.items, Date: c.date}))
			doc := document("PO1", "C1", want("HAMMER", 1, quantity.Each))
			doc.Date = calendar.MustDate(c.ordered)
			if c.doc != "" {
				doc.RequestedDelivery = calendar.MustDate(c.doc)
			}
			if c.line != "" {
				doc.Lines[0].RequestedDelivery = calendar.MustDate(c.line)
			}
			assert.Equal(t, usd(c.want), submit(t, d, doc).Total())
		})
	}
	h := newHouse(t)
	_, err = desk.Open(t.Context(), desk.Config{
		Journal: h.journal, Clock: time.Now,
		Steps: []desk.Step{steps.Price(steps.PriceConfig{Engine: engine, Customers: h.customers, Items: h.items, Date: "invoice"})},
	})
	assert.ErrorContains(t, err, `"invoice" is no price date`)
}
