//go:build unix

package integration_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/journal/sqljournal"
	_ "modernc.org/sqlite"
)

// The host keeps a row of its own and the event that tells of it in one
// transaction.
func ExampleJournal_AppendTx() {
	ctx := context.Background()
	db, err := sql.Open("sqlite", "file::memory:?_txlock=immediate")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // of a database in memory, each connection has its own
	j, err := sqljournal.New(sqljournal.Config{DB: db, Dialect: sqljournal.SQLite})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer j.Close()
	if err := j.Init(ctx); err != nil {
		fmt.Println(err)
		return
	}
	if _, err := db.ExecContext(ctx, "CREATE TABLE erp_order (number TEXT PRIMARY KEY)"); err != nil {
		fmt.Println(err)
		return
	}

	place := func(number string) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		if _, err := tx.ExecContext(ctx, "INSERT INTO erp_order (number) VALUES (?)", number); err != nil {
			return err
		}
		_, err = j.AppendTx(ctx, tx, journal.Batch{ // the last statement
			Key: "place " + number,
			Writes: []journal.Write{{Stream: "order/" + number, Events: []journal.Draft{{
				Type: "order.placed", Version: 1, At: time.Unix(1772443800, 0), Data: []byte(`{}`),
			}}}},
		})
		if err != nil {
			return err
		}
		return tx.Commit()
	}
	fmt.Println(place("1001"), place("1002"))
	for e, err := range j.Read(ctx, journal.All, 0) {
		fmt.Println(e.Position, e.Stream, e.Type, err)
	}
	// Output:
	// <nil> <nil>
	// 1 order/1001 order.placed <nil>
	// 2 order/1002 order.placed <nil>
}

// begin begins a transaction of the host that may write.
func begin(t *testing.T, d database, db *sql.DB) *sql.Tx {
	t.Helper()
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback() })
	return tx
}

func TestAppendTx(t *testing.T) {
	each(t, func(t *testing.T, d database) {
		j, db := d.fresh(t)
		if _, err := db.ExecContext(t.Context(), "CREATE TABLE host (n INTEGER)"); err != nil {
			t.Fatal(err)
		}
		ctx := t.Context()
		rows := func() (host, events int) {
			t.Helper()
			if err := db.QueryRowContext(ctx, "SELECT (SELECT count(*) FROM host), (SELECT count(*) FROM journal_events)").Scan(&host, &events); err != nil {
				t.Fatal(err)
			}
			return host, events
		}
		appendTx := func(b journal.Batch, commit bool) (journal.Commit, error) {
			t.Helper()
			tx := begin(t, d, db)
			if _, err := tx.ExecContext(ctx, "INSERT INTO host VALUES (1)"); err != nil {
				t.Fatal(err)
			}
			c, err := j.AppendTx(ctx, tx, b)
			end := tx.Rollback
			if commit {
				end = tx.Commit
			}
			if err := end(); err != nil {
				t.Fatal(err)
			}
			return c, err
		}
		b := journal.Batch{Key: "k", Writes: []journal.Write{oneEvent("a", "1")}}
		if c, err := appendTx(b, false); err != nil || c.First != 1 {
			t.Fatalf("commit is %+v, %v", c, err)
		}
		if host, events := rows(); host != 0 || events != 0 {
			t.Fatalf("rolled back, %d rows and %d events are there", host, events)
		}
		if c, err := appendTx(b, true); err != nil || c.First != 1 {
			t.Fatalf("commit is %+v, %v", c, err)
		}
		if host, events := rows(); host != 1 || events != 1 {
			t.Fatalf("committed, %d rows and %d events are there", host, events)
		}
		if c, err := appendTx(b, true); err != nil || c.First != 1 {
			t.Errorf("the key gives %+v, %v", c, err)
		}
		var conflict *journal.ConflictError
		if _, err := appendTx(journal.Batch{Writes: []journal.Write{oneEvent("a", "2")}}, false); !errors.As(err, &conflict) || conflict.Actual != 1 {
			t.Errorf("error is %v, want a conflict at 1", err)
		}
		var bad *journal.BatchError
		if _, err := appendTx(journal.Batch{}, false); !errors.As(err, &bad) {
			t.Errorf("error is %v, want a *BatchError", err)
		}
		if c, err := j.Append(ctx, journal.Batch{Writes: []journal.Write{oneEvent("b", "2")}}); err != nil || c.First != 2 {
			t.Errorf("the grouped append after it gives %+v, %v", c, err)
		}
		if _, err := journal.Verify(ctx, j, journal.Head{}); err != nil {
			t.Error(err)
		}
		_ = j.Close()
		if _, err := appendTx(b, false); !errors.Is(err, journal.ErrClosed) {
			t.Errorf("error is %v, want ErrClosed", err)
		}
	})
}

