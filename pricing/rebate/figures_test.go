package rebate_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing/rebate"
)

// pricing.md, rebates: 7,000 at 2% = 140 accrued and paid; final 27,000 at 4% = 1,080, so pay 940.
func TestFigurePartialAndFinalSettlement(t *testing.T) {
	d := newDesk(t, agreed())
	assert.Equal(t, usd("140"), only(t, d.bill("INV-1", march2, "7000")).Amount)
	partial := d.settle("CR-1", false)
	assert.Equal(t, usd("140"), partial.Pay)
	assert.Equal(t, rebate.PeriodState{
		Agreement: "R-7", From: calendar.MustDate("2026-01-01"), Turnover: rebate.Turnover{Value: usd("7000")},
		Accrued: usd("140"), Paid: usd("140"),
	}, d.period())

	e := only(t, d.bill("INV-2", march2, "20000"))
	assert.Equal(t, usd("800"), e.Amount, "4% of the line itself")
	assert.Equal(t, usd("140"), e.CatchUp, "2% more for the 7,000 before")
	final := d.settle("CR-2", true)
	assert.Equal(t, usd("1080"), final.Earned)
	assert.Equal(t, usd("940"), final.Pay)
	assert.Equal(t, 2, final.Tier)
	assert.Equal(t, d.State(), replay(t, d.events).State())
}

// pricing.md, rebates: under 5,000: 0.
func TestFigureBelowTheFirstTier(t *testing.T) {
	d := newDesk(t, agreed())
	e := only(t, d.bill("INV-1", march2, "4999.99"))
	assert.Equal(t, usd("0"), e.Amount)
	assert.Equal(t, 0, e.Tier)
	assert.Equal(t, usd("0"), d.settle("CR-1", true).Pay)
	assert.Equal(t, usd("100.00"), only(t, d.bill("INV-2", march2, "0.01")).CatchUp, "4,999.99 at 2%, rounded")
	assert.Equal(t, usd("100.00"), d.period().Accrued)
}

// pricing.md, decisions: a rebate settlement may be negative.
func TestFigureNegativeSettlement(t *testing.T) {
	d := newDesk(t, agreed())
	d.bill("INV-1", march2, "27000")
	assert.Equal(t, usd("1080"), d.settle("CR-1", false).Pay)
	e := only(t, d.bill("CM-1", march2, "-20000"))
	assert.Equal(t, usd("-400"), e.Amount, "2% of what came back")
	assert.Equal(t, usd("-540"), e.CatchUp, "and the tier is lost for the rest: 27,000 x 2%")
	assert.Equal(t, usd("-940"), d.settle("CR-2", true).Pay)
	assert.Equal(t, usd("140"), d.period().Accrued)
}

// tiers in the words of tests: threshold, grant.
func rates(list ...string) []rebate.Tier {
	var tiers []rebate.Tier
	for i := 0; i < len(list); i += 2 {
		tiers = append(tiers, rebate.Tier{Value: usd(list[i]), Rate: money.MustRate(list[i+1])})
	}
	return tiers
}

func amounts(per int64, list ...string) []rebate.Tier {
	var tiers []rebate.Tier
	for i := 0; i < len(list); i += 2 {
		tiers = append(tiers, rebate.Tier{Quantity: quantity.MustParse(list[i]), Amount: usd(list[i+1]), Per: per})
	}
	return tiers
}

