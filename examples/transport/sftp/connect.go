package sftp

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"sync"
	"time"

	pkgsftp "github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"github.com/o2ckit/o2c/examples/transport"
)

// Config says which server, as whom.
type Config struct {
	// Address is host and port. Required; without a port it is 22.
	Address string
	// User and Auth log in. Required.
	User string
	Auth []ssh.AuthMethod
	// HostKey checks the key of the server. Required.
	HostKey ssh.HostKeyCallback
	// Owner is the name of this process among those that use the same
	// directories: letters, digits, - and _, 64 at most. Required.
	Owner string
	// Lease is how long another process has to be silent before its files are
	// taken over. 0: five minutes.
	Lease time.Duration
	// Timeout bounds the login, and each request. 0: 30 seconds.
	Timeout time.Duration
	// Clock tells the time. Nil: time.Now.
	Clock func() time.Time
	// Sleep waits between two renewals of the lease, and before a connection is
	// made again. Nil: transport.Wait.
	Sleep transport.Sleep
	// Dial makes the connection. Nil: a net.Dialer.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// KnownHosts checks host keys against files of OpenSSH, such as
// ~/.ssh/known_hosts. A host that is not in them is refused.
func KnownHosts(files ...string) (ssh.HostKeyCallback, error) { return knownhosts.New(files...) }

// ErrTimeout is returned for a request that the server did not answer in time.
var ErrTimeout = errors.New("sftp: the server did not answer in time")

// connection is one login; it does not survive an error of the line.
type connection struct {
	net    net.Conn
	ssh    *ssh.Client
	client *pkgsftp.Client
}

func (c *connection) close() {
	_ = c.net.Close() // first: the others would wait for the server
	_ = c.client.Close()
	_ = c.ssh.Close()
}

// connect logs in.
func connect(ctx context.Context, c Config) (*connection, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	conn, err := c.Dial(ctx, "tcp", c.Address)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	login, channels, requests, err := ssh.NewClientConn(conn, c.Address, &ssh.ClientConfig{
		User: c.User, Auth: c.Auth, HostKeyCallback: c.HostKey,
	})
	if err != nil {
		stop()
		return nil, errors.Join(ctx.Err(), err, conn.Close())
	}
	client := ssh.NewClient(login, channels, requests)
	files, err := pkgsftp.NewClient(client)
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return &connection{net: conn, ssh: client, client: files}, nil
}

// line is the connection at present. It is safe for many goroutines.
type line struct {
	config Config

	mu     sync.Mutex
	now    *connection
	closed bool
}

func (l *line) get(ctx context.Context) (*connection, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, transport.Reject(net.ErrClosed)
	}
	if l.now == nil {
		c, err := connect(ctx, l.config)
		if err != nil {
			return nil, err
		}
		l.now = c
	}
	return l.now, nil
}

// drop gives a connection up.
func (l *line) drop(c *connection) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.now == c {
		l.now = nil
	}
	c.close()
}

func (l *line) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	if l.now != nil {
		l.now.close()
		l.now = nil
	}
}

// do makes one request. When the server does not answer in time, or ctx ends,
// the connection is given up: there is no other way to stop waiting.
func (l *line) do(ctx context.Context, request func(*connection) error) error {
	c, err := l.get(ctx)
	if err != nil {
		return lost{err}
	}
	bounded, cancel := context.WithTimeoutCause(ctx, l.config.Timeout, ErrTimeout)
	defer cancel()
	stop := context.AfterFunc(bounded, func() { l.drop(c) })
	err = request(c)
	if !stop() { // the connection is gone; what was asked may have happened
		if ctx.Err() != nil {
			return errors.Join(ctx.Err(), err)
		}
		return lost{errors.Join(context.Cause(bounded), err)}
	}
	if err != nil && !answered(err) {
		l.drop(c)
		return lost{err}
	}
	return err
}

// again makes a request that may be made twice, and makes it twice when the
// connection is lost: it may have been lost long before.
func (l *line) again(ctx context.Context, request func(*connection) error) error {
	err := l.do(ctx, request)
	if errors.As(err, new(lost)) && ctx.Err() == nil {
		err = l.do(ctx, request)
	}
	return err
}

// answered tells an error that the server told from one of the line.
func answered(err error) bool {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrExist) {
		return true
	}
	var status *pkgsftp.StatusError
	if !errors.As(err, &status) {
		return false
	}
	return !errors.Is(status, pkgsftp.ErrSSHFxConnectionLost) && !errors.Is(status, pkgsftp.ErrSSHFxNoConnection)
}

// lost is an error of the line, not of the server.
type lost struct{ error }

func (l lost) Unwrap() error { return l.error }
