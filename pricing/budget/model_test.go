package budget_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing/budget"
)

// model knows what every order has, and goes over all of them for every question. Money is in cents.
type model struct {
	now    int64 // seconds since noon
	caps   map[string]modelCaps
	orders map[string]modelOrder
}

type modelCaps struct {
	total, customer, order modelUse // 0: not bounded
	blocked                bool
}

type modelUse struct{ uses, cents int64 }

type modelOrder struct {
	customer string
	status   budget.Status
	expires  int64
	uses     map[string]modelUse
}

// counts tells whether the order takes anything now.
func (m *model) counts(o modelOrder) bool {
	return o.status == budget.StatusCommitted || o.status == budget.StatusHeld && o.expires > m.now
}

// taken adds up what the orders of a customer, or all, have of a limit, without one of them.
func (m *model) taken(limit, except string, of func(modelOrder) bool) modelUse {
	var sum modelUse
	for key, o := range m.orders {
		if key != except && m.counts(o) && of(o) {
			sum.uses += o.uses[limit].uses
			sum.cents += o.uses[limit].cents
		}
	}
	return sum
}

// allows decides by the definition: what an order has more than before must fit every bound.
func (m *model) allows(key, customer string, wants map[string]modelUse) bool {
	had := m.orders[key]
	if !m.counts(had) {
		had = modelOrder{}
	}
	for limit, w := range wants {
		caps, before := m.caps[limit], had.uses[limit]
		moreUses, moreCents := w.uses > before.uses, w.cents > before.cents
		if !moreUses && !moreCents {
			continue
		}
		if caps.blocked {
			return false
		}
		for _, b := range []struct{ cap, others modelUse }{
			{caps.total, m.taken(limit, key, func(modelOrder) bool { return true })},
			{caps.customer, m.taken(limit, key, func(o modelOrder) bool { return o.customer == customer })},
			{caps.order, modelUse{}},
		} {
			if moreUses && b.cap.uses > 0 && b.others.uses+w.uses > b.cap.uses ||
				moreCents && b.cap.cents > 0 && b.others.cents+w.cents > b.cap.cents {
				return false
			}
		}
	}
	return true
}

func cents(n int64) money.Amount {
	if n == 0 {
		return money.Amount{}
	}
	return money.FromMinor(n, money.USD)
}

func (c modelCaps) limit(name string) budget.Limit {
	as := func(u modelUse) budget.Cap { return budget.Cap{Uses: u.uses, Amount: cents(u.cents)} }
	return budget.Limit{
		Name: name, Currency: money.USD, Blocked: c.blocked,
		Total: as(c.total), PerCustomer: as(c.customer), PerOrder: as(c.order),
	}
}

