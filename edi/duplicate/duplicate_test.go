package duplicate_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/duplicate"
	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/journal"
)

var start = time.Date(2026, 3, 30, 9, 15, 0, 0, time.UTC)

func register(t testing.TB, j journal.Journal, now *time.Time) *duplicate.Register {
	t.Helper()
	r, err := duplicate.New(duplicate.Config{Journal: j, Clock: func() time.Time { return *now }})
	require.NoError(t, err)
	require.NoError(t, r.Load(context.Background()))
	return r
}

func profile(d partner.Duplicates) partner.Profile {
	return partner.Profile{Name: "bigbox", Duplicates: d}
}

// purchase is an interchange with a set for each purchase order.
func purchase(t testing.TB, interchange, group int, orders ...string) *x12.Interchange {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "ISA*00*          *00*          *01*123456789      *ZZ*MERIDIAN       *260330*0915*U*00401*%09d*1*P*>~GS*PO*A*B*20260330*0915*%d*X*004010~", interchange, group)
	for i, po := range orders {
		fmt.Fprintf(&b, "ST*850*%04d~BEG*00*SA*%s**20260330~SE*3*%04d~", i+1, po, i+1)
	}
	fmt.Fprintf(&b, "GE*%d*%d~IEA*1*%09d~", len(orders), group, interchange)
	report, err := x12.Read(strings.NewReader(b.String()), x12.Options{})
	require.NoError(t, err)
	require.True(t, report.OK())
	return report.Interchanges[0]
}

func reply(t testing.TB, ic *x12.Interchange) string {
	t.Helper()
	var out bytes.Buffer
	w, err := x12.NewWriter(&out, x12.WriterConfig{})
	require.NoError(t, err)
	_, _, err = x12.Reply(w, ic, x12.ReplyConfig{Control: "9", GroupControl: 9, At: start})
	require.NoError(t, err)
	return out.String()
}

func Example() {
	ctx := context.Background()
	t := &testing.T{}
	now := start
	r := register(t, journal.NewMemory(), &now)
	bigbox := profile(partner.Duplicates{})
	for i, ic := range []*x12.Interchange{purchase(t, 101, 7, "4711"), purchase(t, 101, 7, "4711"), purchase(t, 101, 7, "4712")} {
		v, err := r.AdmitX12(ctx, bigbox, fmt.Sprint("received/", i+1), ic)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(v.Numbers[0].Outcome, v.Resend(), v.First.ID, ic.Status(), len(v.Reused))
	}
	// Output:
	// unused false  accepted 0
	// resent true received/1 accepted 0
	// reused false received/1 rejected 1
}

func TestScopes(t *testing.T) {
	all := []partner.Scope{partner.ScopeInterchange, partner.ScopeGroup, partner.ScopeSet}
	for name, c := range map[string]struct {
		policy partner.Duplicates
		second *x12.Interchange
		resend bool
		sets   int    // resent
		reply  string // that tells what is refused
	}{
		"another interchange number":     {partner.Duplicates{}, purchase(t, 2, 1, "A", "B"), false, 0, ""},
		"interchange reused":             {partner.Duplicates{}, purchase(t, 1, 2, "A", "B"), false, 0, "TA1*000000001*260330*0915*R*025~"},
		"interchange reused, accepted":   {partner.Duplicates{Accept: true}, purchase(t, 1, 2, "A", "B"), false, 0, "TA1*000000001*260330*0915*E*025~"},
		"interchange resent":             {partner.Duplicates{Scopes: all}, purchase(t, 1, 1, "A", "B"), true, 2, ""},
		"group resent":                   {partner.Duplicates{Scopes: all}, purchase(t, 2, 1, "A", "B"), true, 2, ""},
		"group reused":                   {partner.Duplicates{Scopes: all}, purchase(t, 2, 1, "A", "C"), false, 0, "AK9*R*2*2*0*19~"},
		"one set resent, one reused":     {partner.Duplicates{Scopes: all[2:]}, purchase(t, 2, 2, "A", "C"), false, 1, "AK2*850*0002~AK5*R*23~"},
		"all sets resent":                {partner.Duplicates{Scopes: all[2:]}, purchase(t, 2, 2, "A"), true, 1, ""},
		"set numbers are none of theirs": {partner.Duplicates{Scopes: all[:1]}, purchase(t, 2, 2, "C"), false, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			j := journal.NewMemory()
			now := start
			v, err := register(t, j, &now).AdmitX12(t.Context(), profile(c.policy), "r/1", purchase(t, 1, 1, "A", "B"))
			require.NoError(t, err)
			assert.False(t, v.Resend())
			assert.Empty(t, v.Reused)
			after := register(t, j, &now) // another process
			v, err = after.AdmitX12(t.Context(), profile(c.policy), "r/2", c.second)
			require.NoError(t, err)
			assert.Equal(t, c.resend, v.Resend())
			assert.Len(t, v.Sets, c.sets)
			for _, first := range v.Sets {
				assert.Equal(t, "r/1", first.ID)
			}
			assert.Equal(t, c.reply != "", len(v.Reused) > 0)
			if c.reply != "" {
				assert.Contains(t, reply(t, c.second), c.reply)
			}
		})
	}
}

