package terms_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/terms"
)

// shipping-and-trade.md, Incoterms 2020: EXP-4. The table is the rules' own, one line a rule.
func TestDuties(t *testing.T) {
	const buyer, seller = terms.Buyer, terms.Seller
	table := []struct {
		term             terms.Incoterm
		waterway         bool
		place            terms.Place
		carriage         terms.Side
		insurance        terms.Cover
		exports, imports terms.Side
		risk             terms.Point
	}{
		{terms.EXW, false, terms.PlaceOfDelivery, buyer, terms.NoCover, buyer, buyer, terms.AtSeller},
		{terms.FCA, false, terms.PlaceOfDelivery, buyer, terms.NoCover, seller, buyer, terms.HandedToCarrier},
		{terms.CPT, false, terms.PlaceOfDestination, seller, terms.NoCover, seller, buyer, terms.HandedToCarrier},
		{terms.CIP, false, terms.PlaceOfDestination, seller, terms.AllRisks, seller, buyer, terms.HandedToCarrier},
		{terms.DAP, false, terms.PlaceOfDestination, seller, terms.NoCover, seller, buyer, terms.AtDestination},
		{terms.DPU, false, terms.PlaceOfDestination, seller, terms.NoCover, seller, buyer, terms.UnloadedAtDestination},
		{terms.DDP, false, terms.PlaceOfDestination, seller, terms.NoCover, seller, seller, terms.AtDestination},
		{terms.FAS, true, terms.PortOfShipment, buyer, terms.NoCover, seller, buyer, terms.AlongsideShip},
		{terms.FOB, true, terms.PortOfShipment, buyer, terms.NoCover, seller, buyer, terms.OnBoard},
		{terms.CFR, true, terms.PortOfDestination, seller, terms.NoCover, seller, buyer, terms.OnBoard},
		{terms.CIF, true, terms.PortOfDestination, seller, terms.MinimumCover, seller, buyer, terms.OnBoard},
	}
	require.Len(t, table, len(terms.Incoterms()))
	for n, row := range table {
		assert.Equal(t, terms.Incoterms()[n], row.term)
		assert.Equal(t, terms.Duties{
			Waterway: row.waterway, Place: row.place, Carriage: row.carriage, Insurance: row.insurance,
			Export: row.exports, Import: row.imports, Risk: row.risk,
		}, row.term.Duties(), row.term.String())
	}
	assert.Equal(t, terms.Duties{}, terms.Incoterm(0).Duties())
}

func TestIncotermText(t *testing.T) {
	for _, term := range terms.Incoterms() {
		text, err := term.MarshalText()
		require.NoError(t, err)
		assert.Len(t, text, 3)
		back, err := terms.ParseIncoterm(string(text))
		require.NoError(t, err)
		assert.Equal(t, term, back)
	}
	fob, err := terms.ParseIncoterm("fob")
	require.NoError(t, err)
	assert.Equal(t, terms.FOB, fob)
	for text, want := range map[string]string{"": "want one of", "XXX": "want one of", "DAT": "DPU", "DDU": "DAP", "DEQ": "DPU", "C&F": "CFR", "FOBX": "want one of"} {
		_, err := terms.ParseIncoterm(text)
		var syntax *terms.ParseError
		require.ErrorAs(t, err, &syntax)
		assert.ErrorContains(t, err, want)
	}
	_, err = terms.Incoterm(12).MarshalText()
	assert.Error(t, err)
	assert.False(t, terms.Incoterm(12).IsValid())
	assert.Equal(t, "Incoterm(12)", terms.Incoterm(12).String())
}

func TestTradeText(t *testing.T) {
	for text, want := range map[string]terms.Trade{
		"CIP Hamburg, Incoterms 2020":             {Term: terms.CIP, Place: "Hamburg"},
		"fob Port of Long Beach":                  {Term: terms.FOB, Place: "Port of Long Beach"},
		"DAP, 12 Main St, Albany NY":              {Term: terms.DAP, Place: "12 Main St, Albany NY"},
		"FCA Rotterdam (INCOTERMS® 2020)":         {Term: terms.FCA, Place: "Rotterdam"},
		"EXW":                                     {Term: terms.EXW},
		"DDP São Paulo, Incoterms":                {Term: terms.DDP, Place: "São Paulo"},
		"CPT Incoterms Street 5, Incoterms® 2020": {Term: terms.CPT, Place: "Incoterms Street 5"},
	} {
		got, err := terms.ParseTrade(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
		again, err := terms.ParseTrade(got.String())
		require.NoError(t, err)
		assert.Equal(t, got, again)
	}
	var syntax *terms.ParseError
	for _, text := range []string{"", "Hamburg", "DAT Hamburg", "CIP Hamburg, Incoterms 2010"} {
		_, err := terms.ParseTrade(text)
		assert.ErrorAs(t, err, &syntax, text)
	}
	assert.Equal(t, "", terms.Trade{}.String())

	data, err := json.Marshal(terms.Trade{Term: terms.CIP, Place: "Hamburg"})
	require.NoError(t, err)
	assert.JSONEq(t, `{"term":"CIP","place":"Hamburg"}`, string(data))
	var back terms.Trade
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, terms.Trade{Term: terms.CIP, Place: "Hamburg"}, back)
	assert.Error(t, json.Unmarshal([]byte(`{"term":"DAT"}`), &back))
}

