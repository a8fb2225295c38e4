// Package sqljournal keeps a journal in SQLite or PostgreSQL over
// database/sql. It imports no driver: the host opens the database with the
// driver that it likes and gives the handle.
//
//	db, err := sql.Open("sqlite", "file:desk.db?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(5000)")
//	j, err := sqljournal.New(sqljournal.Config{DB: db, Dialect: sqljournal.SQLite})
//	err = j.Init(ctx) // creates the tables; or migrate with Schema
//	defer j.Close()
//	commit, err := j.Append(ctx, batch)
//
// The examples of package journal/integration are such programs in full, with
// a driver; journal.Memory shows batches.
//
// # Grouped commits
//
// Appends of many callers are collected while the one before is being written,
// and then go into one transaction with one sync to disk. Each is checked
// against the tables and what the group has written before it, and a loser is
// rejected alone. Nobody waits for a timer: a single caller gets a
// transaction of its own.
//
// # One writer at a time
//
// A row holds the head: the last position and the chain hash up to it. A
// transaction locks that row before it looks at anything else and keeps it
// until it commits. So positions have no gaps, they become visible in their
// order, and a reader that has seen a position has seen all below it. Many
// processes may append to one journal; they take turns. More throughput than
// that comes from more journals, in other databases or under another
// [Config].Prefix.
//
// # Settings of the database
//
// SQLite: journal_mode=WAL lets readers go on while a group is written;
// synchronous=FULL is what makes an acknowledged append survive a power cut;
// busy_timeout is how long a writer waits for another process. PostgreSQL:
// synchronous_commit must not be off. A row an event, in plain columns, is kept
// so that the tables can be read with any tool.
package sqljournal
