package budget_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing/budget"
)

// Each case reserves for orders of their own, the last of which is refused for the reason or gets it all.
func TestBounds(t *testing.T) {
	march := calendar.Period{From: calendar.MustDate("2026-03-02"), To: calendar.MustDate("2026-03-31")}
	for name, c := range map[string]struct {
		limit     budget.Limit
		customers []string // one order each
		usage     budget.Usage
		want      string // of the last; empty: it passes
	}{
		"nothing stated":             {budget.Limit{}, []string{"A", "A", "A"}, use("L", 1e12), ""},
		"the last use":               {budget.Limit{Total: budget.Cap{Uses: 3}}, []string{"A", "B", "C"}, use("L", 1), ""},
		"one beyond the last use":    {budget.Limit{Total: budget.Cap{Uses: 2}}, []string{"A", "B", "C"}, use("L", 1), "L: 0 of 1 uses left in total"},
		"not all of several":         {budget.Limit{Total: budget.Cap{Uses: 5}}, []string{"A", "B"}, use("L", 3), "L: 2 of 3 uses left in total"},
		"once a customer":            {budget.Limit{PerCustomer: budget.Cap{Uses: 1}}, []string{"A", "B"}, use("L", 1), ""},
		"twice a customer":           {budget.Limit{PerCustomer: budget.Cap{Uses: 1}}, []string{"A", "B", "A"}, use("L", 1), "L: 0 of 1 uses left for the customer"},
		"too often in one order":     {budget.Limit{PerOrder: budget.Cap{Uses: 2}}, []string{"A"}, use("L", 3), "L: 2 of 3 uses left for one order"},
		"the last cent":              {budget.Limit{Currency: money.USD, Total: budget.Cap{Amount: usd("30.02")}}, []string{"A", "B"}, spend("L", "15.01"), ""},
		"one cent too much":          {budget.Limit{Currency: money.USD, Total: budget.Cap{Amount: usd("30.01")}}, []string{"A", "B"}, spend("L", "15.01"), "L: 15.00 USD of 15.01 USD left in total"},
		"uses and money both":        {budget.Limit{Currency: money.USD, Total: budget.Cap{Uses: 1, Amount: usd("20.00")}}, []string{"A", "B"}, budget.Usage{Limit: "L", Uses: 1, Amount: usd("15.00")}, "L: 0 of 1 uses and 5.00 USD of 15.00 USD left in total"},
		"money nobody counts":        {budget.Limit{}, []string{"A"}, budget.Usage{Limit: "L", Amount: money.MustParse("5 EUR")}, ""},
		"blocked":                    {budget.Limit{Blocked: true}, []string{"A"}, use("L", 1), "L: it gives nothing today"},
		"the first day":              {budget.Limit{Valid: march}, []string{"A"}, use("L", 1), ""},
		"before the first day":       {budget.Limit{Valid: calendar.Period{From: march.From.AddDays(1)}}, []string{"A"}, use("L", 1), "L: it gives nothing today"},
		"after the last day":         {budget.Limit{Valid: calendar.Period{To: march.From.AddDays(-1)}}, []string{"A"}, use("L", 1), "L: it gives nothing today"},
		"orders of nobody are one's": {budget.Limit{PerCustomer: budget.Cap{Uses: 1}}, []string{"", ""}, use("L", 1), "L: 0 of 1 uses left for the customer"},
	} {
		t.Run(name, func(t *testing.T) {
			c.limit.Name = "L"
			d := newDesk(t, c.limit)
			last := len(c.customers) - 1
			for i, customer := range c.customers[:last] {
				require.NoError(t, d.reserve(string(rune('a'+i)), customer, c.usage))
			}
			before := d.state()
			err := d.reserve("last", c.customers[last], c.usage)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			var short *budget.ExhaustedError
			require.ErrorAs(t, err, &short)
			require.ErrorIs(t, err, budget.ErrExhausted)
			assert.Equal(t, `budget: order "last" cannot have `+c.want, err.Error())
			assert.Equal(t, []string{"L"}, short.Names())
			assert.Equal(t, before, d.state(), "nothing changed")
		})
	}
}

