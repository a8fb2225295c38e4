CREATE TABLE IF NOT EXISTS journal_head (
	id       INTEGER PRIMARY KEY CHECK (id = 1),
	position INTEGER NOT NULL,
	hash     BLOB    NOT NULL
);
INSERT INTO journal_head (id, position, hash) VALUES (1, 0, zeroblob(32)) ON CONFLICT DO NOTHING;
CREATE TABLE IF NOT EXISTS journal_streams (
	name          TEXT    PRIMARY KEY,
	last_position INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS journal_events (
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
CREATE TABLE IF NOT EXISTS journal_keys (
	name           TEXT    PRIMARY KEY,
	payload        BLOB    NOT NULL, -- fingerprint of the batch
	first_position INTEGER NOT NULL,
	last_position  INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS journal_snapshots (
	name     TEXT    PRIMARY KEY,
	position INTEGER NOT NULL,
	data     BLOB    NOT NULL
);
