package pricing_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing"
)

func checkStep(scope pricing.Scope, policy pricing.CheckPolicy) pricing.Step {
	return pricing.Step{
		Name: "check", Kind: pricing.StepCustomerPrice, Scope: scope, Check: policy,
		Tolerance: pricing.Tolerance{Percent: money.MustRate("2%")},
	}
}

// none is no finding at all.
const none = finding.Severity(99)

// pricing.md, guards: outcome accept ours, accept theirs or hold, each with a
// reason code; what becomes of which price is a policy (PRI-4).
func TestCheckPolicy(t *testing.T) {
	for name, c := range map[string]struct {
		policy  pricing.CheckPolicy
		stated  string // ours is 100.00
		outcome pricing.Outcome
		reason  pricing.CheckReason
		total   string
		found   finding.Severity
	}{
		"within, by default":        {pricing.CheckPolicy{}, "98", pricing.AcceptTheirs, pricing.WithinTolerance, "98.00", none},
		"within, ours":              {pricing.CheckPolicy{Within: pricing.AcceptOurs}, "98", pricing.AcceptOurs, pricing.WithinTolerance, "100.00", finding.Info},
		"within, held":              {pricing.CheckPolicy{Within: pricing.Hold}, "98", pricing.Hold, pricing.WithinTolerance, "100.00", finding.Block},
		"below, by default":         {pricing.CheckPolicy{}, "97", pricing.Hold, pricing.BelowTolerance, "100.00", finding.Block},
		"below, ours":               {pricing.CheckPolicy{Below: pricing.AcceptOurs}, "97", pricing.AcceptOurs, pricing.BelowTolerance, "100.00", finding.Info},
		"below, theirs":             {pricing.CheckPolicy{Below: pricing.AcceptTheirs}, "97", pricing.AcceptTheirs, pricing.BelowTolerance, "97.00", finding.Info},
		"above, by default":         {pricing.CheckPolicy{}, "101", pricing.AcceptOurs, pricing.StatedHigher, "100.00", finding.Info},
		"above, held":               {pricing.CheckPolicy{Above: pricing.Hold}, "101", pricing.Hold, pricing.StatedHigher, "100.00", finding.Block},
		"the same is never held":    {pricing.CheckPolicy{Within: pricing.Hold, Below: pricing.Hold, Above: pricing.Hold}, "100", pricing.AcceptOurs, pricing.PricesAgree, "100.00", none},
		"the default in full words": {pricing.CheckPolicy{Within: pricing.AcceptTheirs, Below: pricing.Hold, Above: pricing.AcceptOurs}, "98", pricing.AcceptTheirs, pricing.WithinTolerance, "98.00", none},
	} {
		t.Run(name, func(t *testing.T) {
			for _, scope := range []pricing.Scope{pricing.ScopeLine, pricing.ScopeOrder} {
				e := setup{schema: schemaOf(checkStep(scope, c.policy)), records: []pricing.Record{listPrice("A", "100 USD")}}.engine(t)
				l := line("A", 1)
				r := request(l)
				check := func(got *pricing.Result) pricing.PriceCheck { return got.Check }
				if scope == pricing.ScopeLine {
					r.Lines[0].Stated = &pricing.Price{Amount: usd(c.stated)}
					check = func(got *pricing.Result) pricing.PriceCheck { return got.Lines[0].Check }
				} else {
					stated := usd(c.stated)
					r.Stated = &stated
				}
				got := price(t, e, r)
				assert.Equal(t, pricing.PriceCheck{Outcome: c.outcome, Reason: c.reason, Ours: usd("100"), Stated: usd(c.stated)}, check(&got))
				assert.Equal(t, usd(c.total), got.Total)
				if c.found == none {
					assert.Empty(t, got.Findings)
				} else if assert.Len(t, got.Findings, 1) {
					assert.Equal(t, c.found, got.Findings[0].Severity)
				}
			}
		})
	}
}

