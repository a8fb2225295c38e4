//go:build unix

package integration_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/durable"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/journal/sqljournal"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// Kills of a process whose callers reserve: on each kind of database so many.
const (
	durableKills        = 310
	durableKillsAStock  = 16 // then a new database: each is folded from its beginning
	durableKillCallers  = 24
	durableKillSnapshot = 150 // events between snapshots, so that kills hit those too
)

const durableChildEnv = "O2C_DURABLE_CHILD"

// durableJob is what a parent tells a child; it stands in durableChildEnv.
type durableJob struct {
	Dialect sqljournal.Dialect
	Driver  string
	Source  string
	Run     int // of children on this database
}

// deed names an operation. What it is follows from its name: each caller of a run does those numbered 0, 1, 2, ...
type deed struct{ Run, Caller, N int }

// done is an operation that a child was answered. It is a line of the child's output.
type done struct {
	Deed  deed
	Short bool            `json:",omitempty"` // the scarce item was sold out
	Type  string          `json:",omitempty"` // of the event
	Data  json.RawMessage `json:",omitempty"`
}

// Each caller reserves of two items, then one of an item of which there is not enough for all, commits the first, ships
// some and releases the rest. All of it is decided by the number.
const (
	deeds  = 5
	common = "common"
	rare   = "rare"
)

func scarce(run int) string { return fmt.Sprint("scarce-", run) }

const scarceOnHand = 10

func (d deed) key() string { return fmt.Sprint(d.Run, "/", d.Caller, "/", d.N/deeds) }

func killConfig(t testing.TB, j *sqljournal.Journal) durable.Config {
	return durable.Config{Stock: oneSite(t), Journal: j, Stream: "stock", Snapshots: j.Snapshots(), SnapshotEvery: durableKillSnapshot}
}

// perform does it and gives the event, or nil where the scarce item is sold out.
func (d deed) perform(ctx context.Context, s *durable.Stock) (event any, err error) {
	line := func(item string, quantity int64) atp.Line {
		ref, missing := s.Live().Ref(item, "S1")
		err = errors.Join(err, missing)
		return atp.Line{Ref: ref, Date: calendar.DateOf(noon()), Quantity: quantity}
	}
	reserve := func(key string, lines ...atp.Line) (any, error) {
		if err != nil {
			return nil, err
		}
		return s.Reserve(ctx, noon(), atp.Request{Key: key, Hold: time.Hour, Lines: lines})
	}
	switch d.N % deeds {
	case 0:
		return reserve(d.key(), line(common, int64(2+d.N%7)), line(rare, 1))
	case 2:
		return s.Commit(ctx, noon(), d.key())
	case 3:
		part := atp.Part{Ref: line(common, 1).Ref, Quantity: 1 + int64(d.N%2)}
		return s.Consume(ctx, noon(), atp.Posting{Key: d.key(), Document: "shipment", Parts: []atp.Part{part}})
	case 4:
		return s.Release(ctx, noon(), atp.Posting{Key: d.key(), Document: "rest"})
	}
	event, err = reserve(d.key()+"/scarce", line(scarce(d.Run), 1))
	if errors.As(err, new(*atp.ShortageError)) {
		return nil, nil
	}
	return event, err
}

// report makes the line of the child's output.
func (d deed) report(event any) (done, error) {
	if event == nil {
		return done{Deed: d, Short: true}, nil
	}
	draft, err := atp.Events().Encode(event)
	return done{Deed: d, Type: draft.Type, Data: draft.Data}, err
}

// runDurableChild lets callers work until it is killed, and says what they were answered.
func runDurableChild() int {
	var todo durableJob
	if err := json.Unmarshal([]byte(os.Getenv(durableChildEnv)), &todo); err != nil {
		return fail(err)
	}
	db, err := sql.Open(todo.Driver, todo.Source)
	if err != nil {
		return fail(err)
	}
	j, err := sqljournal.New(sqljournal.Config{DB: db, Dialect: todo.Dialect})
	if err != nil {
		return fail(err)
	}
	site, err := calendar.New(calendar.Config{Location: time.UTC})
	if err != nil {
		return fail(err)
	}
	ctx := context.Background()
	s, err := durable.Open(ctx, noon(), durable.Config{
		Stock: atp.Config{Sites: []atp.Site{{ID: "S1", Calendar: site}}}, Journal: j, Stream: "stock", Snapshots: j.Snapshots(),
		SnapshotEvery: durableKillSnapshot,
	})
	if err != nil {
		return fail(err)
	}
	var out sync.Mutex
	failed := make(chan error)
	for caller := range durableKillCallers {
		go func() {
			for n := 0; ; n++ {
				d := deed{todo.Run, caller, n}
				event, err := d.perform(ctx, s)
				if err != nil {
					failed <- fmt.Errorf("%+v: %w", d, err)
					return
				}
				line, err := d.report(event)
				if err != nil {
					failed <- err
					return
				}
				text, err := json.Marshal(line)
				if err != nil {
					failed <- err
					return
				}
				out.Lock()
				_, err = os.Stdout.Write(append(text, '\n'))
				out.Unlock()
				if err != nil {
					failed <- err
					return
				}
			}
		}()
	}
	return fail(<-failed)
}

// books is what must be in the stock: a plain one that got the events that were answered.
type books struct {
	stock    *atp.Stock
	codec    *journal.Codec
	answered int
	settled  int
	present  int // of those that were open: had been journalled
	refused  map[int]int
}

