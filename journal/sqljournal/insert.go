package sqljournal

import (
	"context"
	"fmt"

	"github.com/o2ckit/o2c/journal"
)

// writeRows writes with INSERTs of many rows, on SQLite.
func (j *Journal) writeRows(ctx context.Context, tx Tx, s *state) error {
	err := insert(ctx, tx, j.sql.insert, s.rows, func(args []any, r *row) []any {
		return append(args, int64(r.Position), int64(r.previous), r.Stream, r.Type, int64(r.Version), r.At.UnixNano(), r.Actor, notNull(r.Data), r.Hash[:])
	})
	if err != nil {
		return fmt.Errorf("insert events: %w", err)
	}
	err = insert(ctx, tx, j.sql.move, s.moved, func(args []any, name *string) []any {
		return append(args, *name, int64(s.streams[*name].last))
	})
	if err != nil {
		return fmt.Errorf("insert streams: %w", err)
	}
	err = insert(ctx, tx, j.sql.bind, s.bound, func(args []any, b *binding) []any {
		return append(args, b.name, b.payload[:], int64(b.commit.First), int64(b.commit.Last))
	})
	if err != nil {
		return fmt.Errorf("insert keys: %w", err)
	}
	head := s.chain.Head()
	if _, err := tx.ExecContext(ctx, j.sql.setHead, int64(head.Position), head.Hash[:]); err != nil {
		return fmt.Errorf("update head: %w", err)
	}
	return nil
}

// insert runs the statements for as many rows at once as there are.
func insert[T any](ctx context.Context, tx Tx, statements map[int]string, all []T, columns func([]any, *T) []any) error {
	var args []any
	for _, rows := range chunks() {
		for ; len(all) >= rows; all = all[rows:] {
			args = args[:0]
			for i := range all[:rows] {
				args = columns(args, &all[i])
			}
			if _, err := tx.ExecContext(ctx, statements[rows], args...); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeArrays writes head, events, streams and keys in one statement, with an
// array a column, on PostgreSQL.
func (j *Journal) writeArrays(ctx context.Context, tx Tx, s *state) error {
	var position, previous, stream, typ, version, at, actor, data, hash array
	for i := range s.rows {
		r := &s.rows[i]
		position.int(int64(r.Position))
		previous.int(int64(r.previous))
		stream.text(r.Stream)
		typ.text(r.Type)
		version.int(int64(r.Version))
		at.int(r.At.UnixNano())
		actor.text(r.Actor)
		data.bytes(r.Data)
		hash.bytes(r.Hash[:])
	}
	var moved, last array
	for _, name := range s.moved {
		moved.text(name)
		last.int(int64(s.streams[name].last))
	}
	var name, payload, from, to array
	for i := range s.bound {
		b := &s.bound[i]
		name.text(b.name)
		payload.bytes(b.payload[:])
		from.int(int64(b.commit.First))
		to.int(int64(b.commit.Last))
	}
	head := s.chain.Head()
	args := []any{int64(head.Position), head.Hash[:]}
	for _, a := range []*array{&position, &previous, &stream, &typ, &version, &at, &actor, &data, &hash, &moved, &last, &name, &payload, &from, &to} {
		args = append(args, a.literal())
	}
	if _, err := tx.ExecContext(ctx, j.sql.writeAll, args...); err != nil {
		return fmt.Errorf("insert: %w", err)
	}
	return nil
}

// notNull makes empty data an empty blob: nil would be NULL.
func notNull(data []byte) []byte {
	if data == nil {
		return []byte{}
	}
	return data
}

// encodePositions makes one argument of a list of positions, as encodeNames
// does of names.
func encodePositions(d Dialect, positions []journal.Position) string {
	var a array
	for _, p := range positions {
		a.int(int64(p))
	}
	literal := a.literal()
	if d == SQLite {
		return "[" + literal[1:len(literal)-1] + "]"
	}
	return literal
}