// A person who accepts the customer's price is an approval, with authority; one
// who holds on to ours needs none.
func TestApprovalOfAPrice(t *testing.T) {
	for name, c := range map[string]struct {
		stated   string // ours is 100.00
		approval pricing.Approval
		outcome  pricing.Outcome
		reason   pricing.CheckReason
		total    string
		why      string
	}{
		"theirs":                   {"95", pricing.Approval{Actor: "rep"}, pricing.AcceptTheirs, pricing.CheckApproved, "95.00", ""},
		"theirs, said":             {"95", pricing.Approval{Actor: "rep", Accept: pricing.AcceptTheirs}, pricing.AcceptTheirs, pricing.CheckApproved, "95.00", ""},
		"ours":                     {"50", pricing.Approval{Actor: "cleaner", Accept: pricing.AcceptOurs}, pricing.AcceptOurs, pricing.CheckApproved, "100.00", ""},
		"beyond their authority":   {"94.99", pricing.Approval{Actor: "rep"}, pricing.Hold, pricing.BelowTolerance, "100.00", "ends at 5%"},
		"no authority":             {"97", pricing.Approval{Actor: "cleaner"}, pricing.Hold, pricing.BelowTolerance, "100.00", "ends at 0%"},
		"up to as much":            {"95", pricing.Approval{Actor: "rep", UpTo: usd("5")}, pricing.AcceptTheirs, pricing.CheckApproved, "95.00", ""},
		"up to less":               {"95", pricing.Approval{Actor: "rep", UpTo: usd("4.99")}, pricing.Hold, pricing.BelowTolerance, "100.00", "up to 4.99 USD only"},
		"none is needed":           {"98", pricing.Approval{Actor: "cleaner"}, pricing.AcceptTheirs, pricing.WithinTolerance, "98.00", ""},
		"a higher one, theirs":     {"120", pricing.Approval{Actor: "rep"}, pricing.AcceptTheirs, pricing.CheckApproved, "120.00", ""},
		"a higher one, ours":       {"120", pricing.Approval{Actor: "rep", Accept: pricing.AcceptOurs}, pricing.AcceptOurs, pricing.CheckApproved, "100.00", ""},
		"below the margin":         {"85", pricing.Approval{Actor: "manager"}, pricing.Hold, pricing.BelowTolerance, "100.00", "a margin of 10%"},
		"the margin does not mind": {"89", pricing.Approval{Actor: "manager"}, pricing.AcceptTheirs, pricing.CheckApproved, "89.00", ""},
	} {
		t.Run(name, func(t *testing.T) {
			for _, scope := range []pricing.Scope{pricing.ScopeLine, pricing.ScopeOrder} {
				e := authorityEngine(t, approvalMatrix, checkStep(scope, pricing.CheckPolicy{Above: pricing.Hold}))
				c.approval.Step, c.approval.Reason, c.approval.At = "check", "they always paid that", priceDate()
				r := request(costing("A", 1, "80 USD"))
				r.Roles = rolesOfTheHouse()
				stated := usd(c.stated)
				if scope == pricing.ScopeLine {
					r.Lines[0].Stated, r.Lines[0].Approvals = &pricing.Price{Amount: stated}, []pricing.Approval{c.approval}
				} else {
					r.Stated, r.Approvals = &stated, []pricing.Approval{c.approval}
				}
				got := price(t, e, r)
				check, entries := got.Check, got.Entries
				if scope == pricing.ScopeLine {
					check, entries = got.Lines[0].Check, got.Lines[0].Entries
				}
				assert.Equal(t, c.outcome, check.Outcome)
				assert.Equal(t, c.reason, check.Reason)
				assert.Equal(t, usd(c.total), got.Total)
				assert.Equal(t, c.outcome == pricing.Hold, got.Findings.Blocks())
				if c.why != "" {
					require.Len(t, got.Wanted, 1)
					assert.Contains(t, got.Wanted[0].Why, c.why)
					assert.Equal(t, "customer-price", got.Wanted[0].Kind)
				} else {
					assert.Empty(t, got.Wanted)
				}
				if c.reason == pricing.CheckApproved {
					last := entries[len(entries)-1]
					assert.Equal(t, &c.approval, last.Approval, "who decided stands in the waterfall, whatever the trace")
				}
			}
		})
	}
	t.Run("an approval that accepts nothing known", func(t *testing.T) {
		e := setup{schema: schemaOf(checkStep("", pricing.CheckPolicy{})), records: []pricing.Record{listPrice("A", "100 USD")}}.engine(t)
		l := line("A", 1)
		l.Stated = &pricing.Price{Amount: usd("50")}
		l.Approvals = []pricing.Approval{{Step: "check", Actor: "a", Reason: "r", At: priceDate(), Accept: pricing.Hold}}
		got := price(t, e, request(l))
		assert.Len(t, got.Findings.With("pricing.approval"), 1)
		assert.Equal(t, pricing.Hold, got.Lines[0].Check.Outcome)
	})
}

