package pricing_test

import (
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
					assert.Equal(t, "m.anager", entry.Actor, "who approved stands in the waterfall, whatever the trace")
					assert.Equal(t, "to enter the market", entry.Reason)
				}
			}
		})
	}
}
