package transport_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/examples/transport"
	"github.com/o2ckit/o2c/journal"
)

var errDown = errors.New("the line is down")

func TestBackoffDelay(t *testing.T) {
	for _, c := range []struct {
		name    string
		backoff transport.Backoff
		want    []time.Duration
	}{
		{"defaults", transport.Backoff{}, []time.Duration{1 * time.Second, 2 * time.Second, 4 * time.Second}},
		{"bounded", transport.Backoff{First: time.Minute, Most: 3 * time.Minute}, []time.Duration{time.Minute, 2 * time.Minute, 3 * time.Minute, 3 * time.Minute}},
		{"first above most", transport.Backoff{First: time.Hour, Most: time.Minute}, []time.Duration{time.Minute, time.Minute}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for i, want := range c.want {
				assert.Equal(t, want, c.backoff.Delay(i+1))
			}
		})
	}
	assert.Equal(t, 5*time.Minute, transport.Backoff{}.Delay(1_000_000))
}

func TestRetry(t *testing.T) {
	gone := transport.Reject(errors.New("no such mailbox"))
	for _, c := range []struct {
		name    string
		backoff transport.Backoff
		results []error // of the attempts; the last one goes on
		calls   int
		slept   time.Duration
		want    error
	}{
		{"at once", transport.Backoff{}, []error{nil}, 1, 0, nil},
		{"at the third attempt", transport.Backoff{}, []error{errDown, errDown, nil}, 3, 3 * time.Second, nil},
		{"never", transport.Backoff{Attempts: 4}, []error{errDown}, 4, 7 * time.Second, errDown},
		{"five attempts are the default", transport.Backoff{}, []error{errDown}, 5, 15 * time.Second, errDown},
		{"rejected", transport.Backoff{}, []error{errDown, fmt.Errorf("wrapped: %w", gone)}, 2, time.Second, gone},
	} {
		t.Run(c.name, func(t *testing.T) {
			calls, slept := 0, time.Duration(0)
			err := transport.Retry(t.Context(), c.backoff,
				func(_ context.Context, d time.Duration) error { slept += d; return nil },
				func(context.Context) error {
					calls++
					return c.results[min(calls, len(c.results))-1]
				})
			assert.ErrorIs(t, err, c.want)
			assert.Equal(t, c.want == nil, err == nil)
			assert.Equal(t, c.calls, calls)
			assert.Equal(t, c.slept, slept)
			var spent *transport.RetryError
			assert.Equal(t, errors.Is(err, errDown), errors.As(err, &spent))
		})
	}
}

func TestRetryEndsWithItsContext(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	calls := 0
	err := transport.Retry(ctx, transport.Backoff{Attempts: -1, First: time.Hour}, nil, func(context.Context) error {
		calls++
		if calls == 1 {
			time.AfterFunc(time.Millisecond, stop)
		}
		return errDown
	})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 1, calls)
}

type sourceFunc func(ctx context.Context, h transport.Handler) (int, error)

func (f sourceFunc) Poll(ctx context.Context, h transport.Handler) (int, error) { return f(ctx, h) }

func TestWatch(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	var reports []string
	polls := 0
	err := transport.Watch(ctx, transport.WatchConfig{
		Every: time.Minute,
		Sleep: func(ctx context.Context, d time.Duration) error { assert.Equal(t, time.Minute, d); return ctx.Err() },
		Source: sourceFunc(func(ctx context.Context, h transport.Handler) (int, error) {
			polls++
			switch polls {
			case 1:
				return 0, errDown
			case 3:
				stop()
			}
			return 1, h(ctx, transport.File{})
		}),
		Handler: func(context.Context, transport.File) error { return nil },
		Report:  func(n int, err error) { reports = append(reports, fmt.Sprint(n, " ", err)) },
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"0 the line is down", "1 <nil>", "1 <nil>"}, reports)

	var wrong *transport.ConfigError
	require.ErrorAs(t, transport.Watch(t.Context(), transport.WatchConfig{}), &wrong)
	assert.Equal(t, "Source", wrong.Field)
}

func TestPartial(t *testing.T) {
	for name, want := range map[string]bool{
		"order.edi": false, "order": false, "order.edi.": false, "tmp": false, "x.tmp.edi": false,
		".order.edi": true, "order.edi.tmp": true, "order.FILEPART": true, "order.edi.part": true, "order.edi~": true,
	} {
		assert.Equal(t, want, transport.Partial(name), name)
	}
}

