package sftp_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"github.com/o2ckit/o2c/examples/transport"
	"github.com/o2ckit/o2c/examples/transport/mailbox"
	"github.com/o2ckit/o2c/examples/transport/mailbox/mailboxtest"
	"github.com/o2ckit/o2c/examples/transport/sftp"
)

func TestMailbox(t *testing.T) {
	mailboxtest.Run(t, func(t *testing.T) mailboxtest.Tree {
		s := startServer(t)
		clock := mailboxtest.NewClock()
		processes := 0
		return mailboxtest.Tree{
			Dir: s.dir,
			Process: func() (mailbox.FS, func()) {
				processes++
				files := s.open(fmt.Sprint("gateway-", processes), func(c *sftp.Config) { c.Clock = clock.Now })
				return files, func() { require.NoError(t, files.Close()) }
			},
			Hidden: func(name string) string { return "." + name + ".gateway-1.tmp" },
			Bury:   func() { clock.Pass(5 * time.Minute) },
		}
	})
}

func TestHostKeyIsChecked(t *testing.T) {
	s := startServer(t)
	stranger := newKey(t).PublicKey()
	known := filepath.Join(t.TempDir(), "known_hosts")
	require.NoError(t, os.WriteFile(known, []byte(knownhosts.Line([]string{s.address}, stranger)+"\n"), 0o600))
	check, err := sftp.KnownHosts(known)
	require.NoError(t, err)
	for name, key := range map[string]ssh.HostKeyCallback{"fixed": ssh.FixedHostKey(stranger), "known_hosts": check} {
		files := s.open("g", func(c *sftp.Config) { c.HostKey = key })
		_, err := files.List(t.Context(), ".")
		require.Error(t, err, name)
		assert.ErrorContains(t, err, "key", name)
	}

	require.NoError(t, os.WriteFile(known, []byte(knownhosts.Line([]string{s.address}, s.hostKey.PublicKey())+"\n"), 0o600))
	check, err = sftp.KnownHosts(known)
	require.NoError(t, err)
	_, err = s.open("g", func(c *sftp.Config) { c.HostKey = check }).List(t.Context(), ".")
	require.NoError(t, err)
}

func TestConfig(t *testing.T) {
	s := startServer(t)
	for field, change := range map[string]func(*sftp.Config){
		"Address":    func(c *sftp.Config) { c.Address = "" },
		"User, Auth": func(c *sftp.Config) { c.Auth = nil },
		"HostKey":    func(c *sftp.Config) { c.HostKey = nil },
		"Owner":      func(c *sftp.Config) { c.Owner = "../x" },
	} {
		_, err := sftp.Open(s.config("g", change))
		var wrong *transport.ConfigError
		require.ErrorAs(t, err, &wrong, field)
		assert.Equal(t, field, wrong.Field)
	}
	_, err := s.open("g", func(c *sftp.Config) { c.Auth = []ssh.AuthMethod{ssh.PublicKeys(newKey(t))} }).List(t.Context(), ".")
	require.ErrorContains(t, err, "unable to authenticate")
}

// content is long enough to be cut off anywhere.
func content() []byte {
	var b bytes.Buffer
	for i := 0; b.Len() < 1<<20; i++ {
		_, _ = fmt.Fprintf(&b, "PO1*%d*1*EA*9.99~\n", i)
	}
	return b.Bytes()
}

// The line breaks in the middle, again and again: the file is read to its end.
func TestReadingOverABrokenLine(t *testing.T) {
	s := startServer(t)
	data := content()
	require.NoError(t, os.MkdirAll(filepath.Join(s.dir, "in"), 0o750))
	require.NoError(t, os.WriteFile(filepath.Join(s.dir, "in", "big.edi"), data, 0o600))
	source, err := mailbox.NewSource(mailbox.SourceConfig{FS: s.open("g"), In: "in", Settle: -1})
	require.NoError(t, err)
	keys := make(map[string]bool)
	taken := 0
	for attempt := 0; taken == 0 && attempt < 20; attempt++ {
		if attempt == 0 {
			s.weak(5, 300_000, 0)
		}
		n, _ := source.Poll(t.Context(), func(_ context.Context, f transport.File) error {
			keys[f.Key] = true
			sum := sha256.New()
			n, err := io.Copy(sum, f.Body)
			if err != nil {
				return err
			}
			want := sha256.Sum256(data)
			assert.Equal(t, want[:], sum.Sum(nil))
			assert.EqualValues(t, len(data), n)
			return nil
		})
		taken += n
	}
	assert.Equal(t, 1, taken)
	assert.Len(t, keys, 1)
	assert.Greater(t, s.logins.Load(), int64(3))
}

