package sftp_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh"

	"github.com/o2ckit/o2c/examples/transport"
	"github.com/o2ckit/o2c/examples/transport/mailbox"
	"github.com/o2ckit/o2c/examples/transport/sftp"
)

// The test binary is also the program that is killed.
const childSettings = "O2C_SFTP_CHILD"

// childConfig is what that program needs to know.
type childConfig struct {
	Address, Key, Host, Dir, Owner string
}

func TestMain(m *testing.M) {
	text := os.Getenv(childSettings)
	if text == "" {
		os.Exit(m.Run())
	}
	var c childConfig
	err := json.Unmarshal([]byte(text), &c)
	if err == nil {
		err = c.run()
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// receive keeps a file in a directory under its key: that is idempotent.
func receive(dir string) transport.Handler {
	return func(_ context.Context, f transport.File) error {
		body, err := io.ReadAll(f.Body)
		if err != nil {
			return err
		}
		temp := filepath.Join(dir, "."+f.Key)
		if err := os.WriteFile(temp, fmt.Appendf(nil, "%s=%s", f.Name, body), 0o600); err != nil {
			return err
		}
		return os.Rename(temp, filepath.Join(dir, f.Key))
	}
}

func (c childConfig) run() error {
	key, err := ssh.ParsePrivateKey([]byte(c.Key))
	if err != nil {
		return err
	}
	host, _, _, _, err := ssh.ParseAuthorizedKey([]byte(c.Host))
	if err != nil {
		return err
	}
	box, err := sftp.NewMailbox(sftp.Config{
		Address: c.Address, User: "meridian", Auth: []ssh.AuthMethod{ssh.PublicKeys(key)},
		HostKey: ssh.FixedHostKey(host), Owner: c.Owner, Lease: 200 * time.Millisecond,
	}, mailbox.SourceConfig{In: "in", Settle: -1, Retry: transport.Backoff{First: time.Millisecond}}, mailbox.SinkConfig{Dir: "out"})
	if err != nil {
		return err
	}
	fmt.Println("ready")
	for i := 0; ; i++ {
		_, _ = box.Poll(context.Background(), receive(c.Dir)) // another process may be where it is
		name := fmt.Sprintf("%s-%d.edi", c.Owner, i)
		if err := box.Deliver(context.Background(), transport.Message{ID: name, Name: name, Data: []byte(strings.Repeat(name, 1000))}); err != nil {
			return err
		}
	}
}

// Two processes take from one server, and deliver to it, and are killed again
// and again. In the end every file was kept once, under one key, and none was
// delivered in part.
func TestKilled(t *testing.T) {
	kills := 100
	if testing.Short() {
		kills = 10
	}
	s := startServer(t)
	kept := t.TempDir()
	in := filepath.Join(s.dir, "in")
	require.NoError(t, os.MkdirAll(in, 0o750))
	der, err := x509.MarshalPKCS8PrivateKey(s.userPrivate)
	require.NoError(t, err)
	start := func(owner string) *exec.Cmd {
		text, err := json.Marshal(childConfig{
			Address: s.address, Key: string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
			Host: string(ssh.MarshalAuthorizedKey(s.hostKey.PublicKey())), Dir: kept, Owner: owner,
		})
		require.NoError(t, err)
		c := exec.Command(os.Args[0], "-test.run=^$")
		c.Env = append(os.Environ(), childSettings+"="+string(text))
		out, err := c.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, c.Start())
		line, err := bufio.NewReader(out).ReadString('\n')
		require.NoError(t, err)
		require.Equal(t, "ready\n", line)
		return c
	}
	random := rand.New(rand.NewPCG(7, 8))
	dropped := 0
	for range kills / 2 {
		for range 6 {
			name := fmt.Sprintf("%05d.edi", dropped)
			temp := filepath.Join(in, "."+name)
			require.NoError(t, os.WriteFile(temp, []byte(name+strings.Repeat("~", dropped%100)), 0o600))
			require.NoError(t, os.Rename(temp, filepath.Join(in, name)))
			dropped++
		}
		for _, c := range []*exec.Cmd{start("gateway-1"), start("gateway-2")} {
			time.Sleep(time.Duration(random.IntN(40)) * time.Millisecond)
			_ = c.Process.Kill()
			require.EqualError(t, c.Wait(), "signal: killed")
		}
	}

	clock := time.Now()
	last, err := mailbox.NewSource(mailbox.SourceConfig{In: "in", Settle: -1, FS: s.open("gateway-3", func(c *sftp.Config) {
		c.Clock = func() time.Time { return clock }
	})})
	require.NoError(t, err)
	for range 3 {
		_, err = last.Poll(t.Context(), receive(kept))
		require.NoError(t, err)
		clock = clock.Add(time.Hour) // the others are gone
	}
	names := make(map[string]int)
	entries, err := os.ReadDir(kept)
	require.NoError(t, err)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(kept, e.Name()))
		require.NoError(t, err)
		name, body, _ := strings.Cut(string(raw), "=")
		assert.Equal(t, name, strings.TrimRight(body, "~"))
		names[name]++
	}
	assert.Len(t, names, dropped, "a file was lost")
	for name, n := range names {
		assert.Equal(t, 1, n, "%s has two keys", name)
	}
	for dir, want := range map[string]int{"done": dropped, "failed": 0} {
		entries, err := os.ReadDir(filepath.Join(in, dir))
		require.NoError(t, err)
		assert.Len(t, entries, want, dir)
	}
	entries, err = os.ReadDir(filepath.Join(s.dir, "out"))
	require.NoError(t, err)
	whole := 0
	for _, e := range entries {
		if transport.Partial(e.Name()) {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(s.dir, "out", e.Name()))
		require.NoError(t, err)
		assert.True(t, bytes.Equal(raw, []byte(strings.Repeat(e.Name(), 1000))), e.Name())
		whole++
	}
	assert.Positive(t, whole)
}