// The total that a purchase order states, against ours.
func TestStatedTotal(t *testing.T) {
	// 3 x 50.00 less 10.00 is 140.00; 2% of it are 2.80.
	for name, c := range map[string]struct {
		stated  money.Amount
		lines   []pricing.Line
		own     *pricing.Tolerance
		outcome pricing.Outcome
		reason  pricing.CheckReason
		want    []string
		code    string
	}{
		"the same":             {usd("140.00"), nil, nil, pricing.AcceptOurs, pricing.PricesAgree, []string{"46.66", "46.67", "46.67"}, ""},
		"a little less":        {usd("138.00"), nil, nil, pricing.AcceptTheirs, pricing.WithinTolerance, []string{"46.00", "46.00", "46.00"}, ""},
		"at the tolerance":     {usd("137.20"), nil, nil, pricing.AcceptTheirs, pricing.WithinTolerance, []string{"45.73", "45.73", "45.74"}, ""},
		"beyond the tolerance": {usd("137.19"), nil, nil, pricing.Hold, pricing.BelowTolerance, []string{"46.66", "46.67", "46.67"}, "pricing.order-total.lower"},
		"the customer's own":   {usd("140.00"), nil, &pricing.Tolerance{}, pricing.AcceptOurs, pricing.PricesAgree, []string{"46.66", "46.67", "46.67"}, ""},
		"the customer has none": {usd("139.99"), nil, &pricing.Tolerance{}, pricing.Hold, pricing.BelowTolerance, []string{"46.66", "46.67", "46.67"},
			"pricing.order-total.lower"},
		"more":             {usd("150.00"), nil, nil, pricing.AcceptOurs, pricing.StatedHigher, []string{"46.66", "46.67", "46.67"}, "pricing.order-total.higher"},
		"in EUR":           {money.MustParse("140 EUR"), nil, nil, pricing.Hold, pricing.StatedCurrency, []string{"46.66", "46.67", "46.67"}, "pricing.order-total.unlike"},
		"fractions":        {usd("139.999"), nil, nil, pricing.Hold, pricing.StatedUnit, []string{"46.66", "46.67", "46.67"}, "pricing.order-total.unlike"},
		"a missing price":  {usd("40"), []pricing.Line{line("A", 1), line("X", 1)}, nil, pricing.Hold, pricing.OurPriceIsMissing, []string{"40.00", "0.00"}, "pricing.price-missing"},
		"nothing for free": {usd("0"), nil, nil, pricing.Hold, pricing.BelowTolerance, []string{"46.66", "46.67", "46.67"}, "pricing.order-total.lower"},
	} {
		t.Run(name, func(t *testing.T) {
			e := setup{
				schema:  schemaOf(orderStep("o"), checkStep(pricing.ScopeOrder, pricing.CheckPolicy{})),
				records: []pricing.Record{listPrice("A", "50 USD")}, rules: []pricing.Rule{always("o", off("10 USD"))},
			}.engine(t)
			if c.lines == nil {
				c.lines = []pricing.Line{line("A", 1), line("A", 1), line("A", 1)}
			}
			r := request(c.lines...)
			r.Stated, r.Customer.OrderTolerance = &c.stated, c.own
			got := price(t, e, r)
			assert.Equal(t, c.outcome, got.Check.Outcome)
			assert.Equal(t, c.reason, got.Check.Reason)
			assert.Equal(t, c.want, totals(got))
			if c.code == "" {
				assert.Empty(t, got.Findings)
			} else if assert.Len(t, got.Findings, 1) {
				assert.Equal(t, c.code, got.Findings[0].Code)
			}
		})
	}
	t.Run("none stated", func(t *testing.T) {
		e := setup{schema: schemaOf(checkStep(pricing.ScopeOrder, pricing.CheckPolicy{})), records: []pricing.Record{listPrice("A", "50 USD")}}.engine(t)
		r := request(line("A", 1))
		r.Trace = pricing.TraceFull
		got := price(t, e, r)
		assert.Zero(t, got.Check)
		require.Len(t, got.Entries, 1)
		assert.Equal(t, pricing.WhyNothingGiven, got.Entries[0].Why)
	})
}