// The line breaks at every stage of an upload: the file is there at last, whole,
// and no other.
func TestUploadOverABrokenLine(t *testing.T) {
	data := content()
	for _, cut := range []int{3_000, 5_000, 7_000, 10_000, 100_000, 400_000, 700_000, 1_040_000, 1_080_000, 1_085_000} {
		t.Run(fmt.Sprint(cut), func(t *testing.T) {
			s := startServer(t)
			s.weak(4, cut, 0)
			sink, err := mailbox.NewSink(mailbox.SinkConfig{
				FS: s.open("g"), Dir: "out", Retry: transport.Backoff{Attempts: 10},
				Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
			})
			require.NoError(t, err)
			require.NoError(t, sink.Deliver(t.Context(), transport.Message{ID: "1", Name: "big.edi", Data: data}))
			entries, err := os.ReadDir(filepath.Join(s.dir, "out"))
			require.NoError(t, err)
			require.Len(t, entries, 1)
			raw, err := os.ReadFile(filepath.Join(s.dir, "out", "big.edi"))
			require.NoError(t, err)
			assert.True(t, bytes.Equal(data, raw))
		})
	}
}

// The upload goes on where it was: with a line that carries less than the file
// each time, it would never be done otherwise.
func TestUploadGoesOn(t *testing.T) {
	s := startServer(t)
	s.weak(-1, 500_000, 0)
	sink, err := mailbox.NewSink(mailbox.SinkConfig{
		FS: s.open("g"), Dir: "out", Retry: transport.Backoff{Attempts: 20},
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	})
	require.NoError(t, err)
	require.NoError(t, sink.Deliver(t.Context(), transport.Message{ID: "1", Name: "big.edi", Data: content()}))
}

