// Package cli is the command line of the order desk.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/promisecmd"
)

// The exit codes of every command.
const (
	done     = 0 // nothing to report
	findings = 1 // the input has something wrong with it
	usage    = 2 // the command line has
	failure  = 3 // something else went wrong
)

// commands is what the command line can do.
type commands struct {
	JSON      bool             `help:"Print one JSON object a line instead of text for people."`
	Demo      demoCommand      `cmd:"" help:"Take sample or given purchase orders all the way to the invoice."`
	Verify    verifyCommand    `cmd:"" help:"Prove that a desk's journal was not altered."`
	EDI       ediCommand       `cmd:"" name:"edi" help:"Check, answer, read and write X12 and EDIFACT; the error desk."`
	Price     priceCommand     `cmd:"" help:"Price requests, simulate new prices, draw waterfalls."`
	Promise   promiseCommand   `cmd:"" help:"Promise what is asked for, draw an item over time, replay a year of orders."`
	Allocate  allocateCommand  `cmd:"" help:"Serve claims that compete for supply, or divide it among them."`
	Backorder backorderCommand `cmd:"" help:"Serve backorders anew, and show who gains and who loses."`
	Rules     rulesCommand     `cmd:"" help:"Check, test, analyse, print and compare rule books."`
}

// run is what a command gets to run with.
type run struct {
	ctx    context.Context
	out    io.Writer
	err    io.Writer
	json   bool
	status int
	db     string // of an error desk
}

// found notes that the input has findings: exit code 1.
func (r *run) found() { r.status = max(r.status, findings) }

// Run runs one command and returns its exit code.
func Run(ctx context.Context, args []string, out, errs io.Writer) int {
	var c commands
	exit := -1
	parser, err := kong.New(&c,
		kong.Name("orderdesk"),
		kong.Description("An order desk on the o2c library."),
		kong.Writers(out, errs),
		kong.Exit(func(code int) { exit = code }),
		kong.UsageOnError(),
		kong.Vars{"services": strings.Join(promisecmd.Services(), ",")},
	)
	if err != nil {
		return report(errs, err, failure)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	if exit >= 0 { // help was printed
		return exit
	}
	if err != nil {
		return report(errs, err, usage)
	}
	r := &run{ctx: ctx, out: out, err: errs, json: c.JSON, db: c.EDI.Errors.DB}
	if err := command.Run(r); err != nil {
		return report(errs, err, statusOf(err))
	}
	return r.status
}

// findingsError is an error that the input is to blame for.
type findingsError struct{ error }

func (e findingsError) Unwrap() error { return e.error }

// usageError is an error of the command line that shows once files are read.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func statusOf(err error) int {
	var f findingsError
	var u usageError
	switch {
	case errors.As(err, &f):
		return findings
	case errors.As(err, &u):
		return usage
	}
	return failure
}

func report(errs io.Writer, err error, status int) int {
	_, _ = fmt.Fprintln(errs, "orderdesk:", err)
	return status
}
