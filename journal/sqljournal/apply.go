package sqljournal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/o2ckit/o2c/journal"
)

// binding is what a key stands for.
type binding struct {
	name    string
	payload journal.Hash
	commit  journal.Commit
}

// state is what the tables hold of that which a group asks about, and what
// the group has added.
type state struct {
	streams map[string]journal.Position
	keys    map[string]binding

	chain  *journal.Chain
	events []journal.Event
	bound  []binding
}

// apply decides the requests in order and writes those that pass. It sets the
// answer of each; the answers hold once the transaction has committed. wrote is
// false when there is nothing to commit.
func (j *Journal) apply(ctx context.Context, tx Tx, group []*request) (wrote bool, err error) {
	head, err := readHead(ctx, tx, j.sql.lock)
	if err != nil {
		return false, err
	}
	s, err := j.lookup(ctx, tx, group)
	if err != nil {
		return false, err
	}
	s.chain = journal.NewChain(head)
	for _, r := range group {
		r.commit, r.err = s.decide(r)
	}
	if len(s.events) == 0 && len(s.bound) == 0 {
		return false, nil
	}
	if j.cfg.Dialect == SQLite {
		err = j.writeRows(ctx, tx, s)
	} else {
		err = j.writeArrays(ctx, tx, s)
	}
	return err == nil, err
}

// decide refuses r, or answers it from its key, or adds its events.
func (s *state) decide(r *request) (journal.Commit, error) {
	b := r.batch
	if known, ok := s.keys[b.Key]; ok && b.Key != "" {
		if known.payload != r.payload {
			return journal.Commit{}, fmt.Errorf("%w: %q", journal.ErrKeyReused, b.Key)
		}
		return known.commit, nil
	}
	for _, w := range b.Writes {
		if actual := s.streams[w.Stream]; actual != w.Expect {
			return journal.Commit{}, &journal.ConflictError{Stream: w.Stream, Expect: w.Expect, Actual: actual}
		}
	}
	var commit journal.Commit
	first := s.chain.Head().Position + 1
	for _, w := range b.Writes {
		for _, d := range w.Events {
			e := s.chain.Link(w.Stream, d)
			s.events = append(s.events, e)
			s.streams[w.Stream] = e.Position
			commit = journal.Commit{First: first, Last: e.Position}
		}
	}
	if b.Key != "" {
		bound := binding{name: b.Key, payload: r.payload, commit: commit}
		s.keys[b.Key] = bound
		s.bound = append(s.bound, bound)
	}
	return commit, nil
}

// lookup reads where the streams of a group are and what its keys stand for.
func (j *Journal) lookup(ctx context.Context, tx Tx, group []*request) (*state, error) {
	s := &state{streams: make(map[string]journal.Position, len(group)), keys: make(map[string]binding)}
	streams := make([]string, 0, len(group))
	var keys []string
	for _, r := range group {
		for _, w := range r.batch.Writes {
			if _, twice := s.streams[w.Stream]; !twice {
				s.streams[w.Stream] = 0
				streams = append(streams, w.Stream)
			}
		}
		if r.batch.Key != "" {
			keys = append(keys, r.batch.Key)
		}
	}
	if len(keys) > 0 {
		if err := j.lookupKeys(ctx, tx, keys, s.keys); err != nil {
			return nil, err
		}
	}
	return s, j.lookupStreams(ctx, tx, streams, s.streams)
}

func (j *Journal) lookupStreams(ctx context.Context, tx Tx, names []string, into map[string]journal.Position) error {
	return query(ctx, tx, j.sql.lookup.streams, []any{encodeNames(j.cfg.Dialect, names)}, func(rows *sql.Rows) error {
		var name string
		var last sql.NullInt64 // of a new stream
		if err := rows.Scan(&name, &last); err != nil {
			return err
		}
		into[name] = journal.Position(last.Int64)
		return nil
	})
}

