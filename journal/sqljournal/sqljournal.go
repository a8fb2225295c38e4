package sqljournal

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"time"

	"github.com/o2ckit/o2c/journal"
)

// Config says where a journal is kept and how. DB and Dialect are required.
type Config struct {
	// DB is the host's handle, with the driver and the settings that it chose.
	// The journal never closes it. A journal takes one connection at a time
	// to write, and one for a moment for each page that is read.
	DB *sql.DB

	// Dialect is the SQL that DB speaks.
	Dialect Dialect

	// Prefix begins the names of the tables, so that several journals fit in
	// one database. Empty: [DefaultPrefix]. Schema says what is allowed.
	Prefix string

	// GroupRecords is how many records a grouped commit collects at most
	// before it is written, and 8 MiB of data; a batch is never split. 0:
	// 2,048.
	GroupRecords int

	// Timeout bounds the transaction of a group, the wait for its turn
	// included: when it passes before the commit has begun, the appends fail
	// and nothing is written. 0: 30 seconds.
	Timeout time.Duration

	// LockTimeout bounds how long AppendTx waits for its turn, on PostgreSQL;
	// on SQLite the busy_timeout of the host's connection does. 0: 5 seconds.
	LockTimeout time.Duration

	// Poll is how long Follow waits at the head before it looks again for
	// events of other processes. Events of this one wake it at once. 0: 100
	// milliseconds.
	Poll time.Duration

	// Timer makes the timer that Follow waits with: a channel that gives a
	// value after d, and a function that releases the timer. Nil: one made
	// with time.NewTimer.
	Timer func(d time.Duration) (fired <-chan time.Time, stop func() bool)
}

// ConfigError says what is wrong with a [Config].
type ConfigError struct {
	Field  string
	Reason string
}

// Error names the field and the reason.
func (e *ConfigError) Error() string {
	return fmt.Sprintf("sqljournal: config: %s: %s", e.Field, e.Reason)
}

func (c Config) withDefaults() (Config, error) {
	if c.DB == nil {
		return c, &ConfigError{"DB", "is nil"}
	}
	if c.Dialect != SQLite && c.Dialect != PostgreSQL {
		return c, &ConfigError{"Dialect", fmt.Sprintf("%v is not a dialect", c.Dialect)}
	}
	var err error
	if c.Prefix, err = checkPrefix(c.Prefix); err != nil {
		return c, err
	}
	if c.GroupRecords < 0 || c.Timeout < 0 || c.LockTimeout < 0 || c.Poll < 0 {
		return c, &ConfigError{"GroupRecords, Timeout, LockTimeout, Poll", "none may be negative"}
	}
	if c.GroupRecords == 0 {
		c.GroupRecords = 2048
	}
	if c.Timeout == 0 {
		c.Timeout = 30 * time.Second
	}
	if c.LockTimeout == 0 {
		c.LockTimeout = 5 * time.Second
	}
	if c.Poll == 0 {
		c.Poll = 100 * time.Millisecond
	}
	if c.Timer == nil {
		c.Timer = func(d time.Duration) (<-chan time.Time, func() bool) {
			t := time.NewTimer(d)
			return t.C, t.Stop
		}
	}
	return c, nil
}

// Journal is a journal.Journal in a SQL database; it implements
// journal.Header too. New makes one.
type Journal struct {
	cfg   Config
	sql   statements
	queue queue
	stmts map[string]*sql.Stmt // by query; belongs to the queue's writer

	mu      sync.Mutex
	changed chan struct{} // closed, and made anew, by each group that wrote
	closed  bool
}

// New returns a journal on cfg.DB. It does not touch the database: Init
// creates the tables.
func New(cfg Config) (*Journal, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	j := &Journal{cfg: cfg, sql: newStatements(cfg.Dialect, cfg.Prefix), changed: make(chan struct{})}
	j.queue.write = j.writeGroup
	j.queue.limit = cfg.GroupRecords
	return j, nil
}

// Init creates the tables that are missing, as Schema says. Several processes
// may call it at once.
func (j *Journal) Init(ctx context.Context) error {
	ddl, err := Schema(j.cfg.Dialect, j.cfg.Prefix)
	if err != nil {
		return err
	}
	tx, err := j.cfg.DB.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("sqljournal: init: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	if j.cfg.Dialect == PostgreSQL {
		// CREATE ... IF NOT EXISTS fails when two sessions create at once.
		if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(hashtext('sqljournal.init'))"); err != nil {
			return fmt.Errorf("sqljournal: init: %w", err)
		}
	}
	for _, statement := range splitStatements(ddl) {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("sqljournal: init: %w", err)
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("sqljournal: init: %w", err)
	}
	return nil
}

// Head implements journal.Header.
func (j *Journal) Head(ctx context.Context) (journal.Head, error) {
	if err := j.open(); err != nil {
		return journal.Head{}, err
	}
	return readHead(ctx, j.cfg.DB, j.sql.head)
}

// Close waits for the appends under way and refuses further ones; followers
// end with journal.ErrClosed, as does every later call. The database stays
// open. It never fails.
func (j *Journal) Close() error {
	j.mu.Lock()
	first := !j.closed
	if first {
		j.closed = true
		close(j.changed)
	}
	j.mu.Unlock()
	j.queue.close()
	if first {
		for _, s := range j.stmts {
			_ = s.Close() // it only frees what the driver prepared
		}
	}
	return nil
}

// open gives ErrClosed after Close.
func (j *Journal) open() error {
	_, err := j.change()
	return err
}

// change returns a channel that is closed by the next group that writes.
func (j *Journal) change() (<-chan struct{}, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return nil, journal.ErrClosed
	}
	return j.changed, nil
}

// wake tells the followers of this process that there is more.
func (j *Journal) wake() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.closed {
		close(j.changed)
		j.changed = make(chan struct{})
	}
}
