// Package mailboxtest proves that a file system does what a mailbox needs.
// Call [Run] from a test of it.
package mailboxtest

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/examples/transport"
	"github.com/o2ckit/o2c/examples/transport/mailbox"
)

// Tree is a directory tree under test.
type Tree struct {
	// Dir is where it lies on the local disk.
	Dir string
	// Process opens the tree as one more process does, and returns how that
	// process dies.
	Process func() (files mailbox.FS, die func())
	// Hidden is the name that a file has while it is written.
	Hidden func(name string) string
	// Bury lets as much time pass as others need to see that a process died.
	Bury func()
}

// Clock is a clock that is set by hand.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// NewClock starts at some morning.
func NewClock() *Clock { return &Clock{at: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)} }

// Now tells the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Pass lets time pass.
func (c *Clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// Run runs all tests, each on a tree of its own.
func Run(t *testing.T, open func(*testing.T) Tree) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, *bench){
		"a file is taken once and kept":                        taken,
		"a taken file is removed where that is wanted":         removed,
		"the oldest file is first":                             oldest,
		"the same name again is another file":                  sameName,
		"what is still written is left alone":                  growing,
		"what is no file to take is left alone":                unwanted,
		"a file that is replaced at the last moment waits":     replaced,
		"a temporary error is tried again, and fails at last":  temporary,
		"a temporary error that lasts loses no file":           lasting,
		"a rejected file is set aside with the reason":         rejected,
		"a large file is set aside unread":                     large,
		"what was taken is not handed over again":              stuck,
		"a stopped file goes on under its key":                 stopped,
		"a dead process's files go on under their keys":        inherited,
		"processes on one directory share the files":           shared,
		"a delivered file is there whole":                      delivered,
		"a delivery writes over nothing":                       collision,
		"a delivery under a name that is none is rejected":     badName,
		"what a killed delivery has left is not in the way":    leftover,
		"a file is read to its end whatever is read at a time": readWhole,
	} {
		t.Run(name, func(t *testing.T) {
			tree := open(t)
			test(t, &bench{t: t, tree: tree, clock: NewClock()})
		})
	}
}

// bench is what a test works with.
type bench struct {
	t     *testing.T
	tree  Tree
	clock *Clock
	got   []got
	mu    sync.Mutex
}

type got struct{ key, name, body string }

func (b *bench) source(files mailbox.FS, change ...func(*mailbox.SourceConfig)) *mailbox.Source {
	c := mailbox.SourceConfig{FS: files, In: "in", Work: "work", Done: "done", Failed: "failed", Settle: -1, Clock: b.clock.Now}
	for _, f := range change {
		f(&c)
	}
	s, err := mailbox.NewSource(c)
	require.NoError(b.t, err)
	return s
}

func (b *bench) process() mailbox.FS {
	files, _ := b.tree.Process()
	return files
}

// write puts a file into the tree as a partner does who has written it whole.
func (b *bench) write(name, content string) {
	b.t.Helper()
	at := filepath.Join(b.tree.Dir, filepath.FromSlash(name))
	require.NoError(b.t, os.MkdirAll(filepath.Dir(at), 0o750))
	require.NoError(b.t, os.WriteFile(at, []byte(content), 0o600))
}

func (b *bench) names(dir string) []string {
	b.t.Helper()
	entries, err := os.ReadDir(filepath.Join(b.tree.Dir, dir))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	require.NoError(b.t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// take is a handler that remembers.
func (b *bench) take(_ context.Context, f transport.File) error {
	body, err := io.ReadAll(f.Body)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.got = append(b.got, got{f.Key, f.Name, string(body)})
	return nil
}

// poll polls, and wants n files to be taken without an error.
func (b *bench) poll(s *mailbox.Source, n int) {
	b.t.Helper()
	taken, err := s.Poll(b.t.Context(), b.take)
	require.NoError(b.t, err)
	assert.Equal(b.t, n, taken)
}

func (b *bench) bodies() []string {
	var all []string
	for _, g := range b.got {
		all = append(all, g.name+"="+g.body)
	}
	return all
}

// lastOf is the only name in a directory that ends so.
func (b *bench) lastOf(dir, suffix string) string {
	b.t.Helper()
	var found []string
	for _, n := range b.names(dir) {
		if strings.HasSuffix(n, suffix) {
			found = append(found, n)
		}
	}
	require.Len(b.t, found, 1, "%s in %s: %v", suffix, dir, b.names(dir))
	return found[0]
}

// tampered is a file system of which one call does something else first.
type tampered struct {
	mailbox.FS
	rename func(from, to string) error
}

// Rename implements mailbox.FS.
func (f *tampered) Rename(ctx context.Context, from, to string) error {
	if err := f.rename(from, to); err != nil {
		return err
	}
	return f.FS.Rename(ctx, from, to)
}
