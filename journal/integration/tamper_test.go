//go:build unix

package integration_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/journal/sqljournal"
)

// fill appends n events to two streams in turn.
func fill(t *testing.T, j journal.Journal, n int) {
	t.Helper()
	var at [2]journal.Position
	for i := range n {
		d := journal.Draft{Type: "test.happened", Version: 1, At: time.Unix(int64(i), 7), Actor: "tester", Data: fmt.Appendf(nil, `{"total":"%d.00 USD"}`, 1000+i)}
		c, err := j.Append(t.Context(), journal.Batch{Writes: []journal.Write{write(fmt.Sprint("s", i%2), at[i%2], d)}})
		if err != nil {
			t.Fatal(err)
		}
		at[i%2] = c.Last
	}
}

// TestTampering changes one thing behind the journal's back; Verify has to
// name it.
func TestTampering(t *testing.T) {
	tests := []struct {
		name   string
		change string
		fault  journal.Fault // "" when it is not the chain that finds it
		at     journal.Position
	}{
		{"a byte of data", "UPDATE journal_events SET data = %DATA% WHERE position = 5", journal.FaultAltered, 5},
		{"a type", "UPDATE journal_events SET type = 'test.Happened' WHERE position = 5", journal.FaultAltered, 5},
		{"a version", "UPDATE journal_events SET version = 2 WHERE position = 1", journal.FaultAltered, 1},
		{"a nanosecond", "UPDATE journal_events SET at = at + 1 WHERE position = 10", journal.FaultAltered, 10},
		{"an actor", "UPDATE journal_events SET actor = 'Tester' WHERE position = 5", journal.FaultAltered, 5},
		{"a stream", "UPDATE journal_events SET stream = 's1' WHERE position = 5", journal.FaultAltered, 5},
		{"a hash", "UPDATE journal_events SET hash = (SELECT hash FROM journal_events WHERE position = 4) WHERE position = 5", journal.FaultAltered, 5},
		{"an event removed", "DELETE FROM journal_events WHERE position = 5", journal.FaultGap, 5},
		{"the first event removed", "DELETE FROM journal_events WHERE position = 1", journal.FaultGap, 1},
		{"an event moved", "UPDATE journal_events SET position = 11 WHERE position = 5", journal.FaultGap, 5},
		{"the tail cut", "DELETE FROM journal_events WHERE position > 8", journal.FaultCut, 9},
		{"the head changed", "UPDATE journal_head SET hash = (SELECT hash FROM journal_events WHERE position = 9)", journal.FaultHead, 10},
		{"an event left out of its stream", "UPDATE journal_events SET previous = 1 WHERE position = 5", "", 0},
		{"the last event left out of its stream", "UPDATE journal_streams SET last_position = 7 WHERE name = 's0'", "", 0},
		{"a stream left out", "DELETE FROM journal_streams WHERE name = 's1'", "", 0},
	}
	each(t, func(t *testing.T, d database) {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				j, db := d.fresh(t)
				fill(t, j, 10)
				if _, err := journal.Verify(t.Context(), j, journal.Head{}); err != nil {
					t.Fatal(err)
				}
				change := tt.change
				if d.dialect == sqljournal.PostgreSQL {
					change = strings.ReplaceAll(change, "%DATA%", `convert_to('{"total":"2004.00 USD"}', 'UTF8')`)
				} else {
					change = strings.ReplaceAll(change, "%DATA%", `CAST('{"total":"2004.00 USD"}' AS BLOB)`)
				}
				alter(t, db, change)
				_, err := journal.Verify(t.Context(), j, journal.Head{})
				var found *journal.ChainError
				switch {
				case err == nil:
					t.Fatal("Verify found nothing")
				case tt.fault == "":
					if errors.As(err, &found) {
						t.Errorf("error is %v, not that of the streams", err)
					}
				case !errors.As(err, &found) || found.Fault != tt.fault || found.Position != tt.at:
					t.Errorf("error is %v, want fault %q at %d", err, tt.fault, tt.at)
				}
			})
		}
	})
}

