package rebate_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing/rebate"
)

// noon is when things happen unless a test says otherwise.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

var march2 = calendar.MustDate("2026-03-02")

func usd(number string) money.Amount { return money.MustParse(number + " USD") }

func each(n int64) quantity.Quantity { return quantity.New(n, quantity.Each) }

// tester is a test, or a check of a property.
type tester interface {
	require.TestingT
	Helper()
}

// desk drives a ledger in a test that expects everything to work, and keeps the events.
type desk struct {
	t tester
	*rebate.Ledger
	events []any
}

func newDesk(t tester, agreements ...rebate.Agreement) *desk {
	t.Helper()
	d := &desk{t: t, Ledger: rebate.New()}
	for _, a := range agreements {
		d.set(a)
	}
	return d
}

func (d *desk) set(a rebate.Agreement) {
	d.t.Helper()
	e, err := d.SetAgreement(noon, rebate.Setting{Agreement: a, Actor: "ann", Reason: "contract"})
	require.NoError(d.t, err)
	d.events = append(d.events, e)
}

// bill accrues a document of one line.
func (d *desk) bill(document string, day calendar.Date, net string) rebate.Accrued {
	d.t.Helper()
	return d.accrue(rebate.Billed{
		Document: document, Customer: "ACME", Date: day, Lines: []rebate.BilledLine{{ID: "1", Item: "HAMMER", Net: usd(net)}},
	})
}

func (d *desk) accrue(b rebate.Billed) rebate.Accrued {
	d.t.Helper()
	e, err := d.Accrue(noon, b)
	require.NoError(d.t, err)
	if len(e.Entries) > 0 && !e.Replayed {
		d.events = append(d.events, e)
	}
	return e
}

func (d *desk) settle(document string, final bool) rebate.Settled {
	d.t.Helper()
	e, err := d.Settle(noon, rebate.Settlement{Document: document, Agreement: "R-7", Day: march2, Final: final})
	require.NoError(d.t, err)
	if !e.Replayed {
		d.events = append(d.events, e)
	}
	return e
}

func (d *desk) period() rebate.PeriodState {
	d.t.Helper()
	p, err := d.Period("R-7", march2)
	require.NoError(d.t, err)
	return p
}

// agreed grants 2% from 5,000 and 4% from 20,000 of the turnover of a quarter.
func agreed() rebate.Agreement {
	return rebate.Agreement{
		ID: "R-7", Customers: []string{"ACME"}, Currency: money.USD, Valid: calendar.Period{From: calendar.MustDate("2026-01-01")},
		Periods: rebate.Quarters, Basis: rebate.Value, Reach: rebate.Retroactive,
		Tiers: []rebate.Tier{{Value: usd("5000"), Rate: money.MustRate("2%")}, {Value: usd("20000"), Rate: money.MustRate("4%")}},
	}
}

func replay(t tester, events []any) *rebate.Ledger {
	t.Helper()
	l := rebate.New()
	for _, e := range events {
		require.NoError(t, l.Apply(e))
	}
	return l
}

func only(t testing.TB, e rebate.Accrued) rebate.Entry {
	t.Helper()
	require.Len(t, e.Entries, 1)
	return e.Entries[0]
}
