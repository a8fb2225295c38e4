package desk_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
)

func ids(d *desk.Desk) []order.ID {
	var all []order.ID
	for o := range d.Orders() {
		all = append(all, o.ID)
	}
	return all
}

// An order that cannot be gone on with is no reason to leave the others waiting.
func TestOneStuckOrderKeepsNoOtherWaiting(t *testing.T) {
	mem, c := journal.NewMemory(), &clock{now: start}
	j := &refusing{Journal: mem}
	isDown := true
	d := open(t, j, c, desk.Step{Name: "accept", Run: func(ctx context.Context, w *desk.Work) error {
		if isDown {
			return errors.New("down")
		}
		return accept(ctx, w)
	}})
	for _, po := range []string{"PO1", "PO2", "PO3"} {
		_, err := d.Submit(t.Context(), desk.Submission{Key: po, Document: document(po)})
		require.NoError(t, err)
	}
	c.add(time.Hour)
	isDown, j.stream = false, "order/SO-00000001"
	done, err := d.RunDue(t.Context())
	require.ErrorContains(t, err, "order SO-00000001: no room")
	assert.Len(t, done, 2)
	require.Len(t, d.Waiting(), 1)
	j.stream = ""
	done, err = d.RunDue(t.Context())
	require.NoError(t, err)
	assert.Len(t, done, 1)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	done, err = d.RunDue(ctx)
	require.NoError(t, err, "there is nothing to do")
	assert.Empty(t, done)
}

// refusing is a journal that has no room for one stream.
type refusing struct {
	journal.Journal
	stream string
}

func (r *refusing) Append(ctx context.Context, b journal.Batch) (journal.Commit, error) {
	if len(b.Writes) > 1 && b.Writes[1].Stream == r.stream {
		return journal.Commit{}, errors.New("no room")
	}
	return r.Journal.Append(ctx, b)
}

// What is over is not taken up again: neither by a released hold nor by a retry.
func TestNothingRunsOverDeadOrders(t *testing.T) {
	c, ran := &clock{now: start}, 0
	d := open(t, journal.NewMemory(), c,
		desk.Step{Name: "hold", Run: func(_ context.Context, w *desk.Work) error {
			return w.Hold(order.Hold{Kind: order.ManualHold})
		}},
		desk.Step{Name: "promise", OnRelease: true, Run: func(_ context.Context, w *desk.Work) error {
			if ran++; w.Order().Document.PurchaseOrder == "WAITS" {
				return errors.New("down")
			}
			return nil
		}})
	reject := desk.Action{Name: "cancel", Run: func(_ context.Context, w *desk.Work) error {
		return w.Reject(order.Rejection{Code: "cancelled"})
	}}
	for _, po := range []string{"HELD", "WAITS"} {
		r, err := d.Submit(t.Context(), desk.Submission{Key: po, Document: document(po)})
		require.NoError(t, err)
		_, err = d.Act(t.Context(), r.Order.ID, reject)
		require.NoError(t, err)
	}
	require.Equal(t, 2, ran)
	r, err := d.Release(t.Context(), "SO-00000001", "H1", "bob", "never mind")
	require.NoError(t, err)
	assert.Empty(t, r.Order.OpenHolds())
	c.add(time.Hour)
	_, err = d.RunDue(t.Context())
	require.NoError(t, err)
	assert.Empty(t, d.Waiting(), "it waits no longer")
	assert.Equal(t, 2, ran)

	_, err = d.Act(t.Context(), "SO-00000001", desk.Action{Name: "nothing"})
	var action *desk.ActionError
	require.ErrorAs(t, err, &action)
}

