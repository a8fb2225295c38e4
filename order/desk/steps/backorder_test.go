package steps_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/backorder"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/desk/steps"
	"github.com/o2ckit/o2c/rules"
)

func (h *house) backorders() *steps.Backorders {
	return &steps.Backorders{Stock: h.stock, Customers: h.customers, Items: h.items}
}

// dock ships without asking for credit.
func (h *house) dock() *steps.Shipper {
	s := h.shipper()
	s.Credit = nil
	return s
}

// count says what is on hand, and records it.
func (h *house) count(t testing.TB, d *desk.Desk, id string, n int64) {
	t.Helper()
	var events []any
	ref, err := h.stock.Ref(id, "MAIN")
	if err != nil {
		var defined atp.ItemDefined
		ref, defined, err = h.stock.Define(h.clock.now, atp.Definition{Item: id, Site: "MAIN"})
		require.NoError(t, err)
		events = append(events, defined)
	}
	counted, err := h.stock.Count(h.clock.now, atp.Count{Ref: ref, Status: atp.Available, Quantity: n})
	require.NoError(t, err)
	require.NoError(t, d.Record(t.Context(), "stock/MAIN", "ann", append(events, counted)...))
}

// due says that a receipt is due, and records it.
func (h *house) due(t testing.TB, d *desk.Desk, id, document, day string, n int64) {
	t.Helper()
	ref, err := h.stock.Ref(id, "MAIN")
	require.NoError(t, err)
	added, err := h.stock.AddSupply(h.clock.now, atp.Supply{
		Ref: ref, Document: document, Type: atp.PurchaseOrder, Due: calendar.MustDate(day), Quantity: n,
	})
	require.NoError(t, err)
	require.NoError(t, d.Record(t.Context(), "stock/MAIN", "ann", added))
}

