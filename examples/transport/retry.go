package transport

import (
	"context"
	"time"
)

// Sleep waits for d, or until ctx ends; then it returns the error of ctx.
type Sleep func(ctx context.Context, d time.Duration) error

// Wait is the [Sleep] of a program: it lets time pass.
func Wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Backoff says how often, and how long after another, something is tried.
type Backoff struct {
	// First is the wait after the first attempt; it doubles after each further
	// one. 0: one second.
	First time.Duration
	// Most bounds the wait. 0: five minutes.
	Most time.Duration
	// Attempts bounds how often it is tried. 0: five times. Negative: without end.
	Attempts int
}

// Delay is the wait after an attempt; the first one is 1.
func (b Backoff) Delay(attempt int) time.Duration {
	first, most := b.First, b.Most
	if first <= 0 {
		first = time.Second
	}
	if most <= 0 {
		most = 5 * time.Minute
	}
	d := min(first, most)
	for i := 1; i < attempt && d < most; i++ {
		d = min(2*d, most)
	}
	return d
}

// Spent tells that there is no attempt after this one.
func (b Backoff) Spent(attempt int) bool {
	limit := b.Attempts
	if limit == 0 {
		limit = 5
	}
	return limit > 0 && attempt >= limit
}

// Retry calls do until it succeeds, is rejected, ctx ends or the attempts are
// spent, which is a *RetryError. Nil sleep: [Wait].
func Retry(ctx context.Context, b Backoff, sleep Sleep, do func(context.Context) error) error {
	if sleep == nil {
		sleep = Wait
	}
	for attempt := 1; ; attempt++ {
		err := do(ctx)
		switch {
		case err == nil, Rejected(err):
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case b.Spent(attempt):
			return &RetryError{Attempts: attempt, Err: err}
		}
		if err := sleep(ctx, b.Delay(attempt)); err != nil {
			return err
		}
	}
}

// WatchConfig says what is watched.
type WatchConfig struct {
	Source  Source  // required
	Handler Handler // required
	// Every is the wait between two polls. 0: ten seconds.
	Every time.Duration
	// Sleep waits. Nil: [Wait].
	Sleep Sleep
	// Report is told of each poll, for the log. May be nil.
	Report func(taken int, err error)
}

// Watch polls a source until ctx ends, and then returns nil: the file in hand
// was finished. Errors of a poll are reported and do not end it.
func Watch(ctx context.Context, c WatchConfig) error {
	switch {
	case c.Source == nil:
		return &ConfigError{"Source", "there is nothing to watch"}
	case c.Handler == nil:
		return &ConfigError{"Handler", "nobody takes the files"}
	}
	if c.Every <= 0 {
		c.Every = 10 * time.Second
	}
	if c.Sleep == nil {
		c.Sleep = Wait
	}
	for ctx.Err() == nil {
		taken, err := c.Source.Poll(ctx, c.Handler)
		if c.Report != nil {
			c.Report(taken, err)
		}
		if err := c.Sleep(ctx, c.Every); err != nil && ctx.Err() == nil {
			return err
		}
	}
	return nil
}