func TestEarned(t *testing.T) {
	value := func(n string) rebate.Turnover { return rebate.Turnover{Value: usd(n)} }
	units := func(n int64) rebate.Turnover { return rebate.Turnover{Value: usd("1000000"), Quantity: each(n)} }
	million := rates("0", "1%", "1000000", "2%", "2500000", "3%")
	for name, c := range map[string]struct {
		basis    rebate.Basis
		reach    rebate.Reach
		tiers    []rebate.Tier
		rounding money.Rounding
		turnover rebate.Turnover
		want     string
		tier     int
	}{
		// The tiers of a request to a large ERP's rebate module: 1% up to 1m, 2% to 2.5m, 3% beyond; 3.2m.
		"1% 2% 3% beyond":          {rebate.Value, rebate.Beyond, million, money.HalfUp, value("3200000"), "61000.00", 3},
		"1% 2% 3% retroactive":     {rebate.Value, rebate.Retroactive, million, money.HalfUp, value("3200000"), "96000.00", 3},
		"beyond, at a threshold":   {rebate.Value, rebate.Beyond, million, money.HalfUp, value("1000000"), "10000.00", 2},
		"beyond, a cent more":      {rebate.Value, rebate.Beyond, million, money.HalfUp, value("1000000.50"), "10000.01", 2},
		"retroactive, a cent less": {rebate.Value, rebate.Retroactive, million, money.HalfUp, value("999999.99"), "10000.00", 1},
		"a franchise is not paid":  {rebate.Value, rebate.Beyond, rates("500000", "2%"), money.HalfUp, value("600000"), "2000.00", 1},
		"rounded once":             {rebate.Value, rebate.Beyond, rates("0", "1%", "0.50", "2%"), money.HalfUp, value("0.75"), "0.01", 2},
		"rounded down":             {rebate.Value, rebate.Retroactive, rates("0", "1.5%"), money.Down, value("99.99"), "1.49", 1},
		"rounded half even":        {rebate.Value, rebate.Retroactive, rates("0", "0.5%"), money.HalfEven, value("9"), "0.04", 1},
		"rounded half up":          {rebate.Value, rebate.Retroactive, rates("0", "0.5%"), money.HalfUp, value("9"), "0.05", 1},
		"less than nothing":        {rebate.Value, rebate.Retroactive, rates("0", "1%"), money.HalfUp, value("-1000"), "0.00", 0},
		// The accrual rate of a large suite's documentation: 2.00 for every 10 pieces.
		"2.00 for 10 pieces":       {rebate.Quantity, rebate.Retroactive, amounts(10, "0 EA", "2.00"), money.HalfUp, units(125), "25.00", 1},
		"for 3 pieces, rounded":    {rebate.Quantity, rebate.Beyond, amounts(3, "0 EA", "1.00", "10 EA", "2.00"), money.HalfUp, units(11), "4.00", 2},
		"amounts, all of it":       {rebate.Quantity, rebate.Retroactive, amounts(0, "100 EA", "0.10", "1000 EA", "0.25"), money.HalfUp, units(1200), "300.00", 2},
		"amounts, beyond":          {rebate.Quantity, rebate.Beyond, amounts(0, "100 EA", "0.10", "1000 EA", "0.25"), money.HalfUp, units(1200), "140.00", 2},
		"a rate by quantity":       {rebate.Quantity, rebate.Retroactive, []rebate.Tier{{Quantity: each(10), Rate: money.MustRate("3%")}}, money.HalfUp, units(10), "30000.00", 1},
		"an amount by value":       {rebate.Value, rebate.Retroactive, []rebate.Tier{{Value: usd("10"), Amount: usd("0.50")}}, money.HalfUp, units(7), "3.50", 1},
		"more than 63 bits inside": {rebate.Value, rebate.Retroactive, rates("0", "33.333333333333%"), money.HalfUp, value("90000000000000000"), "29999999999999700.00", 1},
	} {
		t.Run(name, func(t *testing.T) {
			a := agreed()
			a.Unit, a.Basis, a.Reach, a.Tiers, a.Rounding = quantity.Each, c.basis, c.reach, c.tiers, c.rounding
			newDesk(t, a)
			got, err := a.Earned(c.turnover)
			require.NoError(t, err)
			assert.Equal(t, rebate.Earning{Amount: usd(c.want), Tier: c.tier}, got)
		})
	}
}