// A number counts for as many days as was agreed, then it is free again.
func TestWindow(t *testing.T) {
	now := start
	r := register(t, journal.NewMemory(), &now)
	admit := func(id, po string, days int) duplicate.Outcome {
		v, err := r.AdmitX12(t.Context(), profile(partner.Duplicates{Days: days}), id, purchase(t, 1, 1, po))
		require.NoError(t, err)
		return v.Numbers[0].Outcome
	}
	assert.Equal(t, duplicate.Unused, admit("1", "A", 30))
	now = start.AddDate(0, 0, 30).Add(-time.Second)
	assert.Equal(t, duplicate.Reused, admit("2", "B", 30))
	now = start.AddDate(0, 0, 30)
	assert.Equal(t, duplicate.Reused, admit("2", "B", 0), "for ever")
	assert.Equal(t, duplicate.Unused, admit("2", "B", 30))
	assert.Equal(t, duplicate.Resent, admit("3", "B", 30), "the later use counts from now on")
}

// Without an id an interchange is named by its content.
func TestNamedByContent(t *testing.T) {
	now := start
	r := register(t, journal.NewMemory(), &now)
	for i, want := range []duplicate.Outcome{duplicate.Unused, duplicate.Unused, duplicate.Reused} {
		v, err := r.AdmitX12(t.Context(), profile(partner.Duplicates{}), "", purchase(t, 1, 1, []string{"A", "A", "B"}[i]))
		require.NoError(t, err)
		assert.Equal(t, want, v.Numbers[0].Outcome)
		assert.Contains(t, v.ID, "X12/1/")
	}
}

// What a process died over comes again under its id and is no duplicate of itself.
func TestTheSameAgain(t *testing.T) {
	j := journal.NewMemory()
	now := start
	for range 2 {
		v, err := register(t, j, &now).AdmitX12(t.Context(), profile(partner.Duplicates{Scopes: []partner.Scope{partner.ScopeInterchange, partner.ScopeSet}}), "r/1", purchase(t, 1, 1, "A", "B"))
		require.NoError(t, err)
		assert.False(t, v.Resend())
		assert.Empty(t, v.Sets)
	}
}

// An interchange that is refused for its envelope is to come again under its number.
func TestRejectedIsNotRemembered(t *testing.T) {
	now := start
	r := register(t, journal.NewMemory(), &now)
	bad := purchase(t, 1, 1, "A")
	bad.Faults = append(bad.Faults, fault.Fault{Code: "x12.iea.count", Severity: fault.Failure})
	_, err := r.AdmitX12(t.Context(), profile(partner.Duplicates{}), "1", bad)
	require.NoError(t, err)
	v, err := r.AdmitX12(t.Context(), profile(partner.Duplicates{}), "2", purchase(t, 1, 1, "A"))
	require.NoError(t, err)
	assert.Equal(t, duplicate.Unused, v.Numbers[0].Outcome)
}

