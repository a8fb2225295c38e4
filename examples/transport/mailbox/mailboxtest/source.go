package mailboxtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/examples/transport"
	"github.com/o2ckit/o2c/examples/transport/mailbox"
)

var errDown = errors.New("the database is down")

func taken(t *testing.T, b *bench) {
	b.write("in/order.edi", "ISA*00")
	s := b.source(b.process())
	b.poll(s, 1)
	b.poll(s, 0)
	require.Equal(t, []string{"order.edi=ISA*00"}, b.bodies())
	assert.Equal(t, b.got[0].key+"-order.edi", b.lastOf("done", "-order.edi"))
	assert.NotContains(t, b.names("in"), "order.edi")
}

func removed(t *testing.T, b *bench) {
	b.write("in/order.edi", "ISA*00")
	s := b.source(b.process(), func(c *mailbox.SourceConfig) { c.Remove = true })
	b.poll(s, 1)
	b.poll(s, 0)
	assert.Empty(t, b.names("in"))
	assert.Empty(t, b.names("done"))
}

func oldest(t *testing.T, b *bench) {
	for i, name := range []string{"c", "a", "b"} {
		b.write("in/"+name, name)
		at := b.clock.Now().Add(time.Duration(i) * time.Minute)
		require.NoError(t, os.Chtimes(filepath.Join(b.tree.Dir, "in", name), at, at))
	}
	b.poll(b.source(b.process()), 3)
	assert.Equal(t, []string{"c=c", "a=a", "b=b"}, b.bodies())
}

func sameName(t *testing.T, b *bench) {
	s := b.source(b.process())
	b.write("in/daily.edi", "monday")
	b.poll(s, 1)
	b.write("in/daily.edi", "tuesday")
	b.poll(s, 1)
	require.Equal(t, []string{"daily.edi=monday", "daily.edi=tuesday"}, b.bodies())
	assert.NotEqual(t, b.got[0].key, b.got[1].key)
	assert.Len(t, b.names("done"), 2)
}

func growing(t *testing.T, b *bench) {
	s := b.source(b.process(), func(c *mailbox.SourceConfig) { c.Settle = 5 * time.Second })
	b.write("in/order.edi", "ISA")
	b.poll(s, 0)
	b.clock.Pass(4 * time.Second)
	b.write("in/order.edi", "ISA*00") // it grows: the wait begins again
	b.poll(s, 0)
	b.clock.Pass(4 * time.Second)
	b.poll(s, 0)
	b.clock.Pass(time.Second)
	b.poll(s, 1)
	assert.Equal(t, []string{"order.edi=ISA*00"}, b.bodies())
}

func unwanted(t *testing.T, b *bench) {
	for _, name := range []string{".hidden", "a.edi.tmp", "a.PART", "a.filepart", "a.edi~", "readme.txt"} {
		b.write("in/"+name, "x")
	}
	require.NoError(t, os.Mkdir(filepath.Join(b.tree.Dir, "in", "dir.edi"), 0o750))
	b.write("secret", "x")
	require.NoError(t, os.Symlink(filepath.Join(b.tree.Dir, "secret"), filepath.Join(b.tree.Dir, "in", "link.edi")))
	b.poll(b.source(b.process(), func(c *mailbox.SourceConfig) { c.Match = "*.edi" }), 0)
	assert.Len(t, b.names("in"), 8)
}

func replaced(t *testing.T, b *bench) {
	files := &tampered{FS: b.process()}
	files.rename = func(from, _ string) error {
		if strings.HasPrefix(from, "in/") {
			b.write("in/order.edi", "a new file, only half")
		}
		return nil
	}
	s := b.source(files, func(c *mailbox.SourceConfig) { c.Settle = time.Second })
	b.write("in/order.edi", "old")
	b.poll(s, 0)
	b.clock.Pass(time.Second)
	b.poll(s, 0) // claimed, but it is not what was seen
	require.Empty(t, b.names("in"))
	b.clock.Pass(time.Second)
	b.poll(s, 1)
	assert.Equal(t, []string{"order.edi=a new file, only half"}, b.bodies())
}

func temporary(t *testing.T, b *bench) {
	s := b.source(b.process(), func(c *mailbox.SourceConfig) {
		c.Retry = transport.Backoff{First: time.Minute, Attempts: 3}
	})
	b.write("in/order.edi", "ISA")
	var keys []string
	down := func(_ context.Context, f transport.File) error { keys = append(keys, f.Key); return errDown }
	for _, pass := range []struct {
		after time.Duration
		calls int
	}{{0, 1}, {59 * time.Second, 1}, {time.Second, 2}, {119 * time.Second, 2}, {time.Second, 3}, {time.Hour, 3}} {
		b.clock.Pass(pass.after)
		_, err := s.Poll(t.Context(), down)
		if pass.calls > len(keys) {
			require.ErrorIs(t, err, errDown)
		}
		require.Len(t, keys, pass.calls)
	}
	assert.Equal(t, keys[0], keys[1])
	assert.Equal(t, keys[0], keys[2])
	b.lastOf("failed", "-order.edi")
	reason, err := os.ReadFile(filepath.Join(b.tree.Dir, "failed", b.lastOf("failed", ".reason.txt")))
	require.NoError(t, err)
	assert.Equal(t, "tried 3 times: the database is down\n", string(reason))
}

