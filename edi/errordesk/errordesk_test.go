package errordesk_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/errordesk"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/intake"
)

const isa = "ISA*00*          *00*          *01*123456789      *ZZ*MERIDIAN       *260330*0915*U*00401*000000101*0*P*>~\n"

// damaged has a set with a code that is none and a sound one.
const damaged = isa + "GS*PO*BIGBOX*MERIDIAN*20260330*0915*12*X*004010~\n" +
	"ST*850*0001~\nBEG*00*QX*4711**20260330~\nPO1*1*10*EA*2.50**UP*012345678905~\nCTT*1~\nSE*5*0001~\n" +
	"ST*850*0002~\nBEG*00*SA*4712**20260330~\nPO1*1*10*EA*2.50**UP*012345678905~\nCTT*1~\nSE*5*0002~\nGE*2*12~\nIEA*1*000000101~\n"

var start = time.Date(2026, 3, 30, 9, 15, 0, 0, time.UTC)

func clock() time.Time { return start }

// host takes X12 and EDIFACT: what has a failure is an exception, all else an order.
type host struct {
	inbox *intake.Inbox
	desk  *errordesk.Desk
	// orders are what was ordered, by the document's id: the host's own memory of it.
	orders map[string]order.ID
	fail   error
}

func newHost(t testing.TB, j journal.Journal) *host {
	t.Helper()
	in, err := intake.New(intake.Config{Journal: j, Clock: clock})
	require.NoError(t, err)
	require.NoError(t, in.Load(context.Background()))
	h := &host{inbox: in, orders: make(map[string]order.ID)}
	h.desk, err = errordesk.New(errordesk.Config{Inbox: in, Clock: func() time.Time { return start.Add(26 * time.Hour) }, Process: h.process})
	require.NoError(t, err)
	return h
}

func (h *host) process(_ context.Context, e intake.Entry, interchange []byte) (intake.Outcome, error) {
	if h.fail != nil {
		return intake.Outcome{}, h.fail
	}
	var found finding.List
	if e.Channel == errordesk.ChannelEDIFACT {
		report, err := edifact.Read(bytes.NewReader(interchange), edifact.Options{Checker: edifact.NewSchemaChecker(edifact.SchemaConfig{})})
		if err != nil {
			return intake.Outcome{}, err
		}
		for _, m := range report.Messages() {
			for _, f := range append(m.Faults, m.Interchange.Faults...) {
				found = append(found, f.Finding())
			}
		}
	} else {
		report, err := x12.Read(bytes.NewReader(interchange), x12.Options{Checker: x12.NewSchemaChecker(x12.SchemaConfig{})})
		if err != nil {
			return intake.Outcome{}, err
		}
		for _, s := range report.Sets() {
			for _, f := range slices.Concat(s.Faults, s.Group.Faults, s.Interchange().Faults) {
				found = append(found, f.Finding())
			}
		}
		if len(report.Sets()) == 0 {
			found.Block("x12.not-x12", "", "there is no set", "")
		}
	}
	if found.Blocks() {
		return intake.Outcome{Result: intake.Exception, Findings: found}, nil
	}
	h.orders[e.ID] = order.ID("SO-" + e.ID)
	return intake.Outcome{Result: intake.Ordered, Order: h.orders[e.ID]}, nil
}

// take receives every set of a file and processes it, and returns the ids.
func (h *host) take(t testing.TB, text string) []string {
	t.Helper()
	report, err := x12.Read(strings.NewReader(text), x12.Options{Checker: x12.NewSchemaChecker(x12.SchemaConfig{})})
	require.NoError(t, err)
	var ids []string
	for _, set := range report.Sets() {
		d, err := errordesk.FromSet(set)
		require.NoError(t, err)
		ids = append(ids, h.receive(t, d, func(e intake.Entry) intake.Outcome {
			o := intake.Outcome{Result: intake.Ordered, Order: order.ID("SO-" + e.ID)}
			for _, f := range slices.Concat(set.Faults, set.Group.Faults, set.Interchange().Faults) {
				o.Findings = append(o.Findings, f.Finding())
			}
			if o.Findings.Blocks() {
				o.Result, o.Order = intake.Exception, ""
			}
			return o
		}))
	}
	return ids
}