// promises says what a line is promised and has shipped: "24 on 03-30, 12 open".
func promises(t testing.TB, d *desk.Desk, id order.ID, line string) string {
	t.Helper()
	o, err := d.Order(id)
	require.NoError(t, err)
	var parts []string
	for _, s := range o.Line(line).Schedules {
		text := s.Quantity.String()
		text = strings.TrimSuffix(text, " EA")
		switch {
		case s.Shipped == s.Quantity:
			text += " left"
		case s.Backordered():
			text += " open"
		default:
			text += " on " + s.Deliver.String()[5:]
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

// run computes and commits a run.
func (h *house) run(t testing.TB, d *desk.Desk, b *steps.Backorders, key string) *steps.BackorderRun {
	t.Helper()
	r, err := b.Compute(t.Context(), d, h.clock.now, nil, backorder.Options{})
	require.NoError(t, err)
	require.NoError(t, b.Commit(t.Context(), d, r, backorder.Note{Key: key, Reason: "nightly", Actor: "planner"}))
	return r
}

// replays tells that the journal says what is in memory. The desk does nothing after it.
func (h *house) replays(t testing.TB, d *desk.Desk) {
	t.Helper()
	other := h.fresh(t, h.journal)
	again, err := other.tryOpen(t)
	require.NoError(t, err)
	require.Equal(t, state(t, h.stock, h.clock.now), state(t, other.stock, h.clock.now))
	require.Equal(t, orders(t, d), orders(t, again))
}

func state(t testing.TB, s *atp.Stock, now time.Time) string {
	t.Helper()
	data, err := json.MarshalIndent(s.State(now), "", " ")
	require.NoError(t, err)
	return string(data)
}

func orders(t testing.TB, d *desk.Desk) string {
	t.Helper()
	data, err := json.MarshalIndent(slices.Collect(d.Orders()), "", " ")
	require.NoError(t, err)
	return string(data)
}

// More supply comes, and sooner: who waits gets it, in the order in which they
// want it, and nobody loses what was promised.
func TestBackordersAreServedAsSupplyComes(t *testing.T) {
	h := newHouse(t)
	d := h.open(t, h.steps()...)
	h.count(t, d, "HAMMER", 30)
	h.due(t, d, "HAMMER", "PO-7", "2026-04-13", 24)
	first := submit(t, d, document("PO1", "C1", want("HAMMER", 3, quantity.Case)))
	second := submit(t, d, document("PO2", "C1", want("HAMMER", 20, quantity.Each)))
	third := submit(t, d, document("PO3", "C1", want("HAMMER", 4, quantity.Each)))
	assert.Equal(t, "24 on 03-30, 12 on 04-13", promises(t, d, first.ID, "1"))
	assert.Equal(t, "6 on 03-30, 12 on 04-13, 2 open", promises(t, d, second.ID, "1"))
	assert.Equal(t, "4 open", promises(t, d, third.ID, "1"))

	h.due(t, d, "HAMMER", "PO-8", "2026-04-02", 15)
	b := h.backorders()
	r, err := b.Compute(t.Context(), d, h.clock.now, nil, backorder.Options{})
	require.NoError(t, err)
	require.True(t, r.Plan.Feasible())
	var diff []string
	for _, c := range r.Plan.Diff() {
		id, lines := r.Lines(c.Line.ID)
		diff = append(diff, fmt.Sprintf("%s %v %+d, %d days", id, lines, c.Gained(), c.DaysLater()))
	}
	assert.Equal(t, []string{"SO-00000001 [1] +0, -11 days", "SO-00000002 [1] +2, 0 days", "SO-00000003 [1] +4, 0 days"}, diff)
	assert.Equal(t, "4 open", promises(t, d, third.ID, "1"), "nothing has happened")

	require.NoError(t, b.Commit(t.Context(), d, r, backorder.Note{Key: "R1", Reason: "PO-8 came", Actor: "planner"}))
	assert.Equal(t, "24 on 03-30, 12 on 04-02", promises(t, d, first.ID, "1"))
	o, err := d.Order(third.ID)
	require.NoError(t, err)
	assert.Equal(t, order.FullyPromised, o.Fulfilment())
	last, ok := o.LastDecision("backorders")
	require.True(t, ok)
	assert.Equal(t, "planner", last.Actor)
	assert.Equal(t, `promised anew by run "R1": PO-8 came`, last.Summary)
	var why []steps.BackorderChange
	require.NoError(t, json.Unmarshal(last.Explanation, &why))
	require.Len(t, why, 1)
	assert.Equal(t, []string{"1"}, why[0].Lines)
	assert.Empty(t, why[0].Before)
	assert.NotEmpty(t, why[0].After)

	// again there is nothing to do
	r, err = b.Compute(t.Context(), d, h.clock.now, nil, backorder.Options{})
	require.NoError(t, err)
	require.ErrorIs(t, b.Commit(t.Context(), d, r, backorder.Note{Key: "R2"}), backorder.ErrUnchanged)

	// what was promised by the run ships
	_, err = h.dock().Ship(t.Context(), d, first.ID, "MAIN", calendar.MustDate("2026-03-30"))
	require.NoError(t, err)
	assert.Equal(t, "24 left, 12 on 04-02", promises(t, d, first.ID, "1"))
	h.count(t, d, "HAMMER", 100)
	h.run(t, d, b, "R3")
	assert.Equal(t, "24 left, 12 on 03-30", promises(t, d, first.ID, "1"))
	assert.Equal(t, "4 on 03-30", promises(t, d, third.ID, "1"))
	_, err = h.dock().Ship(t.Context(), d, third.ID, "MAIN", calendar.MustDate("2026-03-30"))
	require.NoError(t, err)
	assert.Equal(t, "4 left", promises(t, d, third.ID, "1"))
	h.replays(t, d)
}

// atp.md: (qty, confirmed): W (40,0) G (30,20) R (50,50) F (30,20) L (20,10);
// supply 100: 40/30/30/0/0; supply 130: 40/30/50/10/0.
func TestBackorderStrategies(t *testing.T) {
	strategies := map[string]backorder.Strategy{
		"G": backorder.Gain, "R": backorder.Redistribute, "F": backorder.Fill, "L": backorder.Lose, "W": backorder.Win,
	}
	for supply, after := range map[int64][]string{
		100: {"30 on 03-30", "30 on 03-30, 20 open", "30 open", "20 open", "40 on 03-30"},
		130: {"30 on 03-30", "50 on 03-30", "10 on 03-30, 20 open", "20 open", "40 on 03-30"},
	} {
		for _, byRules := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d %t", supply, byRules), func(t *testing.T) {
				h := newHouse(t)
				d := h.open(t, h.steps()...)
				b := h.backorders()
				var list []backorder.Rule
				for _, l := range []struct {
					po           string
					n, confirmed int64
				}{{"G", 30, 20}, {"R", 50, 70}, {"F", 30, 90}, {"L", 20, 100}, {"W", 40, 100}} {
					h.count(t, d, "NAILS", l.confirmed)
					o := submit(t, d, document(l.po, "C1", want("NAILS", l.n, quantity.Each)))
					s := strategies[l.po]
					list = append(list, backorder.Rule{ID: l.po, When: fmt.Sprintf("order.id == %q", o.ID), Then: backorder.Treatment{Strategy: &s}})
				}
				assert.Equal(t, "20 on 03-30, 10 open", promises(t, d, "SO-00000001", "1"))
				assert.Equal(t, "10 on 03-30, 10 open", promises(t, d, "SO-00000004", "1"))
				assert.Equal(t, "40 open", promises(t, d, "SO-00000005", "1"))
				h.count(t, d, "NAILS", supply)
				b.Treat = func(o *order.Order, _ *order.Line) (backorder.Strategy, int) {
					return strategies[o.Document.PurchaseOrder], 0
				}
				if byRules {
					book, err := backorder.NewRuleBook("runs", list...)
					require.NoError(t, err)
					b.Treat, b.Rules = nil, rules.NewLive(book)
				}
				r := h.run(t, d, b, "R1")
				assert.Len(t, r.Assigned, map[bool]int{true: 5}[byRules])
				for i, want := range after {
					assert.Equal(t, want, promises(t, d, order.ID(fmt.Sprintf("SO-%08d", i+1)), "1"), i)
				}
				h.replays(t, d)
			})
		}
	}
}

