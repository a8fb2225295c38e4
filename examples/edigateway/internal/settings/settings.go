// Package settings reads what the gateway program is to do from a YAML file.
package settings

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/goccy/go-yaml"
	_ "modernc.org/sqlite" // the driver of the journal

	"github.com/o2ckit/o2c/edi/gateway"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/examples/edigateway/relay"
	"github.com/o2ckit/o2c/examples/transport"
	"github.com/o2ckit/o2c/examples/transport/folder"
	"github.com/o2ckit/o2c/examples/transport/mailbox"
	"github.com/o2ckit/o2c/journal/sqljournal"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/intake"
)

// Settings is the file. Paths in it are relative to where it lies.
type Settings struct {
	// Journal is the SQLite file that everything is kept in.
	Journal string `yaml:"journal"`
	// Partners is the folder of their profiles.
	Partners string `yaml:"partners"`
	// Orders is the folder that each purchase order is put into, as JSON.
	Orders string `yaml:"orders"`
	// Listen is the address for health and AS2. Empty: none.
	Listen string `yaml:"listen"`
	// TLS are the PEM files of the address. Without them it is plain HTTP, to
	// stand behind a proxy.
	TLS TLS `yaml:"tls"`
	// Every is the wait between two polls, such as 10s. Empty: that.
	Every string `yaml:"every"`
	// Routes are the ways to the partners.
	Routes []Route `yaml:"routes"`

	dir string
}

// TLS is a certificate, with those above it, and its key.
type TLS struct {
	Certificate string `yaml:"certificate"`
	Key         string `yaml:"key"`
}

// Route has one of folder, sftp and as2.
type Route struct {
	Name     string   `yaml:"name"`
	Partners []string `yaml:"partners"`
	Folder   *Folder  `yaml:"folder"`
	SFTP     *SFTP    `yaml:"sftp"`
	AS2      *AS2     `yaml:"as2"`
}

// Load reads a file and tells what is wrong with it, with line and column.
func Load(file string) (*Settings, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	s := &Settings{dir: filepath.Dir(file)}
	in := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict())
	switch err := in.Decode(s); {
	case errors.Is(err, io.EOF):
		return nil, fmt.Errorf("%s: there is nothing in it", file)
	case err != nil:
		return nil, fmt.Errorf("%s: %s", file, yaml.FormatError(err, false, true))
	}
	if err := in.Decode(new(any)); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: it holds more than one document; what follows --- would not be read", file)
	}
	switch {
	case s.Journal == "":
		return nil, fmt.Errorf("%s: journal: name the SQLite file", file)
	case s.Partners == "":
		return nil, fmt.Errorf("%s: partners: name the folder of the profiles", file)
	case s.Orders == "":
		return nil, fmt.Errorf("%s: orders: name the folder for the orders", file)
	}
	return s, nil
}

func (s *Settings) path(name string) string {
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(s.dir, name)
}

// Certificates are those that the address is served with; none: plain HTTP.
func (s *Settings) Certificates() ([]tls.Certificate, error) {
	if s.TLS == (TLS{}) {
		return nil, nil
	}
	c, err := tls.LoadX509KeyPair(s.path(s.TLS.Certificate), s.path(s.TLS.Key))
	if err != nil {
		return nil, fmt.Errorf("tls: %w", err)
	}
	return []tls.Certificate{c}, nil
}

// duration reads a length of time; empty is 0.
func duration(field, text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("%s: %q is no duration, such as 10s", field, text)
	}
	return d, nil
}

// Program is a relay with what it stands on.
type Program struct {
	*relay.Relay
	closers []func() error
}

// Close closes the journal and the folder of the orders.
func (p *Program) Close() error {
	var errs []error
	for i := len(p.closers) - 1; i >= 0; i-- {
		errs = append(errs, p.closers[i]())
	}
	return errors.Join(errs...)
}

// Open puts the program together.
func (s *Settings) Open(ctx context.Context, log *slog.Logger) (_ *Program, err error) {
	p := &Program{}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.Close())
		}
	}()
	every, err := duration("every", s.Every)
	if err != nil {
		return nil, err
	}
	if every < 0 || every == 0 && s.Every != "" {
		return nil, fmt.Errorf("every: %s is no wait; state 10s, or leave it out", s.Every)
	}
	partners, err := partner.Load(os.DirFS(s.path(s.Partners)))
	if err != nil {
		return nil, err
	}
	j, err := s.openJournal(ctx, p)
	if err != nil {
		return nil, err
	}
	orders, err := folder.NewSink(s.path(s.Orders), mailbox.SinkConfig{})
	if err != nil {
		return nil, err
	}
	p.closers = append(p.closers, orders.Close)
	c := relay.Config{Journal: j, Partners: partners, Handle: write(orders), Every: every, Log: log}
	for _, r := range s.Routes {
		route, err := s.route(r, p)
		if err != nil {
			return nil, fmt.Errorf("route %q: %w", r.Name, err)
		}
		c.Routes = append(c.Routes, route)
	}
	p.Relay, err = relay.New(ctx, c)
	return p, err
}

