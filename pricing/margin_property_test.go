package pricing_test

import (
	"fmt"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

// marginWorld is a random request of lines with costs, and a floor.
type marginWorld struct {
	setup
	request  pricing.Request
	currency money.Currency
	floor    *big.Rat
	scope    pricing.Scope
}

func drawMarginWorld(r *rapid.T, scope pricing.Scope) *marginWorld {
	w := &marginWorld{scope: scope}
	w.currency = rapid.SampledFrom([]money.Currency{money.USD, money.JPY, money.KWD}).Draw(r, "currency")
	parts := rapid.Int64Range(-2000, 9900).Draw(r, "floor")
	floor, err := money.ParseRate(fmt.Sprintf("%d.%02d%%", parts/100, max(parts, -parts)%100))
	require.NoError(r, err)
	w.floor = floor.Decimal().Rat()
	d := discountStep("d", pricing.BaseRunning)
	d.Exact = rapid.Bool().Draw(r, "exact")
	step := floorStep("floor", scope, "0%", pricing.Clamp)
	step.Margin.Floor = floor
	w.schema = schemaOf(d, orderStep("o"), accrualStep("rebate"), step)
	w.schema.Rounding = rapid.SampledFrom([]money.Rounding{money.HalfUp, money.HalfEven, money.HalfDown, money.Up, money.Down}).Draw(r, "mode")
	w.schema.Document = rapid.SampledFrom([]pricing.DocumentRounding{pricing.RoundLines, pricing.RoundTotal}).Draw(r, "document")
	w.request = request()
	w.request.Currency = w.currency
	rate := func(name string, most int64) pricing.Discount {
		return percent(fmt.Sprintf("%d.%d%%", rapid.Int64Range(0, most).Draw(r, name), rapid.Int64Range(0, 9).Draw(r, name)))
	}
	for n := range rapid.IntRange(1, 4).Draw(r, "lines") {
		item := fmt.Sprintf("I%d", n)
		record := pricing.Record{ID: item, Key: pricing.Key{Item: item}, Price: money.FromMinor(rapid.Int64Range(0, 900).Draw(r, "price"), w.currency), Unit: quantity.Each}
		w.records = append(w.records, record)
		w.rules = append(w.rules, pricing.Rule{ID: "d-" + item, Group: "d", When: fmt.Sprintf("item == %q", item), Then: rate("discount", 60)})
		l := pricing.Line{ID: fmt.Sprint(n + 1), Item: item, Quantity: ea(rapid.Int64Range(1, 3).Draw(r, "quantity"))}
		l.Cost = &pricing.Price{Amount: money.FromMinor(rapid.Int64Range(0, 900).Draw(r, "cost"), w.currency), Per: rapid.SampledFrom([]int64{0, 1, 3, 7}).Draw(r, "per")}
		w.request.Lines = append(w.request.Lines, l)
	}
	w.rules = append(w.rules, always("o", rate("order discount", 30)), always("rebate", rate("rebate", 20)))
	return w
}

// holds tells in fractions whether so many minor units of the lines have the
// margin.
func (w *marginWorld) holds(units int64, m *pricing.Margin, lines ...pricing.Line) bool {
	scale := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(w.currency.Digits())), nil))
	net := new(big.Rat).Mul(new(big.Rat).SetInt64(units), scale)
	need := m.Accrued.Decimal().Rat()
	for _, l := range lines {
		each := new(big.Rat).Quo(l.Cost.Amount.Decimal().Rat(), new(big.Rat).SetInt64(max(l.Cost.Per, 1)))
		need.Add(need, each.Mul(each, l.Quantity.Decimal().Rat()))
	}
	profit := new(big.Rat).Sub(net, need)
	return profit.Cmp(new(big.Rat).Mul(net, w.floor)) >= 0
}

// leastUnits counts up from the minor units given to the first that have the
// margin.
func (w *marginWorld) leastUnits(from int64, m *pricing.Margin, line pricing.Line) int64 {
	for !w.holds(from, m, line) {
		from++
	}
	return from
}

func minor(t require.TestingT, a money.Amount) int64 {
	units, whole := a.Minor()
	require.True(t, whole, "%s is in whole minor units", a)
	return units
}

// wholeUnits are the whole minor units of an amount that is not negative.
func wholeUnits(t require.TestingT, a money.Amount) int64 {
	down, err := a.RoundMinor(money.Down)
	require.NoError(t, err)
	return minor(t, down)
}

