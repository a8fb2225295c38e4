CREATE TABLE IF NOT EXISTS journal_head (
	id       smallint PRIMARY KEY CHECK (id = 1),
	position bigint   NOT NULL,
	hash     bytea    NOT NULL
);
INSERT INTO journal_head (id, position, hash) VALUES (1, 0, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING;
CREATE TABLE IF NOT EXISTS journal_streams (
	name          text COLLATE "C" PRIMARY KEY,
	last_position bigint           NOT NULL
) WITH (fillfactor = 70);
CREATE TABLE IF NOT EXISTS journal_events (
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
CREATE TABLE IF NOT EXISTS journal_keys (
	name           text COLLATE "C" PRIMARY KEY,
	payload        bytea  NOT NULL, -- fingerprint of the batch
	first_position bigint NOT NULL,
	last_position  bigint NOT NULL
);
CREATE TABLE IF NOT EXISTS journal_snapshots (
	name     text COLLATE "C" PRIMARY KEY,
	position bigint NOT NULL,
	data     bytea  NOT NULL
);
