package sqljournal

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// Tx is what AppendTx needs of a transaction: *sql.Tx has it, and so have
// *sql.Conn and most wrappers.
type Tx interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// chunks are the numbers of rows that an INSERT on SQLite may have, largest
// first. Few different statements stay prepared; beyond 64 rows nothing is
// gained.
func chunks() []int { return []int{64, 16, 4, 1} }

// values returns rows times a list of placeholders, as "(?,?),(?,?)".
func values(columns, rows int) string {
	row := "(" + strings.TrimSuffix(strings.Repeat("?,", columns), ",") + ")"
	return strings.TrimSuffix(strings.Repeat(row+",", rows), ",")
}

// prepare makes the statements of a group ready, once. Only the writer calls
// it, and before it begins: a pool of one connection has none left then. On
// PostgreSQL it is left to the driver, for not every connection pooler in
// between can do it.
func (j *Journal) prepare(ctx context.Context) error {
	if j.cfg.Dialect != SQLite || j.stmts != nil {
		return nil
	}
	queries := []string{j.sql.lock, j.sql.lookup.streams, j.sql.lookup.keys, j.sql.setHead}
	for _, rows := range chunks() {
		queries = append(queries, j.sql.insert[rows], j.sql.move[rows], j.sql.bind[rows])
	}
	stmts := make(map[string]*sql.Stmt, len(queries))
	for _, q := range queries {
		s, err := j.cfg.DB.PrepareContext(ctx, q)
		if err != nil {
			for _, s := range stmts {
				_ = s.Close() // the error to report is the first
			}
			return fmt.Errorf("prepare: %w", err)
		}
		stmts[q] = s
	}
	j.stmts = stmts
	return nil
}

// preparedTx runs the queries that are prepared as such, and others as they
// are.
type preparedTx struct {
	tx    *sql.Tx
	stmts map[string]*sql.Stmt
}

// ExecContext implements Tx.
func (p *preparedTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if s, ok := p.stmts[query]; ok {
		return p.tx.StmtContext(ctx, s).ExecContext(ctx, args...)
	}
	return p.tx.ExecContext(ctx, query, args...)
}

// QueryContext implements Tx.
func (p *preparedTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if s, ok := p.stmts[query]; ok {
		return p.tx.StmtContext(ctx, s).QueryContext(ctx, args...)
	}
	return p.tx.QueryContext(ctx, query, args...)
}
