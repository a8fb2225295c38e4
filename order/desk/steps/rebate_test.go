package steps_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/desk/steps"
	"github.com/o2ckit/o2c/pricing/rebate"
)

func (h *house) openWithRebates(t *testing.T, l *rebate.Ledger) *desk.Desk {
	t.Helper()
	d, err := desk.Open(t.Context(), desk.Config{
		Journal: h.journal, Clock: h.clock.Now, Steps: h.creditSteps(),
		Folds: []desk.Fold{steps.FoldStock(h.stock), steps.FoldCredit(h.ledger), steps.FoldRebates(l), h.log, h.register},
	})
	require.NoError(t, err)
	return d
}

// An invoice sets aside what its lines earn, in the same append; what the host
// settles goes beside the orders; and all of it is there when the desk opens again.
func TestInvoiceAccruesRebates(t *testing.T) {
	h := newHouse(t)
	ledger := rebate.New()
	d := h.openWithRebates(t, ledger)
	h.supply(t)
	h.limit(t, "C1", "1000.00")
	set, err := ledger.SetAgreement(h.clock.now, rebate.Setting{Actor: "ann", Reason: "contract", Agreement: rebate.Agreement{
		ID: "R-1", Customers: []string{"C1"}, Categories: []string{"TOOLS"}, Currency: money.USD, Unit: quantity.Case,
		Valid: calendar.Period{From: calendar.MustDate("2026-01-01")}, Periods: rebate.Quarters, Basis: rebate.Quantity, Reach: rebate.Retroactive,
		Tiers: []rebate.Tier{{Quantity: quantity.New(2, quantity.Case), Rate: money.MustRate("5%")}},
	}})
	require.NoError(t, err)
	require.NoError(t, d.Record(t.Context(), "rebate/R-1", "ann", set))

	o := submit(t, d, document("PO1", "C1", want("HAMMER", 2, quantity.Case), want("NAILS", 100, quantity.Each)))
	_, err = h.shipper().Ship(t.Context(), d, o.ID, "MAIN", calendar.DateOf(h.clock.now))
	require.NoError(t, err)
	bill := h.biller()
	bill.Rebates = &steps.Rebates{Ledger: ledger, Items: h.items, Category: func(item string) string {
		return map[string]string{"HAMMER": "TOOLS"}[item]
	}}
	inv, err := bill.Bill(t.Context(), d, o.ID)
	require.NoError(t, err)
	day := calendar.DateOf(h.clock.now)
	s, err := ledger.Statement("R-1", day)
	require.NoError(t, err)
	require.Len(t, s.Lines, 1, "nails are no tools")
	assert.Equal(t, inv.Number, s.Lines[0].Document)
	assert.Equal(t, inv.Lines[0].Net, s.Lines[0].Net)
	assert.Equal(t, "2 CA", s.Lines[0].Quantity.String())
	five, err := inv.Lines[0].Net.MulRound(money.MustRate("5%"), 2, money.HalfUp)
	require.NoError(t, err)
	assert.Equal(t, five, s.Accrued)
	require.Positive(t, five.Sign())

	settled, err := ledger.Settle(h.clock.now, rebate.Settlement{Document: "CR-1", Agreement: "R-1", Day: day})
	require.NoError(t, err)
	require.NoError(t, d.Record(t.Context(), "rebate/R-1", "ann", settled))
	assert.Equal(t, five, settled.Pay)

	again := rebate.New()
	later := newHouse(t)
	later.journal = h.journal
	later.openWithRebates(t, again)
	assert.Equal(t, ledger.State(), again.State())
}

// An invoice that is not kept sets nothing aside.
func TestRefusedInvoiceAccruesNothing(t *testing.T) {
	h := newHouse(t)
	ledger := rebate.New()
	d := h.openWithRebates(t, ledger)
	h.supply(t)
	h.limit(t, "C1", "1000.00")
	_, err := ledger.SetAgreement(h.clock.now, rebate.Setting{Actor: "ann", Reason: "contract", Agreement: rebate.Agreement{
		ID: "R-1", Customers: []string{"C1"}, Currency: money.USD, Valid: calendar.Period{From: calendar.MustDate("2026-01-01")},
		Periods: rebate.Whole, Basis: rebate.Value, Reach: rebate.Beyond, Tiers: []rebate.Tier{{Rate: money.MustRate("5%")}},
	}})
	require.NoError(t, err)
	o := submit(t, d, document("PO1", "C1", want("HAMMER", 2, quantity.Each)))
	_, err = h.shipper().Ship(t.Context(), d, o.ID, "MAIN", calendar.DateOf(h.clock.now))
	require.NoError(t, err)
	before := ledger.State()
	later := newHouse(t)
	later.journal = h.journal
	later.openWithRebates(t, rebate.New())
	bill := h.biller()
	bill.Rebates = &steps.Rebates{}
	var lacks *steps.ConfigError
	_, err = bill.Bill(t.Context(), d, o.ID)
	require.ErrorAs(t, err, &lacks)
	bill.Rebates.Ledger = ledger
	_, err = bill.Bill(t.Context(), d, o.ID)
	require.ErrorIs(t, err, desk.ErrSuperseded)
	assert.Equal(t, before, ledger.State())
}