func TestServerThatStandsStill(t *testing.T) {
	s := startServer(t)
	s.weak(-1, 0, 6_000)
	files := s.open("g", func(c *sftp.Config) { c.Timeout = 100 * time.Millisecond })
	began := time.Now()
	var err error
	for range 50 {
		if _, err = files.List(t.Context(), "."); err != nil {
			break
		}
	}
	require.Error(t, err)
	assert.Less(t, time.Since(began), 30*time.Second)

	ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	files = s.open("h")
	for range 50 {
		if _, err = files.List(ctx, "."); err != nil {
			break
		}
	}
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

// The server closes connections that are idle: the next poll does not fail.
func TestIdleConnectionThatWasClosed(t *testing.T) {
	s := startServer(t)
	source, err := mailbox.NewSource(mailbox.SourceConfig{FS: s.open("g"), In: "in", Settle: -1})
	require.NoError(t, err)
	for range 3 {
		_, err := source.Poll(t.Context(), func(context.Context, transport.File) error { return nil })
		require.NoError(t, err)
		s.hangUp()
	}
	assert.Equal(t, int64(3), s.logins.Load())
}

// The same owner twice: the one that was started last goes on.
func TestTwoProcessesOfOneName(t *testing.T) {
	s := startServer(t)
	first, second := s.open("g"), s.open("g")
	_, err := first.Enter(t.Context(), "work")
	require.NoError(t, err)
	_, err = second.Enter(t.Context(), "work")
	require.NoError(t, err)
	_, err = first.Enter(t.Context(), "work")
	require.ErrorIs(t, err, sftp.ErrOwner)
	_, err = second.Enter(t.Context(), "work")
	require.NoError(t, err)
	_, err = first.Enter(t.Context(), "work")
	require.ErrorIs(t, err, sftp.ErrOwner)
}

// A process that is started again under its name goes on at once.
func TestStartedAgain(t *testing.T) {
	s := startServer(t)
	require.NoError(t, os.MkdirAll(filepath.Join(s.dir, "in"), 0o750))
	require.NoError(t, os.WriteFile(filepath.Join(s.dir, "in", "a.edi"), []byte("ISA"), 0o600))
	var keys []string
	for _, fails := range []bool{true, false} {
		files := s.open("g")
		source, err := mailbox.NewSource(mailbox.SourceConfig{FS: files, In: "in", Settle: -1})
		require.NoError(t, err)
		_, _ = source.Poll(t.Context(), func(_ context.Context, f transport.File) error {
			keys = append(keys, f.Key)
			if fails {
				return io.ErrUnexpectedEOF
			}
			return nil
		})
		require.NoError(t, files.Close())
	}
	require.Len(t, keys, 2)
	assert.Equal(t, keys[0], keys[1])
}

func TestMailboxOfANetwork(t *testing.T) {
	s := startServer(t)
	require.NoError(t, os.MkdirAll(filepath.Join(s.dir, "outgoing"), 0o750))
	require.NoError(t, os.WriteFile(filepath.Join(s.dir, "outgoing", "850.edi"), []byte("ISA"), 0o600))
	box, err := sftp.NewMailbox(s.config("g"), mailbox.SourceConfig{In: "outgoing", Settle: -1, Remove: true}, mailbox.SinkConfig{Dir: "incoming"})
	require.NoError(t, err)
	var _ transport.Source = box
	var _ transport.Sink = box
	n, err := box.Poll(t.Context(), func(_ context.Context, f transport.File) error {
		assert.Equal(t, "sftp://meridian@"+s.address+"/outgoing", f.Source)
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, 1, n)
	require.NoError(t, box.Deliver(t.Context(), transport.Message{ID: "1", Name: "997.edi", Data: []byte("ISA")}))
	require.NoError(t, box.Close())
	require.ErrorIs(t, box.Deliver(t.Context(), transport.Message{ID: "2", Name: "998.edi", Data: []byte("ISA")}), net.ErrClosed)
}

// The answer to the last step of a delivery is lost, and the partner fetches
// the file at once: it is not delivered once more.
func TestDeliveryWhoseAnswerIsLost(t *testing.T) {
	s := startServer(t)
	out := filepath.Join(s.dir, "out")
	require.NoError(t, os.MkdirAll(out, 0o750))
	fetched := make(map[string]int)
	ctx, stop := context.WithCancel(t.Context())
	var partner sync.WaitGroup
	partner.Go(func() {
		for ctx.Err() == nil {
			entries, _ := os.ReadDir(out)
			for _, e := range entries {
				if !transport.Partial(e.Name()) && os.Remove(filepath.Join(out, e.Name())) == nil {
					fetched[e.Name()]++
				}
			}
		}
	})
	lost := 0
	for cut := 3_000; cut < 11_000; cut += 50 {
		s.weak(1, cut, 0)
		before := s.logins.Load()
		sink, err := mailbox.NewSink(mailbox.SinkConfig{
			FS: s.open("g"), Dir: "out",
			Sleep: func(ctx context.Context, _ time.Duration) error { return transport.Wait(ctx, 5*time.Millisecond) },
		})
		require.NoError(t, err)
		name := fmt.Sprint(cut, ".edi")
		require.NoError(t, sink.Deliver(t.Context(), transport.Message{ID: name, Name: name, Data: []byte("ISA*00~")}))
		if s.logins.Load() > before+1 {
			lost++
		}
	}
	require.Eventually(t, func() bool { entries, _ := os.ReadDir(out); return len(entries) == 0 }, 5*time.Second, time.Millisecond)
	stop()
	partner.Wait()
	assert.Len(t, fetched, 160)
	for name, n := range fetched {
		assert.Equal(t, 1, n, name)
	}
	assert.Greater(t, lost, 50)
	assert.Less(t, lost, 160, "none was over before its line broke: break it later")
}
