package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/jsonfile"
	"github.com/o2ckit/o2c/examples/orderdesk/internal/stockcmd"
	"github.com/o2ckit/o2c/rules"
)

type allocateCommand struct {
	explained
	Rules string   `placeholder:"BOOK" help:"Rank the claims by the rules of this .yaml, .json or .csv file instead of the file's own."`
	Files []string `arg:"" name:"file" help:"What there is and who claims it; - is the standard input."`
}

// Help tells what a file is.
func (c *allocateCommand) Help() string {
	return fmt.Sprintf(stockFileHelp, `"claims": [...]`) + `

Claims are served by priority, wanted day, day of the order and id, each as if those before had been promised. With {"divide": {"pack": 6}} they get fair shares instead: their minimum first, then in proportion. Rules rank claims, give minima and quotas, or leave claims out. An order is shipped by the sites that do it best.

Exit codes: 0 done, whoever goes without, 2 usage and what is wrong in a file, 3 failure.`
}

// allocatedJSON is an allocation as --json prints it.
type allocatedJSON struct {
	File string `json:"file"`
	stockcmd.Allocated
}

// Run serves the claims of each file.
func (c *allocateCommand) Run(r *run) error {
	book, err := c.book()
	if err != nil {
		return r.badFile(err)
	}
	return r.eachStock(c.Files, func(file *stockcmd.File) (any, string, error) {
		allocated, err := file.Allocate(r.ctx, book, c.Explain)
		return allocatedJSON{file.Name, allocated}, allocated.Text(), err
	})
}

// book reads the rule book; nil where none is named.
func (c *allocateCommand) book() (*stockcmd.RankRules, error) {
	if c.Rules == "" {
		return nil, nil
	}
	data, err := os.ReadFile(c.Rules)
	if err != nil {
		return nil, err
	}
	book, err := stockcmd.RankBook(c.Rules, filepath.Ext(c.Rules), data)
	var broken *rules.LoadError
	switch {
	case errors.As(err, &broken):
		return nil, &jsonfile.Error{File: c.Rules, Faults: jsonfile.RuleFaults("", broken)}
	case err != nil:
		return nil, usageError{err}
	}
	return book, nil
}