func TestInfeasibleRunsChangeNothing(t *testing.T) {
	h := newHouse(t)
	d := h.open(t, h.steps()...)
	h.count(t, d, "NAILS", 10)
	submit(t, d, document("PO1", "C1", want("NAILS", 20, quantity.Each)))
	b := h.backorders()
	b.Treat = func(*order.Order, *order.Line) (backorder.Strategy, int) { return backorder.Win, 0 }
	r, err := b.Compute(t.Context(), d, h.clock.now, nil, backorder.Options{})
	require.NoError(t, err)
	require.Len(t, r.Plan.Exceptions, 1)
	assert.Equal(t, int64(10), r.Plan.Exceptions[0].Available)
	before := orders(t, d)
	require.ErrorIs(t, b.Commit(t.Context(), d, r, backorder.Note{Key: "R1"}), backorder.ErrInfeasible)
	assert.Equal(t, before, orders(t, d))

	_, err = (&steps.Backorders{Stock: h.stock, Items: h.items}).Compute(t.Context(), d, h.clock.now, nil, backorder.Options{})
	var config *steps.ConfigError
	require.ErrorAs(t, err, &config)
	assert.Equal(t, steps.ConfigError{Step: "backorders", Field: "Customers"}, *config)
	id, lines := r.Lines("nobody's")
	assert.Empty(t, id)
	assert.Empty(t, lines)
}

// A run is of orders as they were: what has happened to one since makes it void.
func TestRunsOverOrdersThatChangedAreOutdated(t *testing.T) {
	for name, change := range map[string]func(h *house, d *desk.Desk){
		"shipped": func(h *house, d *desk.Desk) {
			_, err := h.dock().Ship(t.Context(), d, "SO-00000001", "MAIN", calendar.MustDate("2026-03-30"))
			require.NoError(t, err)
		},
		"held": func(_ *house, d *desk.Desk) {
			_, err := d.Act(t.Context(), "SO-00000001", desk.Action{Name: "hold", Run: func(_ context.Context, w *desk.Work) error {
				return w.Hold(order.Hold{Kind: order.ManualHold, Code: "wait", Reason: "wait"})
			}})
			require.NoError(t, err)
		},
		"run": func(h *house, d *desk.Desk) { h.run(t, d, h.backorders(), "R0") },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			d := h.open(t, h.steps()...)
			h.count(t, d, "NAILS", 10)
			submit(t, d, document("PO1", "C1", want("NAILS", 20, quantity.Each)))
			h.count(t, d, "NAILS", 15)
			b := h.backorders()
			r, err := b.Compute(t.Context(), d, h.clock.now, nil, backorder.Options{})
			require.NoError(t, err)
			change(h, d)
			before := orders(t, d)
			require.ErrorIs(t, b.Commit(t.Context(), d, r, backorder.Note{Key: "R1"}), steps.ErrRunOutdated)
			assert.Equal(t, before, orders(t, d))
			h.replays(t, d)
		})
	}
}

