package intake_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/intake"
)

// Two processes take the same documents in at once, on a journal that loses
// answers: each document is there once, whole, with one outcome.
func TestManyReceiveAtOnce(t *testing.T) {
	mem := journal.NewMemory()
	raw := func(i int) []byte { return slices.Repeat([]byte(fmt.Sprintf("%09d\n", i)), 54_000) } // two appends
	var wg sync.WaitGroup
	for range 2 {
		in := inbox(t, mem)
		for i := range 6 {
			for range 2 {
				wg.Go(func() {
					r, err := in.Receive(t.Context(), intake.Document{Channel: "csv", Raw: raw(i % 3), Control: fmt.Sprint(i)})
					assert.NoError(t, err)
					assert.NoError(t, in.Settle(t.Context(), r.ID, intake.Outcome{Result: intake.Ordered, Order: "SO-1"}))
				})
			}
		}
	}
	wg.Wait()
	in := inbox(t, mem)
	assert.Equal(t, intake.Tally{Received: 6, Ordered: 6}, in.Tally())
	for e := range in.Entries() {
		back, err := in.Raw(t.Context(), e.ID)
		require.NoError(t, err)
		assert.Len(t, back, 540_000)
	}
}

// A desk may open on the journal of an inbox that is in use, and again.
func TestDeskOpensOnAnInboxInUse(t *testing.T) {
	j := journal.NewMemory()
	in := inbox(t, j)
	r, err := in.Receive(t.Context(), document("1", "x"))
	require.NoError(t, err)
	require.NoError(t, in.Settle(t.Context(), r.ID, intake.Outcome{Result: intake.PassedOver}))
	for range 2 {
		_, err = desk.Open(t.Context(), desk.Config{
			Journal: j, Clock: clock, Folds: []desk.Fold{in},
			Steps: []desk.Step{{Name: "accept", Run: func(_ context.Context, w *desk.Work) error {
				return w.Record(order.Accepted{At: w.Now()})
			}}},
		})
		require.NoError(t, err)
	}
	require.NoError(t, in.Load(t.Context()))
	assert.Equal(t, intake.Tally{Received: 1, PassedOver: 1}, in.Tally())
}

// Names come as they are, also such as no JSON can carry.
func TestNamesThatAreNoText(t *testing.T) {
	j := journal.NewMemory()
	in := inbox(t, j)
	d := document("1", "x")
	d.Partner, d.Name = "\xff\xfe", "a\x80.x12"
	r, err := in.Receive(t.Context(), d)
	require.NoError(t, err)
	live, err := in.Entry(r.ID)
	require.NoError(t, err)
	replayed, err := inbox(t, j).Entry(r.ID)
	require.NoError(t, err)
	assert.Equal(t, replayed, live)
	again, err := inbox(t, j).Receive(t.Context(), d)
	require.NoError(t, err)
	assert.True(t, again.Known)
}

func TestWhatCannotBeReceived(t *testing.T) {
	in := inbox(t, journal.NewMemory())
	for name, d := range map[string]intake.Document{
		"no channel": {Raw: []byte("x")},
		"no content": {Channel: "csv"},
	} {
		_, err := in.Receive(t.Context(), d)
		assert.ErrorContains(t, err, "needs a channel and content", name)
	}
	_, err := intake.New(intake.Config{Journal: journal.NewMemory()})
	assert.ErrorContains(t, err, "a clock")
	_, err = in.Entry("nope")
	assert.ErrorIs(t, err, intake.ErrNoDocument)
}
