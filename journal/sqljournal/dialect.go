package sqljournal

import (
	"fmt"
	"regexp"
	"strings"
)

// Dialect is the SQL that a database speaks.
type Dialect uint8

// The dialects. There is no default.
const (
	SQLite     Dialect = iota + 1 // from 3.38, for json_each
	PostgreSQL                    // from 12
)

// String returns "SQLite" or "PostgreSQL".
func (d Dialect) String() string {
	switch d {
	case SQLite:
		return "SQLite"
	case PostgreSQL:
		return "PostgreSQL"
	}
	return fmt.Sprintf("Dialect(%d)", uint8(d))
}

// DefaultPrefix begins the names of a journal's tables unless [Config] says
// otherwise.
const DefaultPrefix = "journal_"

// Schema returns the statements that create the tables of a journal whose
// names begin with prefix (empty for [DefaultPrefix]), for hosts that migrate
// their databases themselves; Journal.Init runs the same. Running it again
// changes nothing. A prefix is a lower-case letter or underscore, then
// lower-case letters, digits and underscores, 32 at most.
//
// The tables: <prefix>head, one row; <prefix>events, a row an event;
// <prefix>streams, a row a stream; <prefix>keys, a row an idempotency key;
// <prefix>snapshots. A stream is a list from its last event back to its first.
// An index over the events by stream would be the obvious thing; it has one
// page to write for nearly every event of a group, and took two thirds of the
// time of an append.
func Schema(d Dialect, prefix string) (string, error) {
	prefix, err := checkPrefix(prefix)
	if err != nil {
		return "", err
	}
	var ddl string
	switch d {
	case SQLite:
		ddl = schemaSQLite
	case PostgreSQL:
		ddl = schemaPostgreSQL
	default:
		return "", fmt.Errorf("sqljournal: %v is not a dialect", d)
	}
	return strings.ReplaceAll(ddl, "{}", prefix), nil
}

func checkPrefix(prefix string) (string, error) {
	if prefix == "" {
		return DefaultPrefix, nil
	}
	if !regexp.MustCompile(`^[a-z_][a-z0-9_]{0,31}$`).MatchString(prefix) {
		return "", fmt.Errorf("sqljournal: prefix %q is not a letter, then letters, digits and underscores, 32 at most", prefix)
	}
	return prefix, nil
}

const schemaSQLite = `CREATE TABLE IF NOT EXISTS {}head (
	id       INTEGER PRIMARY KEY CHECK (id = 1),
	position INTEGER NOT NULL,
	hash     BLOB    NOT NULL
);
INSERT INTO {}head (id, position, hash) VALUES (1, 0, zeroblob(32)) ON CONFLICT DO NOTHING;
CREATE TABLE IF NOT EXISTS {}streams (
	name          TEXT    PRIMARY KEY,
	last_position INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS {}events (
	position INTEGER PRIMARY KEY,
	previous INTEGER NOT NULL, -- position of the event before in the stream, or 0
	stream   TEXT    NOT NULL,
	type     TEXT    NOT NULL,
	version  INTEGER NOT NULL,
	at       INTEGER NOT NULL, -- nanoseconds since 1970-01-01 UTC
	actor    TEXT    NOT NULL,
	data     BLOB    NOT NULL,
	hash     BLOB    NOT NULL
);
CREATE TABLE IF NOT EXISTS {}keys (
	name           TEXT    PRIMARY KEY,
	payload        BLOB    NOT NULL, -- fingerprint of the batch
	first_position INTEGER NOT NULL,
	last_position  INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS {}snapshots (
	name     TEXT    PRIMARY KEY,
	position INTEGER NOT NULL,
	data     BLOB    NOT NULL
);
`

const schemaPostgreSQL = `CREATE TABLE IF NOT EXISTS {}head (
	id       smallint PRIMARY KEY CHECK (id = 1),
	position bigint   NOT NULL,
	hash     bytea    NOT NULL
);
INSERT INTO {}head (id, position, hash) VALUES (1, 0, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING;
CREATE TABLE IF NOT EXISTS {}streams (
	name          text COLLATE "C" PRIMARY KEY,
	last_position bigint           NOT NULL
) WITH (fillfactor = 70);
CREATE TABLE IF NOT EXISTS {}events (
	position bigint           PRIMARY KEY,
	previous bigint           NOT NULL, -- position of the event before in the stream, or 0
	stream   text COLLATE "C" NOT NULL,
	type     text             NOT NULL,
	version  integer          NOT NULL,
	at       bigint           NOT NULL, -- nanoseconds since 1970-01-01 UTC
	actor    text             NOT NULL,
	data     bytea            NOT NULL,
	hash     bytea            NOT NULL
);
CREATE TABLE IF NOT EXISTS {}keys (
	name           text COLLATE "C" PRIMARY KEY,
	payload        bytea  NOT NULL, -- fingerprint of the batch
	first_position bigint NOT NULL,
	last_position  bigint NOT NULL
);
CREATE TABLE IF NOT EXISTS {}snapshots (
	name     text COLLATE "C" PRIMARY KEY,
	position bigint NOT NULL,
	data     bytea  NOT NULL
);
`
