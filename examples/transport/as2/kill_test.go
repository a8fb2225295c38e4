package as2_test

import (
	"bufio"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/o2ckit/o2c/examples/transport"
	"github.com/o2ckit/o2c/examples/transport/as2"
	"github.com/o2ckit/o2c/journal/sqljournal"
)

// The test binary is also the server that is killed.
const childSettings = "O2C_AS2_CHILD"

// childConfig is what that server needs to know.
type childConfig struct {
	Dir, Address          string
	Key, Certificate, Our []byte // DER
}

func TestMain(m *testing.M) {
	text := os.Getenv(childSettings)
	if text == "" {
		os.Exit(m.Run())
	}
	var c childConfig
	err := json.Unmarshal([]byte(text), &c)
	if err == nil {
		err = c.run(context.Background())
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func (c childConfig) run(ctx context.Context) error {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(c.Dir, "journal.db")+
		"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_txlock=immediate")
	if err != nil {
		return err
	}
	j, err := sqljournal.New(sqljournal.Config{DB: db, Dialect: sqljournal.SQLite})
	if err != nil {
		return err
	}
	if err := j.Init(ctx); err != nil {
		return err
	}
	ledger, err := transport.NewJournalLedger(j, time.Now)
	if err != nil {
		return err
	}
	key, err := x509.ParsePKCS1PrivateKey(c.Key)
	if err != nil {
		return err
	}
	own, err := x509.ParseCertificate(c.Certificate)
	if err != nil {
		return err
	}
	partner, err := x509.ParseCertificate(c.Our)
	if err != nil {
		return err
	}
	calls, err := os.OpenFile(filepath.Join(c.Dir, "calls"), os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	server, err := as2.NewServer(as2.ServerConfig{
		Ledger: ledger,
		Agreements: []as2.Agreement{{
			Us: "ACME", Partner: "MERIDIAN", Identity: as2.Identity{Certificate: own, Key: key}, Certificates: []*x509.Certificate{partner},
		}},
		Handler: func(_ context.Context, f transport.File) error { // idempotent under the key
			body, err := io.ReadAll(f.Body)
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintln(calls, f.Key); err != nil {
				return err
			}
			temp := filepath.Join(c.Dir, "kept", "."+f.Key)
			if err := os.WriteFile(temp, body, 0o600); err != nil {
				return err
			}
			return os.Rename(temp, filepath.Join(c.Dir, "kept", f.Key))
		},
	})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Address)
	if err != nil {
		return err
	}
	fmt.Println("ready")
	return http.Serve(listener, server)
}

// The server is killed again and again while messages come. Each of them has a
// receipt at last, and was kept once.
func TestServerKilled(t *testing.T) {
	messages, kills := 120, 40
	if testing.Short() {
		messages, kills = 12, 4
	}
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "kept"), 0o750))
	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := free.Addr().String()
	require.NoError(t, free.Close())
	key, isRSA := theirs().Key.(*rsa.PrivateKey)
	require.True(t, isRSA)
	text, err := json.Marshal(childConfig{
		Dir: dir, Address: address, Key: x509.MarshalPKCS1PrivateKey(key), Certificate: theirs().Certificate.Raw, Our: ours().Certificate.Raw,
	})
	require.NoError(t, err)
	start := func() *exec.Cmd {
		c := exec.Command(os.Args[0], "-test.run=^$")
		c.Env = append(os.Environ(), childSettings+"="+string(text))
		c.Stderr = os.Stderr
		out, err := c.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, c.Start())
		line, err := bufio.NewReader(out).ReadString('\n')
		require.NoError(t, err)
		require.Equal(t, "ready\n", line)
		return c
	}
	sender, err := as2.NewSender(as2.SenderConfig{
		Agreement: as2.Agreement{Us: "MERIDIAN", Partner: "ACME", Identity: ours(), Certificates: certificates(theirs()), URL: "http://" + address},
		Ledger:    &transport.MemoryLedger{}, Client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}},
		Retry: transport.Backoff{First: time.Millisecond, Most: 20 * time.Millisecond, Attempts: -1},
	})
	require.NoError(t, err)

	work, sent := make(chan int, messages), make(chan error, messages)
	for i := range messages {
		work <- i
	}
	close(work)
	for range 2 {
		go func() {
			for i := range work {
				name := fmt.Sprintf("%04d.edi", i)
				sent <- sender.Deliver(context.Background(), transport.Message{ID: name, Name: name, Data: []byte(name)})
			}
		}()
	}
	random := rand.New(rand.NewPCG(9, 10))
	for range kills {
		c := start()
		time.Sleep(time.Duration(random.IntN(25)) * time.Millisecond)
		_ = c.Process.Kill()
		require.EqualError(t, c.Wait(), "signal: killed")
	}
	last := start()
	for range messages {
		require.NoError(t, <-sent)
	}
	_ = last.Process.Kill()
	_ = last.Wait()

	kept := make(map[string]int)
	entries, err := os.ReadDir(filepath.Join(dir, "kept"))
	require.NoError(t, err)
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") {
			raw, err := os.ReadFile(filepath.Join(dir, "kept", e.Name()))
			require.NoError(t, err)
			kept[string(raw)]++
		}
	}
	assert.Len(t, kept, messages)
	for name, n := range kept {
		assert.Equal(t, 1, n, name)
	}
	calls, err := os.ReadFile(filepath.Join(dir, "calls"))
	require.NoError(t, err)
	t.Logf("%d messages, %d kills, %d calls of the handler", messages, kills, strings.Count(string(calls), "\n"))
}
