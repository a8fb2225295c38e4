package credit_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
)

// desk drives a ledger in a test that expects everything to work.
type desk struct {
	t *testing.T
	*credit.Ledger
	now    time.Time
	events []any
}

func at(day string) time.Time { return calendar.MustDate(day).In(time.UTC).Add(9 * time.Hour) }

func usd(number string) money.Amount { return money.MustParse(number + " USD") }

func newDesk(t *testing.T, cfg credit.Config, accounts ...credit.Account) *desk {
	t.Helper()
	ledger, err := credit.New(cfg)
	require.NoError(t, err)
	d := &desk{t: t, Ledger: ledger, now: at("2026-03-02")}
	for _, a := range accounts {
		d.set(a)
	}
	return d
}

func acme(limit string) credit.Account {
	return credit.Account{ID: "ACME", Currency: money.USD, Terms: "N30", Limit: &credit.Limit{Amount: usd(limit)}}
}

func dynamic(a credit.Account, days int) credit.Account {
	a.HorizonDays = &days
	return a
}

func (d *desk) day(n int) calendar.Date { return calendar.MustDate("2026-03-02").AddDays(n) }

func (d *desk) keep(event any, err error) {
	d.t.Helper()
	require.NoError(d.t, err)
	d.events = append(d.events, event)
}

func (d *desk) set(a credit.Account) {
	d.t.Helper()
	e, err := d.SetAccount(d.now, credit.Setting{Account: a, Actor: "ann", Reason: "review"})
	d.keep(e, err)
}

func (d *desk) ask(order, amount string, planned ...credit.Planned) credit.Decision {
	d.t.Helper()
	e, decision, err := d.Commit(context.Background(), d.now, credit.Request{
		Order: order, Account: "ACME", Amount: usd(amount), Planned: planned,
	})
	require.NoError(d.t, err)
	if decision.Outcome == credit.Passed {
		d.keep(e, nil)
	} else {
		require.Zero(d.t, e)
	}
	return decision
}

func (d *desk) passes(order, amount string, planned ...credit.Planned) {
	d.t.Helper()
	require.Equal(d.t, credit.Passed, d.ask(order, amount, planned...).Outcome)
}

// holds expects a hold for the causes of the codes, and nothing else that blocks.
func (d *desk) holds(order, amount string, codes ...string) finding.List {
	d.t.Helper()
	decision := d.ask(order, amount)
	require.Equal(d.t, credit.Held, decision.Outcome)
	var got []string
	for _, f := range decision.Findings() {
		if f.Severity == finding.Block {
			got = append(got, f.Code)
		}
	}
	require.Equal(d.t, codes, got)
	return decision.Findings()
}

func (d *desk) deliver(doc, order, amount string) {
	d.t.Helper()
	e, err := d.Deliver(d.now, credit.Delivery{Document: doc, Order: order, Account: "ACME", Amount: usd(amount)})
	d.keep(e, err)
}

func (d *desk) invoice(doc, amount string, due calendar.Date, bills ...credit.Billed) {
	d.t.Helper()
	e, err := d.Invoice(d.now, credit.Invoice{
		Document: doc, Account: "ACME", Amount: usd(amount), Date: due.AddDays(-30), Due: due, Bills: bills,
	})
	d.keep(e, err)
}

func (d *desk) post(doc string, part credit.Part, amount string) {
	d.t.Helper()
	e, err := d.Post(d.now, credit.Posting{Document: doc, Account: "ACME", Part: part, Amount: usd(amount)})
	d.keep(e, err)
}

func (d *desk) total(want string) {
	d.t.Helper()
	x, err := d.Exposure(d.now, "ACME")
	require.NoError(d.t, err)
	require.Equal(d.t, usd(want).String(), x.Total.String())
}

// credit.md: the static exposure.
func TestStaticExposure(t *testing.T) {
	d := newDesk(t, credit.Config{}, acme("100000"))
	d.invoice("R", "50000", d.day(20))
	d.passes("SO-1", "45000")
	d.deliver("D", "SO-1", "20000")
	d.post("DEP", credit.Deposits, "5000")
	d.total("90000")

	found := d.holds("SO-2", "15000", "credit.limit-exceeded")
	assert.Contains(t, found[0].Message, "short by 5,000.00 USD")
	d.total("90000")
	d.passes("SO-2", "10000")
	d.total("100000")
}

// credit.md: dynamic exposure with horizon.
func TestDynamicExposure(t *testing.T) {
	d := newDesk(t, credit.Config{}, dynamic(acme("100000"), 30))
	d.invoice("R", "50000", d.day(20))
	d.passes("SO-1", "45000", credit.Planned{Ship: d.day(31), Amount: usd("18000")}, credit.Planned{Ship: d.day(30), Amount: usd("7000")})
	d.deliver("D", "SO-1", "20000")
	d.post("DEP", credit.Deposits, "5000")
	d.total("72000")
	d.passes("SO-2", "15000")
	d.total("87000")

	again, err := d.Recheck(context.Background(), d.now, "SO-2", 0)
	require.NoError(t, err)
	assert.Equal(t, credit.Passed, again.Outcome)
	d.now = d.now.AddDate(0, 0, 1)
	d.total("105000") // the horizon has rolled over the 18,000
	again, err = d.Recheck(context.Background(), d.now, "SO-2", 0)
	require.NoError(t, err)
	assert.Equal(t, credit.Held, again.Outcome)
	assert.Len(t, again.Findings().With("credit.limit-exceeded"), 1)
}

