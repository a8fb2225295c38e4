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
	j, closeDB, err = open(file, url.Values{
		"_pragma": {"journal_mode(WAL)", "synchronous(FULL)", "busy_timeout(5000)", "secure_delete(ON)"},
	})
	if err != nil {
		return nil, nil, err
	}
	if err := j.Init(ctx); err != nil {
		closeDB()
		return nil, nil, fmt.Errorf("open journal %s: %w", file, err)
	}
	return j, closeDB, nil
}

// ReadJournal opens the journal in a SQLite file for reading: nothing of the
// file is changed.
func ReadJournal(file string) (j *sqljournal.Journal, closeDB func(), err error) {
	return open(file, url.Values{"mode": {"ro"}, "_pragma": {"query_only(ON)", "busy_timeout(5000)"}})
}

func open(file string, settings url.Values) (j *sqljournal.Journal, closeDB func(), err error) {
	dsn := url.URL{Scheme: "file", Opaque: url.PathEscape(file), RawQuery: settings.Encode()}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return nil, nil, err
	}
	if j, err = sqljournal.New(sqljournal.Config{DB: db, Dialect: sqljournal.SQLite}); err != nil {
		_ = db.Close()
		return nil, nil, err
	}
	return j, func() { _ = j.Close(); _ = db.Close() }, nil
}