func (j *Journal) lookupKeys(ctx context.Context, tx Tx, names []string, into map[string]binding) error {
	return query(ctx, tx, j.sql.lookup.keys, []any{encodeNames(j.cfg.Dialect, names)}, func(rows *sql.Rows) error {
		var b binding
		var payload sql.RawBytes
		if err := rows.Scan(&b.name, &payload, &b.commit.First, &b.commit.Last); err != nil {
			return err
		}
		copy(b.payload[:], payload)
		into[b.name] = b
		return nil
	})
}

// writeRows writes with INSERTs of many rows, on SQLite.
func (j *Journal) writeRows(ctx context.Context, tx Tx, s *state) error {
	args := make([]any, 0, 8*chunks()[0])
	rest := s.events
	for _, rows := range chunks() {
		for ; len(rest) >= rows; rest = rest[rows:] {
			args = args[:0]
			for i := range rest[:rows] {
				e := &rest[i]
				args = append(args, int64(e.Position), e.Stream, e.Type, int64(e.Version), e.At.UnixNano(), e.Actor, notNull(e.Data), e.Hash[:])
			}
			if _, err := tx.ExecContext(ctx, j.sql.insert[rows], args...); err != nil {
				return fmt.Errorf("insert events: %w", err)
			}
		}
	}
	bound := s.bound
	for _, rows := range chunks() {
		for ; len(bound) >= rows; bound = bound[rows:] {
			args = args[:0]
			for i := range bound[:rows] {
				b := &bound[i]
				args = append(args, b.name, b.payload[:], int64(b.commit.First), int64(b.commit.Last))
			}
			if _, err := tx.ExecContext(ctx, j.sql.bind[rows], args...); err != nil {
				return fmt.Errorf("insert keys: %w", err)
			}
		}
	}
	head := s.chain.Head()
	if _, err := tx.ExecContext(ctx, j.sql.setHead, int64(head.Position), head.Hash[:]); err != nil {
		return fmt.Errorf("update head: %w", err)
	}
	return nil
}

// writeArrays writes head, events and keys in one statement, with an array a
// column, on PostgreSQL.
func (j *Journal) writeArrays(ctx context.Context, tx Tx, s *state) error {
	var position, stream, typ, version, at, actor, data, hash array
	for i := range s.events {
		e := &s.events[i]
		position.int(int64(e.Position))
		stream.text(e.Stream)
		typ.text(e.Type)
		version.int(int64(e.Version))
		at.int(e.At.UnixNano())
		actor.text(e.Actor)
		data.bytes(e.Data)
		hash.bytes(e.Hash[:])
	}
	var name, payload, first, last array
	for i := range s.bound {
		b := &s.bound[i]
		name.text(b.name)
		payload.bytes(b.payload[:])
		first.int(int64(b.commit.First))
		last.int(int64(b.commit.Last))
	}
	head := s.chain.Head()
	_, err := tx.ExecContext(ctx, j.sql.writeAll, int64(head.Position), head.Hash[:],
		position.literal(), stream.literal(), typ.literal(), version.literal(), at.literal(), actor.literal(), data.literal(), hash.literal(),
		name.literal(), payload.literal(), first.literal(), last.literal())
	if err != nil {
		return fmt.Errorf("insert: %w", err)
	}
	return nil
}

// readHead runs one of the two statements that give the head.
func readHead(ctx context.Context, tx Tx, statement string) (journal.Head, error) {
	var head journal.Head
	found := false
	err := query(ctx, tx, statement, nil, func(rows *sql.Rows) error {
		var hash sql.RawBytes
		if err := rows.Scan(&head.Position, &hash); err != nil {
			return err
		}
		copy(head.Hash[:], hash)
		found = true
		return nil
	})
	switch {
	case err != nil:
		return journal.Head{}, fmt.Errorf("head: %w", err)
	case !found:
		return journal.Head{}, errors.New("head: the journal has none; was Init called?")
	}
	return head, nil
}

// query gives each row to scan and closes the rows.
func query(ctx context.Context, tx Tx, statement string, args []any, scan func(*sql.Rows) error) error {
	rows, err := tx.QueryContext(ctx, statement, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // Err tells what went wrong
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// notNull makes empty data an empty blob: nil would be NULL.
func notNull(data []byte) []byte {
	if data == nil {
		return []byte{}
	}
	return data
}