// Only the lines that are due take part; the others keep what they have.
func TestCadence(t *testing.T) {
	h := newHouse(t)
	d := h.open(t, h.steps()...)
	h.count(t, d, "NAILS", 0)
	h.count(t, d, "HAMMER", 0)
	submit(t, d, document("PO1", "C1", want("NAILS", 20, quantity.Each), want("HAMMER", 2, quantity.Each)))
	h.count(t, d, "NAILS", 20)
	h.count(t, d, "HAMMER", 2)
	ref, err := h.stock.Ref("HAMMER", "MAIN")
	require.NoError(t, err)
	cadence := backorder.Cadence{Terms: []backorder.Term{{OnReceipt: true}, {At: calendar.MustClock("18:00")}}}
	b := h.backorders()
	due := func(now time.Time, received ...atp.Ref) *steps.BackorderRun {
		r, err := b.Compute(t.Context(), d, now, func(lines []backorder.Line) []backorder.Line {
			return cadence.Due(monday, now, received, lines)
		}, backorder.Options{})
		require.NoError(t, err)
		return r
	}
	require.NoError(t, b.Commit(t.Context(), d, due(monday.Add(time.Hour), ref), backorder.Note{Key: "receipt"}))
	assert.Equal(t, "20 open", promises(t, d, "SO-00000001", "1"))
	assert.Equal(t, "2 on 03-30", promises(t, d, "SO-00000001", "2"))
	require.ErrorIs(t, b.Commit(t.Context(), d, due(monday.Add(time.Hour)), backorder.Note{Key: "none"}), backorder.ErrUnchanged)
	require.NoError(t, b.Commit(t.Context(), d, due(monday.Add(10*time.Hour)), backorder.Note{Key: "evening"}))
	assert.Equal(t, "20 on 03-30", promises(t, d, "SO-00000001", "1"))
	h.replays(t, d)
}

// An order that goes out complete gets all or nothing, and on one day.
func TestRunsKeepOrdersComplete(t *testing.T) {
	h := newHouse(t)
	d := h.open(t, h.steps()...)
	h.count(t, d, "NAILS", 10)
	h.count(t, d, "HAMMER", 5)
	o := submit(t, d, document("PO1", "C2", want("NAILS", 20, quantity.Each), want("HAMMER", 2, quantity.Each)))
	assert.Equal(t, "20 open", promises(t, d, o.ID, "1"))
	assert.Equal(t, "2 open", promises(t, d, o.ID, "2"))
	b := h.backorders()
	r, err := b.Compute(t.Context(), d, h.clock.now, nil, backorder.Options{})
	require.NoError(t, err)
	require.ErrorIs(t, b.Commit(t.Context(), d, r, backorder.Note{Key: "R0"}), backorder.ErrUnchanged)
	h.due(t, d, "NAILS", "PO-9", "2026-04-06", 10)
	h.run(t, d, b, "R1")
	assert.Equal(t, "20 on 04-06", promises(t, d, o.ID, "1"))
	assert.Equal(t, "2 on 04-06", promises(t, d, o.ID, "2"))
	h.replays(t, d)
}

// Nor does it get anything where one of its items is not stocked.
func TestRunsLeaveOutOrdersThatCannotBeComplete(t *testing.T) {
	h := newHouse(t)
	d := h.open(t, h.steps()...)
	h.count(t, d, "NAILS", 10)
	lines := []order.Request{want("NAILS", 20, quantity.Each), want("HAMMER", 2, quantity.Each)}
	complete, other := submit(t, d, document("PO1", "C2", lines...)), submit(t, d, document("PO2", "C1", lines...))
	h.count(t, d, "NAILS", 50)
	r := h.run(t, d, h.backorders(), "R1")
	require.Len(t, r.Plan.Results, 1)
	assert.Equal(t, "20 open", promises(t, d, complete.ID, "1"))
	assert.Equal(t, "20 on 03-30", promises(t, d, other.ID, "1"))
	assert.Equal(t, "2 open", promises(t, d, other.ID, "2"))
	h.replays(t, d)
}

// Days are those of the lane: what is wanted on a day starts before, and what is
// reserved for a day arrives after.
func TestRunsFollowTheLane(t *testing.T) {
	h := newHouse(t)
	lane := func(*order.Order, string) *atp.Lane { return &atp.Lane{Processing: 1, Transit: 2} }
	s := h.steps()
	s[2] = steps.Promise(steps.PromiseConfig{
		Stock: h.stock, Customers: h.customers, Items: h.items, Lane: lane,
		Site: func(*order.Order, string) string { return "MAIN" },
	})
	d := h.open(t, s...)
	h.count(t, d, "NAILS", 10)
	doc := document("PO1", "C1", want("NAILS", 20, quantity.Each))
	doc.RequestedDelivery = calendar.MustDate("2026-04-10")
	o := submit(t, d, doc)
	assert.Equal(t, "10 on 04-10, 10 open", promises(t, d, o.ID, "1"))
	h.due(t, d, "NAILS", "PO-9", "2026-04-20", 10)
	b := h.backorders()
	b.Lane = lane
	h.run(t, d, b, "R1")
	assert.Equal(t, "10 on 04-10, 10 on 04-23", promises(t, d, o.ID, "1"))
	now, err := d.Order(o.ID)
	require.NoError(t, err)
	assert.Equal(t, calendar.MustDate("2026-04-21"), now.Line("1").Schedules[1].Ship)
	require.Equal(t, o.Line("1").Schedules[0], now.Line("1").Schedules[0], "what stays is as it was")

	long := document("PO2", "C1", want("NAILS", 5, quantity.Each))
	long.RequestedDelivery = calendar.MustDate("1998-02-08") // before any calendar, and long past
	past := submit(t, d, long)
	assert.Equal(t, "5 open", promises(t, d, past.ID, "1"))
	h.due(t, d, "NAILS", "PO-10", "2026-04-20", 5)
	h.run(t, d, b, "R2")
	assert.Equal(t, "5 on 04-23", promises(t, d, past.ID, "1"))
	h.replays(t, d)
}

