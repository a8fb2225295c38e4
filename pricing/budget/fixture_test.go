package budget_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing/budget"
)

// noon is when things happen unless a test says otherwise.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func usd(number string) money.Amount { return money.MustParse(number + " USD") }

// desk drives a register in a test, and keeps the events.
type desk struct {
	t testing.TB
	*budget.Register
	now    time.Time
	events []any
}

func newDesk(t testing.TB, limits ...budget.Limit) *desk {
	t.Helper()
	d := &desk{t: t, Register: budget.New(budget.Config{}), now: noon}
	for _, l := range limits {
		d.set(l)
	}
	return d
}

func (d *desk) set(l budget.Limit) {
	d.t.Helper()
	e, err := d.SetLimit(d.now, budget.Setting{Limit: l, Actor: "ann", Reason: "sale"})
	require.NoError(d.t, err)
	d.events = append(d.events, e)
}

// reserve asks for usages until the next day.
func (d *desk) reserve(key, customer string, usages ...budget.Usage) error {
	d.t.Helper()
	e, err := d.Reserve(d.now, budget.Request{Key: key, Customer: customer, Expires: d.now.Add(24 * time.Hour), Usages: usages})
	if err == nil && !e.Replayed {
		d.events = append(d.events, e)
	}
	return err
}

func (d *desk) commit(key string) error {
	e, err := d.Commit(d.now, key)
	if err == nil && !e.Replayed {
		d.events = append(d.events, e)
	}
	return err
}

func (d *desk) release(key string) error {
	e, err := d.Release(d.now, key, "cancelled")
	if err == nil && !e.Replayed {
		d.events = append(d.events, e)
	}
	return err
}

func (d *desk) limit(name string) budget.LimitState {
	d.t.Helper()
	s, err := d.Limit(d.now, name)
	require.NoError(d.t, err)
	return s
}

func (d *desk) state() budget.State {
	d.t.Helper()
	s, err := d.State(d.now)
	require.NoError(d.t, err)
	return s
}

// replay builds a register from events.
func replay(t tester, events []any) *budget.Register {
	t.Helper()
	g := budget.New(budget.Config{})
	for _, e := range events {
		require.NoError(t, g.Apply(e))
	}
	return g
}

func use(limit string, uses int64) budget.Usage { return budget.Usage{Limit: limit, Uses: uses} }

func spend(limit, amount string) budget.Usage {
	return budget.Usage{Limit: limit, Amount: usd(amount)}
}

// tester is a test, or a check of a property.
type tester interface {
	require.TestingT
	Helper()
}
