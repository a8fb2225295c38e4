package folder_test

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
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
	_ "modernc.org/sqlite"

	"github.com/o2ckit/o2c/examples/transport"
	"github.com/o2ckit/o2c/examples/transport/folder"
	"github.com/o2ckit/o2c/examples/transport/mailbox"
	"github.com/o2ckit/o2c/journal/sqljournal"
)

// The test binary is also the program that is killed.
const (
	childRole = "O2C_TRANSPORT_CHILD"
	childDir  = "O2C_TRANSPORT_DIR"
)

func TestMain(m *testing.M) {
	var err error
	switch os.Getenv(childRole) {
	case "":
		os.Exit(m.Run())
	case "take":
		err = takeForEver(os.Getenv(childDir))
	case "deliver":
		err = deliverForEver(os.Getenv(childDir))
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// openLedger opens the journal that all processes of a test share.
func openLedger(ctx context.Context, dir string) (*transport.JournalLedger, *sql.DB, error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "journal.db")+
		"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_txlock=immediate")
	if err != nil {
		return nil, nil, err
	}
	j, err := sqljournal.New(sqljournal.Config{DB: db, Dialect: sqljournal.SQLite})
	if err != nil {
		return nil, nil, err
	}
	if err := j.Init(ctx); err != nil {
		return nil, nil, err
	}
	l, err := transport.NewJournalLedger(j, time.Now)
	return l, db, err
}

// keepOnce is the idempotent receiver: the key and what it stands for are one
// entry. Each call is also written down, to show that calls do repeat.
func keepOnce(l transport.Ledger, calls io.Writer) transport.Handler {
	return func(ctx context.Context, f transport.File) error {
		body, err := io.ReadAll(f.Body)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(calls, f.Key)
		if err != nil {
			return err
		}
		was, _, err := l.Keep(ctx, f.Key, fmt.Appendf(nil, "%s=%s", f.Name, body))
		if err == nil && !bytes.Equal(was, fmt.Appendf(nil, "%s=%s", f.Name, body)) {
			return transport.Reject(transport.ErrChanged)
		}
		return err
	}
}

func takeForEver(dir string) error {
	ctx := context.Background()
	l, _, err := openLedger(ctx, dir)
	if err != nil {
		return err
	}
	calls, err := os.OpenFile(filepath.Join(dir, "calls"), os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	s, err := folder.NewSource(filepath.Join(dir, "box"), mailbox.SourceConfig{Settle: -1})
	if err != nil {
		return err
	}
	fmt.Println("ready")
	for {
		if _, err := s.Poll(ctx, keepOnce(l, calls)); err != nil {
			return err
		}
	}
}

// child is a running program that is going to be killed.
type child struct {
	cmd    *exec.Cmd
	errors bytes.Buffer
}

func start(t *testing.T, role, dir string) *child {
	t.Helper()
	c := &child{cmd: exec.Command(os.Args[0], "-test.run=^$")}
	c.cmd.Env = append(os.Environ(), childRole+"="+role, childDir+"="+dir)
	c.cmd.Stderr = &c.errors
	out, err := c.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		_ = c.cmd.Wait()
	}
	require.NoError(t, err, "%s", &c.errors)
	require.Equal(t, "ready\n", line)
	return c
}

// kill ends it without a warning; that it ended itself before is an error.
func (c *child) kill(t *testing.T) {
	t.Helper()
	_ = c.cmd.Process.Kill()
	err := c.cmd.Wait()
	require.EqualError(t, err, "signal: killed", "%s", &c.errors)
}

func kills() int {
	if testing.Short() {
		return 20
	}
	return 240
}