// credit.md: over 30 days overdue 24,000 of 60,000 = 40% against 30%: block, while oldest 45 days against 60 passes.
func TestOverdue(t *testing.T) {
	d := newDesk(t, credit.Config{}, acme("100000"))
	d.invoice("LATE", "24000", d.day(-45))
	d.invoice("DUE", "36000", d.day(0))
	found := d.holds("SO-1", "100", "credit.overdue-share")
	assert.Contains(t, found[0].Message, "24,000.00 USD of 60,000.00 USD")

	x, err := d.Exposure(d.now, "ACME")
	require.NoError(t, err)
	assert.Equal(t, credit.Ageing{
		Overdue: usd("24000"), Over30: usd("24000"), Over60: usd("0"), Over90: usd("0"), OldestDays: 45,
	}, x.Ageing)
}

// credit.md: limit 10,000 x 90% tolerance - balance 5,000 = 4,000 free: 4,500 holds.
func TestTolerance(t *testing.T) {
	a := acme("10000")
	a.Limit.Tolerance = money.MustRate("90%")
	d := newDesk(t, credit.Config{}, a)
	d.invoice("R", "5000", d.day(20))
	x, err := d.Exposure(d.now, "ACME")
	require.NoError(t, err)
	assert.Equal(t, usd("4000"), *x.Available)
	d.holds("SO-1", "4500", "credit.limit-exceeded")
	d.passes("SO-1", "4000")
}

// credit.md: released at 1,000 with 10%.
func TestDeviation(t *testing.T) {
	for name, c := range map[string]struct {
		amounts []string
		last    credit.Outcome
	}{
		"at the deviation":                {[]string{"1100.00"}, credit.Passed},
		"a cent beyond it":                {[]string{"1100.01"}, credit.Held},
		"against the last approved":       {[]string{"1090", "1180"}, credit.Held},
		"within it twice":                 {[]string{"1090", "1100"}, credit.Passed},
		"down and up again":               {[]string{"500", "1100"}, credit.Passed},
		"only an increase is checked":     {[]string{"1090", "1000", "200"}, credit.Passed},
		"no increase, beyond or not":      {[]string{"1100.00", "1099.99"}, credit.Passed},
		"an increase after a decrease":    {[]string{"1100.00", "900", "1100.01"}, credit.Held},
		"finer than the approved amount":  {[]string{"1100.001"}, credit.Held},
		"finer, and within the deviation": {[]string{"1099.999"}, credit.Passed},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, credit.Config{Deviation: money.MustRate("10%")}, acme("100"))
			d.holds("SO-1", "1000", "credit.limit-exceeded")
			e, err := d.Approve(d.now, credit.Approval{
				Order: "SO-1", Account: "ACME", Amount: usd("1000"), Actor: "boss", Author: "clerk", Reason: "good customer",
			})
			d.keep(e, err)
			d.total("1000")
			standing := "1000"
			for i, amount := range c.amounts {
				decision := d.ask("SO-1", amount)
				if i < len(c.amounts)-1 {
					require.Equal(t, credit.Passed, decision.Outcome)
				} else {
					require.Equal(t, c.last, decision.Outcome)
				}
				if decision.Outcome == credit.Passed {
					standing = amount
					assert.NotEqual(t, credit.ByRules, decision.Basis)
					assert.False(t, decision.Findings().Blocks(), "what passes does not block")
				}
				d.total(standing)
			}
		})
	}
}

// credit.md: the long sequence.
func TestLifeOfExposure(t *testing.T) {
	d := newDesk(t, credit.Config{}, dynamic(acme("100000"), 10))
	d.invoice("R", "50000", d.day(20))
	d.passes("SO-1", "30000", credit.Planned{Ship: d.day(5), Amount: usd("20000")}, credit.Planned{Ship: d.day(11), Amount: usd("10000")})
	d.post("DEP", credit.Deposits, "5000")
	d.total("65000")
	d.deliver("D", "SO-1", "12000")
	d.total("65000")
	d.invoice("I", "12000", d.day(30), credit.Billed{Order: "SO-1", Amount: usd("12000")})
	d.total("65000")
	paid, err := d.Pay(d.now, credit.Payment{
		Document: "P", Account: "ACME", Amount: usd("20000"), Date: d.day(0), Applied: []credit.Applied{{Item: "R", Amount: usd("20000")}},
	})
	d.keep(paid, err)
	d.total("45000")
	cancelled, err := d.Cancel(d.now, credit.Cancellation{Document: "C", Order: "SO-1", Amount: usd("3000"), Ship: d.day(5)})
	d.keep(cancelled, err)
	d.total("42000")
	d.passes("SO-2", "40000")
	d.total("82000")
	d.now = d.now.AddDate(0, 0, 1)
	d.total("92000")
	d.holds("SO-3", "8000.01", "credit.limit-exceeded")
	d.passes("SO-3", "8000.00")
	d.total("100000")
}
