package steps_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/desk/steps"
)

// flaky loses every nth answer: of these, every other after the append has
// happened.
type flaky struct {
	journal.Journal
	every int64
	calls atomic.Int64
}

func (f *flaky) Append(ctx context.Context, b journal.Batch) (journal.Commit, error) {
	n := f.calls.Add(1)
	if f.every == 0 || n%f.every != 0 {
		return f.Journal.Append(ctx, b)
	}
	if n/f.every%2 == 0 {
		if _, err := f.Journal.Append(ctx, b); err != nil {
			return journal.Commit{}, err
		}
	}
	return journal.Commit{}, journal.ErrOutcomeUnknown
}

// insist does something until the journal can say what became of it.
func insist(do func() error) error {
	for {
		if err := do(); !errors.Is(err, desk.ErrUnsettled) {
			return err
		}
	}
}

// open puts stock and credit into a house, in the journal too.
func (h *house) stockUp(t testing.TB, d *desk.Desk, hammers, nails int64, limit string) {
	t.Helper()
	for id, n := range map[string]int64{"HAMMER": hammers, "NAILS": nails} {
		ref, defined, err := h.stock.Define(h.clock.now, atp.Definition{Item: id, Site: "MAIN"})
		require.NoError(t, err)
		counted, err := h.stock.Count(h.clock.now, atp.Count{Ref: ref, Status: atp.Available, Quantity: n})
		require.NoError(t, err)
		require.NoError(t, d.Record(t.Context(), "stock/MAIN", "ann", defined, counted))
	}
	for _, account := range []string{"C1", "C2"} {
		set, err := h.ledger.SetAccount(h.clock.now, credit.Setting{Actor: "ann", Reason: "new", Account: credit.Account{
			ID: account, Currency: money.USD, Limit: &credit.Limit{Amount: usd(limit)},
		}})
		require.NoError(t, err)
		require.NoError(t, d.Record(t.Context(), "credit/"+account, "ann", set))
	}
}

// Everything at once on a journal that loses answers: each purchase order twice
// under different keys and once under the same, a credit check that is down now
// and then, releases, shipments, bills, receipts and retries. In the end no
// purchase order lives twice, no hammer was promised twice, and what is in
// memory is what the journal says.
func TestEverythingAtOnce(t *testing.T) {
	for _, every := range []int64{0, 5} {
		t.Run(fmt.Sprintf("every %d lost", every), func(t *testing.T) { everythingAtOnce(t, every) })
	}
}

func everythingAtOnce(t *testing.T, every int64) {
	h := newHouse(t)
	j := &flaky{Journal: h.journal}
	h.journal = j
	var checks atomic.Int64
	s := h.creditSteps()
	check := s[3].Run
	s[3].Retry = desk.Retry{First: time.Nanosecond, Max: time.Nanosecond}
	s[3].Run = func(ctx context.Context, w *desk.Work) error {
		if checks.Add(1)%7 == 0 {
			return errors.New("down")
		}
		return check(ctx, w)
	}
	d := h.open(t, s...)
	h.stockUp(t, d, 100, 2000, "900.00")
	j.every = every

	const purchases = 40
	var wg sync.WaitGroup
	results := make([][3]order.ID, purchases)
	for i := range purchases {
		doc := document(fmt.Sprint("PO", i), []string{"C1", "C2"}[i%2], want("HAMMER", int64(1+i%5), quantity.Each), want("NAILS", 50, quantity.Each))
		for k, key := range []string{"a", "b", "a"} {
			wg.Go(func() {
				assert.NoError(t, insist(func() error {
					r, err := d.Submit(t.Context(), desk.Submission{Key: fmt.Sprint(key, i), Document: doc})
					if err == nil {
						results[i][k] = r.Order.ID
					}
					return err
				}))
			})
		}
	}
	for range 4 {
		wg.Go(func() {
			for range 20 {
				if _, err := d.RunDue(t.Context()); err != nil {
					assert.ErrorIs(t, err, desk.ErrUnsettled)
				}
				h.serve(t, d)
			}
		})
	}
	wg.Go(func() {
		ref, err := h.stock.Ref("NAILS", "MAIN")
		assert.NoError(t, err)
		for n := range int64(20) {
			counted, err := h.stock.Count(h.clock.now, atp.Count{Ref: ref, Status: atp.Blocked, Quantity: n})
			assert.NoError(t, err)
			if err := d.Record(t.Context(), "stock/MAIN", "ann", counted); err != nil {
				assert.ErrorIs(t, err, desk.ErrUnsettled)
			}
		}
	})
	wg.Wait()
	j.every = 0
	for len(d.Waiting()) > 0 {
		h.clock.now = h.clock.now.Add(time.Second)
		_, err := d.RunDue(t.Context())
		require.NoError(t, err)
	}
	h.serve(t, d)
	require.NoError(t, d.Settle(t.Context()))

	live := map[string]int{}
	shipped := int64(0)
	for o := range d.Orders() {
		if o.Status() != order.StatusException {
			live[o.Document.PurchaseOrder]++
		}
		n, _ := o.Lines[0].Shipped().Int64()
		shipped += n
	}
	assert.Len(t, live, purchases)
	for po, n := range live {
		assert.Equal(t, 1, n, po)
	}
	for _, ids := range results {
		assert.Equal(t, ids[0], ids[2], "one key, one order")
		assert.NotEqual(t, ids[0], ids[1], "two keys, two orders, of which one is an exception")
	}
	ref, err := h.stock.Ref("HAMMER", "MAIN")
	require.NoError(t, err)
	left, err := h.stock.Item(ref)
	require.NoError(t, err)
	assert.EqualValues(t, 100-shipped, left.Available)
	assert.GreaterOrEqual(t, left.Available, int64(0))

	other := h.fresh(t, j.Journal)
	replayed, err := other.tryOpen(t)
	require.NoError(t, err)
	same(t, other.dump(t, replayed), h.dump(t, d), "as the journal says")
}

