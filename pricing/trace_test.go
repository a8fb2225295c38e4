package pricing_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o750))
		require.NoError(t, os.WriteFile(path, got, 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run with -update to write it")
	assert.Equal(t, string(want), string(got))
}

// eventful is a request in which nearly every step has something to say.
func eventful(t *testing.T) (*pricing.Engine, pricing.Request) {
	t.Helper()
	s := setup{schema: typicalSchema()}
	s.schema.Steps[2].Stacking = pricing.StackFirst
	s.schema.Steps = append(s.schema.Steps, pricing.Step{
		Name: "purchase order", Kind: pricing.StepCustomerPrice, Tolerance: pricing.Tolerance{Percent: money.MustRate("2%")},
	})
	s.records = []pricing.Record{
		keyed("list A", pricing.Key{PriceList: "RETAIL", Item: "A"}, "12.50 USD"),
		keyed("contract B", pricing.Key{Contract: "K-7", Item: "B"}, "8 USD"),
		keyed("list B", pricing.Key{PriceList: "RETAIL", Item: "B"}, "9 USD"),
	}
	s.rules = []pricing.Rule{
		{ID: "gold", Group: "customer", When: `customer.group == "GOLD"`, Priority: 1, Then: percent("5%")},
		{ID: "everybody", Group: "customer", When: `true`, Then: percent("1%")},
		{ID: "march", Group: "promotion", When: `item == "A"`, Then: percent("10%")},
		{ID: "three off", Group: "promotion", When: `item == "A"`, Then: off("3.00 USD")},
		{ID: "spend", Group: "order", When: `true`, Then: pricing.Discount{Kind: pricing.AmountOff, Amount: usd("10"), Minimum: usd("1000")}},
	}
	a, b := line("A", 12), line("B", 5)
	a.Stated = &pricing.Price{Amount: usd("10.50")}
	a.Overrides = []pricing.Override{{Step: "manual", Kind: pricing.TakeAmount, Amount: usd("1.20"), Actor: "a.clerk", Reason: "dented"}}
	b.Stated = &pricing.Price{Amount: usd("8.50")}
	r := request(a, b, line("C", 1))
	r.Customer = pricing.Customer{Account: "100", Group: "GOLD", Contracts: []string{"K-7"}, PriceLists: []string{"RETAIL"}}
	r.Charges = []pricing.Charge{{Step: "freight", Amount: usd("9.00"), Source: "ground"}}
	return s.engine(t), r
}

// Every step that was considered is there with what it did or why it did not.
func TestTrace(t *testing.T) {
	e, r := eventful(t)
	for _, trace := range []pricing.Trace{pricing.TraceOff, pricing.TraceFull} {
		r.Trace = trace
		got := price(t, e, r)
		golden(t, "waterfall."+string(trace)+".txt", []byte(got.Text()))
	}
	r.Trace = pricing.TraceFull
	got := price(t, e, r)
	for _, l := range got.Lines {
		seen := map[string]bool{}
		for _, entry := range l.Entries {
			seen[entry.Step] = true
		}
		for _, step := range []string{"price", "manual", "customer", "promotion", "net", "handling", "purchase order"} {
			assert.True(t, seen[step], "line %s, step %s", l.ID, step)
		}
	}
}

// A result goes through JSON without loss, as it must to be kept in a journal.
func TestJSON(t *testing.T) {
	e, r := eventful(t)
	r.Trace = pricing.TraceFull
	want := price(t, e, r)
	want.Engine, want.Rules = "", "" // their own tests
	text, err := json.MarshalIndent(want, "", "  ")
	require.NoError(t, err)
	golden(t, "result.json", append(text, '\n'))
	var got pricing.Result
	require.NoError(t, json.Unmarshal(text, &got))
	assert.Equal(t, want, got)

	text, err = json.Marshal(r)
	require.NoError(t, err)
	var again pricing.Request
	require.NoError(t, json.Unmarshal(text, &again))
	assert.Equal(t, r, again)

	schema := typicalSchema()
	text, err = json.Marshal(schema)
	require.NoError(t, err)
	var read pricing.Schema
	require.NoError(t, json.Unmarshal(text, &read))
	assert.Equal(t, schema, read)
}
