//go:build unix

package integration_test

import (
	"context"
	"database/sql"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/durable"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/journal/sqljournal"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// What the benchmarks reserve: one unit at a time, of many items in turn or of one.
const (
	durableItems   = 10_000
	durableCallers = 2048
	plenty         = 1_000_000_000
)

func noon() time.Time { return time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC) }

func oneSite(t testing.TB) atp.Config {
	t.Helper()
	site, err := calendar.New(calendar.Config{Location: time.UTC})
	if err != nil {
		t.Fatal(err)
	}
	return atp.Config{Sites: []atp.Site{{ID: "S1", Calendar: site}}}
}

// openStock opens a Stock over a journal and gives each of its items plenty.
func openStock(t testing.TB, j journal.Journal, items int) (*durable.Stock, []atp.Ref) {
	t.Helper()
	s, err := durable.Open(t.Context(), noon(), durable.Config{Stock: oneSite(t), Journal: j, Stream: "stock"})
	if err != nil {
		t.Fatal(err)
	}
	var refs []atp.Ref
	for len(refs) < items {
		most := min(items, len(refs)+1000) // what fits a batch
		err := s.Do(t.Context(), noon(), func(live *atp.Stock) (change durable.Change, err error) {
			for len(refs) < most {
				ref, defined, err := live.Define(noon(), atp.Definition{Item: itemName(len(refs)), Site: "S1"})
				if err != nil {
					return change, err
				}
				counted, err := live.Count(noon(), atp.Count{Ref: ref, Quantity: plenty})
				if err != nil {
					return change, err
				}
				refs = append(refs, ref)
				change.Events = append(change.Events, defined, counted)
			}
			return change, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return s, refs
}

func itemName(i int) string { return fmt.Sprintf("item-%06d", i) }

// BenchmarkReserveDurable reserves one unit for each of many callers, with a full sync before each answer. spread takes
// of 10,000 items in turn, hot of one. update is the same in SQL as it is usually written, a transaction for each
// reservation: one UPDATE of the row of the item where enough is free, and an INSERT of the key. x-update is how many times
// more reservations a second o2c makes.
func BenchmarkReserveDurable(b *testing.B) {
	for _, d := range databases() {
		b.Run(d.name, func(b *testing.B) {
			for _, c := range []struct {
				name  string
				items int
			}{{"spread", durableItems}, {"hot", 1}} {
				b.Run(c.name, func(b *testing.B) {
					var byUpdate float64
					b.Run("update", func(b *testing.B) { byUpdate = reserveByUpdate(b, d, c.items) })
					b.Run("o2c", func(b *testing.B) {
						if rate := reserveDurable(b, d, c.items); byUpdate > 0 {
							b.ReportMetric(rate/byUpdate, "x-update")
						}
					})
				})
			}
		})
	}
}

func reserveDurable(b *testing.B, d database, items int) float64 {
	j, _ := d.fresh(b)
	s, refs := openStock(b, j, items)
	b.SetParallelism(durableCallers / runtime.GOMAXPROCS(0))
	b.ReportAllocs()
	var callers atomic.Int64
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		caller := callers.Add(1)
		ctx := context.Background()
		key := append(strconv.AppendInt([]byte("order-"), caller, 10), '/')
		lines := make([]atp.Line, 1)
		for i := 0; pb.Next(); i++ {
			lines[0] = atp.Line{Ref: refs[(int(caller)*7919+i)%len(refs)], Date: calendar.DateOf(noon()), Quantity: 1}
			req := atp.Request{Key: string(strconv.AppendInt(key, int64(i), 10)), Hold: time.Hour, Lines: lines}
			if _, err := s.Reserve(ctx, noon(), req); err != nil {
				b.Error(err)
				return
			}
		}
	})
	return reservations(b)
}

func reservations(b *testing.B) float64 {
	rate := float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(rate, "reservations/s")
	return rate
}

var updateSchema = []string{
	"CREATE TABLE stock(item TEXT PRIMARY KEY, on_hand BIGINT NOT NULL, reserved BIGINT NOT NULL)",
	"CREATE TABLE reservation(key TEXT PRIMARY KEY, item TEXT NOT NULL, quantity BIGINT NOT NULL)",
}

// reserveByUpdate is the usual way. SQLite has one writer, and a handful of connections is best for PostgreSQL on few
// cores: more of them only wait for each other.
func reserveByUpdate(b *testing.B, d database, items int) float64 {
	source, connections := d.source(b), 8
	if d.dialect == sqljournal.SQLite {
		connections = 1
	}
	db := d.open(b, source)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	ctx := b.Context()
	for _, statement := range updateSchema {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			b.Fatal(err)
		}
	}
	stockUp(b, db, items)
	update, err := db.PrepareContext(ctx, "UPDATE stock SET reserved = reserved + $1 WHERE item = $2 AND on_hand - reserved >= $1")
	if err != nil {
		b.Fatal(err)
	}
	insert, err := db.PrepareContext(ctx, "INSERT INTO reservation(key, item, quantity) VALUES ($1, $2, $3)")
	if err != nil {
		b.Fatal(err)
	}
	reserve := func(key, item string) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }()
		if _, err := tx.StmtContext(ctx, insert).ExecContext(ctx, key, item, 1); err != nil {
			return err
		}
		result, err := tx.StmtContext(ctx, update).ExecContext(ctx, 1, item)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n != 1 {
			return fmt.Errorf("%d rows: %w", n, err)
		}
		return tx.Commit()
	}
	var next atomic.Int64
	var workers sync.WaitGroup
	b.ReportAllocs()
	b.ResetTimer()
	for range connections {
		workers.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				if err := reserve(fmt.Sprint("order-", i), itemName(int(i)*7919%items)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	workers.Wait()
	return reservations(b)
}

func stockUp(b *testing.B, db *sql.DB, items int) {
	b.Helper()
	tx, err := db.BeginTx(b.Context(), nil)
	if err != nil {
		b.Fatal(err)
	}
	for i := range items {
		if _, err := tx.ExecContext(b.Context(), "INSERT INTO stock VALUES ($1, $2, 0)", itemName(i), plenty); err != nil {
			b.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkShop asks what can be had 100 times for each reservation, which goes to SQLite with a full sync. p99-us is how
// long 99 of 100 questions take at most, in microseconds, while 64 callers do that; one of the callers measures.
func BenchmarkShop(b *testing.B) {
	d := databases()[0]
	j, _ := d.fresh(b)
	s, refs := openStock(b, j, durableItems)
	var callers sync.WaitGroup
	ctx, stop := context.WithCancel(context.Background())
	var reserved atomic.Int64
	ask := func(n int) error {
		_, err := s.Live().ATP(noon(), atp.Query{Ref: refs[n*7919%len(refs)], Date: calendar.DateOf(noon())})
		return err
	}
	reserve := func(caller, n int) error {
		_, err := s.Reserve(context.Background(), noon(), atp.Request{
			Key: fmt.Sprint(caller, "/", n), Hold: time.Hour,
			Lines: []atp.Line{{Ref: refs[n*7919%len(refs)], Date: calendar.DateOf(noon()), Quantity: 1}},
		})
		reserved.Add(1)
		return err
	}
	for caller := 1; caller < 64; caller++ {
		callers.Go(func() {
			for n := caller; ctx.Err() == nil; n++ {
				for i := range 100 {
					if err := ask(n + i); err != nil {
						b.Error(err)
						return
					}
				}
				if err := reserve(caller, n); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	took := make([]time.Duration, 0, 1<<20)
	start := reserved.Load()
	b.ResetTimer()
	for n := 0; b.Loop(); n++ {
		from := time.Now()
		if err := ask(n); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(from))
		if n%100 == 99 {
			if err := reserve(0, n); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(reserved.Load()-start)/b.Elapsed().Seconds(), "reservations/s")
	stop()
	callers.Wait()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds())/1000, "p99-us")
}
