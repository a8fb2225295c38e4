package pricing

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/o2ckit/o2c/rules"
)

// Live prices with the engine in force, which can be replaced while it prices:
// a request under way ends with the engine that it began with. It is safe for
// many goroutines. Make one with [NewLive].
type Live struct {
	mu     sync.Mutex // of those who replace; who prices never waits
	engine atomic.Pointer[Engine]
}

// NewLive makes the first engine and puts it in force. The errors are those of
// [New].
func NewLive(c Config) (*Live, error) {
	e, err := New(c)
	if err != nil {
		return nil, err
	}
	l := &Live{}
	l.engine.Store(e)
	return l, nil
}

// Engine returns the engine in force, never nil.
func (l *Live) Engine() *Engine { return l.engine.Load() }

// Price prices a request with the engine in force; see [Engine.Price]. The
// result names it.
func (l *Live) Price(ctx context.Context, req Request) (Result, error) {
	return l.Engine().Price(ctx, req)
}

// Zone is [Engine.Zone] of the engine in force.
func (l *Live) Zone() *time.Location { return l.Engine().Zone() }

// ReplaceRules puts a rule book in force and tells what it changes. A book that
// does not fit the schema is refused with the *[LoadError] of [New], and the
// running one stays in force. A nil book, which is what a load that failed
// gives, changes nothing.
func (l *Live) ReplaceRules(book *RuleBook) (rules.Diff, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	running := l.Engine()
	before := rules.NewLive(running.rules)
	if book == nil {
		return before.Replace(nil), nil
	}
	e, err := running.WithRules(book)
	if err != nil {
		return rules.Diff{}, err
	}
	l.engine.Store(e)
	return before.Replace(book), nil
}

// ReplacePrices puts a price book in force. A book that does not fit the schema is
// refused with the *[LoadError] of [New], and the running one stays in force; so is
// nil. [Live.Engine] has the book in force, of which the next one can be made:
// Engine().Prices().With(changes...). Who does that from several goroutines must
// see to it that they do not undo each other's.
func (l *Live) ReplacePrices(book *Book) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, err := l.Engine().WithPrices(book)
	if err != nil {
		return err
	}
	l.engine.Store(e)
	return nil
}

// Replace puts another engine in force, with other prices or another schema, and
// tells what that changes of the rules. A nil engine changes nothing.
func (l *Live) Replace(e *Engine) rules.Diff {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := rules.NewLive(l.Engine().rules)
	if e == nil {
		return before.Replace(nil)
	}
	l.engine.Store(e)
	return before.Replace(rules.NewLive(e.rules).Book())
}
