package desk_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
)

var start = time.Date(2026, 3, 27, 9, 0, 0, 0, time.UTC)

// clock is the host's; a test moves it.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func document(po string) order.Document {
	return order.Document{
		PurchaseOrder: po, Customer: "C1", Currency: money.USD,
		Source: order.Source{Channel: "manual"},
		Lines:  []order.Request{{ID: "1", Item: "A", Quantity: quantity.New(10, quantity.Each)}},
	}
}

// accept is the smallest useful desk.
func accept(_ context.Context, w *desk.Work) error {
	if len(w.Order().OpenHolds()) > 0 {
		return nil
	}
	return w.Record(order.Accepted{At: w.Now()})
}

func open(t *testing.T, j journal.Journal, c *clock, steps ...desk.Step) *desk.Desk {
	t.Helper()
	d, err := desk.Open(t.Context(), desk.Config{Journal: j, Clock: c.Now, Steps: steps})
	require.NoError(t, err)
	return d
}

func TestSubmitAccepts(t *testing.T) {
	d := open(t, journal.NewMemory(), &clock{now: start}, desk.Step{Name: "accept", Run: accept})
	r, err := d.Submit(t.Context(), desk.Submission{Key: "k1", Document: document("PO1"), Actor: "ann"})
	require.NoError(t, err)
	assert.Equal(t, order.ID("SO-00000001"), r.Order.ID)
	assert.Equal(t, order.StatusOpen, r.Order.Status())
	assert.Nil(t, r.Waiting)
	last, ok := r.Order.LastDecision("accept")
	require.True(t, ok)
	assert.Equal(t, order.Decision{Step: "accept", Outcome: order.Passed, At: start, Actor: "ann"}, last)
}

func TestSameSubmissionIsOneOrder(t *testing.T) {
	j := journal.NewMemory()
	d := open(t, j, &clock{now: start}, desk.Step{Name: "accept", Run: accept})
	first, err := d.Submit(t.Context(), desk.Submission{Key: "k1", Document: document("PO1")})
	require.NoError(t, err)
	again, err := d.Submit(t.Context(), desk.Submission{Key: "k1", Document: document("PO1")})
	require.NoError(t, err)
	assert.True(t, again.Known)
	assert.Equal(t, first.Order.ID, again.Order.ID)

	// and over a restart
	d = open(t, j, &clock{now: start.Add(time.Hour)}, desk.Step{Name: "accept", Run: accept})
	again, err = d.Submit(t.Context(), desk.Submission{Key: "k1", Document: document("PO1")})
	require.NoError(t, err)
	assert.True(t, again.Known)

	_, err = d.Submit(t.Context(), desk.Submission{Key: "k1", Document: document("PO2")})
	require.ErrorIs(t, err, desk.ErrKeyReused)
	_, err = d.Submit(t.Context(), desk.Submission{Document: document("PO2")})
	require.ErrorContains(t, err, "no key")
}

func TestManyCallersOneKey(t *testing.T) {
	d := open(t, journal.NewMemory(), &clock{now: start}, desk.Step{Name: "accept", Run: accept})
	ids := make([]order.ID, 16)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			r, err := d.Submit(t.Context(), desk.Submission{Key: fmt.Sprint("k", i%4), Document: document(fmt.Sprint("PO", i%4))})
			if assert.NoError(t, err) {
				ids[i] = r.Order.ID
			}
		})
	}
	wg.Wait()
	for i := range ids {
		assert.Equal(t, ids[i%4], ids[i])
	}
	n := 0
	for range d.Orders() {
		n++
	}
	assert.Equal(t, 4, n)
}