func TestValidateTrade(t *testing.T) {
	for name, c := range map[string]struct {
		trade    terms.Trade
		by       terms.Carriage
		code     string // empty: nothing found
		severity finding.Severity
		fix      string
	}{
		"by ship":              {terms.Trade{Term: terms.FOB, Place: "Rotterdam"}, terms.Carriage{Mode: terms.Sea}, "", 0, ""},
		"by barge":             {terms.Trade{Term: terms.CFR, Place: "Basel"}, terms.Carriage{Mode: terms.InlandWaterway}, "", 0, ""},
		"any mode by air":      {terms.Trade{Term: terms.CIP, Place: "Chicago"}, terms.Carriage{Mode: terms.Air}, "", 0, ""},
		"any mode, containers": {terms.Trade{Term: terms.FCA, Place: "Rotterdam"}, terms.Carriage{Mode: terms.Sea, Containers: true}, "", 0, ""},
		"mode not known":       {terms.Trade{Term: terms.CIF, Place: "Hamburg"}, terms.Carriage{}, "", 0, ""},
		"FOB by air":           {terms.Trade{Term: terms.FOB, Place: "Chicago"}, terms.Carriage{Mode: terms.Air}, "terms.incoterm.mode", finding.Block, "use FCA"},
		"FAS by road":          {terms.Trade{Term: terms.FAS, Place: "Chicago"}, terms.Carriage{Mode: terms.Road}, "terms.incoterm.mode", finding.Block, "use FCA"},
		"CFR by rail":          {terms.Trade{Term: terms.CFR, Place: "Chicago"}, terms.Carriage{Mode: terms.Rail}, "terms.incoterm.mode", finding.Block, "use CPT"},
		"CIF by several":       {terms.Trade{Term: terms.CIF, Place: "Chicago"}, terms.Carriage{Mode: terms.Multimodal}, "terms.incoterm.mode", finding.Block, "use CIP"},
		"CIF by parcel":        {terms.Trade{Term: terms.CIF, Place: "Chicago"}, terms.Carriage{Mode: terms.Parcel}, "terms.incoterm.mode", finding.Block, "use CIP"},
		"FOB in containers":    {terms.Trade{Term: terms.FOB, Place: "Rotterdam"}, terms.Carriage{Mode: terms.Sea, Containers: true}, "terms.incoterm.containers", finding.Warning, "use FCA"},
		"no place":             {terms.Trade{Term: terms.DAP}, terms.Carriage{Mode: terms.Road}, "terms.incoterm.place-missing", finding.Block, "add the place, as exactly as possible"},
		"blank place":          {terms.Trade{Term: terms.DAP, Place: "  "}, terms.Carriage{Mode: terms.Road}, "terms.incoterm.place-missing", finding.Block, "add the place, as exactly as possible"},
		"no rule":              {terms.Trade{Place: "Chicago"}, terms.Carriage{}, "terms.incoterm.unknown", finding.Block, "use one of the eleven rules of Incoterms 2020"},
	} {
		t.Run(name, func(t *testing.T) {
			found := c.trade.Validate(c.by)
			if c.code == "" {
				assert.Empty(t, found)
				return
			}
			require.Len(t, found, 1, "%s", found)
			assert.Equal(t, c.code, found[0].Code)
			assert.Equal(t, c.severity, found[0].Severity)
			assert.Equal(t, c.fix, found[0].Fix)
		})
	}
	found := terms.Trade{Term: terms.FOB}.Validate(terms.Carriage{Mode: terms.Air})
	assert.Len(t, found, 2, "place and mode are both told")
}

func TestFreight(t *testing.T) {
	for text, c := range map[string]struct {
		want  terms.Freight
		text  string
		pays  terms.Side
		added bool
	}{
		"FOB origin, freight collect":              {terms.Freight{Passes: terms.Origin, Payment: terms.Collect}, "FOB origin, freight collect", terms.Buyer, false},
		"FOB Destination, Freight Prepaid":         {terms.Freight{Passes: terms.Destination, Payment: terms.Prepaid}, "FOB destination, freight prepaid", terms.Seller, false},
		"fob shipping point, freight prepay & add": {terms.Freight{Passes: terms.Origin, Payment: terms.PrepaidAndAdd}, "FOB origin, freight prepaid and add", terms.Seller, true},
		"third-party": {terms.Freight{Payment: terms.ThirdParty}, "freight third party", 0, false},
		"FOB origin":  {terms.Freight{Passes: terms.Origin}, "FOB origin", 0, false},
	} {
		got, err := terms.ParseFreight(text)
		require.NoError(t, err, text)
		assert.Equal(t, c.want, got)
		assert.Equal(t, c.text, got.String())
		assert.Equal(t, c.pays, got.PaysCarrier())
		assert.Equal(t, c.added, got.OnInvoice())
		again, err := terms.ParseFreight(got.String())
		require.NoError(t, err)
		assert.Equal(t, got, again)

		data, err := json.Marshal(got)
		require.NoError(t, err)
		var back terms.Freight
		require.NoError(t, json.Unmarshal(data, &back))
		assert.Equal(t, got, back)
	}
	var syntax *terms.ParseError
	for _, text := range []string{"", "FOB", "FOB Chicago", "collect, prepaid", "FOB origin, FOB destination", "free"} {
		_, err := terms.ParseFreight(text)
		assert.ErrorAs(t, err, &syntax, text)
	}
	for _, text := range []string{`{"passes":"nowhere"}`, `{"payment":"never"}`} {
		var f terms.Freight
		assert.ErrorAs(t, json.Unmarshal([]byte(text), &f), &syntax, text)
	}
	_, err := json.Marshal(terms.Freight{Passes: 9})
	assert.Error(t, err)
	_, err = json.Marshal(terms.Freight{Payment: 9})
	assert.Error(t, err)
}

