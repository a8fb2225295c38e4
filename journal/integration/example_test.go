//go:build unix

package integration_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/journal/sqljournal"
	_ "modernc.org/sqlite"
)

// A journal in a SQLite file, with the settings under which an acknowledged
// append survives a power cut. Callers that append at once share a commit.
func Example() {
	dir, err := os.MkdirTemp("", "journal")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "desk.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(5000)")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	j, err := sqljournal.New(sqljournal.Config{DB: db, Dialect: sqljournal.SQLite})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer j.Close()
	if err := j.Init(ctx); err != nil { // creates the tables; or migrate with Schema
		fmt.Println(err)
		return
	}

	var callers sync.WaitGroup
	for line := range 100 {
		callers.Go(func() {
			_, err := j.Append(ctx, journal.Batch{Writes: []journal.Write{{
				Stream: fmt.Sprint("reservation/", line),
				Events: []journal.Draft{{Type: "atp.reserved", Version: 1, At: time.Unix(1772443800, 0), Data: []byte(`{"quantity":"12 CA"}`)}},
			}}})
			if err != nil {
				fmt.Println(err)
			}
		})
	}
	callers.Wait()
	head, err := journal.Verify(ctx, j, journal.Head{})
	fmt.Println(head.Position, err)
	// Output: 100 <nil>
}
