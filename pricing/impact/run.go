package impact

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"sync"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing"
)

// Pricer prices requests: a *[pricing.Engine], or what a host has around it. It is
// called by several goroutines at a time.
type Pricer interface {
	Price(ctx context.Context, r pricing.Request) (pricing.Result, error)
}

// Order is a request with the name under which the report tells of it.
type Order struct {
	ID      string          `json:"id"`
	Request pricing.Request `json:"request"`
}

// Config says what is compared.
type Config struct {
	// Before prices as it is now, After as it would be. Both must be given.
	Before, After Pricer
	// Workers is how many orders are priced at a time. 0: as many as the machine
	// has processors. The report does not depend on it.
	Workers int
	// Keep bounds each list of single orders and lines in the report: movers,
	// lost and gained prices, blocked orders, failures. 0 means 20. Their counts
	// and sums are of all.
	Keep int
	// Cost returns what the goods of a line cost, in the currency of the request;
	// ok is false where that is not known. It is called by several goroutines at
	// a time. Nil: no cost is known, and the leakage ends at the pocket price.
	Cost func(r *pricing.Request, l *pricing.LineResult) (cost money.Amount, ok bool)
	// Progress is told how many orders are done, by one goroutine at a time, with
	// numbers that rise by one. Nil: nobody is told.
	Progress func(done int)
}

// ErrConfig means that a [Config] cannot be run.
var ErrConfig = errors.New("impact: bad config")

const defaultKeep = 20

// Run prices every order before and after and reports what differs. An order that it
// was given must not be changed until Run returns.
//
// An order that one side returns an error for is a failure in the report and the
// others go on. The error is [ErrConfig], the stream's own, with the number of
// orders before it; money.ErrRange where a sum does not fit; and the context's where
// it ended.
func Run(ctx context.Context, c Config, orders iter.Seq2[Order, error]) (Report, error) {
	switch {
	case c.Before == nil || c.After == nil:
		return Report{}, fmt.Errorf("%w: before and after must both be given", ErrConfig)
	case c.Workers < 0 || c.Keep < 0:
		return Report{}, fmt.Errorf("%w: workers and keep cannot be negative", ErrConfig)
	}
	if c.Workers == 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	if c.Keep == 0 {
		c.Keep = defaultKeep
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r := runner{config: c, cancel: cancel, jobs: make(chan job, 4*c.Workers)}
	tallies := make([]*tally, c.Workers)
	for w := range tallies {
		tallies[w] = newTally(c.Keep)
		r.wait.Go(func() { r.work(ctx, tallies[w]) })
	}
	r.feed(ctx, orders)
	r.wait.Wait()
	if err := context.Cause(ctx); err != nil {
		return Report{}, err
	}
	whole := tallies[0]
	for _, t := range tallies[1:] {
		if err := whole.merge(t); err != nil {
			return Report{}, err
		}
	}
	return whole.report()
}

// job is an order with its number in the stream.
type job struct {
	number int
	order  Order
}

type runner struct {
	config Config
	cancel context.CancelCauseFunc
	jobs   chan job
	wait   sync.WaitGroup

	mu   sync.Mutex
	done int
}

// feed hands the stream out to the workers. It runs in the caller's goroutine, for
// the stream is the caller's. Should that panic, the workers end all the same.
func (r *runner) feed(ctx context.Context, orders iter.Seq2[Order, error]) {
	defer close(r.jobs)
	number := 0
	for order, err := range orders {
		if err != nil {
			r.cancel(fmt.Errorf("impact: after %d orders: %w", number, err))
			return
		}
		number++
		select {
		case r.jobs <- job{number, order}:
		case <-ctx.Done():
			return
		}
	}
}

// work prices orders until there are no more.
func (r *runner) work(ctx context.Context, t *tally) {
	for j := range r.jobs {
		if ctx.Err() != nil {
			continue // the others are not waited for, but the channel is emptied
		}
		if err := r.one(ctx, t, &j); err != nil {
			r.cancel(fmt.Errorf("impact: order %s: %w", j.order.ID, err))
		}
		r.tell()
	}
}

// one prices one order and adds it to the tally.
func (r *runner) one(ctx context.Context, t *tally, j *job) error {
	before, err := r.config.Before.Price(ctx, j.order.Request)
	if err != nil {
		return t.fail(ctx, j, Before, err)
	}
	after, err := r.config.After.Price(ctx, j.order.Request)
	if err != nil {
		return t.fail(ctx, j, After, err)
	}
	return t.add(j, &before, &after, r.config.Cost)
}

// tell reports progress.
func (r *runner) tell() {
	if r.config.Progress == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done++
	r.config.Progress(r.done)
}