func TestAllOrNothing(t *testing.T) {
	d := newDesk(t, budget.Limit{Name: "A", Total: budget.Cap{Uses: 1}}, budget.Limit{Name: "B", Total: budget.Cap{Uses: 1}},
		budget.Limit{Name: "C", Total: budget.Cap{Uses: 9}})
	require.NoError(t, d.reserve("SO-1", "X", use("A", 1), use("B", 1)))
	err := d.reserve("SO-2", "Y", use("C", 1), use("B", 1), use("A", 1))
	var short *budget.ExhaustedError
	require.ErrorAs(t, err, &short)
	assert.Equal(t, []string{"A", "B"}, short.Names(), "all that is short is named")
	assert.Zero(t, d.limit("C").Held, "and nothing is taken")
	require.NoError(t, d.reserve("SO-2", "Y", use("C", 1)), "without them it passes")
}

// An order that changed is asked for the difference only.
func TestReserveAgain(t *testing.T) {
	limit := budget.Limit{Name: "B", Currency: money.USD, Total: budget.Cap{Amount: usd("100.00")}}
	d := newDesk(t, limit, budget.Limit{Name: "OTHER", Total: budget.Cap{Uses: 1}})
	require.NoError(t, d.reserve("SO-1", "X", spend("B", "40.00")))
	require.NoError(t, d.reserve("SO-2", "Y", spend("B", "50.00")))
	require.NoError(t, d.reserve("SO-1", "X", spend("B", "50.00")), "10.00 more, and 10.00 are left")
	var short *budget.ExhaustedError
	require.ErrorAs(t, d.reserve("SO-1", "X", spend("B", "50.01")), &short)
	assert.Equal(t, usd("0.01"), short.Shortages[0].Amount, "what is asked for more")
	assert.Equal(t, usd("0.00"), *short.Shortages[0].Left.Amount)
	assert.Equal(t, usd("100.00"), d.limit("B").Held.Amount, "what it had it keeps")

	require.NoError(t, d.commit("SO-1"))
	require.NoError(t, d.reserve("SO-1", "X", spend("B", "20.00")), "less")
	assert.Equal(t, usd("20.00"), d.limit("B").Committed.Amount, "it stays committed")
	require.NoError(t, d.reserve("SO-1", "X", use("OTHER", 1)), "something else instead")
	assert.Equal(t, budget.Taken{Uses: 0}, d.limit("B").Committed)
	assert.Equal(t, budget.Taken{Uses: 1}, d.limit("OTHER").Committed)

	limit.Total.Amount = usd("10.00")
	d.set(limit)
	require.NoError(t, d.reserve("SO-2", "Y", spend("B", "49.00")), "less passes against a limit that was lowered below it")
	require.ErrorIs(t, d.reserve("SO-2", "Y", spend("B", "49.01")), budget.ErrExhausted)
	assert.Equal(t, usd("0.00"), *d.limit("B").Left.Amount)
	limit.Blocked = true
	d.set(limit)
	require.NoError(t, d.reserve("SO-2", "Y", spend("B", "48.00")), "and against one that is blocked")
	assert.Equal(t, d.state(), mustState(t, replay(t, d.events), d.now))
}

func mustState(t tester, g *budget.Register, now time.Time) budget.State {
	t.Helper()
	s, err := g.State(now)
	require.NoError(t, err)
	return s
}

func TestReplayed(t *testing.T) {
	d := newDesk(t, budget.Limit{Name: "B", Total: budget.Cap{Uses: 3}})
	req := budget.Request{Key: "SO-1", Customer: "X", Expires: noon.Add(time.Hour), Usages: []budget.Usage{use("B", 1), use("B", 1)}}
	first, err := d.Reserve(noon, req)
	require.NoError(t, err)
	assert.Equal(t, []budget.Usage{use("B", 2)}, first.Usages, "usages of one limit are added up")
	again, err := d.Reserve(noon.Add(time.Minute), req)
	require.NoError(t, err)
	assert.True(t, again.Replayed)
	again.Replayed = false
	assert.Equal(t, first, again)
	req.Expires = req.Expires.Add(time.Hour)
	longer, err := d.Reserve(noon.Add(time.Minute), req)
	require.NoError(t, err)
	assert.False(t, longer.Replayed, "a later end is news")
	assert.Equal(t, uint64(2), longer.Revision)
	assert.Equal(t, int64(2), d.limit("B").Held.Uses)

	committed, err := d.Commit(noon, "SO-1")
	require.NoError(t, err)
	twice, err := d.Commit(noon.Add(time.Hour), "SO-1")
	require.NoError(t, err)
	assert.True(t, twice.Replayed)
	assert.Equal(t, committed.Revision, twice.Revision)
	released, err := d.Release(noon, "SO-1", "why")
	require.NoError(t, err)
	twiceReleased, err := d.Release(noon, "SO-1", "another why")
	require.NoError(t, err)
	assert.True(t, twiceReleased.Replayed)
	twiceReleased.Replayed = false
	assert.Equal(t, released, twiceReleased)
	var state *budget.StateError
	_, err = d.Commit(noon, "SO-1")
	require.ErrorAs(t, err, &state)
	anew, err := d.Reserve(noon, req)
	require.NoError(t, err)
	assert.False(t, anew.Replayed, "what was released is reserved anew")
	assert.Equal(t, int64(2), d.limit("B").Held.Uses)

	set, err := d.SetLimit(noon, budget.Setting{Limit: budget.Limit{Name: "B", Total: budget.Cap{Uses: 3}}, Actor: "bob", Reason: "again"})
	require.NoError(t, err)
	assert.True(t, set.Replayed)
	assert.Equal(t, "ann", set.Actor, "the setting that stands")
}

