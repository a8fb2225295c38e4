package mailbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"

	"github.com/o2ckit/o2c/examples/transport"
)

// hand gives a claimed file to the handler and puts it where it belongs then.
// It returns true when the handler has taken it.
func (s *Source) hand(ctx context.Context, h transport.Handler, at string, info Info, c *claim) (bool, error) {
	if c.accepted {
		return false, s.putAway(ctx, at)
	}
	key, name := info.Name, info.Name
	if len(name) > idBytes+1 && name[idBytes] == '-' {
		key, name = name[:idBytes], name[idBytes+1:]
	}
	err := s.call(ctx, h, at, transport.File{
		Key: key, Name: name, Source: s.config.Name, Size: info.Size, Arrived: s.config.Clock(),
	})
	switch {
	case err == nil:
		c.accepted = true
		return true, s.putAway(ctx, at)
	case transport.Rejected(err):
		return false, errors.Join(fmt.Errorf("%s: %w", name, err), s.setAside(ctx, at, err))
	case ctx.Err() != nil:
		return false, ctx.Err() // it stays claimed, for the next run
	}
	c.attempts++
	if s.config.Retry.Spent(c.attempts) {
		err = &transport.RetryError{Attempts: c.attempts, Err: err}
		return false, errors.Join(fmt.Errorf("%s: %w", name, err), s.setAside(ctx, at, err))
	}
	c.next = s.config.Clock().Add(s.config.Retry.Delay(c.attempts))
	return false, fmt.Errorf("%s: %w", name, err)
}

// call opens a file for the handler.
func (s *Source) call(ctx context.Context, h transport.Handler, at string, f transport.File) error {
	if f.Size > s.config.MaxBytes {
		return transport.Reject(fmt.Errorf("%w: %d bytes, %d are allowed", transport.ErrTooLarge, f.Size, s.config.MaxBytes))
	}
	body, err := s.config.FS.Open(ctx, at)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	f.Body = &exactReader{r: body, left: f.Size}
	return h(ctx, f)
}

// putAway moves a file that was taken to done.
func (s *Source) putAway(ctx context.Context, at string) error {
	ctx = context.WithoutCancel(ctx) // the handler has it: a stop must not have it handed over again
	var err error
	if s.config.Remove {
		err = s.config.FS.Remove(ctx, at)
	} else {
		err = s.config.FS.Rename(ctx, at, path.Join(s.config.Done, path.Base(at)))
	}
	if err = ignoreAbsent(err); err == nil {
		s.forget(at)
	}
	return err
}

// setAside moves a file that cannot be taken to failed, with the reason.
func (s *Source) setAside(ctx context.Context, at string, reason error) error {
	ctx = context.WithoutCancel(ctx)
	to := path.Join(s.config.Failed, path.Base(at))
	if err := s.config.FS.Rename(ctx, at, to); err != nil {
		return ignoreAbsent(err)
	}
	s.forget(at)
	return s.config.FS.Put(ctx, to+".reason.txt", []byte(reason.Error()+"\n"))
}

func (s *Source) forget(at string) {
	delete(s.claims, at)
	delete(s.looks, at)
}

// errResized says that a file is not as long as it was when it was claimed.
var errResized = errors.New("mailbox: the file changed while it was read")

// exactReader reads a file that has to be as long as it was.
type exactReader struct {
	r    io.Reader
	left int64
}

func (e *exactReader) Read(p []byte) (int, error) {
	n, err := e.r.Read(p)
	e.left -= int64(n)
	switch {
	case e.left < 0:
		return n, errResized
	case errors.Is(err, io.EOF) && e.left > 0:
		return n, errResized
	}
	return n, err
}
