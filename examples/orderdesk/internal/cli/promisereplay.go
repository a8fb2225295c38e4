package cli

import (
	"errors"
	"os"
	"path"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/promisecmd"
	"github.com/o2ckit/o2c/examples/orderdesk/internal/sales"
)

type promiseReplay struct {
	Seed       uint64   `default:"1" placeholder:"N" help:"Chooses the supply: the same seed, the same supply."`
	Questions  int      `default:"10" placeholder:"N" help:"Ask so many questions for each line: what can I have, and when?"`
	Deliveries int      `default:"2" placeholder:"N" help:"A line may come in so many parts."`
	Service    []string `default:"${services}" placeholder:"ITEM" help:"Items that are no goods, such as postage; * stands for anything. By default ${services}."`
	Stream     string   `arg:"" help:"Sold lines as CSV, plain or .gz, with the columns invoice, sku, quantity, time, unit_price_gbp (or another currency), customer and country. Invoices that begin with C cancel."`
}

// Help tells what the exit codes are.
func (c *promiseReplay) Help() string {
	return `Supply is generated: stock to begin with, reorder points, late and short deliveries. At the end of each day the stock's books are held against books of the command's own.

Exit codes: 0 the books agree, 1 they do not, 2 usage and what is wrong in the file, 3 failure.`
}

// Validate refuses what makes no sense.
func (c *promiseReplay) Validate() error {
	if c.Questions < 0 || c.Deliveries < 1 {
		return errors.New("--questions cannot be negative, and --deliveries is 1 at least")
	}
	for _, pattern := range c.Service {
		if _, err := path.Match(pattern, ""); err != nil {
			return err
		}
	}
	return nil
}

// Run replays the stream.
func (c *promiseReplay) Run(r *run) error {
	info, err := os.Stat(c.Stream)
	if err != nil {
		return err
	}
	bar := progress(r.err, 2*int(info.Size()), "bytes") // it is read twice
	defer bar.close()
	before, last := 0, 0
	report, err := promisecmd.Replay{
		Sales: sales.File{Path: c.Stream, Read: func(n int64) {
			if int(n) < last {
				before += last
			}
			last = int(n)
			bar.set(before + last)
		}},
		Seed: c.Seed, Services: c.Service, Questions: c.Questions, Deliveries: c.Deliveries,
	}.Run(r.ctx)
	if err != nil {
		return badStream(err)
	}
	if len(report.Violations) > 0 {
		r.found()
	}
	return r.print(report, report.Text())
}
