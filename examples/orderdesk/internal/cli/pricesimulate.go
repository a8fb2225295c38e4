package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/jsonfile"
	"github.com/o2ckit/o2c/examples/orderdesk/internal/pricecmd"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/pricing/impact"
)

type priceSimulate struct {
	Before  string       `placeholder:"FILE" help:"Prices and rules as they are. By default a list of the first price of each item in the stream."`
	After   string       `placeholder:"FILE" help:"Prices and rules as they would be. By default those before."`
	Change  []changeFlag `placeholder:"[ITEM=]PERCENT" help:"Change the prices after: 85=+5% those of the items that begin with 85, --change=-2% all. May be repeated; one builds on the other."`
	Top     int          `default:"10" placeholder:"N" help:"Show the first N of each list."`
	CSV     string       `name:"csv" placeholder:"FILE" help:"Also write every customer, item, step and source to this file."`
	Workers int          `placeholder:"N" help:"Price N orders at a time. By default as many as there are processors."`
	Stream  string       `arg:"" help:"Sold lines as CSV, plain or .gz, with the columns invoice, sku, quantity, time, unit_price_gbp (or another currency), customer and country."`
}

// changeFlag is a change of prices on the command line.
type changeFlag struct{ pricecmd.Change }

// UnmarshalText reads a change.
func (c *changeFlag) UnmarshalText(text []byte) error {
	var err error
	c.Change, err = pricecmd.ParseChange(string(text))
	return err
}

// Validate refuses what would compare nothing.
func (c *priceSimulate) Validate() error {
	switch {
	case c.After == "" && len(c.Change) == 0:
		return errors.New("nothing would change: give --after or --change")
	case c.Top < 0 || c.Workers < 0:
		return errors.New("--top and --workers cannot be negative")
	}
	return nil
}

// simulatedJSON is a simulation as --json prints it.
type simulatedJSON struct {
	Stream pricecmd.Census `json:"stream"`
	// Changed is how many price records each --change touched.
	Changed []int         `json:"changed,omitempty"`
	Report  impact.Report `json:"report"`
}

// Run prices the stream before and after. Exit code 1 when an order would be stopped or
// could not be priced, or a line would lose its price.
func (c *priceSimulate) Run(r *run) error {
	stream := pricecmd.Stream{Path: c.Stream}
	var out simulatedJSON
	var err error
	if out.Stream, err = c.count(r, stream); err != nil {
		return err
	}
	before, after, err := c.files(r, &out)
	if err != nil {
		return err
	}
	config := impact.Config{Workers: c.Workers, Keep: max(c.Top, 1)}
	if config.Before, err = engineOf(r, before); err != nil {
		return err
	}
	if config.After, err = engineOf(r, after); err != nil {
		return err
	}
	bar := progress(r.err, out.Stream.Orders, "orders")
	config.Progress = func(int) { bar.add() }
	out.Report, err = impact.Run(r.ctx, config, stream.Orders(r.ctx))
	bar.close()
	if err != nil {
		return err
	}
	if err := c.writeCSV(&out.Report); err != nil {
		return err
	}
	if p := &out.Report; p.Blocked.Orders+p.Failures.Orders+p.Lost.Lines > 0 {
		r.found()
	}
	return r.print(out, c.text(&out))
}

// count reads the stream through, which shows its first prices.
func (c *priceSimulate) count(r *run, stream pricecmd.Stream) (pricecmd.Census, error) {
	info, err := os.Stat(stream.Path)
	if err != nil {
		return pricecmd.Census{}, err
	}
	bar := progress(r.err, int(info.Size()), "bytes")
	defer bar.close()
	stream.Read = func(n int64) { bar.set(int(n)) }
	census, err := stream.Count(r.ctx)
	if err != nil {
		return census, badStream(err)
	}
	return census, nil
}

// files are the prices and rules before and after.
func (c *priceSimulate) files(r *run, out *simulatedJSON) (before, after *pricecmd.File, err error) {
	if c.Before != "" {
		before, err = configOf(r, c.Before)
	} else {
		list := pricecmd.ListOf(out.Stream)
		before, err = list.With(list.Records)
	}
	if err != nil {
		return nil, nil, err
	}
	after = before
	if c.After != "" {
		if after, err = configOf(r, c.After); err != nil {
			return nil, nil, err
		}
	}
	for _, change := range c.Change {
		records, touched, err := change.Apply(after.Records)
		if err != nil {
			return nil, nil, err
		}
		if after, err = after.With(records); err != nil {
			return nil, nil, r.badFile(err)
		}
		out.Changed = append(out.Changed, touched)
	}
	return before, after, nil
}

// configOf reads a file with prices and rules.
func configOf(r *run, name string) (*pricecmd.File, error) {
	file, err := readPriceFile(r, name)
	if err != nil {
		return nil, err
	}
	if !file.HasConfig {
		return nil, r.badFile(&jsonfile.Error{File: name, Faults: []jsonfile.Fault{
			{Path: "schema", Message: "there is none: this is a request, not prices and rules"},
		}})
	}
	return file, nil
}

func engineOf(r *run, file *pricecmd.File) (*pricing.Engine, error) {
	engine, err := file.Engine()
	return engine, r.badFile(err)
}

func (c *priceSimulate) writeCSV(report *impact.Report) error {
	if c.CSV == "" {
		return nil
	}
	file, err := os.Create(c.CSV)
	if err != nil {
		return err
	}
	return errors.Join(report.WriteCSV(file), file.Close())
}

func (c *priceSimulate) text(out *simulatedJSON) string {
	var text strings.Builder
	s := &out.Stream
	fmt.Fprintf(&text, "%s: %s with %s; not priced, for it came back: %s\n", c.Stream, count(s.Orders, "order"), count(s.Lines, "line"),
		count(s.Cancellations, "line"))
	for i, touched := range out.Changed {
		fmt.Fprintf(&text, "%s: %s\n", c.Change[i], count(touched, "price"))
	}
	text.WriteString("\n" + out.Report.Text(c.Top))
	return strings.TrimSuffix(text.String(), "\n")
}
