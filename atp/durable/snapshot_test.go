package durable_test

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/durable"
	"github.com/o2ckit/o2c/journal"
)

const snapshotName = "atp/durable/" + stream + "/v1"

// busy makes a stock with reservations of every kind.
func busy(t *testing.T, s *durable.Stock) {
	ctx, now := t.Context(), noon()
	a, b := stocked(t, s, "A", 5000), stocked(t, s, "B \"½\"", 1000)
	_, err := s.AddSupply(ctx, now, atp.Supply{Ref: a, Document: "PO-1", Type: atp.PurchaseOrder, Due: day(3), Quantity: 30})
	require.NoError(t, err)
	_, err = s.Receive(ctx, now, atp.Receipt{Ref: a, Document: "PO-1", Posting: "GR-1", Quantity: 5})
	require.NoError(t, err)
	for i := range 60 {
		req := request(keyOf(i), a, int64(1+i))
		req.Hold = time.Duration(1+i%3) * time.Hour
		if i%2 == 0 {
			req.Lines = append(req.Lines, atp.Line{Ref: b, Date: day(i), Quantity: 2})
			req.Scope = atp.ScopeOf(atp.Available)
		}
		_, err := s.Reserve(ctx, now, req)
		require.NoError(t, err)
		if i%5 < 3 {
			_, err = s.Commit(ctx, now, keyOf(i))
			require.NoError(t, err)
		}
		if i%5 == 1 {
			_, err := s.Consume(ctx, now, atp.Posting{Key: keyOf(i), Document: "ship", Parts: []atp.Part{{Ref: a, Quantity: 1}}})
			require.NoError(t, err)
		}
		if i%5 == 2 && i%4 != 0 {
			_, err := s.Pick(ctx, now, atp.Posting{Key: keyOf(i), Document: "list", Parts: []atp.Part{{Ref: a, Quantity: 1}}})
			require.NoError(t, err)
		}
		if i%5 > 0 && i%4 == 0 {
			_, err := s.Release(ctx, now, atp.Posting{Key: keyOf(i)})
			require.NoError(t, err)
		}
	}
	_, err = s.Sweep(ctx, now.Add(time.Hour))
	require.NoError(t, err)
	_, err = s.Reserve(ctx, now.Add(2*time.Hour), request("late", a, 1)) // ends holds without a sweep
	require.NoError(t, err)
}

// readers counts the events that are read.
type readers struct {
	journal.Journal
	read int
}

func (r *readers) Read(ctx context.Context, stream string, after journal.Position) iter.Seq2[journal.Event, error] {
	return func(yield func(journal.Event, error) bool) {
		for e, err := range r.Journal.Read(ctx, stream, after) {
			r.read++
			if !yield(e, err) {
				return
			}
		}
	}
}

func TestSnapshot(t *testing.T) {
	ctx := t.Context()
	j := &readers{Journal: journal.NewMemory()}
	cfg := config(t, j)
	cfg.Snapshots = journal.NewMemorySnapshots()
	at, err := durable.Snapshot(ctx, cfg)
	require.NoError(t, err)
	require.Zero(t, at, "of nothing there is none")
	s := open(t, cfg)
	busy(t, s)
	at, err = durable.Snapshot(ctx, cfg)
	require.NoError(t, err)
	require.NotZero(t, at)
	_, err = reserve(s, "after", refOf(t, s, "A"), 1)
	require.NoError(t, err)
	j.read = 0
	s = sameAfterReplay(t, s, cfg)
	require.Equal(t, 2, j.read, "the event that the snapshot ends with, to see that it is the one, and what comes after")
	_, err = s.Commit(ctx, noon(), "after")
	require.NoError(t, err)
	again, err := durable.Snapshot(ctx, cfg)
	require.NoError(t, err)
	require.Greater(t, again, at)
	sameAfterReplay(t, s, cfg)
}

