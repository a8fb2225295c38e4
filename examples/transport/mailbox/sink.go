package mailbox

import (
	"context"
	"errors"
	"fmt"
	"path"
	"sync"

	"github.com/o2ckit/o2c/examples/transport"
)

// SinkConfig says where files are put.
type SinkConfig struct {
	FS FS // required
	// Dir is the directory. Required. It is made if it is not there.
	Dir string
	// Retry says how often a delivery is tried before it fails.
	Retry transport.Backoff
	// Sleep waits between attempts. Nil: transport.Wait.
	Sleep transport.Sleep
}

// Sink puts files into a directory. It is safe for many goroutines.
type Sink struct {
	config SinkConfig

	mu    sync.Mutex
	ready bool // the directory is there
}

// NewSink checks the configuration.
func NewSink(c SinkConfig) (*Sink, error) {
	switch {
	case c.FS == nil:
		return nil, &transport.ConfigError{Field: "FS", Reason: "a sink needs a file system"}
	case c.Dir == "":
		return nil, &transport.ConfigError{Field: "Dir", Reason: "a sink needs a directory"}
	}
	return &Sink{config: c}, nil
}

// Deliver implements [transport.Sink]: the file is in the directory, whole and
// synced, under the message's name. A name that another file has is rejected
// with transport.ErrExists, since nobody may have read that one yet.
func (s *Sink) Deliver(ctx context.Context, m transport.Message) error {
	if m.ID == "" {
		return transport.Reject(&transport.ConfigError{Field: "ID", Reason: "a message needs one"})
	}
	if err := transport.CheckName(m.Name); err != nil {
		return transport.Reject(err)
	}
	return transport.Retry(ctx, s.config.Retry, s.config.Sleep, func(ctx context.Context) error {
		if err := s.makeDir(ctx); err != nil {
			return err
		}
		err := s.config.FS.Put(ctx, path.Join(s.config.Dir, m.Name), m.Data)
		if errors.Is(err, transport.ErrExists) {
			return transport.Reject(fmt.Errorf("%w: %s", err, m.Name))
		}
		return err
	})
}

func (s *Sink) makeDir(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ready {
		return nil
	}
	err := s.config.FS.MakeDir(ctx, s.config.Dir)
	s.ready = err == nil
	return err
}