func (h *host) receive(t testing.TB, d intake.Document, outcome func(intake.Entry) intake.Outcome) string {
	t.Helper()
	r, err := h.inbox.Receive(context.Background(), d)
	require.NoError(t, err)
	e, err := h.inbox.Entry(r.ID)
	require.NoError(t, err)
	require.NoError(t, h.inbox.Settle(context.Background(), r.ID, outcome(e)))
	return r.ID
}

func Example() {
	ctx := context.Background()
	h := newHost(&testing.T{}, journal.NewMemory())
	h.take(&testing.T{}, damaged)
	for _, c := range h.desk.List(errordesk.Filter{}) {
		detail, err := h.desk.Show(ctx, c.ID)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, p := range detail.Problems {
			fmt.Printf("%s %s, segment %d %s%02d %q: %s\n", c.Kind, c.Control, p.SegmentNo, p.Segment, p.Element, p.Value, p.Code)
		}
		mended := bytes.Replace(detail.Interchange, []byte("*QX*"), []byte("*SA*"), 1)
		result, err := h.desk.Correct(ctx, c.ID, errordesk.Correction{Raw: mended, Actor: "ada", Reason: "the buyer meant a stand-alone order"})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(result.Outcome.Result)
		for _, change := range result.Changes {
			fmt.Println(change.Kind, change.Was, "->", change.Is, change.Elements)
		}
	}
	// Output:
	// 850 000000101/12/0001, segment 2 BEG02 "QX": schema.element.code
	// order
	// changed BEG*00*QX*4711**20260330 -> BEG*00*SA*4711**20260330 [2]
}

func TestTriesAreLinkedBothWays(t *testing.T) {
	j := journal.NewMemory()
	h := newHost(t, j)
	ids := h.take(t, damaged)
	require.Len(t, ids, 2)
	correct := func(id, text string) errordesk.Result {
		r, err := h.desk.Correct(t.Context(), id, errordesk.Correction{Raw: []byte(text), Actor: "ada", Reason: "r"})
		require.NoError(t, err)
		return r
	}
	// the set alone, still wrong
	second := correct(ids[0], "ST*850*0001~\nBEG*00*QY*4711**20260330~\nPO1*1*10*EA*2.50**UP*012345678905~\nCTT*1~\nSE*5*0001~\n")
	assert.Equal(t, intake.Exception, second.Outcome.Result)
	third := correct(second.ID, "ST*850*0001~\nBEG*00*SA*4711**20260330~\nREF*DP*1~\nPO1*1*10*EA*2.50**UP*012345678905~\nCTT*1~\nSE*6*0001~\n")
	assert.Equal(t, intake.Ordered, third.Outcome.Result)
	var kinds []errordesk.ChangeKind
	for _, c := range third.Changes {
		kinds = append(kinds, c.Kind)
	}
	assert.Equal(t, []errordesk.ChangeKind{errordesk.Changed, errordesk.Added, errordesk.Changed}, kinds, "%v", third.Changes)

	again := newHost(t, j)
	for _, id := range []string{ids[0], second.ID, third.ID} {
		d, err := again.desk.Show(t.Context(), id)
		require.NoError(t, err)
		require.Len(t, d.Tries, 3)
		assert.Equal(t, []string{ids[0], second.ID, third.ID}, []string{d.Tries[0].ID, d.Tries[1].ID, d.Tries[2].ID})
		assert.Equal(t, id != ids[0], len(d.Changes) > 0)
	}
	first, err := again.desk.Show(t.Context(), ids[0])
	require.NoError(t, err)
	assert.Contains(t, string(first.Document.Raw), "*QX*", "the first try stays as it came")
	assert.Equal(t, []any{"ada", "r"}, []any{first.Correction.Actor, first.Correction.Text})
	assert.Empty(t, again.desk.List(errordesk.Filter{}))
	assert.Len(t, again.desk.List(errordesk.Filter{States: []intake.State{intake.Corrected}}), 2)
}

