package sqljournal

import "strings"

// statements are the queries of one journal.
type statements struct {
	head     string // position, hash
	lock     string // the same, keeping others off until the transaction ends
	lookup   lookups
	read     string // after $1, up to $2, at most $3 events
	readOne  string // the same of stream $4
	load     string
	save     string
	setWait  string         // lock timeout $1 for the rest of the transaction, where there is such a thing
	setHead  string         // SQLite
	insert   map[int]string // SQLite: events, by the number of rows
	bind     map[int]string // SQLite: keys, by the number of rows
	writeAll string         // PostgreSQL: head, events and keys in one statement
}

// lookups take a list of names as one argument, as encodeNames makes it.
type lookups struct {
	streams string // stream, last position
	keys    string // name, payload, first, last
}

const eventColumns = "position, stream, type, version, at, actor, data, hash"

func newStatements(d Dialect, prefix string) statements {
	s := statements{
		head:    "SELECT position, hash FROM {}head WHERE id = 1",
		read:    "SELECT " + eventColumns + " FROM {}events WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3",
		readOne: "SELECT " + eventColumns + " FROM {}events WHERE stream = $4 AND position > $1 AND position <= $2 ORDER BY position LIMIT $3",
		load:    "SELECT position, data FROM {}snapshots WHERE name = $1",
		save: "INSERT INTO {}snapshots (name, position, data) VALUES ($1, $2, $3)" +
			" ON CONFLICT (name) DO UPDATE SET position = excluded.position, data = excluded.data",
	}
	switch d {
	case SQLite:
		// A transaction whose first statement writes takes the write lock with
		// its first read, as BEGIN IMMEDIATE does, and needs no option of the
		// driver for it.
		s.lock = "UPDATE {}head SET position = position WHERE id = 1 RETURNING position, hash"
		s.lookup = lookups{
			streams: "SELECT value, (SELECT max(position) FROM {}events WHERE stream = value) FROM json_each($1)",
			keys:    "SELECT name, payload, first_position, last_position FROM {}keys WHERE name IN (SELECT value FROM json_each($1))",
		}
		s.setHead = "UPDATE {}head SET position = $1, hash = $2 WHERE id = 1"
		s.insert, s.bind = make(map[int]string), make(map[int]string)
		for _, rows := range chunks() {
			s.insert[rows] = "INSERT INTO " + prefix + "events (" + eventColumns + ") VALUES " + values(8, rows)
			s.bind[rows] = "INSERT INTO " + prefix + "keys (name, payload, first_position, last_position) VALUES " + values(4, rows)
		}
	case PostgreSQL:
		s.lock = "SELECT position, hash FROM {}head WHERE id = 1 FOR UPDATE"
		s.lookup = lookups{
			streams: "SELECT n.name, (SELECT e.position FROM {}events e WHERE e.stream = n.name ORDER BY e.position DESC LIMIT 1)" +
				" FROM unnest($1::text[]) AS n (name)",
			keys: "SELECT name, payload, first_position, last_position FROM {}keys WHERE name = ANY ($1::text[])",
		}
		s.setWait = "SELECT set_config('lock_timeout', $1, true)"
		s.writeAll = "WITH moved AS (UPDATE {}head SET position = $1, hash = $2 WHERE id = 1 RETURNING position)," +
			" written AS (INSERT INTO {}events (" + eventColumns + ")" +
			" SELECT e.* FROM moved, unnest($3::bigint[], $4::text[], $5::text[], $6::integer[], $7::bigint[], $8::text[], $9::bytea[], $10::bytea[]) AS e)" +
			" INSERT INTO {}keys (name, payload, first_position, last_position)" +
			" SELECT k.* FROM moved, unnest($11::text[], $12::bytea[], $13::bigint[], $14::bigint[]) AS k"
	}
	for _, q := range []*string{&s.head, &s.lock, &s.lookup.streams, &s.lookup.keys, &s.read, &s.readOne, &s.load, &s.save, &s.setHead, &s.writeAll} {
		*q = strings.ReplaceAll(*q, "{}", prefix)
		if d == SQLite {
			*q = strings.ReplaceAll(*q, "$", "?") // numbered for every driver, $1 would be a name
		}
	}
	return s
}

// splitStatements cuts DDL at its semicolons; none stands within a literal.
func splitStatements(ddl string) []string {
	var all []string
	for _, s := range strings.Split(ddl, ";\n") {
		if s = strings.TrimSpace(s); s != "" {
			all = append(all, s)
		}
	}
	return all
}