// Lines of an item that share a reservation are one line of a run; what it gets goes
// to the one that wants it first, in whole packs.
func TestLinesThatShareAReservation(t *testing.T) {
	h := newHouse(t)
	d := h.open(t, h.steps()...)
	h.count(t, d, "HAMMER", 30)
	late := want("HAMMER", 2, quantity.Case)
	late.RequestedShip = calendar.MustDate("2026-04-01")
	o := submit(t, d, document("PO1", "C1", late, want("HAMMER", 12, quantity.Each)))
	assert.Equal(t, "24 on 04-01", promises(t, d, o.ID, "1"))
	assert.Equal(t, "6 on 03-30, 6 open", promises(t, d, o.ID, "2"))
	h.count(t, d, "HAMMER", 36)
	b := h.backorders()
	r := h.run(t, d, b, "R1")
	require.Len(t, r.Plan.Results, 1)
	id, lines := r.Lines(r.Plan.Results[0].Line.ID)
	assert.Equal(t, o.ID, id)
	assert.Equal(t, []string{"1", "2"}, lines)
	assert.Equal(t, "24 on 03-30", promises(t, d, o.ID, "1"))
	assert.Equal(t, "12 on 03-30", promises(t, d, o.ID, "2"))
	assert.Equal(t, 36, openOf(t, d, h.stock, o.ID))
	h.replays(t, d)
}

// openOf adds up what an order has promised and not shipped, in what stock counts, and
// checks it against what its reservations have open, by item, site, reservation and day.
func openOf(t testing.TB, d *desk.Desk, s *atp.Stock, id order.ID) (sum int) {
	t.Helper()
	o, err := d.Order(id)
	require.NoError(t, err)
	return agrees(t, s, o, func(d calendar.Date) calendar.Date { return d })
}

// agrees is openOf for an order, with days as they are to be compared.
func agrees(t testing.TB, s *atp.Stock, o *order.Order, as func(calendar.Date) calendar.Date) (sum int) {
	t.Helper()
	type place struct {
		key, item, site string
		day             calendar.Date
	}
	promised, reserved := make(map[place]int64), make(map[place]int64)
	keys := make(map[string]bool)
	for _, l := range o.Lines {
		if l.Rejection != nil {
			for _, s := range l.Schedules {
				keys[s.Reservation] = true
			}
			continue
		}
		var total int64
		for _, s := range l.Schedules {
			n, ok := s.Quantity.Int64()
			require.True(t, ok)
			left, ok := s.Shipped.Int64()
			require.True(t, ok)
			total += n
			if s.Backordered() {
				require.Empty(t, s.Reservation)
				continue
			}
			keys[s.Reservation] = true
			if n > left {
				promised[place{s.Reservation, l.Item, s.Site, as(s.Ship)}] += n - left
				sum += int(n - left)
			}
		}
		due, ok := l.Deliverable().Int64()
		require.True(t, ok)
		require.Equal(t, due, total, "order %s line %s", o.ID, l.ID)
		keys[string(o.ID)+"/line "+l.ID] = true
	}
	for key := range keys {
		r, err := s.Reservation(monday, key)
		if unknown := (*atp.UnknownKeyError)(nil); errors.As(err, &unknown) {
			continue
		}
		require.NoError(t, err)
		for _, l := range r.Lines {
			if n := l.Quantity - l.Consumed - l.Released; n > 0 {
				reserved[place{key, l.Item, l.Site, as(l.Date)}] += n
			}
		}
	}
	require.Equal(t, reserved, promised, "order %s", o.ID)
	return sum
}

// crashing is a journal that takes nothing any more after a number of appends.
type crashing struct {
	journal.Journal
	left int
}