// Two processes take from one folder, which is filled all the while, and are
// killed again and again. In the end every file was kept exactly once.
func TestKilledWhileTaking(t *testing.T) {
	const perKill = 4
	dir := t.TempDir()
	box := filepath.Join(dir, "box")
	require.NoError(t, os.MkdirAll(box, 0o750))
	l, db, err := openLedger(t.Context(), dir)
	require.NoError(t, err)
	defer func() { _ = db.Close() }()
	dropped := 0
	drop := func() {
		name := fmt.Sprintf("%05d.edi", dropped)
		temp := filepath.Join(box, "."+name+".tmp")
		require.NoError(t, os.WriteFile(temp, []byte(name+strings.Repeat("~", dropped%50)), 0o600))
		require.NoError(t, os.Rename(temp, filepath.Join(box, name)))
		dropped++
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range kills() / 2 {
		both := []*child{start(t, "take", dir), start(t, "take", dir)}
		for range 2 * perKill {
			drop()
		}
		for _, c := range both {
			time.Sleep(time.Duration(random.IntN(12_000)) * time.Microsecond)
			c.kill(t)
		}
	}

	calls, err := os.OpenFile(filepath.Join(dir, "calls"), os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	require.NoError(t, err)
	last, err := folder.NewSource(box, mailbox.SourceConfig{Settle: -1})
	require.NoError(t, err)
	_, err = last.Poll(t.Context(), keepOnce(l, calls))
	require.NoError(t, err)
	require.NoError(t, last.Close())

	kept := make(map[string]int)
	for e, err := range l.Entries(t.Context(), "") {
		require.NoError(t, err)
		name, body, _ := strings.Cut(string(e.Value), "=")
		assert.Equal(t, name, strings.TrimRight(body, "~"))
		kept[name]++
	}
	require.Len(t, kept, dropped, "a file was lost")
	for name, n := range kept {
		require.Equal(t, 1, n, "%s was kept twice", name)
	}
	for _, f := range []struct {
		dir  string
		want int
	}{{"done", dropped}, {"failed", 0}, {"work", 0}} {
		entries, err := os.ReadDir(filepath.Join(box, f.dir))
		require.NoError(t, err)
		assert.Len(t, entries, f.want, f.dir)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "calls"))
	require.NoError(t, err)
	t.Logf("%d files, %d kills, %d calls of the handler", dropped, kills(), bytes.Count(raw, []byte("\n")))
}

// bodyOf is what a delivered file has to say: enough of it to be cut off.
func bodyOf(i int) []byte {
	return []byte(strings.Repeat(fmt.Sprintf("message %06d~", i), 20_000))
}

func deliverForEver(dir string) error {
	s, err := folder.NewSink(filepath.Join(dir, "box"), mailbox.SinkConfig{Dir: "out"})
	if err != nil {
		return err
	}
	fmt.Println("ready")
	for i := 0; ; i++ {
		m := transport.Message{ID: fmt.Sprint(i), Name: fmt.Sprintf("%06d.edi", i), Data: bodyOf(i)}
		if err := s.Deliver(context.Background(), m); err != nil {
			return err
		}
	}
}

// A process that delivers is killed again and again; each time it begins at the
// first message again. No file is ever there in part.
func TestKilledWhileDelivering(t *testing.T) {
	dir := t.TempDir()
	random := rand.New(rand.NewPCG(3, 4))
	most := 0
	for range kills() / 3 {
		c := start(t, "deliver", dir)
		time.Sleep(time.Duration(random.IntN(15_000)) * time.Microsecond)
		c.kill(t)
		entries, err := os.ReadDir(filepath.Join(dir, "box", "out"))
		if os.IsNotExist(err) {
			continue
		}
		require.NoError(t, err)
		n := 0
		for _, e := range entries {
			if transport.Partial(e.Name()) {
				continue
			}
			raw, err := os.ReadFile(filepath.Join(dir, "box", "out", e.Name()))
			require.NoError(t, err)
			require.True(t, bytes.Equal(raw, bodyOf(n)), "%s is not whole", e.Name())
			n++
		}
		require.GreaterOrEqual(t, n, most, "a delivered file is gone")
		most = n
	}
	assert.Positive(t, most)
}