func TestLapse(t *testing.T) {
	d := newDesk(t, budget.Limit{Name: "B", Total: budget.Cap{Uses: 1}, PerCustomer: budget.Cap{Uses: 1}})
	require.NoError(t, d.reserve("SO-1", "X", use("B", 1)))
	d.now = noon.Add(24*time.Hour - 1)
	require.ErrorIs(t, d.reserve("SO-2", "X", use("B", 1)), budget.ErrExhausted, "it holds until its end")
	d.now = noon.Add(24 * time.Hour)
	assert.Equal(t, int64(1), *d.limit("B").Left.Uses, "at its end it is gone")
	left, err := d.LeftFor(d.now, "B", "X")
	require.NoError(t, err)
	assert.Equal(t, int64(1), *left.Uses)
	r, err := d.Reservation(d.now, "SO-1")
	require.NoError(t, err)
	assert.Equal(t, budget.StatusExpired, r.Status)
	var state *budget.StateError
	require.ErrorAs(t, d.commit("SO-1"), &state)
	require.NoError(t, d.reserve("SO-2", "X", use("B", 1)))

	_, err = d.Commit(noon, "SO-1")
	require.ErrorAs(t, err, &state, "a clock that is behind brings nothing back")
	require.NoError(t, d.commit("SO-2"))
	d.now = d.now.AddDate(10, 0, 0)
	assert.Equal(t, int64(1), d.limit("B").Committed.Uses, "what is committed does not lapse")
	require.NoError(t, d.release("SO-1"), "what has lapsed can be released")
	assert.Equal(t, int64(1), d.limit("B").Committed.Uses)
	assert.Equal(t, d.state(), mustState(t, replay(t, d.events), d.now))
}

// For a register time does not go back, whoever's clock is behind; and so it is after a replay.
func TestTimeDoesNotGoBack(t *testing.T) {
	d := newDesk(t, budget.Limit{Name: "B", Total: budget.Cap{Uses: 3}})
	require.NoError(t, d.reserve("SO-1", "X", use("B", 1)))
	longer, err := d.Reserve(noon, budget.Request{Key: "SO-1", Customer: "X", Usages: []budget.Usage{use("B", 2)}})
	require.NoError(t, err)
	late := noon.Add(25 * time.Hour)
	e, err := d.Reserve(late, budget.Request{Key: "SO-2", Usages: []budget.Usage{use("B", 1)}})
	require.NoError(t, err)
	require.NoError(t, d.UndoReserve(longer))
	assert.Equal(t, budget.Taken{Uses: 1}, d.limit("B").Held, "what SO-1 has again has lapsed meanwhile")

	for name, g := range map[string]*budget.Register{"live": d.Register, "replayed": replay(t, append(d.events, e))} {
		t.Run(name, func(t *testing.T) {
			var state *budget.StateError
			_, err := g.Commit(noon, "SO-1")
			require.ErrorAs(t, err, &state)
			var wrong *budget.RequestError
			_, err = g.Reserve(noon, budget.Request{Key: "SO-3", Expires: late, Usages: []budget.Usage{use("B", 1)}})
			require.ErrorAs(t, err, &wrong)
			committed, err := g.Commit(noon, "SO-2")
			require.NoError(t, err)
			assert.Equal(t, late, committed.At)
		})
	}
}