func (c *crashing) Append(ctx context.Context, b journal.Batch) (journal.Commit, error) {
	if c.left == 0 {
		return journal.Commit{}, errDisk
	}
	c.left--
	return c.Journal.Append(ctx, b)
}

// A process dies anywhere in a run: the next finds the run wholly in the stock or
// not at all, and the orders follow.
func TestRunsSurviveACrash(t *testing.T) {
	begin := func(t *testing.T, j journal.Journal) (*house, *desk.Desk) {
		t.Helper()
		h := newHouse(t)
		h.journal = j
		d := h.open(t)
		for _, account := range []string{"C1", "C2"} {
			h.limit(t, account, "100000.00")
		}
		h.count(t, d, "NAILS", 10)
		for i := range 4 {
			submit(t, d, document(fmt.Sprint("PO", i), "C1", want("NAILS", 5, quantity.Each)))
		}
		h.count(t, d, "NAILS", 5) // too few now, of which the last shall have all
		return h, d
	}
	treat := func(b *steps.Backorders) *steps.Backorders {
		b.Treat = func(o *order.Order, _ *order.Line) (backorder.Strategy, int) {
			if o.ID == "SO-00000004" {
				return backorder.Win, 0
			}
			return backorder.Redistribute, 0
		}
		return b
	}
	all := func(t *testing.T, h *house, d *desk.Desk) (list []string) {
		t.Helper()
		for o := range d.Orders() {
			openOf(t, d, h.stock, o.ID)
			list = append(list, promises(t, d, o.ID, "1"))
		}
		return list
	}
	before := []string{"5 on 03-30", "5 on 03-30", "5 open", "5 open"}
	after := []string{"5 open", "5 open", "5 open", "5 on 03-30"}
	for appends, orders := range [][]string{before, after, after, after, after} {
		t.Run(fmt.Sprint(appends), func(t *testing.T) {
			j := &crashing{Journal: journal.NewMemory(), left: -1}
			h, d := begin(t, j)
			assert.Equal(t, before, all(t, h, d))
			b := treat(h.backorders())
			r, err := b.Compute(t.Context(), d, h.clock.now, nil, backorder.Options{})
			require.NoError(t, err)
			require.Len(t, r.Plan.Diff(), 3)
			j.left = appends // the run, and three orders
			err = b.Commit(t.Context(), d, r, backorder.Note{Key: "R1"})
			require.Equal(t, appends < 4, errors.Is(err, errDisk), "%v", err)
			if appends == 0 {
				assert.Equal(t, before, all(t, h, d), "taken back")
			}
			next := h.fresh(t, j.Journal)
			d = next.open(t)
			b = treat(next.backorders())
			followed, err := b.Follow(t.Context(), d)
			require.NoError(t, err)
			assert.Len(t, followed, map[int]int{1: 3, 2: 2, 3: 1}[appends])
			assert.Equal(t, orders, all(t, next, d))
			followed, err = b.Follow(t.Context(), d)
			require.NoError(t, err)
			assert.Empty(t, followed, "once is enough")
			next.replays(t, d)
		})
	}
}

// The journal does not say whether the run was kept: the desk finds out, and the
// orders follow.
func TestRunsOfUnknownOutcome(t *testing.T) {
	for _, f := range []fault{lost, lostAfter} {
		t.Run(string(f), func(t *testing.T) {
			h := newHouse(t)
			j := &faulty{Journal: h.journal, fault: f}
			h.journal = j
			d := h.open(t, h.steps()...)
			h.count(t, d, "NAILS", 10)
			o := submit(t, d, document("PO1", "C1", want("NAILS", 20, quantity.Each)))
			h.count(t, d, "NAILS", 15)
			b := h.backorders()
			r, err := b.Compute(t.Context(), d, h.clock.now, nil, backorder.Options{})
			require.NoError(t, err)
			j.at = j.calls + 1
			require.ErrorIs(t, b.Commit(t.Context(), d, r, backorder.Note{Key: "R1"}), desk.ErrUnsettled)
			assert.Equal(t, "10 on 03-30, 10 open", promises(t, d, o.ID, "1"))
			followed, err := b.Follow(t.Context(), d)
			require.NoError(t, err)
			require.Len(t, followed, 1)
			assert.Equal(t, "15 on 03-30, 5 open", promises(t, d, o.ID, "1"))
			h.replays(t, d)
		})
	}
}

