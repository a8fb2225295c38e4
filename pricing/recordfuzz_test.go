package pricing_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

// FuzzRequestOfRecords prices whatever a request can say with records of every kind:
// it never panics, and what it prices adds up.
func FuzzRequestOfRecords(f *testing.F) {
	schema := schemaOf(recordStep("d", pricing.StepDiscount))
	schema.Access = append(everyAccess().Access,
		pricing.Access{Fields: []pricing.Field{pricing.FieldContract, pricing.FieldGroup, pricing.FieldPriceList, pricing.FieldCategory}},
		pricing.Access{Fields: []pricing.Field{pricing.FieldHierarchy, pricing.FieldItemHierarchy}})
	schema.Steps[1].Access = append(schema.Steps[1].Access, pricing.Access{Fields: []pricing.Field{pricing.FieldCategory}})
	schema.Currencies = []money.Currency{money.EUR, money.USD}
	config := setup{schema: schema, records: recordsOfEveryKind()}.config(f)
	config.Exchange = exchange(f,
		money.ExchangeRate{From: money.EUR, To: money.USD, Rate: money.MustRate("1.0855"), Inverse: true},
		money.ExchangeRate{From: money.EUR, To: money.JPY, Rate: money.MustRate("163.123456789")})
	e, err := pricing.New(config)
	require.NoError(f, err)
	seed := request(line("A", 12), line("S", 5), line("S", 7), line("W", 3), line("B", 1), line("C", 2), line("X", 1))
	seed.Lines[3].Weight = quantity.MustParse("20 LB")
	seed.Lines[4].Category, seed.Lines[4].At = "V", onDay(2)
	seed.Lines[6].ItemHierarchy = []string{"HAMMERS", "TOOLS"}
	seed.Customer = pricing.Customer{
		Account: "100", Group: "G", Hierarchy: []string{"WEST"}, Contracts: []string{"K"}, PriceLists: []string{"P"},
	}
	for _, currency := range []money.Currency{money.USD, money.EUR, money.JPY} {
		for _, trace := range []pricing.Trace{pricing.TraceOff, pricing.TraceFull} {
			seed.Currency, seed.Trace = currency, trace
			text, err := json.Marshal(seed)
			require.NoError(f, err)
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var r pricing.Request
		if json.Unmarshal(text, &r) != nil {
			return
		}
		got, err := e.Price(t.Context(), r)
		var refused *pricing.RequestError
		if errors.Is(err, money.ErrRange) || errors.As(err, &refused) {
			return
		}
		require.NoError(t, err)
		addsUp(t, got)
		_ = got.Text()
		again, err := e.Price(t.Context(), r)
		require.NoError(t, err)
		require.Equal(t, got, again)
	})
}