func TestEDIFACT(t *testing.T) {
	message := func(interchange, ref, po string) *edifact.Interchange {
		text := "UNB+UNOC:3+A:14+B:14+260330:0915+" + interchange + "'UNG+ORDERS+A+B+260330:0915+5+UN+D:96A'UNH+" + ref + "+ORDERS:D:96A:UN'BGM+220+" + po + "+9'UNT+3+" + ref + "'UNE+1+5'UNZ+1+" + interchange + "'"
		report, err := edifact.Read(strings.NewReader(text), edifact.Options{})
		require.NoError(t, err)
		require.True(t, report.OK())
		return report.Interchanges[0]
	}
	for _, c := range []struct {
		scope        partner.Scope
		resend, uses *edifact.Interchange
		refused      string
	}{
		{partner.ScopeInterchange, message("X1", "1", "A"), message("X1", "2", "B"), "UCI+X1+A:14+B:14+4+26+UNB+6'"},
		{partner.ScopeGroup, message("X2", "1", "A"), message("X2", "1", "B"), "UCF+5+A+B+4+26+UNG+6'"},
		{partner.ScopeSet, message("X2", "1", "A"), message("X2", "1", "B"), "UCM+1+ORDERS:D:96A:UN+4+26+UNH+2'"},
	} {
		now := start
		r := register(t, journal.NewMemory(), &now)
		p := profile(partner.Duplicates{Scopes: []partner.Scope{c.scope}})
		_, err := r.AdmitEDIFACT(t.Context(), p, "1", message("X1", "1", "A"))
		require.NoError(t, err)
		v, err := r.AdmitEDIFACT(t.Context(), p, "2", c.resend)
		require.NoError(t, err)
		assert.True(t, v.Resend(), c.scope)
		v, err = r.AdmitEDIFACT(t.Context(), p, "3", c.uses)
		require.NoError(t, err)
		assert.False(t, v.Resend())
		var out bytes.Buffer
		w, err := edifact.NewWriter(&out, edifact.WriterConfig{})
		require.NoError(t, err)
		_, err = edifact.Reply(w, c.uses, edifact.ReplyConfig{Control: "1", At: start})
		require.NoError(t, err)
		assert.Contains(t, out.String(), c.refused)
	}
}

// losing loses the answer of an append, or the append.
type losing struct {
	journal.Journal
	mu   sync.Mutex
	n    int
	kept bool
}

func (l *losing) Append(ctx context.Context, b journal.Batch) (journal.Commit, error) {
	l.mu.Lock()
	l.n--
	lost := l.n == 0
	l.mu.Unlock()
	if !lost {
		return l.Journal.Append(ctx, b)
	}
	if l.kept {
		if _, err := l.Journal.Append(ctx, b); err != nil {
			return journal.Commit{}, err
		}
	}
	return journal.Commit{}, journal.ErrOutcomeUnknown
}

// Many at several processes receive different things under one number: one of them is
// the first, on a journal that loses answers too.
func TestManyAtOnce(t *testing.T) {
	mem := journal.NewMemory()
	now := start
	boxes := []*duplicate.Register{register(t, &losing{Journal: mem, n: 1, kept: true}, &now), register(t, &losing{Journal: mem, n: 2}, &now)}
	var wg sync.WaitGroup
	var mu sync.Mutex
	count := make(map[duplicate.Outcome]int)
	for i := range 30 {
		ic := purchase(t, i/6+1, 1, fmt.Sprint("PO", i%6/2)) // five numbers, each for three things that come twice
		wg.Go(func() {
			v, err := boxes[i%2].AdmitX12(t.Context(), profile(partner.Duplicates{}), fmt.Sprint(i), ic)
			if !assert.NoError(t, err) {
				return
			}
			mu.Lock()
			count[v.Numbers[0].Outcome]++
			mu.Unlock()
		})
	}
	wg.Wait()
	assert.Equal(t, map[duplicate.Outcome]int{duplicate.Unused: 5, duplicate.Resent: 5, duplicate.Reused: 20}, count)
}

