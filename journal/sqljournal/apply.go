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

// row is an event and the position of the one before it in its stream.
type row struct {
	journal.Event
	previous journal.Position
}

// state is what the tables hold of that which a group asks about, and what
// the group has added.
type state struct {
	streams map[string]stream
	keys    map[string]binding

	chain *journal.Chain
	rows  []row
	moved []string // streams with new events
	bound []binding
}

// stream is where a stream is.
type stream struct {
	last  journal.Position
	moved bool
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
	if len(s.rows) == 0 && len(s.bound) == 0 {
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
		if actual := s.streams[w.Stream].last; actual != w.Expect {
			return journal.Commit{}, &journal.ConflictError{Stream: w.Stream, Expect: w.Expect, Actual: actual}
		}
	}
	var commit journal.Commit
	first := s.chain.Head().Position + 1
	for _, w := range b.Writes {
		if len(w.Events) == 0 {
			continue
		}
		at := s.streams[w.Stream]
		if !at.moved {
			s.moved = append(s.moved, w.Stream)
			at.moved = true
		}
		for _, d := range w.Events {
			e := s.chain.Link(w.Stream, d)
			s.rows = append(s.rows, row{Event: e, previous: at.last})
			at.last = e.Position
		}
		s.streams[w.Stream] = at
		commit = journal.Commit{First: first, Last: at.last}
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
	s := &state{streams: make(map[string]stream, len(group)), keys: make(map[string]binding)}
	streams := make([]string, 0, len(group))
	var keys []string
	for _, r := range group {
		for _, w := range r.batch.Writes {
			if _, twice := s.streams[w.Stream]; !twice {
				s.streams[w.Stream] = stream{}
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

func (j *Journal) lookupStreams(ctx context.Context, tx Tx, names []string, into map[string]stream) error {
	return query(ctx, tx, j.sql.lookup.streams, []any{encodeNames(j.cfg.Dialect, names)}, func(rows *sql.Rows) error {
		var name string
		var at stream
		if err := rows.Scan(&name, &at.last); err != nil {
			return err
		}
		into[name] = at
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