func TestCheckName(t *testing.T) {
	for _, name := range []string{"a", "SO-1.edi", "naïve name (2).x12", strings.Repeat("n", 200)} {
		assert.NoError(t, transport.CheckName(name), name)
	}
	for _, name := range []string{"", ".", "..", "a/b", `a\b`, "a:b", "a\x00", "a\x7f", ".a", "a.tmp", "\xff", strings.Repeat("n", 201)} {
		assert.ErrorIs(t, transport.CheckName(name), transport.ErrName, name)
	}
}

func ledgers(t *testing.T, test func(*testing.T, transport.Ledger)) {
	t.Run("memory", func(t *testing.T) { test(t, &transport.MemoryLedger{}) })
	t.Run("journal", func(t *testing.T) {
		l, err := transport.NewJournalLedger(journal.NewMemory(), time.Now)
		require.NoError(t, err)
		test(t, l)
	})
}

func TestLedgerKeepsTheFirst(t *testing.T) {
	ledgers(t, func(t *testing.T, l transport.Ledger) {
		long := strings.Repeat("k", 1000)
		_, err := l.Get(t.Context(), long)
		require.ErrorIs(t, err, transport.ErrNotKept)
		was, first, err := l.Keep(t.Context(), long, []byte("one"))
		require.NoError(t, err)
		assert.True(t, first)
		assert.Equal(t, "one", string(was))
		for _, value := range []string{"one", "two"} {
			was, first, err = l.Keep(t.Context(), long, []byte(value))
			require.NoError(t, err)
			assert.False(t, first)
			assert.Equal(t, "one", string(was))
		}
		was, err = l.Get(t.Context(), long)
		require.NoError(t, err)
		assert.Equal(t, "one", string(was))
	})
}

func TestLedgerEntries(t *testing.T) {
	ledgers(t, func(t *testing.T, l transport.Ledger) {
		list := func(prefix string) (all []string) {
			for e, err := range l.Entries(t.Context(), prefix) {
				require.NoError(t, err)
				all = append(all, e.Key+"="+string(e.Value))
			}
			return all
		}
		assert.Empty(t, list(""))
		for _, key := range []string{"b/2", "a/1", "b/1"} {
			_, _, err := l.Keep(t.Context(), key, []byte("of "+key))
			require.NoError(t, err)
		}
		assert.Equal(t, []string{"b/1=of b/1", "b/2=of b/2"}, list("b/"))
		_, _, err := l.Keep(t.Context(), "b/3", nil)
		require.NoError(t, err)
		assert.Equal(t, []string{"b/1=of b/1", "b/2=of b/2", "b/3="}, list("b/"))
		assert.Len(t, list(""), 4)
	})
}

func TestLedgerHasOneFirst(t *testing.T) {
	ledgers(t, func(t *testing.T, l transport.Ledger) {
		var wg sync.WaitGroup
		var firsts atomic.Int32
		for range 20 {
			wg.Go(func() {
				_, first, err := l.Keep(t.Context(), "key", []byte("the same value"))
				assert.NoError(t, err)
				if first {
					firsts.Add(1)
				}
			})
		}
		wg.Wait()
		assert.EqualValues(t, 1, firsts.Load())
	})
}

// lostAnswer is a journal that writes and then cannot tell.
type lostAnswer struct {
	journal.Journal
	times int
}

func (j *lostAnswer) Append(ctx context.Context, b journal.Batch) (journal.Commit, error) {
	c, err := j.Journal.Append(ctx, b)
	if j.times > 0 {
		j.times--
		return journal.Commit{}, journal.ErrOutcomeUnknown
	}
	return c, err
}

func TestJournalLedgerSettlesAnUnknownOutcome(t *testing.T) {
	l, err := transport.NewJournalLedger(&lostAnswer{journal.NewMemory(), 1}, time.Now)
	require.NoError(t, err)
	_, first, err := l.Keep(t.Context(), "key", []byte("mine"))
	require.NoError(t, err)
	assert.True(t, first, "it was this call that wrote it")
	_, first, err = l.Keep(t.Context(), "key", []byte("mine"))
	require.NoError(t, err)
	assert.False(t, first)
}

func TestJournalLedgerBounds(t *testing.T) {
	l, err := transport.NewJournalLedger(journal.NewMemory(), time.Now)
	require.NoError(t, err)
	_, _, err = l.Keep(t.Context(), "key", make([]byte, transport.MaxEntry+1))
	require.ErrorIs(t, err, transport.ErrTooLarge)
	_, first, err := l.Keep(t.Context(), "key", make([]byte, transport.MaxEntry))
	require.NoError(t, err)
	assert.True(t, first)
}
