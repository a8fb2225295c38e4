//go:build unix

package integration_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/journal/sqljournal"
	_ "modernc.org/sqlite"
)

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		os.Exit(runChild()) // this is the process that a kill test kills
	}
	if os.Getenv(durableChildEnv) != "" {
		os.Exit(runDurableChild())
	}
	code := m.Run()
	if err := server.stop(); err != nil {
		fmt.Fprintln(os.Stderr, "postgres:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// database is a kind of database, and a way to a new and empty one.
type database struct {
	name    string
	dialect sqljournal.Dialect
	driver  string
	source  func(t testing.TB) string // the data source name of a new database
}

func databases() []database {
	return []database{
		{"sqlite", sqljournal.SQLite, "sqlite", func(t testing.TB) string {
			return sqliteSource(filepath.Join(t.TempDir(), "journal.db"))
		}},
		{"postgres", sqljournal.PostgreSQL, "pgx", func(t testing.TB) string { return server.newSchema(t) }},
	}
}

// sqliteSource has the settings under which an acknowledged append survives
// the loss of power.
func sqliteSource(file string) string {
	return "file:" + file + "?_pragma=busy_timeout(20000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"
}

// open opens a database and closes it after the test.
func (d database) open(t testing.TB, source string) *sql.DB {
	t.Helper()
	db, err := sql.Open(d.driver, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// journal makes a journal with its tables in db.
func (d database) journal(t testing.TB, cfg sqljournal.Config) *sqljournal.Journal {
	t.Helper()
	cfg.Dialect = d.dialect
	j, err := sqljournal.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Init(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	return j
}

// fresh makes a journal in a database of its own.
func (d database) fresh(t testing.TB) (*sqljournal.Journal, *sql.DB) {
	t.Helper()
	db := d.open(t, d.source(t))
	return d.journal(t, sqljournal.Config{DB: db}), db
}

// each runs a test on every kind of database.
func each(t *testing.T, test func(t *testing.T, d database)) {
	for _, d := range databases() {
		t.Run(d.name, func(t *testing.T) { test(t, d) })
	}
}

var schemas atomic.Int64

func write(stream string, expect journal.Position, drafts ...journal.Draft) journal.Write {
	return journal.Write{Stream: stream, Expect: expect, Events: drafts}
}
