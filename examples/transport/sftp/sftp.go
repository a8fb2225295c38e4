package sftp

import (
	"bufio"
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"path"
	"strings"
	"sync"
	"time"

	pkgsftp "github.com/pkg/sftp"

	"github.com/o2ckit/o2c/examples/transport"
	"github.com/o2ckit/o2c/examples/transport/mailbox"
)

// Mailbox is a pair of directories on a server: one that files are taken from,
// and one that they are put into. It is a transport.Source and a transport.Sink.
type Mailbox struct {
	*mailbox.Source
	*mailbox.Sink
	files *FS
}

// NewMailbox makes a mailbox. The configurations' FS is filled in. Nothing is
// connected before it is used.
func NewMailbox(c Config, in mailbox.SourceConfig, out mailbox.SinkConfig) (*Mailbox, error) {
	files, err := Open(c)
	if err != nil {
		return nil, err
	}
	in.FS, out.FS = files, files
	if in.Name == "" {
		in.Name = "sftp://" + c.User + "@" + c.Address + "/" + in.In
	}
	source, err := mailbox.NewSource(in)
	if err != nil {
		return nil, errors.Join(err, files.Close())
	}
	sink, err := mailbox.NewSink(out)
	if err != nil {
		return nil, errors.Join(err, files.Close())
	}
	return &Mailbox{Source: source, Sink: sink, files: files}, nil
}

// Close ends the connection. What was claimed stays so.
func (m *Mailbox) Close() error { return m.files.Close() }

// FS is the file system of a server as a [mailbox.FS]. Paths are the server's;
// those that do not begin with a slash begin where the login leads to.
type FS struct {
	config Config
	line   *line
	stop   context.CancelFunc // ends the renewals
	done   sync.WaitGroup
	ctx    context.Context //nolint:containedctx // the life of the renewals, which Close ends

	mu      sync.Mutex
	leases  map[string]*lease  // by work directory
	uploads map[string]*upload // by path
}

// Open checks the configuration. Nothing is connected before it is used.
func Open(c Config) (*FS, error) {
	switch {
	case c.Address == "":
		return nil, &transport.ConfigError{Field: "Address", Reason: "which server?"}
	case c.User == "" || len(c.Auth) == 0:
		return nil, &transport.ConfigError{Field: "User, Auth", Reason: "as whom?"}
	case c.HostKey == nil:
		return nil, &transport.ConfigError{Field: "HostKey", Reason: "the server's key has to be checked: use KnownHosts or ssh.FixedHostKey"}
	case !validOwner(c.Owner):
		return nil, &transport.ConfigError{Field: "Owner", Reason: "a name for this process is needed: letters, digits, - and _, 64 at most"}
	}
	if _, _, err := net.SplitHostPort(c.Address); err != nil {
		c.Address = net.JoinHostPort(c.Address, "22")
	}
	if c.Lease <= 0 {
		c.Lease = 5 * time.Minute
	}
	if c.Timeout <= 0 {
		c.Timeout = 30 * time.Second
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Sleep == nil {
		c.Sleep = transport.Wait
	}
	if c.Dial == nil {
		c.Dial = (&net.Dialer{KeepAlive: 30 * time.Second}).DialContext
	}
	f := &FS{
		config: c, line: &line{config: c},
		leases: make(map[string]*lease), uploads: make(map[string]*upload),
	}
	f.ctx, f.stop = context.WithCancel(context.Background())
	return f, nil
}

func validOwner(s string) bool {
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
	return s != "" && len(s) <= 64 && strings.Trim(s, allowed) == ""
}

// Close ends the connection.
func (f *FS) Close() error {
	f.stop()
	f.line.close()
	f.done.Wait()
	return nil
}

// MakeDir implements [mailbox.FS].
func (f *FS) MakeDir(ctx context.Context, dir string) error {
	return f.line.again(ctx, func(c *connection) error { return c.client.MkdirAll(dir) })
}

// List implements [mailbox.FS].
func (f *FS) List(ctx context.Context, dir string) ([]mailbox.Info, error) {
	var infos []mailbox.Info
	err := f.line.again(ctx, func(c *connection) error {
		entries, err := c.client.ReadDirContext(ctx, dir)
		infos = infos[:0]
		for _, e := range entries {
			infos = append(infos, infoOf(e))
		}
		return err
	})
	return infos, err
}

// Stat implements [mailbox.FS].
func (f *FS) Stat(ctx context.Context, name string) (mailbox.Info, error) {
	var info mailbox.Info
	err := f.line.again(ctx, func(c *connection) error {
		is, err := c.client.Lstat(name)
		if err == nil {
			info = infoOf(is)
		}
		return err
	})
	return info, err
}

func infoOf(info fs.FileInfo) mailbox.Info {
	return mailbox.Info{Name: info.Name(), Size: info.Size(), Modified: info.ModTime(), Regular: info.Mode().IsRegular()}
}

// Rename implements [mailbox.FS]. Where the answer is lost it may have happened.
func (f *FS) Rename(ctx context.Context, from, to string) error {
	return f.line.do(ctx, func(c *connection) error {
		if _, can := c.client.HasExtension("posix-rename@openssh.com"); can {
			return c.client.PosixRename(from, to) // in one step; the plain one links and unlinks
		}
		return c.client.Rename(from, to)
	})
}

// Remove implements [mailbox.FS].
func (f *FS) Remove(ctx context.Context, name string) error {
	return f.line.do(ctx, func(c *connection) error { return c.client.Remove(name) })
}

// piece is how much one request carries, in pieces of the protocol.
const piece = 128 << 10

// Open implements [mailbox.FS].
func (f *FS) Open(ctx context.Context, name string) (io.ReadCloser, error) {
	r := &reader{ctx: ctx, files: f, name: name}
	if _, err := f.Stat(ctx, name); err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{bufio.NewReaderSize(r, piece), r}, nil
}

// reader reads a file that does not change, over as many connections as it takes.
type reader struct {
	ctx   context.Context //nolint:containedctx // a reader has no other place for it
	files *FS
	name  string
	at    int64
	on    *connection
	file  *pkgsftp.File
}

// Read implements io.Reader.
func (r *reader) Read(p []byte) (n int, err error) {
	if len(p) > piece {
		p = p[:piece]
	}
	for attempt := 1; ; attempt++ {
		err = r.files.line.do(r.ctx, func(c *connection) error {
			if r.on != c {
				file, err := c.client.Open(r.name)
				if err != nil {
					return err
				}
				r.on, r.file = c, file
			}
			n, err = r.file.ReadAt(p, r.at)
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return err
		})
		if !errors.As(err, new(lost)) || attempt == 4 || r.ctx.Err() != nil {
			break
		}
		if err := r.files.config.Sleep(r.ctx, time.Duration(attempt)*time.Second); err != nil {
			return 0, err
		}
	}
	if err != nil {
		return 0, err
	}
	r.at += int64(n)
	if n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

// Close implements io.Closer.
func (r *reader) Close() error {
	if r.file == nil {
		return nil
	}
	_ = r.files.line.do(context.WithoutCancel(r.ctx), func(c *connection) error {
		if r.on != c {
			return nil // it went with its connection
		}
		return r.file.Close()
	})
	return nil
}

func hidden(name, owner string) string {
	return path.Join(path.Dir(name), "."+path.Base(name)+"."+owner+".tmp")
}
