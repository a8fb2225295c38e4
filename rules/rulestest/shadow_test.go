package rulestest_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
	"github.com/o2ckit/o2c/rules/rulestest"
)

func matchedIDs(matched []*rules.Rule[effect]) []string {
	ids := []string{}
	for _, r := range matched {
		ids = append(ids, r.ID)
	}
	return ids
}

func TestShadow(t *testing.T) {
	eur := money.MustParse("5 EUR")
	live := []rules.Rule[effect]{{ID: "a", Group: "g", When: "rush", Then: percent("1%")}, {ID: "b", When: "lines > 2", Then: percent("1%")}}
	tests := []struct {
		name      string
		policy    rules.Policy
		candidate []rules.Rule[effect]
		group     string
		facts     facts
		want      rulestest.ShadowReport
	}{
		{"equal", rules.Fail, live, "", facts{Rush: true}, rulestest.ShadowReport{Equal: 1}},
		{"added and lost", rules.Fail, []rules.Rule[effect]{live[0], {ID: "c", When: "lines > 1"}}, "", facts{Lines: 3},
			rulestest.ShadowReport{Different: 1, Rules: []rulestest.ShadowRule{{Rule: "b", Lost: 1}, {Rule: "c", Added: 1}}}},
		{"altered", rules.Fail, []rules.Rule[effect]{live[0], {ID: "b", When: "lines > 2", Then: percent("2%")}}, "", facts{Lines: 3},
			rulestest.ShadowReport{Different: 1, Rules: []rulestest.ShadowRule{{Rule: "b", Altered: 1}}}},
		{"altered, not matched", rules.Fail, []rules.Rule[effect]{live[0], {ID: "b", When: "lines > 2", Then: percent("2%")}}, "", facts{Rush: true},
			rulestest.ShadowReport{Equal: 1}},
		{"a note", rules.Fail, []rules.Rule[effect]{live[0], {ID: "b", When: "lines > 2", Then: percent("1%"), Note: "n"}}, "", facts{Lines: 3},
			rulestest.ShadowReport{Equal: 1}},
		{"another order", rules.Fail, []rules.Rule[effect]{live[0], {ID: "b", When: "lines > 2", Then: percent("1%"), Priority: 1}}, "", facts{Lines: 3, Rush: true},
			rulestest.ShadowReport{Different: 1}},
		{"a group", rules.Fail, []rules.Rule[effect]{live[0]}, "g", facts{Lines: 3, Rush: true}, rulestest.ShadowReport{Equal: 1}},
		{"the candidate fails", rules.Fail, append([]rules.Rule[effect]{{ID: "f", When: `net > money("1 USD")`}}, live...), "", facts{Lines: 3, Net: eur},
			rulestest.ShadowReport{Different: 1, CandidateFailed: 1, Rules: []rulestest.ShadowRule{{Rule: "f", Failed: 1}}}},
		{"the candidate leaves out", rules.SkipAndReport, append([]rules.Rule[effect]{{ID: "f", When: `net > money("1 USD")`}}, live[:1]...), "", facts{Lines: 3, Net: eur},
			rulestest.ShadowReport{Different: 1, CandidateFailed: 1, Rules: []rulestest.ShadowRule{{Rule: "b", Lost: 1}, {Rule: "f", Failed: 1}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			book := compile(t, rules.Config{}, live...)
			candidate := compile(t, rules.Config{OnError: tt.policy}, tt.candidate...)
			calls := 0
			shadow, err := rulestest.NewShadow(rules.NewLive(book), candidate, rulestest.ShadowConfig[facts, effect]{
				OnDifference: func(_ context.Context, d rulestest.Difference[facts, effect]) {
					calls++
					require.Equal(t, &tt.facts, d.Facts)
					require.Equal(t, tt.group, d.Group)
					require.Equal(t, tt.want.CandidateFailed == 1, d.CandidateErr != nil)
				},
			})
			require.NoError(t, err)
			dst := []*rules.Rule[effect]{book.Rule("a")}
			out, err := shadow.MatchGroup(context.Background(), tt.group, &tt.facts, time.Time{}, dst)
			require.NoError(t, err, "the live answer")
			asked := book
			if tt.group != "" {
				asked = book.Group(tt.group)
			}
			want, err := asked.Match(context.Background(), &tt.facts, time.Time{}, dst)
			require.NoError(t, err)
			require.Equal(t, want, out)
			tt.want.Asked, tt.want.Live, tt.want.Candidate = 1, book.Hash(), candidate.Hash()
			require.Equal(t, tt.want, shadow.Report())
			require.EqualValues(t, tt.want.Different, calls)
		})
	}
}

func TestShadowWhereTheLiveBookFails(t *testing.T) {
	failing := compile(t, rules.Config{}, rules.Rule[effect]{ID: "f", When: `net > money("1 USD")`})
	fine := compile(t, rules.Config{}, rules.Rule[effect]{ID: "ok", When: "true"})
	f := facts{Net: money.MustParse("5 EUR")}
	shadow, err := rulestest.NewShadow(rules.NewLive(failing), fine, rulestest.ShadowConfig[facts, effect]{})
	require.NoError(t, err)
	out, err := shadow.Match(context.Background(), &f, time.Time{}, nil)
	require.Empty(t, out)
	var failure *rules.EvalError
	require.ErrorAs(t, err, &failure, "the live answer is an error")
	report := shadow.Report()
	require.EqualValues(t, 1, report.Different)
	require.EqualValues(t, 1, report.LiveFailed)

	stop := errors.New("stop")
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(stop)
	_, err = shadow.Match(ctx, &f, time.Time{}, nil)
	require.ErrorIs(t, err, stop)
	_, err = shadow.Match(context.Background(), nil, time.Time{}, nil)
	require.ErrorIs(t, err, rules.ErrNoFacts)
	report = shadow.Report()
	require.EqualValues(t, 2, report.Asked)
	require.EqualValues(t, 1, report.Interrupted)

	both, err := rulestest.NewShadow(rules.NewLive(failing), failing, rulestest.ShadowConfig[facts, effect]{})
	require.NoError(t, err)
	_, err = both.Match(context.Background(), &f, time.Time{}, nil)
	require.Error(t, err)
	report = both.Report()
	require.EqualValues(t, 1, report.Equal)
	require.EqualValues(t, 1, report.LiveFailed)
	require.EqualValues(t, 1, report.CandidateFailed)

	_, err = rulestest.NewShadow(nil, fine, rulestest.ShadowConfig[facts, effect]{})
	require.ErrorIs(t, err, rulestest.ErrNoLive)
	_, err = rulestest.NewShadow(rules.NewLive(fine), nil, rulestest.ShadowConfig[facts, effect]{})
	require.ErrorIs(t, err, rulestest.ErrNoBook)
}

// TestShadowOfManyGoroutines counts decisions that are made at once, also while
// the live book is replaced by one that answers the same.
func TestShadowOfManyGoroutines(t *testing.T) {
	book := compile(t, rules.Config{}, rules.Rule[effect]{ID: "a", When: "lines > 2"})
	again := compile(t, rules.Config{}, rules.Rule[effect]{ID: "a", When: "lines > 2", Note: "n"})
	candidate := compile(t, rules.Config{}, rules.Rule[effect]{ID: "b", When: "lines > 2"})
	live := rules.NewLive(book)
	var calls atomic.Int64
	shadow, err := rulestest.NewShadow(live, candidate, rulestest.ShadowConfig[facts, effect]{
		OnDifference: func(context.Context, rulestest.Difference[facts, effect]) { calls.Add(1) },
	})
	require.NoError(t, err)
	var group sync.WaitGroup
	const workers, each = 8, 200
	wrong := make([]error, workers)
	for w := range workers {
		group.Add(1)
		go func() {
			defer group.Done()
			var dst []*rules.Rule[effect]
			for i := range each {
				f := facts{Lines: i % 4} // one of four matches
				out, err := shadow.Match(context.Background(), &f, time.Time{}, dst[:0])
				if err != nil || (len(out) == 1) != (i%4 == 3) || len(out) == 1 && out[0].ID != "a" {
					wrong[w] = fmt.Errorf("decision %d is %v, %w", i, matchedIDs(out), err)
				}
				dst = out
				if i == each/2 {
					live.Replace([]*rules.Book[facts, effect]{book, again}[w%2])
				}
			}
		}()
	}
	group.Wait()
	require.NoError(t, errors.Join(wrong...))
	report := shadow.Report()
	const different = workers * each / 4
	require.EqualValues(t, workers*each, report.Asked)
	require.EqualValues(t, different, report.Different)
	require.EqualValues(t, different, calls.Load())
	require.EqualValues(t, workers*each-different, report.Equal)
	require.Equal(t, []rulestest.ShadowRule{{Rule: "a", Lost: different}, {Rule: "b", Added: different}}, report.Rules)
}

func TestShadowPromote(t *testing.T) {
	book := compile(t, rules.Config{}, rules.Rule[effect]{ID: "a", When: "rush"})
	candidate := compile(t, rules.Config{}, rules.Rule[effect]{ID: "b", When: "rush"})
	live := rules.NewLive(book)
	shadow, err := rulestest.NewShadow(live, candidate, rulestest.ShadowConfig[facts, effect]{})
	require.NoError(t, err)
	f := facts{Rush: true}
	_, err = shadow.Match(context.Background(), &f, time.Time{}, nil)
	require.NoError(t, err)
	diff := shadow.Promote()
	require.Equal(t, []string{"b"}, diff.Added)
	require.Equal(t, []string{"a"}, diff.Removed)
	require.Same(t, candidate, live.Book())
	out, err := shadow.Match(context.Background(), &f, time.Time{}, nil)
	require.NoError(t, err)
	require.Equal(t, []string{"b"}, matchedIDs(out))
	report := shadow.Report()
	require.EqualValues(t, 1, report.Equal)
	require.EqualValues(t, 1, report.Different)
	golden(t, "shadow.txt", report.String())
	golden(t, "shadow.json", jsonOf(t, report))
}

func TestAllocsOfShadow(t *testing.T) {
	book := compile(t, rules.Config{}, rules.Rule[effect]{ID: "a", When: "lines > 2"})
	again := compile(t, rules.Config{}, rules.Rule[effect]{ID: "a", When: "lines > 2", Note: "n"})
	shadow, err := rulestest.NewShadow(rules.NewLive(book), again, rulestest.ShadowConfig[facts, effect]{})
	require.NoError(t, err)
	f := facts{Lines: 3}
	dst := make([]*rules.Rule[effect], 0, 4)
	ctx := context.Background()
	allocs := testing.AllocsPerRun(200, func() {
		if _, err := shadow.Match(ctx, &f, time.Time{}, dst); err != nil {
			t.Error(err)
		}
	})
	require.LessOrEqual(t, allocs, 1.0, "an answer that is the same costs next to nothing")
}