func TestFailingPortLeavesTheOrderWaiting(t *testing.T) {
	j, c := journal.NewMemory(), &clock{now: start}
	down := true
	var credit int
	steps := []desk.Step{
		{Name: "price", Run: func(_ context.Context, w *desk.Work) error {
			return w.Record(order.Priced{Lines: []order.PricedLine{{Line: "1", Net: money.FromMinor(1000, money.USD)}}})
		}},
		{Name: "credit", Retry: desk.Retry{First: time.Minute, Max: 3 * time.Minute}, Run: func(_ context.Context, w *desk.Work) error {
			credit++
			if err := w.Hold(order.Hold{Kind: order.CreditHold, Code: "x"}); err != nil {
				return err
			}
			if down {
				return errors.New("bureau: connection refused")
			}
			return w.Release(order.CreditHold, "paid")
		}},
		{Name: "accept", Run: accept},
	}
	d := open(t, j, c, steps...)
	r, err := d.Submit(t.Context(), desk.Submission{Key: "k1", Document: document("PO1")})
	require.NoError(t, err)
	assert.Equal(t, order.StatusPending, r.Order.Status())
	assert.Equal(t, "10.00 USD", r.Order.Total().String(), "what earlier steps recorded is kept")
	assert.Empty(t, r.Order.Holds, "what the failed step recorded is dropped")
	assert.Equal(t, &desk.Waiting{
		Order: r.Order.ID, Step: "credit", Attempt: 1, RetryAt: start.Add(time.Minute), Error: "bureau: connection refused",
	}, r.Waiting)

	done, err := d.RunDue(t.Context())
	require.NoError(t, err)
	assert.Empty(t, done, "not due yet")

	// waits double up to the limit, also over a restart
	for attempt, wait := range []time.Duration{2 * time.Minute, 3 * time.Minute, 3 * time.Minute} {
		c.add(time.Hour)
		d = open(t, j, c, steps...)
		done, err = d.RunDue(t.Context())
		require.NoError(t, err)
		require.Len(t, done, 1)
		assert.Equal(t, attempt+2, done[0].Waiting.Attempt)
		assert.Equal(t, c.Now().Add(wait), done[0].Waiting.RetryAt)
	}

	down = false
	c.add(time.Hour)
	done, err = d.RunDue(t.Context())
	require.NoError(t, err)
	require.Len(t, done, 1)
	assert.Nil(t, done[0].Waiting)
	assert.Equal(t, order.StatusOpen, done[0].Order.Status())
	assert.Equal(t, 5, credit)
	assert.Empty(t, d.Waiting())
}

func TestReleaseRunsAgainWhatDependsOnIt(t *testing.T) {
	var promised, checked int
	steps := []desk.Step{
		{Name: "promise", OnRelease: true, Run: func(context.Context, *desk.Work) error { promised++; return nil }},
		{Name: "credit", Run: func(_ context.Context, w *desk.Work) error {
			checked++
			if err := w.Hold(order.Hold{Kind: order.CreditHold, Code: "limit", Reason: "short by 5.00"}); err != nil {
				return err
			}
			return w.Hold(order.Hold{Kind: order.PriceHold, Code: "deviation"})
		}},
		{Name: "accept", OnRelease: true, Run: accept},
	}
	d := open(t, journal.NewMemory(), &clock{now: start}, steps...)
	r, err := d.Submit(t.Context(), desk.Submission{Key: "k", Document: document("PO1")})
	require.NoError(t, err)
	assert.Equal(t, order.StatusOnHold, r.Order.Status())
	require.Len(t, r.Order.OpenHolds(), 2)

	r, err = d.Release(t.Context(), r.Order.ID, "H1", "bob", "paid today")
	require.NoError(t, err)
	assert.Equal(t, order.StatusOnHold, r.Order.Status())
	assert.Equal(t, 1, promised)
	r, err = d.Release(t.Context(), r.Order.ID, "H2", "bob", "agreed by phone")
	require.NoError(t, err)
	assert.Equal(t, order.StatusOpen, r.Order.Status())
	assert.Equal(t, 2, promised)
	assert.Equal(t, 1, checked)
	assert.Equal(t, "bob", r.Order.Holds[0].ReleasedBy)

	_, err = d.Release(t.Context(), r.Order.ID, "H2", "eve", "again")
	require.ErrorContains(t, err, "was released by bob before")
	_, err = d.Release(t.Context(), "nope", "H2", "eve", "again")
	require.ErrorIs(t, err, desk.ErrNoOrder)
}

func TestExceptionEndsTheRun(t *testing.T) {
	found := finding.List{{Code: "order.line.unknown-item", Severity: finding.Block, Path: "lines[0].item"}}
	d := open(t, journal.NewMemory(), &clock{now: start},
		desk.Step{Name: "validate", Run: func(_ context.Context, w *desk.Work) error { return w.Except(found) }},
		desk.Step{Name: "accept", Run: accept})
	r, err := d.Submit(t.Context(), desk.Submission{Key: "k", Document: document("PO1")})
	require.NoError(t, err)
	assert.Equal(t, order.StatusException, r.Order.Status())
	e, ok := r.Order.Exception()
	require.True(t, ok)
	assert.Equal(t, found, e.Findings)
	_, ran := r.Order.LastDecision("accept")
	assert.False(t, ran)
}

