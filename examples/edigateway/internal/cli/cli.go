// Package cli is the command line of the EDI gateway.
package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/alecthomas/kong"

	"github.com/o2ckit/o2c/examples/edigateway/internal/settings"
)

type flags struct {
	Settings string `arg:"" help:"YAML file: journal, partners, orders, listen, every, routes." type:"existingfile"`
	Check    bool   `help:"Check the settings and the partners' profiles, and end."`
	Once     bool   `help:"Poll once, send what is due, and end."`
	JSON     bool   `help:"Log as JSON."`
	Debug    bool   `help:"Log more."`
}

// Run is the program: 0 when all went well, 1 when something did not, 2 for a
// wrong command line or wrong settings.
func Run(ctx context.Context, args []string, out, errs io.Writer) int {
	var f flags
	exit := -1
	parser, err := kong.New(&f, kong.Name("edigateway"),
		kong.Description("Exchange EDI over folders, SFTP and AS2."),
		kong.Writers(out, errs), kong.Exit(func(code int) { exit = code }))
	if err != nil {
		fmt.Fprintln(errs, err)
		return 2
	}
	_, err = parser.Parse(args)
	if exit >= 0 { // help was printed
		return exit
	}
	if err != nil {
		fmt.Fprintln(errs, err)
		return 2
	}
	s, err := settings.Load(f.Settings)
	if err != nil {
		fmt.Fprintln(errs, err)
		return 2
	}
	certificates, err := s.Certificates()
	if err != nil {
		fmt.Fprintln(errs, err)
		return 2
	}
	p, err := s.Open(ctx, logger(f, errs))
	if err != nil {
		fmt.Fprintln(errs, err)
		return 2
	}
	switch {
	case f.Check:
		fmt.Fprintf(out, "%d routes are in order\n", len(s.Routes))
	case f.Once:
		err = p.Once(ctx)
		fmt.Fprintln(out, p.Inbox.Tally())
	default:
		err = serve(ctx, s.Listen, certificates, p)
	}
	if err = errors.Join(err, p.Close()); err != nil {
		fmt.Fprintln(errs, err)
		return 1
	}
	return 0
}

func logger(f flags, errs io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: slog.LevelInfo}
	if f.Debug {
		options.Level = slog.LevelDebug
	}
	if f.JSON {
		return slog.New(slog.NewJSONHandler(errs, options))
	}
	return slog.New(slog.NewTextHandler(errs, options))
}

// serve runs the gateway and its web server until ctx ends. Requests and files
// in hand are finished; half a minute is enough for them.
func serve(ctx context.Context, address string, certificates []tls.Certificate, p *settings.Program) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	served := make(chan error, 1)
	server := &http.Server{
		Handler: p.Handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 5 * time.Minute, IdleTimeout: time.Minute,
		MaxHeaderBytes: 64 << 10, TLSConfig: &tls.Config{Certificates: certificates, MinVersion: tls.VersionTLS12},
	}
	if address == "" {
		served <- nil
	} else {
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
		if err != nil {
			return err
		}
		go func() {
			var err error
			if len(certificates) > 0 {
				err = server.ServeTLS(listener, "", "")
			} else {
				err = server.Serve(listener)
			}
			if !errors.Is(err, http.ErrServerClosed) {
				stop() // without it the gateway is deaf
			} else {
				err = nil
			}
			served <- err
		}()
	}
	err := p.Run(ctx)
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	return errors.Join(err, server.Shutdown(grace), <-served)
}
