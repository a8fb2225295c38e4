package errordesk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/order/intake"
)

// Config is what an error desk is made of.
type Config struct {
	// Inbox keeps the documents. Required.
	Inbox *intake.Inbox
	// Clock tells the time, such as time.Now. Required.
	Clock func() time.Time
	// Process does with a document what is done with one that arrives, and says what
	// became of it. Required for Correct, Again and Resume.
	//
	// interchange is what [Interchange] makes of the document. The entry's ID
	// names it: what is done twice for one ID must be done once, since a process may
	// die before the outcome is recorded. An error leaves the document unsettled, for
	// another try; a document that cannot be used is an outcome, no error.
	Process func(ctx context.Context, e intake.Entry, interchange []byte) (intake.Outcome, error)
}

// Desk looks after the exceptions of an inbox. All of its state is the inbox's: it is
// safe for many goroutines, and there may be several.
type Desk struct{ config Config }

// New makes a desk.
func New(c Config) (*Desk, error) {
	if c.Inbox == nil {
		return nil, &ConfigError{"Inbox", "a desk needs an inbox"}
	}
	if c.Clock == nil {
		return nil, &ConfigError{"Clock", "a desk needs a clock, such as time.Now"}
	}
	return &Desk{config: c}, nil
}

// Correction is what a person made of a document.
type Correction struct {
	// Raw is an interchange with the one set or message, as Detail.Interchange has it,
	// or the set or message alone. A file that was kept as a whole is corrected as a
	// whole. Required.
	Raw []byte
	// Actor is who corrected it, Reason why. Required.
	Actor  string
	Reason string
}

// Result is what became of a correction, or of another try.
type Result struct {
	// ID is the correction; that of the document itself for [Desk.Again].
	ID string
	// Corrects is the document that it takes the place of.
	Corrects string
	Outcome  intake.Outcome
	// Changes are the segments that the correction changed.
	Changes []Change
}

// Correct keeps a correction, links it to the document, processes it and records what
// became of it. The same correction again gives the same result.
//
// What is no set, message or file is a [*DocumentError]. A document that is not to be
// corrected is an [*intake.StateError], one that is not known [intake.ErrNoDocument],
// a correction that changes nothing [intake.ErrUnchanged].
func (d *Desk) Correct(ctx context.Context, id string, c Correction) (Result, error) {
	first, err := d.config.Inbox.Document(ctx, id)
	if err != nil {
		return Result{}, err
	}
	next, err := corrected(id, first, c.Raw)
	if err != nil {
		return Result{}, err
	}
	receipt, err := d.config.Inbox.Correct(ctx, id, intake.Correction{
		Raw: next.Raw, Envelope: next.Envelope, Kind: next.Kind, Partner: next.Partner, Control: next.Control, Actor: c.Actor, Reason: c.Reason,
	})
	if err != nil {
		return Result{}, err
	}
	r := Result{ID: receipt.ID, Corrects: id, Outcome: receipt.Outcome, Changes: Diff(first, next)}
	if receipt.Outcome.Result != intake.Unsettled {
		return r, nil
	}
	r.Outcome, err = d.process(ctx, receipt.ID)
	return r, err
}

// Again processes an exception once more as it is, after what was in its way was
// mended elsewhere: a profile, an item, a price.
func (d *Desk) Again(ctx context.Context, id string) (Result, error) {
	e, err := d.config.Inbox.Entry(id)
	if err != nil {
		return Result{}, err
	}
	if s := e.State(); s != intake.ToDo && s != intake.Waiting {
		return Result{}, &intake.StateError{ID: id, State: s, By: e.CorrectedBy, Want: string(intake.ToDo)}
	}
	outcome, err := d.process(ctx, id)
	return Result{ID: id, Corrects: e.Corrects, Outcome: outcome}, err
}

// Resume processes the corrections that were kept and not settled: what a process that
// died left behind. One that fails does not keep the others from being processed; the
// errors come joined.
func (d *Desk) Resume(ctx context.Context) ([]Result, error) {
	var done []Result
	var errs []error
	for _, e := range slices.Collect(d.config.Inbox.Open()) {
		if e.Corrects == "" || e.State() != intake.Waiting {
			continue
		}
		outcome, err := d.process(ctx, e.ID)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", e.ID, err))
			continue
		}
		done = append(done, Result{ID: e.ID, Corrects: e.Corrects, Outcome: outcome})
	}
	return done, errors.Join(errs...)
}

// process processes a document and settles it.
func (d *Desk) process(ctx context.Context, id string) (intake.Outcome, error) {
	if d.config.Process == nil {
		return intake.Outcome{}, &ConfigError{"Process", "nothing processes documents here"}
	}
	e, err := d.config.Inbox.Entry(id)
	if err != nil {
		return intake.Outcome{}, err
	}
	document, err := d.config.Inbox.Document(ctx, id)
	if err != nil {
		return intake.Outcome{}, err
	}
	interchange, err := Interchange(document)
	if err != nil {
		return intake.Outcome{}, err
	}
	outcome, err := d.config.Process(ctx, e, interchange)
	if err != nil {
		return intake.Outcome{}, err
	}
	return outcome, d.config.Inbox.Settle(ctx, id, outcome)
}