// Two complaints in public forums: nothing is accrued until late in the year, and then a leap. With a forecast the accrual
// follows the turnover that is expected; the settlement pays what was earned.
func TestForecast(t *testing.T) {
	a := agreed()
	a.Tiers = rates("500000", "2%", "1000000", "3%")
	a.Forecast = rebate.Turnover{Value: usd("1200000")}
	d := newDesk(t, a)
	e := only(t, d.bill("INV-1", march2, "100000"))
	assert.Equal(t, usd("3000"), e.Amount, "3%, though nothing is reached")
	assert.Equal(t, 2, e.Tier)
	s := d.settle("CR-1", false)
	assert.Equal(t, usd("0"), s.Pay)
	assert.Equal(t, usd("3000"), d.period().Accrued, "a partial settlement leaves the accrual")
	e = only(t, d.bill("INV-2", march2, "800000"))
	assert.Equal(t, usd("24000"), e.Amount)
	assert.Zero(t, e.CatchUp)
	final := d.settle("CR-2", true)
	assert.Equal(t, usd("18000"), final.Pay, "900,000 at 2%")
	assert.Equal(t, usd("-9000"), final.Adjust)
	assert.Equal(t, usd("18000"), d.period().Accrued)
	e = only(t, d.bill("INV-3", march2, "50000"))
	assert.Equal(t, usd("1000"), e.Amount, "after the final settlement the forecast is past")
	assert.Zero(t, e.CatchUp)
	e = only(t, d.bill("INV-4", march2, "50000"))
	assert.Equal(t, usd("9500"), e.CatchUp, "1% of 950,000")
	assert.Equal(t, usd("1500"), e.Amount)

	a.ID, a.Reach = "R-7", rebate.Beyond
	d = newDesk(t, a)
	e = only(t, d.bill("INV-1", march2, "300000"))
	assert.Equal(t, usd("4000"), e.Amount, "a quarter of (500,000 x 2% + 200,000 x 3%)")
	e = only(t, d.bill("INV-2", march2, "300000"))
	assert.Equal(t, usd("4000"), e.Amount)
	assert.Zero(t, e.CatchUp, "the share of the forecast grows evenly")
	d.bill("INV-2a", march2, "600000")
	assert.Equal(t, usd("16000"), d.period().Accrued, "the forecast is reached")
	d.bill("INV-3", march2, "100000")
	assert.Equal(t, usd("19000"), d.period().Accrued, "and passed")
	assert.Equal(t, d.State(), replay(t, d.events).State())
}

func TestPeriods(t *testing.T) {
	valid := calendar.Period{From: calendar.MustDate("2026-02-10"), To: calendar.MustDate("2027-05-20")}
	for _, c := range []struct {
		periods rebate.Periods
		day     string
		want    string
	}{
		{rebate.Whole, "2026-08-01", "2026-02-10..2027-05-20"},
		{rebate.Months, "2026-02-28", "2026-02-10..2026-02-28"},
		{rebate.Months, "2026-12-01", "2026-12-01..2026-12-31"},
		{rebate.Months, "2027-05-20", "2027-05-01..2027-05-20"},
		{rebate.Quarters, "2026-02-10", "2026-02-10..2026-03-31"},
		{rebate.Quarters, "2026-06-30", "2026-04-01..2026-06-30"},
		{rebate.Quarters, "2026-11-15", "2026-10-01..2026-12-31"},
		{rebate.Years, "2026-02-10", "2026-02-10..2026-12-31"},
		{rebate.Years, "2027-01-01", "2027-01-01..2027-05-20"},
		{rebate.Months, "2026-02-09", ""},
		{rebate.Years, "2027-05-21", ""},
	} {
		t.Run(fmt.Sprint(c.periods, " ", c.day), func(t *testing.T) {
			a := agreed()
			a.Valid, a.Periods = valid, c.periods
			p, ok := a.Period(calendar.MustDate(c.day))
			assert.Equal(t, c.want != "", ok)
			if ok {
				assert.Equal(t, c.want, p.String())
			}
		})
	}
}

// A new period begins at nothing.
func TestPeriodsDoNotMix(t *testing.T) {
	d := newDesk(t, agreed())
	d.bill("INV-1", march2, "7000")
	e := only(t, d.bill("INV-2", calendar.MustDate("2026-04-01"), "4000"))
	assert.Equal(t, usd("0"), e.Amount)
	assert.Equal(t, calendar.MustDate("2026-04-01"), e.Period)
	e = only(t, d.bill("CM-1", march2, "-1000"))
	assert.Equal(t, usd("-20"), e.Amount, "a credit memo with the invoice's date counts in its period")
}