// A total that is accepted is what the order comes to, in any currency and
// however the document is rounded.
func TestAcceptedTotalIsTheTotal(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := drawWorld(r)
		w.schema.Steps = append(w.schema.Steps, checkStep(pricing.ScopeOrder, pricing.CheckPolicy{Below: pricing.AcceptTheirs}))
		stated := money.FromMinor(rapid.Int64Range(0, 200_000).Draw(r, "stated"), w.request.Currency)
		before := price(t, w.engine(t), w.request)
		if before.Findings.With("pricing.negative") != nil {
			return
		}
		w.request.Stated = &stated
		got := price(t, w.engine(t), w.request)
		if got.Check.Outcome == pricing.AcceptTheirs {
			require.Equal(r, stated, got.Total)
			require.Empty(r, got.Findings.With("pricing.negative"))
		} else {
			require.Equal(r, before.Total, got.Total)
		}
	})
}

// pricing.md, guards: a negative line or order total is an error unless the schema
// allows it.
func TestNegativeTotals(t *testing.T) {
	statistical := discountStep("statistical", pricing.BaseList)
	statistical.Statistical = true
	manual := pricing.Step{Name: "manual", Kind: pricing.StepOverride, Base: pricing.BaseList}
	freight := pricing.Step{Name: "freight", Kind: pricing.StepCharge, Scope: pricing.ScopeOrder}
	// takesOff is a line from which a person takes an amount.
	takesOff := func(item, amount string) pricing.Line {
		l := line(item, 1)
		l.Overrides = []pricing.Override{{Step: "manual", Kind: pricing.TakeAmount, Amount: usd(amount), Actor: "a", Reason: "r"}}
		return l
	}
	for name, c := range map[string]struct {
		steps []pricing.Step
		rules []pricing.Rule
		lines []pricing.Line
		fees  []pricing.Charge // of the order
		paths []string
	}{
		"a line, not the order":              {[]pricing.Step{manual}, nil, []pricing.Line{takesOff("A", "11"), line("B", 1)}, nil, []string{"lines[0]"}},
		"a line and the order":               {[]pricing.Step{manual}, nil, []pricing.Line{takesOff("A", "31"), line("B", 1)}, nil, []string{"lines[0]", ""}},
		"its net, whatever freight adds":     {[]pricing.Step{manual, freight}, nil, []pricing.Line{takesOff("A", "11")}, []pricing.Charge{{Step: "freight", Amount: usd("5")}}, []string{"lines[0]"}},
		"a charge down to nothing":           {[]pricing.Step{freight}, nil, []pricing.Line{line("A", 1), line("B", 1)}, []pricing.Charge{{Step: "freight", Amount: usd("-30")}}, nil},
		"an order step goes down to nothing": {[]pricing.Step{orderStep("o")}, []pricing.Rule{always("o", percent("100%"))}, []pricing.Line{line("A", 1), line("B", 1)}, nil, nil},
		"a statistical step is no total":     {[]pricing.Step{statistical}, []pricing.Rule{always("statistical", percent("300%"))}, []pricing.Line{line("A", 1)}, nil, nil},
		"nothing is not negative":            {[]pricing.Step{manual}, nil, []pricing.Line{takesOff("A", "10")}, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := setup{schema: schemaOf(c.steps...), rules: c.rules, records: []pricing.Record{listPrice("A", "10 USD"), listPrice("B", "20 USD")}}
			r := request(c.lines...)
			r.Charges = c.fees
			var paths []string
			for _, f := range price(t, s.engine(t), r).Findings {
				assert.Equal(t, "pricing.negative", f.Code)
				assert.Equal(t, finding.Block, f.Severity)
				paths = append(paths, f.Path)
			}
			assert.Equal(t, c.paths, paths)
			s.schema.AllowNegative = true
			assert.Empty(t, price(t, s.engine(t), r).Findings)
		})
	}
}