// Another day begins where the register stands.
func TestDayOfTheRegister(t *testing.T) {
	auckland, err := time.LoadLocation("Pacific/Auckland")
	require.NoError(t, err)
	limit := budget.Limit{Name: "B", Valid: calendar.Period{To: calendar.MustDate("2026-03-02")}}
	for name, c := range map[string]struct {
		where *time.Location
		open  bool
	}{"UTC": {nil, true}, "Auckland, where it is the third": {auckland, false}} {
		t.Run(name, func(t *testing.T) {
			g := budget.New(budget.Config{Location: c.where})
			_, err := g.SetLimit(noon, budget.Setting{Limit: limit, Actor: "ann", Reason: "sale"})
			require.NoError(t, err)
			_, err = g.Reserve(noon, budget.Request{Key: "SO-1", Usages: []budget.Usage{use("B", 1)}})
			assert.Equal(t, c.open, err == nil, "%v", err)
			left, err := g.LeftFor(noon, "B", "X")
			require.NoError(t, err)
			assert.Equal(t, c.open, left == budget.Left{})
		})
	}
}

func TestLeftFor(t *testing.T) {
	d := newDesk(t, budget.Limit{
		Name: "B", Currency: money.USD, Total: budget.Cap{Uses: 10, Amount: usd("100")}, PerCustomer: budget.Cap{Uses: 4}, PerOrder: budget.Cap{Amount: usd("30")},
	})
	require.NoError(t, d.reserve("SO-1", "X", budget.Usage{Limit: "B", Uses: 3, Amount: usd("30")}))
	require.NoError(t, d.reserve("SO-2", "Y", budget.Usage{Limit: "B", Uses: 4, Amount: usd("25")}))
	require.NoError(t, d.reserve("SO-3", "Z", budget.Usage{Limit: "B", Uses: 1, Amount: usd("20")}))
	for customer, want := range map[string]int64{"X": 1, "Y": 0, "Z": 2, "new": 2} {
		left, err := d.LeftFor(noon, "B", customer)
		require.NoError(t, err)
		assert.Equal(t, want, *left.Uses, customer)
		assert.Equal(t, usd("25"), *left.Amount, "of 100 less 75, and 30 for one order")
	}
	_, err := d.LeftFor(noon, "NONE", "X")
	var unknown *budget.UnknownLimitError
	require.ErrorAs(t, err, &unknown)
	limit, known := d.Known("B")
	assert.True(t, known)
	assert.Equal(t, usd("100"), limit.Total.Amount)
	_, known = d.Known("NONE")
	assert.False(t, known)
}

func TestBadInput(t *testing.T) {
	d := newDesk(t, budget.Limit{Name: "B", Currency: money.USD}, budget.Limit{Name: "C"})
	good := budget.Request{Key: "SO-1", Customer: "X", Usages: []budget.Usage{use("B", 1)}}
	with := func(f func(*budget.Request)) budget.Request { r := good; f(&r); return r }
	for field, req := range map[string]budget.Request{
		"Key":              with(func(r *budget.Request) { r.Key = "" }),
		"Usages":           with(func(r *budget.Request) { r.Usages = nil }),
		"Usages[0].Uses":   with(func(r *budget.Request) { r.Usages = []budget.Usage{use("B", -1)} }),
		"Usages[1].Uses":   with(func(r *budget.Request) { r.Usages = []budget.Usage{use("C", 1), use("B", 0)} }),
		"Usages[0].Amount": with(func(r *budget.Request) { r.Usages = []budget.Usage{spend("B", "-1")} }),
		"Usages[1].Amount": with(func(r *budget.Request) {
			r.Usages = []budget.Usage{use("B", 1), {Limit: "B", Amount: money.MustParse("1 EUR")}}
		}),
		"Expires": with(func(r *budget.Request) { r.Expires = noon }),
	} {
		var wrong *budget.RequestError
		_, err := d.Reserve(noon, req)
		require.ErrorAs(t, err, &wrong, field)
		assert.Equal(t, field, wrong.Field)
		assert.Contains(t, err.Error(), field)
	}
	var unknown *budget.UnknownLimitError
	_, err := d.Reserve(noon, with(func(r *budget.Request) { r.Usages = []budget.Usage{use("NONE", 1)} }))
	require.ErrorAs(t, err, &unknown)
	assert.Contains(t, err.Error(), "NONE")
	require.NoError(t, d.reserve("SO-1", "X", use("B", 1)))
	var conflict *budget.KeyConflictError
	require.ErrorAs(t, d.reserve("SO-1", "Y", use("B", 1)), &conflict)
	assert.Contains(t, conflict.Error(), "SO-1")
	var key *budget.UnknownKeyError
	require.ErrorAs(t, d.commit("SO-9"), &key)
	require.ErrorAs(t, d.release("SO-9"), &key)
	assert.Contains(t, key.Error(), "SO-9")
	_, err = d.Commit(time.Time{}, "SO-1")
	var wrong *budget.RequestError
	require.ErrorAs(t, err, &wrong, "a time that no journal holds")

	most := []budget.Usage{use("B", budget.MaxUses), use("B", 1)}
	_, err = d.Reserve(noon, with(func(r *budget.Request) { r.Key, r.Usages = "SO-2", most }))
	require.ErrorAs(t, err, &wrong)

	for field, l := range map[string]budget.Limit{
		"Limit.Name":               {},
		"Limit.Total.Uses":         {Name: "X", Total: budget.Cap{Uses: -1}},
		"Limit.PerOrder.Uses":      {Name: "X", PerOrder: budget.Cap{Uses: budget.MaxUses + 1}},
		"Limit.PerCustomer.Amount": {Name: "X", Currency: money.EUR, PerCustomer: budget.Cap{Amount: usd("1")}},
		"Limit.Total.Amount":       {Name: "X", Currency: money.USD, Total: budget.Cap{Amount: usd("0")}},
		"Limit.PerOrder.Amount":    {Name: "X", Currency: money.USD, PerOrder: budget.Cap{Amount: usd("-5")}},
		"Limit.Currency":           {Name: "B", Currency: money.EUR},
		"Limit.Valid":              {Name: "X", Valid: calendar.Period{From: calendar.MustDate("2026-03-02"), To: calendar.MustDate("2026-03-01")}},
	} {
		_, err := d.SetLimit(noon, budget.Setting{Limit: l, Actor: "ann", Reason: "sale"})
		require.ErrorAs(t, err, &wrong, field)
		assert.Equal(t, field, wrong.Field)
		_, known := d.Known("X")
		assert.False(t, known)
	}
	for field, s := range map[string]budget.Setting{"Actor": {Reason: "r"}, "Reason": {Actor: "a"}} {
		s.Limit.Name = "X"
		_, err := d.SetLimit(noon, s)
		require.ErrorAs(t, err, &wrong)
		assert.Equal(t, field, wrong.Field)
	}
}