// serve releases, ships and bills whatever it can.
func (h *house) serve(t *testing.T, d *desk.Desk) {
	t.Helper()
	for o := range d.Orders() {
		var action *desk.ActionError
		for _, hold := range o.OpenHolds() {
			_, err := d.Release(t.Context(), o.ID, hold.ID, "bob", "fine")
			if err != nil && !errors.As(err, &action) { // somebody else was faster
				assert.ErrorIs(t, err, desk.ErrUnsettled)
			}
		}
		_, err := h.shipper().Ship(t.Context(), d, o.ID, "MAIN", calendar.DateOf(h.clock.now))
		if err != nil && !errors.As(err, &action) {
			assert.ErrorIs(t, err, desk.ErrUnsettled)
		}
		_, err = h.biller().Bill(t.Context(), d, o.ID)
		if err != nil && !errors.Is(err, steps.ErrNothingToBill) {
			assert.ErrorIs(t, err, desk.ErrUnsettled)
		}
	}
}

// A second desk takes over while the first is busy: each purchase order is one
// order in the end, and both desks are of one mind with the journal.
func TestTakeOverInTheMiddle(t *testing.T) {
	h := newHouse(t)
	d := h.open(t, h.creditSteps()...)
	h.stockUp(t, d, 1000, 1000, "100000.00")
	var wg sync.WaitGroup
	var second *desk.Desk
	heir := h.fresh(t, h.journal)
	opened := make(chan struct{})
	for i := range 60 {
		wg.Go(func() {
			s := desk.Submission{Key: fmt.Sprint(i), Document: document(fmt.Sprint("PO", i), "C1", want("HAMMER", 2, quantity.Each))}
			if _, err := d.Submit(t.Context(), s); err != nil {
				assert.ErrorIs(t, err, desk.ErrSuperseded)
				<-opened
				_, err = second.Submit(t.Context(), s)
				assert.NoError(t, err)
			}
		})
		if i == 20 {
			wg.Go(func() {
				defer close(opened)
				var err error
				second, err = heir.tryOpen(t)
				assert.NoError(t, err)
			})
		}
	}
	wg.Wait()
	n := 0
	for range second.Orders() {
		n++
	}
	assert.Equal(t, 60, n)
	other := h.fresh(t, h.journal)
	replayed, err := other.tryOpen(t)
	require.NoError(t, err)
	same(t, other.dump(t, replayed), heir.dump(t, second), "as the journal says")
	ref, err := h.stock.Ref("HAMMER", "MAIN")
	require.NoError(t, err)
	free, err := h.stock.ATP(h.clock.now, atp.Query{Ref: ref})
	require.NoError(t, err)
	m := int64(0)
	for range d.Orders() {
		m++
	}
	assert.Equal(t, 1000-2*m, free, "what the first desk could not keep went back")
}
