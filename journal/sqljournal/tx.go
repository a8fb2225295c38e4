package sqljournal

import (
	"context"
	"fmt"
	"strconv"

	"github.com/o2ckit/o2c/journal"
)

// AppendTx appends b within the host's own transaction, so that events and the
// host's rows are there together or not at all. The journal's tables have to be
// in the same database. The errors are those of Append, but the outcome is the
// transaction's: nobody sees the events before it commits, and the positions
// of the Commit hold only if it does.
//
// From this call on, the journal's head is locked, and every other append waits,
// until the transaction ends. So it should be the transaction's last statement,
// with the commit right behind it; it is not grouped with others. When it
// fails, roll back.
//
// It waits for its turn: on PostgreSQL for [Config].LockTimeout, which then
// stays in force for the rest of the transaction; the isolation has to be READ
// COMMITTED, under a higher one a concurrent append is a serialization failure. On
// SQLite it waits for the connection's busy_timeout, and not at all when the
// transaction has read before and another has written since (SQLITE_BUSY):
// begin it with BEGIN IMMEDIATE.
//
// Followers in this process are not woken by it; they find the events when
// they look again, after [Config].Poll.
func (j *Journal) AppendTx(ctx context.Context, tx Tx, b journal.Batch) (journal.Commit, error) {
	r, err := newRequest(ctx, b)
	if err != nil {
		return journal.Commit{}, err
	}
	if err := j.open(); err != nil {
		return journal.Commit{}, err
	}
	if j.cfg.Dialect == PostgreSQL {
		wait := strconv.FormatInt(max(1, j.cfg.LockTimeout.Milliseconds()), 10)
		if _, err := tx.ExecContext(ctx, j.sql.setWait, wait); err != nil {
			return journal.Commit{}, fmt.Errorf("sqljournal: append: lock timeout: %w", err)
		}
	}
	if _, err := j.apply(ctx, tx, []*request{r}); err != nil {
		return journal.Commit{}, fmt.Errorf("sqljournal: append: %w", err)
	}
	return r.commit, r.err
}
