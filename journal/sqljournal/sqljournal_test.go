package sqljournal_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/journal/sqljournal"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Hosts migrate with the schema: a change of it is a change for them.
func TestSchema(t *testing.T) {
	for _, d := range []sqljournal.Dialect{sqljournal.SQLite, sqljournal.PostgreSQL} {
		got, err := sqljournal.Schema(d, "")
		require.NoError(t, err)
		golden := filepath.Join("testdata", strings.ToLower(d.String())+".sql")
		if *update {
			require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err)
		assert.Equal(t, string(want), got)

		prefixed, err := sqljournal.Schema(d, "p1_")
		require.NoError(t, err)
		assert.Equal(t, strings.ReplaceAll(got, "journal_", "p1_"), prefixed)
	}
}

func TestSchemaErrors(t *testing.T) {
	for _, prefix := range []string{"A", "1a", "a b", "a;", `a"`, "é", strings.Repeat("a", 33)} {
		_, err := sqljournal.Schema(sqljournal.SQLite, prefix)
		assert.Error(t, err, prefix)
	}
	_, err := sqljournal.Schema(0, "")
	assert.EqualError(t, err, "sqljournal: Dialect(0) is not a dialect")
}

func TestNewErrors(t *testing.T) {
	db := sql.OpenDB(broken{})
	t.Cleanup(func() { db.Close() })
	good := sqljournal.Config{DB: db, Dialect: sqljournal.SQLite}
	for name, change := range map[string]func(*sqljournal.Config){
		"no database": func(c *sqljournal.Config) { c.DB = nil },
		"no dialect":  func(c *sqljournal.Config) { c.Dialect = 0 },
		"prefix":      func(c *sqljournal.Config) { c.Prefix = "no prefix" },
		"group":       func(c *sqljournal.Config) { c.GroupRecords = -1 },
		"timeout":     func(c *sqljournal.Config) { c.Timeout = -1 },
		"lock":        func(c *sqljournal.Config) { c.LockTimeout = -time.Second },
		"poll":        func(c *sqljournal.Config) { c.Poll = -1 },
	} {
		t.Run(name, func(t *testing.T) {
			c := good
			change(&c)
			j, err := sqljournal.New(c)
			assert.Error(t, err)
			assert.Nil(t, j)
		})
	}
	_, err := sqljournal.New(good)
	assert.NoError(t, err)
}

var errBroken = errors.New("no database there")

type broken struct{}

func (broken) Connect(context.Context) (driver.Conn, error) { return nil, errBroken }
func (broken) Driver() driver.Driver                        { return nil }

// Without a database everything fails with its error, and it is certain that
// nothing was written. No goroutine is left behind: synctest would wait for it.
func TestBrokenDatabase(t *testing.T) {
	for _, d := range []sqljournal.Dialect{sqljournal.SQLite, sqljournal.PostgreSQL} {
		synctest.Test(t, func(t *testing.T) {
			db := sql.OpenDB(broken{})
			defer db.Close()
			j, err := sqljournal.New(sqljournal.Config{DB: db, Dialect: d})
			require.NoError(t, err)
			ctx := t.Context()
			_, err = j.Append(ctx, journal.Batch{Writes: []journal.Write{{Stream: "s"}}})
			require.ErrorIs(t, err, errBroken)
			assert.NotErrorIs(t, err, journal.ErrOutcomeUnknown)
			assert.ErrorIs(t, j.Init(ctx), errBroken)
			assert.ErrorIs(t, j.CheckStreams(ctx), errBroken)
			_, err = j.Head(ctx)
			assert.ErrorIs(t, err, errBroken)
			for _, stream := range []string{journal.All, "s"} {
				for _, err := range j.Read(ctx, stream, 0) {
					assert.ErrorIs(t, err, errBroken)
				}
			}
			for _, err := range j.Follow(ctx, 0) {
				assert.ErrorIs(t, err, errBroken)
			}
			_, err = j.Snapshots().Load(ctx, "s")
			assert.ErrorIs(t, err, errBroken)
			assert.ErrorIs(t, j.Snapshots().Save(ctx, "s", journal.Snapshot{}), errBroken)
			require.NoError(t, j.Close())
			assert.ErrorIs(t, j.CheckStreams(ctx), journal.ErrClosed)
		})
	}
}