func (b *books) enter(t *testing.T, event any) {
	t.Helper()
	if err := b.stock.Apply(event); err != nil {
		t.Fatal(err)
	}
}

// runAndKill starts a child, kills it after so many answers, and gives the operations of which the outcome is open: the
// next of each caller.
func (b *books) runAndKill(t *testing.T, todo durableJob, after int) []deed {
	t.Helper()
	next := make([]deed, durableKillCallers)
	for caller := range next {
		next[caller] = deed{todo.Run, caller, 0}
	}
	untilKilled(t, durableChildEnv, todo, after, func(a done) {
		if a.Deed != next[a.Deed.Caller] {
			t.Fatalf("caller %d was answered %+v before %+v", a.Deed.Caller, a.Deed, next[a.Deed.Caller])
		}
		next[a.Deed.Caller].N++
		b.answered++
		if a.Short {
			b.refused[a.Deed.Run]++
			return
		}
		event, known, err := b.codec.Decode(journal.Event{Type: a.Type, Version: 1, Data: a.Data})
		if err != nil || !known {
			t.Fatalf("%s: known %t, %v", a.Data, known, err)
		}
		b.enter(t, event)
	})
	return next
}

// settle opens what the child has left, looks what became of the operations that were open, and does them again. Then the
// stock is what was answered, no more and no less.
func (b *books) settle(t *testing.T, cfg durable.Config, run int, open []deed) {
	t.Helper()
	s, err := durable.Open(t.Context(), noon(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	if n, err := s.Live().ATP(noon(), atp.Query{Ref: refOf(t, s, scarce(run)), Date: calendar.DateOf(noon())}); err != nil || n < 0 || n > 0 && b.refused[run] > 0 {
		t.Fatalf("%d of the scarce item are left, and %d callers were told that there is none: %v", n, b.refused[run], err)
	}
	for _, d := range open {
		event, err := d.perform(t.Context(), s)
		if err != nil {
			t.Fatalf("%+v again: %v", d, err)
		}
		b.settled++
		if event == nil {
			continue
		}
		if reflect.ValueOf(event).FieldByName("Replayed").Bool() {
			b.present++
		}
		b.enter(t, event)
	}
	sameState(t, s.Live(), b.stock)
}

func sameState(t *testing.T, got, want *atp.Stock) {
	t.Helper()
	g, w := got.State(noon()), want.State(noon())
	if reflect.DeepEqual(g, w) {
		return
	}
	if len(g.Reservations) != len(w.Reservations) {
		t.Errorf("%d reservations, want %d", len(g.Reservations), len(w.Reservations))
	}
	wanted := make(map[string]atp.ReservationState)
	for _, r := range w.Reservations {
		wanted[r.Key] = r
	}
	for _, r := range g.Reservations {
		if !reflect.DeepEqual(r, wanted[r.Key]) {
			t.Errorf("got %+v\nwant %+v", r, wanted[r.Key])
		}
	}
	t.Fatalf("got %+v\nwant %+v", g.Items, w.Items)
}

func refOf(t *testing.T, s *durable.Stock, item string) atp.Ref {
	t.Helper()
	ref, err := s.Live().Ref(item, "S1")
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// newBooks prepares a database.
func newBooks(t *testing.T, cfg durable.Config) *books {
	t.Helper()
	s, err := durable.Open(t.Context(), noon(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	define(t, s, common, 1_000_000_000)
	define(t, s, rare, 1_000_000_000)
	for run := range durableKillsAStock {
		define(t, s, scarce(run), scarceOnHand)
	}
	b := &books{codec: atp.Events(), refused: make(map[int]int)}
	if b.stock, err = atp.New(cfg.Stock); err != nil {
		t.Fatal(err)
	}
	if err := b.stock.Restore(s.Live().State(noon())); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	return b
}

// TestDurableKill kills a process under load again and again: nothing that was answered is lost, nothing is there twice,
// what was not answered is wholly there or not at all, and no one was refused because of what is not there.
func TestDurableKill(t *testing.T) {
	each(t, func(t *testing.T, d database) {
		t.Parallel() // both wait for children and for the disk
		kills := durableKills
		if testing.Short() {
			kills = 10
		}
		start := time.Now()
		answered, settled, present, refused := 0, 0, 0, 0
		for killed := 0; killed < kills; {
			source := d.source(t)
			db := d.open(t, source)
			j := d.journal(t, sqljournal.Config{DB: db})
			cfg := killConfig(t, j)
			b := newBooks(t, cfg)
			for run := 0; run < durableKillsAStock && killed < kills; run++ {
				open := b.runAndKill(t, durableJob{Dialect: d.dialect, Driver: d.driver, Source: source, Run: run}, rand.IntN(150))
				b.settle(t, cfg, run, open)
				killed++
			}
			cfg.Snapshots, cfg.SnapshotEvery = nil, 0 // all of the stream leads to the same
			b.settle(t, cfg, 0, nil)
			if _, err := journal.Verify(t.Context(), j, journal.Head{}); err != nil {
				t.Fatal(err)
			}
			answered += b.answered
			settled += b.settled
			present += b.present
			for _, n := range b.refused {
				refused += n
			}
		}
		t.Logf("%d kills in %v: %d operations answered, %d of them refusals; %d open, of which %d had been journalled",
			kills, time.Since(start).Round(time.Second), answered, refused, settled, present)
		if !testing.Short() && (present == 0 || present == settled || refused == 0) {
			t.Error("the kills hit too little")
		}
	})
}
