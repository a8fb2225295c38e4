package pricing_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing"
)

// Approvals of margins: who, up to how much, and not their own.
func TestMarginApproval(t *testing.T) {
	manual := pricing.Step{Name: "manual", Kind: pricing.StepOverride, Base: pricing.BaseList}
	at := time.Date(2026, time.March, 26, 9, 0, 0, 0, time.UTC)
	e := setup{
		schema: schemaOf(manual, floorStep("line", pricing.ScopeLine, "10%", pricing.RequireApproval),
			floorStep("hard", pricing.ScopeLine, "-50%", pricing.Reject), floorStep("order", pricing.ScopeOrder, "10%", pricing.RequireApproval)),
		records: []pricing.Record{listPrice("A", "100 USD")},
	}.engine(t)
	// 100.00 less 20% is 80.00; cost 81.00 asks for 90.00.
	approval := func(step string, change func(*pricing.Approval)) pricing.Approval {
		a := pricing.Approval{Step: step, Actor: "m.anager", Reason: "to enter the market", At: at}
		if change != nil {
			change(&a)
		}
		return a
	}
	for name, c := range map[string]struct {
		line, order []pricing.Approval
		cost        string
		codes       []string
		why         string
	}{
		"nobody approved": {nil, nil, "81 USD", []string{"pricing.margin.approval", "pricing.margin.approval"}, ""},
		"line and order":  {[]pricing.Approval{approval("line", nil)}, []pricing.Approval{approval("order", nil)}, "81 USD", nil, ""},
		"the line only":   {[]pricing.Approval{approval("line", nil)}, nil, "81 USD", []string{"pricing.margin.approval"}, ""},
		"up to what it lacks": {[]pricing.Approval{approval("line", func(a *pricing.Approval) { a.UpTo = usd("10.00") })},
			[]pricing.Approval{approval("order", nil)}, "81 USD", nil, ""},
		"up to less": {[]pricing.Approval{approval("line", func(a *pricing.Approval) { a.UpTo = usd("9.99") })},
			[]pricing.Approval{approval("order", nil)}, "81 USD", []string{"pricing.margin.approval"}, "m.anager approved up to 9.99 USD only"},
		"one of two is enough": {[]pricing.Approval{approval("line", func(a *pricing.Approval) { a.UpTo = usd("1") }), approval("line", nil)},
			[]pricing.Approval{approval("order", nil)}, "81 USD", nil, ""},
		"their own reduction": {[]pricing.Approval{approval("line", func(a *pricing.Approval) { a.Actor = "c.lerk" })},
			[]pricing.Approval{approval("order", nil)}, "81 USD", []string{"pricing.margin.approval"}, "c.lerk gave a reduction here"},
		"their own reduction, of the order": {[]pricing.Approval{approval("line", nil)},
			[]pricing.Approval{approval("order", func(a *pricing.Approval) { a.Actor = "c.lerk" })}, "81 USD", []string{"pricing.margin.approval"}, ""},
		"no reason": {[]pricing.Approval{approval("line", func(a *pricing.Approval) { a.Reason = "" })},
			[]pricing.Approval{approval("order", nil)}, "81 USD", []string{"pricing.approval", "pricing.margin.approval"}, ""},
		"in another currency": {[]pricing.Approval{approval("line", func(a *pricing.Approval) { a.UpTo = money.MustParse("50 EUR") })},
			[]pricing.Approval{approval("order", nil)}, "81 USD", []string{"pricing.approval", "pricing.margin.approval"}, ""},
		"of no guard": {[]pricing.Approval{approval("line", nil), approval("order", nil)},
			[]pricing.Approval{approval("order", nil)}, "81 USD", []string{"pricing.step-unknown"}, ""},
		"none is needed": {nil, nil, "72 USD", nil, ""},
		"what nobody can approve": {[]pricing.Approval{approval("line", nil), approval("hard", nil)},
			[]pricing.Approval{approval("order", nil)}, "121 USD", []string{"pricing.margin.reject"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			l := costing("A", 1, c.cost)
			l.Overrides = []pricing.Override{{Step: "manual", Kind: pricing.TakePercent, Rate: money.MustRate("20%"), Actor: "c.lerk", Reason: "r"}}
			l.Approvals = c.line
			r := request(l)
			r.Approvals = c.order
			got := price(t, e, r)
			assert.Equal(t, usd("80.00"), got.Total, "an approval moves nothing")
			var codes []string
			for _, f := range got.Findings {
				codes = append(codes, f.Code)
				assert.Equal(t, finding.Block, f.Severity)
			}
			assert.Equal(t, c.codes, codes)
			assert.Len(t, got.Wanted, len(got.Findings.With("pricing.margin.approval")))
			if c.why != "" {
				require.Len(t, got.Wanted, 1)
				assert.Contains(t, got.Wanted[0].Why, c.why)
				assert.Equal(t, usd("10.00"), got.Wanted[0].Short)
				assert.Equal(t, "1", got.Wanted[0].Line)
			}
			for _, entry := range got.Lines[0].Entries {
				if entry.Why == pricing.WhyApproved {
					require.NotNil(t, entry.Approval)
					assert.Equal(t, "m.anager", entry.Approval.Actor, "who approved stands in the waterfall, whatever the trace")
					assert.Equal(t, "to enter the market", entry.Approval.Reason)
				}
			}
		})
	}
}

// A guarded result comes back from JSON as it was: a host keeps it, to know later
// what was approved.
func TestGuardedResultInJSON(t *testing.T) {
	e := authorityEngine(t, approvalMatrix, checkStep(pricing.ScopeOrder, pricing.CheckPolicy{}),
		floorStep("floor", pricing.ScopeLine, "20%", pricing.RequireApproval), floorStep("whole", pricing.ScopeOrder, "30%", pricing.Clamp))
	l := costing("A", 2, "78 USD")
	l.Overrides = []pricing.Override{approvedBy("manager", takes("rep", "10%"))}
	r := request(l, costing("A", 1, "85 USD"))
	r.Lines[1].Approvals = []pricing.Approval{{Step: "floor", Actor: "director", Reason: "r", At: priceDate()}}
	stated := usd("100.00")
	r.Stated, r.Roles, r.Trace = &stated, rolesOfTheHouse(), pricing.TraceFull
	got := price(t, e, r)
	require.Len(t, got.Wanted, 2, "the total, and the margin of the first line")
	require.NotNil(t, got.Margin)
	text, err := json.Marshal(got)
	require.NoError(t, err)
	var back pricing.Result
	require.NoError(t, json.Unmarshal(text, &back))
	assert.Equal(t, got, back)
}

// A schema with guards is data, as any schema is.
func TestGuardsOfASchemaInJSON(t *testing.T) {
	const text = `{
		"access": [{"fields": ["item"]}],
		"steps": [
			{"name": "list", "kind": "price"},
			{"name": "rebate", "kind": "discount", "base": "running", "statistical": true, "accrual": true},
			{"name": "total", "kind": "customer-price", "scope": "order", "tolerance": {"percent": "2%"}, "check": {"within": "hold"}},
			{"name": "floor", "kind": "margin", "margin": {"floor": "20%", "outcome": "clamp", "cost_required": true}}
		]
	}`
	config := setup{records: []pricing.Record{listPrice("A", "10 USD")}}.config(t)
	require.NoError(t, json.Unmarshal([]byte(text), &config.Schema))
	e, err := pricing.New(config)
	require.NoError(t, err)
	got := price(t, e, request(costing("A", 1, "9 USD")))
	assert.Equal(t, usd("11.25"), got.Total)
}
