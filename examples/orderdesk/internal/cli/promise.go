package cli

import (
	"errors"
	"fmt"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/stockcmd"
)

type promiseCommand struct {
	Show    promiseShow    `cmd:"" default:"withargs" help:"Promise what is asked for, and show why it is not more or sooner."`
	Outlook promiseOutlook `cmd:"" help:"Show an item over time: supply, demand, balance and what can be promised."`
	Chart   promiseChart   `cmd:"" help:"Draw an item over time."`
	Replay  promiseReplay  `cmd:"" help:"Take a stream of sold lines as demands against generated supply, and tell what was promised and kept."`
}

// stockFileHelp tells what a file is that promise, allocate and backorder read.
const stockFileHelp = `A file says what there is and what is asked of it:

    {"now": "2026-03-02T09:00:00Z", "sites": [...], "items": [...], "reservations": [...], "quotas": [...], %s}

There are samples of every part in examples/orderdesk/samples. Quantities are whole numbers of an item's base unit. - is the standard input.`

// Help tells what a file is.
func (c *promiseCommand) Help() string {
	return fmt.Sprintf(stockFileHelp, `"demands": [...]`) + `

With relations, demands can take substitutes; an order is shipped by the sites that do it best.

Exit codes: 0 everything is promised, 1 something is not, 2 usage and what is wrong in a file, 3 failure.`
}

// explained is whether answers say why.
type explained struct {
	Explain bool `default:"true" negatable:"" help:"Say where everything comes from, and what keeps it from being more or sooner."`
}

type promiseShow struct {
	explained
	Files []string `arg:"" name:"file" help:"What there is and what is asked for; - is the standard input."`
}

// promisedJSON is a promise as --json prints it.
type promisedJSON struct {
	File string `json:"file"`
	stockcmd.Promised
}

// Run promises what each file asks for. A file that is wrong does not keep the others from
// it.
func (c *promiseShow) Run(r *run) error {
	return r.eachStock(c.Files, func(file *stockcmd.File) (any, string, error) {
		promised, err := file.Promise(r.ctx, c.Explain)
		if err == nil && !promised.Full() {
			r.found()
		}
		return promisedJSON{file.Name, promised}, promised.Text(), err
	})
}

// eachStock asks each file, and prints the answers.
func (r *run) eachStock(names []string, ask func(*stockcmd.File) (any, string, error)) error {
	var errs []error
	for i, name := range names {
		errs = append(errs, func() error {
			file, err := readStockFile(r, name)
			if err != nil {
				return err
			}
			answer, text, err := ask(file)
			if err != nil {
				return r.badFile(err)
			}
			if len(names) > 1 {
				text = name + "\n" + text
				if i+1 < len(names) {
					text += "\n"
				}
			}
			return r.print(answer, text)
		}())
	}
	return errors.Join(errs...)
}

// readStockFile reads a file, or the standard input.
func readStockFile(r *run, name string) (*stockcmd.File, error) {
	data, err := readInput(name)
	if err != nil {
		return nil, err
	}
	file, err := stockcmd.Read(name, data)
	return file, r.badFile(err)
}

// ofItem picks an item of a file.
type ofItem struct {
	Item string `placeholder:"ID" help:"The item, where the file has several."`
	Site string `placeholder:"ID" help:"The site, where the item is at several."`
}

type promiseOutlook struct {
	ofItem
	Files []string `arg:"" name:"file" help:"What there is; - is the standard input."`
}

// outlookJSON is an outlook as --json prints it.
type outlookJSON struct {
	File string `json:"file"`
	stockcmd.Outlook
}

// Run shows the item of each file over time.
func (c *promiseOutlook) Run(r *run) error {
	return r.eachStock(c.Files, func(file *stockcmd.File) (any, string, error) {
		outlook, err := file.Outlook(c.Item, c.Site)
		return outlookJSON{file.Name, outlook}, outlook.Text(), err
	})
}
