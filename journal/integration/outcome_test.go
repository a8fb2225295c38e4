//go:build unix

package integration_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/journal/sqljournal"
	"modernc.org/sqlite"
)

func oneEvent(stream, data string) journal.Write {
	return write(stream, 0, journal.Draft{Type: "test.happened", Version: 1, At: time.Unix(1, 0), Data: []byte(data)})
}

// hold takes the head's lock in a transaction of somebody else.
func hold(t *testing.T, d database, source string) (release func()) {
	t.Helper()
	db := d.open(t, source)
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(t.Context(), "UPDATE journal_head SET position = position"); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := tx.Rollback(); err != nil {
			t.Error(err)
		}
	}
}

// TestOutcomeUnknown ends the context of appends while another process holds
// the journal: of the one that is being written, and of one that waits behind
// it.
func TestOutcomeUnknown(t *testing.T) {
	each(t, func(t *testing.T, d database) {
		source := d.source(t)
		db := d.open(t, source)
		j := d.journal(t, sqljournal.Config{DB: db})
		release := hold(t, d, source)

		taken := journal.Batch{Key: "taken", Writes: []journal.Write{oneEvent("a", "1")}}
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		_, err := j.Append(ctx, taken)
		if !errors.Is(err, journal.ErrOutcomeUnknown) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error is %v, want an unknown outcome because of the deadline", err)
		}

		waiting := journal.Batch{Key: "waiting", Writes: []journal.Write{oneEvent("b", "2")}}
		ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		_, err = j.Append(ctx, waiting)
		if errors.Is(err, journal.ErrOutcomeUnknown) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error is %v, want the deadline alone: no group has taken it", err)
		}
		release()

		if c, err := j.Append(t.Context(), taken); err != nil || c.First != 1 {
			t.Errorf("the retry gives %+v, %v", c, err)
		}
		if c, err := j.Append(t.Context(), waiting); err != nil || c.First != 2 {
			t.Errorf("the append that was withdrawn gives %+v, %v", c, err)
		}
	})
}

// TestTimeout lets a group give up: nothing was written, and that is certain.
func TestTimeout(t *testing.T) {
	each(t, func(t *testing.T, d database) {
		source := d.source(t)
		db := d.open(t, source)
		j := d.journal(t, sqljournal.Config{DB: db, Timeout: 50 * time.Millisecond})
		release := hold(t, d, source)
		b := journal.Batch{Key: "k", Writes: []journal.Write{oneEvent("a", "1")}}
		_, err := j.Append(t.Context(), b)
		if err == nil || errors.Is(err, journal.ErrOutcomeUnknown) {
			t.Errorf("error is %v, want one that is certain", err)
		}
		release()
		j = d.journal(t, sqljournal.Config{DB: db})
		b.Writes[0] = oneEvent("other", "the key is not bound")
		if c, err := j.Append(t.Context(), b); err != nil || c.First != 1 {
			t.Errorf("commit is %+v, %v", c, err)
		}
	})
}

// TestNotInitialised has a useful error.
func TestNotInitialised(t *testing.T) {
	each(t, func(t *testing.T, d database) {
		j, err := sqljournal.New(sqljournal.Config{DB: d.open(t, d.source(t)), Dialect: d.dialect})
		if err != nil {
			t.Fatal(err)
		}
		_, err = j.Append(t.Context(), journal.Batch{Writes: []journal.Write{oneEvent("a", "1")}})
		if err == nil || errors.Is(err, journal.ErrOutcomeUnknown) {
			t.Errorf("error is %v", err)
		}
	})
}

// TestLostAnswer loses the answer of a commit: the outcome is unknown, whether
// it was made or not, and the key settles it.
func TestLostAnswer(t *testing.T) {
	for _, committed := range []bool{true, false} {
		name := map[bool]string{true: "after the commit", false: "before the commit"}[committed]
		t.Run(name, func(t *testing.T) {
			drv := &lossy{Driver: &sqlite.Driver{}, committed: committed}
			db := sql.OpenDB(connector{drv, sqliteSource(filepath.Join(t.TempDir(), "journal.db"))})
			t.Cleanup(func() { db.Close() })
			d := databases()[0]
			j := d.journal(t, sqljournal.Config{DB: db})

			drv.lose.Store(true)
			b := journal.Batch{Key: "k", Writes: []journal.Write{oneEvent("a", "1")}}
			if _, err := j.Append(t.Context(), b); !errors.Is(err, journal.ErrOutcomeUnknown) || !errors.Is(err, errLost) {
				t.Fatalf("error is %v, want an unknown outcome", err)
			}
			drv.lose.Store(false)
			head, err := j.Head(t.Context())
			if err != nil || (head.Position == 1) != committed {
				t.Fatalf("head is %v, %v", head, err)
			}
			if c, err := j.Append(t.Context(), b); err != nil || c.First != 1 {
				t.Errorf("the retry gives %+v, %v", c, err)
			}
			if head, err := journal.Verify(t.Context(), j, journal.Head{}); err != nil || head.Position != 1 {
				t.Errorf("head is %v, %v", head, err)
			}
		})
	}
}

var errLost = errors.New("connection lost")

// lossy is a driver whose commits lose their answer.
type lossy struct {
	driver.Driver
	committed bool // lose it after, not before, the commit has been made
	lose      atomic.Bool
}

type connector struct {
	drv    *lossy
	source string
}

func (c connector) Driver() driver.Driver { return c.drv }

func (c connector) Connect(context.Context) (driver.Conn, error) {
	inner, err := c.drv.Open(c.source)
	return &lossyConn{inner, c.drv}, err
}

type lossyConn struct {
	driver.Conn
	drv *lossy
}

func (c *lossyConn) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	tx, err := c.Conn.(driver.ConnBeginTx).BeginTx(ctx, options)
	return &lossyTx{tx, c.drv}, err
}

type lossyTx struct {
	tx  driver.Tx
	drv *lossy
}

func (l *lossyTx) Rollback() error { return l.tx.Rollback() }

func (l *lossyTx) Commit() error {
	switch {
	case !l.drv.lose.Load():
		return l.tx.Commit()
	case l.drv.committed:
		return errors.Join(l.tx.Commit(), errLost)
	default:
		return errors.Join(l.tx.Rollback(), errLost)
	}
}

// TestClose waits for what is being written and lets nothing in afterwards.
func TestClose(t *testing.T) {
	each(t, func(t *testing.T, d database) {
		source := d.source(t)
		j := d.journal(t, sqljournal.Config{DB: d.open(t, source)})
		release := hold(t, d, source)
		var wg sync.WaitGroup
		var written atomic.Int64
		begun := make(chan struct{}, 8)
		for i := range 8 {
			wg.Go(func() {
				begun <- struct{}{}
				_, err := j.Append(t.Context(), journal.Batch{Writes: []journal.Write{oneEvent(string(rune('a'+i)), "x")}})
				switch {
				case err == nil:
					written.Add(1)
				case !errors.Is(err, journal.ErrClosed):
					t.Errorf("append: %v", err)
				}
			})
		}
		for range 8 {
			<-begun
		}
		wg.Go(func() { _ = j.Close() })
		release()
		wg.Wait()
		again := d.journal(t, sqljournal.Config{DB: d.open(t, source)})
		if head, err := again.Head(t.Context()); err != nil || int64(head.Position) != written.Load() {
			t.Errorf("%d events are there, %v; %d were acknowledged", head.Position, err, written.Load())
		}
	})
}
