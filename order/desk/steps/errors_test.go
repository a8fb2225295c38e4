package steps_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp/sourcing"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/desk/steps"
)

func TestStepsThatLackSomethingAreRefused(t *testing.T) {
	h := newHouse(t)
	for name, s := range map[string]desk.Step{
		"validate":                  steps.Validate(steps.ValidateConfig{}),
		"price":                     steps.Price(steps.PriceConfig{Engine: h.prices, Customers: h.customers}),
		"promise":                   steps.Promise(steps.PromiseConfig{Stock: h.stock, Customers: h.customers, Items: h.items}),
		"promise: Sourcing.Routes":  steps.Promise(steps.PromiseConfig{Stock: h.stock, Customers: h.customers, Items: h.items, Sourcing: &steps.Sourcing{Network: &sourcing.Network{}}}),
		"promise: Sourcing.Network": steps.Promise(steps.PromiseConfig{Stock: h.stock, Customers: h.customers, Items: h.items, Sourcing: &steps.Sourcing{}}),
		"credit":                    steps.CheckCredit(steps.CreditConfig{Customers: h.customers}),
	} {
		_, err := desk.Open(t.Context(), desk.Config{Journal: h.journal, Clock: h.clock.Now, Steps: []desk.Step{s}})
		var config *desk.ConfigError
		require.ErrorAs(t, err, &config, name)
		assert.Contains(t, config.Reason, name)
		assert.Contains(t, config.Reason, "is required")
	}
	d := h.open(t, h.steps()...)
	var lacks *steps.ConfigError
	_, err := (&steps.Shipper{}).Ship(t.Context(), d, "SO-1", "MAIN", calendar.Date{})
	require.ErrorAs(t, err, &lacks)
	_, err = (&steps.Biller{}).Bill(t.Context(), d, "SO-1")
	require.ErrorAs(t, err, &lacks)
	assert.Equal(t, "Register", lacks.Field)
}
