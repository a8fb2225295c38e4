package sftp_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	pkgsftp "github.com/pkg/sftp"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh"

	"github.com/o2ckit/o2c/examples/transport/sftp"
)

// server is an SFTP server on loopback that serves a directory.
type server struct {
	t       *testing.T
	dir     string
	address string
	hostKey ssh.Signer
	userKey ssh.Signer

	userPrivate ed25519.PrivateKey

	mu     sync.Mutex
	conns  []net.Conn
	logins atomic.Int64
	// cutAfter is how many bytes a connection carries before it breaks, in
	// either direction, and after how many it stands still. 0: never.
	cutAfter, freezeAfter int
	// cuts is how many connections are to break so. Negative: all.
	cuts int
}

func newKey(t *testing.T) ssh.Signer {
	t.Helper()
	s, _ := newKeyPair(t)
	return s
}

func newKeyPair(t *testing.T) (ssh.Signer, ed25519.PrivateKey) {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	s, err := ssh.NewSignerFromKey(key)
	require.NoError(t, err)
	return s, key
}

func startServer(t *testing.T) *server {
	t.Helper()
	s := &server{t: t, dir: t.TempDir(), hostKey: newKey(t)}
	s.userKey, s.userPrivate = newKeyPair(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.address = listener.Addr().String()
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { s.serve(conn) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		s.hangUp()
		serving.Wait()
	})
	return s
}

// hangUp breaks all connections.
func (s *server) hangUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.conns {
		_ = c.Close()
	}
	s.conns = nil
}

// weak makes the next connections break, or stand still, after so many bytes.
func (s *server) weak(cuts, cutAfter, freezeAfter int) {
	s.hangUp()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cuts, s.cutAfter, s.freezeAfter = cuts, cutAfter, freezeAfter
}

func (s *server) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	s.mu.Lock()
	s.logins.Add(1)
	s.conns = append(s.conns, conn)
	line := conn
	if s.cuts != 0 {
		s.cuts--
		line = &weakConn{Conn: conn, cut: s.cutAfter, freeze: s.freezeAfter}
	}
	s.mu.Unlock()

	config := &ssh.ServerConfig{PublicKeyCallback: func(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		if string(key.Marshal()) != string(s.userKey.PublicKey().Marshal()) {
			return nil, errors.New("who is that?")
		}
		return nil, nil
	}}
	config.AddHostKey(s.hostKey)
	_, channels, requests, err := ssh.NewServerConn(line, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for offered := range channels {
		channel, requests, err := offered.Accept()
		if err != nil {
			return
		}
		go func() {
			for r := range requests {
				_ = r.Reply(r.Type == "subsystem", nil)
			}
		}()
		files, err := pkgsftp.NewServer(channel, pkgsftp.WithServerWorkingDirectory(s.dir))
		if err != nil {
			return
		}
		_ = files.Serve()
		_ = files.Close()
	}
}

// weakConn breaks, or stands still, after some bytes.
type weakConn struct {
	net.Conn
	mu          sync.Mutex
	cut, freeze int
	carried     int
}

func (c *weakConn) carry(n int) {
	c.mu.Lock()
	c.carried += n
	frozen, broken := c.freeze > 0 && c.carried > c.freeze, c.cut > 0 && c.carried > c.cut
	c.mu.Unlock()
	if broken {
		_ = c.Close()
	}
	if frozen { // until it is hung up
		_, _ = io.Copy(io.Discard, c.Conn)
	}
}

// Read implements net.Conn.
func (c *weakConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.carry(n)
	return n, err
}

// Write implements net.Conn.
func (c *weakConn) Write(p []byte) (int, error) {
	c.carry(len(p))
	return c.Conn.Write(p)
}

// config is that of a client of the server. It renews no lease by itself.
func (s *server) config(owner string, change ...func(*sftp.Config)) sftp.Config {
	c := sftp.Config{
		Address: s.address, User: "meridian", Auth: []ssh.AuthMethod{ssh.PublicKeys(s.userKey)},
		HostKey: ssh.FixedHostKey(s.hostKey.PublicKey()), Owner: owner, Timeout: 10 * time.Second,
		Sleep: func(ctx context.Context, d time.Duration) error {
			if d < time.Minute {
				return ctx.Err()
			}
			<-ctx.Done()
			return ctx.Err()
		},
	}
	for _, f := range change {
		f(&c)
	}
	return c
}

func (s *server) open(owner string, change ...func(*sftp.Config)) *sftp.FS {
	s.t.Helper()
	files, err := sftp.Open(s.config(owner, change...))
	require.NoError(s.t, err)
	s.t.Cleanup(func() { _ = files.Close() })
	return files
}
