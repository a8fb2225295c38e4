package cli

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/shop"
	"github.com/o2ckit/o2c/journal"
)

type verifyCommand struct {
	DB       string `required:"" type:"existingfile" placeholder:"FILE" help:"The desk's SQLite file."`
	Position uint64 `help:"A position that was noted before; with --hash."`
	Hash     string `help:"The hash that was noted with it. It shows a tail that was cut off."`
}

// Run recomputes the hash chain.
func (c *verifyCommand) Run(r *run) error {
	var checkpoint journal.Head
	if c.Hash != "" {
		sum, err := hex.DecodeString(c.Hash)
		if err != nil || len(sum) != len(checkpoint.Hash) {
			return errors.New("--hash is not a SHA-256 in hexadecimal")
		}
		checkpoint.Position = journal.Position(c.Position)
		copy(checkpoint.Hash[:], sum)
	}
	if c.Hash == "" && c.Position != 0 {
		return errors.New("--position says nothing without --hash")
	}
	j, closeDB, err := shop.ReadJournal(c.DB)
	if err != nil {
		return err
	}
	defer closeDB()
	head, err := journal.Verify(r.ctx, j, checkpoint)
	var chain *journal.ChainError
	if errors.As(err, &chain) {
		return findingsError{fmt.Errorf("the journal was altered: %w", err)}
	}
	if err != nil {
		return findingsError{fmt.Errorf("%s is no sound journal: %w", c.DB, err)}
	}
	if head.Position == 0 {
		return findingsError{fmt.Errorf("%s holds no events", c.DB)}
	}
	if r.json {
		return json.NewEncoder(r.out).Encode(map[string]any{"ok": true, "position": head.Position, "hash": head.Hash.String()})
	}
	_, err = fmt.Fprintf(r.out, "%d events, chain unbroken\nposition %d\nhash     %s\n", head.Position, head.Position, head.Hash)
	return err
}
