package intake_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order/intake"
)

// rejected receives a document and settles it as an exception.
func rejected(t *testing.T, in *intake.Inbox, control, raw string) string {
	t.Helper()
	r, err := in.Receive(t.Context(), document(control, raw))
	require.NoError(t, err)
	require.NoError(t, in.Settle(t.Context(), r.ID, intake.Outcome{Result: intake.Exception, Findings: finding.List{{Code: "c", Severity: finding.Block}}}))
	return r.ID
}

func entry(t *testing.T, in *intake.Inbox, id string) intake.Entry {
	t.Helper()
	e, err := in.Entry(id)
	require.NoError(t, err)
	return e
}

func ExampleInbox_Correct() {
	ctx := context.Background()
	in, _ := intake.New(intake.Config{Journal: journal.NewMemory(), Clock: clock})
	first, _ := in.Receive(ctx, intake.Document{Channel: "x12", Kind: "850", Raw: []byte("ST*850*0001~PO1*1*1O*EA~")})
	_ = in.Settle(ctx, first.ID, intake.Outcome{Result: intake.Exception})

	next, err := in.Correct(ctx, first.ID, intake.Correction{
		Raw: []byte("ST*850*0001~PO1*1*10*EA~"), Actor: "ada", Reason: "a letter in the quantity",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	_ = in.Settle(ctx, next.ID, intake.Outcome{Result: intake.Ordered, Order: "SO-1"})
	was, _ := in.Entry(first.ID)
	is, _ := in.Entry(next.ID)
	fmt.Println(was.State(), was.CorrectedBy == next.ID, was.Correction.Actor, was.Correction.Text)
	fmt.Println(is.State(), is.Corrects == first.ID, is.Outcome.Order)
	// Output:
	// corrected true ada a letter in the quantity
	// done true SO-1
}

func TestCorrectionsFollowEachOther(t *testing.T) {
	j := journal.NewMemory()
	in := inbox(t, j)
	first := rejected(t, in, "1", "a")
	c := intake.Correction{Raw: []byte("b"), Actor: "ada", Reason: "r"}
	second, err := in.Correct(t.Context(), first, c)
	require.NoError(t, err)
	assert.False(t, second.Known)
	again, err := inbox(t, j).Correct(t.Context(), first, c)
	require.NoError(t, err)
	assert.Equal(t, intake.Receipt{ID: second.ID, Known: true}, again)

	var state *intake.StateError
	_, err = in.Correct(t.Context(), first, intake.Correction{Raw: []byte("c"), Actor: "ada", Reason: "r"})
	require.ErrorAs(t, err, &state)
	assert.Equal(t, second.ID, state.By)
	assert.Contains(t, err.Error(), "is corrected, not to do")
	require.ErrorIs(t, in.Settle(t.Context(), first, intake.Outcome{Result: intake.Ordered, Order: "SO-1"}), intake.ErrSettled,
		"the correction would be a second order")
	_, err = in.Correct(t.Context(), second.ID, c)
	require.ErrorIs(t, err, intake.ErrUnchanged)
	_, err = in.Correct(t.Context(), second.ID, intake.Correction{Raw: []byte("c"), Actor: "ada", Reason: "r"})
	require.ErrorAs(t, err, &state, "nothing has become of it yet")

	require.NoError(t, in.Settle(t.Context(), second.ID, intake.Outcome{Result: intake.Exception}))
	third, err := in.Correct(t.Context(), second.ID, intake.Correction{Raw: []byte("a"), Actor: "bob", Reason: "it was right"})
	require.NoError(t, err, "the content of the first try again is a document of its own")
	require.NoError(t, in.Settle(t.Context(), third.ID, intake.Outcome{Result: intake.Ordered, Order: "SO-1"}))

	back := inbox(t, j)
	assert.Equal(t, slices.Collect(in.Entries()), slices.Collect(back.Entries()))
	assert.Equal(t, []string{second.ID, third.ID, ""},
		[]string{entry(t, back, first).CorrectedBy, entry(t, back, second.ID).CorrectedBy, entry(t, back, third.ID).CorrectedBy})
	assert.Equal(t, second.ID, entry(t, back, third.ID).Corrects)
	raw, err := back.Raw(t.Context(), first)
	require.NoError(t, err)
	assert.Equal(t, "a", string(raw), "the first try stays as it came")
}

// A correction of the envelope alone is one: the content may be sound.
func TestCorrectingTheEnvelope(t *testing.T) {
	in := inbox(t, journal.NewMemory())
	d := document("1", "ST*850~")
	d.Envelope = []byte("ISA*old~")
	r, err := in.Receive(t.Context(), d)
	require.NoError(t, err)
	require.NoError(t, in.Settle(t.Context(), r.ID, intake.Outcome{Result: intake.Exception}))
	next, err := in.Correct(t.Context(), r.ID, intake.Correction{Raw: d.Raw, Envelope: []byte("ISA*new~"), Actor: "ada", Reason: "r"})
	require.NoError(t, err)
	got, err := in.Document(t.Context(), next.ID)
	require.NoError(t, err)
	d.Envelope = []byte("ISA*new~")
	assert.Equal(t, d, got)
}

// However far a correction came before its process died, the first try is either as it
// was or has its correction, whole; and doing it again does it once.
func TestInterruptedCorrection(t *testing.T) {
	raw := bytes.Repeat([]byte{'x'}, 1_500_000) // three appends
	c := intake.Correction{Raw: raw, Actor: "ada", Reason: "r"}
	for n := 1; n <= 3; n++ {
		for _, kept := range []bool{false, true} {
			t.Run(fmt.Sprint(n, kept), func(t *testing.T) {
				mem := journal.NewMemory()
				first := rejected(t, inbox(t, mem), "1", "a")
				_, err := inbox(t, &failing{Journal: mem, n: n, kept: kept}).Correct(t.Context(), first, c)
				require.ErrorIs(t, err, journal.ErrOutcomeUnknown)

				after := inbox(t, mem)
				whole := n == 3 && kept
				assert.Equal(t, whole, entry(t, after, first).State() == intake.Corrected)
				for e := range after.Entries() {
					if e.Corrects != "" {
						assert.Equal(t, whole, e.State() == intake.Waiting)
						assert.Equal(t, !whole, e.State() == intake.Incomplete)
					}
				}
				r, err := after.Correct(t.Context(), first, c)
				require.NoError(t, err)
				assert.Equal(t, r.ID, entry(t, after, first).CorrectedBy)
				back, err := inbox(t, mem).Raw(t.Context(), r.ID)
				require.NoError(t, err)
				assert.Equal(t, raw, back)
				assert.Equal(t, 2, after.Tally().Received)
			})
		}
	}
}

// Many people at several processes correct one document: one of them does.
func TestManyCorrectAtOnce(t *testing.T) {
	mem := journal.NewMemory()
	first := rejected(t, inbox(t, mem), "1", "a")
	boxes := []*intake.Inbox{inbox(t, mem), inbox(t, mem)}
	var wg sync.WaitGroup
	var mu sync.Mutex
	var won []string
	for i := range 16 {
		wg.Go(func() {
			r, err := boxes[i%2].Correct(t.Context(), first, intake.Correction{Raw: fmt.Appendf(nil, "%d", i), Actor: "ada", Reason: "r"})
			if state := (*intake.StateError)(nil); err != nil {
				assert.ErrorAs(t, err, &state)
				return
			}
			mu.Lock()
			won = append(won, r.ID)
			mu.Unlock()
		})
	}
	wg.Wait()
	require.Len(t, won, 1)
	after := inbox(t, mem)
	assert.Equal(t, won[0], entry(t, after, first).CorrectedBy)
	assert.Equal(t, 2, after.Tally().Received, "those who lost left nothing behind")
}

func TestAssignCloseReopen(t *testing.T) {
	j := journal.NewMemory()
	in := inbox(t, j)
	id := rejected(t, in, "1", "a")
	require.NoError(t, in.Assign(t.Context(), id, "bob", "knows the partner", "ada"))
	require.NoError(t, in.Assign(t.Context(), id, "bob", "knows the partner", "eve"), "nothing changes")
	e := entry(t, inbox(t, j), id)
	assert.Equal(t, []string{"bob", "ada", "knows the partner"}, []string{e.AssignedTo, e.Assignment.Actor, e.Assignment.Text})

	require.NoError(t, in.Close(t.Context(), id, "the partner sent it anew", "bob"))
	var state *intake.StateError
	require.ErrorAs(t, in.Close(t.Context(), id, "again", "bob"), &state)
	require.ErrorAs(t, in.Assign(t.Context(), id, "eve", "", "ada"), &state)
	_, err := in.Correct(t.Context(), id, intake.Correction{Raw: []byte("b"), Actor: "ada", Reason: "r"})
	require.ErrorAs(t, err, &state)
	assert.Equal(t, intake.Closed, entry(t, inbox(t, j), id).State())

	other := inbox(t, j) // another process goes on
	require.NoError(t, other.Reopen(t.Context(), id, "it did not", "ada"))
	require.ErrorAs(t, in.Reopen(t.Context(), id, "it did not", "ada"), &state)
	assert.Equal(t, intake.ToDo, entry(t, inbox(t, j), id).State())

	require.ErrorIs(t, in.Close(t.Context(), "nope", "r", "ada"), intake.ErrNoDocument)
	var missing *intake.DocumentError
	require.ErrorAs(t, in.Close(t.Context(), id, " ", "ada"), &missing)
	require.ErrorAs(t, in.Assign(t.Context(), id, "bob", "", ""), &missing)
	for _, c := range []intake.Correction{{Actor: "a", Reason: "r"}, {Raw: []byte("b"), Reason: "r"}, {Raw: []byte("b"), Actor: "a"}} {
		_, err := in.Correct(t.Context(), id, c)
		require.ErrorAs(t, err, &missing)
	}
}

// TestCorrectWhatAnotherProcessReceived: an inbox that was opened before a document came
// finds it in the journal.
func TestCorrectWhatAnotherProcessReceived(t *testing.T) {
	j := journal.NewMemory()
	desk, gateway := inbox(t, j), inbox(t, j)
	id := rejected(t, gateway, "1", "wrong")
	r, err := desk.Correct(t.Context(), id, intake.Correction{Raw: []byte("right"), Kind: "860", Actor: "ada", Reason: "a slip"})
	require.NoError(t, err)
	assert.Equal(t, intake.Corrected, entry(t, desk, id).State())
	assert.Equal(t, []string{"860", "1"}, []string{entry(t, desk, r.ID).Kind, entry(t, desk, r.ID).Control})
}

// TestOutcomeFits: an outcome with more findings than an event has room for is kept with the
// ones that weigh most, and the same outcome again is still the same.
func TestOutcomeFits(t *testing.T) {
	in := inbox(t, journal.NewMemory())
	r, err := in.Receive(t.Context(), document("1", "raw"))
	require.NoError(t, err)
	var found finding.List
	for i := range 20_000 {
		found.Warn("c.warn", fmt.Sprintf("lines[%d]", i), "m", "")
	}
	found.Block("c.block", "", string(bytes.Repeat([]byte("x"), 2<<20)), "")
	for range 2 {
		require.NoError(t, in.Settle(t.Context(), r.ID, intake.Outcome{Result: intake.Exception, Findings: found}))
	}
	kept := entry(t, in, r.ID).Outcome.Findings
	require.Len(t, kept, 1_001)
	assert.Equal(t, "c.block", kept[0].Code)
	assert.Len(t, kept[0].Message, 2<<10)
	assert.Equal(t, finding.Finding{Code: "intake.more", Severity: finding.Warning, Message: "19001 more findings are left out",
		Fix: "mend what is told first; the document is kept as it came"}, kept[1_000])
}
