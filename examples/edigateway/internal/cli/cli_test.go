package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/examples/edigateway/internal/cli"
	"github.com/o2ckit/o2c/order"
)

// sample copies the sample and returns its settings file.
func sample(t *testing.T) (dir, file string) {
	t.Helper()
	dir = t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("../../sample")))
	return dir, filepath.Join(dir, "gateway.yaml")
}

func run(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = cli.Run(t.Context(), args, &o, &e)
	return code, o.String(), e.String()
}

// files are the names in a directory of the sample.
func files(t *testing.T, dir ...string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(append(dir, "*.*")...))
	require.NoError(t, err)
	for i := range found {
		found[i] = filepath.Base(found[i])
	}
	return found
}

func read(t *testing.T, name ...string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(name...))
	require.NoError(t, err)
	return raw
}

// Files go in, orders are kept, acknowledgements go out, and the second run
// finds nothing to do.
func TestOnce(t *testing.T) {
	dir, file := sample(t)
	for range 2 {
		code, out, errs := run(t, "--once", file)
		require.Zero(t, code, errs)
		assert.Equal(t, "received 3, orders 3, exceptions 0, passed over 0, open 0\n", out)
		assert.Empty(t, files(t, dir, "bigbox", "in"))
		assert.Len(t, files(t, dir, "bigbox", "in", "done"), 1)

		numbers := make(map[string]string) // purchase order numbers, by customer
		for _, name := range files(t, dir, "orders") {
			var doc order.Document
			require.NoError(t, json.Unmarshal(read(t, dir, "orders", name), &doc))
			numbers[doc.PurchaseOrder] = doc.Customer
		}
		assert.Equal(t, map[string]string{"A-1": "C-100", "A-2": "C-100", "B-7": "C-300"}, numbers)

		require.Equal(t, []string{"bigbox-997-000000001.edi"}, files(t, dir, "bigbox", "out"))
		ack, err := x12.Read(bytes.NewReader(read(t, dir, "bigbox", "out", "bigbox-997-000000001.edi")), x12.Options{Checker: x12.NewSchemaChecker(x12.SchemaConfig{})})
		require.NoError(t, err)
		assert.True(t, ack.OK())
		require.Equal(t, []string{"autoline-CONTRL-000000001.edi"}, files(t, dir, "autoline", "out"))
		contrl, err := edifact.Read(bytes.NewReader(read(t, dir, "autoline", "out", "autoline-CONTRL-000000001.edi")), edifact.Options{})
		require.NoError(t, err)
		assert.True(t, contrl.OK())
	}
}

func TestSettingsThatAreWrong(t *testing.T) {
	for name, c := range map[string]struct{ old, is, want string }{
		"unknown setting":  {"listen:", "lisen:", "lisen"},
		"no journal":       {"journal: edi.db", "", "journal: name the SQLite file"},
		"unknown partner":  {"partners: [bigbox]", "partners: [bogbix]", "no such partner: name bogbix"},
		"two of a name":    {"name: autoline\n    partners: [autoline]", "name: bigbox\n    partners: [autoline]", "there are two of it"},
		"sent to twice":    {"partners: [autoline]", "partners: [bigbox]", "bigbox is sent to by bigbox already"},
		"no transport":     {"folder: {root: bigbox, in: in, out: out, settle: -1s}", "folder:", "one of folder, sftp and as2"},
		"no duration":      {"every: 10s", "every: often", `every: "often" is no duration`},
		"a key not there":  {"folder: {root: bigbox, in: in, out: out, settle: -1s}", "sftp: {address: a, user: u, key: nokey}", "sftp: key:"},
		"no certificate":   {"folder: {root: bigbox, in: in, out: out, settle: -1s}", "as2: {us: A, partner: B}", "Identity"},
		"no AS2 agreement": {"folder: {root: bigbox, in: in, out: out, settle: -1s}", "as2: {us: A, partner: A}", "Partner"},
	} {
		t.Run(name, func(t *testing.T) {
			_, file := sample(t)
			text := string(read(t, file))
			require.Contains(t, text, c.old)
			require.NoError(t, os.WriteFile(file, []byte(strings.Replace(text, c.old, c.is, 1)), 0o600))
			code, out, errs := run(t, "--check", file)
			assert.Equal(t, 2, code, out)
			assert.Contains(t, errs, c.want)
		})
	}
	code, _, errs := run(t, "--check", "no-such-file.yaml")
	assert.Equal(t, 2, code)
	assert.NotEmpty(t, errs)
	code, out, _ := run(t, "--help")
	assert.Zero(t, code)
	assert.Contains(t, out, "Usage: edigateway")
}

func TestCheck(t *testing.T) {
	_, file := sample(t)
	code, out, errs := run(t, "--check", file)
	require.Zero(t, code, errs)
	assert.Equal(t, "2 routes are in order\n", out)
}

// The program runs, tells how it is, takes a file that comes meanwhile, and ends
// when it is told to.
func TestServe(t *testing.T) {
	dir, file := sample(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	text := strings.Replace(string(read(t, file)), "127.0.0.1:8080", address, 1)
	require.NoError(t, os.WriteFile(file, []byte(strings.Replace(text, "every: 10s", "every: 10ms", 1)), 0o600))

	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	var out, errs bytes.Buffer
	go func() { ended <- cli.Run(ctx, []string{file}, &out, &errs) }()
	var health struct {
		OK    bool   `json:"ok"`
		Inbox string `json:"inbox"`
	}
	require.Eventually(t, func() bool {
		answer, err := http.Get("http://" + address + "/healthz")
		if err != nil {
			return false
		}
		defer func() { _ = answer.Body.Close() }()
		return json.NewDecoder(answer.Body).Decode(&health) == nil && health.OK && strings.HasPrefix(health.Inbox, "received 3, orders 3") &&
			len(files(t, dir, "autoline", "out")) == 1 && len(files(t, dir, "bigbox", "out")) == 1
	}, 20*time.Second, 20*time.Millisecond)
	stop()
	select {
	case code := <-ended:
		assert.Zero(t, code, errs.String())
	case <-time.After(20 * time.Second):
		t.Fatal("it does not end")
	}
	assert.Empty(t, files(t, dir, "bigbox", "in", "work"), "it left no lock behind")
}

// TestSettingsThatSayNothing: what would be read as something else is told.
func TestSettingsThatSayNothing(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"two documents": {"", "\n---\nnonsense: true\n", "more than one document"},
		"no wait":       {"", "\nevery: -3s\n", "every: -3s is no wait"},
		"empty":         {"*", "", "there is nothing in it"},
	} {
		t.Run(name, func(t *testing.T) {
			_, file := sample(t)
			text := string(read(t, file)) + c.new
			if c.old == "*" {
				text = c.new
			}
			if strings.Contains(c.new, "every") {
				text = regexp.MustCompile(`(?m)^every:.*$`).ReplaceAllString(string(read(t, file)), "") + c.new
			}
			require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
			code, _, errs := run(t, file, "--check")
			assert.NotZero(t, code)
			assert.Contains(t, errs, c.want)
		})
	}
}
