package sqljournal

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/o2ckit/o2c/journal"
)

// Append implements journal.Journal: it joins the next group. When ctx ends
// while the group is being written, the outcome is unknown; before that it is
// certain that nothing was written, and the error is the one of ctx.
func (j *Journal) Append(ctx context.Context, b journal.Batch) (journal.Commit, error) {
	r, err := newRequest(ctx, b)
	if err != nil {
		return journal.Commit{}, err
	}
	if err := j.queue.do(ctx, r); err != nil {
		return journal.Commit{}, err
	}
	return r.commit, nil
}

// newRequest checks b and copies it: once ctx has ended, the caller goes on
// while a group may still hold its batch.
func newRequest(ctx context.Context, b journal.Batch) (*request, error) {
	if err := b.Validate(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r := &request{batch: journal.Batch{Key: b.Key}, done: make(chan struct{})}
	if b.Key != "" {
		r.payload = b.Fingerprint()
	}
	events := 0
	for _, w := range b.Writes {
		events += len(w.Events)
		r.records += max(1, len(w.Events))
		for i := range w.Events {
			r.bytes += len(w.Events[i].Data)
		}
	}
	writes := make([]journal.Write, len(b.Writes))
	drafts := make([]journal.Draft, 0, events)
	data := make([]byte, 0, r.bytes)
	for i, w := range b.Writes {
		first := len(drafts)
		for _, d := range w.Events {
			from := len(data)
			data = append(data, d.Data...)
			d.Data = data[from:len(data):len(data)]
			drafts = append(drafts, d)
		}
		w.Events = drafts[first:len(drafts):len(drafts)]
		writes[i] = w
	}
	r.batch.Writes = writes
	return r, nil
}

// writeGroup writes the requests of a group in one transaction and settles
// each of them.
func (j *Journal) writeGroup(group []*request) {
	// The callers' contexts end their own waiting, not the group.
	ctx, cancel := context.WithTimeout(context.Background(), j.cfg.Timeout)
	defer cancel()
	begun, err := j.commitGroup(ctx, group)
	if begun {
		j.wake()
	}
	if err == nil {
		return
	}
	for _, r := range group {
		// A request that was refused wrote nothing, whatever became of the
		// commit; but what it was refused for may be gone with it.
		refused := r.err != nil
		r.commit, r.err = journal.Commit{}, fmt.Errorf("sqljournal: append: %w", err)
		if begun && !refused {
			r.err = fmt.Errorf("%w: %w", journal.ErrOutcomeUnknown, r.err)
		}
	}
}

// commitGroup decides and writes in a transaction. It reports whether the
// commit was begun: an error after that leaves the outcome open.
func (j *Journal) commitGroup(ctx context.Context, group []*request) (begun bool, err error) {
	var options *sql.TxOptions
	if j.cfg.Dialect == PostgreSQL {
		// What is read once the head is locked has to be as of then, whatever
		// the default of the database is.
		options = &sql.TxOptions{Isolation: sql.LevelReadCommitted}
	}
	if err := j.prepare(ctx); err != nil {
		return false, err
	}
	tx, err := j.cfg.DB.BeginTx(ctx, options)
	if err != nil {
		return false, err
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	wrote, err := j.apply(ctx, &preparedTx{tx: tx, stmts: j.stmts}, group)
	if err != nil || !wrote {
		return false, err
	}
	return true, tx.Commit()
}