// Whatever orders, supply, shipments and runs come in whatever order: what orders
// say they are promised is what their reservations have, nothing is promised that
// is not there, and the journal says so too.
func TestRandomRuns(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 7)) //nolint:gosec // a test
			h := newHouse(t)
			d := h.open(t, h.steps()...)
			items := []string{"HAMMER", "NAILS"}
			for _, id := range items {
				h.count(t, d, id, 20)
			}
			b := h.backorders()
			treat := make(map[order.ID]backorder.Strategy)
			b.Treat = func(o *order.Order, _ *order.Line) (backorder.Strategy, int) { return treat[o.ID], len(o.ID) % 2 }
			runs := 0
			for i := range 60 {
				switch random.IntN(5) {
				case 0, 1:
					var lines []order.Request
					for range 1 + random.IntN(3) {
						l := want(items[random.IntN(2)], 1+random.Int64N(20), quantity.Each)
						if random.IntN(4) == 0 {
							l = want(items[random.IntN(2)], 1+random.Int64N(2), quantity.Case)
						}
						if random.IntN(2) == 0 {
							l.RequestedShip = calendar.DateOf(monday).AddDays(random.IntN(20))
						}
						lines = append(lines, l)
					}
					o := submit(t, d, document(fmt.Sprint("PO", i), []string{"C1", "C1", "C2"}[random.IntN(3)], lines...))
					treat[o.ID] = []backorder.Strategy{backorder.Redistribute, backorder.Gain, backorder.Fill, backorder.Lose}[random.IntN(4)]
				case 2:
					h.due(t, d, items[random.IntN(2)], fmt.Sprint("P", i), calendar.DateOf(monday).AddDays(1+random.IntN(25)).String(), 1+random.Int64N(40))
				case 3:
					for o := range d.Orders() {
						if random.IntN(4) == 0 {
							_, err := h.dock().Ship(t.Context(), d, o.ID, "MAIN", calendar.DateOf(monday))
							if !errors.Is(err, steps.ErrNothingToShip) {
								require.NoError(t, err)
							}
						}
					}
				case 4:
					r, err := b.Compute(t.Context(), d, h.clock.now, nil, backorder.Options{Apart: true})
					require.NoError(t, err)
					err = b.Commit(t.Context(), d, r, backorder.Note{Key: fmt.Sprint("R", i)})
					if !errors.Is(err, backorder.ErrUnchanged) {
						require.NoError(t, err)
						runs++
					}
				}
			}
			require.Positive(t, runs)
			if _, err := b.Follow(t.Context(), d); err != nil {
				t.Fatal(err)
			}
			for o := range d.Orders() {
				openOf(t, d, h.stock, o.ID)
			}
			for _, id := range items {
				ref, err := h.stock.Ref(id, "MAIN")
				require.NoError(t, err)
				short, err := h.stock.Shortfalls(h.clock.now, ref)
				require.NoError(t, err)
				require.Empty(t, short)
			}
			h.replays(t, d)
		})
	}
}

// What is picked for an order stays with it, and is not promised to it again.
func TestRunsLeaveWhatIsPicked(t *testing.T) {
	h := newHouse(t)
	d := h.open(t, h.steps()...)
	h.count(t, d, "NAILS", 20)
	o := submit(t, d, document("PO1", "C1", want("NAILS", 30, quantity.Each)))
	other := submit(t, d, document("PO2", "C1", want("NAILS", 5, quantity.Each)))
	h.pick(t, d, o.ID, "SO-00000001/1", "NAILS", 15, false)
	b := h.backorders()
	b.Treat = func(o *order.Order, _ *order.Line) (backorder.Strategy, int) {
		return map[bool]backorder.Strategy{true: backorder.Win, false: backorder.Lose}[o.ID == other.ID], 0
	}
	h.run(t, d, b, "R1")
	assert.Equal(t, "15 on 03-30, 15 open", promises(t, d, o.ID, "1"))
	assert.Equal(t, "5 on 03-30", promises(t, d, other.ID, "1"))
	h.count(t, d, "NAILS", 100)
	b.Treat = nil
	h.run(t, d, b, "R2")
	assert.Equal(t, "30 on 03-30", promises(t, d, o.ID, "1"))
	assert.Equal(t, 30, openOf(t, d, h.stock, o.ID))
	h.replays(t, d)
}

