package rulebooks_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/examples/rulebooks"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
)

func TestExportEffects(t *testing.T) {
	good := rulebooks.ExportEffect{Action: rulebooks.ExportStop, Code: "embargo-1", Text: "{destination.country} is embargoed", Source: "15 CFR 746"}
	require.NoError(t, good.Validate())
	for name, c := range map[string]struct {
		change func(*rulebooks.ExportEffect)
		want   string
	}{
		"no action":      {func(e *rulebooks.ExportEffect) { e.Action = 0 }, "the action is missing"},
		"another action": {func(e *rulebooks.ExportEffect) { e.Action = 6 }, "the action is missing"},
		"no code":        {func(e *rulebooks.ExportEffect) { e.Code = "" }, "the code"},
		"a code in caps": {func(e *rulebooks.ExportEffect) { e.Code = "Embargo" }, `the code "Embargo"`},
		"no text":        {func(e *rulebooks.ExportEffect) { e.Text = "" }, "the text is missing"},
		"no such fact":   {func(e *rulebooks.ExportEffect) { e.Text = "{country}" }, "country"},
	} {
		t.Run(name, func(t *testing.T) {
			bad := good
			c.change(&bad)
			require.ErrorContains(t, bad.Validate(), c.want)
			schema, err := rulebooks.ExportSchema(rules.Config{})
			require.NoError(t, err)
			_, err = rules.Compile(schema, "test", []rules.Rule[rulebooks.ExportEffect]{{ID: "x", When: "true", Then: bad}})
			var load *rules.LoadError
			require.ErrorAs(t, err, &load)
		})
	}
}

func TestReturnEffects(t *testing.T) {
	good := rulebooks.ReturnEffect{Action: rulebooks.ReturnInspect, Fee: money.MustRate("100%"), Code: "fee", Text: "{value} after {days} days"}
	require.NoError(t, good.Validate())
	for name, c := range map[string]struct {
		change func(*rulebooks.ReturnEffect)
		want   string
	}{
		"no action":             {func(e *rulebooks.ReturnEffect) { e.Action = 0 }, "the action is missing"},
		"another action":        {func(e *rulebooks.ReturnEffect) { e.Action = 6 }, "the action is missing"},
		"a fee below nothing":   {func(e *rulebooks.ReturnEffect) { e.Fee = money.MustRate("-0.01%") }, "is not from 0% to 100%"},
		"a fee above all of it": {func(e *rulebooks.ReturnEffect) { e.Fee = money.MustRate("100.01%") }, "the fee 100.01%"},
		"a fee of a refusal":    {func(e *rulebooks.ReturnEffect) { e.Action = rulebooks.ReturnRefuse }, "refuse has no fee"},
		"a fee of a question":   {func(e *rulebooks.ReturnEffect) { e.Action = rulebooks.ReturnAsk }, "ask has no fee"},
		"a fee of a gift":       {func(e *rulebooks.ReturnEffect) { e.Action = rulebooks.ReturnKeep }, "keep has no fee"},
		"no code":               {func(e *rulebooks.ReturnEffect) { e.Code = "" }, "the code"},
		"no text":               {func(e *rulebooks.ReturnEffect) { e.Text = "" }, "the text is missing"},
		"no such fact":          {func(e *rulebooks.ReturnEffect) { e.Text = "{amount}" }, "amount"},
	} {
		t.Run(name, func(t *testing.T) {
			bad := good
			c.change(&bad)
			require.ErrorContains(t, bad.Validate(), c.want)
		})
	}
}

func TestActions(t *testing.T) {
	for action, want := range map[rulebooks.ExportAction]string{
		rulebooks.ExportClear: "clear", rulebooks.ExportPaper: "paper", rulebooks.ExportLicence: "licence",
		rulebooks.ExportReview: "review", rulebooks.ExportStop: "stop",
	} {
		text, err := action.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, want, string(text))
		var back rulebooks.ExportAction
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, action, back)
	}
	for action, want := range map[rulebooks.ReturnAction]string{
		rulebooks.ReturnAccept: "accept", rulebooks.ReturnKeep: "keep", rulebooks.ReturnInspect: "inspect",
		rulebooks.ReturnAsk: "ask", rulebooks.ReturnRefuse: "refuse",
	} {
		text, err := action.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, want, string(text))
		var back rulebooks.ReturnAction
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, action, back)
	}
	var export rulebooks.ExportAction
	var returns rulebooks.ReturnAction
	for _, text := range []string{"", "Stop", "action(9)"} {
		require.Error(t, export.UnmarshalText([]byte(text)))
		require.Error(t, returns.UnmarshalText([]byte(text)))
	}
	for _, n := range []uint8{0, 6} {
		_, err := rulebooks.ExportAction(n).MarshalText()
		require.Error(t, err)
		_, err = rulebooks.ReturnAction(n).MarshalText()
		require.Error(t, err)
	}
	assert.Equal(t, "action(9)", rulebooks.ExportAction(9).String())
	assert.Equal(t, "action(9)", rulebooks.ReturnAction(9).String())
}

func TestDestinationGroup(t *testing.T) {
	for country, want := range map[string]string{
		"CA": rulebooks.GroupClose, "JP": rulebooks.GroupClose, "BR": rulebooks.GroupOpen, "MX": rulebooks.GroupOpen,
		"CN": rulebooks.GroupRestricted, "RU": rulebooks.GroupRestricted, "CU": rulebooks.GroupEmbargo, "KP": rulebooks.GroupEmbargo,
		"": "", "cu": "", "CUB": "", "C1": "",
	} {
		assert.Equal(t, want, rulebooks.DestinationGroup(country), country)
	}
}