// A clamped line has the margin, a minor unit less has not, and a line that has
// the margin is left alone: checked by counting minor units one by one.
func TestClampOfALineIsTheLeastRaise(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := drawMarginWorld(r, pricing.ScopeLine)
		w.request.Trace = rapid.SampledFrom([]pricing.Trace{pricing.TraceOff, pricing.TraceFull}).Draw(r, "trace")
		got := price(t, w.engine(t), w.request)
		for i := range got.Lines {
			l := &got.Lines[i]
			require.True(r, w.holds(minor(r, l.Total), l.Margin, w.request.Lines[i]), "line %s: %s", l.ID, l.Total)
			before := l.Total
			for n := range l.Entries {
				if e := &l.Entries[n]; e.Kind == pricing.StepMargin {
					before = e.Before
					if e.Counts() {
						least := w.leastUnits(wholeUnits(r, e.Before), l.Margin, w.request.Lines[i])
						require.Equal(r, least, minor(r, e.After), "the least net that has it")
						require.Equal(r, e.After, l.Total, "nothing moves it afterwards")
					} else {
						require.True(r, w.holds(wholeUnits(r, e.Before), l.Margin, w.request.Lines[i]))
					}
				}
			}
			require.LessOrEqual(r, wholeUnits(r, before), minor(r, l.Total), "it is never lowered")
		}
	})
}

// The same for the order, and the raise takes discounts back before it goes above
// a list value.
func TestClampOfTheOrderIsTheLeastRaise(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := drawMarginWorld(r, pricing.ScopeOrder)
		got := price(t, w.engine(t), w.request)
		var clamp *pricing.Entry
		for n := range got.Entries {
			if got.Entries[n].Kind == pricing.StepMargin {
				clamp = &got.Entries[n]
			}
		}
		require.True(r, w.holds(minor(r, got.Total), got.Margin, w.request.Lines...), "the order: %s", got.Total)
		var before, lists int64
		for i := range got.Lines {
			lists += wholeUnits(r, got.Lines[i].List)
			for n := range got.Lines[i].Entries {
				if e := &got.Lines[i].Entries[n]; e.Kind == pricing.StepMargin {
					before += wholeUnits(r, e.Before)
				}
			}
		}
		if clamp == nil {
			require.Empty(r, got.Findings.With("pricing.margin.clamped"))
			return
		}
		raise := minor(r, clamp.Amount)
		// The costs of the lines are rounded up one by one, so that their sum can be
		// above the exact one: the least raise is that for the sum.
		asRecorded := pricing.Line{Quantity: ea(1), Cost: &pricing.Price{Amount: got.Margin.Cost}}
		require.False(r, w.holds(minor(r, got.Margin.Net)-1, got.Margin, asRecorded), "a minor unit less has not")
		var parts int64
		for i := range got.Lines {
			l := &got.Lines[i]
			for n := range l.Entries {
				if e := &l.Entries[n]; e.Kind == pricing.StepMargin {
					part := minor(r, e.Amount)
					require.GreaterOrEqual(r, part, int64(0))
					parts += part
					if minor(r, got.Margin.Net) <= lists-int64(len(got.Lines)) { // each line's fraction aside
						require.LessOrEqual(r, part, max(0, wholeUnits(r, l.List)-wholeUnits(r, e.Before)), "line %s", l.ID)
					}
				}
			}
		}
		require.Equal(r, raise, parts)
	})
}

// What is wanted, given back as approvals, lets the order go on.
func TestWantedApprovalsAreEnough(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := drawMarginWorld(r, rapid.SampledFrom([]pricing.Scope{pricing.ScopeLine, pricing.ScopeOrder}).Draw(r, "scope"))
		w.schema.Steps[len(w.schema.Steps)-1].Margin.Outcome = pricing.RequireApproval
		e := w.engine(t)
		held := price(t, e, w.request)
		require.Len(r, held.Wanted, len(held.Findings.With("pricing.margin.approval")))
		for _, wanted := range held.Wanted {
			a := pricing.Approval{Step: wanted.Step, Actor: "m.anager", Reason: "r", At: priceDate(), UpTo: wanted.Short}
			if wanted.Line == "" {
				w.request.Approvals = append(w.request.Approvals, a)
			}
			for i := range w.request.Lines {
				if w.request.Lines[i].ID == wanted.Line {
					w.request.Lines[i].Approvals = append(w.request.Lines[i].Approvals, a)
				}
			}
		}
		free := price(t, e, w.request)
		require.Empty(r, free.Findings.With("pricing.margin.approval"), free.Findings)
		require.Equal(r, held.Total, free.Total)
		require.Empty(r, free.Wanted)
	})
}
