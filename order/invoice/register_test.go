package invoice_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/invoice"
)

func newRegister(t require.TestingT) *invoice.Register {
	r, err := invoice.NewRegister(series, invoice.Series{Name: "export", Prefix: "X", First: 1001})
	require.NoError(t, err)
	return r
}

// issue makes an invoice of the order with the series' next number, and the
// batch that brings it into the journal with what it does to the order.
func issue(t require.TestingT, r *invoice.Register, series string, o *order.Order) (invoice.Number, journal.Batch) {
	number, expect, err := r.Next(series)
	require.NoError(t, err)
	req := request(t, o)
	req.Number = number
	inv, err := invoice.Make(req)
	require.NoError(t, err)
	return number, journal.Batch{Writes: []journal.Write{
		{Stream: "order/" + string(o.ID), Events: []journal.Draft{draft(t, order.Events(), inv.Invoiced(at))}},
		{Stream: invoice.Stream(series), Expect: expect, Events: []journal.Draft{draft(t, r.Events(), invoice.Issued{Invoice: inv})}},
	}}
}

func draft(t require.TestingT, codec *journal.Codec, v any) journal.Draft {
	d, err := codec.Encode(v)
	require.NoError(t, err)
	d.At = at
	return d
}

// numbers reads the sequence of a series from the journal.
func numbers(t require.TestingT, j journal.Journal, series string) []int64 {
	var all []int64
	for e, err := range j.Read(context.Background(), invoice.Stream(series), 0) {
		require.NoError(t, err)
		v, known, err := invoice.Events().Decode(e)
		require.NoError(t, err)
		require.True(t, known)
		all = append(all, v.(invoice.Issued).Invoice.Sequence)
	}
	return all
}

func TestRegister(t *testing.T) {
	ctx := context.Background()
	j := journal.NewMemory()
	r := newRegister(t)
	for i := range 3 {
		o := newShipped(t)
		o.ID = order.ID(fmt.Sprintf("SO-%d", i))
		number, batch := issue(t, r, "sales", o)
		assert.Equal(t, fmt.Sprintf("INV-%06d", i+1), number.Text)
		commit, err := j.Append(ctx, batch)
		require.NoError(t, err)
		r.Kept(number)(commit.Positions(batch)[1])
	}
	o := newShipped(t)
	o.ID = "SO-X"
	number, batch := issue(t, r, "export", o)
	assert.Equal(t, "X1001", number.Text)
	_, err := j.Append(ctx, batch)
	require.NoError(t, err)

	replayed := newRegister(t)
	for e, err := range j.Read(ctx, journal.All, 0) {
		require.NoError(t, err)
		v, known, err := replayed.Events().Decode(e)
		require.NoError(t, err)
		if !known {
			continue
		}
		require.NoError(t, replayed.Apply(e, v))
		require.NoError(t, replayed.Apply(e, v), "an event twice is once")
	}
	for name, want := range map[string]string{"sales": "INV-000004", "export": "X1002"} {
		next, expect, err := replayed.Next(name)
		require.NoError(t, err)
		assert.Equal(t, want, next.Text)
		require.NoError(t, r.CatchUp(ctx, j, name))
		live, liveExpect, err := r.Next(name)
		require.NoError(t, err)
		assert.Equal(t, next, live)
		assert.Equal(t, expect, liveExpect)
	}
}

// Many writers, some with a register of their own as other processes have
// it, some of which give up at the last moment: the journal has every number
// once and no gap, and every order is billed once (BIL-1).
func TestNumbersHaveNoGaps(t *testing.T) {
	ctx := context.Background()
	j := journal.NewMemory()
	shared := newRegister(t)
	const writers, orders = 8, 25
	failures := make([]error, writers)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			r := shared
			if w%2 == 1 {
				r = newRegister(t)
			}
			for n := range orders {
				o := newShipped(t)
				o.ID = order.ID(fmt.Sprintf("SO-%d-%d", w, n))
				if n%5 == 3 {
					issue(t, r, "sales", o) // crashes before the append
				}
				if err := issueWithRetry(ctx, t, j, r, o); err != nil {
					failures[w] = err
					return
				}
			}
		})
	}
	wg.Wait()
	require.NoError(t, errors.Join(failures...))
	got := numbers(t, j, "sales")
	require.Len(t, got, writers*orders)
	for i, n := range got {
		require.Equal(t, int64(i+1), n)
	}
	replayed := newRegister(t)
	require.NoError(t, replayed.CatchUp(ctx, j, "sales"))
	next, _, err := replayed.Next("sales")
	require.NoError(t, err)
	assert.Equal(t, int64(writers*orders+1), next.Sequence)
}

