package pricing_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/rules"
)

// FuzzRequest prices whatever a request can say: it never panics, and what it
// prices adds up.
func FuzzRequest(f *testing.F) {
	s := setup{schema: typicalSchema()}
	s.schema.Steps = append(s.schema.Steps, pricing.Step{
		Name: "check", Kind: pricing.StepCustomerPrice, Tolerance: pricing.Tolerance{Percent: money.MustRate("2%")},
	})
	s.schema.Steps = append(s.schema.Steps,
		pricing.Step{Name: "total", Kind: pricing.StepCustomerPrice, Scope: pricing.ScopeOrder, Tolerance: pricing.Tolerance{Percent: money.MustRate("90%")}},
		floorStep("floor", pricing.ScopeLine, "10%", pricing.Clamp), floorStep("ask", pricing.ScopeLine, "20%", pricing.RequireApproval),
		floorStep("whole", pricing.ScopeOrder, "30%", pricing.Clamp))
	s.records = []pricing.Record{
		keyed("list", pricing.Key{PriceList: "RETAIL", Item: "A"}, "12.50 USD"),
		keyed("contract", pricing.Key{Contract: "K-7", Item: "B"}, "8 USD"),
	}
	s.rules = []pricing.Rule{
		{ID: "1", Group: "customer", When: `customer.group == "GOLD"`, Then: percent("5%")},
		{ID: "2", Group: "promotion", When: `quantity >= qty("3 EA")`, Then: off("3.00 USD")},
		{ID: "3", Group: "order", When: `true`, Then: percent("3%")},
	}
	config := s.config(f)
	config.Authority = authorityConfig(f, approvalMatrix).Authority
	e, err := pricing.New(config)
	require.NoError(f, err)
	seed := request(line("A", 12), line("B", 5))
	seed.Customer = pricing.Customer{Account: "100", Group: "GOLD", Contracts: []string{"K-7"}, PriceLists: []string{"RETAIL"}}
	seed.Charges = []pricing.Charge{{Step: "freight", Amount: usd("9.00")}}
	seed.Lines[0].Stated = &pricing.Price{Amount: usd("10.50"), Per: 1}
	seed.Lines[0].Overrides = []pricing.Override{{
		Step: "manual", Kind: pricing.SetPrice, Price: pricing.Price{Amount: usd("9")}, Actor: "a", Reason: "r",
	}}
	seed.Lines[0].Cost, seed.Lines[1].Cost = cost("9.50 USD"), cost("7 USD")
	seed.Lines[0].Approvals = []pricing.Approval{{Step: "ask", Actor: "manager", Reason: "r", At: priceDate()}}
	stated := usd("150.00")
	seed.Stated, seed.Roles = &stated, rolesOfTheHouse()
	for _, trace := range []pricing.Trace{pricing.TraceOff, pricing.TraceFull} {
		seed.Trace = trace
		text, err := json.Marshal(seed)
		require.NoError(f, err)
		f.Add(text)
	}
	f.Add([]byte(`{"currency":"JPY","at":"2026-03-27T00:00:00Z","lines":[{"id":"1","item":"A","quantity":"9223372036854775807 EA"}]}`))
	f.Add([]byte(`{"currency":"USD","at":"2026-03-27T00:00:00Z","lines":[{"id":"1","item":"A","quantity":"0.000000000000000001 EA"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var r pricing.Request
		if json.Unmarshal(text, &r) != nil {
			return
		}
		got, err := e.Price(t.Context(), r)
		var refused *pricing.RequestError
		var failed *rules.EvalError // a condition in EA, a line in another unit
		if errors.Is(err, money.ErrRange) || errors.As(err, &refused) || errors.As(err, &failed) {
			return
		}
		require.NoError(t, err)
		addsUp(t, got)
		_ = got.Text()
	})
}