// What a step finds outdated is decided anew from the first step with OnRelease.
func TestOutdatedDecisionsAreMadeAnew(t *testing.T) {
	c := &clock{now: start}
	var ran []string
	reserved := time.Time{}
	step := func(name string, onRelease bool, run func() error) desk.Step {
		return desk.Step{Name: name, OnRelease: onRelease, Run: func(context.Context, *desk.Work) error {
			ran = append(ran, name)
			return run()
		}}
	}
	isDown := true
	d := open(t, journal.NewMemory(), c,
		step("price", false, func() error { return nil }),
		step("promise", true, func() error { reserved = c.Now(); return nil }),
		step("screen", false, func() error {
			if isDown {
				return errors.New("down")
			}
			return nil
		}),
		step("accept", true, func() error {
			if c.Now().Sub(reserved) > 48*time.Hour {
				return fmt.Errorf("%w: expired", desk.ErrOutdated)
			}
			return nil
		}))
	_, err := d.Submit(t.Context(), desk.Submission{Key: "k", Document: document("PO1")})
	require.NoError(t, err)
	isDown = false
	c.add(72 * time.Hour)
	r, err := d.RunDue(t.Context())
	require.NoError(t, err)
	require.Equal(t, "promise", r[0].Waiting.Step)
	assert.ErrorContains(t, errors.New(r[0].Waiting.Error), "expired")
	c.add(time.Hour)
	r, err = d.RunDue(t.Context())
	require.NoError(t, err)
	assert.Nil(t, r[0].Waiting)
	assert.Equal(t, []string{"price", "promise", "screen", "screen", "accept", "promise", "screen", "accept"}, ran)
}

// Of two copies of a purchase order that wait for the same port, the second
// sees the first, whoever retries them, and one whose append is open is seen too.
func TestCopiesOfAPurchaseOrderAlwaysSeeEachOther(t *testing.T) {
	isDown := true
	identify := desk.Step{Name: "identify", Run: func(_ context.Context, w *desk.Work) error {
		if err := w.Record(order.Identified{Customer: "C1"}); err != nil {
			return err
		}
		if len(w.SamePurchaseOrder()) > 0 {
			return w.Except(nil)
		}
		return nil
	}}
	alive := func(d *desk.Desk) (n int) {
		for o := range d.Orders() {
			if o.Status() != order.StatusException {
				n++
			}
		}
		return n
	}
	t.Run("retried side by side", func(t *testing.T) {
		c := &clock{now: start}
		var d *desk.Desk
		var meanwhile sync.WaitGroup
		var other atomic.Bool
		slow := desk.Step{Name: "slow", Run: func(_ context.Context, w *desk.Work) error {
			switch {
			case isDown:
				return errors.New("down")
			case w.Order().ID == "SO-00000001":
				meanwhile.Go(func() {
					_, err := d.Act(t.Context(), "SO-00000002", desk.Action{Name: "look", Run: func(context.Context, *desk.Work) error {
						other.Store(true)
						return nil
					}})
					assert.NoError(t, err)
				})
				for range 10_000 {
					runtime.Gosched()
				}
				assert.False(t, other.Load(), "the other copy waits its turn")
			}
			return nil
		}}
		d = open(t, journal.NewMemory(), c, slow)
		for i := range 2 {
			_, err := d.Submit(t.Context(), desk.Submission{Key: fmt.Sprint(i), Document: document("PO1")})
			require.NoError(t, err)
		}
		isDown = false
		c.add(time.Hour)
		_, err := d.RunDue(t.Context())
		require.NoError(t, err)
		meanwhile.Wait()
		assert.True(t, other.Load())
	})
	t.Run("open append", func(t *testing.T) {
		mem := journal.NewMemory()
		j := &unsure{Journal: mem, lose: func(n int) (bool, bool) { return n == 2 || n == 3, false }}
		d := open(t, j, &clock{now: start}, identify)
		_, err := d.Submit(t.Context(), desk.Submission{Key: "a", Document: document("PO1")})
		require.ErrorIs(t, err, desk.ErrUnsettled)
		_, err = d.Submit(t.Context(), desk.Submission{Key: "b", Document: document("PO1")})
		require.ErrorIs(t, err, desk.ErrUnsettled, "it cannot be known whether it is a copy")
		r, err := d.Submit(t.Context(), desk.Submission{Key: "b", Document: document("PO1")})
		require.NoError(t, err)
		assert.Equal(t, order.StatusException, r.Order.Status())
		assert.Equal(t, 1, alive(d))
		_, err = d.Submit(t.Context(), desk.Submission{Key: "c", Document: document("")})
		require.NoError(t, err)
		r, err = d.Submit(t.Context(), desk.Submission{Key: "d", Document: document("")})
		require.NoError(t, err)
		assert.NotEqual(t, order.StatusException, r.Order.Status(), "no number is no copy")
	})
}