func lasting(t *testing.T, b *bench) {
	s := b.source(b.process())
	b.write("in/order.edi", "ISA")
	for range 100 {
		_, err := s.Poll(t.Context(), func(context.Context, transport.File) error { return errDown })
		require.ErrorIs(t, err, errDown)
		b.clock.Pass(5 * time.Minute)
	}
	b.poll(s, 1)
	assert.Empty(t, b.names("failed"))
}

func rejected(t *testing.T, b *bench) {
	b.write("in/bad.edi", "junk")
	b.write("in/good.edi", "ISA")
	s := b.source(b.process())
	n, err := s.Poll(t.Context(), func(ctx context.Context, f transport.File) error {
		if f.Name == "bad.edi" {
			return transport.Reject(errors.New("not EDI"))
		}
		return b.take(ctx, f)
	})
	require.ErrorContains(t, err, "bad.edi: not EDI")
	assert.Equal(t, 1, n, "the other file goes on")
	b.lastOf("failed", "-bad.edi")
	b.lastOf("failed", "-bad.edi.reason.txt")
	b.poll(s, 0)
}

func large(t *testing.T, b *bench) {
	b.write("in/big.edi", "12345")
	s := b.source(b.process(), func(c *mailbox.SourceConfig) { c.MaxBytes = 4 })
	_, err := s.Poll(t.Context(), b.take)
	require.ErrorIs(t, err, transport.ErrTooLarge)
	assert.Empty(t, b.got)
	b.lastOf("failed", "-big.edi")
}

func stuck(t *testing.T, b *bench) {
	broken := true
	files := &tampered{FS: b.process(), rename: func(_, to string) error {
		if broken && strings.HasPrefix(to, "done/") {
			return errDown
		}
		return nil
	}}
	s := b.source(files)
	b.write("in/order.edi", "ISA")
	n, err := s.Poll(t.Context(), b.take)
	require.ErrorIs(t, err, errDown)
	assert.Equal(t, 1, n)
	broken = false
	b.poll(s, 0)
	assert.Len(t, b.got, 1)
	b.lastOf("done", "-order.edi")
}

func stopped(t *testing.T, b *bench) {
	s := b.source(b.process())
	b.write("in/order.edi", "ISA")
	ctx, stop := context.WithCancel(t.Context())
	key := ""
	_, err := s.Poll(ctx, func(ctx context.Context, f transport.File) error {
		key = f.Key
		stop()
		return ctx.Err()
	})
	require.ErrorIs(t, err, context.Canceled)
	b.poll(s, 1)
	assert.Equal(t, key, b.got[0].key)
}

func inherited(t *testing.T, b *bench) {
	first, die := b.tree.Process()
	b.write("in/order.edi", "ISA")
	key := ""
	_, err := b.source(first).Poll(t.Context(), func(_ context.Context, f transport.File) error {
		key = f.Key
		return errDown
	})
	require.ErrorIs(t, err, errDown)
	second := b.source(b.process(), func(c *mailbox.SourceConfig) { c.Settle = time.Second })
	b.poll(second, 0) // the first one lives
	assert.Empty(t, b.names("in"))
	die()
	b.tree.Bury()
	b.poll(second, 0) // it may have been claimed while it was written
	b.clock.Pass(time.Second)
	b.poll(second, 1)
	assert.Equal(t, []got{{key, "order.edi", "ISA"}}, b.got)
}

func shared(t *testing.T, b *bench) {
	const files, processes = 60, 3
	for i := range files {
		b.write(fmt.Sprintf("in/%03d.edi", i), fmt.Sprint(i))
	}
	var wg sync.WaitGroup
	for range processes {
		s := b.source(b.process())
		wg.Go(func() {
			_, err := s.Poll(t.Context(), b.take)
			assert.NoError(t, err)
		})
	}
	wg.Wait()
	names := make(map[string]int)
	for _, g := range b.got {
		names[g.name]++
	}
	assert.Len(t, names, files)
	assert.Len(t, b.got, files, "one was taken twice")
	assert.Len(t, b.names("done"), files)
}

func readWhole(t *testing.T, b *bench) {
	content := strings.Repeat("0123456789", 20_000)
	b.write("in/order.edi", content)
	_, err := b.source(b.process()).Poll(t.Context(), func(ctx context.Context, f transport.File) error {
		assert.EqualValues(t, len(content), f.Size)
		f.Body = iotest.HalfReader(f.Body)
		return b.take(ctx, f)
	})
	require.NoError(t, err)
	require.Len(t, b.got, 1)
	assert.Equal(t, content, b.got[0].body)
}
