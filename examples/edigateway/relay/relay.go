package relay

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/o2ckit/o2c/edi/duplicate"
	"github.com/o2ckit/o2c/edi/gateway"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/examples/transport"
	"github.com/o2ckit/o2c/examples/transport/as2"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/order/intake"
)

// Route is a way to one partner or several.
type Route struct {
	// Name is for the log, and for the path of AS2: letters, digits, - and _.
	Name string
	// Partners are the profiles that may send by it, and that are sent to by
	// it. Empty: all may send, and nobody is sent to.
	Partners []string
	// Source, if there is one, is polled.
	Source transport.Source
	// Sink, if there is one, takes what is for the partners.
	Sink transport.Sink
	// AS2, if there is one, is served at /as2/NAME, and is the sink where it has
	// a URL.
	AS2 *as2.Agreement
}

// Config is what a relay is made of.
type Config struct {
	Journal  journal.Journal    // required
	Partners *partner.Directory // required
	// Handle says what becomes of a document, as that of gateway.Config. Required.
	Handle func(ctx context.Context, a gateway.Arrival) (intake.Outcome, error)
	Routes []Route
	// Every is the wait between two polls, and two looks at the outbox. 0: ten seconds.
	Every time.Duration
	// Clock tells the time. Nil: time.Now.
	Clock func() time.Time
	// Log is told what happens. Nil: nobody is.
	Log *slog.Logger
}

// Relay runs the routes. New makes one.
type Relay struct {
	// Inbox has what came, Outbox what was sent; they are the program's to use.
	Inbox  *intake.Inbox
	Outbox *partner.Outbox

	config     Config
	ledger     transport.Ledger
	duplicates *duplicate.Register
	routes     []*route
	web        *http.ServeMux
}

// route is a Route at work.
type route struct {
	Route
	gateway   *gateway.Gateway
	server    *as2.Server
	delivered map[string]bool  // of the outbox
	held      map[string]*held // of the outbox, too
	again     time.Time        // when to look for receipts that did not come

	mu     sync.Mutex
	health map[string]Check // by what is done
}

// New puts a relay together and reads the journal.
func New(ctx context.Context, c Config) (*Relay, error) {
	switch {
	case c.Journal == nil:
		return nil, &transport.ConfigError{Field: "Journal", Reason: "a relay needs a journal"}
	case c.Partners == nil:
		return nil, &transport.ConfigError{Field: "Partners", Reason: "a relay needs its partners"}
	case c.Handle == nil:
		return nil, &transport.ConfigError{Field: "Handle", Reason: "nobody takes the documents"}
	}
	if c.Every <= 0 {
		c.Every = 10 * time.Second
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	g := &Relay{config: c, web: http.NewServeMux()}
	var errs [4]error
	g.Inbox, errs[0] = intake.New(intake.Config{Journal: c.Journal, Clock: c.Clock})
	g.Outbox, errs[1] = partner.NewOutbox(partner.OutboxConfig{Journal: c.Journal, Clock: c.Clock})
	g.ledger, errs[2] = transport.NewJournalLedger(c.Journal, c.Clock)
	g.duplicates, errs[3] = duplicate.New(duplicate.Config{Journal: c.Journal, Clock: c.Clock})
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	if err := errors.Join(g.Inbox.Load(ctx), g.Outbox.Load(ctx), g.duplicates.Load(ctx)); err != nil {
		return nil, err
	}
	g.web.HandleFunc("GET /healthz", g.serveHealth)
	for _, r := range c.Routes {
		if err := g.add(ctx, r); err != nil {
			return nil, fmt.Errorf("route %q: %w", r.Name, err)
		}
	}
	return g, nil
}

// add puts a route to work.
func (g *Relay) add(ctx context.Context, r Route) error {
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
	if r.Name == "" || strings.Trim(r.Name, allowed) != "" {
		return &transport.ConfigError{Field: "Name", Reason: "letters, digits, - and _ name a route"}
	}
	for _, other := range g.routes {
		if other.Name == r.Name {
			return &transport.ConfigError{Field: "Name", Reason: "there are two of it"}
		}
	}
	w := &route{Route: r, delivered: make(map[string]bool), held: make(map[string]*held), health: make(map[string]Check)}
	var profiles []partner.Profile
	for _, name := range r.Partners {
		p, err := g.config.Partners.ByName(name)
		if err != nil {
			return err
		}
		profiles = append(profiles, p)
		for _, other := range g.routes {
			if r.sends() && other.sends() && other.has(name) {
				return &transport.ConfigError{Field: "Partners", Reason: name + " is sent to by " + other.Name + " already"}
			}
		}
	}
	if err := g.addGateway(w, profiles); err != nil {
		return err
	}
	if r.AS2 != nil {
		if err := g.addAS2(w); err != nil {
			return err
		}
	}
	for e, err := range g.ledger.Entries(ctx, deliveredPrefix) {
		if err != nil {
			return err
		}
		w.delivered[e.Key] = true
	}
	g.routes = append(g.routes, w)
	return nil
}

// addGateway makes the gateway of a route. It knows the partners of the route
// alone: what another one sends by it, under whatever name, is a stranger's.
func (g *Relay) addGateway(w *route, profiles []partner.Profile) error {
	partners := g.config.Partners
	if len(profiles) > 0 {
		var err error
		if partners, err = partner.NewDirectory(profiles...); err != nil {
			return err
		}
	}
	var err error
	w.gateway, err = gateway.New(gateway.Config{
		Partners: partners, Inbox: g.Inbox, Outbox: g.Outbox, Duplicates: g.duplicates, Handle: g.config.Handle,
	})
	return err
}

func (r Route) sends() bool { return r.Sink != nil || r.AS2 != nil && r.AS2.URL != "" }

func (r Route) has(partner string) bool {
	return slices.Contains(r.Partners, partner)
}

// grace is how long a file that is in hand may take when everything is to stop,
// or when the partner who sent it has hung up.
const grace = 20 * time.Second

// finishing is a context that ends some time after another one.
func finishing(ctx context.Context) (_ context.Context, done func()) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		if transport.Wait(longer, grace) == nil {
			cancel()
		}
	})
	return longer, func() { stop(); cancel() }
}

