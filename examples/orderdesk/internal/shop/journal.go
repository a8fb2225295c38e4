package shop

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"

	_ "modernc.org/sqlite" // the driver is the host's choice

	"github.com/o2ckit/o2c/journal/sqljournal"
)

// OpenJournal opens the journal in a SQLite file, which is made if it is not
// there. Every append is synced to disk.
func OpenJournal(ctx context.Context, file string) (j *sqljournal.Journal, closeDB func(), err error) {
	dsn := url.URL{Scheme: "file", Opaque: url.PathEscape(file), RawQuery: url.Values{
		"_pragma": {"journal_mode(WAL)", "synchronous(FULL)", "busy_timeout(5000)", "secure_delete(ON)"},
	}.Encode()}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return nil, nil, err
	}
	fail := func(err error) (*sqljournal.Journal, func(), error) {
		_ = db.Close()
		return nil, nil, fmt.Errorf("open journal %s: %w", file, err)
	}
	if j, err = sqljournal.New(sqljournal.Config{DB: db, Dialect: sqljournal.SQLite}); err != nil {
		return fail(err)
	}
	if err := j.Init(ctx); err != nil {
		return fail(err)
	}
	return j, func() { _ = j.Close(); _ = db.Close() }, nil
}
