package sqljournal

import "strings"

// statements are the queries of one journal.
type statements struct {
	head     string // position, hash
	lock     string // the same, keeping others off until the transaction ends
	lookup   lookups
	read     string // events after $1, up to $2, at most $3
	walk     string // positions of stream $1 after $2
	fetch    string // events at the positions of the list $1
	listed   string // position, stream and previous of events after $1, up to $2, at most $3
	last     string // streams that end at or before $1, with their last positions
	load     string
	save     string
	setWait  string         // lock timeout $1 for the rest of the transaction, where there is such a thing
	setHead  string         // SQLite
	insert   map[int]string // SQLite: events, by the number of rows
	move     map[int]string // SQLite: streams, by the number of rows
	bind     map[int]string // SQLite: keys, by the number of rows
	writeAll string         // PostgreSQL: head, events and keys in one statement
}

// lookups take a list of names as one argument, as encodeNames makes it.
type lookups struct {
	streams string // stream, last position
	keys    string // name, payload, first, last
}

const (
	eventColumns  = "position, stream, type, version, at, actor, data, hash"
	insertColumns = "position, previous, stream, type, version, at, actor, data, hash"
)

func newStatements(d Dialect, prefix string) statements {
	s := statements{
		head: "SELECT position, hash FROM {}head WHERE id = 1",
		read: "SELECT " + eventColumns + " FROM {}events WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3",
		// UNION, not UNION ALL: it ends even where somebody has bent the list
		// into a circle. A subquery, not a join: it cannot be planned as a scan.
		walk: "WITH RECURSIVE list (position) AS (SELECT last_position FROM {}streams WHERE name = $1" +
			" UNION SELECT (SELECT e.previous FROM {}events e WHERE e.position = l.position) FROM list l WHERE l.position > $2)" +
			" SELECT position FROM list WHERE position > $2",
		listed: "SELECT position, stream, previous FROM {}events WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3",
		last:   "SELECT name, last_position FROM {}streams WHERE last_position <= $1",
		load:   "SELECT position, data FROM {}snapshots WHERE name = $1",
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
			streams: "SELECT name, last_position FROM {}streams WHERE name IN (SELECT value FROM json_each($1))",
			keys:    "SELECT name, payload, first_position, last_position FROM {}keys WHERE name IN (SELECT value FROM json_each($1))",
		}
		s.setHead = "UPDATE {}head SET position = $1, hash = $2 WHERE id = 1"
		s.fetch = "SELECT " + eventColumns + " FROM {}events WHERE position IN (SELECT value FROM json_each($1)) ORDER BY position"
		s.insert, s.move, s.bind = make(map[int]string), make(map[int]string), make(map[int]string)
		for _, rows := range chunks() {
			s.insert[rows] = "INSERT INTO " + prefix + "events (" + insertColumns + ") VALUES " + values(9, rows)
			s.move[rows] = "INSERT INTO " + prefix + "streams (name, last_position) VALUES " + values(2, rows) +
				" ON CONFLICT (name) DO UPDATE SET last_position = excluded.last_position"
			s.bind[rows] = "INSERT INTO " + prefix + "keys (name, payload, first_position, last_position) VALUES " + values(4, rows)
		}
	case PostgreSQL:
		s.lock = "SELECT position, hash FROM {}head WHERE id = 1 FOR UPDATE"
		s.lookup = lookups{
			streams: "SELECT name, last_position FROM {}streams WHERE name = ANY ($1::text[])",
			keys:    "SELECT name, payload, first_position, last_position FROM {}keys WHERE name = ANY ($1::text[])",
		}
		s.setWait = "SELECT set_config('lock_timeout', $1, true)"
		s.fetch = "SELECT " + eventColumns + " FROM {}events WHERE position = ANY ($1::bigint[]) ORDER BY position"
		s.writeAll = "WITH at AS (UPDATE {}head SET position = $1, hash = $2 WHERE id = 1 RETURNING position)," +
			" written AS (INSERT INTO {}events (" + insertColumns + ")" +
			" SELECT e.* FROM at, unnest($3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::integer[], $8::bigint[], $9::text[], $10::bytea[], $11::bytea[]) AS e)," +
			" moved AS (INSERT INTO {}streams (name, last_position)" +
			" SELECT s.* FROM at, unnest($12::text[], $13::bigint[]) AS s" +
			" ON CONFLICT (name) DO UPDATE SET last_position = excluded.last_position)" +
			" INSERT INTO {}keys (name, payload, first_position, last_position)" +
			" SELECT k.* FROM at, unnest($14::text[], $15::bytea[], $16::bigint[], $17::bigint[]) AS k"
	}
	for _, q := range []*string{&s.head, &s.lock, &s.lookup.streams, &s.lookup.keys, &s.read, &s.walk, &s.fetch, &s.listed, &s.last, &s.load, &s.save, &s.setHead, &s.writeAll} {
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
