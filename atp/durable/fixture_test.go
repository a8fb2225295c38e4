package durable_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/durable"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
)

var update = flag.Bool("update", false, "write the golden files anew")

const stream = "stock"

var errDisk = errors.New("the disk is full")

func noon() time.Time { return time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC) }

func later() time.Time { return noon().AddDate(1, 0, 0) }

func day(n int) calendar.Date { return calendar.DateOf(noon()).AddDays(n) }

type test interface {
	require.TestingT
	Helper()
}

func sites(t test) atp.Config {
	t.Helper()
	site, err := calendar.New(calendar.Config{Location: time.UTC})
	require.NoError(t, err)
	return atp.Config{Sites: []atp.Site{{ID: "S1", Calendar: site}, {ID: "S2", Calendar: site}}}
}

// faulty is a journal in memory that fails as it is told.
type faulty struct {
	*journal.Memory

	mu      sync.Mutex
	next    []fault // of the appends to come; then none
	appends int
	deaf    bool          // the next faults are left out where the outcome would be open
	gate    chan struct{} // not nil: each append takes one
}

type fault int

const (
	pass    fault = iota
	refuse        // nothing is written
	swallow       // nothing is written, and it does not say so
	mute          // it is written, and it does not say so
)

func newFaulty() *faulty { return &faulty{Memory: journal.NewMemory()} }

func (j *faulty) plan(f ...fault) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.next = f
}

// hold makes appends wait for release.
func (j *faulty) hold() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.gate = make(chan struct{})
}

// release lets the appends that wait go on, and all later ones.
func (j *faulty) release() {
	j.mu.Lock()
	defer j.mu.Unlock()
	close(j.gate)
	j.gate = nil
}

func (j *faulty) count() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.appends
}

func (j *faulty) Append(ctx context.Context, b journal.Batch) (journal.Commit, error) {
	j.mu.Lock()
	gate, f := j.gate, pass
	j.appends++
	if len(j.next) > 0 {
		f, j.next = j.next[0], j.next[1:]
		if j.deaf && f != refuse {
			f = pass
		}
	}
	j.mu.Unlock()
	if gate != nil {
		<-gate
	}
	switch f {
	case refuse:
		return journal.Commit{}, errDisk
	case swallow:
		return journal.Commit{}, journal.ErrOutcomeUnknown
	case mute:
		if _, err := j.Memory.Append(ctx, b); err != nil {
			return journal.Commit{}, err
		}
		return journal.Commit{}, journal.ErrOutcomeUnknown
	}
	return j.Memory.Append(ctx, b)
}

// config is one without waiting between tries.
func config(t test, j journal.Journal) durable.Config {
	return durable.Config{Stock: sites(t), Journal: j, Stream: stream, Actor: "desk", Tries: 3, Pause: func(context.Context, int) {}}
}

func open(t test, cfg durable.Config) *durable.Stock {
	t.Helper()
	s, err := durable.Open(context.Background(), noon(), cfg)
	require.NoError(t, err)
	return s
}

func closeStock(t test, s *durable.Stock) {
	t.Helper()
	require.NoError(t, s.Close(context.Background()))
}

// stocked defines an item with stock on hand.
func stocked(t test, s *durable.Stock, item string, onHand int64) atp.Ref {
	t.Helper()
	ref, _, err := s.Define(context.Background(), noon(), atp.Definition{Item: item, Site: "S1"})
	require.NoError(t, err)
	_, err = s.Count(context.Background(), noon(), atp.Count{Ref: ref, Quantity: onHand})
	require.NoError(t, err)
	return ref
}

func request(key string, ref atp.Ref, quantity int64) atp.Request {
	return atp.Request{Key: key, Hold: time.Hour, Lines: []atp.Line{{Ref: ref, Date: day(0), Quantity: quantity}}}
}

func reserve(s *durable.Stock, key string, ref atp.Ref, quantity int64) (atp.Reserved, error) {
	return s.Reserve(context.Background(), noon(), request(key, ref, quantity))
}

func available(t test, s *durable.Stock, ref atp.Ref) int64 {
	t.Helper()
	n, err := s.Live().ATP(noon(), atp.Query{Ref: ref, Date: day(0)})
	require.NoError(t, err)
	return n
}

// refOf looks the item up in another Stock.
func refOf(t test, s *durable.Stock, item string) atp.Ref {
	t.Helper()
	ref, err := s.Live().Ref(item, "S1")
	require.NoError(t, err)
	return ref
}

// sameAfterReplay opens the journal again, which stops s, and expects what s has in memory.
func sameAfterReplay(t test, s *durable.Stock, cfg durable.Config) *durable.Stock {
	t.Helper()
	again := open(t, cfg)
	require.Equal(t, s.Live().State(later()), again.Live().State(later()))
	return again
}

// until waits for a condition that other goroutines bring about.
func until(t *testing.T, what string, met func() bool) {
	t.Helper()
	for range 5000 {
		if met() {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatalf("%s does not come about", what)
}

// packs gives what each event of the stream holds.
func packs(t test, j journal.Journal) []durable.Packed {
	t.Helper()
	var all []durable.Packed
	for e, err := range j.Read(context.Background(), stream, 0) {
		require.NoError(t, err)
		v, known, err := durable.Events().Decode(e)
		require.NoError(t, err)
		if p, ok := v.(durable.Packed); known && ok {
			all = append(all, p)
		}
	}
	return all
}

func keyOf(i int) string { return fmt.Sprintf("k%04d", i) }
