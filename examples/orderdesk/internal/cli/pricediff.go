package cli

import (
	"errors"
	"strings"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/pricecmd"
	"github.com/o2ckit/o2c/pricing"
)

type priceDiff struct {
	Before string `arg:"" help:"What the request was priced with, or how it was."`
	After  string `arg:"" help:"What it would be priced with, or how it would be. A file without a request is for the one before, a request alone is priced as before."`
}

// diffedJSON is a comparison as --json prints it.
type diffedJSON struct {
	Before string       `json:"before"`
	After  string       `json:"after"`
	Diff   pricing.Diff `json:"diff"`
}

// Run prices a request twice and shows what differs; exit code 1 when something does.
func (c *priceDiff) Run(r *run) error {
	before, err := readRequest(r, c.Before)
	if err != nil {
		return err
	}
	after, err := c.after(r, &before)
	if err != nil {
		return err
	}
	// With the full trace the difference can say why a rule does not apply any more.
	before.Request.Trace, after.Request.Trace = pricing.TraceFull, pricing.TraceFull
	was, err := before.result(r)
	if err != nil {
		return err
	}
	is, err := after.result(r)
	if err != nil {
		return err
	}
	diff, err := pricing.Compare(&was, &is)
	if errors.Is(err, pricing.ErrOtherCurrency) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	if !diff.IsEmpty() {
		r.found()
	}
	return r.print(diffedJSON{c.Before, c.After, diff}, strings.TrimSuffix(diff.Text(), "\n"))
}

// after completes the file after with what it leaves to the one before.
func (c *priceDiff) after(r *run, before *toPrice) (toPrice, error) {
	file, err := readPriceFile(r, c.After)
	if err != nil {
		return toPrice{}, err
	}
	p := toPrice{File: file, schema: file.Config.Schema}
	if !file.HasConfig { // another request, priced alike
		p.pricer, p.schema = before.pricer, before.schema
		return p, nil
	}
	if !file.HasRequest {
		p.Request, p.HasRequest = before.Request, true
	}
	p.pricer, err = engineOf(r, p.File)
	return p, err
}

type priceCheck struct {
	Files []string `arg:"" name:"file" help:"Files with prices; a request in them is not priced."`
}

// checkedJSON is a checked file as --json prints it.
type checkedJSON struct {
	File string `json:"file"`
	pricecmd.Checked
}

// Run looks prices through; exit code 1 when days are without a price or a record can
// never be found.
func (c *priceCheck) Run(r *run) error {
	var errs []error
	for _, name := range c.Files {
		errs = append(errs, func() error {
			file, err := configOf(r, name)
			if err != nil {
				return err
			}
			if _, err := engineOf(r, file); err != nil {
				return err
			}
			checked := file.Check()
			if !checked.Sound() {
				r.found()
			}
			return r.print(checkedJSON{name, checked}, name+": "+checked.Text())
		}())
	}
	return errors.Join(errs...)
}