// What the journal refused is taken back, last first, and leaves no trace.
func TestUndo(t *testing.T) {
	d := newDesk(t, budget.Limit{Name: "B", Currency: money.USD, Total: budget.Cap{Uses: 5, Amount: usd("50")}})
	require.NoError(t, d.reserve("SO-1", "X", budget.Usage{Limit: "B", Uses: 1, Amount: usd("10")}))
	before := d.state()
	undo := []func() error{}
	for _, do := range []func(){
		func() {
			e, err := d.Reserve(noon, budget.Request{Key: "SO-1", Customer: "X", Usages: []budget.Usage{use("B", 4)}})
			require.NoError(t, err)
			undo = append(undo, func() error { return d.UndoReserve(e) })
		},
		func() {
			e, err := d.Commit(noon, "SO-1")
			require.NoError(t, err)
			undo = append(undo, func() error { return d.UndoCommit(e) })
		},
		func() {
			e, err := d.Release(noon, "SO-1", "cancelled")
			require.NoError(t, err)
			undo = append(undo, func() error { return d.UndoRelease(e) })
		},
		func() {
			e, err := d.Reserve(noon, budget.Request{Key: "SO-2", Usages: []budget.Usage{use("B", 5)}})
			require.NoError(t, err)
			undo = append(undo, func() error { return d.UndoReserve(e) })
		},
		func() {
			e, err := d.SetLimit(noon, budget.Setting{Limit: budget.Limit{Name: "NEW"}, Actor: "a", Reason: "r"})
			require.NoError(t, err)
			undo = append(undo, func() error { return d.UndoSetLimit(e) })
		},
		func() {
			e, err := d.SetLimit(noon, budget.Setting{Limit: budget.Limit{Name: "B", Currency: money.USD}, Actor: "a", Reason: "r"})
			require.NoError(t, err)
			undo = append(undo, func() error { return d.UndoSetLimit(e) })
		},
	} {
		do()
	}
	var state *budget.StateError
	require.ErrorAs(t, undo[0](), &state, "not while later events stand")
	for i := len(undo) - 1; i >= 0; i-- {
		require.NoError(t, undo[i]())
	}
	assert.Equal(t, before, d.state())
	require.ErrorAs(t, undo[0](), &state, "not twice")
	require.ErrorAs(t, undo[4](), &state)
}