// An order has two lines of an item at one site, of which one waits at another site, too:
// what a run gives it of both is all in the order.
func TestRunsOverTwoSites(t *testing.T) {
	c := newChain(t, []string{"HAMMER"}, []party.Account{{ID: "C1", Party: "P1", Currency: money.USD}}, "N", "S")
	c.has(t, "N", "HAMMER", 0, 10)
	c.has(t, "S", "HAMMER", 0, 0)
	d := c.open(t, steps.Validate(steps.ValidateConfig{Customers: c.customers, Items: c.items}),
		desk.Step{Name: "promise", Run: func(_ context.Context, w *desk.Work) error {
			ref, err := c.stock.Ref("HAMMER", "N")
			require.NoError(t, err)
			e, err := c.stock.Reserve(w.Now(), atp.Request{Key: "SO-00000001/1", Hold: time.Hour, Lines: []atp.Line{{Ref: ref, Quantity: 10, Date: day(1)}}})
			require.NoError(t, err)
			had := order.Schedule{ID: "1", Quantity: pieces(5), Ship: day(1), Deliver: day(1), Site: "N", Reservation: e.Key}
			return w.Record(e, order.Promised{Lines: []order.PromisedLine{
				{Line: "1", Schedules: []order.Schedule{had, {ID: "2", Quantity: pieces(3), Site: "N"}}},
				{Line: "2", Schedules: []order.Schedule{had, {ID: "2", Quantity: pieces(3), Site: "S"}}},
			}})
		}}, steps.Accept(steps.AcceptConfig{Stock: c.stock}))
	late := want("HAMMER", 8, quantity.Each)
	late.RequestedShip = day(1)
	o := submit(t, d, document("PO1", "C1", late, want("HAMMER", 8, quantity.Each)))
	c.has(t, "N", "HAMMER", 1, 3)
	c.has(t, "S", "HAMMER", 2, 3)
	r := c.run(t, d, c.backorders(), "R1")
	require.Len(t, r.Plan.Diff(), 2)
	o, err := d.Order(o.ID)
	require.NoError(t, err)
	assert.Equal(t, order.FullyPromised, o.Fulfilment())
	assert.Equal(t, 16, openOf(t, d, c.stock, o.ID))
	line := o.Line("2").Schedules
	assert.Equal(t, "S", line[len(line)-1].Site, "what was reserved for the line alone is the line's")
}

// A process has died after a run and before its orders followed: what ships and what is
// given up is what the run has left the order.
func TestChangesFollowARunFirst(t *testing.T) {
	for _, what := range []string{"ship", "cancel", "decrease"} {
		t.Run(what, func(t *testing.T) {
			h := newHouse(t)
			j := &crashing{Journal: journal.NewMemory(), left: -1}
			h.journal = j
			d := h.ready(t, "1000.00")
			h.count(t, d, "NAILS", 10)
			o := submit(t, d, document("PO1", "C1", want("NAILS", 15, quantity.Each)))
			other := submit(t, d, document("PO2", "C1", want("NAILS", 4, quantity.Each)))
			h.due(t, d, "NAILS", "PO-1", "2026-04-02", 9)
			b := h.backorders()
			b.Treat = func(o *order.Order, _ *order.Line) (backorder.Strategy, int) {
				return map[bool]backorder.Strategy{true: backorder.Win, false: backorder.Redistribute}[o.ID == other.ID], 0
			}
			r, err := b.Compute(t.Context(), d, h.clock.now, nil, backorder.Options{})
			require.NoError(t, err)
			j.left = 1
			require.ErrorIs(t, b.Commit(t.Context(), d, r, backorder.Note{Key: "R1"}), errDisk)
			next := h.fresh(t, j.Journal)
			d = next.open(t)
			assert.Equal(t, "10 on 03-30, 5 open", promises(t, d, o.ID, "1"), "it has not followed")
			ship, a := next.shipper(), next.amender()
			ship.Backorders, a.Backorders = next.backorders(), next.backorders()
			switch what {
			case "ship":
				_, err = ship.Ship(t.Context(), d, o.ID, "MAIN", calendar.DateOf(monday))
				require.NoError(t, err)
				assert.Equal(t, "6 left, 9 on 04-02", promises(t, d, o.ID, "1"))
				_, err = ship.Ship(t.Context(), d, other.ID, "MAIN", calendar.DateOf(monday))
				require.NoError(t, err)
				assert.Equal(t, "4 left", promises(t, d, other.ID, "1"))
			case "cancel":
				_, err = a.Cancel(t.Context(), d, o.ID, note("CH-1"))
				require.NoError(t, err)
			case "decrease":
				_, err = a.Decrease(t.Context(), d, o.ID, "1", pieces(8), note("CH-1"))
				require.NoError(t, err)
				assert.Equal(t, "6 on 03-30, 2 on 04-02", promises(t, d, o.ID, "1"))
			}
			_, err = next.backorders().Follow(t.Context(), d)
			require.NoError(t, err)
			openOf(t, d, next.stock, o.ID)
			openOf(t, d, next.stock, other.ID)
			next.replays(t, d)
		})
	}
}