// take is the handler of a route.
func (g *Relay) take(r *route) transport.Handler {
	return func(ctx context.Context, f transport.File) error {
		ctx, done := finishing(ctx)
		defer done()
		taken, err := r.gateway.Receive(ctx, f.Name, f.Body)
		if err != nil {
			return err
		}
		for _, d := range taken.Documents {
			g.config.Log.Info("document", "route", r.Name, "file", f.Name, "kind", d.Entry.Kind, "partner", d.Entry.Partner,
				"control", d.Entry.Control, "result", d.Entry.Outcome.Result, "order", d.Entry.Outcome.Order, "known", d.Known)
		}
		for _, fault := range taken.Faults {
			g.config.Log.Warn("fault", "route", r.Name, "file", f.Name, "fault", fault.Finding().Message)
		}
		for _, err := range taken.Unanswered {
			g.config.Log.Error("unanswered", "route", r.Name, "file", f.Name, "error", err)
		}
		return nil
	}
}

func (g *Relay) addAS2(w *route) error {
	var err error
	w.server, err = as2.NewServer(as2.ServerConfig{
		Agreements: []as2.Agreement{*w.AS2}, Ledger: g.ledger, Handler: g.take(w), Clock: g.config.Clock,
		Report: func(r as2.Report) {
			g.config.Log.Info("AS2", "route", w.Name, "message", r.MessageID, "name", r.Name, "receipt", r.Receipt != nil,
				"duplicate", r.Duplicate, "error", r.Err)
		},
	})
	if err != nil {
		return err
	}
	g.web.Handle("POST /as2/"+w.Name, w.server)
	if w.AS2.URL != "" && w.Sink == nil {
		w.Sink, err = as2.NewSender(as2.SenderConfig{
			Agreement: *w.AS2, Ledger: g.ledger, Clock: g.config.Clock, Retry: transport.Backoff{Attempts: 3},
		})
	}
	return err
}

// Handler serves GET /healthz and POST /as2/NAME for the routes with AS2.
func (g *Relay) Handler() http.Handler { return g.web }

// Run works until ctx ends, and then returns nil. A file that is in hand then is
// finished if that takes no longer than twenty seconds, and can still be read;
// otherwise it is taken by the next run.
func (g *Relay) Run(ctx context.Context) error {
	var work sync.WaitGroup
	for _, r := range g.routes {
		if r.Source != nil {
			work.Go(func() {
				g.loop(ctx, r, "poll", func(ctx context.Context) (int, error) { return r.Source.Poll(ctx, g.take(r)) })
			})
		}
		if r.Sink != nil {
			work.Go(func() { g.loop(ctx, r, "deliver", func(ctx context.Context) (int, error) { return g.deliver(ctx, r) }) })
		}
		if r.server != nil {
			work.Go(func() { g.loop(ctx, r, "receipts", r.server.SendReceipts) })
		}
	}
	work.Wait()
	return nil
}

// Once polls every source and sends what is due, once, and returns what went
// wrong.
func (g *Relay) Once(ctx context.Context) error {
	var errs []error
	for _, r := range g.routes {
		if r.Source != nil {
			_, err := r.Source.Poll(ctx, g.take(r))
			errs = append(errs, named(r, err))
		}
	}
	for _, r := range g.routes {
		if r.Sink != nil {
			_, err := g.deliver(ctx, r)
			errs = append(errs, named(r, err))
		}
		if r.server != nil {
			_, err := r.server.SendReceipts(ctx)
			errs = append(errs, named(r, err))
		}
	}
	return errors.Join(errs...)
}

func named(r *route, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", r.Name, err)
	}
	return nil
}

// loop does something every now and then, and tells the log and the health of it.
func (g *Relay) loop(ctx context.Context, r *route, what string, do func(context.Context) (int, error)) {
	for ctx.Err() == nil {
		n, err := do(ctx)
		if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
			err = nil // it was stopped
		}
		r.note(what, g.config.Clock(), err)
		switch {
		case err != nil:
			g.config.Log.Error(what, "route", r.Name, "done", n, "error", err)
		case n > 0:
			g.config.Log.Info(what, "route", r.Name, "done", n)
		}
		_ = transport.Wait(ctx, g.config.Every)
	}
}