func issueWithRetry(ctx context.Context, t require.TestingT, j journal.Journal, r *invoice.Register, o *order.Order) error {
	for {
		number, batch := issue(t, r, "sales", o)
		commit, err := j.Append(ctx, batch)
		if err == nil {
			r.Kept(number)(commit.Positions(batch)[1])
			return nil
		}
		var conflict *journal.ConflictError
		if !errors.As(err, &conflict) || conflict.Stream != invoice.Stream("sales") {
			return err
		}
		if err := r.CatchUp(ctx, j, "sales"); err != nil {
			return err
		}
	}
}

// Kept may be called late, after somebody else's invoice became known.
func TestKeptLate(t *testing.T) {
	r := newRegister(t)
	r.Kept(series.Number(6))(60)
	r.Kept(series.Number(5))(50)
	next, expect, err := r.Next("sales")
	require.NoError(t, err)
	assert.Equal(t, int64(7), next.Sequence)
	assert.Equal(t, journal.Position(60), expect)

	r.Kept(series.Number(math.MaxInt64))(70)
	var none *invoice.SeriesError
	_, _, err = r.Next("sales")
	require.ErrorAs(t, err, &none)
}

func TestRegisterRefuses(t *testing.T) {
	_, _, err := newRegister(t).Next("services")
	require.ErrorIs(t, err, invoice.ErrNoSeries)

	issued := func(series string, n int64) invoice.Issued {
		return invoice.Issued{Invoice: invoice.Invoice{Series: series, Sequence: n, Number: "?"}}
	}
	r := newRegister(t)
	require.NoError(t, r.Apply(journal.Event{Stream: "invoice/sales", Position: 5}, issued("sales", 17)), "the first may be any")
	var gap *invoice.GapError
	require.ErrorAs(t, r.Apply(journal.Event{Stream: "invoice/sales", Position: 6}, issued("sales", 19)), &gap)
	assert.Equal(t, int64(18), gap.Want)
	require.ErrorAs(t, r.Apply(journal.Event{Stream: "invoice/sales", Position: 6}, issued("sales", 17)), &gap)
	assert.Contains(t, gap.Error(), "position 6")
	require.NoError(t, r.Apply(journal.Event{Stream: "invoice/old", Position: 7}, issued("old", 3)), "a series that is no longer in use")
	var misfit *invoice.EventError
	require.ErrorAs(t, r.Apply(journal.Event{Stream: "invoice/export", Position: 8}, issued("sales", 18)), &misfit)
	require.ErrorAs(t, r.Apply(journal.Event{Stream: "invoice/sales", Position: 8}, 1), &misfit)

	j := journal.NewMemory()
	_, err = j.Append(context.Background(), journal.Batch{Writes: []journal.Write{{
		Stream: "invoice/sales", Events: []journal.Draft{{Type: "other.thing", Version: 1, At: at}},
	}}})
	require.NoError(t, err)
	require.ErrorAs(t, newRegister(t).CatchUp(context.Background(), j, "sales"), &misfit)
	require.NoError(t, j.Close())
	require.ErrorIs(t, newRegister(t).CatchUp(context.Background(), j, "sales"), journal.ErrClosed)
}

func TestNewRegisterRefuses(t *testing.T) {
	a := invoice.Series{Name: "a", Prefix: "A-"}
	tests := map[string][]invoice.Series{
		"no name":                 {{Prefix: "A-"}},
		"the same name":           {a, {Name: "a", Prefix: "B-"}},
		"the same prefix":         {a, {Name: "b", Prefix: "A-", Width: 9}},
		"one prefix with a digit": {a, {Name: "b", Prefix: "A-1"}},
		"the other way round":     {{Name: "b", Prefix: "A-12"}, a},
		"too wide":                {{Name: "a", Width: 19}},
		"below zero":              {{Name: "a", Width: -1}},
		"first below zero":        {{Name: "a", First: -1}},
		"control character":       {{Name: "a", Prefix: "A\n"}},
	}
	for name, list := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := invoice.NewRegister(list...)
			var wrong *invoice.SeriesError
			require.ErrorAs(t, err, &wrong)
			assert.NotEmpty(t, wrong.Error())
		})
	}
	_, err := invoice.NewRegister(a, invoice.Series{Name: "b", Prefix: "A-X"}, invoice.Series{Name: "c", Prefix: "C"})
	require.NoError(t, err)
}