// Numbers of a large interchange go in several appends; a death between them is made good.
func TestManyNumbers(t *testing.T) {
	orders := make([]string, 5_000)
	for i := range orders {
		orders[i] = fmt.Sprint("PO", i)
	}
	p := profile(partner.Duplicates{Scopes: []partner.Scope{partner.ScopeSet}})
	mem := journal.NewMemory()
	now := start
	ctx, cancel := context.WithCancel(t.Context())
	dying := register(t, &losing{Journal: mem, n: 2}, &now)
	cancel()
	_, err := dying.AdmitX12(ctx, p, "1", purchase(t, 1, 1, orders...))
	require.Error(t, err)
	v, err := register(t, mem, &now).AdmitX12(t.Context(), p, "1", purchase(t, 1, 1, orders...))
	require.NoError(t, err)
	assert.Empty(t, v.Sets)
	v, err = register(t, mem, &now).AdmitX12(t.Context(), p, "2", purchase(t, 1, 1, orders...))
	require.NoError(t, err)
	assert.Len(t, v.Sets, 5_000)
	assert.True(t, v.Resend())
}

func TestErrors(t *testing.T) {
	var config *duplicate.ConfigError
	_, err := duplicate.New(duplicate.Config{Clock: time.Now})
	require.ErrorAs(t, err, &config)
	_, err = duplicate.New(duplicate.Config{Journal: journal.NewMemory()})
	require.ErrorAs(t, err, &config)
	now := start
	r := register(t, journal.NewMemory(), &now)
	_, err = r.Admit(t.Context(), "", "X12", "1", partner.Duplicates{})
	require.ErrorIs(t, err, duplicate.ErrNoID)
	ic := purchase(t, 1, 1, "A")
	checked, err := x12.Check(strings.NewReader(isaOnly), x12.Options{})
	require.NoError(t, err)
	_, err = r.AdmitX12(t.Context(), profile(partner.Duplicates{}), "1", checked.Interchanges[0])
	require.ErrorIs(t, err, duplicate.ErrNotKept)
	_, err = r.AdmitX12(t.Context(), partner.Profile{}, "1", ic)
	require.ErrorIs(t, err, duplicate.ErrNoID)
	assert.Equal(t, "outcome(9)", duplicate.Outcome(9).String())
}

const isaOnly = "ISA*00*          *00*          *01*123456789      *ZZ*MERIDIAN       *260330*0915*U*00401*000000001*0*P*>~" +
	"GS*PO*A*B*20260330*0915*1*X*004010~ST*850*0001~BEG*00*SA*1**20260330~SE*3*0001~GE*1*1~IEA*1*000000001~"

// The golden file is what is in people's journals.
func TestGoldenEvent(t *testing.T) {
	event := duplicate.AdmittedEvent{Partner: "bigbox", Standard: "X12", ID: "r/1", Numbers: []duplicate.Number{
		{Scope: partner.ScopeSet, Kind: "850", Control: "1", Digest: []byte("0123456789abcdef")}}}
	draft, err := duplicate.Events().Encode(event)
	require.NoError(t, err)
	golden, err := os.ReadFile("testdata/events/duplicate.admitted.v1.json")
	require.NoError(t, err)
	assert.JSONEq(t, string(golden), string(draft.Data))
	v, known, err := duplicate.Events().Decode(journal.Event{Type: draft.Type, Version: 1, Data: golden})
	require.NoError(t, err)
	assert.True(t, known)
	assert.Equal(t, event, v)
	assert.Error(t, register(t, journal.NewMemory(), &start).Apply(journal.Event{}, 1))
}