// TestAppendTxLock waits for another transaction for the lock timeout and no
// longer.
func TestAppendTxLock(t *testing.T) {
	source := server.newSchema(t)
	d := databases()[1]
	db := d.open(t, source)
	j := d.journal(t, sqljournal.Config{DB: db, LockTimeout: 30 * time.Millisecond})
	release := hold(t, d, source)
	_, err := j.AppendTx(t.Context(), begin(t, d, db), journal.Batch{Writes: []journal.Write{oneEvent("a", "1")}})
	if err == nil || errors.Is(err, journal.ErrOutcomeUnknown) {
		t.Errorf("error is %v, want the lock timeout", err)
	}
	release()
	tx := begin(t, d, db)
	if _, err := j.AppendTx(t.Context(), tx, journal.Batch{Writes: []journal.Write{oneEvent("a", "1")}}); err != nil {
		t.Error(err)
	}
}

// TestTwoProcesses appends through two journals on one database, grouped and
// in transactions, and follows in a third.
func TestTwoProcesses(t *testing.T) {
	each(t, func(t *testing.T, d database) {
		const writers, each = 4, 25
		source := d.source(t)
		if d.dialect == sqljournal.SQLite {
			source += "&_txlock=immediate"
		}
		var journals [3]*sqljournal.Journal
		var dbs [3]*sql.DB
		for i := range journals {
			dbs[i] = d.open(t, source)
			journals[i] = d.journal(t, sqljournal.Config{DB: dbs[i], Prefix: "shared_", Poll: time.Millisecond, LockTimeout: time.Minute})
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		appendOnce := func(i int, b journal.Batch) (journal.Commit, error) {
			if i%3 != 0 {
				return journals[i%2].Append(ctx, b)
			}
			tx, err := dbs[i%2].BeginTx(ctx, nil)
			if err != nil {
				return journal.Commit{}, err
			}
			defer tx.Rollback()
			c, err := journals[i%2].AppendTx(ctx, tx, b)
			if err != nil {
				return c, err
			}
			return c, tx.Commit()
		}
		var wg sync.WaitGroup
		for i := range writers {
			wg.Go(func() {
				var at journal.Position
				for n := range each {
					d := journal.Draft{Type: "test.happened", Version: 1, At: time.Unix(1, 0), Data: fmt.Append(nil, n)}
					c, err := appendOnce(i, journal.Batch{Writes: []journal.Write{write(fmt.Sprint("s", i), at, d)}})
					if err != nil {
						t.Errorf("append: %v", err)
						cancel()
						return
					}
					at = c.Last
				}
			})
		}
		last := journal.Position(0)
		next := map[string]int{}
		for e, err := range journals[2].Follow(ctx, 0) {
			if err != nil {
				t.Fatal(err)
			}
			if e.Position != last+1 || string(e.Data) != fmt.Sprint(next[e.Stream]) {
				t.Fatalf("event %d with %s follows %d", e.Position, e.Data, last)
			}
			last = e.Position
			next[e.Stream]++
			if last == writers*each {
				break
			}
		}
		wg.Wait()
		if _, err := journal.Verify(ctx, journals[2], journal.Head{}); err != nil {
			t.Error(err)
		}
	})
}

// TestFollowPolls waits with the host's timer for the events of others.
func TestFollowPolls(t *testing.T) {
	each(t, func(t *testing.T, d database) {
		source := d.source(t)
		waits := make(chan time.Duration)
		fire := make(chan time.Time)
		follower := d.journal(t, sqljournal.Config{DB: d.open(t, source), Poll: time.Hour, Timer: func(poll time.Duration) (<-chan time.Time, func() bool) {
			waits <- poll
			return fire, func() bool { return true }
		}})
		other := d.journal(t, sqljournal.Config{DB: d.open(t, source)})
		got := make(chan string)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			defer close(got)
			for e, err := range follower.Follow(ctx, 0) {
				if err != nil {
					return
				}
				got <- string(e.Data)
			}
		}()
		for i := range 3 {
			if poll := <-waits; poll != time.Hour {
				t.Errorf("it waits for %v", poll)
			}
			data := fmt.Sprint("event ", i)
			if _, err := other.Append(ctx, journal.Batch{Writes: []journal.Write{oneEvent(data, data)}}); err != nil {
				t.Fatal(err)
			}
			fire <- time.Time{}
			if e := <-got; e != data {
				t.Errorf("event is %s, want %s", e, data)
			}
		}
		<-waits
		cancel()
		if _, more := <-got; more {
			t.Error("an event came after the end")
		}
	})
}