// Settle finds out about everything that is open.
func TestSettle(t *testing.T) {
	mem, lose := journal.NewMemory(), map[int]bool{}
	j := &unsure{Journal: mem, lose: func(n int) (bool, bool) { return lose[n], false }}
	undone := 0
	step := desk.Step{Name: "accept", Run: func(ctx context.Context, w *desk.Work) error {
		w.OnRefused(func() error { undone++; return nil })
		return accept(ctx, w)
	}}
	series := &numbers{}
	d, err := desk.Open(t.Context(), desk.Config{
		Journal: j, Clock: (&clock{now: start}).Now, Steps: []desk.Step{step}, Folds: []desk.Fold{series},
	})
	require.NoError(t, err)
	require.NoError(t, d.Settle(t.Context()))
	for n := 2; n <= 6; n++ {
		lose[n] = true
	}
	_, err = d.Submit(t.Context(), desk.Submission{Key: "a", Document: document("PO1")})
	require.ErrorIs(t, err, desk.ErrUnsettled)
	_, err = d.Submit(t.Context(), desk.Submission{Key: "b", Document: document("PO2")})
	require.ErrorIs(t, err, desk.ErrUnsettled)
	require.ErrorIs(t, d.Record(t.Context(), "numbers", "ann", numbered{1}), desk.ErrUnsettled)
	require.ErrorIs(t, d.Record(t.Context(), "numbers", "ann", numbered{2}), desk.ErrUnsettled, "it queues behind the first")
	_, err = d.Order("SO-00000001")
	require.ErrorIs(t, err, desk.ErrNoOrder)
	require.ErrorIs(t, d.Settle(t.Context()), desk.ErrUnsettled, "one is lost again")
	require.NoError(t, d.Settle(t.Context()))
	assert.ElementsMatch(t, []order.ID{"SO-00000001", "SO-00000002"}, ids(d))
	assert.Zero(t, undone)
	again := &numbers{}
	second, err := desk.Open(t.Context(), desk.Config{
		Journal: mem, Clock: (&clock{now: start}).Now, Steps: []desk.Step{step}, Folds: []desk.Fold{again},
	})
	require.NoError(t, err)
	assert.Equal(t, 2, again.last)
	assert.Equal(t, ids(second), ids(d), "oldest first, whichever was known first")

	// taken back when another desk has the journal
	lose[j.calls+1] = true
	_, err = d.Submit(t.Context(), desk.Submission{Key: "c", Document: document("PO3")})
	require.ErrorIs(t, err, desk.ErrUnsettled)
	require.ErrorIs(t, d.Settle(t.Context()), desk.ErrSuperseded)
	assert.Equal(t, 1, undone)
	_, known := d.Submitted("c")
	assert.False(t, known)
	require.NoError(t, d.Settle(t.Context()))
}