func TestFilter(t *testing.T) {
	h := newHost(t, journal.NewMemory())
	ids := h.take(t, strings.Replace(damaged, "GE*2*12", "GE*3*12", 1)) // both are rejected
	require.NoError(t, h.inbox.Assign(t.Context(), ids[1], "bob", "", "ada"))
	for name, c := range map[string]struct {
		filter errordesk.Filter
		want   []string
	}{
		"all":        {errordesk.Filter{}, ids},
		"partner":    {errordesk.Filter{Partner: "01:123456789"}, ids},
		"other":      {errordesk.Filter{Partner: "01:999"}, nil},
		"kind":       {errordesk.Filter{Kind: "850"}, ids},
		"kind none":  {errordesk.Filter{Kind: "860"}, nil},
		"code":       {errordesk.Filter{Code: "schema.element.code"}, ids[:1]},
		"prefix":     {errordesk.Filter{Code: "schema"}, ids[:1]},
		"no prefix":  {errordesk.Filter{Code: "schem"}, nil},
		"young":      {errordesk.Filter{OlderThan: 27 * time.Hour}, nil},
		"old":        {errordesk.Filter{OlderThan: 25 * time.Hour}, ids},
		"assigned":   {errordesk.Filter{AssignedTo: "bob"}, ids[1:]},
		"unassigned": {errordesk.Filter{Unassigned: true}, ids[:1]},
		"done":       {errordesk.Filter{States: []intake.State{intake.Done}}, nil},
	} {
		var got []string
		for _, e := range h.desk.List(c.filter) {
			got = append(got, e.ID)
		}
		assert.Equal(t, c.want, got, name)
	}
}

