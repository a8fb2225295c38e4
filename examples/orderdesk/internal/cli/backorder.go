package cli

import (
	"fmt"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/stockcmd"
)

type backorderCommand struct {
	Files []string `arg:"" name:"file" help:"What there is and who waits for it; - is the standard input."`
}

// Help tells what a file is.
func (c *backorderCommand) Help() string {
	return fmt.Sprintf(stockFileHelp, `"backorders": [...]`) + `

Each line says what it has confirmed, what it still waits for, and its strategy: win, gain, redistribute, fill or lose. The run is computed, not committed.

Exit codes: 0 the run can be done, 1 it is not feasible, 2 usage and what is wrong in a file, 3 failure.`
}

// rerunJSON is a run as --json prints it.
type rerunJSON struct {
	File string `json:"file"`
	stockcmd.Rerun
}

// Run serves the backorders of each file anew.
func (c *backorderCommand) Run(r *run) error {
	return r.eachStock(c.Files, func(file *stockcmd.File) (any, string, error) {
		rerun, err := file.Backorder(r.ctx)
		if err == nil && !rerun.Feasible {
			r.found()
		}
		return rerunJSON{file.Name, rerun}, rerun.Text(), err
	})
}