// TestCutTail cuts the last events off and sets everything back, as if they had
// never been: only a checkpoint from outside shows it.
func TestCutTail(t *testing.T) {
	each(t, func(t *testing.T, d database) {
		j, db := d.fresh(t)
		fill(t, j, 8)
		checkpoint, err := journal.Verify(t.Context(), j, journal.Head{})
		if err != nil {
			t.Fatal(err)
		}
		alter(t, db, "DELETE FROM journal_events WHERE position > 6")
		alter(t, db, "UPDATE journal_streams SET last_position = last_position - 2")
		alter(t, db, "UPDATE journal_head SET position = 6, hash = (SELECT hash FROM journal_events WHERE position = 6)")
		if _, err := journal.Verify(t.Context(), j, journal.Head{}); err != nil {
			t.Fatalf("the cut was meant to be perfect: %v", err)
		}
		_, err = journal.Verify(t.Context(), j, checkpoint)
		var found *journal.ChainError
		if !errors.As(err, &found) || found.Fault != journal.FaultCut || found.Position != 7 {
			t.Errorf("error is %v, want a cut at 7", err)
		}
		// Other events in their place do not help.
		fillOther := journal.Draft{Type: "test.forged", Version: 1, At: time.Unix(9, 0)}
		if _, err := j.Append(t.Context(), journal.Batch{Writes: []journal.Write{write("other", 0, fillOther, fillOther)}}); err != nil {
			t.Fatal(err)
		}
		_, err = journal.Verify(t.Context(), j, checkpoint)
		if !errors.As(err, &found) || found.Fault != journal.FaultCheckpoint || found.Position != 8 {
			t.Errorf("error is %v, want another event 8 than the checkpoint's", err)
		}
	})
}

// TestChangedFile changes a byte of an event in the file itself.
func TestChangedFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "journal.db")
	d := databases()[0]
	func() {
		db, err := sql.Open(d.driver, sqliteSource(file))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close() // it writes the log back into the file
		fill(t, d.journal(t, sqljournal.Config{DB: db}), 100)
	}()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(raw, []byte("1042.00 USD")); n != 1 {
		t.Fatalf("the event is in the file %d times", n)
	}
	raw[bytes.Index(raw, []byte("1042.00 USD"))+3] = '9'
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	db := d.open(t, sqliteSource(file))
	_, err = journal.Verify(t.Context(), d.journal(t, sqljournal.Config{DB: db}), journal.Head{})
	var found *journal.ChainError
	if !errors.As(err, &found) || found.Fault != journal.FaultAltered || found.Position != 43 {
		t.Errorf("error is %v, want event 43 altered", err)
	}
}

// TestCrookedStream is a stream whose list somebody has bent: reading it ends
// with an error or with fewer events, and never goes in circles.
func TestCrookedStream(t *testing.T) {
	each(t, func(t *testing.T, d database) {
		read := func(j *sqljournal.Journal) (n int, err error) {
			for _, err := range j.Read(t.Context(), "s0", 0) {
				if err != nil {
					return n, err
				}
				n++
			}
			return n, nil
		}
		j, db := d.fresh(t)
		fill(t, j, 10)
		alter(t, db, "UPDATE journal_events SET previous = 9 WHERE position = 3")
		if n, err := read(j); n != 4 || err != nil {
			t.Errorf("a circle gives %d events, %v", n, err)
		}
		alter(t, db, "UPDATE journal_events SET previous = 2 WHERE position = 3")
		if _, err := read(j); err == nil {
			t.Error("an event of another stream was given")
		}
		alter(t, db, "DELETE FROM journal_events WHERE position = 3")
		if _, err := read(j); err == nil {
			t.Error("a missing event was passed over")
		}
	})
}

func alter(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	result, err := db.ExecContext(t.Context(), statement)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		t.Fatalf("%s: %d rows, %v", statement, n, err)
	}
}