// A set that was rejected for its envelope is sound by itself.
func TestAgainAfterTheEnvelopeWasAtFault(t *testing.T) {
	h := newHost(t, journal.NewMemory())
	ids := h.take(t, strings.Replace(damaged, "GE*2*12", "GE*3*12", 1))
	r, err := h.desk.Again(t.Context(), ids[1])
	require.NoError(t, err)
	assert.Equal(t, intake.Ordered, r.Outcome.Result)
	var state *intake.StateError
	_, err = h.desk.Again(t.Context(), ids[1])
	require.ErrorAs(t, err, &state)
	_, err = h.desk.Again(t.Context(), "nope")
	require.ErrorIs(t, err, intake.ErrNoDocument)
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

// A process that dies in any step of a correction loses nothing, and nothing is
// ordered twice.
func TestDeathBetweenSteps(t *testing.T) {
	for n := 1; n <= 2; n++ {
		for _, kept := range []bool{false, true} {
			t.Run(fmt.Sprint(n, kept), func(t *testing.T) {
				mem := journal.NewMemory()
				id := newHost(t, mem).take(t, damaged)[0]
				dying := newHost(t, &failing{Journal: mem, n: n, kept: kept})
				detail, err := dying.desk.Show(t.Context(), id)
				require.NoError(t, err)
				c := errordesk.Correction{Raw: bytes.Replace(detail.Interchange, []byte("*QX*"), []byte("*SA*"), 1), Actor: "ada", Reason: "r"}
				_, err = dying.desk.Correct(t.Context(), id, c)
				require.ErrorIs(t, err, journal.ErrOutcomeUnknown)

				next := newHost(t, mem)
				resumed, err := next.desk.Resume(t.Context())
				require.NoError(t, err)
				assert.Len(t, resumed, map[string]int{"1 true": 1, "2 false": 1}[fmt.Sprint(n, kept)])
				r, err := next.desk.Correct(t.Context(), id, c) // the person tries again
				require.NoError(t, err)
				assert.Equal(t, intake.Ordered, r.Outcome.Result)
				last := newHost(t, mem)
				assert.Equal(t, intake.Tally{Received: 3, Ordered: 2, Exceptions: 1}, last.inbox.Tally())
				assert.Empty(t, last.desk.List(errordesk.Filter{}))
			})
		}
	}
}

func TestProcessThatFails(t *testing.T) {
	h := newHost(t, journal.NewMemory())
	id := h.take(t, damaged)[0]
	detail, err := h.desk.Show(t.Context(), id)
	require.NoError(t, err)
	h.fail = errors.New("no database")
	_, err = h.desk.Correct(t.Context(), id, errordesk.Correction{Raw: bytes.Replace(detail.Interchange, []byte("*QX*"), []byte("*SA*"), 1), Actor: "ada", Reason: "r"})
	require.ErrorIs(t, err, h.fail)
	_, err = h.desk.Resume(t.Context())
	require.ErrorIs(t, err, h.fail)
	h.fail = nil
	done, err := h.desk.Resume(t.Context())
	require.NoError(t, err)
	require.Len(t, done, 1)
	assert.Equal(t, id, done[0].Corrects)
	assert.Equal(t, intake.Ordered, done[0].Outcome.Result)
}

func TestWhatIsNoCorrection(t *testing.T) {
	h := newHost(t, journal.NewMemory())
	id := h.take(t, damaged)[0]
	var bad *errordesk.DocumentError
	for name, text := range map[string]string{"nothing": " \n", "text": "hello", "two sets": damaged, "another standard": "UNB+UNOC:3'"} {
		_, err := h.desk.Correct(t.Context(), id, errordesk.Correction{Raw: []byte(text), Actor: "ada", Reason: "r"})
		require.ErrorAs(t, err, &bad, name)
		assert.Equal(t, id, bad.ID)
	}
	detail, err := h.desk.Show(t.Context(), id)
	require.NoError(t, err)
	_, err = h.desk.Correct(t.Context(), id, errordesk.Correction{Raw: detail.Interchange, Actor: "ada", Reason: "r"})
	require.ErrorIs(t, err, intake.ErrUnchanged)
	var missing *intake.DocumentError
	_, err = h.desk.Correct(t.Context(), id, errordesk.Correction{Raw: []byte("ST*850*1~")})
	require.ErrorAs(t, err, &missing)

	var config *errordesk.ConfigError
	_, err = errordesk.New(errordesk.Config{Clock: clock})
	require.ErrorAs(t, err, &config)
	_, err = errordesk.New(errordesk.Config{Inbox: h.inbox})
	require.ErrorAs(t, err, &config)
	reading, err := errordesk.New(errordesk.Config{Inbox: h.inbox, Clock: clock})
	require.NoError(t, err)
	_, err = reading.Again(t.Context(), id)
	require.ErrorAs(t, err, &config)
}

// A file of which nothing could be read is corrected as a whole.
func TestFileAsAWhole(t *testing.T) {
	h := newHost(t, journal.NewMemory())
	id := h.receive(t, intake.Document{Channel: errordesk.ChannelX12, Kind: "file", Name: "a.x12", Raw: []byte("XX" + damaged)}, func(intake.Entry) intake.Outcome {
		return intake.Outcome{Result: intake.Exception, Findings: finding.List{{Code: "x12.not-x12", Severity: finding.Block, Path: "segments[1].ISA", Message: "m"}}}
	})
	detail, err := h.desk.Show(t.Context(), id)
	require.NoError(t, err)
	assert.Equal(t, "XX"+damaged, string(detail.Interchange))
	assert.Equal(t, 1, detail.Problems[0].SegmentNo)
	r, err := h.desk.Correct(t.Context(), id, errordesk.Correction{Raw: []byte(strings.Replace(damaged, "QX", "SA", 1)), Actor: "ada", Reason: "junk before the ISA"})
	require.NoError(t, err)
	assert.Equal(t, intake.Ordered, r.Outcome.Result)
}