// A stream may be written by orders and beside them.
func TestRecordAndRecordBesideShareAStream(t *testing.T) {
	j, series := journal.NewMemory(), &numbers{}
	d, err := desk.Open(t.Context(), desk.Config{
		Journal: j, Clock: (&clock{now: start}).Now, Steps: []desk.Step{{Name: "accept", Run: accept}}, Folds: []desk.Fold{series},
	})
	require.NoError(t, err)
	r, err := d.Submit(t.Context(), desk.Submission{Key: "k", Document: document("PO1")})
	require.NoError(t, err)
	number := desk.Action{Name: "number", Run: series.take, Beside: []string{"numbers"}}
	_, err = d.Act(t.Context(), r.Order.ID, number)
	require.NoError(t, err)
	require.NoError(t, d.Record(t.Context(), "numbers", "ann", numbered{2}))
	// a stream that is called as an order has keys of its own
	require.NoError(t, d.Record(t.Context(), "SO-00000002", "ann", numbered{3}))
	_, err = d.Submit(t.Context(), desk.Submission{Key: "l", Document: document("PO2")})
	require.NoError(t, err)
	again := &numbers{}
	_, err = desk.Open(t.Context(), desk.Config{
		Journal: j, Clock: (&clock{now: start}).Now, Steps: []desk.Step{{Name: "accept", Run: accept}}, Folds: []desk.Fold{again},
	})
	require.NoError(t, err)
	assert.Equal(t, 3, again.last)
}