func TestActIsAllOrNothing(t *testing.T) {
	d := open(t, journal.NewMemory(), &clock{now: start}, desk.Step{Name: "accept", Run: accept})
	r, err := d.Submit(t.Context(), desk.Submission{Key: "k", Document: document("PO1")})
	require.NoError(t, err)
	undone := 0
	_, err = d.Act(t.Context(), r.Order.ID, desk.Action{Name: "ship", Run: func(_ context.Context, w *desk.Work) error {
		w.OnRefused(func() error { undone++; return nil })
		if err := w.Hold(order.Hold{Kind: order.ManualHold}); err != nil {
			return err
		}
		return w.Record(order.Shipped{Lines: []order.ShippedLine{{Line: "1", Schedule: "nope", Quantity: quantity.New(1, quantity.Each)}}})
	}})
	var action *desk.ActionError
	require.ErrorAs(t, err, &action)
	assert.Equal(t, "ship", action.Action)
	assert.Equal(t, 1, undone)
	o, err := d.Order(r.Order.ID)
	require.NoError(t, err)
	assert.Empty(t, o.Holds)
}

func TestSecondDeskTakesOver(t *testing.T) {
	j, c := journal.NewMemory(), &clock{now: start}
	undone := 0
	step := desk.Step{Name: "accept", Run: func(ctx context.Context, w *desk.Work) error {
		w.OnRefused(func() error { undone++; return nil })
		return accept(ctx, w)
	}}
	first := open(t, j, c, step)
	_, err := first.Submit(t.Context(), desk.Submission{Key: "k1", Document: document("PO1")})
	require.NoError(t, err)
	second := open(t, j, c, step)
	_, err = first.Submit(t.Context(), desk.Submission{Key: "k2", Document: document("PO2")})
	require.ErrorIs(t, err, desk.ErrSuperseded)
	assert.Equal(t, 1, undone, "state that the steps changed is taken back")
	_, known := first.Submitted("k2")
	assert.False(t, known)
	r, err := second.Submit(t.Context(), desk.Submission{Key: "k2", Document: document("PO2")})
	require.NoError(t, err)
	assert.Equal(t, order.ID("SO-00000002"), r.Order.ID)
}

// unsure is a journal that loses its answers.
type unsure struct {
	journal.Journal
	lose  func(n int) (before, after bool)
	calls int
}

func (u *unsure) Append(ctx context.Context, b journal.Batch) (journal.Commit, error) {
	u.calls++
	before, after := u.lose(u.calls)
	if before {
		return journal.Commit{}, journal.ErrOutcomeUnknown
	}
	c, err := u.Journal.Append(ctx, b)
	if after {
		return journal.Commit{}, journal.ErrOutcomeUnknown
	}
	return c, err
}

func TestUnknownOutcomeIsSettled(t *testing.T) {
	for name, happened := range map[string]bool{"happened": true, "did not happen": false} {
		t.Run(name, func(t *testing.T) {
			mem := journal.NewMemory()
			j := &unsure{Journal: mem, lose: func(n int) (bool, bool) {
				return n == 2 && !happened, n == 2 && happened
			}}
			d := open(t, j, &clock{now: start}, desk.Step{Name: "accept", Run: accept})
			_, err := d.Submit(t.Context(), desk.Submission{Key: "k", Document: document("PO1")})
			require.ErrorIs(t, err, desk.ErrUnsettled)
			r, err := d.Submit(t.Context(), desk.Submission{Key: "k", Document: document("PO1")})
			require.NoError(t, err)
			assert.Equal(t, order.ID("SO-00000001"), r.Order.ID)
			assert.Equal(t, order.StatusOpen, r.Order.Status())
			n := 0
			for e, err := range mem.Read(t.Context(), "order/SO-00000001", 0) {
				require.NoError(t, err)
				if e.Type == "order.received" {
					n++
				}
			}
			assert.Equal(t, 1, n)
		})
	}
}

func TestCancelledSubmitKeepsNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	undone := 0
	d := open(t, journal.NewMemory(), &clock{now: start}, desk.Step{Name: "slow", Run: func(ctx context.Context, w *desk.Work) error {
		w.OnRefused(func() error { undone++; return nil })
		cancel()
		return ctx.Err()
	}})
	_, err := d.Submit(ctx, desk.Submission{Key: "k", Document: document("PO1")})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 1, undone)
	_, known := d.Submitted("k")
	assert.False(t, known)
}

