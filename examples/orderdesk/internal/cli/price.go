package cli

import (
	"errors"
	"fmt"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/jsonfile"
	"github.com/o2ckit/o2c/examples/orderdesk/internal/pricecmd"
	"github.com/o2ckit/o2c/examples/orderdesk/internal/shop"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/pricing/impact"
)

type priceCommand struct {
	Show     priceShow     `cmd:"" default:"withargs" help:"Price requests and show every step on the way."`
	Diff     priceDiff     `cmd:"" help:"Show what differs when a request is priced anew: with other prices or rules, or when it changed."`
	Check    priceCheck    `cmd:"" help:"Find days without a price, and prices that can never be found."`
	Simulate priceSimulate `cmd:"" help:"Tell what new prices or rules would do to a stream of orders."`
	Chart    priceChart    `cmd:"" help:"Draw the waterfall of a request."`
}

// Help tells what a file can be.
func (c *priceCommand) Help() string {
	return `A file is a request alone, which the sample shop's prices are for, or all that a price comes of:

    {"schema": {...}, "prices": [...], "rules": [...], "taxes": {...}, "zone": "Europe/London", "request": {...}}

There can also be floors, authority and exchange. The parts are the JSON of the library's types; there are samples in examples/orderdesk/samples/price. - is the standard input.

Exit codes: 0 nothing to report, 1 findings that block, 2 usage and what is wrong in a file, 3 failure.`
}

type priceShow struct {
	Trace string   `enum:"off,full" default:"full" help:"full: also the steps that did not apply, with the reason; off: only those that moved something."`
	Files []string `arg:"" name:"file" help:"Requests, or files that hold all that a price comes of; - is the standard input."`
}

// pricedJSON is a result as --json prints it.
type pricedJSON struct {
	File string `json:"file"`
	pricing.Result
}

// Run prices the request of each file. A file that cannot be priced does not keep the
// others from it.
func (c *priceShow) Run(r *run) error {
	var errs []error
	for i, name := range c.Files {
		errs = append(errs, func() error {
			request, err := readRequest(r, name)
			if err != nil {
				return err
			}
			request.Request.Trace = pricing.Trace(c.Trace)
			result, err := request.price(r)
			if err != nil {
				return err
			}
			text := result.Table()
			if len(c.Files) > 1 {
				text = fmt.Sprintf("%s\n%s", name, text)
				if i+1 < len(c.Files) {
					text += "\n"
				}
			}
			return r.print(pricedJSON{name, result}, text[:len(text)-1])
		}())
	}
	return errors.Join(errs...)
}

// toPrice is a request with what it is priced with.
type toPrice struct {
	*pricecmd.File
	pricer impact.Pricer
	schema pricing.Schema
}

// readRequest reads a file that has a request.
func readRequest(r *run, name string) (toPrice, error) {
	file, err := readPriceFile(r, name)
	if err != nil {
		return toPrice{}, err
	}
	p := toPrice{File: file, schema: file.Config.Schema}
	switch {
	case !file.HasRequest:
		return p, r.badFile(&jsonfile.Error{File: name, Faults: []jsonfile.Fault{{Path: "request", Message: "there is none"}}})
	case file.HasConfig:
		if p.pricer, err = file.Engine(); err != nil {
			return p, r.badFile(err)
		}
	default:
		if p.pricer, err = shop.SampleMaster(); err != nil {
			return p, err
		}
		p.schema = shop.PriceSchema()
	}
	return p, nil
}

// price prices the request; findings that block make exit code 1.
func (p *toPrice) price(r *run) (pricing.Result, error) {
	result, err := p.result(r)
	if err == nil && result.Findings.Blocks() {
		r.found()
	}
	return result, err
}

// result prices the request.
func (p *toPrice) result(r *run) (pricing.Result, error) {
	result, err := p.pricer.Price(r.ctx, p.Request)
	if err != nil {
		return result, r.badFile(p.Refused(err))
	}
	return result, nil
}

// readPriceFile reads a file, or the standard input.
func readPriceFile(r *run, name string) (*pricecmd.File, error) {
	data, err := readInput(name)
	if err != nil {
		return nil, err
	}
	file, err := pricecmd.Read(name, data)
	return file, r.badFile(err)
}