// TestModel does random operations on a register and on the model: they decide alike and count alike, a limit that was
// never lowered is never exceeded, and the events give the same state again, in the order of the journal and in any
// other that keeps the events of each key in order.
func TestModel(t *testing.T) {
	names := []string{"A", "B", "C"}
	rapid.Check(t, func(rt *rapid.T) {
		g := budget.New(budget.Config{})
		m := &model{caps: map[string]modelCaps{}, orders: map[string]modelOrder{}}
		var events []any
		now := func() time.Time { return noon.Add(time.Duration(m.now) * time.Second) }
		amount := rapid.Int64Range(0, 6)
		bound := func(label string) modelUse {
			return modelUse{amount.Draw(rt, label+" uses"), amount.Draw(rt, label+" cents")}
		}
		lowered := map[string]bool{}
		set := func(name string) {
			c := modelCaps{bound("total"), bound("customer"), bound("order"), rapid.IntRange(0, 7).Draw(rt, "blocked") == 0}
			e, err := g.SetLimit(now(), budget.Setting{Limit: c.limit(name), Actor: "a", Reason: "r"})
			require.NoError(rt, err)
			if _, before := m.caps[name]; before {
				lowered[name] = true
			}
			if m.caps[name] = c; !e.Replayed {
				events = append(events, e)
			}
		}
		for _, n := range names {
			set(n)
		}
		key := rapid.SampledFrom([]string{"1", "2", "3", "4", "5"})
		rt.Repeat(map[string]func(*rapid.T){
			"set":  func(t *rapid.T) { set(rapid.SampledFrom(names).Draw(t, "limit")) },
			"wait": func(t *rapid.T) { m.now += rapid.Int64Range(1, 20).Draw(t, "seconds") },
			"reserve": func(t *rapid.T) {
				k := key.Draw(t, "key")
				customer := map[string]string{"1": "X", "2": "X", "3": "Y"}[k]
				req := budget.Request{Key: k, Customer: customer, Expires: now().Add(time.Duration(rapid.Int64Range(1, 30).Draw(t, "hold")) * time.Second)}
				wants := map[string]modelUse{}
				for _, n := range names {
					if u := (modelUse{amount.Draw(t, "uses"), amount.Draw(t, "cents")}); u != (modelUse{}) {
						wants[n] = u
						req.Usages = append(req.Usages, budget.Usage{Limit: n, Uses: u.uses, Amount: cents(u.cents)})
					}
				}
				if len(wants) == 0 {
					return
				}
				allowed := m.allows(k, customer, wants)
				e, err := g.Reserve(now(), req)
				require.Equal(t, allowed, err == nil, "%v", err)
				if err != nil {
					require.ErrorIs(t, err, budget.ErrExhausted)
					return
				}
				if e.Replayed {
					return
				}
				if rapid.IntRange(0, 4).Draw(t, "refused") == 0 {
					require.NoError(t, g.UndoReserve(e))
					return
				}
				events = append(events, e)
				o := modelOrder{customer, budget.StatusHeld, int64(req.Expires.Sub(noon) / time.Second), wants}
				if m.orders[k].status == budget.StatusCommitted {
					o.status = budget.StatusCommitted
				}
				m.orders[k] = o
			},
			"commit": func(t *rapid.T) {
				k := key.Draw(t, "key")
				o, known := m.orders[k]
				e, err := g.Commit(now(), k)
				require.Equal(t, known && m.counts(o), err == nil, "%v", err)
				if err != nil || e.Replayed {
					return
				}
				if rapid.IntRange(0, 4).Draw(t, "refused") == 0 {
					require.NoError(t, g.UndoCommit(e))
					return
				}
				events = append(events, e)
				o.status = budget.StatusCommitted
				m.orders[k] = o
			},
			"release": func(t *rapid.T) {
				k := key.Draw(t, "key")
				o, known := m.orders[k]
				e, err := g.Release(now(), k, "r")
				require.Equal(t, known, err == nil, "%v", err)
				if err != nil || e.Replayed {
					return
				}
				events = append(events, e)
				o.status = budget.StatusReleased
				m.orders[k] = o
			},
			"": func(t *rapid.T) {
				for _, n := range names {
					s, err := g.Limit(now(), n)
					require.NoError(t, err)
					held := m.taken(n, "", func(o modelOrder) bool { return o.status == budget.StatusHeld })
					firm := m.taken(n, "", func(o modelOrder) bool { return o.status == budget.StatusCommitted })
					require.Equal(t, budget.Taken{Uses: held.uses, Amount: cents(held.cents)}, s.Held, n)
					require.Equal(t, budget.Taken{Uses: firm.uses, Amount: cents(firm.cents)}, s.Committed, n)
					for _, c := range s.Customers {
						own := m.taken(n, "", func(o modelOrder) bool { return o.customer == c.Customer })
						require.Equal(t, budget.Taken{Uses: own.uses, Amount: cents(own.cents)}, c.Taken, n)
					}
					if c := m.caps[n].total; !lowered[n] {
						require.True(t, c.uses == 0 || held.uses+firm.uses <= c.uses, "%s: %d uses exceed %d", n, held.uses+firm.uses, c.uses)
						require.True(t, c.cents == 0 || held.cents+firm.cents <= c.cents, "%s: %d cents exceed %d", n, held.cents+firm.cents, c.cents)
					}
				}
			},
		})
		want := mustState(rt, g, now())
		require.Equal(rt, want, mustState(rt, replay(rt, events), now()))
		require.Equal(rt, want, mustState(rt, replay(rt, shuffled(rt, events)), now()), "in another order")
		require.Equal(rt, want, mustState(rt, replay(rt, append(slices.Clone(events), events...)), now()), "everything twice")
	})
}

// shuffled puts events into another order that keeps those of one key, and those of one limit, in theirs.
func shuffled(t *rapid.T, events []any) []any {
	groups := map[string][]any{}
	var of []string
	for _, e := range events {
		var group string
		switch e := e.(type) {
		case budget.LimitSet:
			group = "limit " + e.Limit.Name
		case budget.Reserved:
			group = e.Key
		case budget.Committed:
			group = e.Key
		case budget.Released:
			group = e.Key
		}
		groups[group] = append(groups[group], e)
		of = append(of, group)
	}
	mixed := make([]any, 0, len(events))
	for _, group := range rapid.Permutation(of).Draw(t, "order") {
		mixed = append(mixed, groups[group][0])
		groups[group] = groups[group][1:]
	}
	return mixed
}

// The heap of holds gives back everything whatever the ends are and whoever is released in between.
func TestManyHolds(t *testing.T) {
	const orders = 500
	d := newDesk(t, budget.Limit{Name: "L", Total: budget.Cap{Uses: orders}})
	for i := range orders {
		_, err := d.Reserve(noon, budget.Request{
			Key: fmt.Sprint(i), Expires: noon.Add(time.Duration(1+i*7919%orders) * time.Second), Usages: []budget.Usage{use("L", 1)},
		})
		require.NoError(t, err)
	}
	for i := 0; i < orders; i += 3 {
		require.NoError(t, d.release(fmt.Sprint(i)))
	}
	for seconds := 0; seconds <= orders; seconds += 50 {
		d.now = noon.Add(time.Duration(seconds) * time.Second)
		var want int64
		for i := range orders {
			if i%3 != 0 && 1+i*7919%orders > seconds {
				want++
			}
		}
		assert.Equal(t, want, d.limit("L").Held.Uses, "asked, after %d seconds", seconds)
		if err := d.reserve("one more", "", use("L", orders)); !errors.Is(err, budget.ErrExhausted) {
			require.NoError(t, err)
			require.Zero(t, want)
			require.NoError(t, d.release("one more"))
		}
		assert.Equal(t, want, d.limit("L").Held.Uses, "taken out, after %d seconds", seconds)
	}
}