func TestReplayIsTheSame(t *testing.T) {
	j, c := journal.NewMemory(), &clock{now: start.Add(123 * time.Nanosecond).In(time.FixedZone("X", 3600))}
	steps := []desk.Step{
		{Name: "hold", Run: func(_ context.Context, w *desk.Work) error {
			if w.Order().Document.PurchaseOrder == "PO2" {
				return w.Hold(order.Hold{Kind: order.ManualHold, Code: "look", Reason: "look at it"})
			}
			if w.Order().Document.PurchaseOrder == "PO3" {
				return errors.New("down")
			}
			return nil
		}},
		{Name: "accept", Run: accept, OnRelease: true},
	}
	d := open(t, j, c, steps...)
	for _, po := range []string{"PO1", "PO2", "PO3"} {
		_, err := d.Submit(t.Context(), desk.Submission{Key: po, Document: document(po)})
		require.NoError(t, err)
	}
	again := open(t, j, c, steps...)
	assert.Equal(t, dump(t, d.Orders()), dump(t, again.Orders()))
	assert.Equal(t, d.Waiting(), again.Waiting())
	assert.Len(t, again.Waiting(), 1)
	for o := range d.Orders() {
		folded, err := order.Fold(j.Read(t.Context(), "order/"+string(o.ID), 0))
		require.NoError(t, err)
		assert.Equal(t, o.Status(), folded.Status())
	}
}

func dump(t *testing.T, orders iter.Seq[*order.Order]) string {
	t.Helper()
	var all []*order.Order
	for o := range orders {
		all = append(all, o)
	}
	data, err := json.MarshalIndent(all, "", " ")
	require.NoError(t, err)
	return string(data)
}

func TestDuplicatePurchaseOrderIsSeen(t *testing.T) {
	var seen [][]order.ID
	d := open(t, journal.NewMemory(), &clock{now: start}, desk.Step{Name: "look", Run: func(_ context.Context, w *desk.Work) error {
		seen = append(seen, w.SamePurchaseOrder())
		return nil
	}})
	for i, po := range []string{"PO1", "PO2", "PO1"} {
		_, err := d.Submit(t.Context(), desk.Submission{Key: fmt.Sprint(i), Document: document(po)})
		require.NoError(t, err)
	}
	assert.Empty(t, seen[0])
	assert.Empty(t, seen[1])
	assert.Equal(t, []order.ID{"SO-00000001"}, seen[2])

	for i, store := range []string{"0045", "0046", "0045"} { // one purchase order, divided by store
		doc := document("PO3")
		doc.Store = party.Identifier{Scheme: party.AssignedByBuyer, Value: store}
		_, err := d.Submit(t.Context(), desk.Submission{Key: fmt.Sprint("store ", i), Document: doc})
		require.NoError(t, err)
	}
	assert.Empty(t, seen[3])
	assert.Empty(t, seen[4], "another store")
	assert.Equal(t, []order.ID{"SO-00000004"}, seen[5])
}

func TestConfig(t *testing.T) {
	step := desk.Step{Name: "accept", Run: accept}
	ok := desk.Config{Journal: journal.NewMemory(), Clock: time.Now, Steps: []desk.Step{step}}
	for name, change := range map[string]func(*desk.Config){
		"Journal":  func(c *desk.Config) { c.Journal = nil },
		"Clock":    func(c *desk.Config) { c.Clock = nil },
		"Steps":    func(c *desk.Config) { c.Steps = nil },
		"Steps[0]": func(c *desk.Config) { c.Steps = []desk.Step{{Run: accept}} },
		"Steps[1]": func(c *desk.Config) { c.Steps = []desk.Step{step, step} },
		"Steps[2]": func(c *desk.Config) {
			c.Steps = []desk.Step{step, {Name: "a", Run: accept}, {Name: "b", Run: accept, Check: func() error { return errors.New("has no ledger") }}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := ok
			change(&c)
			_, err := desk.Open(t.Context(), c)
			var config *desk.ConfigError
			require.ErrorAs(t, err, &config)
			assert.Equal(t, name, config.Field)
		})
	}
}

// numbers is a fold beside the orders: a series of numbers without gaps.
type numbers struct {
	last int
	at   journal.Position
}

type numbered struct {
	N int `json:"n"`
}

func (n *numbers) Events() *journal.Codec {
	return journal.MustCodec(journal.JSON[numbered]("test.numbered", 1))
}

func (n *numbers) Apply(e journal.Event, event any) error {
	got, ok := event.(numbered)
	if !ok || got.N != n.last+1 {
		return fmt.Errorf("%v does not follow %d", event, n.last)
	}
	n.last, n.at = got.N, e.Position
	return nil
}

func (n *numbers) take(_ context.Context, w *desk.Work) error {
	next := numbered{n.last + 1}
	return w.RecordBeside("numbers", n.at, func(at journal.Position) { n.last, n.at = next.N, at }, next)
}