func TestValidateFreight(t *testing.T) {
	for name, c := range map[string]struct {
		freight terms.Freight
		code    string
	}{
		"sound":            {terms.Freight{Passes: terms.Origin, Payment: terms.Collect}, ""},
		"third party":      {terms.Freight{Payment: terms.ThirdParty, Payer: "C-100"}, ""},
		"none":             {terms.Freight{}, "terms.freight.payment"},
		"unknown payment":  {terms.Freight{Payment: 9}, "terms.freight.payment"},
		"unknown point":    {terms.Freight{Passes: 9, Payment: terms.Collect}, "terms.freight.point"},
		"third party who":  {terms.Freight{Payment: terms.ThirdParty}, "terms.freight.payer-missing"},
		"payer not needed": {terms.Freight{Payment: terms.Collect, Payer: "C-100"}, "terms.freight.payer-unused"},
	} {
		t.Run(name, func(t *testing.T) {
			found := c.freight.Validate()
			if c.code == "" {
				assert.Empty(t, found)
				return
			}
			require.Len(t, found, 1)
			assert.Equal(t, c.code, found[0].Code)
		})
	}
}

func TestCredit(t *testing.T) {
	day := calendar.MustDate
	c := terms.Credit{Number: "LC-77", LatestShipment: day("2026-05-10"), Expiry: day("2026-05-31")}
	by, err := c.PresentBy(day("2026-05-01"))
	require.NoError(t, err)
	assert.Equal(t, "2026-05-22", by.String(), "21 days, UCP 600 article 14 c")
	by, err = c.PresentBy(day("2026-05-15"))
	require.NoError(t, err)
	assert.Equal(t, "2026-05-31", by.String(), "never beyond the expiry")
	c.PresentationDays = 10
	by, err = c.PresentBy(day("2026-05-01"))
	require.NoError(t, err)
	assert.Equal(t, "2026-05-11", by.String())
	_, err = c.PresentBy(calendar.Date{})
	assert.ErrorIs(t, err, terms.ErrRange)

	assert.Empty(t, c.CheckShipment(day("2026-05-10")))
	for name, row := range map[string]struct {
		credit terms.Credit
		on     string
		code   string
	}{
		"late":      {c, "2026-05-11", "terms.credit.late-shipment"},
		"expired":   {c, "2026-06-01", "terms.credit.expired"},
		"no expiry": {terms.Credit{Number: "LC-78"}, "2026-05-01", "terms.credit.no-expiry"},
		"backward":  {terms.Credit{Expiry: day("2026-05-31"), PresentationDays: -1}, "2026-05-01", "terms.credit.presentation"},
	} {
		found := row.credit.CheckShipment(day(row.on))
		require.Len(t, found, 1, name)
		assert.Equal(t, row.code, found[0].Code)
		assert.True(t, found.Blocks())
	}
}

func TestNames(t *testing.T) {
	assert.Equal(t, "open account", terms.OpenAccount.String())
	assert.Equal(t, "Method(9)", terms.Method(9).String())
	assert.Equal(t, "Event(9)", terms.Event(9).String())
	assert.Equal(t, "Side(9)", terms.Side(9).String())
	assert.Equal(t, "Cover(9)", terms.Cover(9).String())
	assert.Equal(t, "Point(9)", terms.Point(9).String())
	assert.Equal(t, "Place(9)", terms.Place(9).String())
	assert.Equal(t, "Mode(9)", terms.Mode(9).String())
	names := map[string]bool{}
	for p := terms.AtSeller; p <= terms.UnloadedAtDestination; p++ {
		names[p.String()] = true
	}
	for m := terms.UnknownMode; m <= terms.Multimodal; m++ {
		names[m.String()] = true
	}
	for p := terms.PlaceOfDelivery; p <= terms.PortOfDestination; p++ {
		names[p.String()] = true
	}
	for c := terms.NoCover; c <= terms.AllRisks; c++ {
		names[c.String()] = true
	}
	assert.Len(t, names, 6+8+4+3, "every value has a name of its own")
}