// A snapshot that is damaged anywhere, cut, or of another journal is passed over.
func TestBrokenSnapshot(t *testing.T) {
	ctx, j := t.Context(), journal.NewMemory()
	cfg := config(t, j)
	s := open(t, cfg)
	busy(t, s)
	want := s.Live().State(later())
	good := journal.NewMemorySnapshots()
	cfg.Snapshots = good
	_, err := durable.Snapshot(ctx, cfg)
	require.NoError(t, err)
	snap, err := good.Load(ctx, snapshotName)
	require.NoError(t, err)
	check := func(what string, broken journal.Snapshot) {
		cfg.Snapshots = journal.NewMemorySnapshots()
		require.NoError(t, cfg.Snapshots.Save(ctx, snapshotName, broken))
		require.Equal(t, want, open(t, cfg).Live().State(later()), what)
	}
	check("whole", snap)
	for at := 0; at < len(snap.Data); at += 1 + len(snap.Data)/50 {
		data := bytes.Clone(snap.Data)
		data[at] ^= 1
		check("altered", journal.Snapshot{At: snap.At, Data: data})
		check("cut", journal.Snapshot{At: snap.At, Data: data[:at]})
	}
	check("before", journal.Snapshot{At: snap.At - 1, Data: snap.Data})
	check("beyond", journal.Snapshot{At: snap.At + 1, Data: snap.Data})
	check("nowhere", journal.Snapshot{Data: snap.Data})

	other := config(t, journal.NewMemory())
	s = open(t, other)
	ref := stocked(t, s, "C", 1)
	for i := 0; i < int(snap.At); i++ {
		_, err := s.Count(ctx, noon(), atp.Count{Ref: ref, Quantity: int64(i)})
		require.NoError(t, err)
	}
	other.Snapshots = good
	sameAfterReplay(t, s, other)
}

type deaf struct{ journal.Snapshots }

func (deaf) Load(context.Context, string) (journal.Snapshot, error) {
	return journal.Snapshot{}, errDisk
}
func (deaf) Save(context.Context, string, journal.Snapshot) error { return errDisk }

// Snapshots are a cache: without them everything goes on, and the host is told.
func TestSnapshotsFail(t *testing.T) {
	j := journal.NewMemory()
	cfg := config(t, j)
	told := make(chan error, 100)
	cfg.Snapshots, cfg.SnapshotEvery = deaf{}, 10
	cfg.OnSnapshot = func(_ journal.Position, err error) { told <- err }
	s := open(t, cfg)
	busy(t, s)
	require.ErrorIs(t, <-told, errDisk)
	sameAfterReplay(t, s, cfg)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := durable.Open(ended, noon(), cfg)
	require.ErrorIs(t, err, context.Canceled)
}

// Snapshots are taken beside the work: nobody waits, and each is the fold of the stream up to its place.
func TestSnapshotBesideTheWork(t *testing.T) {
	j := journal.NewMemory()
	cfg := config(t, j)
	cfg.Snapshots, cfg.SnapshotEvery = journal.NewMemorySnapshots(), 200
	told := make(chan error, 1000)
	cfg.OnSnapshot = func(at journal.Position, err error) {
		if err == nil && at == 0 {
			err = errors.New("no position")
		}
		if !errors.Is(err, context.Canceled) { // of the one that Close ends
			told <- err
		}
	}
	s := open(t, cfg)
	ref := stocked(t, s, "A", 1_000_000)
	for round := range 20 {
		pileUp(t, s, ref, round)
	}
	closeStock(t, s)
	require.NotEmpty(t, told)
	for range len(told) {
		require.NoError(t, <-told)
	}
	again := sameAfterReplay(t, s, cfg)
	cfg.Snapshots, cfg.SnapshotEvery = nil, 0
	sameAfterReplay(t, again, cfg)
}

func pileUp(t *testing.T, s *durable.Stock, ref atp.Ref, round int) {
	t.Helper()
	errs := make(chan error, 100)
	for i := range cap(errs) {
		go func() {
			_, err := reserve(s, strings.Repeat("x", round)+keyOf(i), ref, 1)
			errs <- err
		}()
	}
	for range cap(errs) {
		require.NoError(t, <-errs)
	}
}