func TestRecordBesideIsOneAppendAndReplayed(t *testing.T) {
	j, c, series := journal.NewMemory(), &clock{now: start}, &numbers{}
	build := func(f *numbers) *desk.Desk {
		d, err := desk.Open(t.Context(), desk.Config{
			Journal: j, Clock: c.Now, Steps: []desk.Step{{Name: "accept", Run: accept}}, Folds: []desk.Fold{f},
		})
		require.NoError(t, err)
		return d
	}
	d := build(series)
	r, err := d.Submit(t.Context(), desk.Submission{Key: "k", Document: document("PO1")})
	require.NoError(t, err)
	number := desk.Action{Name: "number", Run: series.take}
	for range 3 {
		_, err = d.Act(t.Context(), r.Order.ID, number)
		require.NoError(t, err)
	}
	assert.Equal(t, 3, series.last)

	stale := &numbers{last: 2, at: 1}
	_, err = d.Act(t.Context(), r.Order.ID, desk.Action{Name: "number", Run: stale.take})
	var conflict *journal.ConflictError
	require.ErrorAs(t, err, &conflict)
	assert.Equal(t, "numbers", conflict.Stream)

	_, err = d.Act(t.Context(), r.Order.ID, desk.Action{Name: "number", Run: func(ctx context.Context, w *desk.Work) error {
		return errors.Join(series.take(ctx, w), errors.New("thought better of it"))
	}})
	require.ErrorContains(t, err, "thought better")
	again := &numbers{}
	build(again)
	assert.Equal(t, series, again)
}

func TestRecord(t *testing.T) {
	mem, c := journal.NewMemory(), &clock{now: start}
	lose := 0
	j := &unsure{Journal: mem, lose: func(n int) (bool, bool) { return false, n == lose }}
	build := func(f *numbers) *desk.Desk {
		d, err := desk.Open(t.Context(), desk.Config{
			Journal: j, Clock: c.Now, Steps: []desk.Step{{Name: "accept", Run: accept}}, Folds: []desk.Fold{f},
		})
		require.NoError(t, err)
		return d
	}
	d := build(&numbers{})
	require.NoError(t, d.Record(t.Context(), "numbers", "ann", numbered{1}))
	lose = j.calls + 1
	require.ErrorIs(t, d.Record(t.Context(), "numbers", "ann", numbered{2}), desk.ErrUnsettled)
	require.NoError(t, d.Record(t.Context(), "numbers", "ann", numbered{3}), "the open append is settled first")
	again := &numbers{}
	second := build(again)
	assert.Equal(t, 3, again.last)
	require.ErrorIs(t, d.Record(t.Context(), "numbers", "ann", numbered{4}), desk.ErrSuperseded)
	require.NoError(t, second.Record(t.Context(), "numbers", "", numbered{4}))

	require.ErrorContains(t, second.Record(t.Context(), "order/SO-1", "", numbered{5}), "not for events beside")
	require.ErrorContains(t, second.Record(t.Context(), "x", "", order.Accepted{}), "no event of a fold")
}

func TestWhatCannotBeTakenBackStopsTheDesk(t *testing.T) {
	j := journal.NewMemory()
	step := desk.Step{Name: "stock", Run: func(_ context.Context, w *desk.Work) error {
		if w.Order().Document.PurchaseOrder == "PO2" {
			w.OnRefused(func() error { return errors.New("somebody has shipped it") })
			return errors.New("the stock does not answer")
		}
		return nil
	}}
	d := open(t, j, &clock{now: start}, step)
	_, err := d.Submit(t.Context(), desk.Submission{Key: "1", Document: document("PO1")})
	require.NoError(t, err)
	_, err = d.Submit(t.Context(), desk.Submission{Key: "2", Document: document("PO2")})
	require.NoError(t, err, "the order waits; that its step could not be undone shows now:")
	_, err = d.Submit(t.Context(), desk.Submission{Key: "3", Document: document("PO3")})
	require.ErrorIs(t, err, desk.ErrStale)
	require.ErrorContains(t, err, "somebody has shipped it")
	_, err = d.Act(t.Context(), "SO-00000001", desk.Action{Name: "x", Run: accept})
	require.ErrorIs(t, err, desk.ErrStale)
	require.ErrorIs(t, d.Record(t.Context(), "numbers", ""), desk.ErrStale)
	require.ErrorIs(t, d.Settle(t.Context()), desk.ErrStale)

	d = open(t, j, &clock{now: start}, step)
	_, err = d.Submit(t.Context(), desk.Submission{Key: "3", Document: document("PO3")})
	require.NoError(t, err)
}
