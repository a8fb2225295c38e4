package intake_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order/intake"
)

func clock() time.Time { return time.Date(2026, 3, 27, 9, 0, 0, 0, time.UTC) }

func inbox(t *testing.T, j journal.Journal) *intake.Inbox {
	t.Helper()
	in, err := intake.New(intake.Config{Journal: j, Clock: clock})
	require.NoError(t, err)
	require.NoError(t, in.Load(t.Context()))
	return in
}

func document(control, raw string) intake.Document {
	return intake.Document{Channel: "x12", Kind: "850", Partner: "ACME", Control: control, Name: "a.x12", Raw: []byte(raw)}
}

func ExampleInbox() {
	ctx := context.Background()
	in, _ := intake.New(intake.Config{Journal: journal.NewMemory(), Clock: clock})
	good, _ := in.Receive(ctx, intake.Document{Channel: "x12", Kind: "850", Raw: []byte("ST*850*0001~...")})
	bad, _ := in.Receive(ctx, intake.Document{Channel: "csv", Raw: []byte("???")})
	_ = in.Settle(ctx, good.ID, intake.Outcome{Result: intake.Ordered, Order: "SO-1"})
	_ = in.Settle(ctx, bad.ID, intake.Outcome{Result: intake.Exception, Findings: finding.List{{Code: "csv.no-header"}}})
	fmt.Println(in.Tally())
	// Output: received 2, orders 1, exceptions 1, passed over 0, open 0
}

func TestReceiveKeepsTheRawForm(t *testing.T) {
	j := journal.NewMemory()
	in := inbox(t, j)
	first, err := in.Receive(t.Context(), document("1", "ST*850~"))
	require.NoError(t, err)
	assert.False(t, first.Known)

	again, err := inbox(t, j).Receive(t.Context(), document("1", "ST*850~"))
	require.NoError(t, err)
	assert.True(t, again.Known)
	assert.Equal(t, first.ID, again.ID)

	other, err := in.Receive(t.Context(), document("1", "ST*850*changed~"))
	require.NoError(t, err)
	assert.False(t, other.Known, "the same number over other content is another document")

	raw, err := inbox(t, j).Raw(t.Context(), first.ID)
	require.NoError(t, err)
	assert.Equal(t, "ST*850~", string(raw))
	_, err = in.Raw(t.Context(), "nope")
	require.ErrorIs(t, err, intake.ErrNoDocument)
}

func TestLargeDocument(t *testing.T) {
	j := journal.NewMemory()
	raw := bytes.Repeat([]byte("PO1*1*10*EA*1.25~\n"), 150_000) // 2.7 MB: several appends
	r, err := inbox(t, j).Receive(t.Context(), intake.Document{Channel: "x12", Raw: raw})
	require.NoError(t, err)
	back, err := inbox(t, j).Raw(t.Context(), r.ID)
	require.NoError(t, err)
	assert.True(t, bytes.Equal(raw, back))

	_, err = inbox(t, j).Receive(t.Context(), intake.Document{Channel: "x12", Raw: make([]byte, intake.MaxBytes+1)})
	require.ErrorIs(t, err, intake.ErrTooLarge)
}

// failing fails the nth append, before or after it happened.
type failing struct {
	journal.Journal
	n    int
	kept bool
}

func (f *failing) Append(ctx context.Context, b journal.Batch) (journal.Commit, error) {
	f.n--
	if f.n == 0 {
		if f.kept {
			if _, err := f.Journal.Append(ctx, b); err != nil {
				return journal.Commit{}, err
			}
		}
		return journal.Commit{}, journal.ErrOutcomeUnknown
	}
	return f.Journal.Append(ctx, b)
}

func TestInterruptedReceiptIsCompleted(t *testing.T) {
	raw := bytes.Repeat([]byte{'x'}, 1_500_000) // three appends
	for n := 1; n <= 3; n++ {
		for _, kept := range []bool{false, true} {
			t.Run(fmt.Sprint(n, kept), func(t *testing.T) {
				mem := journal.NewMemory()
				in := inbox(t, &failing{Journal: mem, n: n, kept: kept})
				_, err := in.Receive(t.Context(), intake.Document{Channel: "csv", Raw: raw})
				require.ErrorIs(t, err, journal.ErrOutcomeUnknown)
				r, err := in.Receive(t.Context(), intake.Document{Channel: "csv", Raw: raw})
				require.NoError(t, err)
				back, err := inbox(t, mem).Raw(t.Context(), r.ID)
				require.NoError(t, err)
				assert.Len(t, back, len(raw))
				assert.Equal(t, 1, in.Tally().Received)
			})
		}
	}
}

func TestTwoInboxesOnOneJournal(t *testing.T) {
	j := journal.NewMemory()
	a, b := inbox(t, j), inbox(t, j)
	one, err := a.Receive(t.Context(), document("1", "x"))
	require.NoError(t, err)
	two, err := b.Receive(t.Context(), document("1", "x"))
	require.NoError(t, err)
	assert.Equal(t, one.ID, two.ID)
	assert.True(t, two.Known)
	require.NoError(t, a.Settle(t.Context(), one.ID, intake.Outcome{Result: intake.Ordered, Order: "SO-1"}))
	require.ErrorIs(t, b.Settle(t.Context(), one.ID, intake.Outcome{Result: intake.Ordered, Order: "SO-2"}), intake.ErrSettled)
}

func TestSettle(t *testing.T) {
	j := journal.NewMemory()
	in := inbox(t, j)
	r, err := in.Receive(t.Context(), document("1", "x"))
	require.NoError(t, err)
	assert.Len(t, slices.Collect(in.Open()), 1)
	why := finding.List{{Code: "edi.mapping.no-lines", Severity: finding.Block}}
	require.NoError(t, in.Settle(t.Context(), r.ID, intake.Outcome{Result: intake.Exception, Findings: why}))
	require.NoError(t, in.Settle(t.Context(), r.ID, intake.Outcome{Result: intake.Exception, Findings: why}))
	assert.Empty(t, slices.Collect(in.Open()))

	// corrected later
	require.NoError(t, in.Settle(t.Context(), r.ID, intake.Outcome{Result: intake.Ordered, Order: "SO-1"}))
	require.ErrorIs(t, in.Settle(t.Context(), r.ID, intake.Outcome{Result: intake.PassedOver}), intake.ErrSettled)
	require.ErrorIs(t, in.Settle(t.Context(), "nope", intake.Outcome{Result: intake.PassedOver}), intake.ErrNoDocument)
	require.ErrorContains(t, in.Settle(t.Context(), r.ID, intake.Outcome{Result: "lost"}), "no result")

	again := inbox(t, j)
	assert.Equal(t, slices.Collect(in.Entries()), slices.Collect(again.Entries()))
	assert.Equal(t, intake.Tally{Received: 1, Ordered: 1}, again.Tally())
}

func TestTypedErrors(t *testing.T) {
	var config *intake.ConfigError
	_, err := intake.New(intake.Config{Clock: clock})
	require.ErrorAs(t, err, &config)
	assert.Equal(t, "Journal", config.Field)
	_, err = intake.New(intake.Config{Journal: journal.NewMemory()})
	require.ErrorAs(t, err, &config)
	assert.Equal(t, "Clock", config.Field)
	var bad *intake.DocumentError
	_, err = inbox(t, journal.NewMemory()).Receive(t.Context(), intake.Document{Channel: "csv"})
	require.ErrorAs(t, err, &bad)
}
