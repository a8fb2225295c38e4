package tax_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing/tax"
)

func TestReadYAML(t *testing.T) {
	got, err := tax.ReadYAML("rates.yaml", []byte(`
rates:
  - {id: DE-19, name: VAT, place: DE, rate: 19%, from: 2021-01-01, to: 2030-01-01}
  - id: QC
    name: QST
    place: CA-QC
    category: books
    code: S
    rate: 0.09975
    compound: true
    order: 2
    reason: none
    jurisdiction: Québec
  - {id: kings, name: county, place: {country: US, region: NY, county: Kings, locality: "New York", postal_code: 112*}, rate: "4.5%"}
reliefs:
  - {id: r, name: VAT, code: K, from: [DE], to: [AT, CA-QC], not_to: [CH], abroad: true, tax_id: true, categories: [a, b], reason: Article 138, valid_from: 2020-01-01, valid_to: 2021-01-01}
freight:
  - {place: DE, policy: as-goods, reason: why}
  - {policy: never}
`))
	require.NoError(t, err)
	want := tax.Config{
		Rates: []tax.Rate{
			{ID: "DE-19", Name: "VAT", Place: germany, Rate: money.MustRate("0.19"), From: date("2021-01-01"), To: date("2030-01-01")},
			{
				ID: "QC", Name: "QST", Place: tax.Place{Country: "CA", Region: "QC"}, Category: "books", Code: tax.Standard, Rate: money.MustRate("0.09975"),
				Compound: true, Order: 2, Reason: "none", Jurisdiction: "Québec",
			},
			{ID: "kings", Name: "county", Place: tax.Place{Country: "US", Region: "NY", County: "Kings", Locality: "New York", PostalCode: "112*"}, Rate: money.MustRate("0.045")},
		},
		Reliefs: []tax.Relief{{
			ID: "r", Name: "VAT", Code: tax.IntraCommunity, From: []tax.Place{germany}, To: []tax.Place{{Country: "AT"}, {Country: "CA", Region: "QC"}},
			NotTo: []tax.Place{swiss}, Abroad: true, TaxID: true, Categories: []string{"a", "b"}, Reason: "Article 138",
			ValidFrom: date("2020-01-01"), ValidTo: date("2021-01-01"),
		}},
		Freight: []tax.FreightRule{{Place: germany, Policy: tax.FreightAsGoods, Reason: "why"}, {Policy: tax.FreightUntaxed}},
	}
	assert.Empty(t, cmp.Diff(want, got, cmpopts.EquateComparable(calendar.Date{}, money.Rate{})))
}

// Every mistake has its place in the file.
func TestYAMLFaults(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a key unknown":     {"rates:\n  - {id: A, colour: red}\n", "t.yaml:2:13: rates[0]: there is no key colour"},
		"a key twice":       {"rates:\n  - {id: A, id: B}\n", "t.yaml:2:13: rates[0]: the key id stands twice"},
		"no list":           {"rates: 7\n", "t.yaml:1:8: rates: this is not a list"},
		"no mapping":        {"rates: [7]\n", "t.yaml:1:9: rates[0]: this is not a mapping"},
		"no rate":           {"rates: [{rate: much}]\n", `t.yaml:1:16: `},
		"no date":           {"rates: [{from: 2026-02-30}]\n", "t.yaml:1:16: "},
		"no flag":           {"rates: [{compound: 1}]\n", `t.yaml:1:20: rates[0].compound: "1" is neither true nor false`},
		"no number":         {"rates: [{order: first}]\n", `t.yaml:1:17: rates[0].order: "first" is no whole number`},
		"no value":          {"rates: [{id: }]\n", "rates[0].id: there is no value"},
		"no rate written":   {"rates: [{id: A, name: VAT, place: DE, rate: }]\n", "rates[0].rate: there is no value"},
		"a list for a text": {"rates: [{id: [a]}]\n", "rates[0].id: this is not one value"},
		"a place in words":  {"rates: [{place: Germany}]\n", `t.yaml:1:17: rates[0].place: "Germany" is no place; write a country, US-NY, or the fields of a place`},
		"an anchor":         {"rates: &a []\n", "t.yaml:1:8: "},
		"two documents":     {"rates: []\n---\nrates: []\n", "it must hold one"},
		"nothing":           {"", "it must hold one"},
		"not UTF-8":         {"rates: \xff\n", "is not UTF-8"},
		"deep":              {"rates: " + strings.Repeat("[", 5000) + "\n", "t.yaml:1:"},
		"open":              {"rates: [{\n", "t.yaml:"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tax.LoadYAML("t.yaml", []byte(c.text))
			var load *tax.LoadError
			require.ErrorAs(t, err, &load)
			assert.ErrorContains(t, err, c.want)
		})
	}
	_, err := tax.LoadYAML("t.yaml", []byte("rates: [{id: A, name: VAT, place: DE, rate: 19%}, {id: B, name: VAT, place: DE, rate: 7%}]"))
	var overlap *tax.OverlapError
	require.ErrorAs(t, err, &overlap)
	assert.Equal(t, "rates A and B both hold from the beginning for VAT in DE, category \"\"", overlap.Error())
}

// In JSON a place is its fields or a text, and nothing else.
func TestPlaceJSON(t *testing.T) {
	for text, want := range map[string]tax.Place{
		`"DE"`: germany, `"CA-QC"`: {Country: "CA", Region: "QC"}, `{"country":"US","postal_code":"112*"}`: {Country: "US", PostalCode: "112*"},
	} {
		var got tax.Place
		require.NoError(t, json.Unmarshal([]byte(text), &got), text)
		assert.Equal(t, want, got)
	}
	for _, text := range []string{`"Germany"`, `"US-"`, `""`, `7`, `{"land":"DE"}`} {
		var got tax.Place
		require.Error(t, json.Unmarshal([]byte(text), &got), text)
	}
}

func FuzzReadYAML(f *testing.F) {
	f.Add("rates:\n  - {id: DE-19, name: VAT, place: DE, rate: 19%}\n")
	f.Add("reliefs: [{id: a, from: [DE], categories: [x]}]\nfreight: [{policy: never}]\n")
	f.Add("rates: [[[{")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := tax.LoadYAML("fuzz", []byte(text)); err != nil {
			var load *tax.LoadError
			require.ErrorAs(t, err, &load)
			require.NotEmpty(t, load.Faults)
		}
	})
}