// Actions that number orders side by side wait for each other, and for an
// append that is open, and so never race for a number.
func TestActionsBesideOneStreamFollowEachOther(t *testing.T) {
	mem := journal.NewMemory()
	j := &unsure{Journal: mem, lose: func(n int) (bool, bool) { return n == 12, false }}
	series := &numbers{}
	d, err := desk.Open(t.Context(), desk.Config{
		Journal: j, Clock: (&clock{now: start}).Now, Steps: []desk.Step{{Name: "accept", Run: accept}}, Folds: []desk.Fold{series},
	})
	require.NoError(t, err)
	for i := range 10 {
		_, err := d.Submit(t.Context(), desk.Submission{Key: fmt.Sprint(i), Document: document(fmt.Sprint("PO", i))})
		require.NoError(t, err)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	unsettled := 0
	for _, id := range ids(d) {
		wg.Go(func() {
			_, err := d.Act(t.Context(), id, desk.Action{Name: "number", Run: series.take, Beside: []string{"numbers"}})
			mu.Lock()
			defer mu.Unlock()
			if errors.Is(err, desk.ErrUnsettled) {
				unsettled++
			} else {
				assert.NoError(t, err)
			}
		})
	}
	wg.Wait()
	assert.Equal(t, 1, unsettled)
	assert.Equal(t, 10, series.last)
}

// A step that panics leaves no state behind.
func TestPanicTakesBack(t *testing.T) {
	undone := 0
	d := open(t, journal.NewMemory(), &clock{now: start}, desk.Step{Name: "bad", Run: func(_ context.Context, w *desk.Work) error {
		w.OnRefused(func() error { undone++; return nil })
		panic("bug")
	}})
	assert.Panics(t, func() { _, _ = d.Submit(t.Context(), desk.Submission{Key: "k", Document: document("PO1")}) })
	assert.Equal(t, 1, undone)
	_, known := d.Submitted("k")
	assert.False(t, known)
	assert.Empty(t, ids(d))
}

// The order is what the journal has, and nobody changes it from outside.
func TestTheDeskKeepsItsOwnCopy(t *testing.T) {
	j, c := journal.NewMemory(), &clock{now: start}
	d := open(t, j, c, desk.Step{Name: "accept", Run: accept})
	price := money.MustParse("1.00 USD")
	doc := document("PO1")
	doc.Lines[0].Price, doc.Instructions = &price, []string{}
	r, err := d.Submit(t.Context(), desk.Submission{Key: "k", Document: doc})
	require.NoError(t, err)
	price = money.MustParse("2.00 USD")
	doc.Lines[0].Item = "changed"
	r.Order.Lines[0].Item, r.Order.Document.Lines[0].Item = "changed", "changed"
	o, err := d.Order(r.Order.ID)
	require.NoError(t, err)
	again, err := open(t, j, c, desk.Step{Name: "accept", Run: accept}).Order(r.Order.ID)
	require.NoError(t, err)
	assert.Equal(t, again, o, "in all fields, nil or empty")
	assert.Equal(t, "1.00 USD", o.Lines[0].Price.String())
	assert.Equal(t, "A", o.Lines[0].Item)
}

// What a run records goes in as many appends as it needs, cut between steps.
func TestLargeRunsAreKeptInParts(t *testing.T) {
	long := strings.Repeat("x", 400<<10)
	decide := func(name string) desk.Step {
		return desk.Step{Name: name, Run: func(_ context.Context, w *desk.Work) error {
			return w.Decide(order.Decision{Outcome: order.Passed, Summary: long})
		}}
	}
	steps := []desk.Step{decide("one"), decide("two"), decide("three"), decide("four"), {Name: "accept", Run: accept}}
	for name, lost := range map[string]func(n int) (bool, bool){
		"all is well":       func(int) (bool, bool) { return false, false },
		"second part lost":  func(n int) (bool, bool) { return n == 3, false },
		"second answer too": func(n int) (bool, bool) { return false, n == 3 },
	} {
		t.Run(name, func(t *testing.T) {
			mem, c := journal.NewMemory(), &clock{now: start}
			j := &unsure{Journal: mem, lose: lost}
			d := open(t, j, c, steps...)
			s := desk.Submission{Key: "k", Document: document("PO1")}
			r, err := d.Submit(t.Context(), s)
			if err != nil {
				require.ErrorIs(t, err, desk.ErrUnsettled)
				_, err = d.RunDue(t.Context())
				require.NoError(t, err)
				r, err = d.Submit(t.Context(), s)
				require.NoError(t, err)
				assert.True(t, r.Known)
			}
			assert.Equal(t, order.StatusOpen, r.Order.Status())
			assert.Len(t, r.Order.Decisions, 5)
			assert.Equal(t, dump(t, open(t, mem, c, steps...).Orders()), dump(t, d.Orders()))
		})
	}
}

// A step that records more than any append carries waits, with the reason; a
// document that is larger is refused. Nothing else is lost.
func TestWhatNoAppendCarries(t *testing.T) {
	mem, c, undone := journal.NewMemory(), &clock{now: start}, 0
	d := open(t, mem, c,
		desk.Step{Name: "ok", Run: func(context.Context, *desk.Work) error { return nil }},
		desk.Step{Name: "large", Run: func(_ context.Context, w *desk.Work) error {
			w.OnRefused(func() error { undone++; return nil })
			return w.Decide(order.Decision{Outcome: order.Passed, Summary: strings.Repeat("x", journal.MaxBytes)})
		}})
	r, err := d.Submit(t.Context(), desk.Submission{Key: "k", Document: document("PO1")})
	require.NoError(t, err)
	require.NotNil(t, r.Waiting)
	assert.Equal(t, "large", r.Waiting.Step)
	assert.Contains(t, r.Waiting.Error, "the limit is 1048576")
	assert.Equal(t, 1, undone)
	require.Len(t, r.Order.Decisions, 1)

	doc := document("PO2")
	for i := range 40_000 {
		doc.Lines = append(doc.Lines, order.Request{ID: fmt.Sprint(i + 2), Item: "A", Quantity: quantity.New(1, quantity.Each)})
	}
	_, err = d.Submit(t.Context(), desk.Submission{Key: "l", Document: doc})
	require.ErrorIs(t, err, journal.ErrTooLarge)
	_, known := d.Submitted("l")
	assert.False(t, known)
}

func TestIDsThatAreAllTaken(t *testing.T) {
	d, err := desk.Open(t.Context(), desk.Config{
		Journal: journal.NewMemory(), Clock: (&clock{now: start}).Now, Steps: []desk.Step{{Name: "accept", Run: accept}},
		NewID: func(uint64) order.ID { return "ONE" },
	})
	require.NoError(t, err)
	_, err = d.Submit(t.Context(), desk.Submission{Key: "a", Document: document("PO1")})
	require.NoError(t, err)
	_, err = d.Submit(t.Context(), desk.Submission{Key: "b", Document: document("PO2")})
	var action *desk.ActionError
	require.ErrorAs(t, err, &action)
	assert.ErrorContains(t, err, "are taken")
}