func (s *Settings) openJournal(ctx context.Context, p *Program) (*sqljournal.Journal, error) {
	dsn := url.URL{Scheme: "file", Opaque: url.PathEscape(s.path(s.Journal)), RawQuery: url.Values{
		"_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)"}, "_txlock": {"immediate"},
	}.Encode()}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return nil, err
	}
	p.closers = append(p.closers, db.Close)
	j, err := sqljournal.New(sqljournal.Config{DB: db, Dialect: sqljournal.SQLite})
	if err != nil {
		return nil, err
	}
	p.closers = append(p.closers, j.Close)
	return j, j.Init(ctx)
}

// write makes the handler: a purchase order becomes a file, once; nothing else
// is taken. A program of your own submits it to its order desk here.
func write(orders transport.Sink) func(context.Context, gateway.Arrival) (intake.Outcome, error) {
	return func(ctx context.Context, a gateway.Arrival) (intake.Outcome, error) {
		var doc order.Document
		var found finding.List
		switch a.Entry.Kind {
		case "850":
			doc, found = mapping.ReadPurchaseOrder(a.Set, a.Profile.Mapping())
		case "ORDERS":
			doc, found = message.ReadPurchaseOrder(a.Message, a.Profile.Mapping())
		default:
			return intake.Outcome{Result: intake.PassedOver}, nil
		}
		if found.Blocks() {
			return intake.Outcome{Result: intake.Exception, Findings: found}, nil
		}
		doc.Source.Document, doc.Source.Partner, doc.Customer = a.Entry.ID, a.Entry.Partner, a.Profile.Account
		text, err := json.MarshalIndent(doc, "", "  ")
		if err != nil {
			return intake.Outcome{}, err
		}
		err = orders.Deliver(ctx, transport.Message{ID: a.Entry.ID, Name: a.Entry.ID + ".json", Data: append(text, '\n')})
		return intake.Outcome{Result: intake.Ordered, Order: order.ID(a.Entry.ID), Findings: found}, err
	}
}

// route makes the transports of a route.
func (s *Settings) route(r Route, p *Program) (relay.Route, error) {
	g := relay.Route{Name: r.Name, Partners: r.Partners}
	ways := 0
	for _, is := range []bool{r.Folder != nil, r.SFTP != nil, r.AS2 != nil} {
		if is {
			ways++
		}
	}
	if ways != 1 {
		return g, errors.New("state one of folder, sftp and as2")
	}
	var err error
	switch {
	case r.Folder != nil:
		err = s.folder(r.Folder, &g, p)
	case r.SFTP != nil:
		err = s.sftp(r.SFTP, &g, p)
	default:
		err = s.as2(r.AS2, &g)
	}
	return g, err
}

// Folder is a directory of the local disk.
type Folder struct {
	Root string `yaml:"root"`
	// In is where partners put files, Out where files for them are put; both
	// below Root. Empty: root itself, and out.
	In  string `yaml:"in"`
	Out string `yaml:"out"`
	// Settle is how long a file must not have changed, such as 5s. Empty: that;
	// -1s: no wait.
	Settle string `yaml:"settle"`
}

func (s *Settings) folder(f *Folder, g *relay.Route, p *Program) error {
	if f.Root == "" {
		return errors.New("folder: root: name the directory")
	}
	settle, err := duration("folder: settle", f.Settle)
	if err != nil {
		return err
	}
	root := s.path(f.Root)
	in, err := folder.NewSource(root, mailbox.SourceConfig{In: f.In, Settle: settle, Name: g.Name})
	if err != nil {
		return err
	}
	p.closers = append(p.closers, in.Close)
	out, err := folder.NewSink(root, mailbox.SinkConfig{Dir: cmp.Or(f.Out, "out")})
	if err != nil {
		return err
	}
	p.closers = append(p.closers, out.Close)
	g.Source, g.Sink = in, out
	return nil
}
